"""Airflow on one machine: where its state lies, its settings, its tables and its pools.

Belongs here: what the in-process run, the local stack and the container's init share.
Does not belong here: the production settings (docker-compose.yml).
"""

from pathlib import Path

from eurocluster.settings import ROOT

POOLS = {
    "partner_sources": (8, "Partners fetched at the same time"),
    "duckdb_writer": (1, "DuckDB has one writer"),
}


def local_environment(home: Path) -> dict[str, str]:
    """Return the environment of an Airflow that keeps its state in ``home``, on SQLite.

    It must be in force before Airflow is imported.
    """
    return {
        "AIRFLOW_HOME": str(home),
        "AIRFLOW__CORE__DAGS_FOLDER": str(ROOT / "dags"),
        "AIRFLOW__CORE__PLUGINS_FOLDER": str(ROOT / "plugins"),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__CORE__EXECUTOR": "LocalExecutor",
        # Seconds to wait for another writer: SQLite's five are too few on a busy machine.
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": f"sqlite:///{home / 'airflow.db'}?timeout=60",
        "AIRFLOW__LOGGING__BASE_LOG_FOLDER": str(home / "logs"),
        "DO_NOT_TRACK": "1",
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "False",
    }


def prepare_metadata() -> None:
    """Create or migrate Airflow's tables; create missing pools, leave tuned ones as they are."""
    from airflow.models.pool import Pool
    from airflow.utils.db import initdb
    from airflow.utils.session import create_session
    from sqlalchemy import text

    with create_session() as session:
        if session.get_bind().dialect.name == "sqlite":
            session.execute(text("pragma journal_mode = wal"))  # readers no longer block writers
    initdb()
    for name, (slots, description) in POOLS.items():
        if Pool.get_pool(name) is None:
            Pool.create_or_update_pool(
                name=name, slots=slots, description=description, include_deferred=False
            )


if __name__ == "__main__":
    prepare_metadata()
