"""Traits 10 to 14: days, their order, months in 24 languages, the year 1904, durations.

A silent error here is a day or a duration that is read as another one.
"""

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter
from babel.dates import format_date
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from eurocluster.conforming.lexicon import LANGUAGES
from tests.traits.desk import Answer, Desk
from tests.traits.sheets import ENGLISH, HEADERS, row, rows, workbook, write

MARCH_4 = date(2023, 3, 4)


def on(desk: Desk, folder: Path, *days: Any, language: str = "pl", **declared: Any) -> Answer:
    """Return what is said of a list with these days."""
    headers = HEADERS if language == "pl" else ENGLISH
    lines = [row(number, session_date=day) for number, day in enumerate(days)]
    return desk.check(write(folder / "l.xlsx", headers, *lines), language, **declared)


def lasting(desk: Desk, folder: Path, *hours: Any, language: str = "pl", **declared: Any) -> Answer:
    """Return what is said of a list with these hours."""
    headers = HEADERS if language == "pl" else ENGLISH
    lines = [row(number, hours=cell) for number, cell in enumerate(hours)]
    return desk.check(write(folder / "l.xlsx", headers, *lines), language, **declared)


def test_trait_10_dates_texts_and_serials_in_one_column(desk: Desk, tmp_path: Path) -> None:
    answer = on(desk, tmp_path, datetime(2023, 3, 4), "04.03.2023", 44989, "44989", "2023-03-04")
    assert answer.column("session_date") == [MARCH_4] * 5


@pytest.mark.parametrize("number", [4, 2023, 30_000, 60_000, 44989.5e3, 20231301])
def test_trait_10_a_number_that_is_no_day_of_our_time_is_refused(
    desk: Desk, tmp_path: Path, number: float
) -> None:
    answer = on(desk, tmp_path, number, "04.03.2023")
    assert answer.column("session_date") == [None, MARCH_4]
    assert answer.cells("E02") == ["B2"]


def test_trait_10_a_serial_in_a_column_of_hours_is_no_day_and_no_duration(
    desk: Desk, tmp_path: Path
) -> None:
    assert lasting(desk, tmp_path, 44989).fates()["refused"] == [2]


def test_trait_11_one_value_that_cannot_be_otherwise_decides_for_the_column(
    desk: Desk, tmp_path: Path
) -> None:
    answer = on(desk, tmp_path, "03/04/2023", "03/13/2023")
    assert answer.column("session_date") == [MARCH_4, date(2023, 3, 13)]
    assert answer.cells("W02") == ["B2"]  # not the partner's order: shown, with both readings
    assert "2023-04-03" in answer.finding("W02").message


def test_trait_11_without_evidence_the_partners_order_is_taken_and_said(
    desk: Desk, tmp_path: Path
) -> None:
    answer = on(desk, tmp_path, "04/03/2023", "05/03/2023")
    assert answer.column("session_date") == [MARCH_4, date(2023, 3, 5)]
    assert answer.cells("W02") == ["B2", "B3"]


def test_trait_11_two_orders_in_one_column_are_never_mixed_in_silence(
    desk: Desk, tmp_path: Path
) -> None:
    answer = on(desk, tmp_path, "25/03/2023", "03/25/2023", "04/03/2023")
    assert answer.column("session_date") == [date(2023, 3, 25), None, MARCH_4]
    assert answer.cells("E02") == ["B3"]
    assert "B4" in answer.cells("W02")


def test_trait_11_a_declared_order_needs_no_doubt_where_the_column_agrees(
    desk: Desk, tmp_path: Path
) -> None:
    answer = on(desk, tmp_path, "03/04/2023", "03/25/2023", date_order="mdy")
    assert answer.column("session_date")[0] == MARCH_4
    assert "W02" not in answer.codes()


@pytest.mark.parametrize("language", LANGUAGES)
def test_trait_12_written_months_of_every_language(
    desk: Desk, tmp_path: Path, language: str
) -> None:
    days = [date(2023, month, 17) for month in range(1, 13)] * 3
    widths = ["long"] * 12 + ["full"] * 12 + ["d MMM y"] * 12
    spelled = [
        format_date(day, width, locale=language) for day, width in zip(days, widths, strict=True)
    ]
    answer = on(desk, tmp_path, *spelled, language=language)
    assert answer.column("session_date") == days


@pytest.mark.parametrize(
    ("language", "cell"),
    [
        ("cs", "4. března 2023"), ("pl", "4 marca 2023 r."), ("bg", "4 март 2023 г."),
        ("bg", "04.03.2023 г."), ("pl", "04.03.2023r."), ("pl", "4.III.2023"),
        ("pl", "4 III 2023"), ("el", "4 Μαρτίου 2023"), ("hu", "2023. március 4."),
        ("hu", "2023.03.04."), ("lt", "2023 m. kovo 4 d."), ("lv", "2023. gada 4. marts"),
        ("fi", "4. maaliskuuta 2023"), ("de", "4. März 2023"), ("de", "Sa, 4. Mrz 23"),
        ("pl", "04.03.2023 godz. 9:00"), ("fr", "samedi 4 mars 2023"), ("es", "4 de marzo de 2023"),
        ("ga", "4 Márta 2023"), ("hr", "4. ožujka 2023."), ("sl", "4. marec 2023"),
    ],
)  # fmt: skip
def test_trait_12_days_as_people_write_them(
    desk: Desk, tmp_path: Path, language: str, cell: str
) -> None:
    assert on(desk, tmp_path, cell, language=language).column("session_date") == [MARCH_4]


