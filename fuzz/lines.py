"""Mutations of delimited text: delimiters, quotes, line ends, encodings, cells.

Belongs here: csv and its relatives as text.
Does not belong here: json (documents.py).
"""

from collections.abc import Mapping
from random import Random

from fuzz.mutation import Mutation, nasty

_DELIMITERS = (";", ",", "\t", "|", ":", "~", "\x1f", " ", ";;", "§")
_ENCODINGS = (
    "utf-8-sig",
    "utf-16",
    "utf-16-le",
    "utf-16-be",
    "utf-32",
    "cp1250",
    "cp1253",
    "cp037",
)
_MOST_CHARACTERS = 4 << 20
_LINE_ENDS = ("\r\n", "\n", "\r", "\n\r", "\x0b", "\u2028", "\x85", "\n\n")


def other_delimiters(chance: Random, content: bytes) -> bytes:
    """Return the text with another delimiter, everywhere or in some lines."""
    own = max(";,\t|", key=lambda mark: content.count(mark.encode()))
    new = chance.choice(_DELIMITERS)
    share = chance.choice((0.05, 0.5, 1.0))
    lines = _text(content).split("\n")
    return _bytes(
        "\n".join(line.replace(own, new) if chance.random() < share else line for line in lines)
    )


def stray_quotes(chance: Random, content: bytes) -> bytes:
    """Return the text with quotes where none belong."""
    text = _text(content)
    for _ in range(chance.randint(1, 5)):
        at = chance.randint(0, len(text))
        text = text[:at] + chance.choice(('"', "'", '""', '"""', '\\"', "”", "`")) + text[at:]
    return _bytes(text)


def other_line_ends(chance: Random, content: bytes) -> bytes:
    """Return the text with other line ends, or none."""
    text, end = _text(content).replace("\r\n", "\n"), chance.choice((*_LINE_ENDS, ""))
    share = chance.choice((0.1, 1.0))
    lines = text.split("\n")
    ends = [end if chance.random() < share else "\n" for _ in lines[1:]]
    return _bytes("".join(map("".join, zip(lines, [*ends, ""], strict=True))))


def another_encoding(chance: Random, content: bytes) -> bytes:
    """Return the text in another encoding, whole or from some place on."""
    text, encoding = _text(content), chance.choice(_ENCODINGS)
    at = 0 if chance.random() < 0.6 else chance.randint(0, len(text))
    return _bytes(text[:at]) + text[at:].encode(encoding, "replace")


def no_characters(chance: Random, content: bytes) -> bytes:
    """Return the bytes with NULs and other bytes that are no text."""
    for _ in range(chance.randint(1, 8)):
        at = chance.randint(0, len(content))
        stray = chance.choice(
            (b"\x00", b"\x00" * 100, b"\xff", b"\xc3", b"\x1a", b"\x81", b"\xed\xa0")
        )
        content = content[:at] + stray + content[at:]
    return content


def long_lines(chance: Random, content: bytes) -> bytes:
    """Return the text with a cell, or a number of cells, of a megabyte."""
    text = _text(content)
    at = chance.randint(0, len(text))
    filler = chance.choice(("a", "9", ";", ",", '"', '";"', "\t", "=", "a b "))
    times = chance.choice((1_000, 40_000, 1 << 20)) // len(filler)
    return _bytes(text[:at] + filler * times + text[at:])


def nasty_cells(chance: Random, content: bytes) -> bytes:
    """Return the text with nasty values in some cells."""
    own = max(";,\t|", key=lambda mark: content.count(mark.encode()))
    cells = _text(content).split(own)
    for _ in range(chance.randint(1, 12)):
        cells[chance.randrange(len(cells))] = nasty(chance)
    return _bytes(own.join(cells))


def shuffled_lines(chance: Random, content: bytes) -> bytes:
    """Return the text with lines doubled, lost, moved or glued to the next one."""
    lines = _text(content).splitlines(keepends=True) or [""]
    for _ in range(chance.randint(1, 6)):
        at, kind = chance.randrange(len(lines)), chance.randrange(4)
        if kind == 0:
            lines.insert(chance.randrange(len(lines)), lines[at])
        elif kind == 1:
            lines[at] = lines[at].rstrip("\r\n")
        elif kind == 2:
            lines[at] = ""
        else:
            times = chance.choice((2, 50, 3_000))
            lines[at] *= max(1, min(times, _MOST_CHARACTERS // max(1, len(lines[at]))))
    return _bytes("".join(lines))


def strange_start(chance: Random, content: bytes) -> bytes:
    """Return the text behind a line that promises something else."""
    start = chance.choice(
        (
            "sep=x\n",
            "sep=\n",
            "<html>",
            "{",
            "[[",
            "%PDF",
            "PK",
            "\ufeff\ufeff",
            "\n" * 200,
            "a;b\n\n",
        )
    )
    return start.encode() + content


def _text(content: bytes) -> str:
    return content.decode("utf-8", "surrogateescape")


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")


LINES: Mapping[str, Mutation] = {
    mutation.__name__: mutation
    for mutation in (
        other_delimiters,
        stray_quotes,
        other_line_ends,
        another_encoding,
        no_characters,
        long_lines,
        nasty_cells,
        shuffled_lines,
        strange_start,
    )
}
"""Name → mutation of delimited text."""
