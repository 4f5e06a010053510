"""Sheets of an old Excel workbook (.xls, BIFF), read by xlrd.

xlrd is chosen for what it keeps: error cells, hidden rows and columns, merged ranges, formats of
fonts and comments; python-calamine is far faster, but gives error cells as blanks and little
of the rest, and old files are small. Rows are read ragged: a stray cell far away costs nothing.
What is lost: a formula that was never computed cannot be told from 0; conversations in comments.

Belongs here: what xlrd says, as cells.
Does not belong here: dates from numbers (number_formats.py), merged cells (grid.py).
"""

import os
from pathlib import Path
from typing import Any

import xlrd

from eurocluster.reading.archive import DAMAGED, PROTECTED
from eurocluster.reading.cells import ErrorValue, ReadingNote, Sheet, UnreadableFile, Value
from eurocluster.reading.grid import RED, STRUCK, Budget, Grid, mark_of_row
from eurocluster.reading.number_formats import Meaning, meaning_of, read_serial
from eurocluster.reading.ooxml import is_red
from eurocluster.reading.xlsb import ERRORS, whole_or_float

_SOLID = 1


def read_xls(path: Path) -> tuple[tuple[Sheet, ...], tuple[ReadingNote, ...]]:
    """Read every worksheet with its stored values, in the workbook's order.

    Raises:
        UnreadableFile: F01, the file is protected or makes no sense.
    """
    try:
        with Path(os.devnull).open("w") as nowhere:
            book = xlrd.open_workbook(
                path, logfile=nowhere, formatting_info=True, ragged_rows=True, on_demand=True
            )
            with book:
                return _sheets(book)
    except (MemoryError, UnreadableFile):
        raise
    except Exception as error:  # noqa: BLE001  xlrd meets damage with errors of every kind
        protected = isinstance(error, xlrd.XLRDError) and "encrypted" in str(error)
        raise UnreadableFile("F01", PROTECTED if protected else DAMAGED) from None


def _sheets(book: Any) -> tuple[tuple[Sheet, ...], tuple[ReadingNote, ...]]:
    budget = Budget()
    styles = [_style(book, xf) for xf in book.xf_list]
    sheets: list[Sheet] = []
    notes: list[ReadingNote] = []
    for index in range(book.nsheets):
        sheet = book.sheet_by_index(index)
        grid = Grid(sheet.name, budget)
        grid.visible = sheet.visibility == 0
        grid.from_1904 = book.datemode == 1
        _fill(grid, sheet, styles, from_1904=grid.from_1904)
        book.unload_sheet(index)
        finished, sheet_notes = grid.finish()
        sheets.append(finished)
        notes.extend(sheet_notes)
    return tuple(sheets), tuple(notes)


def _style(book: Any, xf: Any) -> tuple[Meaning, str | None]:
    """Return what a style says: the meaning of a number, the mark of a row."""
    found = book.format_map.get(xf.format_key)
    font = book.font_list[xf.font_index]
    mark = None
    if font.struck_out:
        mark = STRUCK
    elif _is_red(book, font.colour_index) or (
        xf.background.fill_pattern == _SOLID and _is_red(book, xf.background.pattern_colour_index)
    ):
        mark = RED
    return (Meaning.NUMBER if found is None else meaning_of(found.format_str)), mark


def _is_red(book: Any, index: int) -> bool:
    colour = book.colour_map.get(index)
    return colour is not None and is_red(*colour)


def _fill(
    grid: Grid, sheet: Any, styles: list[tuple[Meaning, str | None]], *, from_1904: bool
) -> None:
    grid.hidden_columns.update(
        column + 1 for column, about in sheet.colinfo_map.items() if about.hidden
    )
    grid.comments = {
        (row + 1, column + 1): note.text.strip()
        for (row, column), note in sheet.cell_note_map.items()
        if note.text and note.text.strip()
    }
    for row1, row2, column1, column2 in sheet.merged_cells:
        grid.add_merged((row1 + 1, column1 + 1, row2, column2))
    row: list[Value] = []
    for index in range(sheet.nrows):
        marks: list[str] = []
        count = 0
        for column, (kind, stored, style) in enumerate(
            zip(
                sheet.row_types(index),
                sheet.row_values(index),
                sheet._cell_xf_indexes[index],
                strict=True,
            ),
            start=1,
        ):
            meaning, mark = styles[style]
            value = _value(kind, stored, meaning, from_1904=from_1904)
            if value is not None:
                grid.place(row, column, value)
                count += 1
                if mark is not None:
                    marks.append(mark)
        about = sheet.rowinfo_map.get(index)
        grid.add_row(index + 1, row, hidden=about is not None and bool(about.hidden))
        if marks and (found := mark_of_row(marks, count)):
            grid.marked_rows[index + 1] = found
        row.clear()


def _value(kind: int, stored: Any, meaning: Meaning, *, from_1904: bool) -> Value:
    if kind == xlrd.XL_CELL_TEXT:
        return str(stored) or None
    if kind in {xlrd.XL_CELL_NUMBER, xlrd.XL_CELL_DATE}:
        if meaning is Meaning.NUMBER:
            return whole_or_float(stored)
        return read_serial(stored, meaning, from_1904=from_1904)
    if kind == xlrd.XL_CELL_BOOLEAN:
        return bool(stored)
    if kind == xlrd.XL_CELL_ERROR:
        return ErrorValue(ERRORS.get(stored, "#N/A"))
    return None
