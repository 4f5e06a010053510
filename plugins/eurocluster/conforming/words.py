"""Words of vocabularies as partners write them → canonical codes.

A word is looked up in what the partner declared, in the partner's language, in English, and last
in all other languages, where it counts only if they agree. What a language would understand in
two ways is marked doubtful in the lexicon (code ``?``) and refused there.

Belongs here: yes/no, enumerations, sets, empty words, ditto marks, words of total and signature
rows.
Does not belong here: countries, headers, numbers.
"""

import re
from collections.abc import Mapping
from functools import cache

from eurocluster.conforming.failures import Unknown
from eurocluster.conforming.folding import fold
from eurocluster.conforming.lexicon import LANGUAGES, concept_words, separated, table
from eurocluster.conforming.nearness import nearest
from eurocluster.reading.cells import ErrorValue, Value

_DOUBTFUL = "?"
_YES_MARKS = frozenset("x ✓ ✔ ☑ ☒ √ ● ■ ✅ ü þ + v 🗸 🗹".split())
_NO_MARKS = frozenset("✗ ✘ ✕ ☐ ❌ ○ □ û".split())
_TRUTH = {"yes_no": ("yes", "no"), "yes_no_unknown": ("yes", "no"), "attended": ("yes", "no"),
          "sme_declared": ("sme", "not_sme")}  # fmt: skip
"""Vocabularies that a yes or no answers → what yes and no mean there."""
_PARTS = re.compile(r"\s[-–—]+\s|\s*[:;|/()\[\]=\n]+\s*|\s*,\s+")
_ENTRIES = re.compile(r"\s*[;\n\r|•]+\s*")
_ENTRIES_AND_COMMAS = re.compile(r"\s*[;\n\r|•,]+\s*")
_ALTERNATIVES = re.compile(
    r"\s*[/+&]\s*|\s+(?:and|und|i|oraz|et|en|y|e|και|ja|och|og|a|és|și|ir|un|in|и|agus)\s+"
)
_LONGEST_SAMPLE = 30
_WORDS_AFTER_TOTAL = 3  # "Razem godzin szkoleniowych: 120"
_LETTER_OR_DIGIT = re.compile(r"\w")
_DITTO_MARKS = re.compile(
    r"^[-–—\s]*(?:[\"”“„″〃]|''|,,|//|\|\|)[-–—\s]*$|^[-–—]\s*(?:ii|/|'')\s*[-–—]$"
)

_SHARED_WORDS = {"service_objective": "objective"}

NO_WORDS: Mapping[str, str] = {}


def lexicon_name(vocabulary: str) -> str:
    """Return the name under which a vocabulary's words stand in the lexicon."""
    return _SHARED_WORDS.get(vocabulary, vocabulary)


def yes_no(
    value: Value, language: str, declared: Mapping[str, str] = NO_WORDS
) -> bool | None | Unknown:
    """Return the answer of a cell; ``None`` for a blank one, which is not a no.

    ``declared`` holds the partner's own words → "yes" or "no".
    """
    code = enum_code(value, "yes_no", language, declared)
    return code if code is None or isinstance(code, Unknown) else code == "yes"


def enum_code(
    value: Value, vocabulary: str, language: str, declared: Mapping[str, str] = NO_WORDS
) -> str | None | Unknown:
    """Return the code of a word of a vocabulary; ``None`` for a blank cell.

    Understood are the code itself, labels of any language, and cells with code and label
    ("4b – …") whose parts do not contradict each other.
    """
    text = _text_of(value)
    if not text:
        return None
    code = _code_of(text, vocabulary, language, declared)
    if code is None:
        code = _code_of_parts(text, vocabulary, language, declared)
    if code is None or code == _DOUBTFUL:
        return Unknown(text, nearest(fold(text), _suggestions(vocabulary, language)))
    return code


