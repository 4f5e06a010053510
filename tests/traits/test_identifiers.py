"""Traits 16 to 18: numbers of organisations as numbers, with look-alikes, with labels.

A silent error here is an identifier that is lost or belongs to somebody else.
"""

from pathlib import Path
from typing import Any

import pytest

from tests.traits.desk import Answer, Desk
from tests.traits.sheets import HEADERS, row, write

BELGIAN, GREEK = "vat:BE0403170701", "vat:EL094259216"


def employed(desk: Desk, folder: Path, number: Any, country: str = "BE",
             header: str = "NIP") -> Answer:  # fmt: skip
    """Return what is said of a list whose employer has this number."""
    headers = [*HEADERS[:5], header, *HEADERS[6:]]
    line = row(1, employer_id=number, employer_country=country)
    return desk.check(write(folder / "l.xlsx", headers, line), columns={header: "employer_id"})


@pytest.mark.parametrize(
    ("country", "number", "identifier"),
    [
        ("BE", 403170701, BELGIAN), ("BE", 403170701.0, BELGIAN), ("BE", "0403.170.701", BELGIAN),
        ("BE", "403170701.0", BELGIAN), ("BE", "BE 0403 170 701", BELGIAN),
        ("BE", "ВЕ0403170701", BELGIAN), ("BE", "BE\u00a00403170701", BELGIAN),
        ("BE", "B\u200bE0403170701", BELGIAN), ("BE", "\ufeffBE0403170701", BELGIAN),
        ("BE", "ＢＥ０４０３１７０７０１", BELGIAN), ("BE", "VAT: BE0403170701", BELGIAN),
        ("BE", "N° TVA BE0403170701", BELGIAN), ("GR", 94259216, GREEK),
        ("GR", "EL094259216", GREEK), ("GR", "GR094259216", GREEK), ("GR", "ΕL094259216", GREEK),
        ("GR", "ΑΦΜ 094259216", GREEK), ("PL", "NIP 768-000-24-66", "vat:PL7680002466"),
        ("BE", "4.03E+08", None), ("BE", "BE0403170702", None), ("DE", "BE0403170701", None),
        ("US", 403170701, None), ("JP", "BE0403170701", None), ("NA", 94259216, None),
    ],
)  # fmt: skip
def test_traits_16_to_18_numbers_of_an_employer(
    desk: Desk, tmp_path: Path, country: str, number: Any, identifier: str | None
) -> None:
    answer = employed(desk, tmp_path, number, country)
    assert answer.column("employer_id") == [identifier]
    assert answer.cells("W01") == ([] if identifier else ["F2"])


def test_trait_16_a_number_without_country_is_never_somebody(desk: Desk, tmp_path: Path) -> None:
    answer = employed(desk, tmp_path, 403170701, "", "Numer firmy")
    assert answer.column("employer_id") == [None]
    assert answer.fates()["refused"] == [2]


@pytest.mark.parametrize(
    ("column", "cell", "code"),
    [
        ("nuts", "PT11A Área Metropolitana do Porto", "PT11A"), ("nuts", "Śląskie (PL22)", "PL22"),
        ("nuts", "GR30", "EL30"), ("nace", "62.01 – Computer programming", "62.01"),
        ("nace", "J62.01", "62.01"), ("nace", "62.10", "62.10"), ("nace", 62.01, "62.01"),
        ("nuts", "PL22 / PL21", None), ("nace", "99.99", None), ("nuts", "Porto", None),
        ("euid", "EUID: PLKRS.0000123456", "PLKRS.0000123456"),
        ("pic", "PIC 999999999", "999999999"),
    ],
)  # fmt: skip
def test_trait_18_code_and_label_in_one_cell(
    desk: Desk, tmp_path: Path, column: str, cell: Any, code: str | None
) -> None:
    headers = ["record_id", "legal_name", "country", "org_type", column]
    country = "PT" if code == "PT11A" else "GR" if code == "EL30" else "PL"
    path = write(tmp_path / "o.xlsx", headers, ["O1", "Alfa", country, "business", cell])
    answer = desk.check(path, register="organisations")
    assert answer.column(column) == [code]
    assert answer.cells("E18") == ([] if code else ["E2"])


