"""Traits 23, 24, 25 and 30: cross-tables, a row per day or connection, meeting reports, odd rows.

A silent error here is a person who counts twice, a day nobody was there, or a time of day kept.
"""

from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.traits.desk import Answer, Desk
from tests.traits.sheets import HEADERS, Row, row, rows, workbook, write, write_sheets, write_text

CROSS: Row = ("Kod szkolenia", "Imię i nazwisko", "Pracodawca", "Kraj pracodawcy", "Kategoria")
GIVEN = {
    "training_id": "T1", "employer_name": "Alfa Przykład", "employer_country": "PL",
    "person_category": "worker", "attended": "yes",
}  # fmt: skip


def crossed(name: str, *marks: Any) -> list[Any]:
    """Return a line of a cross-table."""
    return ["T1", name, "Alfa Przykład", "PL", "pracownik", *marks]


def told(answer: Answer) -> list[tuple[Any, ...]]:
    """Return line, day, attended and hours of each row."""
    columns = ("row", "session_date", "attended", "hours")
    return [tuple(found[name] for name in columns) for found in answer.rows]


@pytest.mark.parametrize(
    "days",
    [
        (datetime(2023, 3, 14), datetime(2023, 3, 15)), ("14.03.2023", "15.03.2023"),
        ("14 marca 2023", "15 marca 2023"), ("wt. 14.03.2023", "śr. 15.03.2023"),
        (date(2023, 3, 14), "15.03.2023"), (44999, 45000),
    ],
)  # fmt: skip
def test_trait_23_a_column_per_day_is_a_row_per_person_and_day(
    desk: Desk, tmp_path: Path, days: tuple[Any, ...]
) -> None:
    path = write(
        tmp_path / "l.xlsx",
        [*CROSS, *days],
        crossed("Testa Przykładna", "x", "x"), crossed("Bruno Zmyślony", "x", None),
        crossed("Celina Wymysł", "nie", 6.5), crossed("Damian Fikcja", None, None),
    )  # fmt: skip
    answer = desk.check(path)
    first, second = date(2023, 3, 14), date(2023, 3, 15)
    assert told(answer) == [
        (2, first, "yes", None), (2, second, "yes", None), (3, first, "yes", None),
        (4, first, "no", None), (4, second, "yes", Decimal("6.5")), (5, None, None, None),
    ]  # fmt: skip
    assert answer.fates() == {"accepted": [2, 3, 4], "refused": [5], "skipped": []}


def test_trait_23_days_without_a_year_take_the_year_of_the_title(
    desk: Desk, tmp_path: Path
) -> None:
    lines = [["Lista obecności, marzec 2023"], [], [*CROSS, "14.03.", "15.03."],
             crossed("Testa Przykładna", "x", "x")]  # fmt: skip
    answer = desk.check(write(tmp_path / "l.xlsx", *lines))
    assert answer.column("session_date") == [date(2023, 3, 14), date(2023, 3, 15)]


def test_trait_23_days_of_which_nobody_knows_the_year_are_told(desk: Desk, tmp_path: Path) -> None:
    path = write(tmp_path / "l.xlsx", [*CROSS, "14.03.", "15.03."], crossed("Testa", "x", "x"))
    answer = desk.check(path)
    assert answer.cells("W10") == ["F1", "G1"]
    assert answer.fates()["accepted"] == []


def test_trait_23_days_that_can_be_read_in_two_ways_are_told(desk: Desk, tmp_path: Path) -> None:
    path = write(
        tmp_path / "l.xlsx", [*CROSS, "03/04/2023", "03/05/2023"], crossed("Testa", "x", "x")
    )
    answer = desk.check(path)
    assert "W02" in answer.codes()


def test_trait_23_an_american_order_of_the_days_is_seen(desk: Desk, tmp_path: Path) -> None:
    path = write(
        tmp_path / "l.xlsx", [*CROSS, "03/04/2023", "03/14/2023"], crossed("Testa Beta", "x", "x")
    )
    answer = desk.check(path)
    assert answer.column("session_date") == [date(2023, 3, 4), date(2023, 3, 14)]


