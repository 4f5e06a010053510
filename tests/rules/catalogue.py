"""The rules of the specification, and a good row of each register to break them with.

Belongs here: codes, good rows under canonical headers.
Does not belong here: files, expectations.
"""

from collections.abc import Mapping
from typing import Any, Final

Cells = dict[str, Any]

CODES: Final = (
    *(f"E{number:02}" for number in range(1, 17)),
    *(f"W{number:02}" for number in range(1, 23)),
    *(f"I{number:02}" for number in range(1, 5)),
)
"""Rule catalogue of registers.md §2.3."""

ACROSS: Final = frozenset("E07 E10 W04 W05 W08 W17 W18 W19 W21 W22".split())
"""Rules that only show when registers are seen together."""

OF_DELIVERY: Final = frozenset({"W20"})
"""Rules that compare a delivery with the one before it."""

GOOD: Final[Mapping[str, Cells]] = {
    "attendance": {
        "record_id": "A1", "training_id": "T1", "session_date": "2023-03-14",
        "person_name": "Testa Przykładna", "email": "testa@alfa.example",
        "employer_name": "Alfa Przykład", "employer_id": "7680002466", "employer_country": "PL",
        "person_category": "worker", "role": "participant", "attended": "yes", "hours": 6.5,
        "completed": "yes", "certificate_no": "C-1", "gender": "f", "headcount": 1,
        "evidence_ref": "lista.pdf",
    },
    "organisations": {
        "record_id": "O1", "legal_name": "Alfa Przykład", "country": "PL", "vat_no": "7680002466",
        "org_type": "business", "headcount_awu": 20, "turnover_eur": 2_000_000,
        "balance_sheet_eur": 1_000_000, "sme_declared": "sme", "sme_evidence": "accounts",
        "sme_valid_from": "2023-01-01", "sme_valid_to": "2025-12-31",
    },
    "trainings": {
        "training_id": "T1", "title": "Kurs", "objective": "4b", "audience": "sme_workers",
        "start_date": "2023-03-14", "end_date": "2023-03-15", "lead_partner": "p1",
        "status": "delivered",
    },
    "exchanges": {
        "exchange_id": "X1", "vo_name": "Alfa Przykład", "vo_country": "PL", "vo_type": "sme",
        "ho_name": "Beta Exemple", "ho_country": "BE", "ho_type": "cluster",
        "vo_partnership": "test", "mode": "physical", "start_date": "2023-05-08",
        "end_date": "2023-05-10", "working_days": 3, "status": "completed",
        "lump_sum_eur": 390,
    },
    "label_applications": {
        "application_id": "L1", "cluster_org": "Klaster Przykład", "scheme": "ECEI",
        "level": "silver", "application_type": "upgrade", "previous_level": "bronze",
        "application_date": "2023-05-08", "status": "awarded",
    },
}  # fmt: skip
