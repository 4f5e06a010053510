"""The instruction sheet: how to fill in the register, one line per column.

It has two columns and no more: a sheet with wider rows looks like a table that somebody filled
in, and the reader would ask what it is.

Belongs here: the sheet and its sentences.
Does not belong here: sentences about one column (advice), the register's own sheet.
"""

from xlsxwriter.worksheet import Worksheet

from eurocluster.conforming.labels import sheet_name
from eurocluster.templates.advice import told_of
from eurocluster.templates.columns import Template, TemplateColumn
from eurocluster.templates.looks import Looks
from eurocluster.wording import Say
from schemas import REGISTERS

_NAME_WIDTH, _MEANING_WIDTH = 34, 92
_TITLE_HEIGHT, _LEAD_HEIGHT, _HEADING_HEIGHT = 34, 20, 22
_LINE_HEIGHT, _ROW_PADDING = 15, 6
_LETTERS_PER_LINE, _LETTERS_PER_STEP = 104, 130
_A4 = 9


def how_to_name(say: Say) -> str:
    """Return the name of the instruction sheet."""
    return sheet_name(say("How to fill in"))


def write_how_to(sheet: Worksheet, looks: Looks, template: Template) -> None:
    """Write the instruction sheet."""
    say = template.say
    sheet.hide_gridlines(2)
    sheet.set_column(0, 0, _NAME_WIDTH)
    sheet.set_column(1, 1, _MEANING_WIDTH)
    sheet.set_row(0, _TITLE_HEIGHT)
    heading = say("How to fill in “{register}”", register=template.title)
    sheet.write_string(0, 0, heading, looks.title)
    row = 1
    for line in _lead(template):
        sheet.set_row(row, _LEAD_HEIGHT)
        sheet.write_string(row, 0, line, looks.lead)
        row += 1
    for number, step in enumerate(_steps(template), start=1):
        row += 1
        text = f"{number}.  {step}"
        sheet.set_row(row, _height(text, _LETTERS_PER_STEP) + _ROW_PADDING)
        sheet.merge_range(row, 0, row, 1, text, looks.body)
    row += 2
    sheet.set_row(row, _HEADING_HEIGHT)
    sheet.write_string(row, 0, say("Column"), looks.heading)
    sheet.write_string(row, 1, say("What to write"), looks.heading)
    sheet.repeat_rows(row)
    for column in template.columns:
        row += 1
        _write_column(sheet, row, looks, column, template)
    sheet.set_landscape()
    sheet.set_paper(_A4)
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(0.5, 0.5, 0.5, 0.6)
    sheet.set_footer("&C&P / &N")


def _lead(template: Template) -> tuple[str, ...]:
    grain = template.say(str(REGISTERS[template.register].description))
    return (grain,) if template.partner is None else (template.partner.name, grain)


def _steps(template: Template) -> tuple[str, ...]:
    say, title = template.say, template.title
    return (
        say("Fill in the sheet “{register}”, one row for each entry, from row 2 on.",
            register=title),
        say("Columns with a star * and a dark header are needed in every row. A cell of them that"
            " is still empty turns red as soon as the row is begun."),
        say("Leave a cell blank when you do not know. Write each value out: no ditto marks, no"
            " merged cells, no totals below the table. Colours are not read."),
        say("Click a cell to see what belongs there, and pick words from the drop-down where there"
            " is one."),
        say("Do not change the headers. Columns may be moved, and columns with a light header may"
            " stay empty."),
        say("Save the workbook as .xlsx and put it where your registers are collected. This sheet"
            " may stay in it."),
    )  # fmt: skip


def _write_column(
    sheet: Worksheet, row: int, looks: Looks, column: TemplateColumn, template: Template
) -> None:
    meaning, *more = told_of(column, template)
    sheet.set_row(row, sum(map(_height, (meaning, *more))) + _ROW_PADDING)
    name = looks.required_name if column.required else looks.optional_name
    sheet.write_string(row, 0, column.title, name)
    grey = "\n".join(["", *more])
    sheet.write_rich_string(row, 1, looks.bold, meaning, looks.grey, grey, looks.meaning)


def _height(text: str, letters_per_line: int = _LETTERS_PER_LINE) -> int:
    """Return the height of a wrapped text in points; spreadsheets do not work out merged cells."""
    return _LINE_HEIGHT * -(-len(text) // letters_per_line)
