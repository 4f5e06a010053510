"""A consortium whose partners' names are hard on drop-downs and on folding."""

from pathlib import Path

import pytest

from eurocluster.consortium.declarations import Consortium
from eurocluster.consortium.partners import Partner
from eurocluster.consortium.project import Project
from schemas import REGISTERS
from tests.unit.eurocluster.templates.good_rows import POLISH_VAT


def partner(code: str, name: str, country: str, language: str) -> Partner:
    return Partner.model_validate(
        {
            "version": 1,
            "partner": code,
            "name": name,
            "country": country,
            "language": language,
            "identifiers": {"vat_no": POLISH_VAT} if country == "PL" else {},
            "registers": [
                {
                    "name": register,
                    "source": {"kind": "folder", "path": "x", "files": {"include": ["*"]}},
                }
                for register in REGISTERS
            ],
        }
    )


@pytest.fixture(scope="session")
def consortium() -> Consortium:
    project = Project.model_validate(
        {
            "version": 1,
            "code": "test",
            "name": "Test Eurocluster",
            "start": "2022-09-01",
            "months": 36,
            "periods": {"RP1": "M1-M36"},
            "runs_clusterxchange": True,
        }
    )
    partners = (
        partner("p1", "Klaster Przykładowy", "PL", "pl"),
        partner("p2", "Cluster Exemple, Médical", "FR", "fr"),
        partner("p3", "Παράδειγμα Συστάδα", "GR", "el"),
    )
    return Consortium(Path(), project, partners)
