"""Writes `examples/eurocluster/`: declarations and the partners' drives.

Belongs here: which register lies in which file, what the consortium declares. Does not belong
here: cells (`tables.py`) and file formats (`writing.py`).
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from examples.generator.consortium import records
from examples.generator.declarations import partner_text, project_text
from examples.generator.facts import PARTNERS
from examples.generator.languages import language_of
from examples.generator.rows import Row
from examples.generator.tables import Arrangement, Table, table_of
from examples.generator.writing import delimited, ods, xlsx

HOME = Path(__file__).parents[1] / "eurocluster"
OFFICE_ORDER = Arrangement()
# Registers of one file stand together; the name is what `include` in the declarations finds.
FILES: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "pl": {
        "organizacje_2024-09.xlsx": ("organisations",),
        "szkolenia_2024-09.xlsx": ("trainings",),
        "obecnosc_2024-09.xlsx": ("attendance",),
        "wymiany_2024-09.xlsx": ("exchanges",),
        "uslugi_2024-09.xlsx": ("services", "service_deliveries"),
        "inwestycje_2024-09.xlsx": ("sme_investments",),
        "pozostale_rejestry.xlsx": (
            "training_plans",
            "label_applications",
            "pacts",
            "cooperations",
            "activities",
        ),
    },
    "de": {
        "Register_Kupferau_2024-09.xlsx": (
            "organisations",
            "trainings",
            "attendance",
            "training_plans",
            "label_applications",
            "exchanges",
            "services",
            "service_deliveries",
            "sme_investments",
            "cooperations",
        )
    },
    "be": {
        "organisaties.csv": ("organisations",),
        "opleidingen.csv": ("trainings",),
        "aanwezigheid.csv": ("attendance",),
        "uitwisselingen.csv": ("exchanges",),
        "dienstencatalogus.csv": ("services",),
        "leveringen.csv": ("service_deliveries",),
        "investeringen.csv": ("sme_investments",),
        "pacten.csv": ("pacts",),
        "activiteiten.csv": ("activities",),
    },
    "gr": {
        "organismoi.ods": ("organisations",),
        "katartiseis.ods": ("trainings",),
        "parousies.ods": ("attendance",),
        "schedia.ods": ("training_plans",),
        "antallages.ods": ("exchanges",),
        "paroches.ods": ("service_deliveries",),
        "ependyseis.ods": ("sme_investments",),
        "symfona_synergasies.ods": ("pacts", "cooperations"),
    },
    "es": {
        "organizaciones_2024-09.xlsx": ("organisations",),
        "formaciones_2024-09.xlsx": ("trainings",),
        "asistencia_2024-07.xlsx": ("attendance",),
        "sellos_2024-09.xlsx": ("label_applications",),
        "intercambios_2024-09.xlsx": ("exchanges",),
        "servicios_2024-09.xlsx": ("services", "service_deliveries"),
        "inversiones_2024-09.xlsx": ("sme_investments",),
        "actividades_2024-09.xlsx": ("activities",),
    },
    "fi": {
        "organisaatiot.csv": ("organisations",),
        "koulutukset.csv": ("trainings",),
        "osallistujat.csv": ("attendance",),
        "laatumerkit.csv": ("label_applications",),
        "vaihdot.csv": ("exchanges",),
        "palvelutoimitukset.csv": ("service_deliveries",),
        "investoinnit.csv": ("sme_investments",),
        "sopimukset.csv": ("pacts",),
    },
}
_COVER = (
    "Register des Feinwerkclusters Kupferau e.V.",
    "Projekt EXAMPLE, Stand 30. September 2024",
    "Ein Blatt je Register; bitte keine Spalten verschieben.",
)


@dataclass(frozen=True, slots=True)
class Written:
    """One file of the consortium folder."""

    path: str
    content: bytes


def consortium_files(arrangement: Arrangement = OFFICE_ORDER) -> list[Written]:
    """Every file of the consortium folder, by its path inside."""
    happened = records().world
    clusters = {p: happened.organisations[f"{p}-cluster"] for p in PARTNERS}
    found = [Written("project.yml", project_text().encode())]
    for partner in PARTNERS:
        declared = partner_text(clusters[partner], FILES[partner])
        found.append(Written(f"partners/{partner}.yml", declared.encode()))
        for name, registers in FILES[partner].items():
            tables = [_table(partner, each, clusters[partner].name, arrangement)
                      for each in registers]  # fmt: skip
            path = f"drives/{partner}/{_renamed(name, arrangement)}"
            found.append(Written(path, _content(name, tables, partner, arrangement)))
    return found


def write(home: Path, arrangement: Arrangement = OFFICE_ORDER) -> None:
    """Write the consortium folder anew; what lay in its drives and declarations is removed."""
    for folder in ("drives", "partners"):
        shutil.rmtree(home / folder, ignore_errors=True)
    for written in consortium_files(arrangement):
        path = home / written.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(written.content)


def _table(partner: str, register: str, cluster: str, arrangement: Arrangement) -> Table:
    rows: Sequence[Row] = [
        row for row in records().rows if row.partner == partner and row.register == register
    ]
    return table_of(partner, register, cluster, rows, arrangement)


def _content(name: str, tables: list[Table], partner: str, arrangement: Arrangement) -> bytes:
    if arrangement.seed is not None:
        tables = tables[::-1]
    if name.endswith(".csv"):
        (table,) = tables
        return delimited(table)
    if name.endswith(".ods"):
        return ods(tables)
    return xlsx(tables, _COVER if partner == "de" else ())


def _renamed(name: str, arrangement: Arrangement) -> str:
    """Another name that the partner's declaration finds as well."""
    if arrangement.seed is None:
        return name
    stem, dot, ending = name.rpartition(".")
    return f"{stem.split('_2024')[0]} ({arrangement.seed}){dot}{ending}"


def registers_without_a_language() -> set[tuple[str, str]]:
    """(partner, register) that has a file and no headers, or headers and no file."""
    with_files = {
        (partner, register)
        for partner, files in FILES.items()
        for registers in files.values()
        for register in registers
    }
    with_headers = {(p, register) for p in PARTNERS for register in language_of(p).registers}
    return with_files ^ with_headers


if __name__ == "__main__":
    write(HOME)
