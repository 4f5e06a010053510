"""The pools that generated consortia draw from, and how they draw.

Belongs here: partners, organisations, persons and days of an invented consortium.
Does not belong here: rows of registers (consortia.py).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

from hypothesis import strategies as st
from stdnum.util import get_cc_module

from eurocluster.consortium.declarations import Consortium
from eurocluster.consortium.partners import Partner
from eurocluster.consortium.project import Project
from tests.delivering import RowValues

PARTNERS = ("p1", "p2", "p3")
COUNTRIES = {"p1": "PL", "p2": "BE", "p3": "GR"}
DAYS = (
    date(2022, 6, 1),  # before the project
    date(2022, 9, 1),
    date(2023, 5, 8),
    date(2024, 2, 29),  # last day of RP1
    date(2024, 3, 1),
    date(2024, 9, 16),
    date(2025, 8, 31),
    date(2025, 9, 1),  # after the project
)
NAMES = (
    "Anna Przykładowska",
    "Bart Voorbeeldman",
    "Chloé Échantillon",
    "Dimitris Ypodeigmatikos",
)
SME_FACTS: tuple[dict[str, Any], ...] = (
    {"sme_declared": "sme", "sme_evidence": "self_declaration"},
    {"sme_declared": "sme", "sme_evidence": "none"},
    {"sme_declared": "sme", "sme_evidence": "accounts"},
    {"sme_declared": "not_sme"},
    {
        "headcount_awu": Decimal("40.5"),
        "turnover_eur": Decimal("9000000.50"),
        "sme_evidence": "accounts",
    },
    {"headcount_awu": Decimal(600), "sme_declared": "sme"},
    {"sme_declared": "unknown"},
    {},
    {"sme_declared": "sme", "sme_evidence": "accounts", "sme_valid_from": date(2024, 1, 1)},
)


@dataclass(frozen=True)
class Organisation:
    """An organisation of the pool, as whoever knows everything would describe it."""

    name: str
    country: str
    vat: str
    euid: str
    org_type: str
    facts: tuple[tuple[str, Any], ...] = ()


@dataclass(frozen=True)
class Person:
    """A person of the pool with the one employer that all partners know."""

    name: str
    email: str | None
    employer: int
    category: str


def consortium(parameters: dict[str, Any] | None = None) -> Consortium:
    """Return the declarations that every generated consortium shares."""
    project = Project.model_validate(
        {
            "version": 1,
            "code": "invented",
            "name": "Invented Eurocluster",
            "start": "2022-09-01",
            "months": 36,
            "periods": {"RP1": "M1-M18", "RP2": "M19-M36"},
            "runs_clusterxchange": True,
            "targets": [{"kpi": "4a.M1", "target": 3, "due": "M36"}],
            "deliverables": [{"code": "D-4a", "due": "M18"}, {"code": "D-4b", "due": "M30"}],
            "parameters": parameters or {},
        }
    )
    partners = tuple(
        Partner.model_validate(
            {
                "version": 1,
                "partner": code,
                "name": f"Cluster {code}",
                "country": COUNTRIES[code],
                "language": "en",
                "identifiers": {"euid": f"{_prefix(COUNTRIES[code])}REG.{code.upper()}"},
            }
        )
        for code in PARTNERS
    )
    return Consortium(Path(), project, partners)


def _prefix(country: str) -> str:
    return {"GR": "EL"}.get(country, country)


def _organisation(
    name: str, country: str, org_type: str, facts: dict[str, Any] | None = None, number: int = 0
) -> Organisation:
    euid = f"{_prefix(country)}REG.{number:05}"
    facts = facts or {}
    return Organisation(name, country, _vat(country, number), euid, org_type, tuple(facts.items()))


@cache
def _vat(country: str, number: int) -> str:
    """Return an invented VAT number that is valid in its country."""
    digits = {"PL": 8, "BE": 8, "GR": 7, "DE": 7}[country]
    first = {"BE": "0"}.get(country, "1")
    module = get_cc_module(country.lower(), "vat")
    candidates = (f"{first}{number:0{digits - 1}}{check:02}" for check in range(100))
    return _prefix(country) + next(found for found in candidates if module.is_valid(found))


def organisations(random: Random, *, plain: bool) -> list[Organisation]:
    """Return the partners, another cluster and five others of any type and status."""
    pool = [
        Organisation(f"Cluster {code}", COUNTRIES[code], _vat(COUNTRIES[code], 100 + n),
                     f"{_prefix(COUNTRIES[code])}REG.{code.upper()}", "cluster_organisation")
        for n, code in enumerate(PARTNERS)
    ]  # fmt: skip
    pool.append(_organisation("Cluster Delta", "DE", "cluster_organisation", {}, 1))
    for number, (name, country) in enumerate(
        [("Alfa", "PL"), ("Beta", "BE"), ("Gamma", "GR"), ("Epsilon", "PL"), ("Zeta", "DE")], 2
    ):
        kind = random.choice(["business", "business", "business", "research"])
        pool.append(_organisation(name, country, kind, random.choice(SME_FACTS), number))
    if not plain:
        pool.append(_organisation("Alfa", "PL", "business", {}, 90))
    return pool


def people(random: Random, pool: Sequence[Organisation]) -> list[Person]:
    """Return trainees; some share a name, some have no address of their own."""
    found = []
    for number in range(8):
        name = random.choice(NAMES)
        email = random.choice([None, f"{name.split()[0]}.{number}", f"{name.split()[0]}.{number}"])
        employer = random.choice([number % len(PARTNERS), random.randrange(len(pool))])
        is_cluster = pool[employer].org_type == "cluster_organisation"
        category = random.choice(
            ["cluster_manager", "cluster_staff", "worker"]
            if is_cluster
            else ["worker", "worker", "business_owner", "student"]
        )
        found.append(Person(name, email, employer, category))
    return found


@dataclass
class Drawing:
    """What the registers of one consortium are drawn from.

    Hypothesis draws how much there is; what it is comes from one generator with a drawn seed,
    so that consortia differ as much as their number allows.
    """

    draw: st.DrawFn
    random: Random
    pool: Sequence[Organisation]
    people: Sequence[Person]
    plain: bool

    def one(self, *choices: Any) -> Any:
        return self.random.choice(choices)

    def usually(self, choice: Any, *others: Any) -> Any:
        """Return mostly the first: rows that count are what most properties are about."""
        return choice if self.random.random() < 0.8 else self.one(*others)

    def rarely(self) -> bool:
        return not self.plain and self.random.random() < 0.1

    def day(self) -> date:
        return self.usually(self.one(*DAYS[1:7]), *DAYS)

    def times(self, most: int) -> range:
        return range(most - self.draw(st.integers(0, most // 2)))

    def some_partners(self) -> tuple[str, ...]:
        return tuple(sorted(self.random.sample(PARTNERS, self.one(1, 1, 2, 3))))

    def organisation(self) -> int:
        return self.random.randrange(len(self.pool))

    def business(self) -> int:
        return self.usually(self.random.randrange(4, len(self.pool)), self.organisation())

    def named(self, word: str, index: int, name: str | None = None) -> RowValues:
        """Return how an event row names an organisation: by name, or by an identifier too."""
        found = self.pool[index]
        identifier = self.one(f"vat:{found.vat}", f"euid:{found.euid}", None)
        row = {
            name or word: found.name,
            f"{word}_country": found.country,
            f"{word}_id": identifier,
        }
        if name is None and self.rarely():  # where the country may be left out
            row |= {f"{word}_country": None, f"{word}_id": None}
        return row

    def mistake(self, *columns: str) -> dict[str, Any]:
        """Return, now and then, a cell of the row that was not understood."""
        if not self.rarely():
            return {}
        column = self.one(*columns)
        return {column: None, "marks": ((column, "E05"),)}
