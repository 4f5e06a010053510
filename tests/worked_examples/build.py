"""Write the worked examples: one consortium folder each, and the figures expected of it.

    python tests/worked_examples/build.py [--into FOLDER]

Belongs here: the declarations (project.yml, partners/*.yml), register R1, and the order of writing.
Does not belong here: rows and expected figures (rows_*.py), file formats (writing.py).

Run it after a change to a row and commit what it wrote; a test builds again and compares the bytes.
The README.md of each example is written by hand.
"""

import argparse
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import rows_4a
import rows_4b
import rows_portfolio
from headers import FILE_STEMS, SHEETS
from organisations import ORGANISATIONS, PARTNERS, SHARED, Organisation
from tables import Country, Example, OrganisationId, OrganisationName, Row, fates, figures, rows
from writing import grid, write_csv, write_ods, write_xlsx

EXAMPLES: Final = (*rows_4a.EXAMPLES, *rows_4b.EXAMPLES, *rows_portfolio.EXAMPLES)
_GREEK_WORKBOOK: Final = "mitroa.ods"

_PARTNER_FACTS: Final = {
    "p1": ("pl", "Europe/Warsaw", ""),
    "p2": ("fr", "Europe/Brussels", 'date_order: dmy\ndecimal_mark: ","\n'),
    "p3": ("el", "Europe/Athens", ""),
}


def organisation_rows(example: Example, partner: str) -> list[Row]:
    """The rows of register R1 that this partner keeps in this example."""
    listed = [ORGANISATIONS[key] for key in (*SHARED, *example.listed_besides)]
    return [_organisation_row(entry) for entry in listed if entry.listed_by == partner]


def _organisation_row(entry: Organisation) -> Row:
    row: Row = {
        "record_id": entry.record_id,
        "legal_name": OrganisationName(entry.name),
        "country": Country(entry.country),
        "vat_no": OrganisationId(entry, "vat"),
        "euid": entry.euid,
        "eccp_url": entry.eccp_url,
        "org_type": entry.org_type,
        "consortium_partner": "yes" if entry in PARTNERS.values() else "no",
        "cluster_member_of": entry.member_of,
        "headcount_awu": entry.headcount,
        "turnover_eur": entry.turnover_eur,
        "balance_sheet_eur": entry.balance_sheet_eur,
        "sme_declared": entry.sme_declared,
        "sme_evidence": entry.sme_evidence,
    }
    if entry.listed_by == "p1":
        row["reg_no"] = entry.reg_no
        row["reg_scheme"] = "KRS" if entry.reg_no else None
    return row


def project_yml(example: Example) -> str:
    """The text of project.yml."""
    targets = ", ".join(
        f"{{kpi: {kpi}, target: {target}, due: {due}}}" for kpi, target, due in example.targets
    )
    deliverables = ", ".join(f"{{code: {code}, due: {due}}}" for code, due in example.deliverables)
    return f"""\
version: 1
code: {_code(example)}
name: Worked example Eurocluster
title: "Worked example {example.title}"
start: 2022-09-01
months: 36
periods: {{RP1: M1-M18, RP2: M19-M36}}
reporting_date: 2025-09-15
runs_clusterxchange: true
joint_min_partners: 2
sme_policy: reported
parameters: {{}}
targets: [{targets}]
deliverables: [{deliverables}]
"""


def _code(example: Example) -> str:
    return f"we_{example.name}"


def partner_yml(partner: str, registers: Sequence[str]) -> str:
    """The text of one partner's declaration."""
    organisation = PARTNERS[partner]
    language, timezone, hints = _PARTNER_FACTS[partner]
    head = f"""\
version: 1
partner: {partner}
name: {organisation.name}
country: {organisation.country}
language: {language}
timezone: {timezone}
steward: registers@{partner}.example
identifiers: {{vat_no: {organisation.vat_no}}}
{hints}registers:
"""
    return head + "".join(_register_yml(partner, register) for register in registers)


def _register_yml(partner: str, register: str) -> str:
    name = file_name(partner, register)
    stem, _, suffix = name.rpartition(".")
    sheet = f"    sheet: {SHEETS[register][2]}\n" if partner == "p3" else ""
    return f"""\
  - name: {register}
    source: {{kind: folder, path: drives/{partner}, files: {{include: ["{stem}*.{suffix}"]}}}}
{sheet}    expected: {{every: half_year, due_day: 15}}
"""


def file_name(partner: str, register: str) -> str:
    """The file in which the partner keeps the register."""
    if partner == "p3":
        return _GREEK_WORKBOOK
    polish, french = FILE_STEMS[register]
    return f"{polish}.xlsx" if partner == "p1" else f"{french}.csv"


def build(example: Example, folder: Path) -> None:
    """Write one example below its folder, without its README.md."""
    (folder / "partners").mkdir(parents=True, exist_ok=True)
    (folder / "project.yml").write_text(project_yml(example), encoding="utf-8")
    for partner in PARTNERS:
        kept = {"organisations": organisation_rows(example, partner)}
        kept |= {
            register: rows(table)
            for (keeper, register), table in example.registers.items()
            if keeper == partner
        }
        declaration = partner_yml(partner, list(kept))
        (folder / "partners" / f"{partner}.yml").write_text(declaration, encoding="utf-8")
        drive = folder / "drives" / partner
        drive.mkdir(parents=True, exist_ok=True)
        grids = {
            register: grid(register, found, partner, _code(example))
            for register, found in kept.items()
        }
        if partner == "p3":
            sheets = [(SHEETS[register][2], lines) for register, lines in grids.items()]
            write_ods(drive / _GREEK_WORKBOOK, sheets)
            continue
        for register, lines in grids.items():
            path = drive / file_name(partner, register)
            if partner == "p1":
                write_xlsx(path, register, lines)
            else:
                write_csv(path, lines, example.belgian_encoding)
    _write_json(folder / "expected.json", figures(example.expected))
    if example.fates:
        _write_json(folder / "expected_fates.json", fates(example.fates))


def _write_json(path: Path, entries: Sequence[object]) -> None:
    lines = ",\n".join("  " + json.dumps(entry, ensure_ascii=False) for entry in entries)
    path.write_text(f"[\n{lines}\n]\n", encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description="Write the worked examples.")
    parser.add_argument("--into", type=Path, default=Path(__file__).parent)
    into = parser.parse_args().into
    for example in EXAMPLES:
        build(example, into / example.name)


if __name__ == "__main__":
    main()
