"""Tables → the bytes of xlsx, ods and csv files, the same bytes every time.

Belongs here: file formats. Does not belong here: what stands in the cells (`tables.py`), which
file lies where (`build.py`).
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
import zipfile
from collections.abc import Sequence
from datetime import date

from odf.element import Element
from odf.number import DateStyle, Day, Month, Text, Year
from odf.opendocument import OpenDocumentSpreadsheet
from odf.style import Style, TableCellProperties, TextProperties
from odf.table import Table as OdsTable
from odf.table import TableCell, TableRow
from odf.text import P
from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from examples.generator.tables import Cell, Table

_SAVED = (2024, 10, 1, 9, 30, 0)
_SAVED_TEXT = b"2024-10-01T09:30:00Z"
_DATE_FORMAT = {"es": "dd/mm/yyyy"}
_ENCODING = {"be": "utf-8-sig", "fi": "cp1252"}
_NOT_IN_CP1252 = str.maketrans({"ł": "l", "Ł": "L", "–": "-"})


def xlsx(tables: Sequence[Table], cover: Sequence[str] = ()) -> bytes:
    """A workbook with one sheet per table, and before them a cover sheet if there are lines."""
    workbook = Workbook()
    workbook.remove(workbook.worksheets[0])
    if cover:
        sheet = workbook.create_sheet("Deckblatt")
        for place, line in enumerate(cover):
            sheet.cell(place + 2, 2, line or None).font = Font(bold=place == 0, size=14 - 2 * place)
        sheet.column_dimensions["B"].width = 60
    for table in tables:
        _fill(workbook.create_sheet(table.sheet[:31]), table)
    sink = io.BytesIO()
    workbook.save(sink)
    return _settled(sink.getvalue())


def _fill(sheet: Worksheet, table: Table) -> None:
    header = len(table.head) + 1
    for place, line in enumerate(table.lines, start=1):
        for column, value in enumerate(line, start=1):
            if value is None:
                continue
            cell = sheet.cell(place, column, value)
            if isinstance(value, date):
                cell.number_format = _DATE_FORMAT.get(table.partner, "dd.mm.yyyy")
            elif isinstance(value, int) and abs(value) > 10_000_000:
                cell.number_format = "0"
            if place == header:
                cell.font = Font(bold=True)
                cell.fill = PatternFill("solid", fgColor="DDE6F0")
                cell.alignment = Alignment(wrap_text=True, vertical="top")
            elif place < header:
                cell.font = Font(bold=True, size=13 if place == 1 else 10)
    if table.head:
        wide = min(len(table.header), 8)
        sheet.merge_cells(start_row=1, start_column=1, end_row=1, end_column=wide)
    for column, name in enumerate(table.header, start=1):
        longest = max([len(name) // 2, *(len(str(line[column - 1] or "")) for line in table.body)])
        sheet.column_dimensions[get_column_letter(column)].width = min(max(10, longest + 2), 44)
    sheet.freeze_panes = f"A{header + 1}"
    last = get_column_letter(len(table.header))
    sheet.auto_filter.ref = f"A{header}:{last}{header + len(table.body)}"


def ods(tables: Sequence[Table]) -> bytes:
    """A LibreOffice workbook with one sheet per table."""
    Element.namespaces.clear()  # odfpy lets those of earlier documents into the next one
    document = OpenDocumentSpreadsheet()
    day = DateStyle(name="day")
    for part in (Day(), Text(text="/"), Month(), Text(text="/"), Year(style="long")):
        day.addElement(part)
    document.automaticstyles.addElement(day)
    dated = Style(name="dated", family="table-cell", datastylename="day")
    bold = Style(name="header", family="table-cell")
    bold.addElement(TableCellProperties(backgroundcolor="#dde6f0"))
    bold.addElement(TextProperties(fontweight="bold"))
    document.automaticstyles.addElement(dated)
    document.automaticstyles.addElement(bold)
    for table in tables:
        sheet = OdsTable(name=table.sheet)
        for line in table.lines:
            row = TableRow()
            for value in line:
                row.addElement(_ods_cell(value, bold if line is table.header else None, dated))
            sheet.addElement(row)
        document.spreadsheet.addElement(sheet)
    sink = io.BytesIO()
    document.write(sink)
    return _settled(sink.getvalue())


def _ods_cell(value: Cell, style: Style | None, dated: Style) -> TableCell:
    if value is None:
        return TableCell()
    if isinstance(value, date):
        cell = TableCell(valuetype="date", datevalue=value.isoformat(), stylename=dated)
        cell.addElement(P(text=f"{value.day}/{value.month}/{value.year}"))
    elif isinstance(value, int | float):
        cell = TableCell(valuetype="float", value=repr(value))
        cell.addElement(P(text=str(value).replace(".", ",")))
    else:
        cell = TableCell(valuetype="string", **({"stylename": style} if style else {}))
        cell.addElement(P(text=value))
    return cell


def delimited(table: Table) -> bytes:
    """A csv file as Excel saves it in Belgium (UTF-8) or on an old Finnish machine (cp1252)."""
    sink = io.StringIO()
    writer = csv.writer(sink, delimiter=";", lineterminator="\r\n")
    for line in table.lines:
        writer.writerow(["" if cell is None else str(cell) for cell in line])
    encoding = _ENCODING[table.partner]
    text = sink.getvalue()
    if encoding == "cp1252":
        text = "".join(_in_cp1252(letter) for letter in text)
    return text.encode(encoding)


def _in_cp1252(letter: str) -> str:
    """The letter, or without its marks where the old code page does not have it."""
    try:
        letter.encode("cp1252")
    except UnicodeEncodeError:
        plain = unicodedata.normalize("NFD", letter.translate(_NOT_IN_CP1252))
        return "".join(part for part in plain if not unicodedata.combining(part))
    return letter


def _settled(archive: bytes) -> bytes:
    """The same archive with one fixed time in every entry and in the document's properties."""
    sink = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(archive)) as source, zipfile.ZipFile(sink, "w") as target:
        for entry in source.infolist():
            content = source.read(entry.filename)
            if entry.filename in ("docProps/core.xml", "meta.xml"):
                content = re.sub(
                    rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z?", _SAVED_TEXT, content
                )
            settled = zipfile.ZipInfo(entry.filename, _SAVED)
            settled.compress_type = (
                zipfile.ZIP_STORED if entry.filename == "mimetype" else zipfile.ZIP_DEFLATED
            )
            settled.external_attr = 0o644 << 16
            target.writestr(settled, content)
    return sink.getvalue()
