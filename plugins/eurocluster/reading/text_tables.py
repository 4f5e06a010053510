"""The rows of one table of a text file: put right, noted, and handed on in blocks.

Belongs here: rows into columns of distinct texts, notes about lines.
Does not belong here: how a row is put right (repairs.py), where tables begin (sections.py).
"""

from collections import Counter
from collections.abc import Sequence

import numpy as np
import pyarrow
import pyarrow.compute
from numpy.typing import NDArray

from eurocluster.reading.cells import ReadingNote, Sheet, UnreadableFile
from eurocluster.reading.columns import Block, Column, Keep, block_rows
from eurocluster.reading.dialects import Dialect
from eurocluster.reading.grid import LAST_COLUMN
from eurocluster.reading.records import LOST, Record, Window
from eurocluster.reading.regular import Numbers
from eurocluster.reading.repairs import (
    MAX_SAMPLES,
    MIN_SAMPLES,
    PART_OF_ROW,
    Repaired,
    Repairs,
    is_wrapped,
    other_width,
)
from eurocluster.wording import Words, words

REPAIRED, UNREADABLE = "W23", "E19"

_LISTED_REPAIRS = 1_000
_MOST_UNREADABLE = 20_000


class LineNotes:
    """What there is to say about lines; so many repairs are listed, the others counted."""

    def __init__(self) -> None:
        self._notes: list[tuple[str, int, int, Words]] = []
        self._repairs = 0
        self._unreadable = 0
        self._last = (0, 0)

    def repaired(self, table: int, line: int, how: Words) -> None:
        """Note that a line was put right."""
        self._repairs += 1
        self._last = (table, line)
        if self._repairs <= _LISTED_REPAIRS:
            sentence = words("This line was repaired: {how}", how=how)
            self._notes.append((REPAIRED, table, line, sentence))

    def unreadable(self, table: int, line: int, why: Words) -> None:
        """Note that a line cannot be read.

        Raises:
            UnreadableFile: F01, there are too many of them for the file to be of use.
        """
        self._unreadable += 1
        if self._unreadable > _MOST_UNREADABLE:
            first = next(line for code, _, line, _ in self._notes if code == UNREADABLE)
            raise UnreadableFile(
                "F01",
                "More than {count} lines of the file cannot be read; the first is line {line}."
                " Export the table again.",
                count=_MOST_UNREADABLE,
                line=first,
            )
        sentence = words("This line cannot be read: {why}", why=why)
        self._notes.append((UNREADABLE, table, line, sentence))

    def listed(self, names: Sequence[str]) -> tuple[ReadingNote, ...]:
        """Return the notes by line; ``names`` are those of the tables' sheets."""
        notes = [
            ReadingNote(code, names[table], line, None, sentence)
            for code, table, line, sentence in sorted(self._notes, key=lambda note: note[2])
        ]
        further = self._repairs - _LISTED_REPAIRS
        if further > 0:
            table, line = self._last
            sentence = words(
                "{count} more lines were repaired; this is the last of them.", count=further
            )
            notes.append(ReadingNote(REPAIRED, names[table], line, None, sentence))
        return tuple(notes)


