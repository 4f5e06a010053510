"""The data dictionary: published tables, registers, word lists and rules, from their sources.

Tables come from the dbt project's YAML, registers from their contracts; nothing is written twice.

Belongs here: reading the sources, the dictionary as values and as one page.
Does not belong here: lineage of models (dbt's own documentation), partners' words (templates).
"""

from dataclasses import dataclass
from functools import cache
from typing import Any, Final

import yaml
from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from eurocluster.exports.tables import Table
from eurocluster.settings import ROOT

SCHEMAS: Final = ("kpis", "evidence", "quality", "core", "stewardship", "releases", "reference")
"""Schemas of the published warehouse that are promised, in the order in which people ask."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table or register."""

    name: str
    type: str
    description: str
    is_required: bool = False
    is_personal: bool = False
    words: str = ""


@dataclass(frozen=True, slots=True)
class Described:
    """One table or register; ``description`` says what one row is."""

    schema: str
    name: str
    description: str
    columns: tuple[Column, ...]


@dataclass(frozen=True, slots=True)
class Dictionary:
    """Everything that the warehouse and the registers promise."""

    tables: tuple[Described, ...]
    registers: tuple[Described, ...]
    vocabularies: dict[str, tuple[str, ...]]
    rules: tuple[tuple[str, str, str, str, str], ...]


@cache
def read_dictionary() -> Dictionary:
    """Return the dictionary of this version of the software."""
    from schemas.reasons import RULES
    from schemas.vocabulary import VOCABULARIES

    return Dictionary(
        _tables(),
        _registers(),
        dict(VOCABULARIES),
        tuple((r.code, r.severity, r.title, r.sentence, r.mend) for r in RULES.values()),
    )


def as_page() -> str:
    """Return the dictionary as one page of HTML that asks nobody for anything."""
    templates = Environment(
        loader=PackageLoader("eurocluster.exports", "documents"),
        autoescape=select_autoescape(default=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return templates.get_template("dictionary.html").render(dictionary=read_dictionary())


def as_table() -> Table:
    """Return every column of every table and register as rows."""
    found = read_dictionary()
    return Table(
        "dictionary",
        ("kind", "schema", "table", "column", "type", "required", "personal", "words",
         "description"),
        [
            (kind, described.schema, described.name, column.name, column.type, column.is_required,
             column.is_personal, column.words, column.description)
            for kind, every in (("table", found.tables), ("register", found.registers))
            for described in every
            for column in described.columns
        ],
    )  # fmt: skip


def _tables() -> tuple[Described, ...]:
    project = ROOT / "dbt_project"
    found = []
    for schema in SCHEMAS:
        folder = project / "seeds" if schema == "reference" else project / "models/marts" / schema
        for path in sorted(folder.glob("_*.yml")):
            declared: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
            found += [
                Described(
                    schema,
                    model["name"],
                    " ".join(model["description"].split()),
                    tuple(
                        Column(
                            column["name"], column.get("data_type", ""),
                            column.get("description", ""),
                            any(c["type"] == "not_null" for c in column.get("constraints", ())),
                        )
                        for column in model["columns"]
                    ),
                )
                for model in (*declared.get("models", ()), *declared.get("seeds", ()))
            ]  # fmt: skip
    return tuple(found)


def _registers() -> tuple[Described, ...]:
    from schemas import REGISTERS

    return tuple(
        Described(
            "registers",
            name,
            contract.description or "",
            tuple(
                Column(
                    column,
                    declared.metadata["kind"],
                    declared.description or "",
                    declared.metadata["required"],
                    declared.metadata["personal"],
                    declared.metadata["vocabulary"] or "",
                )
                for column, declared in contract.columns.items()
            ),
        )
        for name, contract in REGISTERS.items()
    )
