"""A register store lifted by further secrets: a complete new one beside it, swapped in at once.

Only keys of persons and what follows from them differ: record keys and content hashes of rows
without an id of their own. All other files are the same ones (hard links), so a lifted store costs
little room. No partner's file is read.

Belongs here: writing a lifted store, the one step that puts it in the old one's place.
Does not belong here: whether it may take its place (key_rotation).
"""

import ctypes
import os
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache, reduce
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandera.pandas as pa
import pyarrow
import pyarrow.compute
import pyarrow.parquet

from eurocluster.conforming.persons import lift_key
from eurocluster.identities import identify
from eurocluster.person_rows import KeyedFile, keyed_files
from eurocluster.register_rows import RegisterRows, TypedColumn
from eurocluster.rotations import RowName
from eurocluster.store_keys import NOTE, write_note
from schemas import REGISTERS
from schemas.store import PERSON_KEYS, PROVENANCE

_ROTATED: Final = "rotated"
_CHANGED: Final = ("record_key", "content_hash", *PERSON_KEYS)
_EXCHANGE: Final = 2
"""RENAME_EXCHANGE of Linux's renameat2."""
_HERE: Final = -100
"""AT_FDCWD."""


@dataclass(frozen=True, slots=True)
class Lifted:
    """What became of the rows.

    Attributes:
        rows: Rows whose keys were lifted.
        record_keys: Rows whose record key has changed, by their earlier one.
        unlike: Rows whose content hash could not be made again from what the store keeps; they are
            known by their own ids.
    """

    rows: int
    record_keys: dict[RowName, str]
    unlike: int


def lift_store(store: Path, new: Path, chain: Sequence[bytes], before: int) -> Lifted:
    """Write a complete store beside another one, with the keys of a longer chain.

    Args:
        store: Root of the store.
        new: Root of the lifted one; must not exist.
        chain: All secrets, oldest first.
        before: With how many of them the store's keys are made.
    """
    keyed = {file.path: file for file in keyed_files(store)}
    lift = lifter(chain[before:])
    rows = unlike = 0
    record_keys: dict[RowName, str] = {}
    for path in sorted(store.rglob("*")):
        inside = path.relative_to(store)
        if path.is_dir() or inside.parts[0] in (NOTE, _ROTATED):
            continue
        target = new / inside
        target.parent.mkdir(parents=True, exist_ok=True)
        if path not in keyed:
            _same(path, target)
            continue
        table, lifted = _lifted(keyed[path], lift)
        rows += len(table)
        unlike += lifted.unlike
        record_keys |= lifted.record_keys
        _write(target, table)
    write_note(new, list(chain))
    return Lifted(rows, record_keys, unlike)


def lifter(secrets: Sequence[bytes]) -> Callable[[str], str]:
    """Return what lifts one key by some secrets, one after the other."""

    @cache
    def lift(key: str) -> str:
        return reduce(lambda lifted, secret: lift_key(secret, lifted), secrets, key)

    return lift


def exchange(one: Path, other: Path) -> None:
    """Let two folders take each other's place in one step: nobody ever finds none of them.

    Raises:
        OSError: The file system or the system cannot do that.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    call = getattr(libc, "renameat2", None)
    if call is None:
        raise OSError(0, "this system cannot exchange two folders in one step", str(one))
    if call(_HERE, os.fsencode(one), _HERE, os.fsencode(other), _EXCHANGE) != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number), str(one))
    descriptor = os.open(one.parent, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _lifted(file: KeyedFile, lift: Callable[[str], str]) -> tuple[pyarrow.Table, Lifted]:
    """Return the rows of a delivery with lifted keys."""
    contract = REGISTERS[file.register]
    table = pyarrow.parquet.read_table(file.path, partitioning=None)
    old_keys, old_hashes = identify(_typed(table, contract), contract)
    unlike = _differences(old_hashes, table.column("content_hash"))
    for name in PERSON_KEYS:
        table = _with(table, name, _mapped(table.column(name), lift))
    keys, hashes = identify(_typed(table, contract), contract)
    kept = table.column("record_key").to_pylist()
    # A key that cannot be made again from the row stays: the row is known by it, whatever it says.
    keys = [
        now if made == was else was
        for was, made, now in zip(kept, old_keys.to_pylist(), keys.to_pylist(), strict=True)
    ]
    record_keys = {
        (file.register, file.partner, was): now
        for was, now in zip(kept, keys, strict=True)
        if was != now
    }
    table = _with(table, "record_key", pyarrow.array(keys, pyarrow.string()))
    table = _with(table, "content_hash", hashes)
    return table, Lifted(len(table), record_keys, unlike)


def _typed(table: pyarrow.Table, contract: pa.DataFrameSchema) -> RegisterRows:
    """Return stored rows as judging had them, but for what is not kept of persons."""
    names = [name for name in table.column_names if name not in PROVENANCE]
    columns = {name: _column(table.column(name)) for name in names}
    for name in (contract.metadata["key"], *contract.metadata["natural_key"]):
        columns.setdefault(name, TypedColumn.blank(len(table)))
    return RegisterRows(
        register=str(contract.name),
        file_sha256="",
        file_name="",
        sheet="",
        columns=columns,
        row_numbers=np.arange(len(table), dtype=np.int64),
        cell_columns={},
    )


def _column(stored: pyarrow.ChunkedArray) -> TypedColumn:
    if pyarrow.types.is_list(stored.type):
        return TypedColumn.of(tuple(value or ()) for value in stored.to_pylist())
    coded = stored.combine_chunks().dictionary_encode()
    codes = coded.indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int32) + 1
    return TypedColumn(codes.astype(np.int32), [None, *coded.dictionary.to_pylist()])


def _mapped(stored: pyarrow.ChunkedArray, lift: Callable[[str], str]) -> pyarrow.Array:
    coded = stored.combine_chunks().dictionary_encode()
    lifted = pyarrow.array(map(lift, coded.dictionary.to_pylist()), pyarrow.string())
    return lifted.take(coded.indices)


def _with(table: pyarrow.Table, name: str, values: pyarrow.Array) -> pyarrow.Table:
    return table.set_column(table.column_names.index(name), table.schema.field(name), values)


def _differences(one: pyarrow.Array, other: pyarrow.ChunkedArray) -> int:
    different: Any = pyarrow.compute.sum(pyarrow.compute.not_equal(one, other.combine_chunks()))
    return different.as_py() or 0


def _same(path: Path, target: Path) -> None:
    try:
        os.link(path, target)
    except OSError:  # a file system without links
        shutil.copy2(path, target)


def _write(path: Path, table: pyarrow.Table) -> None:
    with path.open("wb") as sink:
        pyarrow.parquet.write_table(
            table,
            sink,
            compression="zstd",
            use_dictionary=[n for n in table.column_names if n not in _CHANGED],
            write_statistics=False,
            store_schema=False,
        )
        sink.flush()
        os.fsync(sink.fileno())
