"""The example consortium: its truth, what its partners wrote, its declarations.

Belongs here: `records()`, the one door for whoever wants to know what really happened. Does not
belong here: how any of it is made, files.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from examples.generator.mistakes import with_mistakes
from examples.generator.registers import written_rows
from examples.generator.rows import Row
from examples.generator.stories import with_stories
from examples.generator.world import World, world


@dataclass(frozen=True, slots=True)
class Records:
    """What happened (`world`), and what the partners wrote down of it (`rows`)."""

    world: World
    rows: tuple[Row, ...]


@cache
def records() -> Records:
    """The example's truth and its written rows, mistakes marked."""
    happened = world()
    return Records(
        happened, with_mistakes(happened, with_stories(happened, written_rows(happened)))
    )
