"""Judge the typed rows of one register against its contract.

Every check of one value runs once per distinct value; rules across columns run on the typed
frame; ids are compared over the whole delivery. The outcome of a row is the list of its
broken rules as ``column:code``; nothing is dropped here (rule G9 decides later, per KPI).

Belongs here: contract + rows → Verdict.
Does not belong here: turning cells into values (conforming/), keeping rows (deliveries).
"""

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

import pandas as pd
import pandera.pandas as pa

from eurocluster.findings import Finding, say
from eurocluster.reading.cells import cell_name
from schemas._columns import pandas_type
from schemas.reasons import is_error

_ENCODE = json.JSONEncoder(ensure_ascii=False).encode

Mark = tuple[int, str, str]
"""(row index, column or "", rule code): one rule that fired on one row."""


@dataclass(slots=True)
class RegisterRows:
    """Typed rows of one register from one sheet of one file.

    Attributes:
        columns: Canonical column → one value per row (None where blank or unreadable); holds
            every contract column and the derived ones of ``schemas.store``.
        row_numbers: 1-based row in the sheet, one per row.
        cell_columns: Canonical column → 1-based column in the sheet.
        texts: (row index, column) → the cell as sent, for findings; never a personal cell.
        marks: Rules that fired while cells were understood.
        findings: Findings of the sheet that belong to no row.
    """

    register: str
    file_sha256: str
    file_name: str
    sheet: str
    columns: dict[str, list[Any]]
    row_numbers: list[int]
    cell_columns: dict[str, int]
    texts: dict[tuple[int, str], str] = field(default_factory=dict)
    details: dict[tuple[int, str, str], str] = field(default_factory=dict)
    marks: list[Mark] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.row_numbers)


@dataclass(frozen=True, slots=True)
class Calendar:
    """Days against which rows are judged: the project's bounds and the reporting date."""

    first_day: date
    last_day: date
    reporting_date: date


@dataclass(slots=True)
class Verdict:
    """What judging says of one sheet: its rows, and per row which rules were broken."""

    rows: RegisterRows
    marks: list[set[tuple[str, str]]]
    record_keys: list[str]
    content_hashes: list[str]
    rejudge_on: date | None = None

    def broken(self, index: int, *, errors: bool) -> list[str]:
        """Return ``column:code`` of one row, errors or the rest, sorted."""
        marks = self.marks[index]
        if not marks:
            return []
        return sorted(f"{column}:{code}" for column, code in marks if is_error(code) == errors)


def judge(rows: RegisterRows, contract: pa.DataFrameSchema, calendar: Calendar) -> Verdict:
    """Return the verdict on one sheet's rows."""
    marks: list[set[tuple[str, str]]] = [set() for _ in range(len(rows))]
    for index, column, code in rows.marks:
        marks[index].add((column, code))
    unreadable = {(i, c) for i, c, code in rows.marks if is_error(code)}
    for name, column in contract.columns.items():
        values = rows.columns[name]
        for index, code in _judge_column(values, column):
            marks[index].add((name, code))
        if column.metadata["required"]:
            for index, value in enumerate(values):
                if _is_blank(value) and (index, name) not in unreadable:
                    marks[index].add((name, "E01"))
    if len(rows):
        frame = _frame(rows, contract)
        for rule in contract.checks:
            code, blamed = str(rule.name).split(":")
            kept = rule(frame).check_output.to_numpy(dtype=bool)
            for index in (~kept).nonzero()[0]:
                if (int(index), blamed) not in unreadable:
                    marks[int(index)].add((blamed, code))
    _judge_days(rows, contract, calendar, marks)
    keys, hashes = _identities(rows, contract)
    verdict = Verdict(rows, marks, keys, hashes)
    verdict.rejudge_on = _first_day_that_may_change(rows, marks)
    return verdict


def judge_together(verdicts: Sequence[Verdict], contract: pa.DataFrameSchema) -> None:
    """Mark ids that stand on rows with different content anywhere in one delivery (E08)."""
    key_column = contract.metadata["key"]
    contents: dict[str, str] = {}
    contradicted: set[str] = set()
    for verdict in verdicts:
        for key, content, own in _keyed(verdict, key_column):
            if own is not None and contents.setdefault(key, content) != content:
                contradicted.add(key)
    for verdict in verdicts:
        for index, (key, _, own) in enumerate(_keyed(verdict, key_column)):
            if own is not None and key in contradicted:
                verdict.marks[index].add((key_column, "E08"))


def findings_of(verdict: Verdict, contract: pa.DataFrameSchema) -> list[Finding]:
    """Return one finding per broken rule and place; values of personal cells are left out."""
    rows = verdict.rows
    found = list(rows.findings)
    personal = {name for name, column in contract.columns.items() if column.metadata["personal"]}
    for index, broken in enumerate(verdict.marks):
        for column, code in sorted(broken):
            position = rows.cell_columns.get(column)
            number = rows.row_numbers[index]
            value = None if column in personal else _shown(rows, index, column)
            found.append(
                Finding(
                    code=code,
                    message=say(code, rows.details.get((index, column, code), "")),
                    column=column or None,
                    file=rows.file_sha256,
                    sheet=rows.sheet,
                    row=number,
                    cell=cell_name(number, position) if position else None,
                    value=value,
                )
            )
    return found


