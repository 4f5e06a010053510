"""The register of decisions: append-only, one small Parquet file per decision, chained.

Layout below its root::

    000001.parquet      the first decision, one row
    000002.parquet      the second; it carries the digest of the first

Nothing is ever changed: a later decision on the same subject replaces the earlier one, and a
decision of kind ``undo`` takes one back. Subjects are texts that survive rebuilds and
re-deliveries: identifiers, rows as `row <partner> <register> <record_key>`, persons as their
units, deliveries as their ids.

Belongs here: files of the register, the chain, which decisions are in force.
Does not belong here: who may decide (desk), what follows from it (dbt_project).
"""

import hashlib
import json
import os
import secrets
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import pyarrow
import pyarrow.parquet

DECISION_SCHEMA: Final = pyarrow.schema(
    {
        "decision_id": pyarrow.int64(),
        "kind": pyarrow.string(),
        "subject": pyarrow.string(),
        "parts": pyarrow.list_(pyarrow.string()),
        "answer": pyarrow.string(),
        "reason": pyarrow.string(),
        "evidence_ref": pyarrow.string(),
        "decided_by": pyarrow.string(),
        "decided_at": pyarrow.timestamp("us", tz="UTC"),
        "question_id": pyarrow.string(),
        "question": pyarrow.string(),
        "previous": pyarrow.string(),
        "digest": pyarrow.string(),
    }
)

UNDO: Final = "undo"
WITHDRAWAL: Final = "withdrawal"
ACCEPT: Final = "accept"
REJECT: Final = "reject"
_EMPTY: Final = "empty.parquet"


class BrokenChain(RuntimeError):
    """A decision is not what it was when it was made; the message names the file."""


@dataclass(frozen=True, slots=True)
class Ruling:
    """What is decided, before it has a number.

    Attributes:
        kind: ``organisations``, ``persons``, ``split``, ``conflict``, ``kpi``, ``withdrawal`` or
            ``undo``.
        subject: What it is about; a later decision of this kind and subject replaces this one.
        parts: The same for programs: identifiers, rows, units.
        answer: As ``same``, ``different``, ``exclude``, a partner's code.
        reason: Why, in words.
        question: The sentence that was answered, None when nobody asked.
    """

    kind: str
    subject: str
    parts: tuple[str, ...]
    answer: str
    reason: str
    decided_by: str
    evidence_ref: str | None = None
    question_id: str | None = None
    question: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision(Ruling):
    """One row of the register; the fields are those of ``DECISION_SCHEMA``.

    Attributes:
        decided_at: UTC.
        previous: Digest of the decision before, None for the first.
        digest: SHA-256 of everything else.
    """

    decision_id: int
    decided_at: datetime
    previous: str | None
    digest: str


class Decisions:
    """The decisions of one consortium below ``root``."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def prepare(self) -> None:
        """Write the empty file that gives the register its columns before the first decision."""
        empty = self.root / _EMPTY
        if not empty.exists() or pyarrow.parquet.read_schema(empty) != DECISION_SCHEMA:
            unfinished = _written(empty, DECISION_SCHEMA.empty_table())
            unfinished.replace(empty)

    def all(self) -> list[Decision]:
        """Return every decision, oldest first.

        Raises:
            BrokenChain: One was changed, or one before it is missing.
        """
        found: list[Decision] = []
        for path in sorted(self.root.glob("[0-9]*.parquet")):
            found.append(_checked(path, found[-1] if found else None, len(found) + 1))
        return found

    def in_force(self, known_until: datetime | None = None) -> list[Decision]:
        """Return what holds: not taken back, not replaced, decided by a moment (None: now).

        Raises:
            BrokenChain: See :meth:`all`.
        """
        known = [
            decision
            for decision in self.all()
            if known_until is None or decision.decided_at <= known_until
        ]
        undone = {int(decision.parts[0]) for decision in known if decision.kind == UNDO}
        newest: dict[tuple[str, str], Decision] = {}
        for decision in known:
            if decision.kind != UNDO and decision.decision_id not in undone:
                newest[(decision.kind, decision.subject)] = decision
        return sorted(newest.values(), key=lambda decision: decision.decision_id)

    def head(self, known_until: datetime | None = None) -> str:
        """Return the digest of the newest decision known by a moment, empty without any.

        Raises:
            BrokenChain: See :meth:`all`.
        """
        known = [
            decision.digest
            for decision in self.all()
            if known_until is None or decision.decided_at <= known_until
        ]
        return known[-1] if known else ""

    def confirmed_deliveries(self) -> frozenset[str]:
        """Return the ids of deliveries that were held back and are accepted by decision (G7).

        Raises:
            BrokenChain: See :meth:`all`.
        """
        return frozenset(
            decision.parts[0]
            for decision in self.in_force()
            if decision.kind == WITHDRAWAL and decision.answer == ACCEPT
        )

    def add(self, ruling: Ruling) -> Decision:
        """Append a decision; it is there completely or not at all, also when two are added at once.

        Raises:
            BrokenChain: See :meth:`all`; nothing is appended to a register that was changed.
        """
        self.prepare()
        while True:
            past = self.all()
            told = {
                **asdict(ruling),
                "decision_id": len(past) + 1,
                "decided_at": _after(past[-1].decided_at if past else None),
                "previous": past[-1].digest if past else None,
            }
            decision = Decision(**{**told, "digest": _digest(told)})
            path = self.root / f"{decision.decision_id:06}.parquet"
            table = pyarrow.Table.from_pylist([asdict(decision)], schema=DECISION_SCHEMA)
            unfinished = _written(path, table)
            try:
                os.link(unfinished, path)
            except FileExistsError:  # somebody else was first: this one comes after
                continue
            finally:
                unfinished.unlink()
            return decision


def _after(previous: datetime | None) -> datetime:
    """Return the present; never before the decision before, whatever clocks do."""
    now = datetime.now(UTC)
    return now if previous is None else max(now, previous)


def _checked(path: Path, previous: Decision | None, number: int) -> Decision:
    try:
        (row,) = pyarrow.parquet.read_table(path, partitioning=None).to_pylist()
        decision = Decision(**{**row, "parts": tuple(row["parts"])})
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise BrokenChain(f"{path.name} cannot be read ({type(error).__name__})") from None
    told = {name: value for name, value in asdict(decision).items() if name != "digest"}
    if _digest(told) != decision.digest:
        raise BrokenChain(f"{path.name} is not what it was when it was decided")
    expected = (number, previous.digest if previous else None)
    if (decision.decision_id, decision.previous) != expected:
        raise BrokenChain(
            f"{path.name} does not follow the decision before it: one was changed or taken away"
        )
    return decision


def _digest(told: dict[str, Any]) -> str:
    plain = {**told, "decided_at": told["decided_at"].isoformat(timespec="microseconds")}
    written = json.dumps(plain, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(written.encode()).hexdigest()


def _written(path: Path, table: pyarrow.Table) -> Path:
    """Write a file completely under a name of its own beside ``path``; return that name."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    with unfinished.open("wb") as sink:
        pyarrow.parquet.write_table(table, sink)
        sink.flush()
        os.fsync(sink.fileno())
    return unfinished
