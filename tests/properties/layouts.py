"""Where rows stand on a sheet: titles, headers of one to three rows, totals, notes, shorthand.

Belongs here: cells and merged ranges of a sheet, which of its lines are rows.
Does not belong here: how a value is written (habits.py), files (file_formats.py).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from eurocluster.conforming.folding import fold
from eurocluster.conforming.lexicon import concept_words, separated, table
from schemas import REGISTERS
from tests.properties.canonical_rows import Row
from tests.properties.chance import Chance
from tests.properties.habits import Cell, Habits, words_under_groups

Range = tuple[int, int, int, int]

_GROUPS: Final[Mapping[str, Sequence[str]]] = {
    "exchanges": ("vo", "ho"),
    "attendance": ("employer",),
    "service_deliveries": ("recipient",),
    "cooperations": ("institution",),
}
"""Register → stems of the columns that may stand below one organisation."""
_EXTRA: Final = ("Xyzzy 17", "Farbe der Mappe?", "Qwertz")
_TITLES: Final = ("Example Register 2024", "— internal —", "v3 FINAL", "Lorem ipsum dolor")
_DITTO: Final = ('"', '-"-', "〃", "''")
_NOTES: Final = ("* Lorem ipsum", "1) dolor sit amet", "Stand: 12/2024")


@dataclass
class Lines:
    """A sheet.

    Attributes:
        cells: Lines of cells from the first row and column on.
        merged: First row, first column, last row, last column; 1-based.
        rows: 1-based numbers of the lines that are rows.
        told: Numbers of the lines below the header that are something else.
    """

    name: str
    cells: list[list[Cell]] = field(default_factory=list)
    merged: list[Range] = field(default_factory=list)
    rows: list[int] = field(default_factory=list)
    told: set[int] = field(default_factory=set)
    is_hidden: bool = False

    def add(self, cells: Sequence[Cell]) -> int:
        """Put a line below the others; return its number."""
        self.cells.append(list(cells))
        return len(self.cells)


def plain(habits: Habits, register: str, rows: Sequence[Row], name: str) -> Lines:
    """Return headers and rows, and nothing else."""
    columns = _columns(habits, register, rows)
    lines = Lines(name)
    lines.add(list(_headers(habits, register, columns).values()))
    written = {
        column: habits.column(register, column, [row[column] for row in rows]) for column in columns
    }
    lines.rows = [lines.add([written[column][at] for column in columns]) for at in range(len(rows))]
    return lines


def laid_out(
    habits: Habits, register: str, rows: Sequence[Row], name: str, *, can_merge: bool
) -> Lines:
    """Return rows as people lay them out."""
    chance, lines = habits.chance, Lines(name)
    columns: list[str] = _columns(habits, register, rows)
    for extra in _EXTRA[: chance.whole(0, len(_EXTRA)) if chance.maybe(30) else 0]:
        columns.insert(chance.whole(0, len(columns)), extra)
    if chance.maybe(25):
        columns.insert(0, "#")
    _titles(chance, lines, len(columns))
    headers = _headers(habits, register, columns)
    is_grouped = _header(habits, register, lines, columns, headers, can_merge=can_merge)
    written = _written(habits, register, columns, rows)
    for at in range(len(rows)):
        if at and chance.maybe(10):
            lines.add([])
        if at and not is_grouped and chance.maybe(10):
            lines.told.add(lines.add([headers[column] for column in columns]))
        lines.rows.append(lines.add([written[column][at] for column in columns]))
    _shorten(habits, register, lines, columns, rows, can_merge=can_merge)
    _below(habits, lines, columns, register, rows)
    return lines


def _columns(habits: Habits, register: str, rows: Sequence[Row]) -> list[str]:
    """Return the columns that hold anything or must be there, in an order of their own."""
    every = REGISTERS[register].columns
    kept = [
        name
        for name, definition in every.items()
        if any(row[name] is not None for row in rows)
        or (definition.metadata["required"] and not definition.metadata["personal"])
    ]
    return habits.chance.shuffled(kept) if habits.chance.maybe(40) else kept


def _headers(habits: Habits, register: str, columns: Sequence[str]) -> dict[str, str]:
    """Return column → header, no two the same."""
    found: dict[str, str] = {}
    taken: set[str] = set()
    for column in columns:
        header = column
        if column in REGISTERS[register].columns:
            header = habits.header(register, column)
            if fold(header) in taken:
                header = column
        elif column == "#":
            header = habits.chance.pick(_row_number_words(habits.language))
        taken.add(fold(header))
        found[column] = header
    return found


def _row_number_words(language: str) -> list[str]:
    return [
        word
        for row in table("headers")
        if (row["register"], row["column"], row["language"]) == ("aside", "row_number", language)
        for word in separated(row["words"])
    ] or ["No."]


def _titles(chance: Chance, lines: Lines, width: int) -> None:
    if chance.maybe(50):
        for title in chance.some(_TITLES):
            number = lines.add([title])
            if width > 1 and chance.maybe(20):
                lines.merged.append((number, 1, number, width))
            if chance.maybe(30):
                lines.add([])


def _header(
    habits: Habits, register: str, lines: Lines, columns: Sequence[str], headers: Mapping[str, str],
    *, can_merge: bool,
) -> bool:  # fmt: skip
    """Put the header rows; return whether there are more than one."""
    chance = habits.chance
    groups = _groups(habits, register, columns)
    if not groups or not chance.maybe(60) or (not can_merge and len(groups) < 2):
        lines.add([headers[column] for column in columns])
        return False
    members = {column: stem for stem, names in groups.items() for column in names}
    upper: list[Cell] = [None] * len(columns)
    lower: list[Cell] = [headers[column] for column in columns]
    row = len(lines.cells) + 1
    if can_merge and chance.maybe(25):
        lines.add(["Lorem ipsum 2024", *[None] * (len(columns) - 1)])
        lines.merged.append((row, 1, row, len(columns)))
        row += 1
    for stem, names in groups.items():
        first = columns.index(names[0])
        upper[first] = _group_word(habits, register, stem)
        if can_merge:
            lines.merged.append((row, first + 1, row, first + len(names)))
        for at, name in enumerate(names, start=first):
            ending = name.removeprefix(f"{stem}_") if name != stem else "name"
            lower[at] = chance.pick([*words_under_groups(habits.language, ending)])
    is_upper = can_merge or chance.maybe(50)  # a text file may be an export of merged cells
    for at, column in enumerate(columns):
        if is_upper and column not in members:
            upper[at], lower[at] = lower[at], None
        if can_merge and column not in members:
            lines.merged.append((row, at + 1, row + 1, at + 1))
    lines.add(upper)
    lines.add(lower)
    return True


def _groups(habits: Habits, register: str, columns: Sequence[str]) -> dict[str, list[str]]:
    """Return stem → its columns, where they stand side by side and all have words for it."""
    found = {}
    for stem in _GROUPS.get(register, ()):
        known = ("name", "country", "id", "type", "is_sme")
        names = [c for c in columns if c == stem or c in {f"{stem}_{ending}" for ending in known}]
        at = [columns.index(name) for name in names]
        endings = [name.removeprefix(f"{stem}_") if name != stem else "name" for name in names]
        worded = all(words_under_groups(habits.language, ending) for ending in endings)
        has_name = stem in names or f"{stem}_name" in names
        if len(names) > 1 and has_name and worded and at == list(range(at[0], at[0] + len(at))):
            found[stem] = names
    return found


def _group_word(habits: Habits, register: str, stem: str) -> str:
    column = stem if stem in REGISTERS[register].columns else f"{stem}_name"
    return habits.header(register, column).strip(" :*")


def _written(
    habits: Habits, register: str, columns: Sequence[str], rows: Sequence[Row]
) -> dict[str, list[Cell]]:
    found: dict[str, list[Cell]] = {}
    for column in columns:
        if column == "#":
            found[column] = [at + 1 for at in range(len(rows))]
        elif column in _EXTRA:
            found[column] = [habits.chance.pick(("blue", None, "3")) for _ in rows]
        else:
            found[column] = habits.column(register, column, [row[column] for row in rows])
    return found


def _shorten(
    habits: Habits, register: str, lines: Lines, columns: Sequence[str], rows: Sequence[Row],
    *, can_merge: bool,
) -> None:  # fmt: skip
    """Write values that repeat the row above as ditto marks, or once in a merged cell."""
    chance, key = habits.chance, REGISTERS[register].metadata["key"]
    marks = [*_DITTO, *concept_words("ditto").get(habits.language, ())]
    for column in columns:
        if column == key or column not in REGISTERS[register].columns or not chance.maybe(30):
            continue
        at = columns.index(column)
        is_merging = can_merge and chance.maybe(50)
        for index in range(1, len(rows)):
            value = rows[index][column]
            if value is None or value != rows[index - 1][column]:
                continue
            row, above = lines.rows[index], lines.rows[index - 1]
            if not is_merging:
                lines.cells[row - 1][at] = chance.pick(marks)
            elif row == above + 1:
                lines.cells[row - 1][at] = None
                _merge_down(lines, above, row, at + 1)


def _merge_down(lines: Lines, above: int, row: int, column: int) -> None:
    for at, (row1, column1, row2, column2) in enumerate(lines.merged):
        if (column1, column2, row2) == (column, column, above):
            lines.merged[at] = (row1, column1, row, column2)
            return
    lines.merged.append((above, column, row, column))


def _below(
    habits: Habits, lines: Lines, columns: Sequence[str], register: str, rows: Sequence[Row]
) -> None:
    chance = habits.chance
    if chance.maybe(30):
        if chance.maybe(30):
            lines.add([])
        total: list[Cell] = [None] * len(columns)
        for at, column in enumerate(columns):
            kind = _kind(register, column)
            if kind in ("decimal", "hours", "integer") and chance.maybe():
                whole = sum((Decimal(row[column] or 0) for row in rows), Decimal(0))
                total[at] = float(whole) if habits.typed else f"{whole:.0f}"
        total[0] = chance.pick(concept_words("total")[habits.language]).capitalize()
        lines.told.add(lines.add(total))
    if chance.maybe(30):
        lines.add([])
        for note in chance.some(_NOTES):
            lines.told.add(lines.add([note]))


def _kind(register: str, column: str) -> str | None:
    definition = REGISTERS[register].columns.get(column)
    return None if definition is None else definition.metadata["kind"]


def day_header(habits: Habits, day: date) -> Cell:
    """Return a day as it stands above the marks of a cross-table."""
    ways: list[Any] = [f"{day:%d.%m.%Y}", day.isoformat()]
    if habits.typed:
        ways.append(datetime(day.year, day.month, day.day))
    return habits.chance.pick(ways)
