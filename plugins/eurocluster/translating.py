"""Catalogues of sentences: what has to be translated, and the files that translators work on.

    python -m eurocluster.translating    # after a sentence was added or changed

writes ``locale/eurocluster.pot`` and brings every ``locale/<language>/…/eurocluster.po`` up to
date; a sentence that changed loses its translation, so that nobody reads an old one.

Belongs here: collecting sentences from code, rules and contracts; merging catalogues.
Does not belong here: saying them (wording).
"""

import io
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from schemas import REGISTERS
from schemas.reasons import RULES

_PACKAGE: Final = Path(__file__).parent
_LOCALE: Final = _PACKAGE / "locale"
_TEMPLATE: Final = _LOCALE / "eurocluster.pot"
_SAYING: Final[dict[str, tuple[int, ...] | None]] = {
    "words": None,
    "sentence": None,
    "say": None,
    "_say": None,
    "later": None,
    "UnreadableFile": (2,),
    "Unreadable": (2,),
    "Invalid": (2,),
    "_refusal": None,
    "_to_be_saved": None,
}
"""Functions that say a template → which of their arguments it is (the first when None)."""
_UNTRANSLATED: Final = ("cli", "terminal", "airflow", "onboarding.py")
"""For coordinators, in English: the command line."""
_WRITTEN: Final = datetime(2024, 1, 1, tzinfo=UTC)


def sentences() -> Iterator[tuple[str, str]]:
    """Yield (sentence, where it is said), each as often as it stands somewhere."""
    for rule in RULES.values():
        for text in (rule.title, rule.sentence, rule.mend):
            if text:
                yield text, f"rule {rule.code}"
    for name, contract in REGISTERS.items():
        yield str(contract.description), f"register {name}"
        for column, definition in contract.columns.items():
            yield str(definition.description), f"{name}.{column}"
    found = extract_from_dir(
        _PACKAGE, method_map=[("**.py", "python")], keywords=_SAYING, comment_tags=()
    )
    for file, _, message, _, _ in sorted(found, key=lambda item: (item[0], item[1])):
        text = message[0] if isinstance(message, tuple) else message
        if text and not file.startswith(_UNTRANSLATED):
            yield text, file


def template() -> Catalog:
    """Return the catalogue without translations."""
    catalog = _catalog(None)
    for text, place in sentences():
        catalog.add(text, locations=[(place, None)])  # type: ignore[list-item]
    return catalog


def written(catalog: Catalog) -> str:
    """Return a catalogue as a .po file, the same for the same sentences."""
    sink = io.BytesIO()
    write_po(sink, catalog, width=100, sort_output=True, omit_header=False, ignore_obsolete=True)
    return sink.getvalue().decode()


def languages() -> list[str]:
    """Return the languages that have a catalogue."""
    return sorted(found.parent.parent.name for found in _LOCALE.glob("*/LC_MESSAGES/*.po"))


def updated(language: str) -> Catalog:
    """Return a language's catalogue with the sentences of today."""
    with catalogue_path(language).open("rb") as source:
        known = {
            message.id: message.string for message in read_po(source, locale=language) if message.id
        }
    catalog = _catalog(language)
    for message in template():
        if message.id:
            catalog.add(message.id, known.get(message.id, ""), locations=message.locations)
    return catalog


def catalogue_path(language: str) -> Path:
    """Return where a language's catalogue lies."""
    return _LOCALE / language / "LC_MESSAGES" / "eurocluster.po"


def _catalog(language: str | None) -> Catalog:
    return Catalog(
        locale=language,
        project="Eurocluster KPI pipeline",
        version="1",
        copyright_holder="the Eurocluster KPI pipeline",
        msgid_bugs_address="-",
        creation_date=_WRITTEN,
        revision_date=_WRITTEN,
        charset="utf-8",
        fuzzy=False,
        header_comment="# Sentences of the Eurocluster KPI pipeline.",
    )


def main() -> None:
    """Write the template and bring all catalogues up to date."""
    _LOCALE.mkdir(exist_ok=True)
    _TEMPLATE.write_text(written(template()), encoding="utf-8")
    for language in languages():
        catalogue_path(language).write_text(written(updated(language)), encoding="utf-8")


if __name__ == "__main__":
    main()
