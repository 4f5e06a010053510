"""A worksheet part: what stands above and below its rows.

Belongs here: the selected tab, the sheet's size, merged cells, the reference to the notes.
Does not belong here: rows and cells (rows.py), the notes themselves (notes.py).
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from eurocluster.feedback.marks import Places, cell_place, worst_first
from eurocluster.feedback.markup import DAMAGED, Document, Element, whole
from eurocluster.feedback.rows import RowMarker, StyleOf
from eurocluster.reading.cells import UnreadableFile, cell_name

_DATA = re.compile(
    rb"<!--.*?-->|<((?:[^\s<>/!?:]+:)?)sheetData(?=[\s/>])[^>]*>",
    re.DOTALL,
)
_END = re.compile(rb"</(?:[^\s<>/!?:]+:)?sheetData\s*>")
_AFTER_NOTES = frozenset(
    "legacyDrawingHF drawingHF picture oleObjects controls webPublishItems tableParts extLst"
    " AlternateContent".split()
)
_PIXELS_PER_CHARACTER = 7
_DEFAULT_WIDTH = 64


@dataclass(frozen=True, slots=True)
class ColumnWidths:
    """Widths of the columns in pixels, 0 when hidden, and the usual height of a row."""

    widths: tuple[tuple[int, int, int], ...] = ()
    default: int = _DEFAULT_WIDTH
    row_height: int = 20

    def of(self, column: int) -> int:
        """Return the width of a column, 1-based."""
        for first, last, width in self.widths:
            if first <= column <= last:
                return width
        return self.default


class SheetPart:
    """One worksheet part, read as a stream as often as it is asked for something."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        """Read what stands above the rows.

        Raises:
            UnreadableFile: F01, the part is damaged.
        """
        head = b""
        data: re.Match[bytes] | None = None
        for piece in pieces:
            head += piece
            data = next((found for found in _DATA.finditer(head) if found[1] is not None), None)
            if data is not None:
                break
        self._pieces = pieces
        self._data = data.group() if data else b""
        self._prefix = data[1] if data else None
        self._start = head[data.end() :] if data else b""
        head = head[: data.start()] if data else head
        self._closing = b"</%s>" % _root_name(head) if data else b""
        self.head = Document(head + self._closing)

    @property
    def prefix(self) -> bytes:
        """Prefix of the elements, with its colon."""
        return self.head.prefix if self._prefix is None else self._prefix

    def is_selected(self) -> bool:
        """Whether the sheet's tab is selected in any window."""
        return any(view.attributes.get("tabSelected") in ("1", "true") for view in self._views())

    def unselect(self) -> None:
        """Take the selection from the tab: two selected tabs would be edited as one."""
        for view in self._views():
            if "tabSelected" in view.attributes:
                self.head.set(view, tabSelected="0")

    def tail(self) -> Document:
        """Read over the rows; return what is below them, within the sheet's root element."""
        return Document(self.head.data[: self.head.root.inside] + self._below())

    def column_widths(self) -> ColumnWidths:
        """Return the widths of the columns."""
        form = self.head.root.first("sheetFormatPr")
        attributes = form.attributes if form else {}
        columns = self.head.root.first("cols")
        return ColumnWidths(
            tuple(
                (
                    whole(column.attributes.get("min")),
                    whole(column.attributes.get("max")),
                    0
                    if column.attributes.get("hidden") in ("1", "true")
                    else _pixels(column.attributes.get("width"), _DEFAULT_WIDTH),
                )
                for column in (columns.children if columns else ())
            ),
            _pixels(attributes.get("defaultColWidth"), _DEFAULT_WIDTH),
            max(round(_number(attributes.get("defaultRowHeight"), 15) * 4 / 3), 12),
        )

    def rewritten(
        self,
        wanted: Places,
        style_of: StyleOf,
        tail: Document,
        placed: Places,
        unmarked: Callable[[int], int] | None = None,
    ) -> Iterator[bytes]:
        """Return the part with its cells marked; `placed` is filled on the way."""
        marker = RowMarker(self.prefix, wanted, style_of, self._column_style, unmarked)
        self._widen_dimension(wanted)
        head = self.head.edited()
        yield head[: len(head) - len(self._closing)]
        if self._data.endswith(b"/>"):
            yield self._data[:-2].rstrip() + b">" + marker.new_rows()
            yield b"</%ssheetData>" % self.prefix
        else:
            yield self._data
            yield from marker.through(self._start, self._pieces)
        yield tail.edited()[tail.root.inside :]
        placed |= marker.placed

    def passed(self) -> Iterator[bytes]:
        """Return the part with its rows untouched."""
        head = self.head.edited()
        yield head[: len(head) - len(self._closing)]
        yield self._data + self._start
        yield from self._pieces

    def _below(self) -> bytes:
        if self._data.endswith(b"/>"):
            return self._start + b"".join(self._pieces)
        window = self._start
        while (found := _END.search(window)) is None:
            piece = next(self._pieces, None)
            if piece is None:
                raise UnreadableFile("F01", DAMAGED)
            window = window[-100:] + piece
        return window[found.end() :] + b"".join(self._pieces)

    def _views(self) -> list[Element]:
        views = self.head.root.first("sheetViews")
        return views.all("sheetView") if views else []

    def _column_style(self, column: int) -> int:
        columns = self.head.root.first("cols")
        for entry in columns.children if columns else ():
            first, last = (whole(entry.attributes.get(name)) for name in ("min", "max"))
            if first <= column <= last:
                return whole(entry.attributes.get("style"))
        return 0

    def _widen_dimension(self, wanted: Places) -> None:
        dimension = self.head.root.first("dimension")
        corners = dimension.attributes.get("ref", "").split(":") if dimension else []
        places = [place for place in map(cell_place, corners) if place is not None]
        if dimension is None or not places:
            return
        cells = [(row, max(column, 1)) for row, column in wanted]
        first = min(row for row, _ in places + cells), min(column for _, column in places + cells)
        last = max(row for row, _ in places + cells), max(column for _, column in places + cells)
        if places[0] != first or places[-1] != last:
            self.head.set(dimension, ref=f"{cell_name(*first)}:{cell_name(*last)}")


