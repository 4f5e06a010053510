"""Parquet files: typed columns as they are, block by block.

pyarrow reads them: it is the format's own implementation and keeps every type. A file that was
written from a table has its names as header cells in row 1 and record n in row n + 1.

Belongs here: Arrow types as cells, nested columns as plain ones.
Does not belong here: what a column means, limits of memory (child.py).
"""

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from math import isfinite, isnan
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow
from numpy.typing import NDArray
from pyarrow import parquet

from eurocluster.reading.archive import DAMAGED
from eurocluster.reading.cells import ReadingNote, Sheet, UnreadableFile, Value
from eurocluster.reading.columns import BLOCK_ROWS, Block, Column, Keep
from eurocluster.reading.grid import LAST_COLUMN

MAX_DEPTH = 32
_SHEET = "Parquet"


def read_parquet(path: Path, keep: Keep) -> tuple[tuple[Sheet, ...], tuple[ReadingNote, ...]]:
    """Read the one table of a Parquet file.

    Raises:
        UnreadableFile: F01, the file is damaged or encrypted, or holds what no cell can hold.
    """
    try:
        with parquet.ParquetFile(path, memory_map=False) as file:
            blocks = tuple(map(keep, _blocks(file)))
    except MemoryError:
        raise
    except (pyarrow.ArrowException, OSError):
        raise UnreadableFile("F01", DAMAGED) from None
    return (Sheet(_SHEET, blocks),), ()


def _blocks(file: parquet.ParquetFile) -> Iterator[Block]:
    names = [name for name, _ in _plain_columns(file.schema_arrow.empty_table())]
    if len(names) > LAST_COLUMN:
        raise UnreadableFile("F01", "The file has more columns than a table can have.")
    if names:
        header = {at: Column.of([name]) for at, name in enumerate(names, start=1) if name}
        yield Block(np.array([1], dtype=np.int64), header)
    next_row = 2
    for batch in file.iter_batches(batch_size=BLOCK_ROWS, use_threads=False):
        table = pyarrow.Table.from_batches([batch])
        columns = {}
        for at, (name, array) in enumerate(_plain_columns(table), start=1):
            column = _column(name, array)
            if column.codes.any():
                columns[at] = column
        numbers = np.arange(next_row, next_row + len(table), dtype=np.int64)
        next_row += len(table)
        if columns:
            filled = np.any([column.is_filled for column in columns.values()], axis=0)
            if not filled.all():
                numbers = numbers[filled]
                columns = {at: column.take(filled) for at, column in columns.items()}
            yield Block(numbers, columns)


def _plain_columns(table: pyarrow.Table) -> list[tuple[str, pyarrow.Array]]:
    """Return (name, cells) of each column, nested ones taken apart under dotted names."""
    for _ in range(MAX_DEPTH):
        if not any(pyarrow.types.is_struct(field.type) for field in table.schema):
            break
        table = table.flatten()
    columns = []
    for field, chunked in zip(table.schema, table.columns, strict=True):
        array = chunked.combine_chunks()
        if isinstance(array, pyarrow.ChunkedArray):
            array = pyarrow.concat_arrays(array.chunks)
        if isinstance(array.type, pyarrow.BaseExtensionType):
            array = array.storage
        _refuse_nested(field.name, array.type)
        columns.append((field.name, array))
    return columns


def _refuse_nested(name: str, kind: pyarrow.DataType) -> None:
    inner = kind
    if _is_list(kind):
        inner = kind.value_type
    if pyarrow.types.is_nested(inner) or pyarrow.types.is_union(inner):
        raise UnreadableFile(
            "F01",
            "The column {name} holds tables inside its cells. Export it without them.",
            name=name,
        )


def _is_list(kind: pyarrow.DataType) -> bool:
    types = pyarrow.types
    return bool(types.is_list(kind) or types.is_large_list(kind) or types.is_fixed_size_list(kind))


def _column(name: str, array: pyarrow.Array) -> Column:
    """Return an array as a column whose distinct values are understood once."""
    kind = array.type
    if pyarrow.types.is_dictionary(kind):
        array = array.cast(kind.value_type)
        kind = array.type
    if pyarrow.types.is_null(kind):
        return Column.of([None] * len(array))
    if _is_list(kind):
        return Column.of(_joined(cells) for cells in _python_values(name, array))
    encoded = array.dictionary_encode()
    indices = encoded.indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int32)
    values: list[Value] = [None]
    codes: NDArray[np.int32] = np.zeros(len(encoded.dictionary) + 1, dtype=np.int32)
    known: dict[tuple[type, Value], int] = {}
    for at, stored in enumerate(_python_values(name, encoded.dictionary), start=1):
        value = _cell(stored)
        if value is None:
            continue
        code = known.setdefault((type(value), value), len(values))
        if code == len(values):
            values.append(value)
        codes[at] = code
    return Column.coded(codes[indices + 1], values)


def _python_values(name: str, array: pyarrow.Array) -> list[Any]:
    kind = array.type
    if pyarrow.types.is_timestamp(kind) and kind.unit == "ns":
        array = array.cast(pyarrow.timestamp("us", kind.tz), safe=False)
    elif pyarrow.types.is_duration(kind) and kind.unit == "ns":
        array = array.cast(pyarrow.duration("us"), safe=False)
    elif pyarrow.types.is_time64(kind) and kind.unit == "ns":
        array = array.cast(pyarrow.time64("us"), safe=False)
    try:
        return list(array.to_pylist())
    except (ValueError, OverflowError, UnicodeDecodeError):
        raise UnreadableFile(
            "F01",
            "The column {name} holds a date or a text that makes no sense. Export it again.",
            name=name,
        ) from None


def _cell(stored: Any) -> Value:
    value: Value = stored
    if isinstance(stored, Decimal):
        value = _number(stored)
    elif isinstance(stored, float):
        value = None if isnan(stored) else stored if isfinite(stored) else str(stored)
    elif isinstance(stored, datetime):
        value = stored.replace(tzinfo=None)  # as a clock in the file's own zone shows it
    elif isinstance(stored, bytes):
        value = _text(stored)
    elif not isinstance(stored, Value):
        raise UnreadableFile("F01", "The file holds values that no cell of a table can hold.")
    return None if value == "" else value


def _number(stored: Decimal) -> int | float | str:
    """Return a decimal as a number if a number says the same, and as text otherwise."""
    if not stored.is_finite():
        return str(stored)
    if stored == stored.to_integral_value():
        return int(stored)
    number = float(stored)
    return number if Decimal(repr(number)) == stored else str(stored)


def _text(stored: bytes) -> str:
    try:
        return stored.decode()
    except UnicodeDecodeError:
        raise UnreadableFile(
            "F01", "The file holds pictures or other binary data. Export it without them."
        ) from None


def _joined(cells: list[Any] | None) -> str | None:
    if cells is None:
        return None
    return "; ".join(str(_cell(cell)) for cell in cells if _cell(cell) is not None) or None
