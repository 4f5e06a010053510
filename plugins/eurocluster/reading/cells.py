"""The values that reading hands on: cells, sheets, workbooks, and the file that could not be read.

Belongs here: frozen values and the name of a cell.
Does not belong here: parsing of any format, the meaning of a cell for a register.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta


@dataclass(frozen=True, slots=True)
class ErrorValue:
    """A formula's failure as the spreadsheet shows it: `#N/A`, `#REF!`, `Err:502`."""

    text: str


Value = str | int | float | bool | date | datetime | time | timedelta | None | ErrorValue
"""One cell. None is a blank cell; a text cell "12.345" is str, a number cell 12.345 is float."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet as rows of cells.

    Rows are as long as they need to be and a blank row of a workbook is the empty tuple, so
    `if not row` passes over a million of them in no time. `first_row` and `first_column` are the
    1-based position of `rows[0][0]` in the file, `hidden_rows` are 1-based rows with cells that are
    hidden or filtered away, `merged` are (row1, column1, row2, column2), 1-based and inclusive.
    """

    name: str
    rows: tuple[tuple[Value, ...], ...]
    first_row: int = 1
    first_column: int = 1
    visible: bool = True
    hidden_rows: frozenset[int] = frozenset()
    merged: tuple[tuple[int, int, int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class ReadingNote:
    """What the reader decided or could not know, at a place of the file; never a cell's content."""

    code: str
    sheet: str
    row: int | None
    column: int | None
    text: str


@dataclass(frozen=True, slots=True)
class Workbook:
    """All sheets of one file, in the file's order."""

    format: str
    sheets: tuple[Sheet, ...]
    notes: tuple[ReadingNote, ...] = ()


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
    """The file cannot be read. `message` is for the partner and holds no cell contents."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(code, message)
        self.code = code
        self.message = message

    def __str__(self) -> str:
        return self.message


def column_letters(column: int) -> str:
    """Name a column as spreadsheets do: 1 is "A", 28 is "AB"."""
    letters = ""
    while column > 0:
        column, remainder = divmod(column - 1, 26)
        letters = chr(ord("A") + remainder) + letters
    return letters


def cell_name(row: int, column: int) -> str:
    """Name a cell as spreadsheets do: row 7, column 6 is "F7"."""
    return f"{column_letters(column)}{row}"
