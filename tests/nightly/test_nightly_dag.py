"""The real DAG on the example consortium, twice, each in a process of its own.

Belongs here: the states of its tasks, what it published, what it says.
Does not belong here: ``eurocluster run`` (test_example_consortium.py), the DAG's wiring (dags/).
"""

import json
import os
import sqlite3
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from nightly.naive_kpis import expected_scoreboard
from nightly.personal_bytes import PersonalBytes

from eurocluster.consortium.declarations import load_consortium
from eurocluster.settings import ROOT
from examples.generator.privacy import personal_texts

pytestmark = pytest.mark.nightly

HOME = ROOT / "examples" / "eurocluster"
PARTNERS = [partner.partner for partner in load_consortium(HOME).partners]


class Nights:
    """One state folder and the nights that ran on it."""

    def __init__(self, data: Path) -> None:
        self.data = data

    def run(self, *choices: str) -> subprocess.CompletedProcess[str]:
        """Run a night as ``make run`` does."""
        return self._call(sys.executable, "-m", "eurocluster.airflow.in_process", *choices)

    def figures(self) -> list[dict[str, Any]]:
        command = Path(sys.executable).with_name("eurocluster")
        found: list[dict[str, Any]] = json.loads(
            self._call(str(command), "kpis", "--format", "json").stdout
        )
        return found

    def _call(self, *command: str) -> subprocess.CompletedProcess[str]:
        """Run a command in an environment that holds nothing of the tester's."""
        environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(self.data),
            "EUROCLUSTER_HOME": str(HOME),
            "EUROCLUSTER_DATA": str(self.data),
            "EUROCLUSTER_SECRET": "a secret of the tests",
        }
        return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)

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


def test_every_published_figure_equals_the_naive_one(nights, first):
    published = {place(figure): amounts(figure) for figure in nights.figures()}
    expected = {place(figure): amounts(figure) for figure in expected_scoreboard()}
    assert {figure: published.get(figure) for figure in expected} == expected


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
    assert "Nothing new: publication" in second.stdout
    assert nights.tasks()[1]["publish", None] == "skipped"
    assert nights.tasks()[1]["notify", None] == "success"
    assert len(nights.published()) == 1
    with sqlite3.connect(nights.data / "airflow" / "in_process" / "airflow.db") as metadata:
        assert metadata.execute("select count(*) from asset_event").fetchone() == (1,)


def test_no_personal_text_is_in_the_state_of_airflow_or_on_the_terminal(nights, first, second):
    personal = PersonalBytes(personal_texts())
    assert personal.found_below(HOME / "drives" / "be")
    spoken = first.stdout + first.stderr + second.stdout + second.stderr
    assert personal.found_in(spoken.encode()) == set()
    assert (nights.data / "airflow").is_dir()
    for folder in sorted(p for p in nights.data.iterdir() if p.is_dir() and p.name != "landing"):
        assert personal.found_below(folder) == {}, folder


def test_an_unknown_partner_is_refused_in_one_line_that_names_the_known_ones(nights, second):
    refused = nights.run("--partners", "nobody")
    assert refused.returncode == 1
    assert "'nobody' is not one of" in refused.stdout
    assert all(f"'{partner}'" in refused.stdout for partner in PARTNERS)
    assert "Traceback" not in refused.stdout + refused.stderr
    assert len(nights.tasks()) == 2


def place(figure: dict[str, Any]) -> tuple[str, str, str, str | None]:
    return figure["kpi"], figure["period"], figure["measure"], figure["policy"]


def amounts(figure: dict[str, Any]) -> tuple[Any, ...]:
    return figure["value"], figure["numerator"], figure["denominator"]
