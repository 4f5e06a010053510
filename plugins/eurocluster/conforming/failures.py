"""What a reader of one cell returns when it cannot vouch for a value.

Each function of this folder answers with a canonical value, with ``None`` for a blank cell, or
with one of these. None of them shows the cell's text in its ``repr``: a cell may be personal,
and reprs end up in logs.

Belongs here: the three kinds of failure.
Does not belong here: rule codes and sentences for partners (schemas.reasons).
"""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A cell that is not a value of the kind that its column asks for.

    Attributes:
        text: The cell as sent.
        reason: What is wrong, in plain English and without the cell's text.
    """

    text: str = field(repr=False)
    reason: str


@dataclass(frozen=True, slots=True)
class Unknown:
    """A word outside the vocabulary of its column.

    Attributes:
        text: The word as sent.
        nearest: The code whose words come closest, None when none is close.
    """

    text: str = field(repr=False)
    nearest: str | None = None


@dataclass(frozen=True, slots=True)
class Invalid:
    """An identifier that breaks the rules of its scheme.

    Attributes:
        text: The cell as sent.
        reason: Which rule, in plain English and without the cell's text.
    """

    text: str = field(repr=False)
    reason: str
