"""Which sheets of a workbook hold the tables of a register.

Belongs here: the choice among sheets, sheets left out and why.
Does not belong here: header rows (headers), lines of a table (lines), cells (values).
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from eurocluster.conforming.dates import DateOrder
from eurocluster.conforming.header_words import register_named
from eurocluster.conforming.headers import Table, find_table, with_suggestions
from eurocluster.consortium.partners import Partner
from eurocluster.findings import Finding
from eurocluster.reading.cells import Sheet, Workbook
from eurocluster.wording import words
from schemas import REGISTERS

_FEWEST_ROWS = 3
_FEWEST_CELLS = 3


@dataclass(frozen=True, slots=True)
class FoundTable:
    """A register's table and the sheet that it stands on."""

    sheet: Sheet
    table: Table


class Layout:
    """A partner's workbook and the tables on its sheets, each sheet asked once per register."""

    def __init__(self, workbook: Workbook, partner: Partner) -> None:
        """Take a workbook and the partner whose language and declarations it is read with."""
        self.workbook = workbook
        self._partner = partner
        self._tables: dict[tuple[int, str], Table | None] = {}
        self._found: dict[str, list[FoundTable]] = {}

    def tables_of(self, register: str) -> list[FoundTable]:
        """Return the tables of a register: on the declared sheet, on named ones, or by headers."""
        if register not in self._found:
            self._found[register] = list(self._tables_of(register))
        return list(self._found[register])

    def _tables_of(self, register: str) -> Iterator[FoundTable]:
        declared = self._partner.register(register)
        chosen = [
            at
            for at, sheet in enumerate(self.workbook.sheets)
            if (
                sheet.name == declared.sheet
                if declared is not None and declared.sheet is not None
                else sheet.visible and self._belongs(at, register)
            )
        ]
        for at in chosen:
            table = self._table(at, register)
            if table is not None:
                sheet = self.workbook.sheets[at]
                yield FoundTable(sheet, with_suggestions(table, self._partner.language))

    def holds_another_register(self, register: str) -> bool:
        """Return whether there is a table of another register that the partner declares."""
        return any(
            self.tables_of(other.name)
            for other in self._partner.registers
            if other.name != register
        )

    def left_over(self, register: str, sha256: str) -> Iterator[Finding]:
        """Yield a finding for each sheet left out although it looks like a table (F02, W24).

        Sections of a text file are told in any case (W16): nobody made them sheets of their own.
        """
        declared = self._partner.register(register)
        if declared is not None and declared.sheet is not None:
            return
        for at, sheet in enumerate(self.workbook.sheets):
            if not sheet.visible:
                if self._table(at, register) is not None:
                    detail = words("Sheet: {sheet}.", sheet=sheet.name)
                    yield Finding("W24", detail, file=sha256, sheet=sheet.name)
            elif len(self.workbook.sheets) > 1 and not any(
                self._table(at, other) for other in REGISTERS
            ):
                if _looks_like_a_table(sheet):
                    detail = words("Sheet: {sheet}.", sheet=sheet.name)
                    yield Finding("F02", detail, file=sha256, sheet=sheet.name)
                elif not self.workbook.has_typed_cells and len(sheet):
                    first = int(sheet.blocks[0].row_numbers[0])
                    yield Finding("W16", file=sha256, sheet=sheet.name, row=first)
            elif self._is_read_by_nobody(at, register):
                code = "F02" if self._table(at, register) is not None else "W16"
                detail = words("Sheet: {sheet}.", sheet=sheet.name)
                yield Finding(code, detail, file=sha256, sheet=sheet.name)

    def _is_read_by_nobody(self, at: int, register: str) -> bool:
        """Return whether a sheet could be this register's, or is a section of a text file."""
        declared: list[str] = [other.name for other in self._partner.registers]
        is_section = self.workbook.format == "csv" and len(self.workbook.sheets) > 1
        return (is_section or self._table(at, register) is not None) and not any(
            self._belongs(at, other) for other in (register, *(declared or REGISTERS))
        )

    def _belongs(self, at: int, register: str) -> bool:
        """Return whether a sheet is this register's: by its name, else by the better headers."""
        table = self._table(at, register)
        if table is None:
            return False
        name = self.workbook.sheets[at].name
        named = register_named(name, self._partner.language) if name else None
        if named == register:
            return True
        others = (self._table(at, other) for other in REGISTERS if other != register)
        best = max((other.score for other in others if other is not None), default=0.0)
        return table.score >= best if named is None else table.score > best

    def _table(self, at: int, register: str) -> Table | None:
        if (at, register) not in self._tables:
            contract = REGISTERS[register]
            declared = self._partner.register(register)
            constants = declared.constants if declared is not None else {}
            self._tables[at, register] = find_table(
                self.workbook.sheets[at],
                register,
                self._partner.language,
                overrides=declared.columns if declared is not None else {},
                required=tuple(
                    name
                    for name, column in contract.columns.items()
                    if column.metadata["required"] and name not in constants
                ),
                usual=DateOrder(self._partner.date_order),
            )
        return self._tables[at, register]


def _looks_like_a_table(sheet: Sheet) -> bool:
    wide = 0
    for block in sheet.blocks:
        filled = np.sum([column.is_filled for column in block.columns.values()], axis=0)
        wide += int(np.sum(filled >= _FEWEST_CELLS))
    return wide >= _FEWEST_ROWS
