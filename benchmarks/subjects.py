"""The four subjects: which ways of doing one job are compared, on which files.

Belongs here: contenders of each subject, in the order of its table.
Does not belong here: what a contender does (reading.py, delivering.py, building.py).
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from benchmarks.measuring import Contender, Measurement, measure, run_once

LIMIT, OURS = "limit", "ours"

_SMALL = 10_000
"""Rows of the smaller workbook."""


@dataclass(frozen=True, slots=True)
class Subject:
    """One comparison, measured.

    Attributes:
        rows: Rows of the register, for the cost per row.
        note: What the figures do and do not say.
        measured: One measurement per way; one label starts with "ours", one with "limit".
        is_scored: Whether the ways say how many of the planted mistakes they found.
    """

    title: str
    rows: int
    note: str
    measured: list[Measurement]
    is_scored: bool = False


def sizes(rows: int) -> list[int]:
    """Return the sizes of the workbooks, the largest last."""
    return sorted({min(_SMALL, rows), rows})


def reading_workbooks(material: Path, rows: int, runs: int) -> list[Subject]:
    """Return the comparison of readers of xlsx, at two sizes."""
    return [
        Subject(
            f"Reading a workbook of {count:,} rows (xlsx, 16 columns)",
            count,
            "Ours reads in a child process with limits and keeps types, error cells, hidden rows"
            " and merged cells; its memory is that of both processes.",
            _measure_reading(
                material / f"attendance-{count}.xlsx",
                {
                    "limit: python-calamine, bare": "calamine",
                    "ours: WorkbookReader": "ours",
                    "openpyxl, read-only": "openpyxl_read_only",
                    "openpyxl": "openpyxl_full",
                    "pandas.read_excel (openpyxl)": "pandas_excel",
                },
                runs,
            ),
        )
        for count in sizes(rows)
    ]


def reading_text(material: Path, rows: int, runs: int) -> list[Subject]:
    """Return the comparison of readers of csv."""
    return [
        Subject(
            f"Reading a csv of {rows:,} rows (cp1250, semicolons, 16 columns)",
            rows,
            "Ours finds encoding and delimiter by itself; the others are told.",
            _measure_reading(
                material / "attendance-cp1250.csv",
                {
                    "limit: csv module": "csv_module",
                    "ours: WorkbookReader": "ours",
                    "pandas.read_csv (text)": "pandas_csv",
                },
                runs,
            ),
        )
    ]


def delivering(material: Path, rows: int, runs: int) -> list[Subject]:
    """Return the comparison of whole deliveries, with what each found of the mistakes."""
    ways = {
        "limit: DuckDB, as text": LIMIT,
        "ours: one partner's night": OURS,
        "script: pandas, pandera": "script",
    }
    home, out = material / "spoiled", material / "delivered"
    measured = measure(
        [
            Contender(label, ("-m", "benchmarks.delivering", way, str(home), str(out / way)))
            for label, way in ways.items()
        ],
        runs,
    )
    planted = str(material / "planted.csv")
    scored = [
        replace(
            found,
            found=run_once("-m", "benchmarks.scoring", way, str(out / way), planted),
        )
        if way != LIMIT
        else found
        for found, way in zip(measured, ways.values(), strict=True)
    ]
    return [
        Subject(
            f"One delivery of {rows:,} rows, from the csv to rows that can be queried",
            rows,
            f"{scored[-1].found['planted']:,} cells are wrong, 2 % of all. Found: something is said"
            " about exactly that cell. Blamed: good cells about which something is said.",
            scored,
            is_scored=True,
        )
    ]


def building(material: Path, rows: int, runs: int) -> list[Subject]:
    """Return what a build of the warehouse costs, and what of it is there without any row."""
    full, empty = material / "built-full", material / "built-empty"
    run_once("-m", "benchmarks.delivering", OURS, str(material / "clean"), str(full))

    def build(way: str, home: str, data: Path) -> tuple[str, ...]:
        return ("-m", "benchmarks.building", way, str(material / home), str(data))

    measured = measure(
        [
            Contender("limit: DuckDB, one table", build(LIMIT, "clean", full)),
            Contender("ours: dbt build", build(OURS, "clean", full)),
            Contender("dbt build, empty store", build(OURS, "empty", empty)),
        ],
        runs,
    )
    _, ours, fixed = measured
    per_row = (ours.cpu_seconds - fixed.cpu_seconds) / rows
    return [
        Subject(
            f"Building the warehouse from a store with {rows:,} attendance rows",
            rows,
            f"{ours.found['models']} models and {ours.found['tests']} tests. The empty store shows"
            f" dbt's own cost, {fixed.cpu_seconds:.1f} s of start, parsing and one statement per"
            f" node; beyond it a row costs {1e6 * per_row:.0f} µs.",
            measured,
        )
    ]


SUBJECTS: dict[str, Callable[[Path, int, int], list[Subject]]] = {
    "workbooks": reading_workbooks,
    "text": reading_text,
    "delivery": delivering,
    "warehouse": building,
}


def _measure_reading(path: Path, ways: dict[str, str], runs: int) -> list[Measurement]:
    return measure(
        [
            Contender(label, ("-m", "benchmarks.reading", way, str(path)))
            for label, way in ways.items()
        ],
        runs,
    )
