"""Rows by column: what a column holds, and that some of the rows carry what is theirs."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from eurocluster.reading.columns import Column
from eurocluster.register_rows import Mark, RegisterRows, TypedColumn
from eurocluster.wording import words
from tests.delivering import typed_rows

values = st.lists(st.sampled_from([None, "a", "b", (), ("a", "b")]), max_size=8)


@given(values)
def test_a_column_gives_back_its_cells_each_value_kept_once(cells: list[Any]) -> None:
    column = TypedColumn.of(cells)
    assert column.cells() == cells
    assert len(column) == len(cells)
    assert column.values[0] is None
    assert len(set(column.values)) == len(column.values)


@given(values)
def test_nothing_and_a_list_of_nothing_are_blank(cells: list[Any]) -> None:
    blank = TypedColumn.of(cells).is_blank.tolist()
    assert blank == [cell in (None, ()) for cell in cells]


def test_a_blank_column_has_only_blanks() -> None:
    column = TypedColumn.blank(3)
    assert column.cells() == [None, None, None]
    assert column.is_blank.all()


@given(values, st.data())
def test_some_rows_of_a_column_are_the_cells_of_those_rows(
    cells: list[Any], data: st.DataObject
) -> None:
    chosen = data.draw(st.lists(st.integers(0, len(cells) - 1), max_size=5)) if cells else []
    taken = TypedColumn.of(cells).take(np.array(chosen, dtype=np.int64))
    assert taken.cells() == [cells[at] for at in chosen]


def test_rows_are_found_by_a_condition_on_their_value() -> None:
    column = TypedColumn.of(["a", None, "b", "a"])
    assert column.where(value == "a" for value in column.values).tolist() == [0, 3]
    assert column.where(value is None for value in column.values).tolist() == [1]


def placed(rows: RegisterRows) -> list[tuple[Any, ...]]:
    """Return per row all that is its own: number, values, place and cell as sent, marks."""
    at = rows.cell_columns["hours"]
    columns = zip(*(column.cells() for column in rows.columns.values()), strict=True)
    return [
        (
            int(rows.row_numbers[index]),
            said,
            at if isinstance(at, int) else int(at[index]),
            rows.sent["training_id"][index],
            sorted(
                (mark.column, mark.code, str(mark.detail))
                for mark in rows.marks
                if index in mark.rows
            ),
        )
        for index, said in enumerate(columns)
    ]


@given(st.permutations(range(4)), st.integers(0, 4))
def test_some_of_the_rows_carry_what_is_theirs(order: Sequence[int], count: int) -> None:
    rows = typed_rows("attendance", [{"training_id": code} for code in ("T1", "T2", None, "T1")])
    rows.sent = {"training_id": Column.of(["t1", "t2", None, "t1"])}
    rows.cell_columns = {**rows.cell_columns, "hours": np.array([5, 6, 7, 8])}
    rows.mark("hours", "E17", np.array([1, 3]), words("Read as {what}.", what="7"))
    rows.mark("", "W12", np.array([0, 3]))
    chosen = np.array(order[:count], dtype=np.int64)
    everything = placed(rows)
    taken = rows.take(chosen)
    assert len(taken) == count
    assert placed(taken) == [everything[at] for at in chosen.tolist()]
    assert placed(rows) == everything


def test_what_is_marked_on_some_of_the_rows_is_not_marked_on_all() -> None:
    rows = typed_rows("attendance", [{}, {}])
    rows.take(np.array([1])).mark("hours", "E06", np.array([0]))
    assert rows.marks == []


def test_a_rule_that_fired_nowhere_is_no_mark() -> None:
    rows = typed_rows("attendance", [{}])
    rows.mark("hours", "E06", np.array([], dtype=np.int64))
    assert rows.marks == []
    rows.mark("hours", "E06", np.array([0]))
    (mark,) = rows.marks
    assert isinstance(mark, Mark)
    assert (mark.column, mark.code, mark.rows.tolist()) == ("hours", "E06", [0])
