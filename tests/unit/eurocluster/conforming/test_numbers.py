"""Numbers, amounts and hours are read by the partner's decimal mark, or refused."""

from datetime import datetime, time, timedelta
from decimal import Decimal

import pytest
from babel.numbers import format_decimal
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from eurocluster.conforming.failures import Unreadable
from eurocluster.conforming.lexicon import LANGUAGES
from eurocluster.conforming.numbers import (
    DecimalMark,
    Money,
    decimal_mark_of,
    parse_currency,
    parse_decimal,
    parse_hours,
    parse_integer,
    parse_money,
)
from eurocluster.reading.cells import ErrorValue, Value

few = hypothesis_settings(max_examples=30)
amounts = st.decimals(-(10**9), 10**9, places=2)


@pytest.mark.parametrize("language", LANGUAGES)
@few
@given(number=amounts)
def test_a_number_written_in_a_language_is_read_back(language: str, number: Decimal) -> None:
    written = format_decimal(number, format="#,##0.00", locale=language)
    assert parse_decimal(written, decimal_mark_of(language), language) == number


@pytest.mark.parametrize("language", LANGUAGES)
@few
@given(number=st.integers(0, 10**9))
def test_a_count_written_in_a_language_is_read_back(language: str, number: int) -> None:
    written = format_decimal(number, locale=language)
    assert parse_integer(written, decimal_mark_of(language), language) == number


@given(st.floats(allow_nan=False, allow_infinity=False, width=32), st.sampled_from([",", "."]))
def test_the_decimal_mark_does_not_touch_number_cells(number: float, mark: DecimalMark) -> None:
    assert parse_decimal(number, mark) == Decimal(f"{number:.15g}")


@pytest.mark.parametrize(
    ("text", "mark", "number"),
    [
        ("1 234,50", ",", "1234.50"),
        ("1\u00a0234,50", ",", "1234.50"),
        ("1\u202f234,50", ",", "1234.50"),
        ("1'234.50", ".", "1234.50"),
        ("1’234,50", ",", "1234.50"),
        ("1.234,50", ",", "1234.50"),
        ("1,234.50", ".", "1234.50"),
        ("1.234", ",", "1234"),
        ("1,234", ".", "1234"),
        ("1,234", ",", "1.234"),
        ("1.234.567", ",", "1234567"),
        ("0.123", ",", "0.123"),
        ("7.5", ",", "7.5"),
        ("−12", ",", "-12"),
        ("(12)", ",", "-12"),
        ("12,-", ",", "12"),
        ("12 osób", ",", "12"),
        ("€ 1.200", ",", "1200"),
        ("1 200,00 EUR", ",", "1200.00"),
        ("12 k€", ",", "12000"),
        ("1,5 Mio. EUR", ",", "1500000"),
    ],
)
def test_habits_of_partners_are_understood(text: str, mark: DecimalMark, number: str) -> None:
    assert parse_decimal(text, mark, "de" if "Mio" in text else "pl") == Decimal(number)


@pytest.mark.parametrize(
    "cell",
    ["about 12", "12-15", "1.23.4", "1,2,3", "1 23", "12 34", "½", "10²", "1.234,5.6", True,
     ErrorValue("#DIV/0!"), datetime(2023, 3, 14), float("inf"), "100 PLN"],
)  # fmt: skip
def test_what_two_readers_could_read_differently_is_refused(cell: Value) -> None:
    assert isinstance(parse_decimal(cell, ",", "pl"), Unreadable)


@pytest.mark.parametrize("cell", [None, "", " \u00a0"])
def test_a_blank_cell_is_no_number(cell: Value) -> None:
    assert parse_decimal(cell, ",") is None
    assert parse_hours(cell, ",", "pl") is None
    assert parse_currency(cell, "pl") is None


def test_a_half_is_no_count() -> None:
    assert parse_integer(7.0, ",") == 7
    assert isinstance(parse_integer(7.5, ","), Unreadable)