def to_shown_cells(places: Places, tail: Document) -> Places:
    """Move marks on cells that are covered by a merged cell to the cell that shows."""
    merged = []
    group = tail.root.first("mergeCells")
    for entry in group.children if group else ():
        corners = [cell_place(corner) for corner in entry.attributes.get("ref", "").split(":")]
        if len(corners) == 2 and corners[0] and corners[1]:
            merged.append((*corners[0], *corners[1]))
    covering = _covering(merged, {row for row, _ in places})
    moved: Places = {}
    for (row, column), found in places.items():
        anchor = next(
            (
                (row1, column1)
                for row1, column1, _, column2 in covering.get(row, ())
                if column1 <= column <= column2
            ),
            (row, column),
        )
        moved[anchor] = worst_first([*moved.get(anchor, ()), *found])
    return moved


def notes_reference(tail: Document) -> str | None:
    """Return the relation of the drawing with the sheet's notes, None when it has none."""
    drawing = tail.root.first("legacyDrawing")
    return drawing.related() if drawing else None


def refer_to_notes(tail: Document, relation: str, relations_space: str, prefix: bytes) -> None:
    """Make the sheet refer to a drawing with notes."""
    before = next(
        (child.start for child in tail.root.children if child.name in _AFTER_NOTES),
        tail.root.inside_end,
    )
    tail.insert(
        before,
        b'<%slegacyDrawing xmlns:r="%s" r:id="%s"/>'
        % (prefix, relations_space.encode(), relation.encode()),
    )


Box = tuple[int, int, int, int]


def _covering(merged: list[Box], rows: set[int]) -> dict[int, list[Box]]:
    covering: dict[int, list[Box]] = {}
    ordered = sorted(rows)
    for box in merged:
        if box[2] - box[0] < len(ordered):
            touched = [row for row in range(box[0], box[2] + 1) if row in rows]
        else:
            touched = [row for row in ordered if box[0] <= row <= box[2]]
        for row in touched:
            covering.setdefault(row, []).append(box)
    return covering


def _root_name(head: bytes) -> bytes:
    found = re.search(rb"(?:<!--.*?-->|<\?.*?\?>|\s|\xef\xbb\xbf)*<([^\s<>/!?]+)", head, re.DOTALL)
    return found[1] if found else b""


def _number(text: str | None, default: float) -> float:
    try:
        return float(text) if text is not None else default
    except ValueError:
        return default


def _pixels(width: str | None, default: int) -> int:
    characters = _number(width, -1)
    return default if characters < 0 else round(characters * _PIXELS_PER_CHARACTER)
