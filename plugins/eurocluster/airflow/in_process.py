"""The real DAG in this process, without a server: what ``make run`` shows.

Belongs here: running ``refresh_kpis`` through Airflow's own ``dag.test()`` and telling a person
at a terminal how it goes.
Does not belong here: what the tasks do; the run without Airflow (``eurocluster run``).
"""

import argparse
import logging
import os
import sys
import traceback
from typing import Any

from eurocluster.airflow.environment import local_environment, prepare_metadata
from eurocluster.consortium.declarations import DeclarationError, load_consortium
from eurocluster.settings import ROOT, Settings, load_settings

DAG_ID = "refresh_kpis"

log = logging.getLogger("eurocluster.airflow.in_process")  # the same when run as __main__


class RunRefused(Exception):
    """The run cannot start; the message says why, in words for the person who started it."""


def main(arguments: list[str] | None = None) -> int:
    """Run the night; return 0 when every task did its work, 1 otherwise."""
    chosen = {key: value for key, value in vars(_options(arguments)).items() if value}
    settings = load_settings()
    _talk_plainly()
    try:
        consortium = load_consortium(settings.home)
        log.info("%s: starting Airflow in this process", consortium.project.name)
        return 0 if run(settings, chosen) else 1
    except (DeclarationError, RunRefused) as error:
        log.error("%s", error)
        return 1


def run(settings: Settings, conf: dict[str, Any]) -> bool:
    """Run the DAG with ``conf`` as its choices; return whether no task failed.

    Raises:
        RunRefused: The DAG does not import, or ``conf`` is not what the trigger form allows.
    """
    home = settings.data / "airflow" / "in_process"
    home.mkdir(parents=True, exist_ok=True)
    os.environ |= local_environment(home) | {
        "EUROCLUSTER_HOME": str(settings.home),
        "EUROCLUSTER_DATA": str(settings.data),
    }
    # Failures are told by _report; set this to INFO to read everything that Airflow has to say.
    os.environ.setdefault("AIRFLOW__LOGGING__LOGGING_LEVEL", "CRITICAL")
    from airflow.dag_processing.dagbag import DagBag
    from airflow.sdk.exceptions import ParamValidationError

    prepare_metadata()
    bag = DagBag(dag_folder=ROOT / "dags" / f"{DAG_ID}.py")
    if bag.import_errors:
        raise RunRefused("\n".join(bag.import_errors.values()))
    dag = bag.dags[DAG_ID]
    for task in dag.tasks:
        task.retries = 0  # nobody waits at a terminal for the minutes that a night can wait
        task.on_failure_callback = [_report]
    try:
        finished = dag.test(run_conf=conf)
    except ParamValidationError as error:
        raise RunRefused(str(error).partition("\n")[0]) from error
    failed = finished.get_task_instances(state=["failed"])
    if failed:
        log.error("Not done: %s", ", ".join(sorted({task.task_id for task in failed})))
    return not failed


def _report(context: Any) -> None:
    """Tell a task's failure: the message alone where it says all, else with our own frames."""
    from eurocluster.airflow.params import UnknownParameter
    from eurocluster.nightly import AuditFailed, UnknownChoice

    error = context["exception"]
    partner = context["task_instance"].rendered_map_index or ""
    log.error("%s failed: %s", f"{context['task'].task_id} {partner}".strip(), error)
    if isinstance(error, AuditFailed | DeclarationError | UnknownChoice | UnknownParameter):
        return
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if frame.filename.startswith(str(ROOT / "plugins"))]
    places = [f"  {frame.filename}:{frame.lineno} in {frame.name}" for frame in ours]
    log.error("%s", "\n".join([*places, f"  {type(error).__name__}"]))


def _talk_plainly() -> None:
    """Show what the tasks log as plain lines."""
    screen = logging.StreamHandler(sys.stdout)
    screen.setFormatter(logging.Formatter("%(message)s"))
    ours = logging.getLogger("eurocluster.airflow")
    ours.setLevel(logging.INFO)
    ours.addHandler(screen)
    ours.propagate = False


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Run the whole night in this process.")
    parser.add_argument("--partners", nargs="+", metavar="CODE", help="default: every partner")
    parser.add_argument("--registers", nargs="+", metavar="NAME", help="default: every register")
    parser.add_argument("--force", action="store_true", help="read unchanged files again")
    parser.add_argument("--note", help="why this run was started")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
