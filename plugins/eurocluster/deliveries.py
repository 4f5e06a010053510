"""The register store: immutable delivery sets, one per partner, register and change.

A delivery set is two Parquet files (rows, findings) and, written last, a delivery record of
one row, which is the commit mark: rows without a record do not exist. Nothing is ever
changed or deleted; the newest accepted delivery of a partner's register is in force (G7).

Layout below the store's root::

    rows/<register>/partner=<code>/<delivery_id>.parquet
    findings/partner=<code>/<register>-<delivery_id>.parquet
    deliveries/partner=<code>/<register>-<sequence>.parquet

Belongs here: files of the store, sequence and state of deliveries.
Does not belong here: judging, what counts.
"""

import hashlib
import os
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, Final, Literal

import pyarrow
import pyarrow.compute
import pyarrow.parquet

from eurocluster.findings import Finding
from eurocluster.judging import Verdict, findings_of
from eurocluster.reading.cells import column_letters
from schemas import REGISTERS
from schemas.reasons import RULES
from schemas.store import store_schema

State = Literal["accepted", "held", "unreadable", "missing"]

_SCALE: Final = Decimal("0.0001")

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
    {
        "delivery_id": pyarrow.string(),
        "reported_by": pyarrow.string(),
        "register": pyarrow.string(),
        "code": pyarrow.string(),
        "severity": pyarrow.string(),
        "column_name": pyarrow.string(),
        "file_sha256": pyarrow.string(),
        "sheet": pyarrow.string(),
        "row_number": pyarrow.int64(),
        "cell": pyarrow.string(),
        "value": pyarrow.string(),
        "message": pyarrow.string(),
    }
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


class RegisterStore:
    """The delivery sets of one consortium below ``root``."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def prepare(self) -> None:
        """Write the empty files that give every register its columns, also those added since."""
        schemas = {
            f"rows/{register}": store_schema(contract) for register, contract in REGISTERS.items()
        }
        schemas |= {"findings": FINDING_SCHEMA, "deliveries": DELIVERY_SCHEMA}
        for folder, schema in schemas.items():
            empty = self.root / folder / "empty.parquet"
            if not empty.exists() or pyarrow.parquet.read_schema(empty) != schema:
                _write(empty, schema.empty_table())

    def history(self, partner: str, register: str) -> list[DeliveryRecord]:
        """Return the delivery records of one partner's register, oldest first."""
        folder = self.root / "deliveries" / f"partner={partner}"
        paths = sorted(folder.glob(f"{register}-*.parquet"))
        return [_record(pyarrow.parquet.read_table(path, partitioning=None)) for path in paths]

    def delivery_ids(self) -> list[str]:
        """Return the ids of all deliveries ever recorded, in the order of partner and register."""
        found: list[str] = []
        for path in sorted((self.root / "deliveries").rglob("*.parquet")):
            table = pyarrow.parquet.read_table(path, columns=["delivery_id"], partitioning=None)
            found.extend(table.column("delivery_id").to_pylist())
        return found

    def in_force(self, partner: str, register: str) -> DeliveryRecord | None:
        """Return the newest accepted delivery, None when there has been none."""
        accepted = [r for r in self.history(partner, register) if r.state == "accepted"]
        return accepted[-1] if accepted else None

    def record_keys(self, record: DeliveryRecord) -> set[str]:
        """Return the record keys of one delivery."""
        path = self._rows_path(record.reported_by, record.register, record.delivery_id)
        table = pyarrow.parquet.read_table(path, columns=["record_key"], partitioning=None)
        return set(table.column("record_key").to_pylist())

    def withdrawn(
        self, partner: str, register: str, verdicts: Sequence[Verdict]
    ) -> tuple[int, int]:
        """Return (rows that would disappear, rows in force) if these verdicts were accepted."""
        current = self.in_force(partner, register)
        if current is None:
            return 0, 0
        before = self.record_keys(current)
        after = {key for verdict in verdicts for key in verdict.record_keys}
        return len(before - after), len(before)

    def write(
        self,
        partner: str,
        register: str,
        received: Received,
        verdicts: Sequence[Verdict],
        *,
        state: State,
        reason: str | None = None,
        extra_findings: Sequence[Finding] = (),
        withdrawn: int = 0,
    ) -> DeliveryRecord:
        """Write one delivery set and return its record; the record is written last.

        Rows of deliveries that are not accepted are kept as well, but nothing counts them.
        """
        contract = REGISTERS[register]
        past = self.history(partner, register)
        sequence = past[-1].sequence + 1 if past else 1
        delivery_id = hashlib.sha256(
            f"{partner}|{register}|{sequence}|{received.content_hash}|{state}".encode()
        ).hexdigest()[:32]
        rows = pyarrow.concat_tables(
            [
                _rows_table(verdict, store_schema(contract), partner, delivery_id)
                for verdict in verdicts
            ]
            or [store_schema(contract).empty_table()]
        )
        findings = [*extra_findings, *(f for v in verdicts for f in findings_of(v, contract))]
        _write(self._rows_path(partner, register, delivery_id), rows)
        _write(
            self.root / "findings" / f"partner={partner}" / f"{register}-{delivery_id}.parquet",
            _findings_table(findings, partner, register, delivery_id),
        )
        record = DeliveryRecord(
            delivery_id=delivery_id,
            reported_by=partner,
            register=register,
            sequence=sequence,
            state=state,
            reason=reason,
            received_at=datetime.now(UTC),
            content_hash=received.content_hash,
            rejudge_on=min((v.rejudge_on for v in verdicts if v.rejudge_on), default=None),
            file_names=tuple(name for name, _ in received.files),
            file_hashes=tuple(sha256 for _, sha256 in received.files),
            rows_read=rows.num_rows,
            rows_refused=_rows_with(rows, "errors"),
            rows_doubtful=_rows_with(rows, "warnings"),
            rows_withdrawn=withdrawn,
        )
        _write(
            self.root / "deliveries" / f"partner={partner}" / f"{register}-{sequence:06d}.parquet",
            pyarrow.Table.from_pylist([asdict(record)], schema=DELIVERY_SCHEMA),
        )
        return record

    def findings(self, record: DeliveryRecord) -> list[dict[str, Any]]:
        """Return the findings of one delivery as plain rows."""
        name = f"{record.register}-{record.delivery_id}.parquet"
        path = self.root / "findings" / f"partner={record.reported_by}" / name
        found: list[dict[str, Any]] = pyarrow.parquet.read_table(
            path, partitioning=None
        ).to_pylist()
        return found

    def _rows_path(self, partner: str, register: str, delivery_id: str) -> Path:
        return self.root / "rows" / register / f"partner={partner}" / f"{delivery_id}.parquet"


