"""The small registers of the example: plans, label applications, pacts, cooperations, activities.

Belongs here: reading what each partner entered there, by hand, from `programme_data/`, one line
per row. Does not belong here: the big registers, the partners' headers and words.
"""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

from examples.generator.rows import Row, Value

_DATA = Path(__file__).parent / "programme_data"
_REGISTERS = ("training_plans", "label_applications", "pacts", "cooperations", "activities")
_LISTS = {"beneficiary_orgs", "partners"}
_NUMBERS = {"staff_covered", "quantity"}


def programme_rows() -> tuple[Row, ...]:
    """The rows of the five small registers; organisations still by their true keys."""
    found = []
    for register in _REGISTERS:
        with (_DATA / f"{register}.csv").open(encoding="utf-8", newline="") as lines:
            for place, line in enumerate(csv.DictReader(lines, delimiter=";")):
                partner = line.pop("reporter")
                values = {column: _value(column, cell) for column, cell in line.items()}
                found.append(Row(f"{register}/{place:02d}", partner, register, values))
    return tuple(found)


def _value(column: str, cell: str) -> Value:
    """The meaning of a cell: blank, list (comma), number, yes, date or text."""
    if not cell:
        return None
    if column in _LISTS:
        return tuple(cell.split(","))
    if column in _NUMBERS:
        return int(cell)
    if column == "cluster_reference":
        return cell == "yes"
    if column.endswith("_date"):
        return date.fromisoformat(cell)
    return cell
