"""A mailbox as a place of the contract suite: every file comes as the attachment of a mail.

Belongs here: mails with one attachment, the connection that reads them.
Does not belong here: the server (servers/mail.py), mails of other shapes (test_imap.py).
"""

import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from pathlib import Path

from eurocluster.consortium.sources import Files, ImapSource
from eurocluster.sources.connections import Credentials
from tests.sources.kinds import LOGIN, PASSWORD, Address, Case, any_bytes
from tests.sources.servers.mail import MailServer, dovecot

SENDER = "office@cooperativa.example"


class ImapPlace:
    """The inbox of a user."""

    data_ports: tuple[int, ...] = ()
    folder: Path | None = None
    password = PASSWORD
    secrets = (PASSWORD,)
    cannot: dict[Case, str] = {
        "grows": "a mail never changes: a server refuses to write to one",
    }

    def __init__(self, server: MailServer, home: Path) -> None:
        self.home = home
        self.port = server.port
        self.content_ports = (server.port,)
        self.server = server

    def declared(self, address: Address, path: str = "") -> ImapSource:
        return _declared("INBOX")

    def missing(self, address: Address) -> ImapSource:
        return _declared("No such mailbox")

    def credentials(self, address: Address, password: str | None = None) -> Credentials:
        return Credentials(
            "mail",
            host=address.host,
            port=address.port,
            login=self.server.login,
            password=PASSWORD if password is None else password,
            extra={"ca_file": str(self.server.ca_file)},
        )

    def listed_as(self, name: str) -> str | None:
        # Folders in a name are the sender's own (RFC 2183).
        return name.replace("\\", "/").rpartition("/")[2]

    def content(self, size: int, seed: int) -> bytes:
        return any_bytes(size, seed)

    def put(self, name: str, content: bytes) -> None:
        mail = EmailMessage()
        mail["From"] = f"Office <{SENDER}>"
        mail["Subject"] = _subject(name)
        mail.set_content("Please find attached our register.")
        mail.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
        self.server.deliver(mail)

    def put_large(self, name: str, size: int) -> int:
        self.put(name, bytes(size))
        return size

    def grow(self, name: str) -> None:
        raise AssertionError(self.cannot["grows"])

    def remove(self, name: str) -> None:
        self.server.remove("SUBJECT", _subject(name))


def _subject(name: str) -> str:
    return unicodedata.normalize("NFC", name).encode().hex()


def _declared(mailbox: str) -> ImapSource:
    return ImapSource(
        kind="imap",
        conn_id="mail",
        mailbox=mailbox,
        senders=(SENDER,),
        files=Files(include=("*",)),
    )


@contextmanager
def _imap(work: Path) -> Iterator[ImapPlace]:
    with dovecot(work, LOGIN, PASSWORD) as server:
        yield ImapPlace(server, work)


PLACES = {"imap": _imap}
