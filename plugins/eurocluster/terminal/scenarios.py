"""How a comparison looks: each KPI before and after, then the units that make the difference.

Belongs here: tables of changes and policies, the same as rows for programs.
Does not belong here: comparing, building aside.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from rich.console import Group, RenderableType
from rich.text import Text

from eurocluster.comparing import Change, MovedUnit, UnknownSme
from eurocluster.figures import POLICIES, Figure, plain
from eurocluster.terminal.explanations import short_unit
from eurocluster.terminal.tables import new_table, titled

_FIRST: Final = 10
"""Units shown of each KPI, unless all are asked for."""


def render_changes(
    changed: Mapping[str, Any], changes: Sequence[Change], *, every_unit: bool
) -> RenderableType:
    """Return what was asked, every KPI before and after, and the units that moved."""
    asked = ", ".join(f"{name} = {_shown(value)}" for name, value in changed.items())
    parts: list[RenderableType] = [Text(f"What if {asked}", style="bold"), _figures(changes)]
    for change in changes:
        if change.moved:
            parts.append(titled(_title(change), _moved(change.moved, every_unit=every_unit)))
    if not any(change.is_change for change in changes):
        parts.append(Text("\nNo figure and no unit would be another."))
    parts.append(Text("\nNothing was published."))
    return Group(*parts)


def render_policies(
    policies: Mapping[str, Mapping[str, Figure]], unknown: Sequence[UnknownSme]
) -> RenderableType:
    """Return the figures under the three SME policies, and who would move them most."""
    table = new_table("KPI", *POLICIES, right=POLICIES)
    for kpi, figures in policies.items():
        table.add_row(kpi, *(figures[p].shown if p in figures else "" for p in POLICIES))
    parts = [titled("SME policies side by side", table)]
    if unknown:
        names = new_table("KPI", "Organisation", "Country", "Units", right=("Units",))
        for one in unknown:
            names.add_row(one.kpi, one.name, one.country or "", str(one.units))
        parts.append(titled("Unknown SMEs that would move a figure, most first", names))
    return Group(*parts)


def change_rows(changes: Sequence[Change]) -> tuple[tuple[str, ...], list[tuple[Any, ...]]]:
    """Return columns and rows for programs: one row per KPI, then one per unit that moved."""
    columns = (
        "kpi", "before", "after", "difference", "unit", "moved", "register", "record_key",
        "reported_by", "file_name", "file_sha256", "sheet", "cell_range", "elsewhere",
    )  # fmt: skip
    rows: list[tuple[Any, ...]] = []
    for change in changes:
        figures = (change.kpi, change.before.value, change.after.value, change.difference)
        rows.append((*figures, *(None,) * 10))
        rows += [
            (
                *figures, unit.unit, "gained" if unit.is_gained else "lost", unit.row.register,
                unit.row.record_key, unit.row.reported_by, unit.row.file_name,
                unit.row.file_sha256, unit.row.sheet, unit.row.cell_range, unit.elsewhere,
            )
            for unit in change.moved
        ]  # fmt: skip
    return columns, rows


def policy_rows(
    policies: Mapping[str, Mapping[str, Figure]],
) -> tuple[tuple[str, ...], list[tuple[Any, ...]]]:
    """Return columns and rows for programs: one row per KPI and policy."""
    rows = [
        (kpi, policy, figure.value, figure.numerator, figure.denominator)
        for kpi, figures in policies.items()
        for policy, figure in figures.items()
    ]
    return ("kpi", "policy", "value", "numerator", "denominator"), rows


def _figures(changes: Sequence[Change]) -> RenderableType:
    right = ("Now", "Then", "Difference")
    table = new_table("KPI", "Title", *right, "Lost", "Gained", right=(*right, "Lost", "Gained"))
    for change in changes:
        gained = sum(unit.is_gained for unit in change.moved)
        table.add_row(
            change.kpi,
            change.title,
            change.before.shown,
            change.after.shown,
            _signed(change),
            str(len(change.moved) - gained or ""),
            str(gained or ""),
            style="bold" if change.is_change else "dim",
        )
    return table


def _moved(moved: Sequence[MovedUnit], *, every_unit: bool) -> RenderableType:
    table = new_table("", "Record", "By", "Unit", "Place", "Otherwise", wrap=("Place", "Otherwise"))
    shown = moved if every_unit else moved[:_FIRST]
    for unit in shown:
        table.add_row(
            "+" if unit.is_gained else "−",
            short_unit(unit.row.record_key.removeprefix("id:")),
            unit.row.reported_by,
            short_unit(unit.unit),
            unit.row.place,
            unit.elsewhere,
        )
    if len(shown) < len(moved):
        return Group(table, Text(f"… and {len(moved) - len(shown):,} more (--all-units)"))
    return table


def _title(change: Change) -> str:
    return f"{change.kpi} {change.before.shown} → {change.after.shown}"


def _signed(change: Change) -> str:
    if change.difference is None:
        return "n/a"
    if not change.difference:
        return "0"
    sign = "+" if change.difference > 0 else "−"
    shown = plain(abs(change.difference))
    return f"{sign}{shown}{' points' if change.after.denominator is not None else ''}"


def _shown(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
