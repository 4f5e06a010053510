"""Who has delivered what: partner × register, and the history of one register.

Belongs here: quality.completeness, quality.deliveries and quality.reporting_rates as values.
Does not belong here: single findings (finding_lists), lines of the scoreboard (scoreboard).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, text


@dataclass(frozen=True, slots=True)
class Kept:
    """One register of one partner.

    Attributes:
        state: The worst that can be said of it, in one word: missing, unreadable, unreachable,
            held, stale, overdue, late, on_time, received or not_expected.
        refused_share: Of the rows in force, from 0 to 1; None without rows.
    """

    partner: str
    register: str
    state: str
    reason: str | None
    every: str | None
    due_day: int | None
    last_due_on: date | None
    last_accepted_at: datetime | None
    failing_since: datetime | None
    rows_read: int
    rows_refused: int
    refused_share: float | None
    periods_due: int
    periods_on_time: int


@dataclass(frozen=True, slots=True)
class Matrix:
    """Every register of every partner; a cell is None where nothing is expected nor delivered."""

    partners: tuple[tuple[str, str], ...]
    registers: tuple[str, ...]
    cells: dict[tuple[str, str], Kept]


@dataclass(frozen=True, slots=True)
class Rate:
    """How many registers that were due on a day came in time, late, or not at all."""

    due_on: date
    on_time: int
    late: int
    missing: int


def read_matrix(connection: Connection) -> Matrix:
    """Return what every partner keeps and how it stands."""
    partners = connection.execute(
        text("select partner, name from core.dim_partners order by partner")
    )
    rows = connection.execute(
        text("select * from quality.completeness order by register, partner")
    ).mappings()
    kept = [_kept(row) for row in rows]
    return Matrix(
        tuple((row.partner, row.name) for row in partners),
        tuple(dict.fromkeys(one.register for one in kept)),
        {(one.partner, one.register): one for one in kept},
    )


def read_rates(connection: Connection) -> tuple[Rate, ...]:
    """Return punctuality by the day on which registers were due."""
    rows = connection.execute(
        text(
            """
            select
                due_on,
                count(*) filter (is_on_time) as on_time,
                count(*) filter (is_received and not is_on_time) as late,
                count(*) filter (not is_received) as missing
            from quality.reporting_rates
            group by due_on
            order by due_on
            """
        )
    )
    return tuple(Rate(row.due_on, row.on_time, row.late, row.missing) for row in rows)


def read_history(
    connection: Connection, partner: str, register: str
) -> tuple[Kept | None, Sequence[RowMapping]]:
    """Return how one register stands, and its deliveries as rows of the mart, newest first."""
    place = {"partner": partner, "register": register}
    here = "partner = :partner and register = :register"
    found = (
        connection.execute(text(f"select * from quality.completeness where {here}"), place)  # noqa: S608
        .mappings()
        .one_or_none()
    )
    deliveries = (
        connection.execute(
            text(
                f"select * from quality.deliveries where {here}"  # noqa: S608
                " order by received_at desc, sequence desc"
            ),
            place,
        )
        .mappings()
        .all()
    )
    return (None if found is None else _kept(found)), deliveries


def read_delivery(connection: Connection, delivery_id: str) -> RowMapping | None:
    """Return one delivery as a row of the mart, None when there is none."""
    return (
        connection.execute(
            text("select * from quality.deliveries where delivery_id = :id"), {"id": delivery_id}
        )
        .mappings()
        .one_or_none()
    )


def _kept(row: Any) -> Kept:
    return Kept(
        partner=row["partner"],
        register=row["register"],
        state=_state(row),
        reason=row["newest_reason"],
        every=row["every"],
        due_day=row["due_day"],
        last_due_on=row["last_due_on"],
        last_accepted_at=row["last_accepted_at"],
        failing_since=row["failing_since"],
        rows_read=row["rows_read"] or 0,
        rows_refused=row["rows_refused"] or 0,
        refused_share=row["refused_share"],
        periods_due=row["periods_due"] or 0,
        periods_on_time=row["periods_on_time"] or 0,
    )


def _state(row: Any) -> str:
    if row["status"] in ("missing", "stale") and row["newest_state"] in (
        "held", "unreadable", "unreachable",
    ):  # fmt: skip
        return str(row["newest_state"])
    if row["status"] != "received" or row["timeliness"] in (None, "not_due"):
        return str(row["status"])
    return str(row["timeliness"])
