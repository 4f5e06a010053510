"""The returned workbook, mended by the partner and sent again."""

import re
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.comments import Comment
from openpyxl.styles import PatternFill

from eurocluster.feedback.marks import Summary
from eurocluster.feedback.returned import write_returned
from eurocluster.feedback.twin import SheetCells
from tests.unit.eurocluster.feedback.conftest import MakeFinding, MakePackage
from tests.unit.eurocluster.feedback.handmade import parts_of


@pytest.fixture
def first(tmp_path: Path) -> Path:
    return tmp_path / "first.xlsx"


@pytest.fixture
def second(tmp_path: Path) -> Path:
    return tmp_path / "second.xlsx"


@pytest.fixture
def noted(tmp_path: Path) -> Path:
    """A workbook in which the partner wrote a note on A2."""
    workbook = openpyxl.Workbook()
    sheet: Any = workbook.active
    sheet.title = "Data"
    sheet.append(["Name", "Hours"])
    sheet.append(["Ada", -3])
    sheet["B2"].number_format = "0.00"
    sheet["A2"].comment = Comment("ask her", "Partner")
    path = tmp_path / "noted.xlsx"
    workbook.save(path)
    return path


def marked(path: Path) -> dict[str, tuple[str | None, str | None]]:
    """Cell → colour and note of each cell of `Data` that has either."""
    return {
        cell.coordinate: (
            cell.fill.fgColor.rgb if cell.fill.fill_type else None,
            cell.comment.text if cell.comment else None,
        )
        for row in openpyxl.load_workbook(path)["Data"].iter_rows()
        for cell in row
        if cell.fill.fill_type or cell.comment
    }


def test_marks_of_the_first_check_are_gone_when_all_is_mended(
    noted: Path, first: Path, second: Path, summary: Summary, finding: MakeFinding
) -> None:
    write_returned(noted, "xlsx", summary, [finding("B2"), finding("A2"), finding("D7")], first)
    write_returned(first, "xlsx", summary, [], second)
    assert marked(second) == {"A2": (None, "ask her")}
    assert openpyxl.load_workbook(second)["Data"]["B2"].number_format == "0.00"


def test_a_workbook_that_another_program_saved_in_between_is_known_again(
    noted: Path, first: Path, second: Path, summary: Summary, finding: MakeFinding
) -> None:
    write_returned(noted, "xlsx", summary, [finding("B2"), finding("A2")], first)
    workbook = openpyxl.load_workbook(first)
    workbook["Data"]["B2"] = 3
    workbook.move_sheet("result", 1)
    workbook.save(first)
    write_returned(first, "xlsx", summary, [finding("A2", severity="WARN")], second)
    found = marked(second)
    assert found.keys() == {"A2"}
    colour, note = found["A2"]
    assert colour == "FFFFEE80"
    assert str(note).startswith("ask her\n\n— Eurocluster —\nE06")
    assert str(note).count("— Eurocluster —") == 1
    after = openpyxl.load_workbook(second)
    assert after.sheetnames == ["Data", "result"]
    assert after.active is after["result"]


def test_there_is_one_result_sheet_with_the_new_result(
    noted: Path, first: Path, second: Path, summary: Summary, finding: MakeFinding
) -> None:
    write_returned(noted, "xlsx", summary, [finding("B2", what="the first check")], first)
    write_returned(first, "xlsx", summary, [finding("B2", what="the second check")], second)
    workbook = openpyxl.load_workbook(second)
    assert workbook.sheetnames == ["result", "Data"]
    texts = [cell.value for row in workbook["result"] for cell in row]
    assert "the second check" in texts
    assert "the first check" not in texts
    assert "the first check" not in str(marked(second))


def test_each_note_has_one_box(
    noted: Path, first: Path, second: Path, summary: Summary, finding: MakeFinding
) -> None:
    write_returned(noted, "xlsx", summary, [finding("B2"), finding("A2")], first)
    write_returned(first, "xlsx", summary, [finding("B2"), finding("A2")], second)
    for path in (first, second):
        (drawing,) = [part for name, part in parts_of(path).items() if name.endswith(".vml")]
        assert len(re.findall(rb'ObjectType="Note"', drawing)) == 2
        assert len(re.findall(rb"Anchor>[^<]", drawing)) == 2


def test_a_second_check_without_changes_changes_no_row(
    make_package: MakePackage, first: Path, second: Path, summary: Summary, finding: MakeFinding
) -> None:
    write_returned(make_package(), "xlsx", summary, [finding("B2")], first)
    write_returned(first, "xlsx", summary, [finding("B2")], second)
    assert marked(second) == marked(first)
    name = "xl/worksheets/sheet1.xml"
    once, twice = (re.sub(rb' s="\d+"', b"", parts_of(path)[name]) for path in (first, second))
    assert once == twice


def test_a_twin_is_known_again(
    first: Path, second: Path, summary: Summary, finding: MakeFinding
) -> None:
    sheets = [SheetCells("Data", True, [(1, ("Hours",)), (2, (-3,))])]
    write_returned(first, "csv", summary, [finding("A2")], first, sheets=sheets)
    write_returned(first, "xlsx", summary, [], second)
    assert marked(second) == {}
    assert openpyxl.load_workbook(second).sheetnames == ["result", "Data"]


def test_colours_like_ours_are_left_alone_in_a_workbook_we_never_returned(
    noted: Path, first: Path, summary: Summary
) -> None:
    workbook = openpyxl.load_workbook(noted)
    workbook["Data"]["B2"].fill = PatternFill("solid", fgColor="FFFF9C9C")
    workbook.save(noted)
    write_returned(noted, "xlsx", summary, [], first)
    assert marked(first)["B2"] == ("FFFF9C9C", None)
