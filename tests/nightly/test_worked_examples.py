"""The worked examples of the specification, run whole: every figure that the text states.

Belongs here: expected figures and fates against what the command line says after one night.
Does not belong here: rows (tests/worked_examples/), single rules (tests/unit), the DAG.
"""

import filecmp
import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from eurocluster.cli import app

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[1] / "worked_examples"
EXAMPLES = (
    "4a_m1", "4a_o1", "4a_o2", "4a_o3_o4", "4b_m1", "4b_o1", "4b_o2", "4b_o3", "d_4a", "d_4b",
    "actions",
)  # fmt: skip
EXCHANGES = "4a_o3_o4"

Figure = dict[str, Any]


def expected_figures(example: str) -> list[Figure]:
    return json.loads((ROOT / example / "expected.json").read_text(encoding="utf-8"))


def place(figure: Figure) -> tuple[str, str, str, str | None]:
    return figure["kpi"], figure["period"], figure["measure"], figure["policy"]


def every_expectation() -> list[Any]:
    return [
        pytest.param(example, figure, id=" ".join([example, *filter(None, place(figure))]))
        for example in EXAMPLES
        for figure in expected_figures(example)
    ]


@dataclass(frozen=True)
class Answers:
    """What the command line says of a worked example after its one night."""

    figures: list[Figure]
    errors: list[dict[str, Any]]
    exchanges: list[dict[str, Any]]


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Answers]:
    """Answers for each example; all have their night in one state folder, one after the other.

    So dbt parses the project once, and a row of one example in another's figures would show.
    """
    data = tmp_path_factory.mktemp("worked_examples")

    @cache
    def after_the_night(example: str) -> Answers:
        def call(*arguments: str) -> str:
            environment = {
                "EUROCLUSTER_HOME": str(ROOT / example),
                "EUROCLUSTER_DATA": str(data),
                "EUROCLUSTER_SECRET": "a secret of the tests",
            }
            done = CliRunner().invoke(app, arguments, env=environment)
            assert done.exit_code == 0, f"{arguments}\n{done.stdout}\n{done.stderr}"
            return done.stdout

        call("run")
        return Answers(
            figures=json.loads(call("kpis", "--format", "json")),
            errors=json.loads(
                call(
                    "query",
                    "select code, partner, register, column_name, cell from quality.findings"
                    " where severity = 'ERROR'",
                    "--format",
                    "json",
                )
            ),
            exchanges=json.loads(call("explain", "4a.O3", "--format", "json")),
        )

    return after_the_night


@pytest.mark.parametrize(("example", "expected"), every_expectation())
def test_the_figure_is_the_one_that_the_specification_states(
    example: str, expected: Figure, answers: Callable[[str], Answers]
) -> None:
    found = [figure for figure in answers(example).figures if place(figure) == place(expected)]
    assert len(found) == 1, f"{len(found)} figures for {place(expected)}"
    stated = {name: value for name, value in expected.items() if value is not None}
    assert {name: found[0][name] for name in stated} == stated


@pytest.mark.parametrize("example", EXAMPLES)
def test_no_row_of_a_worked_example_is_refused(
    example: str, answers: Callable[[str], Answers]
) -> None:
    # X10 visits within one country and PL-04 was adopted before the project: they show just that.
    shown = {"4a_o3_o4": {"E12"}, "4a_o1": {"E04"}}.get(example, set())
    assert {finding["code"] for finding in answers(example).errors} == shown


def test_explain_lists_every_exchange_with_its_fate_and_place(
    answers: Callable[[str], Answers],
) -> None:
    expected = json.loads((ROOT / EXCHANGES / "expected_fates.json").read_text(encoding="utf-8"))
    explained = answers(EXCHANGES).exchanges
    assert {row["exchange_id"]: row["fate"] for row in explained} == {
        row["exchange_id"]: fate_as_text(row) for row in expected
    }
    for row in explained:
        assert len(row["file_sha256"]) == 64
        assert row["file_name"] in {"wymiany.xlsx", "echanges.csv", "mitroa.ods"}
        assert row["cell_range"]


def fate_as_text(expected: dict[str, str | None]) -> str:
    if expected["fate"] in {"excluded", "pending"}:
        return f"{expected['fate']}:{expected['reason']}"
    return str(expected["fate"])


def test_building_the_worked_examples_again_gives_the_committed_files(tmp_path: Path) -> None:
    subprocess.run([sys.executable, ROOT / "build.py", "--into", tmp_path], check=True)
    for example in EXAMPLES:
        committed = files_of(ROOT / example) - {Path("README.md")}
        assert files_of(tmp_path / example) == committed
        _, different, unreadable = filecmp.cmpfiles(
            ROOT / example, tmp_path / example, [str(path) for path in committed], shallow=False
        )
        assert (different, unreadable) == ([], [])


def test_every_example_has_a_page_that_goes_through_its_rows() -> None:
    for example in EXAMPLES:
        lines = (ROOT / example / "README.md").read_text(encoding="utf-8").splitlines()
        assert 10 <= len(lines) <= 20


def files_of(folder: Path) -> set[Path]:
    return {path.relative_to(folder) for path in folder.rglob("*") if path.is_file()}
