"""What the example consortium declares: project.yml and one YAML per partner.

Belongs here: the text of the declarations. Does not belong here: the registers' contents.
"""

from __future__ import annotations

from collections.abc import Mapping

from examples.generator.facts import Organisation

_PROJECT = """\
# The example consortium that `make run` computes: everything in it is invented.
version: 1
code: example
name: Example Eurocluster
title: Skills for small metal workshops in six regions
start: 2022-09-01
months: 36
periods: {RP1: M1-M18, RP2: M19-M36}
runs_clusterxchange: true
joint_min_partners: 2
sme_policy: reported
# The day for which figures are stated: month 26 of 36. Real consortia leave it out.
reporting_date: 2024-10-15
parameters: {}
# Grant Agreement, annex 1, table 2.2; the two of clusterXchange are those of the call.
targets:
  - {kpi: 4a.M1, target: 140, due: M36}
  - {kpi: 4a.O1, target: 12, due: M36}
  - {kpi: 4a.O2, target: 10, due: M36}
  - {kpi: 4a.O3, target: 50, due: M36}
  - {kpi: 4a.O4, target: 50, due: M36}
  - {kpi: 4b.M1, target: 120, due: M36}
  - {kpi: 4b.O1, target: 4, due: M36}
  - {kpi: 4b.O2, target: 200, due: M36}
  - {kpi: 4b.O3, target: 400, due: M36}
deliverables:
  - {code: D-4a, due: M18, state: accepted}
  - {code: D-4b, due: M30, state: draft}
"""
_LANGUAGE = {"pl": "pl", "de": "de", "be": "nl", "gr": "el", "es": "es", "fi": "fi"}
_ZONE = {
    "pl": "Europe/Warsaw", "de": "Europe/Berlin", "be": "Europe/Brussels",
    "gr": "Europe/Athens", "es": "Europe/Madrid", "fi": "Europe/Helsinki",
}  # fmt: skip
_HINTS = {"be": ('decimal_mark: ","',), "fi": ('decimal_mark: ","', "code_page: cp1252")}
_EVERY = {
    "attendance": "month",
    "trainings": "month",
    "exchanges": "month",
    "service_deliveries": "month",
    "sme_investments": "quarter",
    "organisations": "quarter",
}
# A register that the partner owes and has never delivered: (register, what its file would be).
_OWED = {"es": (("cooperations", "cooperaciones*.xlsx"),)}
# Headers that only this partner uses: (register, header, column).
_OWN_HEADERS = {
    "de": (("organisations", "Lfd. Kennung", "record_id"),),
    "be": (("service_deliveries", "Direct/indirect", "directness"),),
    "fi": (("trainings", "Jatkokoulutus koulutukselle", "cascade_of"),),
}


def project_text() -> str:
    """project.yml."""
    return _PROJECT


def partner_text(cluster: Organisation, files: Mapping[str, tuple[str, ...]]) -> str:
    """partners/<code>.yml of the partner whose cluster this is."""
    partner = str(cluster.partner)
    lines = [
        "version: 1",
        f"partner: {partner}",
        f"name: {cluster.name}",
        f"country: {cluster.country}",
        f"language: {_LANGUAGE[partner]}",
        f"timezone: {_ZONE[partner]}",
        f"steward: registers@{cluster.domain}.example",
        "identifiers:",
        f"  vat_no: {cluster.vat}",
        f'  pic: "{cluster.pic}"',
        f"  eccp_url: {cluster.profile}",
        *_HINTS.get(partner, ()),
        "registers:",
    ]
    for name, registers in files.items():
        for register in registers:
            lines += _register_lines(partner, register, _pattern(name))
    for register, pattern in _OWED.get(partner, ()):
        lines += _register_lines(partner, register, pattern)
    return "\n".join(lines) + "\n"


def _register_lines(partner: str, register: str, pattern: str) -> list[str]:
    lines = [
        f"  - name: {register}",
        f'    source: {{kind: folder, path: drives/{partner}, files: {{include: ["{pattern}"]}}}}',
        f"    expected: {{every: {_EVERY.get(register, 'half_year')}, due_day: 5}}",
    ]
    own = [(h, c) for r, h, c in _OWN_HEADERS.get(partner, ()) if r == register]
    if own:
        lines.append("    columns:")
        lines += [f"      {header}: {column}" for header, column in own]
    return lines


def _pattern(name: str) -> str:
    """What finds this month's file and next month's: the name without its date."""
    stem, _, ending = name.rpartition(".")
    return f"{stem.split('_2024')[0]}*.{ending}"
