"""Dovecot: a mailbox of one user, over IMAP with TLS and, on another port, without.

Belongs here: its start, its user, bringing mails in.
Does not belong here: what stands in the mails (kinds/imap.py, test_imap.py).
"""

import imaplib
import ssl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from email.message import EmailMessage
from pathlib import Path

from tests.sources.servers.certificates import certificate
from tests.sources.servers.processes import LOOPBACK, free_port, running

_NOBODY = 65534  # dovecot refuses to read mails as root

_CONFIGURATION = """
protocols = imap
listen = 127.0.0.1
base_dir = {work}/run
state_dir = {work}/state
log_path = {work}/dovecot.log
ssl = yes
ssl_cert = <{certificate}
ssl_key = <{certificate}
disable_plaintext_auth = no
auth_failure_delay = 0
default_login_user = nobody
default_internal_user = nobody
default_internal_group = nogroup
first_valid_uid = 0
mail_location = maildir:{work}/mail/Maildir
passdb {{
  driver = passwd-file
  args = {work}/users
}}
userdb {{
  driver = passwd-file
  args = {work}/users
}}
service anvil {{
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {plain_port}
  }}
  inet_listener imaps {{
    port = {port}
    ssl = yes
  }}
}}
service stats {{
  unix_listener stats-writer {{
    mode = 0666
  }}
}}
"""


@dataclass(frozen=True)
class MailServer:
    """A running server and its user. `port` speaks TLS at once, `plain_port` only when asked to."""

    port: int
    plain_port: int
    ca_file: Path
    login: str
    password: str = field(repr=False)

    @contextmanager
    def session(self) -> Iterator[imaplib.IMAP4]:
        """Sign in as the mailbox's owner does."""
        context = ssl.create_default_context(cafile=str(self.ca_file))
        with imaplib.IMAP4_SSL(LOOPBACK, self.port, ssl_context=context) as session:
            secret = f"\0{self.login}\0{self.password}".encode()
            session.authenticate("PLAIN", lambda _: secret)
            yield session

    def deliver(
        self, mail: EmailMessage | bytes, mailbox: str = "INBOX", arrived: datetime | None = None
    ) -> None:
        """Put a mail into a mailbox, whose name is given as it goes over the wire."""
        moment = time.time() if arrived is None else arrived.timestamp()
        content = mail if isinstance(mail, bytes) else mail.as_bytes()
        with self.session() as session:
            session.create(f'"{mailbox}"')
            answer = session.append(f'"{mailbox}"', "", imaplib.Time2Internaldate(moment), content)
            assert answer[0] == "OK", answer

    def remove(self, *criteria: str) -> None:
        """Delete mails of the inbox that match."""
        with self.session() as session:
            session.select("INBOX")
            _, found = session.uid("SEARCH", *criteria)
            for uid in found[0].split():
                session.uid("STORE", uid.decode(), "+FLAGS", r"(\Deleted)")
            session.expunge()


@contextmanager
def dovecot(work: Path, login: str, password: str) -> Iterator[MailServer]:
    """Run the server until the block ends. It has to be started by root."""
    for name in ("run", "state", "mail"):
        (work / name).mkdir()
    (work / "mail").chmod(0o777)
    users = work / "users"
    # In hexadecimal: a colon would end the password.
    secret = password.encode().hex()
    users.write_text(f"{login}:{{PLAIN.HEX}}{secret}:{_NOBODY}:{_NOBODY}::{work}/mail::\n")
    port, plain_port = free_port(), free_port()
    pem = certificate(work)
    configuration = work / "dovecot.conf"
    configuration.write_text(
        _CONFIGURATION.format(work=work, certificate=pem, port=port, plain_port=plain_port)
    )
    command = ["/usr/sbin/dovecot", "-F", "-c", str(configuration)]
    with running(command, plain_port, work / "output.log", greeting=b"* OK"):
        yield MailServer(port, plain_port, work / "tls.crt", login, password)