@pytest.mark.parametrize(
    "cell",
    [
        "31.02.2023", "marzec 2023", "4 marca", "4–5 marca 2023", "04.03.2023-05.03.2023",
        "wiosna", "04.03.202", "4 maja marca 2023",
    ],
)  # fmt: skip
def test_trait_12_what_is_no_single_day_is_refused(desk: Desk, tmp_path: Path, cell: str) -> None:
    answer = on(desk, tmp_path, cell, "25.03.2023")
    assert answer.column("session_date")[0] is None
    assert answer.cells("E02") == ["B2"]


def test_trait_13_the_year_1904_of_old_macs(desk: Desk, tmp_path: Path) -> None:
    book, sheet = workbook(HEADERS, *rows(2))
    book.epoch = CALENDAR_MAC_1904
    sheet["B2"] = datetime(2023, 4, 3)
    book.save(tmp_path / "l.xlsx")
    assert desk.check(tmp_path / "l.xlsx").column("session_date")[0] == date(2023, 4, 3)


@pytest.mark.parametrize(
    ("cell", "hours"),
    [
        ("7,5", "7.5"), ("7.5", "7.5"), (7.5, "7.5"), ("7h30", "7.5"), (time(7, 30), "7.5"),
        (timedelta(hours=30), "30"), ("7 godz.", "7"), ("7 h 30 min", "7.5"), ("7:30", "7.5"),
        ("450 min", "7.5"), ("7 godz. 30 min.", "7.5"), ("7,5 h", "7.5"), (0, "0"), ("½", None),
        ("8 UE", None), ("8 godzin lekcyjnych", None), ("7-8", None), ("ok. 7", None),
        ("cały dzień", None), ("7.30", None), ("1.234", None), ("-2", "-2"), ("7,5 dni", None),
    ],
)  # fmt: skip
def test_trait_14_durations(desk: Desk, tmp_path: Path, cell: Any, hours: str | None) -> None:
    answer = lasting(desk, tmp_path, cell)
    assert answer.column("hours") == [None if hours is None else Decimal(hours)]
    if hours is None or hours.startswith("-"):
        assert answer.fates()["refused"] == [2]


@pytest.mark.parametrize(("minutes", "hours"), [(45, "6"), (60, "8"), (90, "12")])
def test_trait_14_teaching_units_last_as_long_as_the_partner_says(
    desk: Desk, tmp_path: Path, minutes: int, hours: str
) -> None:
    answer = lasting(desk, tmp_path, "8 UE", language="de", teaching_unit_minutes=minutes)
    assert answer.column("hours") == [Decimal(hours)]


@pytest.mark.parametrize("minutes", [None, 45])
def test_trait_14_a_column_of_teaching_units_is_not_read_as_hours(
    desk: Desk, tmp_path: Path, minutes: int | None
) -> None:
    headers = [*ENGLISH[:-1], "UE"]
    lines = [row(1, hours=8), row(2, hours=4)]
    answer = desk.check(
        write(tmp_path / "l.xlsx", headers, *lines), "de", teaching_unit_minutes=minutes
    )
    hours = answer.column("hours")
    assert hours == [6, 3] if minutes else hours == [None, None]


@pytest.mark.parametrize("header", ["Liczba godzin (min)", "Minuty", "Godziny lekcyjne"])
def test_trait_14_a_header_with_another_unit_gives_no_hours_in_silence(
    desk: Desk, tmp_path: Path, header: str
) -> None:
    answer = desk.check(write(tmp_path / "l.xlsx", [*HEADERS[:-1], header], row(1, hours=90)))
    assert answer.column("hours") in ([None], [Decimal("1.5")])
    assert {"W10", "E17"} & answer.codes()


def test_trait_14_a_time_cell_is_hours_and_a_moment_is_none(desk: Desk, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for line in (HEADERS, row(1, hours=timedelta(hours=7, minutes=30)),
                 row(2, hours=datetime(2023, 3, 14, 7, 30))):  # fmt: skip
        sheet.append(list(line))
    sheet["J2"].number_format = "[h]:mm"
    book.save(tmp_path / "l.xlsx")
    answer = desk.check(tmp_path / "l.xlsx")
    assert answer.column("hours") == [Decimal("7.5"), None]
    assert answer.cells("E17") == ["J3"]


def test_trait_13_a_bare_serial_of_1904_is_read_in_the_years_of_its_workbook(
    desk: Desk, tmp_path: Path
) -> None:
    with xlsxwriter.Workbook(tmp_path / "l.xlsx", {"date_1904": True}) as book:
        sheet = book.add_worksheet("Lista")
        for number, line in enumerate([HEADERS, *rows(2)]):
            sheet.write_row(number, 0, line)
        sheet.write_number(2, 1, 43557)  # 2023-04-03, counted from 1904
    answer = desk.check(tmp_path / "l.xlsx")
    assert answer.column("session_date")[1] == date(2023, 4, 3)
