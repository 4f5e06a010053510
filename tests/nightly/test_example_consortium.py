"""The example consortium through the whole night, against the figures computed naively.

Belongs here: what holds for the example as a whole: figures, repetition, order, privacy.
Does not belong here: the naive computation (naive_kpis.py), the worked examples, single rules.
"""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from nightly.naive_kpis import expected_pending, expected_scoreboard
from nightly.personal_bytes import PersonalBytes

from examples.generator.build import write
from examples.generator.privacy import personal_texts
from examples.generator.tables import Arrangement

pytestmark = pytest.mark.nightly

HOME = Path(__file__).parents[2] / "examples" / "eurocluster"
COMMAND = Path(sys.executable).with_name("eurocluster")
KPIS = (
    "4a.M1", "4a.O1", "4a.O2", "4a.O3", "4a.O4", "4b.M1", "4b.O1", "4b.O2", "4b.O2.sme", "4b.O3",
    "4a.M1.unverified_aggregate", "4a.O3.pending", "4b.O2.not_sme", "4b.O2.unknown",
    "4b.O3.unverified_aggregate", "4b.O3.upper_bound",
)  # fmt: skip

Figures = dict[tuple[str, str, str, str | None], tuple[Any, ...]]


class Consortium:
    """A consortium folder and the state of its nights."""

    def __init__(self, home: Path, data: Path) -> None:
        self.home, self.data = home, data

    def call(self, *arguments: str) -> str:
        """What a command prints; it must succeed."""
        completed = subprocess.run(
            [*map(str, arguments)],
            env={
                **os.environ,
                "EUROCLUSTER_HOME": str(self.home),
                "EUROCLUSTER_DATA": str(self.data),
                "EUROCLUSTER_SECRET": "a secret of the tests, long enough",
            },
            capture_output=True,
            text=True,
            check=False,
        )
        assert completed.returncode == 0, completed.stdout[-3000:] + completed.stderr[-3000:]
        return completed.stdout + completed.stderr

    def run(self) -> str:
        return self.call(str(COMMAND), "run")

    def figures(self) -> Figures:
        """(KPI, period, measure, policy) → (value, numerator, denominator)."""
        return by_place(json.loads(self.call(str(COMMAND), "kpis", "--format", "json")))

    def publication(self) -> Path:
        return (self.data / "warehouse" / "published" / "current").resolve()


def by_place(lines: list[dict[str, Any]]) -> Figures:
    return {
        (each["kpi"], each["period"], each["measure"], each["policy"]): (
            each["value"],
            each["numerator"],
            each["denominator"],
        )
        for each in lines
    }


@pytest.fixture(scope="module")
def expected() -> Figures:
    return by_place(expected_scoreboard())


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> Consortium:
    consortium = Consortium(HOME, tmp_path_factory.mktemp("example"))
    consortium.run()
    return consortium


@pytest.fixture(scope="module")
def first_publication(example: Consortium) -> Path:
    return example.publication()


@pytest.fixture(scope="module")
def second_run(example: Consortium, first_publication: Path, figures: Figures) -> str:
    """What a run on the same files says, after the first has been looked at."""
    return example.run()


@pytest.fixture(scope="module")
def figures(example: Consortium) -> Figures:
    return example.figures()


@pytest.mark.parametrize("kpi", KPIS)
def test_every_figure_equals_the_naive_one(kpi: str, figures: Figures, expected: Figures):
    wanted = {place: figure for place, figure in expected.items() if place[0] == kpi}
    assert wanted
    assert {place: figures.get(place) for place in wanted} == wanted


def test_units_that_lack_a_paper_are_pending(example: Consortium):
    answer = json.loads(
        example.call(
            str(COMMAND),
            "query",
            "select kpi, count(distinct unit) as units from evidence.row_fates"
            " where fate like 'pending:%' group by kpi order by kpi",
            "--format",
            "json",
        )
    )
    pending = {line["kpi"]: line["units"] for line in answer if line["kpi"] != "4a.O4"}
    assert pending == expected_pending()


def test_a_second_run_publishes_nothing_new(
    example: Consortium, first_publication: Path, figures: Figures, second_run: str
):
    assert example.publication() == first_publication
    published = first_publication.parent.iterdir()
    assert len([p for p in published if p.is_dir() and not p.is_symlink()]) == 1
    assert example.figures() == figures


def test_shuffled_rows_columns_sheets_and_renamed_files_give_the_same_figures(
    figures: Figures, tmp_path: Path
):
    write(tmp_path / "home", Arrangement("shuffled"))
    shuffled = Consortium(tmp_path / "home", tmp_path / "data")
    shuffled.run()
    assert shuffled.figures() == figures


def test_no_personal_text_is_in_store_warehouse_logs_or_on_the_terminal(
    example: Consortium, second_run: str
):
    personal = PersonalBytes(personal_texts())
    assert personal.found_below(HOME / "drives" / "be")
    assert personal.found_below(HOME / "drives" / "fi")

    spoken = [
        example.call(str(COMMAND), "kpis"),
        example.call(str(COMMAND), "explain", "4b.O3"),
        second_run,
    ]
    assert {text for each in spoken for text in personal.found_in(each.encode())} == set()
    for folder in sorted(p for p in example.data.iterdir() if p.is_dir() and p.name != "landing"):
        assert personal.found_below(folder) == {}, folder
