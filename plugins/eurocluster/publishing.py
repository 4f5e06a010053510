"""Make an audited build visible to readers, at once and for good.

Each publication is a folder of its own with one constant base name (views carry the file's
name, and DuckDB caches instances by path); ``current`` is a symlink that is replaced
atomically. Readers resolve it once and keep what they opened. The journal is written after
the switch, so it never names what readers did not get.

Belongs here: publication folders, the symlink, the journal.
Does not belong here: building, auditing, reading what is published (published).
"""

import json
import os
import shutil
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

DATABASE: Final = "warehouse.duckdb"
UNFINISHED: Final = ".unfinished-"


@dataclass(frozen=True, slots=True)
class Publication:
    """A published warehouse; ``is_new`` is false when it was current already."""

    publication_id: str
    path: Path
    is_new: bool


def publish(build: Path, root: Path, publication_id: str, facts: dict[str, Any]) -> Publication:
    """Publish the build's database under ``root`` and return the publication.

    Publishing the same ``publication_id`` again changes nothing. A process killed at any
    moment leaves the previous publication in place; the next call clears what it left.

    Args:
        build: Folder with the closed DuckDB file and ``run_results.json``.
        root: Folder ``published``.
        publication_id: Hash of everything that the build was made from.
        facts: What the journal says beside id and time.

    Raises:
        RuntimeError: The build's database was not closed.
    """
    root.mkdir(parents=True, exist_ok=True)
    for leftover in root.glob(f"{UNFINISHED}*"):
        _discard(leftover)
    final = root / publication_id
    current = root / "current"
    if not final.exists():
        _copy(build, root, final)
    is_new = not current.is_symlink() or str(current.readlink()) != publication_id
    if is_new:
        link = root / f"{UNFINISHED}{uuid.uuid4().hex}"
        link.symlink_to(publication_id)
        link.replace(current)
        _sync(root)
    _journal(root, publication_id, facts)
    return Publication(publication_id, final / DATABASE, is_new)


def _copy(build: Path, root: Path, final: Path) -> None:
    source = build / DATABASE
    if source.with_name(f"{DATABASE}.wal").exists():
        raise RuntimeError(f"{source} is still being written; it cannot be published")
    unfinished = root / f"{UNFINISHED}{uuid.uuid4().hex}"
    unfinished.mkdir()
    shutil.copyfile(source, unfinished / DATABASE)
    shutil.copyfile(build / "run_results.json", unfinished / "run_results.json")
    for path in unfinished.iterdir():
        path.chmod(0o444)
        _sync(path)
    _sync(unfinished)
    unfinished.rename(final)


def _journal(root: Path, publication_id: str, facts: dict[str, Any]) -> None:
    """Append the switch unless the journal's last line is about it already."""
    journal = root / "journal.jsonl"
    lines = journal.read_text(encoding="utf-8").splitlines() if journal.exists() else []
    if lines and json.loads(lines[-1])["publication_id"] == publication_id:
        return
    entry = {
        "publication_id": publication_id,
        "published_at": datetime.now(UTC).isoformat(timespec="seconds"),
        **facts,
    }
    with journal.open("a", encoding="utf-8") as sink:
        sink.write(json.dumps(entry, ensure_ascii=False) + "\n")
        sink.flush()
        os.fsync(sink.fileno())


def _discard(leftover: Path) -> None:
    if leftover.is_symlink():
        leftover.unlink()
    else:
        shutil.rmtree(leftover)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
