"""Keys and hashes of rows: the same wherever a row stands, others when it says something else."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import numpy as np
import pyarrow
import pytest
from hypothesis import given
from hypothesis import strategies as st

from eurocluster.identities import hashes_over, identify
from eurocluster.register_rows import RegisterRows, TypedColumn
from schemas import REGISTERS
from tests.delivering import typed_rows

CONTRACT = REGISTERS["attendance"]

rows_said = st.lists(
    st.fixed_dictionaries(
        {
            "record_id": st.sampled_from([None, "r1", "r2"]),
            "training_id": st.sampled_from([None, "T1"]),
            "session_date": st.sampled_from([None, date(2024, 3, 4)]),
            "name_key": st.sampled_from([None, "0a", "0b"]),
            "employer_name": st.sampled_from([None, "Alfa", "Beta"]),
            "hours": st.sampled_from([None, Decimal(2), Decimal("2.5")]),
        }
    ),
    min_size=1,
    max_size=8,
)


def identities(rows: RegisterRows) -> list[tuple[str, str]]:
    """Return (key, content hash) of each row."""
    keys, contents = identify(rows, REGISTERS[rows.register])
    return list(zip(keys.to_pylist(), contents.to_pylist(), strict=True))


def one(**values: Any) -> tuple[str, str]:
    (found,) = identities(typed_rows("attendance", [values]))
    return found


@given(rows_said, st.data())
def test_a_row_is_the_same_in_any_block_and_order(
    said: Sequence[dict[str, Any]], data: st.DataObject
) -> None:
    rows = typed_rows("attendance", said)
    whole = identities(rows)
    order = np.array(data.draw(st.permutations(range(len(said)))), dtype=np.int64)
    cut = data.draw(st.integers(0, len(said)))
    parts = [rows.take(part) for part in (order[:cut], order[cut:])]
    assert [found for part in parts for found in identities(part)] == [whole[at] for at in order]


@given(rows_said, st.randoms(use_true_random=False))
def test_the_order_of_distinct_values_does_not_matter(
    said: Sequence[dict[str, Any]], chance: Any
) -> None:
    rows = typed_rows("attendance", said)
    before = identities(rows)
    for name, column in rows.columns.items():
        places = list(range(1, len(column.values)))
        chance.shuffle(places)
        order = np.array([0, *places])
        values = [column.values[at] for at in order]
        rows.columns[name] = TypedColumn(np.argsort(order)[column.codes].astype(np.int32), values)
    assert identities(rows) == before


@given(rows_said)
def test_the_order_of_columns_does_not_matter(said: Sequence[dict[str, Any]]) -> None:
    rows = typed_rows("attendance", said)
    before = identities(rows)
    rows.columns = dict(sorted(rows.columns.items(), reverse=True))
    assert identities(rows) == before


@given(rows_said)
def test_rows_that_say_the_same_have_one_hash_and_others_have_another(
    said: Sequence[dict[str, Any]],
) -> None:
    contents = [content for _, content in identities(typed_rows("attendance", said))]
    texts = [repr(sorted(row.items())) for row in said]
    assert [contents.index(found) for found in contents] == [texts.index(text) for text in texts]


def test_the_hash_is_the_same_on_every_machine() -> None:
    rows = typed_rows("attendance", [{"training_id": "T1", "hours": Decimal("6.50")}])
    (digits,) = hashes_over(rows, ["training_id", "hours"]).to_pylist()
    assert digits == "ee52af45bf6d45ecafa5ffe91737fe20"


@pytest.mark.parametrize(
    ("one_value", "same"),
    [
        (Decimal("6.5"), Decimal("6.500")),
        (Decimal(2), Decimal("2.0")),
        (Decimal(100), Decimal("1E+2")),
        (Decimal(0), Decimal("-0.0")),
    ],
)
def test_figures_that_are_equal_are_the_same_content(one_value: Decimal, same: Decimal) -> None:
    assert one(record_id="r1", hours=one_value) == one(record_id="r1", hours=same)


@pytest.mark.parametrize(
    ("values", "others"),
    [
        ({"employer_name": "Alfa", "remarks": None}, {"employer_name": None, "remarks": "Alfa"}),
        ({"training_id": "-"}, {"training_id": None}),
        ({"training_id": "d2024-03-04"}, {"session_date": date(2024, 3, 4)}),
    ],
)
def test_a_value_in_another_column_is_other_content(
    values: dict[str, Any], others: dict[str, Any]
) -> None:
    assert one(**values)[1] != one(**others)[1]


def test_a_blank_list_and_no_value_are_the_same_and_two_entries_are_not_one() -> None:
    said = [{"co_partners": value} for value in ((), None, ("p1", "p2"), ("p1p2",))]
    nothing, missing, two, joined = (
        content for _, content in identities(typed_rows("trainings", said))
    )
    assert nothing == missing
    assert two != joined


def test_the_own_id_is_the_key_whatever_else_the_row_says() -> None:
    assert one(record_id="r1", hours=Decimal(1))[0] == one(record_id="r1")[0] == "id:r1"


def test_a_row_without_any_part_of_its_natural_key_is_known_by_its_content() -> None:
    (bare, content), (other, _) = (one(headcount=None, hours=Decimal(hours)) for hours in (1, 2))
    assert bare == f"content:{content}"
    assert other != bare


def test_the_natural_key_is_enough_to_know_a_row_again() -> None:
    natural = dict.fromkeys(CONTRACT.metadata["natural_key"], "a")
    kept = {name: value for name, value in natural.items() if name != "session_date"}
    changed = one(**kept, hours=Decimal(1))[0], one(**kept, hours=Decimal(2))[0]
    assert changed[0] == changed[1]
    assert changed[0].startswith("natural:")


def test_no_rows_have_no_identities() -> None:
    keys, contents = identify(typed_rows("attendance", []), CONTRACT)
    assert keys == contents == pyarrow.array([], pyarrow.string())
