"""Tables as files: harmless text, numbers that stay numbers, the same bytes every time."""

import csv
import io
from datetime import UTC, date, datetime
from decimal import Decimal

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from eurocluster.exports.tables import Table, as_csv, as_xlsx, neutral

MOMENT = datetime(2024, 10, 15, 2, 30, tzinfo=UTC)
FORMULAS = ("=1+1", "+1", "-1+2", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1", "＋1", "－1", "＠A")


@pytest.mark.parametrize("text", FORMULAS)
def test_text_that_a_spreadsheet_would_compute_gets_an_apostrophe(text: str) -> None:
    assert neutral(text) == f"'{text}"


@given(st.text())
def test_no_text_begins_like_a_formula_and_none_is_lost(text: str) -> None:
    made = neutral(text)
    assert not made.startswith(("=", "+", "-", "@", "\t", "\r", "\n"))
    assert made.removeprefix("'") == text or made == text


@given(
    st.lists(st.one_of(st.none(), st.booleans(), st.integers(), st.dates(), st.text()), min_size=1)
)
def test_csv_gives_back_every_row(values: list) -> None:
    table = Table("t", tuple(f"c{n}" for n in range(len(values))), [values, values])
    rows = list(csv.reader(io.StringIO(as_csv(table).content.decode("utf-8-sig"), newline="")))
    assert len(rows) == 3
    assert all(len(row) == len(values) for row in rows)
    for value, cell in zip(values, rows[1], strict=True):
        if isinstance(value, str):
            assert cell.removeprefix("'") == value or cell == value


def test_a_workbook_has_numbers_and_days_as_such_and_no_formula() -> None:
    rows = [(1, 2.5, Decimal("3.5000"), date(2024, 3, 31), "=HYPERLINK(1)", None, True, ["a", "b"])]
    made = as_xlsx([Table("Συστάδα", tuple("abcdefgh"), rows)], "t", MOMENT)
    sheet = openpyxl.load_workbook(io.BytesIO(made.content))["Συστάδα"]
    cells = [cell.value for cell in sheet[2]]
    assert cells[:3] == [1, 2.5, 3.5]
    assert cells[3].date() == date(2024, 3, 31)
    assert cells[4:] == ["'=HYPERLINK(1)", None, True, "a, b"]
    assert sheet["E2"].data_type == "s"


def test_the_same_table_is_the_same_file() -> None:
    table = Table("t", ("a",), [("x",), (1,)])
    assert as_xlsx([table], "t", MOMENT).content == as_xlsx([table], "t", MOMENT).content
    assert as_csv(table).content == as_csv(table).content
