"""Closed periods: what was reported to the agency, immutable, each chained to the one before.

Layout below the releases' root, outside of everything that can be rebuilt::

    0001-RP1/manifest.json      who closed it, when, from what; hashes of the files beside it
    0001-RP1/values.parquet     every figure of the publication
    0001-RP1/units.parquet      every counted unit with the row for which it counts
    0001-RP1/fates.parquet      every row that did not count, and why
    0001-RP1/decisions.parquet  what stewards had decided and was in force
    0001-RP1/declared/          project.yml and partners/*.yml, as they were

A manifest holds the hash of the one before it, so that no release can be changed or taken out
without a trace.

Belongs here: closing, the files of a release, checking the chain.
Does not belong here: what has changed since (dbt_project/models/marts/releases), who may approve.
"""

import fcntl
import hashlib
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

import pyarrow
import pyarrow.parquet
from sqlalchemy import Connection, text

from eurocluster.consortium.declarations import Consortium

_UNFINISHED: Final = ".unfinished"
"""Folder of releases that are being written: a level deeper than those that the warehouse reads."""
_EMPTY: Final = "none"
MANIFEST: Final = "manifest.json"

RELEASE_SCHEMAS: Final = {
    "releases": pyarrow.schema(
        {
            "release": pyarrow.int64(),
            "closed_period": pyarrow.string(),
            "closed_until": pyarrow.date32(),
            "released_at": pyarrow.timestamp("us", tz="UTC"),
            "approved_by": pyarrow.string(),
            "note": pyarrow.string(),
            "publication_id": pyarrow.string(),
            "sme_policy": pyarrow.string(),
        }
    ),
    "values": pyarrow.schema(
        {
            "release": pyarrow.int64(),
            "kpi": pyarrow.string(),
            "period": pyarrow.string(),
            "measure": pyarrow.string(),
            "policy": pyarrow.string(),
            "value": pyarrow.float64(),
            "numerator": pyarrow.int64(),
            "denominator": pyarrow.int64(),
            "target": pyarrow.float64(),
            "state": pyarrow.string(),
        }
    ),
    "units": pyarrow.schema(
        {
            "release": pyarrow.int64(),
            "kpi": pyarrow.string(),
            "policy": pyarrow.string(),
            "unit": pyarrow.string(),
            "counted_on": pyarrow.date32(),
            "register": pyarrow.string(),
            "reported_by": pyarrow.string(),
            "record_key": pyarrow.string(),
            "received_at": pyarrow.timestamp("us", tz="UTC"),
            "file_sha256": pyarrow.string(),
            "file_name": pyarrow.string(),
            "sheet": pyarrow.string(),
            "row_number": pyarrow.int64(),
            "cell_range": pyarrow.string(),
        }
    ),
    "fates": pyarrow.schema(
        {
            "release": pyarrow.int64(),
            "kpi": pyarrow.string(),
            "register": pyarrow.string(),
            "reported_by": pyarrow.string(),
            "record_key": pyarrow.string(),
            "unit": pyarrow.string(),
            "fate": pyarrow.string(),
            "file_sha256": pyarrow.string(),
            "file_name": pyarrow.string(),
            "sheet": pyarrow.string(),
            "cell_range": pyarrow.string(),
        }
    ),
    "decisions": pyarrow.schema(
        {
            "release": pyarrow.int64(),
            "decision_id": pyarrow.int64(),
            "kind": pyarrow.string(),
            "subject": pyarrow.string(),
            "answer": pyarrow.string(),
            "reason": pyarrow.string(),
            "evidence_ref": pyarrow.string(),
            "decided_by": pyarrow.string(),
            "decided_at": pyarrow.timestamp("us", tz="UTC"),
            "digest": pyarrow.string(),
        }
    ),
}
"""Table of a release → its columns; ``release`` is the number of the release."""

_QUESTIONS: Final = {
    "values": """
        select kpi, period, measure, policy, value, numerator, denominator, target, state
        from kpis.kpi_values
        order by all
    """,
    "units": """
        select
            units.kpi, units.policy, units.unit, units.counted_on, units.register,
            units.reported_by, units.record_key, units.received_at, units.file_sha256,
            units.file_name, units.sheet, units.row_number, units.cell_range
        from evidence.counted_units as units
        where units.fate = 'counted'
        order by all
    """,
    "fates": """
        select
            kpi, register, reported_by, record_key, unit, fate, file_sha256, file_name, sheet,
            cell_range
        from evidence.row_fates
        where fate not in ('counted', 'not_applicable')
        order by all
    """,
    "decisions": """
        select
            decision_id, kind, subject, answer, reason, evidence_ref, decided_by, decided_at, digest
        from stewardship.decisions
        order by decision_id
    """,
}


