"""What older things call persons and rows, and what a rotated store calls them now.

Closed periods and decisions are immutable and keep the keys of their time. Beside the rows of the
store lie three tables that lead from any earlier key to the present one::

    rotated/units_now/all.parquet      unit of a closed period → unit now
    rotated/rows_now/all.parquet       row of a closed period → its record key now
    rotated/decisions_now/all.parquet  decision → its subject and parts now

They are part of the store, so that they change in the same moment as its keys. Only what closed
periods and decisions name is in them.

Belongs here: the tables, following a name through one more rotation.
Does not belong here: lifting the store (lifting), what models make of the tables (dbt_project).
"""

import os
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import pyarrow
import pyarrow.parquet

ROTATION_SCHEMAS: Final = {
    "units_now": pyarrow.schema({"unit": pyarrow.string(), "current_unit": pyarrow.string()}),
    "rows_now": pyarrow.schema(
        {
            "register": pyarrow.string(),
            "reported_by": pyarrow.string(),
            "record_key": pyarrow.string(),
            "current_record_key": pyarrow.string(),
        }
    ),
    "decisions_now": pyarrow.schema(
        {
            "decision_id": pyarrow.int64(),
            "subject": pyarrow.string(),
            "parts": pyarrow.list_(pyarrow.string()),
        }
    ),
}
"""Table below ``rotated/`` → its columns."""

_FILE: Final = "all.parquet"
_KEY: Final = re.compile(
    r"\b(email|name):([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})"
)

_JOINT: Final = " | "
"""What stands between the parts of a subject (questions of dbt_project)."""

RowName = tuple[str, str, str]
"""Register, partner, record key."""


@dataclass(frozen=True, slots=True)
class Rotated:
    """Earlier names and what they are now."""

    units: Mapping[str, str] = field(default_factory=dict)
    rows: Mapping[RowName, str] = field(default_factory=dict)
    decisions: Mapping[int, tuple[str, tuple[str, ...]]] = field(default_factory=dict)


def read_rotated(store: Path) -> Rotated:
    """Return the tables of a store; empty ones when it was never rotated."""
    units, rows, decisions = (_rows(store, name) for name in ROTATION_SCHEMAS)
    return Rotated(
        {row["unit"]: row["current_unit"] for row in units},
        {
            (row["register"], row["reported_by"], row["record_key"]): row["current_record_key"]
            for row in rows
        },
        {row["decision_id"]: (row["subject"], tuple(row["parts"])) for row in decisions},
    )


def write_rotated(store: Path, rotated: Rotated) -> None:
    """Write the tables of a store that nobody uses yet."""
    tables: dict[str, list[dict[str, Any]]] = {
        "units_now": [
            {"unit": unit, "current_unit": now} for unit, now in sorted(rotated.units.items())
        ],
        "rows_now": [
            dict(zip(ROTATION_SCHEMAS["rows_now"].names, (*name, now), strict=True))
            for name, now in sorted(rotated.rows.items())
        ],
        "decisions_now": [
            {"decision_id": number, "subject": subject, "parts": parts}
            for number, (subject, parts) in sorted(rotated.decisions.items())
        ],
    }
    for name, rows in tables.items():
        folder = store / "rotated" / name
        folder.mkdir(parents=True, exist_ok=True)
        unfinished = folder / f".{_FILE}.{os.getpid()}"
        schema = ROTATION_SCHEMAS[name]
        pyarrow.parquet.write_table(pyarrow.Table.from_pylist(rows, schema=schema), unfinished)
        unfinished.replace(folder / _FILE)


def followed_decision(
    subject: str, parts: Sequence[str], lift: Callable[[str], str], rows: Mapping[RowName, str]
) -> tuple[str, tuple[str, ...]]:
    """Return subject and parts of a decision with persons and rows by their present keys.

    A person is ``email:<key>`` or ``name:<key>@…``, a row ``row <partner> <register> <record
    key>``. Where the subject is the parts in their order, they are put in order again.

    Args:
        subject: What the decision is about.
        parts: The same for programs.
        lift: Key → key of the longer chain.
        rows: Rows whose key has changed.
    """

    def now(text: str) -> str:
        for (register, partner, key), changed in rows.items():
            row = f"row {partner} {register} "
            text = text.replace(row + key, row + changed)
        return _KEY.sub(lambda found: f"{found[1]}:{lift(found[2])}", text)

    followed = tuple(now(part) for part in parts)
    if subject == _JOINT.join(sorted(parts)):
        followed = tuple(sorted(followed))
        return _JOINT.join(followed), followed
    return now(subject), followed


def lifted_unit(unit: str, lift: Callable[[str], str]) -> str:
    """Return the unit of a person known by an address after one more rotation; others as they are.

    A person known by a name is a hash of the name's key, which cannot be lifted.
    """
    found = _KEY.fullmatch(unit)
    return f"email:{lift(found[2])}" if found and found[1] == "email" else unit


def _rows(store: Path, name: str) -> Iterable[dict[str, Any]]:
    path = store / "rotated" / name / _FILE
    found: list[dict[str, Any]] = []
    if path.exists():
        found = pyarrow.parquet.read_table(path, partitioning=None).to_pylist()
    return found
