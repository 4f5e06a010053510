"""The mail server of the notices: Airflow's SMTP connection.

Belongs here: sending one message through the provider's hook.
Does not belong here: what is said to whom (notices).
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from eurocluster.airflow.connections import connection

if TYPE_CHECKING:
    from eurocluster.notices.messages import Message

CONNECTION = "smtp_default"


class NoMailServer(RuntimeError):
    """There is no connection to a mail server; the message has the command that adds it."""


@contextmanager
def mail_server() -> "Iterator[Callable[[Message], None]]":
    """Open the server and yield what sends a message.

    Raises:
        NoMailServer: The connection ``smtp_default`` is missing, or names no sender.
        OSError: Nobody answers there.
    """
    if connection(CONNECTION) is None:
        raise NoMailServer(
            "No notice was sent: Airflow has no connection to a mail server. Add it with: airflow"
            f" connections add {CONNECTION} --conn-type smtp --conn-host mail.example --conn-port"
            """ 587 --conn-login … --conn-password … --conn-extra '{"from_email": "kpi@…"}'"""
        )
    from airflow.providers.smtp.hooks.smtp import SmtpHook

    with SmtpHook(smtp_conn_id=CONNECTION) as hook:
        sender = hook.from_email
        if not sender:
            raise NoMailServer(
                f"No notice was sent: the extra of the connection {CONNECTION} names no from_email."
            )
        server: Any = hook._smtp_client  # the hook itself sends no text beside the HTML

        def post(message: "Message") -> None:
            server.send_message(message.as_mail(sender, datetime.now(UTC)))

        yield post
