"""A workbook into the typed rows of one register.

Finds the tables of the register, leaves out totals and footnotes (listing each), understands
every column, and replaces persons by keyed hashes: what leaves this module holds no personal
text. Large tables are read block by block; what has to be known of a whole column (the order of
day and month, ids that stand on several rows) is asked first.

Belongs here: the order of these steps, defaults, derived keys.
Does not belong here: which sheets (layout), recognising headers (headers), lines (lines),
reading cells (values), judging.
"""

import re
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import pandera.pandas as pa
import pyarrow
import pyarrow.compute
from numpy.typing import NDArray

from eurocluster.conforming.completing import (
    complete,
    replace_persons,
    take_currencies_of_amounts,
    without_persons_and_clocks,
)
from eurocluster.conforming.corrections import Corrections
from eurocluster.conforming.cross_tables import doubtful_days, unpivoted
from eurocluster.conforming.dates import DateOrder, InferredOrder
from eurocluster.conforming.hints import Hints
from eurocluster.conforming.labels import headers
from eurocluster.conforming.layout import FoundTable, Layout
from eurocluster.conforming.lines import Skipped, rows_and_lines, unheaded
from eurocluster.conforming.partner_names import PartnerDirectory
from eurocluster.conforming.shorthand import Shorthand, ditto_codes
from eurocluster.conforming.values import Reader, country_of, is_context, schemes_of
from eurocluster.findings import Finding
from eurocluster.reading.cells import ReadingNote, cell_name
from eurocluster.reading.columns import Block, Column
from eurocluster.reading.display import text_of
from eurocluster.reading.values import Value
from eurocluster.register_rows import RegisterRows, RowIndexes, TypedColumn
from eurocluster.wording import NOTHING, Words, words
from schemas import REGISTERS

_WITH_PERSONS: Final = frozenset(
    name
    for name, contract in REGISTERS.items()
    if any(column.metadata["personal"] for column in contract.columns.values())
)
_WORD: Final = re.compile(r"[^\W\d_]{2,}")
_STRUCK: Final = words("The row is struck through.")
_RED: Final = words("The row is red.")
_SHARED: Final = words("One figure is merged over several rows; write the share of each row.")
_ADDED_UP: Final = frozenset(
    "amount grant_received_eur value_eur lump_sum_eur staff_hours employees_concerned quantity"
    " headcount".split()
)
_UNSTORED: Final = words("The formula has no stored value.")


