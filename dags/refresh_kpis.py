"""
# Refresh the KPIs

Every night, and whenever a coordinator asks: fetch each partner's registers, judge them row by
row, rebuild the warehouse from everything delivered so far, check it, and publish it in one
move. Readers see yesterday's figures until that move, and today's after it.

**On demand** choose partners and registers in the trigger form (none chosen means all); `force`
reads files again that have not changed since the last time.

**When it fails**

- `plan`: a declaration or a choice is wrong, and the log says which. Nothing was touched.
- `ingest [partner]`: one of the partner's sources could not be fetched, and the log says which
  and what to do. It is tried again when that can help (nobody answers, a file is being written)
  and not when it can do harm (a wrong password). The partner's other registers are delivered, the
  others go on, and its last good delivery stays in force, marked stale. Bad rows fail no task.
- `build`, `audit`: the log names the model or the test. Nothing was published, yesterday's stays.
- `publish`, skipped: nothing new to say. Failed: yesterday's stays; clear the task to retry.
"""

from datetime import timedelta

import pendulum
from airflow.sdk import CronTriggerTimetable, TriggerRule, dag

from eurocluster.airflow.params import trigger_form
from eurocluster.airflow.tasks import PUBLISHED, audit, build, ingest, notify, plan, publish


@dag(
    schedule=CronTriggerTimetable("0 2 * * *", timezone="Europe/Brussels"),
    start_date=pendulum.datetime(2024, 1, 1, tz="Europe/Brussels"),
    catchup=False,
    max_active_runs=1,
    params=trigger_form(),
    default_args={"owner": "coordinator", "retries": 1, "retry_delay": timedelta(minutes=5)},
    tags=["kpis", "nightly"],
    doc_md=__doc__,
)
def refresh_kpis() -> None:
    """Wire the night; what each task does is in eurocluster.airflow.tasks."""
    scopes = plan.override(retries=0)()
    ingested = ingest.override(
        pool="partner_sources",
        retries=3,
        retry_delay=timedelta(minutes=2),
        retry_exponential_backoff=True,
        max_retry_delay=timedelta(minutes=30),
        execution_timeout=timedelta(hours=1),
        map_index_template="{{ task.op_kwargs.scope.partners[0] }}",
    ).expand(scope=scopes)
    # Runs when every partner is done, well or not: failing partners stop nobody else, and what
    # failed is told in the warehouse. It does not run when there was no plan.
    built = build.override(
        pool="duckdb_writer", trigger_rule=TriggerRule.ALL_DONE_MIN_ONE_SUCCESS
    )()
    audited = audit.override(retries=0)(built)
    published = publish.override(outlets=[PUBLISHED])(built)
    told = notify.override(trigger_rule=TriggerRule.NONE_FAILED)()

    [scopes, ingested] >> built
    audited >> published >> told


refresh_kpis()
