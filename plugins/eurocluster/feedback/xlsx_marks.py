"""The partner's own workbook with marks: everything that is not a mark stays byte for byte.

Belongs here: which parts change, and in which order they are written.
Does not belong here: how each part changes (sheet_part.py, styles.py, notes.py, workbook_part.py).
"""

import posixpath
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from eurocluster.feedback.earlier import earlier_result, without_boxes, without_our_notes
from eurocluster.feedback.marks import (
    LAST_ROW,
    Marked,
    Places,
    Summary,
    note_of,
    shown_by_sheet,
    worst,
)
from eurocluster.feedback.markup import Document
from eurocluster.feedback.notes import Notes, blocks_for, last_block, with_boxes, with_notes
from eurocluster.feedback.package import (
    CONTENT_TYPES,
    ContentTypes,
    Package,
    PackageWriter,
    Relations,
)
from eurocluster.feedback.result_page import lay_out
from eurocluster.feedback.result_part import result_part
from eurocluster.feedback.sheet_part import (
    ColumnWidths,
    SheetPart,
    notes_reference,
    refer_to_notes,
    to_shown_cells,
)
from eurocluster.feedback.styles import StyleBook, new_styles
from eurocluster.feedback.workbook_part import (
    SheetEntry,
    app_properties,
    place_in,
    sheet_entries,
    sheet_name,
    with_first_sheet,
    with_first_title,
    with_sheet_opened,
)
from eurocluster.reading.cells import cell_name
from eurocluster.wording import Say

NOTES_AT_MOST = 5_000
_SIGNATURES = "_xmlsignatures/"
_TYPE = "application/vnd.openxmlformats-officedocument."
_SHEET_TYPE = _TYPE + "spreadsheetml.worksheet+xml"
_STYLES_TYPE = _TYPE + "spreadsheetml.styles+xml"
_NOTES_TYPE = _TYPE + "spreadsheetml.comments+xml"
_DRAWING_TYPE = _TYPE + "vmlDrawing"


@dataclass(slots=True)
class _NotesParts:
    """The two parts of a sheet's notes, and whether they are new."""

    texts: str
    drawing: str
    has_texts: bool
    has_drawing: bool


@dataclass(slots=True)
class _Prepared:
    """A sheet to be marked, looked at once."""

    wanted: Places
    tail: Document
    relations: Relations
    notes: _NotesParts | None


def mark_workbook(
    source: Path,
    summary: Summary,
    findings: Sequence[Marked],
    say: Say,
    out: Path,
    *,
    notes_at_most: int = NOTES_AT_MOST,
) -> None:
    """Write a copy of an `.xlsx` or `.xlsm` with coloured cells, notes and a first result sheet.

    `out` is written in place: whoever needs all or nothing writes beside it and renames.

    Raises:
        UnreadableFile: F01, the workbook is damaged.
        OSError: `out` cannot be written.
    """
    with Package(source) as package, PackageWriter(out) as writer:
        _Marking(package, writer, say, notes_at_most).write(summary, findings)


