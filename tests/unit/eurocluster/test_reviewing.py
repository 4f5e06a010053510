"""All files of a register judged together: in blocks of any size, on several sheets, in files."""

from collections.abc import Iterable, Sequence
from datetime import date

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from eurocluster.conforming.layout import Layout
from eurocluster.findings import Finding, told
from eurocluster.judging import Calendar
from eurocluster.reading.cells import Sheet, UnreadableFile, Value, Workbook
from eurocluster.reviewing import Review
from eurocluster.wording import speaker
from schemas import REGISTERS
from tests.unit.eurocluster.conforming.polish_lists import HEADERS, ROW, cut, hints, sheet

CALENDAR = Calendar(date(2022, 9, 1), date(2025, 8, 31), date(2025, 9, 15))
WITH_IDS = ("ID wpisu", *HEADERS)
KEY = {"columns": {"ID wpisu": "record_id"}}

JudgedRow = tuple[str, int, str, str, tuple[str, ...], tuple[str, ...]]
"""Sheet, row number, key, content hash, errors, other broken rules."""


def review(*files: Sequence[Sheet], **declared: object) -> Review:
    """Return a review of workbooks with these sheets."""
    helping = hints("attendance", **{**KEY, **declared})
    found = Review(REGISTERS["attendance"], helping, CALENDAR)
    for number, sheets in enumerate(files):
        layout = Layout(Workbook("xlsx", tuple(sheets)), helping.partner)
        found.add(layout, f"{number}" * 64, f"lista-{number}.xlsx")
    return found


def judged(reviewed: Review) -> tuple[list[JudgedRow], list[str], list[Finding]]:
    """Return all that is said: of the rows, of their cells, of tables and files."""
    rows: list[JudgedRow] = []
    findings: list[str] = []
    for verdict in reviewed.verdicts():
        errors, others = (verdict.broken(errors=kind).to_pylist() for kind in (True, False))
        rows += zip(
            [verdict.rows.sheet] * len(verdict.rows),
            verdict.rows.row_numbers.tolist(),
            verdict.record_keys.to_pylist(),
            verdict.content_hashes.to_pylist(),
            map(tuple, errors),
            map(tuple, others),
            strict=True,
        )
        findings += map(repr, told(verdict.findings(REGISTERS["attendance"], speaker("pl"))))
    return sorted(rows), sorted(findings), reviewed.findings()


def entry(record_id: Value, *changes: tuple[int, Value]) -> tuple[Value, ...]:
    """Return a good row with its id, and other cells at some places (the id is at 0)."""
    row: list[Value] = [record_id, *ROW]
    for at, cell in changes:
        row[at] = cell
    return tuple(row)


lines = st.one_of(
    st.builds(
        lambda record_id, training, day, employer, country, hours: entry(
            record_id, (1, training), (2, day), (5, employer), (6, country), (9, hours)
        ),
        st.sampled_from(["a1", "a2", "a3", None, '"']),
        st.sampled_from(["T1", "T2", None, '"', "-||-"]),
        st.sampled_from(["14.03.2023", "04.05.2023", "31.02.2023", None, "jw."]),
        st.sampled_from(["Alfa Sp. z o.o.", "Beta S.A.", None, '"']),
        st.sampled_from(["Polska", "Atlantyda", None]),
        st.sampled_from([6.5, "6,5", -1, None]),
    ),
    st.just(WITH_IDS),
    st.just(("Razem", *[None] * 8, 6.5)),
    st.just((None, "uwaga: lista niepełna")),
    st.just(entry("a9", (3, "John Doe"))),
)


@given(st.lists(lines, min_size=2, max_size=9), st.data())
@hypothesis_settings(max_examples=60)
def test_the_size_of_blocks_changes_nothing(
    below: list[tuple[Value, ...]], data: st.DataObject
) -> None:
    merged = data.draw(
        st.lists(
            st.builds(
                lambda column, row, rows: (row, column, row + rows, column),
                st.sampled_from([2, 6]),
                st.integers(2, 6),
                st.integers(1, 4),
            ),
            max_size=1,
        )
    )
    whole = Sheet.of("Lista", [WITH_IDS, *below], merged=tuple(merged))
    ends = data.draw(st.lists(st.integers(1, len(whole)), max_size=4))
    assert judged(review([cut(whole, ends)])) == judged(review([whole]))


def codes_of(rows: Iterable[JudgedRow], code: str) -> list[tuple[str, int]]:
    """Return (sheet, row) of the rows that break a rule."""
    return [
        (row[0], row[1])
        for row in rows
        if any(broken.endswith(f":{code}") for broken in (*row[4], *row[5]))
    ]


