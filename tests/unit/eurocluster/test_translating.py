"""Catalogues: what partners read is there in their language, whole and with its values."""

import re
from string import Formatter

import pytest
from babel.messages.pofile import read_po

from eurocluster import translating
from eurocluster.wording import said, speaker, words
from schemas.reasons import RULES

COMPLETE = ("de", "el", "es", "fr", "it", "nl", "pl", "pt", "ro")
"""Languages in which every sentence is said; English is the sentences' own."""


def places(template: str) -> list[str]:
    return sorted(name for _, name, _, _ in Formatter().parse(template) if name is not None)


def test_the_template_holds_the_sentences_of_today() -> None:
    committed = (translating.catalogue_path("x").parents[2] / "eurocluster.pot").read_text("utf-8")
    assert committed == translating.written(translating.template()), (
        "run: python -m eurocluster.translating"
    )


def test_the_languages_are_those_that_are_promised() -> None:
    assert set(COMPLETE) <= set(translating.languages())


@pytest.mark.parametrize("language", translating.languages())
def test_a_catalogue_is_complete_and_keeps_every_place(language: str) -> None:
    with translating.catalogue_path(language).open("rb") as source:
        catalogue = read_po(source, locale=language)
    wanted = {message.id for message in translating.template() if message.id}
    said_there = {message.id: message.string for message in catalogue if message.id}
    assert sorted(wanted - said_there.keys()) == []
    if language in COMPLETE:
        assert sorted(text for text in wanted if not said_there[text]) == []
    for text in wanted:
        if said_there[text]:
            assert places(str(said_there[text])) == places(str(text)), text


def test_no_sentence_is_two_sentences_glued_together() -> None:
    glued = re.compile(r"[a-z][A-Z]|[.!?][A-Z]")
    names = re.compile(r"\{\w+\}|MiB|OpenDocument|DigComp|InDesign")
    found = {str(message.id) for message in translating.template() if message.id}
    assert [text for text in found if glued.search(names.sub("", text))] == []


@pytest.mark.parametrize("language", COMPLETE)
def test_rules_are_said_in_the_language_itself(language: str) -> None:
    say = speaker(language)
    same = [code for code, rule in RULES.items() if say(rule.sentence) == rule.sentence]
    assert same == []


def test_a_language_without_a_catalogue_is_spoken_to_in_english() -> None:
    assert speaker("mt")(RULES["E06"].sentence) == RULES["E06"].sentence


def test_a_sentence_within_a_sentence_is_said_in_the_same_language() -> None:
    inner = words("not a date")
    outer = words("({reason})", reason=inner)
    assert said(outer, speaker("de")) == f"({speaker('de')('not a date')})"
    assert str(outer) == "(not a date)"


def test_values_stand_in_their_places_whatever_they_look_like() -> None:
    assert said(words("Sheet: {sheet}.", sheet="{x} %s"), speaker("en")) == "Sheet: {x} %s."
