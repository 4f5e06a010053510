"""Which lines below a header are rows of the register, and which are something else.

Totals, subtotals, footnotes, signatures, a header that is repeated, numbered empty lines and
sample rows are no rows; each of them is listed, none disappears (W16).

Belongs here: rows or not.
Does not belong here: what their cells mean (values).
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
import pandera.pandas as pa
import pyarrow.compute
from numpy.typing import NDArray

from eurocluster.conforming import words
from eurocluster.conforming.folding import fold
from eurocluster.conforming.header_words import recognise, words_of_all_registers
from eurocluster.conforming.headers import Table
from eurocluster.conforming.heads import MOST_COLUMNS
from eurocluster.reading.columns import Block, Column
from eurocluster.reading.values import Value
from eurocluster.wording import Words
from eurocluster.wording import words as sentence
from schemas.reasons import RULES

_FEWEST_HEADERS = 3
_FOOTNOTE_CELLS = 2
_MOST_WORDS = 1_000
"""A column with more distinct texts is not searched for headers: they are few in any column."""
_SAMPLES_WITHIN = 3
_SAMPLE = sentence("It looks like a sample row.")
_TOTAL = sentence("It looks like a total or a signature.")
_NOTE = sentence("It stands beside the table or holds a note only.")
_UNREADABLE = RULES["E19"]
_MOVED = sentence(_UNREADABLE.sentence)
_REPEATED = sentence("The headers are repeated here.")


@dataclass(frozen=True, slots=True)
class Skipped:
    """A line that is no row of the register; ``code`` is the rule by which it is told."""

    row: int
    why: Words
    code: str = "W16"


def rows_and_lines(
    block: Block,
    table: Table,
    contract: pa.DataFrameSchema,
    language: str,
    *,
    is_moved: bool = False,
) -> tuple[NDArray[np.int64], list[Skipped], bool]:
    """Return the indexes of a block's rows, and its lines that are no rows; blank ones are neither.

    Only what lies below the header is asked. ``is_moved`` says that the block before ended below
    other headers; the last value returned says it of this block.
    """
    below = block.row_numbers >= table.first_data_row
    mapped = {name: at for name, at in table.columns.items() if at in block.columns}
    required = [
        block.columns[at]
        for name, at in mapped.items()
        if contract.columns[name].metadata["required"]
        or contract.columns[name].metadata["personal"]
    ]
    asked = sum(
        contract.columns[name].metadata["required"] or contract.columns[name].metadata["personal"]
        for name in table.columns
    )
    counts = _count([_says_something(column) for column in required], len(block))
    own = {*mapped.values(), *table.days} & block.columns.keys()
    of_table = _count([_says_something(block.columns[at]) for at in sorted(own)], len(block))
    repeated = _repeats_header(block, table)
    foreign = _is_made_of_headers(block)
    repeated |= foreign & below
    moved = _below_moved_headers(block, table, repeated, language, is_moved=is_moved)
    is_row = below & ~repeated & ~moved & (counts * 2 > asked)
    skipped = _above_the_header(block, table, foreign)
    others = (below & ~is_row).nonzero()[0]
    firsts = _first_cells(block, others)
    for index, filled in zip(others.tolist(), firsts, strict=True):
        number = int(block.row_numbers[index])
        if repeated[index]:
            skipped.append(Skipped(number, _REPEATED))
            continue
        if not filled:
            continue
        if moved[index]:
            skipped.append(Skipped(number, _MOVED, _UNREADABLE.code))
            continue
        is_line = not of_table[index] or (
            len(filled) <= _FOOTNOTE_CELLS and counts[index] <= 1 and asked > _FOOTNOTE_CELLS
        )
        is_total = any(
            words.is_total(cell, language) or words.is_signature(cell, language)
            for cell in filled[:2]
        )
        if is_line or is_total:
            skipped.append(Skipped(number, _TOTAL if is_total else _NOTE))
        else:
            is_row[index] = True
    naming = [
        at
        for name, at in mapped.items()
        if name in (contract.metadata["key"], "title")
        or contract.columns[name].metadata["personal"]
        or contract.columns[name].metadata["kind"] == "organisation"
    ]
    for index in is_row.nonzero()[0][:_SAMPLES_WITHIN].tolist():
        number = int(block.row_numbers[index])
        if number < table.first_data_row + _SAMPLES_WITHIN and _is_sample(block, naming, index):
            is_row[index] = False
            skipped.append(Skipped(number, _SAMPLE))
    ends_moved = bool(moved[-1]) if len(block) else is_moved
    return is_row.nonzero()[0], sorted(skipped, key=lambda line: line.row), ends_moved


def unheaded(blocks: Sequence[Block], table: Table) -> list[int]:
    """Return the columns without a header that hold something beside the rows of a table."""
    headed = {*table.columns.values(), *table.header_texts, *table.days}
    found = {
        at
        for block in blocks
        for at in block.columns.keys() - headed
        if np.any(_says_something(block.columns[at])[block.row_numbers >= table.first_data_row])
    }
    return sorted(found)


def _count(found: Sequence[NDArray[np.bool_]], rows: int) -> NDArray[np.int64]:
    counts = np.zeros(rows, dtype=np.int64)
    for column in found:
        counts += column
    return counts


def _says_something(column: Column) -> NDArray[np.bool_]:
    """Return which rows hold more than blanks."""
    if column.texts is None:
        blank = [code for code, value in enumerate(column.values) if _is_blank(value)]
    else:
        is_space = pyarrow.compute.utf8_is_space(column.texts).to_numpy(zero_copy_only=False)
        blank = [0, *is_space.nonzero()[0].tolist()]
    said: NDArray[np.bool_] = column.is_filled if len(blank) == 1 else ~np.isin(column.codes, blank)
    return said


def _is_text(column: Column) -> NDArray[np.bool_]:
    """Return which rows hold a text that is more than blanks."""
    said = _says_something(column)
    if column.texts is None:
        figures = [code for code, value in enumerate(column.values) if type(value) is not str]
        said = said & ~np.isin(column.codes, figures)
    return said


def _first_cells(block: Block, rows: NDArray[np.int64]) -> list[list[Value]]:
    """Return per row its first cells that say something, one more than a footnote has.

    Rows of thousands of cells cost no more than others: who has enough is not asked again.
    """
    found: list[list[Value]] = [[] for _ in rows]
    counts = np.zeros(len(rows), dtype=np.int64)
    waiting = np.arange(len(rows))
    for at in sorted(block.columns):
        if not len(waiting):
            break
        column = block.columns[at]
        filled = waiting[column.codes[rows[waiting]] != 0]
        for place in filled.tolist():
            cell = column[int(rows[place])]
            if not _is_blank(cell):
                found[place].append(cell)
                counts[place] += 1
        waiting = waiting[counts[waiting] <= _FOOTNOTE_CELLS]
    return found


def _is_blank(cell: Value) -> bool:
    return cell is None or (type(cell) is str and (not cell or cell.isspace()))


def _repeats_header(block: Block, table: Table) -> NDArray[np.bool_]:
    """Return which rows say the headers again, as lists with a header per month or page do."""
    headers = {
        at: table.header_texts[at].rpartition("\n")[2]
        for at in table.columns.values()
        if at in table.header_texts and at in block.columns
    }
    same = np.zeros(len(block), dtype=np.int64)
    for at, header in headers.items():
        column = block.columns[at]
        said = _codes_of(column, header)
        if said:
            same += np.isin(column.codes, said)
    found: NDArray[np.bool_] = same >= max(2, (len(headers) + 1) // 2)
    return found


def _is_made_of_headers(block: Block) -> NDArray[np.bool_]:
    """Return which rows are headers, of whatever register and language."""
    known = words_of_all_registers()
    same = np.zeros(len(block), dtype=np.int64)
    filled = np.zeros(len(block), dtype=np.int64)
    asked = [at for at in sorted(block.columns) if at <= MOST_COLUMNS]
    for at in asked:
        column = block.columns[at]
        if len(column.values if column.texts is None else column.texts) > _MOST_WORDS:
            continue
        said = [code for code, cell in enumerate(column.values) if _is_header(cell, known)]
        filled += column.is_filled
        if said:
            same += np.isin(column.codes, said)
    found: NDArray[np.bool_] = (same >= _FEWEST_HEADERS) & (same * 3 >= filled * 2)
    rows = found.nonzero()[0]
    if not len(rows):
        return found
    different: list[set[str]] = [set() for _ in rows]
    for at in asked:
        column = block.columns[at]
        codes = column.codes[rows]
        for code in np.unique(codes).tolist():
            if _is_header(cell := column.values[code], known):
                for place in (codes == code).nonzero()[0].tolist():
                    different[place].add(fold(str(cell)))
    counts = np.array([len(each) for each in different])
    cells = _count([_says_something(column)[rows] for column in block.columns.values()], len(rows))
    texts = _count([_is_text(block.columns[at])[rows] for at in asked], len(rows))
    found[rows] = (texts == cells) & (counts >= _FEWEST_HEADERS) & (counts * 3 >= cells * 2)
    return found


def _is_header(cell: Value, known: Collection[str]) -> bool:
    return isinstance(cell, str) and fold(cell) in known


def _above_the_header(block: Block, table: Table, headers: NDArray[np.bool_]) -> list[Skipped]:
    """Return the lines above the table's header that stand below headers of another table."""
    above = block.row_numbers < table.header_row
    lost = above & np.maximum.accumulate(headers & above)
    return [
        Skipped(number, _REPEATED) if headers[at] else Skipped(number, _MOVED, _UNREADABLE.code)
        for at, number, filled in zip(
            lost.nonzero()[0].tolist(),
            block.row_numbers[lost].tolist(),
            _first_cells(block, lost.nonzero()[0]),
            strict=True,
        )
        if filled
    ]


