"""Two warehouses side by side: which figures differ, and which units make the difference.

Belongs here: differences of figures, units gained and lost with the row and the reason.
Does not belong here: how either warehouse came about (asides, publishing), how it looks.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, text

from eurocluster.explaining import Choice, ExplainedRow, explain, kpis_to_choose
from eurocluster.figures import ALL, POLICIES, Figure, read_figures, read_project, read_titles

GONE: Final = "The row is not there."


@dataclass(frozen=True, slots=True)
class MovedUnit:
    """A unit that counts in one warehouse and not in the other.

    Attributes:
        is_gained: It counts in the second one.
        row: The row for which it counts, where it counts.
        elsewhere: What became of that row in the other one, in words.
    """

    unit: str
    is_gained: bool
    row: ExplainedRow
    elsewhere: str


@dataclass(frozen=True, slots=True)
class Change:
    """One KPI in both warehouses, cumulative and under the headline policy of each."""

    kpi: str
    title: str
    before: Figure
    after: Figure
    moved: tuple[MovedUnit, ...]

    @property
    def difference(self) -> float | None:
        """After minus before; percentage points of shares, None where one has no value."""
        if self.before.value is None or self.after.value is None:
            return None
        return round(self.after.value - self.before.value, 4)

    @property
    def is_change(self) -> bool:
        """Whether the figure, or a unit behind it, is another."""
        figures = [
            (figure.value, figure.numerator, figure.denominator)
            for figure in (self.before, self.after)
        ]
        return bool(self.moved) or figures[0] != figures[1]


@dataclass(frozen=True, slots=True)
class UnknownSme:
    """An organisation that nothing says is an SME, and how many units would count if it were."""

    kpi: str
    org_key: str
    name: str
    country: str | None
    units: int


def compare(before: Connection, after: Connection) -> list[Change]:
    """Return every KPI with its figures in both warehouses, in the order of the call."""
    titles = read_titles(after)
    old, new = _headlines(before), _headlines(after)
    return [
        Change(kpi, titles[kpi].title, old[kpi], new[kpi], moved_units(before, after, kpi))
        for kpi in kpis_to_choose(after)
        if kpi in old and kpi in new
    ]


def moved_units(before: Connection, after: Connection, kpi: str) -> tuple[MovedUnit, ...]:
    """Return the units that count in one of both only: lost ones first, then gained ones."""
    old, new = explain(before, kpi, Choice()), explain(after, kpi, Choice())
    return (*_missing(old, new, is_gained=False), *_missing(new, old, is_gained=True))


def policies_of(connection: Connection) -> dict[str, dict[str, Figure]]:
    """Return KPI → policy → cumulative figure, of the KPIs in which SME status plays a part."""
    found: dict[str, dict[str, Figure]] = {}
    for figure in read_figures(connection, period=ALL):
        if figure.measure == "cumulative" and figure.policy is not None:
            found.setdefault(figure.kpi, {})[figure.policy] = figure
    return {
        kpi: {policy: figures[policy] for policy in POLICIES if policy in figures}
        for kpi, figures in found.items()
    }


def unknown_smes(connection: Connection) -> list[UnknownSme]:
    """Return the organisations of unknown SME status that would move a figure, most first."""
    rows = connection.execute(
        text(
            """
            with reported as (
                select
                    kpi, register, row_id, unit, fate,
                    bool_or(fate = 'counted') over (partition by kpi, unit) as is_counted
                from intermediate.int_kpi_rows
                where policy = 'reported' and unit is not null
            ),

            undecided as (
                select reported.kpi, reported.unit, reported.register, reported.row_id
                from reported
                inner join intermediate.int_kpi_rows as potential
                    on
                        reported.kpi = potential.kpi
                        and reported.register = potential.register
                        and reported.row_id = potential.row_id
                where
                    not reported.is_counted
                    and reported.fate in (
                        'excluded:SME_STATUS_UNDETERMINED', 'excluded:SME_STATUS_UNKNOWN'
                    )
                    and potential.policy = 'potential'
                    and potential.qualifies
            ),

            unknown as (
                select undecided.kpi, undecided.unit, sides.org_key
                from undecided
                inner join intermediate.int_exchanges as stays
                    on undecided.row_id = stays.row_id
                cross join lateral (
                    select stays.vo_key as org_key where stays.vo_sme_status = 'unknown'
                    union all
                    select stays.ho_key where stays.ho_sme_status = 'unknown'
                ) as sides
                where undecided.kpi = '4a.O4'
                union
                select kpi, unit, unit as org_key from undecided where kpi = '4b.M1'
            )

            select
                unknown.kpi, unknown.org_key, organisations.name, organisations.country,
                cast(count(distinct unknown.unit) as integer) as units
            from unknown
            inner join core.dim_organisations as organisations
                on unknown.org_key = organisations.org_key
            group by all
            order by unknown.kpi, units desc, organisations.name, unknown.org_key
            """
        )
    ).mappings()
    return [UnknownSme(**row) for row in rows]


def _headlines(connection: Connection) -> dict[str, Figure]:
    policy = read_project(connection).sme_policy
    return {
        figure.kpi: figure
        for figure in read_figures(connection, period=ALL, policy=policy)
        if figure.measure == "cumulative"
    }


def _missing(
    here: Sequence[ExplainedRow], there: Sequence[ExplainedRow], *, is_gained: bool
) -> list[MovedUnit]:
    """Return the units that count here and not there."""
    counted_there = {row.unit for row in there if row.fate == "counted"}
    same_rows = {(row.register, row.reported_by, row.record_key): row for row in there}
    return [
        MovedUnit(row.unit, is_gained, row, other.words if other else GONE)
        for row in here
        if row.fate == "counted" and row.unit and row.unit not in counted_there
        for other in [same_rows.get((row.register, row.reported_by, row.record_key))]
    ]
