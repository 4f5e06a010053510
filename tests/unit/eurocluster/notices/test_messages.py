"""Mails: headers that nobody can inject, text and HTML that say the same, one id per matter."""

from datetime import UTC, date, datetime, timedelta
from email import message_from_bytes, policy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eurocluster.notices.messages import Message, attached
from eurocluster.notices.to_stewards import next_due

NOW = datetime(2024, 10, 15, 2, 30, tzinfo=UTC)


def message(**changes) -> Message:
    parts = {
        "kind": "returned", "key": "k", "about": "gr", "to": ("registers@gr.example",),
        "subject": "Τι πρέπει να διορθωθεί", "language": "el",
        "lines": ("Τα μητρώα σας διαβάστηκαν.", "- Παρουσίες <b>&", "- Наблюдение", "Τέλος."),
    }  # fmt: skip
    return Message(**(parts | changes))


def test_a_mail_has_text_and_html_in_the_partners_alphabet() -> None:
    sent = message_from_bytes(message().as_mail("kpi@example.org", NOW).as_bytes(),
                              policy=policy.default)  # fmt: skip
    assert sent["Subject"] == "Τι πρέπει να διορθωθεί"
    assert sent["Content-Language"] == "el"
    assert sent["Auto-Submitted"] == "auto-generated"
    text = sent.get_body(("plain",)).get_content()
    page = sent.get_body(("html",)).get_content()
    assert "- Наблюдение" in text
    assert "<li>Παρουσίες &lt;b&gt;&amp;</li><li>Наблюдение</li>" in page
    assert "http" not in page


@given(st.text(), st.text())
def test_no_subject_brings_a_header_of_its_own(subject: str, line: str) -> None:
    made = message(subject=f"x {subject}", lines=(f"x{line}",))
    try:
        raw = made.as_mail("kpi@example.org", NOW).as_bytes()
    except UnicodeEncodeError:
        return  # half a character is in no file name
    read = message_from_bytes(raw, policy=policy.default)
    assert set(read.keys()) == {
        "Subject", "From", "To", "Date", "Message-ID", "Auto-Submitted", "Content-Language",
        "MIME-Version", "Content-Type",
    }  # fmt: skip


def test_the_same_matter_has_the_same_id_and_another_one_another() -> None:
    ids = [
        message(key=key, about=about).as_mail("kpi@example.org", NOW)["Message-ID"]
        for key, about in (("a", "gr"), ("a", "gr"), ("b", "gr"), ("a", "pl"))
    ]
    assert ids[0] == ids[1]
    assert len(set(ids)) == 3


def test_files_that_are_too_large_together_are_left_out(tmp_path) -> None:
    files = []
    for number, size in enumerate((9, 5, 9)):
        files.append(tmp_path / f"{number}.xlsx")
        files[-1].write_bytes(b"x" * (size * 2**20))
    assert [path.name for path in attached(files)] == ["0.xlsx", "1.xlsx"]


@given(
    st.sampled_from(["month", "quarter", "half_year", "year"]),
    st.integers(1, 28),
    st.dates(date(2020, 1, 1), date(2030, 12, 31)),
)
def test_a_register_is_due_next_in_the_month_after_its_period(every, day, today) -> None:
    due = next_due(every, day, today)
    months = {"month": 1, "quarter": 3, "half_year": 6, "year": 12}[every]
    assert today <= due
    assert due.day == day
    assert (due.month - 1) % months == 0
    assert due - today <= timedelta(days=31 * months + 31)


@pytest.mark.parametrize(
    ("every", "day", "today", "due"),
    [
        ("month", 5, date(2024, 1, 31), date(2024, 2, 5)),
        ("month", 5, date(2024, 2, 5), date(2024, 2, 5)),
        ("quarter", 15, date(2024, 1, 16), date(2024, 4, 15)),
        ("year", 28, date(2024, 12, 31), date(2025, 1, 28)),
    ],
)
def test_month_ends_do_not_move_a_due_day(every, day, today, due) -> None:
    assert next_due(every, day, today) == due
