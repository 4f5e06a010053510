"""The fast way through text: windows in which nothing needs a second look, cut by pyarrow.

Belongs here: the checks that a window is regular, line numbers of its rows.
Does not belong here: everything that is not regular (records.py).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pyarrow
import pyarrow.csv
from numpy.typing import NDArray

from eurocluster.reading.dialects import Dialect

MAX_CELL = 131_072
"""Characters of one cell at most, as Python's csv module has it."""

MAX_RECORD_LINES = 100
"""Lines of one row at most; a quote that is open for longer was never meant to be one."""

Numbers = NDArray[np.int64]

_LF, _CR = 10, 13
_SIGNS = (b"\0", b"\x0c", b"\x1a")
_OTHER_LINE_ENDS = tuple(end.encode() for end in ("\x0b", "\x1e", "\x85", "\u2028", "\u2029"))


@dataclass(slots=True)
class Regular:
    """Rows of a window.

    Attributes:
        size: Bytes of the window that these rows are.
        line_count: Lines that these bytes are.
        lines: Line of each row that has the expected width.
        columns: Their cells, one array of text per column; blank cells are null.
        others: (line, text) of the rows that have another width, in order.
    """

    size: int
    line_count: int
    lines: Numbers
    columns: list[pyarrow.Array]
    others: list[tuple[int, bytes]] = field(default_factory=list)


def read_regular(window: bytes, line: int, dialect: Dialect, width: int) -> Regular | None:
    """Read a window that begins at a line with a new row; None when it is not regular.

    The rows may end before the window does, where a quoted cell goes on behind it.
    """
    if any(sign in window for sign in _signs(dialect)):
        return None
    end = _line_end(window)
    if end is None:
        return None
    data = np.frombuffer(window, dtype=np.uint8)
    ends = np.flatnonzero(data == end)
    quotes = np.flatnonzero(data == ord(dialect.quote))
    row_ends = ends
    if len(quotes):
        is_within = np.searchsorted(quotes, ends) % 2 == 1
        row_ends = ends[~is_within]
        if len(quotes) % 2:
            if not len(row_ends):
                return None
            data = data[: row_ends[-1] + 1]
            ends = ends[ends <= row_ends[-1]]
            quotes = quotes[quotes <= row_ends[-1]]
        if not _stand_at_borders(data, quotes, np.arange(len(quotes)) % 2 == 0, dialect).all():
            return None
    size = len(data)
    starts = _starts(row_ends, size)
    if int(np.diff(starts, append=size).max()) > MAX_CELL:
        return None
    lines = line + np.searchsorted(ends, starts)
    line_count = len(_starts(ends, size))
    if int(np.diff(lines, append=line + line_count).max()) > MAX_RECORD_LINES:
        return None
    return cut_rows(window[:size], dialect, width, starts, lines, line_count)


@dataclass(frozen=True, slots=True)
class Lines:
    """Lines of a window: where each starts, and which are no whole rows beyond doubt."""

    starts: Numbers
    doubtful: Numbers


def lines_of(window: bytes, dialect: Dialect) -> Lines:
    """Tell the lines of a window that are whole rows beyond doubt from those that are not.

    A line is in doubt when its own quotes do not pair up, or it holds what needs a second look.
    """
    data = np.frombuffer(window, dtype=np.uint8)
    end = _line_end(window) or _LF
    ends = np.flatnonzero(data == end)
    starts = _starts(ends, len(data))
    doubtful = [np.flatnonzero(np.diff(starts, append=len(data)) > MAX_CELL)]
    for sign in (*_signs(dialect), *_OTHER_LINE_ENDS):
        if sign in window:
            places = [found.start() for found in re.finditer(re.escape(sign), window)]
            doubtful.append(np.searchsorted(ends, places))
    if end == _LF and b"\r" in window:
        returns = np.flatnonzero(data == _CR)
        alone = data[np.minimum(returns + 1, len(data) - 1)] != _LF
        doubtful.append(np.searchsorted(ends, returns[alone]))
    quotes = np.flatnonzero(data == ord(dialect.quote))
    if len(quotes):
        owner = np.searchsorted(ends, quotes)
        counts = np.bincount(owner, minlength=len(starts))
        doubtful.append(np.flatnonzero(counts % 2))
        order = np.arange(len(quotes)) - (np.cumsum(counts) - counts)[owner]
        stand = _stand_at_borders(data, quotes, order % 2 == 0, dialect)
        doubtful.append(owner[~stand])
    return Lines(starts, np.unique(np.concatenate(doubtful)))


