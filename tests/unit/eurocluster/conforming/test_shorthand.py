"""Ditto marks and merged cells are spelled out, in one block as in several."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from eurocluster.conforming.shorthand import Shorthand
from eurocluster.reading.cells import Sheet, Value
from eurocluster.reading.columns import Block, Column
from tests.unit.eurocluster.conforming.polish_lists import cut

Merged = tuple[tuple[int, int, int, int], ...]


def expanded(cells: Sequence[Value], ends: Sequence[int] = ()) -> tuple[list[Value], list[int]]:
    """Return a column's cells spelled out, and which of them were, cut before some of its rows."""
    shorthand = Shorthand(Sheet.of("", []), "pl")
    found: list[Value] = []
    filled: list[int] = []
    bounds = sorted({0, len(cells), *(end for end in ends if end < len(cells))})
    for start, end in pairwise(bounds):
        column, rows = shorthand.expand(1, Column.of(cells[start:end]))
        found += column.cells()
        filled += (rows + start).tolist()
    return found, sorted(filled)


def spread(rows: Sequence[Sequence[Value]], merged: Merged, ends: Sequence[int] = ()) -> object:
    """Return column 1 and 2 of each row of a sheet with merged cells, and which were filled."""
    sheet = cut(Sheet.of("", rows, merged=merged), ends)
    shorthand = Shorthand(sheet, "pl")
    found: dict[int, tuple[list[Value], list[int]]] = {1: ([], []), 2: ([], [])}
    for block in sheet.blocks:
        for at, (cells, filled) in found.items():
            blank = Column.of([None] * len(block))
            column, indexes = shorthand.spread(block, at, block.columns.get(at, blank))
            cells += column.cells()
            filled += block.row_numbers[indexes].tolist()
    return {at: (cells, sorted(filled)) for at, (cells, filled) in found.items()}


@pytest.mark.parametrize("mark", ['"', "”", "-||-", "jw.", "j.w.", "ditto"])
def test_a_ditto_mark_is_what_stands_above(mark: str) -> None:
    assert expanded(["Alfa", mark, mark, "Beta", mark]) == (
        ["Alfa", "Alfa", "Alfa", "Beta", "Beta"],
        [1, 2, 4],
    )


def test_a_mark_with_nothing_above_stays() -> None:
    assert expanded(['"', "Alfa", '"']) == (['"', "Alfa", "Alfa"], [2])


def test_a_mark_that_begins_a_block_is_what_the_block_before_ends_with() -> None:
    assert expanded(["Alfa", "Beta", '"', '"'], [2, 3]) == (
        ["Alfa", "Beta", "Beta", "Beta"],
        [2, 3],
    )


def test_a_number_above_keeps_its_type() -> None:
    assert expanded([6.5, '"'], [1]) == ([6.5, 6.5], [1])


@given(st.lists(st.sampled_from(["Alfa", "Beta", 7, '"', "jw."]), max_size=9), st.data())
def test_cuts_do_not_change_what_a_mark_means(cells: list[Value], data: st.DataObject) -> None:
    first: list[Value] = ["Alfa", *cells]
    ends = data.draw(st.lists(st.integers(1, len(first)), max_size=4))
    assert expanded(first, ends) == expanded(first)


@given(st.lists(st.sampled_from(["Alfa", None, '"']), min_size=1, max_size=9), st.data())
def test_cuts_beside_blank_cells_do_not_change_what_a_mark_means(
    cells: list[Value], data: st.DataObject
) -> None:
    ends = data.draw(st.lists(st.integers(1, len(cells)), max_size=4))
    assert expanded(cells, ends) == expanded(cells)


def test_a_cell_merged_downwards_is_the_value_of_all_its_rows() -> None:
    rows = [("Alfa", 1), (None, 2), (None, 3), (None, 4)]
    assert spread(rows, ((1, 1, 3, 1),)) == {
        1: (["Alfa", "Alfa", "Alfa", None], [2, 3]),
        2: ([1, 2, 3, 4], []),
    }


def test_a_cell_merged_over_blocks_is_the_value_of_all_its_rows() -> None:
    rows = [(1, "Alfa"), (2, None), (3, None), (4, None), (5, "Beta")]
    merged = ((1, 2, 4, 2),)
    expected = {1: ([1, 2, 3, 4, 5], []), 2: (["Alfa"] * 4 + ["Beta"], [2, 3, 4])}
    for ends in ((), (1,), (2,), (1, 2, 3, 4)):
        assert spread(rows, merged, ends) == expected


def test_a_cell_merged_in_both_directions_fills_its_columns_too() -> None:
    rows = [("Alfa", None), (None, None, 7), ("Beta", 3)]
    assert spread(rows, ((1, 1, 2, 2),)) == {
        1: (["Alfa", "Alfa", "Beta"], [2]),
        2: (["Alfa", "Alfa", 3], [1, 2]),
    }


def test_a_cell_merged_across_one_row_fills_nothing() -> None:
    assert spread([("Alfa", None), ("Beta", 2)], ((1, 1, 1, 2),)) == {
        1: (["Alfa", "Beta"], []),
        2: ([None, 2], []),
    }


def test_what_stands_inside_a_merged_range_is_kept() -> None:
    rows = [("Alfa", 1), ("Beta", 2), (None, 3)]
    assert spread(rows, ((1, 1, 3, 1),)) == {1: (["Alfa", "Beta", "Alfa"], [3]), 2: ([1, 2, 3], [])}


def test_a_merged_range_without_a_value_fills_nothing() -> None:
    assert spread([(None, 1), (None, 2)], ((1, 1, 2, 1),)) == {
        1: ([None, None], []),
        2: ([1, 2], []),
    }


def test_a_merged_range_leaves_other_blocks_alone() -> None:
    sheet = cut(Sheet.of("", [("Alfa", 1), (None, 2), (None, 3)], merged=((1, 1, 2, 1),)), (2,))
    shorthand = Shorthand(sheet, "pl")
    blocks: list[Block] = list(sheet.blocks)
    shorthand.spread(blocks[0], 1, blocks[0].columns[1])
    column, filled = shorthand.spread(blocks[1], 1, Column.of([None]))
    assert (column.cells(), filled.tolist()) == ([None], [])
    assert filled.dtype == np.int64
