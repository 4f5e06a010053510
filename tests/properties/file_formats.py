"""Sheets as files of every format, by writers that are not ours.

Belongs here: lines → file.
Does not belong here: what stands in them.
"""

import csv
import io
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any, Final

import openpyxl
import pyarrow
import pyarrow.parquet
import xlsxwriter
import xlwt  # type: ignore[import-untyped]
from odf.opendocument import OpenDocumentSpreadsheet  # type: ignore[import-untyped]
from odf.style import Style, TableProperties  # type: ignore[import-untyped]
from odf.table import CoveredTableCell, Table, TableCell, TableRow  # type: ignore[import-untyped]
from odf.text import P  # type: ignore[import-untyped]

from tests.properties.habits import Cell
from tests.properties.layouts import Lines


@dataclass(frozen=True)
class Format:
    """What a format can hold.

    Attributes:
        typed: Numbers and days are told from texts.
        has_times: Times of day and durations too.
        can_merge: Cells may be merged, sheets hidden.
        has_lines: Lines above and below the table are possible.
    """

    name: str
    suffix: str
    write: Callable[[Path, Sequence[Lines]], None]
    typed: bool = False
    has_times: bool = False
    can_merge: bool = False
    has_lines: bool = True


def _openpyxl(path: Path, sheets: Sequence[Lines]) -> None:
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for lines in sheets:
        sheet = book.create_sheet(lines.name)
        sheet.sheet_state = "hidden" if lines.is_hidden else "visible"
        for row, cells in enumerate(lines.cells, start=1):
            for column, value in enumerate(cells, start=1):
                cell = sheet.cell(row, column)
                cell.value = value
                if isinstance(value, str):
                    cell.data_type = "s"  # typed into a text cell, "=" begins no formula
        for row1, column1, row2, column2 in lines.merged:
            sheet.merge_cells(
                start_row=row1, start_column=column1, end_row=row2, end_column=column2
            )
    book.active = next(at for at, lines in enumerate(sheets) if not lines.is_hidden)
    book.save(path)


def _xlsxwriter(path: Path, sheets: Sequence[Lines]) -> None:
    options = {"strings_to_formulas": False, "strings_to_urls": False, "in_memory": True}
    with xlsxwriter.Workbook(path, options) as book:
        formats = {
            datetime: book.add_format({"num_format": "dd.mm.yyyy"}),
            time: book.add_format({"num_format": "hh:mm"}),
            timedelta: book.add_format({"num_format": "[h]:mm"}),
        }
        for lines in sheets:
            sheet = book.add_worksheet(lines.name)
            for row1, column1, row2, column2 in lines.merged:
                sheet.merge_range(row1 - 1, column1 - 1, row2 - 1, column2 - 1, "")
            for row, cells in enumerate(lines.cells):
                for column, value in enumerate(cells):
                    if isinstance(value, str):
                        sheet.write_string(row, column, value)
                    elif value is not None:
                        sheet.write(row, column, value, formats.get(type(value)))
            if lines.is_hidden:
                sheet.hide()
            else:
                sheet.activate()
                sheet.set_first_sheet()


def _ods(path: Path, sheets: Sequence[Lines]) -> None:
    document = OpenDocumentSpreadsheet()
    hidden = Style(name="hidden", family="table")
    hidden.addElement(TableProperties(display="false"))
    document.automaticstyles.addElement(hidden)
    for lines in sheets:
        named = {"stylename": hidden} if lines.is_hidden else {}
        sheet = Table(name=lines.name, **named)
        covered = {
            (row, column)
            for row1, column1, row2, column2 in lines.merged
            for row in range(row1, row2 + 1)
            for column in range(column1, column2 + 1)
        }
        spans = {(row1, column1): (row2, column2) for row1, column1, row2, column2 in lines.merged}
        width = max([*map(len, lines.cells), *(range_[3] for range_ in lines.merged)])
        for row, cells in enumerate(lines.cells, start=1):
            line = TableRow()
            for column, value in enumerate([*cells, *[None] * (width - len(cells))], start=1):
                line.addElement(_ods_cell(value, row, column, spans, covered))
            sheet.addElement(line)
        document.spreadsheet.addElement(sheet)
    document.save(str(path))


def _ods_cell(
    value: Cell, row: int, column: int, spans: Mapping[tuple[int, int], tuple[int, int]],
    covered: set[tuple[int, int]],
) -> Any:  # fmt: skip
    if (row, column) in covered and (row, column) not in spans:
        return CoveredTableCell()
    options: dict[str, Any] = {}
    if (row, column) in spans:
        last_row, last_column = spans[row, column]
        options["numberrowsspanned"] = last_row - row + 1
        options["numbercolumnsspanned"] = last_column - column + 1
    if isinstance(value, bool):
        return TableCell(valuetype="boolean", booleanvalue=str(value).lower(), **options)
    if isinstance(value, (int, float)):
        return TableCell(valuetype="float", value=repr(value), **options)
    if isinstance(value, datetime):
        return TableCell(valuetype="date", datevalue=value.date().isoformat(), **options)
    if isinstance(value, (time, timedelta)):
        if isinstance(value, time):
            value = timedelta(hours=value.hour, minutes=value.minute)
        hours, rest = divmod(int(value.total_seconds()), 3600)
        return TableCell(valuetype="time", timevalue=f"PT{hours}H{rest // 60}M0S", **options)
    cell = TableCell(valuetype="string", **options) if value is not None else TableCell(**options)
    for paragraph in [] if value is None else str(value).split("\n"):
        cell.addElement(P(text=paragraph))
    return cell


