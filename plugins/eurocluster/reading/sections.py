"""The tables of one text file: where one ends and the next begins, each as a sheet.

A row begins a new table when it looks like a header (words, none twice), when the rows below hold
figures, dates or addresses where it has words, and when something sets it apart: a blank line, a
heading, another number of cells. Lines above the first table belong to it, as in workbooks.

Belongs here: the borders of tables, their names, the line at which each begins.
Does not belong here: cutting lines into cells (records.py), storing cells (text_tables.py).
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from eurocluster.reading.dialects import kind_of
from eurocluster.reading.records import Window

_NUMBERED = re.compile(r"\d{1,2}[.)]\s+\S.*")
_ROWS_LOOKED_AT = 5
_SMALL_TABLE = 3
_FIGURES = ("number", "date", "time", "address")
_NOT_IN_HEADERS = (*_FIGURES, "blank")


@dataclass(frozen=True, slots=True)
class Part:
    """Rows of one window that belong to one table: up to where the next part begins.

    Attributes:
        regular: The first of them in the window's columns.
        record: The first of them in the window's records.
        starts: Whether a new table starts here.
        title: The heading of the new table.
        header_line: Line of the table's header, when it is among these rows.
        header_width: Its number of cells, blank ones too.
    """

    regular: int
    record: int
    starts: bool = False
    title: str = ""
    header_line: int | None = None
    header_width: int = 0


class _View:
    """The rows of a window in the order of their lines, columns and records together."""

    def __init__(self, window: Window) -> None:
        self.window = window
        self.regular_count = len(window.lines)
        own = np.array([record.line for record in window.records], dtype=np.int64)
        self.lines = np.concatenate((window.lines, own))
        self.order = np.arange(len(self.lines))
        if len(own):
            self.order = np.argsort(self.lines, kind="stable")
        filled = np.zeros(len(self.lines), dtype=np.int64)
        for column in window.columns:
            if column.null_count:
                filled[: self.regular_count] += column.is_valid().to_numpy(zero_copy_only=False)
            else:
                filled[: self.regular_count] += 1
        widths = np.full(len(self.lines), len(window.columns), dtype=np.int64)
        for at, record in enumerate(window.records, start=self.regular_count):
            filled[at] = 0 if record.is_blank else sum(map(bool, record.cells))
            widths[at] = len(record.cells)
        self.filled = filled[self.order]
        self.widths = widths[self.order]

    def __len__(self) -> int:
        return len(self.order)

    def line(self, at: int) -> int:
        return int(self.lines[self.order[at]])

    def cells(self, at: int) -> list[str]:
        """Return the cells of a row without the blank ones at its end."""
        index = int(self.order[at])
        if index >= self.regular_count:
            cells = list(self.window.records[index - self.regular_count].cells)
        else:
            cells = [column[index].as_py() or "" for column in self.window.columns]
        while cells and not cells[-1].strip():
            cells.pop()
        return cells

    def bounds(self, at: int) -> tuple[int, int]:
        """Return how many rows of the columns and how many records lie before a row."""
        before = self.order[:at]
        regular = int(np.count_nonzero(before < self.regular_count))
        return regular, at - regular


class Borders:
    """Finds where tables begin, window by window."""

    def __init__(self) -> None:
        self._has_numbers: bool | None = None
        self._header: list[str] | None = None
        self._rows = 0
        self._wide_rows = 0
        self._last_filled = 0
        self._last_width = 0

    def parts(self, windows: Iterator[Window]) -> Iterator[tuple[Window, list[Part]]]:
        """Yield each window with its parts, one per table."""
        views = (_View(window) for window in windows)
        view = next(views, None)
        while view is not None:
            beyond = next(views, None)
            yield view.window, self._parts_of(view, beyond)
            view = beyond

    def _parts_of(self, view: _View, beyond: _View | None) -> list[Part]:
        parts = [Part(0, 0)]
        begun = 0
        for at in self._set_apart(view):
            cells = view.cells(at)
            if view.filled[at] == 1:
                if self._is_numbered(cells):
                    self._header = None
                    self._rows = self._wide_rows = 0
                    parts.append(Part(*view.bounds(at), starts=True, title=_title(cells)))
                    begun = at
                continue
            if cells == self._header or not _is_header(cells, _rows_below(view, beyond, at)):
                continue
            title_at = _first_of_titles(view, at, begun)
            begins = self._begins_table(view, cells, begun, title_at, at)
            if self._header is not None and not begins:
                continue
            self._header = cells
            if begins:
                title = _title(view.cells(at - 1)) if title_at < at else ""
                self._rows = self._wide_rows = 0
                begun = title_at
                parts.append(Part(*view.bounds(title_at), starts=True, title=title))
            width = _width_of_table(len(cells), view, beyond, at)
            parts[-1] = replace(parts[-1], header_line=view.line(at), header_width=width)
        if len(view):
            self._rows += int(np.count_nonzero(view.filled[begun:] > 0))
            self._wide_rows += int(np.count_nonzero(view.filled[begun:] > 2))
            self._last_filled, self._last_width = int(view.filled[-1]), int(view.widths[-1])
        return parts

    def _set_apart(self, view: _View) -> list[int]:
        """Return the rows that something sets apart from the row above."""
        filled = np.concatenate(([self._last_filled], view.filled))
        widths = np.concatenate(([self._last_width], view.widths))
        apart = (filled[:-1] < 2) | (widths[:-1] != widths[1:])
        found: list[int] = np.flatnonzero(apart & (view.filled > 0)).tolist()
        return found

    def _is_numbered(self, cells: list[str]) -> bool:
        """Whether a heading is one like "2. Participants", in a file that begins with such."""
        is_numbered = bool(_NUMBERED.fullmatch(cells[0].strip())) if len(cells) == 1 else False
        if self._has_numbers is None:
            self._has_numbers = is_numbered
        return is_numbered and self._has_numbers

    def _begins_table(
        self, view: _View, cells: list[str], begun: int, title_at: int, at: int
    ) -> bool:
        """Whether a header stands behind another table, not behind lines above its own."""
        above = view.filled[begun:title_at]
        rows = self._rows + int(np.count_nonzero(above > 0))
        if not rows:
            return False
        if self._header is None:
            return self._wide_rows + int(np.count_nonzero(above > 2)) > 2
        has_another_width = len(cells) != len(self._header)
        return has_another_width or title_at < at or rows <= _SMALL_TABLE


def _title(cells: Sequence[str]) -> str:
    return next((cell.strip() for cell in cells if cell.strip()), "")


def _first_of_titles(view: _View, at: int, begun: int) -> int:
    """Return the first of the lines directly above a row that have one filled cell."""
    while at > begun and view.filled[at - 1] == 1:
        at -= 1
    return at


def _rows_below(view: _View, beyond: _View | None, at: int) -> Iterator[list[str]]:
    """Yield the cells of the rows directly below one, up to a blank one or a title."""
    places = [(view, index) for index in range(at + 1, min(at + 1 + _ROWS_LOOKED_AT, len(view)))]
    if beyond is not None:
        missing = _ROWS_LOOKED_AT - len(places)
        places += [(beyond, index) for index in range(min(missing, len(beyond)))]
    for where, index in places:
        if where.filled[index] < 2:
            return
        yield where.cells(index)


def _width_of_table(named: int, view: _View, beyond: _View | None, at: int) -> int:
    """Return the width of a table; blank cells at the end of its header count if rows have them."""
    width = int(view.widths[at])
    below = int(view.widths[at + 1]) if at + 1 < len(view) else width
    if at + 1 == len(view) and beyond is not None and len(beyond):
        below = int(beyond.widths[0])
    return below if named <= below <= width else width


def _is_header(cells: Sequence[str], rows: Iterator[list[str]]) -> bool:
    """Whether cells are words, none twice, above rows with figures where they have words."""
    kinds = [kind_of(cell) for cell in cells]
    if len(cells) < 2 or any(kind in _NOT_IN_HEADERS for kind in kinds):
        return False
    if len({cell.strip().casefold() for cell in cells}) < len(cells):
        return False
    below = list(rows)
    if len(below) < (_ROWS_LOOKED_AT if len(cells) == 2 else 1):
        return False  # two cells, two rows: as likely "Partner; name" above "Year; 2024"
    figures = 0
    for at, kind in enumerate(kinds):
        values = [row[at] for row in below if at < len(row) and row[at].strip()]
        figures += kind == "text" and bool(values) and all(kind_of(v) in _FIGURES for v in values)
    return figures >= min(2, len(cells) - 1)
