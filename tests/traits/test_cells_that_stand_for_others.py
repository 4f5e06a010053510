"""Traits 8, 9, 20, 21 and 29: merged cells, ditto marks, errors, lost formulas, formatting.

A silent error here is a cell that says something and is taken for blank, or the other way round.
"""

from pathlib import Path

import pytest
from openpyxl.comments import Comment
from openpyxl.styles import Font

from tests.traits.desk import Desk
from tests.traits.sheets import HEADERS, row, rows, workbook, write

OTHER = "Beta Przykład S.A."


def test_trait_8_a_cell_merged_over_rows_stands_for_all_of_them_and_no_further(
    desk: Desk, tmp_path: Path
) -> None:
    book, sheet = workbook(HEADERS, *rows(4))
    sheet.merge_cells("E2:E4")
    sheet["E5"] = None
    book.save(tmp_path / "l.xlsx")
    answer = desk.check(tmp_path / "l.xlsx")
    alfa = "Alfa Przykład Sp. z o.o."
    assert answer.column("employer_name") == [alfa, alfa, alfa, None]
    assert answer.cells("I04") == ["E3", "E4"]
    assert answer.cells("E01") == ["E5"]


def test_trait_8_cells_merged_over_rows_and_columns(desk: Desk, tmp_path: Path) -> None:
    book, sheet = workbook(HEADERS, *rows(3))
    sheet.merge_cells("A2:B4")
    book.save(tmp_path / "l.xlsx")
    answer = desk.check(tmp_path / "l.xlsx")
    assert answer.column("training_id") == ["T1"] * 3
    assert answer.fates()["refused"] == [2, 3, 4]  # "T1" is no date: nobody guesses one


@pytest.mark.parametrize(
    ("language", "mark"),
    [
        ("pl", '"'), ("pl", "-\"-"), ("pl", "-//-"), ("pl", "j.w."), ("pl", "jw."), ("pl", "„"),
        ("fr", "idem"), ("cs", "dtto"), ("sk", "detto"), ("hu", "ua."), ("el", "ομοίως"),
        ("bg", "също"), ("de", "s.o."), ("de", "dto."), ("hr", "-II-"), ("it", "c.s."),
        ("en", "same as above"), ("pl", " \" "), ("pl", "''"), ("pl", "”"), ("pl", "〃"),
        ("et", "sama"), ("lv", "-\"-"), ("da", "do."), ("fi", "sama"),
    ],
)  # fmt: skip
def test_trait_9_ditto_marks_take_the_value_above(
    desk: Desk, tmp_path: Path, language: str, mark: str
) -> None:
    lines = [row(1), row(2, employer_name=mark), row(3, employer_name=mark), row(4)]
    answer = desk.check(write(tmp_path / "l.xlsx", HEADERS, *lines), language)
    assert answer.column("employer_name") == ["Alfa Przykład Sp. z o.o."] * 4
    assert answer.cells("I03") == ["E3", "E4"]


def test_trait_9_a_ditto_mark_reaches_over_blank_and_skipped_lines(
    desk: Desk, tmp_path: Path
) -> None:
    lines = [
        row(1, employer_name=OTHER),
        [],
        ["Razem", *[None] * 8, 6.5],
        row(2, employer_name='"'),
    ]
    answer = desk.check(write(tmp_path / "l.xlsx", HEADERS, *lines))
    assert answer.column("employer_name") == [OTHER, OTHER]


@pytest.mark.parametrize("column", ["employer_name", "session_date", "hours", "employer_country"])
def test_trait_9_a_ditto_mark_with_nothing_above_is_refused(
    desk: Desk, tmp_path: Path, column: str
) -> None:
    answer = desk.check(write(tmp_path / "l.xlsx", HEADERS, row(1, **{column: '"'}), row(2)))
    assert answer.fates()["refused"] == [2]
    assert answer.column(column)[0] is None


