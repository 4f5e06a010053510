"""Identifiers of organisations are repaired where that is certain, and checked always."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from stdnum.pl import nip

from eurocluster.conforming import identifiers
from eurocluster.conforming.failures import Invalid
from eurocluster.conforming.identifiers import Identifier, parse_identifier
from eurocluster.reading.cells import ErrorValue, Value

VALID = {
    "AT": "ATU13585627", "BE": "BE0403170701", "BG": "BG175074752", "CY": "CY10259033P",
    "CZ": "CZ25123891", "DE": "DE136695976", "DK": "DK13585628", "EE": "EE100931558",
    "ES": "ESB58378431", "FI": "FI20774740", "FR": "FR40303265045", "GR": "EL094259216",
    "HR": "HR33392005961", "HU": "HU12892312", "IE": "IE6433435F", "IT": "IT00743110157",
    "LT": "LT119511515", "LU": "LU15027442", "LV": "LV40003521600", "MT": "MT11679112",
    "NL": "NL004495445B01", "PL": "PL5260250274", "PT": "PT501964843", "RO": "RO18547290",
    "SE": "SE123456789701", "SI": "SI50223054", "SK": "SK2022749619",
}  # fmt: skip


@pytest.mark.parametrize(("country", "number"), VALID.items())
def test_a_valid_number_of_each_member_state_is_kept(country: str, number: str) -> None:
    for written in (number, number.lower(), number[2:], f"{number[:2]} {number[2:]}"):
        assert identifiers.vat_no(written, country) == number


@pytest.mark.parametrize(("country", "number"), VALID.items())
def test_a_bare_number_never_guesses_its_country(country: str, number: str) -> None:
    assert isinstance(identifiers.vat_no(number[2:], None), Invalid)
    found = parse_identifier(number[2:], None)
    assert isinstance(found, Invalid), country


@pytest.mark.parametrize(
    ("cell", "country", "number"),
    [
        (403170701, "BE", "BE0403170701"),
        (403170701.0, "BE", "BE0403170701"),
        ("403170701.0", "BE", "BE0403170701"),
        ("0403.170.701", "BE", "BE0403170701"),
        ("BE 0403.170.701", "BE", "BE0403170701"),
        ("VAT: BE0403170701", "BE", "BE0403170701"),
        ("VAT BE0403170701", None, "BE0403170701"),
        (94259216, "GR", "EL094259216"),
        ("EL 94259216", "GR", "EL094259216"),
        ("GR094259216", "GR", "EL094259216"),
        ("ΕL094259216", "GR", "EL094259216"),
        ("ΑΦΜ 094259216", "GR", "EL094259216"),
        ("ВЕ0403170701", "BE", "BE0403170701"),
        ("BE\u200b0403\u00a0170\u202f701", "BE", "BE0403170701"),
        ("ＢＥ０４０３１７０７０１", "BE", "BE0403170701"),
        ("N° TVA FR 40 303 265 045", "FR", "FR40303265045"),
        ("303 265 045", "FR", "FR40303265045"),
        ("NIP: 526-025-02-74", "PL", "PL5260250274"),
        ("NIP: 526-025-02-74", None, "PL5260250274"),
    ],
)
def test_what_is_certain_is_repaired(cell: Value, country: str | None, number: str) -> None:
    assert identifiers.vat_no(cell, country) == number


@pytest.mark.parametrize(
    ("cell", "country"),
    [
        ("BE0403170702", "BE"),
        ("PL5260250274", "DE"),
        ("1.23E+11", "LV"),
        (1.23e11, "PL"),
        ("applied for", "PL"),
        ("5260250274", None),
        ("526", "PL"),
    ],
)
def test_an_invalid_number_is_refused(cell: Value, country: str | None) -> None:
    assert isinstance(identifiers.vat_no(cell, country), Invalid)


def test_northern_ireland_is_the_united_kingdom() -> None:
    assert identifiers.vat_no("XI980780684", "GB") == "XI980780684"
    assert identifiers.vat_no("GB980780684", "GB") == "GB980780684"


@given(st.integers(10**8, 10**9 - 1), st.sampled_from([" ", "-", ".", "\u00a0", "\u200b"]))
def test_marks_inside_a_number_do_not_count(body: int, mark: str) -> None:
    number = next((f"{body}{digit}" for digit in range(10) if nip.is_valid(f"{body}{digit}")), "")
    assume(number)
    written = mark.join([number[:3], number[3:6], number[6:8], number[8:]])
    assert identifiers.vat_no(written, "PL") == f"PL{number}"
    assert parse_identifier(f"NIP {written}", "PL") == Identifier("vat", f"vat:PL{number}")


@pytest.mark.parametrize(
    ("cell", "country", "label", "text"),
    [
        ("PL5260250274", "PL", "", "vat:PL5260250274"),
        ("5260250274", "PL", "NIP pracodawcy", "vat:PL5260250274"),
        ("PL5260250274", None, "Mottagarens organisationsnummer", "vat:PL5260250274"),
        ("PL 526-025-02-74", "PL", "Tööandja registrikood", "vat:PL5260250274"),
        ("0000123456", "PL", "", "reg:PL:KRS:0000123456"),
        ("KRS 123456", "PL", "", "reg:PL:KRS:0000123456"),
        ("123456", "PL", "nr KRS", "reg:PL:KRS:0000123456"),
        ("KBO 0403.170.701", "BE", "", "vat:BE0403170701"),
        ("303265045", "FR", "SIREN", "vat:FR40303265045"),
        ("999888777", "PL", "PIC", "pic:999888777"),
        ("PIC 999 888 777", None, "", "pic:999888777"),
        ("PLKRS.0000123456", "PL", "", "euid:PLKRS.0000123456"),
        ("EUID: PLKRS.0000123456", None, "", "euid:PLKRS.0000123456"),
        ("GRGEMI.123456789000", "GR", "", "euid:ELGEMI.123456789000"),
        (
            "https://clustercollaboration.eu/cluster-organisations/Example?x=1",
            "PL",
            "",
            "eccp:clustercollaboration.eu/cluster-organisations/example",
        ),
    ],
)
def test_any_identifier_is_told_by_label_shape_and_header(
    cell: Value, country: str | None, label: str, text: str
) -> None:
    found = parse_identifier(cell, country, label)
    assert isinstance(found, Identifier)
    assert found.text == text


@pytest.mark.parametrize(
    ("cell", "country", "code"),
    [
        ("PLKRS.0000123456", "PL", "PLKRS.0000123456"),
        ("plkrs.0000123456", "PL", "PLKRS.0000123456"),
        ("DEK1101R.HRB116737_3", "DE", "DEK1101R.HRB116737_3"),
        ("GRGEMI.123456789000", "GR", "ELGEMI.123456789000"),
        ("ELGEMI.123456789000", "GR", "ELGEMI.123456789000"),
    ],
)
def test_a_european_identifier_is_kept(cell: str, country: str, code: str) -> None:
    assert identifiers.euid(cell, country) == code


@pytest.mark.parametrize(
    ("cell", "country"), [("PLKRS.0000123456", "DE"), ("PLKRS0000123456", "PL"), ("x", None)]
)
def test_another_text_is_no_european_identifier(cell: str, country: str | None) -> None:
    assert isinstance(identifiers.euid(cell, country), Invalid)


@pytest.mark.parametrize(
    ("cell", "scheme", "country", "number"),
    [
        (123456, "KRS", "PL", "0000123456"),
        ("KRS: 0000123456", "krs", "PL", "0000123456"),
        ("HRB 12345", "HRB", "DE", "12345"),
        ("12345678", "KvK", "NL", "12345678"),
    ],
)
def test_register_numbers_get_their_zeros_back(
    cell: Value, scheme: str, country: str, number: str
) -> None:
    assert identifiers.reg_no(cell, scheme, country) == number


def test_the_scheme_of_a_register_is_free_but_folded() -> None:
    assert identifiers.reg_scheme("krs") == identifiers.reg_scheme("nr KRS") == "KRS"
    assert identifiers.reg_scheme("Γ.Ε.ΜΗ.") == "GEMI"
    assert identifiers.reg_scheme("my register") == "MYREGISTER"
    assert identifiers.scheme_of_header("nr KRS") == "KRS"
    assert identifiers.scheme_of_header("NIP") is None


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("PT11A Área Metropolitana do Porto", "PT11A"),
        ("Śląskie (PL22)", "PL22"),
        ("PL22", "PL22"),
        ("pl22", "PL22"),
        ("GR30", "EL30"),
        ("EL30 – Αττική", "EL30"),
        ("GB", "UK"),
        ("UKM", "UKM"),
        ("PL 911", "PL911"),
    ],
)
def test_a_region_code_is_cut_out_of_its_label(cell: str, code: str) -> None:
    assert identifiers.nuts(cell) == code


@pytest.mark.parametrize("cell", ["Śląskie", "PL22 / PL21", "QQ12", "Porto", "PL2222"])
def test_what_is_not_one_region_is_refused(cell: str) -> None:
    assert isinstance(identifiers.nuts(cell), Invalid)


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("J62.01", "62.01"), ("62.01 – Computer programming", "62.01"), ("62.01.Z", "62.01"),
        ("62.10", "62.10"), ("6201", "62.01"), (62.01, "62.01"), ("62", "62"), ("J", "J"),
        ("01.11", "01.11"), ("1.11", "01.11"), ("J 62.01", "62.01"), ("62,01", "62.01"),
        ("62.0", "62.0"),
    ],
)  # fmt: skip
def test_an_activity_code_is_found_in_both_revisions(cell: Value, code: str) -> None:
    assert identifiers.nace(cell) == code


@pytest.mark.parametrize("cell", ["99.99", "programming", "J99.99", "620199999"])
def test_another_text_is_no_activity_code(cell: Value) -> None:
    assert isinstance(identifiers.nace(cell), Invalid)


@pytest.mark.parametrize("cell", ["12345678", "1234567890", "PIC", "99988877X"])
def test_a_participant_code_has_nine_digits(cell: str) -> None:
    assert identifiers.pic(999888777.0) == "999888777"
    assert isinstance(identifiers.pic(cell), Invalid)


def test_a_home_page_is_no_profile() -> None:
    profile = "http://www.clustercollaboration.eu/cluster-organisations/Example/"
    assert identifiers.eccp_url(profile) == "clustercollaboration.eu/cluster-organisations/example"
    assert isinstance(identifiers.eccp_url("https://cluster.example"), Invalid)
    assert isinstance(identifiers.eccp_url("see website"), Invalid)


@pytest.mark.parametrize("cell", [None, "", " ", ErrorValue("#N/A")])
def test_a_blank_cell_is_no_identifier(cell: Value) -> None:
    assert parse_identifier(cell, "PL") is None
    for read in (identifiers.pic, identifiers.nuts, identifiers.nace, identifiers.eccp_url):
        assert read(cell) is None
    assert identifiers.vat_no(cell, "PL") is None
    assert identifiers.euid(cell, "PL") is None
    assert identifiers.reg_no(cell, "KRS", "PL") is None
    assert identifiers.reg_scheme(cell) is None


def test_a_digit_that_counts_nothing_is_no_error_of_ours() -> None:
    assert not isinstance(parse_identifier("BE 0403²70701", "BE"), Identifier)
    assert not isinstance(parse_identifier("PL 768000246²", "PL"), Identifier)
