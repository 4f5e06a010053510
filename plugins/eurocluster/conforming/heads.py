"""The first rows of a sheet as possible headers, looked at once for all registers and languages.

Belongs here: which rows may be one header, their texts, which of them can mean anything at all.
Does not belong here: what a header means for a register (header_words), the choice (headers).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from weakref import WeakKeyDictionary

from eurocluster.conforming.folding import fold
from eurocluster.conforming.header_words import means_something
from eurocluster.reading.cells import Range, Sheet, Value

MOST_COLUMNS = 2_000
"""Columns in which headers are looked for: more than a register has, with a day of five years each.

Whatever stands further right is told as columns without a header, or as lines beside the table."""

_MOST_ROWS = 30
_MOST_HEADER_ROWS = 3

HeadRow = tuple[int, tuple[Value, ...]]
"""Row number and cells from the sheet's first column on."""

Texts = Mapping[int, tuple[str, ...]]
"""Position → texts of a header, top-down."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """Neighbouring rows that may be one header.

    Attributes:
        start: Place of the first of them among the first rows.
        levels: How many they are.
        known: Positions of texts that mean something in some register and language.
    """

    start: int
    levels: int
    known: tuple[int, ...]


class Head:
    """The first rows of a sheet, and which of them may be a header."""

    def __init__(self, rows: Sequence[HeadRow], merged: Sequence[Range]) -> None:
        """Take the rows, top-down, and the sheet's merged ranges."""
        self.rows = rows
        self._merged = merged
        self._candidates: dict[frozenset[str], list[Candidate]] = {}

    def candidates(self, declared: frozenset[str]) -> list[Candidate]:
        """Return what may be a header, top-down, fewer rows first; ``declared`` are folded."""
        if declared not in self._candidates:
            self._candidates[declared] = list(self._found(declared))
        return self._candidates[declared]

    def texts(self, start: int, levels: int) -> dict[int, tuple[str, ...]]:
        """Return the texts of rows as of one header, merged cells and groups filled."""
        return _joined(self._merged, self.rows[start : start + levels])

    def _found(self, declared: frozenset[str]) -> Iterator[Candidate]:
        for start in range(min(_MOST_ROWS, len(self.rows))):
            for levels in range(1, _MOST_HEADER_ROWS + 1):
                rows = self.rows[start : start + levels]
                if levels > 1 and not _are_one_header(self._merged, rows, levels):
                    break
                known = tuple(
                    position
                    for position, texts in self.texts(start, levels).items()
                    if _may_be_known(texts, declared)
                )
                yield Candidate(start, levels, known)


_HEADS: WeakKeyDictionary[Sheet, Head] = WeakKeyDictionary()
"""Sheets that are still in use → their first rows: every register and language asks for them."""


def head_of(sheet: Sheet) -> Head:
    """Return the first rows of a sheet, read once."""
    head = _HEADS.get(sheet)
    if head is None:
        rows = sheet.head(_MOST_ROWS + _MOST_HEADER_ROWS, MOST_COLUMNS)
        head = _HEADS[sheet] = Head(rows, sheet.merged)
    return head


def _may_be_known(texts: tuple[str, ...], declared: frozenset[str]) -> bool:
    tried = (*texts, " ".join(texts)) if len(texts) > 1 else texts
    return any(means_something(text) or fold(text) in declared for text in tried)


def _are_one_header(merged: Sequence[Range], rows: Sequence[HeadRow], levels: int) -> bool:
    """Return whether neighbouring rows are one header: tied by merged cells, or by groups."""
    if len(rows) < levels or rows[-1][0] - rows[0][0] != levels - 1:
        return False
    upper = rows[0][1]
    if not any(isinstance(cell, str) for cell in upper):
        return False
    if not merged:
        return levels == 2 and _stands_over(upper, rows[1][1])
    tied = {
        row
        for row1, column1, row2, column2 in merged
        for row in range(rows[0][0], rows[-1][0])
        if row1 <= row < row2 or (row1 == row2 == row and column2 > column1)
    }
    return len(tied) == levels - 1


def _stands_over(upper: Sequence[Value], lower: Sequence[Value]) -> bool:
    """Return whether a row of texts names groups of the texts below, as merged cells would."""
    groups = [at for at, cell in enumerate(upper) if isinstance(cell, str)]
    leaves = [at for at, cell in enumerate(lower) if isinstance(cell, str)]
    return (
        len(groups) > 1
        and not set(leaves) <= set(groups)
        and all(cell is None or isinstance(cell, str) for cell in (*upper, *lower))
    )


def _joined(merged: Sequence[Range], rows: Sequence[HeadRow]) -> dict[int, tuple[str, ...]]:
    """Return column → header texts of its levels, top-down, merged cells and groups filled."""
    first, last = rows[0][0], rows[-1][0]
    numbered = dict(rows)
    anchors = {
        (row, column): (row1, column1)
        for row1, column1, row2, column2 in (merged if len(rows) > 1 else ())
        for row in range(max(row1, first), min(row2, last) + 1)
        for column in range(column1, min(column2, MOST_COLUMNS) + 1)
    }
    if len(rows) > 1 and not merged:
        anchors = _group_anchors(first, rows[0][1], rows[1][1])
    columns = [column for _, column in anchors]
    width = max([*columns, *(len(cells) for _, cells in rows)], default=0)
    joined: dict[int, tuple[str, ...]] = {}
    for column in range(1, width + 1):
        texts: list[str] = []
        for row in range(first, last + 1):
            at_row, at_column = anchors.get((row, column), (row, column))
            cells = numbered.get(at_row, ())
            cell = cells[at_column - 1] if at_column <= len(cells) else None
            if isinstance(cell, str) and fold(cell) and cell not in texts[-1:]:
                texts.append(cell)
        if texts:
            joined[column] = tuple(texts)
    return joined


def _group_anchors(
    row: int, upper: Sequence[Value], lower: Sequence[Value]
) -> dict[tuple[int, int], tuple[int, int]]:
    """Return the blank cells right of a group's name, over filled ones → the group's cell."""
    anchors: dict[tuple[int, int], tuple[int, int]] = {}
    group = 0
    for column in range(1, len(lower) + 1):
        if column <= len(upper) and upper[column - 1] is not None:
            group = column
        elif group and lower[column - 1] is not None:
            anchors[row, column] = (row, group)
    return anchors
