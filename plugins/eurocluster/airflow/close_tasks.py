"""The tasks of closing a period: what there is to approve, and what follows the approval.

Belongs here: what needs Airflow's context.
Does not belong here: closing (nightly, releases); imported when a task runs, because this module is
read whenever Airflow parses the DAG.
"""

import logging
from typing import Any

from airflow.sdk import get_current_context, task
from airflow.sdk.exceptions import AirflowFailException

from eurocluster.settings import load_settings

log = logging.getLogger(__name__)


@task
def look() -> str:
    """Return what is to be approved, as Markdown; fail with words when it cannot be closed."""
    from eurocluster import nightly
    from eurocluster.releases import BrokenChain, CannotClose

    try:
        return nightly.before_closing(load_settings(), get_current_context()["params"]["period"])
    except (CannotClose, BrokenChain) as error:
        raise AirflowFailException(str(error)) from None


@task
def freeze(approved: dict[str, Any]) -> dict[str, Any]:
    """Close the period in the name of whoever approved it."""
    from eurocluster import nightly
    from eurocluster.releases import BrokenChain, CannotClose

    params = get_current_context()["params"]
    user = approved.get("responded_by_user") or {}
    approver = user.get("name") or user.get("id") or ""
    try:
        done = nightly.close(load_settings(), params["period"], approver, params["note"])
    except (CannotClose, BrokenChain) as error:
        raise AirflowFailException(str(error)) from None
    log.info("Release %(release)d: %(period)s is closed, digest %(digest)s", done)
    return done


@task
def hand_over(done: dict[str, Any]) -> str:
    """Write the files that the agency takes; return the folder."""
    from eurocluster.exports.hand_over import hand_over as write_files

    folder = write_files(load_settings(), done["period"])
    log.info("The files of %s are in %s", done["period"], folder)
    return str(folder)
