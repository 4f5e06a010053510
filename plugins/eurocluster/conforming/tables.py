"""A workbook into the typed rows of one register.

Finds the sheets and tables of the register, leaves out totals and footnotes (listing each),
understands every column, and replaces persons by keyed hashes: what leaves this module holds
no personal text.

Belongs here: which rows are rows, defaults, derived keys.
Does not belong here: recognising headers (headers), reading cells (values), judging.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import pandera.pandas as pa

from eurocluster.conforming import words
from eurocluster.conforming.header_words import register_named
from eurocluster.conforming.headers import Table, find_table
from eurocluster.conforming.names import organisation_key
from eurocluster.conforming.partner_names import PartnerDirectory
from eurocluster.conforming.persons import email_key, name_key
from eurocluster.conforming.values import Reader, Understood, text_of
from eurocluster.consortium.partners import Partner, Register
from eurocluster.findings import Finding, say
from eurocluster.judging import RegisterRows
from eurocluster.reading.cells import Sheet, Value, Workbook, cell_name
from schemas import REGISTERS
from schemas.store import PERSON_KEYS, derived_columns

_FOOTNOTE_CELLS: Final = 2
_WITH_PERSONS: Final = frozenset(
    name
    for name, contract in REGISTERS.items()
    if any(column.metadata["personal"] for column in contract.columns.values())
)


@dataclass(frozen=True, slots=True)
class Hints:
    """What helps to understand one partner's register; ``secret`` keys its persons."""

    partner: Partner
    register: Register
    project_code: str
    project_names: tuple[str, ...]
    partners: tuple[Partner, ...]
    secret: bytes


def conform(
    workbook: Workbook, sha256: str, name: str, contract: pa.DataFrameSchema, hints: Hints
) -> tuple[list[RegisterRows], list[Finding]]:
    """Return the register's rows, one object per sheet, and findings of the whole file.

    A file without a table of the register gives no rows and one F02 finding.
    """
    findings = [
        Finding(note.code, say(note.code, note.text), file=sha256, sheet=note.sheet, row=note.row)
        for note in workbook.notes
    ]
    tables = [
        _rows(sheet, table, sha256, name, contract, hints, has_typed_cells=workbook.format != "csv")
        for sheet, table in _tables(workbook, contract, hints)
    ]
    if not tables:
        seen = ", ".join(repr(sheet.name) for sheet in workbook.sheets if sheet.name)
        detail = f"Register: {contract.name}." + (f" Sheets: {seen}." if seen else "")
        findings.append(Finding("F02", say("F02", f"{name}. {detail}"), file=sha256))
    else:
        findings.extend(_left_over(workbook, sha256, hints))
    _refuse_lost_formulas(tables, workbook)
    return tables, findings


def _refuse_lost_formulas(tables: Sequence[RegisterRows], workbook: Workbook) -> None:
    """Mark cells whose formula has no stored value (W14): they are not blank, but unknown."""
    lost = {(n.sheet, n.row, n.column) for n in workbook.notes if n.code == "W14"}
    for rows in tables if lost else ():
        for column, position in rows.cell_columns.items():
            for index, number in enumerate(rows.row_numbers):
                if (rows.sheet, number, position) in lost:
                    rows.columns[column][index] = None
                    rows.marks.append((index, column, "E18"))
                    rows.details[(index, column, "E18")] = "The formula has no stored value."


def _tables(
    workbook: Workbook, contract: pa.DataFrameSchema, hints: Hints
) -> list[tuple[Sheet, Table]]:
    """Return the sheets that hold the register: the declared one, named ones, or by headers."""
    register = str(contract.name)
    if hints.register.sheet is not None:
        wanted = [s for s in workbook.sheets if s.name == hints.register.sheet]
        return _found(wanted, register, hints)
    visible = [sheet for sheet in workbook.sheets if sheet.visible]
    return [
        (sheet, table)
        for sheet, table in _found(visible, register, hints)
        if _belongs(sheet, table, register, hints)
    ]


def _belongs(sheet: Sheet, table: Table, register: str, hints: Hints) -> bool:
    """Return whether a sheet is this register's: by its name, else by the better headers."""
    named = _names_register(sheet, hints)
    if named == register:
        return True
    best = _best_other_score(sheet, register, hints)
    return table.score >= best if named is None else table.score > best


def holds_another_register(workbook: Workbook, hints: Hints) -> bool:
    """Return whether the file has a table of another register that the partner declares."""
    return any(
        _tables(workbook, REGISTERS[other.name], replace(hints, register=other))
        for other in hints.partner.registers
        if other.name != hints.register.name
    )


