"""Which bytes of a text file are which letters, by a rule that can be said.

Belongs here: byte order marks, UTF-8, declared encodings, code pages, lines in another encoding
than the rest, pieces of decoded text.
Does not belong here: delimiters, quotes, rows.
"""

import codecs
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow

from eurocluster.reading.cells import ReadingHints, UnreadableFile
from eurocluster.wording import NOTHING, Words, words

CODE_PAGES: dict[str, str] = {
    **dict.fromkeys(("bg", "mk", "uk"), "cp1251"),
    **dict.fromkeys(("bs", "cs", "hr", "hu", "pl", "ro", "sk", "sl", "sq", "sr"), "cp1250"),
    "el": "cp1253",
    "tr": "cp1254",
    **dict.fromkeys(("et", "lt", "lv"), "cp1257"),
    **dict.fromkeys(
        ("ca", "da", "de", "en", "es", "eu", "fi", "fr", "ga", "gl", "is", "it", "lb", "mt", "nb",
         "nl", "nn", "no", "pt", "sv"),
        "cp1252",
    ),
}  # fmt: skip
"""Language → what Windows writes there when a program does not write UTF-8."""

PIECE_BYTES = 4 << 20
MAX_LINE_BYTES = 32 << 20

_MARKS: tuple[tuple[bytes, str], ...] = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_HEAD_BYTES = 1 << 16
_LEAST_SHARE_OF_ZEROS = 0.1
_MOST = 0.75
_LISTED_LINES = 10


@dataclass(frozen=True, slots=True)
class Decoding:
    """How bytes become letters.

    Attributes:
        encoding: Python's name of the encoding.
        rule: Why it is this one.
        other_encoding: What lines are read in that are no UTF-8; empty when nobody said.
        other_lines: How many lines (1-based) are in that other encoding.
        unreadable_lines: Lines that no encoding reads; their letters are lost, their cells kept.
    """

    encoding: str
    rule: Words
    other_encoding: str = ""
    other_lines: int = 0
    unreadable_lines: tuple[int, ...] = ()

    @property
    def has_other_lines(self) -> bool:
        """Whether some lines need another encoding than the rest."""
        return bool(self.other_lines or self.unreadable_lines)


def code_page_of(language: str) -> str | None:
    """Code page that Windows uses for a language (ISO 639-1), None when it has none of its own."""
    return CODE_PAGES.get(language)


def choose_decoding(path: Path, hints: ReadingHints) -> Decoding:
    """Choose how a file is decoded, having tried the whole of it.

    In this order: byte order mark, declared UTF, UTF-16 that shows itself by its zero bytes,
    strict UTF-8 (a minority of lines may be outside it), declared code page, the partner's.

    Raises:
        UnreadableFile: F01, the file is no text, or no rule decodes it.
    """
    with path.open("rb") as file:
        head = file.read(_HEAD_BYTES)
    for mark, encoding in _MARKS:
        if head.startswith(mark):
            rule = words("{encoding}: byte order mark", encoding=encoding.removesuffix("-sig"))
            return _marked(path, encoding, rule, hints)
    declared = _codec(hints.encoding)
    if declared.startswith("utf") and _decodes_whole(path, declared):
        rule = words("{encoding}: declared for the register", encoding=declared)
        return Decoding(declared, rule)
    wide = _wide_by_its_zeros(head)
    if wide and _decodes_whole(path, wide):
        return Decoding(wide, words("{encoding}: every second byte is zero", encoding=wide))
    utf8 = words("utf-8: the whole file is valid UTF-8")
    if all(_is_plain_utf8(piece) for piece in _byte_pieces(path)):
        return Decoding("utf-8", utf8)
    census = _count_lines(path, "", "")
    if census.with_zeros and 4 * census.with_zeros >= census.lines:
        raise UnreadableFile("F01", "The file is neither text nor a spreadsheet that is known.")
    if not census.outside:
        return Decoding("utf-8", utf8)
    if declared and not declared.startswith("utf"):
        page, reason = declared, words("declared for the register")
    else:
        page, reason = _codec(hints.code_page), words("code page of the partner")
    if census.wide_utf8 > len(census.outside):
        return _mixed(path, "utf-8", NOTHING, page, reason)
    if not page:
        raise UnreadableFile(
            "F01",
            "The letters of the file are not UTF-8. Save it as 'CSV UTF-8', or tell the coordinator"
            " which code page your program writes.",
        )
    return _in_code_page(path, page, reason)


