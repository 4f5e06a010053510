"""What a stored number means under its number format: a number, a date, a time, a duration.

Belongs here: reading number-format codes, turning serial numbers into dates in both date systems.
Does not belong here: XML, dates written as text (conforming/dates.py).
"""

import re
from datetime import date, datetime, time, timedelta
from enum import Enum
from functools import lru_cache
from math import isfinite


class Meaning(Enum):
    """What a number format shows."""

    NUMBER = "number"
    DATE = "date"
    TIME = "time"
    DATETIME = "datetime"
    DURATION = "duration"


BUILTIN: dict[int, Meaning] = {
    **dict.fromkeys((14, 15, 16, 17, *range(27, 32), 36, *range(50, 55), 57, 58), Meaning.DATE),
    **dict.fromkeys((18, 19, 20, 21, 32, 33, 34, 35, 45, 47, 55, 56), Meaning.TIME),
    22: Meaning.DATETIME,
    46: Meaning.DURATION,
}
"""Formats that a workbook names by number only (ECMA-376 part 1, 18.8.30)."""

_LITERALS = re.compile(r'"[^"]*"?|\\.|_.|\*.')
_ELAPSED = re.compile(r"\[(h+|m+|s+)\]")
_BRACKETS = re.compile(r"\[[^\]]*\]")
_PARTS = re.compile(r"am/pm|a/p|y+|m+|d+|h+|s+")

_MILLISECONDS_PER_DAY = 86_400_000
_EPOCH_1900 = datetime(1899, 12, 30)  # noqa: DTZ001  cells have no zone
_EPOCH_1904 = datetime(1904, 1, 1)  # noqa: DTZ001
_LAST_SERIAL_1900 = 2_958_466
_LAST_SERIAL_1904 = _LAST_SERIAL_1900 - 1462


@lru_cache(maxsize=4096)
def meaning_of(code: str) -> Meaning:
    """Read a number-format code such as `dd.mm.yyyy`, `[h]:mm`, `#,##0.00 "days"`.

    Only the first section counts: it is the one for positive numbers.
    """
    bare = _LITERALS.sub("", code).split(";", 1)[0].lower()
    if _ELAPSED.search(bare):
        return Meaning.DURATION
    bare = _BRACKETS.sub("", bare)
    if bare.strip() in {"general", "standard", "@", ""}:
        return Meaning.NUMBER
    parts = _PARTS.findall(bare)
    has_date = has_time = False
    for position, part in enumerate(parts):
        kind = part[0]
        if kind == "m" and len(part) <= 2:  # mmm and longer are month names
            after_hours = position > 0 and parts[position - 1][0] == "h"
            before_seconds = position + 1 < len(parts) and parts[position + 1][0] == "s"
            kind = "minutes" if after_hours or before_seconds else "month"
        if kind in {"h", "s", "a", "minutes"}:
            has_time = True
        else:
            has_date = True
    if has_date:
        return Meaning.DATETIME if has_time else Meaning.DATE
    return Meaning.TIME if has_time else Meaning.NUMBER


def read_serial(
    serial: float, meaning: Meaning, *, from_1904: bool
) -> float | date | datetime | time | timedelta:
    """Turn a stored number into what its format shows; milliseconds are the finest step.

    A number that is no date (0, negative, the 29 February 1900 that never was, beyond 9999) stays a
    number: a reader of dates then refuses it instead of guessing. A date format over a value with a
    time of day gives a datetime; a time format over one day or more gives the datetime it is.
    """
    if meaning is Meaning.NUMBER:
        return serial
    if meaning is Meaning.DURATION:
        limit = _LAST_SERIAL_1900
        return _days(serial) if -limit < serial < limit else serial
    shows_time = meaning is not Meaning.DATE
    if 0 <= serial < 1 and shows_time and not (serial == 0 and meaning is Meaning.DATETIME):
        moment = _EPOCH_1904 + _days(serial)
        return moment.time() if moment.date() == _EPOCH_1904.date() else time(0, 0)
    if serial < 1 or serial >= (_LAST_SERIAL_1904 if from_1904 else _LAST_SERIAL_1900):
        return serial
    if from_1904:
        moment = _EPOCH_1904 + _days(serial)
    elif serial >= 61:  # the first day after the 29 February 1900 that never was
        moment = _EPOCH_1900 + _days(serial)
    elif serial < 60:
        moment = _EPOCH_1900 + _days(serial + 1)
    else:
        return serial
    at_midnight = moment.time() == time(0, 0)
    return moment.date() if at_midnight and meaning is Meaning.DATE else moment


def read_number(raw: str) -> int | float | str | None:
    """Read a stored number; what is none stays the text it is, so that nobody counts with it."""
    try:
        value: int | float = float(raw) if "." in raw else int(raw)
    except ValueError:
        try:
            value = float(raw)
        except ValueError:
            return raw or None
    return raw if "_" in raw or not isfinite(value) else value


def _days(days: float) -> timedelta:
    return timedelta(milliseconds=round(days * _MILLISECONDS_PER_DAY))
