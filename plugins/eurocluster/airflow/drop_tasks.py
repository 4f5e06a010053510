"""The task of the drop folders: judge what is due, log counts.

Belongs here: what needs Airflow's connections and log. A file's name may name a person, so the log
has none.
Does not belong here: what is due (dropped.py); it is imported when the task runs, because this
module is read whenever Airflow parses the DAG.
"""

import logging
from collections import Counter

from airflow.sdk import task
from airflow.sdk.exceptions import AirflowException

from eurocluster.airflow.tasks import secret_of_connection
from eurocluster.settings import load_settings, with_secret

log = logging.getLogger(__name__)


@task
def judge_dropped() -> dict[str, int]:
    """Judge what is due in every drop folder; return how many files came to what.

    Every file that can be answered is; the task fails afterwards when one could not be, so that
    somebody looks.
    """
    from eurocluster.dropped import judge_patiently

    settings = with_secret(load_settings(), secret_of_connection())
    counted: Counter[str] = Counter()
    by_partner: dict[str, Counter[str]] = {}
    causes: list[str] = []
    for dropped in judge_patiently(settings):
        counted[dropped.state] += 1
        if dropped.state == "failed":
            causes.append(f"{dropped.partner}: {dropped.cause}")
        elif dropped.state != "stray":
            state = "judged, not good" if dropped.state == "judged" and dropped.errors else None
            by_partner.setdefault(dropped.partner, Counter())[state or dropped.state] += 1
    for partner, states in by_partner.items():
        log.info("%s: %s", partner, ", ".join(f"{n} {state}" for state, n in states.items()))
    if counted["stray"]:
        log.warning(
            "%d in drop/ of no declared partner; `eurocluster drop` names them", counted["stray"]
        )
    if causes:
        raise AirflowException("\n  ".join(["No answer could be given:", *causes]))
    return dict(counted)
