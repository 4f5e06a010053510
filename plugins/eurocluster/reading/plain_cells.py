"""Rows of a worksheet as Excel, LibreOffice, openpyxl and XlsxWriter write them, many at a time.

Each distinct stored text of a column is understood once. A piece with anything out of the ordinary
is refused whole, before a single cell of it is kept: the stream of xlsx.py reads it instead.

Belongs here: the shapes of rows and cells, the way from markup to codes of columns.
Does not belong here: what a stored text means (xlsx.py).
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from eurocluster.reading.cells import UnreadableFile, Value
from eurocluster.reading.grid import LAST_ROW, Grid, mark_of_row
from eurocluster.reading.ooxml import TRUE, column_number
from eurocluster.reading.plain_markup import unescaped

Convert = Callable[[list[str], str | None, str | None], list[Value]]
MarkOf = Callable[[str, str | None, str | None], str | None]

_NUMBERED = r'<c r="[A-Z]{1,3}\d{1,7}"'
_BLANK = _NUMBERED + r'(?: s="\d+")?(?: ?/>|></c>)'
_FORMULA = (
    r'<f(?: t="(?:shared|array)")?(?: aca="(?:true|false|0|1)")?(?: ref="[A-Z0-9:]+")?'
    r'(?: ca="(?:true|false|0|1)")?(?: si="\d+")?(?: ?/>|>[^<]*</f>)'
)
_NO_FORMULA = re.compile(r'<c r="([A-Z]+)\d{1,7}"([^>]*>)<v>([^<]*)</v></c>', re.ASCII)
_VALUE_ONLY = re.compile(
    r'<c r="([A-Z]{1,3})\d{1,7}"([^<>]*>)(?:<f(?: aca="false")?>[^<]*</f>)?<v>([^<]*)</v></c>',
    re.ASCII,
)
_ANY_CELL = re.compile(
    rf'<c r="([A-Z]{{1,3}})\d{{1,7}}"([^<>]*>)(?:{_FORMULA})?'
    r'(?:<v>|(<is><t(?: xml:space="preserve")?>))([^<]*)(?(3)</t></is>|</v>)</c>',
    re.ASCII,
)
_ROW = r'<row r="\d{1,7}"[^<>]*'
_BLANK_ROWS = rf"(?:{_ROW}(?:/>|(?<!/)>(?:{_BLANK})*+</row>))*+"
_BEFORE_CELL = rf"{_BLANK_ROWS}{_ROW}(?<!/)>(?:{_BLANK})*+"
_PLAIN_GAP = '</row><row r="'
_GAP_IN_ROW = re.compile(rf"(?:{_BLANK})*+", re.ASCII)
_FIRST_GAP = re.compile(_BEFORE_CELL, re.ASCII)
_GAP = re.compile(rf"(?:{_BLANK})*+</row>{_BEFORE_CELL}", re.ASCII)
_LAST_GAP = re.compile(rf"(?:{_BLANK})*+</row>{_BLANK_ROWS}", re.ASCII)
_ONLY_BLANK_ROWS = re.compile(_BLANK_ROWS, re.ASCII)
_ROW_START = re.compile(r'<row r="(\d{1,7})"([^<>]*?) ?/?>', re.ASCII)

_ROW_ATTRIBUTES = re.compile(r'(?: [A-Za-z][\w:.]*="[^"<>&\t\n]*")*', re.ASCII)
_CELL_ATTRIBUTES = re.compile(r'(?: (?:s|t|cm|vm)="[A-Za-z0-9]*")*>')
_ATTRIBUTE = re.compile(r'([\w:.]+)="([^"]*)"', re.ASCII)

_MAX_KNOWN = 1 << 16
_ROW_DIGITS = 7
_ENOUGH_TO_TELL = 100


class _NotPlainError(Exception):
    """This piece is for the parser."""


class PlainCells:
    """Puts plain pieces of one sheet into its grid."""

    def __init__(self, grid: Grid, convert: Convert, mark_of: MarkOf | None) -> None:
        """Take what stored texts mean and what formats say; None where no format says anything."""
        self._grid = grid
        self._convert = convert
        self._mark_of = mark_of
        self._pattern = _VALUE_ONLY
        self._columns: dict[str, int] = {}
        self._coders: dict[int, Callable[[list[Value]], list[int]]] = {}
        # Stored text → code; None for a column that hardly repeats anything.
        self._known: dict[tuple[int, str], dict[str, int] | None] = {}
        self._cell_attributes: dict[str, tuple[str | None, str | None]] = {}
        self._row_attributes: dict[str, bool] = {}

    def take(self, markup: str) -> bool:
        """Keep the rows of a piece; False when it is not plain, and then nothing of it is kept."""
        try:
            self._take(markup, self._pattern)
        except (_NotPlainError, UnreadableFile):
            if self._pattern is _ANY_CELL:
                return False
            self._pattern = _ANY_CELL
            return self.take(markup)
        return True

    def _take(self, markup: str, pattern: re.Pattern[str]) -> None:
        if pattern is _VALUE_ONLY and "<f" not in markup:
            pattern = _NO_FORMULA
        step = pattern.groups + 1
        pieces = pattern.split(markup)
        gaps, letters, attributes = pieces[::step], pieces[1::step], pieces[2::step]
        raws = pieces[step - 1 :: step]
        if not letters:
            self._check(_ONLY_BLANK_ROWS, gaps[0])
            return
        if pattern is _ANY_CELL:
            self._check_inline(attributes, pieces[3::step])
        starts, numbers, hidden = self._rows(gaps)
        lengths = np.diff([*starts, len(letters)])
        row_of_cell = np.repeat(np.arange(len(starts), dtype=np.int32), lengths)
        columns = self._codes(row_of_cell, letters, attributes, raws)
        marks = self._marks(row_of_cell, numbers, attributes, raws, columns)
        filled = np.zeros(len(starts), dtype=np.bool_)
        for rows, _ in columns.values():
            filled[rows] = True
        renumbered = np.cumsum(filled, dtype=np.int32) - 1
        self._grid.add_rows(
            np.array(numbers, dtype=np.int64)[filled],
            {column: (renumbered[rows], codes) for column, (rows, codes) in columns.items()},
        )
        self._grid.add_hidden(
            number for at, number in enumerate(numbers) if hidden[at] and filled[at]
        )
        self._grid.marked_rows.update(marks)

    def _rows(self, gaps: list[str]) -> tuple[list[int], list[int], list[bool]]:
        """Return, for each row with cells, its first cell, its number, and whether it is hidden."""
        if not gaps[0] or not gaps[-1]:
            raise _NotPlainError
        starts, numbers, hidden = [], [], []
        for at in [at for at, gap in enumerate(gaps[:-1]) if gap]:
            gap = gaps[at]
            digits, quote, attributes = gap[len(_PLAIN_GAP) : -1].partition('"')
            known = self._row_attributes.get(attributes)
            if (
                known is not None
                and gap[-1] == ">"
                and gap.startswith(_PLAIN_GAP)
                and quote
                and digits.isdigit()
                and digits.isascii()
                and len(digits) <= _ROW_DIGITS
                and 0 < int(digits) <= LAST_ROW
            ):
                number, is_hidden = int(digits), known
            else:
                if at and "<row" not in gap:
                    self._check(_GAP_IN_ROW, gap)
                    continue
                self._check(_GAP if at else _FIRST_GAP, gap)
                number, is_hidden = self._rows_in(gap)
            starts.append(at)
            numbers.append(number)
            hidden.append(is_hidden)
        self._check(_LAST_GAP, gaps[-1])
        self._rows_in(gaps[-1])
        return starts, numbers, hidden

    def _rows_in(self, gap: str) -> tuple[int, bool]:
        number, is_hidden = 0, False
        for digits, attributes in _ROW_START.findall(gap):
            number = int(digits)
            known = self._row_attributes.get(attributes)
            if known is None:
                self._check(_ROW_ATTRIBUTES, attributes)
                found = self._distinct(f' r=""{attributes}')
                known = found.get("hidden", "") in TRUE
                if len(self._row_attributes) < _MAX_KNOWN:
                    self._row_attributes[attributes] = known
            is_hidden = known
            if not 0 < number <= LAST_ROW:
                raise _NotPlainError
        return number, is_hidden

    def _codes(
        self,
        row_of_cell: NDArray[np.int32],
        letters: list[str],
        attributes: list[str],
        raws: list[str],
    ) -> dict[int, tuple[NDArray[np.int32], NDArray[np.int32]]]:
        """Return, by column, the rows (by index) that it fills and their codes."""
        known = self._columns
        for name in set(letters) - known.keys():
            known[name] = column_number(name)
        for attribute in set(attributes) - self._cell_attributes.keys():
            self._understand(attribute)
        found = {}
        for column, cells, its_attributes, its_raws in self._by_column(
            row_of_cell, letters, attributes, raws
        ):
            codes = self._codes_of(column, its_attributes, its_raws)
            is_filled = codes != 0
            rows = row_of_cell[cells]
            if not is_filled.all():
                rows, codes = rows[is_filled], codes[is_filled]
            if len(rows):
                found[column] = rows, codes
        return found

    def _by_column(
        self,
        row_of_cell: NDArray[np.int32],
        letters: list[str],
        attributes: list[str],
        raws: list[str],
    ) -> Iterator[tuple[int, slice | NDArray[np.intp], list[str], list[str]]]:
        """Yield each column, which cells it has, and what they hold."""
        width = int(np.searchsorted(row_of_cell, 1))
        first_row = letters[:width]
        count, odd = divmod(len(letters), width)
        if not odd and len(set(first_row)) == width and letters == first_row * count:
            for at, name in enumerate(first_row):
                cells = slice(at, None, width)
                yield self._columns[name], cells, attributes[cells], raws[cells]
            return
        columns = np.fromiter(
            map(self._columns.__getitem__, letters), dtype=np.int16, count=len(letters)
        )
        order = np.argsort(columns, kind="stable")
        ordered = columns[order]
        bounds = [0, *(np.flatnonzero(np.diff(ordered)) + 1).tolist(), len(ordered)]
        all_attributes, all_raws = np.array(attributes, object), np.array(raws, object)
        for first, end in pairwise(bounds):
            part = order[first:end]
            yield int(ordered[first]), part, all_attributes[part].tolist(), all_raws[part].tolist()

    def _codes_of(self, column: int, attributes: list[str], raws: list[str]) -> NDArray[np.int32]:
        if attributes.count(attributes[0]) == len(attributes):
            return np.array(self._codes_alike(column, attributes[0], raws), dtype=np.int32)
        groups: defaultdict[str, list[int]] = defaultdict(list)
        for at, attribute in enumerate(attributes):
            groups[attribute].append(at)
        codes = np.empty(len(raws), dtype=np.int32)
        for attribute, places in groups.items():
            codes[places] = self._codes_alike(column, attribute, [raws[at] for at in places])
        return codes

    def _codes_alike(self, column: int, attribute: str, raws: list[str]) -> list[int]:
        """Return the codes of cells in one column that have the same attributes."""
        coder = self._coders.get(column)
        if coder is None:
            coder = self._coders[column] = self._grid.coder(column)
        known = self._known.setdefault((column, attribute), {})
        if known is None:
            return coder(self._values(attribute, raws))
        codes = list(map(known.get, raws))
        missing = codes.count(None)
        if not missing:
            return codes  # type: ignore[return-value]
        new = list({raw: None for raw, code in zip(raws, codes, strict=True) if code is None})
        known.update(zip(new, coder(self._values(attribute, new)), strict=True))
        complete = list(map(known.__getitem__, raws))
        if len(known) > _MAX_KNOWN or _ENOUGH_TO_TELL < len(raws) < 2 * missing:
            self._known[column, attribute] = None
        return complete

    def _values(self, attribute: str, raws: list[str]) -> list[Value]:
        kind, style = self._cell_attributes[attribute]
        if "" in raws and kind not in {"str", "inlineStr"}:
            raise _NotPlainError  # a formula whose value was not stored
        return self._convert([unescaped(raw) if "&" in raw else raw for raw in raws], kind, style)

    def _marks(
        self,
        row_of_cell: NDArray[np.int32],
        numbers: list[int],
        attributes: list[str],
        raws: list[str],
        columns: dict[int, tuple[NDArray[np.int32], NDArray[np.int32]]],
    ) -> dict[int, str]:
        if self._mark_of is None:
            return {}
        marked: defaultdict[int, list[str]] = defaultdict(list)
        for row, attribute, raw in zip(row_of_cell.tolist(), attributes, raws, strict=True):
            mark = self._mark_of(raw, *self._cell_attributes[attribute])
            if mark is not None and raw:
                marked[row].append(mark)
        if not marked:
            return {}
        filled = np.zeros(len(numbers), dtype=np.int64)
        for rows, _ in columns.values():
            filled += np.bincount(rows, minlength=len(numbers))
        return {
            numbers[row]: mark
            for row, found in marked.items()
            if (mark := mark_of_row(found, int(filled[row])))
        }

    def _understand(self, attributes: str) -> None:
        self._check(_CELL_ATTRIBUTES, attributes)
        found = self._distinct(attributes)
        self._cell_attributes[attributes] = found.get("t"), found.get("s")

    def _distinct(self, attributes: str) -> dict[str, str]:
        found = _ATTRIBUTE.findall(attributes)
        distinct = dict(found)
        if len(distinct) < len(found):
            raise _NotPlainError
        return distinct

    def _check_inline(self, attributes: list[str], openings: list[str | None]) -> None:
        inline = {
            attribute
            for attribute, opening in zip(attributes, openings, strict=True)
            if opening is not None
        }
        if any(' t="inlineStr"' not in attribute for attribute in inline):
            raise _NotPlainError

    def _check(self, shape: re.Pattern[str], markup: str) -> None:
        if shape.fullmatch(markup) is None:
            raise _NotPlainError
