"""`make bench` as a person starts it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from eurocluster.settings import ROOT


@pytest.mark.slow
def test_a_subject_has_its_table() -> None:
    run = subprocess.run(
        [sys.executable, "-m", "benchmarks", "text", "delivery", "--rows", "60", "--runs", "1"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    titles = ("Reading a csv", "One delivery")
    assert all(title in run.stdout for title in titles)
    assert "100.0%" in run.stdout


def test_an_unknown_subject_is_refused_with_the_known_ones() -> None:
    run = subprocess.run(
        [sys.executable, "-m", "benchmarks", "nothing"], cwd=ROOT, capture_output=True, text=True
    )
    assert run.returncode == 2
    assert (
        "workbooks, text, delivery, warehouse, consortium, portal, scaling, sources" in run.stderr
    )


def test_a_program_that_sources_need_and_is_missing_is_told_and_nothing_starts(
    tmp_path: Path,
) -> None:
    run = subprocess.run(
        [sys.executable, "-m", "benchmarks", "sources"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        env={**os.environ, "PATH": str(tmp_path)},
    )
    assert run.returncode == 2
    assert "sources needs programs that are missing: " in run.stderr
    assert "smbclient" in run.stderr
    assert "Traceback" not in run.stderr
