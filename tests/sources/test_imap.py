"""What only mailboxes can do: senders, mails of every shape, the newest of a name, no traces."""

import base64
import quopri
import random
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from uuid import uuid4

import pytest

from eurocluster.consortium.sources import Files, ImapSource
from eurocluster.sources.connections import Credentials
from eurocluster.sources.imap import ImapMailbox
from eurocluster.sources.protocol import (
    AuthFailed,
    Limits,
    MissingConnection,
    NotThere,
    NotTrusted,
    RemoteFile,
    SourceError,
    TooBig,
    UnexpectedAnswer,
)
from tests.sources.faults import PROXY, fault_proxies
from tests.sources.kinds import LOGIN, PASSWORD
from tests.sources.servers.certificates import certificate
from tests.sources.servers.mail import MailServer, dovecot

pytestmark = pytest.mark.slow

LIMITS = Limits(connect=3, read=3, deadline=30)
SENDER = "Office@Cooperativa.example"
NOW = datetime.now(UTC).replace(microsecond=0)


@pytest.fixture(scope="module")
def server(open_folder: Path) -> Iterator[MailServer]:
    with dovecot(open_folder, LOGIN, PASSWORD) as running:
        yield running


@pytest.fixture
def box() -> str:
    """A mailbox for one test alone."""
    return uuid4().hex


def connection(server: MailServer) -> Credentials:
    return Credentials(
        "mail",
        host="127.0.0.1",
        port=server.port,
        login=LOGIN,
        password=PASSWORD,
        extra={"ca_file": str(server.ca_file)},
    )


def declared(mailbox: str, *, days: int = 400) -> ImapSource:
    return ImapSource(
        kind="imap",
        conn_id="mail",
        mailbox=mailbox,
        senders=(SENDER, "anna@cooperativa.example"),
        days=days,
        files=Files(include=("*",)),
    )


def opened(
    server: MailServer, mailbox: str, *, limits: Limits = LIMITS, days: int = 400
) -> ImapMailbox:
    return ImapMailbox(declared(mailbox, days=days), connection(server), limits)


def mail(
    *files: tuple[str | None, bytes], sender: str = f"Office <{SENDER}>", text: str = "Hello."
) -> EmailMessage:
    message = EmailMessage()
    message["From"] = sender
    message["Subject"] = "Our register"
    message.set_content(text)
    for name, content in files:
        message.add_attachment(
            content, maintype="application", subtype="octet-stream", filename=name
        )
    return message


def contents(source: ImapMailbox) -> dict[str, bytes]:
    with closing(source):
        return {file.name: b"".join(source.open(file)) for file in source.list()}


def test_only_files_of_declared_senders_are_listed(server: MailServer, box: str) -> None:
    senders = {
        "theirs.csv": SENDER.upper(),
        "colleague.csv": "Anna Ε. <anna@cooperativa.example>",
        "stranger.csv": "stranger@elsewhere.example",
        "in the name.csv": f'"{SENDER}" <stranger@elsewhere.example>',
        "longer.csv": f"{SENDER}.elsewhere.example",
        "two.csv": f"{SENDER}, stranger@elsewhere.example",
    }
    for name, sender in senders.items():
        server.deliver(mail((name, b"x"), sender=sender), box)
    replied_to = mail(("reply.csv", b"x"), sender="stranger@elsewhere.example")
    replied_to["Reply-To"] = replied_to["Sender"] = SENDER
    server.deliver(replied_to, box)
    assert set(contents(opened(server, box))) == {"theirs.csv", "colleague.csv"}


def test_of_mails_with_a_file_of_one_name_the_newest_counts(server: MailServer, box: str) -> None:
    ages = {b"August": 30, b"September": 1, b"July": 60}
    for content, days in ages.items():
        arrived = NOW - timedelta(days=days)
        server.deliver(mail(("Persons.csv", content), ("a.csv", content)), box, arrived)
    server.deliver(mail(("PERSONS.csv", b"May")), box, NOW - timedelta(days=200))
    server.deliver(mail(("older.csv", b"kept")), box, NOW - timedelta(days=300))
    assert contents(opened(server, box)) == {
        "Persons.csv": b"September",
        "a.csv": b"September",
        "older.csv": b"kept",
    }


def test_of_mails_of_one_second_the_last_that_came_counts(server: MailServer, box: str) -> None:
    for content in (b"first", b"second"):
        server.deliver(mail(("persons.csv", content)), box, NOW)
    assert contents(opened(server, box)) == {"persons.csv": b"second"}


