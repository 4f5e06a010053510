"""Judge the typed rows of one register against its contract.

Every check of one value runs once per distinct value; rules across columns run on the typed
frame; ids are compared over the whole delivery. The outcome of a row is the list of its
broken rules as ``column:code``; nothing is dropped here (rule G9 decides later, per KPI).

Belongs here: contract + rows → Verdict.
Does not belong here: turning cells into values (conforming/), keeping rows (deliveries).
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache, cached_property
from typing import Any

import numpy as np
import pandas as pd
import pandera.pandas as pa
import pyarrow
import pyarrow.compute
from numpy.typing import NDArray

from eurocluster.findings import FINDING_COLUMNS, message_of
from eurocluster.identities import identify
from eurocluster.reading.cells import column_letters
from eurocluster.reading.display import text_of
from eurocluster.register_rows import Mark, RegisterRows, RowIndexes, TypedColumn
from eurocluster.wording import Say
from schemas import REGISTERS
from schemas._columns import pandas_type
from schemas.reasons import RULES, is_error

_LONGEST_VALUE = 200


@dataclass(frozen=True, slots=True)
class Calendar:
    """Days against which rows are judged: the project's bounds and the reporting date."""

    first_day: date
    last_day: date
    reporting_date: date


@dataclass(eq=False)
class Verdict:
    """What judging says of some rows of one sheet: per row, which rules were broken.

    Attributes:
        record_keys: Key of each row (:mod:`eurocluster.identities`).
        content_hashes: Hash of what each row says.
        rejudge_on: First day on which the verdict may change.
    """

    rows: RegisterRows
    record_keys: pyarrow.Array
    content_hashes: pyarrow.Array
    rejudge_on: date | None = None

    def broken(self, *, errors: bool) -> pyarrow.ListArray:
        """Return per row the sorted ``column:code`` of its broken rules, errors or the rest."""
        rows, places, marks = self._broken
        texts = [f"{column}:{code}" for column, code in marks]
        wanted = np.array([is_error(code) == errors for _, code in marks], dtype=np.bool_)
        chosen = wanted[places] if marks else np.zeros(0, dtype=np.bool_)
        counts = np.bincount(rows[chosen], minlength=len(self.rows))
        offsets = np.concatenate(([0], np.cumsum(counts))).astype(np.int32)
        values = pyarrow.array(texts, pyarrow.string()).take(pyarrow.array(places[chosen]))
        return pyarrow.ListArray.from_arrays(pyarrow.array(offsets), values)

    def has(self, *, errors: bool) -> NDArray[np.bool_]:
        """Return which rows break a rule, errors or the rest."""
        rows, places, marks = self._broken
        wanted = np.array([is_error(code) == errors for _, code in marks], dtype=np.bool_)
        found = np.zeros(len(self.rows), dtype=np.bool_)
        if marks:
            found[rows[wanted[places]]] = True
        return found

    def findings(self, contract: pa.DataFrameSchema, say: Say) -> pyarrow.Table:
        """Return one finding per broken rule and place; personal cells are left out."""
        personal = {name for name, found in contract.columns.items() if found.metadata["personal"]}
        tables = [
            _told(self.rows, mark, say, is_personal=mark.column in personal)
            for mark in _once(self.rows.marks)
            if mark.code != "E01" or not self._lacks(mark.column, contract)
        ]
        return pyarrow.concat_tables([FINDING_COLUMNS.empty_table(), *tables])

    def _lacks(self, column: str, contract: pa.DataFrameSchema) -> bool:
        """Return whether the table has no such column, which is told once and not for each row."""
        definition = contract.columns.get(column)
        return (
            bool(self.rows.cell_columns)
            and definition is not None
            and definition.metadata["required"]
            and column not in self.rows.sent
        )

    @cached_property
    def _broken(self) -> tuple[RowIndexes, NDArray[np.int64], list[tuple[str, str]]]:
        """Return (row, place of the mark in the list) once each, in order, and the list."""
        marks = sorted({(mark.column, mark.code) for mark in self.rows.marks}, key=":".join)
        place = {mark: index for index, mark in enumerate(marks)}
        pairs = [mark.rows * len(marks) + place[mark.column, mark.code] for mark in self.rows.marks]
        if not pairs:
            return np.zeros(0, np.int64), np.zeros(0, np.int64), []
        found = np.unique(np.concatenate(pairs))
        return found // len(marks), found % len(marks), marks


