"""The same data on two sheets or in two files is read once and asked about, never added up."""

from collections.abc import Sequence

from eurocluster.conforming.copies import without_copies
from eurocluster.conforming.tables import RegisterTable
from eurocluster.findings import Finding
from eurocluster.reading.cells import Value
from tests.unit.eurocluster.conforming.polish_lists import (
    HEADERS,
    ROW,
    attendance,
    conformed,
    cut,
    sheet,
)

Line = tuple[Value, ...]


def people(*numbers: int) -> list[Line]:
    """Return rows of different persons."""
    names = ("Testa", "Zyta", "Fikcja", "Zmyślona", "Próbka", "Wzora", "Makieta", "Atrapa")
    return [(*ROW[:2], f"{names[at]} Przykładna", f"p{at}@p1.example", *ROW[4:]) for at in numbers]


def read(tables: Sequence[RegisterTable]) -> tuple[list[str], list[Finding]]:
    """Return names of the sheets that are read, and the findings."""
    kept, findings = without_copies(tables)
    return [table.sheet_name for table in kept], findings


def test_the_same_rows_on_two_sheets_are_read_from_the_first() -> None:
    rows = people(0, 1, 2)
    tables, _ = attendance(sheet(HEADERS, *rows, name="A"), sheet(HEADERS, *rows, name="B"))
    kept, (asked,) = read(tables)
    assert kept == ["A"]
    assert (asked.code, asked.sheet, asked.file) == ("F04", "B", "f" * 64)
    assert str(asked.detail).startswith("3 rows of “lista.xlsx: B” were left out")


def test_the_order_of_rows_and_the_size_of_blocks_do_not_hide_a_copy() -> None:
    rows = people(0, 1, 2, 3)
    copy = cut(sheet(("Kopia",), HEADERS, *rows[::-1], name="B"), (3, 4))
    tables, _ = attendance(sheet(HEADERS, *rows, name="A"), copy)
    assert read(tables)[0] == ["A"]


def test_a_part_of_the_rows_is_a_copy_from_half_of_them_on() -> None:
    whole = sheet(HEADERS, *people(0, 1, 2, 3), name="A")
    half = sheet(HEADERS, *people(2, 3, 4, 5), name="B")
    less = sheet(HEADERS, *people(3, 4, 5, 6, 7), name="C")
    assert read(attendance(whole, half)[0])[0] == ["A"]
    assert read(attendance(whole, less)[0])[0] == ["A", "C"]


def test_other_persons_on_another_sheet_are_no_copy() -> None:
    tables, _ = attendance(
        sheet(HEADERS, *people(0, 1, 2), name="A"), sheet(HEADERS, *people(3, 4, 5), name="B")
    )
    assert read(tables) == (["A", "B"], [])


def test_the_same_row_on_two_short_sheets_is_no_copy_of_a_sheet() -> None:
    tables, _ = attendance(
        sheet(HEADERS, *people(0, 1), name="A"), sheet(HEADERS, *people(0, 1), name="B")
    )
    assert read(tables) == (["A", "B"], [])


def test_a_changed_cell_does_not_hide_a_copy() -> None:
    rows = people(0, 1, 2)
    changed = [(*row[:8], 3.0) for row in rows]
    tables, _ = attendance(sheet(HEADERS, *rows, name="A"), sheet(HEADERS, *changed, name="B"))
    assert read(tables)[0] == ["A"]


def test_of_two_copies_the_one_with_ids_is_read() -> None:
    rows = people(0, 1, 2)
    with_ids = [(*row, f"a{at}") for at, row in enumerate(rows)]
    tables, _ = attendance(
        sheet(HEADERS, *rows, name="A"),
        sheet((*HEADERS, "ID wpisu"), *with_ids, name="B"),
        columns={"ID wpisu": "record_id"},
    )
    kept, (asked,) = read(tables)
    assert (kept, asked.sheet) == (["B"], "A")


def test_of_a_list_and_the_list_that_goes_on_the_longer_one_is_read() -> None:
    tables, _ = attendance(
        sheet(HEADERS, *people(0, 1, 2, 3), name="A"),
        sheet(HEADERS, *people(0, 1, 2, 3, 4, 5), name="B"),
    )
    kept, (asked,) = read(tables)
    assert (kept, asked.sheet) == (["B"], "A")


def test_the_same_rows_in_two_files_are_read_once() -> None:
    first, second = (attendance(sheet(HEADERS, *people(0, 1, 2)))[0] for _ in range(2))
    kept, (asked,) = without_copies([*first, *second])
    assert kept == first
    assert asked.code == "F04"


def test_three_copies_are_two_too_many() -> None:
    rows = people(0, 1, 2)
    tables, _ = attendance(*(sheet(HEADERS, *rows, name=name) for name in "ABC"))
    kept, asked = read(tables)
    assert (kept, [finding.sheet for finding in asked]) == (["A"], ["B", "C"])


def test_a_register_without_persons_is_compared_too() -> None:
    headers = ("Kod szkolenia", "Tytuł", "Data rozpoczęcia", "Data zakończenia", "Status")
    rows = [(f"T{at}", f"Kurs {at}", "2023-03-14", "2023-03-15", "planned") for at in range(3)]
    tables, _ = conformed(
        "trainings", sheet(headers, *rows, name="A"), sheet(headers, *rows, name="B")
    )
    assert len(tables) == 2
    assert read(tables)[0] == ["A"]


def test_copies_are_found_among_many_sheets() -> None:
    sheets = [
        sheet(HEADERS, *(with_id(row, at) for row in people(0, 1, 2)), name=str(at))
        for at in range(30)
    ]
    copies = [sheet(HEADERS, *(with_id(row, 7) for row in people(2, 1, 0)), name="copy")]
    kept, (asked,) = read(attendance(*sheets, *copies)[0])
    assert kept == [str(at) for at in range(30)]
    assert str(asked.detail).startswith(
        "3 rows of “lista.xlsx: copy” were left out; “lista.xlsx: 7”"
    )


def with_id(row: Line, training: int) -> Line:
    """Return a row of another training."""
    return (f"T{training}", *row[1:])
