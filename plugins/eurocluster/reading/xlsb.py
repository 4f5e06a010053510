"""Sheets of a binary Excel workbook (.xlsb): the parts of .xlsx, as records instead of XML.

The records are read here because no library keeps what they say: python-calamine is ten times as
fast, but gives error cells as blanks, neither merged ranges nor hidden rows and columns nor
comments, and aborts the process on a stray cell far away; pyxlsb gives dates as bare numbers.
What is lost: a formula that was never computed cannot be told from 0.

Belongs here: records of workbook, sheets, strings, styles and comments (MS-XLSB).
Does not belong here: relations between parts (ooxml.py), merged cells (grid.py).
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

from eurocluster.reading.archive import DAMAGED, Archive
from eurocluster.reading.cells import ErrorValue, ReadingNote, Sheet, UnreadableFile, Value
from eurocluster.reading.grid import LAST_COLUMN, RED, STRUCK, Budget, Grid, mark_of_row
from eurocluster.reading.number_formats import BUILTIN, Meaning, meaning_of, read_serial
from eurocluster.reading.ooxml import (
    Relations,
    is_red,
    part_of_kind,
    relations_of,
    text_of,
    workbook_part,
)

ERRORS = {
    0x00: "#NULL!", 0x07: "#DIV/0!", 0x0F: "#VALUE!", 0x17: "#REF!", 0x1D: "#NAME?",
    0x24: "#NUM!", 0x2A: "#N/A", 0x2B: "#GETTING_DATA",
}  # fmt: skip
"""Error codes of the binary formats."""

_ROW = 0
_BLANK, _RK, _ERROR, _BOOL, _REAL, _TEXT, _SHARED = 1, 2, 3, 4, 5, 6, 7
_F_TEXT, _F_REAL, _F_BOOL, _F_ERROR, _RICH_TEXT = 8, 9, 10, 11, 62
_CELLS = frozenset({_RK, _ERROR, _BOOL, _REAL, _TEXT, _SHARED, _F_TEXT, _F_REAL, _F_BOOL, _F_ERROR,
                    _RICH_TEXT})  # fmt: skip
_STRING, _FONT, _FORMAT, _FILL, _XF, _COLUMNS = 19, 43, 44, 45, 47, 60
_WORKBOOK_PROPERTIES, _SHEET, _MERGED = 153, 156, 176
_CELL_STYLES, _END_CELL_STYLES = 617, 618
_COMMENT, _COMMENT_TEXT = 635, 637

_ROW_FLAGS = 11
_COLOUR_RGB = 2
_SOLID = 1
_WHOLE = 1e15

Record = tuple[int, bytes]


@dataclass(frozen=True, slots=True)
class _Book:
    strings: list[str | None] = field(default_factory=list)
    meanings: dict[int, Meaning] = field(default_factory=dict)
    marks: dict[int, str] = field(default_factory=dict)
    from_1904: bool = False


def read_xlsb(archive: Archive) -> tuple[tuple[Sheet, ...], tuple[ReadingNote, ...]]:
    """Read every worksheet with its stored values, in the workbook's order.

    Raises:
        UnreadableFile: F01, a part is missing or makes no sense.
    """
    try:
        return _read(archive)
    except (struct.error, IndexError):  # a record that is shorter than what it says
        raise UnreadableFile("F01", DAMAGED) from None


def whole_or_float(number: float) -> int | float:
    """Return a stored number as what a person sees: binary formats keep 5 as 5.0."""
    return int(number) if -_WHOLE < number < _WHOLE and number.is_integer() else number


def _read(archive: Archive) -> tuple[tuple[Sheet, ...], tuple[ReadingNote, ...]]:
    part = workbook_part(archive)
    if part not in archive:
        part = "xl/workbook.bin"
    relations = relations_of(archive, part)
    entries, from_1904 = [], False
    for kind, data in _records(archive, part):
        if kind == _WORKBOOK_PROPERTIES:
            from_1904 = bool(data[0] & 1)
        elif kind == _SHEET:
            relation, at = _wide(data, 8)
            entries.append((_wide(data, at)[0], relation, data[0]))
    meanings, marks = _styles(archive, relations)
    book = _Book(_strings(archive, relations), meanings, marks, from_1904)
    budget = Budget()
    sheets: list[Sheet] = []
    notes: list[ReadingNote] = []
    for name, relation, state in entries:
        kind_of_part, sheet_part = relations.get(relation, ("", ""))
        if kind_of_part != "worksheet":
            continue
        grid = Grid(name, budget)
        grid.visible = state == 0
        grid.from_1904 = from_1904
        _read_sheet(archive, sheet_part, grid, book)
        sheet, sheet_notes = grid.finish()
        sheets.append(sheet)
        notes.extend(sheet_notes)
    return tuple(sheets), tuple(notes)


def _records(archive: Archive, part: str) -> Iterator[Record]:
    """Yield (type, content) of each record; a torn last one is damage."""
    rest = b""
    for piece in archive.pieces(part, 1 << 18):
        data, at = rest + piece, 0
        while True:
            try:
                kind, begin = _number(data, at, 2)
                length, begin = _number(data, begin, 4)
            except IndexError:
                break
            end = begin + length
            if end > len(data):
                break
            yield kind, data[begin:end]
            at = end
        rest = data[at:]
    if rest:
        raise UnreadableFile("F01", DAMAGED)


def _number(data: bytes, at: int, longest: int) -> tuple[int, int]:
    """Read a number of seven bits a byte; return it and the place behind it."""
    number = 0
    for shift in range(0, 7 * longest, 7):
        byte = data[at]
        at += 1
        number |= (byte & 0x7F) << shift
        if byte < 0x80:
            break
    return number, at


def _wide(data: bytes, at: int) -> tuple[str, int]:
    """Read a text that begins with its length; return it and the place behind it."""
    (length,) = struct.unpack_from("<I", data, at)
    end = at + 4 + 2 * length
    if end > len(data):
        if length == 0xFFFFFFFF:  # no text
            return "", at + 4
        raise UnreadableFile("F01", DAMAGED)
    return data[at + 4 : end].decode("utf-16-le", "replace"), end


def _strings(archive: Archive, relations: Relations) -> list[str | None]:
    part = part_of_kind(relations, "sharedStrings")
    if part is None or part not in archive:
        return []
    return [text_of(_wide(data, 1)[0]) for kind, data in _records(archive, part) if kind == _STRING]


def _styles(archive: Archive, relations: Relations) -> tuple[dict[int, Meaning], dict[int, str]]:
    part = part_of_kind(relations, "styles")
    meanings: dict[int, Meaning] = {}
    marks: dict[int, str] = {}
    if part is None or part not in archive:
        return meanings, marks
    own: dict[int, Meaning] = {}
    fonts: list[str | None] = []
    fills: list[str | None] = []
    inside, index = False, 0
    for kind, data in _records(archive, part):
        if kind == _FORMAT:
            own[struct.unpack_from("<H", data)[0]] = meaning_of(_wide(data, 2)[0])
        elif kind == _FONT:
            fonts.append(STRUCK if data[2] & 8 else _red(data[12:20]))
        elif kind == _FILL:
            fills.append(_red(data[4:12]) if data[0] == _SOLID else None)
        elif kind in {_CELL_STYLES, _END_CELL_STYLES}:
            inside = kind == _CELL_STYLES
        elif kind == _XF and inside:
            _, number, font, fill = struct.unpack_from("<4H", data)
            meaning = own.get(number) or BUILTIN.get(number, Meaning.NUMBER)
            if meaning is not Meaning.NUMBER:
                meanings[index] = meaning
            mark = (fonts[font] if font < len(fonts) else None) or (
                fills[fill] if fill < len(fills) else None
            )
            if mark is not None:
                marks[index] = mark
            index += 1
    return meanings, marks


def _red(colour: bytes) -> str | None:
    is_own = len(colour) == 8 and colour[0] >> 1 == _COLOUR_RGB
    return RED if is_own and is_red(*colour[4:7]) else None


def _comments(archive: Archive, part: str) -> dict[tuple[int, int], str]:
    comments: dict[tuple[int, int], str] = {}
    for kind, found in relations_of(archive, part).values():
        if kind != "comments" or found not in archive:
            continue
        place = (0, 0)
        for record, data in _records(archive, found):
            if record == _COMMENT:
                row, _, column = struct.unpack_from("<3I", data, 4)
                place = (row + 1, column + 1)
            elif record == _COMMENT_TEXT and (text := _wide(data, 1)[0].strip()):
                comments[place] = text
    return comments


def _read_sheet(archive: Archive, part: str, grid: Grid, book: _Book) -> None:
    grid.comments = _comments(archive, part)
    row: list[Value] = []
    marks: list[str] = []
    number, hidden, count = 0, False, 0

    def end_row() -> None:
        nonlocal count
        grid.add_row(number, row, hidden=hidden)
        if marks and (mark := mark_of_row(marks, count)):
            grid.marked_rows[number] = mark
        row.clear()
        marks.clear()
        count = 0

    for kind, data in _records(archive, part):
        if kind in _CELLS:
            column = int.from_bytes(data[:4], "little") + 1
            style = int.from_bytes(data[4:7], "little")
            value = _value(kind, data, style, book)
            if value is not None:
                grid.place(row, column, value)
                count += 1
                if style in book.marks:
                    marks.append(book.marks[style])
        elif kind == _ROW:
            if number:
                end_row()
            number = int.from_bytes(data[:4], "little") + 1
            hidden = len(data) > _ROW_FLAGS and bool(data[_ROW_FLAGS] & 0x10)
        elif kind == _MERGED:
            row1, row2, column1, column2 = struct.unpack_from("<4I", data)
            grid.add_merged((row1 + 1, column1 + 1, row2 + 1, column2 + 1))
        elif kind == _COLUMNS and struct.unpack_from("<H", data, 16)[0] & 1:
            first, last = struct.unpack_from("<2I", data)
            grid.hidden_columns.update(range(first + 1, min(last + 1, LAST_COLUMN) + 1))
    if number:
        end_row()


def _value(kind: int, data: bytes, style: int, book: _Book) -> Value:
    if kind == _SHARED:
        return book.strings[int.from_bytes(data[8:12], "little")]
    if kind in {_RK, _REAL, _F_REAL}:
        number = _rk(data) if kind == _RK else struct.unpack_from("<d", data, 8)[0]
        meaning = book.meanings.get(style)
        if meaning is not None:
            return read_serial(number, meaning, from_1904=book.from_1904)
        return whole_or_float(number)
    if kind in {_TEXT, _F_TEXT}:
        return text_of(_wide(data, 8)[0])
    if kind == _RICH_TEXT:
        return text_of(_wide(data, 9)[0])
    if kind in {_BOOL, _F_BOOL}:
        return bool(data[8])
    return ErrorValue(ERRORS.get(data[8], "#N/A"))


def _rk(data: bytes) -> float:
    """Read a number packed into 30 bits: whole or half a float, maybe in hundredths."""
    packed = int.from_bytes(data[8:12], "little", signed=True)
    number: float
    if packed & 2:
        number = packed >> 2
    else:
        (number,) = struct.unpack("<d", b"\0\0\0\0" + struct.pack("<i", packed & ~3))
    return number / 100 if packed & 1 else float(number)
