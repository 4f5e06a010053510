"""What is to be sent tonight, and what was sent: each message once, however often a night runs.

A message is written down after the server has taken it. Killed in between, it is sent again with
the same Message-ID, which mail programs show once.

Belongs here: gathering messages, the ledger of what was sent.
Does not belong here: what they say (summary, to_stewards), the server (airflow/notices).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy import Connection

from eurocluster.consortium.declarations import Consortium, load_consortium
from eurocluster.consortium.project import Notices
from eurocluster.ledgers import Ledger
from eurocluster.nightly import reporting_date
from eurocluster.notices.messages import Message, identity
from eurocluster.notices.summary import summary
from eurocluster.notices.to_stewards import reminder, returned
from eurocluster.published import Published, find_published, open_warehouse
from eurocluster.settings import Settings

KINDS: Final = ("summary", "returned", "reminder")
_NOBODY: Final = "coordinator@example.org"
"""Whom a preview is addressed to, where nobody is declared."""


class NotSent(RuntimeError):
    """The server did not take some messages; the others were sent."""


@dataclass(frozen=True, slots=True)
class Sent:
    """How many messages were sent, and how many had been sent before."""

    sent: int
    before: int


def messages(
    settings: Settings,
    *,
    kind: str | None = None,
    partner: str | None = None,
    today: date | None = None,
    even_if_off: bool = False,
) -> list[Message]:
    """Return every message that the published warehouse gives rise to, sent or not.

    Args:
        settings: Of the state folder.
        kind: One of :data:`KINDS`, None for all.
        partner: Only those to its steward.
        today: The day that reminders are about; the reporting date when None.
        even_if_off: For a preview: also when project.yml has no notices, as if it had the defaults.

    Raises:
        NothingPublished: There is no publication yet.
    """
    consortium = load_consortium(settings.home)
    if consortium.project.notices is None:
        if not even_if_off:
            return []
        as_if = consortium.project.model_copy(update={"notices": Notices(coordinators=(_NOBODY,))})
        consortium = Consortium(consortium.home, as_if, consortium.partners)
    published = find_published(settings)
    day = today or reporting_date(consortium.project)
    with open_warehouse(published.database) as connection:
        found = _every(settings, consortium, published, connection, day)
    return [
        message
        for message in found
        if kind in (None, message.kind) and partner in (None, message.about)
    ]


def unsent(settings: Settings, found: Sequence[Message]) -> list[Message]:
    """Return the messages that were not sent yet."""
    there = {(line["about"], line["id"]) for line in sent_ledger(settings).lines()}
    return [message for message in found if (message.about, _id(message)) not in there]


def send(settings: Settings, found: Sequence[Message], post: Callable[[Message], None]) -> Sent:
    """Send what was not sent yet; one that fails keeps no other from being sent.

    Raises:
        NotSent: Some were not taken; the next night tries them again.
    """
    due, failures = unsent(settings, found), []
    for message in due:
        try:
            post(message)
        except OSError as error:  # every error of smtplib is one
            failures.append(f"{message.kind} to {message.about}: {type(error).__name__}")
            continue
        sent_ledger(settings).add(
            {"kind": message.kind, "about": message.about, "id": _id(message)}
        )
    if failures:
        raise NotSent(
            f"{len(failures)} of {len(due)} messages were not taken by the mail server:"
            f" {'; '.join(failures)}. They are sent with the next night."
        )
    return Sent(len(due), len(found) - len(due))


def sent_ledger(settings: Settings) -> Ledger:
    """Return the ledger of messages; it names no address."""
    return Ledger(settings.logs / "notices.jsonl")


def _every(
    settings: Settings,
    consortium: Consortium,
    published: Published,
    connection: Connection,
    day: date,
) -> list[Message]:
    found = [summary(settings, consortium, published, connection)]
    for partner in consortium.partners:
        found.append(returned(settings, consortium, connection, partner))
        found.append(reminder(consortium, connection, partner, day))
    return [message for message in found if message is not None and message.to]


def _id(message: Message) -> str:
    return identity(message.kind, message.about, message.key)
