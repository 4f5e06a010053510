from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eurocluster.reading.number_formats import Meaning, meaning_of, read_number, read_serial


@pytest.mark.parametrize(
    ("code", "meaning"),
    [
        ("General", Meaning.NUMBER),
        ("0.00", Meaning.NUMBER),
        ("#,##0.00\\ [$€-407]", Meaning.NUMBER),
        ('#,##0.0 "days"', Meaning.NUMBER),
        ('0 "hodin"', Meaning.NUMBER),
        ("0.00E+00", Meaning.NUMBER),
        ("@", Meaning.NUMBER),
        ("[Red]-0;[Blue]0", Meaning.NUMBER),
        ("_-* #,##0_-;\\-* #,##0_-", Meaning.NUMBER),
        ("dd.mm.yyyy", Meaning.DATE),
        ("dd/mm/yy;@", Meaning.DATE),
        ("[$-419]d mmmm yyyy", Meaning.DATE),
        ('yyyy"г."', Meaning.DATE),
        ("mmm-yy", Meaning.DATE),
        ("[$-F800]dddd\\,\\ mmmm\\ dd\\,\\ yyyy", Meaning.DATE),
        ("h:mm", Meaning.TIME),
        ("hh:mm:ss", Meaning.TIME),
        ("mm:ss.0", Meaning.TIME),
        ("h:mm AM/PM", Meaning.TIME),
        ("dd.mm.yyyy hh:mm", Meaning.DATETIME),
        ("m/d/yy h:mm", Meaning.DATETIME),
        ("[h]:mm", Meaning.DURATION),
        ("[hh]:mm:ss", Meaning.DURATION),
        ("[mm]:ss", Meaning.DURATION),
    ],
)
def test_a_format_code_tells_what_its_numbers_are(code: str, meaning: Meaning) -> None:
    assert meaning_of(code) is meaning


@pytest.mark.parametrize(
    ("serial", "meaning", "from_1904", "value"),
    [
        (45019, Meaning.DATE, False, date(2023, 4, 3)),
        (43557, Meaning.DATE, True, date(2023, 4, 3)),
        (45019.5, Meaning.DATE, False, datetime.fromisoformat("2023-04-03 12:00")),
        (45019, Meaning.DATETIME, False, datetime.fromisoformat("2023-04-03")),
        (45019.35416666667, Meaning.DATETIME, False, datetime.fromisoformat("2023-04-03 08:30")),
        (0.3125, Meaning.TIME, False, time(7, 30)),
        (0.3125, Meaning.TIME, True, time(7, 30)),
        (0.3125, Meaning.DATETIME, False, time(7, 30)),
        (0, Meaning.TIME, False, time(0, 0)),
        (1.25, Meaning.DURATION, False, timedelta(hours=30)),
        (-0.5, Meaning.DURATION, False, timedelta(hours=-12)),
        (59, Meaning.DATE, False, date(1900, 2, 28)),
        (61, Meaning.DATE, False, date(1900, 3, 1)),
        (2958465, Meaning.DATE, False, date(9999, 12, 31)),
        (2957003, Meaning.DATE, True, date(9999, 12, 31)),
    ],
)
def test_a_serial_number_becomes_what_its_format_shows(
    serial: float, meaning: Meaning, from_1904: bool, value: object
) -> None:
    read = read_serial(serial, meaning, from_1904=from_1904)
    assert (type(read), read) == (type(value), value)


@pytest.mark.parametrize("serial", [0, 60, -3, 2958466, 1e300])
def test_a_number_that_is_no_date_stays_a_number(serial: float) -> None:
    assert read_serial(serial, Meaning.DATE, from_1904=False) == serial


@settings(deadline=None)
@given(
    st.datetimes(datetime.fromisoformat("1904-01-03"), datetime.fromisoformat("9999-12-30")),
    st.booleans(),
)
def test_any_moment_comes_back_to_the_millisecond_in_both_date_systems(
    moment: datetime, from_1904: bool
) -> None:
    moment = moment.replace(microsecond=moment.microsecond // 1000 * 1000)
    epoch = (
        datetime.fromisoformat("1904-01-01") if from_1904 else datetime.fromisoformat("1899-12-30")
    )
    serial = (moment - epoch) / timedelta(days=1)
    assert read_serial(serial, Meaning.DATETIME, from_1904=from_1904) == moment


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("5", 5),
        ("-5", -5),
        ("12.345", 12.345),
        ("1.23E+11", 1.23e11),
        ("403170701", 403170701),
        ("", None),
        ("NaN", "NaN"),
        ("inf", "inf"),
        ("1_000", "1_000"),
        ("abc", "abc"),
    ],
)
def test_a_stored_number_is_a_number_or_the_text_it_is(raw: str, value: object) -> None:
    read = read_number(raw)
    assert (type(read), read) == (type(value), value)
