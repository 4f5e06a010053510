"""What one header, or one name of a sheet, means in a register.

Headers are compared after folding, exactly or with their words in another order, never by
nearness: "employee name" and "employer name" are one letter apart. The register and the
partner's language decide what a word means (lexicon/headers.csv, then the specification's
concepts).

Belongs here: one text → a column or a register.
Does not belong here: rows of headers and where they are (headers).
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache

from eurocluster.conforming.folding import fold
from eurocluster.conforming.lexicon import LANGUAGES, concept_words, separated, table
from eurocluster.conforming.nearness import nearest

_ASIDE = "aside"  # headers of no register: row number, remarks, signature …
_LEAF = "under_group"  # "name", "country", "type" below a merged "Host organisation"
_LONGEST_HEADER = 400
_DOUBTFUL = "?"  # words that a language would not use so ("data" is no date in English)

_CONCEPT_COLUMNS: dict[str, dict[str, str]] = {
    "organisations": {"organisation": "legal_name", "country": "country", "vat_no": "vat_no"},
    "trainings": {"hours": "planned_hours", "country": "country"},
    "attendance": {
        "person": "person_name", "first_name": "first_name", "surname": "surname",
        "email": "email", "organisation": "employer_name", "vat_no": "employer_id",
        "country": "employer_country", "date": "session_date", "hours": "hours",
        "attended": "attended",
    },
    "training_plans": {"organisation": "beneficiary_orgs", "date": "adoption_date"},
    "label_applications": {
        "organisation": "cluster_org", "country": "cluster_org_country",
        "vat_no": "cluster_org_id", "date": "application_date",
    },
    "exchanges": {},
    "services": {},
    "service_deliveries": {
        "organisation": "recipient", "country": "recipient_country", "vat_no": "recipient_id",
        "date": "delivered_on", "hours": "hours",
    },
    "sme_investments": {
        "organisation": "sme", "sme_abbrev": "sme", "country": "sme_country", "vat_no": "sme_id",
        "date": "investment_date", "hours": "staff_hours",
    },
    "pacts": {"country": "country", "date": "signature_date"},
    "cooperations": {
        "country": "institution_country", "vat_no": "institution_id", "date": "signed_date",
    },
    "activities": {"date": "start_date"},
}  # fmt: skip
"""Register → concept of the specification's lexicon → column that it means there."""

REGISTERS = tuple(_CONCEPT_COLUMNS)

_BRACKETED = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|\{[^{}]*\}")
_NUMBERED = re.compile(r"^\s*(?:\d{1,2}|[a-z])\s*[.)]\s+", re.IGNORECASE)
_TRANSLATED = re.compile(r"\s*[/\n\r|]+\s*|\s+[-–—]\s+")


@dataclass(frozen=True, slots=True)
class HeaderMatch:
    """One recognised header.

    Attributes:
        column: Canonical column.
        register: Register whose lexicon knew the word.
        language: Language of the word; "" for a canonical name or a declared header.
        score: 1 for a declared or canonical name, less the further the match went.
    """

    column: str
    register: str
    language: str
    score: float


def recognise(
    levels: tuple[str, ...], register: str, language: str, overrides: Mapping[str, str]
) -> HeaderMatch | None:
    """Return the column of a header, None for an unknown one.

    Args:
        levels: The header's texts, top-down; more than one below merged cells. They are tried
            as one text, as a group with its member, and by the last level alone.
        register: Register name.
        language: Partner's language, tried first; then English, canonical names, the others.
        overrides: Partner's header → canonical column, as declared.
    """
    declared = {fold(header): column for header, column in overrides.items()}
    for text in (" ".join(levels), levels[-1]):
        if fold(text) in declared:
            return HeaderMatch(declared[fold(text)], register, "", 1.0)
    if len(levels) == 1:
        return _recognise_text(levels[0], register, language)
    return (
        _recognise_text(" ".join(levels), register, language)
        or _recognise_grouped(levels[-2], levels[-1], register, language)
        or _recognise_text(levels[-1], register, language)
    )


@lru_cache(maxsize=100_000)
def means_something(text: str) -> bool:
    """Return whether a header means anything in any register and language, or is set aside."""
    if len(text) > _LONGEST_HEADER:
        return False
    known = _words_of_any_header()
    folded = (fold(variant) for _, variant in _variants(text))
    return any(words in known or _any_order(words) in known for words in folded)


@lru_cache(maxsize=20_000)
def aside(text: str, language: str) -> str | None:
    """Return what a header that belongs to no register is (row_number, remarks …), else None.

    The partner's language and English are asked only: "Firma" is a signature in Italian.
    """
    if len(text) > _LONGEST_HEADER:
        return None
    kinds = (_kind_aside(variant, language) for _, variant in _variants(text))
    return next((kind for kind in kinds if kind is not None), None)


def _kind_aside(text: str, language: str) -> str | None:
    folded = fold(text)
    return _word_index(_ASIDE, language).get(folded) or _word_index(_ASIDE, "en").get(folded)


def is_bare_name(text: str, language: str) -> bool:
    """Return whether a header says "name" and nothing about which part of it ("Nom", "Ime")."""
    return any(_word_index(_LEAF, own).get(fold(text)) == "name" for own in (language, "en"))


@lru_cache(maxsize=20_000)
def nearest_column(text: str, register: str, language: str) -> str | None:
    """Return the column whose header words are closest to an unknown header, a suggestion."""
    known = {**_word_index(register, "en"), **_word_index(register, language)}
    return nearest(fold(text), {word: col for word, col in known.items() if col != _DOUBTFUL})


