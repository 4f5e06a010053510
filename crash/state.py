"""What a state folder says, without the moments at which it was said: equal for equal runs.

Belongs here: figures of a publication, everything else that has to be equal, what is left over.
Does not belong here: killing, which states are compared (trial.py).
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

import duckdb
import pyarrow.parquet

from crash.consortium import CODE
from eurocluster.deliveries import RegisterStore
from eurocluster.published import find_published
from eurocluster.publishing import read_journal
from eurocluster.releases import BrokenChain, Releases
from eurocluster.settings import Settings

SCHEMAS: Final = ("core", "kpis", "evidence", "quality", "releases")
_OF_A_RUN: Final = ("seconds", "run_id", "publication_id", "bytes_read", "last_outcome")
"""Columns that say how it went, not what came of it; so do all points in time."""
_MAY_DIFFER: Final = {"quality.deliveries": "sequence is not null"}
"""Attempts that brought nothing new are as many as there were runs."""

Tables = Mapping[str, str]
"""Table → hash of its rows."""


class Contradiction(AssertionError):
    """A state is not what it has to be; the message says where."""


def tables(database: Path) -> Tables:
    """Return a hash per table that readers see, over its rows in any order.

    Two databases with equal rows have equal hashes, whenever they were built.
    """
    with duckdb.connect(str(database), read_only=True) as connection:
        columns = connection.execute(
            "select table_schema || '.' || table_name, list(column_name order by ordinal_position)"
            " from information_schema.columns"
            " where list_contains(?, table_schema) and not list_contains(?, column_name)"
            " and data_type not like 'TIMESTAMP%' group by all order by all",
            [list(SCHEMAS), list(_OF_A_RUN)],
        ).fetchall()
        found = {}
        for table, names in columns:
            chosen = ", ".join(
                # Sentences name the day of a delivery.
                f"regexp_replace({name}, '20\\d\\d-\\d\\d-\\d\\d', '', 'g')"
                if name == "sentence"
                else f'"{name}"'
                for name in names
            )
            where = _MAY_DIFFER.get(table, "true")
            rows = connection.execute(
                f"select cast(row({chosen}) as varchar) as line from {table}"  # noqa: S608
                f" where {where} order by line"
            ).fetchall()
            found[table] = hashlib.sha256(repr(rows).encode()).hexdigest()
    return found


def failed_audits(publication: Path) -> list[str]:
    """Return the audits of a publication that find rows, asked again."""
    results = json.loads((publication / "run_results.json").read_text())["results"]
    with duckdb.connect(str(publication / "warehouse.duckdb"), read_only=True) as connection:
        return [
            result["unique_id"]
            for result in results
            if result["unique_id"].startswith("test.")
            and result["status"] == "pass"
            and connection.execute(f"select 1 from ({result['compiled_code']}) limit 1").fetchall()  # noqa: S608
        ]


def everything(settings: Settings) -> dict[str, Any]:
    """Return all of a state that a finished run determines.

    Raises:
        Contradiction: A part of it cannot be read, or contradicts another part.
    """
    published = find_published(settings)
    journal = [entry["publication_id"] for entry in read_journal(settings.warehouse / "published")]
    if not journal or journal[-1] != published.publication_id:
        raise Contradiction("the journal's last line is not about what is published")
    if any(one == following for one, following in pairwise(journal)):
        raise Contradiction("the journal has a publication twice in a row")
    left = list(leftovers(settings.data))
    if left:
        raise Contradiction(f"left over: {', '.join(left)}")
    return {
        "tables": tables(published.database),
        "publications": len(journal),
        "deliveries": _deliveries(settings),
        "landed": _files(settings.landing / "sha256"),
        "returned": _files(settings.feedback),
        "releases": [release.period for release in releases(settings)],
    }


def releases(settings: Settings) -> list[Any]:
    """Return the releases, their chain checked.

    Raises:
        Contradiction: The chain is broken.
    """
    try:
        return list(Releases(settings.releases(CODE)).all())
    except BrokenChain as broken:
        raise Contradiction(str(broken)) from None


def leftovers(data: Path) -> Iterator[str]:
    """Yield what a run wrote under an unfinished name and nobody has cleared.

    Half a landed file is left for a day, because it may be landing now.
    """
    for path in sorted(data.rglob(".*")):
        name = path.relative_to(data).as_posix()
        if path.name != ".lock" and not name.startswith("landing/.part-"):
            yield name


def differences(one: Mapping[str, Any], other: Mapping[str, Any]) -> list[str]:
    """Return the names of what is not equal, tables by their names."""
    flat = [{**state.get("tables", {}), **state} for state in (one, other)]
    names = sorted((flat[0].keys() | flat[1].keys()) - {"tables"})
    return [name for name in names if flat[0].get(name) != flat[1].get(name)]


def _deliveries(settings: Settings) -> list[tuple[Any, ...]]:
    """Return the records, and what each of their files holds.

    Raises:
        Contradiction: There are rows without a record.
    """
    root = settings.store(CODE)
    found, ids = [], {"empty"}
    for path in sorted((root / "deliveries").glob("partner=*/*.parquet")):
        (row,) = pyarrow.parquet.read_table(path, partitioning=None).to_pylist()
        ids.add(row["delivery_id"])
        rows = root / "rows" / row["register"] / f"partner={row['reported_by']}"
        kept = pyarrow.parquet.read_table(rows / f"{row['delivery_id']}.parquet", partitioning=None)
        hashed = hashlib.sha256(repr(kept.to_pylist()).encode()).hexdigest()
        del row["received_at"]
        found.append((*map(str, row.values()), hashed))
    orphans = {path.stem for path in (root / "rows").rglob("*.parquet")} - ids
    if orphans or set(RegisterStore(root).delivery_ids()) != ids - {"empty"}:
        raise Contradiction("the store has rows without a record")
    return found


def _files(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
