"""The task of housekeeping: remove what is no longer needed, log how much of what.

Belongs here: what needs Airflow's log. A file's name may name a person, so the log has none.
Does not belong here: what goes (housekeeping.py); it is imported when the task runs, because this
module is read whenever Airflow parses the DAG.
"""

import logging
from collections import Counter

from airflow.sdk import task

from eurocluster.settings import load_settings

log = logging.getLogger(__name__)


@task
def keep_house() -> dict[str, int]:
    """Remove what is no longer needed; return how much of what."""
    from eurocluster.housekeeping import keep_house as keep

    counted = Counter(removal.what for removal in keep(load_settings()))
    log.info("Removed: %s", ", ".join(f"{n} × {what}" for what, n in counted.items()) or "nothing")
    return dict(counted)