def test_one_id_with_other_content_is_refused_on_every_block_and_sheet() -> None:
    first = sheet(WITH_IDS, *(entry(f"a{at}") for at in range(1, 7)), name="2023")
    second = sheet(WITH_IDS, entry("b1"), entry("a6", (9, 2.0)), name="2024")
    rows, _, _ = judged(review([cut(first, (3, 5)), second]))
    assert codes_of(rows, "E08") == [("2023", 7), ("2024", 3)]
    assert len(rows) == 8


def test_one_id_with_other_content_is_refused_in_two_files() -> None:
    one, other = sheet(WITH_IDS, entry("a1")), sheet(WITH_IDS, entry("a1", (9, 2.0)))
    rows, _, _ = judged(review([one], [other]))
    assert codes_of(rows, "E08") == [("Lista", 2), ("Lista", 2)]


def test_one_id_with_the_same_content_is_not_refused() -> None:
    one = sheet(WITH_IDS, entry("a1"), entry("a2"), entry("a1"))
    rows, _, _ = judged(review([cut(one, (2,))]))
    assert len(rows) == 3
    assert codes_of(rows, "E08") == []


def test_an_id_is_the_same_however_it_is_spaced_or_typed() -> None:
    spaced = sheet(WITH_IDS, entry("a1"), entry(" a1 ", (9, 2.0)))
    assert codes_of(judged(review([spaced]))[0], "E08") == [("Lista", 2), ("Lista", 3)]
    number = sheet(WITH_IDS, entry("7"), entry(7.0, (9, 2.0)))
    assert codes_of(judged(review([number]))[0], "E08") == [("Lista", 2), ("Lista", 3)]


@pytest.mark.parametrize(
    ("second", "merged"), [('"', ()), (None, ((2, 1, 3, 1),))], ids=["ditto mark", "merged"]
)
def test_an_id_in_shorthand_is_the_one_above(
    second: Value, merged: tuple[tuple[int, int, int, int], ...]
) -> None:
    rows = [WITH_IDS, entry("a1"), entry(second, (9, 2.0))]
    judged_rows, _, _ = judged(review([Sheet.of("Lista", rows, merged=merged)]))
    assert codes_of(judged_rows, "E08") == [("Lista", 2), ("Lista", 3)]


def test_no_row_is_lost_and_none_is_there_twice() -> None:
    ids: list[Value] = ["a1", None, "a2", "a1", None, "a3", "a2", "a1"]
    whole = sheet(WITH_IDS, *(entry(record_id, (9, at)) for at, record_id in enumerate(ids)))
    rows, _, _ = judged(review([cut(whole, (2, 4, 7))]))
    assert [row[1] for row in rows] == list(range(2, 10))


CORRECTION = {
    "row": "a2",
    "column": "hours",
    "expected": "65",
    "value": "6,5",
    "reason": "a comma is missing",
    "reported": "2024-01-31",
}


def test_a_correction_of_a_row_in_the_second_file_is_not_out_of_date() -> None:
    files = [sheet(WITH_IDS, entry("a1"))], [sheet(WITH_IDS, entry("a2", (9, 65)))]
    rows, _, findings = judged(review(*files, corrections=[CORRECTION]))
    assert [finding.code for finding in findings if finding.code == "F05"] == []
    assert [row[4] for row in rows] == [(), ()]


def test_a_correction_that_fits_no_row_of_any_file_is_told_once() -> None:
    files = [sheet(WITH_IDS, entry("a1"))], [sheet(WITH_IDS, entry("a3"))]
    _, _, findings = judged(review(*files, corrections=[CORRECTION]))
    assert [finding.code for finding in findings if finding.code == "F05"] == ["F05"]


def test_a_torn_file_is_told_and_its_corrections_are_not_doubted() -> None:
    reviewed = review(corrections=[CORRECTION])
    reviewed.refuse(UnreadableFile("F01", "It is torn."), "c" * 64)
    assert reviewed.unread == 1
    assert [finding.code for finding in judged(reviewed)[2]] == ["F01"]


def test_a_file_without_the_register_is_counted_unless_it_holds_another_one() -> None:
    assert review([sheet(("Zupełnie", "coś"), ("innego", 1))]).unread == 1
    assert review([sheet(WITH_IDS, entry("a1"))]).unread == 0


def test_the_same_rows_in_two_files_are_read_once_and_asked_about() -> None:
    same = [entry(f"a{at}", (9, at)) for at in range(1, 5)]
    copy = [entry(f"b{at}", (9, at)) for at in range(1, 5)]
    rows, _, findings = judged(review([sheet(WITH_IDS, *same)], [sheet(WITH_IDS, *copy)]))
    assert [row[2] for row in rows] == ["id:a1", "id:a2", "id:a3", "id:a4"]
    (asked,) = [finding for finding in findings if finding.code == "F04"]
    assert asked.file == "1" * 64