@dataclass(slots=True, eq=False)
class RegisterTable:
    """One table of a register in a file, and its rows when they are asked for.

    Attributes:
        unstored: Row and column of formulas without a stored value, as far as they are listed.
        skipped: Lines that are no rows, in the order read; complete when all rows were.
    """

    file_sha256: str
    file_name: str
    found: FoundTable
    contract: pa.DataFrameSchema
    hints: Hints
    has_typed_cells: bool
    unstored: frozenset[tuple[int, int]]
    has_more_unstored: bool
    corrections: Corrections
    skipped: list[Skipped] = field(default_factory=list)
    _read: list[RegisterRows] | None = None
    _rows_read: int = 0
    _is_moved: bool = False

    @property
    def sheet_name(self) -> str:
        """Name of the sheet, "" in text files."""
        return self.found.sheet.name

    def own_ids(self) -> pyarrow.Array:
        """Return the register's own ids of the table's rows, or of all its lines, as text."""
        key = self.contract.metadata["key"]
        at = self.found.table.columns.get(key)
        parts = [pyarrow.array([], pyarrow.string())]
        blocks = self.found.sheet.blocks
        if len(blocks) <= 1 or self._spells_out(at):
            for rows in self.rows():
                own = rows.columns[key]
                texts = [None if value is None else str(value) for value in own.values]
                parts.append(pyarrow.array(texts, pyarrow.string()).take(own.codes))
        else:
            own_columns = (block.columns.get(at or 0) for block in blocks)
            parts += [_texts(column) for column in own_columns if column is not None]
        return pyarrow.concat_arrays(parts)

    def _spells_out(self, at: int | None) -> bool:
        """Return whether a column may say more than its cells: ditto marks, merges, corrections."""
        language = self.hints.partner.language
        return (
            bool(self.hints.register.corrections)
            or any(row1 != row2 for row1, _, row2, _ in self.found.sheet.merged)
            or any(
                bool(ditto_codes(block.columns[at or 0], language))
                for block in self.found.sheet.blocks
                if at in block.columns
            )
        )

    def rows(self) -> Iterator[RegisterRows]:
        """Yield the rows of the table, block after block; a table of one block is read once."""
        if self._read is None and len(self.found.sheet.blocks) <= 1:
            self._read = list(self._read_rows())
        if self._read is None:
            yield from self._read_rows()
        else:
            yield from (rows.take(np.arange(len(rows))) for rows in self._read)

    def _read_rows(self) -> Iterator[RegisterRows]:
        self.skipped.clear()
        self._is_moved = False
        self._rows_read = 0
        reader = self._reader()
        orders = self._date_orders(reader)
        shorthand = Shorthand(self.found.sheet, self.hints.partner.language)
        for block in self.found.sheet.blocks:
            rows = self._rows_of(block, reader, orders, shorthand)
            if rows is not None:
                self._rows_read += len(rows)
                yield rows
        self.skipped += self._lost_lines()

    def _lost_lines(self) -> Iterator[Skipped]:
        """Yield the lines of which nothing is stored: every cell is a formula without a value."""
        rows = {row for row, _ in self.unstored if row >= self.found.table.first_data_row}
        for block in self.found.sheet.blocks if rows else ():
            rows -= set(block.row_numbers.tolist())
        yield from (Skipped(row, _UNSTORED) for row in sorted(rows))

    def findings(self) -> Iterator[Finding]:
        """Yield the findings of the table that belong to none of its rows, once they were read."""
        sheet, table = self.found.sheet, self.found.table
        if not self._rows_read:
            yield self._finding("W25", row=table.header_row or None)
        for line in self.skipped:
            why = line.why if line.code == "W16" else NOTHING  # the rule says it already
            yield self._finding(line.code, why, row=line.row)
        for header in (*table.headers.unknown, *table.headers.duplicates):
            if header.position in table.days:
                continue
            cell = cell_name(table.header_row, header.position) if table.header_row else None
            detail = NOTHING
            if header.column:
                detail = words("Perhaps “{column}”?", column=self._called(header.column))
            # A cross-tab has persons as headers: where persons stand, only the place is told.
            shown = None if self.contract.name in _WITH_PERSONS else header.text[:80]
            yield self._finding("W10", detail, row=table.header_row, cell=cell, value=shown)
        for at in unheaded(sheet.blocks, table) if table.header_row else ():
            yield self._finding("W10", row=table.header_row, cell=cell_name(table.header_row, at))
        usual = DateOrder(self.hints.partner.date_order)
        for at, other in doubtful_days(table.days, table.header_texts, usual):
            detail = words("Read as {day}, not {other}.", day=str(table.days[at]), other=str(other))
            cell = cell_name(table.header_row, at)
            yield self._finding("W02", detail, "session_date", row=table.header_row, cell=cell)
        for at in sorted(sheet.hidden_columns & set(table.columns.values())):
            cell = cell_name(max(table.header_row, 1), at)
            yield self._finding("W12", words("The column is hidden."), cell=cell)
        for position, match in table.headers.matches.items():
            if match.language not in ("", self.hints.partner.language) and table.header_row:
                cell = cell_name(table.header_row, position)
                detail = words(
                    "It was read as “{column}” (language: {language}).",
                    column=self._called(match.column),
                    language=match.language,
                )
                yield self._finding("I01", detail, match.column, row=table.header_row, cell=cell)
        yield from self._missing()

    def _called(self, column: str) -> str:
        return headers(str(self.contract.name), self.hints.partner.language).get(column, column)

    def _missing(self) -> Iterator[Finding]:
        given = {*self.found.table.columns, *self.hints.register.constants}
        if self.found.table.days:
            given |= {"session_date", "attended", "hours"}
        for column, definition in self.contract.columns.items():
            if column in given or definition.metadata["personal"]:
                continue
            if definition.metadata["required"]:
                detail = words("The table has no column “{column}”.", column=self._called(column))
                yield self._finding("E01", detail, column)
            else:
                yield self._finding("W11", NOTHING, column)

    def _finding(
        self,
        code: str,
        detail: Words = NOTHING,
        column: str | None = None,
        row: int | None = None,
        cell: str | None = None,
        value: str | None = None,
    ) -> Finding:
        return Finding(
            code, detail, column, self.file_sha256, self.sheet_name, row=row, cell=cell, value=value
        )

    def _reader(self) -> Reader:
        return Reader(
            partner=self.hints.partner,
            directory=PartnerDirectory(self.hints.partners),
            project_code=self.hints.project_code,
            project_names=self.hints.project_names,
            words=self.hints.register.words,
            has_typed_cells=self.has_typed_cells,
            teaching_unit_minutes=self.hints.partner.teaching_unit_minutes,
            from_1904=self.found.sheet.from_1904,
        )

    def _date_orders(self, reader: Reader) -> dict[str, InferredOrder]:
        orders = {}
        for name, at in self.found.table.columns.items():
            if self.contract.columns[name].metadata["kind"] == "date":
                values: set[Value] = set()
                for block in self.found.sheet.blocks:
                    if at in block.columns:
                        values.update(block.columns[at].values)
                orders[name] = reader.date_order(values)
        return orders

    def _rows_of(
        self,
        block: Block,
        reader: Reader,
        orders: dict[str, InferredOrder],
        shorthand: Shorthand,
    ) -> RegisterRows | None:
        sheet, table = self.found.sheet, self.found.table
        spread = {
            at: shorthand.spread(block, at, block.columns.get(at) or _blank(block))
            for at in table.columns.values()
        }
        filled_block = Block(
            block.row_numbers,
            {**block.columns, **{at: column for at, (column, _) in spread.items()}},
        )
        kept, lines, self._is_moved = rows_and_lines(
            filled_block,
            table,
            self.contract,
            self.hints.partner.language,
            is_moved=self._is_moved,
        )
        self.skipped += lines
        if not len(kept):
            return None
        sent: dict[str, Column] = {}
        spelled: list[tuple[str, str, RowIndexes]] = []
        place = np.full(len(block), -1, dtype=np.int64)
        place[kept] = np.arange(len(kept))
        for name, at in table.columns.items():
            column, merged = spread[at]
            if name in _ADDED_UP:  # one figure for several rows must not be counted in each
                column = block.columns.get(at) or _blank(block)
            sent[name], dittos = shorthand.expand(at, column.take(kept))
            in_rows = place[merged]
            code = "E17" if name in _ADDED_UP else "I04"
            spelled += [(name, code, in_rows[in_rows >= 0]), (name, "I03", dittos)]
        cell_columns: dict[str, int | NDArray[np.int64]] = dict(table.columns)
        if table.days:
            days = Block(
                block.row_numbers[kept],
                {at: block.columns[at].take(kept) for at in table.days if at in block.columns},
            )
            source, columns, places = unpivoted(days, table.days, self.hints.partner.language)
            again = {name: column.take(source) for name, column in sent.items()}
            again.pop(self.contract.metadata["key"], None)  # stands for all days of a person
            sent = {**again, **columns}
            spelled = [
                (name, code, np.isin(source, rows).nonzero()[0]) for name, code, rows in spelled
            ]
            kept = kept[source]
            cell_columns |= dict.fromkeys(columns, np.maximum(places, 1))
        sent = self.corrections.apply(sent)
        for name, value in self.hints.register.constants.items():
            if name not in sent:
                sent[name] = Column.of([None, value]).recoded(np.ones(len(kept), dtype=np.int32))
        rows = RegisterRows(
            register=str(self.contract.name),
            file_sha256=self.file_sha256,
            file_name=self.file_name,
            sheet=sheet.name,
            columns={},
            row_numbers=block.row_numbers[kept],
            cell_columns=cell_columns,
            sent=sent,
            may_show=_may_show if self.contract.name in _WITH_PERSONS else _has_no_address,
        )
        for name, code, indexes in spelled:
            rows.mark(name, code, indexes, _SHARED if code == "E17" else NOTHING)
        self._mark_formats(rows)
        self._understand(rows, reader, orders)
        take_currencies_of_amounts(rows, self.hints.partner.language)
        complete(rows, self.contract)
        replace_persons(rows, self.contract, self.hints.secret, self.hints.keep_persons)
        return rows

    def _mark_formats(self, rows: RegisterRows) -> None:
        """Mark hidden rows (W12) and rows with a meaning in their format or comments (W13)."""
        sheet = self.found.sheet
        if sheet.hidden_rows:
            rows.mark("", "W12", np.isin(rows.row_numbers, list(sheet.hidden_rows)).nonzero()[0])
        for kind in sorted(set(sheet.marked_rows.values())):
            numbers = [row for row, found in sheet.marked_rows.items() if found == kind]
            at = np.isin(rows.row_numbers, numbers).nonzero()[0]
            rows.mark("", "W13", at, _STRUCK if kind == "struck" else _RED)
        commented = {row for row, _ in sheet.comments}
        if commented:
            at = np.isin(rows.row_numbers, list(commented)).nonzero()[0]
            rows.mark("", "W13", at, words("Somebody pinned a comment to it."))

    def _understand(
        self, rows: RegisterRows, reader: Reader, orders: dict[str, InferredOrder]
    ) -> None:
        """Fill ``rows.columns`` with values, and mark what could not be read."""
        table = self.found.table
        for column in sorted(self.contract.columns, key=lambda name: not is_context(name)):
            sent = rows.sent.get(column)
            if sent is None:
                rows.columns[column] = TypedColumn.blank(len(rows))
                continue
            metadata = self.contract.columns[column].metadata
            blank = TypedColumn.blank(len(rows))
            answers = reader.column(
                sent,
                column,
                metadata,
                table.header_texts.get(table.columns.get(column, 0), ""),
                orders.get(column),
                (
                    rows.columns.get(country_of(column), blank),
                    rows.columns.get("reg_scheme", blank),
                ),
            )
            typed = TypedColumn(answers.codes, answers.values)
            rows.columns[column] = self._without_lost_formulas(rows, column, typed)
            for (rule, detail), marked in answers.rules.items():
                rows.mark(column, rule, np.isin(answers.codes, marked).nonzero()[0], detail)
        if "reg_no" in rows.sent and "reg_scheme" not in rows.sent:
            header = table.header_texts.get(table.columns.get("reg_no", 0), "")
            rows.columns["reg_scheme"] = schemes_of(rows.columns["reg_no"], header)
        rows.columns = {column: rows.columns[column] for column in self.contract.columns}
        rows.sent = without_persons_and_clocks(rows.sent, self.contract)

    def _without_lost_formulas(
        self, rows: RegisterRows, column: str, typed: TypedColumn
    ) -> TypedColumn:
        """Mark cells whose formula has no stored value; past what is listed, all blank ones."""
        at = rows.cell_columns.get(column)
        if not self.unstored or not isinstance(at, int):
            return typed
        numbers = [row for row, position in self.unstored if position == at]
        is_lost = np.isin(rows.row_numbers, numbers)
        if self.has_more_unstored:
            last = max(row for row, _ in self.unstored)
            is_lost |= (rows.row_numbers >= last) & ~rows.sent[column].is_filled
        lost = is_lost.nonzero()[0]
        if not len(lost):
            return typed
        rows.mark(column, "E18", lost, _UNSTORED)
        codes = typed.codes.copy()
        codes[lost] = 0
        return TypedColumn(codes, typed.values)


