"""Attendance lists of an invented Polish partner, as sheets, and what is understood of them.

Belongs here: sheets in memory, cut into blocks as the test wants, and the way to their rows.
Does not belong here: files (reading/), what is expected of them.
"""

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from eurocluster.conforming.hints import Hints
from eurocluster.conforming.layout import Layout
from eurocluster.conforming.tables import RegisterTable, conform
from eurocluster.consortium.partners import Partner
from eurocluster.findings import Finding
from eurocluster.reading.cells import Sheet, Value, Workbook
from eurocluster.reading.columns import Block, Column
from eurocluster.register_rows import RegisterRows
from schemas import REGISTERS

HEADERS = (
    "Kod szkolenia", "Data", "Imię i nazwisko", "E-mail", "Pracodawca", "Kraj", "Kategoria",
    "Obecność", "Liczba godzin",
)  # fmt: skip
ROW = (
    "T1", "14.03.2023", "mgr Testa Przykładna", "testa@p1.example", "Alfa Sp. z o.o.", "Polska",
    "pracownik", "tak", 6.5,
)  # fmt: skip


def hints(register: str, **declared: object) -> Hints:
    """Return what helps to read a register of a Polish partner that declares no other."""
    partner = Partner.model_validate(
        {
            "version": 1,
            "partner": "p1",
            "name": "Klaster Przykładowy",
            "country": "PL",
            "language": "pl",
            "registers": [
                {
                    "name": register,
                    "source": {"kind": "folder", "path": "x", "files": {"include": ["*"]}},
                    **declared,
                }
            ],
        }
    )
    return Hints(partner, partner.registers[0], "test", ("Test",), (partner,), b"s" * 32)


def sheet(*rows: tuple[Value, ...], name: str = "Lista", visible: bool = True) -> Sheet:
    """Return a sheet of one block that begins in A1."""
    return Sheet.of(name, rows, visible=visible)


def cut(whole: Sheet, ends: Iterable[int]) -> Sheet:
    """Return the sheet in several blocks, which end before these of its rows that hold anything.

    As readers do it, each block has distinct values of its own and leaves blank columns out.
    """
    (block,) = whole.blocks
    inside = sorted({end for end in ends if 0 < end < len(block)})
    parts = []
    for start, end in pairwise([0, *inside, len(block)]):
        cells = {at: column.cells()[start:end] for at, column in block.columns.items()}
        filled = {at: Column.of(part) for at, part in cells.items() if any_filled(part)}
        parts.append(Block(block.row_numbers[start:end], filled))
    return Sheet(
        whole.name, parts, visible=whole.visible, hidden_rows=whole.hidden_rows, merged=whole.merged
    )


def any_filled(cells: Sequence[Value]) -> bool:
    """Return whether any cell holds something."""
    return any(cell is not None for cell in cells)


def conformed(
    register: str, *sheets: Sheet, **declared: object
) -> tuple[list[RegisterTable], list[Finding]]:
    """Return what is understood of a workbook with these sheets."""
    helping = hints(register, **declared)
    layout = Layout(Workbook("xlsx", sheets), helping.partner)
    return conform(layout, "f" * 64, "lista.xlsx", REGISTERS[register], helping)


def attendance(*sheets: Sheet, **declared: object) -> tuple[list[RegisterTable], list[Finding]]:
    """Return what is understood of a workbook with lists of attendance."""
    return conformed("attendance", *sheets, **declared)


def rows_of(found: tuple[Sequence[RegisterTable], object]) -> RegisterRows:
    """Return the rows of the only table, which is one block."""
    (table,) = found[0]
    (rows,) = table.rows()
    return rows


def cells(rows: RegisterRows, column: str) -> list[Any]:
    """Return the values of a column, one per row."""
    return rows.columns[column].cells()


def marks(rows: RegisterRows) -> set[tuple[int, str, str]]:
    """Return (index of the row, column, code) of everything that is marked."""
    return {(row, mark.column, mark.code) for mark in rows.marks for row in mark.rows.tolist()}


def findings_of(table: RegisterTable) -> list[Finding]:
    """Return the findings of a whole table, all of its rows read before."""
    for rows in table.rows():
        assert isinstance(rows.row_numbers, np.ndarray)
    return list(table.findings())
