"""Traits 1 to 7 and 28: lines around a table, other sheets, hidden things, stray cells.

A silent error here is a row that is read from the wrong place, read twice, or not read.
"""

from datetime import date
from pathlib import Path
from typing import Literal

import pytest
import xlsxwriter

from tests.traits.desk import Desk
from tests.traits.sheets import (
    ENGLISH,
    HEADERS,
    Row,
    fill,
    row,
    rows,
    workbook,
    write,
    write_sheets,
)


def test_trait_1_title_lines_above_the_table_are_no_header(desk: Desk, tmp_path: Path) -> None:
    title: list[Row] = [
        ["Lista obecności"], [], ["Partner:", "Klaster Przykładowy"],
        ["Okres:", "1.03.2023 – 31.03.2023"], [],
    ]  # fmt: skip
    answer = desk.check(write(tmp_path / "l.xlsx", *title, HEADERS, *rows(2)))
    assert answer.fates() == {"accepted": [7, 8], "refused": [], "skipped": []}
    assert answer.column("session_date") == [date(2023, 3, 14)] * 2
    (table,) = answer.checked.tables
    assert "Partner: Klaster Przykładowy" in table.table.found.table.titles


def test_trait_1_a_table_below_the_thirtieth_row_is_missed_aloud(
    desk: Desk, tmp_path: Path
) -> None:
    path = write(tmp_path / "l.xlsx", *([f"Wiersz {n}"] for n in range(40)), HEADERS, *rows(2))
    assert "F02" in desk.check(path).codes()


def test_trait_2_headers_merged_over_two_rows(desk: Desk, tmp_path: Path) -> None:
    upper = ["Szkolenie", None, "Uczestnik", None, "Pracodawca", None, None, "Kategoria",
             "Obecność", "Liczba godzin"]  # fmt: skip
    lower = ["Kod szkolenia", "Data", "Imię i nazwisko", "E-mail", "Nazwa", "NIP", "Kraj"]
    book, sheet = workbook(upper, lower, *rows(2))
    for cells in ("A1:B1", "C1:D1", "E1:G1", "H1:H2", "I1:I2", "J1:J2"):
        sheet.merge_cells(cells)
    book.save(tmp_path / "l.xlsx")
    answer = desk.check(tmp_path / "l.xlsx")
    assert answer.fates()["accepted"] == [3, 4]
    assert answer.column("employer_name") == ["Alfa Przykład Sp. z o.o."] * 2
    assert answer.column("employer_country") == ["PL"] * 2
    assert answer.column("hours") == [6.5, 6.5]


def test_trait_2_headers_merged_over_three_rows(desk: Desk, tmp_path: Path) -> None:
    book, sheet = workbook(
        ["Wymiany"],
        ["Nr wymiany", "Organizacja wizytująca", None, None, "Organizacja przyjmująca", None, None],
        [None, "Nazwa", "Kraj", "Typ", "Nazwa", "Kraj", "Typ"],
        ["X1", "Alfa Przykład", "PL", "MŚP", "Beta Exemple", "BE", "klaster"],
    )
    for cells in ("A1:G1", "B2:D2", "E2:G2", "A2:A3"):
        sheet.merge_cells(cells)
    book.save(tmp_path / "w.xlsx")
    answer = desk.check(tmp_path / "w.xlsx", register="exchanges")
    assert answer.column("vo_country") == ["PL"]
    assert answer.column("ho_country") == ["BE"]
    assert answer.column("ho_name") == ["Beta Exemple"]


