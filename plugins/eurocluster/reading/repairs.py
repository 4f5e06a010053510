"""Rows with more or fewer cells than their table: put right where there is one way only.

A row is never moved on a guess. It is put right when exactly one reading of it gives every column
a cell such as the column holds in the other rows; else its cells stay where they stand, and the
row is marked as unreadable.

Belongs here: what columns hold, the ways in which one row can have been damaged.
Does not belong here: quotes that do not pair up (records.py), meanings of columns (conforming/).
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, pairwise

from eurocluster.reading.dialects import KINDS, Dialect, kind_of
from eurocluster.reading.records import LOST, Record
from eurocluster.wording import Words, words

MIN_SAMPLES = 3
MAX_SAMPLES = 200
MIN_HABIT = 5
LONGEST_GLUED = 200
MIN_KNOWN_COLUMNS = 2

OTHER_DIALECT = words("its cells are divided or quoted in another way than in the other lines.")
OTHER_QUOTES = words("its cells stand in other quotes than those of the other lines.")
EXTRA_DELIMITER = words("it has an empty cell too many, which was left out.")
BROKEN_LINE = words("a cell holds a line break; the two lines were put together again.")
MISSING_AT_END = words("cells are missing at its end; they are taken as empty.")
MISSING_WITHIN = words("cells are missing within it; they are taken as empty.")
PART_OF_ROW = words("it has too few cells, and so has the line beside it.")
DIVIDED_CELL = words("a cell holds the character that divides cells; it was put together again.")
DECIMAL_COMMA = words("a number has a comma, which also divides cells; it was put together again.")

_ALL_KINDS = frozenset({*KINDS, "mess"})
_DIVIDER = re.compile(r"\s*[;|\t\r\n]\s*")
_WHOLE_PART = re.compile(r"\s*[-+]?\d+")
_DECIMALS = re.compile(r"\d{1,3}\s*%?\s*")

_Way = tuple[list[str], Words | None]


@dataclass(frozen=True, slots=True)
class Repaired:
    """A row as it is read: ``how`` says what was done; with ``is_lost`` it is not to be trusted."""

    cells: list[str]
    how: Words | None = None
    is_lost: bool = False


def other_width(count: int, width: int) -> Words:
    """Return what is said of a line with another number of cells than its table has columns."""
    return words(
        "it has {count} cell(s) where the table has {width} columns.", count=count, width=width
    )


class Repairs:
    """Puts rows of one table right."""

    def __init__(
        self,
        dialect: Dialect,
        width: int,
        usual: int,
        rows: Sequence[Sequence[str]],
        short_rows: Sequence[Sequence[str]] = (),
    ) -> None:
        """Learn from some rows; ``usual`` is how many cells rows have, all blank ones counted.

        ``short_rows`` are further rows, of which only those with fewer cells count.
        """
        self._dialect = dialect
        self._width = width
        self._usual = usual
        alike = [row for row in rows if len(row) == usual]
        longer = [row for row in alike if any(row[width:])]
        self._kinds = _kinds_of([row for row in alike if not any(row[width:])], width)
        self._decimals = _decimal_places(dialect, width, longer)
        self._short = self._habitually_short([*rows, *short_rows])

    @property
    def is_certain(self) -> bool:
        """Whether there were enough rows to know what the columns hold."""
        return bool(self._kinds or self._decimals)

    def repaired(self, record: Record) -> Repaired:
        """Return a row with as many cells as its table has columns, if there is one way only."""
        cells = record.cells
        if len(cells) == self._usual and not any(cells[self._width :]):
            return self._unwrapped(cells[: self._width], record)
        if self._is_remark(cells):
            return Repaired(cells, record.repair)
        found = self._otherwise(record.text)
        if found is None:
            found = self._merged(cells) if len(cells) > self._width else self._filled_up(cells)
        if found is not None:
            return found if found.how else Repaired(found.cells, record.repair)
        sentence = other_width(len(cells), self._width)
        while cells and not cells[-1]:
            cells = cells[:-1]
        return Repaired(cells, sentence, is_lost=True)

    def _unwrapped(self, cells: list[str], record: Record) -> Repaired:
        if cells[0][:1] in "'\"" and is_wrapped(cells, self._dialect.quote):
            return Repaired([cell[1:-1] for cell in cells], record.repair or OTHER_QUOTES)
        return Repaired(cells, record.repair)

    def _is_remark(self, cells: list[str]) -> bool:
        """Whether a row is a title or a footnote: one text, where the table has many columns."""
        filled = [cell for cell in cells if cell.strip()]
        return not filled or (
            len(filled) == 1
            and self._width > 2
            and bool(cells[0].strip())
            and kind_of(cells[0]) == "text"
        )

    def _fits(self, cells: Sequence[str]) -> bool:
        return len(cells) == self._width and all(
            (kind := kind_of(_DIVIDER.sub(" & ", cell))) == "blank" or kind in kinds
            for cell, kinds in zip(cells, self._kinds, strict=True)
        )

    def _otherwise(self, text: str) -> Repaired | None:
        """Cut a row as another dialect does."""
        if not self._kinds:
            return None
        ways: list[list[str]] = []
        for other in self._dialect.others():
            cells = other.cut(text)
            if cells is not None and self._fits(cells) and cells not in ways:
                ways.append(cells)
        return Repaired(ways[0], OTHER_DIALECT) if len(ways) == 1 else None

    def unwrapped(self, record: Record) -> Repaired:
        """Return a row without the quotes that are not the table's, if all its cells have them."""
        return self._unwrapped(record.cells, record)

    def may_be_one(self, first: Record, second: Record) -> bool:
        """Whether two lines are as wide as one row, so that a line break may have cut it."""
        widths = {len(first.cells), len(second.cells)}
        return (
            second.line == first.line + 1
            and second.repair is not LOST
            and sum((len(first.cells), len(second.cells))) == self._width + 1
            and not widths & {*self._short, self._width}
        )

    def joined(self, first: Record, second: Record) -> Repaired | None:
        """Return two lines as one row, when the second does not begin as rows do."""
        middle = "\n".join((first.cells[-1], second.cells[0]))
        cells = [*first.cells[:-1], middle, *second.cells[1:]]
        if not self._kinds or kind_of(second.cells[0]) in {*self._kinds[0], "blank"}:
            return None
        return Repaired(cells, BROKEN_LINE) if self._fits(cells) else None

    def _habitually_short(self, rows: Sequence[Sequence[str]]) -> frozenset[int]:
        """Return the widths of rows that leave out blank cells at their end, where many do."""
        if not self._kinds:
            return frozenset()
        widths = {len(row) for row in rows if 1 < len(row) < self._width}
        return frozenset(
            width
            for width in widths
            if self._lack_their_end([row for row in rows if len(row) == width])
        )

    def _lack_their_end(self, rows: Sequence[Sequence[str]]) -> bool:
        """Whether rows of the same width are read with blanks at their end, and not elsewhere."""
        certain = 0
        for row in rows:
            missing = [""] * (self._width - len(row))
            if not self._fits([*row, *missing]):
                return False
            certain += not any(
                self._fits([*row[:at], *missing, *row[at:]]) for at in range(len(row)) if row[at]
            )
        return certain >= MIN_HABIT and 2 * certain > len(rows)

    def _may_be_two(self, cells: Sequence[str], at: int) -> bool:
        """Whether a cell may be two, with no delimiter between them."""
        cell = cells[at]
        left, right = self._kinds[at], self._kinds[at + 1]
        return any(
            kind_of(cell[:cut]) in left and kind_of(cell[cut:]) in right
            for cut in range(1, min(len(cell), LONGEST_GLUED))
        )

    def _filled_up(self, cells: list[str]) -> Repaired | None:
        """Put the missing cells where they must have been."""
        if not self._kinds:
            return None
        missing = [""] * (self._width - len(cells))
        if len(cells) in self._short:
            return Repaired([*cells, *missing])
        if len(missing) == 1 and any(
            self._fits([*cells[:at], *missing, *missing, *cells[at + 1 :]])
            and self._may_be_two(cells, at)
            for at in range(len(cells))
        ):
            return None
        ways: dict[tuple[str, ...], Words | None] = {}
        for at in range(len(cells) + 1):
            way = [*cells[:at], *missing, *cells[at:]]
            if self._fits(way):
                how = MISSING_AT_END if at == len(cells) else MISSING_WITHIN
                ways[tuple(way)] = how if missing else None
        return _only_way(ways)

    def _merged(self, cells: list[str]) -> Repaired | None:
        """Put cells together that were one, or leave out the blank ones that are too many."""
        extra = len(cells) - self._width
        is_whole = all(cells[: self._width]) and not any(cells[self._width :])
        if is_whole and not self._kinds:
            return Repaired(cells[: self._width])
        if len(self._decimals) == extra and all(
            _is_decimal(cells[at], cells[at + 1]) for at in self._decimals
        ):
            return Repaired(_joined(cells, self._decimals), DECIMAL_COMMA)
        if not self._kinds:
            return None
        ways: dict[tuple[str, ...], Words | None] = {}
        for way, how in chain(
            self._without_blanks(cells, extra),
            self._with_one_cell_joined(cells, extra),
            self._with_decimals_joined(cells, extra),
        ):
            if self._fits(way):
                ways[tuple(way)] = how
        return _only_way(ways)

    def _with_one_cell_joined(self, cells: list[str], extra: int) -> Iterator[_Way]:
        for at in range(self._width):
            parts = cells[at : at + extra + 1]
            if all(parts):
                decimal = self._dialect.delimiter == "," and extra == 1 and _is_decimal(*parts)
                whole = self._dialect.delimiter.join(parts)
                way = [*cells[:at], whole, *cells[at + extra + 1 :]]
                yield way, DECIMAL_COMMA if decimal else DIVIDED_CELL

    def _with_decimals_joined(self, cells: list[str], extra: int) -> Iterator[_Way]:
        if self._dialect.delimiter == "," and extra > 1:
            pairs = [at for at in range(len(cells) - 1) if _is_decimal(cells[at], cells[at + 1])]
            for places in _apart(pairs, extra):
                yield _joined(cells, places), DECIMAL_COMMA

    def _without_blanks(self, cells: list[str], extra: int) -> Iterator[_Way]:
        for at in range(self._width + 1):
            if not any(cells[at : at + extra]):
                how = None if at == self._width else EXTRA_DELIMITER
                yield [*cells[:at], *cells[at + extra :]], how


