"""Registers name partners by code, by name, by both."""

import pytest

from eurocluster.conforming.failures import Unknown
from eurocluster.conforming.partner_names import PartnerDirectory, partner_identifiers
from eurocluster.consortium.partners import Partner

NORTH = Partner.model_validate(
    {
        "version": 1,
        "partner": "p1",
        "name": "Klaster Przykładowy sp. z o.o.",
        "country": "PL",
        "language": "pl",
        "identifiers": {"vat_no": "PL 526-025-02-74", "reg_no": "0000123456", "reg_scheme": "krs"},
    }
)


@pytest.mark.parametrize(
    "text",
    ["p1", "P1", " p1 ", "Klaster Przykładowy", "KLASTER PRZYKLADOWY SP. Z O.O.",
     "P1 – Klaster Przykładowy sp. z o.o."],
)  # fmt: skip
def test_a_partner_is_known_by_code_and_by_name(text: str) -> None:
    assert PartnerDirectory([NORTH]).code(text) == "p1"


@pytest.mark.parametrize("text", ["p2", "Klaster Inny", "P1 – Klaster Inny obcy"])
def test_another_organisation_is_no_partner(text: str) -> None:
    directory = PartnerDirectory(
        [NORTH, NORTH.model_copy(update={"partner": "p3", "name": "Klaster Inny obcy"})]
    )
    assert directory.code(text) != "p1" or isinstance(directory.code(text), Unknown)


def test_identifiers_of_a_partner_are_canonical() -> None:
    assert partner_identifiers(NORTH) == ["vat:PL5260250274", "reg:PL:KRS:0000123456"]
