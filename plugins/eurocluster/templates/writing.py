"""Writes a template: instruction sheet, the register's sheet, and a hidden sheet with words.

Belongs here: the order of the sheets, the file.
Does not belong here: what the sheets hold.
"""

import io
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import xlsxwriter

from eurocluster.conforming.lexicon import LANGUAGES
from eurocluster.conforming.nearness import nearest
from eurocluster.consortium.declarations import Consortium
from eurocluster.consortium.partners import Partner
from eurocluster.reading.ooxml import HOW_TO_NAME
from eurocluster.templates.columns import template_of
from eurocluster.templates.drop_downs import write_lists
from eurocluster.templates.how_to import how_to_name, write_how_to
from eurocluster.templates.looks import looks_of
from eurocluster.templates.prefilled import cells_of, own_rows
from eurocluster.templates.register_sheet import write_register
from schemas import REGISTERS

_CREATED: Final = datetime(2022, 9, 1, tzinfo=UTC).replace(tzinfo=None)
"""Stands in every template as its date, so that the same input gives the same bytes."""


class UnknownTemplate(ValueError):
    """There is no template of that register or in that language; the message says which are."""


def write_template(
    register: str,
    language: str,
    out: Path,
    *,
    partner: Partner | None = None,
    consortium: Consortium | None = None,
    rows: Iterable[Mapping[str, object]] = (),
) -> None:
    """Write an empty or prefilled workbook of a register; an existing file is replaced.

    The same arguments give the same bytes.

    Args:
        register: Register name (``schemas.REGISTERS``).
        language: Language of headers, words and instructions, ISO 639-1, one of the 24.
        out: The .xlsx file to write; its folder exists.
        partner: Whose template it is: named on the instruction sheet, first in drop-downs of
            partners, and with its own row in the register of organisations.
        consortium: Offers its partners and its own code in drop-downs.
        rows: Rows already known, column → canonical value (a list or tuple for several);
            columns that the register does not have are left out.

    Raises:
        UnknownTemplate: No such register or language.
    """
    _check(register, language)
    template = template_of(register, language, partner, consortium)
    known = rows or (own_rows(register, partner) if partner is not None else ())
    content = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(content, options) as book:
        book.set_properties({"title": template.title, "created": _CREATED})
        looks = looks_of(book)
        how_to = book.add_worksheet(how_to_name(template.say))
        quoted = how_to.get_name().replace("'", "''")
        book.define_name(HOW_TO_NAME, f"='{quoted}'!$A$1")
        sheet = book.add_worksheet(template.title)
        write_how_to(how_to, looks, template)
        ranges = write_lists(book, template.columns)
        write_register(book, sheet, looks, template, ranges, cells_of(known, template.columns))
    out.write_bytes(content.getvalue())


def _check(register: str, language: str) -> None:
    if register not in REGISTERS:
        raise UnknownTemplate(_unknown("register", register, tuple(REGISTERS)))
    if language not in LANGUAGES:
        raise UnknownTemplate(_unknown("language", language, LANGUAGES))


def _unknown(what: str, given: str, known: tuple[str, ...]) -> str:
    close = nearest(given.lower(), {name: name for name in known})
    hint = f" Did you mean {close}?" if close else ""
    return f"There is no template for the {what} {given!r}.{hint} Known: {', '.join(known)}."
