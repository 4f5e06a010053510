"""The whole night in process on a tiny consortium."""

from collections.abc import Callable
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


@pytest.fixture
def settings(
    make_consortium: Callable[..., Path], settings_for: Callable[[Path], Settings]
) -> Settings:
    home = make_consortium({"p1": {"trainings": [TRAINING], "attendance": [ATTENDANCE]}})
    return settings_for(home)


def night(settings: Settings) -> dict[str, object]:
    scope = nightly.plan(settings)
    for partner in scope.partners:
        nightly.ingest(settings, scope, partner, no_connections, "night")
    built = nightly.build(settings)
    nightly.audit(settings, built)
    return nightly.publish(settings, built)


def cumulative(published: dict[str, object]) -> dict[str, float]:
    with duckdb.connect(str(published["path"]), read_only=True) as database:
        return dict(
            database.execute(
                "select kpi, value from kpis.kpi_scoreboard where value is not null"
            ).fetchall()
        )


def test_a_night_publishes_the_figures_and_the_next_one_has_nothing_new(
    settings: Settings,
) -> None:
    first = night(settings)
    second = night(settings)
    assert cumulative(first)["4a.M1"] == 1
    assert (first["new"], second["new"]) == (True, False)


def test_a_failed_audit_leaves_the_published_figures_alone(settings: Settings) -> None:
    published = night(settings)
    built = nightly.build(settings) | {"failed_tests": ["policies_are_ordered"]}
    with pytest.raises(nightly.AuditFailed, match="policies_are_ordered failed"):
        nightly.audit(settings, built)
    assert cumulative(published)["4a.M1"] == 1


def test_what_another_run_has_built_since_is_not_published_under_this_runs_name(
    settings: Settings,
) -> None:
    built = nightly.build(settings)
    (Path(str(built["path"])) / "build_id").write_text("of another run")
    with pytest.raises(RuntimeError, match="Another run"):
        nightly.publish(settings, built)


def test_a_consortium_without_any_delivery_has_nine_figures_of_zero(
    make_consortium: Callable[..., Path], settings_for: Callable[[Path], Settings]
) -> None:
    published = night(settings_for(make_consortium({"p1": {}})))
    figures = cumulative(published)
    assert len(figures) == 8  # 4a.O4 has no denominator, so it has no value
    assert set(figures.values()) == {0}
