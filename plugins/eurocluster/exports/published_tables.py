"""The published warehouse as open files: Parquet, a data dictionary, and a list with digests.

Belongs here: which tables, their files, the list.
Does not belong here: the dictionary's content (dictionary).
"""

import hashlib
import json
import os
import shutil
from datetime import UTC
from pathlib import Path
from typing import Any, Final

from sqlalchemy import text

from eurocluster.exports.dictionary import SCHEMAS, as_page, as_table
from eurocluster.exports.editions import Edition
from eurocluster.exports.tables import as_csv

_BATCH: Final = 100_000


def write_warehouse(edition: Edition, folder: Path) -> Path:
    """Write the warehouse into a new folder below ``folder`` and return it, whole or not at all.

    Every table of the published schemas is one Parquet file, ``<schema>/<table>.parquet``;
    ``manifest.json`` has the digest of each file, release, parameters and time.

    Raises:
        FileExistsError: It was written there already, and is another one.
        OSError: The folder cannot be written.
    """
    target = (
        folder / f"{edition.project.code}-warehouse-{edition.name}-{edition.publication_id[:8]}"
    )
    unfinished = folder / f".{target.name}.{os.getpid()}"
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(parents=True)
    try:
        told = _write(edition, unfinished)
        if target.exists():
            there = (target / "manifest.json").read_text(encoding="utf-8")
            if json.loads(there) != told:
                raise FileExistsError(f"{target} exists and holds something else.")
            return target
        unfinished.rename(target)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
    return target


def _write(edition: Edition, folder: Path) -> dict[str, Any]:
    files = {}
    for schema, table in _tables(edition):
        path = folder / schema / f"{table}.parquet"
        path.parent.mkdir(exist_ok=True)
        rows = _copy(edition, schema, table, path)
        files[f"{schema}/{table}.parquet"] = {"rows": rows, "sha256": _sha256(path)}
    for name, content in (
        ("dictionary.html", as_page().encode()),
        ("dictionary.csv", as_csv(as_table()).content),
    ):
        (folder / name).write_bytes(content)
        files[name] = {"sha256": hashlib.sha256(content).hexdigest()}
    told = {
        "format": "eurocluster-warehouse/1",
        "consortium": edition.project.code,
        "made_at": edition.made_at.astimezone(UTC).isoformat(timespec="seconds"),
        "publication": edition.publication_id,
        "release": None if edition.release is None else edition.release.number,
        "release_digest": None if edition.release is None else edition.release.digest,
        "parameters": dict(edition.parameters),
        "files": files,
    }
    (folder / "manifest.json").write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")
    return told


def _tables(edition: Edition) -> list[tuple[str, str]]:
    rows = edition.connection.execute(
        text(
            "select table_schema, table_name from information_schema.tables"
            " where table_schema in (select unnest(:schemas)) order by all"
        ),
        {"schemas": list(SCHEMAS)},
    )
    return [(row.table_schema, row.table_name) for row in rows]


def _copy(edition: Edition, schema: str, table: str, path: Path) -> int:
    """Write one table as Parquet and return how many rows it has.

    The connection may write no file, so rows come out as Arrow, in an order of their own.
    """
    import pyarrow.parquet

    driver = edition.connection.connection.driver_connection
    if driver is None:
        raise RuntimeError("The connection to the warehouse is closed.")
    cursor = driver.cursor()
    cursor.execute(f'select * from "{schema}"."{table}" order by all')  # noqa: S608 - of the catalog
    reader = cursor.to_arrow_reader(_BATCH)
    count = 0
    with pyarrow.parquet.ParquetWriter(path, reader.schema, compression="zstd") as writer:
        for batch in reader:
            writer.write_batch(batch)
            count += batch.num_rows
    return count


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
