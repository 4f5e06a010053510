import stat
from pathlib import Path

import openpyxl
import pytest

from eurocluster.feedback.files import returned_name, write_feedback
from eurocluster.feedback.marks import Summary
from eurocluster.feedback.twin import SheetCells
from eurocluster.reading.cells import UnreadableFile
from tests.unit.eurocluster.feedback.conftest import MakeFinding, MakePackage
from tests.unit.eurocluster.feedback.handmade import PARTS


@pytest.mark.parametrize(
    ("file_name", "name"),
    [
        ("visits.xlsx", "visits (result).xlsx"),
        ("visits.v2.CSV", "visits.v2.CSV (result).xlsx"),
        ("visits", "visits (result).xlsx"),
        ("../../etc/passwd", "passwd (result).xlsx"),
        ("C:\\registers\\visits.xls", "visits.xls (result).xlsx"),
        ("a<b>|c?.csv", "a_b__c_.csv (result).xlsx"),
        (".csv", "csv (result).xlsx"),
        ("..", "file (result).xlsx"),
        ("ż" * 200 + ".csv", "ż" * 83 + " (result).xlsx"),
    ],
)
def test_the_returned_workbook_is_named_after_the_file(file_name: str, name: str) -> None:
    assert returned_name(file_name) == name


def test_the_name_is_in_the_language_of_the_partner() -> None:
    assert returned_name("wizyty.csv", lambda _english: "wynik") == "wizyty.csv (wynik).xlsx"


def test_feedback_is_kept_by_partner(
    make_package: MakePackage, tmp_path: Path, summary: Summary, finding: MakeFinding
) -> None:
    folder, source = tmp_path / "feedback", make_package()
    path = write_feedback(folder, "north", "visits.xlsx", source, "xlsx", summary, [finding("B2")])
    assert path == folder / "north" / "visits (result).xlsx"
    assert openpyxl.load_workbook(path)["Data"]["B2"].comment is not None
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [entry.name for entry in path.parent.iterdir()] == [path.name]


def test_a_workbook_with_macros_keeps_its_ending(
    make_package: MakePackage, tmp_path: Path, summary: Summary
) -> None:
    types = str(PARTS["[Content_Types].xml"]).replace(
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
        "application/vnd.ms-excel.sheet.macroEnabled.main+xml",
    )
    source = make_package(types=types)
    path = write_feedback(tmp_path, "north", "visits.xlsm", source, "xlsx", summary, [])
    assert path.name == "visits (result).xlsm"


def test_a_failure_leaves_the_earlier_feedback_and_nothing_half_written(
    make_package: MakePackage, tmp_path: Path, summary: Summary
) -> None:
    good, bad = make_package(), make_package("bad.xlsx", sheet=None, styles="<oops")
    path = write_feedback(tmp_path / "f", "north", "visits.xlsx", good, "xlsx", summary, [])
    before = path.read_bytes()
    with pytest.raises(UnreadableFile):
        write_feedback(tmp_path / "f", "north", "visits.xlsx", bad, "xlsx", summary, [])
    assert path.read_bytes() == before
    assert [entry.name for entry in path.parent.iterdir()] == [path.name]


def test_a_delivery_that_is_no_workbook_gets_a_twin(
    tmp_path: Path, summary: Summary, finding: MakeFinding
) -> None:
    path = write_feedback(
        tmp_path, "north", "visits.csv", tmp_path / "visits.csv", "csv", summary,
        [finding("A2", sheet="")], sheets=[SheetCells("", True, [(2, ("x",))])],
    )  # fmt: skip
    assert openpyxl.load_workbook(path).sheetnames == ["result", "data"]


@pytest.mark.parametrize("partner", ["", "../north", "North", "a/b"])
def test_a_partner_is_never_a_path(tmp_path: Path, summary: Summary, partner: str) -> None:
    with pytest.raises(ValueError, match="partner"):
        write_feedback(tmp_path, partner, "v.csv", tmp_path / "v.csv", "csv", summary, [])
