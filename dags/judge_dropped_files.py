"""
# Judge dropped files

Every five minutes: look into the drop folder of each partner (`drop/<partner>/` of the state
folder), judge what is new there without submitting it, and write the returned workbook to
`answers/` beside it. Nothing of it reaches the register store or a KPI.

A file waits until nobody has written to it for ten seconds. One that was judged is judged again
when its content, the declarations or the software change; the answer of a file that was taken
away is taken away, too. A look that finds nothing new costs one short task.

**When it fails**

- A declaration is wrong: the log says which, with file and line. Nothing was judged.
- *No answer could be given*: the log names the partner and the cause, never the file, because a
  file's name may name a person; `eurocluster drop` in a terminal tells the file. Mostly the
  pipeline's account may not read it, or may not write to `answers/`, or the disk is full. All
  other files have their answers; the next run tries again by itself.
"""

from datetime import timedelta

import pendulum
from airflow.sdk import CronTriggerTimetable, dag

from eurocluster.airflow.drop_tasks import judge_dropped


@dag(
    schedule=CronTriggerTimetable("*/5 * * * *", timezone="Europe/Brussels"),
    start_date=pendulum.datetime(2024, 1, 1, tz="Europe/Brussels"),
    catchup=False,
    max_active_runs=1,
    default_args={"owner": "coordinator", "retries": 0},
    tags=["feedback"],
    doc_md=__doc__,
)
def judge_dropped_files() -> None:
    """Wire the one task; what it does is in eurocluster.airflow.drop_tasks."""
    judge_dropped.override(execution_timeout=timedelta(hours=1))()


judge_dropped_files()
