"""Traits 15, 19 and 22: figures, words for nothing, yes and no.

A silent error here is a figure a thousand times too large or too small, a name that is taken for
nothing, a nothing that is taken for no.
"""

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from eurocluster.conforming.lexicon import LANGUAGES, concept_words
from tests.traits.desk import Answer, Desk
from tests.traits.sheets import ENGLISH, HEADERS, row, rows, workbook, write

ORGANISATION = ("record_id", "legal_name", "country", "org_type", "headcount_awu", "turnover_eur")


def turning_over(desk: Desk, folder: Path, *cells: Any, header: str = "turnover_eur",
                 language: str = "pl", staff: Any = 25, **declared: Any) -> Answer:  # fmt: skip
    """Return what is said of organisations with these turnovers."""
    lines = [
        [f"O{at}", f"Firma {at}", "PL", "business", staff, cell] for at, cell in enumerate(cells)
    ]
    path = write(folder / "o.xlsx", [*ORGANISATION[:-1], header], *lines)
    return desk.check(path, language, "organisations", **declared)


@pytest.mark.parametrize(
    ("language", "cell", "amount"),
    [
        ("pl", "1 234 567,89", "1234567.89"), ("pl", "1\u00a0234\u00a0567,89", "1234567.89"),
        ("fr", "1\u202f234\u202f567,89 €", "1234567.89"), ("de", "1.234.567,89", "1234567.89"),
        ("de", "1'234'567.89", "1234567.89"), ("en", "1,234,567.89", "1234567.89"),
        ("de", "2,5 Mio. €", "2500000"), ("pl", "250 tys. EUR", "250000"), ("fr", "12 k€", "12000"),
        ("en", "€ 1,250.00", "1250"), ("de", "1.234", None), ("en", "1,234", None),
        ("pl", "1.234,5", "1234.5"), ("pl", "(500)", "-500"), ("de", "1.000.000", "1000000"),
        ("pl", "1 234 5", None), ("pl", "12,3456,7", None), ("pl", "ok. 5000", None),
        ("pl", "5 000 zł", None), ("es", "2 mil €", "2000"), ("ro", "2 mil €", "2000000"),
        ("pl", 1234567.89, "1234567.89"), ("pl", "100-200", None), ("pl", "1,234", None),
    ],
)  # fmt: skip
def test_trait_15_amounts(
    desk: Desk, tmp_path: Path, language: str, cell: Any, amount: str | None
) -> None:
    answer = turning_over(desk, tmp_path, cell, language=language)
    (found,) = answer.column("turnover_eur")
    if amount is None:
        doubted = {"E17", "W07", "W15"} & answer.codes()
        assert (found is None and "E17" in answer.codes()) or doubted
    else:
        assert found == Decimal(amount)


@pytest.mark.parametrize(
    "header",
    [
        "Obrót (tys. EUR)", "Turnover (k€)", "Umsatz (T€)", "Umsatz in TEUR", "Tržby (tis. EUR)",
        "Umsatz (Mio. €)", "Liikevaihto (milj. €)", "Chiffre d'affaires (milliers d'euros)",
        "Cifra de afaceri (mii EUR)", "Árbevétel (ezer EUR)", "Оборот (хил. евро)",
    ],
)  # fmt: skip
def test_trait_15_a_header_that_names_thousands_is_not_read_as_euro(
    desk: Desk, tmp_path: Path, header: str
) -> None:
    answer = turning_over(desk, tmp_path, 1250, header=header, columns={header: "turnover_eur"})
    assert answer.column("turnover_eur") == [None]
    assert answer.cells("E17") == ["F2"]


@pytest.mark.parametrize(
    ("amount", "currency", "understood"),
    [
        ("500 zł", None, (500, "PLN")), ("$500", None, (500, "USD")), ("500 €", "", (500, "EUR")),
        (500, None, (500, "EUR")), ("500 zł", "PLN", (500, "PLN")),
        ("500 zł", "EUR", (None, "EUR")), ("500 €", "PLN", (None, "PLN")),
    ],
)  # fmt: skip
def test_trait_15_an_amount_has_the_currency_that_its_own_cell_names(
    desk: Desk, tmp_path: Path, amount: Any, currency: str | None, understood: tuple[Any, str]
) -> None:
    headers = ["investment_id", "sme", "investment_date", "kind", "project_link", "amount"]
    line = ["I1", "Alfa", date(2024, 3, 14), "agreement", "none", amount]
    if currency is not None:
        headers, line = [*headers, "currency"], [*line, currency]
    answer = desk.check(write(tmp_path / "i.xlsx", headers, line), register="sme_investments")
    assert (answer.column("amount"), answer.column("currency")) == tuple([x] for x in understood)
    assert ("E17" in answer.codes()) == (understood[0] is None)


def test_trait_15_figures_meant_in_thousands_are_doubted(desk: Desk, tmp_path: Path) -> None:
    answer = turning_over(desk, tmp_path, 850, 850_000)
    assert answer.column("turnover_eur") == [850, 850_000]
    assert answer.cells("W07") == ["F2"]


