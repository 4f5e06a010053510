"""A clean file, polluted in exactly one row: the others stay as they are, and it is not misread."""

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eurocluster.reading.cells import ReadingHints, Value, Workbook
from eurocluster.reading.text_file import read_text_file

HEADER = ["attendance", "name", "organisation", "hours", "day", "email", "remark"]
NAMES = ["Nowak", "Żółć", "Kąkol", "Zych", "Lis"]
CLEAN = [
    [
        f"A-{number:03d}",
        NAMES[number % 5],
        f"Organisation {'ABCDE'[number % 5]}",
        str(number % 8 + 1),
        f"2024-03-{number % 28 + 1:02d}",
        f"person{number}@p{number % 3}.example",
        "online" if number % 2 else "",
    ]
    for number in range(1, 31)
]
PLACES = {"first": 0, "middle": 14, "last": 29}

Row = list[str]
Pollution = Callable[[Row, str], str]


def joined(row: Row, delimiter: str) -> str:
    return delimiter.join(row)


def without_delimiter(at: int) -> Pollution:
    return lambda row, d: joined([*row[:at], row[at] + row[at + 1], *row[at + 2 :]], d)


def with_delimiter_at(at: int) -> Pollution:
    return lambda row, d: joined([*row[:at], "", *row[at:]], d)


POLLUTIONS: dict[str, Pollution] = {
    **{f"delimiter {at} is missing": without_delimiter(at) for at in range(6)},
    **{f"a delimiter too many before {at}": with_delimiter_at(at) for at in range(8)},
    "a name has the delimiter": lambda row, d: joined([row[0], f"Li{d}s", *row[2:]], d),
    "cells are missing at the end": lambda row, d: joined(row[:4], d),
    "only the first cell is there": lambda row, _: row[0],
    "cells too many at the end": lambda row, d: joined([*row, "x", "y"], d),
    "two rows on one line": lambda row, d: joined(row, d) + joined(row, d),
    "other delimiter": lambda row, d: joined(row, "|"),
    "a tab as delimiter": lambda row, d: joined(row, "\t"),
    "quote that never closes": lambda row, d: joined([row[0], '"' + row[1], *row[2:]], d),
    "quote that never closes at the end": lambda row, d: joined([*row[:6], '"x'], d),
    "quote that never opens": lambda row, d: joined([row[0], row[1] + '"', *row[2:]], d),
    "text behind a quote": lambda row, d: joined([row[0], '"a" b', *row[2:]], d),
    "quote in a quoted cell": lambda row, d: joined([row[0], '"a "b" c"', *row[2:]], d),
    "escaped with a backslash": lambda row, d: joined([row[0], f'"a \\"b\\" {d} c"', *row[2:]], d),
    "other quotes": lambda row, d: joined([f"'{cell}'" for cell in row], d),
    "other quotes around a delimiter": lambda row, d: joined([row[0], f"'a{d}b'", *row[2:]], d),
    "zero byte": lambda row, d: joined([row[0], "Li\0s", *row[2:]], d),
    "zero bytes only": lambda row, d: "\0" * 50,
    "page break before it": lambda row, d: "\x0c" + joined(row, d),
    "delimiters only at its end": lambda row, d: joined(row, d) + d * 3,
    "line break within a cell": lambda row, d: joined([row[0], "Li\ns", *row[2:]], d),
    "carriage return as its end": lambda row, d: joined(row, d) + "\r" + joined(row, d),
    "line separator as its end": lambda row, d: joined(row, d) + "\u2028" + joined(row, d),
}


def read(path: Path, text: str) -> Workbook:
    path.write_text(text, encoding="utf-8", newline="")
    return read_text_file(path, ReadingHints())


def text_of(rows: list[str], delimiter: str) -> str:
    return "\n".join([joined(HEADER, delimiter), *rows]) + "\n"


def as_cells(row: Row) -> tuple[Value, ...]:
    kept = list(row)
    while kept and not kept[-1]:
        kept.pop()
    return tuple(cell or None for cell in kept)


