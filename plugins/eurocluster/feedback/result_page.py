"""What the result sheet says and in which order, as rows of cells without any file format.

Belongs here: sections, captions, links, limits on lists.
Does not belong here: writing a file (result_part.py, twin.py), the colours (looks.py).
"""

import math
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field

from eurocluster.feedback.looks import Look
from eurocluster.feedback.marks import (
    Marked,
    RuleCount,
    Severity,
    SkippedLine,
    Summary,
    TableRead,
    place_of,
    worst_first,
)
from eurocluster.wording import Say

WIDTHS = (22, 24, 22, 32, 40, 26, 44)
LAST = len(WIDTHS)
FROZEN_ROWS = 2
LISTED_AT_MOST = 20_000
_ROW_NUMBERS_AT_MOST = 400
_LINE_POINTS = 15.0
_HIGHEST = 409.0  # points that a row can have
_ROOM = 4.0  # points between the texts of two rows
_FILLED = 0.88  # of a line that is followed by another
LinkOf = Callable[[str, str], str | None]
"""(sheet, cell) → where in the workbook that is, like `'Sheet 1'!F7`."""


@dataclass(frozen=True, slots=True)
class PageCell:
    """One cell; it covers `across` columns."""

    value: str | int
    look: Look = Look.TEXT
    across: int = 1
    link: str | None = None


@dataclass(slots=True)
class Page:
    """Rows of cells with their height in points."""

    rows: list[tuple[list[PageCell], float]] = field(default_factory=list)

    def add(self, *cells: PageCell, height: float | None = None) -> None:
        """Add a row, high enough for its texts: not every program fits the height itself."""
        if height is None:
            height = _LINE_POINTS * _lines(cells) + _ROOM
        self.rows.append((list(cells), min(height, _HIGHEST)))

    def sentence(self, text: str, look: Look = Look.PLAIN, *, least: float = 0) -> None:
        """Add a row with one text over the whole width, high enough for it."""
        size = look.value.size
        lines = _lines_of(text, sum(WIDTHS) * 11 / size)
        height = max(least, lines * _LINE_POINTS * size / 11 + _ROOM)
        self.add(PageCell(text, look, LAST), height=height)

    def section(self, title: str) -> None:
        """Add a blank row and a heading."""
        self.add()
        self.add(PageCell(title, Look.SECTION, LAST), height=24)

    def header(self, *captions: str, across: Sequence[int] = ()) -> None:
        """Add the header of a table."""
        spans = list(across) + [1] * (len(captions) - len(across))
        self.add(
            *(
                PageCell(caption, Look.HEADER, span)
                for caption, span in zip(captions, spans, strict=True)
            )
        )


def lay_out(
    summary: Summary,
    findings: Sequence[Marked],
    say: Say,
    link_of: LinkOf,
    remarks: Sequence[str] = (),
) -> Page:
    """Lay out the result sheet: what to do first, then what was found, then what was read."""
    page = Page()
    page.sentence(summary.heading, Look.TITLE, least=30)
    page.sentence(summary.headline, Look.HEADLINE, least=26)
    page.sentence(
        say("File: {file}     Checked: {date}", file=summary.file_name, date=summary.date),
        Look.MUTED,
    )
    for remark in (*summary.remarks, *remarks):
        page.sentence(remark)
    shown = [finding for finding in findings if finding.severity != "INFO"]
    _legend(page, say, shown)
    _list_of_cells(page, shown, say, link_of)
    _rules(page, summary.rules, say)
    _tables(page, summary.tables, say, link_of)
    _skipped(page, summary.skipped, say, link_of)
    return page


def severity_word(severity: Severity, say: Say) -> str:
    """Name a severity for people."""
    words: dict[Severity, str] = {
        "ERROR": say("Must be mended"),
        "WARN": say("Please check"),
        "INFO": say("For information"),
    }
    return words[severity]


def _legend(page: Page, say: Say, shown: Sequence[Marked]) -> None:
    if not shown:
        return
    page.section(say("What to do"))
    steps = (
        say("1. Click on a place in the list below: it leads to the cell in your own sheet."),
        say("2. Correct the cell there. Its note says what is wrong and how to mend it."),
        say(
            "3. Save the workbook and send it again in the usual way. You may leave this sheet in."
        ),
    )
    for step in steps:
        page.sentence(step)
    page.add(height=6)
    red = say("Red: the row does not count until the cell is mended.")
    yellow = say("Yellow: the row counts, but something looks doubtful. Please check the cell.")
    page.add(
        PageCell(severity_word("ERROR", say), Look.ERROR), PageCell(red, Look.TEXT, LAST - 1),
        height=18,
    )  # fmt: skip
    page.add(
        PageCell(severity_word("WARN", say), Look.WARN), PageCell(yellow, Look.TEXT, LAST - 1),
        height=18,
    )  # fmt: skip


def _list_of_cells(page: Page, shown: Sequence[Marked], say: Say, link_of: LinkOf) -> None:
    if not shown:
        return
    page.section(say("Cells to look at"))
    page.header(
        say("Importance"), say("Place"), say("Column"), say("Rule"), say("What is wrong"),
        say("We understood"), say("How to mend it"),
    )  # fmt: skip
    ordered = worst_first(sorted(shown, key=_position(shown)))
    for finding in ordered[:LISTED_AT_MOST]:
        page.add(
            PageCell(severity_word(finding.severity, say), Look[finding.severity]),
            _place(finding.sheet, finding.row, finding.cell, say, link_of),
            PageCell(finding.column_label),
            PageCell(f"{finding.code} · {finding.title}"),
            PageCell(finding.what),
            PageCell(finding.understood),
            PageCell(finding.how),
        )
    rest = len(ordered) - LISTED_AT_MOST
    if rest > 0:
        page.sentence(
            say("{count} more are not listed here; their cells are coloured too.", count=rest),
            Look.MUTED,
        )


