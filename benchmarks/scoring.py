"""How many of the planted mistakes a way of delivering found, and what it blamed without reason.

    python -m benchmarks.scoring WAY OUT HOME PLANTED

A mistake is found when something is said about exactly that cell, whatever it is. A row is refused
when it does not count: it is good when nothing was planted in it.

Belongs here: complaints of each way as cells and rows, compared with the list of mistakes.
Does not belong here: the ways (delivering.py), planting (attendance.py).
"""

import csv
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import duckdb

from benchmarks.declared import CONSORTIUM, PARTNER, drive
from benchmarks.measuring import finish


@dataclass(frozen=True, slots=True)
class Blamed:
    """Cells (row, column) and rows about which something is said, and rows that do not count."""

    cells: set[tuple[int, str]]
    rows: set[int]
    refused: set[int]


def of_ours(out: Path, _home: Path) -> Blamed:
    """Return the findings of severity ERROR or WARN, and the rows with an error."""
    store = out / "store" / CONSORTIUM
    connection = duckdb.connect()
    cells = connection.execute(
        "select row_number, column_name from read_parquet(?)"
        " where severity <> 'INFO' and row_number is not null and column_name is not null",
        [str(store / "findings" / "*" / "*.parquet")],
    ).fetchall()
    refused = connection.execute(
        "select row_number from read_parquet(?) where len(errors) > 0",
        [str(store / "rows" / "attendance" / f"partner={PARTNER}" / "*.parquet")],
    ).fetchall()
    return Blamed(set(cells), {row for row, _ in cells}, {row for (row,) in refused})


def of_script(out: Path, _home: Path) -> Blamed:
    """Return the failure cases; the frame's first row is row 2 of the file."""
    with duckdb.connect(str(out / "script.duckdb"), read_only=True) as connection:
        cells = connection.execute(
            'select cast("index" as int) + 2, "column" from failures'
        ).fetchall()
    rows = {row for row, _ in cells}
    return Blamed(set(cells), rows, rows)


def of_contract(out: Path, home: Path) -> Blamed:
    """Return the rows that are in the file and not in the table; nothing says why, or where."""
    with duckdb.connect(str(out / "contract.duckdb"), read_only=True) as connection:
        kept = connection.execute("select row_number from registers.attendance").fetchall()
    with (drive(home) / "attendance.csv").open(encoding="utf-8") as source:
        lines = sum(1 for _ in source)
    gone = set(range(2, lines + 1)) - {row for (row,) in kept}
    return Blamed(set(), gone, gone)


SCORED: dict[str, Callable[[Path, Path], Blamed]] = {
    "ours": of_ours,
    "script": of_script,
    "contract": of_contract,
}

if __name__ == "__main__":
    with Path(sys.argv[4]).open(encoding="utf-8", newline="") as _source:
        _planted = {(int(row), column) for row, column, _ in csv.reader(_source)}
    _rows = {row for row, _ in _planted}
    _blamed = SCORED[sys.argv[1]](Path(sys.argv[2]), Path(sys.argv[3]))
    finish(
        planted=len(_planted),
        found=len(_planted & _blamed.cells),
        blamed=len(_blamed.cells - _planted),
        rows=len(_rows),
        rows_found=len(_rows & _blamed.rows),
        refused=len(_blamed.refused - _rows),
    )
