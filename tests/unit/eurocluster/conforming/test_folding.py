"""Two spellings of one text are one text after folding."""

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from eurocluster.conforming.folding import fold


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("  Imię i\nNazwisko * ", "imie i nazwisko"),
        ("ŁÓDŹ", "lodz"),
        ("Straße", "strasse"),
        ("Ærø", "aero"),
        ("Œuvre", "oeuvre"),
        ("Đorđe", "dorde"),
        ("ΟΔΥΣΣΕΥΣ", "οδυσσευσ"),
        ("Οδυσσεύς", "οδυσσευσ"),
        ("Държава:", "държава"),
        ("S.à r.l.", "sa rl"),
        ("A/S", "a s"),
        ("n° TVA", "n tva"),
        ("ＡＢＣ １２", "abc 12"),
        ("e-mail", "e mail"),
        ("[Hours] (h)", "hours h"),
        ("***", ""),
        ("", ""),
    ],
)
def test_marks_case_and_accents_do_not_count(written: str, folded: str) -> None:
    assert fold(written) == folded


@pytest.mark.parametrize("invisible", ["\u200b", "\u200d", "\ufeff", "\u00ad", "\u2060"])
def test_invisible_characters_do_not_count(invisible: str) -> None:
    assert fold(f"Klas{invisible}ter") == "klaster"


@pytest.mark.parametrize("blank", [" ", "\u00a0", "\u202f", "\u2009", "\t", "\r\n"])
def test_every_blank_is_one_blank(blank: str) -> None:
    assert fold(f"Klaster{blank}{blank}Północ") == "klaster polnoc"


def test_the_alphabet_stays() -> None:
    assert fold("ΑΒΓ") != fold("ABG")


@given(st.text())
@example("ǰ")
@example("ŉ")
@example("İstanbul")
@example("ὈΔΥΣΣΕΎΣ")
def test_folding_a_folded_text_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text())
def test_composed_and_decomposed_letters_fold_alike(text: str) -> None:
    assert fold(unicodedata.normalize("NFD", text)) == fold(unicodedata.normalize("NFC", text))


@given(st.text(alphabet=st.characters(max_codepoint=0x24F)))
def test_case_of_latin_letters_does_not_count(text: str) -> None:
    assert fold(text.upper()) == fold(text.lower())
