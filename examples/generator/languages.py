"""How each partner writes: the headers and words of its registers, in its own language.

Belongs here: reading `words/*.csv`, where one column is one partner. Does not belong here: what
happened, and anything that reads these words back.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_WORDS = Path(__file__).parent / "words"


@dataclass(frozen=True, slots=True)
class Language:
    """One partner's way of writing; `headers` also says which columns a register has."""

    headers: dict[str, dict[str, str]]
    words: dict[str, dict[str, str]]

    @property
    def registers(self) -> tuple[str, ...]:
        """The registers that this partner keeps, in the order of the catalogue."""
        return tuple(self.headers)

    def word(self, kind: str, code: str) -> str:
        """What the partner writes for `code`; a code without a word is written as it is."""
        return self.words.get(kind, {}).get(code, code)


@cache
def language_of(partner: str) -> Language:
    """The language of a partner, by its code."""
    return Language(headers=_column("headers", partner), words=_column("words", partner))


def _column(name: str, partner: str) -> dict[str, dict[str, str]]:
    """One partner's column of a word file, by its first two columns, in file order."""
    found: dict[str, dict[str, str]] = {}
    with (_WORDS / f"{name}.csv").open(encoding="utf-8", newline="") as lines:
        for line in csv.DictReader(lines):
            group, key = tuple(line.values())[:2]
            if line[partner]:
                found.setdefault(group, {})[key] = line[partner]
    return found
