"""Typed rows by column: taking some of them changes no cell and no mark."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from eurocluster.reading.columns import Column
from eurocluster.register_rows import RegisterRows, TypedColumn

CELLS = st.lists(st.one_of(st.none(), st.text(max_size=3), st.integers(0, 3)), min_size=1)


@given(CELLS, st.data())
def test_taken_rows_hold_the_cells_and_marks_they_held(
    cells: list[str | int | None], data: st.DataObject
) -> None:
    rows = RegisterRows(
        register="attendance",
        file_sha256="0" * 64,
        file_name="attendance.csv",
        sheet="",
        columns={"record_id": TypedColumn.of(cells)},
        row_numbers=np.arange(2, len(cells) + 2),
        cell_columns={"record_id": 1},
        sent={"record_id": Column.of(cells)},
    )
    marked = data.draw(st.sets(st.integers(0, len(cells) - 1)))
    rows.mark("record_id", "E08", np.array(sorted(marked), dtype=np.int64))
    wanted = sorted(data.draw(st.sets(st.integers(0, len(cells) - 1))))
    taken = rows.take(np.array(wanted, dtype=np.int64))
    assert taken.columns["record_id"].cells() == [cells[at] for at in wanted]
    assert taken.sent["record_id"].cells() == [cells[at] for at in wanted]
    assert taken.row_numbers.tolist() == [at + 2 for at in wanted]
    told = [at for mark in taken.marks for at in mark.rows.tolist()]
    assert told == [place for place, at in enumerate(wanted) if at in marked]


def test_few_rows_do_not_keep_the_values_of_all_the_others() -> None:
    column = TypedColumn.of([f"A-{number}" for number in range(1_000)])
    taken = column.take(np.array([7, 7, 900]))
    assert taken.cells() == ["A-7", "A-7", "A-900"]
    assert taken.values == [None, "A-7", "A-900"]


def test_blank_is_what_holds_nothing_and_zero_or_no_hold_something() -> None:
    column = TypedColumn.of([None, 0, False, "", (), ("a",)])
    assert column.is_blank.tolist() == [True, False, False, False, True, False]
