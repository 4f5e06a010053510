"""Files with several tables, as meeting programs and patient secretaries make them."""

from pathlib import Path

import pytest

from eurocluster.reading.cells import ReadingHints, Value, Workbook
from eurocluster.reading.text_file import read_text_file

Rows = list[tuple[int, tuple[Value, ...]]]

TEAMS = """\
1. Summary
Meeting title\tDigital skills
Attended participants\t2
Start time\t1/12/24, 9:58:23 AM
End time\t1/12/24, 11:02:10 AM
Meeting duration\t1h 3m 47s

2. Participants
Name\tFirst Join\tLast Leave\tIn-Meeting Duration\tEmail\tRole
Nowak\t1/12/24, 9:58:30 AM\t1/12/24, 11:02:10 AM\t1h 3m 40s\tnowak@p.example\tOrganizer
Lis\t1/12/24, 10:01:00 AM\t1/12/24, 10:50:00 AM\t49m\tlis@p.example\tAttendee

3. In-Meeting Activities
Name\tJoin Time\tLeave Time\tDuration\tEmail\tRole
Nowak\t1/12/24, 9:58:30 AM\t1/12/24, 11:02:10 AM\t1h 3m 40s\tnowak@p.example\tOrganizer
"""

TEAMS_IN_GERMAN = (
    TEAMS.replace("1. Summary", "1. Zusammenfassung")
    .replace("2. Participants", "2. Teilnehmer")
    .replace("3. In-Meeting Activities", "3. Aktivitäten während der Besprechung")
    .replace("Name\tFirst Join", "Name\tErster Beitritt")
)

ZOOM = """\
Meeting ID,Topic,Start Time,End Time,User Email,Duration (Minutes),Participants
123 4567 8901,Digital skills,01/12/2024 09:58:23 AM,01/12/2024 11:02:10 AM,host@p.example,64,2

Name (Original Name),User Email,Join Time,Leave Time,Duration (Minutes),Guest,Recording Consent
Nowak,nowak@p.example,01/12/2024 09:58:23 AM,01/12/2024 11:02:10 AM,64,No,
Lis,,01/12/2024 10:00:23 AM,01/12/2024 11:02:10 AM,62,Yes,
"""


def read(tmp_path: Path, content: str | bytes) -> Workbook:
    path = tmp_path / "register.csv"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return read_text_file(path, ReadingHints())


def names(workbook: Workbook) -> list[str]:
    return [sheet.name for sheet in workbook.sheets]


def line_notes(workbook: Workbook) -> list[tuple[str, int | None]]:
    return [(note.code, note.row) for note in workbook.notes[1:]]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-8-sig"])
def test_the_sections_of_a_meeting_report_are_sheets(tmp_path: Path, encoding: str) -> None:
    workbook = read(tmp_path, TEAMS.replace("\n", "\r\n").encode(encoding))
    assert names(workbook) == ["1. Summary", "2. Participants", "3. In-Meeting Activities"]
    rows = list(workbook.sheets[1].rows())
    assert [line for line, _ in rows] == [8, 9, 10, 11]
    assert rows[2][1][0:2] == ("Nowak", "1/12/24, 9:58:30 AM")
    assert line_notes(workbook) == []


def test_sections_are_known_in_any_language(tmp_path: Path) -> None:
    workbook = read(tmp_path, TEAMS_IN_GERMAN)
    assert names(workbook) == [
        "1. Zusammenfassung",
        "2. Teilnehmer",
        "3. Aktivitäten während der Besprechung",
    ]


def test_an_old_meeting_report_is_one_table(tmp_path: Path) -> None:
    content = "Full Name\tUser Action\tTimestamp\nLis\tJoined\t1/12/2024, 9:58:30 AM\n"
    workbook = read(tmp_path, content.encode("utf-16"))
    assert names(workbook) == [""]
    assert list(workbook.sheets[0].rows())[1] == (2, ("Lis", "Joined", "1/12/2024, 9:58:30 AM"))


