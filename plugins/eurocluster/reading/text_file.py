"""Text files as rows of text: which bytes are which letters, and where a cell ends.

Belongs here: decoding, delimiters, quotes, records that lost a quote.
Does not belong here: numbers and dates (conforming/): every cell of a text file is text or blank.
"""

import codecs
import csv
import io
import re
from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import chain, islice
from pathlib import Path

from eurocluster.reading.cells import (
    ReadingHints,
    ReadingNote,
    Sheet,
    UnreadableFile,
    Workbook,
)
from eurocluster.reading.columns import Keep, in_memory
from eurocluster.wording import words

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

_MARKS: tuple[tuple[bytes, str], ...] = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# In the order in which they win a tie: a comma may be a decimal mark, a semicolon is never one.
_DELIMITERS = (";", "\t", "|", ",")
_SNIFFED_RECORDS = 50
_SNIFFED_LINES = 200
_RECORD_LINES = 100
_PIECE = 1 << 20
_DECLARED_DELIMITER = re.compile(r'"?sep=(.)"?\s*', re.IGNORECASE)


def code_page_of(language: str) -> str | None:
    """Code page that Windows uses for a language (ISO 639-1), None when it has none of its own."""
    return CODE_PAGES.get(language)


def read_text_file(path: Path, hints: ReadingHints, keep: Keep = in_memory) -> Workbook:
    """Read a delimited text file as one sheet; a row is a record, a blank record is a blank row.

    Decoding: byte order mark, else strict UTF-8, else the declared encoding or the partner's code
    page; a note I02 says which. The delimiter is the one of a first line `sep=`, else the declared
    one, else the one that cuts most of the first records into the same number of cells.

    Raises:
        UnreadableFile: F01, the file is no text, no rule decodes it, or a cell is absurdly long.
    """
    data = path.read_bytes()
    decoding = _choose_decoding(data, hints)
    lines = _lines(data, decoding)
    first = list(islice(lines, _SNIFFED_LINES))
    declared = _DECLARED_DELIMITER.fullmatch(first[0]) if first else None
    if declared:
        del first[0]
    delimiter = declared[1] if declared else hints.delimiter or _sniff_delimiter(first)
    records = _Records(chain(first, lines), delimiter)
    same: dict[str, str] = {}
    once = same.setdefault
    rows = tuple([tuple([once(text, text) if text else None for text in row]) for row in records])
    first_row = 2 if declared else 1
    notes = [
        ReadingNote("I02", "", None, None, words("Decoded as {rule}.", rule=decoding.rule)),
        *(
            ReadingNote(
                "I02",
                "",
                index + first_row,
                None,
                words("A quote opens and never closes: read as it is."),
            )
            for index in records.with_lost_quote
        ),
    ]
    sheet = Sheet.of("", rows, first_row=first_row)
    kept = replace(sheet, blocks=[keep(block) for block in sheet.blocks])
    return Workbook("csv", (kept,), tuple(notes), has_typed_cells=False)


@dataclass(frozen=True, slots=True)
class _Decoding:
    """How bytes become letters; `other_lines` (1-based) are in another encoding than the rest."""

    encoding: str
    rule: str
    other_encoding: str = ""
    other_lines: frozenset[int] = frozenset()


def _choose_decoding(data: bytes, hints: ReadingHints) -> _Decoding:
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            if _first_undecodable(data, encoding) is not None:
                raise UnreadableFile(
                    "F01", "The file breaks off in the middle of a letter. Copy it again."
                )
            return _Decoding(encoding, f"{encoding.removesuffix('-sig')}: byte order mark")
    declared = _codec(hints.encoding)
    if declared.startswith("utf") and _first_undecodable(data, declared) is None:
        return _Decoding(declared, f"{declared}: declared for the register")
    if b"\0" in data:
        raise UnreadableFile("F01", "The file is neither text nor a spreadsheet that is known.")
    if _first_undecodable(data, "utf-8") is None:
        return _Decoding("utf-8", "utf-8: the whole file is valid UTF-8")
    if declared and not declared.startswith("utf"):
        page, reason = declared, "declared for the register"
    else:
        page, reason = _codec(hints.code_page), "code page of the partner"
    if not page:
        raise UnreadableFile(
            "F01",
            "The letters of the file are not UTF-8. Save it as 'CSV UTF-8', or tell the coordinator"
            " which code page your program writes.",
        )
    others = _lines_outside_utf8(data)
    wrong = _first_undecodable(data, page, others)
    if wrong is not None:
        raise UnreadableFile(
            "F01",
            f"Line {wrong} has letters that exist neither in UTF-8 nor in {page}. Save the file as"
            " 'CSV UTF-8' and send it again.",
        )
    if others:
        listed = ", ".join(map(str, sorted(others)[:10])) + (" …" if len(others) > 10 else "")
        rule = f"utf-8, but {len(others)} lines as {page} ({reason}): lines {listed}"
        return _Decoding("utf-8", rule, page, others)
    return _Decoding(page, f"{page}: {reason}")


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
        raise UnreadableFile("F01", f"The declared encoding {name!r} does not exist.") from None


