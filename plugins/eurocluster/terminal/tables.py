"""The one style of this command line: tables that stay readable at 100 columns and in a log.

Colours only repeat what a word beside them says.

Belongs here: what every screen is made of.
Does not belong here: what stands on it (the other modules of terminal/).
"""

from collections.abc import Iterable
from typing import Final

from rich import box
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

_STYLES: Final = {
    "achieved": "green",
    "implemented": "green",
    "accepted": "green",
    "submitted": "green",
    "on_track": "cyan",
    "ongoing": "cyan",
    "behind": "yellow",
    "missed": "red",
    "overdue": "red",
}
_FAINT: Final = {"no_target", "not_applicable", "not_started"}


def state_text(state: str) -> Text:
    """Return a state in words, coloured where colours are shown."""
    style = "dim" if state in _FAINT else _STYLES.get(state, "")
    return Text(state.replace("_", " "), style=style)


def new_table(*columns: str, right: Iterable[str] = (), wrap: Iterable[str] = ("Title",)) -> Table:
    """Return an empty table in the one style of this command line.

    Args:
        columns: Headers.
        right: Headers of the columns with numbers.
        wrap: Headers of the columns that give way on a narrow screen.
    """
    table = Table(
        box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, 1, 0, 0), header_style=""
    )
    for column in columns:
        table.add_column(
            column,
            justify="right" if column in right else "left",
            no_wrap=column not in wrap,
            overflow="fold",
        )
    return table


def titled(title: str, content: RenderableType) -> RenderableType:
    """Return content below its title, apart from what stands above."""
    return Group(Text(f"\n{title}", style="bold"), content)


def titled_lines(title: str, lines: Iterable[str]) -> list[RenderableType]:
    """Return a titled list, nothing when it would be empty."""
    said = [Padding(Text(line), (0, 0, 0, 2), expand=False) for line in lines]
    return [titled(title, Group(*said))] if said else []