def _left_over(workbook: Workbook, sha256: str, hints: Hints) -> list[Finding]:
    """Return a finding for each sheet that looks like a table and is no register's (F02)."""
    if hints.register.sheet is not None or len(workbook.sheets) == 1:
        return []
    return [
        Finding("F02", say("F02", f"Sheet: {sheet.name!r}."), file=sha256, sheet=sheet.name)
        for sheet in workbook.sheets
        if sheet.visible
        and sum(sum(not _is_blank(cell) for cell in row) > 2 for row in sheet.rows) > 2
        and not any(_table(sheet, register, hints) for register in REGISTERS)
    ]


def _names_register(sheet: Sheet, hints: Hints) -> str | None:
    return register_named(sheet.name, hints.partner.language) if sheet.name else None


def _found(sheets: Sequence[Sheet], register: str, hints: Hints) -> list[tuple[Sheet, Table]]:
    found = [(sheet, _table(sheet, register, hints)) for sheet in sheets]
    return [(sheet, table) for sheet, table in found if table is not None]


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


def _rows(
    sheet: Sheet,
    table: Table,
    sha256: str,
    name: str,
    contract: pa.DataFrameSchema,
    hints: Hints,
    *,
    has_typed_cells: bool,
) -> RegisterRows:
    kept, skipped = _data_rows(sheet, table, contract, hints.partner.language)
    numbers = [sheet.first_row + index for index in kept]
    sent = [sheet.rows[index] for index in kept]
    cells = {
        column: [_cell(row, position) for row in sent] for column, position in table.columns.items()
    }
    rows = RegisterRows(
        register=str(contract.name),
        file_sha256=sha256,
        file_name=name,
        sheet=sheet.name,
        columns={},
        row_numbers=numbers,
        cell_columns={
            column: sheet.first_column + position for column, position in table.columns.items()
        },
    )
    rows.findings.extend(_sheet_findings(sheet, table, skipped, sha256, contract))
    rows.marks.extend(
        (index, "", "W12") for index, number in enumerate(numbers) if number in sheet.hidden_rows
    )
    _understand(rows, cells, table, contract, hints, has_typed_cells=has_typed_cells)
    _complete(rows, contract)
    _replace_persons(rows, contract, hints.secret)
    return rows


def _cell(row: Sequence[Value], position: int) -> Value:
    return row[position] if position < len(row) else None


def _data_rows(
    sheet: Sheet, table: Table, contract: pa.DataFrameSchema, language: str
) -> tuple[list[int], list[int]]:
    """Return indexes of data rows and of skipped lines (totals, footnotes, signatures)."""
    kept: list[int] = []
    skipped: list[int] = []
    required = [
        position
        for column, position in table.columns.items()
        if contract.columns[column].metadata["required"]
        or contract.columns[column].metadata["personal"]
    ]
    mapped = list(table.columns.values())
    for index in range(table.first_data_row, len(sheet.rows)):
        row = sheet.rows[index]
        of_required = sum(not _is_blank(_cell(row, position)) for position in required)
        if of_required * 2 > len(required):
            kept.append(index)
            continue
        filled = [cell for cell in row if not _is_blank(cell)]
        if not filled:
            continue
        is_of_table = any(not _is_blank(_cell(row, position)) for position in mapped)
        is_line = not is_of_table or (
            len(filled) <= _FOOTNOTE_CELLS and of_required <= 1 and len(required) > _FOOTNOTE_CELLS
        )
        is_total = any(
            words.is_total(cell, language) or words.is_signature(cell, language)
            for cell in filled[:2]
        )
        (skipped if is_line or is_total else kept).append(index)
    return kept, skipped


def _is_blank(cell: Value) -> bool:
    return cell is None or (isinstance(cell, str) and not cell.strip())


def _sheet_findings(
    sheet: Sheet,
    table: Table,
    skipped: Sequence[int],
    sha256: str,
    contract: pa.DataFrameSchema,
) -> list[Finding]:
    header_row = sheet.first_row + table.header_row
    found = [
        Finding("W16", say("W16"), file=sha256, sheet=sheet.name, row=sheet.first_row + index)
        for index in skipped
    ]
    for header in (*table.headers.unknown, *table.headers.duplicates):
        cell = cell_name(header_row, sheet.first_column + header.position)
        nearest = f"Perhaps {header.column}?" if header.column else ""
        message = say("W10", nearest)
        # A cross-tab has persons as headers: where persons stand, only the place is told.
        shown = None if contract.name in _WITH_PERSONS else header.text[:80]
        found.append(Finding("W10", message, None, sha256, sheet.name, header_row, cell, shown))
    for column, definition in contract.columns.items():
        if column in table.columns or definition.metadata["personal"]:
            continue
        code = "E01" if definition.metadata["required"] else "W11"
        if code == "E01":
            message = say(code, f"The table has no column for {column}.")
            found.append(Finding(code, message, column, sha256, sheet.name))
    return found


