"""Days are read by the one order of their column, in 24 languages, or refused."""

from datetime import date, datetime, timedelta

import pytest
from babel import Locale
from babel.dates import format_date
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from eurocluster.conforming.dates import DateOrder, infer_order, other_readings, parse_date
from eurocluster.conforming.failures import Unreadable
from eurocluster.conforming.lexicon import LANGUAGES
from eurocluster.reading.cells import ErrorValue, Value

DMY, MDY, YMD = DateOrder.DMY, DateOrder.MDY, DateOrder.YMD
days = st.dates(date(2015, 1, 1), date(2035, 12, 31))


few = hypothesis_settings(max_examples=30)


@pytest.mark.parametrize("language", LANGUAGES)
@few
@given(day=days)
def test_a_day_written_in_a_language_is_read_back(language: str, day: date) -> None:
    for width in ("long", "full", "medium"):
        assert parse_date(format_date(day, width, locale=language), DMY, language) == day


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_month_of_a_language_is_read_in_any_order(language: str) -> None:
    for month in range(1, 13):
        day = date(2023, month, 9)
        written = format_date(day, "d MMMM y", locale=language)
        assert all(parse_date(written, order, language) == day for order in DateOrder)


@pytest.mark.parametrize("language", LANGUAGES)
@few
@given(day=days)
def test_a_short_day_is_read_back_by_the_order_of_its_language(language: str, day: date) -> None:
    pattern = Locale.parse(language).date_formats["short"].pattern
    order = {"d": DMY, "m": MDY, "y": YMD}[pattern[0].lower()]
    assert parse_date(format_date(day, "short", locale=language), order, language) == day


@given(days)
def test_iso_dates_and_serials_need_no_order(day: date) -> None:
    serial = (day - date(1899, 12, 30)).days
    midnight = datetime(day.year, day.month, day.day)
    texts = (day.isoformat(), str(serial), f"{day:%Y%m%d}", f"{day:%Y-%m-%dT10:00:00Z}")
    for order in DateOrder:
        for cell in (day, midnight, serial, float(serial), *texts):
            assert parse_date(cell, order, "pl") == day


@given(days)
def test_the_order_decides_what_an_all_numeric_day_means(day: date) -> None:
    assert parse_date(f"{day:%d.%m.%Y}", DMY, "pl") == day
    assert parse_date(f"{day:%m/%d/%Y}", MDY, "en") == day


@pytest.mark.parametrize(
    ("text", "language", "day"),
    [
        ("3. dubna 2023", "cs", date(2023, 4, 3)),
        ("14 marca 2023 r.", "pl", date(2023, 3, 14)),
        ("14.03.2023 г.", "bg", date(2023, 3, 14)),
        ("14.03.2023 godz. 10:00", "pl", date(2023, 3, 14)),
        ("1er mars 2023", "fr", date(2023, 3, 1)),
        ("14η Μαρτίου 2023", "el", date(2023, 3, 14)),
        ("14 de marzo de 2023", "es", date(2023, 3, 14)),
        ("Dienstag, 14. März 2023", "de", date(2023, 3, 14)),
        ("14 III 2023", "pl", date(2023, 3, 14)),
        ("14.III.2023", "pl", date(2023, 3, 14)),
        ("2023. március 14.", "hu", date(2023, 3, 14)),
        ("14\u00a0mars\u202f2023", "fr", date(2023, 3, 14)),
        ("14.\u200b03.2023", "fi", date(2023, 3, 14)),
        ("14.3.23", "de", date(2023, 3, 14)),
        ("'14.03.2023", "de", date(2023, 3, 14)),
        ("14-Mar-2023", "el", date(2023, 3, 14)),
    ],
)
def test_habits_of_partners_are_understood(text: str, language: str, day: date) -> None:
    assert parse_date(text, DMY, language) == day


@pytest.mark.parametrize(
    "cell",
    ["30.02.2023", "14.13.2023", "soon", "03.2023", "2023", "14.03", "14.03.1923", 1, 12.5, 99999,
     True, ErrorValue("#N/A"), timedelta(hours=2), "14.03.2023 - 16.03.2023", "1.2.3.2023",
     float("nan"), date(1900, 1, 1)],
)  # fmt: skip
def test_what_is_not_one_day_is_refused(cell: Value) -> None:
    assert isinstance(parse_date(cell, DMY, "pl"), Unreadable)


@pytest.mark.parametrize("cell", [None, "", "  ", "\u200b"])
def test_a_blank_cell_is_no_date(cell: Value) -> None:
    assert parse_date(cell, DMY, "pl") is None


def test_one_value_decides_the_order_of_its_column() -> None:
    column = ["04.03.2023", "13.04.2023", None, "x", 44989]
    assert infer_order(column, MDY).order is DMY
    assert infer_order(column, MDY).certain
    assert infer_order(["03/04/2023", "04/13/2023"], DMY).order is MDY


def test_without_a_deciding_value_the_order_of_the_partner_counts() -> None:
    inferred = infer_order(["04.03.2023", "05.04.2023"], DMY)
    assert (inferred.order, inferred.certain) == (DMY, False)


def test_values_that_contradict_each_other_decide_nothing() -> None:
    inferred = infer_order(["13.04.2023", "04/13/2023"], DMY)
    assert (inferred.order, inferred.certain) == (DMY, False)


@given(st.lists(days, min_size=1))
def test_the_order_of_the_rows_does_not_count(column: list[date]) -> None:
    written = [f"{day:%d.%m.%Y}" for day in column]
    assert infer_order(written, DMY) == infer_order(written[::-1], DMY)


@given(days)
def test_both_readings_of_an_ambiguous_day_are_known(day: date) -> None:
    others = other_readings(f"{day:%d.%m.%Y}", DMY)
    if day.day <= 12 and day.day != day.month:
        assert others == (date(day.year, day.day, day.month),)
    else:
        assert others == ()


def test_a_failure_does_not_show_the_cell() -> None:
    assert "Nowak" not in repr(parse_date("Anna Nowak", DMY, "pl"))
