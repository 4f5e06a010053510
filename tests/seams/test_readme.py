"""What the README shows is what the project understands and says.

Belongs here: declarations, commands and paths of the README against the code.
Does not belong here: figures of the example (tests/nightly).
"""

import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from eurocluster.cli import app
from eurocluster.consortium.declarations import load_consortium
from eurocluster.figures import plain
from eurocluster.settings import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]


def test_the_declarations_shown_are_understood_as_they_stand(tmp_path: Path) -> None:
    for name, text in re.findall(r"```yaml\n# (\S+)\n(.*?)```", README, re.DOTALL):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    consortium = load_consortium(tmp_path)
    assert [partner.partner for partner in consortium.partners] == ["p1"]
    assert [period.code for period in consortium.project.reporting_periods] == ["RP1", "RP2"]


def test_every_command_and_option_shown_exists() -> None:
    shown = re.findall(r"`eurocluster ([\w-]+)([^`]*)`", README)
    assert {command for command, _ in shown} == {
        "run", "kpis", "explain", "query", "check", "read", "template", "onboard", "drop",
        "scenario", "close", "releases", "export", "submit", "notices",
        "questions", "decide", "exclude", "include", "decisions", "undo",
        "relink", "accesses", "forget-person", "housekeeping", "rotate-secret",
    }  # fmt: skip
    for command, options in shown:
        called = [command, *(options.split()[:1] if command == "export" else [])]
        usage = CliRunner().invoke(app, [*called, "--help"], env={"COLUMNS": "120"}).stdout
        for option in re.findall(r"--[a-z]+", options):
            assert option in usage, f"{command} {option}"


def test_every_make_target_shown_exists() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in re.findall(r"make ([a-z]+)", README):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_leads_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#:]+)\)", page.read_text(encoding="utf-8")):
        assert (page.parent / target).exists(), target


def test_the_scoreboard_shown_has_the_nine_kpis_and_adds_up() -> None:
    """New units add up to the cumulative figure, as they do in every warehouse (I1)."""
    shown = re.findall(
        r"^(4[ab]\.[MO]\d) .*? (?:mandatory|optional) +([\d,]+) +([\d,]+) +([\d,]+) ", README, re.M
    )
    assert len(shown) == 8  # 4a.O4 is a share
    for _, first, second, total in shown:
        assert plain(int(first.replace(",", "")) + int(second.replace(",", ""))) == total
