"""What really happened in the example consortium: clean values with true identities.

Belongs here: the shapes of facts (an organisation, a person, a training …), before anybody
wrote anything down. Does not belong here: spelling, language, mistakes, files.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

PROJECT = "example"
PROJECT_START = date(2022, 9, 1)
REPORTING_DATE = date(2024, 10, 15)
PARTNERS = ("pl", "de", "be", "gr", "es", "fi")


@dataclass(frozen=True, slots=True)
class SmeFacts:
    """What one partner knows about the size of an organisation, for a span of time."""

    headcount: float | None = None
    turnover: float | None = None
    balance: float | None = None
    year: int | None = None
    autonomy: str | None = None
    public_control: bool | None = None
    declared: str | None = None
    evidence: str | None = None
    valid_from: date | None = None
    valid_to: date | None = None


@dataclass(frozen=True, slots=True)
class Organisation:
    """An organisation; `key` is its true identity, known to nobody in the consortium."""

    key: str
    name: str
    latin_name: str
    country: str
    kind: str
    domain: str
    vat: str | None = None
    euid: str | None = None
    register_number: str | None = None
    register_scheme: str | None = None
    pic: str | None = None
    profile: str | None = None
    nuts: str | None = None
    nace: str | None = None
    self_employed: bool = False
    member_of: str | None = None
    partner: str | None = None
    sme: SmeFacts | None = None

    @property
    def identified(self) -> bool:
        """Whether any strong identifier of it exists."""
        return any((self.vat, self.euid, self.register_number, self.pic, self.profile))


@dataclass(frozen=True, slots=True)
class Person:
    """A person; `key` is the true identity. Names are invented from syllables."""

    key: str
    given: str
    family: str
    gender: str
    employer: str
    category: str
    country: str
    email: str | None = None
    title: str = ""
    written_in: frozenset[str] = frozenset(PARTNERS)


@dataclass(frozen=True, slots=True)
class Training:
    """A training with its session days; no session days = a course without a day list."""

    code: str
    topic: str
    edition: int
    objective: str
    audience: tuple[str, ...]
    flags: tuple[str, ...]
    form: str
    start: date
    end: date
    sessions: tuple[tuple[date, float], ...]
    planned_hours: float
    lead: str
    co: tuple[str, ...]
    status: str
    cascade_of: str | None = None
    action: str | None = None

    @property
    def partners(self) -> tuple[str, ...]:
        """The lead partner first, then the co-partners."""
        return (self.lead, *self.co)


@dataclass(frozen=True, slots=True)
class Attendance:
    """One person at one session day (or, day None, at the whole course)."""

    training: str
    person: str
    day: date | None
    attended: str
    hours: float | None
    role: str = "participant"
    completed: bool | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """People of one organisation whom nobody listed by name."""

    training: str
    employer: str
    day: date | None
    hours: float
    headcount: int
    category: str


@dataclass(frozen=True, slots=True)
class Exchange:
    """One stay of a visiting organisation at a host, and who wrote it down."""

    number: str
    visitor: str
    host: str
    visitor_type: str
    host_type: str
    visitor_sme: str
    host_sme: str
    ours: bool
    mode: str
    start: date
    end: date
    status: str
    visitors: int
    working_days: int | None
    lump_sum: float | None
    report: date | None
    validated: date | None
    reporters: tuple[str, ...]
    host_number: str | None = None


@dataclass(frozen=True, slots=True)
class Service:
    """A service of the portfolio; `providers` are partner codes."""

    code: str
    title: str
    category: str
    objective: str
    providers: tuple[str, ...]
    targets: tuple[str, ...]
    status: str
    offered: date | None
    retired: date | None = None
    action: str | None = None


@dataclass(frozen=True, slots=True)
class ServiceDelivery:
    """One delivery of a service to one organisation, written down by one partner."""

    code: str
    service: str
    recipient: str
    partner: str
    day: date
    status: str
    directness: str
    hours: float | None
    value: float | None


@dataclass(frozen=True, slots=True)
class Investment:
    """One investment of an enterprise in its people, written down by one partner."""

    code: str
    enterprise: str
    partner: str
    day: date
    kind: str
    amount: float | None
    currency: str
    staff_hours: float | None
    employees: int | None
    link: str | None
    grant: float | None
