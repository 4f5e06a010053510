"""What is mailed to whom, once, through a real mail server and Airflow's own hook."""

import json
import socket
from collections.abc import Iterator
from datetime import date
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from aiosmtpd.controller import Controller

from eurocluster.airflow.notices import NoMailServer, mail_server
from eurocluster.notices import outbox

REGISTERS = {"p1": {"exchanges": [{}]}, "p2": {"exchanges": [{}], "pacts": [{}]}}


class Server:
    """A mail server on loopback that keeps what it takes."""

    def __init__(self) -> None:
        self.taken: list[EmailMessage] = []
        self.refuses: str | None = None
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802
        if address == self.refuses:
            return "550 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        self.taken.append(message_from_bytes(envelope.content, policy=policy.default))
        return "250 OK"


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    kept = Server()
    controller = Controller(kept, hostname="127.0.0.1", port=kept.port)
    controller.start()
    connection = {
        "conn_type": "smtp", "host": "127.0.0.1", "port": kept.port,
        "extra": {"disable_tls": True, "disable_ssl": True, "from_email": "kpi@example.org"},
    }  # fmt: skip
    monkeypatch.setenv("AIRFLOW_CONN_SMTP_DEFAULT", json.dumps(connection))
    yield kept
    controller.stop()


@pytest.fixture
def settings(publish_rows, delivery, finding, declare_consortium):
    made = publish_rows(
        deliveries=[
            delivery("d1", "p1", "exchanges", rows_read=812, rows_refused=3, rows_doubtful=40,
                     is_newest=True),
            delivery("d2", "p2", "exchanges", rows_read=5, is_newest=True),
        ],
        findings=[finding("d1", "p1", "E02", row_number=row) for row in (7, 8)],
        completeness=[
            {"partner": "p1", "register": "exchanges", "status": "received",
             "timeliness": "on_time"},
            {"partner": "p2", "register": "exchanges", "status": "received",
             "timeliness": "overdue", "last_due_on": date(2024, 10, 5)},
        ],
    )  # fmt: skip
    declare_consortium(made.home)
    folder = made.feedback / "p1"
    folder.mkdir(parents=True)
    (folder / "exchanges (wynik).xlsx").write_bytes(b"the workbook")
    return made


def send(settings):
    with mail_server() as post:
        return outbox.send(settings, outbox.messages(settings), post)


def test_each_gets_what_concerns_them_in_their_language(settings, server) -> None:
    assert send(settings).sent == 3
    by_recipient = {mail["To"]: mail for mail in server.taken}
    assert set(by_recipient) == {"coordination@example.org", "p1@example.org", "p2@example.org"}
    returned = by_recipient["p1@example.org"]
    assert "co trzeba poprawić" in returned["Subject"]
    text = returned.get_body(("plain",)).get_content()
    assert "odczytano wierszy: 812, odrzucono: 3" in text
    (attachment,) = returned.iter_attachments()
    assert attachment.get_filename() == "exchanges (wynik).xlsx"
    assert attachment.get_content() == b"the workbook"
    reminder = by_recipient["p2@example.org"].get_body(("plain",)).get_content()
    assert "2024-10-05" in reminder
    summary = by_recipient["coordination@example.org"].get_body(("plain",)).get_content()
    assert "Not up to date" in summary
    assert len([line for line in summary.splitlines() if line.startswith("- ")]) <= 10


def test_a_night_that_says_nothing_new_mails_nothing(settings, server) -> None:
    send(settings)
    assert send(settings).sent == 0
    assert len(server.taken) == 3


def test_a_recipient_who_is_refused_keeps_nobody_else_from_their_mail(settings, server) -> None:
    server.refuses = "p1@example.org"
    with pytest.raises(outbox.NotSent, match="1 of 3 messages"):
        send(settings)
    assert len(server.taken) == 2
    server.refuses = None
    assert send(settings).sent == 1
    assert {mail["To"] for mail in server.taken} >= {"p1@example.org"}


def test_killed_before_it_is_written_down_a_mail_comes_again_with_its_id(settings, server) -> None:
    found = outbox.messages(settings, kind="summary")
    with mail_server() as post:
        post(found[0])  # and then the process is gone
        outbox.send(settings, found, post)
    assert len({mail["Message-ID"] for mail in server.taken}) == 1


def test_the_ledger_of_what_was_sent_names_no_address(settings, server) -> None:
    send(settings)
    assert "@" not in outbox.sent_ledger(settings).path.read_text()


def test_without_a_mail_server_the_command_that_adds_one_is_told(settings) -> None:
    with pytest.raises(NoMailServer, match="connections add smtp_default"), mail_server():
        pass


def test_without_notices_in_the_declaration_nothing_is_said(settings, declare_consortium) -> None:
    declare_consortium(settings.home, notices=None)
    assert outbox.messages(settings) == []
    assert {message.kind for message in outbox.messages(settings, even_if_off=True)} == {
        "summary", "returned", "reminder",
    }  # fmt: skip


def test_a_reminder_comes_at_each_step_once(settings) -> None:
    keys = {
        day: [m.key for m in outbox.messages(settings, kind="reminder", today=date(2024, 10, day))]
        for day in (5, 6, 7, 11, 12, 18, 19, 30)
    }
    assert keys[5] == []
    assert keys[6] == keys[7] == keys[11]
    assert keys[12] == keys[18]
    assert keys[19] == keys[30]
    assert len({keys[6][0], keys[12][0], keys[19][0]}) == 3


def test_a_register_that_is_due_soon_is_told_unless_it_was_renewed(
    settings, publish_rows, declare_consortium
) -> None:
    expected = {"every": "month", "due_day": 18}
    declare_consortium(settings.home, expected=expected)
    soon = outbox.messages(settings, kind="reminder", partner="p1", today=date(2024, 10, 15))
    assert len(soon) == 1
    assert "2024-10-18" in soon[0].text
    early = outbox.messages(settings, kind="reminder", partner="p1", today=date(2024, 10, 14))
    assert early == []
