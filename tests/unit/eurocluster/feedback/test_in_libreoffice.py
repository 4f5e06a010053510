"""The returned workbook in a real spreadsheet program; left out where none is installed."""

import shutil
import subprocess
from pathlib import Path

import openpyxl
import pytest

from eurocluster.feedback.marks import Summary
from eurocluster.feedback.returned import write_returned
from eurocluster.feedback.twin import SheetCells
from tests.unit.eurocluster.feedback.conftest import MakeFinding, MakePackage

OFFICE = shutil.which("soffice")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(OFFICE is None, reason="LibreOffice is not installed"),
]


def saved_again(path: Path, tmp_path: Path) -> Path:
    """The workbook after LibreOffice opened and saved it."""
    folder = tmp_path / "saved"
    subprocess.run(
        [
            str(OFFICE),
            f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}",
            *("--headless", "--convert-to", "xlsx", "--outdir", str(folder), str(path)),
        ],
        check=True,
        capture_output=True,
        timeout=120,
    )
    return folder / path.name


def test_libreoffice_shows_marks_notes_and_links_of_a_marked_workbook(
    make_package: MakePackage, tmp_path: Path, summary: Summary, finding: MakeFinding
) -> None:
    out = tmp_path / "out.xlsx"
    findings = [finding("B2"), finding("D9", severity="WARN")]
    write_returned(make_package(), "xlsx", summary, findings, out)
    workbook = openpyxl.load_workbook(saved_again(out, tmp_path))
    assert workbook.sheetnames == ["result", "Data", "More"]
    assert workbook["Data"]["B2"].fill.fgColor.rgb == "FFFF9C9C"
    assert workbook["Data"]["D9"].fill.fgColor.rgb == "FFFFEE80"
    assert workbook["Data"]["B2"].comment.text.startswith("E06 · Negative number\n")
    assert workbook["More"].print_area == "'More'!$A$1:$B$2"
    assert workbook["result"]["A1"].value == "Result of the check"
    links = [cell.hyperlink for row in workbook["result"].iter_rows() for cell in row]
    assert "Data!B2" in [str(link.location).replace("'", "") for link in links if link]


def test_libreoffice_shows_marks_notes_and_links_of_a_twin(
    tmp_path: Path, summary: Summary, finding: MakeFinding
) -> None:
    out = tmp_path / "out.xlsx"
    sheets = [SheetCells("", True, [(1, ("Name", "Hours")), (2, ("=Ada", -3))])]
    write_returned(out, "csv", summary, [finding("B2", sheet="")], out, sheets=sheets)
    workbook = openpyxl.load_workbook(saved_again(out, tmp_path))
    assert workbook.sheetnames == ["result", "data"]
    assert workbook["data"]["A2"].value == "=Ada"
    assert workbook["data"]["A2"].data_type == "s"
    assert workbook["data"]["B2"].comment.text.startswith("E06 · Negative number\n")


def test_a_workbook_that_libreoffice_saved_loses_its_earlier_marks(
    make_package: MakePackage, tmp_path: Path, summary: Summary, finding: MakeFinding
) -> None:
    first, second = tmp_path / "first.xlsx", tmp_path / "second.xlsx"
    write_returned(make_package(), "xlsx", summary, [finding("B2"), finding("D9")], first)
    between = saved_again(first, tmp_path)
    write_returned(between, "xlsx", summary, [finding("A2")], second)
    workbook = openpyxl.load_workbook(saved_again(second, tmp_path))
    assert workbook.sheetnames == ["result", "Data", "More"]
    cells = [cell for row in workbook["Data"].iter_rows() for cell in row]
    assert [cell.coordinate for cell in cells if cell.fill.fill_type] == ["A2"]
    assert [cell.coordinate for cell in cells if cell.comment] == ["A2"]