def text_pieces(path: Path, decoding: Decoding) -> Iterator[bytes]:
    """Yield the text as UTF-8 without a mark, in pieces that end where lines end.

    Raises:
        UnreadableFile: F01, a line is absurdly long.
    """
    if decoding.encoding in ("utf-8", "utf-8-sig"):
        first = True
        for piece in _byte_pieces(path):
            plain = piece.removeprefix(codecs.BOM_UTF8) if first else piece
            first = False
            yield _mended(plain, decoding) if decoding.has_other_lines else plain
        return
    decoder = codecs.getincrementaldecoder(decoding.encoding)(
        "replace" if decoding.unreadable_lines else "strict"
    )
    rest = b""
    with path.open("rb") as file:
        while chunk := file.read(PIECE_BYTES):
            text = rest + decoder.decode(chunk).encode("utf-8", "replace")
            cut = _last_line_end(text)
            yield text[:cut]
            rest = text[cut:]
            _refuse_endless(rest)
    if rest := rest + decoder.decode(b"", final=True).encode("utf-8", "replace"):
        yield rest


def _mended(piece: bytes, decoding: Decoding) -> bytes:
    if _decodes(piece, "utf-8"):
        return piece
    return b"".join(
        line if _decodes(line, "utf-8") else _line_of(line, decoding.other_encoding)
        for line in piece.splitlines(keepends=True)
    )


def _line_of(line: bytes, encoding: str) -> bytes:
    """Return a line in UTF-8 that is not; letters that no encoding knows become U+FFFD."""
    if encoding and _decodes(line, encoding):
        return line.decode(encoding).encode()
    return line.decode("utf-8", "replace").encode()


def _marked(path: Path, encoding: str, rule: Words, hints: ReadingHints) -> Decoding:
    if encoding == "utf-8-sig":
        if _decodes_whole(path, "utf-8"):
            return Decoding(encoding, rule)
        census = _count_lines(path, "", "")
        if census.wide_utf8 > len(census.outside):
            page = _codec(hints.encoding) or _codec(hints.code_page)
            page = "" if page.startswith("utf") else page
            reason = words("declared for the partner")
            return _mixed(path, encoding, rule, page, reason)
    elif _decodes_whole(path, encoding):
        return Decoding(encoding, rule)
    raise UnreadableFile("F01", "The file breaks off in the middle of a letter. Copy it again.")


def _mixed(path: Path, encoding: str, rule: Words, page: str, reason: Words) -> Decoding:
    """Return the decoding of a UTF-8 file with a few lines in a code page, or in none."""
    census = _count_lines(path, "utf-8", page)
    unreadable = tuple(census.unreadable)
    others = [line for line in census.outside if line not in set(unreadable)]
    if others:
        listed = ", ".join(map(str, others[:_LISTED_LINES]))
        rule = words(
            "utf-8, but {count} lines as {page} ({reason}): lines {lines}",
            count=len(others),
            page=page,
            reason=reason,
            lines=listed + (" …" if len(others) > _LISTED_LINES else ""),
        )
    elif rule is NOTHING:
        rule = words("utf-8: nearly the whole file is valid UTF-8")
    return Decoding(encoding, rule, page, len(others), unreadable)


def _in_code_page(path: Path, page: str, reason: Words) -> Decoding:
    census = _count_lines(path, "", page)
    rule = words("{encoding}: {reason}", encoding=page, reason=reason)
    if not census.unreadable:
        return Decoding(page, rule)
    readable = len(census.outside) + census.wide_utf8 - len(census.unreadable)
    if readable <= len(census.unreadable):
        raise UnreadableFile(
            "F01",
            "Line {line} has letters that exist neither in UTF-8 nor in {page}. Save the file as"
            " 'CSV UTF-8' and send it again.",
            line=census.unreadable[0],
            page=page,
        )
    return Decoding(page, rule, unreadable_lines=tuple(census.unreadable))


