"""Readers see the old publication or the new one, never anything else."""

import json
from pathlib import Path

import duckdb
import pytest

from eurocluster.publishing import DATABASE, publish, read_journal


@pytest.fixture
def build(tmp_path: Path) -> Path:
    folder = tmp_path / "build"
    folder.mkdir()
    (folder / "run_results.json").write_text("{}")
    return folder


def state(build: Path, number: int) -> None:
    """Write a database whose two tables both say ``number``."""
    (build / DATABASE).unlink(missing_ok=True)
    with duckdb.connect(str(build / DATABASE)) as database:
        database.execute(f"create table one as select {number} as n")
        database.execute(f"create table two as select {number} as n")


def journal(root: Path) -> list[str]:
    lines = (root / "journal.jsonl").read_text().splitlines()
    return [json.loads(line)["publication_id"] for line in lines]


def test_a_published_warehouse_is_read_only_and_current(build: Path, tmp_path: Path) -> None:
    state(build, 1)
    publication = publish(build, tmp_path / "published", "first", {})
    assert publication.is_new
    assert publication.path.stat().st_mode & 0o222 == 0
    assert (tmp_path / "published" / "current").resolve() == publication.path.parent


def test_publishing_the_same_twice_changes_nothing(build: Path, tmp_path: Path) -> None:
    root = tmp_path / "published"
    state(build, 1)
    publish(build, root, "first", {})
    assert not publish(build, root, "first", {}).is_new
    assert journal(root) == ["first"]


def test_going_back_to_an_earlier_publication_is_a_line_of_the_journal(
    build: Path, tmp_path: Path
) -> None:
    root = tmp_path / "published"
    for number, name in enumerate(("first", "second", "first")):
        state(build, number)
        publish(build, root, name, {})
    assert journal(root) == ["first", "second", "first"]


def test_a_database_that_is_still_open_is_not_published(build: Path, tmp_path: Path) -> None:
    state(build, 1)
    (build / f"{DATABASE}.wal").write_bytes(b"x")
    with pytest.raises(RuntimeError, match="still being written"):
        publish(build, tmp_path / "published", "first", {})
    assert not (tmp_path / "published" / "current").exists()


def test_what_a_killed_publisher_left_is_cleared_and_its_journal_line_made_up_for(
    build: Path, tmp_path: Path
) -> None:
    root = tmp_path / "published"
    state(build, 1)
    publish(build, root, "first", {})
    (root / "journal.jsonl").unlink()
    (root / ".unfinished-abc").mkdir()
    (root / ".unfinished-link").symlink_to("nowhere")
    publish(build, root, "first", {})
    assert journal(root) == ["first"]
    assert [path.name for path in root.iterdir() if path.name.startswith(".")] == []


def test_a_switch_that_was_not_written_down_is_written_down_by_whoever_publishes_next(
    build: Path, tmp_path: Path
) -> None:
    root = tmp_path / "published"
    state(build, 1)
    publish(build, root, "first", {"tests": 1})
    before = (root / "journal.jsonl").read_bytes()
    state(build, 2)
    publish(build, root, "second", {"tests": 2})
    (root / "journal.jsonl").write_bytes(before)  # as a publisher leaves it that is killed
    state(build, 3)
    assert publish(build, root, "third", {"tests": 3}).is_new
    written = [(entry["publication_id"], entry["tests"]) for entry in read_journal(root)]
    assert written == [("first", 1), ("second", 2), ("third", 3)]


def test_a_publication_is_new_until_it_is_written_down(build: Path, tmp_path: Path) -> None:
    root = tmp_path / "published"
    state(build, 1)
    publish(build, root, "first", {})
    (root / "journal.jsonl").write_bytes(b"")
    assert publish(build, root, "first", {}).is_new
    assert not publish(build, root, "first", {}).is_new


@pytest.mark.parametrize("kept", [1, 20, -1])
def test_a_line_of_the_journal_that_was_torn_is_no_line_and_is_written_again(
    build: Path, tmp_path: Path, kept: int
) -> None:
    root = tmp_path / "published"
    for number, name in enumerate(("first", "second")):
        state(build, number)
        publish(build, root, name, {})
    first, second = (root / "journal.jsonl").read_bytes().splitlines(keepends=True)
    (root / "journal.jsonl").write_bytes(first + second.rstrip()[:kept])
    assert [entry["publication_id"] for entry in read_journal(root)] == ["first"]
    publish(build, root, "second", {})
    assert journal(root) == ["first", "second"]
