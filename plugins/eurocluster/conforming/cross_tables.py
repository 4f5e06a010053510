"""Attendance as a cross-table: one row per person, one column per day, marks in the cells.

Belongs here: telling a cross-table by its headers, turning it into one row per person and day.
Does not belong here: what a mark means (words), other headers (headers).
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from eurocluster.conforming.dates import DateOrder, infer_order, other_readings, parse_date
from eurocluster.conforming.numbers import decimal_mark_of, parse_hours
from eurocluster.reading.columns import Block, Column
from eurocluster.reading.values import Value

_FEWEST_DAYS = 2
_OF_ATTENDANCE = frozenset(
    {"person_name", "first_name", "surname", "email", "person_category", "employer_name"}
)
_YEAR = re.compile(r"(?<!\d)20\d\d(?!\d)")
_WITHOUT_YEAR = re.compile(r"\s*(\d{1,2})\s*[./-]\s*(\d{1,2})\s*\.?\s*")
_DIGIT = re.compile(r"\d")
_NO_DAYS: Mapping[int, date] = MappingProxyType({})


def days_among(
    headers: Sequence[Value],
    columns: Mapping[str, int],
    titles: Sequence[str],
    language: str,
    usual: DateOrder = DateOrder.DMY,
) -> Mapping[int, date]:
    """Return 1-based column → day of the headers that are days; none unless two or more are.

    Only lists of persons have days above their marks; in another register such a header is unknown.
    A header without a year ("14.03.") is a day when the lines above the table name one year only.
    All have one order of day and month: the only one that fits them, else the ``usual`` one.
    """
    if "session_date" in columns or _OF_ATTENDANCE.isdisjoint(columns):
        return _NO_DAYS
    years = {int(year) for title in titles for year in _YEAR.findall(title)}
    year = years.pop() if len(years) == 1 else None
    taken = set(columns.values())
    dated = {
        at: _with_year(header, year)
        for at, header in enumerate(headers, start=1)
        if at not in taken and isinstance(header, (str, date, int, float))
    }
    order = infer_order(dated.values(), usual).order
    days = {
        at: day
        for at, header in dated.items()
        if isinstance(day := parse_date(header, order, language), date)
    }
    return MappingProxyType(days) if len(days) >= _FEWEST_DAYS else _NO_DAYS


def doubtful_days(
    days: Mapping[int, date], headers: Mapping[int, str], usual: DateOrder
) -> Iterator[tuple[int, date]]:
    """Yield column and other reading of the days that could also be read otherwise (W02).

    Args:
        days: What :func:`days_among` found.
        headers: 1-based column → header text; days that are no texts leave no doubt.
        usual: The partner's order of day and month.
    """
    dated = {
        at: _with_year(headers[at].rpartition("\n")[2], day.year)
        for at, day in days.items()
        if at in headers
    }
    found = infer_order(dated.values(), usual)
    if found.certain and found.order == usual:
        return
    for at, header in dated.items():
        yield from ((at, other) for other in other_readings(header, found.order)[:1])


def _with_year(header: Value, year: int | None) -> Value:
    short = _WITHOUT_YEAR.fullmatch(header) if isinstance(header, str) else None
    if short is None:
        return header
    return f"{short[1]}.{short[2]}.{year}" if year else None


def unpivoted(
    block: Block, days: Mapping[int, date], language: str
) -> tuple[NDArray[np.int64], dict[str, Column], NDArray[np.int64]]:
    """Return a cross-table's block as one row per person and day with a mark.

    A number other than 0 and 1 is the hours of that day. A person without any mark stays one row
    without a day, so that somebody asks.

    Returns:
        Index of the block's row per new row; the columns session_date, attended and hours; and
        per new row the 1-based column of the sheet that it comes from (0 for nobody's mark).
    """
    filled = {at: block.columns[at] for at in sorted(days) if at in block.columns}
    marked = np.zeros(len(block), dtype=np.bool_)
    rows: list[NDArray[np.intp]] = []
    places: list[NDArray[np.int64]] = []
    cells: list[Value] = []
    of_day: list[Value] = []
    for at, column in filled.items():
        here = column.is_filled.nonzero()[0]
        marked[here] = True
        rows.append(here)
        places.append(np.full(len(here), at))
        cells += column.take(here).cells()
        of_day += [days[at]] * len(here)
    nobody = (~marked).nonzero()[0]
    rows.append(nobody)
    places.append(np.zeros(len(nobody), dtype=np.int64))
    cells += [None] * len(nobody)
    of_day += [None] * len(nobody)
    order = np.argsort(np.concatenate(rows), kind="stable")
    told = [_told(cell, language) for cell in cells]
    columns: dict[str, list[Value]] = {
        "session_date": of_day,
        "attended": [attended for attended, _ in told],
        "hours": [hours for _, hours in told],
    }
    return (
        np.concatenate(rows)[order].astype(np.int64),
        {name: Column.of(values).take(order) for name, values in columns.items()},
        np.concatenate(places)[order].astype(np.int64),
    )


def _told(cell: Value, language: str) -> tuple[Value, Value]:
    """Return what a mark says of attendance and of hours."""
    if isinstance(cell, bool) or (isinstance(cell, str) and not _DIGIT.search(cell)):
        return cell, None
    hours = parse_hours(cell, decimal_mark_of(language), language)
    if isinstance(hours, Decimal) and hours not in (0, 1):
        return "yes", cell
    return cell, None
