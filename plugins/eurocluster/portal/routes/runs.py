"""Runs of the DAGs: start one, watch it, answer what it waits for.

Everything goes through Airflow's own API with the visitor's token, so Airflow's rights hold and
its audit log says who did it.

Belongs here: forms, progress.
Does not belong here: the API (airflow_api), what a run does (the DAGs).
"""

from collections.abc import AsyncIterator
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Form, HTTPException, Request, Response
from fastapi.responses import RedirectResponse
from markdown_it import MarkdownIt
from markupsafe import Markup

from eurocluster.consortium.declarations import load_consortium
from eurocluster.portal.access import Right, SignedIn, requires
from eurocluster.portal.airflow_api import AirflowApi, AirflowRefused
from eurocluster.portal.pages import link, page
from eurocluster.settings import Settings

DAGS: Final = {
    "refresh_kpis": "Refresh the KPIs",
    "close_period": "Close a period",
    "judge_dropped_files": "Judge dropped files",
    "housekeeping": "Housekeeping",
}
"""The DAGs whose runs are shown."""

_MARKDOWN: Final = MarkdownIt("commonmark", {"html": False}).enable("table")

router = APIRouter(dependencies=[requires(Right.READ)])


async def _airflow(request: Request, who: SignedIn) -> AsyncIterator[AirflowApi]:
    async with request.app.state.airflow() as client:
        yield AirflowApi(client, who)


Airflow = Annotated[AirflowApi, Depends(_airflow)]


@router.get("/runs", name="runs")
async def runs(
    request: Request, who: SignedIn, airflow: Airflow, dag: str = "refresh_kpis"
) -> Response:
    """Show the newest runs of one DAG, and the forms that start one."""
    _known(dag)
    settings: Settings = request.app.state.settings
    consortium = load_consortium(settings.home)
    kept = {register.name for partner in consortium.partners for register in partner.registers}
    found = await airflow.runs(dag)
    return page(
        request,
        who,
        "runs.html",
        {
            "section": "runs",
            "dags": DAGS,
            "dag": dag,
            "runs": found,
            "partners": consortium.partners,
            "registers": sorted(kept),
            "periods": list(consortium.project.periods),
        },
    )


@router.post("/runs/refresh", name="start_refresh", dependencies=[requires(Right.ACT)])
async def start_refresh(
    request: Request,
    airflow: Airflow,
    partners: Annotated[list[str], Form(default_factory=list)],
    registers: Annotated[list[str], Form(default_factory=list)],
    note: Annotated[str, Form()] = "",
    force: Annotated[bool, Form()] = False,  # noqa: FBT002 - a field of a form
) -> Response:
    """Start a night now, for everybody or for some."""
    chosen: dict[str, Any] = {"partners": partners, "registers": registers, "force": force}
    if note.strip():
        chosen["note"] = note.strip()
    return await _started(request, airflow, "refresh_kpis", chosen)


@router.post("/runs/close", name="start_close", dependencies=[requires(Right.CLOSE)])
async def start_close(
    request: Request,
    airflow: Airflow,
    period: Annotated[str, Form()],
    note: Annotated[str, Form()] = "",
) -> Response:
    """Begin to close a period; a coordinator has to approve it before anything is frozen."""
    chosen = {"period": period} | ({"note": note.strip()} if note.strip() else {})
    return await _started(request, airflow, "close_period", chosen)


@router.get("/runs/{dag}/{run_id}", name="run")
async def run(request: Request, who: SignedIn, airflow: Airflow, dag: str, run_id: str) -> Response:
    """Show how far one run is, and what it asks."""
    _known(dag)
    found = await airflow.run(dag, run_id)
    tasks = await airflow.tasks(dag, run_id)
    approval = await airflow.approval(dag, run_id) if dag == "close_period" else None
    ended = sum(1 for task in tasks if task.state in _ENDED)
    return page(
        request,
        who,
        "run.html",
        {
            "section": "runs",
            "title": DAGS[dag],
            "run": found,
            "tasks": tasks,
            "ended": ended,
            "approval": approval,
            "asked": Markup(_MARKDOWN.render(approval.body)) if approval else "",  # noqa: S704
            "airflow_address": request.app.state.airflow_address,
        },
    )


@router.get("/runs/{dag}/{run_id}/log/{task_id}/{map_index}/{tries}", name="run_log")
async def run_log(
    request: Request,
    who: SignedIn,
    airflow: Airflow,
    dag: str,
    run_id: str,
    task_id: str,
    map_index: int,
    tries: int,
) -> Response:
    """Show what one task has logged."""
    _known(dag)
    said = await airflow.log(dag, run_id, task_id, map_index, tries)
    return page(
        request,
        who,
        "run_log.html",
        {"section": "runs", "dag": dag, "run_id": run_id, "task_id": task_id, "said": said},
    )


@router.post("/runs/{dag}/{run_id}/answer", name="answer_run", dependencies=[requires(Right.CLOSE)])
async def answer_run(
    request: Request,
    airflow: Airflow,
    dag: str,
    run_id: str,
    task_id: Annotated[str, Form()],
    option: Annotated[str, Form()],
) -> Response:
    """Answer what a run waits for; Airflow refuses who is not asked."""
    _known(dag)
    await airflow.answer(dag, run_id, task_id, option)
    return RedirectResponse(link(request, "run", dag=dag, run_id=run_id), 303)


_ENDED: Final = ("success", "failed", "skipped", "upstream_failed", "removed")


async def _started(
    request: Request, airflow: AirflowApi, dag: str, chosen: dict[str, Any]
) -> Response:
    try:
        run_id = await airflow.start(dag, chosen)
    except AirflowRefused as refusal:
        raise HTTPException(refusal.status, f"Airflow started nothing: {refusal}") from None
    return RedirectResponse(link(request, "run", dag=dag, run_id=run_id), 303)


def _known(dag: str) -> None:
    if dag not in DAGS:
        raise HTTPException(404, f"{dag!r} is no DAG of this project: {', '.join(DAGS)}.")
