"""Numbers, amounts and durations as partners write them.

Number cells of workbooks are taken as they are; only texts are subject to the decimal mark of
the partner. What two readers could read differently is refused, never guessed: the price of a
wrong guess is a factor of 1,000.

Belongs here: decimals, integers, money, currencies, hours.
Does not belong here: ranges and plausibility (schemas, judging), conversion of currencies.
"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from decimal import Decimal
from functools import cache, lru_cache
from math import isfinite
from typing import Literal

from babel import Locale
from babel.core import get_global

from eurocluster.conforming.failures import Unreadable
from eurocluster.conforming.folding import fold
from eurocluster.conforming.lexicon import LANGUAGES, separated, table
from eurocluster.reading.cells import ErrorValue, Value

DecimalMark = Literal[",", "."]

_BLANKS = re.compile(r"[\s'’ʼ`´]+")  # group marks that can never be decimal marks
_SPACED_GROUPS = re.compile(r"(?<!\d)\d{1,3}(?:[\s'’ʼ`´]\d{3})+(?!\d)")
_WORD = re.compile(r"[^\W\d_]+\.?")
_MINUS = str.maketrans({"−": "-", "–": "-", "—": "-", "‐": "-", "‑": "-"})
_AMOUNT = re.compile(
    r"^(?P<before>[^\d+().,-]*)(?P<number>[+(-]?[\d\s'’ʼ`´.,]*\d\)?)(?P<after>.*)$"
)
_ROUND_AMOUNT = re.compile(r"(?<=\d)[,.]\s?-+(?=\s|$)")  # "50,-" and "50.-- €"
_CLOCK = re.compile(r"^(\d{1,3})\s*(?::|h|hod|godz|std|t|u|ч|ω|ώ)\s*\.?\s*([0-5]\d)(?::[0-5]\d)?$")
_HOURS_AND_MINUTES = re.compile(
    r"^(\d{1,3})\s*([^\W\d]+)\.?\s*(?:\D{1,5}\s)?(\d{1,2})\s*([^\W\d]+)\.?$"
)
_LONE_GROUPS = re.compile(r"(?<![\d.,])[1-9]\d{0,2}([.,])\d{3}(?![\d.,])")
_MINUTES_LIKE = re.compile(r"^\d{1,2}\.(?:00|15|30|45)$")
_SCALED_EURO = re.compile(r"(?<![^\W\d_])[kmt]\s?(?:€|eur(?![^\W\d_]))", re.IGNORECASE)
_BRACKETED = re.compile(r"[(\[]([^()\[\]]*)[)\]]")
_SHORT_UNIT = 2
_MOST_HOURS = 10**14  # fits the register store
_SERIAL_DAY_ZERO = datetime(1899, 12, 30)  # noqa: DTZ001 - spreadsheet cells have no time zone
_SERIAL_LEAP_BUG = datetime(1900, 3, 1)  # noqa: DTZ001 - before it serials count from the 31st


@dataclass(frozen=True, slots=True)
class Money:
    """An amount as stated; ``currency`` is None where the cell names none."""

    amount: Decimal
    currency: str | None = None


def decimal_mark_of(language: str) -> DecimalMark:
    """Return the decimal mark of a language (CLDR); a comma for a language that is not ours."""
    if language not in LANGUAGES:
        return ","
    symbols = Locale.parse(language).number_symbols
    return "." if symbols.get("latn", symbols)["decimal"] == "." else ","


def parse_decimal(
    value: Value, mark: DecimalMark, language: str = "en"
) -> Decimal | None | Unreadable:
    """Return the number of a cell.

    "12 osób" and "12,5 FTE" are numbers; so are amounts in euro, since every amount column of
    the registers is in euro. An amount in another currency is refused.
    """
    money = parse_money(value, mark, language)
    if isinstance(money, Money):
        if money.currency not in (None, "EUR"):
            return Unreadable(_text(value), "an amount in another currency than euro")
        return money.amount
    return money


def parse_integer(value: Value, mark: DecimalMark, language: str = "en") -> int | None | Unreadable:
    """Return the whole number of a cell; 7.0 is whole, 7.5 is not."""
    number = parse_decimal(value, mark, language)
    if isinstance(number, Decimal):
        if number != number.to_integral_value():
            return Unreadable(_text(value), "not a whole number")
        return int(number)
    return number


def parse_money(value: Value, mark: DecimalMark, language: str = "en") -> Money | None | Unreadable:
    """Return the amount and, where stated, the currency (ISO 4217) of a cell.

    "k€", "tys. zł" and "Mio. EUR" are multiplied out.
    """
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        return Unreadable(_text(value), "not a number")
    if not isinstance(value, str):
        # 15 digits are what a spreadsheet shows; what follows is noise of binary fractions.
        return Money(Decimal(f"{value:.15g}")) if isfinite(value) else Unreadable("", "no number")
    text = _plain(value)
    if not text:
        return None
    if _has_odd_digits(value):
        return Unreadable(value, "a fraction or a footnote mark beside the number")
    parts = _AMOUNT.match(_ROUND_AMOUNT.sub("", text))
    if parts is None:
        return Unreadable(value, "not a number")
    units = _units(parts["before"], parts["after"], language)
    number = _signed(parts["number"], mark)
    if number is None:
        return Unreadable(value, "not a number")
    if units is None:
        return Unreadable(value, "an unknown unit")
    factor, currency = units
    return Money(number * factor, currency)


def may_be_thousands(text: str, mark: DecimalMark) -> bool:
    """Return whether a text is "1,234" where the comma is the decimal mark, or "1.234" otherwise.

    Nobody counts money in thousandths, so it is either that or a thousand times as much.
    """
    found = _LONE_GROUPS.findall(_plain(text))
    return len(found) == 1 and found[0] == mark


def parse_currency(value: Value, language: str) -> str | None | Unreadable:
    """Return the ISO 4217 code of a currency cell: a code, a sign or a name."""
    if value is None:
        return None
    if not isinstance(value, str):
        return Unreadable(_text(value), "not a currency")
    text = _plain(value)
    if not text:
        return None
    return _currency(text, language) or Unreadable(value, "not a currency")


def parse_hours(
    value: Value, mark: DecimalMark, language: str, teaching_unit_minutes: int | None = None
) -> Decimal | None | Unreadable:
    """Return a duration in hours of 60 minutes.

    Args:
        value: A number of hours, a time cell (h:mm), a duration cell ([h]:mm), or a text such
            as "7,5 h", "7h30", "7:30", "90 min".
        mark: Decimal mark of texts.
        language: Partner's language; "1 t" is an hour in Swedish only.
        teaching_unit_minutes: Length of a teaching unit ("8 UE"); without it units are refused.
    """
    if value is None or isinstance(value, (int, float)):
        return parse_decimal(value, mark)
    if isinstance(value, timedelta):
        return _in_hours(value)
    if isinstance(value, time):
        return _in_hours(timedelta(hours=value.hour, minutes=value.minute, seconds=value.second))
    if isinstance(value, datetime):
        return _from_early_datetime(value)
    if not isinstance(value, str):
        return Unreadable(_text(value), "not a number of hours")
    text = _plain(value).lower()
    if not text:
        return None
    if _has_odd_digits(value):
        return Unreadable(value, "a fraction or a footnote mark beside the number")
    clock = _CLOCK.match(text)
    if clock:
        return _in_hours(timedelta(hours=int(clock[1]), minutes=int(clock[2])))
    both = _HOURS_AND_MINUTES.match(text)
    if both and (_unit(both[2], language), _unit(both[4], language)) == ("hour", "minute"):
        return _in_hours(timedelta(hours=int(both[1]), minutes=int(both[3])))
    return _from_worded_hours(value, text, mark, language, teaching_unit_minutes)


def hours_of_lessons(lessons: Decimal, minutes: int) -> Decimal:
    """Return the hours of 60 minutes that teaching units of so many minutes last."""
    return _rounded(lessons * minutes / 60)


@lru_cache(maxsize=1_000)
def unit_of_header(header: str) -> str | None:
    """Return the unit that the numbers below a header have, where it is not euro or hours.

    "scale" for thousands and millions, "minute", "teaching_unit"; the words of all languages are
    looked for. Words of two letters count only alone or in brackets: "UE", "Dauer (UE)".
    """
    if _SCALED_EURO.search(header):
        return "scale"
    alone = {fold(header), *map(fold, header.split("\n")), *map(fold, _BRACKETED.findall(header))}
    tokens = fold(header).split()
    for length in (3, 2, 1):
        for start in range(len(tokens) - length + 1):
            phrase = " ".join(tokens[start : start + length])
            unit = _header_units().get(phrase)
            if unit is not None and (len(phrase) > _SHORT_UNIT or phrase in alone):
                return unit
    return None


def _from_worded_hours(
    sent: str, text: str, mark: DecimalMark, language: str, teaching_unit_minutes: int | None
) -> Decimal | Unreadable:
    """Return hours written as one number with or without a unit."""
    parts = _AMOUNT.match(text)
    if parts is None or (parts["before"].strip() and fold(parts["before"])):
        return Unreadable(sent, "not a number of hours")
    unit = _unit(parts["after"], language) if parts["after"].strip(" .") else "hour"
    minutes = {"hour": 60, "minute": 1, "teaching_unit": teaching_unit_minutes}.get(unit or "")
    number = _signed(parts["number"], mark)
    if number is None or minutes is None:
        return Unreadable(sent, "not a number of hours")
    if mark == "," and _MINUTES_LIKE.match(parts["number"]) and number % 1:
        return Unreadable(sent, "hours and minutes, or a decimal number")
    return _rounded(number * minutes / 60)


def _from_early_datetime(value: datetime) -> Decimal | Unreadable:
    """Return the hours of a duration cell that a reader gave back as a date near 1900."""
    if value.year > 1900 or value.tzinfo is not None:
        return Unreadable(str(value), "a date where hours belong")
    elapsed = value - _SERIAL_DAY_ZERO
    if datetime(1900, 1, 1) <= value < _SERIAL_LEAP_BUG:  # noqa: DTZ001
        elapsed -= timedelta(days=1)
    return _in_hours(elapsed)


def _in_hours(duration: timedelta) -> Decimal:
    return _rounded(Decimal(round(duration.total_seconds())) / 3600)


def _rounded(hours: Decimal) -> Decimal:
    """Return hours to four decimals, the scale of the register store; beyond it as they are."""
    if abs(hours) >= _MOST_HOURS:
        return hours
    return round(hours, 4).normalize() + 0


def _signed(text: str, mark: DecimalMark) -> Decimal | None:
    """Return the value of digits, marks and a sign."""
    digits, negative = text.strip(), False
    if digits.startswith("(") and digits.endswith(")"):
        digits, negative = digits[1:-1], True
    elif digits.startswith("("):
        return None
    if digits.startswith(("-", "+")):
        negative ^= digits[0] == "-"
        digits = digits[1:].strip()
    plain = _without_groups(digits, mark)
    if plain is None:
        return None
    return -Decimal(plain) if negative else Decimal(plain)


def _without_groups(digits: str, mark: DecimalMark) -> str | None:
    """Return the digits with a decimal point, or None where the groups make no sense."""
    whole_and_rest = _SPACED_GROUPS.sub(lambda m: _BLANKS.sub("", m[0]), digits)
    if _BLANKS.search(whole_and_rest):
        return None
    digits = whole_and_rest
    marks = [character for character in digits if character in ".,"]
    if not marks:
        return digits if digits.isdecimal() else None
    if len(set(marks)) == 2:
        last = marks[-1]
        if marks.count(last) > 1:
            return None
        whole, _, rest = digits.rpartition(last)
        return _joined(whole, marks[0], rest)
    if len(marks) > 1:
        return _joined(digits, marks[0], "")
    whole, _, rest = digits.partition(marks[0])
    if marks[0] != mark and len(rest) == 3 and whole[:1] not in ("", "0") and len(whole) <= 3:
        return whole + rest
    return f"{whole or '0'}.{rest}" if rest.isdecimal() else None


def _joined(grouped: str, group_mark: str, rest: str) -> str | None:
    """Return groups of three joined, with the decimals ``rest``."""
    head, *groups = grouped.split(group_mark)
    if not head.isdecimal() or len(head) > 3 or any(len(g) != 3 for g in groups):
        return None
    whole = head + "".join(groups)
    return f"{whole}.{rest}" if rest else whole


def _plain(text: str) -> str:
    """Return the text without invisible characters, with plain minus signs and single blanks."""
    compatible = unicodedata.normalize("NFKC", text)
    visible = "".join(c for c in compatible if unicodedata.category(c) != "Cf")
    return " ".join(visible.translate(_MINUS).split())


def _has_odd_digits(text: str) -> bool:
    """Return whether the text has digits such as "½" or "²", which NFKC would make plain."""
    return any(c.isnumeric() and not c.isdecimal() for c in text)


def _units(before: str, after: str, language: str) -> tuple[int, str | None] | None:
    """Return factor and currency of the words around a number, None where one is unknown."""
    factor, currency = 1, None
    for words in (before, after):
        rest = words.strip(" .:")
        if not rest or fold(rest) in _count_words():
            continue
        scale, found = 1, _currency(rest, language)
        if found is None:
            scaled = _scaled(rest, language)
            if scaled is None:
                return None
            scale, found = scaled
        if (scale != 1 and factor != 1) or (found and currency and found != currency):
            return None
        factor, currency = factor * scale, found or currency
    return factor, currency


def _scaled(words: str, language: str) -> tuple[int, str | None] | None:
    """Return (1,000 or 1,000,000, currency) of words such as "k€", "tys. zł", "Mio. EUR"."""
    first = _WORD.match(words)
    if first is None:
        return None
    word, rest = fold(first[0]), words[first.end() :].strip(" .")
    currency = _currency(rest, language) if rest else None
    scale = _scale_words(language).get(word)
    if scale is not None and (currency or (not rest and len(word) > 1)):
        return scale, currency
    glued = _scale_words(language).get(word[:1])
    if glued is not None and not rest and (currency := _currency(word[1:], language)):
        return glued, currency
    return None


@cache
def _scale_words(language: str) -> dict[str, int]:
    return {
        fold(word): int(row["code"])
        for row in table("units")
        if row["kind"] == "scale" and row["language"] in ("*", language)
        for word in separated(row["words"])
    }


def counts_persons(text: str) -> bool:
    """Return whether a word of the text counts persons: "12 participants", "Teilnehmer (8)"."""
    return not _count_words().isdisjoint(fold(text).split())


@cache
def _header_units() -> dict[str, str]:
    return {
        fold(word): "scale" if row["kind"] == "scale" else row["code"]
        for row in table("units")
        if row["kind"] == "scale" or row["code"] in ("minute", "teaching_unit")
        for word in separated(row["words"])
        if len(fold(word)) > 1
    }


@cache
def _count_words() -> frozenset[str]:
    return frozenset(
        fold(word)
        for row in table("units")
        if row["kind"] == "count"
        for word in separated(row["words"])
    )


def _unit(word: str, language: str) -> str | None:
    """Return hour, minute or teaching_unit for a unit word; None for any other word."""
    folded = fold(word)
    for own in (language, "en"):
        if (found := _time_units(own).get(folded)) is not None:
            return found
    anywhere = {units[folded] for lang in LANGUAGES if folded in (units := _time_units(lang))}
    return anywhere.pop() if len(anywhere) == 1 else None


@cache
def _time_units(language: str) -> dict[str, str]:
    units = {
        fold(word): row["code"]
        for row in table("units")
        if row["kind"] == "time" and row["language"] in (language, "*")
        for word in separated(row["words"])
    }
    concept = next((row["hours"] for row in table("concepts") if row["lang"] == language), "")
    for word in map(fold, separated(concept)):
        if " " not in word:
            units.setdefault(word, "hour")
    return units


def _currency(text: str, language: str) -> str | None:
    """Return the ISO 4217 code of a code, sign or name."""
    stripped = text.strip(" .:()[]")
    if stripped.upper() in _currency_codes() and len(stripped) == 3:
        return stripped.upper()
    key = fold(stripped) or stripped
    for own in (language, "*"):
        if (found := _currency_words(own).get(key)) is not None:
            return found
    return _currency_names(language).get(key)


@cache
def _currency_codes() -> frozenset[str]:
    return frozenset(get_global("all_currencies"))


@cache
def _currency_words(language: str) -> dict[str, str]:
    return {
        fold(word) or word: row["code"]
        for row in table("units")
        if row["kind"] == "currency" and row["language"] == language
        for word in separated(row["words"])
    }


@cache
def _currency_names(language: str) -> dict[str, str]:
    if language not in LANGUAGES:
        return {}
    names = Locale.parse(language).currencies
    return {fold(name): code for code, name in names.items() if code in _CURRENT_CURRENCIES}


_CURRENT_CURRENCIES = frozenset(
    (
        "EUR BGN CZK DKK HUF PLN RON SEK NOK ISK CHF GBP USD RSD MKD ALL BAM TRY UAH MDL GEL AMD"
    ).split()
)


def _text(value: object) -> str:
    return value.text if isinstance(value, ErrorValue) else str(value)
