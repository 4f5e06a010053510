"""The drop folders under Airflow: one cheap task, and a log that names no file."""

import logging
from pathlib import Path

import pytest
from airflow.sdk.exceptions import AirflowException
from airflow.serialization.serialized_objects import DagSerialization

from eurocluster.airflow.drop_tasks import judge_dropped
from eurocluster.settings import ROOT

HOME = ROOT / "examples" / "eurocluster"


@pytest.fixture(scope="session")
def judge_dropped_files(dag_bag):
    return dag_bag.dags["judge_dropped_files"]


@pytest.fixture
def drop(metadata, tmp_path, monkeypatch) -> Path:
    """Drop folder of the example consortium, in a state folder of its own."""
    monkeypatch.setenv("EUROCLUSTER_HOME", str(HOME))
    monkeypatch.setenv("EUROCLUSTER_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("EUROCLUSTER_SECRET", "a secret of the tests")
    folder = tmp_path / "data" / "drop"
    for partner in ("be", "pl"):
        (folder / partner).mkdir(parents=True)
    return folder


@pytest.fixture
def logged():
    """What the task logs, whatever Airflow does with its loggers."""
    lines: list[str] = []
    ours = logging.getLogger("eurocluster")

    class Keeper(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            lines.append(record.getMessage())

    keeper = Keeper(logging.DEBUG)
    level = ours.level
    ours.addHandler(keeper)
    ours.setLevel(logging.DEBUG)
    yield lines
    ours.removeHandler(keeper)
    ours.setLevel(level)


def test_it_looks_every_five_minutes_in_one_task_one_run_at_a_time(judge_dropped_files):
    timetable = DagSerialization.to_dict(judge_dropped_files)["dag"]["timetable"]["__var"]
    assert timetable["expression"] == "*/5 * * * *"
    assert not judge_dropped_files.catchup
    assert judge_dropped_files.max_active_runs == 1
    (task,) = judge_dropped_files.tasks
    assert (task.task_id, task.retries) == ("judge_dropped", 0)


@pytest.mark.slow
def test_a_run_answers_a_file_that_was_put_there_just_now(judge_dropped_files, drop):
    (drop / "pl" / "scan.xlsx").write_bytes(b"%PDF-1.7 no table")
    run = judge_dropped_files.test()
    assert {task.task_id: task.state for task in run.get_task_instances()} == {
        "judge_dropped": "success"
    }
    assert (drop / "pl" / "answers" / "scan (wynik).xlsx").is_file()


def test_a_file_without_an_answer_fails_the_task_after_all_others_and_no_log_has_its_name(
    drop, logged
):
    """Names of files can be names of persons."""
    (drop / "be" / "answers").symlink_to(drop / "pl")
    (drop / "be" / "janneke-example.xlsx").write_bytes(b"%PDF-1.7 no table")
    (drop / "jan-example.xlsx").write_bytes(b"x")
    with pytest.raises(AirflowException, match=r"No answer could be given:\n  be: ") as failure:
        judge_dropped.function()
    assert (drop / "pl" / "answers").is_dir()
    assert "1 in drop/ of no declared partner; `eurocluster drop` names them" in logged
    assert "example" not in str(failure.value) + "\n".join(logged)


def test_a_run_without_files_counts_nothing(drop, logged):
    assert judge_dropped.function() == {}
    assert logged == []
