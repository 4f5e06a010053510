"""
# Housekeeping

Every Sunday at 04:00: what is no longer needed goes.

- Files as partners sent them, `retention_days` of `project.yml` after the last delivery of them was
  superseded; their returned workbooks with them. Files that figures or closed periods rest on stay
  until `evidence_until`, for good without one.
- Publications older than 90 days, but for the last ten and those with which a period was closed.
- Warehouses aside that nobody has asked for in 30 days, files of audits whose time is over, what
  runs that were killed have left.

Register store, decisions, closed periods and the current publication are never touched: no figure
changes. Everything that goes is a line of `logs/removed.jsonl` in the state folder, with its
SHA-256 and the reason. `eurocluster housekeeping --dry-run` says what would go.

It waits for the partners' tasks of a night and keeps others from beginning meanwhile.

**When it fails** nothing more was removed than the log says, and the next run goes on. A
declaration is wrong (the log says which), a closed period or the list of what was removed is not
what it was (somebody has changed it: find out who before anything else goes), or the disk cannot be
written.
"""

from datetime import timedelta

import pendulum
from airflow.sdk import CronTriggerTimetable, dag

from eurocluster.airflow.housekeeping_tasks import keep_house


@dag(
    schedule=CronTriggerTimetable("0 4 * * 0", timezone="Europe/Brussels"),
    start_date=pendulum.datetime(2024, 1, 1, tz="Europe/Brussels"),
    catchup=False,
    max_active_runs=1,
    default_args={"owner": "coordinator", "retries": 0},
    tags=["housekeeping"],
    doc_md=__doc__,
)
def housekeeping() -> None:
    """Wire the one task; what it does is in eurocluster.airflow.housekeeping_tasks."""
    keep_house.override(pool="duckdb_writer", execution_timeout=timedelta(hours=2))()


housekeeping()
