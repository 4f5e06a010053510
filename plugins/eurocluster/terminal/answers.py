"""How the answer of a query looks.

Belongs here: any rows as a table.
Does not belong here: asking (published), other formats (terminal/machine_formats).
"""

from rich.console import Group, RenderableType
from rich.text import Text

from eurocluster.published import Answer
from eurocluster.terminal.machine_formats import as_text
from eurocluster.terminal.tables import new_table


def render_answer(answer: Answer) -> RenderableType:
    """Return rows as a table; numbers stand to the right, nothing is an empty cell."""
    table = new_table()
    for index, column in enumerate(answer.columns):
        is_number = all(_is_number(row[index]) for row in answer.rows)
        table.add_column(Text(column), justify="right" if is_number else "left", overflow="fold")
    for row in answer.rows:
        table.add_row(*(Text(as_text(value)) for value in row))
    count = len(answer.rows)
    return Group(table, Text(f"{count:,} {'row' if count == 1 else 'rows'}", style="dim"))


def _is_number(value: object) -> bool:
    return value is None or (isinstance(value, int | float) and not isinstance(value, bool))