@pytest.mark.parametrize(
    ("language", "country", "headers", "cells", "vat", "register"),
    [
        ("cs", "CZ", ("DIČ", "IČO"), ("CZ25123891", "25123891"), "CZ25123891", ("25123891", "ICO")),
        ("cs", "CZ", ("IČO", "DIČ"), ("25123891", "CZ25123891"), "CZ25123891", ("25123891", "ICO")),
        ("sk", "SK", ("IČ DPH", "IČO"), ("SK2022749619", "35876832"), "SK2022749619",
         ("35876832", "ICO")),
        ("fr", "FR", ("N° TVA", "SIREN"), ("FR40303265045", "303265045"), "FR40303265045",
         ("303265045", "SIREN")),
        ("fr", "FR", ("SIRET", "N° TVA"), ("73282932000074", "FR44732829320"), "FR44732829320",
         ("73282932000074", "SIRET")),
        ("bg", "BG", ("ДДС номер", "ЕИК"), ("BG175074752", "175074752"), "BG175074752",
         ("175074752", "EIK")),
        ("pl", "PL", ("NIP", "REGON"), ("7680002466", "192598184"), "PL7680002466",
         ("192598184", "REGON")),
        ("pl", "PL", ("NIP", "KRS"), ("7680002466", "0000123456"), "PL7680002466",
         ("0000123456", "KRS")),
        ("sl", "SI", ("ID za DDV", "Matična številka"), ("SI50223054", "9331310000"), "SI50223054",
         ("9331310000", "MATICNA")),
        ("nl", "NL", ("btw-nummer", "KvK"), ("NL4495445B01", "12345678"), "NL004495445B01",
         ("12345678", "KVK")),
    ],
)  # fmt: skip
def test_a_register_number_beside_a_vat_number_is_kept(
    desk: Desk,
    tmp_path: Path,
    language: str,
    country: str,
    headers: tuple[str, str],
    cells: tuple[str, str],
    vat: str,
    register: tuple[str, str],
) -> None:
    path = write(
        tmp_path / "o.xlsx",
        ["record_id", "legal_name", "country", "org_type", *headers],
        ["O1", "Alfa", country, "business", *cells],
    )
    answer = desk.check(path, language, "organisations")
    assert answer.column("vat_no") == [vat]
    assert (answer.column("reg_no"), answer.column("reg_scheme")) == ([register[0]], [register[1]])
    assert answer.fates()["accepted"] == [2]


@pytest.mark.parametrize(
    ("language", "country", "header", "number", "vat", "register"),
    [
        ("cs", "CZ", "IČO", "25123891", "CZ25123891", None),
        ("sk", "SK", "IČO", "35876832", None, "35876832"),
        ("fr", "FR", "SIREN", "303265045", None, "303265045"),
        ("sl", "SI", "Matična številka", "9331310000", None, "9331310000"),
        ("pl", "PL", "REGON", "192598184", None, "192598184"),
        ("bg", "BG", "ЕИК", "175074752", "BG175074752", None),
    ],
)
def test_a_register_number_alone_is_not_lost(
    desk: Desk,
    tmp_path: Path,
    language: str,
    country: str,
    header: str,
    number: str,
    vat: str | None,
    register: str | None,
) -> None:
    path = write(
        tmp_path / "o.xlsx",
        ["record_id", "legal_name", "country", "org_type", header],
        ["O1", "Alfa", country, "business", number],
    )
    answer = desk.check(path, language, "organisations")
    assert (answer.column("vat_no"), answer.column("reg_no")) == ([vat], [register])
    assert answer.fates()["accepted"] == [2]


@pytest.mark.parametrize("register", ["attendance", "organisations"])
def test_a_second_column_of_one_meaning_is_told(desk: Desk, tmp_path: Path, register: str) -> None:
    headers = {
        "attendance": [*HEADERS, "NIP pracodawcy"],
        "organisations": ["record_id", "legal_name", "country", "org_type", "vat_no", "NIP"],
    }[register]
    line = [*row(1), "1"] if register == "attendance" else ["O1", "A", "PL", "business", "", "1"]
    answer = desk.check(write(tmp_path / "l.xlsx", headers, line), register=register)
    assert "W10" in answer.codes()
