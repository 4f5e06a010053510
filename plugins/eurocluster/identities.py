"""Which row is which, and whether its content changed: keys and hashes of whole columns at once.

A hash of a row is mixed from hashes of its cells, and a cell's text is hashed once per distinct
value. 128 bits in two lanes: a collision among all rows of all consortia is out of the question.
The text hash is SipHash as pandas documents it, so it is the same on every machine.

Belongs here: record keys and content hashes (rule G7).
Does not belong here: comparing deliveries (deliveries), identities of organisations and persons.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import Any, Final

import numpy as np
import pandas as pd
import pandera.pandas as pa
import pyarrow
import pyarrow.compute
from numpy.typing import NDArray

from eurocluster.register_rows import RegisterRows, TypedColumn

_LANES: Final = ("eurocluster-1st-", "eurocluster-2nd-")
_ODD: Final = np.uint64(0x9E3779B97F4A7C15)  # 2⁶⁴ / golden ratio
_SPREAD: Final = np.uint64(0xBF58476D1CE4E5B9)
_SHIFT: Final = np.uint64(29)

_Lanes = tuple[NDArray[np.uint64], NDArray[np.uint64]]
"""Two hashes per row."""
_NONE_KNOWN: Final[Mapping[str, _Lanes]] = MappingProxyType({})


def identify(
    rows: RegisterRows, contract: pa.DataFrameSchema
) -> tuple[pyarrow.Array, pyarrow.Array]:
    """Return record keys and content hashes, one per row, as text arrays.

    The key is the own id (``id:…``), else a hash of the natural key (``natural:…``), else of all
    there is (``content:…``). Personal cells are no part of the content, their keys are.
    """
    key: str = contract.metadata["key"]
    natural: tuple[str, ...] = contract.metadata["natural_key"]
    kept = sorted(
        name
        for name in rows.columns
        if name not in contract.columns or not contract.columns[name].metadata["personal"]
    )
    lanes = {name: _hashes(rows.columns[name]) for name in kept}
    content = _hex([lanes[name] for name in kept], len(rows))
    own = rows.columns[key]
    of_nature = [rows.columns[name] for name in natural]
    composed = [own] if key not in natural or len(natural) == 1 else of_nature
    texts = [pyarrow.compute.fill_null(_texts(column), "") for column in composed]
    keys = _prefixed("id:", pyarrow.compute.binary_join_element_wise(*texts, "|"))
    without_id = own.is_blank
    if without_id.any():
        by_nature = _prefixed("natural:", hashes_over(rows, natural, lanes))
        is_bare = np.logical_and.reduce([column.is_blank for column in of_nature])
        of_row = pyarrow.compute.if_else(
            pyarrow.array(is_bare), _prefixed("content:", content), by_nature
        )
        keys = pyarrow.compute.if_else(pyarrow.array(without_id), of_row, keys)
    return keys, content


def hashes_over(
    rows: RegisterRows, names: Sequence[str], known: Mapping[str, _Lanes] = _NONE_KNOWN
) -> pyarrow.Array:
    """Return the hash of some columns of each row, as text; ``known`` holds those made before."""
    return _hex([known.get(name) or _hashes(rows.columns[name]) for name in names], len(rows))


def _texts(column: TypedColumn) -> pyarrow.Array:
    distinct = pyarrow.array(
        [None if value is None else str(value) for value in column.values], pyarrow.string()
    )
    return distinct.take(pyarrow.array(column.codes))


def _prefixed(prefix: str, texts: pyarrow.Array) -> pyarrow.Array:
    return pyarrow.compute.binary_join_element_wise(pyarrow.scalar(prefix), texts, "")


def _hashes(column: TypedColumn) -> _Lanes:
    """Return two hashes per row, made once per distinct value."""
    texts = np.array(
        [f"t{value}" if type(value) is str else _written(value) for value in column.values],
        dtype=object,
    )
    first, second = (
        pd.util.hash_array(texts, hash_key=lane, categorize=False)[column.codes] for lane in _LANES
    )
    return first, second


def _hex(columns: Sequence[_Lanes], rows: int) -> pyarrow.Array:
    """Return 32 hexadecimal digits per row, mixed from the hashes of its columns in their order."""
    mixed = np.zeros((rows, 2), dtype=">u8")
    for lane in range(2):
        total = np.zeros(rows, dtype=np.uint64)
        for column in columns:
            total = (total ^ column[lane]) * _ODD
            total ^= total >> _SHIFT
            total *= _SPREAD
        mixed[:, lane] = total ^ (total >> _SHIFT)
    digits = mixed.tobytes().hex().encode()
    offsets = np.arange(rows + 1, dtype=np.int32) * 32
    return pyarrow.StringArray.from_buffers(
        rows, pyarrow.py_buffer(offsets), pyarrow.py_buffer(digits)
    )


def _written(value: Any) -> str:
    """Return a value as one text, the same for values that are equal and for no others."""
    if value is None or value == ():
        return "-"
    if isinstance(value, str):
        return f"t{value}"
    if isinstance(value, bool):
        return f"b{value:d}"
    if isinstance(value, Decimal):
        return f"n{value.normalize() + 0:f}"  # + 0: no sign before nothing
    if isinstance(value, date):
        return f"d{value.isoformat()}"
    if isinstance(value, tuple):
        return "l" + "\x1f".join(value)
    return f"n{value}"
