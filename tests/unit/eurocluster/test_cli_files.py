"""The commands that work on one file: check, onboard, template; rightly and wrongly typed."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from typer.testing import CliRunner

from eurocluster.cli import app
from eurocluster.settings import ROOT

HOME = ROOT / "examples" / "eurocluster"
ATTENDANCE = HOME / "drives" / "be" / "aanwezigheid.csv"
GOOD, JUDGED_BAD, USAGE, COULD_NOT_RUN = range(4)


@pytest.fixture
def eurocluster(tmp_path: Path) -> Callable[..., Any]:
    """Calls the command line on the example consortium with a state folder of its own."""

    def call(*arguments: object, home: Path = HOME) -> Any:
        environment = {
            "EUROCLUSTER_DATA": str(tmp_path / "var"), "EUROCLUSTER_HOME": str(home),
            "COLUMNS": "120", "EUROCLUSTER_SECRET": "a secret of the tests",
        }  # fmt: skip
        done = CliRunner().invoke(app, [str(argument) for argument in arguments], env=environment)
        assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
        return done

    return call


def test_check_as_json_has_exactly_the_fields_of_the_design(eurocluster: Any) -> None:
    done = eurocluster("check", ATTENDANCE, "--format", "json")
    findings = json.loads(done.stdout)
    assert done.exit_code == JUDGED_BAD
    assert {key for finding in findings for key in finding} == {
        "code", "severity", "sheet", "cell", "row", "column", "message", "value",
    }  # fmt: skip
    assert {"E02", "E05", "E06", "E09"} <= {finding["code"] for finding in findings}


def test_check_as_a_table_names_what_was_read_and_what_is_wrong(eurocluster: Any) -> None:
    done = eurocluster("check", ATTENDANCE, "--partner", "BE", "--register", "attendance")
    assert "read as be's" in done.stdout
    assert "I15" in done.stdout
    assert "4 to mend" in done.stdout


def test_check_writes_the_returned_workbook(eurocluster: Any, tmp_path: Path) -> None:
    out = tmp_path / "back.xlsx"
    done = eurocluster("check", ATTENDANCE, "--out", out)
    assert done.exit_code == JUDGED_BAD
    assert str(out) in done.stderr
    assert len(openpyxl.load_workbook(out).sheetnames) == 2


def test_check_never_writes_over_the_file_that_it_checks(eurocluster: Any, tmp_path: Path) -> None:
    own, link = tmp_path / "own.xlsx", tmp_path / "link.xlsx"
    eurocluster("template", "attendance", "--out", own)
    link.symlink_to(own)
    before = own.read_bytes()
    for out in (own, link):
        assert eurocluster("check", own, "--out", out).exit_code == USAGE
    assert own.read_bytes() == before


def test_a_template_is_not_written_over_a_workbook_that_is_there(
    eurocluster: Any, tmp_path: Path
) -> None:
    out = tmp_path / "lista.xlsx"
    assert eurocluster("template", "attendance", "--out", out).exit_code == GOOD
    before = out.read_bytes()
    assert eurocluster("template", "trainings", "--out", out).exit_code == USAGE
    assert out.read_bytes() == before


def test_check_stores_and_publishes_nothing(eurocluster: Any, tmp_path: Path) -> None:
    eurocluster("check", ATTENDANCE)
    assert [path for path in (tmp_path / "var").rglob("*") if path.is_file()] == []


def test_a_template_is_checked_as_good(eurocluster: Any, tmp_path: Path) -> None:
    out = tmp_path / "lista.xlsx"
    made = eurocluster(
        "template", "attendance", "--language", "pl", "--partner", "pl", "--out", out
    )
    assert (made.exit_code, made.stdout.strip()) == (GOOD, str(out))
    assert eurocluster("check", out).exit_code == GOOD


def test_onboard_writes_a_draft_and_asks_beside_it(eurocluster: Any) -> None:
    done = eurocluster("onboard", ATTENDANCE)
    assert done.exit_code == GOOD
    assert "language: nl" in done.stdout
    assert done.stderr.startswith("1. ")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("check", ATTENDANCE, "--partner", "bee"), "Did you mean be?"),
        (("check", ATTENDANCE, "--register", "atendance"), "Did you mean attendance?"),
        (("check", ATTENDANCE, "--out", "back.pdf"), "an .xlsx file"),
        (("check", "nowhere.xlsx"), "does not exist"),
        (("template", "atendance"), "Did you mean attendance?"),
        (("template", "attendance", "--language", "xx"), "Unknown language xx"),
        (("onboard", ATTENDANCE, "--language", "polski"), "Unknown language polski"),
    ],
)
def test_what_does_not_exist_is_told_and_ends_with_2(
    arguments: tuple[object, ...], words: str, eurocluster: Any
) -> None:
    done = eurocluster(*arguments)
    assert done.exit_code == USAGE
    assert words in " ".join(done.stderr.split())


def test_a_file_that_is_no_table_ends_with_1_and_words(eurocluster: Any, tmp_path: Path) -> None:
    path = tmp_path / "scan.xlsx"
    path.write_bytes(b"%PDF-1.7 not a table")
    done = eurocluster("check", path)
    assert done.exit_code == JUDGED_BAD
    assert "PDF" in done.stdout
