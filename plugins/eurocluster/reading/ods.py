"""Sheets of an OpenDocument spreadsheet (.ods), streamed: only cells with a value cost.

content.xml is read because python-calamine gives error cells as blanks or 0, durations of a day and
more as text, and neither merged cells nor hidden rows, comments or formats.

Belongs here: the parts of the format, types of stored values, what a style says about a row.
Does not belong here: merged cells and blank rows (grid.py), sizes (gate.py).
"""

import re
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from xml.parsers import expat

from eurocluster.reading.archive import Archive
from eurocluster.reading.cells import ErrorValue, ReadingNote, Sheet, UnreadableFile, Value
from eurocluster.reading.grid import LAST_COLUMN, LAST_ROW, RED, STRUCK, Budget, Grid, mark_of_row
from eurocluster.reading.number_formats import read_number
from eurocluster.reading.ooxml import is_red

_ODF = "urn:oasis:names:tc:opendocument:xmlns:"
_TABLE = _ODF + "table:1.0 "
_OFFICE = _ODF + "office:1.0 "
_TEXT = _ODF + "text:1.0 "
_STYLE = _ODF + "style:1.0 "
_LOOKS = _ODF + "xsl-fo-compatible:1.0 "
_VALUE_TYPE_OF_LIBREOFFICE = "urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0 "

_DRAWING = _ODF + "drawing:1.0 "
_COMMENT = _OFFICE + "annotation"
# Text that lies on the sheet or beside a cell's own words: comments, shapes, links.
_ASIDE = frozenset({_COMMENT, _TABLE + "shapes", _TABLE + "dde-link", _TEXT + "ruby-text"})
_PARAGRAPHS = frozenset({_TEXT + "p", _TEXT + "h"})

_DURATION = re.compile(
    r"(-)?P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:[.,]\d+)?)S)?)?", re.ASCII
)
_MIDNIGHT = datetime(2000, 1, 1)  # noqa: DTZ001  cells have no zone
_BLANKS = re.compile(r"[ \t\r\n]+")
_ERROR = re.compile(r"#(?:N/A|REF!|DIV/0!|VALUE!|NAME\?|NUM!|NULL!)|Err:\d+")
# LibreOffice writes a cell that came from another format as TRUE like this, with the number 1.
_SWITCHES = {"of:=TRUE()": True, "of:=FALSE()": False}
# Marks for blanks that count; none of these characters can stand in an XML file.
_SPACE, _TAB, _BREAK = "\x00", "\x01", "\x02"
_MARKS = str.maketrans({_SPACE: " ", _TAB: "\t", _BREAK: "\n"})

Attributes = dict[str, str]


def read_ods(archive: Archive) -> tuple[tuple[Sheet, ...], tuple[ReadingNote, ...]]:
    """Read every table with its stored values, in the file's order.

    A time value below 24 hours is a time of day, longer ones are durations: the file does not keep
    them apart. Cached tables of linked files are left out.

    Raises:
        UnreadableFile: F01, a part is missing or makes no sense.
    """
    content = _Content()
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    content.attach(parser)
    archive.stream("content.xml", parser)
    return tuple(content.sheets), tuple(content.notes)


