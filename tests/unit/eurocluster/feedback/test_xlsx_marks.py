from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import python_calamine
from openpyxl.chart import BarChart, Reference
from openpyxl.comments import Comment
from openpyxl.formatting.rule import Rule
from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation

from eurocluster.feedback.marks import Marked, Summary, in_english
from eurocluster.feedback.returned import write_returned
from eurocluster.feedback.xlsx_marks import mark_workbook
from tests.unit.eurocluster.feedback.conftest import MakeFinding
from tests.unit.eurocluster.feedback.handmade import parts_of

RED, YELLOW = "FFFF9C9C", "FFFFEE80"
THIN = Side(style="thin", color="FF00AA00")


@pytest.fixture
def register(tmp_path: Path) -> Path:
    """A workbook with one of everything that must survive."""
    workbook = openpyxl.Workbook()
    sheet: Any = workbook.active
    sheet.title = "Data"
    sheet.append(["Name", "Hours", "Date", "Double"])
    for row in range(2, 8):
        sheet.append([f"Training {row}", row - 4.5, date(2026, 3, row), f"=B{row}*2"])
    sheet["B3"].number_format = "0.00"
    sheet["B3"].font = Font(bold=True, italic=True, name="Arial")
    sheet["B3"].border = Border(left=THIN, bottom=THIN)
    sheet["B3"].alignment = Alignment(horizontal="center", wrap_text=True)
    sheet["B3"].protection = Protection(locked=False)
    sheet["B4"].fill = PatternFill("solid", fgColor="FF00FF00")
    sheet["A5"].comment = Comment("please ask Example Works", "Partner")
    sheet.merge_cells("F2:G4")
    sheet["F2"] = "one organisation for three rows"
    sheet.column_dimensions["B"].width = 20
    sheet.row_dimensions[6].hidden = True
    validation = DataValidation(type="list", formula1='"yes,no"')
    validation.add("E2:E7")
    sheet.add_data_validation(validation)
    rule = Rule(type="cellIs", operator="lessThan", formula=["0"])
    sheet.conditional_formatting.add("B2:B7", rule)
    sheet.print_area = "A1:D7"
    sheet.auto_filter.ref = "A1:D7"
    chart = BarChart()
    chart.add_data(Reference(sheet, min_col=2, min_row=1, max_row=7), titles_from_data=True)
    sheet.add_chart(chart, "I2")
    stale = workbook.create_sheet("stale")
    stale.sheet_state = "hidden"
    stale["A1"] = "old"
    notes = workbook.create_sheet("Notes & 'quotes'")
    notes["A1"] = 5
    notes.print_title_rows = "1:1"
    workbook.active = 2
    workbook.defined_names["limit"] = DefinedName("limit", attr_text="Data!$B$2")
    path = tmp_path / "register.xlsx"
    workbook.save(path)
    return path


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "out.xlsx"


def cells_of(path: Path) -> dict[tuple[str, str], tuple[Any, ...]]:
    """Everything that a cell is, but its fill and its note."""
    return {
        (sheet.title, cell.coordinate): (
            cell.value,
            cell.data_type,
            cell.number_format,
            cell.font.name,
            cell.font.b,
            cell.border.left.style,
            cell.border.bottom.style,
            cell.alignment.horizontal,
            cell.alignment.wrap_text,
            cell.protection.locked,
        )
        for sheet in openpyxl.load_workbook(path)
        for row in sheet.iter_rows()
        for cell in row
        if cell.value is not None
    }


def fills_of(path: Path) -> dict[tuple[str, str], str]:
    return {
        (sheet.title, cell.coordinate): cell.fill.fgColor.rgb
        for sheet in openpyxl.load_workbook(path)
        for row in sheet.iter_rows()
        for cell in row
        if cell.fill.fill_type
    }


def notes_of(path: Path) -> dict[tuple[str, str], str]:
    return {
        (sheet.title, cell.coordinate): cell.comment.text
        for sheet in openpyxl.load_workbook(path)
        for row in sheet.iter_rows()
        for cell in row
        if cell.comment
    }


def without_result(found: dict[tuple[str, str], Any]) -> dict[tuple[str, str], Any]:
    return {place: value for place, value in found.items() if place[0] != "result"}


def test_values_formulas_and_formats_are_the_same(
    register: Path, out: Path, summary: Summary, finding: MakeFinding
) -> None:
    before = cells_of(register)
    write_returned(register, "xlsx", summary, [finding("B3"), finding("A5"), finding("D7")], out)
    assert without_result(cells_of(out)) == before


def test_only_the_parts_that_carry_marks_change(
    register: Path, out: Path, summary: Summary, finding: MakeFinding
) -> None:
    before = parts_of(register)
    write_returned(register, "xlsx", summary, [finding("B3")], out)
    after = parts_of(out)
    assert before.keys() < after.keys()
    assert {name for name, part in before.items() if after[name] != part} == {
        "[Content_Types].xml",
        "xl/workbook.xml",
        "xl/_rels/workbook.xml.rels",
        "xl/styles.xml",
        "xl/worksheets/sheet1.xml",
        "xl/comments/comment1.xml",
        "xl/drawings/commentsDrawing1.vml",
    }