class TextTable:
    """One table while it is read.

    ``width`` is how many cells its rows should have, ``first_line`` the line from which on they
    should; rows above are titles, whatever their width.
    """

    def __init__(
        self,
        number: int,
        dialect: Dialect,
        width: int,
        first_line: int | None,
        keep: Keep,
        notes: LineNotes,
        sample: Sequence[Record] = (),
    ) -> None:
        """Take ``sample``, the first rows of the table if they are known, to learn from them."""
        self.number = number
        self.width = width
        self.first_line = first_line
        self.row_count = 0
        self.begins_at = 0
        self._dialect = dialect
        self._keep = keep
        self._notes = notes
        self._sample = sample
        self._repairs: Repairs | None = None
        self._blocks: list[Block] = []
        self._waiting: list[tuple[Numbers, list[pyarrow.Array]]] = []
        self._waiting_rows = 0

    def add(
        self, lines: Numbers, columns: Sequence[pyarrow.Array], records: Sequence[Record]
    ) -> None:
        """Add rows that lie next to each other in the file.

        Raises:
            UnreadableFile: F01, too many lines cannot be read.
        """
        lines, columns, odd = self._without_odd(lines, columns)
        if odd:
            records = sorted([*records, *odd], key=lambda record: record.line)
        if len(lines):
            self._store(lines, list(columns))
        rows = [record for record in records if not record.is_blank]
        if rows:
            self._add_records(rows, lines, columns)

    def expect(self, width: int, first_line: int) -> None:
        """Expect so many cells in the rows from a line on."""
        self.width = width
        self.first_line = first_line
        self._repairs = None

    def finish(self, name: str) -> Sheet:
        """Return the table as a sheet."""
        self._emit()
        return Sheet(name, self._blocks)

    def _without_odd(
        self, lines: Numbers, columns: Sequence[pyarrow.Array]
    ) -> tuple[Numbers, Sequence[pyarrow.Array], list[Record]]:
        """Set apart the rows with cells beyond the table's width, or in the wrong quotes."""
        odd = np.zeros(len(lines), dtype=np.bool_)
        if self.first_line is not None:
            for column in columns[self.width :]:
                if column.null_count < len(column):
                    odd |= column.is_valid().to_numpy(zero_copy_only=False)
            if len(columns) < self.width:
                odd[:] = True
            odd &= lines > self.first_line
        for column in columns[LAST_COLUMN:]:
            odd |= column.is_valid().to_numpy(zero_copy_only=False)
        odd |= self._wrapped(columns, len(lines))
        if not odd.any():
            return lines, columns, []
        records = []
        for at in np.flatnonzero(odd).tolist():
            cells = [column[at].as_py() or "" for column in columns]
            records.append(Record(int(lines[at]), cells, self._dialect.delimiter.join(cells)))
        kept = pyarrow.array(~odd)
        kept_columns = [column.filter(kept) for column in columns[:LAST_COLUMN]]
        return lines[~odd], kept_columns, records

    def _wrapped(self, columns: Sequence[pyarrow.Array], count: int) -> NDArray[np.bool_]:
        """Say which rows have all their cells in the quotes that are not the table's."""
        other = "'" if self._dialect.quote == '"' else '"'
        likely = np.zeros(count, dtype=np.bool_)
        if len(columns) < 2:
            return likely
        for column in columns[:2]:
            starts = pyarrow.compute.starts_with(column, other).fill_null(fill_value=False)
            likely |= starts.to_numpy(zero_copy_only=False)
        for at in np.flatnonzero(likely).tolist():
            cells = [column[at].as_py() or "" for column in columns]
            likely[at] = is_wrapped(cells, self._dialect.quote)
        return likely

    def _add_records(
        self, records: list[Record], known: Numbers, columns: Sequence[pyarrow.Array]
    ) -> None:
        lines: list[int] = []
        rows: list[list[str]] = []
        joined: Record | None = None
        broken: Record | None = None
        for record, after in zip(records, [*records[1:], None], strict=True):
            if record is joined:
                continue
            if record.repair is LOST:
                self._notes.unreadable(self.number, record.line, LOST)
                continue
            if any(record.cells[LAST_COLUMN:]):
                why = other_width(len(record.cells), min(self.width, LAST_COLUMN))
                self._notes.unreadable(self.number, record.line, why)
                continue
            found = Repaired(record.cells, record.repair)
            if record is broken:
                found = Repaired(record.cells, PART_OF_ROW, is_lost=True)
            elif self.first_line is not None and record.line >= self.first_line:
                repairs = self._repairs_for(records, known, columns)
                if record.line == self.first_line:
                    found = repairs.unwrapped(record)
                elif after is not None and repairs.may_be_one(record, after):
                    whole = repairs.joined(record, after)
                    joined, broken = (after, None) if whole else (None, after)
                    found = whole or Repaired(record.cells, PART_OF_ROW, is_lost=True)
                else:
                    found = repairs.repaired(record)
            if found.is_lost and found.how is not None:
                self._notes.unreadable(self.number, record.line, found.how)
            elif found.how is not None:
                self._notes.repaired(self.number, record.line, found.how)
            lines.append(record.line)
            rows.append(found.cells)
        self._store(np.array(lines, dtype=np.int64), _gathered(rows))

    def _repairs_for(
        self, records: list[Record], lines: Numbers, columns: Sequence[pyarrow.Array]
    ) -> Repairs:
        """Learn what the columns hold from the rows at hand, until there were enough of them."""
        if self._repairs is not None:
            return self._repairs
        first_data_line = (self.first_line or 0) + 1
        rows: list[list[str]] = []
        below = [record.cells for record in records if record.line >= first_data_line]
        usual = self._usual_among(below)
        if len(columns) >= self.width and 2 * len(lines) > len(below):
            usual = len(columns)
            at = slice(0, MAX_SAMPLES + 1)
            part = [column[at].to_pylist() for column in columns]
            rows = [
                [cell or "" for cell in row]
                for row, line in zip(zip(*part, strict=True), lines, strict=False)
                if line >= first_data_line
            ]
        rows += below[:MAX_SAMPLES]
        first = [record.cells for record in self._sample if record.line >= first_data_line]
        if len(first) > MIN_SAMPLES:
            repairs = Repairs(self._dialect, self.width, self._usual_among(first), first, below)
            if repairs.is_certain:
                self._repairs = repairs
                return repairs
        repairs = Repairs(self._dialect, self.width, usual, rows)
        if repairs.is_certain:
            self._repairs = repairs
        return repairs

    def _usual_among(self, rows: Sequence[Sequence[str]]) -> int:
        """Return how many cells rows have, blank ones counted, that have enough of them."""
        widths = Counter(len(row) for row in rows if len(row) >= self.width)
        return widths.most_common(1)[0][0] if widths else self.width

    def _store(self, lines: Numbers, columns: list[pyarrow.Array]) -> None:
        """Keep rows until they are enough for a block; blank rows are left out."""
        filled = np.zeros(len(lines), dtype=np.bool_)
        for column in columns:
            if not column.null_count:
                filled[:] = True
                break
            filled |= column.is_valid().to_numpy(zero_copy_only=False)
        if not filled.all():
            kept = pyarrow.array(filled)
            lines, columns = lines[filled], [column.filter(kept) for column in columns]
        if not len(lines):
            return
        if self._waiting_rows + len(lines) > block_rows(len(columns)):
            self._emit()
        self._waiting.append((lines, columns))
        self._waiting_rows += len(lines)
        self.begins_at = self.begins_at or int(lines.min())
        self.row_count += len(lines)

    def _emit(self) -> None:
        waiting, self._waiting, self._waiting_rows = self._waiting, [], 0
        if not waiting:
            return
        lines = np.concatenate([part for part, _ in waiting])
        order = None
        if np.any(np.diff(lines) < 0):
            order = np.argsort(lines, kind="stable")
            lines = lines[order]
        columns = {}
        for at in range(max(len(columns) for _, columns in waiting)):
            arrays = [
                part.pop(0) if part else pyarrow.nulls(len(own), pyarrow.string())
                for own, part in waiting  # what is coded is let go, column by column
            ]
            codes, dictionary = _coded(arrays)
            if order is not None:
                codes = codes[order]
            if codes.any():
                columns[at + 1] = (codes, dictionary)
        count = block_rows(len(columns))
        for start in range(0, len(lines), count):
            part = slice(start, start + count)
            cut = {
                at: Column(codes[part], dictionary, is_typed=False)
                for at, (codes, dictionary) in columns.items()
                if codes[part].any()
            }
            self._blocks.append(self._keep(Block(lines[part], cut)))
        del waiting, columns
        pyarrow.default_memory_pool().release_unused()


