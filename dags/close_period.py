"""
# Close a reporting period

Triggered by hand, with a period. `look` shows the figures, what is not settled, and what has
changed since earlier releases; a coordinator approves it on the task's page (*Required actions*),
or rejects it, and everything stays open. `freeze` then keeps values, units, reasons, parameters,
declarations and hashes of the partners' files as an immutable release, chained to the one before.
`hand_over` writes what the agency takes to `exports/` of the state folder: one zip per deliverable,
the KPI table as xlsx, docx, pdf and json. It can be cleared and run again; the bytes stay the same.

It cannot be taken back. Later corrections never alter a release; they show as restatements
(`releases.restatements`, `eurocluster releases`).

**When it fails** the log says why: the period is not over, was closed before, an earlier one is
still open, or something was delivered since the last publication (run `refresh_kpis`, look again).
"""

from datetime import timedelta

import pendulum
from airflow.providers.standard.operators.hitl import ApprovalOperator
from airflow.sdk import Param, dag

from eurocluster.airflow.close_tasks import freeze, hand_over, look
from eurocluster.consortium.declarations import load_consortium
from eurocluster.settings import load_settings

project = load_consortium(load_settings().home).project


@dag(
    schedule=None,
    start_date=pendulum.datetime(2024, 1, 1, tz="Europe/Brussels"),
    catchup=False,
    max_active_runs=1,
    params={
        "period": Param(
            type="string",
            enum=list(project.periods),
            title="Period",
            description="The reporting period to close; the earlier ones must be closed.",
        ),
        "note": Param(
            default=None,
            type=["null", "string"],
            maxLength=2000,
            title="Note",
            description="What the agency is told, such as the number of the report.",
        ),
    },
    default_args={"owner": "coordinator", "retries": 0},
    tags=["kpis", "closing"],
    doc_md=__doc__,
)
def close_period() -> None:
    """Wire the closing; what each task does is in eurocluster.airflow.close_tasks."""
    approve = ApprovalOperator(
        task_id="approve",
        subject="Close {{ params.period }} for good?",
        body=look(),
        assigned_users=[{"id": name, "name": name} for name in project.coordinators] or None,
        response_timeout=timedelta(days=14),
        defaults="Reject",
    )
    hand_over(freeze.override(pool="duckdb_writer")(approve.output))


close_period()
