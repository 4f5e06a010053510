"""The files that are mutated: what the project has of every format, and the same rows in others.

Belongs here: collecting and making seeds, the texts in them that must not leak.
Does not belong here: mutations.
"""

import csv
import io
import json
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from random import Random

import pyarrow
import pyarrow.parquet
import xlwt  # type: ignore[import-untyped]
from pyxlsbwriter import XlsbWriter  # type: ignore[import-untyped]

from eurocluster.conforming.layout import Layout
from eurocluster.consortium.declarations import Consortium, load_consortium
from eurocluster.consortium.partners import Partner
from eurocluster.reading.cells import ReadingHints, Value, Workbook
from eurocluster.reading.child import read_file
from eurocluster.settings import ROOT
from eurocluster.templates.writing import write_template
from fuzz.mutation import nasty
from schemas import REGISTERS

EXAMPLE = ROOT / "examples" / "eurocluster"
_WORKED = ROOT / "tests" / "worked_examples"
_SUFFIXES = frozenset({".xlsx", ".ods", ".csv"})
_LARGEST = 64 << 10
_ROWS_OF_A_COPY = 40
_COPIED_EVERY = 3
_TEMPLATES = (("attendance", "fi"), ("organisations", "de"), ("exchanges", "pl"))
_FEWEST_ROWS = 2
_LONGEST_CELL = 32_000  # of an .xls
_SHARE_OF_NASTY = 0.05
_SHORTEST_TEXT = 6

Rows = Sequence[Sequence[Value]]


@dataclass(frozen=True, slots=True)
class Seed:
    """A file that is in order.

    Attributes:
        name: Where it comes from.
        format: A key of ``mutating.FAMILIES``.
        partner: Code of the partner of the example consortium as whose it is read.
        origin: The file of which it is a copy in another format.
    """

    name: str
    format: str
    partner: str
    content: bytes = field(repr=False)
    origin: "Seed | None" = field(default=None, repr=False)


@cache
def example() -> Consortium:
    """Return the consortium as whose files everything is read."""
    return load_consortium(EXAMPLE)


@cache
def seeds() -> Mapping[str, Sequence[Seed]]:
    """Return format → seeds, in an order that does not change."""
    found: dict[str, list[Seed]] = {}
    for seed in (*_files_of_the_project(), *_templates()):
        found.setdefault(seed.format, []).append(seed)
    for original in [*found["xlsx"], *found["csv"]][::_COPIED_EVERY]:
        rows = _first_rows(_read(original))
        if len(rows) < _FEWEST_ROWS:
            continue
        for copied, of_what in ((rows, ""), (_spoiled(original.name, rows), " with nasty cells")):
            for file_format, write in _WRITERS.items():
                name = f"{original.name} as {file_format}{of_what}"
                kind = file_format.partition(" ")[0]
                content = write(copied)
                found.setdefault(kind, []).append(
                    Seed(name, kind, original.partner, content, original)
                )
    return found


@cache
def personal_texts(seed: Seed) -> frozenset[str]:
    """Return the names and addresses of persons in a seed; none may stand in a finding."""
    partner = example().partner(seed.partner)
    layout = Layout(_read(seed.origin or seed), partner)
    columns = REGISTERS["attendance"].columns
    return frozenset(
        text
        for found in layout.tables_of("attendance")
        for name, at in found.table.columns.items()
        if columns[name].metadata["personal"]
        for block in found.sheet.blocks
        if at in block.columns
        for text in block.columns[at].values
        if isinstance(text, str) and (" " in text or "@" in text) and len(text) >= _SHORTEST_TEXT
    ) - {text for found in layout.tables_of("attendance") for text in found.table.titles}


def _files_of_the_project() -> Iterator[Seed]:
    for folder in (EXAMPLE / "drives", _WORKED):
        for path in sorted(folder.rglob("*")):
            if path.suffix in _SUFFIXES and path.stat().st_size <= _LARGEST:
                name = path.relative_to(ROOT).as_posix()
                yield Seed(name, path.suffix[1:], _reader_of(path), path.read_bytes())


def _reader_of(path: Path) -> str:
    """Return the partner whose folder it is; files of other consortia are read as the first's."""
    codes = [partner.partner for partner in example().partners]
    return path.parent.name if path.is_relative_to(EXAMPLE) else codes[len(path.name) % len(codes)]


