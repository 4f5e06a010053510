"""The scoreboard: the nine KPIs with all that a coordinator asks beside them, as values.

What is derived here is told, never stored: how far it is to a target, why rows of a partner
were refused, what did not arrive.

Belongs here: the scoreboard as values and sentences, one line per partner.
Does not belong here: single figures (figures), how it looks on a screen (terminal/scoreboards).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from math import ceil
from typing import Any, Final

from sqlalchemy import Connection, text

from eurocluster.figures import (
    ALL,
    POLICIES,
    Figure,
    Project,
    Title,
    plain,
    read_figures,
    read_periods,
    read_project,
    read_titles,
)
from eurocluster.pace import MONTHS_OF_LATE, read_paces

_KINDS_TOLD: Final = 4
"""Kinds of errors that a partner's line names; quality.findings has them all."""


@dataclass(frozen=True, slots=True)
class Deliverable:
    """A deliverable of the call; ``state`` is None when the project declares nothing about it."""

    code: str
    title: str
    state: str | None
    due_month: int | None
    due_day: date | None
    is_evidence_ready: bool | None
    is_overdue: bool


@dataclass(frozen=True, slots=True)
class Action:
    """An action of the call."""

    code: str
    title: str
    is_mandatory: bool
    state: str
    unit_count: int
    first_date: date | None
    last_date: date | None
    partners: tuple[str, ...]

    @property
    def is_owed(self) -> bool:
        """Mandatory and not implemented: every report says so."""
        return self.is_mandatory and self.state != "implemented"


@dataclass(frozen=True, slots=True)
class Scoreboard:
    """Everything that the scoreboard shows.

    Attributes:
        paces: KPI → units per month of late.
        period: The period that was asked for, ``all`` for the whole project.
        policy: The SME policy of the headline figures.
        figures: The figures of this period (of every period for ``all``), all policies.
        manual_lines: Per KPI what stewards have added and left out by hand (G14).
    """

    project: Project
    periods: tuple[str, ...]
    period: str
    policy: str
    titles: dict[str, Title]
    figures: tuple[Figure, ...]
    due_months: dict[str, int]
    paces: dict[str, float]
    deliverables: tuple[Deliverable, ...]
    actions: tuple[Action, ...]
    manual_lines: tuple[str, ...]
    late: tuple[str, ...]
    partner_lines: tuple[str, ...]

    @property
    def headlines(self) -> tuple[Title, ...]:
        """The nine KPIs, in the order of the call."""
        return tuple(title for title in self.titles.values() if title.parent is None)

    def beside(self, parent: str) -> tuple[Title, ...]:
        """Return what is measured beside a KPI, a deliverable, or an action."""
        return tuple(
            title
            for title in self.titles.values()
            if title.parent == parent
            or (title.parent == "actions" and title.code.startswith(f"{parent}."))
        )

    def figure(
        self, kpi: str, measure: str, period: str | None = None, policy: str | None = None
    ) -> Figure | None:
        """Return one figure under ``policy``, the scoreboard's own when none is named."""
        wanted = (policy or self.policy, None)
        for figure in self.figures:
            place = (figure.kpi, figure.measure, figure.period)
            if place == (kpi, measure, period or self.period) and figure.policy in wanted:
                return figure
        return None

    def policies_of(self, kpi: str) -> tuple[Figure, ...]:
        """Return the cumulative figure under each policy, nothing when all three agree."""
        found = [self.figure(kpi, "cumulative", policy=policy) for policy in POLICIES]
        figures = tuple(figure for figure in found if figure is not None)
        return figures if len({figure.shown for figure in figures}) > 1 else ()

    def ways_to_go(self) -> list[str]:
        """Return one sentence per target that is behind or missed."""
        ways = [(headline.code, self.way_to_go(headline.code)) for headline in self.headlines]
        return [f"{code} {way}" for code, way in ways if way is not None]

    def way_to_go(self, kpi: str) -> str | None:
        """Return how far it is to a target that is behind or missed, None to any other."""
        figure = self.figure(kpi, "cumulative")
        if figure is None or figure.state not in ("behind", "missed"):
            return None
        due = self.due_months.get(kpi, self.project.months)
        return _way_to_go(figure, due, self.project.months_elapsed, self.paces.get(kpi, 0.0))


