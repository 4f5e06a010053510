"""A rotation that cannot begin says what to do and changes nothing."""

from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from eurocluster import nightly
from eurocluster.cli import app
from eurocluster.settings import Settings
from eurocluster.sources.connections import no_connections
from eurocluster.store_keys import fingerprints

SECRET = "a-secret-of-the-tests"
SEAT = {
    "training_id": "T1", "person_name": "Testa Przykładna", "employer_name": "Alfa Przykład",
    "employer_country": "PL", "person_category": "worker", "attended": "yes",
}  # fmt: skip


@pytest.fixture
def settings(make_consortium: Callable[..., Path], tmp_path: Path) -> Settings:
    """A store with one person."""
    home = make_consortium({"p1": {"attendance": [SEAT]}})
    settings = Settings(home, tmp_path / "data", SECRET.encode())
    nightly.ingest(settings, nightly.plan(settings), "p1", no_connections, "night")
    return settings


def rotate(settings: Settings, **variables: str) -> Result:
    places = {"EUROCLUSTER_HOME": str(settings.home), "EUROCLUSTER_DATA": str(settings.data)}
    return CliRunner().invoke(app, ["rotate-secret"], env=places | variables)


@pytest.mark.parametrize(
    ("variables", "words"),
    [
        ({"EUROCLUSTER_SECRET": SECRET}, "Put one behind the old one"),
        ({"AIRFLOW_CONN_EUROCLUSTER_SECRET": f"generic://:{SECRET}@"}, "Put one behind the old"),
        ({"EUROCLUSTER_SECRET": "another-secret-of-the-tests"}, "everybody would count twice"),
        ({"EUROCLUSTER_SECRET": f"a-new-secret-in-front {SECRET}"}, "everybody would count twice"),
        ({"EUROCLUSTER_SECRET": "short"}, "at least 16 bytes"),
    ],
)
def test_what_is_missing_is_told_and_nothing_is_lifted(
    settings: Settings, variables: dict[str, str], words: str
) -> None:
    store = settings.store("test")
    before = {path: path.read_bytes() for path in store.rglob("*") if path.is_file()}
    answer = rotate(settings, **variables)
    assert answer.exit_code == 3
    assert words in answer.output
    assert {path: path.read_bytes() for path in before} == before
    assert len(fingerprints(store)) == 1
    assert [path.name for path in store.parent.iterdir()] == ["test"]


def test_a_store_that_a_killed_rotation_has_not_finished_is_cleared(settings: Settings) -> None:
    unfinished = settings.store("test").with_name(".test.rotation")
    (unfinished / "rows").mkdir(parents=True)
    assert "Put one behind the old one" in rotate(settings, EUROCLUSTER_SECRET=SECRET).output
    assert not unfinished.exists()
