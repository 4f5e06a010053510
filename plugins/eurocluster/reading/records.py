"""Rows of delimited text in the order of the file, each with the line at which it begins.

What is regular is read by the window (regular.py), everything else row by row with care: a quote
that never closes must not swallow the lines after it, and no line may disappear.

Belongs here: windows, rows that are cut with care, line ends.
Does not belong here: whether a row has as many cells as its table (repairs.py, sections.py).
"""

import csv
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
import pyarrow

from eurocluster.reading.cells import UnreadableFile
from eurocluster.reading.dialects import Dialect
from eurocluster.reading.regular import (
    MAX_CELL,
    MAX_RECORD_LINES,
    Numbers,
    Regular,
    cut_rows,
    lines_of,
    read_regular,
)
from eurocluster.wording import Words, words

LARGE_WINDOW = 4 << 20
_LINE = re.compile(rb"[^\r\n]*(?:\r\n|\n|\r|\Z)")
_OTHER_LINE_END = re.compile("\r\n|[\x0b\x0c\x1e\x85\u2028\u2029\r\n]")

LOST_QUOTE = words("a quote opens and never closes; the line is read as it is.")
STRAY_QUOTE = words("a quote closes that never opened; the line is read as it is.")
AFTER_QUOTE = words("text stands behind a closing quote; it is kept in the cell.")
BACKSLASH = words("quotes are escaped in another way than in the other lines.")
ZERO_BYTES = words("zero bytes were taken out of it.")
LOST = words("it holds nothing but zero bytes.")
OTHER_END = words("rows are divided by an unusual line break.")


@dataclass(slots=True)
class Record:
    """One row that was cut with care.

    Attributes:
        line: 1-based line of the file at which it begins.
        cells: Its cells as they were cut.
        text: The row as it stands in the file.
        repair: What was wrong with it although it could be read, if anything.
    """

    line: int
    cells: list[str]
    text: str
    repair: Words | None = None

    @property
    def is_blank(self) -> bool:
        """Whether it holds nothing at all."""
        return self.repair is not LOST and not any(self.cells)


@dataclass(slots=True)
class Window:
    """Some rows of a file: those of the expected width by column, the others one by one.

    Attributes:
        first_line: Line at which it begins.
        lines: Line of each row in ``columns``.
        columns: Arrays of text; blank cells are null.
        records: Rows cut with care, by line.
    """

    first_line: int
    lines: Numbers = field(default_factory=lambda: np.empty(0, np.int64))
    columns: list[pyarrow.Array] = field(default_factory=list)
    records: list[Record] = field(default_factory=list)


