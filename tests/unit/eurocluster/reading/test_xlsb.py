import struct
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
import python_calamine
from hypothesis import given, settings
from hypothesis import strategies as st
from pyxlsbwriter import XlsbWriter

from eurocluster.reading.cells import ErrorValue, ReadingHints, Sheet, UnreadableFile
from eurocluster.reading.child import WorkbookReader, read_file
from tests.unit.eurocluster.reading import biff12


def sheets_of(path: Path) -> tuple[Sheet, ...]:
    return read_file(path, ReadingHints()).sheets


def rk(column: int, packed: int) -> bytes:
    return biff12.cell(2, column, struct.pack("<i", packed))


def test_cells_of_every_kind_keep_their_type(tmp_path: Path) -> None:
    content = biff12.row(
        3,
        biff12.cell(7, 1, struct.pack("<I", 0)),
        biff12.text(2, "12.345"),
        biff12.real(3, 12.345),
        rk(4, 5 << 2 | 2),
        rk(5, -750 << 2 | 3),
        rk(6, struct.unpack("<i", struct.pack("<d", 1.5)[4:])[0]),
        biff12.cell(4, 7, b"\1"),
        biff12.real(8, 45019, biff12.DATE),
        biff12.real(9, 45019.5, biff12.MOMENT),
        biff12.real(10, 0.3125, biff12.TIME),
        biff12.real(11, 1.25, biff12.DURATION),
        biff12.cell(3, 12, b"\x2a"),
        biff12.cell(1, 13),
        biff12.cell(8, 14, biff12.wide("formuła") + bytes(10)),
        biff12.cell(9, 15, struct.pack("<d", 2) + bytes(10)),
        biff12.cell(10, 16, b"\0" + bytes(10)),
        biff12.cell(11, 17, b"\x07" + bytes(10)),
        biff12.cell(62, 18, b"\0" + biff12.wide("rich")),
    )
    path = biff12.write(tmp_path / "register.xlsb", {"Liste": content}, strings=["tekst"])
    (sheet,) = sheets_of(path)
    expected = (
        "tekst", "12.345", 12.345, 5, -7.5, 1.5, True, date(2023, 4, 3),
        datetime.fromisoformat("2023-04-03 12:00"), time(7, 30), timedelta(hours=30),
        ErrorValue("#N/A"), None, "formuła", 2, False, ErrorValue("#DIV/0!"), "rich",
    )  # fmt: skip
    ((number, cells),) = sheet.rows()
    assert number == 3
    assert [(type(cell), cell) for cell in cells] == [(type(cell), cell) for cell in expected]


def test_hidden_merged_struck_and_commented_are_reported(tmp_path: Path) -> None:
    content = (
        biff12.columns(2, 2, hidden=True)
        + biff12.columns(3, 9, hidden=False)
        + biff12.row(1, biff12.text(1, "a"), biff12.text(2, "b"))
        + biff12.row(2, biff12.text(1, "c", biff12.STRUCK), hidden=True)
        + biff12.row(4, biff12.text(1, "d", biff12.RED), biff12.text(2, "under"))
        + biff12.merged(4, 5, 1, 2)
    )
    path = biff12.write(
        tmp_path / "register.xlsb",
        {"Liste": content, "old": biff12.row(1, biff12.text(1, "stale"))},
        hidden=["old"],
        parts=biff12.comments_of_sheet(1, {(2, 1): "not an SME any more"}),
    )
    shown, old = sheets_of(path)
    assert list(shown.rows()) == [(1, ("a", "b")), (2, ("c",)), (4, ("d",))]
    assert (shown.visible, old.visible) == (True, False)
    assert shown.hidden_rows == {2}
    assert shown.hidden_columns == {2}
    assert shown.merged == ((4, 1, 5, 2),)
    assert shown.marked_rows[2] == "struck"
    assert shown.comments == {(2, 1): "not an SME any more"}


def test_the_1904_date_system_gives_the_right_dates(tmp_path: Path) -> None:
    content = biff12.row(1, biff12.real(1, 43557, biff12.DATE))
    path = biff12.write(tmp_path / "register.xlsb", {"Liste": content}, from_1904=True)
    assert list(sheets_of(path)[0].rows()) == [(1, (date(2023, 4, 3),))]


def test_a_stray_cell_far_away_costs_neither_time_nor_memory_nor_rows(tmp_path: Path) -> None:
    content = biff12.row(1, biff12.text(1, "x")) + biff12.row(1_048_576, biff12.text(702, "."))
    path = biff12.write(tmp_path / "register.xlsb", {"Liste": content})
    with WorkbookReader(memory_mib=160, seconds=20) as reader:
        (sheet,) = reader.read(path, ReadingHints()).sheets
        assert [(number, cells[-1]) for number, cells in sheet.rows()] == [(1, "x"), (1048576, ".")]


@pytest.mark.parametrize(
    "content",
    [
        biff12.row(1, biff12.text(1, "torn"))[:-6],
        biff12.row(1, biff12.cell(5, 1, b"\0")),
        biff12.row(1, biff12.cell(7, 1, struct.pack("<I", 9))),
        biff12.row(1, biff12.cell(6, 1, struct.pack("<I", 1 << 30))),
        biff12.row(1, biff12.cell(3, 1)),
        biff12.record(176, b"\0"),
    ],
)
def test_records_that_make_no_sense_are_refused_as_damaged(tmp_path: Path, content: bytes) -> None:
    path = biff12.write(tmp_path / "register.xlsb", {"Liste": content})
    with pytest.raises(UnreadableFile, match="damaged") as refusal:
        sheets_of(path)
    assert refusal.value.code == "F01"


def test_a_row_beyond_the_last_is_refused_with_words(tmp_path: Path) -> None:
    content = biff12.row(1_048_577, biff12.text(1, "x"))
    with pytest.raises(UnreadableFile, match="more rows"):
        sheets_of(biff12.write(tmp_path / "register.xlsb", {"Liste": content}))


# The writer counts letters where the format counts units of UTF-16.
LETTERS = st.characters(
    exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff", max_codepoint=0xFFFF
)
VALUES = st.one_of(
    st.none(),
    st.text(LETTERS, min_size=1, max_size=20).filter(lambda text: "_x" not in text),
    st.booleans(),
    st.integers(-(2**31), 2**31),
    st.floats(-1e300, 1e300).filter(lambda number: not number.is_integer()),
    st.dates(date(1900, 3, 1)),
)


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 5).flatmap(
    lambda width: st.lists(st.lists(VALUES, min_size=width, max_size=width), min_size=1)
))  # fmt: skip
def test_what_another_writer_wrote_reads_as_calamine_reads_it(
    tmp_path_factory: pytest.TempPathFactory, grid: list[list[Any]]
) -> None:
    path = tmp_path_factory.mktemp("grid") / "register.xlsb"
    with XlsbWriter(str(path)) as writer:
        writer.add_sheet("Liste")
        writer.write_sheet([[f"column {at}" for at in range(len(grid[0]))], *grid])
    (sheet,) = sheets_of(path)
    ours = dict(sheet.rows())
    theirs = python_calamine.load_workbook(path).get_sheet_by_index(0)
    for number, row in enumerate(theirs.to_python(skip_empty_area=False), start=1):
        cells = [None if cell == "" else cell for cell in row]
        while cells and cells[-1] is None:
            cells.pop()
        assert list(ours.pop(number, ())) == cells
    assert ours == {}