def _xls(path: Path, sheets: Sequence[Lines]) -> None:
    book = xlwt.Workbook()
    styles = {
        datetime: xlwt.easyxf(num_format_str="DD.MM.YYYY"),
        time: xlwt.easyxf(num_format_str="hh:mm"),
    }
    for lines in sheets:
        sheet = book.add_sheet(lines.name)
        sheet.visibility = int(lines.is_hidden)
        merged = {(row1, column1): (row2, column2) for row1, column1, row2, column2 in lines.merged}
        for row, cells in enumerate(lines.cells, start=1):
            for column, value in enumerate(cells, start=1):
                if (row, column) in merged:
                    row2, column2 = merged[row, column]
                    sheet.write_merge(row - 1, row2 - 1, column - 1, column2 - 1, value)
                elif value is not None:
                    style = styles.get(type(value), xlwt.Style.default_style)
                    sheet.write(row - 1, column - 1, value, style)
    book.set_active_sheet(next(at for at, lines in enumerate(sheets) if not lines.is_hidden))
    book.save(str(path))


def _delimited(delimiter: str, encoding: str, quoting: int) -> Callable[..., None]:
    def write(path: Path, sheets: Sequence[Lines]) -> None:
        (lines,) = sheets
        target = io.StringIO(newline="")
        width = max(map(len, lines.cells))
        writer = csv.writer(target, delimiter=delimiter, quoting=quoting)  # type: ignore[arg-type]
        writer.writerows([*cells, *[None] * (width - len(cells))] for cells in lines.cells)
        try:
            path.write_bytes(target.getvalue().encode(encoding))
        except UnicodeEncodeError:  # the code page has not all letters; then nobody uses it
            path.write_bytes(target.getvalue().encode("utf-8"))

    return write


def _records(sheets: Sequence[Lines]) -> list[dict[str, Cell]]:
    (lines,) = sheets
    header, *rows = lines.cells
    return [dict(zip(header, map(_plain, row), strict=True)) for row in rows]


def _plain(cell: Cell) -> Cell:
    return cell.date().isoformat() if isinstance(cell, datetime) else cell


def _json(path: Path, sheets: Sequence[Lines]) -> None:
    path.write_text(json.dumps(_records(sheets), ensure_ascii=False, indent=2), encoding="utf-8")


def _jsonl(path: Path, sheets: Sequence[Lines]) -> None:
    lines = (json.dumps(row, ensure_ascii=False) for row in _records(sheets))
    path.write_text("\n".join(lines), encoding="utf-8")


def _parquet(path: Path, sheets: Sequence[Lines]) -> None:
    (lines,) = sheets
    header, *rows = lines.cells
    columns = {name: _arrow([row[at] for row in rows]) for at, name in enumerate(header)}
    pyarrow.parquet.write_table(pyarrow.table(columns), path)


def _arrow(cells: Sequence[Cell]) -> pyarrow.Array:
    """Return a column of one type; of mixed cells, as text."""
    kinds = {type(cell) for cell in cells if cell is not None}
    if len(kinds) == 1:
        return pyarrow.array(
            [cell.date() if isinstance(cell, datetime) else cell for cell in cells]
        )
    if kinds <= {int, float}:
        return pyarrow.array([None if cell is None else float(cell) for cell in cells])
    return pyarrow.array(
        [None if cell is None else _as_text(cell) for cell in cells], pyarrow.string()
    )


def _as_text(cell: Cell) -> str:
    return cell.date().isoformat() if isinstance(cell, datetime) else str(cell)


def code_page_formats(code_page: str) -> Sequence[Format]:
    """Return every format, text files also in a code page."""
    all_quoted, plain = csv.QUOTE_ALL, csv.QUOTE_MINIMAL
    return (
        *FORMATS,
        Format("csv in a code page", ".csv", _delimited(";", code_page, plain)),
        Format("csv in a code page, quoted", ".txt", _delimited("\t", code_page, all_quoted)),
    )


FORMATS: Final = (
    Format("csv", ".csv", _delimited(";", "utf-8", csv.QUOTE_MINIMAL)),
    Format("csv of Excel", ".csv", _delimited(";", "utf-8-sig", csv.QUOTE_MINIMAL)),
    Format("csv with commas", ".csv", _delimited(",", "utf-8", csv.QUOTE_MINIMAL)),
    Format("csv in UTF-16", ".txt", _delimited("\t", "utf-16", csv.QUOTE_MINIMAL)),
    Format("csv with bars", ".txt", _delimited("|", "utf-8", csv.QUOTE_ALL)),
    Format("xlsx of openpyxl", ".xlsx", _openpyxl, typed=True, has_times=True, can_merge=True),
    Format("xlsx of XlsxWriter", ".xlsx", _xlsxwriter, typed=True, has_times=True, can_merge=True),
    Format("ods", ".ods", _ods, typed=True, has_times=True, can_merge=True),
    Format("xls", ".xls", _xls, typed=True, can_merge=True),
    Format("json", ".json", _json, typed=True, has_lines=False),
    Format("jsonl", ".jsonl", _jsonl, typed=True, has_lines=False),
    Format("parquet", ".parquet", _parquet, typed=True, has_lines=False),
)
