"""What is wrong in whose file: findings filtered, counted, paged, downloaded.

Belongs here: filters of the page.
Does not belong here: the SQL (finding_lists).
"""

from dataclasses import replace
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, HTTPException, Request, Response

from eurocluster.completeness import read_matrix
from eurocluster.exports.tables import Table
from eurocluster.finding_lists import SEVERITIES, Filter, count_by_day, count_by_rule, list_findings
from eurocluster.portal.access import Right, SignedIn, requires
from eurocluster.portal.charts import findings_by_day
from eurocluster.portal.downloads import ROWS_AT_MOST, Format, table_as
from eurocluster.portal.pages import kept_page
from eurocluster.portal.reading import Read

router = APIRouter(dependencies=[requires(Right.READ)])

ROWS_OF_A_PAGE: Final = 100
_COLUMNS: Final = (
    *("partner", "register", "code", "severity", "title", "column_name", "file_name", "sheet"),
    *("row_number", "cell", "received_at", "file_sha256"),
)


def wanted(
    partner: str = "",
    register: str = "",
    code: str = "",
    severity: str = "",
    every: bool = False,  # noqa: FBT001, FBT002 - a field of a form
) -> Filter:
    """Return the filter that the address asks for."""
    if severity and severity not in SEVERITIES:
        raise HTTPException(404, f"{severity!r} is no severity: {', '.join(SEVERITIES)}.")
    return Filter(
        partner or None, register or None, code.upper() or None, severity or None,
        in_force=not every,
    )  # fmt: skip


Wanted = Annotated[Filter, Depends(wanted)]


@router.get("/findings", name="findings")
def findings(
    request: Request, who: SignedIn, read: Read, wanted: Wanted, page: int = 1
) -> Response:
    """Show findings, by rule and one by one."""

    def values() -> dict[str, Any]:
        matrix = read_matrix(read.connection)
        rules = count_by_rule(read.connection, wanted)
        total = sum(rule.findings for rule in rules)
        days = count_by_day(read.connection, wanted)
        return {
            "section": "findings",
            "publication": read.publication,
            "wanted": wanted,
            "partners": matrix.partners,
            "registers": matrix.registers,
            "severities": SEVERITIES,
            "codes": [
                rule.code for rule in count_by_rule(read.connection, replace(wanted, code=None))
            ],
            "rules": rules,
            "total": total,
            "days": days,
            "chart": findings_by_day(days) if len({day.day for day in days}) > 1 else None,
            "rows": list_findings(
                read.connection, wanted, ROWS_OF_A_PAGE, (max(page, 1) - 1) * ROWS_OF_A_PAGE
            ),
            "page": max(page, 1),
            "pages": -(-total // ROWS_OF_A_PAGE),
        }

    return kept_page(request, who, read.publication.publication_id, "findings.html", values)


@router.get("/findings/rows.{format_}", name="finding_rows")
def finding_rows(read: Read, wanted: Wanted, format_: Format) -> Response:
    """Return the findings that the page is about as a file."""
    rows = list_findings(read.connection, wanted, ROWS_AT_MOST)
    table = Table("findings", _COLUMNS, [[row[column] for column in _COLUMNS] for row in rows])
    return table_as(table, format_, read.publication)
