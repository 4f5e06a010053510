"""What the consortium of the benchmarks declares, and every way of delivering has to know.

Belongs here: constants; each process loads them, so they cost nothing.
Does not belong here: writing declarations (material.py), rows (attendance.py).
"""

from datetime import date
from pathlib import Path

CONSORTIUM = "benchmark"
PARTNER = "p1"
PROJECT_START = date(2022, 9, 1)
PROJECT_MONTHS = 36

HEADERS = {
    "record_id": "Nr wpisu",
    "training_id": "Kod szkolenia",
    "session_date": "Data",
    "person_name": "Imię i nazwisko",
    "email": "E-mail",
    "employer_name": "Pracodawca",
    "employer_id": "NIP pracodawcy",
    "employer_country": "Kraj",
    "person_category": "Kategoria",
    "role": "Rola",
    "attended": "Obecność",
    "hours": "Liczba godzin",
    "completed": "Ukończono",
    "certificate_no": "Nr certyfikatu",
    "gender": "Płeć",
    "headcount": "Liczba osób",
    "evidence_ref": "Potwierdzenie",
}
"""Column of the register → header of the partner."""

FILE_HEADERS = HEADERS | {"remarks": "Obsługa sali"}
"""All columns of the partner's file: one it keeps for itself, and no register has it."""

WORDS = {
    "person_category": {
        "pracownik": "worker",
        "właściciel firmy": "business_owner",
        "samozatrudniony": "self_employed",
        "pracownik klastra": "cluster_staff",
        "student": "student",
    },
    "role": {"uczestnik": "participant", "trener": "trainer"},
    "attended": {"tak": "yes", "nie": "no", "częściowo": "partial"},
    "completed": {"tak": "yes", "nie": "no"},
    "gender": {"k": "f", "m": "m", "nie podano": "undisclosed"},
}
"""Column → word of the partner → code of the register."""

COUNTRIES = {"Polska": "PL", "Czechy": "CZ", "Słowacja": "SK", "Niemcy": "DE", "Litwa": "LT"}


def drive(home: Path) -> Path:
    """Return the folder that the partner shares."""
    return home / "drives" / PARTNER