def _shown(rows: RegisterRows, index: int, column: str) -> str | None:
    text = rows.texts.get((index, column))
    if text is not None:
        return text[:200]
    value = rows.columns[column][index] if column in rows.columns else None
    if _is_blank(value):
        return None
    return ("; ".join(value) if isinstance(value, tuple) else str(value))[:200]


def _keyed(verdict: Verdict, key_column: str) -> Iterable[tuple[str, str, Any]]:
    own = verdict.rows.columns[key_column]
    return zip(verdict.record_keys, verdict.content_hashes, own, strict=True)


def _is_blank(value: Any) -> bool:
    return value is None or value == ()


def _judge_column(values: list[Any], column: pa.Column) -> Iterable[tuple[int, str]]:
    """Yield (row index, code) for each failed check, having judged each distinct value once."""
    distinct = [value for value in dict.fromkeys(values) if not _is_blank(value)]
    if not distinct or not column.checks:
        return
    series = _series(distinct, column.metadata["kind"])
    failed: dict[Any, list[str]] = defaultdict(list)
    try:
        pa.SeriesSchema(
            pandas_type(column.metadata["kind"]), column.checks, nullable=False
        ).validate(series, lazy=True)
    except pa.errors.SchemaErrors as errors:
        for error in errors.schema_errors:
            if not isinstance(error.check, pa.Check):
                raise
            for at in error.failure_cases["index"]:
                failed[distinct[int(at)]].append(str(error.check.name))
    if failed:
        for index, value in enumerate(values):
            for code in failed.get(value, ()):
                yield index, code


def _series(values: list[Any], kind: str) -> pd.Series:
    if kind in ("decimal", "hours"):
        values = [None if value is None else float(value) for value in values]
    if kind == "date":
        return pd.to_datetime(pd.Series(values, dtype=object)).astype(pandas_type(kind))
    series: pd.Series = pd.Series(values, dtype=pandas_type(kind))
    return series


def _frame(rows: RegisterRows, contract: pa.DataFrameSchema) -> pd.DataFrame:
    return pd.DataFrame(
        {
            name: _series(rows.columns[name], column.metadata["kind"])
            for name, column in contract.columns.items()
        }
    )


def _judge_days(
    rows: RegisterRows,
    contract: pa.DataFrameSchema,
    calendar: Calendar,
    marks: list[set[tuple[str, str]]],
) -> None:
    """Mark counting dates outside the project (E04) and completions to come (E15)."""
    counting = contract.metadata["counting_date"]
    if counting:
        for index, day in enumerate(rows.columns[counting]):
            if day is not None and not calendar.first_day <= day <= calendar.last_day:
                marks[index].add((counting, "E04"))
    if contract.name == "exchanges":
        states, ends = rows.columns["status"], rows.columns["end_date"]
        for index, (state, end) in enumerate(zip(states, ends, strict=True)):
            if state == "completed" and end is not None and end > calendar.reporting_date:
                marks[index].add(("end_date", "E15"))


def _first_day_that_may_change(
    rows: RegisterRows, marks: list[set[tuple[str, str]]]
) -> date | None:
    """Return the first day on which an E15 of these rows no longer holds."""
    days = [
        rows.columns["end_date"][index]
        for index, broken in enumerate(marks)
        if ("end_date", "E15") in broken
    ]
    return min(days, default=None)


def _identities(rows: RegisterRows, contract: pa.DataFrameSchema) -> tuple[list[str], list[str]]:
    """Return record keys and content hashes (G7): the own id, else a hash of the natural key."""
    key: str = contract.metadata["key"]
    natural: tuple[str, ...] = contract.metadata["natural_key"]
    kept = sorted(
        name
        for name in rows.columns
        if name not in contract.columns or not contract.columns[name].metadata["personal"]
    )
    written = {name: _written(rows.columns[name]) for name in {*kept, *natural}}
    keys, hashes = [], []
    for index in range(len(rows)):
        content = _digest(written[name][index] for name in kept)
        parts = [rows.columns[name][index] for name in natural]
        own = rows.columns[key][index]
        if own is not None and (key not in natural or len(natural) == 1):
            keys.append(f"id:{own}")
        elif own is not None:
            keys.append("id:" + "|".join("" if part is None else str(part) for part in parts))
        elif all(part is None for part in parts):
            keys.append(f"content:{content}")
        else:
            keys.append(f"natural:{_digest(written[name][index] for name in natural)}")
        hashes.append(content)
    return keys, hashes


def _digest(texts: Iterable[str]) -> str:
    """Return the hash of a JSON list, given the texts of its items."""
    return hashlib.sha256(f"[{', '.join(texts)}]".encode()).hexdigest()[:32]


def _written(values: list[Any]) -> list[str]:
    """Return the JSON text of values, having written each distinct one once."""
    texts = {value: _ENCODE(_plain(value)) for value in set(values)}
    return [texts[value] for value in values]


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    if isinstance(value, date):
        return value.isoformat()
    return value
