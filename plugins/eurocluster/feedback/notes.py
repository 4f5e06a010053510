"""Cell notes of a worksheet: the part with their texts and the drawing with their boxes.

Belongs here: new notes, notes added to those the partner wrote.
Does not belong here: what the notes say (marks.py).
"""

import math
import re
from collections.abc import Collection

from eurocluster.feedback.marks import LAST_COLUMN, LAST_ROW, NoteParagraph
from eurocluster.feedback.markup import DAMAGED, Document, Element, cell_text, with_prefix
from eurocluster.feedback.sheet_part import ColumnWidths
from eurocluster.reading.cells import UnreadableFile, cell_name
from eurocluster.reading.ooxml import NOTE_SEPARATOR

AUTHOR = "Eurocluster"
SEPARATOR = NOTE_SEPARATOR
NOTE_WIDTH = 340
_CHARACTERS_PER_LINE = 50
_LINE_HEIGHT = 17
_SHAPES_PER_BLOCK = 1024
_BOLD = b'<rPr><b/><sz val="9"/><color indexed="81"/><rFont val="Tahoma"/><family val="2"/></rPr>'
_PLAIN = b'<rPr><sz val="9"/><color indexed="81"/><rFont val="Tahoma"/><family val="2"/></rPr>'
_SHAPE_ID = re.compile(rb"_x0000_s(\d+)")
_ANCHOR = re.compile(rb"(<(?:\w+:)?Anchor>)([^<]*)(</(?:\w+:)?Anchor>)")
_ROOT_END = re.compile(rb"</(?:\w+:)?xml\s*>")
_SPACES = {
    b"v": b"urn:schemas-microsoft-com:vml",
    b"o": b"urn:schemas-microsoft-com:office:office",
    b"x": b"urn:schemas-microsoft-com:office:excel",
}
_SHAPE_TYPE = (
    b'<v:shapetype id="_x0000_t202" coordsize="21600,21600" o:spt="202"'
    b' path="m,l,21600r21600,l21600,xe"%s><v:stroke joinstyle="miter"/>'
    b'<v:path gradientshapeok="t" o:connecttype="rect"/></v:shapetype>'
)
_SHAPE = (
    b'<v:shape id="_x0000_s%d" type="#_x0000_t202" style="position:absolute;margin-left:60pt;'
    b'margin-top:2pt;width:%gpt;height:%gpt;z-index:%d;visibility:hidden" fillcolor="#ffffe1"'
    b' o:insetmode="auto"%s><v:fill color2="#ffffe1"/><v:shadow on="t" color="black"'
    b' obscured="t"/><v:path o:connecttype="none"/><v:textbox style="mso-direction-alt:auto">'
    b'<div style="text-align:left"></div></v:textbox><x:ClientData ObjectType="Note">'
    b"<x:MoveWithCells/><x:SizeWithCells/><x:Anchor>%s</x:Anchor><x:AutoFill>False</x:AutoFill>"
    b"<x:Row>%d</x:Row><x:Column>%d</x:Column></x:ClientData></v:shape>"
)
NOTE_DATA = re.compile(
    rb"""<(?:\w+:)?ClientData\s[^>]*ObjectType\s*=\s*["']Note["'].*?</(?:\w+:)?ClientData\s*>""",
    re.DOTALL,
)
_ROW = re.compile(rb"<((?:\w+:)?)Row>\s*(\d+)\s*</")
_COLUMN = re.compile(rb"<(?:\w+:)?Column>\s*(\d+)\s*</")
Note = tuple[NoteParagraph, ...]
Notes = dict[tuple[int, int], Note]
"""(row, column) → note, 1-based."""


def note_height(note: Note) -> int:
    """Return the height in pixels at which a note of the usual width shows whole."""
    lines = len(note) - 1
    for paragraph in note:
        for line in (paragraph.title, *paragraph.text.split("\n")):
            lines += max(1, math.ceil(len(line) / _CHARACTERS_PER_LINE))
    return min(lines * _LINE_HEIGHT + 14, 600)


def plain_text(note: Note) -> str:
    """Return a note as one text."""
    return "\n\n".join(f"{paragraph.title}\n{paragraph.text}" for paragraph in note)


def with_notes(texts: bytes | None, notes: Notes, space: str) -> bytes:
    """Return the part with the notes' texts; ours stand below what the partner wrote.

    Raises:
        UnreadableFile: F01, the partner's part is damaged.
    """
    if texts is None:
        texts = (
            b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<comments xmlns="%s">'
            b"<authors></authors><commentList></commentList></comments>"
        ) % space.encode()
    document = Document(texts)
    prefix = document.prefix
    authors, existing = document.root.first("authors"), document.root.first("commentList")
    if authors is None or existing is None:
        raise UnreadableFile("F01", DAMAGED)
    document.append(authors, with_prefix(b"<author>%s</author>" % AUTHOR.encode(), prefix))
    author = len(authors.children)
    by_cell = {comment.attributes.get("ref", ""): comment for comment in existing.all("comment")}
    new = []
    for (row, column), note in sorted(notes.items()):
        cell = cell_name(row, column)
        comment = by_cell.get(cell)
        text = comment.first("text") if comment else None
        if text is not None:
            _extend(document, text, with_prefix(_runs(note, f"\n\n{SEPARATOR}\n"), prefix))
            continue
        if comment is not None:
            document.remove(comment)
        entry = b'<comment ref="%s" authorId="%d"><text>%s</text></comment>'
        new.append(with_prefix(entry % (cell.encode(), author, _runs(note, "")), prefix))
    document.append(existing, b"".join(new))
    return document.edited()


