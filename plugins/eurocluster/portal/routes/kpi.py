"""The page of one KPI: how it is counted, how it grows, what counts and what does not, and why.

Belongs here: choosing period, policy, partner, unit and fate; downloads of what is shown.
Does not belong here: fates (explaining), figures (figures), words (definitions), charts (charts).
"""

from dataclasses import dataclass, replace
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, HTTPException, Request, Response
from sqlalchemy import text

from eurocluster.definitions import DEFINITIONS
from eurocluster.explaining import (
    KPIS_WITH_POLICIES,
    Choice,
    ExplainedRow,
    FateCount,
    UnknownUnit,
    count_fates,
    explain_page,
    find_unit,
    kpis_to_choose,
    partners_to_choose,
    periods_to_choose,
    read_figure,
    why_zero,
)
from eurocluster.exports.tables import Table
from eurocluster.figures import ALL, POLICIES, read_figures, read_project, read_titles
from eurocluster.pace import read_months
from eurocluster.portal.access import Right, SignedIn, requires
from eurocluster.portal.charts import parts_of, trend
from eurocluster.portal.downloads import ROWS_AT_MOST, Format, table_as
from eurocluster.portal.pages import Shelf, kept_page
from eurocluster.portal.reading import Read, Reading
from eurocluster.scoreboard import read_scoreboard
from eurocluster.settings import ROOT

router = APIRouter(dependencies=[requires(Right.READ)])

