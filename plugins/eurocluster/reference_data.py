"""Generated files of the dbt project: sources and seeds that follow from Python.

``python -m eurocluster.reference_data`` rewrites them; tests hold them fresh.

Belongs here: dbt's view of the register store, public holidays, countries, the rule catalogue.
Does not belong here: seeds that people write (kpis.csv).
"""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import Final

import holidays
import pyarrow
import yaml

from eurocluster.attempts import ATTEMPT_SCHEMA
from eurocluster.delivery_sets import DELIVERY_SCHEMA, FINDING_SCHEMA
from eurocluster.releases import RELEASE_SCHEMAS
from eurocluster.rotations import ROTATION_SCHEMAS
from eurocluster.settings import ROOT
from eurocluster.stewardship.decisions import DECISION_SCHEMA
from schemas import REGISTERS
from schemas.reasons import RULES
from schemas.store import PROVENANCE, store_schema
from schemas.vocabulary import VOCABULARIES

FIRST_HOLIDAY_YEAR: Final = 2020
LAST_HOLIDAY_YEAR: Final = 2032

EU: Final = (
    "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK"
).split()
COSME_ASSOCIATED: Final = "AL AM BA IS MD ME MK RS TR UA XK".split()
"""Non-EU countries of the 2018 COSME list (facts.md §1.2)."""

ENUMERATIONS: Final = (
    "person_category", "role", "attended", "gender", "org_type", "objective", "training_status",
)  # fmt: skip
"""Word lists that the one large table of the warehouse keeps as numbers."""

_TYPES: Final = {
    pyarrow.string(): "varchar",
    pyarrow.int64(): "bigint",
    pyarrow.float64(): "double",
    pyarrow.bool_(): "boolean",
    pyarrow.date32(): "date",
    pyarrow.decimal128(18, 4): "decimal(18,4)",
    pyarrow.list_(pyarrow.string()): "varchar[]",
    pyarrow.timestamp("us", tz="UTC"): "timestamp with time zone",
}

_ROTATION_TEXTS: Final = {
    "units_now": "One row per unit of a closed period that has another name now.",
    "rows_now": "One row per row of a closed period that has another record key now.",
    "decisions_now": "One row per decision, with its subject and parts as they are named now.",
}

_RELEASE_TEXTS: Final = {
    "releases": "One row per closed period.",
    "values": "Every figure of every release.",
    "units": "Every counted unit of every release, with the row for which it counted.",
    "fates": "Every row of every release that did not count.",
    "decisions": "Every decision that was in force when a period was closed.",
}

_PROVENANCE_TEXTS: Final = {
    "reported_by": "Code of the partner whose register this is.",
    "delivery_set": "Delivery set that the row belongs to.",
    "record_key": "Identity of the row across deliveries (G7).",
    "content_hash": "Hash of what the row says.",
    "file_sha256": "SHA-256 of the partner's file.",
    "file_name": "Name of the partner's file, a label.",
    "sheet": "Sheet of the workbook, empty for text files.",
    "row_number": "Row in the sheet, counted from 1.",
    "cell_columns": "First and last column of the row's cells, like A:N.",
    "errors": "Broken ERROR rules as column:code.",
    "warnings": "Broken WARN and INFO rules as column:code.",
}


def sources_yaml() -> str:
    """Return dbt's source file: the columns of the register store, from the contracts."""
    registers = [
        _table(
            name,
            str(contract.description),
            store_schema(contract),
            {**_PROVENANCE_TEXTS, **{n: str(c.description) for n, c in contract.columns.items()}},
        )
        for name, contract in REGISTERS.items()
    ]
    deliveries = [
        _table("deliveries", "One row per delivery set: its commit mark.", DELIVERY_SCHEMA, {}),
        _table("findings", "One row per rule that fired at one place.", FINDING_SCHEMA, {}),
        _table("attempts", "One row per attempt to fetch a register.", ATTEMPT_SCHEMA, {}),
    ]
    declared = [
        {"name": name, "description": f"Declarations of the consortium: {name}."}
        for name in (
            "project", "periods", "partners", "targets", "deliverables", "expected_registers",
            "parameters",
        )
    ]  # fmt: skip
    store = "{{ env_var('EUROCLUSTER_STORE') }}"
    build = "{{ env_var('EUROCLUSTER_BUILD') }}"
    text = yaml.safe_dump(
        {
            "sources": [
                _source(
                    "register",
                    "Rows of the register store.",
                    f"{store}/rows/{{name}}/**/*.parquet",
                    registers,
                ),
                _source(
                    "delivery",
                    "Delivery records and findings of the register store.",
                    f"{store}/{{name}}/**/*.parquet",
                    deliveries,
                ),
                _source(
                    "rotated",
                    "What older things name, by the present keys of persons.",
                    f"{store}/rotated/{{name}}/*.parquet",
                    [
                        _table(name, _ROTATION_TEXTS[name], schema, {})
                        for name, schema in ROTATION_SCHEMAS.items()
                    ],
                ),
                _source(
                    "release",
                    "Closed periods, as they were reported.",
                    "{{ env_var('EUROCLUSTER_RELEASES') }}/*/{name}.parquet",
                    [
                        _table(name, _RELEASE_TEXTS[name], schema, {})
                        for name, schema in RELEASE_SCHEMAS.items()
                    ],
                ),
                _source(
                    "stewardship",
                    "What stewards and coordinators have decided.",
                    "{{ env_var('EUROCLUSTER_DECISIONS') }}/*.parquet",
                    [_table("decisions", "One row per decision.", DECISION_SCHEMA, {})],
                ),
                _source(
                    "declared",
                    "What the consortium declares.",
                    f"{build}/declared/{{name}}.parquet",
                    declared,
                ),
            ]
        },
        sort_keys=False,
        allow_unicode=True,
        width=100,
    )
    return (
        "# Generated by `python -m eurocluster.reference_data` from schemas/; do not edit.\n" + text
    )


