"""``eurocluster drop``: now, and until Ctrl-C."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from eurocluster.cli import app
from eurocluster.settings import ROOT

HOME = ROOT / "examples" / "eurocluster"
ATTENDANCE = HOME / "drives" / "be" / "aanwezigheid.csv"
ANSWER = "aanwezigheid.csv (resultaat).xlsx"
GOOD, JUDGED_BAD, USAGE, COULD_NOT_RUN = range(4)
SECONDS = 120


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "var"


@pytest.fixture
def eurocluster(data: Path) -> Callable[..., Any]:
    """Calls the command line on the example consortium with a state folder of its own."""

    def call(*arguments: object, **environment: str) -> Any:
        done = CliRunner().invoke(
            app, [str(argument) for argument in arguments], env=variables(data) | environment
        )
        assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
        return done

    return call


def variables(data: Path) -> dict[str, str]:
    return {
        "EUROCLUSTER_DATA": str(data), "EUROCLUSTER_HOME": str(HOME), "COLUMNS": "120",
        "EUROCLUSTER_SECRET": "a secret of the tests",
    }  # fmt: skip


@contextmanager
def watching(data: Path) -> Iterator["subprocess.Popen[str]"]:
    process = subprocess.Popen(
        [sys.executable, "-c", "from eurocluster.cli import app; app()", "drop", "--watch",
         "--settle", "0"],
        env=os.environ | variables(data), text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        # Whoever runs the tests in the background passes Ctrl-C on as ignored.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )  # fmt: skip
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def wait_for(path: Path) -> None:
    end = time.monotonic() + SECONDS
    while not path.exists():
        assert time.monotonic() < end, f"{path.name} did not appear"
        time.sleep(0.1)


def test_it_makes_the_folders_says_where_they_are_and_stores_nothing(
    eurocluster: Any, data: Path
) -> None:
    done = eurocluster("drop")
    assert done.exit_code == GOOD
    assert f"Folders: {data}/drop/PARTNER/" in done.stderr
    assert (data / "drop" / "pl" / "answers").is_dir()


def test_it_tells_per_file_what_came_of_it_and_where_the_answer_is(
    eurocluster: Any, data: Path
) -> None:
    eurocluster("drop")
    shutil.copyfile(ATTENDANCE, data / "drop" / "be" / ATTENDANCE.name)
    (data / "drop" / "be" / "notes.xlsx").write_bytes(b"%PDF-1.7 no table")
    (data / "drop" / "nobody").mkdir()
    done = eurocluster("drop", "--settle", "0")
    assert done.exit_code == JUDGED_BAD
    answers = data / "drop" / "be" / "answers"
    assert done.stdout.splitlines() == [
        "drop/nobody: not looked at: no such partner is declared; declared are be, de, es, fi, gr,"
        " pl.",
        "drop/be/aanwezigheid.csv: 4 to mend, 10 doubtful.",
        f"  answer: {answers / ANSWER}",
        "drop/be/notes.xlsx: 1 to mend, 0 doubtful.",
        f"  answer: {answers / 'notes (resultaat).xlsx'}",
    ]
    again = eurocluster("drop", "--settle", "0")
    assert again.exit_code == JUDGED_BAD
    assert "drop/be/aanwezigheid.csv: 4 to mend, 10 doubtful (as before)." in again.stdout


def test_a_file_that_was_written_just_now_is_judged_a_little_later(
    eurocluster: Any, data: Path
) -> None:
    eurocluster("drop")
    (data / "drop" / "be" / "notes.xlsx").write_bytes(b"%PDF-1.7 no table")
    done = eurocluster("drop", "--settle", "1")
    assert done.stdout.splitlines()[:2] == [
        "drop/be/notes.xlsx: waits: was written just now.",
        "drop/be/notes.xlsx: 1 to mend, 0 doubtful.",
    ]


def test_a_declaration_that_is_wrong_is_told_and_ends_with_3(
    eurocluster: Any, tmp_path: Path
) -> None:
    done = eurocluster("drop", EUROCLUSTER_HOME=str(tmp_path))
    assert done.exit_code == COULD_NOT_RUN
    assert "project.yml: no such file" in done.stderr


@pytest.mark.slow
def test_watching_answers_what_is_put_there_tells_it_once_and_ends_well_with_ctrl_c(
    data: Path,
) -> None:
    with watching(data) as process:
        wait_for(data / "drop" / "be" / "answers")
        whole = data / "whole"
        shutil.copyfile(ATTENDANCE, whole)
        whole.rename(data / "drop" / "be" / ATTENDANCE.name)
        wait_for(data / "drop" / "be" / "answers" / ANSWER)
        whole.write_bytes(b"%PDF-1.7 no table")
        whole.rename(data / "drop" / "pl" / "scan.xlsx")
        wait_for(data / "drop" / "pl" / "answers" / "scan (wynik).xlsx")
        time.sleep(5)  # another look
        process.send_signal(signal.SIGINT)
        told, noted = process.communicate(timeout=SECONDS)
    assert process.returncode == GOOD
    assert noted.startswith(f"Watching {data}/drop/PARTNER/ until Ctrl-C.\n")
    assert [line for line in told.splitlines() if line.startswith("drop/")] == [
        "drop/be/aanwezigheid.csv: 4 to mend, 10 doubtful.",
        "drop/pl/scan.xlsx: 1 to mend, 0 doubtful.",
    ]
