"""How the answer of a query looks.

Belongs here: any rows as a table.
Does not belong here: asking (published), other formats (machine_formats).
"""

from rich import box
from rich.table import Table
from rich.text import Text

from eurocluster.machine_formats import as_text
from eurocluster.published import Answer


def render_answer(answer: Answer) -> Table:
    """Return rows as a table; numbers stand to the right, nothing is an empty cell."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, header_style="bold")
    for index, column in enumerate(answer.columns):
        values = [row[index] for row in answer.rows if row[index] is not None]
        is_number = bool(values) and all(_is_number(value) for value in values)
        table.add_column(Text(column), justify="right" if is_number else "left", overflow="fold")
    for row in answer.rows:
        table.add_row(*(Text(as_text(value)) for value in row))
    count = len(answer.rows)
    table.caption = f"{count:,} {'row' if count == 1 else 'rows'}"
    table.caption_justify = "left"
    return table


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
