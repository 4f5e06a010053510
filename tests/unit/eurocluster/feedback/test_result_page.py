from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eurocluster.feedback.looks import Look
from eurocluster.feedback.marks import Marked, RuleCount, SkippedLine, Summary, in_english
from eurocluster.feedback.result_page import LAST, LISTED_AT_MOST, Page, lay_out, ranges
from tests.unit.eurocluster.feedback.conftest import MakeFinding


def page_of(summary: Summary, findings: list[Marked]) -> Page:
    return lay_out(summary, findings, in_english, lambda sheet, cell: f"{sheet}!{cell}")


def texts_of(page: Page) -> list[str]:
    return [str(cell.value) for cells, _ in page.rows for cell in cells]


def column_of(page: Page, number: int, heading: str) -> list[str]:
    """A column of the table below a heading."""
    rows = [[str(cell.value) for cell in cells] for cells, _ in page.rows]
    start = rows.index([heading]) + 2
    end = next(i for i in range(start, len(rows) + 1) if i == len(rows) or not rows[i])
    return [row[number] for row in rows[start:end]]


@pytest.mark.parametrize(
    ("numbers", "text"),
    [
        ((), ""),
        ((5,), "5"),
        ((9, 5, 6, 7, 9), "5–7, 9"),
        (range(2, 1_000_001), "2–1000000"),
    ],
)
def test_row_numbers_are_written_as_ranges(numbers: tuple[int, ...], text: str) -> None:
    assert ranges(numbers) == text


@given(st.sets(st.integers(1, 500), max_size=200))
def test_ranges_name_every_row_and_no_other(numbers: set[int]) -> None:
    named: set[int] = set()
    for piece in filter(None, ranges(numbers).split(", ")):
        first, _, last = piece.partition("–")
        named |= set(range(int(first), int(last or first) + 1))
    assert named == numbers


def test_very_many_ranges_end_with_an_ellipsis() -> None:
    assert ranges(range(1, 2000, 2)).endswith("797, 799, …")


def test_errors_are_listed_before_doubts_and_each_in_the_order_of_the_sheet(
    summary: Summary, finding: MakeFinding
) -> None:
    findings = [
        finding("B9", severity="WARN"),
        finding("C10"),
        finding("B10"),
        finding("B9"),
        finding("A1", severity="INFO"),
    ]
    page = page_of(summary, findings)
    assert column_of(page, 1, "Cells to look at") == [
        "Data · B9",
        "Data · B10",
        "Data · C10",
        "Data · B9",
    ]


def test_the_result_begins_with_the_verdict_and_what_to_do(
    summary: Summary, finding: MakeFinding
) -> None:
    texts = texts_of(page_of(summary, [finding("B2")]))
    assert texts[:2] == ["Result of the check", "2 of 3 rows count."]
    assert texts.index("What to do") < texts.index("Cells to look at")
    assert texts.index("Cells to look at") < texts.index("What we read: Attendance")


def test_without_findings_nothing_is_to_be_done(summary: Summary, finding: MakeFinding) -> None:
    texts = texts_of(page_of(summary, [finding("A1", severity="INFO")]))
    assert "What to do" not in texts
    assert "Cells to look at" not in texts


def test_what_was_read_and_what_counts_is_said(summary: Summary) -> None:
    texts = texts_of(page_of(summary, []))
    assert "3 rows read: 2 counted, 1 refused, 1 skipped" in texts
    assert texts[texts.index("Rows that count") + 1] == "3–4"
    assert texts[texts.index("Rows that do not count") + 1] == "2"
    assert texts[texts.index("Colour") + 1] == "not recognised, kept aside"
    assert "It looks like a total." in texts


def test_rules_are_sorted_by_weight_then_number(summary: Summary) -> None:
    rules = (
        RuleCount("I03", "INFO", "Ditto", 90),
        RuleCount("W02", "WARN", "Date order", 5),
        RuleCount("E02", "ERROR", "No date", 1),
        RuleCount("E01", "ERROR", "Empty", 7),
    )
    page = page_of(replace(summary, rules=rules), [])
    assert column_of(page, 1, "Findings per rule") == ["7", "1", "5", "90"]


def test_very_long_lists_are_cut_with_a_sentence(summary: Summary, finding: MakeFinding) -> None:
    many = [finding(f"A{row}") for row in range(1, LISTED_AT_MOST + 4)]
    skipped = tuple(SkippedLine("Data", row, "total") for row in range(1, LISTED_AT_MOST + 3))
    texts = texts_of(page_of(replace(summary, skipped=skipped), many))
    assert "3 more are not listed here; their cells are coloured too." in texts
    assert "2 more lines are not listed." in texts


def test_every_row_fits_the_page_and_has_a_height_a_row_can_have(
    summary: Summary, finding: MakeFinding
) -> None:
    page = page_of(summary, [finding("B2", how="word " * 3000)])
    for cells, height in page.rows:
        assert sum(cell.across for cell in cells) in (0, LAST)
        assert 0 < height <= 409


def test_a_text_is_higher_than_one_line_only_when_it_is_longer(
    summary: Summary, finding: MakeFinding
) -> None:
    heights = [
        height
        for how in ("short", "a long advice " * 10)
        for cells, height in page_of(summary, [finding("B2", how=how)]).rows
        if [cell.look for cell in cells][:2] == [Look.ERROR, Look.LINK]
    ]
    assert heights[0] < heights[1]


def test_captions_are_asked_for_in_the_language_of_the_partner(
    summary: Summary, finding: MakeFinding
) -> None:
    page = lay_out(
        summary, [finding("B2")], lambda english, **_values: f"pl:{english}", lambda *_place: None
    )
    own = {"Result of the check", "2 of 3 rows count.", "E06 · Negative number"}
    texts = set(texts_of(page))
    assert own <= texts
    assert "pl:Cells to look at" in texts
    assert "Cells to look at" not in texts
