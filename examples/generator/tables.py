"""Rows of a register → the table of cells that its partner keeps.

Belongs here: a partner's headers, words, dates and numbers in each cell, and the lines that an
office adds above and below. Does not belong here: file formats (`writing.py`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from random import Random

from examples.generator.chance import chance
from examples.generator.columns import kind_of
from examples.generator.languages import Language, language_of
from examples.generator.rows import Row, Value

Cell = str | int | float | date | None

_TEXT_DATE = {
    "pl": "{d:02d}.{m:02d}.{y}", "de": "{d:02d}.{m:02d}.{y}", "be": "{d:02d}/{m:02d}/{y}",
    "gr": "{d}/{m}/{y}", "es": "{d:02d}/{m:02d}/{y}", "fi": "{d}.{m}.{y}",
}  # fmt: skip
# How many of its dates somebody typed as text although the file could hold a date.
_SHARE_OF_TEXT_DATES = {"pl": 0.06, "de": 0.0, "gr": 0.1, "es": 0.08}
_PLAIN_FILES = {"be", "fi"}
_COUNTRY_CODES = {"be"}
_LOWER_CASE_PARTNERS = {"be", "fi"}
_HEAD_LINES = {
    "pl": ("{cluster} – {title}", "Projekt EXAMPLE, stan na 30.09.2024", ""),
    "es": ("{title} · Proyecto EXAMPLE · {cluster}",),
}
_SUMMED = {
    "attendance": "hours",
    "service_deliveries": "value_eur",
    "sme_investments": "amount",
    "exchanges": "lump_sum_eur",
    "trainings": "planned_hours",
}
_WITH_TOTALS = {
    "pl": set(_SUMMED),
    "be": {"sme_investments"},
    "gr": {"sme_investments", "service_deliveries"},
    "fi": {"service_deliveries"},
}
# Who keeps the list signs it; a name outside the columns is a personal datum all the same.
SIGNED_BY = {("pl", "attendance"): "Sporządziła: Jagoda Pozorzykowska"}
_REMARKS = {
    "pl": ("faktura w segregatorze", "przesłano mailem", "do uzupełnienia", "online"),
    "be": ("bewijs volgt", "nagekeken"),
    "es": ("falta firma", "en línea", "revisado"),
}


@dataclass(frozen=True, slots=True)
class Arrangement:
    """How files are laid out without saying anything else; `None` is the order of the office."""

    seed: str | None = None

    def rows(self, rows: Sequence[Row]) -> list[Row]:
        """The rows in this arrangement's order, each as often as it stands in the file."""
        found = [row for row in rows for _ in range(row.copies)]
        if self.seed is not None:
            chance(f"arrangement {self.seed} {len(found)}").shuffle(found)
        return found

    def columns(self, columns: Sequence[str]) -> list[str]:
        """The columns in this arrangement's order."""
        found = list(columns)
        if self.seed is not None:
            chance(f"arrangement {self.seed} columns {len(found)}").shuffle(found)
        return found


@dataclass(frozen=True, slots=True)
class Table:
    """One register as one partner keeps it."""

    partner: str
    register: str
    sheet: str
    head: tuple[str, ...]
    header: tuple[str, ...]
    body: tuple[tuple[Cell, ...], ...]
    foot: tuple[tuple[Cell, ...], ...]
    numeric: tuple[bool, ...]

    @property
    def lines(self) -> tuple[tuple[Cell, ...], ...]:
        """All lines of the sheet, top to bottom."""
        above = tuple((line or None,) for line in self.head)
        return (*above, self.header, *self.body, *self.foot)