def _below_moved_headers(
    block: Block,
    table: Table,
    repeated: NDArray[np.bool_],
    language: str,
    *,
    is_moved: bool,
) -> NDArray[np.bool_]:
    """Return which rows stand below headers of another table, or repeated in another order.

    There another column holds the names of persons; nobody reads them as employers.
    """
    moved = np.full(len(block), is_moved)
    for index in repeated.nonzero()[0].tolist():
        moved[index:] = not _says_the_same_headers(block, index, table, language)
    return moved


def _says_the_same_headers(block: Block, index: int, table: Table, language: str) -> bool:
    """Return whether a row of headers names the table's columns, maybe in another language."""
    own = {text.rpartition("\n")[2] for text in table.header_texts.values()}
    same = others = asked = 0
    for name, at in table.columns.items():
        cell = block.columns[at][index] if at in block.columns else None
        if _is_blank(cell):
            continue
        asked += 1
        if cell == table.header_texts.get(at, "").rpartition("\n")[2]:
            same += 1
            continue
        if cell in own:
            return False
        found = recognise((str(cell),), table.register, language, {})
        same += found is not None and found.column == name
        others += found is not None and found.column != name
    is_translation = int(block.row_numbers[index]) == table.first_data_row
    return same * 2 >= asked and (not others or is_translation)


def _codes_of(column: Column, text: str) -> list[int]:
    if column.texts is None:
        return [code for code, value in enumerate(column.values) if value == text]
    same = pyarrow.compute.equal(column.texts, text).to_numpy(zero_copy_only=False)
    found: list[int] = same.nonzero()[0].tolist()
    return found


def _is_sample(block: Block, naming: Sequence[int], index: int) -> bool:
    return any(words.is_sample(block.columns[at][index]) for at in naming)
