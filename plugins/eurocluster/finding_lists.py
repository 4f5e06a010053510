"""Findings as lists and counts: what is wrong, in whose file, in which cell, since when.

A finding is shown with its rule and its place, never with what stands in the cell: a value may
stand in the wrong column, and then it may be a person's.

Belongs here: filters, counts, pages of quality.findings.
Does not belong here: the finding itself (findings), the returned workbook (returning).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy import Connection, RowMapping, text

SEVERITIES: Final = ("ERROR", "WARN", "INFO")


@dataclass(frozen=True, slots=True)
class Filter:
    """Which findings are wanted; None means every one.

    Attributes:
        in_force: Only of deliveries that figures rest on; else of every delivery there was.
    """

    partner: str | None = None
    register: str | None = None
    code: str | None = None
    severity: str | None = None
    delivery: str | None = None
    in_force: bool = True


@dataclass(frozen=True, slots=True)
class RuleCount:
    """How often one rule fired."""

    code: str
    severity: str
    title: str
    sentence: str
    findings: int
    partners: int


@dataclass(frozen=True, slots=True)
class DayCount:
    """Findings of the files that arrived on one day."""

    day: date
    severity: str
    findings: int


_WHERE: Final = """
    (cast(:partner as varchar) is null or findings.partner = :partner)
    and (cast(:register as varchar) is null or findings.register = :register)
    and (cast(:code as varchar) is null or findings.code = :code)
    and (cast(:severity as varchar) is null or findings.severity = :severity)
    and (cast(:delivery as varchar) is null or findings.delivery_id = :delivery)
    and (not :in_force or deliveries.is_in_force)
"""


def count_by_rule(connection: Connection, wanted: Filter) -> list[RuleCount]:
    """Return the rules that fired, errors first and the frequent ones first."""
    rows = connection.execute(
        text(
            f"""
            select
                findings.code, findings.severity, rules.title, rules.sentence,
                count(*) as finding_count, count(distinct findings.partner) as partner_count
            from quality.findings
            inner join quality.deliveries on findings.delivery_id = deliveries.delivery_id
            left join reference.rules as rules on findings.code = rules.code
            where {_WHERE}
            group by findings.code, findings.severity, rules.title, rules.sentence
            order by
                list_position(['ERROR', 'WARN', 'INFO'], findings.severity),
                finding_count desc, findings.code
            """  # noqa: S608 - a constant of this module
        ),
        _asked(wanted),
    )
    return [
        RuleCount(
            row.code, row.severity, row.title or "", row.sentence or "", row.finding_count,
            row.partner_count,
        )
        for row in rows
    ]  # fmt: skip


def count_by_day(connection: Connection, wanted: Filter) -> list[DayCount]:
    """Return findings by the day on which their files arrived, of every delivery there was."""
    rows = connection.execute(
        text(
            f"""
            select
                cast(deliveries.received_at at time zone 'UTC' as date) as day,
                findings.severity,
                count(*) as finding_count
            from quality.findings
            inner join quality.deliveries on findings.delivery_id = deliveries.delivery_id
            where {_WHERE}
            group by all
            order by day, findings.severity
            """  # noqa: S608
        ),
        _asked(wanted) | {"in_force": False},
    )
    return [DayCount(row.day, row.severity, row.finding_count) for row in rows]


def list_findings(
    connection: Connection, wanted: Filter, limit: int, offset: int = 0
) -> Sequence[RowMapping]:
    """Return some findings with the names of their files, by partner, register and place."""
    return (
        connection.execute(
            text(
                f"""
                select
                    findings.partner, findings.register, findings.code, findings.severity,
                    rules.title, findings.column_name,
                    deliveries.file_names[
                        list_position(deliveries.file_hashes, findings.file_sha256)
                    ] as file_name,
                    findings.file_sha256, findings.sheet, findings.row_number, findings.cell,
                    findings.delivery_id, deliveries.received_at
                from quality.findings
                inner join quality.deliveries on findings.delivery_id = deliveries.delivery_id
                left join reference.rules as rules on findings.code = rules.code
                where {_WHERE}
                order by
                    findings.partner, findings.register, deliveries.received_at,
                    findings.file_sha256, findings.sheet, findings.row_number, findings.cell,
                    findings.code, findings.column_name
                limit :limit offset :offset
                """  # noqa: S608
            ),
            _asked(wanted) | {"limit": limit, "offset": offset},
        )
        .mappings()
        .all()
    )


def _asked(wanted: Filter) -> dict[str, Any]:
    return {
        "partner": wanted.partner,
        "register": wanted.register,
        "code": wanted.code,
        "severity": wanted.severity,
        "delivery": wanted.delivery,
        "in_force": wanted.in_force,
    }
