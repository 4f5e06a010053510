import subprocess
import zipfile
from datetime import date, datetime, time, timedelta
from pathlib import Path
from shutil import which
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from odf.office import Annotation
from odf.opendocument import OpenDocumentSpreadsheet
from odf.style import Style, TableCellProperties, TableProperties, TextProperties
from odf.table import CoveredTableCell, Table, TableCell, TableColumn, TableRow
from odf.text import LineBreak, P, S, Span
from openpyxl.comments import Comment
from openpyxl.styles import Font

from eurocluster.reading.cells import ErrorValue, ReadingHints, UnreadableFile, Workbook
from eurocluster.reading.child import WorkbookReader, read_file

NAMESPACES = (
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"'
    ' xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"'
    ' xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"'
    ' xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0"'
    ' xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"'
)


def cell(kind: str | None = None, *texts: str, **attributes: Any) -> TableCell:
    if kind:
        attributes["valuetype"] = kind
    made = TableCell(**attributes)
    for text in texts:
        made.addElement(P(text=text))
    return made


def typed(value: object) -> TableCell:
    """A cell as LibreOffice writes it."""
    if value is None:
        return cell()
    if isinstance(value, bool):
        return cell("boolean", str(value), booleanvalue=str(value).lower())
    if isinstance(value, int | float):
        return cell("float", "shown", value=repr(value))
    if isinstance(value, datetime | date):
        return cell("date", "shown", datevalue=value.isoformat())
    if isinstance(value, time | timedelta):
        span = (
            value
            if isinstance(value, timedelta)
            else datetime.combine(date.min, value) - datetime.combine(date.min, time())
        )
        seconds = int(span.total_seconds())
        stored = f"PT{seconds // 3600:02}H{seconds // 60 % 60:02}M{seconds % 60:02}S"
        return cell("time", "shown", timevalue=stored)
    return cell("string", str(value))


def table(*rows: list[TableCell], **attributes: Any) -> Table:
    made = Table(**{"name": "Liste", **attributes})
    for cells in rows:
        row = TableRow()
        for one in cells:
            row.addElement(one)
        made.addElement(row)
    return made


def saved(tmp_path: Path, *tables: Table) -> Workbook:
    document = OpenDocumentSpreadsheet()
    hidden = Style(name="hidden", family="table")
    hidden.addElement(TableProperties(display="false"))
    document.automaticstyles.addElement(hidden)
    for one in tables:
        document.spreadsheet.addElement(one)
    path = tmp_path / "saved.ods"
    document.save(path)
    return read_file(path, ReadingHints())


def made(tmp_path: Path, body: str) -> Path:
    """A file with just this XML inside `office:spreadsheet`."""
    path = tmp_path / "made.ods"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr(
            "content.xml",
            f"<office:document-content {NAMESPACES}><office:body><office:spreadsheet>{body}"
            "</office:spreadsheet></office:body></office:document-content>",
        )
    return path


def test_cells_keep_their_type(tmp_path: Path) -> None:
    row = [
        "κείμενο",
        "12.345",
        12.345,
        5,
        True,
        date(2023, 4, 3),
        datetime.fromisoformat("2023-04-03 08:30"),
        time(7, 30),
        timedelta(hours=30),
        None,
        "τέλος",
    ]
    (sheet,) = saved(tmp_path, table([typed(value) for value in row])).sheets
    assert [(type(value), value) for value in dict(sheet.rows())[1]] == [
        (type(value), value) for value in row
    ]


def test_percentages_and_money_are_numbers(tmp_path: Path) -> None:
    row = [
        cell("percentage", "50 %", value="0.5"),
        cell("currency", "5 €", value="5", currency="EUR"),
    ]
    assert dict(saved(tmp_path, table(row)).sheets[0].rows()) == {1: (0.5, 5)}


def test_error_cells_are_told_from_blanks_and_from_the_same_words_as_text(tmp_path: Path) -> None:
    path = made(
        tmp_path,
        '<table:table table:name="A"><table:table-row>'
        '<table:table-cell table:formula="of:=1/0" office:value-type="string"'
        ' office:string-value="" calcext:value-type="error"><text:p>#DIV/0!</text:p>'
        "</table:table-cell><table:table-cell/>"
        '<table:table-cell table:formula="of:=X" office:value-type="float" office:value="0">'
        "<text:p>Err:502</text:p></table:table-cell>"
        '<table:table-cell office:value-type="string"><text:p>#N/A</text:p></table:table-cell>'
        "</table:table-row></table:table>",
    )
    (sheet,) = read_file(path, ReadingHints()).sheets
    assert dict(sheet.rows()) == {1: (ErrorValue("#DIV/0!"), None, ErrorValue("Err:502"), "#N/A")}