def table_of(
    partner: str, register: str, cluster: str, rows: Sequence[Row], arrangement: Arrangement
) -> Table:
    """The table of one register of one partner."""
    language = language_of(partner)
    columns = arrangement.columns(list(language.headers[register]))
    arranged = arrangement.rows(rows)
    title = language.word("sheet", register)
    body = tuple(
        tuple(_cell(row, column, place + 1, language) for column in columns)
        for place, row in enumerate(arranged)
    )
    return Table(
        partner=partner,
        register=register,
        sheet=title,
        head=tuple(
            line.format(cluster=cluster, title=title) for line in _HEAD_LINES.get(partner, ())
        ),
        header=tuple(language.headers[register][column] for column in columns),
        body=body,
        foot=_foot(partner, register, columns, body, language),
        numeric=tuple(kind_of(register, column) == "number" for column in columns),
    )


def _foot(
    partner: str,
    register: str,
    columns: Sequence[str],
    body: Sequence[Sequence[Cell]],
    language: Language,
) -> tuple[tuple[Cell, ...], ...]:
    lines: list[tuple[Cell, ...]] = []
    if register in _WITH_TOTALS.get(partner, ()):
        place = columns.index(_SUMMED[register])
        total = sum(_number(line[place]) for line in body)
        cells: list[Cell] = [None] * len(columns)
        cells[0 if place else 1] = language.word("total", "total")
        cells[place] = _local_number(total, partner)
        lines.append(tuple(cells))
    signature = SIGNED_BY.get((partner, register))
    if signature:
        lines += [(), (signature,)]
    return tuple(lines)


def _number(cell: Cell) -> float:
    if isinstance(cell, str):
        try:
            return float(cell.replace(",", "."))
        except ValueError:
            return 0.0
    return float(cell) if isinstance(cell, int | float) else 0.0


def _cell(row: Row, column: str, place: int, language: Language) -> Cell:
    """What stands in the cell: what was typed, or the meaning in the partner's usual form."""
    if column == "+ordinal":
        return place
    random = chance(f"cell {row.key} {column}")
    if column == "+remarks":
        return random.choice(_REMARKS[row.partner]) if random.random() < 0.05 else None
    value = row.typed[column] if column in row.typed else row.values.get(column)
    if (
        column in row.typed
        and isinstance(value, str)
        and kind_of(row.register, column) != "country"
    ):
        return value
    return _form(row, column, value, language, random)


def _form(row: Row, column: str, value: Value, language: Language, random: Random) -> Cell:
    kind = kind_of(row.register, column)
    partner = row.partner
    if value is None:
        return None
    if isinstance(value, bool):
        return language.word("yes_no", "yes" if value else "no")
    if isinstance(value, date):
        as_text = partner in _PLAIN_FILES or random.random() < _SHARE_OF_TEXT_DATES[partner]
        return _text_date(value, partner) if as_text else value
    if isinstance(value, int | float):
        return _local_number(value, partner)
    parts = value if isinstance(value, tuple) else (value,)
    if kind.startswith("words:"):
        parts = tuple(language.word(kind.removeprefix("words:"), part) for part in parts)
    elif kind == "partner" and partner not in _LOWER_CASE_PARTNERS:
        parts = tuple(part.upper() if len(part) == 2 else part for part in parts)
    elif kind == "country" and partner not in _COUNTRY_CODES:
        parts = tuple(language.word("country", part) for part in parts)
    text = "; ".join(parts)
    if column in ("vat_no", "employer_id") and text.isdecimal() and random.random() < 0.12:
        # Typed without an apostrophe, so the office program made a number of it.
        return text if partner in _PLAIN_FILES else int(text)
    return text


def _text_date(day: date, partner: str) -> str:
    return _TEXT_DATE[partner].format(d=day.day, m=day.month, y=day.year)


def _local_number(number: float, partner: str) -> Cell:
    """A number for a cell; in a plain file as text with a decimal comma."""
    whole = float(number).is_integer()
    if partner not in _PLAIN_FILES:
        return int(number) if whole else round(float(number), 2)
    if whole:
        text = f"{int(number)}"
        return f"{int(number):,}".replace(",", " ") if partner == "fi" and len(text) > 6 else text
    return f"{number:.2f}".rstrip("0").replace(".", ",")