class _Content:
    """The way through content.xml: one method per element that matters."""

    def __init__(self) -> None:
        self.sheets: list[Sheet] = []
        self.notes: list[ReadingNote] = []
        self._budget = Budget()
        self._hidden_styles: set[str] = set()
        self._marks: dict[str, str] = {}
        self._comment: list[str] = []
        self._in_comment = False
        self._interrupted: list[str] | None = None
        self._style = ""
        self._grid: Grid | None = None
        self._linked = False
        self._row: list[Value] = []
        self._row_number = 0
        self._row_times = 1
        self._row_hidden = False
        self._row_style: str | None = None
        self._row_marks: list[str] = []
        self._column = 1
        self._styled_columns: list[tuple[int, str]] = []
        self._next_column = 1
        self._cell: Attributes | None = None
        self._paragraphs: list[str] = []
        self._pieces: list[str] | None = None
        self._starts: dict[str, Callable[[Attributes], None]] = {
            _TABLE + "table-cell": self._start_cell,
            _TABLE + "covered-table-cell": self._start_cell,
            _TEXT + "p": self._start_paragraph,
            _TEXT + "h": self._start_paragraph,
            _TABLE + "table-row": self._start_row,
            _TEXT + "s": self._spaces,
            _TEXT + "tab": lambda _: self._add(_TAB),
            _TEXT + "line-break": lambda _: self._add(_BREAK),
            _TABLE + "table": self._start_table,
            _TABLE + "table-source": self._mark_linked,
            _STYLE + "style": self._start_style,
            _STYLE + "table-properties": self._table_style,
            _STYLE + "text-properties": self._text_style,
            _STYLE + "table-cell-properties": self._cell_style,
            _TABLE + "table-column": self._start_column,
        }
        self._ends: dict[str, Callable[[], None]] = {
            _TABLE + "table-cell": self._end_cell,
            _TABLE + "covered-table-cell": self._end_cell,
            _TEXT + "p": self._end_paragraph,
            _TEXT + "h": self._end_paragraph,
            _TABLE + "table-row": self._end_row,
            _TABLE + "table": self._end_table,
        }

    def attach(self, parser: expat.XMLParserType) -> None:
        """Let the parser call the methods of this object."""
        starts, ends = self._starts, self._ends
        aside = 0

        def start(tag: str, attributes: Attributes) -> None:
            nonlocal aside
            if aside or tag in _ASIDE or tag.startswith(_DRAWING):
                aside += 1
                if aside == 1:
                    self._in_comment = tag == _COMMENT
                    self._interrupted = self._pieces
                elif self._in_comment and tag in _PARAGRAPHS:
                    self._pieces = []
                return
            handle = starts.get(tag)
            if handle is not None:
                handle(attributes)

        def end(tag: str) -> None:
            nonlocal aside
            if aside:
                aside -= 1
                if self._in_comment:
                    self._end_in_comment(tag)
                return
            handle = ends.get(tag)
            if handle is not None:
                handle()

        parser.StartElementHandler = start
        parser.EndElementHandler = end
        parser.CharacterDataHandler = lambda text: (
            None if aside and not self._in_comment else self._add(text)
        )

    def _start_style(self, attributes: Attributes) -> None:
        self._style = attributes.get(_STYLE + "name", "")

    def _table_style(self, attributes: Attributes) -> None:
        if attributes.get(_TABLE + "display") == "false":
            self._hidden_styles.add(self._style)

    def _text_style(self, attributes: Attributes) -> None:
        if attributes.get(_STYLE + "text-line-through-style", "none") != "none":
            self._marks[self._style] = STRUCK
        elif _is_red(attributes.get(_LOOKS + "color", "")):
            self._marks.setdefault(self._style, RED)

    def _cell_style(self, attributes: Attributes) -> None:
        if _is_red(attributes.get(_LOOKS + "background-color", "")):
            self._marks.setdefault(self._style, RED)

    def _start_column(self, attributes: Attributes) -> None:
        first = self._next_column
        times = _count(attributes.get(_TABLE + "number-columns-repeated"), LAST_COLUMN)
        self._next_column = min(first + times, LAST_COLUMN + 1)
        self._styled_columns.append(
            (self._next_column, attributes.get(_TABLE + "default-cell-style-name", ""))
        )
        if self._grid is not None and attributes.get(_TABLE + "visibility", "visible") != "visible":
            self._grid.hidden_columns.update(range(first, self._next_column))

    def _mark(self, attributes: Attributes) -> str | None:
        style = attributes.get(_TABLE + "style-name") or self._row_style
        if style is None:
            style = next((name for end, name in self._styled_columns if self._column < end), "")
        return self._marks.get(style)

    def _end_in_comment(self, tag: str) -> None:
        if tag in _PARAGRAPHS and self._pieces is not None:
            self._comment.append(_BLANKS.sub(" ", "".join(self._pieces)).strip(" "))
            self._pieces = None
        elif tag == _COMMENT:
            text = "\n".join(self._comment).strip()
            if text and self._grid is not None:
                self._grid.comments[self._row_number, self._column] = text
            self._comment = []
            self._in_comment = False
            self._pieces = self._interrupted

    def _start_table(self, attributes: Attributes) -> None:
        self._grid = Grid(attributes.get(_TABLE + "name", ""), self._budget)
        self._grid.visible = attributes.get(_TABLE + "style-name") not in self._hidden_styles
        self._linked = False
        self._row_number = 1
        self._styled_columns = []
        self._next_column = 1

    def _mark_linked(self, _attributes: Attributes) -> None:
        self._linked = True

    def _end_table(self) -> None:
        if self._grid is not None and not self._linked:
            sheet, notes = self._grid.finish()
            self.sheets.append(sheet)
            self.notes.extend(notes)
        self._grid = None

    def _start_row(self, attributes: Attributes) -> None:
        self._row = []
        self._column = 1
        self._row_times = _count(attributes.get(_TABLE + "number-rows-repeated"), LAST_ROW)
        self._row_hidden = attributes.get(_TABLE + "visibility", "visible") != "visible"
        self._row_style = attributes.get(_TABLE + "default-cell-style-name")
        self._row_marks = []

    def _end_row(self) -> None:
        if self._grid is not None:
            self._grid.add_row(
                self._row_number, self._row, hidden=self._row_hidden, times=self._row_times
            )
            if self._row_marks:
                filled = len(self._row) - self._row.count(None)
                if mark := mark_of_row(self._row_marks, filled):
                    rows = range(self._row_number, self._row_number + self._row_times)
                    self._grid.marked_rows.update(dict.fromkeys(rows, mark))
        self._row_number += self._row_times

    def _start_cell(self, attributes: Attributes) -> None:
        self._cell = attributes
        self._paragraphs = []

    def _end_cell(self) -> None:
        attributes, self._cell = self._cell, None
        if attributes is None or self._grid is None:
            return
        times = _count(attributes.get(_TABLE + "number-columns-repeated"), LAST_COLUMN)
        value = _value(attributes, "\n".join(self._paragraphs))
        if value is not None:
            for column in range(self._column, self._column + times):
                self._grid.place(self._row, column, value)
            if self._marks and (mark := self._mark(attributes)):
                self._row_marks.extend([mark] * times)
        elif _TABLE + "formula" in attributes and not _gives_text(attributes):
            self._grid.add_formula_without_value(self._row_number, self._column)
        self._merge(attributes)
        self._column += times

    def _merge(self, attributes: Attributes) -> None:
        columns = _count(attributes.get(_TABLE + "number-columns-spanned"), LAST_COLUMN)
        rows = _count(attributes.get(_TABLE + "number-rows-spanned"), LAST_ROW)
        if self._grid is not None and (columns > 1 or rows > 1):
            row, column = self._row_number, self._column
            self._grid.add_merged((row, column, row + rows - 1, column + columns - 1))

    def _start_paragraph(self, _attributes: Attributes) -> None:
        if self._cell is not None:
            self._pieces = []

    def _end_paragraph(self) -> None:
        if self._pieces is not None:
            text = _BLANKS.sub(" ", "".join(self._pieces)).strip(" ")
            self._paragraphs.append(text.translate(_MARKS))
            self._pieces = None

    def _add(self, text: str) -> None:
        if self._pieces is not None:
            self._pieces.append(text)

    def _spaces(self, attributes: Attributes) -> None:
        self._add(_SPACE * _count(attributes.get(_TEXT + "c"), LAST_COLUMN))


