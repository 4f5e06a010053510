"""Housekeeping under Airflow: weekly, one task, a log that names no file."""

from pathlib import Path

import pytest
from airflow.serialization.serialized_objects import DagSerialization

from eurocluster.airflow.housekeeping_tasks import keep_house
from eurocluster.ledgers import removed_ledger
from eurocluster.settings import ROOT, Settings


@pytest.fixture(scope="session")
def housekeeping(dag_bag):
    return dag_bag.dags["housekeeping"]


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """The example consortium, in a state folder of its own."""
    settings = Settings(ROOT / "examples" / "eurocluster", tmp_path / "data")
    monkeypatch.setenv("EUROCLUSTER_HOME", str(settings.home))
    monkeypatch.setenv("EUROCLUSTER_DATA", str(settings.data))
    return settings


def test_it_runs_every_sunday_in_one_task_that_has_the_warehouse_for_itself(housekeeping):
    timetable = DagSerialization.to_dict(housekeeping)["dag"]["timetable"]["__var"]
    assert timetable["expression"] == "0 4 * * 0"
    assert not housekeeping.catchup
    assert housekeeping.max_active_runs == 1
    (task,) = housekeeping.tasks
    assert (task.task_id, task.pool, task.retries) == ("keep_house", "duckdb_writer", 0)


def test_it_removes_what_is_over_and_counts_it_by_kind(settings: Settings):
    settings.audits.mkdir(parents=True)
    (settings.audits / "20230101T000000Z-4a.M1-0123.csv").write_text("Testa Przykładna")
    assert keep_house.function() == {"file of an audit": 1}
    assert keep_house.function() == {}
    (line,) = removed_ledger(settings).lines()
    assert line["why"] == "its time is over"