class CannotClose(RuntimeError):
    """A period that cannot be closed now; the message says why and what to do."""


class BrokenChain(RuntimeError):
    """A release is not what it was when it was closed; the message names the file."""


@dataclass(frozen=True, slots=True)
class Release:
    """A closed period.

    Attributes:
        digest: SHA-256 of its manifest: the next release and a printed report can name it.
        publication_id: Of the publication whose figures were reported.
    """

    number: int
    period: str
    released_at: datetime
    approved_by: str
    note: str | None
    folder: Path
    digest: str
    publication_id: str


class Releases:
    """The closed periods of one consortium below ``root``."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def prepare(self) -> None:
        """Write the empty tables that give releases their columns before there is one."""
        for name, schema in RELEASE_SCHEMAS.items():
            empty = self.root / _EMPTY / f"{name}.parquet"
            if not empty.exists() or pyarrow.parquet.read_schema(empty) != schema:
                empty.parent.mkdir(parents=True, exist_ok=True)
                unfinished = empty.with_name(f".{empty.name}.{os.getpid()}")
                pyarrow.parquet.write_table(schema.empty_table(), unfinished)
                unfinished.replace(empty)

    def all(self) -> list[Release]:
        """Return every release in the order of closing.

        Raises:
            BrokenChain: One of them was changed, or one before it is missing.
        """
        found: list[Release] = []
        for folder in sorted(self.root.glob("[0-9]*-*")):
            found.append(_checked(folder, found[-1] if found else None, len(found) + 1))
        return found

    def head(self) -> str:
        """Return the digest of the newest release, empty before there is one."""
        releases = self.all()
        return releases[-1].digest if releases else ""

    def why_not(
        self, consortium: Consortium, period: str, approver: str | None, day: date
    ) -> str | None:
        """Return why a period cannot be closed by somebody on a day, None when it can.

        Who approves it is not asked yet when ``approver`` is None.
        """
        periods = consortium.project.reporting_periods
        chosen = next((each for each in periods if each.code == period), None)
        if chosen is None:
            return f"There is no period {period}. Periods: {', '.join(p.code for p in periods)}."
        closed = {release.period: release for release in self.all()}
        if period in closed:
            done = closed[period]
            return (
                f"{period} was closed on {done.released_at.date()} by {done.approved_by}; a closed"
                " period stays as it is. Later corrections show as restatements."
            )
        earlier = [each.code for each in periods if each.first_month < chosen.first_month]
        opened = [code for code in earlier if code not in closed]
        if opened:
            return f"{opened[0]} comes first and is still open; close it before {period}."
        if day <= chosen.last_day:
            return f"{period} ends on {chosen.last_day}; it can be closed from the day after."
        coordinators = consortium.project.coordinators
        if coordinators and approver is not None and approver not in coordinators:
            return (
                f"{approver} is none of the coordinators that project.yml names:"
                f" {', '.join(coordinators)}."
            )
        return None

    def close(
        self,
        consortium: Consortium,
        published: Connection,
        publication_id: str,
        period: str,
        approver: str,
        day: date,
        note: str | None = None,
    ) -> Release:
        """Close a period with the figures of a publication; nothing half is ever left.

        Args:
            consortium: With the declarations in force.
            published: The published warehouse.
            publication_id: Its id.
            period: Code of the period.
            approver: Who approves it.
            day: The day on which it is closed.
            note: Why, or what the agency was told.

        Raises:
            CannotClose: It is closed, not over, not the next one, or the approver may not.
            BrokenChain: An earlier release was changed.
        """
        with self._only_one():
            refusal = self.why_not(consortium, period, approver, day)
            if refusal is not None:
                raise CannotClose(refusal)
            releases = self.all()
            number = len(releases) + 1
            unfinished = self.root / _UNFINISHED / f"{number:04}"
            unfinished.mkdir(parents=True)
            ends = next(p for p in consortium.project.reporting_periods if p.code == period)
            told = {
                "release": number,
                "closed_period": period,
                "closed_until": ends.last_day,
                "released_at": datetime.now(UTC),
                "approved_by": approver,
                "note": note,
                "publication_id": publication_id,
                "sme_policy": consortium.project.sme_policy,
            }
            _write_tables(unfinished, published, told)
            _copy_declarations(consortium, unfinished / "declared")
            manifest = {
                **told,
                "previous": releases[-1].digest if releases else None,
                "software": version("eurocluster-kpi"),
                "parameters": consortium.project.parameters.model_dump(mode="json"),
                "deliveries": _deliveries(published),
                "files": {
                    path.relative_to(unfinished).as_posix(): _sha256(path)
                    for path in sorted(unfinished.rglob("*"))
                    if path.is_file()
                },
            }
            written = json.dumps(manifest, indent=2, ensure_ascii=False, default=str)
            (unfinished / MANIFEST).write_text(written + "\n", encoding="utf-8")
            _seal(unfinished)
            folder = self.root / f"{number:04}-{period}"
            unfinished.rename(folder)
            unfinished.parent.rmdir()
            _sync(self.root)
            return _checked(folder, releases[-1] if releases else None, number)

    @contextmanager
    def _only_one(self) -> Iterator[None]:
        """Let one process at a time close; clear what one that was killed has left."""
        self.root.mkdir(parents=True, exist_ok=True)
        with (self.root / ".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            leftover = self.root / _UNFINISHED
            for path in (leftover, *leftover.rglob("*")) if leftover.exists() else ():
                path.chmod(0o700)
            shutil.rmtree(leftover, ignore_errors=True)
            yield


def _write_tables(folder: Path, published: Connection, told: dict[str, Any]) -> None:
    for name, question in _QUESTIONS.items():
        rows = [
            {"release": told["release"], **row}
            for row in published.execute(text(question)).mappings()
        ]
        table = pyarrow.Table.from_pylist(rows, schema=RELEASE_SCHEMAS[name])
        pyarrow.parquet.write_table(table, folder / f"{name}.parquet", compression="zstd")
    table = pyarrow.Table.from_pylist([told], schema=RELEASE_SCHEMAS["releases"])
    pyarrow.parquet.write_table(table, folder / "releases.parquet")


def _copy_declarations(consortium: Consortium, folder: Path) -> None:
    (folder / "partners").mkdir(parents=True)
    shutil.copyfile(consortium.home / "project.yml", folder / "project.yml")
    for path in sorted((consortium.home / "partners").glob("*.y*ml")):
        shutil.copyfile(path, folder / "partners" / path.name)


def _deliveries(published: Connection) -> list[dict[str, Any]]:
    """Return the deliveries in force, with the hashes of the partners' files."""
    rows = published.execute(
        text(
            "select delivery_id, partner, register, received_at, file_names, file_hashes"
            " from quality.deliveries where is_in_force order by partner, register"
        )
    ).mappings()
    return [dict(row) for row in rows]


