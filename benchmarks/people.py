"""Persons and employers who do not exist, as many as a large register holds.

Belongs here: names, addresses and tax numbers that are invented and look it.
Does not belong here: rows of registers (attendance.py).
"""

from dataclasses import dataclass

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

EMPLOYERS = 2_000
PERSONS = len(_FIRST_NAMES) * len(_STEMS) * len(_ENDINGS)
"""25,000: a person comes back four times in 100,000 rows."""

_ABROAD = ("Czechy", "Słowacja", "Niemcy", "Litwa")
_PERSONS_PER_EMPLOYER = -(-PERSONS // EMPLOYERS)


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


def employers() -> tuple[Employer, ...]:
    """Return all employers."""
    return tuple(_employer(number) for number in range(EMPLOYERS))


def persons(employed_by: tuple[Employer, ...]) -> tuple[Person, ...]:
    """Return all persons, no two of the same name."""
    names = (
        (first, stem + ending) for stem in _STEMS for first in _FIRST_NAMES for ending in _ENDINGS
    )
    found = []
    for number, (first, last) in enumerate(names):
        employer = employed_by[number // _PERSONS_PER_EMPLOYER]
        local = f"{first}.{last}".translate(_ASCII).lower()
        email = f"{local}@zaklad{employer.number:04d}.example"
        found.append(Person(f"{first} {last}", email, employer))
    return tuple(found)


def _employer(number: int) -> Employer:
    name = f"Zakład Wymyślony {number:04d} Sp. z o.o."
    if number % 5 == 4:
        return Employer(number, name, _ABROAD[number // 5 % len(_ABROAD)], None)
    return Employer(number, name, "Polska", _tax_number(number))


def _tax_number(number: int) -> str:
    """Return a number that passes the check and starts with digits that no office gives out."""
    candidates = (f"999{number * 100 + last:07d}" for last in range(100))
    return next(candidate for candidate in candidates if nip.is_valid(candidate))
