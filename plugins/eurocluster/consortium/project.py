"""The project: its months, reporting periods, targets and deliverables (project.yml).

Belongs here: shape and checks of project.yml, month arithmetic (G1).
Does not belong here: partners, counting.
"""

import calendar
import re
from datetime import date, timedelta
from typing import Annotated, Literal, NamedTuple, Self

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from eurocluster.consortium.parameters import Parameters

KPI_CODES = (
    "4a.M1", "4a.O1", "4a.O2", "4a.O3", "4a.O4", "4b.M1", "4b.O1", "4b.O2", "4b.O3",
)  # fmt: skip
DELIVERABLE_CODES = ("D-4a", "D-4b")

Month = Annotated[str, Field(pattern=r"^M[1-9]\d{0,2}$", description="project month, e.g. M18")]


class Period(NamedTuple):
    """A reporting period; both days belong to it."""

    code: str
    first_month: int
    last_month: int
    first_day: date
    last_day: date


def add_months(start: date, months: int) -> date:
    """Return the day ``months`` after ``start``, clamped to the end of the month (G1)."""
    index = start.year * 12 + start.month - 1 + months
    year, month = divmod(index, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(start.day, last))


def month_bounds(start: date, month: int) -> tuple[date, date]:
    """Return first and last day of project month ``month``, counted from 1 (G1)."""
    return add_months(start, month - 1), add_months(start, month) - timedelta(days=1)


class _Declaration(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Target(_Declaration):
    """What the Grant Agreement promises for one KPI (G11)."""

    kpi: Literal["4a.M1", "4a.O1", "4a.O2", "4a.O3", "4a.O4", "4b.M1", "4b.O1", "4b.O2", "4b.O3"]
    target: float = Field(ge=0)
    due: Month
    baseline: float = 0
    source: str = "Grant Agreement"


class Deliverable(_Declaration):
    """A deliverable of the call and where it stands."""

    code: Literal["D-4a", "D-4b"]
    due: Month
    state: Literal["pending", "draft", "submitted", "accepted", "rejected"] = "pending"


Address = Annotated[
    str, Field(pattern=r"^[^@\s,;<>]+@[^@\s,;<>]+$", description="an e-mail address")
]


class Notices(_Declaration):
    """Mail to coordinators and stewards; none is sent without this."""

    coordinators: tuple[Address, ...] = Field(
        (), description="who gets the summary of a night; nobody when empty"
    )
    portal_url: str | None = Field(
        None, pattern=r"^https?://\S+$", description="where the portal is, for links in mails"
    )
    days_before: int = Field(3, ge=0, le=27, description="days before a register is due")
    days_after: tuple[int, ...] = Field(
        (1, 7, 14), description="days after it was due on which a steward is reminded"
    )

    @field_validator("days_after")
    @classmethod
    def _days_are_after(cls, days: tuple[int, ...]) -> tuple[int, ...]:
        if any(not 1 <= day <= 365 for day in days):
            raise ValueError("days between 1 and 365")
        return days


class Project(_Declaration):
    """project.yml."""

    version: Literal[1]
    code: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,40}$")
    name: str = Field(min_length=1)
    title: str | None = None
    start: date
    months: int = Field(ge=1, le=120)
    periods: dict[str, str] = Field(min_length=1)
    runs_clusterxchange: bool
    joint_min_partners: int = Field(2, ge=1)
    sme_policy: Literal["conservative", "reported", "potential"] = "reported"
    parameters: Parameters = Parameters()
    targets: tuple[Target, ...] = ()
    deliverables: tuple[Deliverable, ...] = ()
    coordinators: tuple[str, ...] = Field(
        (), description="who may close a reporting period and decide; everybody when none is named"
    )
    vault: bool = Field(
        default=False,
        description="keep names and e-mail addresses of persons, sealed, so that an audit can look"
        " them up; needs the connection eurocluster_vault",
    )
    retention_days: int = Field(
        365,
        ge=1,
        description="how long a file as it was sent, and its returned workbook, are kept after the"
        " last figure that rested on it",
    )
    evidence_until: date | None = Field(
        None,
        description="last day on which files are kept that figures or closed periods rest on, such"
        " as five years after the final payment; they are kept for good when absent",
    )
    notices: Notices | None = Field(
        None, description="mail to coordinators and stewards; none is sent when absent"
    )
    reporting_date: date | None = Field(
        None, description="the day for which figures are stated; the day of the run when absent"
    )

    @field_validator("periods")
    @classmethod
    def _periods_read_as_months(cls, periods: dict[str, str]) -> dict[str, str]:
        for code, months in periods.items():
            if not re.fullmatch(r"[A-Za-z][A-Za-z0-9_-]{0,15}", code) or code == "all":
                raise ValueError(f"{code!r} is no period code like RP1")
            if not re.fullmatch(r"M\d{1,3}-M\d{1,3}", months):
                raise ValueError(f"{code}: expected months like M1-M18, found {months!r}")
        return periods

    @model_validator(mode="after")
    def _periods_cover_the_project(self) -> Self:
        expected = 1
        for period in self.reporting_periods:
            if period.first_month != expected or period.last_month < period.first_month:
                raise ValueError(
                    f"periods: {period.code} must start with M{expected}; periods follow one "
                    "another without gap or overlap"
                )
            expected = period.last_month + 1
        if expected != self.months + 1:
            raise ValueError(
                f"periods: they end with M{expected - 1}, the project with M{self.months}"
            )
        if len({target.kpi for target in self.targets}) != len(self.targets):
            raise ValueError("targets: one target per KPI")
        for due in (*(t.due for t in self.targets), *(d.due for d in self.deliverables)):
            if int(due[1:]) > self.months:
                raise ValueError(f"due {due} lies after the project's M{self.months}")
        if len({item.code for item in self.deliverables}) != len(self.deliverables):
            raise ValueError("deliverables: each code once")
        return self

    @property
    def end(self) -> date:
        """Last day of the project."""
        return month_bounds(self.start, self.months)[1]

    @property
    def reporting_periods(self) -> tuple[Period, ...]:
        """Periods in the order declared, with their days (G1)."""
        return tuple(self._period(code, months) for code, months in self.periods.items())

    def _period(self, code: str, months: str) -> Period:
        first, last = (int(month[1:]) for month in months.split("-"))
        return Period(
            code,
            first,
            last,
            month_bounds(self.start, first)[0],
            month_bounds(self.start, last)[1],
        )

    def months_elapsed(self, day: date) -> int:
        """Return the project month that ``day`` falls into, 0 before, ``months`` after the end."""
        elapsed = 0
        while elapsed < self.months and month_bounds(self.start, elapsed + 1)[0] <= day:
            elapsed += 1
        return elapsed
