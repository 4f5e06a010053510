"""What the sheets of an Office Open XML workbook refer to: parts, styles, strings, comments.

Belongs here: relations between parts, shared strings, what a style says about a cell, comments.
Does not belong here: the cells of a sheet (xlsx.py, plain_cells.py), number formats.
"""

import posixpath
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element
from xml.parsers import expat

from eurocluster.reading.archive import DAMAGED, Archive, local_name
from eurocluster.reading.cells import UnreadableFile
from eurocluster.reading.grid import LAST_COLUMN, RED, STRUCK
from eurocluster.reading.number_formats import BUILTIN, Meaning, meaning_of
from eurocluster.reading.plain_markup import PIECE, PlainPart, unescaped

Attributes = dict[str, str]
Relations = dict[str, tuple[str, str]]
"""Relation id → (kind, part name)."""

TRUE = frozenset({"1", "true", "on"})
RESULT_NAME = "eurocluster_result"
"""Defined name of cell A1 of the result sheet in a workbook that we gave back."""
NOTE_SEPARATOR = "— Eurocluster —"
"""Stands above our part of a note that the partner began."""
HOW_TO_NAME = "eurocluster_how_to"
"""Defined name of cell A1 of the instructions in a template of ours."""

_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_CELL = re.compile(r"\$?([A-Z]{1,3})\$?(\d{1,7})")
_OUR_NOTE = re.compile(r"(?:Eurocluster:\s*)?[EWIF][0-9]{2} · ")
_INDEXED_RED = frozenset({"2", "10", "16"})
_PLAIN_STRING = re.compile(r'<si>(?:<t(?: xml:space="preserve")?>([^<]*)</t>|<t ?/>)</si>')


