"""Words of vocabularies become codes, or are refused with a suggestion."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eurocluster.conforming import words
from eurocluster.conforming.failures import Unknown
from eurocluster.conforming.folding import fold
from eurocluster.conforming.lexicon import LANGUAGES, concept_words
from eurocluster.reading.cells import Value
from schemas.vocabulary import VOCABULARIES

TWO_MEANINGS = {
    ("es", "gender", "m"),  # mujer, masculino
    ("hu", "gender", "f"),  # férfi, female
    ("lt", "gender", "m"),  # moteris, male
    ("ga", "gender", "f"),  # fireann, female
    ("mt", "gender", "m"),  # mara, maskil
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_yes_and_no_of_the_specification_are_understood_in_their_language(language: str) -> None:
    assert concept_words("yes")[language]
    assert concept_words("no")[language]
    for word in concept_words("yes")[language]:
        assert words.yes_no(word, language) is True
        assert words.yes_no(f" {word.upper()} ", language) is True
    for word in concept_words("no")[language]:
        assert words.yes_no(word, language) is False


def test_no_word_is_yes_in_one_language_and_no_in_another() -> None:
    yes = {fold(word) for listed in concept_words("yes").values() for word in listed}
    no = {fold(word) for listed in concept_words("no").values() for word in listed}
    assert len(yes) == 18
    assert yes.isdisjoint(no)


@pytest.mark.parametrize(
    "mark", ["x", "X", "✓", "✔", "☑", "ü", "1", 1, 1.0, True, "PRAWDA", "WAHR", "VRAI", "TRUE"]
)
def test_marks_and_truth_values_mean_yes(mark: Value) -> None:
    assert words.yes_no(mark, "pl") is True


@pytest.mark.parametrize("mark", ["0", 0, 0.0, False, "FAŁSZ", "FALSCH", "FAUX", "FALSE", "✗"])
def test_marks_and_truth_values_mean_no(mark: Value) -> None:
    assert words.yes_no(mark, "pl") is False


@pytest.mark.parametrize("blank", [None, "", "  "])
def test_a_blank_cell_is_not_a_no(blank: Value) -> None:
    assert words.yes_no(blank, "pl") is None


@pytest.mark.parametrize(
    ("word", "language"),
    [("nie wiadomo", "pl"), ("inconnu", "fr"), ("άγνωστο", "el"), ("perhaps", "en")],
)
def test_what_is_not_known_is_neither_yes_nor_no(word: str, language: str) -> None:
    assert isinstance(words.yes_no(word, language), Unknown)


def test_not_known_is_an_answer_where_the_column_allows_it() -> None:
    assert words.enum_code("nie wiadomo", "yes_no_unknown", "pl") == "unknown"
    assert words.enum_code("tak", "yes_no_unknown", "pl") == "yes"


def test_words_that_partners_declare_come_first() -> None:
    assert words.yes_no("da", "pl", {"DA": "no"}) is False
    assert words.enum_code("*", "attended", "pl", {"*": "partial"}) == "partial"


@pytest.mark.parametrize("vocabulary", sorted(VOCABULARIES))
def test_every_code_means_itself_in_every_language(vocabulary: str) -> None:
    name = "objective" if vocabulary == "service_objective" else vocabulary
    for code in VOCABULARIES[vocabulary]:
        for language in LANGUAGES:
            if (language, name, code) not in TWO_MEANINGS:
                assert words.enum_code(code, name, language) == code


@pytest.mark.parametrize(
    ("text", "vocabulary", "language", "code"),
    [
        ("4b – Skills of SMEs", "objective", "pl", "4b"),
        ("tak (online)", "attended", "pl", "yes"),
        ("zrealizowane", "training_status", "pl", "delivered"),
        ("Zrealizowane", "training_status", "de", "delivered"),
        ("MŚP", "vo_type", "pl", "sme"),
        ("PME", "sme_declared", "fr", "sme"),
        ("kein KMU", "sme_declared", "de", "not_sme"),
        ("tak", "sme_declared", "pl", "sme"),
    ],
)
def test_labels_are_understood(text: str, vocabulary: str, language: str, code: str) -> None:
    assert words.enum_code(text, vocabulary, language) == code


def test_a_contradiction_in_one_cell_is_refused() -> None:
    assert isinstance(words.enum_code("tak / nie", "attended", "pl"), Unknown)
    assert isinstance(words.enum_code("yes (not every day, no)", "attended", "en"), Unknown)


def test_an_unknown_word_is_refused_with_the_nearest_code() -> None:
    found = words.enum_code("zrealizowne", "training_status", "pl")
    assert found == Unknown("zrealizowne", "delivered")
    assert "zrealizowne" not in repr(found)


@pytest.mark.parametrize(
    "text",
    ["trainers; cluster_staff", "cluster_staff, trainers", "trainers\ncluster staff",
     "trenerzy; pracownicy klastrów", "trenerzy i pracownicy klastrów"],
)  # fmt: skip
def test_a_set_does_not_depend_on_order_and_separator(text: str) -> None:
    assert words.set_codes(text, "audience", "pl") == ("cluster_staff", "trainers")


def test_a_word_that_a_language_uses_for_two_things_is_refused() -> None:
    assert words.enum_code("F", "gender", "es") == "f"
    assert isinstance(words.enum_code("M", "gender", "es"), Unknown)


def test_one_unknown_word_makes_a_set_unknown() -> None:
    assert isinstance(words.set_codes("trainers; wizards", "audience", "en"), Unknown)


@given(st.lists(st.sampled_from(VOCABULARIES["topic_flags"]), min_size=1))
def test_a_set_holds_each_code_once_and_sorted(codes: list[str]) -> None:
    assert words.set_codes("; ".join(codes), "topic_flags", "fi") == tuple(sorted(set(codes)))


@pytest.mark.parametrize("word", ["n/a", "-", "–", "—", "brak", "keine", "ei mitään", "  "])
def test_words_for_nothing_are_empty(word: str) -> None:
    assert words.is_empty_word(word, "certificate_no")


@pytest.mark.parametrize(
    ("word", "column"),
    [("NA", "employer_country"), ("none", "sme_evidence"), ("NA", "surname"),
     ("Null", "surname"), ("None", "surname"),
     ("brak", "sme_evidence"), ("x", "attended"),
     ("✓", "attended"), ('"', "employer_name"), ("no", "attended"), ("nie", "attended")],
)  # fmt: skip
def test_a_word_that_means_something_is_not_empty(word: str, column: str) -> None:
    assert not words.is_empty_word(word, column)


@pytest.mark.parametrize("column", ["attended", "self_employed", "vo_is_sme"])
def test_a_no_of_any_language_is_never_empty(column: str) -> None:
    for listed in concept_words("no").values():
        assert not any(words.is_empty_word(word, column) for word in listed)


@pytest.mark.parametrize("language", LANGUAGES)
def test_ditto_words_of_the_specification_are_understood(language: str) -> None:
    for word in concept_words("ditto")[language]:
        assert words.is_ditto(word, language)


@pytest.mark.parametrize("mark", ['"', "”", "„", '-"-', "-//-", "-II-", "''", "〃", ",,"])
def test_ditto_marks_are_understood_everywhere(mark: str) -> None:
    assert words.is_ditto(mark, "pl")
    assert not words.is_empty_word(mark, "employer_name")


@pytest.mark.parametrize("language", LANGUAGES)
def test_total_words_of_the_specification_start_a_total_row(language: str) -> None:
    for word in concept_words("total")[language]:
        assert words.is_total(f"{word}:", language)
        assert words.is_total(f"{word.upper()} 12", language)


@pytest.mark.parametrize("text", ["Summe", "Sumak Anna", "Totalis Consulting GmbH", None, 12])
def test_a_name_that_begins_like_a_total_is_no_total(text: Value) -> None:
    assert not words.is_total(text, "pl")


def test_a_signature_line_is_known() -> None:
    assert words.is_signature("Sporządziła: Anna Przykładowa", "pl")
    assert not words.is_signature("Anna Przykładowa", "pl")
