"""The register store: immutable delivery sets, one per partner, register and change.

A delivery set is two Parquet files (rows, findings) and, written last, a delivery record of
one row, which is the commit mark: rows without a record do not exist. Nothing is ever
changed or deleted; the newest accepted delivery of a partner's register is in force (G7).

Layout below the store's root::

    rows/<register>/partner=<code>/<delivery_id>.parquet
    findings/partner=<code>/<register>-<delivery_id>.parquet
    deliveries/partner=<code>/<register>-<sequence>.parquet

Belongs here: where files of the store are, sequence and state of deliveries.
Does not belong here: writing a delivery set (delivery_sets.py), judging, what counts.
"""

import hashlib
from dataclasses import replace
from datetime import datetime
from functools import partial
from pathlib import Path

import numpy as np
import pyarrow
import pyarrow.compute
import pyarrow.parquet
from numpy.typing import NDArray

from eurocluster.attempts import ATTEMPT_SCHEMA
from eurocluster.delivery_sets import (
    DELIVERY_SCHEMA,
    FINDING_SCHEMA,
    DeliveryRecord,
    DeliverySet,
    Received,
    UnfinishedDelivery,
    write_parquet,
)
from eurocluster.rotations import ROTATION_SCHEMAS
from eurocluster.wording import Say
from schemas import REGISTERS
from schemas.store import store_schema


