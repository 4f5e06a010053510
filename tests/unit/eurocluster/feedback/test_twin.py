import re
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import python_calamine

from eurocluster.feedback.marks import Summary, in_english
from eurocluster.feedback.returned import write_returned
from eurocluster.feedback.twin import SheetCells, write_twin
from eurocluster.reading.cells import ErrorValue, Value
from tests.unit.eurocluster.feedback.conftest import MakeFinding
from tests.unit.eurocluster.feedback.handmade import parts_of

Rows = list[tuple[int, tuple[Value, ...]]]


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "twin.xlsx"


def sheet_of(path: Path, name: str = "Data") -> Any:
    return openpyxl.load_workbook(path)[name]


def test_values_keep_their_type(out: Path, summary: Summary) -> None:
    values: tuple[Value, ...] = (
        "tekst",
        "12.345",
        12.345,
        5,
        True,
        date(2026, 4, 3),
        datetime.fromisoformat("2026-04-03 08:30"),
        time(7, 30),
        timedelta(hours=30),
        None,
        "koniec",
    )
    write_twin([SheetCells("Data", True, [(1, values)])], summary, [], in_english, out)
    read = [cell.value for cell in next(sheet_of(out).iter_rows())]
    assert read[:5] == list(values[:5])
    assert read[5] == datetime.fromisoformat("2026-04-03")
    assert read[6:] == list(values[6:])


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("=1+1", "=1+1"),
        ("+48 22 000 00 00", "+48 22 000 00 00"),
        ("@SUM(A1)", "@SUM(A1)"),
        ("-", "-"),
        ("https://partner.example", "https://partner.example"),
        ("{=A1}", "{=A1}"),
        ("_x0041_", "_x0041_"),
        (ErrorValue("#REF!"), "#REF!"),
        (1234567890123456, "1234567890123456"),
        (float("inf"), "inf"),
        (date(1850, 1, 2), "1850-01-02"),
        (datetime(2026, 1, 2, 3, 4, tzinfo=UTC), "2026-01-02T03:04:00+00:00"),
        (timedelta(days=-1), "-1 day, 0:00:00"),
    ],
)
def test_what_a_spreadsheet_would_change_is_written_as_text(
    out: Path, summary: Summary, value: Value, text: str
) -> None:
    write_twin([SheetCells("Data", True, [(1, (value,))])], summary, [], in_english, out)
    (row,) = python_calamine.CalamineWorkbook.from_path(out).get_sheet_by_name("Data").to_python()
    assert row == [text]
    assert not any(re.search(rb"<f[ >]", part) for part in parts_of(out).values())
    assert sheet_of(out)["A1"].quotePrefix == text.startswith(("=", "+", "-", "@"))


def test_marks_and_notes_stand_at_the_lines_of_the_source(
    out: Path, tmp_path: Path, summary: Summary, finding: MakeFinding
) -> None:
    rows: Rows = [(1, ("Name", "Hours")), (4, ("Ada", -3)), (9, (None, "x"))]
    findings = [
        finding("B4", sheet=""),
        finding("F4", sheet="", severity="WARN"),
        finding(None, row=9, sheet=""),
        finding("B6", sheet=""),
    ]
    sheets = [SheetCells("", True, rows)]
    write_returned(tmp_path / "a.csv", "csv", summary, findings, out, sheets=sheets)
    marked = {
        cell.coordinate: cell.fill.fgColor.rgb
        for row in sheet_of(out, "data").iter_rows()
        for cell in row
        if cell.comment
    }
    assert marked == {"B4": "FFFF9C9C", "F4": "FFFFEE80", "B9": "FFFF9C9C", "B6": "FFFF9C9C"}


def test_the_result_sheet_comes_first_with_links_into_the_twin(
    out: Path, summary: Summary, finding: MakeFinding
) -> None:
    sheets = [
        SheetCells("Q1: it's 100% [new] #1", True, [(1, ("a",))]),
        SheetCells("old", False, [(1, ("b",))]),
    ]
    findings = [finding("A1", sheet="Q1: it's 100% [new] #1")]
    write_twin(sheets, summary, findings, in_english, out)
    workbook = openpyxl.load_workbook(out)
    assert workbook.sheetnames == ["result", "Q1 it's 100% new #1", "old"]
    assert workbook["old"].sheet_state == "hidden"
    assert workbook.active is workbook["result"]
    links = [
        cell.hyperlink.location
        for row in workbook["result"].iter_rows()
        for cell in row
        if cell.hyperlink
    ]
    assert links == ["'Q1 it''s 100% new #1'!A1"]