def _signs(dialect: Dialect) -> tuple[bytes, ...]:
    """Return what no regular line holds."""
    return (*_SIGNS, dialect.escape.encode()) if dialect.escape else _SIGNS


def _starts(ends: Numbers, size: int) -> Numbers:
    starts = np.concatenate(([0], ends + 1))
    return starts[:-1] if starts[-1] == size and size else starts


def _line_end(window: bytes) -> int | None:
    """Return the byte that ends lines; None when a carriage return stands alone among others."""
    if b"\r" not in window:
        return _LF
    returns = window.count(b"\r")
    if returns == window.count(b"\r\n"):
        return _LF
    return None if b"\n" in window else _CR


def _stand_at_borders(
    data: NDArray[np.uint8], quotes: Numbers, opens: NDArray[np.bool_], dialect: Dialect
) -> NDArray[np.bool_]:
    """Say which quotes open or close a cell at its border, or are doubled within one."""
    borders = np.array([ord(dialect.delimiter), _LF, _CR], dtype=np.uint8)
    last = len(data) - 1
    at_start = (quotes == 0) | np.isin(data[quotes - 1], borders)
    at_end = (quotes == last) | np.isin(data[np.minimum(quotes + 1, last)], borders)
    is_doubled = np.diff(quotes) == 1
    at_start[1:] |= is_doubled & ~opens[:-1]
    at_end[:-1] |= is_doubled & opens[1:]
    stand: NDArray[np.bool_] = np.where(opens, at_start, at_end)
    return stand


def cut_rows(
    window: bytes,
    dialect: Dialect,
    width: int,
    starts: Numbers,
    lines: Numbers,
    line_count: int,
) -> Regular | None:
    """Cut regular rows that start at given places and lines; None when they are others in fact."""
    left_out: list[int] = []

    def leave_out(row: pyarrow.csv.InvalidRow) -> str:
        left_out.append(row.number - 1)
        return "skip"

    names = [str(position) for position in range(width)]
    table = pyarrow.csv.read_csv(
        pyarrow.BufferReader(window),
        read_options=pyarrow.csv.ReadOptions(
            column_names=names, use_threads=False, block_size=len(window) + 1
        ),
        parse_options=pyarrow.csv.ParseOptions(
            delimiter=dialect.delimiter,
            quote_char=dialect.quote if dialect.quote.encode() in window else False,
            newlines_in_values=True,
            ignore_empty_lines=False,
            invalid_row_handler=leave_out,
        ),
        convert_options=pyarrow.csv.ConvertOptions(
            column_types=dict.fromkeys(names, pyarrow.string()),
            null_values=[""],
            strings_can_be_null=True,
            check_utf8=False,
        ),
    )
    if len(table) + len(left_out) != len(starts):
        return None
    ends = np.append(starts[1:], len(window))
    others = [(int(lines[at]), window[starts[at] : ends[at]]) for at in left_out]
    if any(_may_be_several_rows(text) for _, text in others):
        return None
    kept = np.delete(lines, left_out) if left_out else lines
    columns = [_whole(column) for column in table.columns]
    return Regular(len(window), line_count, kept.astype(np.int64), columns, others)


def _may_be_several_rows(text: bytes) -> bool:
    inner = text.rstrip(b"\r\n")
    return any(end in inner for end in (b"\n", b"\r", *_OTHER_LINE_ENDS))


def _whole(column: pyarrow.ChunkedArray) -> pyarrow.Array:
    chunks: Sequence[pyarrow.Array] = column.chunks
    return chunks[0] if len(chunks) == 1 else pyarrow.concat_arrays(chunks)