@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("pollution", POLLUTIONS)
def test_one_polluted_row_spoils_no_other_and_is_read_or_named(
    tmp_path: Path, pollution: str, place: str, delimiter: str
) -> None:
    at = PLACES[place]
    lines = [joined(row, delimiter) for row in CLEAN]
    lines[at] = POLLUTIONS[pollution](CLEAN[at], delimiter)
    workbook = read(tmp_path / "register.csv", text_of(lines, delimiter))
    (sheet,) = workbook.sheets
    found = list(sheet.rows())
    above = [(2 + index, as_cells(row)) for index, row in enumerate(CLEAN[:at])]
    below = [as_cells(row) for row in CLEAN[at + 1 :]]
    assert found[: at + 1] == [(1, as_cells(HEADER)), *above]
    assert [cells for _, cells in found[len(found) - len(below) :]] == below
    polluted = found[at + 1 : len(found) - len(below)]
    noted = {note.row for note in workbook.notes if note.code in ("E19", "W23")}
    is_read = all(cells == as_cells(CLEAN[at]) for _, cells in polluted)
    assert (polluted and is_read) or at + 2 in noted
    assert noted <= {at + 2, at + 3}


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("pollution", POLLUTIONS)
def test_windows_and_care_say_the_same_of_a_polluted_row(
    tmp_path: Path, pollution: str, place: str
) -> None:
    at = PLACES[place]
    lines = [joined(row, ";") for row in CLEAN]
    lines[at] = POLLUTIONS[pollution](CLEAN[at], ";")
    path = tmp_path / "register.csv"
    by_window = read(path, text_of(lines, ";"))
    with_care = read_text_file(path, ReadingHints(), window_bytes=0)
    assert by_window.notes == with_care.notes
    assert [list(sheet.rows()) for sheet in by_window.sheets] == [
        list(sheet.rows()) for sheet in with_care.sheets
    ]


RECOVERED = [
    "a delimiter too many before 7",
    "a tab as delimiter",
    "other delimiter",
    "other quotes",
    "page break before it",
    "delimiters only at its end",
    "carriage return as its end",
    "line separator as its end",
]


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("pollution", RECOVERED)
def test_what_has_one_reading_only_is_recovered(tmp_path: Path, pollution: str, place: str) -> None:
    at = PLACES[place]
    lines = [joined(row, ";") for row in CLEAN]
    lines[at] = POLLUTIONS[pollution](CLEAN[at], ";")
    (sheet,) = read(tmp_path / "register.csv", text_of(lines, ";")).sheets
    rows = [cells for _, cells in sheet.rows()]
    assert as_cells(CLEAN[at]) == rows[at + 1]


@settings(deadline=None, max_examples=60)
@given(
    at=st.integers(0, 29),
    first=st.sampled_from(sorted(POLLUTIONS)),
    second=st.sampled_from(sorted(POLLUTIONS)),
    delimiter=st.sampled_from(";,\t|"),
)
def test_no_line_disappears(
    tmp_path_factory: pytest.TempPathFactory, at: int, first: str, second: str, delimiter: str
) -> None:
    lines = [joined(row, delimiter) for row in CLEAN]
    lines[at] = POLLUTIONS[first](CLEAN[at], delimiter)
    lines[(at + 7) % 30] = POLLUTIONS[second](CLEAN[(at + 7) % 30], delimiter)
    text = text_of(lines, delimiter)
    workbook = read(tmp_path_factory.mktemp("csv") / "register.csv", text)
    rows = dict(row for sheet in workbook.sheets for row in sheet.rows())
    noted = {note.row for note in workbook.notes}
    starts = sorted({*rows, *(row for row in noted if row)})
    numbered = text.replace("\u2028", "\n").replace("\r", "\n").split("\n")
    for number, line in enumerate(numbered, start=1):
        if line.strip("\x0c" + delimiter):
            begun = max(start for start in starts if start <= number)
            within = "".join(str(cell or "") for cell in rows.get(begun, ()))
            assert begun == number or within.count("\n") >= number - begun