def test_two_files_of_one_name_in_one_mail_are_both_there(server: MailServer, box: str) -> None:
    server.deliver(mail(("persons.csv", b"north"), ("persons.csv", b"south")), box)
    with closing(opened(server, box)) as source:
        files = list(source.list())
        assert {b"".join(source.open(file)) for file in files} == {b"north", b"south"}
        assert len({file.version for file in files}) == 2


def test_mails_that_came_long_ago_or_are_deleted_are_left_out(server: MailServer, box: str) -> None:
    server.deliver(mail(("old.csv", b"x")), box, NOW - timedelta(days=40))
    server.deliver(mail(("new.csv", b"x")), box, NOW - timedelta(days=5))
    assert set(contents(opened(server, box, days=20))) == {"new.csv"}
    with server.session() as session:
        session.select(box)
        session.store("2", "+FLAGS", r"(\Deleted)")
    assert contents(opened(server, box, days=20)) == {}


def test_reading_leaves_no_trace(server: MailServer, box: str) -> None:
    server.deliver(mail(("persons.csv", b"x")), box)
    assert contents(opened(server, box)) == {"persons.csv": b"x"}
    with server.session() as session:
        session.select(box, readonly=True)
        _, flags = session.fetch("1", "(FLAGS)")
    assert flags[0] is not None
    assert rb"\Seen" not in flags[0]


def test_a_listing_fetches_no_content(server: MailServer, box: str) -> None:
    server.deliver(mail(("persons.csv", random.Random(1).randbytes(3 << 20))), box)
    with fault_proxies([server.port]) as proxies:
        known = replace(connection(server), host=PROXY)
        with closing(ImapMailbox(declared(box), known, LIMITS)) as source:
            (file,) = source.list()
    assert proxies[server.port].sent_bytes < 20_000
    assert file.modified is not None
    assert abs(file.modified - NOW) < timedelta(hours=1)


@pytest.mark.parametrize("mailbox", ["Μητρώα", "Präsenz & Stunden", 'a "quoted" \\ one', "日本"])
def test_a_mailbox_may_have_any_name(server: MailServer, mailbox: str) -> None:
    over_the_wire = {
        "Μητρώα": "&A5wDtwPEA8EDzgOx-",
        "Präsenz & Stunden": "Pr&AOQ-senz &- Stunden",
        'a "quoted" \\ one': 'a \\"quoted\\" \\\\ one',
        "日本": "&ZeVnLA-",
    }
    server.deliver(mail(("persons.csv", b"x")), over_the_wire[mailbox])
    assert contents(opened(server, mailbox)) == {"persons.csv": b"x"}


@pytest.mark.parametrize("mailbox", ["no such", 'a" "b', "line\r\nA1 LOGOUT", ""])
def test_a_mailbox_that_is_not_there_is_told_as_such(server: MailServer, mailbox: str) -> None:
    with pytest.raises(NotThere):
        opened(server, mailbox)


def test_files_in_a_forwarded_mail_and_within_the_text_are_found(
    server: MailServer, box: str
) -> None:
    forwarded = mail(("inner.csv", b"inner"), sender="somebody@elsewhere.example")
    outer = mail(("outer.csv", b"outer"))
    outer.add_attachment(forwarded)
    inline = EmailMessage()
    inline.set_content("a;b\n", subtype="csv", disposition="inline", filename="inline.csv")
    outer.attach(inline)
    outer.add_attachment(b"x", maintype="application", subtype="pdf")
    server.deliver(outer, box)
    assert contents(opened(server, box)) == {
        "outer.csv": b"outer",
        "inner.csv": b"inner",
        "inline.csv": b"a;b\r\n",
        "unnamed 5.pdf": b"x",
    }


def test_a_mail_that_is_nothing_but_a_file_is_read(server: MailServer, box: str) -> None:
    message = EmailMessage()
    message["From"] = SENDER
    message.set_content(b"PK", maintype="application", subtype="zip", filename="only.xlsx")
    server.deliver(message, box)
    assert contents(opened(server, box)) == {"only.xlsx": b"PK"}


