"""No row lost: every line of a table is a row that was accepted or refused, or is listed.

Belongs here: lines of a file counted without the product's readers, and what became of them.
Does not belong here: what the cells of a row mean.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import openpyxl

from eurocluster.checking import Checked, CheckedTable
from eurocluster.reading.cells import Sheet

_FATES = ("accepted", "refused", "skipped")


def assert_no_row_lost(checked: Checked) -> None:
    """Every line below the header of every table has exactly one fate.

    Blank lines have none. A line of a cross-table is accepted when all of its days are. Sheets
    without a table of the register and copies are told in findings of the whole sheet.
    """
    assert checked.workbook is not None, "the file was not read"
    for table in checked.tables:
        by_another_reader = checked.workbook.format == "xlsx"
        lines = _lines_of(checked.path, table, by_another_reader=by_another_reader)
        _assert_each_line_has_one_fate(table, lines)
    read = {table.table.sheet_name for table in checked.tables}
    told = {finding.sheet for finding in checked.findings}
    if not checked.tables:
        assert any(finding.code[0] == "F" for finding in checked.findings), "nothing was said"
        return
    for sheet in checked.workbook.sheets:
        is_table = len([line for _, line in sheet.rows() if len([*filter(None, line)]) >= 3]) >= 3
        assert sheet.name in read | told or not is_table, f"{sheet.name}: not a word about it"


def fates(table: CheckedTable) -> Mapping[str, set[int]]:
    """Return accepted, refused, skipped → row numbers."""
    return {
        "accepted": set(table.accepted.tolist()),
        "refused": set(table.refused.tolist()),
        "skipped": {line.row for line in table.skipped},
    }


def _assert_each_line_has_one_fate(table: CheckedTable, lines: set[int]) -> None:
    found = fates(table)
    rows = [row for fate in _FATES for row in sorted(found[fate])]
    twice = sorted({row for row in rows if rows.count(row) > 1}) if len(rows) < 10_000 else []
    assert not twice, f"{table.table.sheet_name}: lines with two fates: {twice}"
    assert len(rows) == len(set(rows))
    first = table.table.found.table.first_data_row
    lost = sorted({line for line in lines if line >= first} - set(rows))
    assert not lost, f"{table.table.sheet_name}: lines without a word: {lost}"
    merged = {
        row
        for first, _, last, _ in table.table.found.sheet.merged
        for row in range(first, min(last, first + 1_000) + 1)
    }
    invented = sorted(set(rows) - lines - merged)
    assert not invented, f"{table.table.sheet_name}: lines that are not there: {invented}"


def _lines_of(path: Path, table: CheckedTable, *, by_another_reader: bool) -> set[int]:
    """Return the numbers of the lines that hold anything."""
    sheet = table.table.found.sheet
    if by_another_reader and path.stat().st_size < 1 << 20:
        return set(_filled_lines_of_workbook(path, sheet.name))
    return set(_filled_lines(sheet))


def _filled_lines_of_workbook(path: Path, sheet: str) -> Iterator[int]:
    """Yield the lines that another reader finds filled; it stores formulas, so none is blank."""
    workbook = openpyxl.load_workbook(path)
    cells: Mapping[tuple[int, int], Any] = workbook[sheet]._cells
    yield from {row for (row, _), cell in cells.items() if _says_something(cell.value)}


def _filled_lines(sheet: Sheet) -> Iterator[int]:
    for number, cells in sheet.rows():
        if any(map(_says_something, cells)):
            yield number


def _says_something(value: object) -> bool:
    return value is not None and not (isinstance(value, str) and not value.strip())
