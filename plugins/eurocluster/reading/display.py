"""A cell as a person reads it in the spreadsheet.

Belongs here: one value → its text.
Does not belong here: understanding the text (conforming/).
"""

from datetime import date, datetime, time, timedelta

from eurocluster.reading.values import ErrorValue, Value


def text_of(cell: Value) -> str:
    """Return a cell as a person reads it, on one line."""
    if isinstance(cell, str):
        return " ".join(cell.split())
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime) and cell.time() == time(0):
        return cell.date().isoformat()
    if isinstance(cell, date | time | timedelta):
        return str(cell)
    if isinstance(cell, ErrorValue):
        return cell.text
    return "" if cell is None else str(cell)