def test_trait_23_a_sheet_for_every_month_is_read(desk: Desk, tmp_path: Path) -> None:
    person = crossed("Testa Przykładna", "x", "x")
    path = write_sheets(
        tmp_path / "l.xlsx",
        {
            "marzec": [[*CROSS, date(2023, 3, 14), date(2023, 3, 15)], person],
            "kwiecień": [[*CROSS, date(2023, 4, 4), date(2023, 4, 5)], person],
        },
    )
    answer = desk.check(path)
    assert [day.month for day in answer.column("session_date")] == [3, 3, 4, 4]
    assert len(set(answer.column("name_key"))) == 1


def test_trait_23_mornings_and_afternoons_below_one_day_are_not_lost(
    desk: Desk, tmp_path: Path
) -> None:
    book, sheet = workbook(
        [*CROSS, date(2023, 3, 14), None, date(2023, 3, 15), None],
        [None] * 5 + ["rano", "po południu", "rano", "po południu"],
        crossed("Testa Przykładna", "x", "x", "x", None),
    )
    for cells in ("F1:G1", "H1:I1", *(f"{letter}1:{letter}2" for letter in "ABCDE")):
        sheet.merge_cells(cells)
    book.save(tmp_path / "l.xlsx")
    answer = desk.check(tmp_path / "l.xlsx")
    days = set(answer.column("session_date"))
    assert days == {date(2023, 3, 14), date(2023, 3, 15)} or answer.fates()["accepted"] == []


@pytest.mark.parametrize("mark", ["?", "chory", "usprawiedliwiony", "xx", "3,5 dnia", "25"])
def test_trait_23_a_mark_that_nobody_knows_is_refused(
    desk: Desk, tmp_path: Path, mark: str
) -> None:
    days = [date(2023, 3, 14), date(2023, 3, 15)]
    path = write(tmp_path / "l.xlsx", [*CROSS, *days], crossed("Testa", mark, "x"))
    answer = desk.check(path)
    assert answer.fates()["refused"] == [2]


def test_trait_24_a_row_per_day_is_one_person(desk: Desk, tmp_path: Path) -> None:
    lines = [row(1, session_date=day) for day in ("14.03.2023", "15.03.2023", "16.03.2023")]
    answer = desk.check(write(tmp_path / "l.xlsx", HEADERS, *lines))
    assert len(answer.rows) == 3
    assert len(set(answer.column("name_key"))) == 1


def test_trait_24_a_row_per_connection_is_one_row_of_the_register(
    desk: Desk, tmp_path: Path
) -> None:
    answer = desk.check(write(tmp_path / "l.xlsx", HEADERS, row(1), row(1), row(1)))
    assert answer.fates()["accepted"] == [2, 3, 4]
    assert len({(r["name_key"], r["session_date"], r["training_id"]) for r in answer.rows}) == 1


TEAMS = """\
1. Summary
Meeting title\tDigital skills
Attended participants\t3
Start time\t3/14/23, 9:58:23 AM

2. Participants
Name\tFirst Join\tLast Leave\tIn-Meeting Duration\tEmail\tRole
Testa Invented\t3/14/23, 9:58:30 AM\t3/14/23, 11:02:10 AM\t1h 3m 40s\ttesta@p.example\tOrganizer
Bruno Madeup\t3/14/23, 10:01:00 AM\t3/14/23, 10:50:00 AM\t49m\tbruno@p.example\tAttendee
Celina Fiction\t3/14/23, 10:02:00 AM\t3/14/23, 10:51:00 AM\t49m\tcelina@p.example\tAttendee

3. In-Meeting Activities
Name\tJoin Time\tLeave Time\tDuration\tEmail\tRole
Testa Invented\t3/14/23, 9:58:30 AM\t3/14/23, 11:02:10 AM\t1h 3m 40s\ttesta@p.example\tOrganizer
Bruno Madeup\t3/14/23, 10:01:00 AM\t3/14/23, 10:20:00 AM\t19m\tbruno@p.example\tAttendee
Bruno Madeup\t3/14/23, 10:30:00 AM\t3/14/23, 10:50:00 AM\t20m\tbruno@p.example\tAttendee
Celina Fiction\t3/14/23, 10:02:00 AM\t3/14/23, 10:51:00 AM\t49m\tcelina@p.example\tAttendee
"""