@pytest.mark.parametrize("between", ["\n", "", "\n\n"])
def test_the_block_about_the_meeting_is_a_table_of_its_own(tmp_path: Path, between: str) -> None:
    workbook = read(tmp_path, ZOOM.replace("\n\n", f"\n{between}"))
    if not between:  # nothing sets it apart: the same width, no blank line
        assert names(workbook) == [""]
        return
    assert names(workbook) == ["1", "2"]
    first, second = workbook.sheets
    assert len(first) == 2
    assert [cells[0] for _, cells in second.rows()] == ["Name (Original Name)", "Nowak", "Lis"]
    assert line_notes(workbook) == []


def test_tables_of_other_widths_are_sheets_named_by_their_titles(tmp_path: Path) -> None:
    content = (
        "Trainings 2024\nid;name;hours;day\nA1;Lis;7;2024-01-02\nA2;Zych;3;2024-01-03\n\n"
        "Exchanges 2024\ncode;host;visitor;from;until\nE1;Org A;Org B;2024-02-01;2024-02-03\n"
    )
    workbook = read(tmp_path, content)
    assert names(workbook) == ["1", "Exchanges 2024"]
    assert [line for line, _ in workbook.sheets[0].rows()] == [1, 2, 3, 4]
    assert [line for line, _ in workbook.sheets[1].rows()] == [6, 7, 8]
    assert line_notes(workbook) == []


def test_two_tables_may_have_the_same_title(tmp_path: Path) -> None:
    table = "Attendance\nid;name;hours;day\nA1;Lis;7;2024-01-02\n\n"
    other = table.replace("hours;day", "hours;day;place").replace("01-02", "01-02;Kraków")
    assert names(read(tmp_path, "x\n\n" + table + other + table)) == [
        "1",
        "Attendance",
        "Attendance (3)",
    ]


def test_lines_above_a_table_belong_to_it(tmp_path: Path) -> None:
    content = "Register of trainings\nPartner;Klaster\nYear;2024\n\nid;name;hours\nA1;Lis;7\n"
    workbook = read(tmp_path, content)
    assert names(workbook) == [""]
    assert [line for line, _ in workbook.sheets[0].rows()] == [1, 2, 3, 5, 6]
    assert line_notes(workbook) == []


TABLE = ["id;name;hours;day", *(f"A{n};Lis;{n % 8};2024-01-{n % 28 + 1:02d}" for n in range(40))]


@pytest.mark.parametrize(
    "line",
    [
        "",
        ";;;",
        "Lis;Zych;Nowak;Kowal",
        "Razem;;;",
        "Signed by the head of the cluster",
        "id;name;hours;day",
    ],
)
def test_a_table_with_a_gap_is_one_table(tmp_path: Path, line: str) -> None:
    content = "\n".join([*TABLE[:20], "", line, *TABLE[20:]])
    workbook = read(tmp_path, content)
    assert names(workbook) == [""]
    lines = [number for number, _ in workbook.sheets[0].rows()]
    assert lines[:20] == list(range(1, 21))
    assert lines[-21:] == list(range(23, 44))


def test_lines_below_a_table_belong_to_it(tmp_path: Path) -> None:
    workbook = read(tmp_path, "\n".join([*TABLE, "", "Total;;160;", "Signed:;Anna", "Kraków"]))
    assert names(workbook) == [""]
    assert [number for number, _ in workbook.sheets[0].rows()][-3:] == [43, 44, 45]


def test_a_table_may_begin_behind_a_window(tmp_path: Path) -> None:
    other = "code;host;visitor;from;until\nE1;Org A;Org B;2024-02-01;2024-02-03\n" * 1
    content = "\n".join([*TABLE, "", other])
    path = tmp_path / "register.csv"
    path.write_text(content)
    for window_bytes in (40, 100, 900, 1000, 1100, 1 << 20):
        workbook = read_text_file(path, ReadingHints(), window_bytes=window_bytes)
        assert [len(sheet) for sheet in workbook.sheets] == [41, 2]
