"""Files of a given size, written once per run into a folder that is thrown away.

    python -m benchmarks.material FOLDER ROWS [WHAT …]

Belongs here: files, the consortium that keeps them, the list of planted mistakes.
Does not belong here: what stands in the cells (attendance.py, people.py).
"""

import csv
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import astuple
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

import xlsxwriter
import yaml

from benchmarks.attendance import (
    TRAININGS,
    Block,
    Cell,
    Planted,
    attendance,
    persons_among,
    training_code,
    training_days,
    with_mistakes,
)
from benchmarks.declared import (
    CONSORTIUM,
    FILE_HEADERS,
    HEADERS,
    PARTNER,
    PROJECT_MONTHS,
    PROJECT_START,
    WORDS,
    drive,
)
from benchmarks.people import employer, employers


def spoiled_home(folder: Path, rows: int) -> Path:
    """Return where the consortium of one register with mistakes is; its list lies beside it."""
    return folder / f"spoiled-{rows}"


def planted_in(folder: Path, rows: int) -> Path:
    """Return where the list of mistakes is: row, column and rule of each spoiled cell."""
    return folder / f"planted-{rows}.csv"


def workbook_of(folder: Path, rows: int) -> Path:
    """Return where the register as a workbook is."""
    return folder / f"attendance-{rows}.xlsx"


def text_of(folder: Path, rows: int) -> Path:
    """Return where the register as text in a code page is."""
    return folder / f"attendance-{rows}-cp1250.csv"


def clean_home(folder: Path, rows: int) -> Path:
    """Return where the consortium of three registers without mistakes is."""
    return folder / f"clean-{rows}"


def empty_home(folder: Path, _rows: int = 0) -> Path:
    """Return where the consortium without registers is."""
    return folder / "empty"


def workbook_home(folder: Path, rows: int) -> Path:
    """Return where the consortium is that keeps its register in a workbook."""
    return folder / f"workbook-{rows}"


def write_csv(path: Path, blocks: Iterable[Block], encoding: str) -> None:
    """Write a register as a Polish spreadsheet saves it: semicolons, decimal commas."""
    with path.open("w", encoding=encoding, newline="") as sink:
        writer = csv.writer(sink, delimiter=";")
        writer.writerow(FILE_HEADERS.values())
        for block in blocks:
            columns = [map(_text, block[column]) for column in FILE_HEADERS]
            writer.writerows(zip(*columns, strict=True))


def write_workbook(path: Path, blocks: Iterable[Block]) -> None:
    """Write a register with typed cells, texts in the shared list as Excel keeps them."""
    with xlsxwriter.Workbook(path, {"default_date_format": "dd.mm.yyyy"}) as book:
        sheet = book.add_worksheet("Obecność")
        sheet.write_row(0, 0, FILE_HEADERS.values())
        at = 0
        for block in blocks:
            for row in zip(*(block[column] for column in FILE_HEADERS), strict=True):
                at += 1
                sheet.write_row(at, 0, row)


def write_planted(path: Path, mistakes: Iterable[Planted]) -> None:
    """Write the list of spoiled cells."""
    with path.open("w", encoding="utf-8", newline="") as sink:
        csv.writer(sink).writerows(map(astuple, mistakes))


def write_consortium(home: Path, registers: Sequence[str], ending: str = "csv") -> None:
    """Declare a consortium of one partner that keeps these registers in files."""
    drive(home).mkdir(parents=True)
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
        files = {"include": [f"{register}.{ending}"], "max_mib": 2_000}
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


def _write_spoiled(folder: Path, rows: int) -> None:
    home = spoiled_home(folder, rows)
    write_consortium(home, ("attendance",))
    mistakes: list[Planted] = []
    spoiled = with_mistakes(attendance(rows), mistakes)
    write_csv(drive(home) / "attendance.csv", spoiled, "utf-8")
    write_planted(planted_in(folder, rows), mistakes)


def _write_clean(folder: Path, rows: int) -> None:
    home = clean_home(folder, rows)
    write_consortium(home, ("attendance", "trainings", "organisations"))
    write_csv(drive(home) / "attendance.csv", attendance(rows), "utf-8")
    _write_rows(drive(home) / "trainings.csv", _trainings())
    _write_rows(drive(home) / "organisations.csv", _organisations(rows))


def _write_workbook_home(folder: Path, rows: int) -> None:
    home = workbook_home(folder, rows)
    write_consortium(home, ("attendance",), "xlsx")
    write_workbook(drive(home) / "attendance.xlsx", attendance(rows))


WRITERS: dict[str, tuple[Callable[[Path, int], Path], Callable[[Path, int], None]]] = {
    "spoiled": (spoiled_home, _write_spoiled),
    "clean": (clean_home, _write_clean),
    "empty": (empty_home, lambda folder, _: write_consortium(empty_home(folder), ())),
    "text": (text_of, lambda folder, rows: write_csv(
        text_of(folder, rows), attendance(rows), "cp1250")),
    "workbook": (workbook_home, _write_workbook_home),
}  # fmt: skip
"""What there is to write: where it lies, and how it is written."""


def _trainings() -> Iterator[dict[str, Cell]]:
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


def _organisations(rows: int) -> Iterator[dict[str, Cell]]:
    """Yield every second employer."""
    for number in range(0, employers(persons_among(rows)), 2):
        found = employer(number)
        yield {
            "record_id": f"O-{number:05d}",
            "legal_name": found.name,
            "country": found.country,
            "vat_no": found.tax_number,
            "org_type": "business",
            "headcount_awu": 12 + number % 300,
            "turnover_eur": 900_000 + number * 50_000,
            "sme_declared": "sme" if 12 + number % 300 < 250 else "not_sme",
        }


def _write_rows(path: Path, rows: Iterable[dict[str, Cell]]) -> None:
    written = list(rows)
    with path.open("w", encoding="utf-8", newline="") as sink:
        writer = csv.writer(sink, delimiter=";")
        writer.writerow(written[0])
        writer.writerows([_text(cell) for cell in row.values()] for row in written)


def _text(cell: Cell) -> str:
    return cell if type(cell) is str else _spelled(cell)


@lru_cache(maxsize=None, typed=True)
def _spelled(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, date):
        return f"{cell:%d.%m.%Y}"
    return str(cell).replace(".", ",") if isinstance(cell, float) else str(cell)


def _write_yaml(path: Path, content: object) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")


if __name__ == "__main__":
    for _name in sys.argv[3:] or ["spoiled"]:
        _place, _write = WRITERS[_name]
        if not _place(Path(sys.argv[1]), int(sys.argv[2])).exists():
            _write(Path(sys.argv[1]), int(sys.argv[2]))
