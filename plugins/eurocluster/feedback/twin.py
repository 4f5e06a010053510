"""A workbook for a delivery that is none we can mark: its cells as they were read, with our marks.

Belongs here: writing cells of any type as values, never as formulas; the marks and notes on them.
Does not belong here: reading the delivery, what the result sheet says (result_page.py).
"""

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from eurocluster.feedback.looks import FILL, FONT, Look
from eurocluster.feedback.marks import (
    LAST_COLUMN,
    LAST_ROW,
    Marked,
    Places,
    Severity,
    Summary,
    note_of,
    shown_by_sheet,
    worst,
    worst_first,
)
from eurocluster.feedback.notes import AUTHOR, NOTE_WIDTH, note_height, plain_text
from eurocluster.feedback.result_page import FROZEN_ROWS, WIDTHS, Page, lay_out
from eurocluster.feedback.result_part import LONGEST_TEXT, is_computed
from eurocluster.feedback.workbook_part import place_in, sheet_name
from eurocluster.feedback.xlsx_marks import NOTES_AT_MOST, too_many_notes
from eurocluster.reading.cells import ErrorValue, Value
from eurocluster.reading.ooxml import RESULT_NAME
from eurocluster.wording import Say

_SAVED = datetime(2000, 1, 1)  # noqa: DTZ001  a fixed one: same input, same bytes
_FIRST_DAY = datetime(1900, 3, 1)  # noqa: DTZ001  days before it have other numbers in Excel
_EXACT = 10**15
_LONG = timedelta(days=9999)
_MEASURED_ROWS = 200
_NARROWEST, _WIDEST = 9, 48


@dataclass(frozen=True, slots=True)
class SheetCells:
    """The cells of one sheet as they were read.

    Attributes:
        name: As in `Marked.sheet`, "" for a text file.
        visible: Whether the sheet shows.
        rows: (1-based row or line number, values from the first column on), ascending.
        last_row: The greatest row number; it must be given when it may be above 1,048,576, the
            most a sheet can hold. Only rows with findings are written then.
    """

    name: str
    visible: bool
    rows: Iterable[tuple[int, tuple[Value, ...]]]
    last_row: int = 0


class _Formats:
    """Formats of cells, each made once."""

    def __init__(self, workbook: xlsxwriter.Workbook) -> None:
        self._workbook = workbook
        self._made: dict[tuple[object, ...], Format] = {}

    def cell(self, number: str, severity: Severity | None, *, quoted: bool = False) -> Format:
        """Return the format of a cell of the delivery."""
        key = (number, severity, quoted)
        if key not in self._made:
            properties: dict[str, object] = {"num_format": number, "font_name": FONT}
            if severity is not None and severity in FILL:
                properties |= {"bg_color": f"#{FILL[severity]}", "pattern": 1}
            if quoted:
                properties["quote_prefix"] = True
            self._made[key] = self._workbook.add_format(properties)
        return self._made[key]

    def look(self, look: Look, *, quoted: bool) -> Format:
        """Return a format of the result sheet."""
        key = (look, quoted)
        if key not in self._made:
            style = look.value
            properties: dict[str, object] = {
                "font_name": FONT,
                "font_size": style.size,
                "bold": style.bold,
                "italic": style.italic,
                "underline": int(style.underline),
                "font_color": f"#{style.colour}",
                "align": style.horizontal,
                "valign": {"center": "vcenter"}.get(style.vertical, style.vertical),
                "indent": style.indent,
                "text_wrap": True,
                "quote_prefix": quoted,
            }
            if style.fill:
                properties |= {"bg_color": f"#{style.fill}", "pattern": 1}
            if style.line:
                properties |= {"bottom": 1, "bottom_color": f"#{style.line}"}
            self._made[key] = self._workbook.add_format(properties)
        return self._made[key]