def known_columns(register: str) -> tuple[str, ...]:
    """Return the columns that the lexicon knows for a register, in its order."""
    columns = dict.fromkeys(row["column"] for row in _rows(register))
    return tuple(column for column in columns if column != _DOUBTFUL)


def register_named(text: str, language: str) -> str | None:
    """Return the register that a sheet or file name means, None when none or several."""
    name = fold(_NUMBERED.sub("", text))
    for own in ("", language, "en"):
        if name in (words := _register_words(own)):
            return words[name]
    found = {words[name] for lang in LANGUAGES if name in (words := _register_words(lang))}
    return found.pop() if len(found) == 1 else None


def _recognise_grouped(group: str, leaf: str, register: str, language: str) -> HeaderMatch | None:
    """Return vo_country for "Visiting organisation" above "Country", and the like."""
    above = _recognise_text(group, register, language)
    if above is None:
        return None
    stem = above.column.removesuffix("_name")
    if f"{stem}_country" not in known_columns(register):
        return None
    for own in (language, "en"):
        ending = _leaf_words(own).get(fold(leaf))
        column = above.column if ending == "name" else f"{stem}_{ending}"
        if ending and column in known_columns(register):
            return HeaderMatch(column, register, above.language, above.score)
    return None


@lru_cache(maxsize=20_000)
def _recognise_text(text: str, register: str, language: str) -> HeaderMatch | None:
    if len(text) > _LONGEST_HEADER:
        return None
    known = _words_of_all_languages(register)
    for factor, variant in _variants(text):
        folded = fold(variant)
        if folded not in known and _any_order(folded) not in known:
            continue
        for own, weight in (("", 1.0), (language, 1.0), ("en", 0.95)):
            column = _look_up(variant, register, own)
            if column == _DOUBTFUL:
                return None
            if column is not None:
                return HeaderMatch(column, register, own, round(weight * factor, 3))
        if _kind_aside(variant, language) is not None:
            return None
        found = {
            (column, other)
            for other in LANGUAGES
            if (column := _look_up(variant, register, other)) is not None
        }
        if len({column for column, _ in found}) == 1:
            column, other = min(found)
            return HeaderMatch(column, register, other, round(0.8 * factor, 3))
    return None


def _variants(text: str) -> Iterator[tuple[float, str]]:
    """Yield (how sure, text): whole, without numbering and brackets, each of two languages."""
    yield 1.0, text
    bare = _BRACKETED.sub(" ", _NUMBERED.sub("", text)).strip()
    if fold(bare) and bare != text:
        yield 0.95, bare
    parts = [part for part in _TRANSLATED.split(bare) if fold(part)]
    if len(parts) > 1:
        for part in parts:
            yield 0.9, part


def _look_up(text: str, register: str, language: str) -> str | None:
    folded = fold(text)
    index = _word_index(register, language)
    if folded in index:
        return index[folded]
    return _any_order_index(register, language).get(_any_order(folded))


def _any_order(folded: str) -> str:
    return " ".join(sorted(folded.split()))


@cache
def _any_order_index(register: str, language: str) -> dict[str, str]:
    """Return header words in alphabetical order → column, where that leaves no doubt."""
    found: dict[str, set[str]] = {}
    for word, column in _word_index(register, language).items():
        found.setdefault(_any_order(word), set()).add(column)
    return {words: columns.pop() for words, columns in found.items() if len(columns) == 1}


@cache
def words_of_all_registers() -> frozenset[str]:
    """Return every folded header of any register in any language."""
    return frozenset().union(*map(_words_of_all_languages, REGISTERS))


@cache
def _words_of_any_header() -> frozenset[str]:
    return words_of_all_registers() | _words_of_all_languages(_ASIDE)


@cache
def _words_of_all_languages(register: str) -> frozenset[str]:
    """Return every folded header of a register, as written and in alphabetical order."""
    return frozenset(
        word
        for language in ("", *LANGUAGES)
        for index in (_word_index(register, language), _any_order_index(register, language))
        for word in index
    )


@cache
def _word_index(register: str, language: str) -> dict[str, str]:
    """Return folded header → column. Language "" holds the canonical names."""
    if not language:
        return {fold(column): column for column in known_columns(register)}
    index = {
        fold(word): row["column"]
        for row in _rows(register)
        if row["language"] == language
        for word in separated(row["words"])
    }
    for concept, column in _CONCEPT_COLUMNS.get(register, {}).items():
        for word in concept_words(concept).get(language, ()):
            index.setdefault(fold(word), column)
    return index


@cache
def _rows(register: str) -> tuple[Mapping[str, str], ...]:
    return tuple(row for row in table("headers") if row["register"] == register)


@cache
def _leaf_words(language: str) -> dict[str, str]:
    """Return folded word under a group header → name, country, id, type or is_sme."""
    words = dict(_word_index(_LEAF, language))
    for concept, ending in (("country", "country"), ("vat_no", "id"), ("sme_abbrev", "is_sme")):
        for word in concept_words(concept).get(language, ()):
            words.setdefault(fold(word), ending)
    return words


@cache
def _register_words(language: str) -> dict[str, str]:
    """Return folded name → register, where a language uses it for one register only."""
    if not language:
        return {fold(register): register for register in REGISTERS}
    pairs = {
        (fold(word), row["register"])
        for row in table("registers")
        if row["language"] == language
        for word in separated(row["words"])
    }
    times = Counter(word for word, _ in pairs)
    return {word: register for word, register in sorted(pairs) if times[word] == 1}
