"""The rows of a worksheet part as a stream, in which single cells get another format.

Belongs here: finding rows and cells in the stream, cells and rows that are not there yet.
Does not belong here: what is above and below the rows (sheet_part.py), which cells are marked.
"""

import re
from collections.abc import Callable, Iterator

from eurocluster.feedback.marks import Marked, Places, Severity, worst, worst_first
from eurocluster.feedback.markup import attribute, whole, with_attribute
from eurocluster.reading.cells import cell_name, column_number

_REST_OF_TAG = rb"""(?=[\s/>])(?:[^>"']|"[^"]*"|'[^']*')*>"""
_COMMENT = rb"<!--.*?(?:-->|\Z)|<!\[CDATA\[.*?(?:\]\]>|\Z)"
_DIGITS = "0123456789"
StyleOf = Callable[[int, Severity], int]


class RowMarker:
    """Gives the marked cells of one sheet their format on the way through.

    `placed` tells afterwards which cells were marked with what: a finding about a whole row is
    placed on the first filled cell of the row. With `unmarked`, which gives a format without our
    colours, marks of an earlier check are taken away.
    """

    def __init__(
        self,
        prefix: bytes,
        wanted: Places,
        style_of: StyleOf,
        column_styles: Callable[[int], int],
        unmarked: Callable[[int], int] | None = None,
    ) -> None:
        self._prefix = prefix
        self._style_of = style_of
        self._column_styles = column_styles
        self._unmarked = unmarked
        self._rows: dict[int, dict[int, list[Marked]]] = {}
        for (row, column), found in wanted.items():
            self._rows.setdefault(row, {})[column] = found
        self._missing = sorted(self._rows, reverse=True)
        self.placed: Places = {}
        self._row = re.compile(
            rb"%s|<%srow%s|</%ssheetData\s*>" % (_COMMENT, prefix, _REST_OF_TAG, prefix), re.DOTALL
        )
        self._row_end = re.compile(rb"%s|</%srow\s*>" % (_COMMENT, prefix), re.DOTALL)
        self._cell = re.compile(rb"%s|<%sc%s" % (_COMMENT, prefix, _REST_OF_TAG), re.DOTALL)

    def new_rows(self) -> bytes:
        """Return all rows, for a sheet that has none."""
        return self._rows_before(None)

    def through(self, start: bytes, pieces: Iterator[bytes]) -> Iterator[bytes]:
        """Pass on the rows, from behind the start tag of the sheet's data to its end tag."""
        buffer = start
        passed = position = last_row = 0  # passed on so far, looked at so far
        while True:
            found = self._row.search(buffer, position)
            token = found.group() if found else b""
            if found is None or _is_cut(token):
                keep = found.start() if found else max(buffer.rfind(b"<", position), position)
                yield buffer[passed:keep]
                piece = next(pieces, None)
                if piece is None:
                    yield buffer[keep:]
                    return
                buffer, passed, position = buffer[keep:] + piece, 0, 0
                continue
            position = found.end()
            if token.startswith(b"<!"):
                continue
            if token.startswith(b"</"):
                yield buffer[passed : found.start()] + self._rows_before(None) + token
                return
            number = whole(attribute(token, b"r"))
            if number and number not in self._rows and self._unmarked is None:
                last_row = number
                if self._missing and self._missing[-1] < last_row:
                    yield buffer[passed : found.start()] + self._rows_before(last_row)
                    passed = found.start()
                continue
            yield buffer[passed : found.start()]
            content, end = b"", b""
            if not token.endswith(b"/>"):
                while (closed := self._end_of_row(buffer, position)) is None:
                    piece = next(pieces, None)
                    if piece is None:
                        yield token + buffer[position:]
                        return
                    buffer, position = buffer[position:] + piece, 0
                content, end = buffer[position : closed.start()], closed.group()
                position = closed.end()
            passed = position
            last_row = number or self._row_of_cells(content) or last_row + 1
            yield self._rows_before(last_row)
            yield self._marked_row(last_row, token, content, end)

    def _end_of_row(self, buffer: bytes, position: int) -> re.Match[bytes] | None:
        for found in self._row_end.finditer(buffer, position):
            if found.group().startswith(b"</"):
                return found
        return None

    def _row_of_cells(self, content: bytes) -> int | None:
        for cell in self._cell.finditer(content):
            reference = attribute(cell.group(), b"r")
            if reference:
                return whole(reference[len(reference.rstrip(_DIGITS)) :]) or None
        return None

    def _rows_before(self, number: int | None) -> bytes:
        """Rows that are marked, stand above the given one and were not met in the stream."""
        new = []
        while self._missing and (number is None or self._missing[-1] < number):
            row = self._missing.pop()
            start = b'<%srow r="%d">' % (self._prefix, row)
            new.append(self._marked_row(row, start, b"", b"</%srow>" % self._prefix))
        return b"".join(new)

    def _marked_row(self, number: int, tag: bytes, content: bytes, end: bytes) -> bytes:
        found = self._rows.pop(number, {})
        if self._missing and self._missing[-1] == number:
            self._missing.pop()
        cells = self._cells_of(content)
        wanted = {column: marks for column, marks in found.items() if column}
        if 0 in found:
            column = _first_filled(cells)
            wanted[column] = worst_first([*wanted.get(column, ()), *found[0]])
        self.placed |= {(number, column): marks for column, marks in wanted.items()}
        row_style = (
            attribute(tag, b"s") if attribute(tag, b"customFormat") in ("1", "true") else None
        )
        new: list[bytes] = []
        position = 0
        there = set()
        missing = sorted(wanted.keys() - {column for column, _ in cells})

        def add_missing(before: int | None) -> None:
            while missing and (before is None or missing[0] < before):
                column = missing.pop(0)
                style = whole(row_style) if row_style else self._column_styles(column)
                new.append(
                    b'<%sc r="%s" s="%d"/>'
                    % (
                        self._prefix,
                        cell_name(number, column).encode(),
                        self._style_of(style, worst(wanted[column])),
                    )
                )

        for column, cell in cells:
            new.append(content[position : cell.start()])
            add_missing(column)
            written = cell.group()
            before = whole(attribute(written, b"s"))
            style = self._unmarked(before) if self._unmarked else before
            if column in wanted and column not in there:
                there.add(column)
                style = self._style_of(style, worst(wanted[column]))
            if style != before:
                written = with_attribute(written, b"s", str(style))
            new.append(written)
            position = cell.end()
        tail = content[position:]
        if missing and cells:
            # Behind the last cell, and behind its content when it has some.
            closing = b"</%sc>" % self._prefix
            cut = tail.rfind(closing) + len(closing) if closing in tail else 0
            new.append(tail[:cut])
            tail = tail[cut:]
        add_missing(None)
        new.append(tail)
        if not wanted:
            return tag + b"".join(new) + end
        if tag.endswith(b"/>"):
            tag, end = tag[:-2].rstrip() + b">", b"</%srow>" % self._prefix
        return _spanning(tag, min(wanted), max(wanted)) + b"".join(new) + end

    def _cells_of(self, content: bytes) -> list[tuple[int, re.Match[bytes]]]:
        cells = []
        column = 0
        for cell in self._cell.finditer(content):
            if cell.group().startswith(b"<!"):
                continue
            reference = attribute(cell.group(), b"r")
            column = column_number(reference.rstrip(_DIGITS)) if reference else column + 1
            cells.append((column, cell))
        return cells


def _is_cut(token: bytes) -> bool:
    """Whether a comment or a literal section goes on in the next piece of the stream."""
    return (token.startswith(b"<!--") and not token.endswith(b"-->")) or (
        token.startswith(b"<![") and not token.endswith(b"]]>")
    )


def _first_filled(cells: list[tuple[int, re.Match[bytes]]]) -> int:
    for column, cell in cells:
        if not cell.group().endswith(b"/>"):
            return column
    return cells[0][0] if cells else 1


def _spanning(tag: bytes, first: int, last: int) -> bytes:
    spans = attribute(tag, b"spans")
    found = re.fullmatch(r"(\d+):(\d+)", spans or "")
    if found is None or (int(found[1]) <= first and last <= int(found[2])):
        return tag
    new = f"{min(first, int(found[1]))}:{max(last, int(found[2]))}"
    return with_attribute(tag, b"spans", new)
