"""Marks of an earlier check, in a workbook that the partner mended and sent again.

A workbook with our result sheet has a defined name for it. Only then are cells in our colours and
notes of ours taken for marks, and taken away before new ones are made.

Belongs here: finding the earlier result sheet, taking away notes.
Does not belong here: colours of cells (styles.py, rows.py), new notes (notes.py).
"""

import re
from collections.abc import Collection, Sequence

from eurocluster.feedback.markup import Document, Element
from eurocluster.feedback.notes import AUTHOR, NOTE_DATA, SEPARATOR, box_cell
from eurocluster.feedback.workbook_part import SheetEntry
from eurocluster.reading.cells import cell_name
from eurocluster.reading.ooxml import RESULT_NAME

_OUR_TEXT = re.compile(r"[EWIF][0-9]{2} · ")
_SHAPE_START = re.compile(rb"<(?:\w+:)?shape[\s>]")
_SHAPE_END = re.compile(rb"</(?:\w+:)?shape\s*>")


def earlier_result(workbook: Document, entries: Sequence[SheetEntry]) -> int | None:
    """Return the position of our earlier result sheet among the sheets, None without one."""
    names = workbook.root.first("definedNames")
    for defined in names.children if names else ():
        if defined.attributes.get("name") == RESULT_NAME:
            sheet = _text_of(workbook, defined).rpartition("!")[0].lstrip("$").strip("'")
            for position, entry in enumerate(entries):
                if entry.name == sheet.replace("''", "'") and entry.kind == "worksheet":
                    return position
    return None


def without_our_notes(texts: bytes) -> tuple[bytes, set[str], set[str]]:
    """Return the notes without ours, the cells that have none now, and those that keep another."""
    document = Document(texts)
    authors, listed = document.root.first("authors"), document.root.first("commentList")
    names = [_text_of(document, author) for author in authors.children] if authors else []
    gone: set[str] = set()
    shortened: set[str] = set()
    for comment in listed.children if listed else ():
        cell, author = comment.attributes.get("ref", ""), comment.attributes.get("authorId", "")
        text = comment.first("text")
        if text is None:
            continue
        written = "".join(_text_of(document, piece) for piece in _pieces(text))
        by_us = author.isdecimal() and int(author) < len(names) and names[int(author)] == AUTHOR
        if by_us or _OUR_TEXT.match(written):
            document.remove(comment)
            gone.add(cell)
        elif SEPARATOR in written:
            _cut(document, text)
            shortened.add(cell)
    return document.edited(), gone, shortened


def without_boxes(drawing: bytes, cells: Collection[str]) -> bytes:
    """Return a drawing without the boxes of some cells' notes."""
    edits = []
    for data in NOTE_DATA.finditer(drawing):
        place = box_cell(data[0])
        if place is None or cell_name(*place) not in cells:
            continue
        starts = [found.start() for found in _SHAPE_START.finditer(drawing, 0, data.start())]
        end = _SHAPE_END.search(drawing, data.end())
        if starts and end:
            edits.append((starts[-1], end.end()))
    for start, stop in reversed(edits):
        drawing = drawing[:start] + drawing[stop:]
    return drawing


def _pieces(text: Element) -> list[Element]:
    """The `<t>` elements of a text in order."""
    pieces = []
    for child in text.children:
        pieces += [child] if child.name == "t" else child.all("t") if child.name == "r" else []
    return pieces


def _cut(document: Document, text: Element) -> None:
    """Take away our part of a note: the line with our name and all below it."""
    separator = SEPARATOR.encode("utf-8")
    ours = False
    for child in text.children:
        piece = child if child.name == "t" else child.first("t")
        if piece is None:
            continue
        if ours:
            document.remove(child)
            continue
        start = document.data.find(separator, piece.inside, piece.inside_end)
        if start >= 0:
            ours = True
            kept = document.data[piece.inside : start].rstrip()
            if kept:
                document.replace(piece.inside, piece.inside_end, kept)
            else:
                document.remove(child)


def _text_of(document: Document, element: Element) -> str:
    raw = document.data[element.inside : element.inside_end].decode("utf-8")
    for reference, character in (("&apos;", "'"), ("&quot;", '"'), ("&lt;", "<"), ("&gt;", ">")):
        raw = raw.replace(reference, character)
    return raw.replace("&amp;", "&")
