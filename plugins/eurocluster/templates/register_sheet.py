"""The sheet that a partner fills in.

Belongs here: headers, formats, notes, drop-downs and rows already known.
Does not belong here: what they say (columns, advice, prefilled).
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Final

import xlsxwriter
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from eurocluster.templates.advice import told_of
from eurocluster.templates.columns import Template, TemplateColumn
from eurocluster.templates.drop_downs import validation
from eurocluster.templates.looks import Looks, cell_format, width
from eurocluster.templates.prefilled import Cell

_LAST_ROW: Final = 1_048_575  # 0-based, of a spreadsheet
_LAST_WATCHED_ROW: Final = 5_000  # how far down missing cells turn red
_HEADER_HEIGHT: Final = 48
_FROZEN_COLUMNS: Final = 1
_COLUMNS_PER_PAGE: Final = 13
_A3: Final = 8
_NOTE_WIDTH, _NOTE_LINE, _NOTE_LETTERS = 320, 18, 46


def write_register(
    book: xlsxwriter.Workbook,
    sheet: Worksheet,
    looks: Looks,
    template: Template,
    ranges: Mapping[str, str],
    rows: Iterable[Mapping[str, Cell]],
) -> None:
    """Write the register's sheet.

    Args:
        book: The workbook.
        sheet: The empty sheet.
        looks: Formats of the workbook.
        template: What the sheet shows.
        ranges: Column → range with the words of its drop-down.
        rows: Cells of rows already known, by column.
    """
    columns = template.columns
    sheet.set_row(0, _HEADER_HEIGHT)
    formats = [cell_format(book, column) for column in columns]
    for at, column in enumerate(columns):
        sheet.set_column(at, at, width(column), formats[at])
        header = looks.required_header if column.required else looks.optional_header
        sheet.write_string(0, at, column.title, header)
        _write_note(sheet, at, told_of(column, template))
        checks = validation(column, template, ranges.get(column.name))
        sheet.data_validation(1, at, _LAST_ROW, at, checks)
    count = 0
    for count, row in enumerate(rows, start=1):
        for at, column in enumerate(columns):
            _write_cell(sheet, count, at, row.get(column.name), formats[at])
    _watch_required(sheet, looks, columns)
    sheet.freeze_panes(1, _FROZEN_COLUMNS)
    sheet.autofilter(0, 0, max(count, 1), len(columns) - 1)
    sheet.hide_gridlines(0)  # none is hidden: they are printed, too
    sheet.set_landscape()
    sheet.set_paper(_A3)
    sheet.fit_to_pages(-(-len(columns) // _COLUMNS_PER_PAGE), 0)
    sheet.repeat_rows(0)
    sheet.set_footer("&C&P / &N")


def _write_note(sheet: Worksheet, position: int, lines: Sequence[str]) -> None:
    height = _NOTE_LINE * (1 + sum(1 + len(line) // _NOTE_LETTERS for line in lines))
    look = {"width": _NOTE_WIDTH, "height": height, "font_size": 9, "color": "#FFFBE6"}
    sheet.write_comment(0, position, "\n".join(lines), look)


def _write_cell(
    sheet: Worksheet, row: int, position: int, cell: Cell, look: xlsxwriter.format.Format
) -> None:
    """Write a cell as what it is; a text is never a formula or a link."""
    if cell is None:
        return
    if isinstance(cell, str):
        sheet.write_string(row, position, cell, look)
    elif isinstance(cell, date | datetime):
        sheet.write_datetime(row, position, cell, look)
    else:
        sheet.write_number(row, position, float(cell) if isinstance(cell, Decimal) else cell, look)


def _watch_required(sheet: Worksheet, looks: Looks, columns: tuple[TemplateColumn, ...]) -> None:
    """Colour required cells that are blank in a row that is begun."""
    last = xl_col_to_name(len(columns) - 1, col_abs=True)
    for position, column in enumerate(columns):
        if column.required:
            own = xl_col_to_name(position)
            begun = f"=AND(LEN(TRIM({own}2))=0,COUNTA($A2:{last}2)>0)"
            sheet.conditional_format(
                1, position, _LAST_WATCHED_ROW, position,
                {"type": "formula", "criteria": begun, "format": looks.missing},
            )  # fmt: skip
