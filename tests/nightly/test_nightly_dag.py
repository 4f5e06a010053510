"""The real DAG on the example consortium, twice, each in a process of its own.

Belongs here: the states of its tasks, what it published, what it left behind.
Does not belong here: single figures of a worked example, rules, the DAG's wiring.
"""

import os
import sqlite3
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from eurocluster.consortium.declarations import load_consortium
from eurocluster.settings import ROOT

pytestmark = pytest.mark.nightly

HOME = ROOT / "examples" / "eurocluster"
PARTNERS = [partner.partner for partner in load_consortium(HOME).partners]


class Nights:
    """One state folder and the nights that ran on it."""

    def __init__(self, data: Path) -> None:
        self.data = data

    def run(self, *choices: str) -> subprocess.CompletedProcess[str]:
        """Run a night as ``make run`` does, in an environment that holds nothing else."""
        environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(self.data),
            "EUROCLUSTER_HOME": str(HOME),
            "EUROCLUSTER_DATA": str(self.data),
            "EUROCLUSTER_SECRET": "a secret of the tests",
        }
        return subprocess.run(
            [sys.executable, "-m", "eurocluster.airflow.in_process", *choices],
            env=environment, capture_output=True, text=True, check=False,
        )  # fmt: skip

    def tasks(self) -> list[dict[tuple[str, str | None], str]]:
        """Return, run by run, the state of each task by its name and its partner."""
        query = (
            "select run_id, task_id, rendered_map_index, state from task_instance order by run_id"
        )
        runs: dict[str, dict[tuple[str, str | None], str]] = {}
        with sqlite3.connect(self.data / "airflow" / "in_process" / "airflow.db") as metadata:
            for run, task, partner, state in metadata.execute(query):
                runs.setdefault(run, {})[task, partner] = state
        return list(runs.values())

    def published(self) -> list[Path]:
        folder = self.data / "warehouse" / "published"
        files = sorted(folder.glob("*/warehouse.duckdb"))
        return [file for file in files if not file.parent.is_symlink()]


@pytest.fixture(scope="module")
def nights(tmp_path_factory: pytest.TempPathFactory) -> Nights:
    return Nights(tmp_path_factory.mktemp("nights"))


@pytest.fixture(scope="module")
def first(nights: Nights) -> subprocess.CompletedProcess[str]:
    return nights.run()


@pytest.fixture(scope="module")
def second(nights: Nights, first: subprocess.CompletedProcess[str]):
    return nights.run()


def test_the_night_succeeds_with_one_task_per_partner(nights, first):
    assert first.returncode == 0, first.stdout + first.stderr
    succeeded = [(task, None) for task in ("plan", "build", "audit", "publish", "notify")]
    succeeded += [("ingest", partner) for partner in PARTNERS]
    assert nights.tasks()[0] == dict.fromkeys(succeeded, "success")


def test_a_person_sees_one_line_per_partner_and_where_the_warehouse_lies(nights, first):
    spoken = Counter(
        line.partition(" ")[0] for line in first.stdout.splitlines() if "files" in line
    )
    assert spoken == dict.fromkeys(PARTNERS, 1)
    (published,) = nights.published()
    assert str(published.parent.name) in first.stdout


def test_nothing_but_those_lines_reaches_the_terminal(first):
    assert "Traceback" not in first.stdout
    assert "[info" not in first.stdout
    assert first.stderr == ""


def test_a_second_night_on_the_same_files_publishes_nothing_and_tells_no_other_dag(nights, second):
    assert second.returncode == 0, second.stdout + second.stderr
    assert nights.tasks()[1]["publish", None] == "skipped"
    assert nights.tasks()[1]["notify", None] == "success"
    assert len(nights.published()) == 1
    with sqlite3.connect(nights.data / "airflow" / "in_process" / "airflow.db") as metadata:
        assert metadata.execute("select count(*) from asset_event").fetchone() == (1,)


def test_an_unknown_partner_is_refused_in_one_line_that_names_the_known_ones(nights, second):
    refused = nights.run("--partners", "nobody")
    assert refused.returncode == 1
    assert "'nobody' is not one of" in refused.stdout
    assert all(f"'{partner}'" in refused.stdout for partner in PARTNERS)
    assert "Traceback" not in refused.stdout + refused.stderr
    assert len(nights.tasks()) == 2