def _checked(folder: Path, previous: Release | None, number: int) -> Release:
    manifest = folder / MANIFEST
    try:
        content = manifest.read_bytes()
        told = json.loads(content)
        files = {name: _sha256(folder / name) for name in told["files"]}
    except (OSError, ValueError, KeyError) as error:
        raise BrokenChain(
            f"{folder.name}: {type(error).__name__} in its manifest or files"
        ) from None
    changed = [name for name, digest in told["files"].items() if files[name] != digest]
    if changed:
        raise BrokenChain(f"{folder.name}/{changed[0]} is not what it was when it was closed")
    if told["release"] != number or told["previous"] != (previous.digest if previous else None):
        raise BrokenChain(
            f"{folder.name} does not follow the release before it: one was changed or taken away"
        )
    return Release(
        number=number,
        period=told["closed_period"],
        released_at=datetime.fromisoformat(told["released_at"]),
        approved_by=told["approved_by"],
        note=told["note"],
        folder=folder,
        digest=hashlib.sha256(content).hexdigest(),
        publication_id=told["publication_id"],
    )


def _seal(folder: Path) -> None:
    """Make everything read-only and lasting."""
    for path in sorted(folder.rglob("*"), reverse=True):
        path.chmod(0o555 if path.is_dir() else 0o444)
        _sync(path)
    _sync(folder)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
