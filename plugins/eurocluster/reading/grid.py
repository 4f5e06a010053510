"""Sparse cells gathered into the columns of a sheet, whatever the format they came from.

Belongs here: the position of values, blank rows at no cost, merged ranges, the limits of a sheet,
when a row counts as marked.
Does not belong here: XML, types of values.
"""

from array import array
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import count

import numpy as np
from numpy.typing import NDArray

from eurocluster.reading.archive import DAMAGED
from eurocluster.reading.cells import (
    Range,
    ReadingNote,
    Sheet,
    UnreadableFile,
    cell_name,
    column_letters,
)
from eurocluster.reading.columns import Block, Column, block_rows
from eurocluster.reading.values import Value
from eurocluster.wording import NOTHING, words

LAST_ROW = 1_048_576
LAST_COLUMN = 16_384

STRUCK, RED = "struck", "red"
"""What the format of a row may say (``Sheet.marked_rows``)."""

Codes = NDArray[np.int32]

_LISTED_FORMULAS = 1_000
_MAX_TEXT = 1 << 20


class Budget:
    """How many positions, blank or not, the columns of one workbook may take up.

    Blanks in wide sheets and repeated rows cost the file nothing; they must not fill our memory.
    """

    def __init__(self, positions: int = 60_000_000) -> None:
        self._left = positions

    def spend(self, positions: int, sheet: str) -> None:
        """Take positions from the budget.

        Raises:
            UnreadableFile: F01, when the workbook has used up its budget.
        """
        self._left -= positions
        if self._left < 0:
            raise UnreadableFile(
                "F01",
                "On the sheet {sheet} the cells lie too far apart to be a table. Delete the rows"
                " and columns outside the table (they may look empty) and save the file again.",
                sheet=sheet,
            )


def mark_of_row(marks: list[str], filled: int) -> str | None:
    """Return what a row is marked with: struck if any cell is, else what most filled cells are.

    A single struck cell takes something back; a single red one is how negative figures look.
    """
    if STRUCK in marks:
        return STRUCK
    return next((mark for mark in sorted(set(marks)) if 2 * marks.count(mark) > filled), None)


class _Filling:
    """A column while it is read: codes of cells, and the rows (by index) that hold them."""

    __slots__ = ("_next_code", "_tables", "codes", "rows")

    def __init__(self) -> None:
        self.rows = array("i")
        self.codes = array("i")
        self._next_code = count(1).__next__
        # One table per type: 1, 1.0 and TRUE are equal to Python, and different cells.
        self._tables: dict[type, defaultdict[Value, int]] = {}

    def codes_of(self, values: list[Value]) -> list[int]:
        kinds = set(map(type, values))
        if len(kinds) == 1 and values[0] is not None:
            return list(map(self._table(kinds.pop()).__getitem__, values))
        return [0 if value is None else self._table(type(value))[value] for value in values]

    def put(self, row: int, value: Value) -> None:
        self.rows.append(row)
        self.codes.append(self._table(type(value))[value])

    def values(self) -> list[Value]:
        """Return the distinct values by their codes."""
        values: list[Value] = [None] * (1 + sum(map(len, self._tables.values())))
        for table in self._tables.values():
            for value, code in table.items():
                values[code] = value
        return values

    def longest_text(self) -> int:
        return max(map(len, self._tables.get(str, ())), default=0)  # type: ignore[arg-type]

    def _table(self, kind: type) -> defaultdict[Value, int]:
        table = self._tables.get(kind)
        if table is None:
            table = self._tables[kind] = defaultdict(self._next_code)
        return table


