"""Colours, formats of cells and widths of columns.

Belongs here: how a template looks, and how a kind of column is stored in cells.
Does not belong here: what stands in the cells.
"""

from dataclasses import dataclass
from typing import Any, Final

import xlsxwriter
from xlsxwriter.format import Format

from eurocluster.templates.columns import TemplateColumn

FONT: Final = "Calibri"
_DARK, _PALE, _INK, _GREY, _LINE = "#1F4E79", "#DCE6F1", "#1F2933", "#5F6B7A", "#B8C4D0"
MISSING: Final = "#FDE2E0"

_DATE_FORMAT: Final = "yyyy-mm-dd"
_MONEY_FORMAT: Final = "#,##0.00"
_TEXT_FORMAT: Final = "@"
_NUMBER_FORMATS: Final = {"date": _DATE_FORMAT, "hours": "General", "integer": "0"}
_UNTYPED: Final = frozenset({"yes_no", "enum", "set", "country", "partner", "partners", "currency"})

_LONG: Final = frozenset({"set", "list", "organisations", "partners", "organisation"})

_WIDTHS: Final = {
    "organisation": 34, "organisations": 38, "person_name": 28, "first_name": 18, "surname": 20,
    "email": 28, "country": 18, "date": 13, "hours": 11, "integer": 11, "decimal": 15,
    "yes_no": 12, "set": 30, "list": 28, "partner": 26, "partners": 34, "eccp_url": 30,
    "partnership": 20, "currency": 10,
}  # fmt: skip
_USUAL_WIDTH: Final = 18
_WIDE_TEXTS: Final = {"title": 38, "evidence_ref": 30, "url": 30, "cluster_role": 30}
_HEADER_LETTERS: Final = 0.62  # share of a header that its column is at least wide


@dataclass(frozen=True, slots=True)
class Looks:
    """Formats of one workbook."""

    title: Format
    lead: Format
    body: Format
    heading: Format
    required_name: Format
    optional_name: Format
    meaning: Format
    bold: Format
    grey: Format
    required_header: Format
    optional_header: Format
    missing: Format


def looks_of(book: xlsxwriter.Workbook) -> Looks:
    """Return the formats of a workbook."""

    def made(**properties: Any) -> Format:
        return book.add_format({"font_name": FONT, "font_color": _INK, **properties})

    top: dict[str, Any] = {
        "align": "left", "indent": 1, "valign": "top", "text_wrap": True,
    }  # fmt: skip
    name: dict[str, Any] = {**top, "bold": True, "bottom": 1, "bottom_color": _LINE}
    header: dict[str, Any] = {
        "bold": True, "text_wrap": True, "align": "left", "valign": "top",
        "border": 1, "border_color": _LINE,
    }  # fmt: skip
    white: dict[str, Any] = {"font_color": "#FFFFFF", "bg_color": _DARK}
    return Looks(
        title=made(bold=True, font_size=18, font_color=_DARK, valign="vcenter"),
        lead=made(font_size=11, font_color=_GREY, valign="vcenter"),
        body=made(**top),
        heading=made(**white, bold=True, valign="vcenter", align="left", indent=1),
        required_name=made(**name, bg_color=_PALE),
        optional_name=made(**name),
        meaning=made(**top, bottom=1, bottom_color=_LINE),
        bold=made(bold=True),
        grey=made(font_color=_GREY, font_size=10),
        required_header=made(**header | white),
        optional_header=made(**header, bg_color=_PALE),
        missing=book.add_format({"bg_color": MISSING}),
    )


def cell_format(book: xlsxwriter.Workbook, column: TemplateColumn) -> Format:
    """Return the format of a column's cells; codes are texts, so that leading zeros survive."""
    shown: dict[str, Any] = {"font_name": FONT, "valign": "top"}
    if column.kind == "decimal":
        shown["num_format"] = "General" if column.name == "headcount_awu" else _MONEY_FORMAT
    elif column.kind in _NUMBER_FORMATS:
        shown["num_format"] = _NUMBER_FORMATS[column.kind]
    elif column.kind not in _UNTYPED:
        shown["num_format"] = _TEXT_FORMAT
    if column.kind == "date":
        shown["align"] = "left"
    shown["text_wrap"] = column.kind in _LONG or column.name in _WIDE_TEXTS
    return book.add_format(shown)


def width(column: TemplateColumn) -> float:
    """Return the width of a column in characters."""
    usual = _WIDE_TEXTS.get(column.name, _WIDTHS.get(column.kind, _USUAL_WIDTH))
    longest_word = max(map(len, column.title.split()), default=0)
    return max(usual, longest_word + 4, round(len(column.title) * _HEADER_LETTERS))
