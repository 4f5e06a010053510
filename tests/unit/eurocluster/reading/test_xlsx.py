import re
import zipfile
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.styles import Font, PatternFill
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from eurocluster.reading.cells import (
    ErrorValue,
    ReadingHints,
    UnreadableFile,
    Value,
    Workbook,
    column_letters,
)
from eurocluster.reading.child import WorkbookReader, read_file

MakeXlsx = Callable[..., Path]
DATE_STYLES = (
    '<numFmts><numFmt numFmtId="164" formatCode="dd.mm.yyyy"/></numFmts><cellXfs>'
    '<xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="164"/><xf numFmtId="46"/></cellXfs>'
)


def read(path: Path) -> Workbook:
    return read_file(path, ReadingHints())


def saved(workbook: openpyxl.Workbook, tmp_path: Path) -> Workbook:
    path = tmp_path / "saved.xlsx"
    workbook.save(path)
    return read(path)


def rows_of(path: Path) -> dict[int, tuple[Value, ...]]:
    return dict(read(path).sheets[0].rows())


def test_cells_keep_their_type(tmp_path: Path) -> None:
    row: list[Any] = [
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
    workbook = openpyxl.Workbook()
    workbook.active.append(row)
    (sheet,) = saved(workbook, tmp_path).sheets
    assert [(type(value), value) for value in dict(sheet.rows())[1]] == [
        (type(value), value) for value in row
    ]


def test_error_cells_are_told_from_blanks_and_from_the_same_words_as_text(
    make_xlsx: MakeXlsx,
) -> None:
    path = make_xlsx(
        '<sheetData><row r="1"><c r="A1" t="e"><v>#N/A</v></c><c r="B1"/>'
        '<c r="C1" t="inlineStr"><is><t>#N/A</t></is></c>'
        '<c r="D1" t="e"><f>1/0</f><v>#DIV/0!</v></c></row></sheetData>'
    )
    assert rows_of(path) == {1: (ErrorValue("#N/A"), None, "#N/A", ErrorValue("#DIV/0!"))}


def test_hidden_rows_hidden_sheets_and_merged_cells_are_reported(tmp_path: Path) -> None:
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    for row in (["a", "b"], ["c", "d"], ["e", "f"]):
        sheet.append(row)
    sheet.row_dimensions[2].hidden = True
    sheet.row_dimensions[9].hidden = True
    sheet.merge_cells("A5:B6")
    sheet["A5"] = "merged"
    workbook.create_sheet("old").sheet_state = "hidden"
    workbook.create_sheet("older").sheet_state = "veryHidden"
    first, second, third = saved(workbook, tmp_path).sheets
    assert first.hidden_rows == {2}
    assert first.merged == ((5, 1, 6, 2),)
    assert list(first.rows())[3:] == [(5, ("merged",))]
    assert (first.visible, second.visible, third.visible) == (True, False, False)
    assert [sheet.name for sheet in (first, second, third)] == ["Sheet", "old", "older"]


def test_rows_that_are_struck_through_or_red_are_marked(tmp_path: Path) -> None:
    struck, red = Font(strike=True), Font(color="FFFF0000")
    filled = PatternFill("solid", fgColor="FFC00000")
    runs = [TextBlock(InlineFont(strike=True), "Jan "), TextBlock(InlineFont(strike=True), "Nowak")]
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    for text in ("kept", "struck", "red", "filled", "half"):
        sheet.append([text, 1, 2, None])
    sheet.append([CellRichText(*runs)])
    sheet.append([CellRichText("Jan ", runs[1])])
    for column in range(1, 5):
        sheet.cell(2, column).font = struck
        sheet.cell(3, column).font = red
        sheet.cell(4, column).fill = filled
    sheet["A5"].font = struck
    sheet["D5"].font = struck
    (read_sheet,) = saved(workbook, tmp_path).sheets
    assert len(read_sheet) == 7
    assert read_sheet.marked_rows == {2: "struck", 3: "red", 4: "red", 5: "struck", 6: "struck"}


def test_a_shared_text_whose_every_run_is_struck_marks_its_row(tmp_path: Path) -> None:
    path = tmp_path / "rich.xlsx"
    workbook = xlsxwriter.Workbook(path)
    sheet = workbook.add_worksheet()
    struck = workbook.add_format({"font_strikeout": True})
    also = workbook.add_format({"font_strikeout": True, "bold": True})
    sheet.write_rich_string(0, 0, struck, "Jan ", also, "Nowak")
    sheet.write_rich_string(1, 0, "Jan ", struck, "Nowak")
    workbook.close()
    (read_sheet,) = read(path).sheets
    assert dict(read_sheet.rows()) == {1: ("Jan Nowak",), 2: ("Jan Nowak",)}
    assert read_sheet.marked_rows == {1: "struck"}


def test_comments_and_conversations_are_read_with_their_cell(make_xlsx: MakeXlsx) -> None:
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    talk = "http://schemas.microsoft.com/office/2017/10/relationships"
    path = make_xlsx(
        '<sheetData><row r="1"><c r="A1"><v>1</v></c></row></sheetData>',
        parts={
            "xl/worksheets/_rels/sheet1.xml.rels": "<Relationships>"
            f'<Relationship Id="c" Type="{kind}/comments" Target="../comments1.xml"/>'
            f'<Relationship Id="t" Type="{talk}/threadedComment" Target="../talk.xml"/>'
            "</Relationships>",
            "xl/comments1.xml": "<comments><authors><author>Partner</author></authors>"
            '<commentList><comment ref="A1" authorId="0"><text><r><t>not an </t></r><r><t>SME</t>'
            '</r><rPh><t>no</t></rPh></text></comment><comment ref="B2" authorId="0"><text>'
            "<t>[Threaded comment] Your version of Excel</t></text></comment></commentList>"
            "</comments>",
            "xl/talk.xml": '<ThreadedComments><threadedComment ref="B2"><text>who?</text>'
            '</threadedComment><threadedComment ref="B2"><text>Ala</text></threadedComment>'
            "</ThreadedComments>",
        },
    )
    assert read(path).sheets[0].comments == {(1, 1): "not an SME", (2, 2): "who?\nAla"}


def test_hidden_columns_and_rows_that_a_filter_hides_are_reported(tmp_path: Path) -> None:
    path = tmp_path / "filtered.xlsx"
    workbook = xlsxwriter.Workbook(path)
    sheet = workbook.add_worksheet()
    for number in range(4):
        sheet.write_row(number, 0, ["a", "b", "c"])
    sheet.autofilter(0, 0, 3, 2)
    sheet.set_row(2, options={"hidden": True})
    sheet.set_column(1, 1, options={"hidden": True})
    sheet.set_column(7, 9, options={"hidden": True})
    workbook.close()
    (read_sheet,) = read(path).sheets
    assert (read_sheet.hidden_rows, read_sheet.hidden_columns) == ({3}, {2})


def test_a_strict_workbook_is_understood(make_xlsx: MakeXlsx, tmp_path: Path) -> None:
    path = make_xlsx(
        '<sheetData><row r="1"><c r="A1" s="1" t="d"><v>2023-04-03</v></c></row></sheetData>',
        styles=DATE_STYLES,
    )
    strict = tmp_path / "strict.xlsx"
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(strict, "w") as target:
        for name in source.namelist():
            content = source.read(name).decode()
            content = content.replace(
                "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
                "http://purl.oclc.org/ooxml/spreadsheetml/main",
            ).replace(
                "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
                "http://purl.oclc.org/ooxml/officeDocument/relationships",
            )
            target.writestr(name, content)
    assert rows_of(strict) == {1: (date(2023, 4, 3),)}


def test_a_value_hidden_under_a_merged_cell_is_left_out_and_said(make_xlsx: MakeXlsx) -> None:
    path = make_xlsx(
        '<sheetData><row r="1"><c r="A1"><v>1</v></c><c r="B1"><v>2</v></c></row>'
        '<row r="2"><c r="A2"><v>3</v></c><c r="C2"><v>4</v></c></row></sheetData>'
        '<mergeCells><mergeCell ref="A1:B2"/></mergeCells>'
    )
    workbook = read(path)
    assert dict(workbook.sheets[0].rows()) == {1: (1,), 2: (None, None, 4)}
    assert [(note.code, note.row, note.column) for note in workbook.notes] == [
        ("I04", 1, 2),
        ("I04", 2, 1),
    ]


def test_the_1904_date_system_gives_the_right_dates(tmp_path: Path) -> None:
    workbook = openpyxl.Workbook()
    workbook.epoch = CALENDAR_MAC_1904
    workbook.active.append([date(2023, 4, 3), time(7, 30), timedelta(hours=30)])
    (sheet,) = saved(workbook, tmp_path).sheets
    assert dict(sheet.rows()) == {1: (date(2023, 4, 3), time(7, 30), timedelta(hours=30))}


def test_dates_texts_and_bare_serials_in_one_column_stay_what_they_are(
    make_xlsx: MakeXlsx,
) -> None:
    path = make_xlsx(
        '<sheetData><row r="1"><c r="A1" s="1"><v>44989</v></c></row>'
        '<row r="2"><c r="A2" t="inlineStr"><is><t>04.03.2023</t></is></c></row>'
        '<row r="3"><c r="A3"><v>44989</v></c></row>'
        '<row r="4"><c r="A4" s="2"><v>44989</v></c></row>'
        '<row r="5"><c r="A5" t="d"><v>2023-03-04T00:00:00</v></c></row>'
        '<row r="6"><c r="A6" s="3"><v>1.25</v></c></row></sheetData>',
        styles=DATE_STYLES,
    )
    assert [row[0] for row in rows_of(path).values()] == [
        date(2023, 3, 4),
        "04.03.2023",
        44989,
        date(2023, 3, 4),
        datetime.fromisoformat("2023-03-04"),
        timedelta(hours=30),
    ]


def test_formulas_give_their_stored_value_and_a_note_where_there_is_none(
    make_xlsx: MakeXlsx,
) -> None:
    path = make_xlsx(
        '<sheetData><row r="2"><c r="A2"><f>1+1</f><v>2</v></c>'
        '<c r="B2" t="str"><f>""</f><v></v></c><c r="C2"><f>A2</f></c>'
        '<c r="D2"><f>A2</f><v></v></c></row></sheetData>'
    )
    workbook = read(path)
    assert dict(workbook.sheets[0].rows()) == {2: (2,)}
    assert [(note.code, note.sheet, note.row, note.column) for note in workbook.notes] == [
        ("W14", "List", 2, 3),
        ("W14", "List", 2, 4),
    ]


def test_thousands_of_formulas_without_value_are_summed_up(tmp_path: Path) -> None:
    workbook = openpyxl.Workbook()
    for _ in range(1_500):
        workbook.active.append(["=1+1"])
    notes = saved(workbook, tmp_path).notes
    assert len(notes) == 1_001
    assert notes[-1].row is None
    assert "500 more formulas" in str(notes[-1].words)


def test_rich_text_is_joined_and_spoken_readings_are_left_out(make_xlsx: MakeXlsx) -> None:
    path = make_xlsx(
        '<sheetData><row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c>'
        '<c r="C1" t="s"><v>2</v></c><c r="D1" t="inlineStr"><is><r><t>in</t></r><r><t>line</t></r>'
        "<rPh><t>no</t></rPh></is></c></row></sheetData>",
        strings="<si><r><t>Jan </t></r><r><t>Kow</t></r><rPh><t>no</t></rPh></si>"
        "<si><t>two_x000D_\nlines and _x005F_x000D_</t></si><si><t/></si>",
    )
    assert rows_of(path) == {1: ("Jan Kow", "two\r\nlines and _x000D_", None, "inline")}


def test_a_row_of_empty_texts_is_a_blank_row(make_xlsx: MakeXlsx) -> None:
    path = make_xlsx(
        '<sheetData><row r="1"><c r="A1" t="s"><v>0</v></c></row>'
        '<row r="2"><c r="A2" t="s"><v>1</v></c><c r="B2" t="s"><v>0</v></c></row></sheetData>',
        strings="<si><t></t></si><si><t>x</t></si>",
    )
    assert rows_of(path) == {2: ("x",)}


def test_cells_and_rows_without_a_reference_follow_each_other(make_xlsx: MakeXlsx) -> None:
    path = make_xlsx(
        "<sheetData><row><c><v>1</v></c><c><v>2</v></c></row><row/>"
        '<row><c r="C3"><v>3</v></c></row><row r="6"><c><v>4</v></c></row></sheetData>'
    )
    assert rows_of(path) == {1: (1, 2), 3: (None, None, 3), 6: (4,)}


def test_rows_and_cells_out_of_order_find_their_place(make_xlsx: MakeXlsx) -> None:
    path = make_xlsx(
        '<sheetData><row r="3"><c r="B3"><v>2</v></c><c r="A3"><v>1</v></c></row>'
        '<row r="1"><c r="A1"><v>0</v></c></row><row r="3"><c r="C3"><v>3</v></c></row></sheetData>'
    )
    assert rows_of(path) == {1: (0,), 3: (1, 2, 3)}


def test_a_writer_that_prefixes_every_element_is_understood(make_xlsx: MakeXlsx) -> None:
    path = make_xlsx(
        '<x:sheetData><x:row r="1"><x:c r="A1" t="s"><x:v>0</x:v></x:c></x:row></x:sheetData>'
        '<x:mergeCells><x:mergeCell ref="B2:C2"/></x:mergeCells>',
        strings="<x:si><x:t>tekst</x:t></x:si>",
        prefix="x",
    )
    (sheet,) = read(path).sheets
    assert (dict(sheet.rows()), sheet.merged) == ({1: ("tekst",)}, ((2, 2, 2, 3),))


def test_a_stale_dimension_loses_no_row(make_xlsx: MakeXlsx) -> None:
    rows = "".join(f'<row r="{n}"><c r="A{n}"><v>{n}</v></c></row>' for n in range(1, 10))
    path = make_xlsx(f'<dimension ref="A1:B4"/><sheetData>{rows}</sheetData>')
    assert [row[0] for row in rows_of(path).values()] == list(range(1, 10))


def test_stray_cells_far_away_cost_neither_time_nor_memory_nor_rows(tmp_path: Path) -> None:
    workbook = openpyxl.Workbook()
    for number in range(6):
        workbook.active.append([number, "x"])
    workbook.active["A1048576"] = "."
    workbook.active["ZZ3"] = "."
    path = tmp_path / "stray.xlsx"
    workbook.save(path)
    with WorkbookReader(memory_mib=160, seconds=20) as reader:
        (sheet,) = reader.read(path, ReadingHints()).sheets
        rows = dict(sheet.rows())
    assert list(rows) == [*range(1, 7), 1048576]
    assert rows[1048576] == (".",)
    assert rows[3][701] == "."
    assert sum(map(len, rows.values())) == 5 * 2 + 702 + 1


def test_thousands_of_formatted_blank_rows_cost_nothing(make_xlsx: MakeXlsx) -> None:
    blank = "".join(
        f'<row r="{n}" s="1" customFormat="1">'
        + "".join(f'<c r="{letter}{n}" s="1"/>' for letter in "ABCDEFGHIJKLMNOPQR")
        + "</row>"
        for n in range(2, 70_002)
    )
    path = make_xlsx(f'<sheetData><row r="1"><c r="A1"><v>1</v></c></row>{blank}</sheetData>')
    with WorkbookReader(memory_mib=160, seconds=20) as reader:
        (sheet,) = reader.read(path, ReadingHints()).sheets
        assert list(sheet.rows()) == [(1, (1,))]


def test_a_table_spread_over_the_whole_sheet_is_refused_with_words(make_xlsx: MakeXlsx) -> None:
    rows = "".join(
        f'<row r="{n}"><c r="{column_letters(n)}{n}"><v>1</v></c></row>' for n in range(1, 8_000)
    )
    path = make_xlsx(f"<sheetData>{rows}</sheetData>")
    with pytest.raises(UnreadableFile, match="too far apart"):
        read(path)


@pytest.mark.parametrize(
    "sheet",
    [
        '<sheetData><row r="1"><c r="A1" t="s"><v>7</v></c></row></sheetData>',
        '<sheetData><row r="1"><c r="A1" t="s"><v>x</v></c></row></sheetData>',
        '<sheetData><row r="x"><c r="A1"><v>7</v></c></row></sheetData>',
        '<sheetData><row r="1"><c r="é1"><v>7</v></c></row></sheetData>',
        '<sheetData><row r="1"><c r="AAAA1"><v>7</v></c></row></sheetData>',
        '<sheetData><row r="1"><c r="A1"><v>7</v></row></sheetData>',
        "<sheetData>",
    ],
)
def test_a_sheet_that_makes_no_sense_is_refused_as_damaged(make_xlsx: MakeXlsx, sheet: str) -> None:
    with pytest.raises(UnreadableFile, match="damaged") as refusal:
        read(make_xlsx(sheet))
    assert refusal.value.code == "F01"


def test_more_rows_than_a_sheet_can_have_are_refused(make_xlsx: MakeXlsx) -> None:
    with pytest.raises(UnreadableFile, match="more rows"):
        read(
            make_xlsx('<sheetData><row r="1048577"><c r="A1048577"><v>7</v></c></row></sheetData>')
        )


def test_a_missing_part_is_refused_as_damaged(make_xlsx: MakeXlsx, tmp_path: Path) -> None:
    whole = make_xlsx("<sheetData/>")
    torn = tmp_path / "torn.xlsx"
    with zipfile.ZipFile(whole) as source, zipfile.ZipFile(torn, "w") as target:
        for name in source.namelist():
            if not name.endswith("sheet1.xml"):
                target.writestr(name, source.read(name))
    with pytest.raises(UnreadableFile, match="damaged"):
        read(torn)


@pytest.mark.parametrize("part", ["xl/worksheets/sheet1.xml", "xl/styles.xml", "xl/workbook.xml"])
def test_a_part_that_defines_entities_is_refused(make_xlsx: MakeXlsx, part: str) -> None:
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><x>&b;</x>'
    with pytest.raises(UnreadableFile, match="DTD"):
        read(make_xlsx("<sheetData/>", parts={part: bomb}))


# Letters that XML can hold; a leading "=" is a formula, "_x" an escape, "#…!" an error to openpyxl.
TEXTS = st.text(
    st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff"), min_size=1
).filter(lambda text: not re.match(r"[=#]", text) and "_x" not in text)
VALUES = st.one_of(
    st.none(),
    TEXTS,
    st.booleans(),
    st.integers(-(2**53), 2**53),
    st.floats(-1e300, 1e300).map(lambda x: float(f"{x:.16g}")),
    st.dates(date(1900, 3, 1)),
    st.times().map(lambda t: t.replace(microsecond=0)),
    st.datetimes(datetime.fromisoformat("1900-03-01"), datetime.fromisoformat("9999-12-30")).map(
        lambda moment: moment.replace(microsecond=0)
    ),
    st.integers(0, 10**7).map(lambda seconds: timedelta(seconds=seconds)),
)


@settings(max_examples=50, deadline=None)
@given(st.lists(st.lists(VALUES, max_size=6), max_size=6))
def test_any_grid_that_openpyxl_writes_comes_back_typed(
    tmp_path_factory: pytest.TempPathFactory, grid: list[list[Any]]
) -> None:
    workbook = openpyxl.Workbook()
    for number, row in enumerate(grid, start=1):
        for column, value in enumerate(row, start=1):
            cell = workbook.active.cell(number, column, value)
            cell.font = Font(bold=True)
    (sheet,) = saved(workbook, tmp_path_factory.mktemp("grid")).sheets
    for row in grid:
        while row and row[-1] is None:
            row.pop()
    wanted_rows = {number: tuple(row) for number, row in enumerate(grid, start=1) if row}
    rows = dict(sheet.rows())
    assert rows == wanted_rows
    for row, expected in zip(rows.values(), wanted_rows.values(), strict=True):
        for value, wanted in zip(row, expected, strict=True):
            assert isinstance(value, bool) == isinstance(wanted, bool)
            assert isinstance(value, datetime) == isinstance(wanted, datetime)