def _rows_with(rows: pyarrow.Table, column: str) -> int:
    lengths = pyarrow.compute.list_value_length(rows.column(column))
    return pyarrow.compute.sum(pyarrow.compute.greater(lengths, 0)).as_py() or 0


def _rows_table(
    verdict: Verdict, schema: pyarrow.Schema, partner: str, delivery_id: str
) -> pyarrow.Table:
    rows = verdict.rows
    count = len(rows)
    first = column_letters(min(rows.cell_columns.values(), default=1))
    last = column_letters(max(rows.cell_columns.values(), default=1))
    values: Mapping[str, list[Any]] = {
        **rows.columns,
        "reported_by": [partner] * count,
        "delivery_set": [delivery_id] * count,
        "record_key": verdict.record_keys,
        "content_hash": verdict.content_hashes,
        "file_sha256": [rows.file_sha256] * count,
        "file_name": [rows.file_name] * count,
        "sheet": [rows.sheet] * count,
        "row_number": rows.row_numbers,
        "cell_range": [f"{first}{number}:{last}{number}" for number in rows.row_numbers],
        "errors": [verdict.broken(index, errors=True) for index in range(count)],
        "warnings": [verdict.broken(index, errors=False) for index in range(count)],
    }
    return pyarrow.table(
        {field.name: _array(values[field.name], field.type) for field in schema}, schema=schema
    )


def _array(values: Sequence[Any], kind: pyarrow.DataType) -> pyarrow.Array:
    if pyarrow.types.is_decimal(kind):
        values = [
            value.quantize(_SCALE) if isinstance(value, Decimal) else value for value in values
        ]
    if pyarrow.types.is_list(kind):
        values = [() if value is None else value for value in values]
    return pyarrow.array(values, kind)


def _findings_table(
    findings: Sequence[Finding], partner: str, register: str, delivery_id: str
) -> pyarrow.Table:
    return pyarrow.Table.from_pylist(
        [
            {
                "delivery_id": delivery_id,
                "reported_by": partner,
                "register": register,
                "code": finding.code,
                "severity": RULES[finding.code].severity,
                "column_name": finding.column,
                "file_sha256": finding.file,
                "sheet": finding.sheet,
                "row_number": finding.row,
                "cell": finding.cell,
                "value": finding.value,
                "message": finding.message,
            }
            for finding in findings
        ],
        schema=FINDING_SCHEMA,
    )


def _record(table: pyarrow.Table) -> DeliveryRecord:
    values = table.to_pylist()[0]
    values["file_names"] = tuple(values["file_names"])
    values["file_hashes"] = tuple(values["file_hashes"])
    return DeliveryRecord(**values)


def _write(path: Path, table: pyarrow.Table) -> None:
    """Write a Parquet file completely or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    with unfinished.open("wb") as sink:
        pyarrow.parquet.write_table(table, sink, compression="zstd")
        sink.flush()
        os.fsync(sink.fileno())
    unfinished.replace(path)