def set_codes(
    value: Value, vocabulary: str, language: str, declared: Mapping[str, str] = NO_WORDS
) -> tuple[str, ...] | None | Unknown:
    """Return the codes of a cell with several words, sorted, each once.

    Words are separated by semicolons, line breaks or commas; one unknown word makes the cell
    unknown.
    """
    text = _text_of(value)
    if not text:
        return None
    codes: set[str] = set()
    for entry in filter(None, _ENTRIES.split(text)):
        whole = _code_of(entry, vocabulary, language, declared)
        for word in [entry] if whole else filter(None, _ENTRIES_AND_COMMAS.split(entry)):
            code = enum_code(word, vocabulary, language, declared)
            found = {code} if isinstance(code, str) else _all_codes(word, vocabulary, language)
            if not found:
                return Unknown(word, code.nearest if isinstance(code, Unknown) else None)
            codes |= found
    return tuple(sorted(codes)) or None


def list_entries(value: Value, *, commas: bool) -> tuple[str, ...]:
    """Return the entries of a list cell, in their order; blank ones left out.

    Semicolons and line breaks separate entries, commas too where no entry can contain one.
    """
    text = _text_of(value)
    pattern = _ENTRIES_AND_COMMAS if commas else _ENTRIES
    return tuple(entry for part in pattern.split(text) if (entry := part.strip()))


def is_empty_word(value: Value, column: str) -> bool:
    """Return whether a filled cell says "nothing" ("n/a", "brak", "-") in this column.

    A ditto mark is not empty. A word that means something in the column (NA in a country, None
    as a surname, "none" as evidence) is not empty there.
    """
    if not isinstance(value, str):
        return False
    text = value.strip()
    if not text:
        return True
    if _LETTER_OR_DIGIT.search(text):
        meaningful = _empty_words().get(fold(text))
        is_empty = meaningful is not None and not any(column.endswith(end) for end in meaningful)
    else:
        is_empty = text not in _YES_MARKS and text not in _NO_MARKS
    return is_empty and not is_ditto(text, "")


def is_ditto(value: Value, language: str) -> bool:
    """Return whether a cell says "as above": a mark, or a word of the partner's language (I03)."""
    if not isinstance(value, str):
        return False
    text = " ".join(value.split()).casefold()
    is_word = text in _ditto_words(language) or text in _ditto_words("en")
    return is_word or bool(_DITTO_MARKS.match(text))


def is_total(value: Value, language: str) -> bool:
    """Return whether a cell introduces a total or subtotal row ("Razem:", "Summe 12 Personen")."""
    return _starts_row(value, language, ("total", "subtotal"))


def is_signature(value: Value, language: str) -> bool:
    """Return whether a cell introduces a signature or footnote line ("Sporządził:")."""
    return _starts_row(value, language, ("signature", "footnote"))


def is_sample(value: Value) -> bool:
    """Return whether a cell is a placeholder of a form: "John Doe", "przykład", "np."."""
    return isinstance(value, str) and len(value) < _LONGEST_SAMPLE and fold(value) in _samples()


@cache
def _samples() -> frozenset[str]:
    return frozenset(fold(word) for row in table("samples") for word in separated(row["words"]))


def _text_of(value: Value) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return value.text if isinstance(value, ErrorValue) else str(value).strip()


def _code_of(text: str, vocabulary: str, language: str, declared: Mapping[str, str]) -> str | None:
    folded = fold(text)
    for word, code in declared.items():
        if fold(word) == folded and (folded or word.strip() == text.strip()):
            return code
    if truth := _TRUTH.get(vocabulary):
        if text.casefold() in _YES_MARKS:
            return truth[0]
        if text in _NO_MARKS:
            return truth[1]
    if not folded or "?" in text:  # "tak?" is a doubt
        return None
    is_doubtful = _words(vocabulary, language).get(folded) == _DOUBTFUL
    if folded in (codes := _codes(vocabulary)) and not is_doubtful:
        return codes[folded]
    for own in (language, "en", "*"):
        if folded in (words := _words(vocabulary, own)):
            return words[folded]
    anywhere = {
        words[folded] for lang in LANGUAGES if folded in (words := _words(vocabulary, lang))
    }
    anywhere.discard(_DOUBTFUL)  # another language's doubt
    return anywhere.pop() if len(anywhere) == 1 else None


