"""Attendance as a cross-table: one row per person and day with a mark."""

from datetime import date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eurocluster.conforming.cross_tables import days_among
from eurocluster.reading.cells import Sheet, Value
from tests.unit.eurocluster.conforming.polish_lists import (
    attendance,
    cells,
    cut,
    findings_of,
    marks,
    rows_of,
    sheet,
)

HEADERS = ("Kod szkolenia", "Imię i nazwisko", "Pracodawca", "Kraj", "Kategoria")
WHO = ("T1", "Testa Przykładna", "Alfa Sp. z o.o.", "Polska", "pracownik")
OTHER = ("T1", "Zyta Zmyślona", "Beta S.A.", "Polska", "pracownik")
DAYS = (date(2023, 3, 14), date(2023, 3, 15), date(2023, 3, 16))


def crossed(*below: tuple[Value, ...], title: str = "Lista 2023") -> Sheet:
    return sheet((title,), (*HEADERS, "14.03.2023", "15.03.2023", "16.03.2023"), *below)


@pytest.mark.parametrize(
    "headers",
    [
        ("14.03.2023", "15.03.2023"),
        ("2023-03-14", "2023-03-15"),
        (date(2023, 3, 14), datetime(2023, 3, 15, 9, 0)),
        ("14.03.", "15.03."),
        ("14/3", "15/3"),
        ("14 marca 2023", "15 marca 2023"),
    ],
)
def test_headers_that_are_days_are_days(headers: tuple[Value, ...]) -> None:
    found = days_among(("Nazwisko", *headers), {"surname": 1}, ("Lista, 2023",), "pl")
    assert dict(found) == {2: DAYS[0], 3: DAYS[1]}


@pytest.mark.parametrize(
    ("headers", "titles"),
    [
        (("14.03.2023", "Uwagi"), ()),  # one day is no cross-table
        (("14.03.", "15.03."), ()),  # of which year?
        (("14.03.", "15.03."), ("2022/2023", "Lista 2024")),
        (("31.02.", "15.03."), ("2023",)),
        (("1", "2"), ("2023",)),
    ],
)
def test_other_headers_are_no_days(headers: tuple[Value, ...], titles: tuple[str, ...]) -> None:
    assert dict(days_among(("Nazwisko", *headers), {"surname": 1}, titles, "pl")) == {}


def test_a_list_with_a_column_for_the_day_is_no_cross_table() -> None:
    assert dict(days_among(DAYS, {"session_date": 9}, (), "pl")) == {}


def test_a_list_without_persons_is_no_cross_table() -> None:
    assert dict(days_among(DAYS, {"exchange_id": 9, "training_id": 8}, (), "pl")) == {}


def test_each_mark_is_a_row_of_its_person_and_day() -> None:
    rows = rows_of(attendance(crossed((*WHO, "x", None, 2.5), (*OTHER, None, "tak", "nie"))))
    assert rows.row_numbers.tolist() == [3, 3, 4, 4]
    assert cells(rows, "session_date") == [DAYS[0], DAYS[2], DAYS[1], DAYS[2]]
    assert cells(rows, "attended") == ["yes", "yes", "yes", "no"]
    assert cells(rows, "hours") == [None, Decimal("2.5"), None, None]
    assert cells(rows, "employer_name") == ["Alfa Sp. z o.o."] * 2 + ["Beta S.A."] * 2
    assert len(set(cells(rows, "name_key"))) == 2


def test_a_finding_of_a_mark_names_the_cell_of_the_mark() -> None:
    rows = rows_of(attendance(crossed((*WHO, "x", "może", "x"))))
    (mark,) = [mark for mark in rows.marks if mark.code == "E05"]
    places = rows.cell_columns["attended"]
    assert not isinstance(places, int)
    assert (mark.column, mark.rows.tolist(), places.tolist()) == ("attended", [1], [6, 7, 8])


def test_one_and_nothing_are_marks_and_no_hours() -> None:
    rows = rows_of(attendance(crossed((*WHO, 1, 0, 1))))
    assert cells(rows, "attended") == ["yes", "no", "yes"]
    assert cells(rows, "hours") == [None, None, None]


def test_a_person_without_any_mark_is_one_row_to_ask_about() -> None:
    rows = rows_of(attendance(crossed((*WHO, "x", "x", "x"), OTHER)))
    assert rows.row_numbers.tolist() == [3, 3, 3, 4]
    assert (cells(rows, "session_date")[3], cells(rows, "attended")[3]) == (None, None)


def test_what_is_marked_on_a_person_is_marked_on_each_day() -> None:
    wrong = (*WHO[:3], "Atlantyda", WHO[4])
    rows = rows_of(attendance(crossed((*wrong, "x", None, "x"), (*OTHER, "x", None, None))))
    assert {found for found in marks(rows) if found[1] == "employer_country"} == {
        (0, "employer_country", "E09"),
        (1, "employer_country", "E09"),
    }


def test_days_are_no_unknown_columns_and_the_register_lacks_none_of_theirs() -> None:
    (table,), _ = attendance(crossed((*WHO, "x", "x", None)))
    found = findings_of(table)
    assert [finding for finding in found if finding.code == "W10"] == []
    assert {"session_date", "attended", "hours"}.isdisjoint(f.column or "" for f in found)


marked = st.tuples(*[st.sampled_from(["x", None, 3, "może"])] * 3)


@given(st.lists(marked, min_size=1, max_size=5), st.data())
def test_blocks_of_any_size_are_the_same_rows(
    said: list[tuple[Value, ...]], data: st.DataObject
) -> None:
    whole = crossed(*((*WHO, *cells_of) for cells_of in said))
    ends = data.draw(st.lists(st.integers(1, len(whole)), max_size=3))
    found = []
    for listed in (whole, cut(whole, ends)):
        (table,), _ = attendance(listed)
        blocks = list(table.rows())
        days = [day for rows in blocks for day in cells(rows, "session_date")]
        hours = [value for rows in blocks for value in cells(rows, "hours")]
        numbers = [number for rows in blocks for number in rows.row_numbers.tolist()]
        found.append((numbers, days, hours))
    assert found[0] == found[1]
    assert len(found[0][0]) == sum(max(1, sum(c is not None for c in row)) for row in said)
