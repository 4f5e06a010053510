"""Ragged rows: put right where there is one way only, else kept in place and named."""

from pathlib import Path

import pytest

from eurocluster.reading.cells import ReadingHints, UnreadableFile, Value, Workbook
from eurocluster.reading.text_file import read_text_file

HEADER = "id;name;hours;day;remark"
ROWS = [f"A-{n};Lis;{n % 8};2024-01-{n % 28 + 1:02d};{'online' * (n % 2)}" for n in range(10, 40)]


def read(tmp_path: Path, lines: list[str]) -> Workbook:
    path = tmp_path / "register.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return read_text_file(path, ReadingHints())


def row_at(workbook: Workbook, line: int) -> tuple[Value, ...]:
    return dict(workbook.sheets[0].rows())[line]


def notes_of(workbook: Workbook) -> list[tuple[str, int | None]]:
    return [(note.code, note.row) for note in workbook.notes[1:]]


@pytest.mark.parametrize(
    ("polluted", "code", "cells"),
    [
        ("A-9;7;2024-02-01;", "W23", ("A-9", None, "7", "2024-02-01")),
        ("A-9;Lis;7", "W23", ("A-9", "Lis", "7")),
        ("A-9;Lis;;7;2024-02-01;", "W23", ("A-9", "Lis", "7", "2024-02-01")),
        ("A-9;Lis; Zych;7;2024-02-01;x", "W23", ("A-9", "Lis; Zych", "7", "2024-02-01", "x")),
        ("A-9,Lis,7,2024-02-01,x", "W23", ("A-9", "Lis", "7", "2024-02-01", "x")),
        ("A-9;Lis;72024-02-01;x", "E19", ("A-9", "Lis", "72024-02-01", "x")),
        ("A-9;Lis;7;2024-02-01;x;8;9", "E19", ("A-9", "Lis", "7", "2024-02-01", "x", "8", "9")),
    ],
)
def test_a_ragged_row_is_put_right_when_its_columns_leave_one_way(
    tmp_path: Path, polluted: str, code: str, cells: tuple[Value, ...]
) -> None:
    workbook = read(tmp_path, [HEADER, *ROWS[:15], polluted, *ROWS[15:]])
    assert notes_of(workbook) == [(code, 17)]
    assert row_at(workbook, 17) == cells


def test_too_few_rows_teach_nothing(tmp_path: Path) -> None:
    workbook = read(tmp_path, [HEADER, ROWS[0], "A-9;7;2024-02-01;"])
    assert notes_of(workbook) == [("E19", 3)]


def test_a_table_that_leaves_out_blanks_at_row_ends_is_in_order(tmp_path: Path) -> None:
    workbook = read(tmp_path, [HEADER, *(row.removesuffix(";") for row in ROWS)])
    assert notes_of(workbook) == []
    assert len(workbook.sheets[0]) == 31


def test_a_table_that_may_lack_any_of_its_words_is_not_in_order(tmp_path: Path) -> None:
    rows = [f"{a};{b};{c}" for a in "abc" for b in "def" for c in "ghi"]
    workbook = read(tmp_path, ["one;two;three", *rows, *["a;d"] * 6])
    assert notes_of(workbook) == [("E19", line) for line in range(29, 35)]


@pytest.mark.parametrize("rows", [10, 300])
def test_delimiters_at_the_end_of_all_rows_are_nothing(tmp_path: Path, rows: int) -> None:
    workbook = read(tmp_path, [HEADER, *(ROWS[n % 30] + ";" for n in range(rows))])
    assert notes_of(workbook) == []
    assert set(workbook.sheets[0].blocks[0].columns) == {1, 2, 3, 4, 5}


def test_a_missing_delimiter_is_seen_when_all_rows_have_one_too_many(tmp_path: Path) -> None:
    rows = [row + ";" for row in ROWS]
    rows[7] = "A-17;Lis;72024-01-18;online;"
    workbook = read(tmp_path, [HEADER, *rows])
    assert notes_of(workbook) == [("E19", 9)]


def test_decimal_commas_that_cut_every_row_at_one_place_are_put_together(tmp_path: Path) -> None:
    rows = [f"A-{n},{n % 8},5,2024-01-{n % 28 + 1:02d}" for n in range(10, 40)]
    workbook = read(tmp_path, ["id,hours,day", *rows])
    assert [cells[1] for _, cells in workbook.sheets[0].rows()][1:] == [
        f"{n % 8},5" for n in range(10, 40)
    ]
    assert notes_of(workbook) == [("W23", line) for line in range(2, 32)]


def test_decimal_commas_that_may_stand_in_two_places_are_named(tmp_path: Path) -> None:
    rows = [f"A-{n},{n % 8},5,3" for n in range(10, 40)]
    workbook = read(tmp_path, ["id,hours,sessions", *rows])
    assert {code for code, _ in notes_of(workbook)} == {"E19"}
    assert row_at(workbook, 2) == ("A-10", "2", "5", "3")


def test_two_lines_are_one_row_when_only_together_they_are_as_wide(tmp_path: Path) -> None:
    workbook = read(tmp_path, [HEADER, *ROWS[:5], "A-9;Lis", "Zych;7;2024-02-01;x", *ROWS[5:]])
    assert notes_of(workbook) == [("W23", 7)]
    assert row_at(workbook, 7) == ("A-9", "Lis\nZych", "7", "2024-02-01", "x")


def test_titles_and_remarks_within_a_table_are_no_broken_rows(tmp_path: Path) -> None:
    workbook = read(tmp_path, [HEADER, *ROWS, "Checked by the secretary", "   "])
    assert notes_of(workbook) == []


def test_many_repairs_are_listed_up_to_a_number_and_then_counted(tmp_path: Path) -> None:
    workbook = read(tmp_path, [HEADER, *ROWS, *["A-9;7;2024-02-01;"] * 1500])
    notes = workbook.notes[1:]
    assert len(notes) == 1001
    assert str(notes[-1].words) == "500 more lines were repaired; this is the last of them."
    assert notes[-1].row == 1531


def test_a_file_of_broken_lines_only_is_refused_with_the_first(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match="the first is line 32"):
        read(tmp_path, [HEADER, *ROWS, *["A-9;Lis;72024-02-01;x"] * 20_001])
