"""Ways of delivering on the same small file: each runs, and is scored for what it says."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.attendance import attendance, with_mistakes
from benchmarks.material import WRITERS, planted_in, spoiled_home
from benchmarks.subjects import Target, growth
from eurocluster.settings import ROOT

ROWS = 300


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("material")
    WRITERS["spoiled"][1](folder, ROWS)
    return folder


def test_the_script_finds_a_part_and_names_the_cells(folder: Path) -> None:
    found = _scored("script", folder)
    assert 0 < found["found"] < found["planted"]
    assert found["refused"] == 0


def test_the_contract_of_dlt_leaves_rows_out_and_names_no_cell(folder: Path) -> None:
    found = _scored("contract", folder)
    assert found["found"] == 0
    assert 0 < found["rows_found"] < found["rows"]
    assert found["refused"] == 0


def test_the_limit_keeps_every_row(folder: Path) -> None:
    import duckdb

    _run("benchmarks.delivering", "limit", str(spoiled_home(folder, ROWS)), str(folder / "limit"))
    with duckdb.connect(str(folder / "limit" / "limit.duckdb"), read_only=True) as connection:
        assert connection.execute("select count(*) from attendance").fetchone() == (ROWS,)


def test_the_list_names_every_cell_that_differs_and_the_two_ids_of_a_pair(folder: Path) -> None:
    (good,) = attendance(ROWS)
    (spoiled,) = with_mistakes(attendance(ROWS), [])
    changed = {
        (row + 2, column)
        for column, cells in good.items()
        for row, cell in enumerate(cells)
        if cell != spoiled[column][row]
    }
    lines = planted_in(folder, ROWS).read_text(encoding="utf-8").splitlines()
    listed = {(int(row), column) for row, column, _ in (line.split(",") for line in lines)}
    assert changed <= listed
    assert {column for _, column in listed - changed} == {"record_id"}


@pytest.mark.parametrize("exponent", [0.9, 1.0, 1.3])
def test_growth_is_the_exponent_beyond_the_fixed_part(exponent: float) -> None:
    sizes = (10_000, 100_000, 1_000_000)
    seconds = [2.5 + 1e-5 * size**exponent for size in sizes]
    assert growth(sizes, seconds, 2.5) == pytest.approx(exponent)


def test_a_promise_is_the_most_or_the_least() -> None:
    assert Target("cost", 2.0, 2.0, "×").is_met
    assert not Target("cost", 2.1, 2.0, "×").is_met
    assert Target("cheaper", 5.1, 5.0, "×", is_least=True).is_met
    assert not Target("cheaper", 4.9, 5.0, "×", is_least=True).is_met


def _scored(way: str, folder: Path) -> dict[str, int]:
    home, out = str(spoiled_home(folder, ROWS)), str(folder / way)
    _run("benchmarks.delivering", way, home, out)
    said: dict[str, int] = json.loads(
        _run("benchmarks.scoring", way, out, home, str(planted_in(folder, ROWS)))
    )
    return said


def _run(*arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", *arguments], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return done.stdout