def _understand(
    rows: RegisterRows,
    cells: dict[str, list[Value]],
    table: Table,
    contract: pa.DataFrameSchema,
    hints: Hints,
    *,
    has_typed_cells: bool,
) -> None:
    """Fill ``rows.columns`` with values, and ``rows.marks`` with what could not be read."""
    reader = Reader(
        partner=hints.partner,
        directory=PartnerDirectory(hints.partners),
        project_code=hints.project_code,
        project_names=hints.project_names,
        words=hints.register.words,
        has_typed_cells=has_typed_cells,
    )
    context_first = sorted(contract.columns, key=lambda column: not _is_context(column))
    for column in context_first:
        definition = contract.columns[column]
        if column not in cells:
            rows.columns[column] = [None] * len(rows)
            continue
        understood = reader.column(
            cells[column],
            column,
            definition.metadata,
            table.header_texts[table.columns[column]],
            _companion(rows, _country_of(column), len(rows)),
            _companion(rows, "reg_scheme", len(rows)),
        )
        rows.columns[column] = [found.value for found in understood]
        _note(rows, column, cells[column], understood, personal=definition.metadata["personal"])
    rows.columns = {column: rows.columns[column] for column in contract.columns}


def _is_context(column: str) -> bool:
    """Return whether other columns of the row are understood with the help of this one."""
    return column.endswith("country") or column == "reg_scheme"


def _country_of(column: str) -> str:
    return f"{column[:-3]}_country" if column.endswith("_id") else "country"


def _companion(rows: RegisterRows, column: str, count: int) -> list[Any]:
    return rows.columns.get(column) or [None] * count


def _note(
    rows: RegisterRows,
    column: str,
    cells: Sequence[Value],
    understood: Sequence[Understood],
    *,
    personal: bool,
) -> None:
    for index, found in enumerate(understood):
        if found.code is None:
            continue
        rows.marks.append((index, column, found.code))
        cell = cells[index]
        if not personal and found.code != "E14" and not _may_be_personal(rows.register, cell):
            rows.texts[(index, column)] = text_of(cell)
        if found.detail:
            rows.details[(index, column, found.code)] = found.detail


def _may_be_personal(register: str, cell: Value) -> bool:
    """Return whether a refused cell may hold a person: an address, or a name in a shifted row."""
    text = text_of(cell)
    if "@" in text:
        return True
    capitalised = [word for word in text.split() if word[:1].isupper() and word.isalpha()]
    return register in _WITH_PERSONS and len(capitalised) > 1


def _complete(rows: RegisterRows, contract: pa.DataFrameSchema) -> None:
    """Put in defaults for blank cells, and the normalised key beside organisation names."""
    broken: set[tuple[int, str]] = {(index, column) for index, column, _ in rows.marks}
    for column, definition in contract.columns.items():
        default = definition.metadata["default"]
        if default is not None:
            rows.columns[column] = [
                default if value is None and (index, column) not in broken else value
                for index, value in enumerate(rows.columns[column])
            ]
    for derived in derived_columns(contract):
        source = derived.removesuffix("_key")
        if derived in PERSON_KEYS:
            continue
        rows.columns[derived] = _keyed(rows.columns[source], _organisation_keys)


def _organisation_keys(value: str | tuple[str, ...]) -> str | tuple[str, ...]:
    if isinstance(value, tuple):
        return tuple(organisation_key(entry) for entry in value)
    return organisation_key(value)


def _replace_persons(rows: RegisterRows, contract: pa.DataFrameSchema, secret: bytes) -> None:
    """Put keyed hashes beside persons, and a bare mark where their text stood.

    The contract still asks whether a name is there; it is answered by a constant.
    """
    if not set(PERSON_KEYS).issubset(derived_columns(contract)):
        return
    names = [
        full if full is not None else " ".join(filter(None, (first, last))) or None
        for full, first, last in zip(
            rows.columns["person_name"],
            rows.columns["first_name"],
            rows.columns["surname"],
            strict=True,
        )
    ]
    rows.columns["name_key"] = _keyed(names, lambda name: name_key(secret, name))
    rows.columns["email_key"] = _keyed(
        rows.columns["email"], lambda email: email_key(secret, email)
    )
    for column, definition in contract.columns.items():
        if definition.metadata["personal"]:
            rows.columns[column] = [
                None if value is None else _FILLED for value in rows.columns[column]
            ]


_FILLED: Final = "filled"


def _keyed(values: Sequence[Any], key: Callable[[Any], Any]) -> list[Any]:
    """Return the key of each value that is there, having made it once per distinct value."""
    keys = {value: key(value) for value in set(values) if value is not None}
    return [None if value is None else keys[value] for value in values]