@pytest.mark.parametrize(
    ("language", "below"),
    [
        ("pl", [["Razem", None, None, None, None, None, None, None, None, 13]]),
        ("pl", [[None, None, "Razem", None, None, None, None, None, None, 13]]),
        ("pl", [[None, None, "RAZEM: 2 osoby", None, None, None, None, None, None, 13]]),
        ("pl", [[None, None, None, None, None, None, None, "Ogółem", None, 13]]),
        ("de", [[None, None, "Summe", None, None, None, None, None, None, 13]]),
        ("el", [[None, None, "Σύνολο", None, None, None, None, None, None, 13]]),
        ("pl", [[None] * 9 + [13]]),
        ("pl", [["Suma częściowa", None, None, None, "Alfa", None, None, None, None, 13]]),
        ("pl", [[], ["Sporządziła: dział szkoleń"]]),
        ("pl", [["* nieobecność usprawiedliwiona"], ["Podpis", "…………"]]),
    ],
)
def test_trait_3_totals_notes_and_signatures_are_listed(
    desk: Desk, tmp_path: Path, language: str, below: list[Row]
) -> None:
    answer = desk.check(write(tmp_path / "l.xlsx", HEADERS, *rows(2), *below), language)
    lines = [3 + at for at, line in enumerate(below, start=1) if any(line)]
    assert [found["row"] for found in answer.rows] == [2, 3]
    assert answer.cells("W16") == [str(line) for line in lines]


def test_trait_3_a_person_who_is_called_like_a_total_is_not_skipped(
    desk: Desk, tmp_path: Path
) -> None:
    people = [row(1, person_name="Anna Suma"), row(2, person_name="Suma Anna")]
    answer = desk.check(write(tmp_path / "l.xlsx", HEADERS, *people))
    assert answer.fates() == {"accepted": [2], "refused": [3], "skipped": []}
    assert answer.cells("E18") == ["C3"]


def test_trait_3_an_organisation_called_total_is_no_total(desk: Desk, tmp_path: Path) -> None:
    path = write(
        tmp_path / "o.xlsx",
        ["ID", "Nazwa", "Kraj", "Rodzaj organizacji"],
        ["O1", "Total Invented Energies", "FR", "firma"],
        ["O2", "Suma Przykład", "PL", "firma"],
    )
    answer = desk.check(path, register="organisations")
    assert answer.column("legal_name") == ["Total Invented Energies", "Suma Przykład"]


def test_trait_4_blank_rows_end_nothing(desk: Desk, tmp_path: Path) -> None:
    path = write(tmp_path / "l.xlsx", HEADERS, [], row(1), *[[] for _ in range(60)], row(2))
    assert desk.check(path).fates()["accepted"] == [3, 64]


def test_trait_5_a_hidden_stale_sheet_before_the_list_is_told_and_not_read(
    desk: Desk, tmp_path: Path
) -> None:
    stale = [HEADERS, row(1, hours=99), row(2, hours=99), row(3, hours=99)]
    book, sheet = workbook(*stale, title="Stara lista")
    sheet.sheet_state = "hidden"
    fill(book.create_sheet("Lista"), HEADERS, *rows(3))
    book.active = 1
    book.save(tmp_path / "l.xlsx")
    answer = desk.check(tmp_path / "l.xlsx")
    assert answer.column("hours") == [6.5] * 3
    assert answer.finding("W24").sheet == "Stara lista"


@pytest.mark.parametrize("state", ["hidden", "veryHidden"])
def test_trait_5_a_file_whose_only_list_is_hidden_is_not_read_in_silence(
    desk: Desk, tmp_path: Path, state: Literal["hidden", "veryHidden"]
) -> None:
    book, sheet = workbook(HEADERS, *rows(3))
    sheet.sheet_state = state
    fill(book.create_sheet("Okładka"), ["Lista obecności"])
    book.active = 1
    book.save(tmp_path / "l.xlsx")
    answer = desk.ask(tmp_path / "l.xlsx")
    assert not answer.rows
    assert "F02" in answer.codes()


def test_trait_6_the_same_data_on_two_sheets_is_read_once_and_asked_about(
    desk: Desk, tmp_path: Path
) -> None:
    answers = [["Sygnatura", *HEADERS], *(["2023-03-15", *line] for line in rows(4))]
    clean = [HEADERS, *rows(4), row(7)]
    path = write_sheets(tmp_path / "l.xlsx", {"Form responses 1": answers, "Clean": clean})
    answer = desk.check(path)
    assert len(answer.rows) == 5
    assert answer.finding("F04").sheet == "Form responses 1"