def conform(
    layout: Layout,
    sha256: str,
    name: str,
    contract: pa.DataFrameSchema,
    hints: Hints,
    corrections: Corrections | None = None,
) -> tuple[list[RegisterTable], list[Finding]]:
    """Return the register's tables in a workbook, and findings of the whole file.

    A file without a table of the register gives no tables and one F02 finding. Files of one
    delivery share their corrections.
    """
    workbook = layout.workbook
    findings = [_finding_of(note, sha256) for note in workbook.notes]
    if corrections is None:
        corrections = Corrections(hints.register.corrections, contract.metadata["key"])
    tables = [
        RegisterTable(
            file_sha256=sha256,
            file_name=name,
            found=found,
            contract=contract,
            hints=hints,
            has_typed_cells=workbook.has_typed_cells,
            unstored=frozenset(
                (note.row, note.column)
                for note in workbook.notes
                if note.code == "W14" and note.sheet == found.sheet.name
                if note.row is not None and note.column is not None
            ),
            has_more_unstored=any(
                note.code == "W14" and note.sheet == found.sheet.name and note.row is None
                for note in workbook.notes
            ),
            corrections=corrections,
        )
        for found in layout.tables_of(str(contract.name))
    ]
    if not tables:
        seen = ", ".join(f"“{sheet.name}”" for sheet in workbook.sheets if sheet.name)
        detail = words("{file}, register: {register}.", file=name, register=str(contract.name))
        if seen:
            detail = words(
                "{file}, register: {register}. Sheets: {sheets}.",
                file=name,
                register=str(contract.name),
                sheets=seen,
            )
        findings.append(Finding("F02", detail, file=sha256))
    findings.extend(layout.left_over(str(contract.name), sha256) if tables else ())
    return tables, findings