def _gathered(rows: Sequence[Sequence[str]]) -> list[pyarrow.Array]:
    """Return the columns of rows of any width; cells that a row does not have cost nothing."""
    widths = np.array([len(row) for row in rows], dtype=np.int64)
    order = np.argsort(-widths, kind="stable")
    widest = [rows[at] for at in order.tolist()]
    place = np.empty(len(rows), dtype=np.int64)
    place[order] = np.arange(len(rows))
    having = np.searchsorted(-widths[order], -np.arange(widths.max(initial=0)), side="left")
    columns = []
    for at, count in enumerate(having.tolist()):
        texts = pyarrow.array([row[at] or None for row in widest[:count]], pyarrow.string())
        columns.append(texts.take(pyarrow.array(place, mask=place >= count)))
    return columns


def _coded(arrays: list[pyarrow.Array]) -> tuple[NDArray[np.int32], pyarrow.Array]:
    """Return codes and distinct texts of a column; code 0 is the blank cell."""
    chunks = pyarrow.chunked_array(arrays).dictionary_encode().chunks
    distinct = chunks[-1].dictionary
    codes = np.concatenate(
        [chunk.indices.fill_null(-1).to_numpy(zero_copy_only=False) for chunk in chunks]
    )
    blank = pyarrow.array([""], pyarrow.string())
    return codes.astype(np.int32) + np.int32(1), pyarrow.concat_arrays([blank, distinct])


def slice_of(
    window: Window, regular: tuple[int, int], records: tuple[int, int]
) -> tuple[Numbers, list[pyarrow.Array], list[Record]]:
    """Return some of the rows of a window: a range of its columns' and a range of its records."""
    start, end = regular
    columns = [column.slice(start, end - start) for column in window.columns]
    return window.lines[start:end], columns, window.records[slice(*records)]