@pytest.mark.parametrize(
    ("text", "language", "money"),
    [
        ("500 zł", "pl", Money(Decimal(500), "PLN")),
        ("1 500 Kč", "cs", Money(Decimal(1500), "CZK")),
        ("12 tys. zł", "pl", Money(Decimal(12000), "PLN")),
        ("£5", "en", Money(Decimal(5), "GBP")),
        ("300 kr", "sv", Money(Decimal(300), "SEK")),
        ("300 kr", "da", Money(Decimal(300), "DKK")),
        ("5", "pl", Money(Decimal(5), None)),
    ],
)
def test_the_currency_of_an_amount_is_kept(text: str, language: str, money: Money) -> None:
    assert parse_money(text, ",", language) == money


@pytest.mark.parametrize(
    ("text", "language", "code"),
    [("EUR", "pl", "EUR"), ("eur", "pl", "EUR"), ("€", "el", "EUR"), ("ευρώ", "el", "EUR"),
     ("zł", "pl", "PLN"), ("PLN", "fi", "PLN"), ("лв", "bg", "BGN")],
)  # fmt: skip
def test_a_currency_is_a_code_a_sign_or_a_name(text: str, language: str, code: str) -> None:
    assert parse_currency(text, language) == code


@pytest.mark.parametrize("cell", ["pounds of flesh", "E", 12])
def test_another_word_is_no_currency(cell: Value) -> None:
    assert isinstance(parse_currency(cell, "en"), Unreadable)


@pytest.mark.parametrize(
    ("cell", "language", "hours"),
    [
        ("7,5", "pl", "7.5"),
        ("7.5", "pl", "7.5"),
        ("7h30", "fr", "7.5"),
        ("7:30", "de", "7.5"),
        ("7 h 30 min", "fi", "7.5"),
        ("7 godz.", "pl", "7"),
        ("7 godz. 30 min", "pl", "7.5"),
        ("90 min", "de", "1.5"),
        ("6 ώρες", "el", "6"),
        ("6 часа", "bg", "6"),
        ("6 t", "sv", "6"),
        ("6 uur", "nl", "6"),
        (6, "pl", "6"),
        (7.5, "pl", "7.5"),
        (time(7, 30), "pl", "7.5"),
        (timedelta(hours=30), "pl", "30"),
        (datetime(1899, 12, 31, 6), "pl", "30"),
        (datetime(1900, 1, 1, 6), "pl", "30"),
    ],
)
def test_hours_are_hours_of_sixty_minutes(cell: Value, language: str, hours: str) -> None:
    assert parse_hours(cell, ",", language) == Decimal(hours)


def test_teaching_units_need_to_be_declared() -> None:
    assert isinstance(parse_hours("8 UE", ",", "de"), Unreadable)
    assert parse_hours("8 UE", ",", "de", teaching_unit_minutes=45) == 6


@pytest.mark.parametrize(
    "cell",
    ["1.30", "about 3 h", "3 days", "all day", "7:75", "½ h", True, ErrorValue("#N/A"),
     datetime(2023, 3, 14)],
)  # fmt: skip
def test_hours_in_doubt_are_refused(cell: Value) -> None:
    assert isinstance(parse_hours(cell, ",", "pl"), Unreadable)


@given(st.integers(0, 24 * 60))
def test_minutes_are_the_same_in_every_notation(minutes: int) -> None:
    hours, rest = divmod(minutes, 60)
    expected = parse_hours(timedelta(minutes=minutes), ",", "pl")
    assert isinstance(expected, Decimal)
    assert abs(expected * 60 - minutes) < Decimal("0.01")
    assert parse_hours(f"{hours}:{rest:02}", ",", "pl") == expected
    assert parse_hours(f"{hours}h{rest:02}", ",", "fr") == expected
    assert parse_hours(f"{minutes} min", ",", "pl") == expected


def test_the_decimal_mark_of_a_language_is_known() -> None:
    points = {language for language in LANGUAGES if decimal_mark_of(language) == "."}
    assert points == {"en", "ga", "mt"}
    assert decimal_mark_of("nn") == ","


def test_a_failure_does_not_show_the_cell() -> None:
    assert "Nowak" not in repr(parse_decimal("Anna Nowak", ",", "pl"))


@pytest.mark.parametrize("cell", ["9" * 400, "9" * 400 + " min", "1" + "0" * 30 + " h"])
def test_hours_without_end_are_a_number_for_others_to_refuse(cell: str) -> None:
    found = parse_hours(cell, ",", "de")
    assert isinstance(found, Decimal)
    assert found > 10**20
