"""A period that was reported: frozen for ever, restated in sentences (G8, I7)."""

import json
import re
from collections.abc import Callable, Mapping, Sequence
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

Rows = Sequence[Mapping[str, Any]]
VISIT: Mapping[str, Any] = {
    "vo_country": "PL", "vo_type": "sme", "vo_is_sme": "yes", "ho_name": "Beta Voorbeeld",
    "ho_country": "BE", "ho_type": "cluster", "ho_is_sme": "no", "vo_partnership": "test",
    "mode": "physical", "start_date": "2023-05-08", "end_date": "2023-05-11", "working_days": 4,
    "visitors": 1, "status": "completed", "validated_date": "2023-07-01",
    "closing_report_date": "2023-06-20", "evidence_ref": "report.pdf",
}  # fmt: skip
VISITS = [
    VISIT | {"exchange_id": f"X{number}", "vo_name": f"Firma Przykład {number}"}
    for number in range(1, 6)
]


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
        nightly.ingest(self.settings, nightly.plan(self.settings), "p1", no_connections, "night")

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
def coordinator(make_consortium: Callable[..., Path], tmp_path: Path) -> Coordinator:
    home = make_consortium(
        {"p1": {"exchanges": VISITS}},
        coordinators=["Testa Koordynacja"],
        reporting_date="2025-08-15",
    )
    return Coordinator(Settings(home, tmp_path / "data", b"a secret of the tests"))


def test_a_closed_period_never_changes_and_what_changes_since_is_told_with_file_and_row(
    coordinator: Coordinator, write_rows: Callable[[Path, Rows], None]
) -> None:
    register = coordinator.settings.home / "drives" / "p1" / "exchanges.csv"
    coordinator.night()
    name = "Testa Koordynacja"
    coordinator.refused("RP3", name, "There is no period RP3. Periods: RP1, RP2.")
    coordinator.refused("RP2", name, "RP1 comes first and is still open")
    coordinator.refused("RP1", "Somebody Else", "none of the coordinators")

    closed = coordinator.call("close", "RP1", "--by", name, "--note", "Report 1", "--yes")
    assert closed.exit_code == 0, closed.output
    assert "RP1 is closed" in closed.stdout
    (release,) = (coordinator.settings.data / "releases" / "test").glob("0001-RP1")
    before = {path: path.read_bytes() for path in release.rglob("*") if path.is_file()}
    assert {path.stat().st_mode & 0o777 for path in before} == {0o444}
    assert coordinator.restated() == []
    coordinator.refused("RP1", name, "RP1 was closed on")
    coordinator.refused("RP2", name, "RP2 ends on 2025-08-31")

    # X5 was a mistake: it leaves the register.
    write_rows(register, VISITS[:4])
    coordinator.deliver()
    coordinator.refused("RP2", name, "since the last publication")
    coordinator.night()
    told = {line["kpi"]: line for line in coordinator.restated()}
    assert (told["4a.O3"]["frozen"], told["4a.O3"]["current"]) == (5.0, 4.0)
    (sentence,) = told["4a.O3"]["sentences"]
    assert re.fullmatch(
        r"p1: exchanges\.csv (\S+ )?A6:\w+6 counted when RP1 was closed; since the delivery of"
        r" \d{4}-\d\d-\d\d \(exchanges\.csv\) the row is gone\.",
        sentence,
    ), sentence
    shown = coordinator.call("releases").stdout
    assert "Report 1" in shown
    assert "the row is gone" in shown
    assert {path: path.read_bytes() for path in before} == before

    # And comes back.
    write_rows(register, VISITS)
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