def _code_of_parts(
    text: str, vocabulary: str, language: str, declared: Mapping[str, str]
) -> str | None:
    """Return the code of a cell such as "4b – Skills" or "tak (online)".

    All parts that are words must agree. Unless a code stands in front, an unknown part must not
    hold a word that says something else ("yes (not every day)").
    """
    parts = [part for part in _PARTS.split(text) if fold(part)]
    if len(parts) < 2:
        return None
    has_code_in_front = fold(parts[0]) in _codes(vocabulary)
    found = set()
    for part in parts:
        if (code := _code_of(part, vocabulary, language, declared)) is not None:
            found.add(code)
        elif not has_code_in_front:
            inner = (_code_of(word, vocabulary, language, declared) for word in part.split())
            found.update(code for code in inner if code is not None)
    return found.pop() if len(found) == 1 else None


def _all_codes(text: str, vocabulary: str, language: str) -> set[str]:
    """Return the codes of words joined by "/" or "and", empty when one is unknown."""
    codes = {_code_of(word, vocabulary, language, {}) for word in _ALTERNATIVES.split(text)}
    return {code for code in codes if code} if not codes & {None, _DOUBTFUL} else set()


@cache
def _codes(vocabulary: str) -> dict[str, str]:
    """Return folded code → code of a vocabulary, as far as the lexicon names its codes."""
    return {
        fold(row["code"]): row["code"]
        for row in table("words")
        if row["vocabulary"] == vocabulary and row["code"] != _DOUBTFUL
    }


@cache
def _rows_by_language() -> dict[tuple[str, str], tuple[tuple[str, str], ...]]:
    """Return (vocabulary, language) → (code, words) in the order of the lexicon."""
    found: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for row in table("words"):
        found.setdefault((row["vocabulary"], row["language"]), []).append(
            (row["code"], row["words"])
        )
    return {key: tuple(rows) for key, rows in found.items()}


@cache
def _words(vocabulary: str, language: str) -> dict[str, str]:
    """Return folded word → code of a vocabulary in one language."""
    words = {
        fold(word): code
        for code, listed in _rows_by_language().get((vocabulary, language), ())
        for word in separated(listed)
    }
    if (truth := _TRUTH.get(vocabulary)) is None:
        return words
    for concept, code in zip(("yes", "no"), truth, strict=True):
        for word in concept_words(concept).get(language, ()):
            words.setdefault(fold(word), code)
    if vocabulary != "yes_no":
        for word, answer in _words("yes_no", language).items():
            words.setdefault(word, {"yes": truth[0], "no": truth[1]}.get(answer, answer))
    return words


@cache
def _suggestions(vocabulary: str, language: str) -> Mapping[str, str]:
    known = {**_words(vocabulary, "en"), **_words(vocabulary, language), **_codes(vocabulary)}
    return {word: code for word, code in known.items() if code != _DOUBTFUL}


@cache
def _empty_words() -> dict[str, tuple[str, ...]]:
    """Return folded empty word → endings of the columns in which it is not empty."""
    return {
        fold(word): tuple(separated(row["not_in"]))
        for row in table("empty_words")
        for word in separated(row["words"])
    }


@cache
def _ditto_words(language: str) -> frozenset[str]:
    return frozenset(word.casefold() for word in concept_words("ditto").get(language, ()))


def _starts_row(value: Value, language: str, kinds: tuple[str, ...]) -> bool:
    if not isinstance(value, str):
        return False
    words = fold(value).split()
    for start in _starts(language, kinds).get(words[0], ()) if words else ():
        rest = [word for word in words[len(start) :] if not word.isdecimal()]
        if tuple(words[: len(start)]) == start and len(rest) <= _WORDS_AFTER_TOTAL:
            return True
    return False


@cache
def _starts(language: str, kinds: tuple[str, ...]) -> dict[str, list[tuple[str, ...]]]:
    """Return first word → the beginnings of such rows, in the language and in English."""
    found: dict[str, list[tuple[str, ...]]] = {}
    for start in _row_words(language, kinds) | _row_words("en", kinds):
        found.setdefault(start[0], []).append(start)
    return found


@cache
def _row_words(language: str, kinds: tuple[str, ...]) -> frozenset[tuple[str, ...]]:
    listed = [
        word
        for row in table("totals")
        if row["language"] == language and row["kind"] in kinds
        for word in separated(row["words"])
    ]
    if "total" in kinds:
        listed += concept_words("total").get(language, ())
    return frozenset(words for word in listed if (words := tuple(fold(word).split())))
