"""Figures of closed periods that would be others today, with the units that make them so.

Belongs here: reading releases.restatements and their sentences as values.
Does not belong here: closing (releases), what a restatement is (dbt_project), how it looks.
"""

from dataclasses import dataclass

from sqlalchemy import Connection, text


@dataclass(frozen=True, slots=True)
class Restatement:
    """A figure of a closed period that is another today, with the units that make it so."""

    release: int
    closed_period: str
    kpi: str
    policy: str | None
    frozen: float | None
    current: float | None
    sentences: tuple[str, ...]


def read_restatements(connection: Connection) -> list[Restatement]:
    """Return every figure of a closed period that would be another today."""
    rows = connection.execute(
        text(
            """
            with sentences as (
                select release, kpi, policy, list(sentence order by change desc, unit) as told
                from releases.restated_units
                group by release, kpi, policy
            )

            select figures.*, sentences.told
            from releases.restatements as figures
            left join sentences
                on
                    figures.release = sentences.release
                    and figures.kpi = sentences.kpi
                    and figures.policy is not distinct from sentences.policy
            left join reference.kpis as kpis on figures.kpi = kpis.kpi
            where
                figures.restatement <> 0
                or figures.frozen_numerator is distinct from figures.current_numerator
                or figures.units_gained + figures.units_lost > 0
            order by figures.release, kpis.position, figures.policy
            """
        )
    ).mappings()
    return [
        Restatement(
            row["release"],
            row["closed_period"],
            row["kpi"],
            row["policy"],
            row["frozen_value"],
            row["current_value"],
            tuple(row["told"] or ()),
        )
        for row in rows
    ]