def test_sheets_with_the_same_short_name_stay_apart(out: Path, summary: Summary) -> None:
    names = ["x" * 40, "X" * 41, "result"]
    write_twin([SheetCells(name, True, []) for name in names], summary, [], in_english, out)
    assert openpyxl.load_workbook(out).sheetnames == [
        "result",
        "x" * 31,
        "X" * 27 + " (2)",
        "result (2)",
    ]


def test_a_file_that_could_not_be_read_comes_back_as_a_result_alone(
    out: Path, summary: Summary, finding: MakeFinding
) -> None:
    write_twin([], summary, [finding(None, sheet="", code="F01")], in_english, out)
    workbook = openpyxl.load_workbook(out)
    assert workbook.sheetnames == ["result"]
    assert "F01 · Negative number" in [cell.value for row in workbook["result"] for cell in row]


def test_of_too_many_rows_only_those_with_findings_are_written(
    out: Path, summary: Summary, finding: MakeFinding
) -> None:
    rows: Rows = [(1, ("Name", "Hours")), (2, ("Ada", 1)), (1_200_000, ("Bo", -3))]
    findings = [finding("B1200000", understood=""), finding("A1048577")]
    write_twin([SheetCells("Data", True, rows, 1_200_000)], summary, findings, in_english, out)
    written = [[cell.value for cell in row] for row in sheet_of(out).iter_rows()]
    assert written == [
        ["Name", "Hours", "row 1"],
        [None, "row 1048577", None],
        ["Bo", -3, "row 1200000"],
    ]
    result = [cell for row in openpyxl.load_workbook(out)["result"] for cell in row]
    assert "'Data'!B3" in [cell.hyperlink.location for cell in result if cell.hyperlink]
    assert any(str(cell.value).startswith("Data has 1200000 rows") for cell in result)


def test_too_many_rows_without_notice_are_refused(out: Path, summary: Summary) -> None:
    rows: Rows = [(1_048_577, ("too far",))]
    with pytest.raises(ValueError, match="1048576 rows"):
        write_twin([SheetCells("Data", True, rows)], summary, [], in_english, out)


def test_beyond_the_limit_errors_get_their_notes_first(
    out: Path, summary: Summary, finding: MakeFinding
) -> None:
    findings = [finding(f"A{row}", severity="WARN") for row in range(1, 5)] + [finding("A5")]
    sheets = [SheetCells("Data", True, [(row, ("x",)) for row in range(1, 6)])]
    write_twin(sheets, summary, findings, in_english, out, notes_at_most=2)
    cells = [row[0] for row in sheet_of(out).iter_rows()]
    assert [cell.coordinate for cell in cells if cell.comment] == ["A1", "A5"]
    assert all(cell.fill.fill_type for cell in cells)
    texts = [str(cell.value) for row in openpyxl.load_workbook(out)["result"] for cell in row]
    assert any(text.startswith("Sheet Data: 2 of 5 coloured cells") for text in texts)


def test_the_header_stays_in_sight(out: Path, summary: Summary) -> None:
    table = replace(summary.tables[0], header_row=3)
    sheets = [SheetCells("Data", True, [(1, ("title",)), (3, ("Name",))])]
    write_twin(sheets, replace(summary, tables=(table,)), [], in_english, out)
    assert sheet_of(out).freeze_panes == "A4"


def test_the_same_input_gives_the_same_bytes(
    tmp_path: Path, summary: Summary, finding: MakeFinding
) -> None:
    for name in ("one.xlsx", "two.xlsx"):
        sheets = [SheetCells("Data", True, [(1, ("a", 1.5, date(2026, 1, 1)))])]
        write_twin(sheets, summary, [finding("A1")], in_english, tmp_path / name)
    assert (tmp_path / "one.xlsx").read_bytes() == (tmp_path / "two.xlsx").read_bytes()
