"""How a text file cuts its rows into cells: delimiter, quote, escape, read from its first lines.

A dialect is good when it cuts many rows into the same number of cells and when these cells look
like something: a number, a date, an address, words without other delimiters in them.

Belongs here: dialects, how good each is for some lines, what a cell looks like.
Does not belong here: reading all rows (records.py), what a column means (conforming/).
"""

import csv
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

DELIMITERS = (";", "\t", "|", ",")
"""In the order in which they win a tie: a comma may be a decimal mark, a semicolon never is."""

_RARE_DELIMITERS = ("^", "~", "\x1f", "¦", "§", "#", ":")
_QUOTES = ('"', "'")
_MIN_ROWS_FOR_RARE = 3
_MIN_WIDTH_FOR_RARE = 3
_DECLARED = re.compile(r'["\']?sep=(.)["\']?[\r\n]*', re.IGNORECASE)

_KINDS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("blank", re.compile(r"\s*")),
    ("date", re.compile(r"\d{1,4}([-./])\d{1,2}\1\d{1,4}(?:[T ,]+\d{1,2}:\d\d.*)?")),
    ("time", re.compile(r"\d{1,3}[:h]\d{2}(?::\d{2}(?:[.,]\d+)?)?(?: ?[APap]\.?[Mm]\.?)?")),
    ("number", re.compile(r"[-+−]?(?:\d[\d \u00a0\u202f'’.,]*)?\d ?%?")),
    ("address", re.compile(r"[^\s@;,|]+@[^\s@;,|]+|(?:https?://|www\.)[^\s;|]+")),
    ("text", re.compile(r"[^\d;|\t\x00-\x1f]+")),
    ("key", re.compile(r"[^\s;,|\x00-\x1f]+")),
    ("code", re.compile(r"[^;|\t\x00-\x1f]+")),
)

KINDS = tuple(kind for kind, _ in _KINDS)


@dataclass(frozen=True, slots=True)
class Dialect:
    """Delimiter between cells, quote around them, escape before a quote; empty: by doubling."""

    delimiter: str
    quote: str = '"'
    escape: str = ""

    def rows(self, lines: Iterator[str], *, strict: bool = True) -> Iterator[list[str]]:
        """Cut lines into rows; a strict row with text behind a closing quote is a csv.Error."""
        return csv.reader(
            lines,
            delimiter=self.delimiter,
            quotechar=self.quote,
            escapechar=self.escape or None,
            doublequote=not self.escape,
            strict=strict,
        )

    def cut(self, line: str) -> list[str] | None:
        """Cut one line; None when its quotes do not pair up."""
        try:
            rows = list(self.rows(iter([line])))
        except csv.Error:
            return None
        return rows[0] if len(rows) == 1 else None

    def others(self) -> list["Dialect"]:
        """Return the dialects that a single row may have been written in instead."""
        delimiters = [self.delimiter, *(d for d in DELIMITERS if d != self.delimiter)]
        return [
            other
            for delimiter in delimiters
            for quote in _QUOTES
            for escape in ("", "\\")
            if (other := Dialect(delimiter, quote, escape)) != self
        ]


def kind_of(cell: str) -> str:
    """Say what a cell looks like: "number", "date", "text", …; "mess" when like nothing known."""
    cell = cell.strip()
    return next((kind for kind, pattern in _KINDS if pattern.fullmatch(cell)), "mess")


def declared_delimiter(line: str) -> str | None:
    """Return the delimiter that a first line ``sep=;`` declares."""
    found = _DECLARED.fullmatch(line)
    return found[1] if found else None


def choose_dialect(lines: Sequence[str], delimiter: str | None = None) -> Dialect:
    """Choose the dialect that cuts lines best; the delimiter is not questioned when it is given."""
    quote = _quote_of(lines, (delimiter,) if delimiter else (*DELIMITERS, *_RARE_DELIMITERS))
    if delimiter is None:
        delimiter = _delimiter_of(lines, quote)
    plain = Dialect(delimiter, quote)
    escaped = Dialect(delimiter, quote, "\\")
    if f"\\{quote}" in "".join(lines) and _troubles(lines, escaped) + 1 < _troubles(lines, plain):
        return escaped
    return plain


