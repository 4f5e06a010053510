"""The steward's desk over real nights: questions, decisions, and figures that follow them."""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.parquet
import pytest
from typer.testing import CliRunner

from eurocluster import nightly
from eurocluster.cli import app
from eurocluster.consortium.declarations import load_consortium
from eurocluster.published import find_published, open_published
from eurocluster.releases import Releases
from eurocluster.settings import Settings
from eurocluster.sources.connections import no_connections
from eurocluster.stewardship.decisions import Decisions

pytestmark = pytest.mark.slow

Rows = Sequence[Mapping[str, Any]]
COORDINATOR = "Testa Koordynacja"
SECRET = b"a secret of the tests"

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
SHORT = VISIT | {"exchange_id": "X6", "vo_name": "Firma Krótka", "end_date": "2023-05-09"}
BUSINESS: Mapping[str, Any] = {
    "country": "PL", "org_type": "business", "consortium_partner": "no", "sme_declared": "sme",
    "sme_evidence": "self_declaration",
}  # fmt: skip
ORGANISATIONS = [
    BUSINESS | {"record_id": "1", "legal_name": "Przykład Obróbka Metali Sp. z o.o.",
                "pic": "999888777"},
    BUSINESS | {"record_id": "2", "legal_name": "Przykład Obróbka Metalli Sp. z o.o.",
                "pic": "999888666"},
]  # fmt: skip
INVESTMENTS = [
    {
        "investment_id": number, "sme": number, "sme_country": "PL", "kind": "cash_cofinancing",
        "investment_date": "2023-04-01", "amount": 500, "project_link": "T1",
        "evidence_ref": "a.pdf",
    }
    for number in ("1", "2")
]  # fmt: skip
TRAINING: Mapping[str, Any] = {
    "training_id": "T1", "title": "Invented course", "objective": "4a",
    "audience": "cluster_managers", "start_date": "2023-03-14", "end_date": "2023-03-14",
    "lead_partner": "p1", "co_partners": "p2", "status": "delivered",
}  # fmt: skip
PERSON: Mapping[str, Any] = {
    "training_id": "T1", "session_date": "2023-03-14", "employer_country": "PL",
    "person_category": "cluster_staff", "attended": "yes", "hours": 6,
}  # fmt: skip
ATTENDANCE = [
    PERSON | {"record_id": "1", "person_name": "Testa Wędrowna", "employer_name": "Cluster p1",
              "email": "testa.wedrowna@p1.example"},
    PERSON | {"record_id": "2", "person_name": "Testa Wędrowna", "employer_name": "Cluster p2",
              "email": "t.wedrowna@p2.example"},
    PERSON | {"record_id": "3", "person_name": "Próba Podwójna", "employer_name": "Cluster p1",
              "gender": "f"},
    PERSON | {"record_id": "4", "person_name": "Próba Podwójna", "employer_name": "Cluster p1",
              "gender": "m"},
]  # fmt: skip
NAMES = ("Testa", "Wędrowna", "wedrowna", "Próba", "Podwójna")


