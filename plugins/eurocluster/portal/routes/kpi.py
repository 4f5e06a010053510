"""The page of one KPI: how it is counted, how it grows, what counts and what does not, and why.

Belongs here: choosing period, policy, partner and unit; downloads of what is shown.
Does not belong here: fates (explaining), figures (figures), charts (charts).
"""

from typing import Any

from fastapi import APIRouter, Request, Response

from eurocluster.explaining import Choice, read_figure
from eurocluster.figures import ALL, read_project, read_titles
from eurocluster.pace import read_months
from eurocluster.portal.access import Right, SignedIn, requires
from eurocluster.portal.charts import trend
from eurocluster.portal.pages import kept_page
from eurocluster.portal.reading import Read

router = APIRouter(dependencies=[requires(Right.READ)])


@router.get("/kpis/{kpi}", name="kpi")
def kpi_page(
    request: Request,
    who: SignedIn,
    read: Read,
    kpi: str,
    period: str = ALL,
    policy: str | None = None,
) -> Response:
    """Show one KPI."""

    def values() -> dict[str, Any]:
        headline = policy or read_project(read.connection).sme_policy
        title = read_titles(read.connection)[kpi]
        figure = read_figure(read.connection, kpi, Choice(period=period, policy=headline))
        months = read_months(read.connection, headline)[kpi]
        return {
            "section": "kpi",
            "publication": read.publication,
            "title": title,
            "figure": figure,
            "months": months,
            "chart": trend(title.title, months, figure.target, None),
        }

    return kept_page(request, who, read.publication.publication_id, "kpi.html", values)