def test_trait_15_a_comma_or_point_that_can_be_both_follows_the_declared_mark(
    desk: Desk, tmp_path: Path
) -> None:
    answer = turning_over(desk, tmp_path, "1,5", "2.5", decimal_mark=".")
    assert answer.column("turnover_eur") == [Decimal("1.5"), Decimal("2.5")]


@pytest.mark.parametrize("word", ["n/a", "-", "—", "brak", "n.d.", "…", "?", "N/A"])
def test_trait_19_words_for_nothing_are_nothing(desk: Desk, tmp_path: Path, word: str) -> None:
    answer = desk.check(write(tmp_path / "l.xlsx", HEADERS, row(1, hours=word, employer_id=word)))
    assert answer.column("hours") == [None]
    assert answer.column("employer_id") == [None]
    assert answer.fates()["accepted"] == [2]


@pytest.mark.parametrize("name", ["Null", "None", "Na", "True", "Nan", "NULL", "Nil"])
def test_trait_19_a_surname_that_looks_like_nothing_is_a_surname(
    desk: Desk, tmp_path: Path, name: str
) -> None:
    headers = [*HEADERS[:2], "Imię", "Nazwisko", *HEADERS[4:]]
    lines = [row(n, person_name="Testa", email=surname) for n, surname in
             enumerate([name, "Zmyślona", None])]  # fmt: skip
    answer = desk.check(write(tmp_path / "l.xlsx", headers, *lines))
    assert answer.fates() == {"accepted": [2, 3], "refused": [4], "skipped": []}
    keys = answer.column("name_key")
    assert keys[0] not in (None, keys[1], keys[2])


@pytest.mark.parametrize("name", ["Anna Null", "Jan None", "None Przykładna", "Testa Na"])
def test_trait_19_a_full_name_with_such_a_surname(desk: Desk, tmp_path: Path, name: str) -> None:
    answer = desk.check(write(tmp_path / "l.xlsx", HEADERS, row(1, person_name=name)))
    assert answer.fates()["accepted"] == [2]


@pytest.mark.parametrize(("cell", "country"), [("NA", "NA"), ("NO", "NO"), ("NE", "NE"),
                                               ("no", "NO"), ("Namibia", "NA")])  # fmt: skip
def test_trait_19_country_codes_that_look_like_words(
    desk: Desk, tmp_path: Path, cell: str, country: str
) -> None:
    answer = desk.check(write(tmp_path / "l.xlsx", HEADERS, row(1, employer_country=cell)))
    assert answer.column("employer_country") == [country]


