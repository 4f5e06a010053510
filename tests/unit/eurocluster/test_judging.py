"""Judging rows against a contract: marks, days, contradicting ids, findings, identities."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import numpy as np
import pyarrow
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from eurocluster.findings import ToldFinding, told
from eurocluster.judging import Calendar, Verdict, judge, judge_together
from eurocluster.reading.columns import Column
from eurocluster.register_rows import RegisterRows, TypedColumn
from eurocluster.wording import speaker, words
from schemas import REGISTERS
from schemas.store import derived_columns

CALENDAR = Calendar(date(2022, 9, 1), date(2025, 8, 31), date(2024, 10, 15))

ATTENDED: dict[str, Any] = {
    "record_id": "r1",
    "training_id": "T1",
    "session_date": date(2024, 3, 4),
    "person_name": "a mark",
    "employer_name": "Alfa",
    "employer_country": "PL",
    "person_category": "worker",
    "attended": "yes",
    "hours": Decimal(2),
    "name_key": "0a",
    "employer_name_key": "alfa",
}
EXCHANGED: dict[str, Any] = {
    "exchange_id": "X1",
    "vo_name": "Alfa",
    "vo_country": "PL",
    "vo_type": "sme",
    "ho_name": "Beta",
    "ho_country": "SK",
    "ho_type": "cluster",
    "vo_partnership": "test",
    "mode": "physical",
    "start_date": date(2024, 3, 4),
    "end_date": date(2024, 3, 8),
    "status": "completed",
}
GOOD = {"attendance": ATTENDED, "exchanges": EXCHANGED}


def build(register: str, changes: Sequence[Mapping[str, Any]], sheet: str = "") -> RegisterRows:
    """Return rows of one sheet: a good row per item, with its changes."""
    contract = REGISTERS[register]
    names = [*contract.columns, *derived_columns(contract)]
    rows = [GOOD[register] | dict(change) for change in changes]
    return RegisterRows(
        register=register,
        file_sha256="f" * 64,
        file_name="register.csv",
        sheet=sheet,
        columns={name: TypedColumn.of(row.get(name) for row in rows) for name in names},
        row_numbers=np.arange(len(rows), dtype=np.int64) + 2,
        cell_columns={name: place for place, name in enumerate(contract.columns, start=1)},
        sent={
            name: Column.of(None if row.get(name) is None else str(row[name]) for row in rows)
            for name, column in contract.columns.items()
            if not column.metadata["personal"]
        },
    )


def verdict(register: str, *changes: Mapping[str, Any], sheet: str = "") -> Verdict:
    return judge(build(register, changes, sheet), REGISTERS[register], CALENDAR)


def marks(judged: Verdict) -> list[set[tuple[str, str]]]:
    """Return per row the (column, code) of its broken rules."""
    broken = [judged.broken(errors=kind).to_pylist() for kind in (True, False)]
    return [
        {(column, code) for text in texts for column, _, code in [text.partition(":")]}
        for texts in map(list.__add__, *broken)
    ]


def findings(judged: Verdict) -> list[ToldFinding]:
    contract = REGISTERS[judged.rows.register]
    return list(told(judged.findings(contract, speaker("en"))))


attendance_rows = st.lists(
    st.fixed_dictionaries(
        {
            "record_id": st.sampled_from([None, "r1", "r2"]),
            "training_id": st.sampled_from([None, "T1"]),
            "session_date": st.sampled_from([None, date(2022, 8, 31), date(2024, 3, 4)]),
            "person_category": st.sampled_from([None, "worker", "wizard"]),
            "attended": st.sampled_from(["yes", "maybe"]),
            "hours": st.sampled_from([None, Decimal(-1), Decimal(2), Decimal(30), Decimal(551)]),
            "headcount": st.sampled_from([None, 0, 1, 7]),
            "name_key": st.sampled_from([None, "0a", "0b"]),
        }
    ),
    min_size=1,
    max_size=6,
)


@given(attendance_rows)
@hypothesis_settings(max_examples=25)
def test_rows_judged_together_have_the_marks_of_rows_judged_alone(
    changes: list[dict[str, Any]],
) -> None:
    alone = [marks(verdict("attendance", change))[0] for change in changes]
    assert marks(verdict("attendance", *changes)) == alone


@given(attendance_rows)
@hypothesis_settings(max_examples=25)
def test_record_keys_do_not_depend_on_the_order_of_rows(changes: list[dict[str, Any]]) -> None:
    forth, back = verdict("attendance", *changes), verdict("attendance", *reversed(changes))
    assert forth.record_keys.to_pylist() == back.record_keys.to_pylist()[::-1]
    assert forth.content_hashes.to_pylist() == back.content_hashes.to_pylist()[::-1]
    assert marks(forth) == marks(back)[::-1]


def test_the_own_id_is_the_key_and_the_natural_key_stands_in_for_it() -> None:
    judged = verdict("attendance", {"hours": Decimal(1)}, {"hours": Decimal(2)})
    assert judged.record_keys.to_pylist() == ["id:r1", "id:r1"]
    blank = {"record_id": None, "hours": Decimal(1)}
    same, changed, other = verdict(
        "attendance", blank, blank | {"hours": Decimal(2)}, blank | {"name_key": "0b"}
    ).record_keys.to_pylist()
    assert same == changed
    assert same != other
    assert not same.startswith("id:")


def test_a_decimal_written_with_more_zeros_is_the_same_content() -> None:
    short, long = verdict(
        "attendance", {"hours": Decimal("6.5")}, {"hours": Decimal("6.50")}
    ).content_hashes.to_pylist()
    assert short == long


def test_a_personal_cell_is_no_part_of_a_row_s_content() -> None:
    one, other = verdict(
        "attendance", {"person_name": "Testa Przykładna"}, {"person_name": "Zyta Zmyślona"}
    ).content_hashes.to_pylist()
    assert one == other


@pytest.mark.parametrize(
    ("day", "marked"),
    [
        (date(2022, 8, 31), True),
        (date(2022, 9, 1), False),
        (date(2025, 8, 31), False),
        (date(2025, 9, 1), True),
        (None, False),
    ],
)
def test_a_counting_date_outside_the_project_is_e04(day: date | None, marked: bool) -> None:
    (broken,) = marks(verdict("attendance", {"session_date": day}))
    assert broken == ({("session_date", "E04")} if marked else set())


@pytest.mark.parametrize(
    ("status", "end", "marked"),
    [
        ("completed", date(2024, 10, 15), False),
        ("completed", date(2024, 10, 16), True),
        ("ongoing", date(2024, 10, 16), False),
    ],
)
def test_a_completion_after_the_reporting_date_is_e15(status: str, end: date, marked: bool) -> None:
    judged = verdict("exchanges", {"status": status, "end_date": end})
    assert marks(judged) == [{("end_date", "E15")} if marked else set()]
    assert (judged.rejudge_on is not None) == marked


def test_rows_are_judged_again_by_the_first_day_on_which_one_may_change() -> None:
    ends = [date(2024, 12, 1), date(2024, 11, 1), date(2024, 3, 8)]
    judged = verdict("exchanges", *({"end_date": end} for end in ends))
    again = judged.rejudge_on
    assert again is not None
    assert CALENDAR.reporting_date < again <= date(2024, 11, 2)
    later = Calendar(CALENDAR.first_day, CALENDAR.last_day, again)
    rows = build("exchanges", [{"end_date": end} for end in ends])
    assert marks(judge(rows, REGISTERS["exchanges"], later)) != marks(judged)


def test_one_id_with_other_content_on_another_sheet_is_e08_on_both() -> None:
    contract = REGISTERS["exchanges"]
    first = verdict("exchanges", {}, {"exchange_id": "X2"}, sheet="2023")
    second = verdict("exchanges", {"mode": "virtual"}, {"exchange_id": "X3"}, sheet="2024")
    assert marks(first) == marks(second) == [set(), set()]
    judge_together([first, second], contract)
    assert marks(first) == marks(second) == [{("exchange_id", "E08")}, set()]


def test_one_id_with_the_same_content_twice_is_no_contradiction() -> None:
    sheets = [verdict("exchanges", {}, sheet="2023"), verdict("exchanges", {}, sheet="2024")]
    judge_together(sheets, REGISTERS["exchanges"])
    assert [marks(sheet) for sheet in sheets] == [[set()], [set()]]


def test_rows_without_an_id_contradict_nobody() -> None:
    blank = {"record_id": None}
    judged = verdict("attendance", blank, blank | {"hours": Decimal(3)})
    judge_together([judged], REGISTERS["attendance"])
    assert marks(judged) == [set(), set()]


def test_a_finding_never_carries_a_personal_value() -> None:
    persons = {
        "person_name": "Testa Przykładna",
        "first_name": "Testa",
        "surname": "Przykładna",
        "email": "testa@p1.example",
    }
    rows = build("attendance", [{**persons, "headcount": 3, "attended": "maybe"}])
    for name in persons:
        for code in ("E16", "E14", "W03"):
            rows.mark(name, code, np.array([0]))
    rows.sent = {name: Column.of([text]) for name, text in persons.items()} | {**rows.sent}
    found = findings(judge(rows, REGISTERS["attendance"], CALENDAR))
    assert {(f.column_name, f.value) for f in found if f.column_name not in persons} == {
        ("attended", "maybe"),
        ("headcount", "3"),
    }
    assert len([f for f in found if f.column_name in persons]) == 12
    assert not [text for text in persons.values() if text in repr(found)]


def test_a_finding_names_its_cell_and_shows_it_as_sent() -> None:
    rows = build("attendance", [{}, {"hours": Decimal(-1)}], sheet="Lista")
    rows.sent = {"hours": Column.of(["2", "-1,0 h"])}
    rows.mark("hours", "E06", np.array([1]), words("Read as {number}.", number=-1))
    (finding,) = findings(judge(rows, REGISTERS["attendance"], CALENDAR))
    assert (finding.code, finding.column_name, finding.value) == ("E06", "hours", "-1,0 h")
    assert (finding.sheet, finding.row_number, finding.cell) == ("Lista", 3, "N3")
    assert "Read as -1." in finding.message


def test_an_unreadable_cell_is_not_called_empty_too() -> None:
    rows = build("attendance", [{"person_category": None}])
    rows.mark("person_category", "E05", np.array([0]))
    judged = judge(rows, REGISTERS["attendance"], CALENDAR)
    assert marks(judged) == [{("person_category", "E05")}]


def test_broken_rules_are_told_apart_by_their_severity_and_sorted() -> None:
    rows = build("attendance", [{"training_id": None, "attended": "maybe"}])
    rows.mark("session_date", "W02", np.array([0]))
    judged = judge(rows, REGISTERS["attendance"], CALENDAR)
    assert judged.broken(errors=True).to_pylist() == [["attended:E05", "training_id:E01"]]
    assert judged.broken(errors=False).to_pylist() == [["session_date:W02"]]


@pytest.mark.parametrize("register", GOOD)
def test_a_sheet_without_rows_is_judged_without_marks(register: str) -> None:
    judged = verdict(register)
    assert (marks(judged), judged.record_keys.to_pylist(), judged.rejudge_on) == ([], [], None)
    assert judged.broken(errors=True) == pyarrow.array([], pyarrow.list_(pyarrow.string()))
    assert findings(judged) == []
