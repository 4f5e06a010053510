"""The words partners use, as CSV tables in this folder, read once per process.

concepts.csv is the specification's table, the other tables widen it. Words are written as
people write them; ``eurocluster.conforming.folding.fold`` is applied when they are compared.
``|`` separates words. New words are added to the tables, never to code.

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

Row = Mapping[str, str]


@cache
def table(name: str) -> tuple[Row, ...]:
    """Return the rows of ``<name>.csv`` in the order of the file."""
    source = Path(__file__).with_name(f"{name}.csv")
    with source.open(encoding="utf-8", newline="") as lines:
        return tuple(csv.DictReader(lines))


@cache
def concept_words(concept: str) -> Mapping[str, tuple[str, ...]]:
    """Return language → words of one column of concepts.csv."""
    return {row["lang"]: tuple(separated(row[concept])) for row in table("concepts")}


def separated(words: str) -> Iterator[str]:
    """Yield the words of a cell of a table."""
    for word in words.split("|"):
        if stripped := word.strip():
            yield stripped
