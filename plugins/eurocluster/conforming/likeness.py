"""What the cells of an unknown column look like: a suggestion for whoever declares it.

Belongs here: cells → kinds of columns that they would be understood as.
Does not belong here: reading a known column (values); nothing here lets a column count.
"""

from collections.abc import Callable, Collection
from itertools import islice
from typing import Any, Final

from eurocluster.conforming import countries, dates, identifiers, persons, words
from eurocluster.conforming.failures import Invalid, Unknown, Unreadable
from eurocluster.reading.values import Value
from schemas.vocabulary import VOCABULARIES

_ASKED: Final = 200
_MOST: Final = 0.8
_FEWEST: Final = 2

Look = tuple[str, str]
"""(kind of column, vocabulary or "")."""


def looks_of(cells: Collection[Value], language: str) -> frozenset[Look]:
    """Return the kinds of columns as which most of the distinct cells would be understood.

    Kinds that nearly anything fits (texts, names, numbers) are not among them.
    """
    texts = list(islice((cell for cell in cells if cell is not None), _ASKED))
    if len(texts) < _FEWEST:
        return frozenset()
    asked: dict[Look, Callable[[Value], Any]] = {
        ("date", ""): lambda cell: dates.parse_date(cell, dates.DateOrder.DMY, language),
        ("email", ""): persons.clean_email,
        ("country", ""): lambda cell: countries.country_code(cell, language),
        ("nuts", ""): identifiers.nuts,
        ("eccp_url", ""): identifiers.eccp_url,
    }
    asked |= {("enum", name): _word_of(name, language) for name in VOCABULARIES}
    return frozenset(
        look
        for look, understand in asked.items()
        if sum(_is_understood(understand(cell)) for cell in texts) >= _MOST * len(texts)
    )


def _word_of(vocabulary: str, language: str) -> Callable[[Value], Any]:
    return lambda cell: words.enum_code(cell, vocabulary, language)


def _is_understood(found: Any) -> bool:
    return found is not None and not isinstance(found, Invalid | Unknown | Unreadable)
