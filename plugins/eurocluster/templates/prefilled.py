"""Rows that stand in a template from the start: what is known, as a partner would write it.

Belongs here: canonical values → cells, and a partner's own organisation.
Does not belong here: where cells go and how they look (register_sheet).
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal

from eurocluster.consortium.partners import Partner
from eurocluster.templates.columns import TemplateColumn

Cell = str | int | float | Decimal | date | None
"""What is written to one cell; None leaves it blank."""


def cells_of(
    rows: Iterable[Mapping[str, object]], columns: Iterable[TemplateColumn]
) -> Iterator[dict[str, Cell]]:
    """Yield column → cell for each row of canonical values; other keys are left out."""
    known = tuple(columns)
    for row in rows:
        yield {column.name: _cell(row.get(column.name), column) for column in known}


def own_rows(register: str, partner: Partner) -> Iterator[dict[str, object]]:
    """Yield what is certain of a partner: its own organisation, for the register of those.

    A partner is a cluster organisation of the consortium; its code serves as the record id.
    """
    if register != "organisations":
        return
    stated = partner.identifiers.model_dump(exclude_none=True)
    if not {"reg_no", "reg_scheme"} <= stated.keys():
        stated.pop("reg_no", None)
        stated.pop("reg_scheme", None)
    yield {
        "record_id": partner.partner,
        "legal_name": partner.name,
        "country": partner.country,
        "org_type": "cluster_organisation",
        "consortium_partner": True,
        **stated,
    }


def _cell(value: object, column: TemplateColumn) -> Cell:
    if value is None or value == "" or value == ():
        return None
    if isinstance(value, bool):
        return _worded("yes" if value else "no", column)
    if isinstance(value, int | float | Decimal | date):
        return value
    if isinstance(value, str):
        return _worded(value, column)
    if isinstance(value, Iterable):
        return "; ".join(_worded(str(entry), column) for entry in value) or None
    raise TypeError(f"{column.name}: a {type(value).__name__} cannot stand in a cell.")


def _worded(code: str, column: TemplateColumn) -> str:
    """Return the word of a code; a text that is no code of the column stays itself."""
    return code if column.choices is None else column.choices.labels.get(code, code)