def test_text_is_what_the_cell_shows_without_its_comment(tmp_path: Path) -> None:
    commented = TableCell(valuetype="string")
    comment = Annotation()
    comment.addElement(P(text="not an SME any more"))
    commented.addElement(comment)
    paragraph = P()
    for part in ("  Jan", S(c=2), Span(text="Nowak"), LineBreak(), "Kraków \n "):
        if isinstance(part, str):
            paragraph.addText(part)
        else:
            paragraph.addElement(part)
    commented.addElement(paragraph)
    commented.addElement(P(text="second line"))
    (sheet,) = saved(tmp_path, table([commented])).sheets
    assert dict(sheet.rows()) == {1: ("Jan  Nowak\nKraków\nsecond line",)}
    assert sheet.comments == {(1, 1): "not an SME any more"}


def test_shapes_and_linked_tables_are_no_cells(tmp_path: Path) -> None:
    path = made(
        tmp_path,
        '<table:table table:name="A"><table:shapes><draw:frame><text:p>drawn</text:p></draw:frame>'
        "</table:shapes><table:table-row><table:table-cell><draw:frame><draw:text-box>"
        "<text:p>box</text:p></draw:text-box></draw:frame></table:table-cell>"
        '<table:table-cell office:value-type="string"><text:p>x</text:p></table:table-cell>'
        "</table:table-row></table:table>"
        '<table:table table:name="linked"><table:table-source/><table:table-row><table:table-cell'
        ' office:value-type="float" office:value="1"/></table:table-row></table:table>',
    )
    (sheet,) = read_file(path, ReadingHints()).sheets
    assert (sheet.name, dict(sheet.rows())) == ("A", {1: (None, "x")})


def test_repeated_rows_and_cells_are_all_there_and_blank_ones_cost_nothing(
    tmp_path: Path,
) -> None:
    many = table(
        [cell(numbercolumnsrepeated=2), cell("string", "x", numbercolumnsrepeated=3)],
        [cell(numbercolumnsrepeated=16384)],
        [cell("float", "1", value="1")],
    )
    first, second, _ = many.getElementsByType(TableRow)
    first.setAttribute("numberrowsrepeated", 2)
    second.setAttribute("numberrowsrepeated", 1048573)
    (sheet,) = saved(tmp_path, many).sheets
    repeated = (None, None, "x", "x", "x")
    assert dict(sheet.rows()) == {1: repeated, 2: repeated, 1048576: (1,)}


def test_a_cell_repeated_over_the_whole_sheet_is_refused_with_words(tmp_path: Path) -> None:
    path = made(
        tmp_path,
        '<table:table table:name="A"><table:table-row table:number-rows-repeated="1048576">'
        '<table:table-cell table:number-columns-repeated="16384" office:value-type="float"'
        ' office:value="1"/></table:table-row></table:table>',
    )
    with (
        WorkbookReader(memory_mib=160, seconds=20) as reader,
        pytest.raises(UnreadableFile, match="too far apart"),
    ):
        reader.read(path, ReadingHints())


def test_hidden_rows_hidden_sheets_and_merged_cells_are_reported(tmp_path: Path) -> None:
    rows = table(
        [cell("string", "a")],
        [cell("string", "b")],
        [cell("string", "m", numbercolumnsspanned=2, numberrowsspanned=2), CoveredTableCell()],
        [CoveredTableCell(), CoveredTableCell(), cell("string", "x")],
    )
    rows.getElementsByType(TableRow)[0].setAttribute("visibility", "filter")
    rows.getElementsByType(TableRow)[1].setAttribute("visibility", "collapse")
    shown, old = saved(tmp_path, rows, table(name="old", stylename="hidden")).sheets
    assert shown.hidden_rows == {1, 2}
    assert shown.merged == ((3, 1, 4, 2),)
    assert list(shown.rows())[2:] == [(3, ("m",)), (4, (None, None, "x"))]
    assert (shown.visible, old.visible) == (True, False)


def test_hidden_columns_and_rows_struck_through_or_red_are_reported(tmp_path: Path) -> None:
    document = OpenDocumentSpreadsheet()
    struck = Style(name="struck", family="table-cell")
    struck.addElement(TextProperties(textlinethroughstyle="solid"))
    red = Style(name="red", family="table-cell")
    red.addElement(TableCellProperties(backgroundcolor="#ff0000"))
    for style in (struck, red):
        document.automaticstyles.addElement(style)
    made = Table(name="Liste")
    made.addElement(TableColumn(numbercolumnsrepeated=2))
    made.addElement(TableColumn(visibility="collapse"))
    made.addElement(TableColumn(defaultcellstylename="red", numbercolumnsrepeated=5))
    rows = (
        [cell("string", "kept") for _ in range(3)],
        [cell("string", "cancelled", stylename="struck", numbercolumnsrepeated=2), cell(), cell()],
        [cell(), cell(), cell(), cell("string", "problem", numbercolumnsrepeated=2)],
        [cell("string", "half"), cell("string", "b", stylename="struck")],
    )
    for cells in rows:
        row = TableRow()
        for one in cells:
            row.addElement(one)
        made.addElement(row)
    document.spreadsheet.addElement(made)
    path = tmp_path / "marked.ods"
    document.save(path)
    (sheet,) = read_file(path, ReadingHints()).sheets
    assert sheet.hidden_columns == {3}
    assert sheet.marked_rows == {2: "struck", 3: "red", 4: "struck"}


