"""Cells kept by column, each distinct value once: a million rows are a few small arrays.

Belongs here: columns and blocks of rows, in memory and in a file that two processes share.
Does not belong here: formats, sheets (cells.py), what a column means.
"""

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import IO, overload

import numpy as np
import pyarrow
from numpy.typing import NDArray

from eurocluster.reading.values import ErrorValue, Value

BLOCK_ROWS = 125_000
"""Rows of one block at most: enough to pay for its fixed cost, little enough to hold."""

_BLOCK_CELLS = 1 << 24

_TYPED = {b"cells": b"typed"}
_TEXT = {b"cells": b"text"}
_INDEX = pyarrow.dictionary(pyarrow.int32(), pyarrow.string())
_ROW_NUMBERS = "row"
_MICROSECOND = timedelta(microseconds=1)
_NO_ROWS = np.array([], dtype=np.int64)


class Column:
    """One column of a block: ``codes[i]`` says which of the distinct ``values`` row i holds.

    Value 0 is always the blank cell (None). Values are decoded when they are first asked for;
    columns that nobody asks for cost nothing.
    """

    __slots__ = ("_dictionary", "_values", "codes", "is_typed")

    def __init__(
        self,
        codes: NDArray[np.int32],
        dictionary: pyarrow.Array | None,
        *,
        is_typed: bool,
        values: list[Value] | None = None,
    ) -> None:
        """Take codes and what they mean: as text (typed values begin with a mark), or as values."""
        self.codes = codes
        self.is_typed = is_typed
        self._dictionary = dictionary
        self._values = values

    @classmethod
    def of(cls, cells: Iterable[Value]) -> "Column":
        """Return a column of these cells."""
        distinct: dict[object, int] = {None: 0}
        values: list[Value] = [None]
        codes = []
        for cell in cells:
            key = cell if cell is None or type(cell) is str else (type(cell), cell)
            code = distinct.setdefault(key, len(values))
            if code == len(values):
                values.append(cell)
            codes.append(code)
        return cls.coded(np.array(codes, dtype=np.int32), values)

    @classmethod
    def coded(cls, codes: NDArray[np.int32], values: list[Value]) -> "Column":
        """Return a column of codes and typed values; ``values[0]`` is None."""
        return cls(codes, None, is_typed=True, values=values)

    @property
    def values(self) -> list[Value]:
        """Distinct values; the first is None."""
        if self._values is None:
            texts: list[Value] = [] if self._dictionary is None else self._dictionary.to_pylist()
            if self.is_typed:
                texts = [_decoded(str(text)) for text in texts]
            texts[0] = None
            self._values = texts
        return self._values

    @property
    def texts(self) -> pyarrow.Array | None:
        """Distinct values as Arrow's texts, the first empty; None where they are not all texts."""
        return None if self.is_typed else self._dictionary

    @property
    def is_filled(self) -> NDArray[np.bool_]:
        """Which rows hold something."""
        filled: NDArray[np.bool_] = self.codes != 0
        return filled

    def __len__(self) -> int:
        return len(self.codes)

    def __getitem__(self, row: int) -> Value:
        return self.values[int(self.codes[row])]

    def cells(self) -> list[Value]:
        """Return the cells, one per row."""
        values = self.values
        return [values[code] for code in self.codes.tolist()]

    def take(self, rows: NDArray[np.intp] | NDArray[np.bool_]) -> "Column":
        """Return the column of some rows."""
        return Column(
            self.codes[rows], self._dictionary, is_typed=self.is_typed, values=self._values
        )

    def replaced(self, rows: NDArray[np.intp] | NDArray[np.int64], cell: Value) -> "Column":
        """Return the column with one cell's value in some rows."""
        codes = self.codes.copy()
        if cell is None:
            codes[rows] = 0
            return self.recoded(codes)
        codes[rows] = len(self.values)
        return Column(codes, None, is_typed=True, values=[*self.values, cell])

    def recoded(self, codes: NDArray[np.int32]) -> "Column":
        """Return other rows of the same distinct values."""
        return Column(codes, self._dictionary, is_typed=self.is_typed, values=self._values)

    def as_array(self) -> pyarrow.DictionaryArray:
        """Return the column as Arrow's dictionary array of texts."""
        if self._dictionary is None:
            self._dictionary = _text_array(["", *map(_encoded, self.values[1:])])
            self.is_typed = True
        return pyarrow.DictionaryArray.from_arrays(pyarrow.array(self.codes), self._dictionary)


@dataclass(frozen=True, slots=True, eq=False)
class Block:
    """Some rows of a sheet, top down; blank rows are left out.

    Attributes:
        row_numbers: 1-based row in the sheet (line of a text file), one per row.
        columns: 1-based column of the sheet → its cells; blank columns are left out.
        place: Offset and length in a spool file, for a block whose cells lie there.
    """

    row_numbers: NDArray[np.int64]
    columns: Mapping[int, Column]
    place: tuple[int, int] | None = None

    def __len__(self) -> int:
        return len(self.row_numbers)

    def row(self, index: int) -> dict[int, Value]:
        """Return the filled cells of one row, by 1-based column."""
        return {
            position: column[index]
            for position, column in self.columns.items()
            if column.codes[index]
        }


