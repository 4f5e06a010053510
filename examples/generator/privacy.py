"""Every text of the example that tells who a person is.

Belongs here: names, addresses and telephone numbers as the partners wrote them, and the usual
ways of writing them again. Does not belong here: where they must not be found.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

from examples.generator.consortium import records
from examples.generator.tables import SIGNED_BY

_PERSON_COLUMNS = ("person_name", "first_name", "surname", "email", "+phone")
_SHORTEST = 8  # a shorter text may turn up by chance: "Max", "Wit", a first name in a word


def personal_texts() -> frozenset[str]:
    """Names, surnames, e-mail addresses and telephone numbers, each in all its spellings."""
    found: set[str] = set()
    happened = records().world
    for person in happened.people.values():
        found.update((f"{person.given} {person.family}", f"{person.family} {person.given}"))
        found.update(person.family.split())
        if person.email:
            found.add(person.email)
    for row in records().rows:
        if row.register == "attendance":
            cells = [row.typed.get(c, row.values.get(c)) for c in _PERSON_COLUMNS]
            found.update(cell for cell in cells if isinstance(cell, str))
    found.update(line.partition(": ")[2] for line in SIGNED_BY.values())
    spelled = {variant for text in found for variant in _spellings(text)}
    return frozenset(text for text in spelled if len(text) >= _SHORTEST)


def _spellings(text: str) -> Iterable[str]:
    """The text, in small letters, in capitals, each also without marks; tokens in order."""
    apart = unicodedata.normalize("NFD", text.translate(str.maketrans("łŁ", "lL")))
    plain = "".join(letter for letter in apart if not unicodedata.combining(letter))
    for variant in (text, plain):
        yield variant
        yield variant.lower()
        yield variant.upper()
        yield " ".join(sorted(variant.casefold().split()))