def judge(rows: RegisterRows, contract: pa.DataFrameSchema, calendar: Calendar) -> Verdict:
    """Return the verdict on rows; what is found is marked on them."""
    unreadable: dict[str, NDArray[np.bool_]] = defaultdict(lambda: np.zeros(len(rows), np.bool_))
    for mark in rows.marks:
        if is_error(mark.code):
            unreadable[mark.column][mark.rows] = True
    for name, column in contract.columns.items():
        values = rows.columns[name]
        _judge_column(rows, name, column)
        if column.metadata["required"]:
            blank = values.is_blank & ~unreadable[name]
            rows.mark(name, "E01", blank.nonzero()[0])
    if len(rows):
        frame = _frame(rows, contract)
        for rule in contract.checks:
            code, blamed = str(rule.name).split(":")
            broken = ~rule(frame).check_output.to_numpy(dtype=bool)
            rows.mark(blamed, code, (broken & ~unreadable[blamed]).nonzero()[0])
    _judge_days(rows, contract, calendar)
    keys, hashes = identify(rows, contract)
    return Verdict(rows, keys, hashes, _first_day_that_may_change(rows))


def judge_together(verdicts: Sequence[Verdict], contract: pa.DataFrameSchema) -> None:
    """Mark ids that stand on rows with different content anywhere in one delivery (E08)."""
    key_column = contract.metadata["key"]
    contents: dict[str, str] = {}
    contradicted: set[str] = set()
    keyed = []
    for verdict in verdicts:
        own = (~verdict.rows.columns[key_column].is_blank).nonzero()[0]
        taken = pyarrow.array(own)
        keys = verdict.record_keys.take(taken).to_pylist()
        keyed.append((verdict, own, keys))
        for key, content in zip(keys, verdict.content_hashes.take(taken).to_pylist(), strict=True):
            if contents.setdefault(key, content) != content:
                contradicted.add(key)
    for verdict, own, keys in keyed:
        at = np.fromiter((key in contradicted for key in keys), np.bool_, len(keys))
        verdict.rows.mark(key_column, "E08", own[at])
        verdict.__dict__.pop("_broken", None)


def _once(marks: Sequence[Mark]) -> list[Mark]:
    """Return marks without the rows of a rule and column that an earlier mark has named."""
    named: dict[tuple[str, str], RowIndexes] = {}
    kept = []
    for mark in marks:
        key = (mark.column, mark.code)
        rows = np.setdiff1d(mark.rows, named[key]) if key in named else mark.rows
        named[key] = np.union1d(named[key], rows) if key in named else mark.rows
        if len(rows):
            kept.append(Mark(mark.column, mark.code, rows, mark.detail))
    return kept


def _told(rows: RegisterRows, mark: Mark, say: Say, *, is_personal: bool) -> pyarrow.Table:
    count = len(mark.rows)
    numbers = pyarrow.array(rows.row_numbers[mark.rows])
    position = rows.cell_columns.get(mark.column)
    letters: Any = pyarrow.scalar(None, pyarrow.string())
    if isinstance(position, int):
        letters = pyarrow.scalar(column_letters(position))
    elif position is not None:
        letters = pyarrow.array([column_letters(at) for at in position[mark.rows].tolist()])
    numbered = numbers.cast(pyarrow.string())
    cells = pyarrow.compute.binary_join_element_wise(letters, numbered, "")
    constants = {
        "code": mark.code,
        "severity": RULES[mark.code].severity,
        "column_name": mark.column or None,
        "file_sha256": rows.file_sha256,
        "sheet": rows.sheet,
        "message": message_of(mark.code, mark.detail, say),
    }
    arrays = {
        name: pyarrow.repeat(pyarrow.scalar(value, pyarrow.string()), count)
        for name, value in constants.items()
    }
    nothing = pyarrow.nulls(count, pyarrow.string())
    arrays["row_number"] = numbers
    arrays["cell"] = cells if position is not None else nothing
    hides = is_personal or mark.code == "E14"
    arrays["value"] = nothing if hides else _shown(rows, mark)
    tells = not hides and not is_error(mark.code) and mark.column in rows.columns
    arrays["understood"] = _understood(rows.columns[mark.column], mark) if tells else nothing
    return pyarrow.table([arrays[field.name] for field in FINDING_COLUMNS], schema=FINDING_COLUMNS)


def _shown(rows: RegisterRows, mark: Mark) -> pyarrow.Array:
    """Return what stands in the marked cells, as sent."""
    sent = rows.sent.get(mark.column)
    if sent is None:
        return pyarrow.nulls(len(mark.rows), pyarrow.string())
    codes, places = np.unique(sent.codes[mark.rows], return_inverse=True)
    values = (sent.values[code] for code in codes.tolist())
    texts = [
        text_of(value)[:_LONGEST_VALUE] if value is not None and rows.may_show(value) else None
        for value in values
    ]
    return pyarrow.array(texts, pyarrow.string()).take(pyarrow.array(places))


