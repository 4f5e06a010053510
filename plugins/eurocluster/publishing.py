"""Make an audited build visible to readers, at once and for good.

Each publication is a folder of its own with one constant base name (views carry the file's
name, and DuckDB caches instances by path); ``current`` is a symlink that is replaced
atomically. Readers resolve it once and keep what they opened. The journal is written after
the switch, so it never names what readers did not get; a switch that a killed publisher did not
write down is written down by the next one, with what its folder says of it and the time of the
symlink.

Belongs here: publication folders, the symlink, the journal.
Does not belong here: building, auditing, reading what is published (published).
"""

import json
import os
import shutil
import uuid
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

DATABASE: Final = "warehouse.duckdb"
UNFINISHED: Final = ".unfinished-"
_JOURNAL: Final = "journal.jsonl"
_FACTS: Final = "publication.json"


@dataclass(frozen=True, slots=True)
class Publication:
    """A published warehouse; ``is_new`` is false when it was current and written down already."""

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
        facts: What the journal says beside id and time, a function of the id.

    Raises:
        RuntimeError: The build's database was not closed.
    """
    root.mkdir(parents=True, exist_ok=True)
    for leftover in root.glob(f"{UNFINISHED}*"):
        _discard(leftover)
    final = root / publication_id
    if not final.exists():
        _copy(build, root, final, facts)
    is_new = not publication_id == _last(root) == _current(root)
    _write_down_what_is_current(root)
    if _current(root) != publication_id:
        link = root / f"{UNFINISHED}{uuid.uuid4().hex}"
        link.symlink_to(publication_id)
        link.replace(root / "current")
        _sync(root)
        _write_down_what_is_current(root)
    return Publication(publication_id, final / DATABASE, is_new)


def read_journal(root: Path) -> list[dict[str, Any]]:
    """Return the publications in the order in which readers got them.

    A line that was not written to its end is no line.
    """
    try:
        written = (root / _JOURNAL).read_text(encoding="utf-8", errors="replace")
    except FileNotFoundError:
        return []
    entries = []
    for line in written.splitlines():
        with suppress(ValueError):
            entries.append(json.loads(line))
    return entries


def _copy(build: Path, root: Path, final: Path, facts: dict[str, Any]) -> None:
    source = build / DATABASE
    if source.with_name(f"{DATABASE}.wal").exists():
        raise RuntimeError(f"{source} is still being written; it cannot be published")
    unfinished = root / f"{UNFINISHED}{uuid.uuid4().hex}"
    unfinished.mkdir()
    shutil.copyfile(source, unfinished / DATABASE)
    shutil.copyfile(build / "run_results.json", unfinished / "run_results.json")
    (unfinished / _FACTS).write_text(json.dumps(facts, ensure_ascii=False), encoding="utf-8")
    for path in unfinished.iterdir():
        path.chmod(0o444)
        _sync(path)
    _sync(unfinished)
    unfinished.rename(final)


def _current(root: Path) -> str | None:
    link = root / "current"
    return str(link.readlink()) if link.is_symlink() else None


def _last(root: Path) -> str | None:
    entries = read_journal(root)
    return entries[-1]["publication_id"] if entries else None


def _write_down_what_is_current(root: Path) -> None:
    """Append the last switch to the journal unless its last line is about it already."""
    current = root / "current"
    publication_id = _current(root)
    if publication_id is None or publication_id == _last(root):
        return
    switched_at = datetime.fromtimestamp(current.lstat().st_mtime, UTC)
    facts = current / _FACTS
    entry = {
        "publication_id": publication_id,
        "published_at": switched_at.isoformat(timespec="seconds"),
        **(json.loads(facts.read_text(encoding="utf-8")) if facts.exists() else {}),
    }
    with (root / _JOURNAL).open("a+b") as journal:
        journal.seek(0)
        written = journal.read()
        if not written.endswith(b"\n"):
            journal.truncate(written.rfind(b"\n") + 1)
        journal.write(json.dumps(entry, ensure_ascii=False).encode() + b"\n")
        journal.flush()
        os.fsync(journal.fileno())


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
