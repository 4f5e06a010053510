"""Every attempt to fetch a register, good or bad: one row each, also when nothing was new.

Layout below the store's root: ``attempts/partner=<code>/<yyyy-mm>.parquet``, one file per partner
and month, replaced as a whole.

Belongs here: the rows and their files.
Does not belong here: delivery sets (deliveries.py), what counts as late (the warehouse).
"""

import fcntl
import hashlib
import logging
import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

import pyarrow
import pyarrow.compute
import pyarrow.parquet

log = logging.getLogger(__name__)

ATTEMPT_SCHEMA: Final = pyarrow.schema(
    {
        "attempt_id": pyarrow.string(),
        "reported_by": pyarrow.string(),
        "register": pyarrow.string(),
        "run_id": pyarrow.string(),
        "attempted_at": pyarrow.timestamp("us", tz="UTC"),
        "seconds": pyarrow.float64(),
        "outcome": pyarrow.string(),
        "cause": pyarrow.string(),
        "detail": pyarrow.string(),
        "is_retryable": pyarrow.bool_(),
        "files": pyarrow.int64(),
        "files_read": pyarrow.int64(),
        "bytes_read": pyarrow.int64(),
        "modified_at": pyarrow.timestamp("us", tz="UTC"),
        "delivery_id": pyarrow.string(),
    }
)


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt to fetch a register.

    Attributes:
        run_id: The night, or the run on demand, that it belongs to.
        seconds: How long it took, with reading and judging.
        outcome: As in ``RegisterOutcome``.
        cause: Kind of failure, the name of a ``SourceError``; None when it could be fetched.
        detail: The failure in words, in English.
        is_retryable: Whether trying again in the same night makes sense.
        files: Files that belong to the register.
        files_read: Those that were transferred; the others had not changed.
        bytes_read: Their bytes.
        modified_at: When the newest of the files was written, as their source says.
        delivery_id: The delivery set that tells of it: a new one, or the one that stays.
    """

    reported_by: str
    register: str
    run_id: str
    attempted_at: datetime
    seconds: float
    outcome: str
    cause: str | None = None
    detail: str | None = None
    is_retryable: bool = False
    files: int = 0
    files_read: int = 0
    bytes_read: int = 0
    modified_at: datetime | None = None
    delivery_id: str | None = None


class AttemptLog:
    """The attempts of one consortium's partners below the store's ``root``."""

    def __init__(self, root: Path) -> None:
        self._folder = root / "attempts"

    def add(self, partner: str, attempts: Sequence[Attempt]) -> None:
        """Add the attempts of one partner; two processes may do so at the same time."""
        folder = self._folder / f"partner={partner}"
        folder.mkdir(parents=True, exist_ok=True)
        with (folder / ".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            for leftover in folder.glob(".*.parquet.*"):
                leftover.unlink()
            for month in sorted({f"{attempt.attempted_at:%Y-%m}" for attempt in attempts}):
                path = folder / f"{month}.parquet"
                rows = [_row(a) for a in attempts if f"{a.attempted_at:%Y-%m}" == month]
                table = pyarrow.Table.from_pylist(rows, schema=ATTEMPT_SCHEMA)
                earlier = _read(path)
                if earlier is not None:
                    table = pyarrow.concat_tables([earlier, table])
                _replace(path, table)

    def refused(self, partner: str, run_id: str) -> dict[str, Attempt]:
        """Return register → its failure of this run that must not be tried again in it."""
        return {
            attempt.register: attempt
            for attempt in self._of_run(partner, run_id)
            if attempt.cause is not None and not attempt.is_retryable
        }

    def delivered(self, partner: str, run_id: str) -> set[str]:
        """Return the registers that were delivered in this run already."""
        return {
            attempt.register
            for attempt in self._of_run(partner, run_id)
            if attempt.outcome == "delivered"
        }

    def _of_run(self, partner: str, run_id: str) -> list[Attempt]:
        found: list[Attempt] = []
        for path in sorted((self._folder / f"partner={partner}").glob("*.parquet")):
            table = _read(path)
            if table is not None:
                rows = table.filter(pyarrow.compute.equal(table.column("run_id"), run_id))
                found += [Attempt(**row) for row in rows.drop_columns("attempt_id").to_pylist()]
        return found


def _read(path: Path) -> pyarrow.Table | None:
    """Return the attempts of a month, None when there are none.

    A file that cannot be read is set aside, under a name that nobody reads: what it told is lost,
    the night is not.
    """
    try:
        return pyarrow.parquet.read_table(path, partitioning=None)
    except FileNotFoundError:
        return None
    except pyarrow.ArrowInvalid:
        log.error("%s cannot be read and is set aside", path.name)
        path.replace(path.with_name(f"{path.name}.damaged"))
        return None


def _row(attempt: Attempt) -> dict[str, object]:
    key = f"{attempt.reported_by}|{attempt.register}|{attempt.attempted_at.isoformat()}"
    return {"attempt_id": hashlib.sha256(key.encode()).hexdigest()[:32], **asdict(attempt)}


def _replace(path: Path, table: pyarrow.Table) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    with unfinished.open("wb") as sink:
        pyarrow.parquet.write_table(table, sink, compression="zstd")
        sink.flush()
        os.fsync(sink.fileno())
    unfinished.replace(path)
