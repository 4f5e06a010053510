"""Cells that say "as above": ditto marks, and cells merged over several rows.

Belongs here: putting the value in the place of the shorthand (I03, I04).
Does not belong here: which words are ditto marks (words), merged headers (headers).
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
import pyarrow.compute
from numpy.typing import NDArray

from eurocluster.conforming import words
from eurocluster.reading.cells import Sheet
from eurocluster.reading.columns import Block, Column
from eurocluster.reading.values import Value

_LONGEST_MARK = 16
_NO_ROWS = np.array([], dtype=np.int64)


@dataclass(slots=True)
class Shorthand:
    """Spells out the shorthand of one table, block after block, top down."""

    sheet: Sheet
    language: str
    _above: dict[int, Value] = field(default_factory=dict)
    _anchors: dict[tuple[int, int], Value] = field(default_factory=dict)

    def spread(self, block: Block, at: int, column: Column) -> tuple[Column, NDArray[np.int64]]:
        """Return a column with the value of each merged cell in all rows that it covers.

        Only inside the merged range (trait 8). The second value are the indexes of rows filled.
        """
        filled = [_NO_ROWS]
        for row1, column1, row2, column2 in self.sheet.merged:
            if row1 == row2 or not column1 <= at <= column2:
                continue
            first, last = np.searchsorted(block.row_numbers, (row1, row2 + 1))
            if first == last:
                continue
            anchor = self._anchor(block, row1, column1)
            covered = np.arange(first, last)[column.codes[first:last] == 0]
            covered = covered[(block.row_numbers[covered] != row1) | (at != column1)]
            if anchor is not None and len(covered):
                column = column.replaced(covered, anchor)
                filled.append(covered)
        return column, np.concatenate(filled)

    def _anchor(self, block: Block, row: int, at: int) -> Value:
        index = int(np.searchsorted(block.row_numbers, row))
        if index < len(block) and block.row_numbers[index] == row and at in block.columns:
            self._anchors[row, at] = block.columns[at][index]
        return self._anchors.get((row, at))

    def expand(self, at: int, column: Column) -> tuple[Column, NDArray[np.int64]]:
        """Return a column of a table's rows with the value above in place of each ditto mark.

        A mark with nothing above it stays. The second value are the indexes of rows filled.
        """
        marks = ditto_codes(column, self.language)
        codes = column.codes
        if not len(codes):
            return column, _NO_ROWS
        is_mark = np.isin(codes, marks) if marks else np.zeros(len(codes), dtype=np.bool_)
        source = np.maximum.accumulate(np.where(is_mark, -1, np.arange(len(codes))))
        filled = is_mark & (source >= 0)
        expanded = column.recoded(np.where(filled, codes[source], codes))
        leading = (is_mark & (source < 0)).nonzero()[0]
        if len(leading) and at in self._above:
            expanded = expanded.replaced(leading, self._above[at])
            filled[leading] = True
        if not is_mark[-1] or filled[-1]:
            self._above[at] = expanded[len(codes) - 1]
        return expanded, filled.nonzero()[0]


def ditto_codes(column: Column, language: str) -> list[int]:
    """Return the codes of a column's ditto marks."""
    codes: Iterable[int] = range(1, len(column.values)) if column.texts is None else _short(column)
    return [
        code
        for code in codes
        if isinstance(value := column.values[code], str)
        and len(value) <= _LONGEST_MARK
        and not value[-1:].isdigit()
        and words.is_ditto(value, language)
    ]


def _short(column: Column) -> list[int]:
    """Return the codes of short texts that do not end with a digit, found all at once."""
    is_short = pyarrow.compute.less_equal(pyarrow.compute.utf8_length(column.texts), _LONGEST_MARK)
    ends_with_digit = pyarrow.compute.match_substring_regex(column.texts, r"[0-9]$")
    candidates = pyarrow.compute.and_not(is_short, ends_with_digit).to_numpy(zero_copy_only=False)
    found: list[int] = candidates.nonzero()[0].tolist()
    return found[1:] if found[:1] == [0] else found
