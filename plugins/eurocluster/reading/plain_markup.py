"""Parts of a workbook whose XML is as plain as spreadsheet programs write it, without a parser.

A parser's events cost more than anything else in reading a large sheet. Programs write sheets and
shared strings in a few fixed shapes, which one regular expression takes apart; whatever is not
exactly of such a shape, down to the last character, goes to the parser, whose word counts.

Belongs here: cutting a part into pieces, checking that a piece is plain, character references.
Does not belong here: the shapes (ooxml.py, plain_cells.py).
"""

import re
from collections.abc import Callable, Iterator
from xml.parsers import expat

from eurocluster.reading.archive import refuse_doctype

PIECE = 1 << 19
"""Bytes to read at a time: enough rows to pay for the fixed costs of a piece."""

_LONGEST_START = 1 << 20
_LONGEST_ELEMENT = 8 << 20
_ENCODING = re.compile(rb"\bencoding\s*=\s*[\"']([^\"']*)")
_ALLOWED = bytes(sorted({9, 10, *range(32, 256)}))
_REFERENCE = re.compile(r"&(?:(amp|lt|gt|quot|apos)|#(\d{1,7})|#x([0-9A-Fa-f]{1,6}));")
_OTHER_REFERENCE = re.compile(
    rb"&(?!(?:amp|lt|gt|quot|apos|#(?:9|10|13|3[2-9]|[4-9]\d|[1-9]\d{2,3}|x(?:9|A|D|a|d))"
    rb"|#x[2-7][0-9A-Fa-f]);)"
)
_NO_CHARACTER = re.compile(rb"\xef\xbf[\xbe\xbf]")
_NAMES = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}


def unescaped(raw: str) -> str:
    """Return character data of a plain piece as the text it stands for."""
    if "&" not in raw:
        return raw
    return _REFERENCE.sub(
        lambda found: (
            _NAMES[found[1]] if found[1] else chr(int(found[2]) if found[2] else int(found[3], 16))
        ),
        raw,
    )


class PlainPart:
    """A part with one long list of elements, in pieces that end behind one of them."""

    def __init__(
        self, root: bytes, element: bytes, parser: expat.XMLParserType, group: bytes | None = None
    ) -> None:
        """Take the names of the root, the elements, and what holds them, if not the root."""
        self._parser = parser
        self._parser.StartDoctypeDeclHandler = refuse_doctype
        self._root = re.compile(
            rb"(?:\xef\xbb\xbf)?(<\?xml[^<>]*\?>)?\s*<" + root + rb"(?:\s[^<>]*)?(?<!/)>"
        )
        self._opening = None if group is None else b"<" + group + b">"
        self._ending = b"</" + (group or root) + b">"
        self._closing = b"</" + element + b">"

    def stream(self, pieces: Iterator[bytes], take: Callable[[str], bool]) -> None:
        """Hand plain pieces to ``take`` until it says that one is none, the rest to the parser.

        Before and behind the list everything goes to the parser, so that it sees a sound document.
        """
        rest = self._start(pieces)
        if rest is not None:
            rest = self._list(rest, pieces, take)
        if rest:
            self._parse(rest)
        for piece in pieces:
            self._parse(piece)
        self._parser.Parse(b"", True)  # noqa: FBT003  expat takes positions only

    def _start(self, pieces: Iterator[bytes]) -> bytes | None:
        """Parse up to the list and return what was read beyond it; None where there is no list."""
        start = b""
        for piece in pieces:
            start += piece
            end = self._end_of_start(start)
            if end:
                self._parse(start[:end])
                return start[end:]
            if len(start) > _LONGEST_START:
                break
        self._parse(start)
        return None

    def _end_of_start(self, start: bytes) -> int:
        root = self._root.match(start)
        if root is None:
            return 0
        end = root.end()
        if self._opening is not None:
            end = start.find(self._opening) + len(self._opening)
            if end < len(self._opening):
                return 0
        declared = _ENCODING.search(root[1] or b"")
        if declared and declared[1].lower() != b"utf-8":
            return 0
        plain = b"<!" not in start[:end] and start.count(b"<?", 0, end) == bool(root[1])
        return end if plain else 0

    def _list(self, rest: bytes, pieces: Iterator[bytes], take: Callable[[str], bool]) -> bytes:
        """Take pieces of the list as long as they are plain, and return what is left over."""
        while True:
            last = rest.find(self._ending)
            cut = rest.rfind(self._closing, 0, last if last >= 0 else len(rest))
            cut = cut + len(self._closing) if cut >= 0 else 0
            if cut and not _is_taken(rest[:cut], take):
                return rest
            rest = rest[cut:]
            if last >= 0 or len(rest) > _LONGEST_ELEMENT:
                return rest
            piece = next(pieces, b"")
            if not piece:
                return rest
            rest += piece

    def _parse(self, piece: bytes) -> None:
        self._parser.Parse(piece, False)  # noqa: FBT003


def _is_taken(piece: bytes, take: Callable[[str], bool]) -> bool:
    """Say whether the piece is plain; only sound character data ever reaches ``take``."""
    # One letter is found much faster than two.
    if (
        piece.translate(None, _ALLOWED)
        or (b"!" in piece and b"<!" in piece)
        or (b"?" in piece and b"<?" in piece)
        or (b"]" in piece and b"]]>" in piece)
        or (b"\xef" in piece and _NO_CHARACTER.search(piece))
        or (b"&" in piece and _OTHER_REFERENCE.search(piece))
    ):
        return False
    try:
        markup = piece.decode()
    except UnicodeDecodeError:
        return False
    return take(markup)
