"""A template before it is written: its columns, as the contract says them, in one language.

Belongs here: contract → what the sheets show and enforce.
Does not belong here: the sheets themselves, the words (labels, choices).
"""

from dataclasses import dataclass
from typing import Any, Final

import pandera.pandas as pa

from eurocluster.conforming.labels import headers, sheet_title
from eurocluster.consortium.declarations import Consortium
from eurocluster.consortium.partners import Partner
from eurocluster.templates.choices import Choices, choices_of
from eurocluster.wording import Say, speaker
from schemas import REGISTERS

REQUIRED_MARK: Final = "\N{NO-BREAK SPACE}*"


@dataclass(frozen=True, slots=True)
class TemplateColumn:
    """One column of a template.

    Attributes:
        name: Canonical column.
        header: Header in the template's language, without the mark of required columns.
        kind: Kind of the contract's column.
        description: What the column says, an English template for ``Say``.
        required: A blank cell is an error.
        choices: Words of the drop-down, None when there is none.
        default: Canonical value of a blank cell, None when it stays blank.
        reference: Register whose codes stand here.
        minimum: Smallest number, None for none.
        maximum: Largest number, None for none.
        longest: Most characters of a text, None for any.
    """

    name: str
    header: str
    kind: str
    description: str
    required: bool
    choices: Choices | None
    default: str | int | None
    reference: str | None
    minimum: float | None
    maximum: float | None
    longest: int | None

    @property
    def title(self) -> str:
        """The header as it stands in the sheet: a star marks required columns."""
        return self.header + REQUIRED_MARK if self.required else self.header


@dataclass(frozen=True, slots=True)
class Template:
    """A template of one register in one language.

    Attributes:
        register: Register name.
        language: Language of headers, words and instructions, ISO 639-1.
        say: Speaks that language.
        title: Name of the register's sheet.
        columns: Columns in the contract's order.
        partner: Whose template it is, None for anybody's.
        partnership: Name of the consortium, "" when it is not known.
    """

    register: str
    language: str
    say: Say
    title: str
    columns: tuple[TemplateColumn, ...]
    partner: Partner | None
    partnership: str


def template_of(
    register: str, language: str, partner: Partner | None, consortium: Consortium | None
) -> Template:
    """Return the template of a register; ``schemas.REGISTERS`` has it, the lexicon the language."""
    return Template(
        register=register,
        language=language,
        say=speaker(language),
        title=sheet_title(register, language),
        columns=_columns(register, language, partner, consortium),
        partner=partner,
        partnership="" if consortium is None else consortium.project.name,
    )


def _columns(
    register: str, language: str, partner: Partner | None, consortium: Consortium | None
) -> tuple[TemplateColumn, ...]:
    shown = headers(register, language)
    return tuple(
        TemplateColumn(
            name=name,
            header=shown[name],
            kind=definition.metadata["kind"],
            description=definition.description or "",
            required=definition.metadata["required"],
            choices=choices_of(name, definition, language, partner, consortium),
            default=definition.metadata["default"],
            reference=definition.metadata["reference"],
            minimum=_bound(definition, "min_value", max),
            maximum=_bound(definition, "max_value", min),
            longest=_longest(definition),
        )
        for name, definition in REGISTERS[register].columns.items()
    )


def _bound(definition: pa.Column, name: str, strictest: Any) -> float | None:
    """Return the strictest bound that the column's checks put on a number."""
    if definition.metadata["kind"] not in ("decimal", "hours", "integer"):
        return None
    bounds = [check.statistics[name] for check in definition.checks if name in check.statistics]
    return strictest(bounds) if bounds else None


def _longest(definition: pa.Column) -> int | None:
    """Return the most characters that the column's checks allow."""
    lengths = [
        check.statistics["max_value"]
        for check in definition.checks
        if "exact_value" in check.statistics
    ]
    return min(lengths) if lengths else None