def read_scoreboard(
    connection: Connection,
    *,
    period: str = ALL,
    policy: str | None = None,
    figures_only: bool = False,
) -> Scoreboard:
    """Return the scoreboard of one period, the whole project unless one is named.

    Args:
        connection: Of ``published.open_published``.
        period: A period code; it must be one of the project's.
        policy: Policy of the headline figures, the project's own when none is named.
        figures_only: Leave out deliverables, actions, partners: for the page of one KPI.
    """
    project = read_project(connection)
    headline = policy or project.sme_policy
    return Scoreboard(
        project=project,
        periods=read_periods(connection),
        period=period,
        policy=headline,
        titles=read_titles(connection),
        figures=tuple(read_figures(connection, period=None if period == ALL else period)),
        due_months=_due_months(connection),
        paces=read_paces(connection, headline),
        deliverables=() if figures_only else _deliverables(connection),
        actions=() if figures_only else _actions(connection),
        manual_lines=tuple(manual_lines(connection, headline)),
        late=() if figures_only else tuple(late_lines(connection)),
        partner_lines=() if figures_only else tuple(partner_lines(connection)),
    )


def manual_lines(connection: Connection, policy: str) -> list[str]:
    """Return one line per KPI of which units count, or do not, by decision alone (G14)."""
    rows = connection.execute(
        text(
            """
            select manual.kpi, manual.included, manual.excluded
            from stewardship.manual_decisions as manual
            inner join reference.kpis as kpis on manual.kpi = kpis.kpi
            where coalesce(manual.policy, :policy) = :policy
            order by kpis.position
            """
        ),
        {"policy": policy},
    )
    return [f"{row.kpi} manual decisions: +{row.included} / −{row.excluded}" for row in rows]


def partner_lines(connection: Connection) -> list[str]:
    """Return one line per partner: what was refused and why, and what did not arrive."""
    codes = _codes_by_partner(connection)
    undelivered = _undelivered_by_partner(connection)
    rows = connection.execute(
        text(
            """
            select
                partners.partner,
                coalesce(delivered.rows_read, 0) as rows_read,
                coalesce(delivered.rows_doubtful, 0) as rows_doubtful,
                coalesce(refused.row_count, 0) as rows_refused
            from core.dim_partners as partners
            left join (
                select
                    partner,
                    cast(sum(rows_read) as bigint) as rows_read,
                    cast(sum(rows_doubtful) as bigint) as rows_doubtful
                from quality.deliveries
                where is_in_force
                group by partner
            ) as delivered on partners.partner = delivered.partner
            left join (
                select
                    partner,
                    count(distinct (delivery_id, file_sha256, sheet, row_number)) as row_count
                from quality.findings
                where
                    severity = 'ERROR'
                    and row_number is not null
                    and delivery_id in (
                        select delivery_id from quality.deliveries where is_in_force
                    )
                group by partner
            ) as refused on partners.partner = refused.partner
            order by partners.partner
            """
        )
    )
    return [
        _partner_line(
            row.partner,
            row.rows_read,
            row.rows_refused,
            row.rows_doubtful,
            codes.get(row.partner, []),
            undelivered.get(row.partner, []),
        )
        for row in rows
    ]


def late_lines(connection: Connection) -> list[str]:
    """Return one line per partner with a register that is not up to date."""
    rows = connection.execute(
        text(
            """
            select
                partner,
                list(
                    case
                        when status in ('received', 'not_expected')
                            then register || ' overdue since ' || last_due_on
                        when failing_since is null then register || ' ' || status
                        else register || ' ' || status || ' since '
                            || cast(failing_since at time zone 'UTC' as date)
                    end
                    order by register
                ) as registers
            from quality.completeness
            where status not in ('received', 'not_expected') or timeliness = 'overdue'
            group by partner
            order by partner
            """
        )
    )
    return [f"{row.partner}: {', '.join(row.registers)}" for row in rows]


def _way_to_go(figure: Figure, due: int, elapsed: int, pace: float) -> str:
    if figure.denominator is not None and figure.numerator is not None:
        needed = ceil((figure.target or 0) * figure.denominator / 100)
        return (
            f"{figure.state}: {figure.numerator} of {figure.denominator} exchanges involve SMEs,"
            f" {needed} would have to"
        )
    missing = (figure.target or 0) - (figure.value or 0)
    if figure.state == "missed":
        return f"missed: {plain(missing)} short of {figure.target_shown}, which were due in M{due}"
    left = due - elapsed
    if left <= 0:
        return f"behind: {plain(missing)} to go, due this month"
    months = "month" if left == 1 else "months"
    late = "in the last six months" if elapsed >= MONTHS_OF_LATE else "so far"
    return (
        f"behind: {plain(missing)} to go, {left} {months} left: {missing / left:.1f} a month"
        f" needed, {pace:.1f} {late}"
    )