def write_twin(
    sheets: Iterable[SheetCells],
    summary: Summary,
    findings: Sequence[Marked],
    say: Say,
    out: Path,
    *,
    notes_at_most: int = NOTES_AT_MOST,
) -> None:
    """Write an `.xlsx` with the cells of a delivery, marked, behind a result sheet.

    Without sheets (a file that could not be read) there is the result sheet alone. `out` is
    written in place: whoever needs all or nothing writes beside it and renames.

    Raises:
        ValueError: A row is beyond what a sheet can hold and `last_row` did not say so.
        OSError: `out` cannot be written.
    """
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with xlsxwriter.Workbook(str(out), options) as workbook:
        workbook.set_properties({"created": _SAVED, "author": AUTHOR})
        formats = _Formats(workbook)
        result_name = sheet_name(say("result"), ())
        result = workbook.add_worksheet(result_name)
        shown = shown_by_sheet(findings)
        twins: dict[str, _TwinSheet] = {}
        for sheet in sheets:
            taken = [result_name, *(twin.name for twin in twins.values())]
            name = sheet_name(sheet.name or say("data"), taken)
            twin = _TwinSheet(workbook.add_worksheet(name), name, formats, say)
            headers = [t.header_row for t in summary.tables if t.sheet == sheet.name]
            header_row = headers[0] if headers else None
            twin.write(sheet, shown.get(sheet.name, {}), header_row, notes_at_most)
            twins[sheet.name] = twin

        def link_of(sheet: str, cell: str) -> str | None:
            return twins[sheet].place(cell) if sheet in twins else None

        remarks = [remark for twin in twins.values() for remark in twin.remarks]
        _write_page(result, lay_out(summary, findings, say, link_of, remarks), formats)
        workbook.define_name(RESULT_NAME, f"={place_in(result_name, '$A$1')}")
        result.activate()
        result.set_first_sheet()


class _TwinSheet:
    """One sheet of the twin. Rows keep their numbers unless there are too many of them."""

    def __init__(self, sheet: Worksheet, name: str, formats: _Formats, say: Say) -> None:
        self.name = name
        self.remarks: list[str] = []
        self._sheet = sheet
        self._formats = formats
        self._say = say
        self._condensed: dict[int, int] | None = None
        self._widths: dict[int, int] = {}

    def write(
        self, cells: SheetCells, wanted: Places, header_row: int | None, notes_at_most: int
    ) -> None:
        by_row: dict[int, dict[int, list[Marked]]] = {}
        for (row, column), found in wanted.items():
            by_row.setdefault(row, {})[column] = found
        if cells.last_row > LAST_ROW:
            kept = sorted({*by_row, *([header_row] if header_row else ())})[:LAST_ROW]
            self._condensed = {row: number for number, row in enumerate(kept, 1)}
            self.remarks.append(
                self._say(
                    "{name} has {rows} rows, more than a sheet can hold: only the rows with"
                    " findings are here. The number of each row stands behind its last cell.",
                    name=self.name,
                    rows=cells.last_row,
                )
            )
        # XlsxWriter forgets a row when the next one begins: which cells get notes is known before.
        ordered = sorted(wanted, key=lambda place: (worst(wanted[place]) != "ERROR", place))
        noted = frozenset(ordered[:notes_at_most])
        if len(ordered) > notes_at_most:
            self.remarks.append(too_many_notes(self._say, self.name, len(noted), len(ordered)))
        for row, values in self._rows_and_missing(cells.rows, by_row):
            if self._condensed is not None and row not in self._condensed:
                continue
            self._write_row(row, values, by_row.get(row, {}), noted)
        for column, width in self._widths.items():
            self._sheet.set_column(column, column, min(max(width + 2, _NARROWEST), _WIDEST))
        if header_row and header_row < _MEASURED_ROWS:
            self._sheet.freeze_panes(self._number_of(header_row), 0)
        if not cells.visible:
            self._sheet.hide()

    def place(self, cell: str) -> str | None:
        """Return where a cell of the delivery is in the twin; None when it is not there."""
        if self._condensed is None:
            return place_in(self.name, cell)
        letters = cell.rstrip("0123456789")
        row = self._condensed.get(int(cell[len(letters) :] or 0))
        return place_in(self.name, f"{letters}{row}") if row else None

    def _number_of(self, row: int) -> int:
        return row if self._condensed is None else self._condensed[row]

    def _rows_and_missing(
        self, rows: Iterable[tuple[int, tuple[Value, ...]]], wanted: Iterable[int]
    ) -> Iterator[tuple[int, tuple[Value, ...]]]:
        """The rows, and those that are marked but have no cells."""
        missing = sorted(wanted, reverse=True)
        for row, values in rows:
            while missing and missing[-1] < row:
                yield missing.pop(), ()
            if missing and missing[-1] == row:
                missing.pop()
            yield row, values
        while missing:
            yield missing.pop(), ()

    def _write_row(
        self,
        row: int,
        values: tuple[Value, ...],
        found: dict[int, list[Marked]],
        noted: frozenset[tuple[int, int]],
    ) -> None:
        number = self._number_of(row)
        if number > LAST_ROW:
            raise ValueError(f"row {row}: a sheet has {LAST_ROW} rows")
        marks = {column: marked for column, marked in found.items() if column}
        with_note = {column for column in marks if (row, column) in noted}
        if 0 in found:
            column = next((c for c, value in enumerate(values, 1) if value is not None), 1)
            marks[column] = worst_first([*marks.get(column, ()), *found[0]])
            if (row, 0) in noted:
                with_note.add(column)
        for column, value in enumerate(values[:LAST_COLUMN], 1):
            severity = worst(marks[column]) if column in marks else None
            if value is not None or severity is not None:
                self._write_cell(number, column, value, severity)
        for column in sorted(marks):
            if len(values) < column <= LAST_COLUMN:
                self._write_cell(number, column, None, worst(marks[column]))
        if self._condensed is not None:
            behind = max(len(values), *marks, 0) + 1
            label = self._say("row {row}", row=row)
            self._sheet.write_string(number - 1, behind - 1, label)
        for column in sorted(with_note):
            note = note_of(marks[column], self._say)
            options = {"author": AUTHOR, "width": NOTE_WIDTH, "height": note_height(note)}
            self._sheet.write_comment(number - 1, column - 1, plain_text(note), options)

    def _write_cell(
        self, number: int, column: int, value: Value, severity: Severity | None
    ) -> None:
        row, column = number - 1, column - 1
        sheet, formats = self._sheet, self._formats
        length = 10
        match value:
            case None:
                sheet.write_blank(row, column, None, formats.cell("General", severity))
                return
            case bool():
                sheet.write_boolean(row, column, value, formats.cell("General", severity))
            case int() | float() if _is_exact(value):
                sheet.write_number(row, column, value, formats.cell("General", severity))
            case datetime() if value.tzinfo is None and value >= _FIRST_DAY:
                style = formats.cell("yyyy-mm-dd hh:mm:ss", severity)
                sheet.write_datetime(row, column, value, style)
                length = 19
            case date() if not isinstance(value, datetime) and value >= _FIRST_DAY.date():
                sheet.write_datetime(row, column, value, formats.cell("yyyy-mm-dd", severity))
            case time() if value.tzinfo is None:
                sheet.write_datetime(row, column, value, formats.cell("hh:mm:ss", severity))
            case timedelta() if timedelta() <= value < _LONG:
                sheet.write_datetime(row, column, value, formats.cell("[h]:mm:ss", severity))
            case _:
                text = _as_text(value)[:LONGEST_TEXT]
                style = formats.cell("@", severity, quoted=is_computed(text))
                sheet.write_string(row, column, text, style)
                length = max((len(line) for line in text.split("\n")), default=0)
        if number <= _MEASURED_ROWS:
            self._widths[column] = max(self._widths.get(column, 0), length)


