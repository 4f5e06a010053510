"""The whole night in process on a tiny consortium."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest

from eurocluster import nightly
from eurocluster.settings import Settings
from eurocluster.sources.connections import no_connections

TRAINING = {
    "training_id": "T1", "title": "Network analysis", "objective": "4a",
    "audience": "cluster_staff", "start_date": "2023-03-14", "end_date": "2023-03-14",
    "lead_partner": "p1", "status": "delivered",
}  # fmt: skip
ATTENDANCE = {
    "training_id": "T1", "session_date": "2023-03-14", "person_name": "Testa Persona",
    "employer_name": "Cluster p1", "employer_country": "PL",
    "person_category": "cluster_staff", "attended": "yes",
}  # fmt: skip

pytestmark = pytest.mark.slow


@dataclass(frozen=True)
class Nights:
    """Two nights on the same files, and the figures after the first."""

    settings: Settings
    first: dict[str, object]
    figures: dict[str, float]
    built: dict[str, object]
    second: dict[str, object]


@pytest.fixture(scope="module")
def nights(make_module_consortium: Callable[..., Path]) -> Nights:
    home = make_module_consortium({"p1": {"trainings": [TRAINING], "attendance": [ATTENDANCE]}})
    settings = Settings(
        home=home, data=home.with_name("data"), secret=b"a secret for tests, not for life"
    )
    first = night(settings)
    figures = cumulative(first)
    built = ingested_and_built(settings)
    return Nights(settings, first, figures, built, nightly.publish(settings, built))


def ingested_and_built(settings: Settings) -> dict[str, object]:
    scope = nightly.plan(settings)
    for partner in scope.partners:
        nightly.ingest(settings, scope, partner, no_connections, "night")
    built = nightly.build(settings)
    nightly.audit(settings, built)
    return built


def night(settings: Settings) -> dict[str, object]:
    return nightly.publish(settings, ingested_and_built(settings))


def cumulative(published: dict[str, object]) -> dict[str, float]:
    with duckdb.connect(str(published["path"]), read_only=True) as database:
        return dict(
            database.execute(
                "select kpi, value from kpis.kpi_scoreboard where value is not null"
            ).fetchall()
        )


def test_a_night_publishes_the_figures_and_the_next_one_has_nothing_new(nights: Nights) -> None:
    assert nights.figures["4a.M1"] == 1
    assert (nights.first["new"], nights.second["new"]) == (True, False)


def test_every_relation_that_is_published_is_read_from_the_one_file_alone(nights: Nights) -> None:
    alone = {"enable_external_access": "false"}
    path = str(nights.first["path"])
    with duckdb.connect(path, read_only=True, config=alone) as database:
        relations = database.execute(
            "select '\"' || table_schema || '\".\"' || table_name || '\"'"
            " from information_schema.tables where table_schema <> 'main'"
        ).fetchall()
        assert len(relations) > 90
        for (relation,) in relations:
            database.execute(f"select * from {relation} limit 1")


def test_a_failed_audit_leaves_the_published_figures_alone(nights: Nights) -> None:
    built = nights.built | {"failed_tests": ["policies_are_ordered"]}
    with pytest.raises(nightly.AuditFailed, match="policies_are_ordered failed"):
        nightly.audit(nights.settings, built)
    assert cumulative(nights.first) == nights.figures


def test_what_another_run_has_built_since_is_not_published_under_this_runs_name(
    nights: Nights,
) -> None:
    built = nights.built | {"build_id": "of a run before"}
    with pytest.raises(RuntimeError, match="Another run"):
        nightly.publish(nights.settings, built)


def test_a_consortium_without_any_delivery_has_nine_figures_of_zero(
    make_consortium: Callable[..., Path], settings_for: Callable[[Path], Settings]
) -> None:
    published = night(settings_for(make_consortium({"p1": {}})))
    figures = cumulative(published)
    assert len(figures) == 8  # 4a.O4 has no denominator, so it has no value
    assert set(figures.values()) == {0}
