import struct
import subprocess
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from pathlib import Path
from shutil import which
from typing import Any

import openpyxl
import pytest
import xlwt
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.comments import Comment
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from eurocluster.reading.cells import ErrorValue, ReadingHints, UnreadableFile, Workbook
from eurocluster.reading.child import WorkbookReader, read_file

FORMATS = {
    datetime: "dd.mm.yyyy hh:mm:ss",
    date: "dd.mm.yyyy",
    time: "hh:mm:ss",
    timedelta: "[h]:mm:ss",
}


def saved(path: Path, fill: Callable[[Any], None], **options: Any) -> Workbook:
    workbook = xlwt.Workbook(**options)
    fill(workbook)
    workbook.save(str(path))
    return read_file(path, ReadingHints())


def put(sheet: Any, row: int, column: int, value: Any) -> None:
    style = xlwt.easyxf(num_format_str=FORMATS.get(type(value), "General"))
    if isinstance(value, timedelta):
        value = value / timedelta(days=1)
    sheet.write(row, column, value, style)


def test_cells_keep_their_type(tmp_path: Path) -> None:
    row = [
        "tekst",
        "12.345",
        12.345,
        5,
        True,
        date(2023, 4, 3),
        datetime.fromisoformat("2023-04-03 08:30"),
        time(7, 30),
        timedelta(hours=30),
        None,
        "koniec",
    ]

    def fill(workbook: Any) -> None:
        sheet = workbook.add_sheet("Liste")
        for column, value in enumerate(row):
            if value is not None:
                put(sheet, 4, column, value)

    (sheet,) = saved(tmp_path / "register.xls", fill).sheets
    ((number, cells),) = sheet.rows()
    assert number == 5
    assert [(type(value), value) for value in cells] == [(type(value), value) for value in row]


def test_error_cells_are_told_from_blanks_and_from_the_same_words_as_text(tmp_path: Path) -> None:
    def fill(workbook: Any) -> None:
        row = workbook.add_sheet("Liste").row(0)
        row.set_cell_error(0, 0x2A)
        row.set_cell_blank(1)
        row.set_cell_text(2, "#N/A")
        row.set_cell_error(3, "#DIV/0!")

    (sheet,) = saved(tmp_path / "register.xls", fill).sheets
    assert list(sheet.rows()) == [(1, (ErrorValue("#N/A"), None, "#N/A", ErrorValue("#DIV/0!")))]


def test_hidden_merged_and_struck_are_reported(tmp_path: Path) -> None:
    def fill(workbook: Any) -> None:
        sheet = workbook.add_sheet("Liste")
        struck = xlwt.easyxf("font: struck_out on")
        red = xlwt.easyxf("pattern: pattern solid, fore_colour red")
        for column in range(3):
            sheet.write(0, column, "kept")
            sheet.write(1, column, "cancelled", struck)
            sheet.write(2, column, "problem", red)
        sheet.write_merge(4, 5, 0, 1, "merged")
        sheet.row(1).hidden = True
        sheet.col(2).hidden = True
        old = workbook.add_sheet("old")
        old.write(0, 0, "stale")
        old.visibility = 1

    shown, old = saved(tmp_path / "register.xls", fill).sheets
    assert (shown.visible, old.visible) == (True, False)
    assert shown.hidden_rows == {2}
    assert shown.hidden_columns == {3}
    assert shown.merged == ((5, 1, 6, 2),)
    assert shown.marked_rows == {2: "struck", 3: "red"}
    assert list(shown.rows())[-1] == (5, ("merged",))


def test_a_stray_cell_in_the_last_corner_costs_neither_time_nor_memory_nor_rows(
    tmp_path: Path,
) -> None:
    path = tmp_path / "stray.xls"

    def fill(workbook: Any) -> None:
        sheet = workbook.add_sheet("Liste")
        sheet.write(0, 0, "x")
        sheet.write(65_535, 255, ".")

    saved(path, fill)
    with WorkbookReader(memory_mib=160, seconds=20) as reader:
        (sheet,) = reader.read(path, ReadingHints()).sheets
        assert [(number, cells[-1]) for number, cells in sheet.rows()] == [(1, "x"), (65_536, ".")]


