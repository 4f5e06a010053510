"""The tasks of the night: read the run's choices, call a step, log what it did.

Belongs here: what needs Airflow's context, connections, assets. A task hands on ids and counts,
never a row, and logs no content of a cell.
Does not belong here: the steps (nightly.py); they are imported when a task runs, because this
module is read whenever Airflow parses the DAG.
"""

import logging
from collections.abc import Iterable
from dataclasses import asdict, replace
from typing import Any

from airflow.sdk import Asset, Connection, get_current_context, task
from airflow.sdk.exceptions import (
    AirflowException,
    AirflowFailException,
    AirflowNotFoundException,
    AirflowSkipException,
)

from eurocluster.airflow.connections import connection
from eurocluster.airflow.params import choices
from eurocluster.settings import load_settings, with_secret
from eurocluster.store_keys import CONNECTION

PUBLISHED = Asset(name="published_warehouse", uri="x-eurocluster://warehouse/published")
"""Changes when a publication says something new; other DAGs can be scheduled on it."""

log = logging.getLogger(__name__)
notices = logging.getLogger("eurocluster.notices")


@task
def plan() -> list[dict[str, Any]]:
    """Check the run's choices against the declarations; return one scope per partner."""
    from eurocluster import nightly

    context = get_current_context()
    chosen = choices(context["params"], context["dag_run"].conf)
    scope = nightly.plan(load_settings(), **chosen)
    log.info("%d partners, %s", len(scope.partners), _listed(scope.registers) or "every register")
    return [asdict(replace(scope, partners=(partner,))) for partner in scope.partners]


@task
def ingest(scope: dict[str, Any]) -> dict[str, Any]:
    """Fetch, judge and deliver the registers of the one partner of ``scope``.

    What can be fetched is delivered in any case. A source that may work later makes the task fail
    so that Airflow tries again; one that will not, makes it fail for good.
    """
    from eurocluster import nightly
    from eurocluster.store_keys import WrongSecret

    (partner,) = scope["partners"]
    one = nightly.Scope(**scope | {"partners": (partner,), "registers": tuple(scope["registers"])})
    settings = with_secret(load_settings(), secret_of_connection())
    run_id = get_current_context()["dag_run"].run_id
    try:
        done = nightly.ingest(settings, one, partner, connection, run_id)
    except WrongSecret as error:
        raise AirflowFailException(str(error)) from None
    log.info("%s", _ingested(done))
    failures = {
        f"{register['register']}: {register['failure']}": register["is_retryable"]
        for register in done["registers"]
        if register["failure"]
    }
    if any(failures.values()):
        raise AirflowException(_failed(partner, failures))
    if failures:
        raise AirflowFailException(_failed(partner, failures))
    return done


@task
def build() -> dict[str, Any]:
    """Build the warehouse from everything delivered, apart from the published one."""
    from eurocluster import nightly

    built = nightly.build(load_settings())
    log.info("Built %(models)d models, ran %(tests)d tests", built)
    return built


@task
def audit(built: dict[str, Any]) -> dict[str, Any]:
    """Fail, and with it all that follows, unless every audit of the build passed."""
    from eurocluster import nightly

    audited = nightly.audit(load_settings(), built)
    log.info("Every audit passed")
    return audited


@task
def publish(built: dict[str, Any]) -> dict[str, Any]:
    """Publish the audited build; skipped, and no asset event, when it says nothing new."""
    from eurocluster import nightly

    published = nightly.publish(load_settings(), built)
    if not published["new"]:
        log.info("Nothing new: publication %(publication_id)s already says this", published)
        raise AirflowSkipException("Nothing new")
    log.info("Published %(publication_id)s at %(path)s", published)
    return published


@task
def notify() -> None:
    """Tell what was refused and why in the log, and mail what somebody has to look at.

    A mail server that is missing is told; one that does not answer fails this task alone, and what
    it did not take is sent by the next try.
    """
    from eurocluster import nightly
    from eurocluster.airflow.notices import NoMailServer, mail_server
    from eurocluster.notices import outbox

    settings = load_settings()
    for line in nightly.summarise(settings):
        notices.info("%s", line)
    found = outbox.messages(settings)
    if not outbox.unsent(settings, found):
        return
    try:
        with mail_server() as post:
            sent = outbox.send(settings, found, post)
    except NoMailServer as error:
        log.warning("%s", error)
        return
    log.info("%d messages sent, %d had been sent before", sent.sent, sent.before)


def secret_of_connection() -> str | None:
    """Return the password of the Airflow connection that keeps the secret, if there is one."""
    try:
        password: str | None = Connection.get(CONNECTION).password
    except AirflowNotFoundException:
        return None
    return password


def _ingested(done: dict[str, Any]) -> str:
    totals = {
        name: sum(register[name] for register in done["registers"])
        for name in ("files", "rows", "refused", "doubtful")
    }
    return (
        f"{done['partner']:<12}{totals['files']:>4} files {totals['rows']:>8,} rows"
        f"{totals['refused']:>7,} refused{totals['doubtful']:>7,} doubtful"
    )


def _listed(names: tuple[str, ...]) -> str:
    return ", ".join(names)


def _failed(partner: str, failures: Iterable[str]) -> str:
    """Return what could not be fetched, a line each."""
    return "\n  ".join([f"{partner} stays on its last good deliveries:", *failures])
