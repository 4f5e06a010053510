"""Names and e-mail addresses of persons: comparable, keyed, and what must not be kept.

Everything here works on personal data and gives back keys or yes/no; no message and no ``repr``
of a result shows a name, an address or a number.

Belongs here: name tokens, person keys (rule G5) and their lifting, role mailboxes (W03), several
persons in one cell (E16), national person numbers (E14).
Does not belong here: joining persons (dbt identities), the secret (settings).
"""

import hmac
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, lru_cache, reduce
from importlib import import_module

from eurocluster.conforming.failures import Unreadable
from eurocluster.conforming.folding import fold
from eurocluster.conforming.lexicon import separated, table
from eurocluster.reading.cells import Value

_OF_ADDRESS = r"[^\s@<>,;:\"()\[\]]"
_ADDRESS = re.compile(  # begins where a word does: tried at every letter, a long cell takes minutes
    rf"(?<!{_OF_ADDRESS}){_OF_ADDRESS}+@{_OF_ADDRESS}+\.[^\W\d_]{{2,}}"
)
_PLAIN_ADDRESS = re.compile(r"[a-z0-9._+\-]+@[a-z0-9.\-]+\.[a-z]{2,}")
_REMEMBERED = 150_000
_REMEMBERED_IN_A_BLOCK = 1 << 15
_LOCAL_PART = re.compile(r"[._+\-\d]+")

_PARTICLES = frozenset(
    "von van de der den del della di da do dos das du la le los las el al bin ten ter zu zur af "
    "vd st san santa mac mc y e i".split()
)
_AND = {
    "bg": "и", "cs": "a", "da": "og", "de": "und|u.", "el": "και", "en": "and", "es": "y|e",
    "et": "ja", "fi": "ja", "fr": "et", "ga": "agus", "hr": "i", "hu": "és", "it": "e|ed",
    "lt": "ir", "lv": "un", "nl": "en", "pl": "i|oraz", "ro": "și|si|şi", "sk": "a", "sl": "in",
    "sv": "och",
}  # fmt: skip
"""Small words that join two names. Portuguese has none here: "Costa e Silva" is one surname."""
_SEPARATOR = re.compile(r"[;,/&+\r\n\d]")
_TWO_SURNAMES = frozenset({"es", "pt"})
_ENUMERATED = re.compile(r"(?:^|\s)\d{1,2}[.)]\s*[^\W\d_]")
_AND_OTHERS = re.compile(r"[+&]\s*\d+\b|\bet al\b")

_NUMBER_LABEL = re.compile(r"^[^\d:]{2,30}:\s*|^[^\d:]{2,30}\s(?=\d)")


@lru_cache(maxsize=_REMEMBERED_IN_A_BLOCK)
def person_tokens(name: str) -> tuple[str, ...]:
    """Return the folded parts of a name, sorted, titles dropped.

    "NOWAK Anna" and "Anna Nowak", "mgr inż. Łukasz Wiśniewski" and "Lukasz Wisniewski" give the
    same tokens. A name that consists of titles only keeps them.
    """
    tokens = fold(name).split()
    kept = _without_titles(tokens)
    return tuple(sorted(kept or tokens))


@lru_cache(maxsize=_REMEMBERED)
def name_key(secret: bytes, name: str) -> str | None:
    """Return the keyed hash of a name as UUID text; ``None`` for a name without letters.

    ``secret`` is a chain, one per line: the first keys the name, each later one lifts the key.
    """
    tokens = person_tokens(name)
    return _keyed(secret, "name:" + " ".join(tokens)) if tokens else None


@lru_cache(maxsize=_REMEMBERED)
def email_key(secret: bytes, email: str) -> str | None:
    """Return the keyed hash of a personal address as UUID text.

    ``None`` for a role mailbox (W03) and for a text that is no address.
    """
    address = clean_email(email)
    if not isinstance(address, str) or is_role_mailbox(address):
        return None
    return _keyed(secret, "email:" + address)


def clean_email(value: Value) -> str | None | Unreadable:
    """Return the one address of a cell, lower-cased; ``None`` for a blank cell.

    "Anna <anna@firma.example>" and "mailto:anna@firma.example" are understood. The failure
    carries no text: the cell is personal.
    """
    if value is None:
        return None
    if isinstance(value, str) and _PLAIN_ADDRESS.fullmatch(address := value.strip().lower()):
        return address
    text = unicodedata.normalize("NFKC", str(value)).strip().lower().removeprefix("mailto:")
    text = "".join(c for c in text if unicodedata.category(c) != "Cf")
    if not text:
        return None
    found = sorted(set(_ADDRESS.findall(text)))
    if not found:
        return Unreadable("", "no e-mail address")
    if len(found) > 1:
        return Unreadable("", "more than one address")
    return str(found[0])


def is_plain_address(text: str) -> bool:
    """Return whether a text is one address in plain letters, and nothing else."""
    return _PLAIN_ADDRESS.fullmatch(text) is not None