def test_charts_hidden_sheets_lists_and_names_survive(
    register: Path, out: Path, summary: Summary, finding: MakeFinding
) -> None:
    write_returned(register, "xlsx", summary, [finding("B3")], out)
    workbook = openpyxl.load_workbook(out)
    data: Any = workbook["Data"]
    assert len(data._charts) == 1
    assert workbook["stale"].sheet_state == "hidden"
    assert data.data_validations.dataValidation[0].formula1 == '"yes,no"'
    assert [str(box) for box in data.merged_cells.ranges] == ["F2:G4"]
    assert len(data.conditional_formatting) == 1
    assert data.auto_filter.ref == "A1:D7"
    assert data.row_dimensions[6].hidden
    assert data.column_dimensions["B"].width == 20
    assert workbook.defined_names["limit"].attr_text == "Data!$B$2"


def test_names_of_a_sheet_follow_it_to_its_new_place(
    register: Path, out: Path, summary: Summary, finding: MakeFinding
) -> None:
    write_returned(register, "xlsx", summary, [finding("B3")], out)
    workbook = openpyxl.load_workbook(out)
    assert workbook["Data"].print_area == "'Data'!$A$1:$D$7"
    assert workbook["Notes & 'quotes'"].print_title_rows == "$1:$1"
    assert not workbook["result"].print_area


def test_errors_are_red_and_doubts_yellow_at_exactly_their_cells(
    register: Path, out: Path, summary: Summary, finding: MakeFinding
) -> None:
    findings = [
        finding("B3"),
        finding("C5", severity="WARN"),
        finding("D6", severity="WARN"),
        finding("D6"),
        finding("A7", severity="INFO"),
    ]
    write_returned(register, "xlsx", summary, findings, out)
    assert without_result(fills_of(out)) == {
        ("Data", "B3"): RED,
        ("Data", "B4"): "FF00FF00",
        ("Data", "C5"): YELLOW,
        ("Data", "D6"): RED,
    }


def test_a_note_says_what_why_what_we_understood_and_how_to_mend_it(
    register: Path, out: Path, summary: Summary, finding: MakeFinding
) -> None:
    write_returned(register, "xlsx", summary, [finding("B3")], out)
    assert notes_of(out)["Data", "B3"] == (
        "E06 · Negative number\nHours cannot be below zero.\nWe understood: -3\n"
        "How to mend it: Write the hours that were attended."
    )


def test_two_findings_of_a_cell_are_one_note_with_the_error_first(
    register: Path, out: Path, summary: Summary, finding: MakeFinding
) -> None:
    doubt = finding("B3", severity="WARN", code="W04", title="More than planned")
    write_returned(register, "xlsx", summary, [doubt, finding("B3")], out)
    note = notes_of(out)["Data", "B3"]
    assert note.index("E06 ·") < note.index("W04 ·")


def test_a_note_of_the_partner_stays_above_ours(
    register: Path, out: Path, summary: Summary, finding: MakeFinding
) -> None:
    write_returned(register, "xlsx", summary, [finding("A5"), finding("B3")], out)
    notes = notes_of(out)
    assert notes["Data", "A5"].startswith(
        "please ask Example Works\n\n— Eurocluster —\nE06 · Negative number\n"
    )
    assert notes.keys() == {("Data", "A5"), ("Data", "B3")}


def test_the_result_sheet_comes_first_and_is_the_only_selected_tab(
    register: Path, out: Path, summary: Summary, finding: MakeFinding
) -> None:
    write_returned(register, "xlsx", summary, [finding("B3")], out)
    workbook = openpyxl.load_workbook(out)
    assert workbook.sheetnames[0] == "result"
    assert workbook.active is workbook["result"]
    assert [sheet.title for sheet in workbook if sheet.sheet_view.tabSelected] == ["result"]


def test_links_lead_to_the_cells(
    register: Path, out: Path, summary: Summary, finding: MakeFinding
) -> None:
    findings = [finding("B3"), finding("A1", sheet="Notes & 'quotes'"), finding(None, row=6)]
    write_returned(register, "xlsx", summary, findings, out)
    links = {
        cell.value: cell.hyperlink.location
        for row in openpyxl.load_workbook(out)["result"].iter_rows()
        for cell in row
        if cell.hyperlink
    }
    assert links["Data · B3"] == "'Data'!B3"
    assert links["Notes & 'quotes' · A1"] == "'Notes & ''quotes'''!A1"
    assert links["Data · row 6"] == "'Data'!A6"


