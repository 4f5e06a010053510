"""The words that a column offers in its drop-down.

Belongs here: column → words, and whether other words are allowed.
Does not belong here: choosing a word of a language (labels), the sheet that holds them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import pandera.pandas as pa

from eurocluster.conforming.folding import fold
from eurocluster.conforming.labels import code_labels, country_labels
from eurocluster.conforming.partner_names import PartnerDirectory
from eurocluster.consortium.declarations import Consortium
from eurocluster.consortium.partners import Partner
from schemas.vocabulary import VOCABULARIES

_UNION: Final = frozenset(
    "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK".split()
)
_CURRENCIES: Final = (
    "EUR", "ALL", "BAM", "BGN", "CHF", "CZK", "DKK", "GBP", "GEL", "HUF", "ISK", "MDL", "MKD",
    "NOK", "PLN", "RON", "RSD", "SEK", "TRY", "UAH",
)  # fmt: skip
"""The euro, then currencies of Member States, the EEA, Switzerland and candidates."""


@dataclass(frozen=True, slots=True)
class Choices:
    """Words of one drop-down.

    Attributes:
        labels: Canonical value → word, in the order in which they are offered.
        is_closed: No other text is right; false where several words may stand in one cell.
    """

    labels: Mapping[str, str]
    is_closed: bool


def choices_of(
    name: str,
    definition: pa.Column,
    language: str,
    partner: Partner | None,
    consortium: Consortium | None,
) -> Choices | None:
    """Return what a column offers, None when it takes free text, a date or a number."""
    kind: str = definition.metadata["kind"]
    vocabulary: str | None = definition.metadata["vocabulary"]
    if vocabulary == "action_code":
        return Choices({code: code for code in VOCABULARIES[vocabulary]}, is_closed=True)
    if vocabulary is not None:
        labels = code_labels(name, vocabulary, VOCABULARIES[vocabulary], language)
        return Choices(labels, is_closed=kind == "enum")
    if kind == "yes_no":
        return Choices(code_labels(name, "yes_no", ("yes", "no"), language), is_closed=True)
    if kind == "country":
        return Choices(_countries(language), is_closed=True)
    if kind == "currency":
        return Choices({code: code for code in _CURRENCIES}, is_closed=False)
    if kind == "partnership" and consortium is not None:
        project = consortium.project
        return Choices({project.code: project.name}, is_closed=False)
    if kind in ("partner", "partners"):
        return _partners(kind, partner, consortium)
    return None


def _countries(language: str) -> dict[str, str]:
    """Return countries by name, Member States before the others."""
    names = country_labels(language)
    return {code: names[code] for code in sorted(names, key=lambda code: code not in _UNION)}


def _partners(kind: str, partner: Partner | None, consortium: Consortium | None) -> Choices | None:
    """Return names of partners, one's own first; a code where the name is not understood."""
    others = consortium.partners if consortium is not None else ()
    own = (partner,) if partner is not None else ()
    partners = {known.partner: known for known in (*own, *sorted(others, key=_name))}
    directory = PartnerDirectory(partners.values())
    labels = {
        code: known.name if ";" not in known.name and directory.code(known.name) == code else code
        for code, known in partners.items()
    }
    return Choices(labels, is_closed=kind == "partner") if labels else None


def _name(partner: Partner) -> str:
    return fold(partner.name)
