"""Words that templates show: understood as what they stand for, and never twice in one place."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eurocluster.conforming.folding import fold
from eurocluster.conforming.header_words import recognise, register_named
from eurocluster.conforming.labels import (
    code_labels,
    country_labels,
    headers,
    sheet_name,
    sheet_title,
)
from eurocluster.conforming.lexicon import LANGUAGES
from eurocluster.conforming.words import enum_code, is_empty_word
from schemas import REGISTERS
from schemas.vocabulary import VOCABULARIES

EVERY_LANGUAGE = pytest.mark.parametrize("language", LANGUAGES)
WORDED = [
    (name, definition.metadata["vocabulary"])
    for contract in REGISTERS.values()
    for name, definition in contract.columns.items()
    if definition.metadata["vocabulary"] not in (None, "action_code", "service_objective")
]


@EVERY_LANGUAGE
def test_every_header_is_understood_as_its_column(language: str) -> None:
    shown = {
        (register, column): header
        for register in REGISTERS
        for column, header in headers(register, language).items()
    }
    understood = {
        (register, match.column)
        for (register, _), header in shown.items()
        if (match := recognise((header,), register, language, {})) is not None
    }
    assert understood == set(shown)


@EVERY_LANGUAGE
def test_no_two_headers_of_a_register_are_the_same(language: str) -> None:
    shown = {register: [*map(fold, headers(register, language).values())] for register in REGISTERS}
    twins = {
        name: {word for word in words if words.count(word) > 1} for name, words in shown.items()
    }
    assert twins == {register: set() for register in REGISTERS}


@EVERY_LANGUAGE
def test_every_sheet_is_called_what_its_register_is_called(language: str) -> None:
    titles = {register: sheet_title(register, language) for register in REGISTERS}
    assert {name: register_named(title, language) for name, title in titles.items()} == {
        name: name for name in REGISTERS
    }
    assert max(map(len, titles.values())) <= 31


@EVERY_LANGUAGE
def test_every_word_is_understood_as_its_code_and_never_as_nothing(language: str) -> None:
    shown = {
        (column, vocabulary, code): word
        for column, vocabulary in WORDED
        for code, word in code_labels(
            column, vocabulary, VOCABULARIES[vocabulary], language
        ).items()
    }
    understood = {
        (column, vocabulary, enum_code(word, vocabulary, language))
        for (column, vocabulary, _), word in shown.items()
    }
    assert understood == set(shown)
    assert not [word for (column, _, _), word in shown.items() if is_empty_word(word, column)]


@EVERY_LANGUAGE
def test_countries_are_offered_by_name(language: str) -> None:
    names = country_labels(language)
    assert {"GR", "IE", "UA", "XK"} <= names.keys()
    assert not [code for code, name in names.items() if code == name]
    assert "XA" not in names, "a pseudo-locale is no country"


@given(st.text())
def test_any_text_becomes_a_name_that_a_sheet_may_have(text: str) -> None:
    name = sheet_name(text)
    assert len(name) <= 31
    assert not re.search(r"[\[\]:*?/\\]|^'|'$", name)