def _understood(column: TypedColumn, mark: Mark) -> pyarrow.Array:
    """Return what the marked cells were read as."""
    codes, places = np.unique(column.codes[mark.rows], return_inverse=True)
    values = (column.values[code] for code in codes.tolist())
    texts = [
        "; ".join(value) if isinstance(value, tuple) else None if value is None else str(value)
        for value in values
    ]
    return pyarrow.array(texts, pyarrow.string()).take(pyarrow.array(places))


def _judge_column(rows: RegisterRows, name: str, column: pa.Column) -> None:
    """Mark the rows whose value fails a check, having judged each distinct value once."""
    typed = rows.columns[name]
    places = [at for at, value in enumerate(typed.values) if value is not None and value != ()]
    if not places or not column.checks:
        return
    kind = column.metadata["kind"]
    series = _series([typed.values[at] for at in places], kind)
    failed: dict[str, list[int]] = defaultdict(list)
    try:
        pa.SeriesSchema(pandas_type(kind), column.checks, nullable=False).validate(
            series, lazy=True
        )
    except pa.errors.SchemaErrors as errors:
        for error in errors.schema_errors:
            if not isinstance(error.check, pa.Check):
                raise
            failed[str(error.check.name)] += [int(at) for at in error.failure_cases["index"]]
    for code, indexes in failed.items():
        of_value = np.zeros(len(typed.values), dtype=np.bool_)
        of_value[[places[at] for at in indexes]] = True
        rows.mark(name, code, of_value[typed.codes].nonzero()[0])


def _series(values: Sequence[Any], kind: str) -> pd.Series:
    if kind in ("decimal", "hours"):
        values = [None if value is None else float(value) for value in values]
    if kind == "date":
        return pd.to_datetime(pd.Series(values, dtype=object)).astype(pandas_type(kind))
    series: pd.Series = pd.Series(values, dtype=pandas_type(kind))
    return series


def _frame(rows: RegisterRows, contract: pa.DataFrameSchema) -> pd.DataFrame:
    return pd.DataFrame(
        {
            name: _spread(rows.columns[name], contract.columns[name].metadata["kind"])
            for name in _asked_columns(str(contract.name))
        }
    )


@cache
def _asked_columns(register: str) -> tuple[str, ...]:
    """Return the columns that the rules of rows look at, found by asking them about no row."""
    contract = REGISTERS[register]
    asked: set[str] = set()

    class Asked(pd.DataFrame):
        @property
        def _constructor(self) -> type["Asked"]:
            return Asked

        def __getitem__(self, key: Any) -> Any:
            asked.add(key)
            return super().__getitem__(key)

    kinds = {name: column.metadata["kind"] for name, column in contract.columns.items()}
    nobody = Asked({name: _series([], kind) for name, kind in kinds.items()})
    for rule in contract.checks:
        rule(nobody)
    return tuple(name for name in contract.columns if name in asked)


def _spread(column: TypedColumn, kind: str) -> pd.Series:
    """Return one value per row, each distinct one made once."""
    return _series(list(column.values), kind).take(column.codes).reset_index(drop=True)


def _judge_days(rows: RegisterRows, contract: pa.DataFrameSchema, calendar: Calendar) -> None:
    """Mark counting dates outside the project (E04) and completions to come (E15)."""
    counting = contract.metadata["counting_date"]
    if counting:
        days = rows.columns[counting]
        outside = (
            day is not None and not calendar.first_day <= day <= calendar.last_day
            for day in days.values
        )
        rows.mark(counting, "E04", days.where(outside))
    if contract.name == "exchanges":
        states, ends = rows.columns["status"], rows.columns["end_date"]
        completed = states.where(state == "completed" for state in states.values)
        to_come = ends.where(
            end is not None and end > calendar.reporting_date for end in ends.values
        )
        rows.mark("end_date", "E15", np.intersect1d(completed, to_come))


def _first_day_that_may_change(rows: RegisterRows) -> date | None:
    """Return the first day on which an E15 of these rows no longer holds."""
    days = [
        rows.columns["end_date"].values[code]
        for mark in rows.marks
        if (mark.column, mark.code) == ("end_date", "E15")
        for code in np.unique(rows.columns["end_date"].codes[mark.rows]).tolist()
    ]
    return min(days, default=None)
