"""One delivery set while it is written, and what it consists of when it is complete.

Its rows and findings come block after block, under unfinished names; its record, which is the
commit mark, comes last.

Belongs here: columns of deliveries and findings, the record, writing the files of one set.
Does not belong here: where sets are kept and which is in force (deliveries.py), judging.
"""

import gc
import os
from collections.abc import Callable, Sequence, Set
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import reduce
from pathlib import Path
from typing import Any, Final, Literal, Self

import numpy as np
import pyarrow
import pyarrow.compute
import pyarrow.parquet
from numpy.typing import NDArray

from eurocluster.findings import FINDING_COLUMNS, Finding, table_of
from eurocluster.judging import Verdict
from eurocluster.reading.cells import column_letters
from eurocluster.register_rows import RegisterRows
from eurocluster.wording import Say
from schemas import REGISTERS
from schemas.store import store_schema

State = Literal["accepted", "held", "unreadable", "unreachable", "missing"]

_SCALE: Final = Decimal("0.0001")
_UNIQUE: Final = frozenset({"record_key", "content_hash", "row_number", "cell"})
"""Columns with another value in almost every row."""
_WIDEST: Final = 1 << 20
"""More columns than a sheet can have."""

DELIVERY_SCHEMA: Final = pyarrow.schema(
    {
        "delivery_id": pyarrow.string(),
        "reported_by": pyarrow.string(),
        "register": pyarrow.string(),
        "sequence": pyarrow.int64(),
        "state": pyarrow.string(),
        "reason": pyarrow.string(),
        "received_at": pyarrow.timestamp("us", tz="UTC"),
        "content_hash": pyarrow.string(),
        "rejudge_on": pyarrow.date32(),
        "file_names": pyarrow.list_(pyarrow.string()),
        "file_hashes": pyarrow.list_(pyarrow.string()),
        "rows_read": pyarrow.int64(),
        "rows_refused": pyarrow.int64(),
        "rows_doubtful": pyarrow.int64(),
        "rows_withdrawn": pyarrow.int64(),
    }
)
FINDING_SCHEMA: Final = pyarrow.schema(
    [
        pyarrow.field("delivery_id", pyarrow.string()),
        pyarrow.field("reported_by", pyarrow.string()),
        pyarrow.field("register", pyarrow.string()),
        *FINDING_COLUMNS,
    ]
)


@dataclass(frozen=True, slots=True)
class DeliveryRecord:
    """The commit mark of one delivery set; the fields are those of ``DELIVERY_SCHEMA``."""

    delivery_id: str
    reported_by: str
    register: str
    sequence: int
    state: State
    reason: str | None
    received_at: datetime
    content_hash: str
    rejudge_on: date | None
    file_names: tuple[str, ...]
    file_hashes: tuple[str, ...]
    rows_read: int
    rows_refused: int
    rows_doubtful: int
    rows_withdrawn: int


@dataclass(frozen=True, slots=True)
class Received:
    """What arrived for one register: labels and hashes of files, in the order read."""

    files: tuple[tuple[str, str], ...]
    content_hash: str


@dataclass(frozen=True, slots=True)
class DeliverySet:
    """One delivery set: whose and which it is, and the places of its files.

    Attributes:
        sequence: Number among the deliveries of this partner's register, from 1.
        record: Place of the record, which must be free.
    """

    partner: str
    register: str
    sequence: int
    delivery_id: str
    rows: Path
    findings: Path
    record: Path