def with_boxes(
    drawing: bytes | None,
    notes: Notes,
    widths: ColumnWidths,
    first_block: int,
    high_already: Collection[str] = (),
) -> bytes:
    """Return the drawing with a box for each note; a box that is there grows, unless told not to.

    `first_block` is the first thousand of shape numbers that no drawing of the workbook uses.
    The drawing is edited as bytes, since Excel's own are not always well-formed.
    """
    drawing = drawing or _new_drawing(first_block, len(notes))
    boxes = _boxes_there(drawing)
    spaces = b"".join(
        b' xmlns:%s="%s"' % (prefix, space)
        for prefix, space in _SPACES.items()
        if b"xmlns:" + prefix + b"=" not in drawing
    )
    edits: list[tuple[int, int, bytes]] = []
    new = [] if b'"_x0000_t202"' in drawing else [_SHAPE_TYPE % spaces]
    number = first_block * _SHAPES_PER_BLOCK
    for (row, column), note in sorted(notes.items()):
        height = note_height(note)
        there = boxes.get((row, column))
        if there is not None:
            if cell_name(row, column) in high_already:
                continue
            edits.append(
                _grown(drawing, there, height, _anchor(row, column, height, widths), widths)
            )
            continue
        number += 1
        new.append(
            _SHAPE
            % (
                number,
                NOTE_WIDTH * 0.75,
                height * 0.75,
                number % _SHAPES_PER_BLOCK,
                spaces,
                _anchor(row, column, height, widths),
                row - 1,
                column - 1,
            )
        )
    ends = [found.start() for found in _ROOT_END.finditer(drawing)]
    end = ends[-1] if ends else len(drawing)
    edits.append((end, end, b"".join(new)))
    for start, stop, piece in sorted(edits, reverse=True):
        drawing = drawing[:start] + piece + drawing[stop:]
    return drawing


def box_cell(data: bytes) -> tuple[int, int] | None:
    """Return (row, column), 1-based, of the cell to which a box belongs."""
    row, column = _ROW.search(data), _COLUMN.search(data)
    return (int(row[2]) + 1, int(column[1]) + 1) if row and column else None


def last_block(drawing: bytes) -> int:
    """Return the last thousand of shape numbers that a drawing uses."""
    numbers = [int(found[1]) // _SHAPES_PER_BLOCK for found in _SHAPE_ID.finditer(drawing)]
    return max(numbers, default=0)


def blocks_for(notes: int) -> int:
    """Return how many thousands of shape numbers so many notes need."""
    return notes // _SHAPES_PER_BLOCK + 1


def _runs(note: Note, before: str) -> bytes:
    runs = []
    for paragraph in note:
        title, text = cell_text(before + paragraph.title + "\n"), cell_text(paragraph.text)
        runs.append(b"<r>%s%s</r><r>%s%s</r>" % (_BOLD, title, _PLAIN, text))
        before = "\n\n"
    return b"".join(runs)


def _extend(document: Document, text: Element, runs: bytes) -> None:
    """Put runs below the text of a note; a text without runs becomes the first one."""
    prefix = document.prefix
    if text.inside == text.end:
        document.append(text, runs)
        return
    plain = text.first("t")
    if plain is not None:
        document.insert(plain.start, with_prefix(b"<r>", prefix))
        document.insert(plain.end, with_prefix(b"</r>", prefix) + runs)
        return
    written = text.all("r")
    document.insert(written[-1].end if written else text.inside, runs)


def _boxes_there(drawing: bytes) -> dict[tuple[int, int], tuple[int, int]]:
    """(row, column) of each note's box → where the box says so."""
    found = ((box_cell(data[0]), data.span()) for data in NOTE_DATA.finditer(drawing))
    return {place: span for place, span in found if place is not None}


def _grown(
    drawing: bytes, box: tuple[int, int], height: int, anchor: bytes, widths: ColumnWidths
) -> tuple[int, int, bytes]:
    """Make a box higher by a height in pixels; one that says nothing of its size gets a new one."""
    found = _ANCHOR.search(drawing, *box)
    if found is None:
        row = _ROW.search(drawing, *box)
        start = row.start() if row else box[1]
        prefix = row[1] if row else b""
        return start, start, b"<%sAnchor>%s</%sAnchor>" % (prefix, anchor, prefix)
    figures = found[2].split(b",")
    if len(figures) == 8 and figures[6].strip().isdigit():
        bottom = int(figures[6]) + math.ceil(height / widths.row_height)
        figures[6] = b" %d" % min(bottom, LAST_ROW - 1)
    return (*found.span(2), b",".join(figures))


def _anchor(row: int, column: int, height: int, widths: ColumnWidths) -> bytes:
    """Place a box to the right of a cell: column, pixels, row, pixels, of two corners."""
    left = min(column, LAST_COLUMN - 6)
    right, rest = left, NOTE_WIDTH + 15
    while rest > widths.of(right + 1) and right < LAST_COLUMN - 1:
        rest -= widths.of(right + 1)
        right += 1
    rows = math.ceil(height / widths.row_height)
    top = max(min(row - 1, LAST_ROW - 1 - rows), 0)
    return b"%d, 15, %d, 2, %d, %d, %d, 2" % (left, top, right, rest, top + rows)


def _new_drawing(first_block: int, notes: int) -> bytes:
    blocks = ",".join(str(first_block + more) for more in range(blocks_for(notes)))
    return (
        b'<xml xmlns:v="urn:schemas-microsoft-com:vml"'
        b' xmlns:o="urn:schemas-microsoft-com:office:office"'
        b' xmlns:x="urn:schemas-microsoft-com:office:excel"><o:shapelayout v:ext="edit">'
        b'<o:idmap v:ext="edit" data="%s"/></o:shapelayout></xml>'
    ) % blocks.encode()