def test_trait_6_two_months_on_two_sheets_are_both_read(desk: Desk, tmp_path: Path) -> None:
    march, april = rows(3), [row(n, session_date="18.04.2023") for n in range(3)]
    path = write_sheets(
        tmp_path / "l.xlsx", {"marzec": [HEADERS, *march], "kwiecień": [HEADERS, *april]}
    )
    answer = desk.check(path)
    assert len(answer.rows) == 6
    assert "F04" not in answer.codes()


def test_trait_7_hidden_and_filtered_rows_and_columns_are_read_and_told(
    desk: Desk, tmp_path: Path
) -> None:
    book, sheet = workbook(HEADERS, *rows(4))
    sheet.row_dimensions[3].hidden = True
    sheet.column_dimensions["J"].hidden = True
    sheet.auto_filter.ref = "A1:J5"
    sheet.auto_filter.add_filter_column(8, ["nie"])
    sheet.row_dimensions[5].hidden = True
    book.save(tmp_path / "l.xlsx")
    answer = desk.check(tmp_path / "l.xlsx")
    assert answer.column("hours") == [6.5] * 4
    assert answer.cells("W12") == ["J1", "3", "5"]


def test_two_tables_one_below_the_other_are_not_read_as_one(desk: Desk, tmp_path: Path) -> None:
    organisations: list[Row] = [
        ["Nr", "Nazwa prawna", "NIP", "Kraj", "Rodzaj organizacji", "Wielkość", "Region", "PKD",
         "Ekosystem", "Zatrudnienie (RJR)"],
        ["O1", "Alfa Przykład", "7680002466", "PL", "firma", "mała", "PL22", "62.01", "cyfrowy",
         25],
    ]  # fmt: skip
    path = write(tmp_path / "l.xlsx", HEADERS, *rows(2), [], [], *organisations)
    answer = desk.check(path)
    assert answer.fates()["accepted"] == [2, 3]
    assert answer.fates()["skipped"] == [6, 7]
    assert (answer.cells("W16"), answer.cells("E19")) == (["6"], ["7"])


def test_a_header_repeated_for_each_month_is_listed_and_its_rows_are_read(
    desk: Desk, tmp_path: Path
) -> None:
    path = write(tmp_path / "l.xlsx", HEADERS, row(1), [], ["Kwiecień"], HEADERS, row(2))
    answer = desk.check(path)
    assert answer.fates() == {"accepted": [2, 6], "refused": [], "skipped": [4, 5]}


def test_headers_repeated_in_another_order_make_no_person_an_employer(
    desk: Desk, tmp_path: Path
) -> None:
    def swapped(line: Row) -> Row:
        return [*line[:2], line[4], line[3], line[2], *line[5:]]

    lines = [HEADERS, *rows(2), [], swapped(HEADERS), swapped(row(3)), [], HEADERS, row(4)]
    answer = desk.check(write(tmp_path / "l.xlsx", *lines))
    assert answer.fates() == {"accepted": [2, 3, 9], "refused": [], "skipped": [5, 6, 8]}
    assert "Damian" not in answer.everything_said()


def test_headers_turned_around_make_no_person_an_employer(desk: Desk, tmp_path: Path) -> None:
    lines = [HEADERS, *rows(2), HEADERS[::-1], row(3)[::-1], row(4)[::-1]]
    answer = desk.check(write(tmp_path / "l.xlsx", *lines))
    assert answer.fates() == {"accepted": [2, 3], "refused": [], "skipped": [4, 5, 6]}
    assert answer.cells("E19") == ["5", "6"]
    assert "Damian" not in answer.everything_said()


@pytest.mark.parametrize("gap", [[], [[]], [[], ["Uczestnicy"]]], ids=["none", "blank", "title"])
def test_a_list_of_persons_below_a_table_of_another_register_is_not_read_as_that_one(
    desk: Desk, tmp_path: Path, gap: list[Row]
) -> None:
    trainings: list[Row] = [
        ("Kod szkolenia", "Tytuł szkolenia", "Cel", "Grupa docelowa", "Data rozpoczęcia",
         "Data zakończenia", "Partner wiodący", "Status"),
        ("EC-PL-01", "Spawanie", "4a", "sme_workers", *[date(2024, 3, 4)] * 2, "p1", "delivered"),
        ("EC-PL-02", "Toczenie", "4b", "sme_workers", *[date(2024, 3, 5)] * 2, "p1", "delivered"),
    ]  # fmt: skip
    persons = [(line[0], line[2], *line[4:9]) for line in (HEADERS, row(3), row(4))]
    path = write(tmp_path / "l.xlsx", *trainings, *gap, *persons)
    answer = desk.check(path, register="trainings")
    assert [line["row"] for line in answer.rows] == [2, 3]
    assert "E08" not in answer.codes()
    assert answer.cells("E19") == [str(len(gap) + line) for line in (5, 6)]
    assert "Damian" not in answer.everything_said()


