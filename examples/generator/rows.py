"""What a partner wrote down: one row of one register, with the truth it stands for.

Belongs here: the shape of a written row and of a mistake in it. Does not belong here: how rows
come about (`registers.py`, `mistakes.py`) and how they look in a file (`writing.py`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from examples.generator.languages import language_of

Value = str | int | float | bool | date | tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class Mistake:
    """What is wrong with one cell, and the rule that says so; `refused` = the rule is an error."""

    rule: str
    column: str
    refused: bool


@dataclass(frozen=True, slots=True)
class Row:
    """One written row.

    Attributes:
        key: The row's own name within the generator.
        values: By canonical column, what the partner means.
        links: By role (person, employer, recipient, sme, vo, ho …) the true key behind the cells.
        typed: By canonical column, what is in the cell instead of the partner's usual form.
        mistakes: What is wrong with the row.
        copies: How often the row stands in the file.
    """

    key: str
    partner: str
    register: str
    values: Mapping[str, Value]
    links: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    typed: Mapping[str, Value] = field(default_factory=dict)
    mistakes: tuple[Mistake, ...] = ()
    copies: int = 1

    def kept(self) -> Row:
        """The row with only the columns that its partner's register has."""
        columns = language_of(self.partner).headers[self.register]
        return replace(
            self, values={name: value for name, value in self.values.items() if name in columns}
        )

    def wrong(self, rule: str, column: str, typed: Value, *, refused: bool = True) -> Row:
        """The row with `typed` in the cell of `column`, which breaks `rule`."""
        return replace(
            self,
            typed={**self.typed, column: typed},
            mistakes=(*self.mistakes, Mistake(rule, column, refused)),
        )

    def meaning(self, column: str, value: Value) -> Row:
        """The row with another meaning in `column`."""
        return replace(self, values={**self.values, column: value})