def _position(shown: Sequence[Marked]) -> Callable[[Marked], tuple[int, int, int, str]]:
    order = {sheet: number for number, sheet in enumerate(dict.fromkeys(f.sheet for f in shown))}

    def position(finding: Marked) -> tuple[int, int, int, str]:
        row, column = place_of(finding) or (0, 0)
        return order[finding.sheet], row, column, finding.code

    return position


def _place(sheet: str, row: int | None, cell: str | None, say: Say, link_of: LinkOf) -> PageCell:
    if cell is not None:
        where = cell
    elif row is not None:
        where = say("row {row}", row=row)
    else:
        where = ""
    text = " · ".join(part for part in (sheet, where) if part) or say("whole file")
    link = link_of(sheet, cell or f"A{row or 1}")
    return PageCell(text, Look.LINK if link else Look.TEXT, link=link)


def _rules(page: Page, rules: Sequence[RuleCount], say: Say) -> None:
    if not rules:
        return
    page.section(say("Findings per rule"))
    page.header(say("Importance"), say("Times"), say("Rule"), across=(1, 1, 5))
    for rule in worst_rule_first(rules):
        page.add(
            PageCell(severity_word(rule.severity, say), Look[rule.severity]),
            PageCell(rule.count, Look.NUMBER),
            PageCell(f"{rule.code} · {rule.title}", across=5),
        )


def worst_rule_first(rules: Sequence[RuleCount]) -> list[RuleCount]:
    """Sort rules: errors first, the most frequent first."""
    rank = ("ERROR", "WARN", "INFO").index
    return sorted(rules, key=lambda rule: (rank(rule.severity), -rule.count, rule.code))


def _tables(page: Page, tables: Sequence[TableRead], say: Say, link_of: LinkOf) -> None:
    for table in tables:
        page.section(say("What we read: {register}", register=table.register))
        rows = f"{table.first_row}–{table.last_row}" if table.first_row else ""
        lines: list[tuple[str, PageCell]] = []
        if table.sheet:
            link = link_of(table.sheet, "A1")
            look = Look.LINK if link else Look.TEXT
            lines.append((say("Sheet"), PageCell(table.sheet, look, LAST - 1, link)))
        if table.header_row:
            lines.append((say("Header in row"), _wide(str(table.header_row))))
        lines.append((say("Rows of the table"), _wide(rows)))
        lines.append(
            (
                say("Result"),
                _wide(
                    say(
                        "{read} rows read: {accepted} counted, {refused} refused,"
                        " {skipped} skipped",
                        read=table.read,
                        accepted=table.accepted,
                        refused=table.refused,
                        skipped=table.skipped,
                    )
                ),
            )
        )
        for caption, numbers in (
            (say("Rows that count"), table.accepted_rows),
            (say("Rows that do not count"), table.refused_rows),
        ):
            if numbers:
                lines.append((caption, _wide(ranges(numbers))))
        for caption, cell in lines:
            page.add(PageCell(caption, Look.STRONG), cell)
        _columns(page, table, say)


def _columns(page: Page, table: TableRead, say: Say) -> None:
    if not table.columns:
        return
    page.add(height=6)
    page.header(say("Your header"), say("We read it as"), across=(2, 5))
    for header, meaning in table.columns:
        read = PageCell(meaning, across=5)
        if not meaning:
            read = PageCell(say("not recognised, kept aside"), Look.ASIDE, 5)
        page.add(PageCell(header, across=2), read)


def _skipped(page: Page, skipped: Sequence[SkippedLine], say: Say, link_of: LinkOf) -> None:
    if not skipped:
        return
    page.section(say("Lines that are no rows of the register"))
    page.header(say("Place"), say("Why we skipped it"), across=(2, 5))
    for line in skipped[:LISTED_AT_MOST]:
        place = _place(line.sheet, line.row, None, say, link_of)
        page.add(PageCell(place.value, place.look, 2, place.link), PageCell(line.reason, across=5))
    if len(skipped) > LISTED_AT_MOST:
        rest = len(skipped) - LISTED_AT_MOST
        page.sentence(say("{count} more lines are not listed.", count=rest), Look.MUTED)


def _lines(cells: Sequence[PageCell]) -> int:
    most, column = 1, 0
    for cell in cells:
        most = max(most, _lines_of(str(cell.value), sum(WIDTHS[column : column + cell.across])))
        column += cell.across
    return most


def _lines_of(text: str, width: float) -> int:
    """Count the lines of a text in a column of a width in characters, rather too many."""
    return sum(
        1 if len(line) <= width else math.ceil(len(line) / (width * _FILLED))
        for line in text.split("\n")
    )


def _wide(text: str) -> PageCell:
    return PageCell(text, across=LAST - 1)


def ranges(numbers: Collection[int]) -> str:
    """Write row numbers as people do: `5–64, 66, 70–121`; very many end with an ellipsis."""
    pieces: list[str] = []
    for first, last in _runs(numbers):
        if len(pieces) == _ROW_NUMBERS_AT_MOST:
            pieces.append("…")
            break
        pieces.append(str(first) if first == last else f"{first}–{last}")
    return ", ".join(pieces)


def _runs(numbers: Collection[int]) -> Iterator[tuple[int, int]]:
    ordered = iter(sorted(set(numbers)))
    first = last = next(ordered, None)
    if first is None or last is None:
        return
    for number in ordered:
        if number != last + 1:
            yield first, last
            first = number
        last = number
    yield first, last
