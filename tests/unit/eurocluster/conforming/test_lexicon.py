"""The tables of words are complete for the partners' languages and free of contradictions."""

import itertools
from collections import Counter, defaultdict

import pytest

from eurocluster.conforming.folding import fold
from eurocluster.conforming.lexicon import LANGUAGES, concept_words, separated, table
from eurocluster.conforming.words import is_empty_word
from schemas import REGISTERS
from schemas.vocabulary import VOCABULARIES

COMPLETE = LANGUAGES
"""Languages in which every column and every code has words."""
SHARED = {"service_objective"}  # read with the words of another vocabulary
GROUPED = {"name", "country", "id", "type", "is_sme"}
ASIDE = {"row_number", "remarks", "signature", "address", "phone", "position"}
HEADER_CONCEPTS = (
    "person", "first_name", "surname", "organisation", "country", "vat_no", "date", "hours",
    "email", "attended",
)  # fmt: skip


def folded_words(name: str, first: str, second: str) -> dict[tuple[str, str, str], set[str]]:
    """Return (first key, language, folded word) → second keys of a table."""
    found = defaultdict(set)
    for row in table(name):
        for word in separated(row["words"]):
            found[row[first], row["language"], fold(word)].add(row[second])
    return found


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_header_of_the_specification_means_two_things(language: str) -> None:
    times = Counter(
        fold(word)
        for concept in HEADER_CONCEPTS
        for word in set(map(fold, concept_words(concept)[language]))
    )
    assert [word for word, count in times.items() if count > 1] == []


def test_no_header_of_a_language_means_two_columns() -> None:
    doubles = {
        key: columns
        for key, columns in folded_words("headers", "register", "column").items()
        if len(columns) > 1
    }
    assert doubles == {}


def test_no_word_of_a_language_means_two_codes() -> None:
    doubles = {
        key: codes
        for key, codes in folded_words("words", "vocabulary", "code").items()
        if len(codes) > 1
    }
    assert doubles == {}


def test_no_sheet_name_of_a_language_means_two_registers() -> None:
    times = Counter(
        (row["language"], fold(word))
        for row in table("registers")
        for word in separated(row["words"])
    )
    assert [name for name, count in times.items() if count > 1] == []


@pytest.mark.parametrize("language", COMPLETE)
def test_every_column_has_headers(language: str) -> None:
    known = {(r["register"], r["column"]) for r in table("headers") if r["language"] == language}
    wanted = {(name, column) for name, contract in REGISTERS.items() for column in contract.columns}
    assert sorted(wanted - known) == []


@pytest.mark.parametrize("language", COMPLETE)
def test_every_code_has_words(language: str) -> None:
    known = {
        (row["vocabulary"], row["code"])
        for row in table("words")
        if row["language"] in (language, "*")
    }
    wanted = {
        (name, code)
        for name, codes in {**VOCABULARIES, "yes_no": ("yes", "no")}.items()
        for code in codes
        if name not in SHARED
    }
    assert sorted(wanted - known) == []


@pytest.mark.parametrize("language", COMPLETE)
def test_every_register_has_sheet_names(language: str) -> None:
    known = {row["register"] for row in table("registers") if row["language"] == language}
    assert known == set(REGISTERS)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_total_and_signature_rows(language: str) -> None:
    kinds = {row["kind"] for row in table("totals") if row["language"] == language}
    assert kinds >= {"subtotal", "signature"}
    assert concept_words("total")[language]


def test_headers_are_of_columns_that_exist() -> None:
    for row in table("headers"):
        known = {
            **{name: set(contract.columns) for name, contract in REGISTERS.items()},
            "under_group": GROUPED,
            "aside": ASIDE,
        }
        assert row["column"] in known[row["register"]] | {"?"}, row


def test_words_are_of_codes_that_exist() -> None:
    known = {**VOCABULARIES, "yes_no": ("yes", "no")}
    for row in table("words"):
        assert row["code"] in (*known[row["vocabulary"]], "?"), row


@pytest.mark.parametrize(
    ("name", "keys"),
    [
        ("headers", ("register", "column", "language")),
        ("words", ("vocabulary", "code", "language")),
        ("registers", ("register", "language")),
        ("totals", ("kind", "language")),
    ],
)
def test_a_table_has_one_row_per_key_and_every_word_once(name: str, keys: tuple[str, ...]) -> None:
    times = Counter(tuple(row[key] for key in keys) for row in table(name))
    assert [key for key, count in times.items() if count > 1] == []
    for row in table(name):
        assert row["language"] in (*LANGUAGES, "*")
        listed = [fold(word) for word in separated(row["words"])]
        assert listed
        assert len(listed) == len(set(listed)), row
        assert all(listed), row


def test_no_empty_word_means_no() -> None:
    spoken = [word for listed in concept_words("no").values() for word in listed]
    written = [
        word
        for row in table("words")
        if row["vocabulary"] in ("yes_no", "attended", "yes_no_unknown")
        for word in separated(row["words"])
    ]
    assert [word for word in itertools.chain(spoken, written) if is_empty_word(word, "x")] == []


def test_a_word_for_nothing_stays_a_word_where_the_vocabulary_has_it() -> None:
    for row in table("words"):
        if row["code"] == "none":
            for word in separated(row["words"]):
                assert not is_empty_word(word, row["vocabulary"]), row


def test_words_stand_as_people_write_them() -> None:
    for name in ("headers", "words", "registers", "totals", "empty_words"):
        for row in table(name):
            for word in separated(row["words"]):
                assert word == " ".join(word.split()), row
                assert len(word) <= 80, row
