"""Mutations of zipped workbooks: their parts, and the archive around them.

Belongs here: xlsx, xlsb and ods as archives, tampered markup, lying directories.
Does not belong here: bytes of any file (raw.py).
"""

import io
import lzma
import re
import struct
import warnings
import zipfile
import zlib
from collections.abc import Callable, Mapping, Sequence
from random import Random
from xml.sax.saxutils import escape

from fuzz.mutation import Mutation, nasty
from fuzz.raw import RAW

Parts = list[tuple[str, bytes]]
"""Name and content of every part, in the archive's order."""

_TIME = (2024, 1, 1, 0, 0, 0)
_DIRECTORY_ENTRY = b"PK\x01\x02"
_LOCAL_ENTRY = b"PK\x03\x04"
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA)
_NO_ARCHIVE = (  # what an earlier mutation may have left
    zipfile.BadZipFile, zlib.error, lzma.LZMAError, NotImplementedError, RuntimeError, EOFError,
    OSError,
    ValueError, struct.error,
)  # fmt: skip
_VALUE = re.compile(rb"(?<=<v>)[^<]*|(?<=<t>)[^<]*|(?<=<text:p>)[^<]*|(?<=preserve\">)[^<]*")
_ATTRIBUTE = re.compile(rb"(?<=[\w:]=\")[^\"]*(?=\")")
_CELL = re.compile(rb"<(?:c|table:table-cell)[ >]")
_TAG = re.compile(rb"<[^<>?!]+>")
_ROW_END = re.compile(rb"</(?:row|table:table-row)>")
_DOCTYPES = (
    b'<!DOCTYPE a [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY lol '
    b'"&b;&b;&b;&b;&b;&b;&b;&b;">]>',
    b'<!DOCTYPE a [<!ENTITY lol SYSTEM "file:///etc/hostname">]>',
    b'<!DOCTYPE a SYSTEM "http://dtd.example/a.dtd">',
)


def replaced_cells(chance: Random, parts: Parts) -> None:
    """Put nasty values into cells."""

    def changed(content: bytes) -> bytes:
        for _ in range(chance.randint(1, 6)):
            content = _replaced(chance, _VALUE, content, _written(nasty(chance)))
        return content

    _change_markup(chance, parts, changed)


def changed_attributes(chance: Random, parts: Parts) -> None:
    """Put nasty values, other references or large numbers into attributes."""
    values = (
        "A1048576", "XFD1", "ZZZ99999999", "A0", "-1", "1e9", "s", "str", "b", "e", "d",
    "inlineStr",
        "99999999", "4294967295", "A1:XFD1048576", "B2:A1", "", "hidden", "rId99", "float", "date",
    )  # fmt: skip

    def changed(content: bytes) -> bytes:
        for _ in range(chance.randint(1, 4)):
            value = chance.choice(values) if chance.random() < 0.7 else nasty(chance)
            quoted = _written(value).replace(b'"', b"&quot;")
            content = _replaced(chance, _ATTRIBUTE, content, quoted)
        return content

    _change_markup(chance, parts, changed)


def tampered_tags(chance: Random, parts: Parts) -> None:
    """Remove, double or exchange tags."""

    def changed(content: bytes) -> bytes:
        for _ in range(chance.randint(1, 4)):
            found = _one_of(chance, _TAG, content)
            if found is None:
                break
            tag = content[found[0] : found[1]]
            content = _replaced(chance, _TAG, content, chance.choice((b"", tag, tag + tag)))
        return content

    _change_markup(chance, parts, changed)


def entity_bomb(chance: Random, parts: Parts) -> None:
    """Declare entities that grow or point elsewhere, and use one."""

    def changed(content: bytes) -> bytes:
        head, mark, rest = content.partition(b"?>")
        doctype = chance.choice(_DOCTYPES)
        content = head + mark + doctype + rest if mark else doctype + content
        return _replaced(chance, _VALUE, content, b"&lol;")

    _change_markup(chance, parts, changed)


