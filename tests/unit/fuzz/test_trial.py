"""Mutated files on their way through the product."""

import subprocess
import sys

import pytest

from eurocluster.settings import ROOT
from fuzz.mutating import FAMILIES
from fuzz.seeds import personal_texts, seeds
from fuzz.trial import Bench, Limits, case


@pytest.mark.slow
def test_there_are_seeds_of_every_format_and_persons_among_them() -> None:
    found = seeds()
    assert set(found) == set(FAMILIES)
    assert all(len(every) > 9 for every in found.values())
    lists = [seed for seed in found["csv"] if seed.name.endswith("be/aanwezigheid.csv")]
    assert len(personal_texts(lists[0])) > 10


@pytest.mark.slow
def test_mutated_files_end_in_rows_or_in_words() -> None:
    numbers = range(100, 100 + 2 * len(FAMILIES))
    assert [case(7, number) for number in numbers] == [case(7, number) for number in numbers]
    with Bench(Limits(returned_every=1)) as bench:
        tried = [bench.tried(case(7, number)) for number in numbers]
    assert [outcome.failures for outcome in tried if outcome.failures] == []
    assert all(outcome.is_returned and outcome.result != "none" for outcome in tried)


@pytest.mark.slow
def test_one_file_is_tried_again_by_its_number() -> None:
    run = subprocess.run(
        [sys.executable, "-m", "fuzz", "--seed", "7", "--only", "100", "--processes", "1"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert "1 files" in run.stdout
