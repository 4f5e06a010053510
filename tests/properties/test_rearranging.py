"""How the rows came does not matter: order, sheets, files, and the same rows twice.

Belongs here: invariants I3 and I4.
Does not belong here: rows that say something else (test_changing.py).
"""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.delivering import Registers, RowValues
from tests.properties.compiled_models import Warehouse
from tests.properties.consortia import registers
from tests.properties.nights import everything_shown, run, tried

pytestmark = pytest.mark.slow

Sheets = tuple[tuple[RowValues, ...], ...]


@tried(4)
@given(registers(), st.randoms(use_true_random=True), st.booleans())
def test_rows_in_any_order_sheet_or_file_and_the_same_rows_twice_give_the_same_figures(
    warehouse: Warehouse, drawn: Registers, random: Random, in_one_file: bool
) -> None:
    run(warehouse, drawn)
    before = everything_shown(warehouse)
    places = list(drawn.sheets)
    random.shuffle(places)
    run(
        warehouse,
        Registers(
            drawn.consortium, {place: shuffled(drawn.sheets[place], random) for place in places}
        ),
    )
    assert everything_shown(warehouse) == before
    run(
        warehouse,
        Registers(
            drawn.consortium,
            {place: doubled(sheets, in_one_file) for place, sheets in drawn.sheets.items()},
        ),
    )
    assert everything_shown(warehouse) == before


def shuffled(sheets: Sheets, random: Random) -> Sheets:
    """Return the rows in another order, spread over two files."""
    rows = [row for sheet in sheets for row in sheet]
    random.shuffle(rows)
    cut = random.randint(0, len(rows))
    return tuple(rows[:cut]), tuple(rows[cut:])


def doubled(sheets: Sheets, in_one_file: bool) -> Sheets:
    """Return each file concatenated with itself, or beside a copy of itself."""
    return tuple(sheet + sheet for sheet in sheets) if in_one_file else sheets + sheets
