"""The fast way through text: windows in which nothing needs a second look, cut by pyarrow.

Belongs here: the checks that a window is regular, line numbers of its rows.
Does not belong here: everything that is not regular (records.py).
"""

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
_IRREGULAR_BYTES = (b"\0", b"\x0c", b"\x1a")
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
    if not dialect.delimiter.isascii() or any(byte in window for byte in _IRREGULAR_BYTES):
        return None
    if dialect.escape and dialect.escape.encode() in window:
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
        if not _stand_at_borders(data, quotes, ord(dialect.delimiter)):
            return None
    size = len(data)
    if not len(row_ends) or row_ends[-1] != size - 1:
        row_ends = np.append(row_ends, size)
    starts = np.concatenate(([0], row_ends[:-1] + 1))
    if int((row_ends - starts).max()) > MAX_CELL:
        return None
    lines = line + np.searchsorted(ends, starts)
    line_count = len(ends) + (not len(ends) or int(ends[-1]) != size - 1)
    if int(np.diff(lines, append=line + line_count).max()) > MAX_RECORD_LINES:
        return None
    return _cut(window[:size], dialect, width, starts, lines, int(line_count))


def _line_end(window: bytes) -> int | None:
    """Return the byte that ends lines; None when a carriage return stands alone among others."""
    if b"\r" not in window:
        return _LF
    returns = window.count(b"\r")
    if returns == window.count(b"\r\n"):
        return _LF
    return None if b"\n" in window else _CR


def _stand_at_borders(data: NDArray[np.uint8], quotes: NDArray[np.intp], delimiter: int) -> bool:
    """Whether quotes pair up: each opens or closes a cell, or is doubled within one."""
    if not len(quotes):
        return True
    opening, closing = quotes[0::2], quotes[1::2]
    before = data[opening - 1]
    opens = (opening == 0) | (before == delimiter) | (before == _LF) | (before == _CR)
    after = data[np.minimum(closing + 1, len(data) - 1)]
    closes = (closing == len(data) - 1) | (after == delimiter) | (after == _LF) | (after == _CR)
    doubled = closing[:-1] + 1 == opening[1:]
    opens[1:] |= doubled
    closes[:-1] |= doubled
    return bool(opens.all() and closes.all())


def _cut(
    window: bytes,
    dialect: Dialect,
    width: int,
    starts: NDArray[np.intp],
    lines: Numbers,
    line_count: int,
) -> Regular | None:
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
    if any(_needs_a_second_look(text) for _, text in others):
        return None
    kept = np.delete(lines, left_out) if left_out else lines
    columns = [_whole(column) for column in table.columns]
    return Regular(len(window), line_count, kept.astype(np.int64), columns, others)


def _needs_a_second_look(text: bytes) -> bool:
    """Whether a row of another width is several lines, or may be several rows."""
    inner = text.rstrip(b"\r\n")
    return b"\n" in inner or b"\r" in inner or any(end in inner for end in _OTHER_LINE_ENDS)


def _whole(column: pyarrow.ChunkedArray) -> pyarrow.Array:
    chunks: Sequence[pyarrow.Array] = column.chunks
    return chunks[0] if len(chunks) == 1 else pyarrow.concat_arrays(chunks)