def test_an_absent_cell_is_made_where_it_belongs(
    register: Path, out: Path, summary: Summary, finding: MakeFinding
) -> None:
    findings = [finding("E4"), finding("J4"), finding("A5"), finding("C12"), finding("B10")]
    write_returned(register, "xlsx", summary, findings, out)
    fills = fills_of(out)
    assert {fills["Data", cell] for cell in ("E4", "J4", "C12", "B10")} == {RED}
    assert "C10" not in {cell for _, cell in fills}


def test_a_finding_under_a_merged_cell_shows_on_the_cell_that_is_seen(
    register: Path, out: Path, summary: Summary, finding: MakeFinding
) -> None:
    write_returned(register, "xlsx", summary, [finding("G3")], out)
    assert ("Data", "F2") in notes_of(out)
    assert fills_of(out)["Data", "F2"] == RED


def test_a_finding_about_a_row_shows_on_its_first_filled_cell(
    tmp_path: Path, out: Path, summary: Summary, finding: MakeFinding
) -> None:
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    assert sheet is not None
    sheet.title = "Data"
    sheet["C4"] = "table begins in column C"
    workbook.save(tmp_path / "in.xlsx")
    write_returned(tmp_path / "in.xlsx", "xlsx", summary, [finding(None, row=4)], out)
    assert list(notes_of(out)) == [("Data", "C4")]


def test_findings_about_a_file_or_an_unknown_sheet_are_only_listed(
    register: Path, out: Path, summary: Summary, finding: MakeFinding
) -> None:
    findings = [finding(None, sheet=""), finding("B2", sheet="gone")]
    write_returned(register, "xlsx", summary, findings, out)
    texts = [cell.value for row in openpyxl.load_workbook(out)["result"] for cell in row]
    assert "whole file" in texts
    assert "gone · B2" in texts
    assert without_result(fills_of(out)) == {("Data", "B4"): "FF00FF00"}


def test_beyond_the_limit_cells_are_coloured_without_a_note_and_the_result_says_so(
    register: Path, out: Path, summary: Summary, finding: MakeFinding
) -> None:
    findings = [finding(f"A{row}", severity="WARN") for row in range(2, 7)] + [finding("B7")]
    mark_workbook(register, summary, findings, in_english, out, notes_at_most=3)
    notes = notes_of(out)
    assert [cell for _, cell in notes if notes["Data", cell].count("E06")] == ["A2", "A3", "B7"]
    assert sum(colour in (RED, YELLOW) for colour in without_result(fills_of(out)).values()) == 6
    texts = [cell.value for row in openpyxl.load_workbook(out)["result"] for cell in row]
    assert any(str(text).startswith("Sheet Data: 3 of 6 coloured cells") for text in texts)


def test_a_sheet_called_result_is_not_touched(
    tmp_path: Path, out: Path, summary: Summary, finding: MakeFinding
) -> None:
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    assert sheet is not None
    sheet.title = "Result"
    sheet["A1"] = "mine"
    workbook.save(tmp_path / "in.xlsx")
    write_returned(tmp_path / "in.xlsx", "xlsx", summary, [finding("A1", sheet="Result")], out)
    after = openpyxl.load_workbook(out)
    assert after.sheetnames == ["result (2)", "Result"]
    assert after["Result"]["A1"].value == "mine"


def test_the_same_input_gives_the_same_bytes(
    register: Path, tmp_path: Path, summary: Summary, finding: MakeFinding
) -> None:
    findings = [finding("B3"), finding("C5", severity="WARN")]
    for name in ("one.xlsx", "two.xlsx"):
        write_returned(register, "xlsx", summary, findings, tmp_path / name)
    assert (tmp_path / "one.xlsx").read_bytes() == (tmp_path / "two.xlsx").read_bytes()


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_no_text_of_ours_is_ever_computed(
    register: Path, out: Path, summary: Summary, finding: MakeFinding, start: str
) -> None:
    attack = start + "HYPERLINK(A1)"
    evil: Marked = finding("B3", understood=attack, what=attack, column_label=attack)
    write_returned(register, "xlsx", summary, [evil], out)
    cells = [
        cell
        for row in openpyxl.load_workbook(out)["result"].iter_rows()
        for cell in row
        if "HYPERLINK" in str(cell.value)
    ]
    assert len(cells) == 3
    assert {cell.data_type for cell in cells} <= {"s", "inlineStr"}
    assert all(cell.quotePrefix for cell in cells)


def test_calamine_reads_the_same_values(
    register: Path, out: Path, summary: Summary, finding: MakeFinding
) -> None:
    write_returned(register, "xlsx", summary, [finding("B3"), finding("J40")], out)
    before = python_calamine.CalamineWorkbook.from_path(register)
    after = python_calamine.CalamineWorkbook.from_path(out)
    assert after.sheet_names == ["result", *before.sheet_names]
    for name in before.sheet_names:
        assert after.get_sheet_by_name(name).to_python() == (
            before.get_sheet_by_name(name).to_python()
        )
