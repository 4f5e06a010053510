"""Sheets of an Office Open XML workbook (.xlsx, .xlsm), streamed: only cells with a value cost.

The sheet's own XML is read because every ready-made reader loses something: openpyxl builds an
object for each formatted blank cell, or believes a stale `<dimension>` and drops rows; calamine
returns error cells as blanks and aborts the process on a stray cell far away. Sheets as programs
write them take a way without a parser (plain_cells.py), which gives the same cells and notes.

Belongs here: the sheets in order, a sheet's XML, types of stored values.
Does not belong here: the other parts (ooxml.py), number formats, merged cells (grid.py), sizes.
"""

import re
from collections.abc import Callable
from datetime import datetime, time
from xml.etree.ElementTree import Element
from xml.parsers import expat

from eurocluster.reading.archive import DAMAGED, Archive, local_name
from eurocluster.reading.cells import ErrorValue, Range, ReadingNote, Sheet, UnreadableFile, Value
from eurocluster.reading.grid import LAST_COLUMN, Budget, Grid, mark_of_row
from eurocluster.reading.number_formats import Meaning, read_number, read_serial
from eurocluster.reading.ooxml import (
    HOW_TO_NAME,
    RESULT_NAME,
    TRUE,
    Attributes,
    Strings,
    Styles,
    children,
    column_number,
    mark_of_run,
    mark_of_runs,
    read_comments,
    read_strings,
    read_styles,
    relations_of,
    text_of,
    without_our_notes,
    workbook_part,
)
from eurocluster.reading.plain_cells import PlainCells
from eurocluster.reading.plain_markup import PIECE, PlainPart

_DIGITS = "0123456789"
_RANGE = re.compile(r"\$?([A-Z]{1,3})\$?(\d{1,7})(?::\$?([A-Z]{1,3})\$?(\d{1,7}))?")
_NO_CELL: Attributes = {}


def read_xlsx(
    archive: Archive, *, parser_only: bool = False
) -> tuple[tuple[Sheet, ...], tuple[ReadingNote, ...]]:
    """Read every worksheet with its stored values, in the workbook's order.

    Formulas give the value that was stored when the file was saved; one without gives a blank and
    a note W14. Chart and macro sheets have no cells and are left out, and so are sheets of ours:
    the result in a workbook that we gave back, the instructions of a template.

    Args:
        archive: The workbook.
        parser_only: Take no short cut; the tests hold both ways against each other.

    Raises:
        UnreadableFile: F01, a part is missing or makes no sense.
    """
    part = workbook_part(archive)
    workbook = archive.tree(part)
    relations = relations_of(archive, part)
    strings = read_strings(archive, relations)
    styles = read_styles(archive, relations)
    from_1904 = any(
        element.get("date1904", "").lower() in TRUE
        for element in workbook
        if local_name(element.tag) == "workbookPr"
    )
    budget = Budget()
    sheets: list[Sheet] = []
    notes: list[ReadingNote] = []
    ours = _our_sheets(workbook)
    for entry in children(workbook, "sheets", "sheet"):
        kind, part = relations.get(_relation(entry), ("", ""))
        if kind != "worksheet" or entry.get("name", "") in ours:
            continue
        grid = Grid(entry.get("name", ""), budget)
        grid.visible = entry.get("state", "visible") == "visible"
        grid.from_1904 = from_1904
        comments = read_comments(archive, relations_of(archive, part))
        grid.comments = without_our_notes(comments) if ours else comments
        stream = _SheetStream(grid, strings, styles, from_1904=from_1904)
        stream.read(archive, part, parser_only=parser_only)
        sheet, sheet_notes = grid.finish()
        sheets.append(sheet)
        notes.extend(sheet_notes)
    return tuple(sheets), tuple(notes)


def _our_sheets(workbook: Element) -> frozenset[str]:
    """Return the names of sheets that we put into a workbook given back, or into a template."""
    return frozenset(
        (name.text or "").rpartition("!")[0].lstrip("$").strip("'").replace("''", "'")
        for name in children(workbook, "definedNames", "definedName")
        if name.get("name") in (RESULT_NAME, HOW_TO_NAME)
    )


