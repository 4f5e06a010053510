"""A period that was reported: frozen for ever, restated in sentences (G8, I7)."""

import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from eurocluster import nightly
from eurocluster.cli import app
from eurocluster.published import find_published
from eurocluster.settings import Settings
from eurocluster.sources.connections import no_connections

pytestmark = pytest.mark.nightly

WORKED = Path(__file__).parents[1] / "worked_examples" / "4a_o3_o4"
NAME = "Testa Koordynacja"


class Coordinator:
    """Somebody at a terminal, and the nights between."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings

    def call(self, *arguments: str) -> Any:
        variables = {
            "EUROCLUSTER_HOME": str(self.settings.home),
            "EUROCLUSTER_DATA": str(self.settings.data),
            "EUROCLUSTER_SECRET": "a secret of the tests",
        }
        return CliRunner().invoke(app, arguments, env=variables)

    def restated(self) -> list[dict[str, Any]]:
        answer = self.call("releases", "--format", "json")
        assert answer.exit_code == 0, answer.output
        found: list[dict[str, Any]] = json.loads(answer.stdout)
        return found

    def deliver(self) -> None:
        for partner in ("p1", "p2", "p3"):
            nightly.ingest(
                self.settings, nightly.plan(self.settings), partner, no_connections, "night"
            )

    def night(self) -> None:
        self.deliver()
        built = nightly.build(self.settings)
        nightly.audit(self.settings, built)
        nightly.publish(self.settings, built)

    def refused(self, period: str, by: str, words: str) -> None:
        answer = self.call("close", period, "--by", by, "--yes")
        assert answer.exit_code == 2, answer.output
        assert words in answer.output


@pytest.fixture
def coordinator(tmp_path: Path) -> Coordinator:
    """The worked example of the specification, shortly before RP2 ends."""
    home = tmp_path / "home"
    shutil.copytree(WORKED, home)
    project = home / "project.yml"
    told = project.read_text(encoding="utf-8").replace("2025-09-15", "2025-08-15")
    # One row of p2's three may go without being asked about.
    told = told.replace("parameters: {}", "parameters: {mass_withdrawal_share: 0.5}")
    project.write_text(f"{told}coordinators: [{NAME}]\n", encoding="utf-8")
    return Coordinator(Settings(home, tmp_path / "data", b"a secret of the tests"))


def test_a_closed_period_never_changes_and_what_changes_since_is_told_with_file_and_row(
    coordinator: Coordinator,
) -> None:
    register = coordinator.settings.home / "drives" / "p2" / "echanges.csv"
    as_reported = register.read_bytes()
    coordinator.night()
    coordinator.refused("RP3", NAME, "There is no period RP3. Periods: RP1, RP2.")
    coordinator.refused("RP2", NAME, "RP1 comes first and is still open")
    coordinator.refused("RP1", "Somebody Else", "none of the coordinators")

    closed = coordinator.call("close", "RP1", "--by", NAME, "--note", "Report 1", "--yes")
    assert closed.exit_code == 0, closed.output
    assert "RP1 is closed" in closed.stdout
    (release,) = (coordinator.settings.data / "releases" / "we_4a_o3_o4").glob("0001-RP1")
    before = {path: path.read_bytes() for path in release.rglob("*") if path.is_file()}
    assert {path.stat().st_mode & 0o777 for path in before} == {0o444}
    assert coordinator.restated() == []
    coordinator.refused("RP1", NAME, "RP1 was closed on")
    coordinator.refused("RP2", NAME, "RP2 ends on 2025-08-31")

    # X5 was a mistake: it leaves the register.
    lines = as_reported.splitlines(keepends=True)
    (gone,) = (line for line in lines if line.startswith(b"X5;"))
    row = 1 + lines.index(gone)
    register.write_bytes(b"".join(line for line in lines if line != gone))
    coordinator.deliver()
    coordinator.refused("RP2", NAME, "since the last publication")
    coordinator.night()
    told = {line["kpi"]: line for line in coordinator.restated()}
    assert (told["4a.O3"]["frozen"], told["4a.O3"]["current"]) == (4.0, 3.0)
    (sentence,) = told["4a.O3"]["sentences"]
    assert re.fullmatch(
        rf"p2: echanges\.csv A{row}:[A-Z]+{row} counted when RP1 was closed; since the delivery of"
        r" \d{4}-\d\d-\d\d \(echanges\.csv\) the row is gone\.",
        sentence,
    ), sentence
    shown = coordinator.call("releases").stdout
    assert "Report 1" in shown
    assert "the row is gone" in shown
    assert {path: path.read_bytes() for path in before} == before

    # And comes back.
    register.write_bytes(as_reported)
    coordinator.night()
    assert coordinator.restated() == []

    published = find_published(coordinator.settings).publication_id
    values = release / "values.parquet"
    values.chmod(0o644)
    values.write_bytes(values.read_bytes()[:-1] + b"X")
    answer = coordinator.call("releases")
    assert answer.exit_code == 1
    assert "0001-RP1/values.parquet is not what it was when it was closed" in answer.output
    assert find_published(coordinator.settings).publication_id == published
