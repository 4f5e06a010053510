from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eurocluster.sources.web_errors import http_date, retry_after


@given(st.datetimes(datetime(1970, 1, 1), datetime(2100, 1, 1)))
def test_dates_of_headers_are_read_to_the_second(moment: datetime) -> None:
    expected = moment.replace(microsecond=0, tzinfo=UTC)
    assert http_date(format_datetime(expected, usegmt=True)) == expected


@given(st.none() | st.text())
def test_a_date_that_is_none_is_none(text: str | None) -> None:
    moment = http_date(text)
    assert moment is None or moment.tzinfo is UTC


@pytest.mark.parametrize(
    ("told", "seconds"),
    [("7", 7.0), ("0", 0.0), ("", None), ("soon", None), ("-1", None), ("²", None)],
)
def test_the_time_to_wait_is_read(told: str, seconds: float | None) -> None:
    assert retry_after({"retry-after": told}) == seconds


def test_the_time_to_wait_may_be_a_moment() -> None:
    until = format_datetime(datetime.now(UTC) + timedelta(seconds=60), usegmt=True)
    assert 55 < (retry_after({"retry-after": until}) or 0) <= 60
    assert retry_after({"retry-after": "Thu, 01 Jan 1970 00:00:00 GMT"}) == 0.0
