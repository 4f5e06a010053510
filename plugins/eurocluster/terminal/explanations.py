"""How an explained figure looks: the sum of its fates first, then every row under its fate.

Belongs here: tables of fates and rows.
Does not belong here: fates and sentences (explaining, fate_words), other formats (cli).
"""

from typing import Final

from rich.console import Group, RenderableType
from rich.text import Text

from eurocluster.explaining import ExplainedRow, FateGroup
from eurocluster.figures import Figure
from eurocluster.terminal.tables import new_table, titled

_SHORT: Final = 12
_SHA_SHORT: Final = 8


def render_explanation(
    title: str, figure: Figure, groups: list[FateGroup], zero: str | None
) -> RenderableType:
    """Return the figure, what became of its rows in sum, and the rows.

    Args:
        title: What the KPI counts.
        figure: The figure that the rows explain.
        groups: Every wanted row, by fate.
        zero: Why the figure is zero, None when it is not.
    """
    parts: list[RenderableType] = [_heading(title, figure)]
    if zero is not None:
        parts.append(Text(zero))
    if groups:
        parts.append(titled("Rows by fate", _sums(groups)))
    parts += [titled(_title(group), _rows(group)) for group in groups]
    return Group(*parts)


def short_unit(unit: str | None) -> str:
    """Return as much of a unit as is needed to recognise it; ``--unit`` takes the same."""
    if unit is None or len(unit) <= 2 * _SHORT:
        return unit or ""
    return f"{unit[:_SHORT]}…"


def _heading(title: str, figure: Figure) -> Text:
    span = "in all" if figure.measure == "cumulative" else f"new in {figure.period}"
    policy = f", SMEs as {figure.policy}" if figure.policy else ""
    target = f", target {figure.target_shown}" if figure.target is not None else ""
    return Text.assemble(
        (f"{figure.kpi} {title}", "bold"), f"\n{figure.shown} {span}{policy}{target}"
    )


def _sums(groups: list[FateGroup]) -> RenderableType:
    table = new_table("Fate", "Rows", "Units", "Why", right=("Rows", "Units"), wrap=("Why",))
    for group in groups:
        table.add_row(group.fate, f"{len(group.rows):,}", f"{group.units:,}", group.sentence)
    table.add_section()
    table.add_row("in all", f"{sum(len(group.rows) for group in groups):,}", "", "")
    return table


def _title(group: FateGroup) -> str:
    return group.fate if group.fate == "counted" else f"{group.fate} — {group.sentence}"


def _rows(group: FateGroup) -> RenderableType:
    notes = {row: _note(row) for row in group.rows}
    header = "Counted at" if group.fate == "duplicate_of" else "Look at"
    table = new_table(
        *("Record", "By", "Date", "Unit", "File", "Cells", "SHA-256"),
        *([header] if any(notes.values()) else []),
        wrap=("File", header),
    )
    for row, note in notes.items():
        table.add_row(*_cells(row), *([note] if any(notes.values()) else []))
    return table


def _note(row: ExplainedRow) -> str:
    """Return where else to look, without the file and sheet that stand in the row already."""
    note = row.duplicate_of or row.wrong_cells or ""
    here = row.place.removesuffix(row.cell_range)
    return note.removeprefix(here).removeprefix(f"{row.file_name} ")


def _cells(row: ExplainedRow) -> tuple[str, ...]:
    return (
        short_unit(row.record_key.removeprefix("id:")),
        row.reported_by,
        row.counting_date.isoformat() if row.counting_date else "",
        short_unit(row.unit),
        row.file_name,
        " ".join(part for part in (row.sheet, row.cell_range) if part),
        row.file_sha256[:_SHA_SHORT],
    )
