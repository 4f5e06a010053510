"""How fast a figure grows: units first counted in each month of the project, and the pace of late.

Belongs here: units by month, the pace of the last six months.
Does not belong here: figures and targets (figures, scoreboard), charts (portal/charts).
"""

from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy import Connection, text

MONTHS_OF_LATE: Final = 6


@dataclass(frozen=True, slots=True)
class Month:
    """One month of the project in one KPI.

    Attributes:
        month: Counted from 1 (G1).
        new: Units first counted in it.
        cumulative: Units counted from the project's start to its end.
    """

    month: int
    first_day: date
    last_day: date
    new: int
    cumulative: int


def read_months(connection: Connection, policy: str) -> dict[str, tuple[Month, ...]]:
    """Return KPI → its months from the first to that of the reporting date, none left out.

    ``policy`` is the SME policy, where SME status plays a part.
    """
    rows = connection.execute(
        text(
            """
            with months as (
                select
                    month,
                    cast(project.first_day + to_months(month - 1) as date) as first_day,
                    cast(project.first_day + to_months(month) - to_days(1) as date) as last_day
                from core.project as project,
                    generate_series(1, greatest(project.months_elapsed, 1)) as series (month)
            ),

            units as (
                select kpi, counted_on, count(*) as unit_count
                from intermediate.int_counted_units
                where coalesce(policy, :policy) = :policy
                group by kpi, counted_on
            )

            select
                kpis.kpi,
                months.month,
                months.first_day,
                months.last_day,
                cast(coalesce(sum(units.unit_count), 0) as bigint) as new_units
            from reference.kpis as kpis
            cross join months
            left join units
                on
                    kpis.kpi = units.kpi
                    and units.counted_on between months.first_day and months.last_day
            where kpis.parent is null
            group by kpis.kpi, kpis.position, months.month, months.first_day, months.last_day
            order by kpis.position, months.month
            """
        ),
        {"policy": policy},
    )
    found: dict[str, list[Month]] = {}
    for row in rows:
        months = found.setdefault(row.kpi, [])
        before = months[-1].cumulative if months else 0
        months.append(
            Month(row.month, row.first_day, row.last_day, row.new_units, before + row.new_units)
        )
    return {kpi: tuple(months) for kpi, months in found.items()}


def read_paces(connection: Connection, policy: str) -> dict[str, float]:
    """Return KPI → units per month in the six months up to the reporting date.

    In a project's first six months: per month since its start.
    """
    rows = connection.execute(
        text(
            """
            select
                units.kpi,
                count(*) filter (
                    where units.counted_on > project.reporting_date - to_months(:span)
                    and units.counted_on <= project.reporting_date
                ) / least(:span, greatest(any_value(project.months_elapsed), 1)) as pace
            from intermediate.int_counted_units as units
            cross join core.project as project
            where coalesce(units.policy, :policy) = :policy
            group by units.kpi
            """
        ),
        {"policy": policy, "span": MONTHS_OF_LATE},
    )
    return {row.kpi: float(row.pace) for row in rows}
