"""JSON and CSV: what goes in comes out, and the same values give the same bytes."""

import csv
import io
import json
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from eurocluster.reading.cells import ErrorValue, Sheet
from eurocluster.terminal.machine_formats import as_csv, as_json, cells_as_csv

TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=20)


@given(rows=st.lists(st.tuples(TEXTS, st.integers() | st.none(), st.booleans())))
def test_json_is_a_list_with_one_record_per_line(rows: list[tuple[object, ...]]) -> None:
    text = as_json(("name", "count", "is_known"), rows)
    assert [tuple(record.values()) for record in json.loads(text)] == rows
    assert text.count("\n") == (len(rows) + 2 if rows else 1)


@given(rows=st.lists(st.tuples(TEXTS, st.integers())))
def test_csv_reads_back_as_the_same_texts(rows: list[tuple[str, int]]) -> None:
    text = as_csv(("name", "count"), rows)
    assert list(csv.reader(io.StringIO(text)))[1:] == [[name, str(count)] for name, count in rows]


def test_values_that_json_does_not_know_are_written_as_people_would() -> None:
    row = (
        Decimal("1.50"), Decimal(2), date(2024, 3, 31), datetime(2024, 3, 31, 2, tzinfo=UTC),
        time(9, 30), timedelta(hours=26), float("nan"), [date(2024, 1, 1)], {"a": Decimal("0.1")},
        b"bytes",
    )  # fmt: skip
    assert list(json.loads(as_json([str(n) for n in range(len(row))], [row]))[0].values()) == [
        1.5, 2, "2024-03-31", "2024-03-31T02:00:00+00:00", "09:30:00", "1 day, 2:00:00", None,
        ["2024-01-01"], {"a": 0.1}, "b'bytes'",
    ]  # fmt: skip


def test_nothing_is_an_empty_cell_and_a_list_is_json() -> None:
    assert as_csv(("a", "b", "c"), [(None, ["x", "y"], True)]) == 'a,b,c\n,"[""x"", ""y""]",true\n'


def test_text_that_looks_like_a_number_can_be_told_from_a_number() -> None:
    sheet = Sheet.of("Arkusz", (("12.345", 12.345, date(2024, 3, 31), ErrorValue("#N/A"), None),))
    assert cells_as_csv([sheet]) == (
        'sheet,row,A,B,C,D\n"Arkusz",1,"12.345",12.345,2024-03-31,#N/A\n'
    )


def test_cells_keep_their_row_and_column_wherever_a_sheet_begins() -> None:
    sheets = [
        Sheet.of("one", (("x",), (), (None, "y")), first_row=3, first_column=2),
        Sheet.of("two", ((1, 2, 3, 4),)),
    ]
    assert cells_as_csv(sheets) == (
        'sheet,row,A,B,C,D\n"one",3,,"x",,\n"one",5,,,"y",\n"two",1,1,2,3,4\n'
    )


@given(cells=st.lists(TEXTS | st.integers() | st.none(), min_size=1, max_size=6))
def test_cells_read_back_in_their_columns(cells: list[str | int | None]) -> None:
    rows = list(csv.reader(io.StringIO(cells_as_csv([Sheet.of("s", (tuple(cells),))]))))
    while cells and cells[-1] is None:
        cells = cells[:-1]
    said = ["" if cell is None else str(cell) for cell in cells]
    assert rows[1:] == ([["s", "1", *said]] if any(c is not None for c in cells) else [])
