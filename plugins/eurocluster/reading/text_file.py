"""Delimited text as sheets: one for each table that the file holds.

Belongs here: the way from a file to its sheets and notes.
Does not belong here: letters (decoding.py), delimiters (dialects.py), rows (records.py), borders of
tables (sections.py); numbers and dates (conforming/): every cell is text or blank.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import dropwhile, islice, takewhile
from pathlib import Path

from eurocluster.reading.cells import ReadingHints, ReadingNote, Sheet, Workbook
from eurocluster.reading.columns import Keep, in_memory
from eurocluster.reading.decoding import (
    CODE_PAGES,
    Decoding,
    choose_decoding,
    code_page_of,
    text_pieces,
)
from eurocluster.reading.dialects import Dialect, choose_dialect, declared_delimiter
from eurocluster.reading.records import LARGE_WINDOW, Record, TextRows
from eurocluster.reading.sections import Borders, Part
from eurocluster.reading.text_tables import LineNotes, TextTable, slice_of
from eurocluster.wording import words

__all__ = ["CODE_PAGES", "code_page_of", "read_text_file"]

_SAMPLE_LINES = 200
_CERTAIN_ROWS = 10
_LINES = re.compile("[^\r\n]*(?:\r\n|\n|\r)|[^\r\n]+")
_NAME_LENGTH = 60


def read_text_file(
    path: Path, hints: ReadingHints, keep: Keep = in_memory, *, window_bytes: int = LARGE_WINDOW
) -> Workbook:
    """Read a delimited text file; a row's number is the line of the file at which it begins.

    A file with one table is one sheet without a name. Several tables are a sheet each, named by
    the heading above them. A note I02 says how letters were decoded, W23 which line was put right,
    E19 which line cannot be read. With ``window_bytes`` 0 every row is cut one by one.

    Raises:
        UnreadableFile: F01, the file is no text, no rule decodes it, a cell is absurdly long, or
            thousands of its lines cannot be read.
    """
    decoding = choose_decoding(path, hints)
    sample = _sample(path, decoding)
    declared = declared_delimiter(sample[0]) if sample else None
    body = sample[1:] if declared else sample
    dialect = choose_dialect(body, declared or hints.delimiter)
    first = _first_table(body, dialect, 2 if declared else 1)
    rows = TextRows(
        text_pieces(path, decoding),
        dialect,
        first.width,
        is_width_certain=first.width > 1 and first.count >= _CERTAIN_ROWS,
        window_bytes=window_bytes,
    )
    if declared:
        rows.skip_line()
    notes = LineNotes()
    tables = _Tables(dialect, first, keep, notes)
    for window, parts in Borders().parts(rows.windows()):
        bounds = [(part.regular, part.record) for part in parts]
        ends = [*bounds[1:], (len(window.lines), len(window.records))]
        for part, (regular, record), (regular_end, record_end) in zip(
            parts, bounds, ends, strict=True
        ):
            table = tables.of(part)
            table.add(*slice_of(window, (regular, regular_end), (record, record_end)))
    tables.note_unreadable(decoding.unreadable_lines)
    said = ReadingNote("I02", "", None, None, words("Decoded as {rule}.", rule=decoding.rule))
    sheets, names = tables.finish()
    return Workbook("csv", sheets, (said, *notes.listed(names)), has_typed_cells=False)


def _sample(path: Path, decoding: Decoding) -> list[str]:
    """Return the first lines of a file with their ends."""
    piece = next(text_pieces(path, decoding), b"")
    lines = (found[0] for found in _LINES.finditer(piece.decode()))
    return list(islice(lines, _SAMPLE_LINES))


@dataclass(frozen=True, slots=True)
class _FirstTable:
    """What the first lines of a file say.

    Attributes:
        width: How many cells most rows have.
        count: How many rows have so many.
        first_line: The line of the first of them.
        rows: The rows from there on, up to the first blank line.
    """

    width: int
    count: int
    first_line: int
    rows: tuple[Record, ...] = ()


def _first_table(lines: Sequence[str], dialect: Dialect, first_line: int) -> _FirstTable:
    sample = TextRows(iter(["".join(lines).encode()]), dialect, 0, window_bytes=0)
    records = [record for window in sample.windows() for record in window.records]
    for record in records:
        record.line += first_line - 1
    widths = Counter(len(record.cells) for record in records if not record.is_blank)
    wide = {width: count for width, count in widths.items() if width > 1} or widths
    if not wide:
        return _FirstTable(1, 0, first_line)
    width = max(wide, key=lambda width: (wide[width], width))
    below = dropwhile(lambda record: len(record.cells) != width, records)
    rows = tuple(takewhile(lambda record: not record.is_blank, below))
    return _FirstTable(width, widths[width], rows[0].line if rows else first_line, rows)


class _Tables:
    """The tables of a file, in its order; the first is there before its first row."""

    def __init__(self, dialect: Dialect, first: _FirstTable, keep: Keep, notes: LineNotes) -> None:
        self._dialect = dialect
        self._keep = keep
        self._notes = notes
        self._tables = [
            TextTable(0, dialect, first.width, first.first_line, keep, notes, first.rows)
        ]
        self._titles = [""]

    def of(self, part: Part) -> TextTable:
        """Return the table that a part of a window belongs to."""
        if part.starts:
            number = len(self._tables)
            table = TextTable(number, self._dialect, 1, None, self._keep, self._notes)
            self._tables.append(table)
            self._titles.append(part.title)
        table = self._tables[-1]
        if part.header_line is not None:
            table.expect(part.header_width, part.header_line)
        return table

    def note_unreadable(self, lines: Sequence[int]) -> None:
        """Note lines whose letters are lost."""
        why = words("it has letters of another encoding; they are shown as {mark}.", mark="\ufffd")
        for line in lines:
            holding = [table for table in self._tables if 0 < table.begins_at <= line]
            self._notes.unreadable(holding[-1].number if holding else 0, line, why)

    def finish(self) -> tuple[tuple[Sheet, ...], list[str]]:
        """Return the sheets, and the name of the sheet of every table."""
        filled = [table for table in self._tables if table.row_count] or self._tables[:1]
        names = [""] * len(self._tables)
        if len(filled) > 1:
            taken: set[str] = set()
            for order, table in enumerate(filled, start=1):
                name = self._titles[table.number][:_NAME_LENGTH] or str(order)
                while name in taken:
                    name = f"{name} ({order})"
                taken.add(name)
                names[table.number] = name
        return tuple(table.finish(names[table.number]) for table in filled), names
