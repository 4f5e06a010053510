"""A consortium that is as small as it can be and still shows a loss, a double or a mixture.

Three partners share a person and an exchange. Each night corrects what the one before delivered:
rows are new, gone, back again, or say something else, and every correction moves a figure.

Belongs here: the declarations, the registers of each night.
Does not belong here: running nights (step.py).
"""

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import yaml

CODE: Final = "crash"
CLOSED: Final = "RP1"
NIGHTS: Final = 3

Row = Mapping[str, Any]

_PROJECT: Final = {
    "version": 1,
    "code": CODE,
    "name": "Invented Eurocluster",
    "start": "2022-09-01",
    "months": 36,
    "periods": {"RP1": "M1-M18", "RP2": "M19-M36"},
    "runs_clusterxchange": True,
    "reporting_date": "2024-06-15",
}
_PARTNERS: Final = {"p1": "PL", "p2": "BE", "p3": "GR"}
_TRAININGS: Final = [
    {"training_id": f"T{number}", "title": f"Training {number}", "objective": objective,
     "audience": "cluster_staff", "topic_flags": "digital_skills", "start_date": "2023-03-14",
     "end_date": "2023-03-15", "lead_partner": "p1", "co_partners": "p2", "status": "delivered"}
    for number, objective in ((1, "4a"), (2, "both"))
]  # fmt: skip


def _trainee(number: int, partner: str = "p1", attended: str = "yes") -> dict[str, Any]:
    return {
        "record_id": f"A{number}", "training_id": "T1", "session_date": "2023-03-14",
        "person_name": f"Testa Persona{'abcdefghijkl'[number]}",
        "person_email": f"testa{number}@{partner}.example",
        "employer_name": f"Cluster {partner}", "employer_country": _PARTNERS[partner],
        "person_category": "cluster_staff", "role": "participant", "attended": attended, "hours": 6,
    }  # fmt: skip


def _worker(number: int) -> dict[str, Any]:
    return _trainee(number) | {
        "training_id": "T2", "employer_name": f"Firma Przykład {number}", "employer_country": "PL",
        "person_category": "worker",
    }  # fmt: skip


def _stay(number: int, visitor: str, host: str, status: str = "completed") -> Row:
    month = 1 + number
    return {
        "exchange_id": f"X{number}", "vo_name": visitor, "vo_country": "PL", "vo_type": "sme",
        "vo_is_sme": "yes", "ho_name": host, "ho_country": "BE", "ho_type": "cluster",
        "ho_is_sme": "no", "vo_partnership": CODE, "mode": "physical",
        "start_date": f"2023-{month:02}-06", "end_date": f"2023-{month:02}-10", "working_days": 5,
        "visitors": 1, "status": status, "validated_date": "2024-02-01",
        "closing_report_date": "2024-01-20", "evidence_ref": "report.pdf",
    }  # fmt: skip


def _stays(*numbers: int, cancelled: int = 0) -> list[Row]:
    return [
        _stay(
            number,
            f"Firma Przykład {number}",
            "Beta Voorbeeld",
            "cancelled" if number == cancelled else "completed",
        )
        for number in numbers
    ]


def _registers(night: int) -> dict[tuple[str, str], Sequence[Row]]:
    """Return what every partner delivers in a night, counted from 0."""
    persons = [_trainee(number) for number in range(6)]
    if night == 0:
        persons[2] = _trainee(2, attended="no")
    if night == 1:  # one who was there after all, and others who were not told of
        persons += [_trainee(6), _worker(7)]
    if night == 2:  # one of those who were reported is gone
        persons = [*persons[:5], _trainee(6), _worker(7), _worker(8)]
    return {
        ("p1", "trainings"): _TRAININGS,
        ("p1", "attendance"): persons,
        ("p2", "attendance"): [_trainee(0), _trainee(9, "p2")],
        ("p2", "exchanges"): [
            _stays(1, 2, 3, 4, 5, 6, cancelled=2),
            _stays(1, 2, 3, 4, 6, 7),
            _stays(1, 2, 3, 4, 5, 6, 7),
        ][night],
        ("p3", "exchanges"): [_stays(1), _stays(1), _stays(1, 8)][night],
    }


def write_home(home: Path, night: int) -> None:
    """Write the declarations and what lies on the partners' drives in a night."""
    registers = _registers(night)
    (home / "partners").mkdir(parents=True, exist_ok=True)
    (home / "project.yml").write_text(yaml.safe_dump(_PROJECT), encoding="utf-8")
    for partner, country in _PARTNERS.items():
        names = [register for code, register in registers if code == partner]
        declared = {
            "version": 1,
            "partner": partner,
            "name": f"Cluster {partner}",
            "country": country,
            "language": "en",
            "registers": [
                {
                    "name": name,
                    "source": {
                        "kind": "folder",
                        "path": f"drives/{partner}",
                        "files": {"include": [f"{name}*.csv"]},
                    },
                }
                for name in names
            ],
        }
        path = home / "partners" / f"{partner}.yml"
        path.write_text(yaml.safe_dump(declared), encoding="utf-8")
    for (partner, register), rows in registers.items():
        path = home / "drives" / partner / f"{register}.csv"
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("w", encoding="utf-8", newline="") as sink:
            writer = csv.DictWriter(sink, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)
