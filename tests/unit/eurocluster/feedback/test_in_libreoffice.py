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


def saved_again(path: Path, tmp_path: Path) -> openpyxl.Workbook:
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
    return openpyxl.load_workbook(folder / path.name)


def test_libreoffice_shows_marks_notes_and_links_of_a_marked_workbook(
    make_package: MakePackage, tmp_path: Path, summary: Summary, finding: MakeFinding
) -> None:
    out = tmp_path / "out.xlsx"
    findings = [finding("B2"), finding("D9", severity="WARN")]
    write_returned(make_package(), "xlsx", summary, findings, out)
    workbook = saved_again(out, tmp_path)
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
    workbook = saved_again(out, tmp_path)
    assert workbook.sheetnames == ["result", "data"]
    assert workbook["data"]["A2"].value == "=Ada"
    assert workbook["data"]["A2"].data_type == "s"
    assert workbook["data"]["B2"].comment.text.startswith("E06 · Negative number\n")
