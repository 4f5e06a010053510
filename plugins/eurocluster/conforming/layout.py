"""Which sheets of a workbook hold the tables of a register.

Belongs here: the choice among sheets, sheets left out and why.
Does not belong here: header rows (headers), lines of a table (lines), cells (values).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandera.pandas as pa

from eurocluster.conforming.header_words import register_named
from eurocluster.conforming.headers import Table, find_table
from eurocluster.conforming.hints import Hints
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


def tables_of(workbook: Workbook, contract: pa.DataFrameSchema, hints: Hints) -> list[FoundTable]:
    """Return the tables of a register: on the declared sheet, on named ones, or by headers."""
    register = str(contract.name)
    if hints.register.sheet is not None:
        wanted = [s for s in workbook.sheets if s.name == hints.register.sheet]
        return _found(wanted, register, hints)
    visible = [sheet for sheet in workbook.sheets if sheet.visible]
    return [found for found in _found(visible, register, hints) if _belongs(found, register, hints)]


def holds_another_register(workbook: Workbook, hints: Hints) -> bool:
    """Return whether the file has a table of another register that the partner declares."""
    return any(
        tables_of(workbook, REGISTERS[other.name], replace(hints, register=other))
        for other in hints.partner.registers
        if other.name != hints.register.name
    )


def left_over(workbook: Workbook, sha256: str, hints: Hints) -> Iterator[Finding]:
    """Yield a finding for each sheet left out although it looks like a table (F02, W24)."""
    register = hints.register.name
    if hints.register.sheet is not None:
        return
    for sheet in workbook.sheets:
        if not sheet.visible:
            if _table(sheet, register, hints) is not None:
                detail = words("Sheet: {sheet}.", sheet=sheet.name)
                yield Finding("W24", detail, file=sha256, sheet=sheet.name)
        elif (
            len(workbook.sheets) > 1
            and _looks_like_a_table(sheet)
            and not any(_table(sheet, other, hints) for other in REGISTERS)
        ):
            detail = words("Sheet: {sheet}.", sheet=sheet.name)
            yield Finding("F02", detail, file=sha256, sheet=sheet.name)


def _looks_like_a_table(sheet: Sheet) -> bool:
    wide = 0
    for block in sheet.blocks:
        filled = np.sum([column.is_filled for column in block.columns.values()], axis=0)
        wide += int(np.sum(filled >= _FEWEST_CELLS))
    return wide >= _FEWEST_ROWS


def _belongs(found: FoundTable, register: str, hints: Hints) -> bool:
    """Return whether a sheet is this register's: by its name, else by the better headers."""
    named = _names_register(found.sheet, hints)
    if named == register:
        return True
    best = _best_other_score(found.sheet, register, hints)
    return found.table.score >= best if named is None else found.table.score > best


def _names_register(sheet: Sheet, hints: Hints) -> str | None:
    return register_named(sheet.name, hints.partner.language) if sheet.name else None


def _found(sheets: Sequence[Sheet], register: str, hints: Hints) -> list[FoundTable]:
    found = [(sheet, _table(sheet, register, hints)) for sheet in sheets]
    return [FoundTable(sheet, table) for sheet, table in found if table is not None]


def _best_other_score(sheet: Sheet, register: str, hints: Hints) -> float:
    others = (_table(sheet, other, hints) for other in REGISTERS if other != register)
    return max((table.score for table in others if table is not None), default=0.0)


def _table(sheet: Sheet, register: str, hints: Hints) -> Table | None:
    contract = REGISTERS[register]
    return find_table(
        sheet,
        register,
        hints.partner.language,
        overrides=hints.register.columns if register == hints.register.name else {},
        required=tuple(n for n, c in contract.columns.items() if c.metadata["required"]),
    )
