"""The one way in which texts are made comparable.

Headers, words of vocabularies, names of organisations, persons and countries are all compared
after this folding, and nowhere by any other (spec: readings.md, reading 26).

Belongs here: text → folded text.
Does not belong here: splitting cells, dropping words, look-alike letters of identifiers.
"""

import re
import unicodedata
from functools import lru_cache

_LETTERS = str.maketrans(
    {
        "ł": "l", "ø": "o", "đ": "d", "ð": "d", "ß": "ss", "æ": "ae", "œ": "oe",
        "þ": "th", "ħ": "h", "ı": "i", "ŧ": "t", "ŋ": "n", "ĸ": "k", "ə": "e",
    }
)  # fmt: skip
_ASCII_RUN = re.compile(r"[^a-z0-9]+")


class _Kept(dict[int, str]):
    """Code point → what is kept of the character: itself, nothing, or a blank; found out once."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        category = unicodedata.category(character)
        if category[0] in "LN":
            kept = character
        else:
            kept = "" if character == "." or category in ("Mn", "Me", "Cf") else " "
        self[code] = kept
        return kept


_KEPT = _Kept()


@lru_cache(maxsize=100_000)
def fold(text: str) -> str:
    """Return the text in the form in which texts are compared.

    NFKC, casefold, combining marks stripped, ł ø đ ß æ œ and their like spelled with plain
    letters, dots and invisible characters deleted, every other mark a blank, blanks collapsed.
    Letters keep their alphabet: Greek stays Greek.
    """
    if text.isascii():
        return _ASCII_RUN.sub(" ", text.lower().replace(".", "")).strip()
    compatible = unicodedata.normalize("NFKC", text).casefold().translate(_LETTERS)
    kept = unicodedata.normalize("NFD", compatible).translate(_KEPT)
    return " ".join(unicodedata.normalize("NFC", kept).split())