def test_a_workbook_with_a_password_is_refused_as_protected(tmp_path: Path) -> None:
    path = tmp_path / "register.xls"
    saved(path, lambda workbook: workbook.add_sheet("Liste"))
    content = bytearray(path.read_bytes())
    begin_of_file = struct.pack("<HHHH", 0x0809, 16, 0x0600, 5)
    second_record = content.index(begin_of_file) + 20
    protection = struct.pack("<HH", 0x002F, 8) + bytes(8)
    content[second_record : second_record + 12] = protection
    path.write_bytes(content)
    with pytest.raises(UnreadableFile, match="password") as refusal:
        read_file(path, ReadingHints())
    assert refusal.value.code == "F01"


def test_a_torn_workbook_is_refused_wherever_it_is_torn(tmp_path: Path) -> None:
    path = tmp_path / "register.xls"

    def fill(workbook: Any) -> None:
        sheet = workbook.add_sheet("Liste")
        for number in range(200):
            sheet.write(number, 0, f"row {number}")

    saved(path, fill)
    content = path.read_bytes()
    for length in range(9, len(content) - 4096, len(content) // 20):
        path.write_bytes(content[:length])
        with pytest.raises(UnreadableFile, match="damaged"):
            read_file(path, ReadingHints())


VALUES = st.one_of(
    st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=50),
    st.booleans(),
    st.integers(-(2**49), 2**49),
    st.floats(-1e300, 1e300).filter(lambda number: not number.is_integer()),
    st.dates(date(1900, 3, 1)),
    st.datetimes(datetime.fromisoformat("1900-03-01"), datetime.fromisoformat("9999-12-30")).map(
        lambda moment: moment.replace(microsecond=0)
    ),
)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.lists(VALUES, min_size=1, max_size=6), min_size=1, max_size=6))
def test_any_grid_comes_back_typed(
    tmp_path_factory: pytest.TempPathFactory, grid: list[list[Any]]
) -> None:
    def fill(workbook: Any) -> None:
        sheet = workbook.add_sheet("Liste")
        for number, row in enumerate(grid):
            for column, value in enumerate(row):
                put(sheet, number, column, value)

    (sheet,) = saved(tmp_path_factory.mktemp("grid") / "register.xls", fill).sheets
    assert [
        (number, [(type(value), value) for value in cells]) for number, cells in sheet.rows()
    ] == [(number, [(type(value), value) for value in row]) for number, row in enumerate(grid, 1)]


@pytest.mark.skipif(which("soffice") is None, reason="no LibreOffice here")
def test_what_libreoffice_writes_keeps_dates_of_1904_formulas_and_comments(tmp_path: Path) -> None:
    workbook = openpyxl.Workbook()
    workbook.epoch = CALENDAR_MAC_1904
    workbook.active.append([date(2023, 4, 3), time(7, 30), timedelta(hours=30), "=1+1", "=1/0"])
    workbook.active["A1"].comment = Comment("not an SME any more", "Partner")
    source = tmp_path / "register.xlsx"
    workbook.save(source)
    subprocess.run(
        ["soffice", f"-env:UserInstallation=file://{tmp_path}/profile", "--headless",
         "--convert-to", "xls", "--outdir", str(tmp_path), str(source)],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    (sheet,) = read_file(tmp_path / "register.xls", ReadingHints()).sheets
    row = (date(2023, 4, 3), time(7, 30), timedelta(hours=30), 2, ErrorValue("#DIV/0!"))
    assert list(sheet.rows()) == [(1, row)]
    assert "not an SME any more" in sheet.comments[1, 1]
