"""Headers are recognised in 24 languages, and the header row is found where it is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eurocluster.conforming.header_words import (
    REGISTERS,
    aside,
    known_columns,
    means_something,
    nearest_column,
    recognise,
    register_named,
    words_of_all_registers,
)
from eurocluster.conforming.headers import find_table, match_headers, with_suggestions
from eurocluster.conforming.heads import MOST_COLUMNS
from eurocluster.conforming.lexicon import LANGUAGES, concept_words
from eurocluster.reading.cells import Sheet, Value
from schemas import REGISTERS as CONTRACTS

ATTENDANCE = {
    "person": "person_name", "first_name": "first_name", "surname": "surname", "email": "email",
    "organisation": "employer_name", "vat_no": "employer_id", "country": "employer_country",
    "date": "session_date", "hours": "hours", "attended": "attended",
}  # fmt: skip
REQUIRED = ("training_id", "employer_name", "employer_country", "person_category", "attended")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("concept", ATTENDANCE)
def test_every_header_of_the_specification_is_recognised(concept: str, language: str) -> None:
    assert concept_words(concept)[language]
    for word in concept_words(concept)[language]:
        for written in (word, word.upper(), f" {word} * ", f"{word}:", f"{word}\n"):
            found = recognise((written,), "attendance", language, {})
            assert found is not None
            assert (found.column, found.language) in {
                (ATTENDANCE[concept], language),
                (ATTENDANCE[concept], ""),
            }


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_attendance_list_of_every_language_is_found(language: str) -> None:
    headers = {
        column: concept_words(concept)[language][0]
        for concept, column in ATTENDANCE.items()
        if concept != "person"
    }
    rows: list[tuple[Value, ...]] = [
        ("Eurocluster: list 1, 2023", None),
        (),
        tuple(headers.values()),
        tuple("x" for _ in headers),
    ]
    found = find_table(Sheet.of("1", rows), "attendance", language, required=REQUIRED)
    assert found is not None
    assert dict(found.columns) == {column: at for at, column in enumerate(headers, start=1)}
    assert (found.header_row, found.first_data_row) == (3, 4)
    assert found.titles == ("Eurocluster: list 1, 2023",)


@pytest.mark.parametrize("register", REGISTERS)
def test_canonical_names_are_headers_in_every_language(register: str) -> None:
    for column in CONTRACTS[register].columns:
        for language in LANGUAGES:
            found = recognise((column,), register, language, {})
            assert found is not None
            assert found.column == column
            assert found.score == 1.0


@pytest.mark.parametrize("register", REGISTERS)
def test_the_canonical_header_row_tells_its_register(register: str) -> None:
    matched = match_headers(list(CONTRACTS[register].columns), None, "fi")
    assert matched.register == register
    assert list(matched.columns) == list(CONTRACTS[register].columns)
    assert not matched.unknown


@pytest.mark.parametrize(
    ("text", "register", "language", "column"),
    [
        ("nazwisko i imię", "attendance", "pl", "person_name"),
        ("3. Imię i nazwisko (drukowanymi)", "attendance", "pl", "person_name"),
        ("Imię i nazwisko / Full name", "attendance", "pl", "person_name"),
        ("Country of the employer / Kraj pracodawcy", "attendance", "pl", "employer_country"),
        ("Godziny", "attendance", "el", "hours"),
        ("Podmiot", "attendance", "pl", None),
        ("", "attendance", "pl", None),
        ("data", "attendance", "en", None),
        ("data", "attendance", "it", "session_date"),
        ("CIF", "attendance", "es", "employer_id"),
        ("CIF", "attendance", "ro", "employer_id"),
        ("Hours " + "and a whole questionnaire " * 30, "attendance", "en", None),
    ],
)
def test_a_header_means_what_its_language_says(
    text: str, register: str, language: str, column: str | None
) -> None:
    found = recognise((text,), register, language, {})
    assert (found.column if found else None) == column


def test_employee_and_employer_are_never_mistaken() -> None:
    for text in ("employee name", "name of employee"):
        found = recognise((text,), "attendance", "en", {})
        assert found is None or found.column == "person_name"
    employer = recognise(("employer name",), "attendance", "en", {})
    assert employer is None or employer.column == "employer_name"


def test_a_declared_header_comes_before_all_words() -> None:
    found = recognise(("Godziny",), "attendance", "pl", {"GODZINY": "headcount"})
    assert found is not None
    assert (found.column, found.score) == ("headcount", 1.0)


def test_a_column_below_a_group_header_belongs_to_the_group() -> None:
    found = recognise(("Besuchende Organisation", "Land"), "exchanges", "de", {})
    assert found is not None
    assert found.column == "vo_country"
    host = recognise(("Gastgebende Organisation", "Land"), "exchanges", "de", {})
    assert host is not None
    assert host.column == "ho_country"


def test_merged_header_rows_are_one_header() -> None:
    sheet = Sheet.of(
        "Austausche",
        (
            ("Austauschnummer", "Besuchende Organisation", None, "Gastgebende Organisation", None),
            (None, "Besuchende Organisation", "Land", "Gastgebende Organisation", "Land"),
            ("X1", "Alfa", "DE", "Beta", "PL"),
        ),
        first_row=5,
        first_column=2,
        merged=((5, 3, 5, 4), (5, 5, 5, 6)),
    )
    found = find_table(sheet, "exchanges", "de")
    assert found is not None
    assert dict(found.columns) == {
        "exchange_id": 2, "vo_name": 3, "vo_country": 4, "ho_name": 5, "ho_country": 6,
    }  # fmt: skip
    assert (found.header_row, found.first_data_row) == (5, 7)


def test_merged_header_rows_exported_as_text_are_one_header() -> None:
    found = find_table(
        Sheet.of(
            "",
            (
                ("exchange_id", "Visiting organisation", None, "Host organisation", None, "mode"),
                (None, "Name", "Country", "Name", "Country", None),
                ("X1", "Alfa", "DE", "Beta", "PL", "physical"),
            ),
        ),
        "exchanges",
        "en",
    )
    assert found is not None
    assert dict(found.columns) == {
        "exchange_id": 1, "vo_name": 2, "vo_country": 3, "ho_name": 4, "ho_country": 5, "mode": 6,
    }  # fmt: skip
    assert (found.header_row, found.first_data_row) == (1, 3)


def test_a_row_that_only_numbers_the_columns_is_no_data() -> None:
    rows: tuple[tuple[Value, ...], ...] = (
        ("Imię", "Nazwisko", "Kraj", "Godziny"),
        ("1", "2", "3", "4"),
        ("Anna", "Nowak", "PL", "7"),
    )
    found = find_table(Sheet.of("", rows), "attendance", "pl")
    assert found is not None
    assert found.first_data_row == 3


@pytest.mark.parametrize(
    ("headers", "columns"),
    [
        (("Nom", "Prénom", "Entreprise"), ("surname", "first_name", "employer_name")),
        (("Nom", "Entreprise"), ("person_name", "employer_name")),
        (("Nom et prénom", "Entreprise"), ("person_name", "employer_name")),
    ],
)
def test_neighbours_decide_what_a_bare_name_is(
    headers: tuple[str, ...], columns: tuple[str, ...]
) -> None:
    assert tuple(match_headers(headers, "attendance", "fr").columns) == columns


@pytest.mark.parametrize("language", ["hr", "sl"])
def test_a_lone_first_name_is_the_whole_name(language: str) -> None:
    assert "person_name" in match_headers(("Ime", "Datum"), "attendance", language).columns


def test_other_headers_are_kept_apart() -> None:
    matched = match_headers(
        ("Lp.", "Imię", "Nazwisko", "Godziny", "Liczba godzin", "Ulubiony kolor", 7, None),
        "attendance",
        "pl",
        required=("training_id", "hours"),
    )
    assert [(other.text, other.column) for other in matched.aside] == [("Lp.", "row_number")]
    assert [(other.text, other.column) for other in matched.duplicates] == [
        ("Liczba godzin", "hours")
    ]
    assert [other.text for other in matched.unknown] == ["Ulubiony kolor"]
    assert matched.missing == ("training_id",)


@pytest.mark.parametrize(
    ("text", "language", "kind"),
    [
        ("Lp.", "pl", "row_number"), ("Α/Α", "el", "row_number"), ("Uwagi", "pl", "remarks"),
        ("Remarks", "pl", "remarks"), ("Firma", "es", "signature"), ("Firma", "pl", None),
        ("Imię", "pl", None),
    ],
)  # fmt: skip
def test_headers_of_no_register_are_known(text: str, language: str, kind: str | None) -> None:
    assert aside(text, language) == kind


def test_a_near_header_is_a_suggestion_and_no_more() -> None:
    assert recognise(("Godzinny",), "attendance", "pl", {}) is None
    assert nearest_column("Godzinny", "attendance", "pl") == "hours"


def test_a_sheet_without_headers_has_no_table() -> None:
    rows: tuple[tuple[Value, ...], ...] = (("Anna", "Nowak"), ("Ewa", 7), ())
    assert find_table(Sheet.of("1", rows), "attendance", "pl") is None
    assert find_table(Sheet.of("1", ()), "attendance", "pl") is None


@pytest.mark.parametrize(
    ("name", "language", "register"),
    [
        ("Szkolenia", "pl", "trainings"),
        ("SZKOLENIA", "de", "trainings"),
        ("2. Wymiany", "pl", "exchanges"),
        ("service_deliveries", "el", "service_deliveries"),
        ("Inwestycje MŚP", "pl", "sme_investments"),
        ("Arkusz1", "pl", None),
    ],
)
def test_a_sheet_may_be_named_after_its_register(
    name: str, language: str, register: str | None
) -> None:
    assert register_named(name, language) == register


@pytest.mark.parametrize("register", REGISTERS)
def test_the_lexicon_knows_the_columns_of_the_contract_and_no_others(register: str) -> None:
    assert set(known_columns(register)) == set(CONTRACTS[register].columns)


def test_a_table_without_headers_is_declared_by_letters() -> None:
    sheet = Sheet.of("1", [("T1", "Alfa", None, 7), ("T2", "Beta", None, 8)], first_row=3)
    letters = {"A": "training_id", "D": "hours", "B": "employer_name"}
    found = find_table(sheet, "attendance", "pl", letters, required=REQUIRED)
    assert found is not None
    assert dict(found.columns) == {"training_id": 1, "hours": 4, "employer_name": 2}
    assert (found.header_row, found.first_data_row) == (0, 1)
    assert found.headers.missing == ("employer_country", "person_category", "attended")


def test_a_table_with_headers_is_found_by_them_even_if_letters_are_declared() -> None:
    rows: list[tuple[Value, ...]] = [("Imię", "Nazwisko", "Godziny"), ("Testa", "Przykładna", 7)]
    found = find_table(Sheet.of("1", rows), "attendance", "pl", {"C": "headcount"})
    assert found is not None
    assert found.header_row == 1


def test_letters_of_an_empty_sheet_are_no_table() -> None:
    assert find_table(Sheet.of("1", []), "attendance", "pl", {"A": "training_id"}) is None


def test_a_register_is_found_beside_thousands_of_other_columns() -> None:
    far = tuple(f"odd {at}" for at in range(3_000))
    rows: tuple[tuple[Value, ...], ...] = (
        ("Imię", "Nazwisko", "Kraj", "Godziny", *far),
        ("Anna", "Nowak", "PL", "7", *far),
    )
    found = find_table(Sheet.of("", rows), "attendance", "pl")
    assert found is not None
    assert list(found.columns.values()) == [1, 2, 3, 4]
    assert len(found.headers.unknown) == MOST_COLUMNS - 4


def test_a_declared_header_that_no_lexicon_knows_is_found() -> None:
    rows: tuple[tuple[Value, ...], ...] = (("Xq", "Zw"), ("T1", "7"))
    declared = {"xq": "training_id", "ZW": "hours"}
    assert find_table(Sheet.of("", rows), "attendance", "pl") is None
    found = find_table(Sheet.of("", rows), "attendance", "pl", declared)
    assert found is not None
    assert dict(found.columns) == {"training_id": 1, "hours": 2}


@given(st.sampled_from(REGISTERS), st.sampled_from(LANGUAGES), st.data())
def test_whatever_a_register_recognises_means_something(
    register: str, language: str, data: st.DataObject
) -> None:
    words = sorted(words_of_all_registers())
    text = data.draw(st.sampled_from(words) | st.lists(st.sampled_from(words)).map(" / ".join))
    if recognise((text,), register, language, {}) or aside(text, language):
        assert means_something(text)


def test_only_the_first_unknown_headers_get_a_suggestion() -> None:
    unknown = tuple(f"Godzinny{'x' * (at % 3)}" for at in range(60))
    rows: tuple[tuple[Value, ...], ...] = (("Imię", "Nazwisko", *unknown), ("Anna", "Nowak"))
    found = find_table(Sheet.of("", rows), "attendance", "pl")
    assert found is not None
    suggested = [header.column for header in with_suggestions(found, "pl").headers.unknown]
    assert set(suggested[:50]) == {"hours"}
    assert suggested[50:] == [None] * 10
