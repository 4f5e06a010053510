"""A message, before anybody sends it.

Belongs here: its parts, text and HTML from the same lines, as a mail with headers.
Does not belong here: what it says (summary, to_stewards), whether it was sent (outbox).
"""

import hashlib
import html
import mimetypes
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path
from typing import Final

MOST_ATTACHED: Final = 15 * 2**20
"""Bytes of attachments together; many servers refuse more than 20 MB."""


@dataclass(frozen=True, slots=True)
class Message:
    """One mail.

    Attributes:
        kind: ``summary``, ``returned`` or ``reminder``.
        key: What it is about; a message of the same key is sent once.
        about: Partner's code, ``consortium`` for the coordinator's.
        language: ISO 639-1, of subject and lines.
        lines: Paragraphs; one that begins with ``- `` is an item of a list.
        attachments: Files, by the names that they have there.
    """

    kind: str
    key: str
    about: str
    to: tuple[str, ...]
    subject: str
    language: str
    lines: tuple[str, ...]
    attachments: tuple[Path, ...] = ()

    @property
    def text(self) -> str:
        """The message as plain text."""
        return "\n".join(
            line if line.startswith("- ") else f"\n{line}" for line in self.lines
        ).strip() + "\n"  # fmt: skip

    @property
    def page(self) -> str:
        """The message as HTML that asks nobody for anything."""
        body, items = [], []
        for line in (*self.lines, ""):
            if line.startswith("- "):
                items.append(f"<li>{html.escape(line[2:])}</li>")
                continue
            if items:
                body.append(f"<ul>{''.join(items)}</ul>")
                items = []
            if line:
                body.append(f"<p>{html.escape(line)}</p>")
        return (
            f'<!doctype html><html lang="{html.escape(self.language)}"><head><meta charset="utf-8">'
            '<meta name="color-scheme" content="light dark">'
            f"<title>{html.escape(self.subject)}</title></head>"
            '<body style="font: 16px/1.5 sans-serif; max-width: 42em">'
            f"{''.join(body)}</body></html>"
        )

    def as_mail(self, sender: str, moment: datetime) -> EmailMessage:
        """Return the message as a mail; its id follows from what it is about."""
        mail = EmailMessage()
        mail["Subject"] = " ".join(self.subject.split())
        mail["From"] = sender
        mail["To"] = ", ".join(self.to)
        mail["Date"] = format_datetime(moment)
        domain = sender.rpartition("@")[2].strip("> ") or "localhost"
        mail["Message-ID"] = f"<{identity(self.kind, self.about, self.key)}@{domain}>"
        mail["Auto-Submitted"] = "auto-generated"
        mail.set_content(self.text)
        mail.add_alternative(self.page, subtype="html")
        for path in self.attachments:
            kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
            main, _, sub = kind.partition("/")
            mail.add_attachment(
                path.read_bytes(), maintype=main, subtype=sub, filename=path.name
            )  # fmt: skip
        mail["Content-Language"] = self.language  # last: content takes its own headers away
        return mail


def identity(*parts: str) -> str:
    """Return what tells one message from every other, and tells nothing of it."""
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:32]


def attached(paths: Sequence[Path]) -> tuple[Path, ...]:
    """Return as many files as a mail can carry, in the order in which they are given."""
    chosen, held = [], 0
    for path in paths:
        held += path.stat().st_size
        if held > MOST_ATTACHED:
            break
        chosen.append(path)
    return tuple(chosen)
