"""`make bench` as a person starts it."""

import subprocess
import sys

import pytest

from eurocluster.settings import ROOT


@pytest.mark.slow
def test_every_subject_has_its_table() -> None:
    run = subprocess.run(
        [sys.executable, "-m", "benchmarks", "--rows", "60", "--runs", "1"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    titles = ("Reading a workbook", "Reading a csv", "One delivery", "Building the warehouse")
    assert all(title in run.stdout for title in titles)
    assert "100.0%" in run.stdout


def test_an_unknown_subject_is_refused_with_the_known_ones() -> None:
    run = subprocess.run(
        [sys.executable, "-m", "benchmarks", "nothing"], cwd=ROOT, capture_output=True, text=True
    )
    assert run.returncode == 2
    assert "workbooks, text, delivery, warehouse, scaling" in run.stderr