ZOOM = """\
Meeting ID,Topic,Start Time,End Time,User Email,Duration (Minutes),Participants
123 4567 8901,Digital skills,03/14/2023 09:58:23 AM,03/14/2023 11:02:10 AM,host@p.example,64,2

Name (Original Name),User Email,Join Time,Leave Time,Duration (Minutes),Guest,Recording Consent
Testa Invented,testa@p.example,03/14/2023 09:58:23 AM,03/14/2023 11:02:10 AM,64,No,
Bruno Madeup,bruno@p.example,03/14/2023 10:00:23 AM,03/14/2023 10:22:10 AM,22,Yes,
Bruno Madeup,bruno@p.example,03/14/2023 10:30:23 AM,03/14/2023 11:02:10 AM,32,Yes,
"""


@pytest.mark.parametrize(
    ("name", "content", "persons"),
    [("teams.csv", TEAMS.encode("utf-16"), 3), ("zoom.csv", ZOOM.encode("utf-8-sig"), 2)],
)
def test_trait_25_a_meeting_report_gives_persons_and_a_day_and_no_time(
    desk: Desk, tmp_path: Path, name: str, content: bytes, persons: int
) -> None:
    (tmp_path / name).write_bytes(content)
    answer = desk.check(tmp_path / name, "en", constants=GIVEN)
    assert len({found["email_key"] for found in answer.rows}) == persons
    assert set(answer.column("session_date")) == {date(2023, 3, 14)}
    assert set(answer.column("training_id")) == {"T1"}
    assert answer.fates()["refused"] == [] if len(answer.checked.tables) == 1 else True
    said = answer.everything_said()
    assert not [clock for clock in ("9:58", "09:58", "10:0", "11:02", "10:30") if clock in said]


def test_trait_25_a_meeting_report_without_constants_is_not_guessed(
    desk: Desk, tmp_path: Path
) -> None:
    path = tmp_path / "teams.csv"
    path.write_bytes(TEAMS.encode("utf-16"))
    answer = desk.check(path, "en")
    assert all(not len(table.accepted) for table in answer.checked.tables)
    assert {"E01", "F02"} & answer.codes()


def test_a_time_of_day_beside_a_day_is_not_kept(desk: Desk, tmp_path: Path) -> None:
    days = ["04/03/2023 09:58", datetime(2023, 3, 4, 9, 58), "31.02.2023 09:58"]
    lines = [row(number, session_date=day) for number, day in enumerate(days)]
    answer = desk.check(write(tmp_path / "l.xlsx", HEADERS, *lines))
    assert answer.column("session_date") == [date(2023, 3, 4), date(2023, 3, 4), None]
    assert "09:58" not in answer.everything_said()
    assert "9, 58" not in answer.everything_said()


@pytest.mark.parametrize(
    "name",
    [
        "Testa Przykładna, Bruno Zmyślony", "Testa Przykładna; Bruno Zmyślony",
        "Testa Przykładna\nBruno Zmyślony", "Testa Przykładna i Bruno Zmyślony",
        "Testa i Bruno Zmyślony", "1. Testa Przykładna 2. Bruno Zmyślony", "Testa Przykładna + 3",
        "Testa Przykładna / Bruno Zmyślony", "Testa Przykładna & Bruno Zmyślony",
    ],
)  # fmt: skip
def test_trait_30_two_persons_in_one_cell_are_refused(
    desk: Desk, tmp_path: Path, name: str
) -> None:
    answer = desk.check(write(tmp_path / "l.xlsx", HEADERS, row(1, person_name=name)))
    assert answer.cells("E16") == ["C2"]
    assert "Przykładna" not in answer.everything_said()


@pytest.mark.parametrize(
    "name", ["12 participants", "12 osób", "15 uczestników", "Teilnehmer (12)", "5x", "ok. 10 osób",
             "12", "grupa 12 osób", "uczestnicy: 8", 12],
)  # fmt: skip
def test_trait_30_an_anonymous_group_in_a_name_cell_is_nobody(
    desk: Desk, tmp_path: Path, name: Any
) -> None:
    path = write(tmp_path / "l.xlsx", HEADERS, row(1, person_name=name, email=None))
    answer = desk.check(path)
    assert answer.fates()["accepted"] == []
    assert answer.cells("E18") == ["C2"] or answer.cells("E16") == ["C2"]


