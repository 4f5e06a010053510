"""Declared corrections of single cells: done while the cell says what is expected, else told."""

from datetime import date

import pytest

from eurocluster.conforming.corrections import Corrections
from eurocluster.consortium.partners import Correction
from eurocluster.findings import Finding
from eurocluster.reading.cells import Value
from eurocluster.reading.columns import Column

WRONG = Correction(
    row="a2",
    column="hours",
    expected="65",
    value="6,5",
    reason="a comma is missing",
    reported=date(2024, 1, 31),
)


def corrected(corrections: Corrections, ids: list[Value], hours: list[Value]) -> list[Value]:
    """Return the hours of some rows, corrected."""
    columns = {"record_id": Column.of(ids), "hours": Column.of(hours)}
    done = corrections.apply(columns)
    assert done["record_id"].cells() == ids
    return done["hours"].cells()


def out_of_date(corrections: Corrections) -> list[Finding]:
    return list(corrections.out_of_date())


def test_the_cell_is_corrected_and_no_other() -> None:
    corrections = Corrections([WRONG], "record_id")
    assert corrected(corrections, ["a1", "a2", "a3"], [65, 65, 65]) == [65, "6,5", 65]
    assert out_of_date(corrections) == []


@pytest.mark.parametrize("cell", [65, "65", 65.0])
def test_the_expected_cell_may_be_a_figure_or_a_text(cell: Value) -> None:
    assert corrected(Corrections([WRONG], "record_id"), ["a2"], [cell]) == ["6,5"]


@pytest.mark.parametrize("record_id", ["A2", " a2 "])
def test_the_row_is_found_however_its_id_is_written(record_id: str) -> None:
    assert corrected(Corrections([WRONG], "record_id"), [record_id], [65]) == ["6,5"]


def test_a_mended_cell_stays_and_the_correction_is_told() -> None:
    corrections = Corrections([WRONG], "record_id")
    assert corrected(corrections, ["a1", "a2"], [65, 6.5]) == [65, 6.5]
    (told,) = out_of_date(corrections)
    assert (told.code, told.column) == ("F05", "hours")
    assert str(told.detail).startswith("The cell no longer says what was expected: row a2")


@pytest.mark.parametrize("hours", [[65], [None]])
def test_a_correction_without_its_row_is_told(hours: list[Value]) -> None:
    corrections = Corrections([WRONG], "record_id")
    assert corrected(corrections, ["a1"], hours) == hours
    (told,) = out_of_date(corrections)
    assert str(told.detail).startswith("No row has this id: row a2")


def test_one_table_of_several_is_enough() -> None:
    corrections = Corrections([WRONG], "record_id")
    assert corrected(corrections, ["a2"], [65]) == ["6,5"]
    assert corrected(corrections, ["a1"], [65]) == [65]
    assert out_of_date(corrections) == []


def test_several_cells_of_a_row_are_corrected() -> None:
    other = WRONG.model_copy(update={"column": "attended", "expected": "no", "value": "yes"})
    columns = {
        "record_id": Column.of(["a2", "a2"]),
        "hours": Column.of([65, 65]),
        "attended": Column.of(["no", "yes"]),
    }
    done = Corrections([WRONG, other], "record_id").apply(columns)
    assert done["hours"].cells() == ["6,5", "6,5"]
    assert done["attended"].cells() == ["yes", "yes"]
    assert columns["hours"].cells() == [65, 65]


def test_a_table_without_ids_or_without_the_column_is_left_as_it_is() -> None:
    corrections = Corrections([WRONG], "record_id")
    hours = {"hours": Column.of([65])}
    assert corrections.apply(hours) == hours
    ids = {"record_id": Column.of(["a2"])}
    assert corrections.apply(ids) == ids
    assert [told.code for told in out_of_date(corrections)] == ["F05"]