class _Marking:
    """One workbook on its way."""

    def __init__(
        self, package: Package, writer: PackageWriter, say: Say, notes_at_most: int
    ) -> None:
        self._package = package
        self._writer = writer
        self._say = say
        self._notes_at_most = notes_at_most
        self._types = ContentTypes(package)
        self._workbook = Document(package.read(package.workbook))
        self._space = self._workbook.root.space
        self._relations = Relations(package, package.workbook)
        self._done: set[str] = set()
        self._new_names: list[str] = []
        self._remarks: list[str] = []
        self._blocks = self._last_block()

    def write(self, summary: Summary, findings: Sequence[Marked]) -> None:
        entries = sheet_entries(self._workbook, self._relations)
        earlier = earlier_result(self._workbook, entries)
        if earlier is None:
            result = sheet_name(self._say("result"), [entry.name for entry in entries])
            result_name = self._free("worksheets/sheet{}.xml")
            relation = self._relations.add("worksheet", result_name)
            self._types.add(result_name, _SHEET_TYPE)
        else:
            result_name = entries[earlier].part
        styles_name, styles = self._styles()
        unmarked = styles.unmarked if earlier is not None else None
        shown = shown_by_sheet(findings)
        sheets = {entry.part.casefold(): entry for entry in reversed(entries)}
        if earlier is not None:
            del sheets[result_name.casefold()]
        prepared = {
            entry.part: self._prepare(entry.part, shown.get(entry.name, {}))
            for entry in sheets.values()
            if entry.kind == "worksheet" and (entry.name in shown or earlier is not None)
        }
        signed = self._drop_signature()
        # First in the file, as programs that look at the first bytes expect.
        self._put(CONTENT_TYPES, self._types.edited())
        for entry in sheets.values():
            if entry.part in prepared:
                self._marked_sheet(entry, prepared[entry.part], styles, unmarked)
            elif entry.part in self._package:
                self._unselected_sheet(entry.part)
        if earlier is None:
            self._add_sheet(entries, result, relation)
        else:
            self._put(self._package.workbook, with_sheet_opened(self._workbook, earlier))
        if self._relations.changed:
            self._put(self._relations.part, self._relations.edited())
        names = {entry.name for entry in entries}

        def link_of(sheet: str, cell: str) -> str | None:
            return place_in(sheet, cell) if sheet in names else None

        page = lay_out(summary, findings, self._say, link_of, self._remarks)
        self._put(result_name, result_part(page, styles, self._space))
        self._put(styles_name, styles.edited())
        for name in self._package.names:
            untouched = name.casefold() not in self._done
            if untouched and not (signed and name.casefold().startswith(_SIGNATURES)):
                self._writer.write(name, self._package.bytes_of(name), self._package.info(name))

    def _unselected_sheet(self, name: str) -> None:
        part = SheetPart(self._package.stream(name))
        if part.is_selected():
            part.unselect()
            self._stream(name, part.passed())

    def _prepare(self, name: str, wanted: Places) -> _Prepared:
        part = SheetPart(self._package.stream(name))
        tail = part.tail()
        relations = Relations(self._package, name)
        notes = self._notes_parts(relations, tail, part, needed=bool(wanted))
        inside = {place: found for place, found in wanted.items() if place[0] <= LAST_ROW}
        return _Prepared(to_shown_cells(inside, tail), tail, relations, notes)

    def _marked_sheet(
        self,
        entry: SheetEntry,
        prepared: _Prepared,
        styles: StyleBook,
        unmarked: Callable[[int], int] | None,
    ) -> None:
        part = SheetPart(self._package.stream(entry.part))
        if part.is_selected():
            part.unselect()
        placed: Places = {}
        rewritten = part.rewritten(prepared.wanted, styles.marked, prepared.tail, placed, unmarked)
        self._stream(entry.part, rewritten)
        relations = prepared.relations
        if prepared.notes is not None:
            marks_before = unmarked is not None
            notes = self._notes(entry, relations, placed)
            self._write_notes(prepared.notes, notes, part.column_widths(), again=marks_before)
        if relations.changed:
            self._put(relations.part, relations.edited())

    def _notes_parts(
        self, relations: Relations, tail: Document, part: SheetPart, *, needed: bool
    ) -> _NotesParts | None:
        texts = relations.part_of_kind("comments")
        reference = notes_reference(tail)
        drawing = relations.kind_and_part(reference)[1] if reference is not None else None
        if not needed and (texts is None or drawing is None):
            return None
        found = _NotesParts(
            texts or self._free("comments{}.xml"),
            drawing or self._free("drawings/vmlDrawing{}.vml"),
            texts is not None,
            drawing is not None,
        )
        if not found.has_texts:
            relations.add("comments", found.texts)
            self._types.add(found.texts, _NOTES_TYPE)
        if not found.has_drawing:
            relation = relations.add("vmlDrawing", found.drawing)
            refer_to_notes(tail, relation, self._package.relations_space, part.prefix)
            self._types.add_default("vml", _DRAWING_TYPE)
        return found

    def _notes(self, entry: SheetEntry, relations: Relations, placed: Places) -> Notes:
        """The notes of a sheet, as many as it may have, errors first."""
        threads = self._threads(relations)
        candidates = [place for place in placed if cell_name(*place) not in threads]
        if len(candidates) < len(placed):
            self._remarks.append(
                self._say(
                    "Sheet {sheet}: {count} coloured cells have a conversation of yours, which we"
                    " left alone; what we found there is only in the list below.",
                    sheet=entry.name,
                    count=len(placed) - len(candidates),
                )
            )
        candidates.sort(key=lambda place: (worst(placed[place]) != "ERROR", place))
        notes: Notes = {
            place: note_of(placed[place], self._say)
            for place in islice(candidates, self._notes_at_most)
        }
        if len(candidates) > self._notes_at_most:
            self._remarks.append(too_many_notes(self._say, entry.name, len(notes), len(placed)))
        return notes

    def _write_notes(
        self, parts: _NotesParts, notes: Notes, widths: ColumnWidths, *, again: bool
    ) -> None:
        texts = self._package.read(parts.texts) if parts.has_texts else None
        drawing = b"".join(self._package.bytes_of(parts.drawing)) if parts.has_drawing else None
        high_already: set[str] = set()
        if again and texts is not None:
            texts, gone, high_already = without_our_notes(texts)
            drawing = without_boxes(drawing, gone) if drawing is not None else None
        self._put(parts.texts, with_notes(texts, notes, self._space))
        block = self._blocks + 1
        self._blocks += blocks_for(len(notes))
        self._put(parts.drawing, with_boxes(drawing, notes, widths, block, high_already))

    def _threads(self, relations: Relations) -> set[str]:
        part = relations.part_of_kind("threadedComment")
        if part is None or part not in self._package:
            return set()
        threads = Document(self._package.read(part)).root
        return {thread.attributes.get("ref", "") for thread in threads.children}

    def _styles(self) -> tuple[str, StyleBook]:
        name = self._relations.part_of_kind("styles")
        if name is not None and name in self._package:
            return name, StyleBook(self._package.read(name))
        name = posixpath.join(self._package.folder, "styles.xml")
        self._relations.add("styles", name)
        self._types.add(name, _STYLES_TYPE)
        return name, StyleBook(new_styles(self._space))

    def _drop_signature(self) -> bool:
        root = Relations(self._package, "")
        root.drop_targets(_SIGNATURES)
        if not root.changed:
            return False
        self._types.drop(_SIGNATURES)
        self._put(root.part, root.edited())
        self._remarks.append(
            self._say(
                "Your workbook carried a digital signature. This copy does not: a signature is"
                " only valid for the unchanged file."
            )
        )
        return True

    def _add_sheet(self, entries: list[SheetEntry], result: str, relation: str) -> None:
        space = self._package.relations_space
        self._put(self._package.workbook, with_first_sheet(self._workbook, result, relation, space))
        properties = app_properties(self._package)
        if properties is not None and entries:
            before = self._package.read(properties)
            after = with_first_title(before, result, entries[0].name)
            if after != before:
                self._put(properties, after)

    def _last_block(self) -> int:
        drawings = (name for name in self._package.names if name.casefold().endswith(".vml"))
        return max(
            (last_block(b"".join(self._package.bytes_of(name))) for name in drawings), default=0
        )

    def _free(self, pattern: str) -> str:
        name = self._package.free_name(pattern, self._new_names)
        self._new_names.append(name)
        return name

    def _put(self, name: str, content: bytes) -> None:
        self._stream(name, iter((content,)))

    def _stream(self, name: str, pieces: Iterator[bytes]) -> None:
        self._done.add(name.casefold())
        like = self._package.info(name) if name in self._package else None
        self._writer.write(self._package.real_name(name), pieces, like)


def too_many_notes(say: Say, sheet: str, notes: int, cells: int) -> str:
    """Say that not every coloured cell has a note."""
    return say(
        "Sheet {sheet}: {notes} of {cells} coloured cells have a note; more would make the"
        " workbook too slow. Look for the others in the list below.",
        sheet=sheet,
        notes=notes,
        cells=cells,
    )