def huge_repeats(chance: Random, parts: Parts) -> None:
    """Say that a cell or a row stands there a million times, or more."""
    times = chance.choice((b"1000", b"65536", b"1048576", b"2147483647", b"99999999999999999999"))
    name = chance.choice((b"table:number-columns-repeated", b"table:number-rows-repeated"))

    def changed(content: bytes) -> bytes:
        tag = b"<table:table-row" if name.endswith(b"rows-repeated") else b"<table:table-cell"
        starts = re.compile(re.escape(tag) + rb"(?=[ >/])")
        return _replaced(chance, starts, content, b'%s %s="%s"' % (tag, name, times))

    _change_markup(chance, parts, changed)


def far_cells(chance: Random, parts: Parts) -> None:
    """Put a cell, or many, far away from the table."""
    places = ("XFD1048576", "A1048576", "ZZ3", "ZZZ9999999", "XFD1")
    place = chance.choice(places).encode()
    cell = b'<c r="%s"><v>1</v></c>' % place
    many = chance.choice((1, 1, 1_000, 100_000))
    row = b'<row r="%d">' % chance.choice((1, 9, 1_048_576, 99_999_999)) + cell * many + b"</row>"

    def changed(content: bytes) -> bytes:
        if b"</sheetData>" in content and chance.random() < 0.6:
            return content.replace(b"</sheetData>", row + b"</sheetData>", 1)
        return _replaced(chance, _ROW_END, content, cell + b"</row>")

    _change_markup(chance, parts, changed)