def _value(attributes: Attributes, text: str) -> Value:
    if attributes.get(_VALUE_TYPE_OF_LIBREOFFICE + "value-type") == "error":
        return ErrorValue(text)
    if _TABLE + "formula" in attributes and _ERROR.fullmatch(text):
        return ErrorValue(text)
    switch = _SWITCHES.get(attributes.get(_TABLE + "formula", ""))
    if switch is not None:
        return switch
    kind = attributes.get(_OFFICE + "value-type")
    if kind in {"float", "percentage", "currency"}:
        return read_number(attributes.get(_OFFICE + "value", ""))
    if kind == "date":
        return _moment(attributes.get(_OFFICE + "date-value", ""))
    if kind == "time":
        return _duration(attributes.get(_OFFICE + "time-value", ""))
    if kind == "boolean":
        stored = attributes.get(_OFFICE + "boolean-value", "")
        return stored == "true" if stored else None
    return text or attributes.get(_OFFICE + "string-value") or None


def _is_red(colour: str) -> bool:
    try:
        red, green, blue = bytes.fromhex(colour.removeprefix("#"))
    except ValueError:
        return False
    return is_red(red, green, blue)


def _gives_text(attributes: Attributes) -> bool:
    return attributes.get(_OFFICE + "value-type") == "string"


def _count(text: str | None, limit: int) -> int:
    """Read a repetition; more than a spreadsheet can hold is as much as it can hold."""
    if text is None:
        return 1
    try:
        return max(1, min(int(text), limit))
    except ValueError:
        raise UnreadableFile(
            "F01", "The file repeats a cell in a way that makes no sense."
        ) from None


def _moment(text: str) -> date | datetime | str | None:
    try:
        if "T" not in text:
            return date.fromisoformat(text)
        moment = datetime.fromisoformat(text).replace(tzinfo=None)
    except ValueError:
        return text or None
    return moment


def _duration(text: str) -> time | timedelta | str | None:
    found = _DURATION.fullmatch(text)
    if found is None:
        return text or None
    sign, days, hours, minutes, seconds = found.groups()
    try:
        span = timedelta(
            days=int(days or 0),
            hours=int(hours or 0),
            minutes=int(minutes or 0),
            milliseconds=round(float((seconds or "0").replace(",", ".")) * 1000),
        )
    except OverflowError:
        return text
    if sign:
        return -span
    return (_MIDNIGHT + span).time() if span < timedelta(days=1) else span