class RegisterStore:
    """The delivery sets of one consortium below ``root``.

    ``confirmed`` are ids of deliveries that were held back and that a steward has accepted since:
    they are accepted ones, as in the warehouse (``stg_deliveries``).
    """

    def __init__(self, root: Path, confirmed: frozenset[str] = frozenset()) -> None:
        self.root = root
        self._confirmed = confirmed

    def prepare(self) -> None:
        """Write the empty files that give every register its columns, also those added since."""
        schemas = {
            f"rows/{register}": store_schema(contract) for register, contract in REGISTERS.items()
        }
        schemas |= {
            "findings": FINDING_SCHEMA,
            "deliveries": DELIVERY_SCHEMA,
            "attempts": ATTEMPT_SCHEMA,
            **{f"rotated/{name}": schema for name, schema in ROTATION_SCHEMAS.items()},
        }
        for folder, schema in schemas.items():
            empty = self.root / folder / "empty.parquet"
            if not empty.exists() or pyarrow.parquet.read_schema(empty) != schema:
                write_parquet(empty, schema.empty_table())

    def history(self, partner: str, register: str) -> list[DeliveryRecord]:
        """Return the delivery records of one partner's register, oldest first."""
        folder = self.root / "deliveries" / f"partner={partner}"
        paths = sorted(folder.glob(f"{register}-*.parquet"))
        found = [_record(pyarrow.parquet.read_table(path, partitioning=None)) for path in paths]
        return [
            replace(record, state="accepted") if record.delivery_id in self._confirmed else record
            for record in found
        ]

    def delivery_ids(self, known_until: datetime | None = None) -> list[str]:
        """Return the ids of all deliveries received by a moment, by partner and register."""
        found: list[str] = []
        for path in sorted((self.root / "deliveries").rglob("*.parquet")):
            table = pyarrow.parquet.read_table(
                path, columns=["delivery_id", "received_at"], partitioning=None
            )
            found.extend(
                row["delivery_id"]
                for row in table.to_pylist()
                if known_until is None or row["received_at"] <= known_until
            )
        return found

    def in_force(self, partner: str, register: str) -> DeliveryRecord | None:
        """Return the newest accepted delivery, None when there has been none."""
        accepted = [r for r in self.history(partner, register) if r.state == "accepted"]
        return accepted[-1] if accepted else None

    def record_keys(self, record: DeliveryRecord) -> pyarrow.ChunkedArray:
        """Return the record keys of one delivery."""
        path = self._rows_path(record.reported_by, record.register, record.delivery_id)
        table = pyarrow.parquet.read_table(path, columns=["record_key"], partitioning=None)
        return table.column("record_key")

    def receive(
        self, partner: str, register: str, received: Received, say: Say
    ) -> UnfinishedDelivery:
        """Begin one delivery set; nothing of it exists before it is finished."""
        past = self.history(partner, register)
        sequence = past[-1].sequence + 1 if past else 1
        delivery_id = hashlib.sha256(
            f"{partner}|{register}|{sequence}|{received.content_hash}".encode()
        ).hexdigest()[:32]
        accepted = [record for record in past if record.state == "accepted"]
        return UnfinishedDelivery(
            DeliverySet(
                partner=partner,
                register=register,
                sequence=sequence,
                delivery_id=delivery_id,
                rows=self._rows_path(partner, register, delivery_id),
                findings=self._findings_path(partner, register, delivery_id),
                record=self._record_path(partner, register, sequence),
            ),
            received,
            say,
            partial(self.record_keys, accepted[-1]) if accepted else None,
        )

    def findings(self, record: DeliveryRecord, sha256: str | None = None) -> pyarrow.Table:
        """Return the findings of one delivery, or of one file of it and of no file."""
        path = self._findings_path(record.reported_by, record.register, record.delivery_id)
        found = pyarrow.parquet.read_table(path, partitioning=None)
        if sha256 is None:
            return found
        file = found.column("file_sha256")
        own = pyarrow.compute.equal(file, sha256)
        return found.filter(pyarrow.compute.or_kleene(own, pyarrow.compute.is_null(file)))

    def row_numbers(
        self, record: DeliveryRecord, sha256: str, sheet: str
    ) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return the row numbers of one sheet of a delivery: rows without an error, the others."""
        rows = pyarrow.parquet.read_table(
            self._rows_path(record.reported_by, record.register, record.delivery_id),
            columns=["row_number", "errors"],
            filters=[("file_sha256", "=", sha256), ("sheet", "=", sheet)],
            partitioning=None,
        )
        numbers = rows.column("row_number").to_numpy()
        errors = pyarrow.compute.list_value_length(rows.column("errors")).to_numpy()
        bad = np.unique(numbers[errors > 0])
        return np.setdiff1d(numbers[errors == 0], bad), bad

    def clear(self, partner: str) -> int:
        """Delete what deliveries of a partner have left that did not come to an end.

        That is rows and findings without a record, and files under unfinished names. Nobody else
        may be working on the partner. Returns how many files there were.
        """
        known = set[str]()
        folders = [self.root / "deliveries" / f"partner={partner}"]
        for path in folders[0].glob("*.parquet"):
            known.add(_record(pyarrow.parquet.read_table(path, partitioning=None)).delivery_id)
        folders += (self.root / "rows").glob(f"*/partner={partner}")
        folders += (self.root / "findings").glob(f"partner={partner}")
        left = [
            path
            for folder in folders
            for path in folder.glob("*")
            if path.name.startswith(".")
            or (folder != folders[0] and path.stem.rpartition("-")[2] not in known)
        ]
        for path in left:
            path.unlink()
        return len(left)

    def _rows_path(self, partner: str, register: str, delivery_id: str) -> Path:
        return self.root / "rows" / register / f"partner={partner}" / f"{delivery_id}.parquet"

    def _findings_path(self, partner: str, register: str, delivery_id: str) -> Path:
        name = f"{register}-{delivery_id}.parquet"
        return self.root / "findings" / f"partner={partner}" / name

    def _record_path(self, partner: str, register: str, sequence: int) -> Path:
        name = f"{register}-{sequence:06d}.parquet"
        return self.root / "deliveries" / f"partner={partner}" / name


def _record(table: pyarrow.Table) -> DeliveryRecord:
    values = table.to_pylist()[0]
    values["file_names"] = tuple(values["file_names"])
    values["file_hashes"] = tuple(values["file_hashes"])
    return DeliveryRecord(**values)