def _delimiter_of(lines: Sequence[str], quote: str) -> str:
    best, best_score = DELIMITERS[0], 0.0
    for delimiter in DELIMITERS:
        score = _score(lines, Dialect(delimiter, quote))
        if score > best_score:
            best, best_score = delimiter, score
    if best == "," and _commas_are_decimal(lines, quote):
        best, best_score = DELIMITERS[0], 0.0
    if best_score == 0.0:
        for delimiter in _RARE_DELIMITERS:
            if _cuts_all_alike(lines, Dialect(delimiter, quote)):
                return delimiter
    return best


def _score(lines: Sequence[str], dialect: Dialect) -> float:
    """Return how many rows are cut alike, weighted by width, times the share of sensible cells."""
    widths: Counter[int] = Counter()
    sensible = cells = 0
    for line, row in _cut_each(lines, dialect):
        if row is None:  # no better than a guess, but all there is when every quote is lost
            row = line.split(dialect.delimiter)
            widths[len(row)] += 1
            cells += len(row)
            continue
        if len(row) < 2:
            widths[1] += bool(line.strip())
            continue
        widths[len(row)] += 1
        cells += len(row)
        wrapped = line.count(dialect.quote) > 1
        sensible += sum(wrapped or kind_of(cell) != "mess" for cell in row)
    if not cells:
        return 0.0
    alike = sum(count * (width - 1) / width for width, count in widths.items())
    return alike / len(widths) * max(sensible / cells, 0.01)


def _cut_each(lines: Sequence[str], dialect: Dialect) -> Iterator[tuple[str, list[str] | None]]:
    """Yield (text, cells) of each row; None for the cells of a line whose quotes do not fit."""
    at = 0
    while at < len(lines):
        feed = iter(lines[at:])
        reader = dialect.rows(feed)
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error:
            yield lines[at], None
            at += 1
            continue
        yield "".join(lines[at : at + reader.line_num]), row  # type: ignore[attr-defined]
        at += reader.line_num  # type: ignore[attr-defined]


def _commas_are_decimal(lines: Sequence[str], quote: str) -> bool:
    """Whether the only commas stand inside numbers, below a header that has none."""
    filled = [line for line in lines if line.strip()]
    if not filled or "," in filled[0]:
        return False
    rows = [row for _, row in _cut_each(filled, Dialect(",", quote)) if row and len(row) > 1]
    return all(
        len(row) == 2 and row[0].strip().lstrip("-+").isdigit() and row[1].strip().isdigit()
        for row in rows
    )


def _cuts_all_alike(lines: Sequence[str], dialect: Dialect) -> bool:
    """Whether every row has the same number of cells, of three or more."""
    rows = [row for line, row in _cut_each(lines, dialect) if line.strip()]
    widths = {len(row) if row is not None else 0 for row in rows}
    return (
        len(rows) >= _MIN_ROWS_FOR_RARE
        and len(widths) == 1
        and min(widths) >= (_MIN_WIDTH_FOR_RARE)
    )


def _quote_of(lines: Sequence[str], delimiters: Sequence[str]) -> str:
    """Return the quote: the apostrophe only where it wraps cells, and no double quote does."""
    border = "|".join(re.escape(delimiter) for delimiter in delimiters)
    text = "".join(lines)
    if re.search(rf'(?:^|{border})"|"(?:{border}|[\r\n]|\Z)', text, re.MULTILINE):
        return '"'
    wrapped = re.compile(rf"(?:^|{border})'[^\r\n]*?'(?={border}|[\r\n]|\Z)")
    filled = [line for line in lines if line.strip()]
    with_wrapped = sum(bool(wrapped.search(line)) for line in filled)
    return "'" if with_wrapped >= 2 and 2 * with_wrapped >= len(filled) else '"'


def _troubles(lines: Sequence[str], dialect: Dialect) -> int:
    return sum(row is None for _, row in _cut_each(lines, dialect))
