"""Files of a given size, written once per run into a folder that is thrown away.

    python -m benchmarks.material FOLDER ROWS [ROWS …]

Belongs here: files, the consortium that keeps them, the list of planted mistakes.
Does not belong here: what stands in the cells (attendance.py, people.py).
"""

import csv
import sys
from collections.abc import Iterable, Sequence
from dataclasses import astuple
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Any

import openpyxl
import yaml

from benchmarks.attendance import (
    TRAININGS,
    Cell,
    Planted,
    Row,
    attendance,
    training_code,
    training_days,
    with_mistakes,
)
from benchmarks.declared import (
    CONSORTIUM,
    HEADERS,
    PARTNER,
    PROJECT_MONTHS,
    PROJECT_START,
    WORDS,
    drive,
)
from benchmarks.people import employers


def write_material(folder: Path, sizes: Sequence[int]) -> None:
    """Write everything that the subjects read: a workbook of each size, the rest of the largest."""
    for home in ("spoiled", "clean", "empty"):
        drive(folder / home).mkdir(parents=True)
    for size in sizes:
        write_workbook(folder / f"attendance-{size}.xlsx", attendance(size))
    rows = max(sizes)
    write_csv(folder / "attendance-cp1250.csv", attendance(rows), "cp1250")
    mistakes: list[Planted] = []
    spoiled = with_mistakes(attendance(rows), mistakes)
    write_csv(drive(folder / "spoiled") / "attendance.csv", spoiled, "utf-8")
    write_planted(folder / "planted.csv", mistakes)
    write_consortium(folder / "spoiled", ("attendance",))
    write_consortium(folder / "empty", ())
    write_csv(drive(folder / "clean") / "attendance.csv", attendance(rows), "utf-8")
    _write_rows(drive(folder / "clean") / "trainings.csv", _trainings())
    _write_rows(drive(folder / "clean") / "organisations.csv", _organisations())
    write_consortium(folder / "clean", ("attendance", "trainings", "organisations"))


def write_csv(path: Path, rows: Iterable[Row], encoding: str) -> None:
    """Write a register as a Polish spreadsheet saves it: semicolons, decimal commas."""
    with path.open("w", encoding=encoding, newline="") as sink:
        writer = csv.writer(sink, delimiter=";")
        writer.writerow(HEADERS.values())
        writer.writerows([_text(row[column]) for column in HEADERS] for row in rows)


def write_workbook(path: Path, rows: Iterable[Row]) -> None:
    """Write a register with typed cells."""
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("Obecność")
    sheet.append(list(HEADERS.values()))
    for row in rows:
        sheet.append([row[column] for column in HEADERS])
    book.save(path)


def write_planted(path: Path, mistakes: Iterable[Planted]) -> None:
    """Write the list of spoiled cells."""
    with path.open("w", encoding="utf-8", newline="") as sink:
        csv.writer(sink).writerows(map(astuple, mistakes))


def write_consortium(home: Path, registers: Sequence[str]) -> None:
    """Declare a consortium of one partner that keeps these registers in csv files."""
    _write_yaml(
        home / "project.yml",
        {
            "version": 1,
            "code": CONSORTIUM,
            "name": "Benchmark Eurocluster",
            "start": PROJECT_START,
            "months": PROJECT_MONTHS,
            "periods": {"RP1": "M1-M18", "RP2": "M19-M36"},
            "runs_clusterxchange": True,
            "reporting_date": date(2025, 9, 15),
        },
    )
    declared: list[dict[str, Any]] = []
    for register in registers:
        files = {"include": [f"{register}.csv"]}
        source = {"kind": "folder", "path": f"drives/{PARTNER}", "files": files}
        declared.append({"name": register, "source": source})
        if register == "attendance":
            words = {"columns": {h: c for c, h in HEADERS.items()}, "words": WORDS}
            declared[-1].update(words)
    _write_yaml(
        home / "partners" / f"{PARTNER}.yml",
        {
            "version": 1,
            "partner": PARTNER,
            "name": "Klaster Wymyślony",
            "country": "PL",
            "language": "pl",
            "registers": declared,
        },
    )


def _trainings() -> Iterable[Row]:
    for number in range(TRAININGS):
        first, last = training_days(number)
        yield {
            "training_id": training_code(number),
            "title": f"Szkolenie wymyślone {number:04d}",
            "objective": ("4a", "4b")[number % 2],
            "audience": ("cluster_staff", "sme_workers")[number % 2],
            "format": "online",
            "start_date": first,
            "end_date": last,
            "planned_hours": 30,
            "lead_partner": PARTNER,
            "status": "delivered",
        }


def _organisations() -> Iterable[Row]:
    for employer in islice(employers(), 0, None, 2):
        yield {
            "record_id": f"O-{employer.number:04d}",
            "legal_name": employer.name,
            "country": employer.country,
            "vat_no": employer.tax_number,
            "org_type": "business",
            "headcount_awu": 12 + employer.number % 300,
            "turnover_eur": 900_000 + employer.number * 50_000,
            "sme_declared": "sme" if 12 + employer.number % 300 < 250 else "not_sme",
        }


def _write_rows(path: Path, rows: Iterable[Row]) -> None:
    written = list(rows)
    with path.open("w", encoding="utf-8", newline="") as sink:
        writer = csv.writer(sink, delimiter=";")
        writer.writerow(written[0])
        writer.writerows([_text(cell) for cell in row.values()] for row in written)


def _text(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, date):
        return f"{cell:%d.%m.%Y}"
    return str(cell).replace(".", ",") if isinstance(cell, float) else str(cell)


def _write_yaml(path: Path, content: object) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")


if __name__ == "__main__":
    write_material(Path(sys.argv[1]), [int(size) for size in sys.argv[2:]])
