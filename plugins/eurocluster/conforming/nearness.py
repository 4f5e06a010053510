"""The known word that an unknown one was probably meant to be: a suggestion, never a decision.

Belongs here: the one measure of nearness and its threshold.
Does not belong here: anything that lets a near word count as the word.
"""

from collections.abc import Mapping

from rapidfuzz import fuzz, process

_NEAR_ENOUGH = 72.0
_SHORTEST = 3


def nearest(word: str, known: Mapping[str, str], near_enough: float = _NEAR_ENOUGH) -> str | None:
    """Return the meaning of the known word closest to ``word``, None when none is close.

    Args:
        word: A folded word.
        known: Folded word → meaning. Ties go to the alphabetically first word.
        near_enough: Least likeness in percent; names that are alike by chance ask for more.
    """
    if len(word) < _SHORTEST:
        return None
    found = process.extractOne(word, sorted(known), scorer=fuzz.WRatio, score_cutoff=near_enough)
    return known[found[0]] if found else None
