"""Sentences for people: written once in English, said in the language of whoever reads them.

A sentence is a template with named places, so that it can be translated whole; catalogues are
``locale/<language>/LC_MESSAGES/eurocluster.po``, and what a language has no words for is said in
English. A sentence never holds a personal value.

Belongs here: the template with its values, the catalogues.
Does not belong here: which sentence is said when, sentences of rules (schemas.reasons).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from babel.messages.pofile import read_po

Say = Callable[..., str]
"""Says a template in one language: ``say("Sheet: {sheet}.", sheet="Ark1")``."""

_LOCALE = Path(__file__).with_name("locale")


@dataclass(frozen=True, slots=True)
class Words:
    """A sentence that is yet to be said: an English template and what stands in its places.

    A value that is itself a :class:`Words` is said in the same language.
    """

    template: str
    values: tuple[tuple[str, "str | int | Words"], ...] = ()

    def __str__(self) -> str:
        return said(self, speaker("en"))


def words(template: str, **values: "str | int | Words") -> Words:
    """Return a sentence that is yet to be said."""
    return Words(template, tuple(values.items()))


NOTHING = Words("")


def later(template: str) -> str:
    """Return a template as it is, marked for translation: it is said elsewhere."""
    return template


def said(sentence: Words, say: Say) -> str:
    """Return a sentence as said."""
    values = {
        name: said(value, say) if isinstance(value, Words) else value
        for name, value in sentence.values
    }
    return say(sentence.template, **values)


@cache
def speaker(language: str) -> Say:
    """Return what says templates in a language (ISO 639-1), in English where it has no words."""
    catalogue = catalogue_of(language)

    def say(template: str, **values: object) -> str:
        return (catalogue.get(template) or template).format(**values) if template else ""

    return say


@cache
def catalogue_of(language: str) -> Mapping[str, str]:
    """Return template → its translation; empty for English and languages without a catalogue."""
    source = _LOCALE / language / "LC_MESSAGES" / "eurocluster.po"
    if not source.exists():
        return {}
    with source.open("rb") as lines:
        return {
            str(message.id): str(message.string)
            for message in read_po(lines, locale=language)
            if message.id and message.string and not message.fuzzy
        }