def repeated_rows(chance: Random, parts: Parts) -> None:
    """Write everything between two places of a part thousands of times."""

    def changed(content: bytes) -> bytes:
        ends = [found.end() for found in _ROW_END.finditer(content)]
        if len(ends) < 2:
            return content
        at = chance.randrange(len(ends) - 1)
        row = content[ends[at] : ends[at + 1]]
        times = min(chance.choice((2, 100, 5_000)), (8 << 20) // max(1, len(row)))
        return content[: ends[at]] + row * times + content[ends[at] :]

    _change_markup(chance, parts, changed)


def deep_markup(chance: Random, parts: Parts) -> None:
    """Nest a tag thousands of times."""
    times = chance.choice((100, 10_000, 200_000))

    def changed(content: bytes) -> bytes:
        found = _one_of(chance, _CELL, content) or (len(content) // 2, 0)
        nest = b"<v>" * times + (b"</v>" * times if chance.random() < 0.5 else b"")
        return content[: found[0]] + nest + content[found[0] :]

    _change_markup(chance, parts, changed)


def blown_up_part(chance: Random, parts: Parts) -> None:
    """Add blanks, zeros or empty tags by the megabyte, which compress to nothing."""
    filler = chance.choice((b" ", b"\x00", b"<c/>", b"<row/>", b"<!---->"))
    size = chance.choice((1 << 20, 8 << 20, 48 << 20))

    def changed(content: bytes) -> bytes:
        at = _one_of(chance, _TAG, content) or (0, len(content))
        return content[: at[1]] + filler * (size // len(filler)) + content[at[1] :]

    _change_markup(chance, parts, changed)


def spoiled_bytes(chance: Random, parts: Parts) -> None:
    """Change bytes inside a part, so that the archive itself is in order."""
    at = chance.randrange(len(parts))
    name, content = parts[at]
    parts[at] = name, RAW[chance.choice(sorted(RAW))](chance, content)


def renamed_parts(chance: Random, parts: Parts) -> None:
    """Give a part another name: of another part, of none, of a place outside."""
    at, other = chance.randrange(len(parts)), chance.randrange(len(parts))
    names = (
        parts[other][0],
        "x",
        "../outside.xml",
        "/xl/workbook.xml",
        parts[at][0].upper(),
        "é\x01",
    )
    parts[at] = chance.choice(names), parts[at][1]


def lost_parts(chance: Random, parts: Parts) -> None:
    """Take a part away."""
    del parts[chance.randrange(len(parts))]


def doubled_parts(chance: Random, parts: Parts) -> None:
    """Write a part twice, the second time with the content of another."""
    name, content = chance.choice(parts)
    parts.append((name, chance.choice((content, chance.choice(parts)[1]))))


def swapped_contents(chance: Random, parts: Parts) -> None:
    """Exchange the contents of two parts."""
    one, other = chance.randrange(len(parts)), chance.randrange(len(parts))
    (name, content), (other_name, other_content) = parts[one], parts[other]
    parts[one], parts[other] = (name, other_content), (other_name, content)


def many_parts(chance: Random, parts: Parts) -> None:
    """Add thousands of empty parts."""
    parts += [(f"x{at}", b"") for at in range(chance.choice((100, 6_000)))]


OF_PARTS: Sequence[Callable[[Random, Parts], None]] = (
    replaced_cells, replaced_cells, changed_attributes, tampered_tags, entity_bomb, huge_repeats,
    far_cells, repeated_rows, deep_markup, blown_up_part, spoiled_bytes, spoiled_bytes,
    renamed_parts, lost_parts, doubled_parts, swapped_contents, many_parts,
)  # fmt: skip


def lying_sizes(chance: Random, content: bytes) -> bytes:
    """Return an archive whose directory, or a part's own head, states other sizes."""
    is_directory = chance.random() < 0.6
    entry = _DIRECTORY_ENTRY if is_directory else _LOCAL_ENTRY
    places = [found.start() for found in re.finditer(re.escape(entry), content)]
    if not places:
        return content
    field = chance.choice(places) + (20 if is_directory else 18) + 4 * chance.randrange(2)
    size = chance.choice((0, 1, 1_000, 2**31 - 1, 2**32 - 1))
    return content[:field] + struct.pack("<I", size) + content[field + 4 :]


def another_method(chance: Random, content: bytes) -> bytes:
    """Return the same archive compressed in another way."""
    try:
        parts = parts_of(content)
    except _NO_ARCHIVE:
        return content
    return written(parts, chance.choice(_METHODS), chance.randrange(10))


def parts_of(content: bytes) -> Parts:
    """Return the parts of an archive.

    Raises:
        zipfile.BadZipFile: It is none, or a damaged one.
    """
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return [(entry.filename, archive.read(entry)) for entry in archive.infolist()]


def written(parts: Parts, method: int = zipfile.ZIP_DEFLATED, level: int = 1) -> bytes:
    """Return an archive of parts; the same parts give the same bytes."""
    target = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(target, "w") as archive:
        warnings.simplefilter("ignore")  # a name that stands twice is meant
        for name, content in parts:
            entry = zipfile.ZipInfo(name, _TIME)
            archive.writestr(entry, content, method, max(1, level))
    return target.getvalue()


def _of_parts(change: Callable[[Random, Parts], None]) -> Mutation:
    def mutation(chance: Random, content: bytes) -> bytes:
        try:
            parts = parts_of(content)
        except _NO_ARCHIVE:
            return content
        if not parts:
            return content
        change(chance, parts)
        return written(parts)

    return mutation


ARCHIVES: Mapping[str, Mutation] = {
    **{change.__name__: _of_parts(change) for change in OF_PARTS},
    "lying_sizes": lying_sizes,
    "another_method": another_method,
}
"""Name → mutation of a zipped workbook."""


def _change_markup(chance: Random, parts: Parts, change: Callable[[bytes], bytes]) -> None:
    """Change one part that is markup, sheets and texts more often than others."""
    markup = [at for at, (_, content) in enumerate(parts) if content.lstrip()[:1] == b"<"]
    weights = [6 if _VALUE.search(parts[at][1]) else 1 for at in markup]
    if markup:
        (at,) = chance.choices(markup, weights)
        name, content = parts[at]
        parts[at] = name, change(content)


def _one_of(chance: Random, pattern: re.Pattern[bytes], content: bytes) -> tuple[int, int] | None:
    found = [match.span() for match in pattern.finditer(content)]
    return chance.choice(found) if found else None


def _replaced(chance: Random, pattern: re.Pattern[bytes], content: bytes, new: bytes) -> bytes:
    span = _one_of(chance, pattern, content)
    return content if span is None else content[: span[0]] + new + content[span[1] :]


def _written(text: str) -> bytes:
    return escape(text).encode("utf-8", "surrogatepass")
