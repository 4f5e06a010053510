"""The organisations of the worked examples: partners, businesses, and the employers of trainees.

Belongs here: who they are, their invented but valid identifiers, who lists them in register R1.
Does not belong here: what happened to them (rows_*.py), how partners write it (words.py).
"""

from dataclasses import dataclass
from itertools import count
from typing import Final

from stdnum.eu import vat

VAT_PREFIX: Final = {"PL": "PL", "BE": "BE", "GR": "EL", "DE": "DE"}
_DIGITS: Final = {"PL": 10, "BE": 10, "GR": 9, "DE": 9}
# Ranges that no authority hands out: nobody's number is used.
_FIRST_NUMBER: Final = {"PL": 1000, "BE": 999990000, "GR": 1000, "DE": 999990000}
_STEP: Final = 200


@dataclass(frozen=True, slots=True)
class Organisation:
    """One organisation; `listed_by` is the partner whose R1 has it (None: only named in rows)."""

    key: str
    name: str
    country: str
    org_type: str
    vat_no: str
    listed_by: str | None = None
    euid: str | None = None
    reg_no: str | None = None
    eccp_url: str | None = None
    member_of: str | None = None
    headcount: int | None = None
    turnover_eur: int | None = None
    balance_sheet_eur: int | None = None
    sme_declared: str | None = None
    sme_evidence: str | None = None

    @property
    def record_id(self) -> str:
        return f"ORG-{self.key}"


def vat_number(country: str, serial: int) -> str:
    """The first valid number at or after the serial's place in the range nobody uses."""
    prefix = VAT_PREFIX[country]
    for number in count(_FIRST_NUMBER[country] + _STEP * serial):
        candidate = f"{prefix}{number:0{_DIGITS[country]}d}"
        if vat.is_valid(candidate):
            return candidate
    raise AssertionError("unreachable: one number in a hundred is valid")


def _partner(key: str, name: str, country: str) -> Organisation:
    return Organisation(
        key=key,
        name=name,
        country=country,
        org_type="cluster_organisation",
        vat_no=vat_number(country, int(key[1])),
        listed_by=key.lower(),
        eccp_url=f"https://eccp.example/clusters/{key.lower()}",
    )


def _cluster(key: str, name: str, country: str, serial: int, listed_by: str) -> Organisation:
    return Organisation(
        key=key,
        name=name,
        country=country,
        org_type="cluster_organisation",
        vat_no=vat_number(country, serial),
        listed_by=listed_by,
        eccp_url=f"https://eccp.example/clusters/{key.lower()}",
    )


def _polish_sme(key: str, name: str, serial: int) -> Organisation:
    return Organisation(
        key=key,
        name=name,
        country="PL",
        org_type="business",
        vat_no=vat_number("PL", serial),
        listed_by="p1",
        euid=f"PLKRS.{999000000 + serial:010d}",
        reg_no=f"{999000000 + serial:010d}",
        member_of="Klaster Przykładowy",
        sme_declared="sme",
        sme_evidence="self_declaration",
    )


def _belgian(
    key: str,
    name: str,
    serial: int,
    *,
    org_type: str = "business",
    headcount: int | None = None,
    turnover_eur: int | None = None,
    balance_sheet_eur: int | None = None,
    sme_declared: str | None = None,
    sme_evidence: str | None = None,
) -> Organisation:
    return Organisation(
        key=key,
        name=name,
        country="BE",
        org_type=org_type,
        vat_no=vat_number("BE", serial),
        listed_by="p2",
        member_of="Grappe Exemple ASBL",
        headcount=headcount,
        turnover_eur=turnover_eur,
        balance_sheet_eur=balance_sheet_eur,
        sme_declared=sme_declared,
        sme_evidence=sme_evidence,
    )


def _unlisted(key: str, name: str, country: str, org_type: str, serial: int) -> Organisation:
    return Organisation(key, name, country, org_type, vat_number(country, serial))


_ALL: Final = (
    _partner("P1", "Klaster Przykładowy", "PL"),
    _partner("P2", "Grappe Exemple ASBL", "BE"),
    _partner("P3", "Υπόδειγμα Cluster ΑΜΚΕ", "GR"),
    _polish_sme("A", "Alfa Przykładowe Meble Sp. z o.o.", 11),
    _polish_sme("E", "Echo Wzorcowe Okna Sp. z o.o.", 12),
    _polish_sme("F", "Fiołek Pokazowy Sp. z o.o.", 13),
    Organisation(
        key="Z",
        name="Zeta Musterbau GmbH",
        country="DE",
        org_type="business",
        vat_no=vat_number("DE", 0),
        listed_by="p1",
        member_of="Cluster Musterland e. V.",
        sme_declared="sme",
        sme_evidence="self_declaration",
    ),
    _belgian(
        "B",
        "Bêta Démonstration SRL",
        11,
        headcount=42,
        turnover_eur=6_200_000,
        balance_sheet_eur=3_100_000,
        sme_declared="sme",
        sme_evidence="accounts",
    ),
    _belgian("G", "Gamme Fictive SRL", 12, sme_declared="sme", sme_evidence="self_declaration"),
    _belgian(
        "L",
        "Lambda Spécimen SA",
        13,
        headcount=600,
        sme_declared="not_sme",
        sme_evidence="accounts",
    ),
    _belgian("U", "Upsilon Factice SRL", 14, sme_declared="unknown", sme_evidence="none"),
    _belgian("Dx", "Dixième Essai SRL", 15, sme_declared="unknown", sme_evidence="none"),
    _belgian("RI", "Institut de Recherche Imaginaire ASBL", 16, org_type="research"),
    Organisation(
        key="C",
        name="Γάμμα Παράδειγμα ΑΕ",
        country="GR",
        org_type="business",
        vat_no=vat_number("GR", 11),
        listed_by="p3",
        euid="ELGEMI.999000011000",
        member_of="Υπόδειγμα Cluster ΑΜΚΕ",
        headcount=18,
        turnover_eur=2_400_000,
        balance_sheet_eur=1_900_000,
        sme_declared="sme",
        sme_evidence="accounts",
    ),
    # Only in the R1 of the example that names them.
    _cluster("C1", "Klaster Próbny", "PL", 21, "p1"),
    _cluster("C2", "Grappe d'Essai ASBL", "BE", 22, "p2"),
    _cluster("C3", "Δοκιμαστικό Cluster ΑΜΚΕ", "GR", 23, "p3"),
    _cluster("C4", "Grappe Factice ASBL", "BE", 24, "p2"),
    Organisation(
        key="H",
        name="Hortensja Testowa Sp. z o.o.",
        country="PL",
        org_type="business",
        vat_no=vat_number("PL", 31),
        listed_by="p1",
        member_of="Klaster Przykładowy",
        sme_declared="sme",
        sme_evidence="self_declaration",
    ),
    # In no R1: named as employers only.
    _unlisted("S1", "Atelier Indicatif", "BE", "business", 41),
    _unlisted("UNI", "Uczelnia Fikcyjna", "PL", "higher_education", 42),
)

ORGANISATIONS: Final = {organisation.key: organisation for organisation in _ALL}
SHARED: Final = ("P1", "P2", "P3", "A", "B", "C", "E", "F", "G", "L", "U", "Dx", "RI", "Z")
PARTNERS: Final = {
    "p1": ORGANISATIONS["P1"],
    "p2": ORGANISATIONS["P2"],
    "p3": ORGANISATIONS["P3"],
}
