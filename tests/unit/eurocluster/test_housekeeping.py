"""What is no longer needed goes and is written down; what a figure rests on stays."""

import os
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from eurocluster import nightly
from eurocluster.audit_files import write
from eurocluster.consortium.declarations import load_consortium
from eurocluster.deliveries import RegisterStore
from eurocluster.housekeeping import KEPT_PUBLICATIONS, keep_house
from eurocluster.ledgers import removed_ledger
from eurocluster.published import open_published
from eurocluster.publishing import publish
from eurocluster.releases import Releases
from eurocluster.retention import KeptFile, kept_files
from eurocluster.settings import Settings
from eurocluster.sources.connections import no_connections

NIGHTS = count()
PERSON = {
    "record_id": "r1", "training_id": "T1", "session_date": "2023-03-14",
    "person_name": "Testa Przykładna", "employer_name": "Cluster p1", "employer_country": "PL",
    "person_category": "cluster_staff", "attended": "yes",
}  # fmt: skip


@pytest.fixture
def settings(make_consortium: Callable[..., Path], tmp_path: Path) -> Settings:
    home = make_consortium({"p1": {"attendance": [PERSON]}}, retention_days=100)
    return Settings(home, tmp_path / "data", b"a secret of the tests")


@pytest.fixture
def deliver(
    settings: Settings, write_rows: Callable[[Path, list[dict[str, str]]], None]
) -> Callable[..., str]:
    """Delivers a register with a note on its one row; returns the hash of its file."""

    def delivered(note: str) -> str:
        file = settings.home / "drives" / "p1" / "attendance.csv"
        write_rows(file, [PERSON | {"evidence_ref": note}])
        scope = nightly.plan(settings)
        nightly.ingest(settings, scope, "p1", no_connections, f"n{next(NIGHTS)}")
        record = RegisterStore(settings.store("test")).in_force("p1", "attendance")
        assert record is not None
        return record.file_hashes[0]

    return delivered


def declare(settings: Settings, **changes: Any) -> None:
    project = settings.home / "project.yml"
    lines = "".join(f"{name}: {value}\n" for name, value in changes.items())
    project.write_text(project.read_text() + lines)


def in_days(days: int) -> datetime:
    return datetime.now(UTC) + timedelta(days=days)


def kept(settings: Settings) -> dict[str, KeptFile]:
    return {f.sha256: f for f in kept_files(settings, load_consortium(settings.home))}


def gone(settings: Settings, days: int, *, is_dry_run: bool = False) -> list[tuple[str, str]]:
    removals = keep_house(settings, is_dry_run=is_dry_run, now=in_days(days))
    return [(removal.what, removal.sha256 or removal.of) for removal in removals]


def test_a_file_goes_when_its_time_is_over_after_it_was_superseded(
    settings: Settings, deliver: Callable[..., str]
) -> None:
    first, second = deliver("first"), deliver("second")
    assert gone(settings, 100) == []
    assert ("landed file", first) in gone(settings, 101)
    assert set(kept(settings)) == {second}
    assert RegisterStore(settings.store("test")).history("p1", "attendance")[0].rows_read == 1


def test_a_dry_run_says_the_same_and_removes_nothing(
    settings: Settings, deliver: Callable[..., str]
) -> None:
    deliver("first"), deliver("second")
    would = gone(settings, 101, is_dry_run=True)
    assert len(kept(settings)) == 2
    assert removed_ledger(settings).lines() == []
    assert gone(settings, 101) == would


def test_a_file_in_force_stays_for_good_unless_evidence_is_kept_until_a_day(
    settings: Settings, deliver: Callable[..., str]
) -> None:
    only = deliver("only")
    assert kept(settings)[only].rests == "in force"
    assert gone(settings, 10_000) == []
    declare(settings, evidence_until=in_days(200).date())
    assert kept(settings)[only].until == in_days(200).date()
    assert gone(settings, 200) == []
    assert gone(settings, 201)[0] == ("landed file", only)


def test_a_file_that_waits_to_be_decided_on_stays(
    settings: Settings, deliver: Callable[..., str]
) -> None:
    deliver("good")
    (settings.home / "drives" / "p1" / "attendance.csv").write_text("record_id,training_id\n")
    nightly.ingest(settings, nightly.plan(settings), "p1", no_connections, "held")
    rests = sorted(file.rests for file in kept(settings).values())
    assert rests == ["in force", "waiting"]
    assert gone(settings, 10_000) == []