def _finding_of(note: ReadingNote, sha256: str) -> Finding:
    is_cell = note.row is not None and note.column is not None
    cell = cell_name(note.row or 0, note.column or 0) if is_cell else None
    return Finding(note.code, note.words, file=sha256, sheet=note.sheet, row=note.row, cell=cell)


def _blank(block: Block) -> Column:
    return Column.coded(np.zeros(len(block), dtype=np.int32), [None])


def _texts(column: Column) -> pyarrow.Array:
    """Return cells as people read them, one per row, blank ones as null."""
    if column.texts is None:
        values = [text_of(value) or None for value in column.values]
        return pyarrow.array(values, pyarrow.string()).take(pyarrow.array(column.codes))
    compute = pyarrow.compute
    texts = compute.utf8_trim_whitespace(compute.replace_substring_regex(column.texts, r"\s+", " "))
    named = compute.if_else(compute.equal(texts, ""), None, texts)
    return named.take(pyarrow.array(column.codes))


def _has_no_address(cell: Value) -> bool:
    return not (isinstance(cell, str) and "@" in cell)


def _may_show(cell: Value) -> bool:
    """Return whether a cell of a list of persons holds none: no address, no misplaced name."""
    if not isinstance(cell, str):
        return True
    return "@" not in cell and len(_WORD.findall(cell)) < 2


def own_ids_on_several_rows(tables: Sequence[RegisterTable]) -> Set[str]:
    """Return the own ids that stand on more than one line of a delivery."""
    ids = pyarrow.chunked_array([table.own_ids() for table in tables], pyarrow.string())
    counted = ids.value_counts()
    repeated = pyarrow.compute.greater(counted.field("counts"), 1)
    return set(counted.field("values").filter(repeated).drop_null().to_pylist())