class Grid:
    """One sheet while it is read. Rows come top down in every sound file, in any order here."""

    def __init__(self, name: str, budget: Budget, last_row: int = LAST_ROW) -> None:
        self.name = name
        self._last_row = last_row
        self.visible = True
        self.from_1904 = False
        self.hidden_columns: set[int] = set()
        self.marked_rows: dict[int, str] = {}
        self.comments: dict[tuple[int, int], str] = {}
        self._budget = budget
        self._numbers = array("q")
        self._columns: dict[int, _Filling] = {}
        self._hidden: set[int] = set()
        self._merged: list[Range] = []
        self._unstored: list[tuple[int, int]] = []

    def place(self, row: list[Value], column: int, value: Value) -> None:
        """Put a value into an unfinished row at a 1-based column."""
        if column < 1:
            raise UnreadableFile("F01", DAMAGED)
        gap = column - 1 - len(row)
        if gap == 0:
            row.append(value)
        elif gap > 0:
            if column > LAST_COLUMN:
                raise UnreadableFile(
                    "F01",
                    "The sheet {sheet} has more columns than a spreadsheet can have.",
                    sheet=self.name,
                )
            row.extend([None] * gap)
            row.append(value)
        else:
            row[column - 1] = value

    def add_row(self, number: int, row: Sequence[Value], *, hidden: bool, times: int = 1) -> None:
        """Keep a finished row at its 1-based number; a row without values costs nothing.

        Row 0 is for the header of a format that has none of its own.
        """
        if not row:
            return
        last = number + times - 1
        if number < 0 or last > self._last_row:
            raise UnreadableFile(
                "F01",
                "The sheet {sheet} has more rows than a spreadsheet can have.",
                sheet=self.name,
            )
        filled = [(column, value) for column, value in enumerate(row, 1) if value is not None]
        if times > 1:
            self._budget.spend(times * len(filled), self.name)
        for repeated in range(number, last + 1):
            index = len(self._numbers)
            self._numbers.append(repeated)
            for column, value in filled:
                self._filling(column).put(index, value)
        if hidden:
            self._hidden.update(range(number, last + 1))

    def coder(self, column: int) -> Callable[[list[Value]], list[int]]:
        """Return what gives the values of a column their codes, for :meth:`add_rows`."""
        return self._filling(column).codes_of

    def add_rows(
        self, numbers: NDArray[np.int64], columns: Mapping[int, tuple[NDArray[np.int32], Codes]]
    ) -> None:
        """Keep many finished rows at once.

        Args:
            numbers: 1-based row in the sheet, one per row.
            columns: Column → which of these rows (by index) it fills, and with which codes (not 0)
                of its :meth:`coder`.
        """
        first = len(self._numbers)
        self._numbers.frombytes(numbers.tobytes())
        for column, (rows, codes) in columns.items():
            filling = self._filling(column)
            filling.rows.frombytes((rows + first).astype(np.int32, copy=False).tobytes())
            filling.codes.frombytes(codes.tobytes())

    def add_hidden(self, numbers: Iterable[int]) -> None:
        """Remember rows that are hidden and hold something."""
        self._hidden.update(numbers)

    def _filling(self, column: int) -> _Filling:
        filling = self._columns.get(column)
        if filling is None:
            filling = self._columns[column] = _Filling()
        return filling

    def add_merged(self, merged: Range) -> None:
        """Remember a merged range (first row, first column, last row, last column)."""
        self._merged.append(merged)

    def add_formula_without_value(self, row: int, column: int) -> None:
        """Remember a formula whose result is not in the file."""
        self._unstored.append((row, column))

    def finish(self) -> tuple[Sheet, tuple[ReadingNote, ...]]:
        """Return the sheet and what is to be said about it."""
        numbers, place = np.unique(
            np.frombuffer(self._numbers, dtype=np.int64), return_inverse=True
        )
        filled = sum(1 for filling in self._columns.values() if filling.rows)
        self._budget.spend(len(numbers) * filled, self.name)
        columns: dict[int, tuple[NDArray[np.int32], list[Value]]] = {}
        while self._columns:
            column, filling = self._columns.popitem()
            if not filling.rows:
                continue
            longest = filling.longest_text()
            if longest > _MAX_TEXT:
                raise UnreadableFile(
                    "F01",
                    "On the sheet {sheet} a cell in column {column} holds {count} characters, which"
                    " is a document and no table.",
                    sheet=self.name,
                    column=column_letters(column),
                    count=longest,
                )
            codes = np.zeros(len(numbers), dtype=np.int32)
            codes[place[np.frombuffer(filling.rows, dtype=np.int32)]] = filling.codes
            columns[column] = codes, filling.values()
        notes = [*self._formula_notes(), *self._blank_covered_cells(numbers, columns)]
        sheet = Sheet(
            name=self.name,
            blocks=_blocks(numbers, columns),
            visible=self.visible,
            from_1904=self.from_1904,
            hidden_rows=frozenset(self._hidden),
            hidden_columns=frozenset(self.hidden_columns & columns.keys()),
            merged=tuple(sorted(self._merged)),
            marked_rows=self.marked_rows,
            comments=self.comments,
        )
        return sheet, tuple(notes)

    def _formula_notes(self) -> list[ReadingNote]:
        notes = [
            ReadingNote("W14", self.name, row, column, NOTHING)
            for row, column in self._unstored[:_LISTED_FORMULAS]
        ]
        more = len(self._unstored) - len(notes)
        if more > 0:
            text = words("{count} more formulas have no stored value.", count=more)
            notes.append(ReadingNote("W14", self.name, None, None, text))
        return notes

    def _blank_covered_cells(
        self,
        numbers: NDArray[np.int64],
        columns: dict[int, tuple[NDArray[np.int32], list[Value]]],
    ) -> list[ReadingNote]:
        """Empty what lies under a merged cell: a person sees only its top left value."""
        notes = []
        for row1, column1, row2, column2 in self._merged:
            first, last = np.searchsorted(numbers, (row1, row2 + 1))
            if first == last:
                continue
            text = words(
                "Not read: the value is hidden under the merged cell {cell}.",
                cell=cell_name(row1, column1),
            )
            for column in sorted(columns.keys() & set(range(column1, column2 + 1))):
                codes, _ = columns[column]
                for index in (first + codes[first:last].nonzero()[0]).tolist():
                    if (numbers[index], column) != (row1, column1):
                        codes[index] = 0
                        notes.append(
                            ReadingNote("I04", self.name, int(numbers[index]), column, text)
                        )
        return sorted(notes, key=lambda note: (note.row or 0, note.column or 0))


def _blocks(
    numbers: NDArray[np.int64], columns: dict[int, tuple[NDArray[np.int32], list[Value]]]
) -> list[Block]:
    """Return the rows that hold anything, cut into blocks."""
    coded = {
        at: Column.coded(codes, values)
        for at, (codes, values) in sorted(columns.items())
        if codes.any()
    }
    if not coded:
        return []
    kept = np.any([column.is_filled for column in coded.values()], axis=0).nonzero()[0]
    rows = block_rows(len(coded))
    return [
        Block(numbers[part], {at: column.take(part) for at, column in coded.items()})
        for part in np.split(kept, range(rows, len(kept), rows))
    ]
