"""Sheets of an Office Open XML workbook (.xlsx, .xlsm), streamed: only cells with a value cost.

The sheet's own XML is read because every ready-made reader loses something: openpyxl builds an
object for each formatted blank cell, or believes a stale `<dimension>` and drops rows; calamine
returns error cells as blanks and aborts the process on a stray cell far away.

Belongs here: the parts of the format, types of stored values.
Does not belong here: number formats (number_formats.py), merged cells (grid.py), sizes (gate.py).
"""

import posixpath
import re
from collections.abc import Callable
from datetime import datetime, time
from xml.etree.ElementTree import Element
from xml.parsers import expat

from eurocluster.reading.archive import DAMAGED, Archive, local_name
from eurocluster.reading.cells import ErrorValue, Range, ReadingNote, Sheet, UnreadableFile, Value
from eurocluster.reading.grid import LAST_COLUMN, Budget, Grid
from eurocluster.reading.number_formats import (
    BUILTIN,
    Meaning,
    meaning_of,
    read_number,
    read_serial,
)

_TRUE = frozenset({"1", "true", "on"})
_DIGITS = "0123456789"
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_RANGE = re.compile(r"\$?([A-Z]{1,3})\$?(\d{1,7})(?::\$?([A-Z]{1,3})\$?(\d{1,7}))?")

Attributes = dict[str, str]
_NO_CELL: Attributes = {}


def read_xlsx(archive: Archive) -> tuple[tuple[Sheet, ...], tuple[ReadingNote, ...]]:
    """Read every worksheet with its stored values, in the workbook's order.

    Formulas give the value that was stored when the file was saved; one without gives a blank and
    a note W14. Chart and macro sheets have no cells and are left out.

    Raises:
        UnreadableFile: F01, a part is missing or makes no sense.
    """
    workbook_part = _workbook_part(archive)
    workbook = archive.tree(workbook_part)
    targets = _targets(archive, workbook_part)
    strings = _shared_strings(archive, targets)
    meanings = _cell_meanings(archive, targets)
    from_1904 = any(
        element.get("date1904", "").lower() in _TRUE
        for element in workbook
        if local_name(element.tag) == "workbookPr"
    )
    budget = Budget()
    sheets: list[Sheet] = []
    notes: list[ReadingNote] = []
    for entry in _children(workbook, "sheets", "sheet"):
        kind, part = targets.get(_relation(entry), ("", ""))
        if kind != "worksheet":
            continue
        grid = Grid(entry.get("name", ""), budget)
        grid.visible = entry.get("state", "visible") == "visible"
        _SheetStream(grid, strings, meanings, from_1904=from_1904).read(archive, part)
        sheet, sheet_notes = grid.finish()
        sheets.append(sheet)
        notes.extend(sheet_notes)
    return tuple(sheets), tuple(notes)


def _workbook_part(archive: Archive) -> str:
    if "_rels/.rels" in archive:
        for relation in archive.tree("_rels/.rels"):
            if relation.get("Type", "").endswith("/officeDocument"):
                return _resolve("", relation.get("Target", ""))
    return "xl/workbook.xml"


def _targets(archive: Archive, part: str) -> dict[str, tuple[str, str]]:
    """Relation id → (kind, part name) of everything that the workbook refers to."""
    folder, name = posixpath.split(part)
    relations = archive.tree(posixpath.join(folder, "_rels", name + ".rels"))
    return {
        relation.get("Id", ""): (
            relation.get("Type", "").rpartition("/")[2],
            _resolve(folder, relation.get("Target", "")),
        )
        for relation in relations
    }


def _resolve(folder: str, target: str) -> str:
    target = target.replace("\\", "/")
    return posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")


def _relation(entry: Element) -> str:
    return next((value for name, value in entry.items() if name.endswith("}id")), "")


def _children(root: Element, group: str, name: str) -> list[Element]:
    return [
        child
        for parent in root
        if local_name(parent.tag) == group
        for child in parent
        if local_name(child.tag) == name
    ]


def _part_of_kind(targets: dict[str, tuple[str, str]], kind: str) -> str | None:
    return next((part for found, part in targets.values() if found == kind), None)


def _cell_meanings(archive: Archive, targets: dict[str, tuple[str, str]]) -> dict[str, Meaning]:
    """Style number as a cell names it → meaning, only for styles that show dates or times."""
    part = _part_of_kind(targets, "styles")
    if part is None or part not in archive:
        return {}
    styles = archive.tree(part)
    own = {
        element.get("numFmtId", ""): meaning_of(element.get("formatCode", ""))
        for element in _children(styles, "numFmts", "numFmt")
    }
    meanings: dict[str, Meaning] = {}
    for index, element in enumerate(_children(styles, "cellXfs", "xf")):
        number = element.get("numFmtId", "0")
        meaning = own.get(number)
        if meaning is None:
            meaning = BUILTIN.get(int(number)) if number.isdecimal() else None
        if meaning is not None and meaning is not Meaning.NUMBER:
            meanings[str(index)] = meaning
    return meanings


