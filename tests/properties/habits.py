"""How people of one language write canonical values: words, days, figures, names.

A column of a file has one habit, or changes it from row to row. What a person could read in two
ways is written only where the file or the partner's declared order decides.

Belongs here: value → cell.
Does not belong here: which cells there are (layouts.py).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import cache
from typing import Any, Final

from babel import Locale
from babel.dates import format_date

from eurocluster.conforming.folding import fold
from eurocluster.conforming.header_words import is_bare_name
from eurocluster.conforming.identifiers import scheme_of_header
from eurocluster.conforming.labels import code_labels, headers
from eurocluster.conforming.lexicon import concept_words, separated, table
from eurocluster.conforming.numbers import decimal_mark_of, unit_of_header
from eurocluster.conforming.words import is_empty_word, lexicon_name
from schemas import REGISTERS
from schemas.vocabulary import VOCABULARIES
from tests.properties.canonical_rows import PARTNERS
from tests.properties.chance import Chance

Cell = Any

_FIGURES: Final = frozenset({"decimal", "hours", "integer"})
_PERSONS: Final = frozenset({"person_name", "first_name", "surname"})
_SERIAL_ORIGIN: Final = date(1899, 12, 30)
_GROUP_MARKS: Final = ("", " ", "\u00a0", "\u202f", "'")
_EURO: Final = ("{}", "{} €", "€ {}", "{} EUR", "EUR {}", "{}€")
_DAY_MARKS: Final = (".", "/", "-")


@dataclass(frozen=True)
class Habits:
    """What one partner does.

    Attributes:
        typed: The file tells numbers and days from texts.
        has_times: It knows times of day and durations as well.
        order: The partner's declared order of day and month.
    """

    chance: Chance
    language: str
    typed: bool
    has_times: bool
    order: str

    def header(self, register: str, column: str) -> str:
        """Return what the column is called, with a mark or in capitals now and then."""
        word = self._header_word(register, column)
        return self.chance.pick((word, word, f"{word}*", f" {word}:", word.upper()))

    def column(self, register: str, name: str, values: Sequence[Any]) -> list[Cell]:
        """Return the cells of a column."""
        write = self._writer(register, name, values)
        return [None if value is None else write(value) for value in values]

    def _header_word(self, register: str, column: str) -> str:
        metadata = REGISTERS[register].columns[column].metadata
        known: list[str] = [*_headers().get((register, column, self.language), ()), column]
        if metadata["kind"] in _FIGURES:
            known = [word for word in known if unit_of_header(word) is None]
        if metadata["kind"] in ("identifier", "reg_no"):
            known = [word for word in known if scheme_of_header(word) is None]
        if metadata["kind"] in _PERSONS:
            known = [word for word in known if not is_bare_name(word, self.language)]
        label: str = headers(register, self.language)[column]
        return self.chance.pick([label, *known] if label in known else known)

    def _writer(self, register: str, name: str, values: Sequence[Any]) -> Callable[[Any], Cell]:
        metadata = REGISTERS[register].columns[name].metadata
        kind = metadata["kind"]
        if kind == "date":
            return self._day_writer([value for value in values if value is not None])
        if kind in ("enum", "set", "yes_no"):
            return self._word_writer(name, kind, metadata["vocabulary"])
        if name == "amount":  # the currency has a column of its own
            return self._figure
        own: Mapping[str, Callable[[Any], Cell]] = {
            "decimal": self._amount,
            "hours": self._hours,
            "integer": self._whole,
            "country": self._country,
            "partner": self._partner,
            "partners": lambda codes: self._joined(map(self._partner, codes)),
            "list": self._joined,
            "organisations": self._joined,
            "person_name": self._person,
            "email": self._address,
            "identifier": self._identifier,
            "vat_no": self._vat,
            "nace": lambda code: self.chance.pick((code, f"J{code}", f"{code} - Example")),
            "nuts": lambda code: self.chance.pick((code, f"{code} Región Example")),
            "currency": lambda code: self.chance.pick((code, code.lower())),
            "eccp_url": lambda url: self.chance.pick((url, f"https://www.{url}", f"{url}?x=1")),
        }
        return own.get(kind, lambda value: value)

    def _day_writer(self, days: Sequence[date]) -> Callable[[date], Cell]:
        order, mark = self.order, self.chance.pick(_DAY_MARKS)
        if order == "dmy" and any(day.day > 12 for day in days) and self.chance.maybe(15):
            order = "mdy"  # not the usual order, but the column decides it
            if not any(day.day > 12 for day in days):
                order = "dmy"
        is_decided = order != self.order
        padded, short = self.chance.maybe(70), not is_decided and self.chance.maybe(15)

        def numeric(day: date) -> str:
            parts = {"d": f"{day.day:02}" if padded else str(day.day),
                     "m": f"{day.month:02}" if padded else str(day.month),
                     "y": f"{day.year % 100:02}" if short else str(day.year)}  # fmt: skip
            return mark.join(parts[part] for part in order)

        ways: list[Callable[[date], Cell]] = [
            numeric,
            date.isoformat,
            lambda day: format_date(day, "long", self.language),
            lambda day: format_date(day, "d MMMM y", self.language),
            lambda day: f"{day:%Y%m%d}",
            lambda day: str((day - _SERIAL_ORIGIN).days),
        ]
        if self.typed:
            ways += [
                lambda day: datetime(day.year, day.month, day.day),
                lambda day: (day - _SERIAL_ORIGIN).days,
            ]
        if is_decided:
            return numeric
        way = self.chance.pick(ways)
        if self.chance.maybe(25):
            return lambda day: self.chance.pick(ways)(day)
        return way

    def _word_writer(self, name: str, kind: str, vocabulary: str | None) -> Callable[[Any], Cell]:
        named = lexicon_name(vocabulary or "yes_no")
        doubtful = _doubtful(named, self.language)
        codes = VOCABULARIES[vocabulary] if vocabulary else ("yes", "no")
        labels = code_labels(name, named, codes, self.language)

        def word(code: str) -> str:
            every = [labels[code], *_words(named, code, self.language)]
            every = [said for said in every if not is_empty_word(said, name)] or [code]
            chosen = self.chance.pick(every)
            ways = [chosen, chosen, chosen.upper(), chosen.capitalize()]
            return self.chance.pick(ways if fold(code) in doubtful else [*ways, code])

        if kind == "set":
            return lambda value: self._joined(map(word, value))
        if kind == "enum":
            return word

        def answer(value: bool) -> Cell:
            ways: list[Cell] = [word("yes" if value else "no"), "1" if value else "0"]
            ways += ["x", "✓", "TRUE"] if value else ["FALSE", "☐"]
            ways += [value, int(value)] if self.typed else []
            return self.chance.pick(ways)

        return answer

    def _joined(self, entries: Any) -> str:
        return self.chance.pick(("; ", ";", "\n")).join(entries)

    def _figure(self, value: Decimal, pattern: str = "{}") -> Cell:
        if self.typed and self.chance.maybe(60):
            return int(value) if value == value.to_integral_value() else float(value)
        mark = decimal_mark_of(self.language)
        marks = [*_GROUP_MARKS, "." if mark == "," else ","]
        is_grouped = value >= 1000
        group = self.chance.pick(marks) if is_grouped else ""
        text = f"{value.normalize():,f}"
        whole, _, rest = text.partition(".")
        if self.chance.maybe(30) and len(rest) < 2:
            rest = rest.ljust(2, "0")
        return pattern.format(whole.replace(",", group) + (mark + rest if rest else ""))

    def _amount(self, value: Decimal) -> Cell:
        return self._figure(value, self.chance.pick(_EURO))

    def _whole(self, value: int) -> Cell:
        return value if self.typed and self.chance.maybe(60) else str(value)

    def _hours(self, value: Decimal) -> Cell:
        minutes = int(value * 60)
        hours, rest = divmod(minutes, 60)
        mark = decimal_mark_of(self.language)
        decimal = f"{value.normalize():f}".replace(".", mark)
        ways: list[Cell] = [
            decimal, f"{decimal} h", f"{hours}:{rest:02}", f"{hours}h{rest:02}", f"{minutes} min",
        ]  # fmt: skip
        if self.typed:
            ways += [float(value)] * 3
        if self.has_times:
            ways += [timedelta(minutes=minutes), *([time(hours, rest)] if hours < 24 else [])]
        return self.chance.pick(ways)

    def _country(self, code: str) -> str:
        names = [str(Locale.parse(own).territories[code]) for own in (self.language, "en")]
        return self.chance.pick((*names, code, code.lower(), names[0].upper()))

    def _partner(self, code: str) -> str:
        name = PARTNERS[code]
        return self.chance.pick((code, code.upper(), name, f"{code.upper()} - {name}"))

    def _person(self, name: str) -> str:
        *first, last = name.split()
        given = " ".join(first)
        return self.chance.pick(
            (name, f"{last.upper()} {given}", f"{last}, {given}", name.upper(), f" {name} ",
             name.replace(" ", "\u00a0"))
        )  # fmt: skip

    def _address(self, address: str) -> str:
        return self.chance.pick(
            (address, address.upper(), f"mailto:{address}", f"Testa <{address}>")
        )

    def _identifier(self, identifier: str) -> str:
        scheme, _, number = identifier.partition(":")
        if scheme == "vat":
            return self._vat(number)
        label = {"pic": "PIC", "euid": "EUID"}[scheme]
        return self.chance.pick((f"{label} {number}", f"{label}: {number}"))

    def _vat(self, number: str) -> str:
        spaced = f"{number[:2]} {number[2:5]} {number[5:8]} {number[8:]}".strip()
        return self.chance.pick(
            (
                number,
                spaced,
                spaced.replace(" ", "."),
                f"VAT: {number}",
                f"{number}\u200b",
                number.lower(),
            )
        )


@cache
def _headers() -> dict[tuple[str, str, str], list[str]]:
    found: dict[tuple[str, str, str], list[str]] = {}
    for row in table("headers"):
        key = row["register"], row["column"], row["language"]
        found.setdefault(key, []).extend(separated(row["words"]))
    return found


@cache
def _words(vocabulary: str, code: str, language: str) -> tuple[str, ...]:
    """Return the words of a code in one language, but for those that could mean another one."""
    listed = [word for meaning, word in _every_word(vocabulary, language) if meaning == code]
    if vocabulary == "yes_no":
        listed += concept_words(code).get(language, ())
    return tuple(word for word in listed if fold(word) not in _doubtful(vocabulary, language))


@cache
def _doubtful(vocabulary: str, language: str) -> frozenset[str]:
    """Return what a language would understand in two ways: "f" is a man in Hungarian."""
    return frozenset(
        fold(word) for meaning, word in _every_word(vocabulary, language) if meaning == "?"
    )


@cache
def _every_word(vocabulary: str, language: str) -> tuple[tuple[str, str], ...]:
    return tuple(
        (row["code"], word)
        for row in table("words")
        if (row["vocabulary"], row["language"]) == (vocabulary, language)
        for word in separated(row["words"])
    )


def words_under_groups(language: str, ending: str) -> Sequence[str]:
    """Return what a column below a group of an organisation is called: name, country, type …"""
    return _headers().get(("under_group", ending, language), ())
