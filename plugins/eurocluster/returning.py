"""What was found in a file, put into the words and values of the returned workbook.

Belongs here: findings → marks, tables and counts → the summary of the result sheet.
Does not belong here: writing workbooks (feedback/), judging (checking, ingesting).
"""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Final

from eurocluster.checking import Checked, CheckedTable
from eurocluster.conforming.labels import headers, sheet_title
from eurocluster.feedback.files import write_feedback
from eurocluster.feedback.marks import Marked, RuleCount, SkippedLine, Summary, TableRead
from eurocluster.feedback.returned import write_returned
from eurocluster.feedback.twin import SheetCells
from eurocluster.findings import ToldFinding
from eurocluster.reading.cells import Sheet, Value
from eurocluster.wording import Say, said, speaker
from schemas.reasons import RULES

_OF_NO_PLACE: Final = ("W11", "W16")
"""Rules that are told by their numbers and lists."""
_ROWS_OF_A_TWIN: Final = 100_000
"""A twin of a larger sheet has the rows with findings only."""


def write_checked(checked: Checked, day: date, out: Path) -> None:
    """Write the returned workbook of a checked file to a path."""
    write_returned(
        checked.path,
        _format_of(checked),
        summary_of(checked, day),
        marks_of(checked),
        out,
        say=speaker(checked.partner.language),
        sheets=_sheets(checked),
    )


def give_back(checked: Checked, day: date, folder: Path) -> Path:
    """Write the returned workbook of a delivered file below the feedback folder."""
    return write_feedback(
        folder,
        checked.partner.partner,
        checked.name,
        checked.path,
        _format_of(checked),
        summary_of(checked, day),
        marks_of(checked),
        say=speaker(checked.partner.language),
        sheets=_sheets(checked),
    )


def marks_of(checked: Checked) -> list[Marked]:
    """Return the findings of a file with the texts of a cell note."""
    say = speaker(checked.partner.language)
    labels = _labels(checked)
    return [_mark(finding, labels, say) for finding in checked.findings if finding.code != "W11"]


def summary_of(checked: Checked, day: date) -> Summary:
    """Return what the result sheet says."""
    say = speaker(checked.partner.language)
    counts = checked.counts
    return Summary(
        heading=say("Result of the check"),
        file_name=checked.name,
        date=day.isoformat(),
        headline=_headline(checked, say),
        tables=tuple(_table(table, checked, say) for table in checked.tables),
        rules=tuple(
            RuleCount(code, RULES[code].severity, say(RULES[code].title), count)
            for (_, code), count in sorted(counts.items())
        ),
        skipped=tuple(
            SkippedLine(table.table.sheet_name, line.row, said(line.why, say))
            for table in checked.tables
            for line in table.skipped
        ),
        remarks=tuple(
            finding.message
            for finding in checked.findings
            if finding.row_number is None
            and finding.severity != "INFO"
            and finding.code not in _OF_NO_PLACE
        ),
    )


def _headline(checked: Checked, say: Say) -> str:
    errors = sum(finding.severity == "ERROR" for finding in checked.findings)
    doubts = sum(finding.severity == "WARN" for finding in checked.findings)
    if checked.workbook is None:
        return say("The file could not be read.")
    if errors:
        return say(
            "{errors} places need to be mended (red), {doubts} are doubtful (yellow).",
            errors=errors,
            doubts=doubts,
        )
    if doubts:
        return say("Nothing is wrong; {doubts} places are doubtful (yellow).", doubts=doubts)
    return say("Everything was understood and nothing is wrong.")


def _mark(finding: ToldFinding, labels: dict[str, str], say: Say) -> Marked:
    rule = RULES[finding.code]
    mend = say(rule.mend)
    return Marked(
        sheet=finding.sheet or "",
        row=finding.row_number,
        cell=finding.cell,
        column_label=labels.get(finding.column_name or "", ""),
        code=finding.code,
        severity=rule.severity,
        title=say(rule.title),
        what=finding.message.removesuffix(mend).strip() if mend else finding.message,
        understood=finding.understood or "",
        how=mend,
    )


def _labels(checked: Checked) -> dict[str, str]:
    """Return canonical column → what it is called: in the file, else in the partner's language."""
    labels: dict[str, str] = {}
    for table in checked.tables:
        found = table.table.found.table
        labels |= headers(found.register, checked.partner.language)
    for table in checked.tables:
        found = table.table.found.table
        for column, at in found.columns.items():
            if at in found.header_texts:
                labels[column] = " ".join(found.header_texts[at].split())
    return labels


def _table(table: CheckedTable, checked: Checked, say: Say) -> TableRead:
    found = table.table.found.table
    language = checked.partner.language
    names = headers(found.register, language)
    columns = [
        (" ".join(text.split()), names.get(match.column, match.column))
        for at, text in found.header_texts.items()
        if (match := found.headers.matches.get(at)) is not None
    ]
    columns += [
        (" ".join(other.text.split()), "")
        for other in found.headers.unknown
        if other.position not in found.days
    ]
    columns += [(day.isoformat(), names["attended"]) for day in found.days.values()]
    numbers = [*table.accepted.tolist(), *table.refused.tolist()]
    return TableRead(
        sheet=table.table.sheet_name,
        register=sheet_title(found.register, language),
        header_row=found.header_row or None,
        first_row=min(numbers, default=None),
        last_row=max(numbers, default=None),
        read=len(numbers),
        accepted=len(table.accepted),
        refused=len(table.refused),
        skipped=len(table.skipped),
        columns=tuple(columns),
        accepted_rows=table.accepted.tolist(),
        refused_rows=table.refused.tolist(),
    )


def _format_of(checked: Checked) -> str:
    return "" if checked.workbook is None else checked.workbook.format


def _sheets(checked: Checked) -> Iterator[SheetCells]:
    """Yield the cells for a twin; of large sheets those with findings."""
    for sheet in checked.workbook.sheets if checked.workbook else ():
        wanted: set[int] | None = None
        if len(sheet) > _ROWS_OF_A_TWIN:
            wanted = {f.row_number or 0 for f in checked.findings if f.sheet == sheet.name}
            wanted |= {
                table.table.found.table.header_row
                for table in checked.tables
                if table.table.sheet_name == sheet.name
            }
        last = int(sheet.blocks[-1].row_numbers[-1]) if len(sheet) else 0
        yield SheetCells(sheet.name, sheet.visible, _rows(sheet, wanted), last)


def _rows(sheet: Sheet, wanted: set[int] | None) -> Iterator[tuple[int, tuple[Value, ...]]]:
    return (row for row in sheet.rows() if wanted is None or row[0] in wanted)