@lru_cache(maxsize=_REMEMBERED_IN_A_BLOCK)
def is_role_mailbox(email: str) -> bool:
    """Return whether an address belongs to a function rather than to a person.

    "info", "info.pl", "biuro2" do; a word that is also a name or a trade ("hr", "it") only when
    it is the whole local part.
    """
    parts = _LOCAL_PART.split(_local_part(email))
    first = next(filter(None, parts), None)
    if first is None:
        return False
    leading, whole = _role_words("leading"), _role_words("whole")
    joined = "".join(parts)
    return first in leading or joined in leading or joined in whole


def _local_part(email: str) -> str:
    """Return the part before the @, lower-cased, marks stripped, separators kept."""
    local = email.split("@")[0].strip().lower()
    if local.isascii():
        return local
    local = unicodedata.normalize("NFKD", local)
    return "".join(c for c in local if not unicodedata.combining(c))


def several_persons(text: str, language: str = "") -> bool:
    """Return whether a name cell seems to hold more than one person (E16).

    "Nowak, Anna" and "García López, María José" (in Spanish and Portuguese) are one person;
    "Anna Nowak, Jan Kowalski", "Anna i Jan Nowak" and "Anna Nowak + 3" are not.
    """
    may_be_joined = len(text.split()) > 2 and _may_join(language).search(text)
    if not may_be_joined and not _SEPARATOR.search(text):
        return False
    if text.isupper():
        text = text.lower()
    separate = re.split(r";|\s&\s", text)
    if len(separate) > 1 and len([part for part in separate if _name_parts(part)]) > 1:
        return True
    if len(_ENUMERATED.findall(text)) > 1 or _AND_OTHERS.search(text.casefold()):
        return True
    return (
        any(_have_parts(re.split(mark, text), 2, 2) for mark in (r"[\r\n]+", "/", r"\s\+\s"))
        or any(
            _have_parts(re.split(word, text), 2 if language in _TWO_SURNAMES else 1, 2)
            for word in _joining_words(language)
        )
        or _has_several_after_commas(text, language)
    )


def looks_like_person_number(value: Value, country: str | None) -> bool:
    """Return whether a cell is a national person number of ``country`` (E14).

    Only a cell that is nothing but the number (a label before it allowed), of exactly the
    national shape and with a valid check digit. Without a country only the shapes that nothing
    else has are tried (Italy, Finland). Left out are numbers that companies share (Croatia,
    Ireland, Iceland, Netherlands).
    """
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        return False
    text = value if isinstance(value, str) else f"{value:.0f}"
    number = _NUMBER_LABEL.sub("", unicodedata.normalize("NFKC", text).strip())
    for kind in _PERSON_NUMBERS.get(country, ()) if country else _UNMISTAKABLE:
        whole = number if isinstance(value, str) else number.zfill(kind.width)
        if re.fullmatch(kind.shape, whole, re.IGNORECASE) and _validator(kind.module)(whole):
            return True
    return False


@dataclass(frozen=True, slots=True)
class _PersonNumber:
    """A kind of person number: stdnum module, shape as written, digits when it is a number."""

    module: str
    shape: str
    width: int = 0


_JMBG = _PersonNumber("si.emso", r"\d{13}", 13)
_PERSON_NUMBERS: dict[str, tuple[_PersonNumber, ...]] = {
    "AT": (_PersonNumber("at.vnr", r"\d{4} ?\d{6}", 10),),
    "BA": (_JMBG,),
    "BE": (_PersonNumber("be.nn", r"\d{2}[. ]?\d{2}[. ]?\d{2}[- ]?\d{3}[. ]?\d{2}", 11),),
    "BG": (_PersonNumber("bg.egn", r"\d{10}", 10),),
    "CH": (_PersonNumber("ch.ssn", r"756\.?\d{4}\.?\d{4}\.?\d{2}", 13),),
    "CZ": (_PersonNumber("cz.rc", r"\d{6}/\d{3,4}"),),
    "DE": (_PersonNumber("de.idnr", r"\d{2} ?\d{3} ?\d{3} ?\d{3}", 11),),
    "DK": (_PersonNumber("dk.cpr", r"\d{6}-\d{4}"),),
    "EE": (_PersonNumber("ee.ik", r"[1-8]\d{10}", 11),),
    "ES": (
        _PersonNumber("es.dni", r"\d{8}-?[A-Z]"),
        _PersonNumber("es.nie", r"[XYZ]-?\d{7}-?[A-Z]"),
    ),
    "FI": (_PersonNumber("fi.hetu", r"\d{6}[-+A-FU-Y]\d{3}[0-9A-Y]"),),
    "FR": (_PersonNumber("fr.nir", r"[12] ?\d{2} ?\d{2} ?[0-9AB]\d ?\d{3} ?\d{3} ?\d{2}", 15),),
    "GR": (_PersonNumber("gr.amka", r"\d{11}", 11),),
    "IT": (
        _PersonNumber(
            "it.codicefiscale", r"[A-Z]{6}[0-9L-V]{2}[A-Z][0-9L-V]{2}[A-Z][0-9L-V]{3}[A-Z]"
        ),
    ),
    "LT": (_PersonNumber("lt.asmens", r"[1-6]\d{10}", 11),),
    "LV": (_PersonNumber("lv.pvn", r"[0-3]\d{5}-\d{5}"),),
    "ME": (_JMBG,),
    "MK": (_JMBG,),
    "NO": (_PersonNumber("no.fodselsnummer", r"\d{6} ?\d{5}", 11),),
    "PL": (_PersonNumber("pl.pesel", r"\d{11}", 11),),
    "PT": (_PersonNumber("pt.cc", r"\d{8} ?\d ?[A-Z0-9]{2}\d"),),
    "RO": (_PersonNumber("ro.cnp", r"[1-8]\d{12}", 13),),
    "RS": (_JMBG,),
    "SE": (_PersonNumber("se.personnummer", r"(?:19|20)?\d{6}[-+]\d{4}|(?:19|20)\d{10}", 12),),
    "SI": (_JMBG,),
    "SK": (_PersonNumber("sk.rc", r"\d{6}/\d{3,4}"),),
    "TR": (_PersonNumber("tr.tckimlik", r"[1-9]\d{10}", 11),),
}
_UNMISTAKABLE = (*_PERSON_NUMBERS["FI"], *_PERSON_NUMBERS["IT"])


