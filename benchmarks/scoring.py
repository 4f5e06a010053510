"""How many of the planted mistakes a way of delivering found, and what it blamed without reason.

    python -m benchmarks.scoring WAY OUT PLANTED

A mistake is found when something is said about exactly that cell, whatever it is.

Belongs here: complaints of each way as (row, column), compared with the list of mistakes.
Does not belong here: the ways (delivering.py), planting (attendance.py).
"""

import csv
import sys
from collections.abc import Callable
from pathlib import Path

import duckdb

from benchmarks.declared import CONSORTIUM
from benchmarks.measuring import finish

Cells = set[tuple[int, str]]


def of_ours(out: Path) -> Cells:
    """Return the cells with a finding of severity ERROR or WARN."""
    findings = out / "store" / CONSORTIUM / "findings" / "*" / "*.parquet"
    return _cells(
        duckdb.connect(),
        "select row_number, column_name from read_parquet($path)"
        " where severity <> 'INFO' and row_number is not null and column_name is not null",
        {"path": str(findings)},
    )


def of_script(out: Path) -> Cells:
    """Return the cells among the failure cases; the frame's first row is row 2 of the file."""
    with duckdb.connect(str(out / "script.duckdb"), read_only=True) as connection:
        return _cells(connection, 'select cast("index" as int) + 2, "column" from failures', {})


SCORED: dict[str, Callable[[Path], Cells]] = {"ours": of_ours, "script": of_script}


def _cells(connection: duckdb.DuckDBPyConnection, query: str, parameters: dict[str, str]) -> Cells:
    return {(row, column) for row, column in connection.execute(query, parameters).fetchall()}


if __name__ == "__main__":
    with Path(sys.argv[3]).open(encoding="utf-8", newline="") as source:
        planted = {(int(row), column) for row, column, _ in csv.reader(source)}
    blamed = SCORED[sys.argv[1]](Path(sys.argv[2]))
    finish(planted=len(planted), found=len(planted & blamed), without_reason=len(blamed - planted))
