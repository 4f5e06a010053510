"""Persons are known by keys; what is personal does not leave the module."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eurocluster.conforming.failures import Unreadable
from eurocluster.conforming.persons import (
    clean_email,
    email_key,
    is_role_mailbox,
    lift_key,
    looks_like_person_number,
    name_key,
    person_tokens,
    several_persons,
)
from eurocluster.reading.cells import Value

SECRET = b"a secret for tests, not for life"
TITLES = ("dr", "Dr.", "Prof.", "mgr", "mgr inż.", "Ing.", "Mr", "Ms", "Mrs", "PhD", "dr hab.")
name_words = st.text(alphabet="bcdfgklmnprstuwzóąęłśżń", min_size=4, max_size=9).filter(
    lambda word: len(person_tokens(f"{word} Przykładowa Wymyślona")) == 3
)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("NOWAK Anna", "Anna Nowak"),
        ("Nowak, Anna", "Anna Nowak"),
        ("Παππάς Δημήτρης", "ΔΗΜΗΤΡΗΣ ΠΑΠΠΑΣ"),
        ("mgr inż. Łukasz Wiśniewski", "Lukasz Wisniewski"),
        ("Dr. Max Mustermann", "Mustermann Max"),
        ("Prof. Dr.-Ing. Erika Mustermann", "Erika Mustermann"),
        ("Ms Anna Nowak", "Anna Nowak, PhD"),
        ("Anna\u00a0Nowak", "Anna Nowak"),
        ("Anna Nowak-Wymyślona", "Anna Nowak Wymyślona"),
    ],
)
def test_two_spellings_of_a_name_are_one_person(one: str, other: str) -> None:
    assert name_key(SECRET, one) == name_key(SECRET, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("Anna Nowak", "Anna Nowacka"), ("Anna Nowak", "Ewa Nowak"), ("Dr Prof", "Mgr Inż")],
)
def test_different_names_are_different_persons(one: str, other: str) -> None:
    assert name_key(SECRET, one) != name_key(SECRET, other)


@given(st.lists(st.binary(min_size=16).filter(lambda s: b"\n" not in s), min_size=2, max_size=4))
def test_a_key_can_be_lifted_to_a_longer_chain_without_the_name(secrets: list[bytes]) -> None:
    before = name_key(b"\n".join(secrets[:-1]), "Testa Wymyślona")
    assert before is not None
    assert name_key(b"\n".join(secrets), "Testa Wymyślona") == lift_key(secrets[-1], before)


@given(st.lists(name_words, min_size=2, max_size=4), st.sampled_from(TITLES), st.data())
def test_a_key_does_not_depend_on_order_case_and_titles(
    names: list[str], title: str, data: st.DataObject
) -> None:
    shuffled = data.draw(st.permutations(names))
    key = name_key(SECRET, " ".join(names))
    assert key == name_key(SECRET, " ".join(shuffled))
    assert key == name_key(SECRET, " ".join(names).upper())
    assert key == name_key(SECRET, f"{title} {' '.join(shuffled).title()}")


@given(st.text(max_size=30))
def test_a_key_is_a_uuid_and_needs_the_secret(name: str) -> None:
    key = name_key(SECRET, name)
    if key is not None:
        assert str(UUID(key)) == key
        assert key != name_key(b"another secret", name)


@pytest.mark.parametrize("name", ["", "  ", "---", "."])
def test_nobody_has_no_key(name: str) -> None:
    assert name_key(SECRET, name) is None


@pytest.mark.parametrize(
    ("cell", "address"),
    [
        ("Anna.Nowak@Firma.example", "anna.nowak@firma.example"),
        (" anna@firma.example ", "anna@firma.example"),
        ("mailto:anna@firma.example", "anna@firma.example"),
        ("Anna Nowak <anna@firma.example>", "anna@firma.example"),
        ("anna@\u200bfirma.example", "anna@firma.example"),
        (None, None),
        ("", None),
    ],
)
def test_an_address_is_lower_cased(cell: Value, address: str | None) -> None:
    assert clean_email(cell) == address


def test_a_cell_of_many_letters_is_searched_once() -> None:
    assert clean_email("я" * 60_000 + " anna@firma.example") == "anna@firma.example"


@pytest.mark.parametrize("cell", ["anna", "anna@firma", "a@b.example; c@d.example", 12])
def test_what_is_not_one_address_is_refused_without_showing_it(cell: Value) -> None:
    found = clean_email(cell)
    assert isinstance(found, Unreadable)
    assert found.text == ""


@pytest.mark.parametrize(
    "local",
    ["info", "INFO", "office", "kontakt", "biuro", "biuro2", "contact", "sekretariat", "info.pl",
     "hr", "projekt", "training", "formation", "secretaría"],
)  # fmt: skip
def test_a_mailbox_of_a_function_is_nobodys(local: str) -> None:
    assert is_role_mailbox(f"{local}@firma.example")
    assert email_key(SECRET, f"{local}@firma.example") is None


@pytest.mark.parametrize("local", ["anna", "a.nowak", "infante", "hr.nowak", "officer"])
def test_a_mailbox_of_a_person_has_a_key(local: str) -> None:
    key = email_key(SECRET, f"{local}@firma.example")
    assert key is not None
    assert key == email_key(SECRET, f"{local.upper()}@FIRMA.example")


def test_a_name_and_an_address_never_share_a_key() -> None:
    assert name_key(SECRET, "anna@firma.example") != email_key(SECRET, "anna@firma.example")


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Anna Nowak, Jan Kowalski", "pl"),
        ("Anna Nowak; Jan Kowalski", "pl"),
        ("Anna i Jan Nowak", "pl"),
        ("Anna Nowak\nJan Kowalski", "pl"),
        ("Anna Nowak / Jan Kowalski", "pl"),
        ("Anna Nowak + 3", "pl"),
        ("1. Anna Nowak 2. Jan Kowalski", "pl"),
        ("ANNA NOWAK, JAN KOWALSKI", "pl"),
        ("Max Muster und Erika Muster", "de"),
        ("María García y Juan López", "es"),
    ],
)
def test_several_persons_in_one_cell_are_noticed(text: str, language: str) -> None:
    assert several_persons(text, language)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Anna Nowak", "pl"),
        ("Nowak, Anna", "pl"),
        ("Anna Maria Nowak-Kowalska", "pl"),
        ("García López, María José", "es"),
        ("João da Costa e Silva", "pt"),
        ("van der Berg, Jan", "nl"),
        ("Dr. Max Mustermann, MBA", "de"),
        ("NOWAK ANNA", "pl"),
        ("José y Gasset Ortega", "es"),
    ],
)
def test_one_person_is_one_person(text: str, language: str) -> None:
    assert not several_persons(text, language)


@pytest.mark.parametrize(
    ("cell", "country"),
    [
        ("44051401359", "PL"),
        (44051401359, "PL"),
        ("PESEL: 44051401359", "PL"),
        ("12345678Z", "ES"),
        ("131052-308T", "FI"),
        ("131052-308T", None),
        ("211062-5629", "DK"),
        ("710319/2745", "CZ"),
    ],
)
def test_a_number_of_a_person_is_noticed(cell: Value, country: str | None) -> None:
    assert looks_like_person_number(cell, country)


@pytest.mark.parametrize(
    ("cell", "country"),
    [
        ("44051401358", "PL"),
        ("5260250274", "PL"),
        ("44051401359", None),
        ("list 44051401359 page 2", "PL"),
        ("2023-03-14", "FI"),
        (None, "PL"),
        (True, "PL"),
        ("", "PL"),
    ],
)
def test_another_number_is_no_number_of_a_person(cell: Value, country: str | None) -> None:
    assert not looks_like_person_number(cell, country)