@dataclass(frozen=True, slots=True)
class Strings:
    """The texts that cells name by number; ``marks`` are those whose every run is struck or red."""

    texts: list[str | None] = field(default_factory=list)
    marks: dict[int, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Styles:
    """Style number as a cell names it → what it says.

    Attributes:
        meanings: Only styles that show dates or times.
        marks: Only styles that strike the text through, or colour text or cell red.
    """

    meanings: Mapping[str, Meaning] = field(default_factory=dict)
    marks: Mapping[str, str] = field(default_factory=dict)


def workbook_part(archive: Archive) -> str:
    """Name the part that lists the sheets."""
    for kind, part in relations_of(archive, "").values():
        if kind == "officeDocument":
            return part
    return "xl/workbook.xml"


def relations_of(archive: Archive, part: str) -> Relations:
    """Return everything that a part refers to; "" is the package itself."""
    folder, name = posixpath.split(part)
    relations = posixpath.join(folder, "_rels", name + ".rels")
    if relations not in archive:
        return {}
    return {
        relation.get("Id", ""): (
            relation.get("Type", "").rpartition("/")[2],
            _resolve(folder, relation.get("Target", "")),
        )
        for relation in archive.tree(relations)
    }


def part_of_kind(relations: Relations, kind: str) -> str | None:
    """Name the first part of a kind."""
    return next((part for found, part in relations.values() if found == kind), None)


def children(root: Element, group: str, name: str) -> list[Element]:
    """Return the elements of a name inside the groups of a name."""
    return [
        child
        for parent in root
        if local_name(parent.tag) == group
        for child in parent
        if local_name(child.tag) == name
    ]


def column_number(letters: str) -> int:
    """Return the 1-based column.

    Raises:
        UnreadableFile: F01, no spreadsheet has such a column.
    """
    column = 0
    for letter in letters:
        column = column * 26 + ord(letter) - ord("A") + 1
    if not (letters.isascii() and letters.isupper() and 1 <= column <= LAST_COLUMN):
        raise UnreadableFile("F01", DAMAGED)
    return column


def text_of(raw: str) -> str | None:
    """Return a stored text without the escapes of the format; an empty text is a blank."""
    if "_x" in raw:
        raw = _ESCAPED.sub(lambda found: chr(int(found[1], 16)), raw)
        raw = raw.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return raw or None


def read_styles(archive: Archive, relations: Relations) -> Styles:
    """Read what the styles of cells say."""
    part = part_of_kind(relations, "styles")
    if part is None or part not in archive:
        return Styles()
    root = archive.tree(part)
    own = {
        element.get("numFmtId", ""): meaning_of(element.get("formatCode", ""))
        for element in children(root, "numFmts", "numFmt")
    }
    fonts = [_mark_of_font(font) for font in children(root, "fonts", "font")]
    fills = [_mark_of_fill(fill) for fill in children(root, "fills", "fill")]
    meanings: dict[str, Meaning] = {}
    marks: dict[str, str] = {}
    for index, element in enumerate(children(root, "cellXfs", "xf")):
        number = element.get("numFmtId", "0")
        meaning = own.get(number)
        if meaning is None:
            meaning = BUILTIN.get(int(number)) if number.isdecimal() else None
        if meaning is not None and meaning is not Meaning.NUMBER:
            meanings[str(index)] = meaning
        font, fill = _at(fonts, element.get("fontId")), _at(fills, element.get("fillId"))
        if STRUCK in (font, fill):
            marks[str(index)] = STRUCK
        elif RED in (font, fill):
            marks[str(index)] = RED
    return Styles(meanings, marks)


def read_strings(archive: Archive, relations: Relations) -> Strings:
    """Read the shared strings: rich text joined, spoken readings left out."""
    part = part_of_kind(relations, "sharedStrings")
    if part is None or part not in archive:
        return Strings()
    stream = _StringStream()
    PlainPart(b"sst", b"si", stream.parser).stream(archive.pieces(part, PIECE), stream.take)
    return stream.strings


def read_comments(archive: Archive, relations: Relations) -> dict[tuple[int, int], str]:
    """Return the text pinned to each cell of a sheet.

    A conversation is its texts, one per line; the notice that older programs show for it is not.
    """
    comments: dict[tuple[int, int], str] = {}
    for kind, part in relations.values():
        if kind == "comments" and part in archive:
            comments |= _notes(archive.tree(part))
    talks: dict[tuple[int, int], list[str]] = {}
    for kind, part in relations.values():
        if kind == "threadedComment" and part in archive:
            for element in archive.tree(part):
                place, text = _place(element), _text_inside(element).strip()
                if place is not None and text:
                    talks.setdefault(place, []).append(text)
    return comments | {place: "\n".join(texts) for place, texts in talks.items()}


def without_our_notes(comments: dict[tuple[int, int], str]) -> dict[tuple[int, int], str]:
    """Return what the partner pinned to cells of a workbook that we gave back before."""
    own = {place: text.partition(NOTE_SEPARATOR)[0].strip() for place, text in comments.items()}
    return {place: text for place, text in own.items() if text and not _OUR_NOTE.match(text)}


def mark_of_run(name: str, attributes: Attributes) -> str | None:
    """Return what a property of a run of rich text says: struck through or red."""
    if name == "strike":
        return STRUCK if attributes.get("val", "1") in TRUE else None
    return RED if _is_red(attributes) else None


def mark_of_runs(runs: list[str | None]) -> str | None:
    """Return what every run of a rich text says: struck through before red."""
    if None in runs or not runs:
        return None
    return STRUCK if runs.count(STRUCK) == len(runs) else RED


def _resolve(folder: str, target: str) -> str:
    target = target.replace("\\", "/")
    return posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")


def _at(marks: list[str | None], index: str | None) -> str | None:
    place = int(index) if index is not None and index.isdecimal() else 0
    return marks[place] if place < len(marks) else None


def _mark_of_font(font: Element) -> str | None:
    mark = None
    for part in font:
        name = local_name(part.tag)
        if name == "strike" and part.get("val", "1") in TRUE:
            return STRUCK
        if name == "color" and _is_red(part):
            mark = RED
    return mark


def _mark_of_fill(fill: Element) -> str | None:
    for pattern in fill:
        if local_name(pattern.tag) == "patternFill" and pattern.get("patternType") == "solid":
            for colour in pattern:
                if local_name(colour.tag) == "fgColor" and _is_red(colour):
                    return RED
    return None


def _is_red(colour: Element | Attributes) -> bool:
    """Tell the reds that people choose; the colours of a theme are not followed."""
    rgb = colour.get("rgb")
    if rgb is None:
        return colour.get("indexed") in _INDEXED_RED
    try:
        red, green, blue = bytes.fromhex(rgb[-6:])
    except ValueError:
        return False
    return is_red(red, green, blue)


def is_red(red: int, green: int, blue: int) -> bool:
    """Tell a strong red from orange, pink and brown."""
    return red >= 0x90 and max(green, blue) <= 0x50


def _place(element: Element) -> tuple[int, int] | None:
    found = _CELL.fullmatch(element.get("ref", ""))
    return None if found is None else (int(found[2]), column_number(found[1]))


def _text_inside(element: Element) -> str:
    """Join the texts of an element, spoken readings left out."""
    if local_name(element.tag) == "rPh":
        return ""
    if local_name(element.tag) in {"t", "text"} and not len(element):
        return text_of(element.text or "") or ""
    return "".join(map(_text_inside, element))


def _notes(root: Element) -> dict[tuple[int, int], str]:
    notes = {}
    for comment in children(root, "commentList", "comment"):
        place, text = _place(comment), _text_inside(comment).strip()
        if place is not None and text:
            notes[place] = text
    return notes


class _StringStream:
    """The shared strings on their way into a list."""

    def __init__(self) -> None:
        self.strings = Strings()
        self.parser = expat.ParserCreate()
        self.parser.buffer_text = True
        self._connect()

    def take(self, markup: str) -> bool:
        """Take strings without formats; say whether there was nothing else."""
        pieces = _PLAIN_STRING.split(markup)
        if any(pieces[::2]):
            return False
        self.strings.texts.extend(
            (text_of(unescaped(raw)) if "&" in raw or "_x" in raw else raw) if raw else None
            for raw in pieces[1::2]
        )
        return True

    def _connect(self) -> None:
        parser, strings = self.parser, self.strings
        pieces: list[str] = []
        spoken = False
        prefix: str | None = None
        run: str | None = None
        runs: list[str | None] = []

        def start(tag: str, attributes: Attributes) -> None:
            nonlocal prefix, spoken, run
            if prefix is None:
                prefix = tag[: -len(tag.rpartition(":")[2])]
            name = tag.removeprefix(prefix)
            if name == "t" and not spoken:
                parser.CharacterDataHandler = pieces.append
            elif name == "si":
                pieces.clear()
                runs.clear()
            elif name == "rPh":
                spoken = True
            elif name == "r":
                run = None
            elif name in {"strike", "color"}:
                run = mark_of_run(name, attributes) or run

        def end(tag: str) -> None:
            nonlocal spoken
            name = tag.removeprefix(prefix or "")
            if name == "t":
                parser.CharacterDataHandler = None
            elif name == "r":
                runs.append(run)
            elif name == "si":
                if mark := mark_of_runs(runs):
                    strings.marks[len(strings.texts)] = mark
                strings.texts.append(text_of("".join(pieces)))
            elif name == "rPh":
                spoken = False

        parser.StartElementHandler = start
        parser.EndElementHandler = end
