"""What columns, registers, codes and countries are called in a language, for people to read.

The lexicon's first word is taken, the language's own before the English one, provided that it is
understood as what it stands for and that nothing else in its place is called the same.

Belongs here: code → word in one language.
Does not belong here: sentences (wording), which words a column offers (choices).
"""

import re
from collections.abc import Iterator
from functools import cache

from babel import Locale

from eurocluster.conforming import words
from eurocluster.conforming.countries import country_code
from eurocluster.conforming.folding import fold
from eurocluster.conforming.header_words import recognise, register_named
from eurocluster.conforming.lexicon import concept_words, separated, table
from schemas import REGISTERS

_LONGEST_SHEET_NAME = 31  # of a spreadsheet
_NOT_IN_SHEET_NAMES = re.compile(r"[\[\]:*?/\\]+")
_ACRONYM = re.compile(r"\b(?:awu|eccp|euid|ict|lsp|nace|nuts|pic|rsp|smes?|url|vat|vet)\b")
_NO_COUNTRIES = frozenset({"AC", "CP", "CQ", "DG", "TA", "XA", "XB"})  # reserved, or not in earnest
_TRUTH = {"yes_no": ("yes", "no"), "yes_no_unknown": ("yes", "no"), "attended": ("yes", "no")}


@cache
def headers(register: str, language: str) -> dict[str, str]:
    """Return column → header, in the contract's order; no two are the same after folding."""
    chosen: dict[str, str] = {}
    taken: set[str] = set()
    for column in REGISTERS[register].columns:
        free = (w for w in _header_words(register, column, language) if fold(w) not in taken)
        understood = (w for w in free if _is_header_of(w, register, column, language))
        chosen[column] = next(understood, column)
        taken.add(fold(chosen[column]))
    return chosen


@cache
def sheet_title(register: str, language: str) -> str:
    """Return the name of a register's sheet, at most 31 characters."""
    listed = (
        sheet_name(_capitalised(_spelled(word)))
        for own in (language, "en")
        for row in table("registers")
        if (row["language"], row["register"]) == (own, register)
        for word in separated(row["words"])
    )
    understood = (name for name in listed if register_named(name, language) == register)
    return next(understood, register)


def sheet_name(text: str) -> str:
    """Return a text as spreadsheets allow it for the name of a sheet."""
    allowed = " ".join(_NOT_IN_SHEET_NAMES.sub(" ", text).split())
    return allowed[:_LONGEST_SHEET_NAME].strip(" '")


@cache
def code_labels(
    column: str, vocabulary: str, codes: tuple[str, ...], language: str
) -> dict[str, str]:
    """Return code → word of a vocabulary, as the named column understands it.

    Args:
        column: Canonical column; what is a word in one may mean "nothing" in another.
        vocabulary: Name of the vocabulary, ``yes_no`` for yes and no.
        codes: Codes in the order in which they are offered.
        language: Language of the words, ISO 639-1.
    """
    known_as = words.lexicon_name(vocabulary)
    chosen: dict[str, str] = {}
    for code in codes:
        listed = _vocabulary_words(known_as, code, language)
        understood = (w for w in listed if _says(w, column, known_as, code, language))
        chosen[code] = next(understood, code)
    return chosen


def code_label(code: str, column: str, vocabulary: str, language: str) -> str:
    """Return the word of one code of a vocabulary."""
    return code_labels(column, vocabulary, (code,), language)[code]


@cache
def country_labels(language: str) -> dict[str, str]:
    """Return ISO 3166-1 alpha-2 code → name of a country, in the order of the names."""
    territories = Locale.parse(language).territories
    named = {
        str(code): str(name)
        for code, name in territories.items()
        if len(code) == 2
        and code not in _NO_COUNTRIES
        and country_code(str(code), language) == code
    }
    understood = {
        code: name if country_code(name, language) == code else code for code, name in named.items()
    }
    return dict(sorted(understood.items(), key=lambda item: fold(item[1])))


def _is_header_of(word: str, register: str, column: str, language: str) -> bool:
    match = recognise((word,), register, language, {})
    return match is not None and match.column == column


def _says(word: str, column: str, vocabulary: str, code: str, language: str) -> bool:
    """Return whether a word in a column is its code, alone and among others."""
    return (
        not words.is_empty_word(word, column)
        and not words.is_ditto(word, language)
        and words.enum_code(word, vocabulary, language) == code
        and words.set_codes(word, vocabulary, language) == (code,)
    )


def _header_words(register: str, column: str, language: str) -> Iterator[str]:
    """Yield headers as people write them; names with underscores only when there is no other."""
    listed = [
        word
        for own in (language, "en")
        for row in table("headers")
        if (row["language"], row["register"], row["column"]) == (own, register, column)
        for word in separated(row["words"])
    ]
    yield from (_capitalised(_spelled(word)) for word in listed if "_" not in word)
    yield _capitalised(_spelled(column))


def _vocabulary_words(vocabulary: str, code: str, language: str) -> Iterator[str]:
    for own in (language, "en"):
        for row in table("words"):
            if (row["language"], row["vocabulary"], row["code"]) == (own, vocabulary, code):
                yield from map(_spelled, separated(row["words"]))
        if code in _TRUTH.get(vocabulary, ()):
            yield from concept_words(code).get(own, ())


def _spelled(word: str) -> str:
    """Return a code as people write it: blanks, and acronyms in capitals."""
    if not word.isascii() or not word.islower():
        return word
    return _ACRONYM.sub(lambda found: found[0].upper(), word.replace("_", " ")).replace(
        "SMES", "SMEs"
    )


def _capitalised(word: str) -> str:
    return word[:1].upper() + word[1:]
