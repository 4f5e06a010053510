"""A template filled in as a partner would: with the words that its own drop-downs offer."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

from babel import Locale
from openpyxl import load_workbook
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from eurocluster.consortium.declarations import Consortium
from schemas import REGISTERS
from schemas.vocabulary import VOCABULARIES
from tests.unit.eurocluster.templates.good_rows import Row

REGISTER_SHEET = 1


def offered(book: Workbook, sheet: Worksheet) -> dict[int, list[str]]:
    """Return 1-based column → the words of its drop-down, in their order."""
    found: dict[int, list[str]] = {}
    for check in sheet.data_validations.dataValidation:
        if check.type == "list":
            name, cells = check.formula1.removeprefix("=").split("!")
            first, _, last = cells.replace("$", "").partition(":")
            words = [cell.value for (cell,) in book[name][f"{first}:{last or first}"]]
            (place,) = check.sqref.ranges
            found[place.min_col] = words
    return found


def fill(
    path: Path, register: str, language: str, rows: Sequence[Row], consortium: Consortium
) -> None:
    """Write rows below the headers; a cell with a drop-down takes one of its words."""
    book = load_workbook(path)
    sheet = book.worksheets[REGISTER_SHEET]
    words = offered(book, sheet)
    for number, row in enumerate(rows, start=2):
        for position, name in enumerate(REGISTERS[register].columns, start=1):
            if name in row:
                metadata = REGISTERS[register].columns[name].metadata
                labels = _labels(metadata, words.get(position, []), language, consortium)
                cell = sheet.cell(number, position)
                cell.value = _written(row[name], labels)
                if isinstance(cell.value, str):
                    cell.data_type = "s"  # typed into a text cell, "=" begins no formula
    book.save(path)


def _labels(
    metadata: Mapping[str, Any], words: list[str], language: str, consortium: Consortium
) -> dict[str, str]:
    """Return code → word of the drop-down, by the vocabulary's order or by an outside name."""
    kind, vocabulary = metadata["kind"], metadata["vocabulary"]
    if vocabulary is not None:
        return dict(zip(VOCABULARIES[vocabulary], words, strict=True))
    if kind == "yes_no":
        return dict(zip(("yes", "no"), words, strict=True))
    named = {partner.partner: partner.name for partner in consortium.partners}
    if kind == "country":
        named = {str(code): name for code, name in Locale.parse(language).territories.items()}
    elif kind not in ("partner", "partners"):
        return {word: word for word in words}
    return {code: name for code, name in named.items() if name in words}


def _written(value: Any, labels: Mapping[str, str]) -> Any:
    if isinstance(value, bool):
        return labels["yes" if value else "no"]
    if isinstance(value, tuple):
        return "; ".join(labels[entry] if labels else entry for entry in value)
    if isinstance(value, date):
        return datetime(value.year, value.month, value.day)
    return labels.get(value, value) if isinstance(value, str) else value