class TextRows:
    """The rows of a text, window by window; ``width`` is how many cells rows have by now."""

    def __init__(
        self,
        pieces: Iterator[bytes],
        dialect: Dialect,
        width: int,
        *,
        is_width_certain: bool = False,
        window_bytes: int = LARGE_WINDOW,
    ) -> None:
        """Take UTF-8 text in pieces that end where lines end.

        When the width is certain, a quoted cell that holds whole rows was never meant to be one.
        With ``window_bytes`` 0 every row is cut with care.
        """
        self.width = width
        self._source = _Source(pieces)
        self._dialect = dialect
        self._is_width_certain = is_width_certain
        self._window_bytes = window_bytes

    def skip_line(self) -> None:
        """Leave out the next line."""
        self._source.next_line()
        self._source.line += 1

    def windows(self) -> Iterator[Window]:
        """Yield the rows in order.

        Raises:
            UnreadableFile: F01, a cell is absurdly long.
        """
        source = self._source
        while window := source.window(self._window_bytes or LARGE_WINDOW):
            first_line = source.line
            if not (self._window_bytes and self.width and self._dialect.delimiter.isascii()):
                yield self._records_until(source.at + len(window), first_line)
                continue
            found = read_regular(window, first_line, self._dialect, self.width)
            if found is None:
                yield self._mixed(window, first_line)
            else:
                source.skip(found.size, found.line_count)
                yield self._regular(found, first_line)

    def _records_until(self, end: int, first_line: int) -> Window:
        records = list(self._with_care(end))
        self._follow([len(record.cells) for record in records if not record.is_blank])
        return Window(first_line, records=records)

    def _mixed(self, window: bytes, first_line: int) -> Window:
        """Cut the lines of a window that are beyond doubt at once, the others with care."""
        source = self._source
        begin = source.at
        lines = lines_of(window, self._dialect)
        count = len(lines.starts)
        if 4 * len(lines.doubtful) > count:
            return self._records_until(begin + len(window), first_line)
        starts = np.append(lines.starts, len(window))
        texts: list[bytes] = []
        numbers: list[Numbers] = []
        records: list[Record] = []
        done = 0
        for at in [*lines.doubtful.tolist(), count]:
            if at < done:
                continue
            texts.append(window[starts[done] : starts[at]])
            numbers.append(np.arange(source.line, source.line + at - done))
            source.skip(int(starts[at] - starts[done]), at - done)
            done = at
            while done < count and (done == at or starts[done] != source.at - begin):
                records += self._with_care(begin + int(starts[min(done + 1, count)]))
                done = int(np.searchsorted(starts[:-1], source.at - begin))
        return self._joined(b"".join(texts), np.concatenate(numbers), records, first_line)

    def _joined(
        self, text: bytes, lines: Numbers, records: list[Record], first_line: int
    ) -> Window:
        """Return a window of certain lines and of records from between them."""
        if not len(lines):
            return Window(first_line, records=records)
        rows = text.splitlines(keepends=True)
        starts = np.cumsum([0, *map(len, rows)])[:-1]
        found = cut_rows(text, self._dialect, self.width, starts, lines, len(lines))
        if found is None:
            ragged = [
                self._record_of(row.decode(), int(at)) for row, at in zip(rows, lines, strict=True)
            ]
            return Window(first_line, records=sorted([*records, *ragged], key=_by_line))
        window = self._regular(found, first_line)
        window.records = sorted([*window.records, *records], key=_by_line)
        return window

    def _regular(self, found: Regular, first_line: int) -> Window:
        records = []
        for line, text in found.others:
            records.append(self._record_of(text.decode(), line))
        if 2 * len(records) > len(found.lines):
            self._follow([len(record.cells) for record in records if not record.is_blank])
        return Window(first_line, found.lines, found.columns, records)

    def _follow(self, widths: list[int]) -> None:
        """Expect rows of another width once most rows have it."""
        if len(widths) >= 20:
            width, count = Counter(widths[-50:]).most_common(1)[0]
            if 2 * count > len(widths[-50:]) and width > 1:
                self.width = width

    def _with_care(self, end: int) -> Iterator[Record]:
        """Cut the rows that begin before a place of the text, one by one."""
        source = self._source
        source.keep_from_here()
        while source.at < end:
            pulled: list[str] = []
            try:
                for cells in self._dialect.rows(source.lines(pulled)):
                    if len(cells) != self.width and self._hold_rows(pulled[1:]):
                        raise _LostQuote
                    yield from self._numbered(cells, None, pulled)
                    pulled.clear()
                    if source.at >= end:
                        return
                    source.keep_from_here()
            except (_LostQuote, csv.Error):
                first = pulled[0]
                source.go_back(behind=first)
                yield from self._numbered(*self._one_line(first), [first])

    def _hold_rows(self, lines: list[str]) -> bool:
        """Whether one of the lines inside a quoted cell is a row of its own."""
        quote, delimiter = self._dialect.quote, self._dialect.delimiter
        return self._is_width_certain and any(
            quote not in line and line.count(delimiter) == self.width - 1 for line in lines
        )

    def _numbered(
        self, cells: list[str], repair: Words | None, lines: list[str]
    ) -> Iterator[Record]:
        """Give rows their lines; one line may be several rows when their ends are unusual."""
        source = self._source
        text = "".join(lines)
        if len(cells) != self.width and self.width > 1 and len(lines) == 1:
            parts = [part for part in _OTHER_LINE_END.split(text.rstrip("\r\n")) if part]
            cut = [self._dialect.cut(part) for part in parts]
            if len(parts) > 1 and all(row and len(row) == self.width for row in cut):
                for part, row in zip(parts, cut, strict=True):
                    yield self._record(source.line, row or [], part, OTHER_END)
                    source.line += 1
                return
        yield self._record(source.line, cells, text, repair)
        source.line += len(lines)

    def _record_of(self, text: str, line: int) -> Record:
        cells = self._dialect.cut(text)
        return self._record(line, cells if cells is not None else [text], text, None)

    def _record(self, line: int, cells: list[str], text: str, repair: Words | None) -> Record:
        if "\0" in text:
            without = [cell.replace("\0", "") for cell in cells]
            return Record(line, without, text, repair or (ZERO_BYTES if any(without) else LOST))
        quote = self._dialect.quote
        if repair is None and text.count(quote) % 2 and any(map(self._ends_in_quote, cells)):
            repair = STRAY_QUOTE
        if "\x0c" in text or "\x1a" in text:  # a page break, the end mark of old programs
            cells = [cell.strip("\x0c\x1a") for cell in cells]
        return Record(line, cells, text, repair)

    def _ends_in_quote(self, cell: str) -> bool:
        """Whether a cell ends in a quote that is no sign of inches."""
        return cell.endswith(self._dialect.quote) and not cell[-2:-1].isdigit()

    def _one_line(self, line: str) -> tuple[list[str], Words | None]:
        """Cut one line: by its quotes when they pair up, else as if it had none."""
        if not line.strip("\0\r\n"):
            return [line], None
        dialect = self._dialect
        other = Dialect(dialect.delimiter, dialect.quote, "" if dialect.escape else "\\")
        cells = other.cut(line) if "\\" in line else None
        if cells is not None and len(cells) == self.width:
            return cells, BACKSLASH
        try:
            return next(dialect.rows(_only(line), strict=False)), AFTER_QUOTE
        except (_LostQuote, csv.Error):
            pass
        cells = line.rstrip("\r\n").split(dialect.delimiter)
        if max(map(len, cells)) > MAX_CELL:
            raise UnreadableFile("F01", "A cell has more than {count} characters.", count=MAX_CELL)
        return cells, LOST_QUOTE


