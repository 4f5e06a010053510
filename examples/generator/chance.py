"""Chance that falls the same way every time.

Belongs here: the seeded random generators of the example. Does not belong here: what is drawn.
"""

from __future__ import annotations

from random import Random


def chance(name: str) -> Random:
    """A generator of its own for the part called `name`; the same name, the same draws."""
    return Random(f"example eurocluster: {name}")  # noqa: S311 (invented people, no secrets)
