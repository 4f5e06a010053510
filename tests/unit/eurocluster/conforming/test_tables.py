"""A sheet into rows: which lines are rows, what their cells mean, where they stand."""

from datetime import date
from decimal import Decimal

import pytest

from eurocluster.reading.cells import ErrorValue, Value
from tests.unit.eurocluster.conforming.polish_lists import (
    HEADERS,
    ROW,
    attendance,
    cells,
    conformed,
    findings_of,
    marks,
    rows_of,
    sheet,
)


def test_the_table_is_found_below_title_lines() -> None:
    rows = rows_of(attendance(sheet(("Lista obecności",), (), ("Klaster",), HEADERS, ROW)))
    assert rows.row_numbers.tolist() == [5]
    assert cells(rows, "session_date") == [date(2023, 3, 14)]
    assert cells(rows, "hours") == [Decimal("6.5")]
    assert cells(rows, "employer_country") == ["PL"]
    assert cells(rows, "person_category") == ["worker"]
    assert cells(rows, "attended") == ["yes"]


def test_defaults_stand_where_the_register_has_no_cell() -> None:
    rows = rows_of(attendance(sheet(HEADERS, ROW)))
    assert (cells(rows, "role"), cells(rows, "headcount")) == (["participant"], [1])


def test_persons_leave_as_keys_only() -> None:
    (table,), findings = attendance(sheet(HEADERS, ROW))
    (rows,) = table.rows()
    sent = {name: column.cells() for name, column in rows.sent.items()}
    everything = repr((rows, sent, findings, list(table.findings())))
    assert "Testa" not in everything
    assert "testa@" not in everything
    assert cells(rows, "name_key")[0] is not None
    assert cells(rows, "email_key")[0] is not None


def test_word_order_case_and_titles_do_not_make_another_person() -> None:
    other = (*ROW[:2], "PRZYKŁADNA TESTA", *ROW[3:])
    rows = rows_of(attendance(sheet(HEADERS, ROW, other)))
    assert cells(rows, "name_key")[0] == cells(rows, "name_key")[1]


def test_totals_and_signatures_are_skipped_and_listed() -> None:
    total = ("Razem", None, None, None, None, None, None, None, 6.5)
    signature = ("Sporządziła:", "dział szkoleń")
    (table,), _ = attendance(sheet(HEADERS, ROW, total, (), signature))
    found = findings_of(table)
    assert sum(len(rows) for rows in table.rows()) == 1
    assert [(f.code, f.row) for f in found if f.code == "W16"] == [("W16", 3), ("W16", 5)]


def test_a_blank_row_inside_the_table_ends_nothing() -> None:
    rows = rows_of(attendance(sheet(HEADERS, ROW, (), (None, " "), ROW)))
    assert rows.row_numbers.tolist() == [2, 5]


def test_an_unknown_column_is_kept_aside_and_named() -> None:
    (table,), _ = attendance(sheet((*HEADERS, "Rozmiar koszulki"), (*ROW, "XL")))
    found = findings_of(table)
    (unknown,) = [f for f in found if f.code == "W10"]
    assert (unknown.cell, unknown.value) == ("J1", None)  # the header could be a person's name
    assert "XL" not in repr(found)


@pytest.mark.parametrize(
    ("position", "cell", "column", "code"),
    [
        (1, "31.02.2023", "session_date", "E02"),
        (5, "Atlantyda", "employer_country", "E09"),
        (6, "czarodziej", "person_category", "E05"),
        (8, "dużo", "hours", "E17"),
        (8, ErrorValue("#REF!"), "hours", "E18"),
        (2, "Testa Przykładna, Zyta Zmyślona", "person_name", "E16"),
    ],
)
def test_what_cannot_be_understood_is_marked_with_its_rule(
    position: int, cell: Value, column: str, code: str
) -> None:
    row = (*ROW[:position], cell, *ROW[position + 1 :])
    rows = rows_of(attendance(sheet(HEADERS, row)))
    assert (0, column, code) in marks(rows)
    assert cells(rows, column) == [None]


def test_an_ambiguous_date_is_read_in_the_partners_order_and_doubted() -> None:
    rows = rows_of(attendance(sheet(HEADERS, (ROW[0], "04/03/2023", *ROW[2:]))))
    assert cells(rows, "session_date") == [date(2023, 3, 4)]
    assert (0, "session_date", "W02") in marks(rows)


def test_a_hidden_stale_sheet_is_not_read() -> None:
    old = sheet(HEADERS, ROW, name="Stare", visible=False)
    tables, _ = attendance(old, sheet(HEADERS, ROW))
    assert [table.sheet_name for table in tables] == ["Lista"]


def test_the_declared_sheet_is_read_whatever_else_is_there() -> None:
    tables, _ = attendance(sheet(HEADERS, ROW, name="A"), sheet(HEADERS, ROW, name="B"), sheet="B")
    assert [table.sheet_name for table in tables] == ["B"]


