"""A finding: one rule that fired at one place; and many of them as a table.

Belongs here: the value itself, the table's columns, how a message is made.
Does not belong here: deciding that a rule fires, keeping findings (deliveries).
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

import pyarrow

from eurocluster.wording import NOTHING, Say, Words, said
from schemas.reasons import RULES

FINDING_COLUMNS: Final = pyarrow.schema(
    {
        "code": pyarrow.string(),
        "severity": pyarrow.string(),
        "column_name": pyarrow.string(),
        "file_sha256": pyarrow.string(),
        "sheet": pyarrow.string(),
        "row_number": pyarrow.int64(),
        "cell": pyarrow.string(),
        "value": pyarrow.string(),
        "understood": pyarrow.string(),
        "message": pyarrow.string(),
    }
)
"""Columns of a table of findings, as the register store keeps them."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One rule that fired.

    Attributes:
        code: Rule code of ``schemas.reasons``.
        detail: What is to be said beside the rule's own sentence; never a personal value.
        column: Canonical column, None for a whole row or file.
        file: SHA-256 of the file, None when no file is concerned.
        sheet: Sheet name, "" in text files.
        row: 1-based row in the sheet, None for a whole file.
        cell: Cell like ``F7``, when one cell is to blame.
        value: The cell as sent, None when it is personal or empty.
    """

    code: str
    detail: Words = NOTHING
    column: str | None = None
    file: str | None = None
    sheet: str | None = None
    row: int | None = None
    cell: str | None = None
    value: str | None = None


@dataclass(frozen=True, slots=True)
class ToldFinding:
    """A finding as a partner reads it: the columns of ``FINDING_COLUMNS``.

    ``understood`` is what a doubtful cell was read as.
    """

    code: str
    severity: str
    column_name: str | None
    file_sha256: str | None
    sheet: str | None
    row_number: int | None
    cell: str | None
    value: str | None
    understood: str | None
    message: str


def message_of(code: str, detail: Words, say: Say) -> str:
    """Return what a rule says, its detail, and how to mend it, as said in one language."""
    rule = RULES[code]
    parts = (say(rule.sentence), said(detail, say), say(rule.mend))
    return " ".join(part for part in parts if part)


def table_of(findings: Iterable[Finding], say: Say) -> pyarrow.Table:
    """Return findings as a table, their messages as said."""
    rows: list[dict[str, Any]] = [
        {
            "code": finding.code,
            "severity": RULES[finding.code].severity,
            "column_name": finding.column,
            "file_sha256": finding.file,
            "sheet": finding.sheet,
            "row_number": finding.row,
            "cell": finding.cell,
            "value": finding.value,
            "understood": None,
            "message": message_of(finding.code, finding.detail, say),
        }
        for finding in findings
    ]
    return pyarrow.Table.from_pylist(rows, schema=FINDING_COLUMNS)


def told(table: pyarrow.Table) -> Iterator[ToldFinding]:
    """Yield the findings of a table."""
    for row in table.select(FINDING_COLUMNS.names).to_pylist():
        yield ToldFinding(**row)
