"""
# Refresh the KPIs

Every night, and whenever a coordinator asks: fetch each partner's registers, judge them row by
row, rebuild the warehouse from everything delivered so far, check it, and publish it in one
move. Readers see yesterday's figures until that move, and today's after it.

**On demand** choose partners and registers in the trigger form (none chosen means all); `force`
reads files again that have not changed since the last time.

**When it fails**

- `plan`: a declaration or a choice is wrong, and the log says which. Nothing was touched.
- `ingest [partner]`: the machine failed, not the partner's data, which is refused without failing.
  The others go on and this partner's last good delivery stays in force; clear the task to retry.
  When every partner's task fails, nothing is built and yesterday's figures stay.
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
    ingested = ingest.override(
        pool="partner_sources",
        retries=2,
        map_index_template="{{ task.op_kwargs.scope.partners[0] }}",
    ).expand(scope=plan.override(retries=0)())
    # Runs when every partner is done and one of them well: a failing partner stops nobody else.
    built = build.override(
        pool="duckdb_writer", trigger_rule=TriggerRule.ALL_DONE_MIN_ONE_SUCCESS
    )()
    audited = audit.override(retries=0)(built)
    published = publish.override(outlets=[PUBLISHED])(built)
    told = notify.override(trigger_rule=TriggerRule.NONE_FAILED)()

    ingested >> built
    audited >> published >> told


refresh_kpis()
