"""JSON and CSV for programs: the same values always give the same bytes.

Belongs here: rows → text, one record per line, dates as ISO 8601.
Does not belong here: tables for people (the other modules of terminal/), where the text goes (cli).
"""

import csv
import io
import json
import math
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from eurocluster.reading.cells import ErrorValue, Sheet, column_letters


def as_json(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """Return a JSON list of objects, one per line."""
    records = (
        json.dumps(
            dict(zip(columns, map(_plain, row), strict=True)), ensure_ascii=False, allow_nan=False
        )
        for row in rows
    )
    body = ",\n".join(f"  {record}" for record in records)
    return f"[\n{body}\n]\n" if body else "[]\n"


def as_csv(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """Return CSV with a header; nothing is an empty cell, a list is JSON."""
    sink = io.StringIO()
    writer = csv.writer(sink, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([as_text(value) for value in row] for row in rows)
    return sink.getvalue()


def as_text(value: Any) -> str:
    """Return one value as text: dates as ISO 8601, nothing as the empty text."""
    plain = _plain(value)
    if plain is None:
        return ""
    return plain if isinstance(plain, str) else json.dumps(plain, ensure_ascii=False)


def cells_as_csv(sheets: Iterable[Sheet]) -> str:
    """Return cells as the reader understood them, blank rows left out.

    The first columns say where the row stands. Text is always in quotes, a number, a date or an
    error value never is, so a number that was stored as text can be told from a number.
    """
    rows = [(sheet.name, number, row) for sheet in sheets for number, row in sheet.rows()]
    width = max((len(row) for _, _, row in rows), default=0)
    header = ["sheet", "row", *(column_letters(column) for column in range(1, width + 1))]
    lines = [",".join(header)]
    for name, number, row in rows:
        cells = [*map(_cell, row), *[""] * (width - len(row))]
        lines.append(",".join([_cell(name), str(number), *cells]))
    return "\n".join(lines) + "\n"


def _cell(value: Any) -> str:
    if isinstance(value, str):
        return '"' + value.replace('"', '""') + '"'
    if isinstance(value, ErrorValue):
        return value.text
    return as_text(value)


def _plain(value: Any) -> Any:
    """Return a value that JSON knows; what is no number there becomes null."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if value is None or isinstance(value, str | int):
        return value
    if isinstance(value, Decimal):
        return _plain(int(value) if value == value.to_integral_value() else float(value))
    if isinstance(value, date | datetime | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return str(value)
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    return str(value)