@pytest.mark.parametrize("code", "XA XB ZZ EU QO UN AA XX AN DD YU CS SU EA IC DG AC TA CP".split())
def test_a_code_that_is_no_country_of_the_standard_is_refused(
    desk: Desk, tmp_path: Path, code: str
) -> None:
    answer = desk.check(write(tmp_path / "l.xlsx", HEADERS, row(1, employer_country=code)))
    assert answer.column("employer_country") == [None]
    assert answer.cells("E09") == ["G2"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_trait_22_yes_and_no_of_every_language(desk: Desk, tmp_path: Path, language: str) -> None:
    yes = [*concept_words("yes")[language], True, 1, "1", "x", "X", "✓", "ü", "TRUE"]
    no = [*concept_words("no")[language], False, 0, "0", "FALSE"]
    lines = [row(number, attended=cell) for number, cell in enumerate([*yes, *no, None])]
    answer = desk.check(write(tmp_path / "l.xlsx", ENGLISH, *lines), language)
    assert answer.column("attended") == [*["yes"] * len(yes), *["no"] * len(no), None]
    assert answer.fates()["refused"] == [len(lines) + 1]


@pytest.mark.parametrize(("language", "cell"), [("pl", "PRAWDA"), ("de", "WAHR"), ("fr", "VRAI"),
                                                ("es", "VERDADERO"), ("nl", "WAAR")])  # fmt: skip
def test_trait_22_the_true_of_a_translated_spreadsheet(
    desk: Desk, tmp_path: Path, language: str, cell: str
) -> None:
    answer = desk.check(write(tmp_path / "l.xlsx", ENGLISH, row(1, attended=cell)), language)
    assert answer.column("attended") == ["yes"]


@pytest.mark.parametrize("cell", ["może", "tak/nie", "tak?", "2", 2, "nie wiem", "ne/da"])
def test_trait_22_a_word_that_is_neither_is_refused(desk: Desk, tmp_path: Path, cell: Any) -> None:
    answer = desk.check(write(tmp_path / "l.xlsx", HEADERS, row(1, attended=cell)))
    assert answer.column("attended") == [None]
    assert answer.cells("E05") == ["I2"]


@pytest.mark.parametrize("language", ["el", "en", "pl"])
def test_trait_22_a_greek_yes_in_latin_letters_is_no_no(
    desk: Desk, tmp_path: Path, language: str
) -> None:
    path = write(tmp_path / "l.xlsx", ENGLISH, row(1, attended="nai"), row(2, attended="ne"))
    answer = desk.check(path, language)
    assert answer.column("attended")[0] in ("yes", None)
    assert answer.column("attended")[1] in (("yes", None) if language == "el" else ("no", None))


@pytest.mark.parametrize(
    ("language", "cell", "gender"),
    [
        ("pl", "K", "f"), ("pl", "M", "m"), ("de", "w", "f"), ("de", "m", "m"), ("fr", "F", "f"),
        ("fr", "H", "m"), ("it", "F", "f"), ("it", "M", "m"), ("es", "H", "m"), ("en", "F", "f"),
        ("es", "M", None), ("sv", "M", "m"), ("sv", "K", "f"), ("cs", "Ž", "f"), ("cs", "M", "m"),
        ("fi", "N", "f"), ("fi", "M", "m"), ("fi", "F", "f"), ("hu", "N", "f"), ("hu", "F", None),
        ("el", "Γ", "f"), ("el", "Α", "m"), ("bg", "Ж", "f"), ("bg", "М", "m"), ("nl", "V", "f"),
    ],
)  # fmt: skip
def test_single_letters_of_gender_mean_what_the_language_means(
    desk: Desk, tmp_path: Path, language: str, cell: str, gender: str | None
) -> None:
    path = write(tmp_path / "l.xlsx", [*ENGLISH, "gender"], [*row(1), cell])
    answer = desk.check(path, language)
    (found,) = answer.column("gender")
    assert found == gender


def test_italian_stato_is_a_country_or_a_state_by_what_stands_below(
    desk: Desk, tmp_path: Path
) -> None:
    headers = ["Codice corso", "Data", "Nome e cognome", "E-mail", "Azienda", "P.IVA", "Stato",
               "Categoria", "Presente", "Ore"]  # fmt: skip
    good = row(1, employer_id=None, employer_country="Italia", person_category="dipendente",
               attended="sì")  # fmt: skip
    answer = desk.check(write(tmp_path / "l.xlsx", headers, good), "it")
    assert answer.column("employer_country") == ["IT"]
    state = row(1, employer_id=None, employer_country="concluso", person_category="dipendente",
                attended="sì")  # fmt: skip
    answer = desk.check(write(tmp_path / "m.xlsx", headers, state), "it")
    assert answer.fates()["refused"] == [2]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_column_firma_is_the_employer_where_the_language_says_so(
    desk: Desk, tmp_path: Path, language: str
) -> None:
    headers = [*ENGLISH[:4], "Firma", *ENGLISH[5:]]
    answer = desk.check(write(tmp_path / "l.xlsx", headers, *rows(2)), language)
    if language in ("es", "it", "mt"):  # a signature is nobody's employer
        assert answer.column("employer_name") == [None, None]
        assert answer.fates()["accepted"] == []
    else:
        assert answer.column("employer_name") == ["Alfa Przykład Sp. z o.o."] * 2
        assert answer.fates()["accepted"] == [2, 3]


@pytest.mark.parametrize("language", ["en", "fr", "pl", "de"])
def test_a_column_that_another_language_calls_a_signature_is_told(
    desk: Desk, tmp_path: Path, language: str
) -> None:
    path = write(tmp_path / "l.xlsx", [*ENGLISH, "Unterschrift"], [*row(1), "Testa"])
    answer = desk.check(path, language)
    assert ("K1" in answer.cells("W10")) == (language != "de")


INVESTED = (
    "ID inwestycji",
    "MŚP",
    "Kraj MŚP",
    "Data inwestycji",
    "Rodzaj",
    "Kwota",
    "Powiązanie z projektem",
)


def invested(amount: object, number: int = 1) -> tuple[object, ...]:
    return (f"I{number}", "Alfa Zmyślona", "Polska", date(2023, 3, 14), "gotówka", amount, "T1")


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("1,234", None),
        ("5,000 zł", None),
        ("1.234", Decimal(1234)),
        ("1234,50", Decimal("1234.50")),
    ],
)
def test_money_in_thousandths_is_a_thousand_times_as_much_or_asked_about(
    text: str, amount: Decimal | None, desk: Desk, tmp_path: Path
) -> None:
    path = write(tmp_path / "l.xlsx", INVESTED, invested(text))
    answer = desk.check(path, register="sme_investments")
    assert answer.column("amount") == [amount]
    assert ("E17" in answer.codes()) == (amount is None)


def test_one_amount_merged_over_three_rows_is_counted_once_and_asked_about(
    desk: Desk, tmp_path: Path
) -> None:
    book, sheet = workbook(INVESTED, invested(900), invested(None, 2), invested(None, 3))
    sheet.merge_cells("F2:F4")
    book.save(tmp_path / "l.xlsx")
    answer = desk.check(tmp_path / "l.xlsx", register="sme_investments")
    assert answer.column("amount") == [Decimal(900), None, None]
    assert answer.cells("E17") == ["F3", "F4"]


def test_an_address_of_a_person_is_no_name_of_an_organisation(desk: Desk, tmp_path: Path) -> None:
    path = write(tmp_path / "l.xlsx", HEADERS, row(1, employer_name="testa@firma.example"))
    answer = desk.check(path)
    assert answer.column("employer_name") == [None]
    assert "testa@" not in answer.everything_said()
