"""Tables in JSON and JSON lines: each list of records is a sheet, each name in a record a column.

The whole text is parsed by the standard library, which keeps whole numbers whole and tells numbers
from texts; faster parsers make a float of a long number. Names are header cells: they stand in row
1, and record n in row n + 1; in JSON lines a record stands in the row of its line, and the names
in row 0, which no line has.

Belongs here: finding the lists, flattening records, words for text that is no JSON.
Does not belong here: telling JSON from JSON lines (gate.py), dates (conforming reads them).
"""

import codecs
import io
import json
from collections.abc import Iterator, Sequence
from math import isfinite
from pathlib import Path
from typing import Any

from eurocluster.reading.cells import ReadingNote, Sheet, UnreadableFile, Value
from eurocluster.reading.columns import Keep
from eurocluster.reading.grid import LAST_COLUMN, Budget, Grid
from eurocluster.wording import words

MAX_BYTES = 512 << 20
MAX_DEPTH = 32
MAX_ROWS = 1 << 30

_Found = tuple[tuple[Sheet, ...], tuple[ReadingNote, ...]]

_USUAL_NAMES = frozenset({"data", "items", "records", "value", "values", "rows", "results"})
_UNNAMED = "value"
_FIRST_SHEET = "JSON"
_BROKEN_LINE = words("This line is no sound JSON and could not be read. Write the record again.")


class _Record(tuple[tuple[str, Any], ...]):
    """An object as its pairs, which keeps names that stand in it twice."""

    __slots__ = ()


def read_json(path: Path, _keep: Keep) -> _Found:
    """Read every list of records in a JSON text; a text without one is one record.

    Raises:
        UnreadableFile: F01, the text is no JSON, too large or nested too deeply.
    """
    text = _decoded(_content(path))
    try:
        whole = _parsed(text)
    except json.JSONDecodeError as error:
        raise UnreadableFile(
            "F01",
            "The JSON text makes no sense in line {line}, character {character}, or was not copied"
            " completely. Export it again.",
            line=error.lineno,
            character=error.colno,
        ) from None
    budget = Budget()
    tables = list(_tables(whole, "", 0)) or [("", [whole])]
    sheets = []
    for name, records in tables:
        table = _Table(name or _FIRST_SHEET, budget)
        has_names = any(isinstance(record, _Record) for record in records)
        for number, record in enumerate(records, start=2 if has_names else 1):
            table.add(number, record)
        sheets.append(table.finish(names_row=1))
    return tuple(sheets), ()


def read_json_lines(path: Path, _keep: Keep) -> _Found:
    """Read one record from each line; a line that is no JSON in UTF-8 becomes a note E19.

    Raises:
        UnreadableFile: F01, too large or nested too deeply.
    """
    table = _Table(_FIRST_SHEET, Budget())
    notes = []
    for number, line in enumerate(_lines(path), start=1):
        if not line.strip():
            continue
        try:
            record = _parsed(line.decode())
        except (json.JSONDecodeError, UnicodeDecodeError):
            notes.append(ReadingNote("E19", _FIRST_SHEET, number, None, _BROKEN_LINE))
            continue
        table.add(number, record)
    return (table.finish(names_row=0),), tuple(notes)


def _lines(path: Path) -> Iterator[bytes]:
    """Yield the lines in UTF-8, whatever of Unicode's encodings the file has."""
    content = _content(path)
    encoding = json.detect_encoding(content)
    if encoding not in {"utf-8", "utf-8-sig"}:
        content = _decoded(content).encode("utf-8", "replace")
    return iter(io.BytesIO(content.removeprefix(codecs.BOM_UTF8)))


def _content(path: Path) -> bytes:
    if path.stat().st_size > MAX_BYTES:
        raise UnreadableFile(
            "F01",
            "The JSON file is larger than {mib} MiB. Send it in several files, or as Parquet.",
            mib=MAX_BYTES >> 20,
        )
    return path.read_bytes()


def _decoded(content: bytes) -> str:
    try:
        return content.decode(json.detect_encoding(content))
    except UnicodeDecodeError as error:
        raise UnreadableFile(
            "F01",
            "Line {line} of the JSON text is not encoded in UTF-8. Export it again as UTF-8.",
            line=content.count(b"\n", 0, error.start) + 1,
        ) from None


