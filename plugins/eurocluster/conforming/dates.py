"""Days as partners write them, in 24 languages.

A date is read in three steps: a column's habit (day first or month first) is inferred once from
the values that can be read in one way only; each value is then read by that habit; what could
also be read otherwise in a column without evidence is reported as ambiguous (W02).

Belongs here: date cells, text dates, month names, spreadsheet serials.
Does not belong here: whether a date lies in the project or after another one (judging).
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import cache
from math import isfinite

from babel import Locale

from eurocluster.conforming.failures import Unreadable
from eurocluster.conforming.folding import fold
from eurocluster.conforming.lexicon import LANGUAGES
from eurocluster.reading.cells import ErrorValue, Value

_YEARS = range(1950, 2101)
_SERIALS = range(42_005, 49_675)  # 2015-01-01 … 2035-12-31 in days since _SERIAL_ORIGIN
_SERIAL_ORIGIN = date(1899, 12, 30)
_DAYS_TO_1904 = 1462
_CENTURY_PIVOT = 70  # 69 is 2069, 70 is 1970
_SHORT_YEARS = range(2015, 2041)  # where a two-digit year is looked for first

_CLOCK = r"\d{1,2}[:h]\d{2}(?::\d{2}(?:[.,]\d+)?)?"
_TIME_OF_DAY = re.compile(
    r"(?:(?<=\d)t|[\s,]+(?:(?:g|godz|kl|klo|um|at|à|a las|ore|στισ|ώρα|в)\.?\s+)?)"
    rf"{_CLOCK}(?:\s*-\s*{_CLOCK})?"
    r"\s*(?:z|[+-]\d{2}:?\d{2}|[ap]\.?m\.?|h|hod\.?|godz\.?|uur|uhr|ч\.?)?$",
    re.IGNORECASE,
)
_NUMERIC = re.compile(r"(\d{1,4})\s*([./\s-])\s*(\d{1,2})\s*([./\s-])\s*(\d{1,4})(?:[.,]|\s*/)?")
_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—−", "-"))
_TOKEN = re.compile(r"\d+|[^\W\d_]+")
_FILLERS = frozenset(
    "r rok roku dn dnia g г год година години гг dne dna m d metu diena dienos gada god godine "
    "leta a aasta de del do le er re am den der op ta il lo el στισ την τησ του τη η ην st nd rd "
    "th of the on en an jen napja la data o no ar u e era paivana p os".split()
)
_ROMAN = {
    numeral: month
    for month, numeral in enumerate("i ii iii iv v vi vii viii ix x xi xii".split(), start=1)
}
_REGIONAL_MONTHS = {"de": {"mrz": 3, "janner": 1, "feber": 2}}  # Excel's German; Austria


class DateOrder(StrEnum):
    """Order of day, month and year in an all-numeric date."""

    DMY = "dmy"
    MDY = "mdy"
    YMD = "ymd"


@dataclass(frozen=True, slots=True)
class InferredOrder:
    """The order of one column.

    Attributes:
        order: The order to read by.
        certain: At least one value of the column can only be read so, and none speaks against it.
    """

    order: DateOrder
    certain: bool


def infer_order(values: Iterable[Value], fallback: DateOrder) -> InferredOrder:
    """Return the one order of a column, from the values that allow a single order.

    Values that contradict each other, or none that decides, leave the partner's order
    (``fallback``) and ``certain=False``.
    """
    votes = {order for value in values if (order := _only_order(value)) is not None}
    if len(votes) == 1:
        return InferredOrder(votes.pop(), certain=True)
    return InferredOrder(fallback, certain=False)


def parse_date(
    value: Value, order: DateOrder, language: str, *, from_1904: bool = False
) -> date | None | Unreadable:
    """Return the calendar day of a cell; ``None`` for a blank one.

    Args:
        value: A date, a text, or a spreadsheet serial of the years 2015 to 2035.
        order: Order of all-numeric dates in this column.
        language: Partner's language; English and the others are tried after it.
        from_1904: Whether serials count days from 1904.
    """
    if value is None:
        return None
    if isinstance(value, datetime):
        return _plausible(value.date(), value)
    if isinstance(value, date):
        return _plausible(value, value)
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return _from_number(value, _DAYS_TO_1904 if from_1904 else 0)
    if isinstance(value, str):
        return _from_text(value, order, language)
    text = value.text if isinstance(value, ErrorValue) else str(value)
    return Unreadable(text, "not a date")


def without_clock(value: Value) -> Value:
    """Return a cell with a date as sent, but for the time of day."""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, str) and ":" in value:
        return _TIME_OF_DAY.sub("", value.strip(), count=1)
    return value


def other_readings(value: Value, order: DateOrder) -> tuple[date, ...]:
    """Return the days that the value would mean in another order, earliest first (W02)."""
    readings = _readings(value)
    return tuple(sorted(set(readings.values()) - {readings.get(order)}))


def _plausible(day: date, value: object) -> date | Unreadable:
    if day.year in _YEARS:
        return day
    return Unreadable(str(value), "a year before 1950 or after 2100")


def _from_number(number: int | float, days_before: int) -> date | Unreadable:
    if not isfinite(number):
        return Unreadable(str(number), "not a number")
    serial = int(number) + days_before
    if serial in _SERIALS:
        return _SERIAL_ORIGIN + timedelta(days=serial)
    compact = None
    if number == int(number) and not (days_before and int(number) in _SERIALS):
        compact = _from_digits(str(number))
    return compact or Unreadable(str(number), "a number that is not a date of 2015 to 2035")


def _from_digits(digits: str) -> date | None:
    """Return the day of a bare serial or of a compact ``yyyymmdd``."""
    digits = digits.removesuffix(".0")
    if len(digits) == 5 and int(digits) in _SERIALS:
        return _SERIAL_ORIGIN + timedelta(days=int(digits))
    if len(digits) == 8 and int(digits[:4]) in _YEARS:
        return _day(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    return None


def _from_text(text: str, order: DateOrder, language: str) -> date | None | Unreadable:
    cleaned = _clean(text)
    if not cleaned:
        return None
    if cleaned.isdecimal():
        return _from_digits(cleaned) or Unreadable(text, "digits that are not a date")
    words = [token for token in _TOKEN.findall(cleaned) if not token.isdecimal()]
    if all(fold(word) in _FILLERS or _is_weekday(fold(word), language) for word in words):
        readings = _readings(cleaned)
        if order in readings:
            return readings[order]
        if order is DateOrder.YMD and DateOrder.DMY in readings:
            return readings[DateOrder.DMY]
    return _from_words(cleaned, language) or Unreadable(text, "not a day of the calendar")


def _from_words(cleaned: str, language: str) -> date | None:
    """Return the day of a date with a written month: one month, a day and a year, no more."""
    tokens = [fold(token) for token in _TOKEN.findall(cleaned)]
    numbers = [token for token in tokens if token.isdecimal()]
    words = [t for t in tokens if not t.isdecimal() and (t not in _FILLERS or t in _ROMAN)]
    if len(numbers) != 2:
        return None
    month = _month_among(words, language)
    if month is None:
        return None
    first, second = numbers
    if len(first) == 4:
        first, second = second, first
    if len(first) > 2 or len(second) not in (2, 4):
        return None
    return _day(_year(second), month, int(first))


def _month_among(words: list[str], language: str) -> int | None:
    """Return the month of the only month name; words of a weekday beside it are allowed.

    Of two readings ("mar. mar. 14": Tuesday, March) the month is the later word.
    """
    for end in range(len(words), 0, -1):
        for start in range(end - 1, -1, -1):
            month = _month(" ".join(words[start:end]), language)
            others = words[:start] + words[end:]
            if month is not None and all(_is_weekday(word, language) for word in others):
                return month
    return None


def _month(word: str, language: str) -> int | None:
    for own in (language, "en"):
        names = _month_names(own)
        if word in names:
            return names[word]
        if len(word) >= 3:
            starts = {month for name, month in names.items() if name.startswith(word)}
            if len(starts) == 1:
                return starts.pop()
    if word in _ROMAN:
        return _ROMAN[word]
    anywhere = {names[word] for lang in LANGUAGES if word in (names := _month_names(lang))}
    return anywhere.pop() if len(anywhere) == 1 else None


@cache
def _month_names(language: str) -> dict[str, int]:
    if language not in LANGUAGES:
        return {}
    months = Locale.parse(language).months
    names = {
        fold(name): month
        for context in ("stand-alone", "format")
        for width in ("abbreviated", "wide")
        for month, name in months[context][width].items()
    }
    return names | _REGIONAL_MONTHS.get(language, {})


@cache
def _weekday_names(language: str) -> frozenset[str]:
    if language not in LANGUAGES:
        return frozenset()
    days = Locale.parse(language).days
    return frozenset(
        word
        for context in ("stand-alone", "format")
        for width in ("abbreviated", "short", "wide")
        for name in days[context][width].values()
        for word in fold(name).split()
    )


def _is_weekday(word: str, language: str) -> bool:
    return word in _weekday_names(language) or word in _weekday_names("en")


def _clean(text: str) -> str:
    """Return the text lower-cased, without invisible characters, quotes and time of day."""
    compatible = unicodedata.normalize("NFKC", text).lower()
    visible = "".join(c for c in compatible if unicodedata.category(c) != "Cf")
    plain = " ".join(visible.translate(_DASHES).split()).strip("'\"`")
    return _TIME_OF_DAY.sub("", plain).strip()


def _readings(value: Value) -> dict[DateOrder, date]:
    """Return the day that an all-numeric text date means in each order that fits it."""
    if not isinstance(value, str):
        return {}
    cleaned = _clean(value)
    found = _NUMERIC.search(cleaned)
    if found is None or sum(map(str.isdecimal, _TOKEN.findall(cleaned))) != 3:
        return {}
    first, mark, middle, second_mark, last = found.groups()
    if mark != second_mark:
        return {}
    if len(first) == 4 and len(last) <= 2:
        day = _day(int(first), int(middle), int(last))
        return dict.fromkeys(DateOrder, day) if day else {}
    candidates: dict[DateOrder, tuple[str, str, str]] = {}
    if len(first) <= 2 and len(last) in (2, 4):
        candidates[DateOrder.DMY] = (last, middle, first)
        candidates[DateOrder.MDY] = (last, first, middle)
    if len(first) == 2 and len(last) <= 2:
        candidates[DateOrder.YMD] = (first, middle, last)
    readings = {
        order: day
        for order, (year, month, number) in candidates.items()
        if (day := _day(_year(year), int(month), int(number))) is not None
    }
    if len(last) == 4:
        return readings
    near = {order: day for order, day in readings.items() if day.year in _SHORT_YEARS}
    return near or readings


def _only_order(value: Value) -> DateOrder | None:
    readings = _readings(value)
    return next(iter(readings)) if len(readings) == 1 else None


def _year(digits: str) -> int:
    if len(digits) == 4:
        return int(digits)
    return int(digits) + (2000 if int(digits) < _CENTURY_PIVOT else 1900)


def _day(year: int, month: int, day: int) -> date | None:
    if year not in _YEARS:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None
