"""Spellings of an organisation's name give one key (rule G4)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eurocluster.conforming.names import organisation_key


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("ΑΛΦΑ Α.Ε.", "αλφα"),
        ("Алфа ЕООД", "алфа"),
        ("Алфа АД", "алфа"),
        ("UAB „Alfa“", "alfa"),
        ("Alfa, UAB", "alfa"),
        ("Alfa OÜ", "alfa"),
        ("OÜ Alfa", "alfa"),
        ("SIA Alfa", "alfa"),
        ("Alfa SIA", "alfa"),
        ("Alfa A/S", "alfa"),
        ("Alfa S.à r.l.", "alfa"),
        ("Alfa Sàrl", "alfa"),
        ("Alfa sp. z o.o.", "alfa"),
        ("ALFA SPÓŁKA Z OGRANICZONĄ ODPOWIEDZIALNOŚCIĄ", "alfa"),
        ("Alfa GmbH & Co. KG", "alfa"),
        ("Alfa e.V.", "alfa"),
        ("Alfa B.V.", "alfa"),
        ("Alfa vzw", "alfa"),
        ("Alfa, S.L.", "alfa"),
        ("Alfa Oy", "alfa"),
        ("Alfa s.r.o.", "alfa"),
        ("Alfa d.o.o.", "alfa"),
        ("Alfa Kft.", "alfa"),
        ("Alfa S.p.A.", "alfa"),
        ("Alfa Lda.", "alfa"),
        ("Alfa S.R.L.", "alfa"),
        ("Alfa AB", "alfa"),
        ("Alfa SAS", "alfa"),
        ("Alfa Ltd.", "alfa"),
        ("  ALFA\u00a0 ", "alfa"),
        ("Łódź-Ørsted Straße", "lodz orsted strasse"),
        ("Klaster „Przykład”", "klaster przyklad"),
    ],
)
def test_legal_forms_and_marks_do_not_count(name: str, key: str) -> None:
    assert organisation_key(name) == key


@pytest.mark.parametrize("name", ["S.A.", "GmbH", "UAB"])
def test_a_name_that_is_only_a_legal_form_stays(name: str) -> None:
    assert organisation_key(name) != ""


@pytest.mark.parametrize("name", ["", "---", "„”", " . "])
def test_a_name_without_letters_has_an_empty_key(name: str) -> None:
    assert organisation_key(name) == ""


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Alfa", "Alfa 2"),
        ("ΑΛΦΑ Α.Ε.", "ALFA AE"),
        ("Alfa Nord", "Alfa Sud"),
        ("Sasol", "Sol"),
        ("Abacus", "Acus"),
    ],
)
def test_different_names_stay_different(one: str, other: str) -> None:
    assert organisation_key(one) != organisation_key(other)


@given(st.text(max_size=40))
def test_the_key_of_a_key_is_the_key(name: str) -> None:
    key = organisation_key(name)
    assert organisation_key(key) == key


@given(st.text(alphabet="abcdeoó łŁÓ", min_size=1, max_size=20))
def test_case_and_blanks_do_not_count(name: str) -> None:
    assert organisation_key(f"  {name.upper()}\t") == organisation_key(name)