@pytest.mark.skipif(which("soffice") is None, reason="no LibreOffice here")
def test_what_libreoffice_writes_keeps_types_errors_comments_and_what_is_hidden(
    tmp_path: Path,
) -> None:
    workbook = openpyxl.Workbook()
    sheet = workbook.worksheets[0]
    moment = datetime.fromisoformat("2023-04-03 08:30")
    sheet.append(["tekst", "12.345", 12.345, True, False, date(2023, 4, 3), moment, time(7, 30)])
    sheet.append([timedelta(hours=30), "=1/0", "=1+1", "cancelled"])
    sheet.append(["gone", "gone"])
    sheet["A1"].comment = Comment("not an SME any more", "Partner")
    for place in ("A3", "B3"):
        sheet[place].font = Font(strike=True)
    sheet.row_dimensions[2].hidden = True
    sheet.column_dimensions["C"].hidden = True
    source = tmp_path / "register.xlsx"
    workbook.save(source)
    subprocess.run(
        ["soffice", f"-env:UserInstallation=file://{tmp_path}/profile", "--headless",
         "--convert-to", "ods", "--outdir", str(tmp_path), str(source)],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    (read,) = read_file(tmp_path / "register.ods", ReadingHints()).sheets
    first = ("tekst", "12.345", 12.345, True, False, date(2023, 4, 3), moment, time(7, 30))
    rows = dict(read.rows())
    assert [(type(found), found) for found in rows[1]] == [(type(one), one) for one in first]
    assert rows[2] == (timedelta(hours=30), ErrorValue("#DIV/0!"), 2, "cancelled")
    assert read.hidden_rows == {2}
    assert read.hidden_columns == {3}
    assert read.marked_rows == {3: "struck"}
    assert "not an SME any more" in read.comments[1, 1]


def test_a_formula_without_stored_value_is_noted(tmp_path: Path) -> None:
    workbook = saved(tmp_path, table([cell(formula="of:=1+1"), cell("string", formula="of:=A2")]))
    assert [(note.code, note.row, note.column) for note in workbook.notes] == [("W14", 1, 1)]


@pytest.mark.parametrize(
    ("kind", "attribute", "stored", "value"),
    [
        ("date", "datevalue", "2023-02-30", "2023-02-30"),
        ("time", "timevalue", "PT7H", time(7)),
        ("time", "timevalue", "P2DT6H", timedelta(days=2, hours=6)),
        ("time", "timevalue", "-PT1H", timedelta(hours=-1)),
        ("time", "timevalue", "PT12H34M56.789S", time(12, 34, 56, 789000)),
        ("time", "timevalue", "7:30", "7:30"),
        ("float", "value", "1E400", "1E400"),
    ],
)
def test_a_stored_value_is_typed_or_stays_the_text_it_is(
    tmp_path: Path, kind: str, attribute: str, stored: str, value: object
) -> None:
    (sheet,) = saved(tmp_path, table([cell(kind, "shown", **{attribute: stored})])).sheets
    assert dict(sheet.rows()) == {1: (value,)}


TEXTS = st.text(
    st.characters(exclude_categories=["Cs", "Cc", "Zs"], exclude_characters="\ufffe\uffff"),
    min_size=1,
)
VALUES = st.one_of(
    st.none(),
    TEXTS,
    st.booleans(),
    st.integers(-(2**53), 2**53),
    st.floats(allow_nan=False, allow_infinity=False),
    st.dates(),
    st.times().map(lambda t: t.replace(microsecond=0)),
    st.datetimes().map(lambda moment: moment.replace(microsecond=0)),
    st.integers(86_400, 10**7).map(lambda seconds: timedelta(seconds=seconds)),
)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.lists(VALUES, max_size=6), max_size=6))
def test_any_grid_comes_back_typed(
    tmp_path_factory: pytest.TempPathFactory, grid: list[list[Any]]
) -> None:
    rows = [[typed(value) for value in row] for row in grid]
    (sheet,) = saved(tmp_path_factory.mktemp("grid"), table(*rows)).sheets
    for row in grid:
        while row and row[-1] is None:
            row.pop()
    wanted = {number: tuple(row) for number, row in enumerate(grid, start=1) if row}
    assert dict(sheet.rows()) == wanted
