"""The words partners use, as CSV tables, read once per process.

What differs by language stands in a folder per language (``pl/headers.csv``, ``pl/words.csv``,
``pl/registers.csv``, ``pl/totals.csv``; ``any/`` holds what every language understands), the
rest in this folder. concepts.csv is the specification's table, the other tables widen it. Words
are written as people write them, the usual one first: templates are labelled with it.
``eurocluster.conforming.folding.fold`` is applied when words are compared. ``|`` separates words.
New words are added to the tables, never to code.

Belongs here: reading the tables.
Does not belong here: matching, and words that a single partner uses (partners/*.yml).
"""

import csv
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

LANGUAGES = (
    "bg", "cs", "da", "de", "el", "en", "es", "et", "fi", "fr", "ga", "hr",
    "hu", "it", "lt", "lv", "mt", "nl", "pl", "pt", "ro", "sk", "sl", "sv",
)  # fmt: skip
"""The 24 official languages of the European Union, ISO 639-1."""

ANY_LANGUAGE = "*"

Row = Mapping[str, str]

_HERE = Path(__file__).parent


@cache
def table(name: str) -> tuple[Row, ...]:
    """Return the rows of ``<name>.csv``, or of every language's, those of no language first.

    Rows of a language's table have its code under ``language``.
    """
    whole = _HERE / f"{name}.csv"
    if whole.exists():
        return tuple(_read(whole))
    return tuple(
        {"language": language, **row}
        for language in (ANY_LANGUAGE, *LANGUAGES)
        for row in _read(_HERE / language.replace(ANY_LANGUAGE, "any") / f"{name}.csv")
    )


def _read(source: Path) -> Iterator[Row]:
    if source.exists():
        with source.open(encoding="utf-8", newline="") as lines:
            yield from csv.DictReader(lines)


@cache
def concept_words(concept: str) -> Mapping[str, tuple[str, ...]]:
    """Return language → words of one column of concepts.csv."""
    return {row["lang"]: tuple(separated(row[concept])) for row in table("concepts")}


def separated(words: str) -> Iterator[str]:
    """Yield the words of a cell of a table."""
    for word in words.split("|"):
        if stripped := word.strip():
            yield stripped