@dataclass(slots=True)
class _Census:
    """Lines of a file by how they decode.

    Attributes:
        lines: All lines.
        with_zeros: Lines with a zero byte.
        wide_utf8: Lines with letters beyond ASCII that are valid UTF-8.
        outside: Lines that are no UTF-8.
        unreadable: Lines of ``outside``, or of all when a code page reads the file, that the page
            does not decode either.
    """

    lines: int = 0
    with_zeros: int = 0
    wide_utf8: int = 0
    outside: list[int] = field(default_factory=list)
    unreadable: list[int] = field(default_factory=list)


def _count_lines(path: Path, first: str, page: str) -> _Census:
    """Count the lines of a file; a line is unreadable when neither encoding decodes it."""
    found = _Census()
    for piece in _byte_pieces(path):
        for line in piece.splitlines():
            found.lines += 1
            found.with_zeros += b"\0" in line
            if line.isascii():
                continue
            if _decodes(line, "utf-8"):
                found.wide_utf8 += 1
                is_read = first == "utf-8" or not page or _decodes(line, page)
            else:
                found.outside.append(found.lines)
                is_read = bool(page) and _decodes(line, page)
            if not is_read:
                found.unreadable.append(found.lines)
    return found


def _codec(name: str | None) -> str:
    """Python's name of an encoding.

    Raises:
        UnreadableFile: F01, a declaration names an encoding that does not exist.
    """
    if name is None:
        return ""
    try:
        "".encode(name)
        return codecs.lookup(name).name
    except LookupError:
        raise UnreadableFile(
            "F01", "The declared encoding '{name}' does not exist.", name=name
        ) from None


def _decodes(line: bytes, encoding: str) -> bool:
    try:
        line.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def _is_plain_utf8(piece: bytes) -> bool:
    """Whether bytes are UTF-8 without zero bytes; a third of the time that decoding takes."""
    if b"\0" in piece:
        return False
    border = pyarrow.array([0, len(piece)], pyarrow.int32()).buffers()[1]
    text = pyarrow.StringArray.from_buffers(1, border, pyarrow.py_buffer(piece))
    try:
        text.validate(full=True)
    except pyarrow.ArrowInvalid:
        return False
    return True


def _decodes_whole(path: Path, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        with path.open("rb") as file:
            while chunk := file.read(PIECE_BYTES):
                decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _wide_by_its_zeros(head: bytes) -> str:
    """Return the UTF-16 that has its zero bytes and its line ends where this text has them."""
    zeros = head.count(0)
    if len(head) < 4 or zeros < _LEAST_SHARE_OF_ZEROS * len(head):
        return ""
    for start, encoding in ((1, "utf-16-le"), (0, "utf-16-be")):
        if head[start::2].count(0) >= _MOST * zeros:
            text = head.decode(encoding, "replace")
            ends = text.count("\n") + text.count("\r")
            if 2 * ends > head.count(b"\n") + head.count(b"\r"):
                return encoding
    return ""


def _byte_pieces(path: Path) -> Iterator[bytes]:
    """Yield the bytes of a file in pieces that end where lines end."""
    rest = b""
    with path.open("rb") as file:
        while chunk := file.read(PIECE_BYTES):
            held = rest + chunk
            cut = _last_line_end(held)
            if cut:
                yield held[:cut]
            rest = held[cut:]
            _refuse_endless(rest)
    if rest:
        yield rest


def _last_line_end(text: bytes) -> int:
    """Return where the last whole line ends; a CR at the very end may be half of CR LF."""
    cut = text.rfind(b"\n") + 1
    return cut or text.rfind(b"\r", 0, max(len(text) - 1, 0)) + 1


def _refuse_endless(rest: bytes) -> None:
    if len(rest) > MAX_LINE_BYTES:
        raise UnreadableFile(
            "F01",
            "A line of the file has more than {count} characters: this is no table.",
            count=MAX_LINE_BYTES,
        )