def _templates() -> Iterator[Seed]:
    by_language = {partner.language: partner for partner in example().partners}
    with tempfile.TemporaryDirectory() as folder:
        for register, language in _TEMPLATES:
            path = Path(folder, f"{register}.xlsx")
            partner = by_language[language]
            write_template(register, language, path, partner=partner, consortium=example())
            name = f"template of {register} in {language}"
            yield Seed(name, "xlsx", partner.partner, path.read_bytes())


def _read(seed: Seed) -> Workbook:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "seed")
        path.write_bytes(seed.content)
        return read_file(path, ReadingHints(code_page=_code_page(example().partner(seed.partner))))


def _code_page(partner: Partner) -> str:
    return partner.code_page or "cp1252"


def _first_rows(workbook: Workbook) -> Rows:
    """Return the first rows of the first sheet that is shown, all of one width."""
    shown = next(sheet for sheet in workbook.sheets if sheet.visible)
    rows = [cells for _, cells in shown.head(_ROWS_OF_A_COPY)]
    width = max(map(len, rows), default=0)
    return [(*cells, *[None] * (width - len(cells))) for cells in rows]


def _spoiled(name: str, rows: Rows) -> Rows:
    """Return rows with nasty values in some cells below the first ones."""
    chance = Random(name)  # noqa: S311 (mutations, no secrets)
    return [
        [
            nasty(chance)[:_LONGEST_CELL] if at and chance.random() < _SHARE_OF_NASTY else cell
            for cell in row
        ]
        for at, row in enumerate(rows)
    ]


def _records(rows: Rows) -> list[dict[str, str]]:
    """Return rows as records under the fullest of the first rows, for formats that name columns."""
    header = max(range(min(len(rows), 8)), key=lambda at: sum(map(bool, rows[at])))
    names = [
        str(cell) if cell is not None else f"column {at}" for at, cell in enumerate(rows[header])
    ]
    return [
        {name: _text(cell) for name, cell in zip(names, row, strict=True)}
        for row in rows[header + 1 :]
    ]


def _text(cell: Value) -> str:
    if isinstance(cell, (date, time)):
        return cell.isoformat()
    return "" if cell is None else str(cell)


def _xls(rows: Rows) -> bytes:
    book = xlwt.Workbook()
    sheet = book.add_sheet("Register")
    day = xlwt.easyxf(num_format_str="DD.MM.YYYY")
    for at, row in enumerate(rows):
        for column, cell in enumerate(row):
            if isinstance(cell, (int, float, str)):
                sheet.write(at, column, cell)
            elif isinstance(cell, (date, datetime, time, timedelta)):
                sheet.write(at, column, cell, day)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def _xlsb(rows: Rows) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "copy.xlsb")
        with XlsbWriter(str(path)) as writer:
            writer.add_sheet("Register")
            writer.write_sheet([list(map(_plain, row)) for row in rows])
        return path.read_bytes()


def _plain(cell: Value) -> object:
    return cell if isinstance(cell, (int, float, str, date)) else None


def _json(rows: Rows) -> bytes:
    return json.dumps(_records(rows), ensure_ascii=False, indent=1).encode()


def _jsonl(rows: Rows) -> bytes:
    return "\n".join(json.dumps(row, ensure_ascii=False) for row in _records(rows)).encode()


def _parquet(rows: Rows) -> bytes:
    target = io.BytesIO()
    pyarrow.parquet.write_table(pyarrow.Table.from_pylist(_records(rows)), target)
    return target.getvalue()


def _delimited(delimiter: str, encoding: str) -> Callable[[Rows], bytes]:
    def write(rows: Rows) -> bytes:
        target = io.StringIO()
        csv.writer(target, delimiter=delimiter).writerows(map(_text, row) for row in rows)
        return target.getvalue().encode(encoding, "replace")

    return write


_WRITERS: Mapping[str, Callable[[Rows], bytes]] = {
    "xls": _xls,
    "xlsb": _xlsb,
    "json": _json,
    "jsonl": _jsonl,
    "parquet": _parquet,
    "csv of a code page": _delimited(";", "cp1250"),
    "csv in UTF-16": _delimited("\t", "utf-16"),
}
"""Format (and what is special about it) → how rows are written in it."""
