"""Every spelling of a country in 24 languages gives its ISO code (rule G13)."""

import pytest
from babel import Locale

from eurocluster.conforming.countries import country_code, nuts_prefix, scheme_prefix
from eurocluster.conforming.failures import Unknown
from eurocluster.conforming.lexicon import LANGUAGES
from eurocluster.reading.cells import Value

MEMBERS = "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK".split()
NEIGHBOURS = "AL BA CH GB IS LI MD ME MK NO RS TR UA XK".split()


@pytest.mark.parametrize("language", LANGUAGES)
def test_names_of_a_language_are_known(language: str) -> None:
    for code in (*MEMBERS, *NEIGHBOURS):
        name = Locale.parse(language).territories[code]
        for written in (name, name.upper(), f" {name} "):
            assert country_code(written, language) == code


@pytest.mark.parametrize("code", [*MEMBERS, *NEIGHBOURS])
def test_codes_and_english_names_are_known_in_every_language(code: str) -> None:
    for language in LANGUAGES:
        assert country_code(code, language) == code
        assert country_code(code.lower(), language) == code
        assert country_code(Locale.parse("en").territories[code], language) == code


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("EL", "GR"), ("GR", "GR"), ("GRC", "GR"), ("UK", "GB"), ("GBR", "GB"), ("XI", "GB"),
        ("XK", "XK"), ("XKX", "XK"), ("POL", "PL"), ("DEU", "DE"), ("BEL", "BE"), ("E.L.", "GR"),
        ("Hellas", "GR"), ("Ελλάς", "GR"), ("Ελλάδα", "GR"), ("ΕΛΛΑΔΑ", "GR"), ("Holland", "NL"),
        ("The Netherlands", "NL"), ("Czech Republic", "CZ"), ("Česká republika", "CZ"),
        ("Great Britain", "GB"), ("Northern Ireland", "GB"), ("Kosovo*", "XK"),
        ("PL – Polska", "PL"), ("Polska (PL)", "PL"), ("BE Belgique", "BE"),
        ("Rzeczpospolita Polska", "PL"), ("NA", "NA"), ("NO", "NO"), ("NE", "NE"),
    ],
)  # fmt: skip
def test_other_codes_and_names_are_known(text: str, code: str) -> None:
    assert country_code(text, "pl") == code


@pytest.mark.parametrize("cell", ["PL / DE", "Atlantis", "EU", "ZZ", 48, "Klaster", "?"])
def test_what_is_not_one_country_is_refused(cell: Value) -> None:
    assert isinstance(country_code(cell, "pl"), Unknown)


def test_a_misspelt_country_is_refused_with_a_suggestion() -> None:
    assert country_code("Niemcyy", "pl") == Unknown("Niemcyy", "DE")


@pytest.mark.parametrize("cell", [None, "", "  "])
def test_a_blank_cell_is_no_country(cell: Value) -> None:
    assert country_code(cell, "pl") is None


def test_schemes_have_their_own_prefixes() -> None:
    assert [scheme_prefix(code) for code in ("GR", "GB", "PL")] == ["EL", "GB", "PL"]
    assert [nuts_prefix(code) for code in ("GR", "GB", "PL")] == ["EL", "UK", "PL"]