def _only_way(ways: dict[tuple[str, ...], Words | None]) -> Repaired | None:
    """Return the way to read a row when there is no other."""
    if len(ways) != 1:
        return None
    ((cells, how),) = ways.items()
    return Repaired(list(cells), how)


def is_wrapped(cells: Sequence[str], quote: str) -> bool:
    """Whether all filled cells of a row, two at least, stand in the quotes that are not its own."""
    other = "'" if quote == '"' else '"'
    filled = [cell for cell in cells if cell]
    return len(filled) > 1 and all(
        len(cell) > 1 and cell[0] == other == cell[-1] for cell in filled
    )


def _kinds_of(rows: Sequence[Sequence[str]], width: int) -> list[frozenset[str]]:
    """Return what each column holds; nothing when too few rows or columns say anything."""
    if len(rows) < MIN_SAMPLES:
        return []
    kinds = [_kinds_among([row[at] for row in rows if at < len(row)]) for at in range(width)]
    known = sum(among is not _ALL_KINDS for among in kinds)
    return kinds if known >= min(width, MIN_KNOWN_COLUMNS) else []


def _kinds_among(cells: Sequence[str]) -> frozenset[str]:
    """Return what a column holds; everything when it is hardly ever filled."""
    kinds = [kind for cell in cells if (kind := kind_of(cell)) != "blank"]
    if len(kinds) < MIN_SAMPLES:
        return _ALL_KINDS
    return frozenset(kinds) | ({"text"} if "code" in kinds else frozenset())


