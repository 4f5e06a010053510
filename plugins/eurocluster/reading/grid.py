"""Sparse cells gathered into the rows of a sheet, whatever the format they came from.

Belongs here: the position of values, blank rows at no cost, merged ranges, the limits of a sheet.
Does not belong here: XML, types of values.
"""

from collections.abc import Sequence

from eurocluster.reading.cells import ReadingNote, Sheet, UnreadableFile, Value, cell_name

LAST_ROW = 1_048_576
LAST_COLUMN = 16_384

Range = tuple[int, int, int, int]
Row = tuple[Value, ...]

_BLANK_ROW: Row = ()
_LISTED_FORMULAS = 1_000


class Budget:
    """How many positions, blank or not, the sheets of one workbook may take up.

    Blanks between far cells and repeated rows cost the file nothing; they must not fill our memory.
    """

    def __init__(self, positions: int = 30_000_000) -> None:
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
                f"On the sheet {sheet!r} the cells lie too far apart to be a table. Delete the"
                " rows and columns outside the table (they may look empty) and save the file"
                " again.",
            )


class Grid:
    """One sheet while it is read. Rows come top down in every sound file, in any order here."""

    def __init__(self, name: str, budget: Budget) -> None:
        self.name = name
        self.visible = True
        self._budget = budget
        self._rows: list[Row] = []
        self._hidden: set[int] = set()
        self._merged: list[Range] = []
        self._unstored: list[tuple[int, int]] = []

    def place(self, row: list[Value], column: int, value: Value) -> None:
        """Put a value into an unfinished row at a 1-based column."""
        gap = column - 1 - len(row)
        if gap == 0:
            row.append(value)
        elif gap > 0:
            if column > LAST_COLUMN:
                raise UnreadableFile(
                    "F01", f"The sheet {self.name!r} has more columns than a spreadsheet can have."
                )
            row.extend([None] * gap)
            row.append(value)
        else:
            row[column - 1] = value

    def add_row(self, number: int, row: Sequence[Value], *, hidden: bool, times: int = 1) -> None:
        """Keep a finished row at its 1-based number; a row without values costs nothing."""
        if not row:
            return
        last = number + times - 1
        if number < 1 or last > LAST_ROW:
            raise UnreadableFile(
                "F01", f"The sheet {self.name!r} has more rows than a spreadsheet can have."
            )
        rows = self._rows
        gap = number - 1 - len(rows)
        if gap > 0:
            self._budget.spend(gap, self.name)
            rows.extend([_BLANK_ROW] * gap)
        self._budget.spend(times * len(row), self.name)
        if gap >= 0:
            rows.extend([tuple(row)] * times)
        else:
            for index in range(number - 1, last):
                self._overlay(index, row)
        if hidden:
            self._hidden.update(range(number, last + 1))

    def add_merged(self, merged: Range) -> None:
        """Remember a merged range (first row, first column, last row, last column)."""
        self._merged.append(merged)

    def add_formula_without_value(self, row: int, column: int) -> None:
        """Remember a formula whose result is not in the file."""
        self._unstored.append((row, column))

    def finish(self) -> tuple[Sheet, tuple[ReadingNote, ...]]:
        """Return the sheet and what is to be said about it."""
        notes = [*self._formula_notes(), *self._blank_covered_cells()]
        sheet = Sheet(
            name=self.name,
            rows=tuple(self._rows),
            visible=self.visible,
            hidden_rows=frozenset(self._hidden),
            merged=tuple(sorted(self._merged)),
        )
        return sheet, tuple(notes)

    def _overlay(self, index: int, row: Sequence[Value]) -> None:
        while len(self._rows) <= index:
            self._rows.append(_BLANK_ROW)
        kept = list(self._rows[index])
        for column, value in enumerate(row, start=1):
            if value is not None:
                self.place(kept, column, value)
        self._rows[index] = tuple(kept)

    def _formula_notes(self) -> list[ReadingNote]:
        text = (
            "formula without a stored value: open the file in the spreadsheet program and save it"
        )
        notes = [
            ReadingNote("W14", self.name, row, column, text)
            for row, column in self._unstored[:_LISTED_FORMULAS]
        ]
        more = len(self._unstored) - len(notes)
        if more > 0:
            notes.append(ReadingNote("W14", self.name, None, None, f"{text} ({more} more cells)"))
        return notes

    def _blank_covered_cells(self) -> list[ReadingNote]:
        """Empty what lies under a merged cell: a person sees only its top left value."""
        notes = []
        for row1, column1, row2, column2 in self._merged:
            for number in range(row1, min(row2, len(self._rows)) + 1):
                row = self._rows[number - 1]
                first = column1 + 1 if number == row1 else column1
                covered = [
                    column
                    for column in range(first, min(column2, len(row)) + 1)
                    if row[column - 1] is not None
                ]
                if not covered:
                    continue
                kept = list(row)
                for column in covered:
                    kept[column - 1] = None
                    notes.append(
                        ReadingNote(
                            "I04",
                            self.name,
                            number,
                            column,
                            "not read: the value is hidden under the merged cell"
                            f" {cell_name(row1, column1)}",
                        )
                    )
                while kept and kept[-1] is None:
                    kept.pop()
                self._rows[number - 1] = tuple(kept)
        return notes