def test_rows_above_a_header_that_is_understood_better_are_told(desk: Desk, tmp_path: Path) -> None:
    earlier = [(*line[:1], *line[2:3], *line[4:5], *line[6:9]) for line in (HEADERS, *rows(2))]
    path = write(tmp_path / "l.xlsx", ["Marzec"], *earlier, [], ["Kwiecień"], HEADERS, row(3))
    answer = desk.check(path)
    assert answer.fates() == {"accepted": [8], "refused": [], "skipped": [2, 3, 4, 6]}
    assert answer.cells("E19") == ["3", "4", "6"]


@pytest.mark.parametrize("is_first", [True, False], ids=["above", "below"])
def test_headers_in_two_languages_one_above_the_other_are_one_table(
    desk: Desk, tmp_path: Path, is_first: bool
) -> None:
    both = [ENGLISH, HEADERS] if is_first else [HEADERS, ENGLISH]
    answer = desk.check(write(tmp_path / "l.xlsx", *both, *rows(2)))
    assert answer.fates()["accepted"] == [3, 4]
    assert answer.fates()["refused"] == []


def test_trait_28_stray_cells_far_away_cost_neither_rows_nor_silence(
    desk: Desk, tmp_path: Path
) -> None:
    book, sheet = workbook(HEADERS, *rows(6))
    sheet["A1048576"] = "."
    sheet["ZZ3"] = "x"
    book.save(tmp_path / "l.xlsx")
    answer = desk.check(tmp_path / "l.xlsx")
    assert answer.fates() == {"accepted": [2, 3, 4, 5, 6, 7], "refused": [], "skipped": [1048576]}


def test_trait_28_seventy_thousand_formatted_blank_rows_are_no_rows(
    desk: Desk, tmp_path: Path
) -> None:
    with xlsxwriter.Workbook(tmp_path / "l.xlsx") as book:
        sheet = book.add_worksheet("Lista")
        look = book.add_format({"bg_color": "#FFFFEE"})
        for number, line in enumerate([HEADERS, *rows(6)]):
            sheet.write_row(number, 0, line)
        for number in range(7, 70_008):
            sheet.write_blank(number, 0, None, look)
        sheet.write_row(70_009, 0, row(8))
    answer = desk.check(tmp_path / "l.xlsx")
    assert answer.fates()["accepted"] == [2, 3, 4, 5, 6, 7, 70_010]


def test_a_sheet_that_fits_an_undeclared_register_better_is_told(
    desk: Desk, tmp_path: Path
) -> None:
    deliveries: list[Row] = [
        ["service_id", "employer_name", "employer_country", "training_id", "delivery_id",
         "recipient", "recipient_country", "delivered_on", "status", "directness", "partner"],
        *(["S1", "Alfa", "PL", "T1", f"D{n}", "Alfa", "PL", "2023-03-14", "delivered", "direct",
           "p1"] for n in range(3)),
    ]  # fmt: skip
    path = write_sheets(tmp_path / "l.xlsx", {"A": [HEADERS, *rows(3)], "B": deliveries})
    answer = desk.check(path)
    assert [found.sheet for found in answer.checked.findings if found.code == "F02"] == ["B"]


def test_a_column_without_a_header_is_told(desk: Desk, tmp_path: Path) -> None:
    lines = [[*line, "tak"] for line in rows(3)]
    answer = desk.check(write(tmp_path / "l.xlsx", HEADERS, *lines))
    assert answer.cells("W10") == ["K1"]
