"""A finding: one rule that fired at one place.

Belongs here: the value itself and how its message is made.
Does not belong here: deciding that a rule fires.
"""

from dataclasses import dataclass

from schemas.reasons import RULES


@dataclass(frozen=True, slots=True)
class Finding:
    """One rule that fired.

    Attributes:
        code: Rule code of ``schemas.reasons``.
        message: What is wrong and how to mend it; never holds a personal value.
        column: Canonical column, None for a whole row or file.
        file: SHA-256 of the file, None when no file is concerned.
        sheet: Sheet name, "" in text files.
        row: 1-based row in the sheet, None for a whole file.
        cell: Cell like ``F7``, when one cell is to blame.
        value: The cell as sent, None when it is personal or empty.
    """

    code: str
    message: str
    column: str | None = None
    file: str | None = None
    sheet: str | None = None
    row: int | None = None
    cell: str | None = None
    value: str | None = None


def say(code: str, detail: str = "") -> str:
    """Return the message of a rule, with a detail that must not be personal."""
    sentence = RULES[code].sentence
    return f"{sentence} {detail}".strip()