def _relation(entry: Element) -> str:
    return next((value for name, value in entry.items() if name.endswith("}id")), "")


class _SheetStream:
    """One worksheet part on its way into a grid."""

    def __init__(
        self,
        grid: Grid,
        strings: Strings,
        styles: Styles,
        *,
        from_1904: bool,
    ) -> None:
        self._grid = grid
        self._strings = strings.texts
        self._meanings = styles.meanings
        self._style_marks = styles.marks
        self._string_marks = strings.marks
        self._from_1904 = from_1904
        self._dates: dict[tuple[str, str], Value] = {}

    def read(self, archive: Archive, part: str, *, parser_only: bool) -> None:
        """Stream the part; cells without a value are passed over without a trace."""
        parser = expat.ParserCreate()
        parser.buffer_text = True
        start, end = self._handlers(parser)
        parser.StartElementHandler = start
        parser.EndElementHandler = end
        if parser_only:
            archive.stream(part, parser)
            return
        cells = PlainCells(
            self._grid, self._convert_all, self._mark_of if self._has_marks else None
        )
        plain = PlainPart(b"worksheet", b"row", parser, group=b"sheetData")
        plain.stream(archive.pieces(part, PIECE), cells.take)

    @property
    def _has_marks(self) -> bool:
        return bool(self._style_marks or self._string_marks)

    def _mark_of(self, raw: str, kind: str | None, style: str | None) -> str | None:
        mark = self._style_marks.get(style or "0")
        if kind == "s":
            index = int(raw)
            return (mark or self._string_marks.get(index)) if self._strings[index] else None
        return mark

    def _handlers(
        self, parser: expat.XMLParserType
    ) -> tuple[Callable[[str, Attributes], None], Callable[[str], None]]:
        # Closures over local variables: this runs for every cell of every file, twice.
        grid, convert = self._grid, self._convert
        pieces: list[str] = []
        take = pieces.append
        row: list[Value] = []
        row_number = last_row = column = 0
        hidden = formula = filled = spoken = False
        cell = _NO_CELL
        prefix: str | None = None
        has_marks, mark_of = self._has_marks, self._mark_of
        marks: list[str] = []
        runs: list[str | None] = []
        run: str | None = None
        count = 0
        tag_row = tag_cell = tag_value = tag_text = tag_formula = ""
        columns: dict[str, int] = {}

        def column_of(cell: Attributes) -> int:
            nonlocal row_number
            reference = cell.get("r")
            if reference is None:
                return column
            letters = reference.rstrip(_DIGITS)
            if not row_number:
                row_number = _row_number(reference[len(letters) :])
            return columns.get(letters) or columns.setdefault(letters, column_number(letters))

        def start(tag: str, attributes: Attributes) -> None:
            nonlocal row_number, column, cell, hidden, formula, filled, spoken, run
            nonlocal prefix, tag_row, tag_cell, tag_value, tag_text, tag_formula
            if tag == tag_cell:
                if "r" not in attributes:
                    column = column_of(cell) + 1
                cell = attributes
                formula = filled = False
            elif tag == tag_value or (
                tag == tag_text and not spoken and cell.get("t") == "inlineStr"
            ):
                if not filled:
                    pieces.clear()
                    filled = True
                parser.CharacterDataHandler = take
            elif tag == tag_formula:
                formula = True
            elif tag == tag_row:
                number = attributes.get("r")
                row_number = _row_number(number) if number else 0
                hidden = attributes.get("hidden", "") in TRUE
                column = 0
                cell = _NO_CELL
            elif prefix is None:
                prefix = tag[: -len(tag.rpartition(":")[2])]
                tag_row, tag_cell, tag_formula = prefix + "row", prefix + "c", prefix + "f"
                tag_value, tag_text = prefix + "v", prefix + "t"
            elif tag == prefix + "rPh":
                spoken = True
            elif tag == prefix + "r":
                run = None
            elif tag in {prefix + "strike", prefix + "color"}:
                run = mark_of_run(tag.removeprefix(prefix), attributes) or run
            elif tag == prefix + "col":
                if attributes.get("hidden", "") in TRUE:
                    grid.hidden_columns.update(_columns(attributes))
            elif tag == prefix + "mergeCell":
                merged = _range(attributes.get("ref", ""))
                if merged is not None:
                    grid.add_merged(merged)

        def end(tag: str) -> None:
            nonlocal last_row, column, spoken, count
            if tag == tag_cell:
                mark = None
                if runs:
                    mark = mark_of_runs(runs)
                    runs.clear()
                if not (filled or formula):
                    return
                column = column_of(cell)
                kind = cell.get("t")
                raw = "".join(pieces) if filled else ""
                if raw:
                    value = convert(raw, kind, cell.get("s"))
                    if value is not None:
                        grid.place(row, column, value)
                        count += 1
                        if has_marks:
                            mark = mark_of(raw, kind, cell.get("s")) or mark
                        if mark is not None:
                            marks.append(mark)
                elif formula and kind != "str":
                    grid.add_formula_without_value(row_number or last_row + 1, column)
            elif tag in (tag_value, tag_text):
                parser.CharacterDataHandler = None
            elif tag == tag_row:
                last_row = row_number or last_row + 1
                grid.add_row(last_row, row, hidden=hidden)
                row.clear()
                if marks and (mark := mark_of_row(marks, count)):
                    grid.marked_rows[last_row] = mark
                marks.clear()
                count = 0
            elif prefix is not None and tag == prefix + "rPh":
                spoken = False
            elif prefix is not None and tag == prefix + "r":
                runs.append(run)

        return start, end

    def _convert_all(self, raws: list[str], kind: str | None, style: str | None) -> list[Value]:
        if kind == "s":
            texts = self._strings
            try:
                indexes = list(map(int, raws))
                if min(indexes) < 0:
                    raise ValueError
                return [texts[index] for index in indexes]
            except (ValueError, IndexError):
                raise UnreadableFile("F01", DAMAGED) from None
        if (kind is None or kind == "n") and style not in self._meanings:
            return list(map(read_number, raws))
        return [self._convert(raw, kind, style) for raw in raws]

    def _convert(self, raw: str, kind: str | None, style: str | None) -> Value:
        if kind == "s":
            return self._shared(raw)
        if kind is None or kind == "n":
            if style is not None and style in self._meanings:
                found = self._dates.get((raw, style))
                if found is None:
                    found = self._dates[raw, style] = self._serial(raw, self._meanings[style])
                return found
            return read_number(raw)
        if kind == "b":
            return raw.strip() in TRUE
        if kind == "e":
            return ErrorValue(raw.strip())
        if kind == "d":
            return _iso_moment(raw.strip())
        return text_of(raw)

    def _shared(self, raw: str) -> str | None:
        try:
            index = int(raw)
        except ValueError:
            raise UnreadableFile("F01", DAMAGED) from None
        if not 0 <= index < len(self._strings):
            raise UnreadableFile("F01", DAMAGED)
        return self._strings[index]

    def _serial(self, raw: str, meaning: Meaning) -> Value:
        serial = read_number(raw)
        if isinstance(serial, int | float):
            return read_serial(serial, meaning, from_1904=self._from_1904)
        return serial


def _iso_moment(raw: str) -> Value:
    try:
        if raw[:1].isdigit() and raw[2:3] == ":":
            return time.fromisoformat(raw)
        moment = datetime.fromisoformat(raw)
    except ValueError:
        return raw or None
    return moment.date() if len(raw) == len("2023-04-03") else moment.replace(tzinfo=None)


def _row_number(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise UnreadableFile("F01", DAMAGED) from None


def _columns(attributes: Attributes) -> range:
    """Return the columns that a `col` element is about."""
    try:
        first, last = int(attributes["min"]), int(attributes["max"])
    except (KeyError, ValueError):
        raise UnreadableFile("F01", DAMAGED) from None
    return range(max(first, 1), min(last, LAST_COLUMN) + 1)


def _range(reference: str) -> Range | None:
    found = _RANGE.fullmatch(reference)
    if found is None or found[3] is None:
        return None
    column1, row1 = column_number(found[1]), int(found[2])
    column2, row2 = column_number(found[3]), int(found[4])
    return min(row1, row2), min(column1, column2), max(row1, row2), max(column1, column2)
