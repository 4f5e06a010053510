"""Choices of one example, each of which hypothesis may shrink.

Belongs here: picking and drawing.
Does not belong here: what is drawn.
"""

from collections.abc import Sequence
from functools import cache
from typing import TypeVar

from hypothesis import strategies as st

from eurocluster.conforming.folding import fold
from eurocluster.conforming.lexicon import separated, table

Item = TypeVar("Item")


def _means_nothing(word: str) -> bool:
    """Return whether a word is none of those that say "as above", "total" or "nothing"."""
    return fold(word) not in _words_with_a_meaning()


@cache
def _words_with_a_meaning() -> frozenset[str]:
    tables = ("concepts", "totals", "samples", "empty_words", "titles", "role_mailboxes")
    return frozenset(
        fold(word)
        for name in tables
        for row in table(name)
        for words in row.values()
        for word in separated(words)
    )


class Chance:
    """Draws that shrink to the first of the choices, and to no."""

    def __init__(self, draw: st.DrawFn) -> None:
        self.draw = draw

    def pick(self, choices: Sequence[Item]) -> Item:
        """Return one of several; the first one is the plainest."""
        return self.draw(st.sampled_from(choices))

    def some(self, choices: Sequence[Item]) -> tuple[Item, ...]:
        """Return at least one of several, each once, in their order."""
        kept = self.draw(st.sets(st.integers(0, len(choices) - 1), min_size=1, max_size=3))
        return tuple(choices[at] for at in sorted(kept))

    def maybe(self, percent: int = 50) -> bool:
        """Return yes in so many of a hundred cases."""
        return self.draw(st.integers(0, 99)) >= 100 - percent

    def whole(self, least: int, most: int) -> int:
        """Return a whole number."""
        return self.draw(st.integers(least, most))

    def word(self, letters: str, least: int = 5, most: int = 9) -> str:
        """Return invented letters in a row, which mean nothing."""
        return self.draw(st.text(letters, min_size=least, max_size=most).filter(_means_nothing))

    def shuffled(self, items: Sequence[Item]) -> list[Item]:
        """Return all of several in another order."""
        return list(self.draw(st.permutations(items)))
