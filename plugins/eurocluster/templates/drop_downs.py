"""Drop-downs and checks that the spreadsheet itself makes while a partner types.

Belongs here: data validation, and the hidden sheet with the words of drop-downs.
Does not belong here: which words are offered (choices), rules of the contracts.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

import xlsxwriter
from xlsxwriter.utility import xl_range_abs

from eurocluster.templates.advice import limits, what_to_write
from eurocluster.templates.columns import Template, TemplateColumn

LISTS: Final = "lists"
"""Name of the hidden sheet."""

_LONGEST_TITLE = 32  # of spreadsheets, as is the next
_LONGEST_MESSAGE = 255
_FIRST_DAY, _LAST_DAY = date(1990, 1, 1), date(2099, 12, 31)


def write_lists(book: xlsxwriter.Workbook, columns: Sequence[TemplateColumn]) -> Mapping[str, str]:
    """Write the words of every drop-down to a hidden sheet and return column → its range.

    Words in a sheet of their own may hold commas and be longer than the 255 characters that a
    spreadsheet takes in the drop-down itself. Columns with the same words share them.
    """
    sheet = book.add_worksheet(LISTS)
    sheet.hide()
    places: dict[tuple[str, ...], str] = {}
    ranges: dict[str, str] = {}
    for column in columns:
        if column.choices is None:
            continue
        labels = tuple(column.choices.labels.values())
        if labels not in places:
            position = len(places)
            sheet.write_column(0, position, labels)
            cells = xl_range_abs(0, position, len(labels) - 1, position)
            places[labels] = f"={LISTS}!{cells}"
        ranges[column.name] = places[labels]
    return ranges


def validation(column: TemplateColumn, template: Template, words: str | None) -> dict[str, Any]:
    """Return what the spreadsheet checks and says in the cells of a column.

    ``words`` is the range of the drop-down's words, None when there is none.
    """
    advice = what_to_write(column, template)
    meaning = template.say(column.description)
    checked: dict[str, Any] = {
        **_rule(column, words),
        "ignore_blank": True,
        "input_title": _shortened(column.header, _LONGEST_TITLE),
        "input_message": _shortened(f"{meaning}\n{advice}", _LONGEST_MESSAGE),
        "error_title": _shortened(column.header, _LONGEST_TITLE),
        "error_message": _shortened(limits(column, template) or advice, _LONGEST_MESSAGE),
    }
    if column.choices is not None and not column.choices.is_closed:
        checked["show_error"] = False
    return checked


def _rule(column: TemplateColumn, words: str | None) -> dict[str, Any]:
    if words is not None:
        return {"validate": "list", "source": words}
    if column.kind == "date":
        return {
            "validate": "date", "criteria": "between", "minimum": _FIRST_DAY, "maximum": _LAST_DAY,
        }  # fmt: skip
    if column.kind in ("decimal", "hours", "integer"):
        return _between(column)
    if column.longest is not None:
        return {"validate": "length", "criteria": "<=", "value": column.longest}
    return {"validate": "any"}


def _between(column: TemplateColumn) -> dict[str, Any]:
    kind = "integer" if column.kind == "integer" else "decimal"
    low, high = column.minimum, column.maximum
    if low is not None and high is not None:
        return {"validate": kind, "criteria": "between", "minimum": low, "maximum": high}
    if high is not None:
        return {"validate": kind, "criteria": "<=", "value": high}
    return {"validate": kind, "criteria": ">=", "value": 0 if low is None else low}


def _shortened(text: str, longest: int) -> str:
    return text if len(text) <= longest else text[: longest - 1].rstrip() + "…"
