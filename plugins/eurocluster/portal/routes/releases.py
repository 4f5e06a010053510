"""Closed periods, what was reported, and what would be another figure today.

Belongs here: which values the page puts together.
Does not belong here: closing (the DAG close_period), restatements (restatements, dbt_project).
"""

from typing import Any

from fastapi import APIRouter, HTTPException, Request, Response
from sqlalchemy import text

from eurocluster.consortium.declarations import load_consortium
from eurocluster.figures import read_titles
from eurocluster.nightly import reporting_date
from eurocluster.portal.access import Right, SignedIn, requires
from eurocluster.portal.pages import page
from eurocluster.portal.reading import Read, Reading
from eurocluster.releases import BrokenChain, Releases
from eurocluster.restatements import read_restatements

router = APIRouter(dependencies=[requires(Right.READ)])


@router.get("/releases", name="releases")
def releases(request: Request, who: SignedIn, read: Read) -> Response:
    """Show every closed period, checked, and the periods that can be closed."""
    consortium = load_consortium(read.settings.home)
    kept = Releases(read.settings.releases(consortium.project.code))
    day = reporting_date(consortium.project)
    broken, found, periods = None, [], []
    try:
        found = kept.all()
        periods = [
            (period, kept.why_not(consortium, period.code, None, day))
            for period in consortium.project.reporting_periods
        ]
    except BrokenChain as error:
        broken = str(error)
    restated = read_restatements(read.connection)
    return page(
        request,
        who,
        "releases.html",
        {
            "section": "releases",
            "publication": read.publication,
            "releases": found,
            "broken": broken,
            "periods": periods,
            "restated": restated,
            "closed": {release.period for release in found},
        },
    )


@router.get("/releases/{number}", name="release")
def release(request: Request, who: SignedIn, read: Read, number: int) -> Response:
    """Show one closed period: what was reported beside what it would be today."""
    row = (
        read.connection.execute(
            text("select * from releases.releases where release = :release"), {"release": number}
        )
        .mappings()
        .one_or_none()
    )
    if row is None:
        raise HTTPException(404, f"There is no release {number}.")
    return page(
        request,
        who,
        "release.html",
        {
            "section": "releases",
            "publication": read.publication,
            "release": row,
            "titles": read_titles(read.connection),
            "figures": _figures(read, number, row["closed_period"]),
            "restated": [
                one for one in read_restatements(read.connection) if one.release == number
            ],
        },
    )


def _figures(read: Reading, number: int, period: str) -> list[Any]:
    """Return what was reported, cumulative, beside what the same would be today."""
    rows = read.connection.execute(
        text(
            """
            select
                frozen.kpi, frozen.policy, frozen.value, frozen.numerator, frozen.denominator,
                frozen.target, frozen.state, figures.current_value, figures.restatement
            from releases.frozen_values as frozen
            inner join reference.kpis as kpis on frozen.kpi = kpis.kpi
            left join releases.restatements as figures
                on
                    frozen.release = figures.release
                    and frozen.kpi = figures.kpi
                    and frozen.policy is not distinct from figures.policy
            where
                frozen.release = :release and frozen.measure = 'cumulative'
                and frozen.period = :period and kpis.parent is null
            order by kpis.position, frozen.policy
            """
        ),
        {"release": number, "period": period},
    )
    return list(rows.mappings())