def _shared_strings(archive: Archive, targets: dict[str, tuple[str, str]]) -> list[str | None]:
    part = _part_of_kind(targets, "sharedStrings")
    if part is None or part not in archive:
        return []
    strings: list[str | None] = []
    pieces: list[str] = []
    spoken = False
    prefix: str | None = None
    parser = _new_parser()

    def start(tag: str, _attributes: Attributes) -> None:
        nonlocal prefix, spoken
        if prefix is None:
            prefix = tag[: -len(tag.rpartition(":")[2])]
        name = tag.removeprefix(prefix)
        if name == "t" and not spoken:
            parser.CharacterDataHandler = pieces.append
        elif name == "si":
            pieces.clear()
        elif name == "rPh":
            spoken = True

    def end(tag: str) -> None:
        nonlocal spoken
        name = tag.removeprefix(prefix or "")
        if name == "t":
            parser.CharacterDataHandler = None
        elif name == "si":
            strings.append(_text("".join(pieces)))
        elif name == "rPh":
            spoken = False

    parser.StartElementHandler = start
    parser.EndElementHandler = end
    archive.stream(part, parser)
    return strings


class _SheetStream:
    """One worksheet part on its way into a grid."""

    def __init__(
        self,
        grid: Grid,
        strings: list[str | None],
        meanings: dict[str, Meaning],
        *,
        from_1904: bool,
    ) -> None:
        self._grid = grid
        self._strings = strings
        self._meanings = meanings
        self._from_1904 = from_1904
        self._dates: dict[tuple[str, str], Value] = {}

    def read(self, archive: Archive, part: str) -> None:
        """Stream the part; cells without a value are passed over without a trace."""
        parser = _new_parser()
        start, end = self._handlers(parser)
        parser.StartElementHandler = start
        parser.EndElementHandler = end
        archive.stream(part, parser)

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
            return columns.get(letters) or columns.setdefault(letters, _column_number(letters))

        def start(tag: str, attributes: Attributes) -> None:
            nonlocal row_number, column, cell, hidden, formula, filled, spoken
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
                hidden = attributes.get("hidden", "") in _TRUE
                column = 0
                cell = _NO_CELL
            elif prefix is None:
                prefix = tag[: -len(tag.rpartition(":")[2])]
                tag_row, tag_cell, tag_formula = prefix + "row", prefix + "c", prefix + "f"
                tag_value, tag_text = prefix + "v", prefix + "t"
            elif tag == prefix + "rPh":
                spoken = True
            elif tag == prefix + "mergeCell":
                merged = _range(attributes.get("ref", ""))
                if merged is not None:
                    grid.add_merged(merged)

        def end(tag: str) -> None:
            nonlocal last_row, column, spoken
            if tag == tag_cell:
                if not (filled or formula):
                    return
                column = column_of(cell)
                kind = cell.get("t")
                raw = "".join(pieces) if filled else ""
                if raw:
                    value = convert(raw, kind, cell.get("s"))
                    if value is not None:
                        grid.place(row, column, value)
                elif formula and kind != "str":
                    grid.add_formula_without_value(row_number or last_row + 1, column)
            elif tag in (tag_value, tag_text):
                parser.CharacterDataHandler = None
            elif tag == tag_row:
                last_row = row_number or last_row + 1
                grid.add_row(last_row, row, hidden=hidden)
                row.clear()
            elif prefix is not None and tag == prefix + "rPh":
                spoken = False

        return start, end

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
            return raw.strip() in _TRUE
        if kind == "e":
            return ErrorValue(raw.strip())
        if kind == "d":
            return _iso_moment(raw.strip())
        return _text(raw)

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


def _new_parser() -> expat.XMLParserType:
    parser = expat.ParserCreate()
    parser.buffer_text = True
    return parser


def _text(raw: str) -> str | None:
    if "_x" in raw:
        raw = _ESCAPED.sub(lambda found: chr(int(found[1], 16)), raw)
        raw = raw.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return raw or None


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


def _column_number(letters: str) -> int:
    column = 0
    for letter in letters:
        column = column * 26 + ord(letter) - ord("A") + 1
    if not (letters.isascii() and letters.isupper() and 1 <= column <= LAST_COLUMN):
        raise UnreadableFile("F01", DAMAGED)
    return column


def _range(reference: str) -> Range | None:
    found = _RANGE.fullmatch(reference)
    if found is None or found[3] is None:
        return None
    column1, row1 = _column_number(found[1]), int(found[2])
    column2, row2 = _column_number(found[3]), int(found[4])
    return min(row1, row2), min(column1, column2), max(row1, row2), max(column1, column2)
