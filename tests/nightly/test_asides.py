"""Other days and other readings of the call: built aside, compared, never published."""

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from typer.testing import CliRunner

from eurocluster import nightly
from eurocluster.cli import app
from eurocluster.published import find_published
from eurocluster.settings import Settings
from eurocluster.sources.connections import no_connections

pytestmark = pytest.mark.nightly

Rows = Sequence[Mapping[str, Any]]
VISIT: Mapping[str, Any] = {
    "vo_name": "Alfa Przykład", "vo_country": "PL", "vo_type": "sme", "vo_is_sme": "yes",
    "ho_name": "Beta Voorbeeld", "ho_country": "BE", "ho_type": "cluster", "ho_is_sme": "no",
    "vo_partnership": "test", "mode": "physical", "working_days": 4, "visitors": 1,
    "status": "completed", "validated_date": "2023-07-01", "closing_report_date": "2023-06-20",
    "evidence_ref": "report.pdf",
}  # fmt: skip
FIRST = VISIT | {"exchange_id": "X1", "start_date": "2023-05-08", "end_date": "2023-05-11"}
SECOND = VISIT | {"exchange_id": "X2", "start_date": "2023-06-05", "end_date": "2023-06-08"}
OTHER = VISIT | {
    "exchange_id": "X3", "vo_name": "Gamma Beispiel", "vo_is_sme": "unknown",
    "start_date": "2023-06-12", "end_date": "2023-06-15",
}  # fmt: skip
BUSINESS: Mapping[str, Any] = {
    "record_id": "O1", "legal_name": "Gamma Beispiel", "country": "PL", "org_type": "business",
}  # fmt: skip
INVESTED: Mapping[str, Any] = {
    "investment_id": "I1", "sme": "Delta Esempio", "sme_country": "IT",
    "investment_date": "2023-05-08", "kind": "own_training_budget", "amount": 400,
    "project_link": "T1",
}  # fmt: skip


@pytest.fixture(scope="module")
def told(
    make_module_consortium: Callable[..., Path],
    tmp_path_factory: pytest.TempPathFactory,
) -> "Told":
    home = make_module_consortium(
        {
            "p1": {
                "exchanges": [FIRST, SECOND],
                "organisations": [BUSINESS],
                "sme_investments": [INVESTED],
            }
        }
    )
    settings = Settings(home, tmp_path_factory.mktemp("told"), b"a secret of the tests")
    return Told(settings)


class Told:
    """Two nights; the second one brought a third exchange."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.runner = CliRunner()

    def ask(self, *arguments: str) -> Any:
        variables = {
            "EUROCLUSTER_HOME": str(self.settings.home),
            "EUROCLUSTER_DATA": str(self.settings.data),
        }
        answer = self.runner.invoke(app, [*arguments, "--format", "json"], env=variables)
        assert answer.exit_code == 0, answer.output
        return json.loads(answer.stdout)

    def night(self) -> None:
        scope = nightly.plan(self.settings)
        nightly.ingest(self.settings, scope, "p1", no_connections, "night")
        nightly.publish(self.settings, nightly.build(self.settings))


def cumulative(figures: list[dict[str, Any]], kpi: str) -> Any:
    return next(
        figure["value"]
        for figure in figures
        if figure["kpi"] == kpi
        and (figure["period"], figure["measure"]) == ("all", "cumulative")
        and figure["policy"] in (None, "reported")
    )


def test_what_was_known_earlier_and_what_would_be_otherwise_is_told_and_never_published(
    told: Told, write_rows: Callable[[Path, Rows], None]
) -> None:
    told.night()
    between = datetime.now(UTC)
    register = told.settings.home / "drives" / "p1" / "exchanges.csv"
    write_rows(register, [FIRST, SECOND, OTHER])
    told.night()
    published = find_published(told.settings).publication_id
    assert cumulative(told.ask("kpis"), "4a.O3") == 2

    # What was known before the second night. The option takes minutes, a test takes seconds.
    from eurocluster.asides import Question, build_aside
    from eurocluster.comparing import unknown_smes
    from eurocluster.figures import read_figures
    from eurocluster.published import open_published, open_warehouse

    with open_warehouse(build_aside(told.settings, Question(between))) as connection:
        known = {f.kpi: f.value for f in read_figures(connection, period="all", policy="reported")}
        tried = connection.execute(text("select count(*) from quality.deliveries")).scalar_one()
    assert (known["4a.O3"], tried) == (1, 3)
    tomorrow = (between + timedelta(days=1)).date().isoformat()
    assert cumulative(told.ask("kpis", "--as-of", tomorrow), "4a.O3") == 2
    assert len(told.ask("explain", "4a.O3", "--as-of", tomorrow)) == 3

    lines = told.ask("scenario", "--set", "visitor_once=false", "--set", "o4_denominator=50")
    figures = {line["kpi"]: (line["before"], line["after"]) for line in lines}
    assert figures["4a.O3"] == (2, 3)
    assert figures["4a.O4"] == (50.0, 4.0)
    moved = [line for line in lines if line["unit"] and line["kpi"] == "4a.O3"]
    assert [(line["record_key"], line["moved"]) for line in moved] == [("id:X2", "gained")]
    assert moved[0]["elsewhere"] == "The visitor had already used its one visit."
    assert moved[0]["cell_range"].startswith("A3:")

    policies = {(line["kpi"], line["policy"]): line["value"] for line in told.ask("scenario")}
    assert [policies["4a.O4", policy] for policy in ("conservative", "reported")] == [0.0, 50.0]
    with open_published(told.settings) as connection:
        unknown = [(one.kpi, one.name, one.units) for one in unknown_smes(connection)]
    assert unknown == [("4a.O4", "Gamma Beispiel", 1), ("4b.M1", "Delta Esempio", 1)]
    assert find_published(told.settings).publication_id == published


@pytest.mark.parametrize(
    ("setting", "words"),
    [
        ("visitor_twice=true", "Unknown parameter visitor_twice. Known: "),
        ("o4_denominator=-3", "o4_denominator: "),
        ("visitor_once", "write name=value"),
    ],
)
def test_a_setting_that_cannot_be_is_refused_with_words(
    told: Told, setting: str, words: str
) -> None:
    variables = {
        "EUROCLUSTER_HOME": str(told.settings.home),
        "EUROCLUSTER_DATA": str(told.settings.data),
    }
    answer = told.runner.invoke(app, ["scenario", "--set", setting], env=variables)
    assert answer.exit_code == 2
    assert words in answer.output