def test_a_file_without_the_register_says_so() -> None:
    tables, findings = attendance(sheet(("Zupełnie", "coś"), ("innego", 1)))
    assert tables == []
    assert [finding.code for finding in findings] == ["F02"]


def test_the_same_word_means_another_column_in_another_register() -> None:
    deliveries = sheet(
        ("Nr", "Kod usługi", "Firma", "Partner", "Data", "Status", "Bezpośrednio"),
        ("D1", "S1", "Alfa Sp. z o.o.", "P1", "2023-03-14", "zrealizowana", "bezpośrednia"),
        name="Realizacje usług",
    )
    rows = rows_of(conformed("service_deliveries", deliveries))
    assert cells(rows, "recipient") == ["Alfa Sp. z o.o."]
    assert cells(rows, "recipient_key") == ["alfa"]
    assert cells(rows, "partner") == ["p1"]


def test_a_declared_header_goes_before_the_lexicon() -> None:
    odd = ("Kto", *HEADERS[1:])
    rows = rows_of(attendance(sheet(odd, ROW), columns={"Kto": "training_id"}))
    assert cells(rows, "training_id") == ["T1"]


def test_a_figure_stored_as_text_is_read_and_doubted() -> None:
    rows = rows_of(attendance(sheet(HEADERS, (*ROW[:8], "6,5 godz."))))
    assert cells(rows, "hours") == [Decimal("6.5")]
    assert (0, "hours", "W15") in marks(rows)


@pytest.mark.parametrize(
    ("position", "cell", "column"),
    [
        (4, '"', "employer_name"),
        (4, "#REF!", "employer_name"),
        (2, "Razem", "person_name"),
        (2, "x", "person_name"),
        (8, "1.500", "hours"),
    ],
)
def test_what_stands_for_nobody_or_two_things_is_not_counted(
    position: int, cell: Value, column: str
) -> None:
    row = (*ROW[:position], cell, *ROW[position + 1 :])
    rows = rows_of(attendance(sheet(HEADERS, row, ROW)))
    assert {code for index, at, code in marks(rows) if (index, at) == (0, column)} & {"E17", "E18"}
    assert cells(rows, column)[0] is None or column == "person_name"


def test_a_mistyped_date_does_not_turn_the_whole_column() -> None:
    dates = ("05.03.2024", "06.03.2024", "01.13.2024")
    rows = rows_of(attendance(sheet(HEADERS, *((ROW[0], day, *ROW[2:]) for day in dates))))
    doubted = {
        index for index, column, code in marks(rows) if (column, code) == ("session_date", "W02")
    }
    assert doubted == {0, 1}


def test_sheets_by_name_and_sheets_by_headers_are_read_together() -> None:
    tables, findings = attendance(
        sheet(HEADERS, ROW, name="Obecność"),
        sheet(HEADERS, ROW, name="Marzec 2024"),
        sheet(("a", "b", "c"), (1, 2, 3), (4, 5, 6), (7, 8, 9), name="Inne"),
    )
    assert [table.sheet_name for table in tables] == ["Obecność", "Marzec 2024"]
    assert [(finding.code, finding.sheet) for finding in findings] == [("F02", "Inne")]


def test_figures_below_a_header_in_thousands_are_refused() -> None:
    rows = rows_of(attendance(sheet((*HEADERS[:8], "Liczba godzin (minuty)"), ROW)))
    assert {code for _, column, code in marks(rows) if column == "hours"} == {"E17"}
    assert cells(rows, "hours") == [None]


def test_a_role_is_blank_where_the_cell_says_no_and_nothing_else() -> None:
    headers = ("pact_id", "title", "pact_type", "status", "cluster_reference", "role_clause")
    said = ("nie", "=Data, e dati", "Nie; s. 4")
    rows = [("K1", "Pakt", "lsp", "signed", "tak", clause) for clause in said]
    found = rows_of(conformed("pacts", sheet((*headers, "reporting_partner"), *(
        (*row, "p1") for row in rows
    ))))  # fmt: skip
    assert cells(found, "role_clause") == [None, "=Data, e dati", "Nie; s. 4"]


@pytest.mark.parametrize("filler", ["\t", "'", "9", "tak; ", "1,", "("])
def test_a_document_in_a_cell_of_words_figures_or_days_is_refused_at_once(filler: str) -> None:
    long = f"x{filler * (32_000 // len(filler))}y"
    columns = {"Data": "E02", "Kategoria": "E05", "Kraj": "E09", "Liczba godzin": "E17"}
    row = tuple(long if name in columns else cell for name, cell in zip(HEADERS, ROW, strict=True))
    rows = rows_of(attendance(sheet(HEADERS, row)))
    assert set(columns.values()) <= {mark.code for mark in rows.marks}
