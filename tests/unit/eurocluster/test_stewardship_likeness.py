"""Organisations that may be one are suggested by their names, and only suggested."""

import pyarrow
from hypothesis import given
from hypothesis import strategies as st

from eurocluster.stewardship.likeness import ALIKE, Named, alike, table_of_pairs


def pairs(*organisations: Named) -> set[tuple[str, str]]:
    return {(pair.one, pair.other) for pair in alike(organisations)}


def pl(key: str, *names: str, vat: str | None = None) -> Named:
    return Named(key, "PL", names, frozenset([vat] if vat else []))


def test_one_name_in_one_country_is_suggested() -> None:
    assert pairs(pl("a", "acme"), pl("b", "acme")) == {("a", "b")}


def test_one_name_in_two_countries_is_not() -> None:
    assert pairs(pl("a", "acme"), Named("b", "BE", ("acme",))) == set()


def test_a_name_without_a_country_may_be_the_one_of_any_country() -> None:
    assert pairs(pl("a", "acme"), Named("b", None, ("acme",))) == {("a", "b")}


def test_a_letter_more_in_a_long_name_is_suggested_with_its_likeness() -> None:
    (pair,) = alike([pl("b", "przyklad obrobka metali"), pl("a", "przyklad obrobka metalli")])
    assert (pair.one, pair.one_name) == ("a", "przyklad obrobka metalli")
    assert ALIKE <= pair.likeness < 100


def test_words_in_another_order_are_suggested() -> None:
    one, other = "metal przyklad obrobka", "przyklad metal obrobka"
    assert pairs(pl("a", one), pl("b", other)) == {("a", "b")}


def test_a_short_name_with_another_letter_is_not() -> None:
    assert pairs(pl("a", "acme"), pl("b", "acmo")) == set()


def test_other_digits_are_another_organisation() -> None:
    one, other = "przyklad warsztat szkolny 12", "przyklad warsztat szkolny 13"
    assert pairs(pl("a", one), pl("b", other)) == set()


def test_two_vat_numbers_of_one_country_are_two_organisations() -> None:
    assert pairs(pl("a", "acme", vat="PL"), pl("b", "acme", vat="PL")) == set()
    assert pairs(pl("a", "acme", vat="PL"), pl("b", "acme", vat="DE")) == {("a", "b")}
    assert pairs(pl("a", "acme", vat="PL"), pl("b", "acme")) == {("a", "b")}


def test_many_organisations_of_one_name_are_not_all_compared_with_all() -> None:
    many = [pl(f"{number:03}", "acme") for number in range(100)]
    assert pairs(*many) == {("000", f"{number:03}") for number in range(1, 100)}


def test_names_beyond_one_block_are_still_compared_with_their_neighbours() -> None:
    alphabet = "abcdefghijklmnopqrstuvwxyz"
    many = [
        pl(f"{one}{two}", f"przyklad {one * 9} {two * 9}") for one in alphabet for two in alphabet
    ]
    near = pl("near", "przyklad bbbbbbbbb cccccccc")
    found = {pair for pair in pairs(*many, near) if "near" in pair}
    assert found == {("bc", "near"), ("cb", "near")}


@given(
    st.lists(
        st.builds(
            Named,
            st.uuids().map(str),
            st.sampled_from(["PL", "BE", None]),
            st.lists(st.text("abc 1", min_size=1, max_size=12), max_size=2).map(tuple),
        ),
        max_size=8,
    )
)
def test_suggestions_do_not_depend_on_the_order(organisations: list[Named]) -> None:
    found = alike(organisations)
    assert found == alike(organisations[::-1])
    assert all(pair.one < pair.other and pair.likeness >= ALIKE for pair in found)


def test_organisations_of_the_warehouse_become_a_table_of_pairs() -> None:
    table = pyarrow.Table.from_pylist(
        [
            {
                "org_key": "a",
                "country": "PL",
                "name_keys": ["acme"],
                "identifiers": ["vat:PL0000001206", "euid:PLKRS.1"],
            },
            {"org_key": "b", "country": "PL", "name_keys": ["acme"], "identifiers": []},
            {
                "org_key": "c",
                "country": "PL",
                "name_keys": ["acme"],
                "identifiers": ["vat:PL0000002309"],
            },
        ]
    )
    found = table_of_pairs(table)
    assert [(row["one"], row["other"]) for row in found.to_pylist()] == [("a", "b"), ("b", "c")]