def _decimal_places(dialect: Dialect, width: int, rows: Sequence[Sequence[str]]) -> tuple[int, ...]:
    """Return the cells that, in all rows with the same surplus, are whole parts of numbers.

    Nothing unless there are just as many as cells too many.
    """
    lengths = {len(row) for row in rows}
    if dialect.delimiter != "," or len(rows) < MIN_SAMPLES or len(lengths) != 1:
        return ()
    length = lengths.pop()
    places = tuple(
        at for at in range(length - 1) if all(_is_decimal(row[at], row[at + 1]) for row in rows)
    )
    stand_apart = all(later - at > 1 for at, later in pairwise(places))
    return places if stand_apart and len(places) == length - width else ()


def _is_decimal(whole: str, decimals: str) -> bool:
    return bool(_WHOLE_PART.fullmatch(whole) and _DECIMALS.fullmatch(decimals))


def _joined(cells: list[str], places: Sequence[int]) -> list[str]:
    joined: list[str] = []
    at = 0
    while at < len(cells):
        if at in places:
            joined.append(f"{cells[at]},{cells[at + 1]}")
            at += 1
        else:
            joined.append(cells[at])
        at += 1
    return joined


def _apart(places: Sequence[int], count: int, limit: int = 64) -> Iterator[tuple[int, ...]]:
    """Yield the choices of places of which no two are neighbours; none when there are too many."""
    found: list[tuple[int, ...]] = [()]
    for place in places:
        found += [
            (*chosen, place)
            for chosen in found
            if len(chosen) < count and (not chosen or place - chosen[-1] > 1)
        ]
        if len(found) > limit:
            return
    yield from (chosen for chosen in found if len(chosen) == count)
