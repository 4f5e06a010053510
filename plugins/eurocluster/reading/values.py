"""What a cell can hold.

Belongs here: the types of values.
Does not belong here: cells, rows and sheets (columns.py, cells.py).
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta


@dataclass(frozen=True, slots=True)
class ErrorValue:
    """A formula's failure as the spreadsheet shows it: `#N/A`, `#REF!`, `Err:502`."""

    text: str


Value = str | int | float | bool | date | datetime | time | timedelta | None | ErrorValue
"""One cell. None is a blank cell; a text cell "12.345" is str, a number cell 12.345 is float."""