def _by_line(record: Record) -> int:
    return record.line


class _LostQuote(Exception):
    """A row swallows line after line: its opening quote has no end."""


def _only(line: str) -> Iterator[str]:
    yield line
    raise _LostQuote


class _Source:
    """Text that is consumed by windows or by lines, and the number of its next line."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self.line = 1
        self.at = 0
        self._base = 0
        self._kept = 0
        self._pieces = pieces
        self._held = b""

    def window(self, size: int) -> bytes:
        """Return the next whole lines of about so many bytes; empty at the end."""
        self.keep_from_here()
        while len(self._held) - (self.at - self._base) < size and self._refill():
            pass
        held, start = self._held, self.at - self._base
        if len(held) - start <= size:
            return held[start:]
        cut = held.rfind(b"\n", start, start + size) + 1
        if not cut:
            cut = held.rfind(b"\r", start, start + size - 1) + 1
        if not cut:
            found = _LINE.match(held, start + size - 1)
            cut = found.end() if found else len(held)
        return held[start:cut]

    def skip(self, size: int, lines: int) -> None:
        """Leave whole rows behind."""
        self.at += size
        self.line += lines
        self.keep_from_here()

    def next_line(self) -> str | None:
        """Take the next line with its end; None when there is none. Counting it is the caller's."""
        if self.at - self._base >= len(self._held) and not self._refill():
            return None
        found = _LINE.match(self._held, self.at - self._base)
        line = found[0] if found else b""
        self.at += len(line)
        return line.decode()

    def lines(self, pulled: list[str]) -> Iterator[str]:
        """Yield lines, and note them in ``pulled``, until they are too many for one row."""
        while True:
            if len(pulled) >= MAX_RECORD_LINES:
                raise _LostQuote
            line = self.next_line()
            if line is None:
                if pulled:
                    raise _LostQuote
                return
            pulled.append(line)
            yield line

    def keep_from_here(self) -> None:
        """Forget what lies before the next line."""
        self._kept = self.at

    def go_back(self, behind: str) -> None:
        """Go back to behind the first line of those taken since they are kept."""
        self.at = self._kept = self._kept + len(behind.encode())

    def _refill(self) -> bool:
        piece = next(self._pieces, None)
        if piece is None:
            return False
        self._held = self._held[self._kept - self._base :] + piece
        self._base = self._kept
        return True