class Desk:
    """A coordinator at a terminal, and the nights between."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.outputs: list[str] = []

    def call(self, *arguments: str) -> str:
        variables = {
            "EUROCLUSTER_HOME": str(self.settings.home),
            "EUROCLUSTER_DATA": str(self.settings.data),
            "EUROCLUSTER_SECRET": SECRET.decode(),
        }
        done = CliRunner().invoke(app, arguments, env=variables)
        assert done.exit_code == 0, done.output
        self.outputs.append(done.output)
        return done.stdout

    def decide(self, *arguments: str) -> None:
        self.call(*arguments, "--by", COORDINATOR, "--why", "register entry")

    def deliver(self) -> dict[tuple[str, str], str]:
        outcomes = {}
        for partner in ("p1", "p2"):
            plan = nightly.plan(self.settings)
            done = nightly.ingest(self.settings, plan, partner, no_connections, "night")
            for register in done["registers"]:
                outcomes[(partner, register["register"])] = register["outcome"]
        return outcomes

    def build(self) -> None:
        built = nightly.build(self.settings)
        nightly.audit(self.settings, built)
        nightly.publish(self.settings, built)

    def questions(self, kind: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = json.loads(
            self.call("questions", "--kind", kind, "--all", "--format", "json")
        )
        return found

    def figure(self, kpi: str, policy: str | None = None) -> float:
        ((value,),) = self.rows(
            "select value from kpis.kpi_values where measure = 'cumulative' and period = 'all'"
            f" and kpi = '{kpi}' and coalesce(policy, '') = '{policy or ''}'"
        )
        return float(value)

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        database = find_published(self.settings).database
        with duckdb.connect(str(database), read_only=True) as connection:
            return connection.execute(query).fetchall()


@pytest.fixture(scope="module")
def desk(
    make_module_consortium: Callable[..., Path], tmp_path_factory: pytest.TempPathFactory
) -> Desk:
    """Two partners that disagree about an exchange, and names that may mean one or two."""
    disputed = VISITS[0] | {"status": "cancelled"}
    home = make_module_consortium(
        {
            "p1": {
                "exchanges": [*VISITS, SHORT],
                "organisations": ORGANISATIONS,
                "sme_investments": INVESTMENTS,
                "trainings": [TRAINING],
                "attendance": ATTENDANCE,
            },
            "p2": {"exchanges": [disputed]},
        },
        coordinators=[COORDINATOR],
        reporting_date="2025-08-15",
    )
    return Desk(Settings(home, tmp_path_factory.mktemp("data"), SECRET))


def test_figures_follow_what_is_decided_over_rebuilds_and_re_deliveries(
    desk: Desk, write_rows: Callable[[Path, Rows], None]
) -> None:
    exchanges = desk.settings.home / "drives" / "p1" / "exchanges.csv"
    desk.deliver()
    desk.build()
    assert figures_of(desk) == {"4a.O3": 5, "4b.M1": 2, "4a.M1": 3}

    (alike,) = desk.questions("organisations")
    (moved,) = desk.questions("persons")
    (homonym,) = desk.questions("homonyms")
    (disputed,) = desk.questions("conflicts")
    assert (alike["asked_of"], disputed["asked_of"]) == ("p1", "coordinator")
    assert "X1" in disputed["sentence"]
    assert [row.partition(" ")[0] for row in homonym["rows"]] == ["1", "2"]
    desk.decide("decide", alike["question_id"], "same")
    desk.decide("decide", moved["question_id"], "same")
    desk.decide("decide", homonym["question_id"], "split")
    desk.decide("decide", disputed["question_id"], "p2")
    desk.decide("exclude", "4a.O3", "id:X2")
    desk.decide("include", "4a.O3", "id:X6")

    # A file that is nearly empty is held back meanwhile.
    write_rows(exchanges, [VISITS[2], SHORT])
    assert desk.deliver()[("p1", "exchanges")] == "held"
    desk.build()
    assert figures_of(desk) == {"4a.O3": 4, "4b.M1": 1, "4a.M1": 3}
    assert desk.rows(
        "select kpi, policy, included, excluded from stewardship.manual_decisions order by all"
    ) == [("4a.O3", None, 1, 1), ("4a.O4", "potential", 1, 1), ("4a.O4", "reported", 1, 1)]
    assert "4a.O3 manual decisions: +1 / −1" in desk.call("kpis")
    assert desk.rows(
        "select fate from evidence.row_fates where kpi = '4a.O3' and record_key like '%X2'"
    ) == [("excluded:MANUAL",)]
    assert "Left out by decision" in desk.call("explain", "4a.O3", "--unit", "id:X2")
    settled = [*desk.questions("organisations"), *desk.questions("persons")]
    assert [(one["is_open"], one["answer"]) for one in settled] == [(False, "same")] * 2

    (held,) = desk.questions("withdrawals")
    assert held["asked_of"] == "p1"
    assert "would take 4 rows away" in held["sentence"]
    page = nightly.before_closing(desk.settings, "RP1")
    assert "withdrawals: 1 for p1" in page
    desk.decide("decide", held["question_id"], "accept")
    desk.decide("undo", "1")
    assert desk.deliver()[("p1", "exchanges")] == "unchanged"
    desk.build()
    assert figures_of(desk) == {"4a.O3": 2, "4b.M1": 2, "4a.M1": 3}
    assert [one["is_open"] for one in desk.questions("organisations")] == [True]

    # What is known now is what the next file is compared with.
    write_rows(exchanges, [VISITS[2], SHORT, VISITS[3]])
    assert desk.deliver()[("p1", "exchanges")] == "delivered"


def figures_of(desk: Desk) -> dict[str, float]:
    return {
        "4a.O3": desk.figure("4a.O3"),
        "4b.M1": desk.figure("4b.M1", "reported"),
        "4a.M1": desk.figure("4a.M1"),
    }


def test_a_release_keeps_the_decisions_that_were_in_force(desk: Desk, tmp_path: Path) -> None:
    published = find_published(desk.settings)
    consortium = load_consortium(desk.settings.home)
    with open_published(desk.settings) as connection:
        release = Releases(tmp_path).close(
            consortium,
            connection,
            published.publication_id,
            "RP1",
            COORDINATOR,
            nightly.reporting_date(consortium.project),
        )
    kept = pyarrow.parquet.read_table(release.folder / "decisions.parquet").to_pylist()
    assert [row["decision_id"] for row in kept] == [2, 3, 4, 5, 6, 7]
    assert {row["decided_by"] for row in kept} == {COORDINATOR}


def test_a_person_without_an_address_is_left_out_by_the_keys_of_name_and_employer(
    desk: Desk,
) -> None:
    """It follows what the release above keeps; the published warehouse alone is asked."""
    ((unit,),) = desk.rows(
        "select min(unit) from evidence.counted_units where kpi = '4a.M1' and unit like 'name:%'"
    )
    desk.decide("exclude", "4a.M1", unit)
    newest = Decisions(desk.settings.decisions("test")).all()[-1]
    assert re.fullmatch(r"4a\.M1 name:[\w-]+@\S.*", newest.subject), newest.subject


def test_no_question_and_no_decision_names_a_person(desk: Desk) -> None:
    said = " ".join(desk.outputs).replace(COORDINATOR, "").casefold()
    kept = b"".join(
        path.read_bytes() for path in desk.settings.decisions("test").glob("*.parquet")
    ).replace(COORDINATOR.encode(), b"")
    for name in NAMES:
        assert name.casefold() not in said
        assert name.encode() not in kept