class UnfinishedDelivery:
    """A delivery set while it is written: rows block after block, then findings, last the record.

    Attributes:
        rows_read: Rows added so far.
    """

    def __init__(
        self,
        delivery_set: DeliverySet,
        received: Received,
        say: Say,
        keys_in_force: Callable[[], pyarrow.ChunkedArray] | None,
    ) -> None:
        self.rows_read = 0
        self._set = delivery_set
        self._received = received
        self._say = say
        self._keys_in_force = keys_in_force
        self._contract = REGISTERS[delivery_set.register]
        self._refused = self._doubtful = 0
        self._collects = False
        self._keys: list[pyarrow.Array] = []
        self._rejudge_on: date | None = None
        unique = {*_UNIQUE, self._contract.metadata["key"]}
        self._rows = _Unfinished(
            delivery_set.rows, _with_codes(store_schema(self._contract), unique), unique
        )
        self._findings = _Unfinished(delivery_set.findings, FINDING_SCHEMA)

    def __enter__(self) -> Self:
        # A block is millions of values without a cycle: to search them again and again for cycles
        # would take as long as to understand them. What cycles there are go block by block.
        self._collects = gc.isenabled()
        gc.disable()
        return self

    def __exit__(self, *exception: object) -> None:
        if self._collects:
            gc.enable()
        self._rows.discard()
        self._findings.discard()

    def add(self, verdict: Verdict) -> None:
        """Add judged rows and their findings."""
        self.rows_read += len(verdict.rows)
        self._refused += int(verdict.has(errors=True).sum())
        self._doubtful += int(verdict.has(errors=False).sum())
        self._keys.append(verdict.record_keys)
        days = [day for day in (self._rejudge_on, verdict.rejudge_on) if day is not None]
        self._rejudge_on = min(days, default=None)
        self._rows.write(_rows_table(verdict, self._rows.schema, self._set))
        self._add_findings(verdict.findings(self._contract, self._say))
        gc.collect(0)

    def add_findings(self, findings: Sequence[Finding]) -> None:
        """Add findings that belong to no row."""
        self._add_findings(table_of(findings, self._say))

    def withdrawn(self) -> tuple[int, int]:
        """Return (rows that would disappear, rows in force) if this delivery were accepted."""
        if self._keys_in_force is None:
            return 0, 0
        before = self._keys_in_force().unique()
        after = pyarrow.chunked_array(self._keys, pyarrow.string()).combine_chunks()
        kept = pyarrow.compute.sum(pyarrow.compute.is_in(before, value_set=after)).as_py() or 0
        return len(before) - kept, len(before)

    def finish(self, state: State, reason: str | None = None, withdrawn: int = 0) -> DeliveryRecord:
        """Close the set and return its record, which is written last.

        Rows of deliveries that are not accepted are kept as well, but nothing counts them.
        """
        self._rows.finish()
        self._findings.finish()
        record = DeliveryRecord(
            delivery_id=self._set.delivery_id,
            reported_by=self._set.partner,
            register=self._set.register,
            sequence=self._set.sequence,
            state=state,
            reason=reason,
            received_at=datetime.now(UTC),
            content_hash=self._received.content_hash,
            rejudge_on=self._rejudge_on,
            file_names=tuple(name for name, _ in self._received.files),
            file_hashes=tuple(sha256 for _, sha256 in self._received.files),
            rows_read=self.rows_read,
            rows_refused=self._refused,
            rows_doubtful=self._doubtful,
            rows_withdrawn=withdrawn,
        )
        write_parquet(
            self._set.record,
            pyarrow.Table.from_pylist([asdict(record)], schema=DELIVERY_SCHEMA),
            is_new=True,
        )
        return record

    def _add_findings(self, findings: pyarrow.Table) -> None:
        told = {
            "delivery_id": self._set.delivery_id,
            "reported_by": self._set.partner,
            "register": self._set.register,
        }
        for at, (name, value) in enumerate(told.items()):
            constant = pyarrow.repeat(pyarrow.scalar(value), len(findings))
            findings = findings.add_column(at, name, constant)
        self._findings.write(findings.cast(FINDING_SCHEMA))


class _Unfinished:
    """A Parquet file under a name of its own until it is complete."""

    def __init__(self, path: Path, schema: pyarrow.Schema, unique: Set[str] = _UNIQUE) -> None:
        self.schema = schema
        self._path = path
        self._place = path.with_name(f".{path.name}.{os.getpid()}")
        path.parent.mkdir(parents=True, exist_ok=True)
        self._sink = self._place.open("wb")
        self._writer = pyarrow.parquet.ParquetWriter(
            self._sink,
            schema,
            compression="zstd",
            use_dictionary=[
                f"{field.name}.list.element" if pyarrow.types.is_list(field.type) else field.name
                for field in schema
                if field.name not in unique
            ],
            write_statistics=False,
            store_schema=False,
        )

    def write(self, table: pyarrow.Table) -> None:
        """Append rows."""
        if len(table):
            self._writer.write_table(table)

    def finish(self) -> None:
        """Close the file and give it its name."""
        self._writer.close()
        self._sink.flush()
        os.fsync(self._sink.fileno())
        self._sink.close()
        self._place.replace(self._path)

    def discard(self) -> None:
        """Remove the file unless it was finished."""
        try:
            self._writer.close()
        finally:
            self._sink.close()
            self._place.unlink(missing_ok=True)