def _first_undecodable(
    data: bytes, encoding: str, lines: frozenset[int] = frozenset()
) -> int | None:
    """First line (1-based) that an encoding cannot decode; only the given lines when some are."""
    if lines:
        for number, line in enumerate(data.splitlines(), start=1):
            if number in lines and not _decodes(line, encoding):
                return number
        return None
    decoder = codecs.getincrementaldecoder(encoding)()
    view = memoryview(data)
    for start in range(0, len(data) + 1, _PIECE):
        try:
            decoder.decode(view[start : start + _PIECE], start + _PIECE > len(data))
        except UnicodeDecodeError as error:
            return len((data[: start + error.start] + b".").splitlines())
    return None


def _decodes(line: bytes, encoding: str) -> bool:
    try:
        line.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def _lines_outside_utf8(data: bytes) -> frozenset[int]:
    """Lines that spoil a UTF-8 file: fewer than its lines with letters that are valid UTF-8.

    A text in a code page has next to no line with such letters that is valid UTF-8 by chance, so
    the majority is certain. Empty when the file is not UTF-8 at all.
    """
    valid = 0
    invalid = []
    for number, line in enumerate(data.splitlines(), start=1):
        if line.isascii():
            continue
        if _decodes(line, "utf-8"):
            valid += 1
        else:
            invalid.append(number)
    return frozenset(invalid) if valid > len(invalid) else frozenset()


def _lines(data: bytes, decoding: _Decoding) -> Iterator[str]:
    """Lines with their ends as they are."""
    if not decoding.other_lines:
        yield from io.TextIOWrapper(io.BytesIO(data), decoding.encoding, newline="")
        return
    for number, line in enumerate(data.splitlines(keepends=True), start=1):
        other = number in decoding.other_lines
        yield line.decode(decoding.other_encoding if other else decoding.encoding)


def _sniff_delimiter(lines: list[str]) -> str:
    best, best_records = _DELIMITERS[0], 0
    for delimiter in _DELIMITERS:
        records = islice(_Records(iter(lines), delimiter), _SNIFFED_RECORDS)
        widths = Counter(len(record) for record in records if len(record) > 1)
        agreeing = max(widths.values(), default=0)
        if agreeing > best_records:
            best, best_records = delimiter, agreeing
    return best


class _LostQuote(Exception):
    """A record swallows line after line: its opening quote has no end."""


class _Records:
    """Records of delimited lines.

    Strict about quotes, or a quote that is never closed would pair up with the next row's. A record
    that fails so gives its first line only; the lines after it are read again.
    """

    def __init__(self, lines: Iterator[str], delimiter: str) -> None:
        self.with_lost_quote: list[int] = []
        self._lines = lines
        self._delimiter = delimiter
        self._waiting: deque[str] = deque()
        self._pulled: list[str] = []

    def __iter__(self) -> Iterator[list[str]]:
        pulled = self._pulled
        count = 0
        while True:
            try:
                for record in csv.reader(self._feed(), delimiter=self._delimiter, strict=True):
                    pulled.clear()
                    count += 1
                    yield record
            except (_LostQuote, csv.Error):
                first, *others = pulled
                self._waiting.extendleft(reversed(others))
                pulled.clear()
                yield self._without_the_next_lines(first, count)
                count += 1
            else:
                return

    def _feed(self) -> Iterator[str]:
        pulled = self._pulled
        while True:
            line = self._waiting.popleft() if self._waiting else next(self._lines, None)
            if len(pulled) >= _RECORD_LINES or (line is None and pulled):
                if line is not None:
                    self._waiting.appendleft(line)
                raise _LostQuote
            if line is None:
                return
            pulled.append(line)
            yield line

    def _without_the_next_lines(self, line: str, index: int) -> list[str]:
        """Cut one line: by its quotes when they pair up, else as if it had none."""
        try:
            return next(csv.reader(_only(line), delimiter=self._delimiter))
        except (_LostQuote, csv.Error):
            self.with_lost_quote.append(index)
        try:
            return next(csv.reader([line], delimiter=self._delimiter, quoting=csv.QUOTE_NONE))
        except csv.Error:
            raise UnreadableFile(
                "F01", f"A cell has more than {csv.field_size_limit()} characters."
            ) from None


def _only(line: str) -> Iterator[str]:
    yield line
    raise _LostQuote