def _parsed(text: str) -> Any:
    try:
        return json.loads(
            text, object_pairs_hook=_Record, parse_float=_float, parse_int=_int, parse_constant=str
        )
    except RecursionError:
        raise _too_deep() from None


def _float(raw: str) -> float | str:
    number = float(raw)
    return number if isfinite(number) else raw


def _int(raw: str) -> int | str:
    try:
        return int(raw)
    except ValueError:  # more digits than Python turns into a number
        return raw


def _too_deep() -> UnreadableFile:
    return UnreadableFile(
        "F01",
        "The JSON text is nested more than {depth} deep, which is no table. Export it as one list"
        " of records.",
        depth=MAX_DEPTH,
    )


def _tables(value: Any, name: str, depth: int) -> Iterator[tuple[str, Sequence[Any]]]:
    """Yield the lists that are tables, with the names that lead to them."""
    if depth > MAX_DEPTH:
        raise _too_deep()
    if isinstance(value, list):
        holds_rows = any(isinstance(entry, _Record | list) for entry in value)
        if holds_rows or not depth or (not value and name in _USUAL_NAMES):
            yield name, value
    elif isinstance(value, _Record):
        for key, entry in value:
            if isinstance(entry, _Record | list):
                yield from _tables(entry, f"{name}.{key}" if name else key, depth + 1)


class _Table:
    """One list of records on its way into a grid."""

    def __init__(self, name: str, budget: Budget) -> None:
        self._grid = Grid(name, budget, last_row=MAX_ROWS)
        self._columns: dict[tuple[str, int], int] = {}

    def add(self, number: int, record: Any) -> None:
        """Put a record into a row; a list is a row as it stands, and null is a blank one."""
        if record is None:
            return
        row: list[Value] = []
        if isinstance(record, list):
            for column, value in enumerate(record, start=1):
                text = _cell(value)
                if text is not None:
                    self._grid.place(row, column, text)
        else:
            pairs = record if isinstance(record, _Record) else _Record([(_UNNAMED, record)])
            seen: dict[str, int] = {}
            for name, value in _flat(pairs, "", 0):
                if value is None:
                    self._column(name, seen.get(name, 0))
                    continue
                seen[name] = seen.get(name, 0) + 1
                self._grid.place(row, self._column(name, seen[name] - 1), value)
        self._grid.add_row(number, row, hidden=False)

    def finish(self, names_row: int) -> Sheet:
        """Return the sheet with the names of its columns in a row of their own."""
        names = [name for name, _ in self._columns]
        self._grid.add_row(names_row, names, hidden=False)
        sheet, _ = self._grid.finish()
        return sheet

    def _column(self, name: str, occurrence: int) -> int:
        key = name, occurrence
        column = self._columns.setdefault(key, len(self._columns) + 1)
        if column > LAST_COLUMN:
            raise UnreadableFile(
                "F01", "The records have more different names than a table can have columns."
            )
        return column


def _flat(pairs: _Record, prefix: str, depth: int) -> Iterator[tuple[str, Value]]:
    """Yield (dotted name, cell); a name that stands twice with one value comes once."""
    if depth > MAX_DEPTH:
        raise _too_deep()
    said: set[tuple[str, type, Value]] = set()
    for name, value in pairs:
        path = prefix + name
        if isinstance(value, list) and any(isinstance(entry, _Record | list) for entry in value):
            value = _Record((str(at), entry) for at, entry in enumerate(value, start=1))
        if isinstance(value, _Record):
            yield from _flat(value, path + ".", depth + 1)
            continue
        cell = _cell(value)
        if (path, type(cell), cell) not in said:
            said.add((path, type(cell), cell))
            yield path, cell


def _cell(value: Any) -> Value:
    """Return a value as a cell: texts as they are, a list of them joined."""
    if isinstance(value, list | _Record):
        entries = [entry for _, entry in value] if isinstance(value, _Record) else value
        return "; ".join(_said(entry) for entry in entries if entry is not None) or None
    cell: Value = value
    return None if cell == "" else cell


def _said(value: Any) -> str:
    if isinstance(value, list | _Record | str):
        return str(_cell(value) or "")
    return json.dumps(value)