def _rows_table(
    verdict: Verdict, schema: pyarrow.Schema, delivery_set: DeliverySet
) -> pyarrow.Table:
    rows = verdict.rows
    count = len(rows)
    constants = {
        "reported_by": delivery_set.partner,
        "delivery_set": delivery_set.delivery_id,
        "file_sha256": rows.file_sha256,
        "file_name": rows.file_name,
        "sheet": rows.sheet,
    }
    given = {
        "record_key": verdict.record_keys,
        "content_hash": verdict.content_hashes,
        "row_number": pyarrow.array(rows.row_numbers),
        "cell_columns": _cell_columns(rows),
        "errors": verdict.broken(errors=True),
        "warnings": verdict.broken(errors=False),
    }
    arrays = []
    for field in schema:
        if field.name in constants:
            arrays.append(_coded(np.zeros(count, np.int32), [constants[field.name]]))
        elif field.name in given:
            arrays.append(given[field.name])
        else:
            column = rows.columns[field.name]
            if pyarrow.types.is_dictionary(field.type):
                arrays.append(_coded(column.codes, column.values))
            else:
                distinct = _array(column.values, field.type)
                arrays.append(distinct.take(pyarrow.array(column.codes)))
    return pyarrow.table(arrays, schema=schema)


def _with_codes(schema: pyarrow.Schema, unique: Set[str]) -> pyarrow.Schema:
    """Return a schema in which texts but unique ones are codes into their distinct values.

    They are the same texts in the file (``store_schema=False``), written without looking for the
    distinct ones again.
    """
    coded = pyarrow.dictionary(pyarrow.int32(), pyarrow.string())
    return pyarrow.schema(
        field.with_type(coded)
        if pyarrow.types.is_string(field.type) and field.name not in unique
        else field
        for field in schema
    )


def _coded(codes: NDArray[np.int32], values: Sequence[Any]) -> pyarrow.DictionaryArray:
    """Return texts as codes, which Parquet keeps as they are."""
    texts = pyarrow.array(values, pyarrow.string())
    if texts.null_count:
        of_text = np.cumsum(~np.asarray(texts.is_null())).astype(np.int32) - 1
        is_null = np.asarray(texts.is_null())[codes]
        codes, texts = of_text[codes], texts.drop_null()
        return pyarrow.DictionaryArray.from_arrays(pyarrow.array(codes, mask=is_null), texts)
    return pyarrow.DictionaryArray.from_arrays(pyarrow.array(codes), texts)


def _cell_columns(rows: RegisterRows) -> pyarrow.Array:
    """Return the columns of each row's cells, from its first to its last, as ``A:R``."""
    places = [np.asarray(at) for at in rows.cell_columns.values()] or [np.asarray(1)]
    first, last = (
        np.broadcast_to(reduce(end, places), len(rows)).astype(np.int64)
        for end in (np.minimum, np.maximum)
    )
    distinct, codes = np.unique(first * _WIDEST + last, return_inverse=True)
    names = [
        f"{column_letters(pair // _WIDEST)}:{column_letters(pair % _WIDEST)}"
        for pair in distinct.tolist()
    ]
    return _coded(codes.astype(np.int32), names)


def _array(values: Sequence[Any], kind: pyarrow.DataType) -> pyarrow.Array:
    if pyarrow.types.is_decimal(kind):
        values = [
            value.quantize(_SCALE) if isinstance(value, Decimal) else value for value in values
        ]
    if pyarrow.types.is_list(kind):
        values = [() if value is None else value for value in values]
    return pyarrow.array(values, kind)


def write_parquet(path: Path, table: pyarrow.Table, *, is_new: bool = False) -> None:
    """Write a Parquet file completely or not at all.

    Raises:
        FileExistsError: It should be new and is there: somebody else has written it.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    with unfinished.open("wb") as sink:
        pyarrow.parquet.write_table(table, sink, compression="zstd")
        sink.flush()
        os.fsync(sink.fileno())
    if not is_new:
        unfinished.replace(path)
        return
    try:
        os.link(unfinished, path)
    finally:
        unfinished.unlink()
