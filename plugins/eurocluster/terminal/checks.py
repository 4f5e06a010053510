"""What was found in one file, for a terminal and for programs.

Belongs here: layout of the answer of ``eurocluster check``.
Does not belong here: judging, the returned workbook.
"""

from collections.abc import Sequence
from typing import Final

from rich.console import Group, RenderableType
from rich.text import Text

from eurocluster.checking import Checked
from eurocluster.findings import ToldFinding
from eurocluster.terminal.tables import new_table

FIELDS: Final = ("code", "severity", "sheet", "cell", "row", "column", "message", "value")
_LISTED: Final = 60
_PLACES: Final = 5


def fields_of(finding: ToldFinding) -> tuple[object, ...]:
    """Return the values of ``FIELDS``."""
    return (
        finding.code,
        finding.severity,
        finding.sheet,
        finding.cell,
        finding.row_number,
        finding.column_name,
        finding.message,
        finding.value,
    )


def render_check(checked: Checked) -> RenderableType:
    """Return what was read, the findings (worst first), and what follows from them."""
    partner = checked.partner
    whose = f"read as {partner.partner}'s" if partner.name != "?" else "of nobody in particular"
    parts: list[RenderableType] = [
        Text(f"{checked.name} ({whose}, language {partner.language})", style="bold"),
        Text(""),
    ]
    if checked.tables:
        parts += [_tables(checked), Text("")]
    errors = [finding for finding in checked.findings if finding.severity == "ERROR"]
    doubts = [finding for finding in checked.findings if finding.severity == "WARN"]
    told = [*errors, *doubts]
    groups = _grouped(told)
    if told:
        parts += [_findings(groups[:_LISTED]), Text("")]
    if len(groups) > _LISTED:
        more = f"… and {len(groups) - _LISTED:,} more kinds: --format json lists all of them."
        parts.append(Text(more))
    parts.append(_verdict(len(errors), len(doubts)))
    return Group(*parts)


def _tables(checked: Checked) -> RenderableType:
    numbers = ("Rows", "Good", "Refused", "Skipped")
    table = new_table("Register", "Sheet", "Header", *numbers, "Columns understood", right=numbers,
                      wrap=("Columns understood",))  # fmt: skip
    for found in checked.tables:
        header = found.table.found.table
        unknown = len(header.headers.unknown)
        understood = f"{len(header.columns) + len(header.days)}" + (
            f", {unknown} kept aside" if unknown else ""
        )
        table.add_row(
            header.register,
            found.table.sheet_name,
            f"row {header.header_row}" if header.header_row else "none",
            f"{len(found.accepted) + len(found.refused):,}",
            f"{len(found.accepted):,}",
            f"{len(found.refused):,}",
            f"{len(found.skipped):,}",
            understood,
        )
    return table


def _grouped(findings: Sequence[ToldFinding]) -> list[list[ToldFinding]]:
    """Return findings that say the same of the same column together, in the order of the first."""
    groups: dict[tuple[str | None, ...], list[ToldFinding]] = {}
    for found in findings:
        key = (found.code, found.sheet, found.column_name, found.value, found.message)
        groups.setdefault(key, []).append(found)
    return list(groups.values())


def _findings(groups: Sequence[Sequence[ToldFinding]]) -> RenderableType:
    table = new_table("Code", "Place", "Column", "Cell says", "What is wrong",
                      wrap=("Place", "What is wrong", "Cell says"))  # fmt: skip
    for group in groups:
        first = group[0]
        places = [_place(finding) for finding in group[:_PLACES]]
        more = f" +{len(group) - _PLACES:,}" if len(group) > _PLACES else ""
        table.add_row(
            Text(first.code, style="red" if first.severity == "ERROR" else "yellow"),
            (f"{first.sheet}: " if first.sheet else "") + ", ".join(places) + more,
            first.column_name or "",
            first.value or "",
            first.message,
        )
    return table


def _place(finding: ToldFinding) -> str:
    if finding.cell:
        return finding.cell
    return f"row {finding.row_number}" if finding.row_number else "whole sheet"


def _verdict(errors: int, doubts: int) -> Text:
    if errors:
        return Text(f"{errors:,} to mend, {doubts:,} doubtful.", style="bold red")
    if doubts:
        return Text(f"Nothing is wrong; {doubts:,} doubtful.", style="bold yellow")
    return Text("Nothing is wrong.", style="bold green")
