"""Figures of the published warehouse as values, in one order, as people and programs read them.

Everything is read, nothing is computed that the warehouse could have said.

Belongs here: figures, what their codes stand for, the project and its periods.
Does not belong here: the scoreboard around them (scoreboard), rows and fates (explaining).
"""

from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy import Connection, text

POLICIES: Final = ("conservative", "reported", "potential")
ALL: Final = "all"
"""The period code of the whole project."""

Number = int | float


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure, with the fields of the command line's JSON (design.md §3).

    Attributes:
        value: A percentage with one decimal for shares; whole numbers are integers.
        target: Stands beside cumulative figures only.
    """

    kpi: str
    period: str
    measure: str
    policy: str | None
    value: Number | None
    numerator: int | None
    denominator: int | None
    target: Number | None
    state: str

    @property
    def shown(self) -> str:
        """The value as people read it: ``60.0 % (3/5)``, ``n/a`` where there is none."""
        if self.denominator is not None:
            share = "n/a" if self.value is None else f"{self.value:.1f} %"
            return f"{share} ({self.numerator}/{self.denominator})"
        return plain(self.value)

    @property
    def target_shown(self) -> str:
        """The target as people read it, empty when there is none."""
        if self.target is None:
            return ""
        return f"{self.target} %" if self.denominator is not None else plain(self.target)


@dataclass(frozen=True, slots=True)
class Title:
    """What a code stands for; ``parent`` is the KPI, deliverable or ``actions`` it belongs to."""

    code: str
    parent: str | None
    is_mandatory: bool
    title: str


@dataclass(frozen=True, slots=True)
class Project:
    """The project and the day for which its figures are stated."""

    code: str
    name: str
    months: int
    months_elapsed: int
    sme_policy: str
    reporting_date: date


def plain(value: Number | None) -> str:
    """Return a number as people read it, ``n/a`` when there is none."""
    if value is None:
        return "n/a"
    return f"{value:,}" if isinstance(value, int) else f"{value:,.2f}".rstrip("0").rstrip(".")


def read_figures(
    connection: Connection, *, period: str | None = None, policy: str | None = None
) -> list[Figure]:
    """Return the figures, always in the same order.

    Args:
        connection: Of ``published.open_published``.
        period: Only those of this period; ``all`` is the whole project.
        policy: Only those under this policy, with those in which SME status plays no part.
    """
    rows = connection.execute(
        text(
            """
            select kpi_values.*, kpis.is_share
            from kpis.kpi_values
            inner join reference.kpis as kpis on kpi_values.kpi = kpis.kpi
            left join core.dim_periods as periods on kpi_values.period = periods.period
            order by
                kpis.position,
                periods.position nulls last,
                list_position(['new', 'cumulative', 'active'], kpi_values.measure),
                list_position(['conservative', 'reported', 'potential'], kpi_values.policy)
            """
        )
    ).mappings()
    figures = [
        Figure(
            kpi=row["kpi"],
            period=row["period"],
            measure=row["measure"],
            policy=row["policy"],
            value=_share(row["value"]) if row["is_share"] else _whole(row["value"]),
            numerator=row["numerator"],
            denominator=row["denominator"],
            target=_whole(row["target"]),
            state=row["state"],
        )
        for row in rows
    ]
    return [
        figure
        for figure in figures
        if period in (None, figure.period) and (policy is None or figure.policy in (policy, None))
    ]


def read_periods(connection: Connection) -> tuple[str, ...]:
    """Return the codes of the reporting periods, in their order."""
    rows = connection.execute(text("select period from core.dim_periods order by position"))
    return tuple(rows.scalars())


def read_titles(connection: Connection) -> dict[str, Title]:
    """Return what the code of every figure stands for, in the order of the call."""
    rows = connection.execute(
        text("select kpi, parent, is_mandatory, title from reference.kpis order by position")
    )
    return {row.kpi: Title(row.kpi, row.parent, row.is_mandatory, row.title) for row in rows}


def read_project(connection: Connection) -> Project:
    """Return the project."""
    row = connection.execute(
        text(
            "select code, name, months, months_elapsed, sme_policy, reporting_date"
            " from core.project"
        )
    ).mappings()
    return Project(**row.one())


def _share(value: float | None) -> float | None:
    return None if value is None else round(value, 1)


def _whole(value: float | None) -> Number | None:
    if value is None:
        return None
    return int(value) if value == int(value) else round(value, 4)
