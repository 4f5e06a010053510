"""Binary workbooks (.xlsb) written record by record, since no program here writes them whole."""

import struct
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path

RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PLAIN, DATE, MOMENT, TIME, DURATION, STRUCK, RED = range(7)


def record(kind: int, content: bytes = b"") -> bytes:
    """A record: type and length in bytes of seven bits, then its content."""
    return _number(kind) + _number(len(content)) + content


def wide(text: str) -> bytes:
    """A text that begins with its length."""
    return struct.pack("<I", len(text.encode("utf-16-le")) // 2) + text.encode("utf-16-le")


def row(number: int, *cells: bytes, hidden: bool = False) -> bytes:
    """A row by its 1-based number."""
    flags = 0x10 if hidden else 0
    header = struct.pack("<IIHBBBI", number - 1, 0, 300, 0, flags, 0, 0)
    return record(0, header) + b"".join(cells)


def cell(kind: int, column: int, content: bytes = b"", style: int = PLAIN) -> bytes:
    """A cell by its 1-based column."""
    return record(kind, struct.pack("<II", column - 1, style) + content)


def real(column: int, number: float, style: int = PLAIN) -> bytes:
    """A cell with a number."""
    return cell(5, column, struct.pack("<d", number), style)


def text(column: int, value: str, style: int = PLAIN) -> bytes:
    """A cell with a text of its own."""
    return cell(6, column, wide(value), style)


def columns(first: int, last: int, *, hidden: bool) -> bytes:
    """Columns with a width of their own."""
    return record(60, struct.pack("<4IH", first - 1, last - 1, 2560, 0, int(hidden)))


def merged(row1: int, row2: int, column1: int, column2: int) -> bytes:
    """A merged range."""
    return record(176, struct.pack("<4I", row1 - 1, row2 - 1, column1 - 1, column2 - 1))


def write(
    path: Path,
    sheets: Mapping[str, bytes],
    *,
    strings: Sequence[str] = (),
    hidden: Sequence[str] = (),
    from_1904: bool = False,
    parts: Mapping[str, bytes] | None = None,
) -> Path:
    """Write a workbook from the records of its sheets."""
    book = record(153, struct.pack("<III", int(from_1904), 0, 0))
    relations = _relation("s", "sharedStrings", "sharedStrings.bin") + _relation(
        "f", "styles", "styles.bin"
    )
    written = {}
    for at, (name, content) in enumerate(sheets.items(), start=1):
        state = int(name in hidden)
        book += record(156, struct.pack("<II", state, at) + wide(f"rId{at}") + wide(name))
        relations += _relation(f"rId{at}", "worksheet", f"worksheets/sheet{at}.bin")
        written[f"xl/worksheets/sheet{at}.bin"] = record(145) + content + record(146)
    written |= {
        "_rels/.rels": _relations(_relation("b", "officeDocument", "xl/workbook.bin")),
        "xl/workbook.bin": book,
        "xl/_rels/workbook.bin.rels": _relations(relations),
        "xl/sharedStrings.bin": b"".join(record(19, b"\0" + wide(value)) for value in strings),
        "xl/styles.bin": _styles(),
        **(parts or {}),
    }
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in written.items():
            archive.writestr(name, content)
    return path


def comments_of_sheet(number: int, comments: Mapping[tuple[int, int], str]) -> dict[str, bytes]:
    """The parts that pin texts to cells of a sheet."""
    content = b""
    for (at_row, column), value in comments.items():
        place = (at_row - 1, at_row - 1, column - 1, column - 1)
        content += record(635, struct.pack("<5I", 0, *place) + bytes(16))
        content += record(637, b"\0" + wide(value))
    return {
        f"xl/worksheets/_rels/sheet{number}.bin.rels": _relations(
            _relation("c", "comments", "../comments1.bin")
        ),
        "xl/comments1.bin": content,
    }


def _styles() -> bytes:
    fonts = (_font(), _font(struck=True), _font(red=True))
    formats = ((164, "dd.mm.yyyy"), (165, "dd.mm.yyyy hh:mm"), (166, "[h]:mm"))
    styles = ((0, 0), (164, 0), (165, 0), (20, 0), (166, 0), (0, 1), (0, 2))
    return (
        b"".join(record(44, struct.pack("<H", number) + wide(code)) for number, code in formats)
        + b"".join(fonts)
        + record(45, struct.pack("<I", 0) + bytes(64))
        + record(626)
        + record(47, struct.pack("<8H", 0xFFFF, 0, 0, 0, 0, 0, 0, 0))
        + record(627)
        + record(617)
        + b"".join(
            record(47, struct.pack("<8H", 0, number, font, 0, 0, 0, 0, 0))
            for number, font in styles
        )
        + record(618)
    )


def _font(*, struck: bool = False, red: bool = False) -> bytes:
    colour = bytes([5, 0, 0, 0, 255, 0, 0, 255]) if red else bytes([7, 1, 0, 0, 0, 0, 0, 255])
    about = struct.pack("<4H4B", 220, 8 if struck else 0, 400, 0, 0, 2, 0, 0)
    return record(43, about + colour + b"\2" + wide("Calibri"))


def _number(value: int) -> bytes:
    written = bytearray()
    while value > 0x7F:
        written.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*written, value])


def _relation(name: str, kind: str, target: str) -> str:
    return f'<Relationship Id="{name}" Type="{OFFICE}/{kind}" Target="{target}"/>'


def _relations(relations: str) -> bytes:
    return f'<Relationships xmlns="{RELATIONS}">{relations}</Relationships>'.encode()