def _due_months(connection: Connection) -> dict[str, int]:
    rows = connection.execute(
        text("select kpi, due_month from kpis.kpi_scoreboard where due_month is not null")
    )
    return {row.kpi: row.due_month for row in rows}


def _deliverables(connection: Connection) -> tuple[Deliverable, ...]:
    rows = connection.execute(
        text(
            """
            select
                codes.code,
                coalesce(deliverables.title, 'Not declared in project.yml') as title,
                deliverables.state, deliverables.due_month,
                deliverables.due_day, deliverables.is_evidence_ready,
                coalesce(deliverables.is_overdue, false) as is_overdue
            from (
                select distinct parent as code from reference.kpis where parent like 'D-%'
            ) as codes
            left join kpis.deliverables as deliverables on codes.code = deliverables.code
            order by codes.code
            """
        )
    )
    return tuple(Deliverable(**row) for row in rows.mappings())


def _actions(connection: Connection) -> tuple[Action, ...]:
    rows = connection.execute(
        text(
            """
            select
                actions.code, actions.title, actions.is_mandatory, actions.state,
                actions.unit_count, actions.first_date, actions.last_date, actions.partners
            from kpis.actions
            inner join reference.kpis as kpis on actions.code = kpis.kpi
            order by kpis.position
            """
        )
    )
    return tuple(Action(**{**row, "partners": tuple(row["partners"])}) for row in rows.mappings())


def _codes_by_partner(connection: Connection) -> dict[str, list[str]]:
    """Return partner → its errors as ``6 × E02 unparsable date``, the most frequent first."""
    rows = connection.execute(
        text(
            """
            select findings.partner, findings.code, rules.title, count(*) as finding_count
            from quality.findings
            inner join quality.deliveries on findings.delivery_id = deliveries.delivery_id
            inner join reference.rules as rules on findings.code = rules.code
            where findings.severity = 'ERROR' and deliveries.is_in_force
            group by all
            order by findings.partner, finding_count desc, findings.code
            """
        )
    )
    return _gathered((row.partner, f"{row.finding_count} × {row.code} {row.title}") for row in rows)


def _undelivered_by_partner(connection: Connection) -> dict[str, list[str]]:
    """Return partner → its registers of which the newest delivery was not accepted."""
    rows = connection.execute(
        text(
            """
            select
                newest.partner, newest.state, newest.reason,
                in_force.received_at is not null as has_earlier,
                list(newest.register order by newest.register) as registers
            from quality.deliveries as newest
            left join quality.deliveries as in_force
                on
                    newest.partner = in_force.partner
                    and newest.register = in_force.register
                    and in_force.is_in_force
            where newest.is_newest and newest.state <> 'accepted'
            group by newest.partner, newest.state, newest.reason, has_earlier
            order by newest.partner, registers
            """
        )
    )
    return _gathered((row.partner, _undelivered(row)) for row in rows)


def _undelivered(row: Any) -> str:
    said = {
        "held": "held back until confirmed",
        "missing": "not found",
        "unreadable": "not readable",
        "unreachable": "not fetched",
    }[row.state]
    reason = "" if row.reason is None or row.state == "held" else f" ({row.reason})"
    kept = "; what was delivered before counts" if row.has_earlier else ""
    return f"{', '.join(row.registers)} {said}{reason}{kept}"


def _gathered(pairs: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    gathered: dict[str, list[str]] = {}
    for partner, words in pairs:
        gathered.setdefault(partner, []).append(words)
    return gathered


def _partner_line(
    partner: str,
    read: int,
    refused: int,
    doubtful: int,
    codes: Sequence[str],
    undelivered: Sequence[str],
) -> str:
    said = f"{refused:,} of {read:,} rows refused" if read else "no rows delivered"
    if codes:
        said += f" — {' · '.join(codes[:_KINDS_TOLD])}"
    others = len(codes) - _KINDS_TOLD
    if others > 0:
        said += f" · {others} other {'kind' if others == 1 else 'kinds'}"
    parts = [said]
    if doubtful:
        parts.append(f"{doubtful:,} doubtful")
    return f"{partner}: {'; '.join([*parts, *undelivered])}"
