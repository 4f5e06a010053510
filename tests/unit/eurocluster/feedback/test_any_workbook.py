"""Whatever the workbook and wherever the findings: marks at their cells, nothing else changed."""

import tempfile
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import python_calamine
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.comments import Comment

from eurocluster.feedback.marks import Marked, Summary
from eurocluster.feedback.returned import write_returned
from eurocluster.feedback.twin import SheetCells
from eurocluster.reading.cells import cell_name

SUMMARY = Summary("Result", "any.xlsx", "today", "All is said below.")
Place = tuple[int, int]

texts = st.text(
    st.characters(
        codec="utf-8", exclude_categories=["Cc", "Cs"], exclude_characters="\ufffe\uffff"
    ),
    max_size=12,
)
values = st.one_of(
    texts,
    st.integers(-(10**9), 10**9),
    st.integers(-(10**9), 10**9).map(lambda number: number / 64),
    st.booleans(),
    st.dates(date(1950, 1, 1), date(2050, 1, 1)),
    st.sampled_from(["=1+1", "=SUM(A1:A3)", "_x0041_", "]]>", "&amp;"]),
)
places = st.tuples(st.integers(1, 12), st.integers(1, 8))
grids = st.dictionaries(places, values, max_size=25)
marks = st.dictionaries(places, st.sampled_from(["ERROR", "WARN", "INFO"]), max_size=12)


def finding(place: Place, severity: Any) -> Marked:
    return Marked("Data", place[0], cell_name(*place), "c", "E01", severity, "t", "w", "u", "h")


def findings_of(marked: dict[Place, str]) -> list[Marked]:
    return [finding(place, severity) for place, severity in marked.items()]


def marks_of(sheet: Any) -> tuple[dict[Place, str], set[Place]]:
    cells = [cell for row in sheet.iter_rows() for cell in row]
    fills = {(c.row, c.column): c.fill.fgColor.rgb for c in cells if c.fill.fill_type}
    return fills, {(c.row, c.column) for c in cells if c.comment}


def expected_fills(marked: dict[Place, str]) -> dict[Place, str]:
    colours = {"ERROR": "FFFF9C9C", "WARN": "FFFFEE80"}
    return {place: colours[kind] for place, kind in marked.items() if kind in colours}


@settings(max_examples=30, deadline=None)
@given(grids, marks, places)
def test_a_workbook_comes_back_with_the_marks_and_nothing_else(
    grid: dict[Place, Any], marked: dict[Place, str], noted: Place
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        source, out = Path(folder, "in.xlsx"), Path(folder, "out.xlsx")
        workbook = openpyxl.Workbook()
        sheet = workbook.active
        assert sheet is not None
        sheet.title = "Data"
        for (row, column), value in grid.items():
            sheet.cell(row, column, value)
        sheet.cell(*noted).comment = Comment("mine", "Partner")
        workbook.save(source)
        write_returned(source, "xlsx", SUMMARY, findings_of(marked), out)

        after = openpyxl.load_workbook(out)["Data"]
        before = openpyxl.load_workbook(source)["Data"]
        fills, notes = marks_of(after)
        assert fills == expected_fills(marked)
        assert notes == fills.keys() | {noted}
        note = after.cell(*noted).comment
        assert note is not None
        assert str(note.text).startswith("mine")
        for place in grid:
            assert after.cell(*place).value == before.cell(*place).value
            assert after.cell(*place).number_format == before.cell(*place).number_format
        assert _read(out) == _read(source)


@settings(max_examples=30, deadline=None)
@given(grids, marks)
def test_a_twin_holds_the_values_and_the_marks(
    grid: dict[Place, Any], marked: dict[Place, str]
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder, "out.xlsx")
        rows = [
            (row, tuple(grid.get((row, column)) for column in range(1, 9)))
            for row in sorted({row for row, _ in grid})
        ]
        sheets = [SheetCells("Data", True, rows)]
        write_returned(out, "csv", SUMMARY, findings_of(marked), out, sheets=sheets)
        fills, notes = marks_of(openpyxl.load_workbook(out)["Data"])
        assert fills == expected_fills(marked)
        assert notes == fills.keys()
        assert _read(out) == {place: value for place, value in grid.items() if value != ""}


def _read(path: Path) -> dict[Place, Any]:
    """Cells of the sheet `Data` as a reader without any of our code sees them."""
    sheet = python_calamine.CalamineWorkbook.from_path(path).get_sheet_by_name("Data")
    return {
        (number, column): value
        for number, row in enumerate(sheet.to_python(skip_empty_area=False), 1)
        for column, value in enumerate(row, 1)
        if value != ""
    }