@cache
def _validator(module: str) -> Callable[[str], bool]:
    valid: Callable[[str], bool] = import_module(f"stdnum.{module}").is_valid
    return valid


def lift_key(secret: bytes, key: str) -> str:
    """Return the key that a chain with one more secret makes where the chain before made ``key``.

    What is stored can be lifted without knowing whose key it is.
    """
    return _hashed(secret, key)


def _keyed(secret: bytes, text: str) -> str:
    first, *later = secret.split(b"\n")
    return reduce(lambda key, another: lift_key(another, key), later, _hashed(first, text))


def _hashed(secret: bytes, text: str) -> str:
    digits = hmac.digest(secret, text.encode(), "sha256").hex()
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:32]}"


def _without_titles(tokens: list[str]) -> list[str]:
    """Return the tokens without titles; those that could be names go only where two remain."""
    if _first_title_words().isdisjoint(tokens):
        return tokens
    titles, kept, position = _title_words("anywhere"), [], 0
    while position < len(tokens):
        length = next((n for n in (3, 2, 1) if tuple(tokens[position : position + n]) in titles), 0)
        if not length:
            kept.append(tokens[position])
        position += length or 1
    leading, edge = _title_words("leading"), _title_words("edge")
    while len(kept) > 2 and (kept[0],) in leading | edge:
        kept = kept[1:]
    while len(kept) > 2 and (kept[-1],) in edge:
        kept = kept[:-1]
    return kept


@cache
def _title_words(place: str) -> frozenset[tuple[str, ...]]:
    return frozenset(
        tuple(fold(word).split())
        for row in table("titles")
        if row["place"] == place
        for word in separated(row["words"])
    )


@cache
def _first_title_words() -> frozenset[str]:
    """Return the words with which a title begins; without one there is none in a name."""
    places = ("anywhere", "leading", "edge")
    return frozenset(words[0] for place in places for words in _title_words(place) if words)


@cache
def _role_words(place: str) -> frozenset[str]:
    return frozenset(
        word
        for row in table("role_mailboxes")
        if row["place"] == place
        for word in separated(row["words"])
    )


def _name_parts(text: str) -> list[str]:
    """Return the words of a name without titles and particles; "Nowak-Kowalska" is one word."""
    words = [fold(word.replace("-", "")) for word in re.split(r"[\s,]+", text)]
    return [
        word
        for word in _without_titles([word for word in words if word])
        if word not in _PARTICLES and not word.isdecimal()
    ]


def _have_parts(texts: list[str], first: int, others: int) -> bool:
    """Return whether there are several texts with at least so many name words each."""
    if len(texts) == 1:
        return False
    counts = [len(_name_parts(text)) for text in texts]
    return counts[0] >= first and min(counts[1:]) >= others


@cache
def _may_join(language: str) -> re.Pattern[str]:
    """Return the pattern of whatever words could stand between two persons, in any case."""
    words = "|".join(_joining_words(language))
    return re.compile(rf"\bet al\b|{words}", re.IGNORECASE)


@cache
def _joining_words(language: str) -> tuple[str, ...]:
    return tuple(rf"\s{re.escape(word)}\s" for word in separated(_AND.get(language, _AND["en"])))


def _has_several_after_commas(text: str, language: str) -> bool:
    if "," not in text:
        return False
    parts = [names for part in text.split(",") if (names := _name_parts(part))]
    if len(parts) > 2:
        return True
    if language in _TWO_SURNAMES:
        return False
    return len(parts) == 2 and all(len(names) >= 2 for names in parts)