def _write_page(sheet: Worksheet, page: Page, formats: _Formats) -> None:
    sheet.hide_gridlines(2)
    sheet.freeze_panes(FROZEN_ROWS, 0)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(0.4, 0.4, 0.5, 0.5)
    for column, width in enumerate(WIDTHS):
        sheet.set_column(column, column, width)
    for row, (cells, height) in enumerate(page.rows):
        sheet.set_row(row, height)
        column = 0
        for cell in cells:
            text = str(cell.value)[:LONGEST_TEXT]
            style = formats.look(
                cell.look, quoted=isinstance(cell.value, str) and is_computed(text)
            )
            if cell.across > 1:
                sheet.merge_range(row, column, row, column + cell.across - 1, "", style)
            if cell.link is not None:
                sheet.write_url(row, column, f"internal:{cell.link}", style, text)
            elif isinstance(cell.value, int):
                sheet.write_number(row, column, cell.value, style)
            elif text:
                sheet.write_string(row, column, text, style)
            else:
                sheet.write_blank(row, column, None, style)
            column += cell.across


def _is_exact(value: float) -> bool:
    """Whether a spreadsheet shows a number with all its digits."""
    return abs(value) < _EXACT if isinstance(value, int) else math.isfinite(value)


def _as_text(value: Value) -> str:
    if isinstance(value, ErrorValue):
        return value.text
    if isinstance(value, date | time):
        return value.isoformat()
    return str(value)
