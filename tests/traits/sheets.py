"""Lists as partners make them, written as real files.

Belongs here: a good attendance list to start from, workbooks and text files on disk.
Does not belong here: what is expected of them.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.worksheet.worksheet import Worksheet

Row = Sequence[Any]

HEADERS: Row = (
    "Kod szkolenia", "Data", "Imię i nazwisko", "E-mail", "Pracodawca", "NIP", "Kraj pracodawcy",
    "Kategoria", "Obecność", "Liczba godzin",
)  # fmt: skip
ROW: Row = (
    "T1", "14.03.2023", "Testa Przykładna", "testa@alfa.example", "Alfa Przykład Sp. z o.o.",
    "7680002466", "Polska", "pracownik", "tak", 6.5,
)  # fmt: skip
ENGLISH: Row = (
    "training_id", "session_date", "person_name", "email", "employer_name", "employer_id",
    "employer_country", "person_category", "attended", "hours",
)  # fmt: skip
PEOPLE = ("Testa Przykładna", "Bruno Zmyślony", "Celina Wymysł", "Damian Fikcja", "Ewa Nierealna")


def row(number: int = 0, /, **cells: Any) -> list[Any]:
    """Return a good row of another person for each number, with other cells where named.

    Cells are named as the contract names their columns.
    """
    name = PEOPLE[number % len(PEOPLE)]
    given = {
        "person_name": name,
        "email": f"{name.split()[0].lower()}{number}@alfa.example",
        **cells,
    }
    return [given.get(column, cell) for column, cell in zip(ENGLISH, ROW, strict=True)]


def rows(count: int) -> list[list[Any]]:
    """Return good rows of as many persons."""
    return [row(number) for number in range(count)]


def workbook(*lines: Row, title: str = "Lista") -> tuple[openpyxl.Workbook, Worksheet]:
    """Return a workbook of one sheet with these lines, to be dressed up and saved."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    fill(sheet, *lines)
    sheet.title = title
    return book, sheet


def fill(sheet: Worksheet, *lines: Row) -> None:
    """Write lines into a sheet, from its first row on; blank ones stay blank."""
    for number, line in enumerate(lines, start=1):
        for at, cell in enumerate(line, start=1):
            if cell is not None:
                sheet.cell(number, at, cell)


def write(path: Path, *lines: Row) -> Path:
    """Write a workbook of one sheet."""
    book, _ = workbook(*lines)
    book.save(path)
    return path


def write_sheets(path: Path, sheets: Mapping[str, Sequence[Row]]) -> Path:
    """Write a workbook with these sheets."""
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for title, lines in sheets.items():
        fill(book.create_sheet(title), *lines)
    book.save(path)
    return path


def write_text(
    path: Path, *lines: Row, encoding: str = "utf-8", delimiter: str = ";", start: str = ""
) -> Path:
    """Write a text file without quotation marks."""
    text = start + "".join(delimiter.join(map(str, line)) + "\r\n" for line in lines)
    path.write_bytes(text.encode(encoding))
    return path
