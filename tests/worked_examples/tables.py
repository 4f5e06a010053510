"""Tables written as text in the row modules → typed rows and expected figures.

Belongs here: the two small notations (rows, figures) and what one example consists of.
Does not belong here: the rows themselves (rows_*.py), languages, file formats (writing.py).

Rows: the first line names the columns, `|` divides, an empty cell is blank. Dates are written
2023-03-14, lists `a, b`. A reference to an organisation is one cell, `A:vat`, `A:euid`, `A:record`
or `A` (name and country only); it becomes the columns of that register: name, country, identifier.
A blank line: the table goes on to the right, the first column repeated.

Figures: one line per KPI and policy; `-` where the text does not settle the figure.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from organisations import ORGANISATIONS, Organisation

OURS: Final = "ours"
"""Stands for the project's own code in `vo_partnership`."""


@dataclass(frozen=True, slots=True)
class OrganisationId:
    """An identifier of an organisation that the partner writes in the national way."""

    organisation: Organisation
    scheme: str


@dataclass(frozen=True, slots=True)
class OrganisationName:
    """A name that the partner writes with the letters its file can hold."""

    text: str


@dataclass(frozen=True, slots=True)
class Country:
    """A country that the partner writes by its name in its own language."""

    code: str


Text = str | OrganisationId | OrganisationName | Country
Cell = Text | int | float | date | tuple[Text, ...]
Row = dict[str, Cell | None]

_WHOLE: Final = frozenset(
    "headcount working_days visitors staff_covered employees_concerned quantity".split()
)
_DECIMAL: Final = frozenset(
    "planned_hours hours amount staff_hours grant_received_eur value_eur".split()
)
_LISTS: Final = frozenset("audience topic_flags co_partners providers partners".split())
_REFERENCES: Final = {
    "employer": ("employer_name", "employer_id", "employer_country"),
    "recipient": ("recipient", "recipient_id", "recipient_country"),
    "sme": ("sme", "sme_id", "sme_country"),
    "vo": ("vo_name", "vo_id", "vo_country"),
    "ho": ("ho_name", "ho_id", "ho_country"),
}
# One cell that holds a name, a record_id of R1 or an identifier, several divided by "; ".
_ONE_CELL_REFERENCES: Final = frozenset({"cluster_org", "beneficiary_orgs"})


@dataclass(frozen=True, slots=True)
class Example:
    """One worked example: everything that its folder is built from."""

    name: str
    title: str
    registers: Mapping[tuple[str, str], str]
    """(partner, register) → table of rows."""
    expected: str
    fates: str = ""
    """Exchange, fate, reason: only for the example that asks `explain`."""
    belgian_encoding: str = "utf-8"
    listed_besides: tuple[str, ...] = ()
    """Organisations that this example's R1 has beyond the shared ones."""
    targets: tuple[tuple[str, int, str], ...] = ()
    deliverables: tuple[tuple[str, str], ...] = field(default=())


def _lines(table: str) -> list[dict[str, str]]:
    blocks = [_block(block) for block in table.strip().split("\n\n")]
    lines: list[dict[str, str]] = []
    for parts in zip(*blocks, strict=True):
        if len({next(iter(part.items())) for part in parts}) != 1:
            raise ValueError(f"blocks of one table do not begin alike: {parts}")
        lines.append({column: text for part in parts for column, text in part.items()})
    return lines


def _block(block: str) -> list[dict[str, str]]:
    head, *body = [[cell.strip() for cell in line.split("|")] for line in block.splitlines()]
    for cells in body:
        if len(cells) != len(head):
            raise ValueError(f"{len(head)} columns, but {len(cells)} cells: {cells}")
    return [dict(zip(head, cells, strict=True)) for cells in body]


def _identifier(reference: str) -> OrganisationId | str | None:
    key, _, scheme = reference.partition(":")
    if not scheme:
        return None
    organisation = ORGANISATIONS[key]
    return organisation.record_id if scheme == "record" else OrganisationId(organisation, scheme)


def _referred(reference: str) -> OrganisationId | OrganisationName | str:
    key, _, _ = reference.partition(":")
    return _identifier(reference) or OrganisationName(ORGANISATIONS[key].name)


def _cell(column: str, text: str) -> Cell | None:
    if not text:
        return None
    if column.endswith("_date") or column == "delivered_on":
        return date.fromisoformat(text)
    if column in _WHOLE or (column == "version" and text.isdigit()):
        return int(text)
    if column in _DECIMAL:
        return float(text)
    if column in _LISTS:
        return tuple(part.strip() for part in text.split(","))
    return text


def rows(table: str) -> list[Row]:
    """The typed rows of a table, organisations expanded to their columns.

    Raises:
        ValueError: a line has more or fewer cells than the heading.
    """
    typed = []
    for line in _lines(table):
        row: Row = {}
        for column, text in line.items():
            if column in _REFERENCES:
                name, identifier, country = _REFERENCES[column]
                organisation = ORGANISATIONS[text.partition(":")[0]]
                row[name] = OrganisationName(organisation.name)
                row[identifier] = _identifier(text)
                row[country] = Country(organisation.country)
            elif column == "cluster_org":
                row[column] = _referred(text)
            elif column == "beneficiary_orgs":
                row[column] = tuple(_referred(part.strip()) for part in text.split(";"))
            else:
                row[column] = _cell(column, text)
        typed.append(row)
    return typed


_FIGURE_COLUMNS: Final = {
    "RP1 new": ("RP1", "new"),
    "RP2 new": ("RP2", "new"),
    "RP1 cum": ("RP1", "cumulative"),
    "RP2 cum": ("RP2", "cumulative"),
    "all cum": ("all", "cumulative"),
    "RP1 act": ("RP1", "active"),
    "RP2 act": ("RP2", "active"),
    "all act": ("all", "active"),
}
POLICIES: Final = frozenset({"conservative", "reported", "potential"})


def figures(table: str) -> list[dict[str, object]]:
    """The expected figures in the JSON shape of `eurocluster kpis --format json`.

    A share is written `2/4`: its value is the percentage, rounded half up to one decimal. Target
    and state belong to the cumulative figure of the whole project; without those columns, or when
    blank, the expectation says nothing about them.
    """
    expected: list[dict[str, object]] = []
    for line in _lines(table):
        for column, (period, measure) in _FIGURE_COLUMNS.items():
            text = line.get(column, "-")
            if text == "-":
                continue
            numerator, _, denominator = text.partition("/")
            figure: dict[str, object] = {
                "kpi": line["kpi"],
                "period": period,
                "measure": measure,
                "policy": line.get("policy") or None,
                "value": int(numerator),
                "numerator": None,
                "denominator": None,
            }
            if denominator:
                figure["value"] = _percentage(int(numerator), int(denominator))
                figure["numerator"] = int(numerator)
                figure["denominator"] = int(denominator)
            if (period, measure) == ("all", "cumulative"):
                if line.get("target"):
                    figure["target"] = int(line["target"])
                if line.get("state"):
                    figure["state"] = line["state"]
            expected.append(figure)
    return expected


def _percentage(numerator: int, denominator: int) -> float:
    return (2000 * numerator + denominator) // (2 * denominator) / 10


def fates(table: str) -> list[dict[str, str | None]]:
    """The expected fates of exchanges: exchange_id, fate, reason (None when there is none)."""
    return [{column: text or None for column, text in line.items()} for line in _lines(table)]