def test_trait_30_a_group_with_a_headcount_and_no_name_is_accepted(
    desk: Desk, tmp_path: Path
) -> None:
    headers = [*HEADERS, "Liczba osób"]
    path = write(
        tmp_path / "l.xlsx", headers, [*row(1, person_name=None, email=None), 12], [*row(2), 12]
    )
    answer = desk.check(path)
    assert answer.column("headcount") == [12, 12]
    assert answer.cells("E11") == ["K3"]


@pytest.mark.parametrize(
    "address", ["info@alfa.example", "biuro@alfa.example", "kontakt@a.example"]
)
def test_trait_30_a_role_mailbox_is_no_person(desk: Desk, tmp_path: Path, address: str) -> None:
    answer = desk.check(write(tmp_path / "l.xlsx", HEADERS, row(1, email=address)))
    assert answer.cells("W03") == ["D2"]
    assert answer.column("email_key") == [None]


@pytest.mark.parametrize("name", ["John Doe", "Jan Przykładowy", "Imię Nazwisko", "Przykład"])
def test_trait_30_sample_rows_are_listed(desk: Desk, tmp_path: Path, name: str) -> None:
    answer = desk.check(write(tmp_path / "l.xlsx", HEADERS, row(1, person_name=name), row(2)))
    assert answer.fates() == {"accepted": [3], "refused": [], "skipped": [2]}


def test_trait_30_a_person_called_like_a_sample_far_below_is_a_person(
    desk: Desk, tmp_path: Path
) -> None:
    path = write(tmp_path / "l.xlsx", HEADERS, *rows(4), row(5, person_name="John Doe"))
    assert desk.check(path).fates()["accepted"] == [2, 3, 4, 5, 6]


def test_trait_30_numbered_empty_lines_are_listed(desk: Desk, tmp_path: Path) -> None:
    headers = ["Lp.", *HEADERS]
    lines = [[1, *row(1)], [2, *row(2)], *([number] for number in range(3, 21))]
    answer = desk.check(write(tmp_path / "l.xlsx", headers, *lines))
    assert answer.fates() == {"accepted": [2, 3], "refused": [], "skipped": list(range(4, 22))}


def test_trait_30_numbered_empty_lines_with_a_filled_down_column(
    desk: Desk, tmp_path: Path
) -> None:
    headers = ["Lp.", *HEADERS]
    blank = [None] * len(HEADERS)
    lines = [[1, *row(1)], *([number, "T1", *blank[1:]] for number in range(2, 9))]
    answer = desk.check(write(tmp_path / "l.xlsx", headers, *lines))
    assert answer.fates()["accepted"] == [2]
    assert len(answer.fates()["skipped"]) + len(answer.fates()["refused"]) == 7


@pytest.mark.parametrize("cell", ["kug", "asdf", "xxx", "test"])
def test_trait_30_a_test_row_is_refused_or_listed(desk: Desk, tmp_path: Path, cell: str) -> None:
    line = [cell] * len(HEADERS)
    answer = desk.check(write(tmp_path / "l.xlsx", HEADERS, line, row(2)))
    assert answer.fates()["accepted"] == [3]


def test_trait_30_a_header_of_a_hundred_characters_is_told(desk: Desk, tmp_path: Path) -> None:
    question = (
        "Czy uważa Pani/Pan, że szkolenie odpowiadało potrzebom Pani/Pana firmy w zakresie " * 2
    )
    path = write(tmp_path / "l.xlsx", [*HEADERS, question], [*row(1), "tak"])
    assert desk.check(path).cells("W10") == ["K1"]


def test_trait_30_answers_glued_with_a_point_and_a_comma(desk: Desk, tmp_path: Path) -> None:
    path = write(
        tmp_path / "s.xlsx",
        ["training_id", "title", "objective", "audience", "start_date", "end_date", "lead_partner",
         "status"],
        ["T1", "Kurs", "4a", "cluster_managers., cluster_staff.", "2023-03-14", "2023-03-15", "p1",
         "delivered"],
    )  # fmt: skip
    answer = desk.check(path, register="trainings")
    assert answer.column("audience") == [("cluster_managers", "cluster_staff")]


def test_trait_30_a_csv_twin_of_the_list_reads_the_same(desk: Desk, tmp_path: Path) -> None:
    workbook_answer = desk.check(write(tmp_path / "l.xlsx", HEADERS, *rows(5)))
    text_answer = desk.check(write_text(tmp_path / "l.csv", HEADERS, *rows(5)))
    assert workbook_answer.rows == text_answer.rows
