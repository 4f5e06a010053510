"""The process in which other people's SQL runs: a locked DuckDB, and limits that no query can lift.

    python -m eurocluster.portal.sandbox_process DATABASE MEMORY_MIB SECONDS FOLDER

DuckDB's own limit of memory does not count the texts that a query makes, so the process may take
so much address space and no more. What does not fit spills into FOLDER, up to a limit.

Belongs here: locking the instance, answering one query after the other.
Does not belong here: starting and stopping it, words for people (sandbox).
"""

import os
import pickle
import resource
import sys
from typing import Any, Final

import duckdb

from eurocluster.limited_process import LENGTH, address_space, limit, limit_cpu, send

_SETTINGS: Final = (
    "set autoload_known_extensions = false",
    "set autoinstall_known_extensions = false",
    "set allow_community_extensions = false",
    "set enable_external_access = false",
    "set lock_configuration = true",
)

_SPILL_BYTES: Final = 2 << 30

Reply = tuple[str, Any]
"""``rows`` with columns and rows, ``memory``, or ``refused`` with the database's words."""


def main(database: str, memory_mib: int, seconds: float, spill: str) -> None:
    """Answer queries until the parent closes the pipe."""
    requests, replies = os.fdopen(0, "rb"), os.fdopen(os.dup(1), "wb", buffering=0)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    connection = _locked(database, memory_mib, spill)
    limit(resource.RLIMIT_AS, address_space() + (2 * memory_mib << 20))
    limit(resource.RLIMIT_CORE, 0)
    limit(resource.RLIMIT_FSIZE, _SPILL_BYTES)
    send(replies, b"")
    while length := requests.read(LENGTH.size):
        sql, rows = pickle.loads(requests.read(*LENGTH.unpack(length)))  # noqa: S301 - our parent
        limit_cpu(2 * seconds)
        send(replies, pickle.dumps(_answer(connection, sql, rows), protocol=5))


def _answer(connection: duckdb.DuckDBPyConnection, sql: str, rows: int) -> Reply:
    try:
        connection.execute(sql)
        found = connection.fetchmany(rows + 1)
        columns = tuple(column[0] for column in connection.description or ())
    except (duckdb.OutOfMemoryException, MemoryError):
        return "memory", None
    except duckdb.Error as error:
        is_full = "bad_alloc" in str(error) or "Could not allocate" in str(error)
        return ("memory", None) if is_full else ("refused", str(error))
    return "rows", (columns, found)


def _locked(database: str, memory_mib: int, spill: str) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect(
        ":memory:",
        config={
            "temp_directory": spill,
            "max_temp_directory_size": f"{_SPILL_BYTES}B",
            "memory_limit": f"{memory_mib}MB",
            "threads": 2,
        },
    )
    place = database.replace("'", "''")
    connection.execute(f"attach '{place}' as warehouse (read_only)")
    connection.execute("use warehouse")
    for setting in _SETTINGS:
        connection.execute(setting)
    return connection


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), float(sys.argv[3]), sys.argv[4])