def test_trait_9_a_ditto_mark_below_a_blank_cell_is_no_value(desk: Desk, tmp_path: Path) -> None:
    lines = [row(1), row(2, employer_name=None), row(3, employer_name='"')]
    answer = desk.check(write(tmp_path / "l.xlsx", HEADERS, *lines))
    assert answer.fates()["refused"] == [3, 4]


@pytest.mark.parametrize("error", ["#N/A", "#REF!", "#DIV/0!", "#VALUE!", "#NAME?", "#NUM!"])
def test_trait_20_an_error_cell_is_not_a_blank_one(desk: Desk, tmp_path: Path, error: str) -> None:
    lines = [row(1, hours=error), row(2, employer_name=error), row(3, hours=None)]
    answer = desk.check(write(tmp_path / "l.xlsx", HEADERS, *lines))
    assert answer.fates() == {"accepted": [4], "refused": [2, 3], "skipped": []}
    assert answer.cells("E18") == ["J2", "E3"]


def test_trait_21_a_formula_without_a_stored_value_is_unknown_not_blank(
    desk: Desk, tmp_path: Path
) -> None:
    lines = [row(1, hours="=2+4"), row(2, employer_name='="Alfa"'), row(3)]
    answer = desk.check(write(tmp_path / "l.xlsx", HEADERS, *lines))
    assert answer.cells("W14") == ["J2", "E3"]
    assert answer.fates() == {"accepted": [4], "refused": [2, 3], "skipped": []}


def test_trait_21_no_number_of_lost_formulas_makes_the_last_ones_blank(
    desk: Desk, tmp_path: Path
) -> None:
    lines = [row(number, hours="=2+4") for number in range(1_200)]
    answer = desk.check(write(tmp_path / "l.xlsx", HEADERS, *lines))
    assert answer.fates()["refused"] == list(range(2, 1_202))


def test_trait_21_a_whole_first_row_of_lost_formulas_ends_nothing(
    desk: Desk, tmp_path: Path
) -> None:
    lost = ["=A3"] * len(HEADERS)
    answer = desk.check(write(tmp_path / "l.xlsx", HEADERS, lost, row(1), row(2)))
    assert answer.fates()["accepted"] == [3, 4]
    assert answer.fates()["skipped"] == [2]
    assert answer.cells("W14") == [f"{letter}2" for letter in "ABCDEFGHIJ"]


def test_trait_29_struck_red_and_commented_rows_are_read_and_doubted(
    desk: Desk, tmp_path: Path
) -> None:
    book, sheet = workbook(HEADERS, *rows(4))
    for cell in sheet[2]:
        cell.font = Font(strike=True)
    for cell in sheet[3]:
        cell.font = Font(color="FFFF0000")
    sheet["E4"].comment = Comment("not an SME any more", "Testa")
    book.save(tmp_path / "l.xlsx")
    answer = desk.check(tmp_path / "l.xlsx")
    assert answer.fates()["accepted"] == [2, 3, 4, 5]
    assert answer.cells("W13") == ["2", "3", "4"]


def test_trait_29_the_name_in_a_comment_stays_in_the_file(desk: Desk, tmp_path: Path) -> None:
    book, sheet = workbook(HEADERS, *rows(1))
    sheet["J2"].comment = Comment("Zyta Zmyślona przyszła później", "Zyta Zmyślona")
    book.save(tmp_path / "l.xlsx")
    answer = desk.check(tmp_path / "l.xlsx")
    assert answer.cells("W13") == ["2"]
    assert "Zyta" not in answer.everything_said()


def test_trait_29_one_struck_cell_of_a_row_is_told(desk: Desk, tmp_path: Path) -> None:
    book, sheet = workbook(HEADERS, *rows(2))
    sheet["C2"].font = Font(strike=True)
    book.save(tmp_path / "l.xlsx")
    assert desk.check(tmp_path / "l.xlsx").cells("W13") == ["2"]
