"""The values that reading hands on: sheets, workbooks, and the file that could not be read.

Belongs here: frozen values and the name of a cell.
Does not belong here: parsing of any format, the meaning of a cell for a register.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from eurocluster.reading.columns import BLOCK_ROWS, Block, Column
from eurocluster.reading.values import ErrorValue, Value
from eurocluster.wording import Words, said, speaker, words

__all__ = [
    "Block", "Column", "ErrorValue", "ReadingHints", "ReadingNote", "Sheet", "UnreadableFile",
    "Value", "Workbook", "cell_name", "column_letters", "column_number",
]  # fmt: skip

Range = tuple[int, int, int, int]
"""First row, first column, last row, last column; 1-based and inclusive."""


@dataclass(frozen=True, slots=True, eq=False, weakref_slot=True)
class Sheet:
    """One sheet: its rows that hold anything, in blocks, and what the file says about them.

    Row numbers and columns are 1-based positions in the file.

    Attributes:
        from_1904: Whether bare serial numbers count days from 1904, as on old Macs.
        hidden_rows: Rows with cells that are hidden or filtered away.
        hidden_columns: Columns with cells that are hidden.
        merged: Merged ranges.
        marked_rows: Row → what its format says: "struck" (struck through) or "red".
        comments: Cell → the text that somebody pinned to it.
    """

    name: str
    blocks: Sequence[Block]
    visible: bool = True
    from_1904: bool = False
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()
    merged: tuple[Range, ...] = ()
    marked_rows: Mapping[int, str] = field(default_factory=dict, repr=False)
    comments: Mapping[tuple[int, int], str] = field(default_factory=dict, repr=False)

    @classmethod
    def of(
        cls,
        name: str,
        rows: Sequence[Sequence[Value]],
        *,
        first_row: int = 1,
        first_column: int = 1,
        visible: bool = True,
        hidden_rows: frozenset[int] = frozenset(),
        merged: tuple[Range, ...] = (),
    ) -> "Sheet":
        """Return a sheet of rows as tuples; blank rows and columns are left out."""
        kept = [i for i, row in enumerate(rows) if any(cell is not None for cell in row)]
        width = max((len(rows[i]) for i in kept), default=0)
        blocks = []
        for start in range(0, len(kept), BLOCK_ROWS):
            part = kept[start : start + BLOCK_ROWS]
            columns = {
                first_column + at: Column.of(
                    rows[i][at] if at < len(rows[i]) else None for i in part
                )
                for at in range(width)
            }
            filled = {at: column for at, column in columns.items() if column.codes.any()}
            blocks.append(Block(np.array(part, dtype=np.int64) + first_row, filled))
        return cls(name, blocks, visible=visible, hidden_rows=hidden_rows, merged=merged)

    def __len__(self) -> int:
        return sum(len(block) for block in self.blocks)

    def head(self, count: int, width: int | None = None) -> list[tuple[int, tuple[Value, ...]]]:
        """Return the first rows as :meth:`rows` yields them, without opening the others.

        With ``width``, cells further right than this column are left out.
        """
        found: list[tuple[int, tuple[Value, ...]]] = []
        for block in self.blocks:
            part = np.arange(min(count - len(found), len(block)))
            columns = {
                at: column.take(part)
                for at, column in block.columns.items()
                if width is None or at <= width
            }
            found += Sheet("", [Block(block.row_numbers[part], columns)]).rows()
            if len(found) >= count:
                break
        return found

    def rows(self) -> Iterator[tuple[int, tuple[Value, ...]]]:
        """Yield (row number, cells from column 1 to the last filled one), top down."""
        for block in self.blocks:
            width = max(block.columns, default=0)
            blank: list[Value] = [None] * len(block)
            cells = [
                block.columns[at].cells() if at in block.columns else blank
                for at in range(1, width + 1)
            ]
            for number, *row in zip(block.row_numbers.tolist(), *cells, strict=True):
                while row and row[-1] is None:
                    row.pop()
                yield number, tuple(row)


@dataclass(frozen=True, slots=True)
class ReadingNote:
    """What the reader decided or could not know, at a place of the file; never a cell's content."""

    code: str
    sheet: str
    row: int | None
    column: int | None
    words: Words


@dataclass(frozen=True, slots=True, eq=False)
class Workbook:
    """All sheets of one file, in the file's order.

    ``has_typed_cells`` says that the file tells numbers from texts.
    """

    format: str
    sheets: tuple[Sheet, ...]
    notes: tuple[ReadingNote, ...] = ()
    has_typed_cells: bool = True


@dataclass(frozen=True, slots=True)
class ReadingHints:
    """What the partner's declaration says about text files; workbooks need none.

    `encoding` and `delimiter` are declared for one register; `code_page` is what the partner's
    computers write when they do not write UTF-8.
    """

    encoding: str | None = None
    delimiter: str | None = None
    code_page: str | None = None


class UnreadableFile(Exception):
    """The file cannot be read. The sentence is for the partner and holds no cell contents."""

    def __init__(self, code: str, template: str, **values: str | int | Words) -> None:
        """Take a rule code (F01 …) and the sentence as a template with its values."""
        super().__init__(code, template)
        self.code = code
        self.words = words(template, **values)

    @property
    def message(self) -> str:
        """The sentence in English."""
        return said(self.words, speaker("en"))

    def __str__(self) -> str:
        return self.message


def column_letters(column: int) -> str:
    """Name a column as spreadsheets do: 1 is "A", 28 is "AB"."""
    letters = ""
    while column > 0:
        column, remainder = divmod(column - 1, 26)
        letters = chr(ord("A") + remainder) + letters
    return letters


def column_number(letters: str) -> int:
    """Return the number of a column named as spreadsheets do: "A" is 1, "AB" is 28."""
    column = 0
    for letter in letters:
        column = column * 26 + ord(letter) - ord("A") + 1
    return column


def cell_name(row: int, column: int) -> str:
    """Name a cell as spreadsheets do: row 7, column 6 is "F7"."""
    return f"{column_letters(column)}{row}"