@pytest.mark.parametrize("encoding", ["base64", "quoted-printable", "8bit"])
@pytest.mark.parametrize("size", [0, 1, 2, 3, 1 << 20, (3 << 20) + 1])
def test_a_part_is_decoded_across_the_pieces_in_which_it_comes(
    server: MailServer, box: str, encoding: str, size: int
) -> None:
    dice = random.Random(size)
    words = ("Δεξιότητες", "=", " ", "x" * 70, "\r\n", "é")
    text = "".join(dice.choices(words, k=size // 12 + 5)).encode()[: size or 0]
    content = text.decode("utf-8", "ignore").rstrip().encode()
    match encoding:
        case "base64":
            sent = base64.encodebytes(content)
        case "quoted-printable":
            sent = quopri.encodestring(content.replace(b"\r\n", b"\n")).replace(b"\n", b"\r\n")
        case _:
            sent = content
    head = (
        f"From: {SENDER}\r\nMIME-Version: 1.0\r\nContent-Type: text/csv; name=a.csv\r\n"
        f"Content-Transfer-Encoding: {encoding}\r\n\r\n"
    )
    server.deliver(head.encode() + sent, box)
    assert contents(opened(server, box)) == {"a.csv": content}


@pytest.mark.parametrize("damage", [b"QUJD\r\nQUI", b"QUI=\r\nQUJD\r\n", b"Q===\r\n"])
def test_a_file_that_was_damaged_on_its_way_is_not_read(
    server: MailServer, box: str, damage: bytes
) -> None:
    head = (
        f"From: {SENDER}\r\nMIME-Version: 1.0\r\nContent-Type: text/csv; name=a.csv\r\n"
        "Content-Transfer-Encoding: base64\r\n\r\n"
    )
    server.deliver(head.encode() + damage, box)
    with closing(opened(server, box)) as source:
        (file,) = source.list()
        with pytest.raises(UnexpectedAnswer):
            list(source.open(file))


def test_no_piece_is_large(server: MailServer, box: str) -> None:
    server.deliver(mail(("large.bin", bytes(5 << 20))), box)
    with closing(opened(server, box)) as source:
        (file,) = source.list()
        assert max(len(piece) for piece in source.open(file)) <= 1 << 20


def test_more_mails_than_are_looked_at_are_too_many(server: MailServer, box: str) -> None:
    for number in range(3):
        server.deliver(mail((f"{number}.csv", b"x")), box)
    limits = replace(LIMITS, listed=2)
    with closing(opened(server, box, limits=limits)) as source, pytest.raises(TooBig):
        list(source.list())


@pytest.mark.parametrize("ref", ["1/1)/7bit", "1:*/1/7bit", "1/1] RFC822/7bit", ""])
def test_what_was_not_listed_is_not_asked_for(server: MailServer, ref: str) -> None:
    with closing(opened(server, "INBOX")) as source, pytest.raises(NotTrusted):
        list(source.open(RemoteFile("a.csv", None, None, ref=ref)))


def test_a_server_whose_certificate_nobody_vouches_for_is_not_trusted(
    server: MailServer, tmp_path: Path
) -> None:
    unknown = replace(connection(server), extra={})
    with pytest.raises(NotTrusted):
        ImapMailbox(declared("INBOX"), unknown, LIMITS)
    other = replace(connection(server), extra={"ca_file": str(certificate(tmp_path))})
    with pytest.raises(NotTrusted):
        ImapMailbox(declared("INBOX"), other, LIMITS)


def test_a_port_without_tls_is_not_spoken_to_unless_that_is_declared(
    server: MailServer, box: str
) -> None:
    server.deliver(mail(("persons.csv", b"x")), box)
    plain = replace(connection(server), port=server.plain_port)
    with pytest.raises(SourceError):
        ImapMailbox(declared(box), plain, LIMITS)
    for extra in ({"use_ssl": False}, {"use_ssl": "false"}, {"use_starttls": True}):
        known = replace(plain, extra={**plain.extra, **extra})
        assert set(contents(ImapMailbox(declared(box), known, LIMITS))) == {"persons.csv"}


def test_the_password_is_tried_once(server: MailServer) -> None:
    log = server.ca_file.parent / "dovecot.log"
    before = log.read_text().count("auth failed")
    wrong = replace(connection(server), password="wrong")
    with pytest.raises(AuthFailed):
        ImapMailbox(declared("INBOX"), wrong, LIMITS)
    with server.session():
        pass  # the log is complete up to here
    assert log.read_text().count("auth failed, 1 attempts") == before + 1
    assert "auth failed, 2 attempts" not in log.read_text()


def test_a_connection_that_lacks_something_is_told_with_the_command() -> None:
    for lacking in (Credentials("mail"), Credentials("mail", host="mail.example", login="a")):
        with pytest.raises(MissingConnection, match="airflow connections add mail"):
            ImapMailbox(declared("INBOX"), lacking, LIMITS)


def test_closing_twice_and_reading_after_it_fail_in_words(server: MailServer) -> None:
    source = opened(server, "INBOX")
    source.close()
    source.close()
    with pytest.raises(SourceError):
        list(source.list())
