"""Names of organisations in the form in which two spellings are the same (rule G4).

Belongs here: organisation_key.
Does not belong here: identifiers, deciding that two organisations are one (dbt identities),
names of persons.
"""

from collections.abc import Sequence
from functools import cache, lru_cache

from eurocluster.conforming.folding import fold
from eurocluster.conforming.lexicon import separated, table

Forms = frozenset[tuple[str, ...]]


@lru_cache(maxsize=50_000)
def organisation_key(name: str) -> str:
    """Return the normalised name: folded, without legal forms and marks, blanks collapsed.

    Legal forms go from both ends, those that are no word of any language from everywhere. A
    name that is nothing but a legal form stays as it is; a name without letters or digits gives
    an empty text. The alphabet is kept: "ΑΛΦΑ Α.Ε." and "ALFA AE" are not the same key.
    """
    tokens = fold(name.replace("/", " ")).split()
    everywhere, edges = _forms("everywhere"), _forms("edge")
    ends, starts = edges | _forms("end") | everywhere, edges | everywhere
    kept = _without_inner(tokens, everywhere)
    while True:
        shorter = kept[_leading(kept, starts) :]
        shorter = shorter[: len(shorter) - _leading(shorter[::-1], _reversed(ends))]
        if not shorter:
            return " ".join(kept or tokens)
        if shorter == kept:
            return " ".join(kept)
        kept = shorter


def _without_inner(tokens: list[str], forms: Forms) -> list[str]:
    kept: list[str] = []
    position = 0
    while position < len(tokens):
        length = _leading(tokens[position:], forms)
        if not length:
            kept.append(tokens[position])
        position += length or 1
    return kept


def _leading(tokens: Sequence[str], forms: Forms) -> int:
    """Return the number of leading tokens that are one legal form, the longest that fits."""
    for length in range(min(_LONGEST, len(tokens)), 0, -1):
        if tuple(tokens[:length]) in forms:
            return length
    return 0


_LONGEST = 5


@cache
def _forms(place: str) -> Forms:
    return frozenset(
        tuple(fold(word).split())
        for row in table("legal_forms")
        if row["place"] == place
        for word in separated(row["words"])
    )


@cache
def _reversed(forms: Forms) -> Forms:
    return frozenset(form[::-1] for form in forms)
