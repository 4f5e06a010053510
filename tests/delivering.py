"""From rows as plain dictionaries to a register store, through the project's own judge.

Belongs here: typed register rows → verdicts → delivery sets; declarations → Parquet.
Does not belong here: which rows the tests are about, files as partners send them (conftest.py).
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet

from eurocluster.conforming.names import organisation_key
from eurocluster.consortium.declarations import Consortium
from eurocluster.deliveries import RegisterStore
from eurocluster.delivery_sets import DeliveryRecord, Received
from eurocluster.judging import Calendar, judge, judge_together
from eurocluster.register_rows import RegisterRows, TypedColumn
from eurocluster.warehouse import declaration_tables
from eurocluster.wording import speaker
from schemas import REGISTERS
from schemas.store import PERSON_KEYS, derived_columns

RowValues = Mapping[str, Any]
"""Column → value of one row; ``marks`` holds (column, rule code) of cells not understood."""

REPORTING_DATE = date(2025, 9, 15)


@dataclass(frozen=True)
class Registers:
    """Every register of every partner: sheets of rows, in the order in which they are read."""

    consortium: Consortium
    sheets: Mapping[tuple[str, str], tuple[tuple[RowValues, ...], ...]] = field(
        default_factory=dict, repr=False
    )


def deliver(registers: Registers, folder: Path) -> RegisterStore:
    """Write every register as one accepted delivery and the declarations beside the store."""
    store = RegisterStore(folder / "store")
    store.prepare()
    for (partner, register), sheets in registers.sheets.items():
        deliver_register(registers.consortium, store, partner, register, sheets)
    declared = folder / "build" / "declared"
    declared.mkdir(parents=True, exist_ok=True)
    for name, table in declaration_tables(registers.consortium, REPORTING_DATE).items():
        pyarrow.parquet.write_table(table, declared / f"{name}.parquet")
    return store


def deliver_register(
    consortium: Consortium,
    store: RegisterStore,
    partner: str,
    register: str,
    sheets: Sequence[Sequence[RowValues]],
) -> DeliveryRecord:
    """Judge the sheets of one register together and keep them."""
    contract = REGISTERS[register]
    project = consortium.project
    calendar = Calendar(project.start, project.end, REPORTING_DATE)
    files = [f"{register}-{position}.csv" for position in range(len(sheets))]
    verdicts = [
        judge(typed_rows(register, rows, partner, name), contract, calendar)
        for name, rows in zip(files, sheets, strict=True)
    ]
    judge_together(verdicts, contract)
    content = hashlib.sha256(repr(sheets).encode()).hexdigest()
    received = Received(tuple((name, _sha256(partner, name)) for name in files), content)
    with store.receive(partner, register, received, speaker("en")) as delivery:
        for verdict in verdicts:
            delivery.add(verdict)
        withdrawn, _ = delivery.withdrawn()
        return delivery.finish("accepted", withdrawn=withdrawn)


def typed_rows(
    register: str, rows: Sequence[RowValues], partner: str = "p1", file_name: str = "rows.csv"
) -> RegisterRows:
    """Return rows as conforming would hand them over; columns that a row lacks are blank."""
    contract = REGISTERS[register]
    columns: dict[str, list[Any]] = {
        name: [row.get(name, definition.metadata["default"]) for row in rows]
        for name, definition in contract.columns.items()
    }
    for name in derived_columns(contract):
        if name in PERSON_KEYS:
            columns[name] = [row.get(name) for row in rows]
        else:
            columns[name] = [_keys(value) for value in columns[name.removesuffix("_key")]]
    typed = RegisterRows(
        register=register,
        file_sha256=_sha256(partner, file_name),
        file_name=file_name,
        sheet="",
        columns={name: TypedColumn.of(values) for name, values in columns.items()},
        row_numbers=np.arange(len(rows), dtype=np.int64) + 2,
        cell_columns={name: number + 1 for number, name in enumerate(contract.columns)},
    )
    for index, row in enumerate(rows):
        for column, code in row.get("marks", ()):
            typed.mark(column, code, np.array([index]))
    return typed


def _keys(value: Any) -> Any:
    if isinstance(value, tuple):
        return tuple(organisation_key(entry) for entry in value)
    return None if value is None else organisation_key(value)


def _sha256(partner: str, file_name: str) -> str:
    return hashlib.sha256(f"{partner}/{file_name}".encode()).hexdigest()
