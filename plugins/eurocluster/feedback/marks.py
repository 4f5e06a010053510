"""What is said about a file, as plain values: findings with their texts, and the summary.

Texts are in the partner's language already; captions are asked for with `say`.

Belongs here: the values, which findings a cell shows, the text of a cell note.
Does not belong here: file formats, layout of the result sheet.
"""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Literal

from eurocluster.reading.cells import column_number
from eurocluster.wording import Say, speaker

Severity = Literal["ERROR", "WARN", "INFO"]
in_english: Say = speaker("en")

LAST_ROW, LAST_COLUMN = 1_048_576, 16_384  # of a sheet in a workbook
_RANK: dict[Severity, int] = {"ERROR": 0, "WARN": 1, "INFO": 2}
_CELL = re.compile(r"\$?([A-Z]{1,3})\$?([0-9]{1,7})")


@dataclass(frozen=True, slots=True)
class Marked:
    """One finding at its place.

    Attributes:
        sheet: Name of the sheet in the file, "" in text files.
        row: 1-based row or line, None for a whole sheet or file.
        cell: Like `F7`; None for a whole row.
        column_label: What the column is called, for the list of the result sheet.
        code: Code of the rule.
        severity: ERROR is red, WARN yellow, INFO is only counted.
        title: The rule in a few words.
        what: What is wrong.
        understood: What was read instead, "" when nothing.
        how: How to mend it.
    """

    sheet: str
    row: int | None
    cell: str | None
    column_label: str
    code: str
    severity: Severity
    title: str
    what: str
    understood: str
    how: str


@dataclass(frozen=True, slots=True)
class TableRead:
    """One table that was found in the file.

    `columns` are pairs (header as the partner writes it, what we take it for); an empty meaning
    is a column that was kept aside. `accepted_rows` and `refused_rows` are row numbers of the
    sheet in any order; a `range` will do.
    """

    sheet: str
    register: str
    header_row: int | None
    first_row: int | None
    last_row: int | None
    read: int
    accepted: int
    refused: int
    skipped: int
    columns: tuple[tuple[str, str], ...] = ()
    accepted_rows: Collection[int] = ()
    refused_rows: Collection[int] = ()


@dataclass(frozen=True, slots=True)
class RuleCount:
    """How often a rule fired in the file."""

    code: str
    severity: Severity
    title: str
    count: int


@dataclass(frozen=True, slots=True)
class SkippedLine:
    """A line that is no row of the register (W16), and why it was taken for that."""

    sheet: str
    row: int
    reason: str


@dataclass(frozen=True, slots=True)
class Summary:
    """What the result sheet says beside the findings; sentences are in the partner's language."""

    heading: str
    file_name: str
    date: str
    headline: str
    tables: tuple[TableRead, ...] = ()
    rules: tuple[RuleCount, ...] = ()
    skipped: tuple[SkippedLine, ...] = ()
    remarks: tuple[str, ...] = field(default=())


def cell_place(cell: str) -> tuple[int, int] | None:
    """Return (row, column), 1-based, of a cell like `F7`; None for anything else."""
    found = _CELL.fullmatch(cell)
    if found is None:
        return None
    row, column = int(found[2]), column_number(found[1])
    return (row, column) if row and column <= LAST_COLUMN else None


def place_of(finding: Marked) -> tuple[int, int] | None:
    """Return (row, column) of a finding, column 0 for a whole row; None for a sheet or file."""
    if finding.cell is not None:
        place = cell_place(finding.cell)
        if place is not None:
            return place
    return None if finding.row is None else (finding.row, 0)


def worst(findings: Iterable[Marked]) -> Severity:
    """Return the worst severity of findings, of which there is at least one."""
    return min((finding.severity for finding in findings), key=_RANK.__getitem__)


def worst_first(findings: Iterable[Marked]) -> list[Marked]:
    """Sort findings: errors first, then as given."""
    return sorted(findings, key=lambda finding: _RANK[finding.severity])


Places = dict[tuple[int, int], list[Marked]]
"""(row, column) → findings, worst first; column 0 is the whole row."""


def shown_by_sheet(findings: Iterable[Marked]) -> dict[str, Places]:
    """Gather the findings that show in a sheet: places with at least one ERROR or WARN."""
    sheets: dict[str, Places] = {}
    for finding in findings:
        place = place_of(finding)
        if place is not None:
            sheets.setdefault(finding.sheet, {}).setdefault(place, []).append(finding)
    shown: dict[str, Places] = {}
    for sheet, places in sheets.items():
        kept = {
            place: worst_first(dict.fromkeys(found))
            for place, found in places.items()
            if worst(found) != "INFO"
        }
        if kept:
            shown[sheet] = kept
    return shown


@dataclass(frozen=True, slots=True)
class NoteParagraph:
    """A paragraph of a cell note: a bold first line and the text below it."""

    title: str
    text: str


def note_of(findings: Iterable[Marked], say: Say) -> tuple[NoteParagraph, ...]:
    """Write the note of a cell: a paragraph per finding, each text once."""
    paragraphs = []
    for finding in findings:
        lines = [finding.what]
        if finding.understood:
            lines.append(say("We understood: {value}", value=finding.understood))
        if finding.how:
            lines.append(say("How to mend it: {advice}", advice=finding.how))
        paragraphs.append(NoteParagraph(f"{finding.code} · {finding.title}", "\n".join(lines)))
    return tuple(dict.fromkeys(paragraphs))
