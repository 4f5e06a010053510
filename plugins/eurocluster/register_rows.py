"""Typed rows of one register, by column: each distinct value once, and the rules that fired.

Belongs here: the values that conforming hands to judging, and judging to the store.
Does not belong here: understanding cells (conforming/), rules (judging), Parquet (deliveries).
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from eurocluster.reading.columns import Column
from eurocluster.reading.values import Value
from eurocluster.wording import NOTHING, Words

RowIndexes = NDArray[np.int64]

_FEW: Final = 4
"""So many times more values than rows are not kept for those rows."""


@dataclass(frozen=True, slots=True, eq=False)
class TypedColumn:
    """One column: ``codes[i]`` says which of the distinct ``values`` row i holds.

    Value 0 is None. Others are None too where a cell was blank by its words or not understood.
    """

    codes: NDArray[np.int32]
    values: Sequence[Any]
    _blank: NDArray[np.bool_] | None = field(default=None, init=False, repr=False)

    @classmethod
    def of(cls, values: Iterable[Any]) -> "TypedColumn":
        """Return a column of these values, one per row."""
        known: dict[Any, int] = {None: 0}
        codes = [known.setdefault(value, len(known)) for value in values]
        return cls(np.array(codes, dtype=np.int32), list(known))

    @classmethod
    def blank(cls, rows: int) -> "TypedColumn":
        """Return a column without a value."""
        return cls(np.zeros(rows, dtype=np.int32), (None,))

    @property
    def is_blank(self) -> NDArray[np.bool_]:
        """Which rows hold no value."""
        blank = [not value and (value is None or value == ()) for value in self.values]
        found: NDArray[np.bool_] = np.array(blank, dtype=np.bool_)[self.codes]
        return found

    def __len__(self) -> int:
        return len(self.codes)

    def cells(self) -> list[Any]:
        """Return the values, one per row."""
        values = self.values
        return [values[code] for code in self.codes.tolist()]

    def where(self, holds: Iterable[bool]) -> RowIndexes:
        """Return the rows whose value fulfils a condition, given per distinct value."""
        of_value = np.fromiter(holds, np.bool_, len(self.values))
        return of_value[self.codes].nonzero()[0]

    def take(self, rows: RowIndexes) -> "TypedColumn":
        """Return the column of some rows, with the values of few rows only where they are few."""
        codes = self.codes[rows]
        if len(rows) * _FEW > len(self.values):
            return TypedColumn(codes, self.values)
        return TypedColumn(*_used(codes, self.values))


@dataclass(frozen=True, slots=True, eq=False)
class Mark:
    """One rule that fired on one column ("" for the whole row) of some rows."""

    column: str
    code: str
    rows: RowIndexes
    detail: Words = NOTHING


@dataclass(slots=True)
class RegisterRows:
    """Rows of one register from one sheet of one file, or some of them.

    Attributes:
        columns: Canonical column → values; holds every contract column and the derived ones of
            ``schemas.store``.
        row_numbers: 1-based row in the sheet, one per row.
        cell_columns: Canonical column → 1-based column in the sheet, or one per row.
        sent: Canonical column → its cells as sent, for findings; never a personal column.
        may_show: Whether a cell as sent may stand in a finding: a name in a wrong column may not.
        marks: Rules that fired while cells were understood.
    """

    register: str
    file_sha256: str
    file_name: str
    sheet: str
    columns: dict[str, TypedColumn]
    row_numbers: NDArray[np.int64]
    cell_columns: Mapping[str, "int | NDArray[np.int64]"]
    sent: Mapping[str, Column] = field(default_factory=dict, repr=False)
    may_show: Callable[[Value], bool] = field(default=lambda _: True, repr=False)
    marks: list[Mark] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.row_numbers)

    def mark(self, column: str, code: str, rows: RowIndexes, detail: Words = NOTHING) -> None:
        """Note that a rule fired on some rows."""
        if len(rows):
            self.marks.append(Mark(column, code, rows, detail))

    def take(self, rows: RowIndexes) -> "RegisterRows":
        """Return some of the rows, with what is marked on them."""
        place = np.full(len(self), -1, dtype=np.int64)
        place[rows] = np.arange(len(rows))
        taken = RegisterRows(
            register=self.register,
            file_sha256=self.file_sha256,
            file_name=self.file_name,
            sheet=self.sheet,
            columns={name: column.take(rows) for name, column in self.columns.items()},
            row_numbers=self.row_numbers[rows],
            cell_columns={
                name: at if isinstance(at, int) else at[rows]
                for name, at in self.cell_columns.items()
            },
            sent={name: _taken(column, rows) for name, column in self.sent.items()},
            may_show=self.may_show,
        )
        for mark in self.marks:
            moved = place[mark.rows]
            taken.mark(mark.column, mark.code, moved[moved >= 0], mark.detail)
        return taken


def _taken(column: Column, rows: RowIndexes) -> Column:
    """Return the cells of some rows; of few rows without all the others' values."""
    taken = column.take(rows)
    if len(rows) * _FEW > len(column.values):
        return taken
    return Column.coded(*_used(taken.codes, column.values))


def _used(codes: NDArray[np.int32], values: Sequence[Any]) -> tuple[NDArray[np.int32], list[Any]]:
    """Return codes of the blank value and of those that stand in some row, and these values."""
    used, renumbered = np.unique(np.concatenate(([0], codes)), return_inverse=True)
    return renumbered[1:].astype(np.int32), [values[code] for code in used.tolist()]