def public_holidays_csv() -> str:
    """Return national public holidays of the eligible countries, one row per country and day."""
    source = version("holidays")
    rows: list[tuple[object, ...]] = []
    for country in sorted([*EU, *COSME_ASSOCIATED]):
        if country not in holidays.list_supported_countries():
            continue
        days = holidays.country_holidays(
            country, years=range(FIRST_HOLIDAY_YEAR, LAST_HOLIDAY_YEAR + 1)
        )
        rows.extend((country, day.isoformat(), source) for day in sorted(days))
    return _csv(("country", "day", "source_version"), rows)


def eligible_countries_csv() -> str:
    """Return the dated table of countries that may take part in clusterXchange (G13)."""
    rows = [
        ("clusterxchange", country, date(2018, 1, 1).isoformat(), "")
        for country in sorted([*EU, *COSME_ASSOCIATED])
    ]
    rows.append(("clusterxchange", "GB", "2018-01-01", "2020-12-31"))
    return _csv(("scheme", "country", "valid_from", "valid_to"), rows)


def rules_csv() -> str:
    """Return the rule catalogue as a seed."""
    return _csv(
        ("code", "severity", "title", "sentence"),
        ((rule.code, rule.severity, rule.title, rule.sentence) for rule in RULES.values()),
    )


def vocabularies_macro() -> str:
    """Return the word lists of which attendance rows keep small numbers, as a macro."""
    lists = ",\n".join(
        f"        '{name}': [{', '.join(repr(word) for word in VOCABULARIES[name])}]"
        for name in ENUMERATIONS
    )
    return (
        "{#- Generated by `python -m eurocluster.reference_data` from schemas/; do not edit. -#}\n"
        f"{{% macro vocabularies() -%}}\n    {{{{ return({{\n{lists}\n    }}) }}}}\n"
        "{%- endmacro %}\n"
    )


def generated_files(project: Path = ROOT / "dbt_project") -> dict[Path, str]:
    """Return path → content of every generated file."""
    return {
        project / "models" / "staging" / "_sources.yml": sources_yaml(),
        project / "macros" / "vocabularies.sql": vocabularies_macro(),
        project / "seeds" / "public_holidays.csv": public_holidays_csv(),
        project / "seeds" / "eligible_countries.csv": eligible_countries_csv(),
        project / "seeds" / "rules.csv": rules_csv(),
    }


def _source(
    name: str, description: str, files: str, tables: Sequence[Mapping[str, object]]
) -> dict[str, object]:
    more = ", file_row_number=true" if name == "register" else ""
    location = f"read_parquet('{files}', union_by_name=true, hive_partitioning=false{more})"
    return {
        "name": name,
        "description": description,
        "config": {"meta": {"external_location": location}},
        "tables": list(tables),
    }


def _table(
    name: str, description: str, schema: pyarrow.Schema, texts: dict[str, str]
) -> dict[str, object]:
    columns: list[dict[str, str]] = []
    for field in schema:
        entry = {"name": field.name, "data_type": _TYPES[field.type]}
        if field.name in texts:
            entry["description"] = texts[field.name]
        elif field.name in PROVENANCE:
            entry["description"] = _PROVENANCE_TEXTS[field.name]
        columns.append(entry)
    return {"name": name, "description": description, "columns": columns}


def _csv(header: Iterable[str], rows: Iterable[Iterable[object]]) -> str:
    sink = io.StringIO()
    writer = csv.writer(sink, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return sink.getvalue()


if __name__ == "__main__":
    for path, content in generated_files().items():
        path.write_text(content, encoding="utf-8")
