"""Lines below a header: rows, and what is no row but is listed."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eurocluster.findings import Finding
from eurocluster.reading.cells import Value
from tests.unit.eurocluster.conforming.polish_lists import (
    HEADERS,
    ROW,
    attendance,
    cut,
    findings_of,
    sheet,
)

Line = tuple[Value, ...]


def rows_and_skipped(*below: Line, ends: Sequence[int] = ()) -> tuple[list[int], list[Finding]]:
    """Return the numbers of the rows of a list (below its header), and the lines left out."""
    (table,), _ = attendance(cut(sheet(HEADERS, *below), ends))
    skipped = [finding for finding in findings_of(table) if finding.code == "W16"]
    numbers = [number for rows in table.rows() for number in rows.row_numbers.tolist()]
    return numbers, skipped


def lines_of(*below: Line, ends: Sequence[int] = ()) -> tuple[list[int], list[int | None]]:
    """Return the numbers of rows and of lines left out."""
    numbers, skipped = rows_and_skipped(*below, ends=ends)
    return numbers, [finding.row for finding in skipped]


def with_cells(*changes: tuple[int, Value]) -> Line:
    row: list[Value] = list(ROW)
    for at, cell in changes:
        row[at] = cell
    return tuple(row)


TOTAL = ("Razem", *[None] * 7, 6.5)
SIGNATURE = ("Sporządziła:", "dział szkoleń")
FOOTNOTE = ("* lista bez osób, które zrezygnowały",)
NUMBERED = (*[None] * 9, "7.")


@pytest.mark.parametrize(
    "line",
    [
        pytest.param(TOTAL, id="total"),
        pytest.param(("Suma:", *[None] * 7, "6,5"), id="sum"),
        pytest.param(SIGNATURE, id="signature"),
        pytest.param(FOOTNOTE, id="footnote"),
        pytest.param(NUMBERED, id="outside the table"),
        pytest.param(HEADERS, id="header"),
    ],
)
def test_a_line_that_is_no_row_is_left_out_and_listed_wherever_it_stands(line: Line) -> None:
    assert lines_of(ROW, line, ROW, line) == ([2, 4], [3, 5])


def test_a_repeated_header_is_named_as_one() -> None:
    _, (skipped,) = rows_and_skipped(ROW, HEADERS, ROW)
    assert str(skipped.detail) == "The headers are repeated here."


def test_a_row_of_the_register_is_no_total_whatever_its_words() -> None:
    assert lines_of(with_cells((2, "Razem Testa"), (4, "Suma Sp. z o.o."))) == ([2], [])


def test_a_row_with_little_in_it_is_a_row_that_lacks_much() -> None:
    assert lines_of(ROW, ("T1", "14.03.2023", None, None, "Alfa")) == ([2, 3], [])


def test_blank_lines_are_neither_rows_nor_listed() -> None:
    assert lines_of(ROW, (), (None, "  ", " "), ROW) == ([2, 5], [])


@pytest.mark.parametrize("name", ["przykład", "John Doe"])
def test_a_sample_row_right_below_the_header_is_left_out(name: str) -> None:
    numbers, (skipped,) = rows_and_skipped(with_cells((2, name)), ROW)
    assert (numbers, skipped.row) == ([3], 2)
    assert str(skipped.detail) == "It looks like a sample row."


def test_a_name_of_samples_further_down_is_a_person() -> None:
    assert lines_of(ROW, ROW, ROW, with_cells((2, "John Doe"))) == ([2, 3, 4, 5], [])


def test_lines_above_the_header_are_neither_rows_nor_listed() -> None:
    (table,), _ = attendance(sheet(("Razem",), ("Lista",), HEADERS, ROW))
    assert [f.row for f in findings_of(table) if f.code == "W16"] == []


line = st.sampled_from(
    [ROW, TOTAL, SIGNATURE, FOOTNOTE, HEADERS, (), with_cells((2, "John Doe")), NUMBERED]
)


@given(st.lists(line, min_size=1, max_size=8), st.data())
def test_every_line_is_a_row_or_listed_in_blocks_of_any_size(
    below: list[Line], data: st.DataObject
) -> None:
    ends = data.draw(st.lists(st.integers(1, len(below) + 1), max_size=3))
    numbers, skipped = lines_of(*below, ends=ends)
    filled = [number for number, cells in enumerate(below, start=2) if cells]
    assert sorted([*numbers, *skipped]) == filled  # type: ignore[type-var]
    assert (numbers, skipped) == lines_of(*below)


def test_reading_the_rows_again_lists_no_line_twice() -> None:
    (table,), _ = attendance(cut(sheet(HEADERS, ROW, TOTAL, ROW), (2,)))
    first, again = findings_of(table), findings_of(table)
    assert [f.row for f in first if f.code == "W16"] == [3]
    assert first == again


def test_lines_of_thousands_of_cells_are_rows_or_listed() -> None:
    wide = tuple(f"x{at}" for at in range(3_000))
    beside = (*[None] * 2_500, "a note far right")
    assert lines_of((*ROW, *wide), (*TOTAL, *wide), beside, ROW) == ([2, 5], [3, 4])


def test_a_repeated_header_is_one_where_a_column_has_thousands_of_words() -> None:
    names = [
        with_cells((2, f"Testa Próbka {'abcdefghij'[at % 10] * (at // 10)}")) for at in range(1_100)
    ]
    numbers, skipped = lines_of(*names, HEADERS, ROW)
    assert skipped == [1_102]
    assert len(numbers) == 1_101
