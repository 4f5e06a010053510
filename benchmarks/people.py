"""Persons and employers who do not exist, as many as a large register holds.

Belongs here: names, addresses and tax numbers that are invented and look it.
Does not belong here: rows of registers (attendance.py).
"""

from dataclasses import dataclass
from functools import cache

from stdnum.pl import nip

_FIRST_NAMES = (
    "Testa", "Proba", "Wzorka", "Szkica", "Atrapa", "Zmyśla", "Fikcja", "Makieta", "Udawa", "Niby",
    "Testy", "Probin", "Wzorek", "Szkican", "Atrap", "Zmyślan", "Fikcjan", "Makiet", "Udawan",
    "Nibor",
)  # fmt: skip
_STEMS = (
    "Przykład", "Zmyśl", "Nieistn", "Wymyśl", "Bezistn", "Niebył", "Urojon", "Zastęp", "Modelow",
    "Pozorn", "Książk", "Bajkow", "Papierow", "Szablon", "Wzorcow", "Próbn", "Ćwiczebn", "Pokazow",
    "Doświad", "Łącznik", "Źródł", "Śladow", "Żartow", "Gąbczast", "Półcien",
)  # fmt: skip
_ENDINGS = (
    "acka", "alska", "ańska", "arska", "ecka", "elska", "eńska", "erska", "icka", "ilska", "ińska",
    "irska", "ocka", "olska", "ońska", "orska", "ucka", "ulska", "uńska", "urska", "ycka", "ylska",
    "yńska", "yrska", "owicz", "ewicz", "iak", "czak", "uch", "ejko", "enko", "iuk", "as", "os",
    "us", "ys", "el", "ol", "ul", "yl", "an", "en", "in", "on", "un", "yn", "ar", "er", "or", "yr",
)  # fmt: skip
_ASCII = str.maketrans("ąćęłńóśźżŁŹŚŻĆ", "acelnoszzlzszc")

_SURNAMES = len(_STEMS) * len(_ENDINGS)
_PLAIN_NAMES = len(_FIRST_NAMES) * _SURNAMES
_ABROAD = ("Czechy", "Słowacja", "Niemcy", "Litwa")
_PERSONS_PER_EMPLOYER = 12


@dataclass(frozen=True, slots=True)
class Employer:
    """One employer; four of five are Polish and have a valid tax number (NIP)."""

    number: int
    name: str
    country: str
    tax_number: str | None


@dataclass(frozen=True, slots=True)
class Person:
    """One person, always at the same employer."""

    name: str
    email: str
    employer: Employer


@cache
def person(number: int) -> Person:
    """Return a person; no two have the same name, the later ones have two surnames."""
    first, last = divmod(number % _PLAIN_NAMES, _SURNAMES)
    surname = _surname(last)
    if number >= _PLAIN_NAMES:
        surname = f"{surname}-{_surname((last + number // _PLAIN_NAMES) % _SURNAMES)}"
    at = employer(number // _PERSONS_PER_EMPLOYER)
    local = f"{_FIRST_NAMES[first]}.{surname}".translate(_ASCII).lower()
    email = f"{local}@zaklad{at.number:05d}.example"
    return Person(f"{_FIRST_NAMES[first]} {surname}", email, at)


@cache
def employer(number: int) -> Employer:
    """Return an employer."""
    name = f"Zakład Wymyślony {number:05d} Sp. z o.o."
    if number % 5 == 4:
        return Employer(number, name, _ABROAD[number // 5 % len(_ABROAD)], None)
    return Employer(number, name, "Polska", _tax_number(number))


def employers(persons: int) -> int:
    """Return how many employers so many persons have."""
    return -(-persons // _PERSONS_PER_EMPLOYER)


def _surname(number: int) -> str:
    stem, ending = divmod(number, len(_ENDINGS))
    return _STEMS[stem] + _ENDINGS[ending]


def _tax_number(number: int) -> str:
    """Return a number that passes the check and starts with digits that no office gives out."""
    candidates = (f"999{number * 100 + last:07d}" for last in range(100))
    return next(candidate for candidate in candidates if nip.is_valid(candidate))