ROWS_OF_A_PAGE: Final = 100
_COLUMNS: Final = (
    *("fate", "why", "unit", "counting_date", "period", "reported_by", "register", "record_key"),
    *("file", "sheet", "row", "cells", "sha256"),
)


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks for."""

    kpi: str
    choice: Choice


def asked(
    kpi: str,
    period: str = ALL,
    policy: str | None = None,
    partner: str | None = None,
    unit: str | None = None,
    fate: str | None = None,
) -> Asked:
    """Return what the address asks for; an empty field of the form asks for nothing."""
    return Asked(kpi, Choice(period, policy, partner or None, unit or None, fate or None))


Wanted = Annotated[Asked, Depends(asked)]


@router.get("/kpis/{kpi}", name="kpi")
def kpi_page(
    request: Request, who: SignedIn, read: Read, wanted: Wanted, page: int = 1
) -> Response:
    """Show one KPI, and a page of the rows of one fate."""

    def values() -> dict[str, Any]:
        connection, kpi, choice = read.connection, wanted.kpi, _checked(read, wanted)
        policy = choice.policy or ""
        titles = read_titles(connection)
        board = read_scoreboard(connection, policy=policy, figures_only=True)
        months = read_months(connection, policy)[kpi]
        fates = _counted(request, read, kpi, replace(choice, fate=None))
        shown = choice.fate or (fates[0].fate if fates else None)
        chosen = replace(choice, fate=shown)
        total = sum(found.rows for found in fates if found.fate == shown)
        figure = board.figure(kpi, "cumulative")
        target = figure.target if figure and figure.denominator is None else None
        return {
            "section": "kpi",
            "publication": read.publication,
            "title": titles[kpi],
            "definition": DEFINITIONS[kpi],
            "parameters": _parameters(read, DEFINITIONS[kpi].parameters),
            "has_policies": kpi in KPIS_WITH_POLICIES,
            "policies": POLICIES,
            "policy_figures": board.policies_of(kpi),
            "choice": chosen,
            "figure": read_figure(connection, kpi, Choice(choice.period, policy)),
            "figures": [
                figure for figure in read_figures(connection, policy=policy) if figure.kpi == kpi
            ],
            "beside": [
                (measure, board.figure(measure.code, "cumulative")) for measure in board.beside(kpi)
            ],
            "way": board.way_to_go(kpi),
            "months": months,
            "chart": trend(titles[kpi].title, months, target, board.due_months.get(kpi)),
            "breakdowns": _breakdowns(read, kpi, policy),
            "fates": fates,
            "rows": explain_page(
                connection, kpi, chosen, ROWS_OF_A_PAGE, (max(page, 1) - 1) * ROWS_OF_A_PAGE
            )
            if shown
            else [],
            "page": max(page, 1),
            "pages": -(-total // ROWS_OF_A_PAGE),
            "total": total,
            "periods": periods_to_choose(connection),
            "partners": partners_to_choose(connection),
            "zero": why_zero(connection, kpi, chosen),
            "sources": _sources(DEFINITIONS[kpi].models),
        }

    return kept_page(request, who, read.publication.publication_id, "kpi.html", values)


@router.get("/kpis/{kpi}/rows.{format_}", name="kpi_rows")
def kpi_rows(read: Read, wanted: Wanted, format_: Format) -> Response:
    """Return the rows that the page is about as a file, all of them."""
    rows = explain_page(read.connection, wanted.kpi, _checked(read, wanted), ROWS_AT_MOST)
    table = Table(f"{wanted.kpi}-rows", _COLUMNS, [_cells(row) for row in rows])
    return table_as(table, format_, read.publication)


def _checked(read: Reading, wanted: Asked) -> Choice:
    """Return the choice in full; what is not there is told with what is."""
    connection, kpi, choice = read.connection, wanted.kpi, wanted.choice
    _known("KPI", kpi, kpis_to_choose(connection))
    _known("period", choice.period, periods_to_choose(connection))
    _known("partner", choice.partner, (None, *partners_to_choose(connection)))
    choice = replace(choice, policy=choice.policy or read_project(connection).sme_policy)
    _known("policy", choice.policy, POLICIES)
    if choice.unit is None:
        return choice
    try:
        return replace(choice, unit=find_unit(connection, kpi, choice))
    except UnknownUnit as error:
        raise HTTPException(404, str(error)) from None


def _counted(request: Request, read: Reading, kpi: str, choice: Choice) -> list[FateCount]:
    """Return the fates of a choice with their numbers, the same for every page of its rows."""
    shelf: Shelf = request.app.state.shelf
    key = ("fates", read.publication.publication_id, kpi, repr(choice))
    return shelf.get_value(key, lambda: count_fates(read.connection, kpi, choice))


def _cells(row: ExplainedRow) -> tuple[Any, ...]:
    return (
        row.fate, row.words, row.unit, row.counting_date, row.period, row.reported_by,
        row.register, row.record_key, row.file_name, row.sheet, row.row_number, row.cell_range,
        row.file_sha256,
    )  # fmt: skip


def _parameters(read: Reading, names: tuple[str, ...]) -> list[tuple[str, str, str]]:
    """Return name, value in force and meaning of some parameters."""
    from eurocluster.consortium.parameters import Parameters

    in_force = {
        row.parameter: row.value
        for row in read.connection.execute(text("select parameter, value from core.parameters"))
    }
    fields = Parameters.model_fields
    return [(name, in_force.get(name, ""), fields[name].description or "") for name in names]


def _breakdowns(read: Reading, kpi: str, policy: str) -> list[dict[str, Any]]:
    rows = read.connection.execute(
        text(
            """
            select breakdown, part, units, shown, total, overlap
            from kpis.kpi_breakdowns
            where kpi = :kpi and coalesce(policy, :policy) = :policy
            order by breakdown, units desc nulls last, part
            """
        ),
        {"kpi": kpi, "policy": policy},
    ).all()
    found: dict[str, list[Any]] = {}
    for row in rows:
        found.setdefault(row.breakdown, []).append(row)
    return [
        {
            "name": name,
            "parts": parts,
            "total": parts[0].total,
            "overlap": parts[0].overlap,
            "chart": parts_of(
                name, [(part.part, part.units) for part in parts if part.units is not None]
            ),
        }
        for name, parts in found.items()
    ]


def _sources(models: tuple[str, ...]) -> list[tuple[str, str]]:
    """Return the SQL of the models behind a figure, as it stands in the project."""
    folder = ROOT / "dbt_project" / "models"
    return [
        (model, found.read_text(encoding="utf-8"))
        for model in models
        for found in sorted(folder.rglob(f"{model}.sql"))
    ]


def _known(kind: str, given: str | None, choices: tuple[str | None, ...]) -> None:
    if given not in choices:
        there = ", ".join(choice for choice in choices if choice)
        raise HTTPException(404, f"{given!r} is no {kind}: {there}.")