def block_rows(width: int) -> int:
    """Return how many rows a block of so many columns may have: fewer in absurdly wide tables."""
    return min(BLOCK_ROWS, max(1, _BLOCK_CELLS // max(1, width)))


Keep = Callable[[Block], Block]
"""Takes a finished block out of a reader's hands; what comes back stands for it in the sheet."""


def in_memory(block: Block) -> Block:
    """Keep a block where it is."""
    return block


class Blocks(Sequence[Block]):
    """Blocks in a spool file, in the order of their rows; each is read when asked for.

    Read and not mapped, so that a block that nobody needs any more takes up no memory.
    """

    def __init__(self, source: IO[bytes], places: Sequence[tuple[int, int]]) -> None:
        """Take the open file and where in it the blocks lie (offset, length)."""
        self._source = source
        self._places = places

    @overload
    def __getitem__(self, at: int) -> Block: ...
    @overload
    def __getitem__(self, at: slice) -> "Blocks": ...
    def __getitem__(self, at: "int | slice") -> "Block | Blocks":
        if isinstance(at, slice):
            return Blocks(self._source, self._places[at])
        offset, length = self._places[at]
        return _unpacked(pyarrow.py_buffer(os.pread(self._source.fileno(), length, offset)))

    def __len__(self) -> int:
        return len(self._places)

    def __iter__(self) -> Iterator[Block]:
        return (self[at] for at in range(len(self)))


class Spool:
    """Writes blocks to a file, one behind the other."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file

    def keep(self, block: Block) -> Block:
        """Write a block, unless it is there, and return one that only says where it lies."""
        if block.place is not None:
            return block
        start = self._file.seek(0, 2)
        fields = [pyarrow.field(_ROW_NUMBERS, pyarrow.int64())]
        arrays: list[pyarrow.Array] = [pyarrow.array(block.row_numbers)]
        for position, column in sorted(block.columns.items()):
            arrays.append(column.as_array())
            marks = _TYPED if column.is_typed else _TEXT
            fields.append(pyarrow.field(str(position), _INDEX, metadata=marks))
        batch = pyarrow.record_batch(arrays, schema=pyarrow.schema(fields))
        sink = pyarrow.PythonFile(self._file, mode="w")
        with pyarrow.ipc.new_stream(sink, batch.schema) as writer:
            writer.write_batch(batch)
        self._file.flush()
        return Block(_NO_ROWS, {}, (start, self._file.tell() - start))


def _unpacked(source: pyarrow.Buffer) -> Block:
    with pyarrow.ipc.open_stream(source) as reader:
        batch = reader.read_next_batch()
    columns = {}
    for field, array in zip(batch.schema, batch.columns, strict=True):
        if field.name == _ROW_NUMBERS:
            continue
        codes = array.indices.to_numpy(zero_copy_only=True)
        is_typed = (field.metadata or {}) == _TYPED
        columns[int(field.name)] = Column(codes, array.dictionary, is_typed=is_typed)
    return Block(batch.column(0).to_numpy(zero_copy_only=True), columns)


def _text_array(texts: list[str]) -> pyarrow.Array:
    try:
        return pyarrow.array(texts, pyarrow.string())
    except UnicodeEncodeError:  # half of a letter that needs two, as broken programs write it
        whole = [text.encode("utf-8", "replace").decode() for text in texts]
        return pyarrow.array(whole, pyarrow.string())


def _encoded(value: Value) -> str:
    """Return a value as text that begins with the mark of its type."""
    kind = type(value)
    if kind is str:
        return f"t{value}"
    if kind is bool:
        return f"b{int(bool(value))}"
    if kind is int:
        return f"i{value}"
    if isinstance(value, float):
        return f"f{value!r}"
    if isinstance(value, ErrorValue):
        return f"e{value.text}"
    if isinstance(value, datetime):
        return f"m{value.isoformat()}"
    if isinstance(value, date):
        return f"d{value.isoformat()}"
    if isinstance(value, time):
        return f"c{value.isoformat()}"
    if isinstance(value, timedelta):
        return f"u{value // _MICROSECOND}"
    raise TypeError(f"no cell holds a {kind.__name__}")


_DECODERS = {
    "t": str,
    "b": lambda text: text == "1",
    "i": int,
    "f": float,
    "e": ErrorValue,
    "m": datetime.fromisoformat,
    "d": date.fromisoformat,
    "c": time.fromisoformat,
    "u": lambda text: timedelta(microseconds=int(text)),
}


def _decoded(text: str) -> Value:
    decode = _DECODERS.get(text[:1], str)
    value: Value = decode(text[1:])  # type: ignore[operator]
    return value