def test_a_file_that_another_consortium_of_the_same_state_folder_has_stays(
    settings: Settings, deliver: Callable[..., str]
) -> None:
    first = deliver("first")
    deliver("second")
    settings.store("test").rename(settings.store("other"))
    deliver("third")
    assert kept(settings)[first].rests == "other consortium"


def test_a_returned_workbook_goes_with_its_file_and_not_before(
    settings: Settings, deliver: Callable[..., str]
) -> None:
    deliver("first")
    (returned,) = settings.feedback.glob("p1/*")
    old = returned.with_name("earlier.xlsx")
    old.write_bytes(b"a workbook of a file that has another name now")
    assert [what for what, _ in gone(settings, 101)] == ["returned workbook"]
    assert list(settings.feedback.glob("p1/*")) == [returned]


def test_everything_that_goes_is_written_down_with_hash_and_reason_and_without_a_name(
    settings: Settings, deliver: Callable[..., str]
) -> None:
    first = deliver("first")
    deliver("second")
    gone(settings, 101)
    (line,) = removed_ledger(settings).lines()
    assert (line["what"], line["of"], line["sha256"]) == ("landed file", "p1", first)
    assert "no delivery in force came from it" in line["why"]
    assert "attendance.csv" not in removed_ledger(settings).path.read_text()


@pytest.fixture
def publications(settings: Settings, tmp_path: Path) -> Path:
    """Two publications more than are always kept."""
    build = tmp_path / "build"
    build.mkdir()
    (build / "warehouse.duckdb").write_bytes(b"figures")
    (build / "run_results.json").write_text("{}")
    root = settings.warehouse / "published"
    for number in range(KEPT_PUBLICATIONS + 2):
        publish(build, root, f"p{number:02}", {})
    return root


def test_publications_stay_that_are_current_or_among_the_last_and_all_for_a_while(
    settings: Settings, publications: Path
) -> None:
    root = publications
    assert gone(settings, 89) == []
    assert gone(settings, 91) == [("publication", "p00"), ("publication", "p01")]
    assert len([path for path in root.iterdir() if path.is_dir()]) == KEPT_PUBLICATIONS + 1
    assert (root / "current" / "warehouse.duckdb").read_bytes() == b"figures"


def test_the_publication_and_the_files_with_which_a_period_was_closed_stay(
    settings: Settings, publications: Path, published: Settings
) -> None:
    reported = "a" * 64  # the file of the small consortium's deliveries
    path = settings.landing / "sha256" / "aa" / "aa" / reported
    path.parent.mkdir(parents=True)
    path.write_bytes(b"a register")
    with open_published(published) as connection:
        Releases(settings.releases("test")).close(
            load_consortium(settings.home), connection, "p00", "RP1", "Testa Koordynacja",
            date(2025, 9, 15),
        )  # fmt: skip
    assert (kept(settings)[reported].rests, kept(settings)[reported].until) == (
        "closed period",
        None,
    )
    assert gone(settings, 10_000) == [("publication", "p01")]


def test_leftovers_go_after_a_day_and_warehouses_aside_after_a_month(settings: Settings) -> None:
    for path in (
        "landing/.part-x", "warehouse/aside/abc/warehouse.duckdb", "store/.test.rotation/keys.json",
    ):  # fmt: skip
        (settings.data / path).parent.mkdir(parents=True)
        (settings.data / path).write_bytes(b"half")
    assert gone(settings, 0) == []
    assert [what for what, _ in gone(settings, 2)] == ["half a landed file", "store of a rotation"]
    assert gone(settings, 31) == [("warehouse aside", "abc")]


def test_a_file_of_an_audit_goes_when_its_time_is_over(settings: Settings) -> None:
    now = datetime.now(UTC)
    path = write(settings, "4a.M1", [("name",), ("Testa",)], now + timedelta(hours=2), now)
    assert path.stat().st_mode & 0o777 == 0o600
    assert gone(settings, 0) == []
    assert [what for what, _ in gone(settings, 1)] == ["file of an audit"]
    assert not path.exists()


def test_time_runs_from_the_day_on_which_a_file_was_landed_where_no_delivery_is_known(
    settings: Settings,
) -> None:
    path = settings.landing / "sha256" / "ab" / "cd" / ("abcd" + "0" * 60)
    path.parent.mkdir(parents=True)
    path.write_bytes(b"a file of a night that was killed")
    landed = datetime(2025, 1, 1, 12, tzinfo=UTC).timestamp()
    os.utime(path, (landed, landed))
    assert kept(settings)[path.name].until == date(2025, 4, 11)
