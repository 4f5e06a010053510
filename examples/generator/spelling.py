"""How people write the name of an organisation or a person, and its number, on a given day.

Belongs here: harmless variants, which mean the same. Does not belong here: mistakes
(`mistakes.py`), headers and words of a language (`languages.py`).
"""

from __future__ import annotations

import unicodedata
from random import Random

from examples.generator.facts import Organisation, Person
from examples.generator.rows import Value

_FORMS = (" Sp. z o.o.", " S.A.", " GmbH", " AG", " bv", " nv", " ΑΕ", " ΕΠΕ", " ΙΚΕ", " S.L.",
          " Oy", " Oyj")  # fmt: skip
_ROLE_MAILBOX = {
    "pl": "biuro", "de": "info", "be": "info", "gr": "info", "es": "info", "fi": "info",
}  # fmt: skip
# Registers that know an organisation's register number as well as its VAT number.
_WITH_REGISTER = ("pl", "de", "be", "gr", "fi")


def organisation_name(organisation: Organisation, partner: str, random: Random) -> str:
    """The name as `partner` writes it: now and then shorter, in capitals or in other quotes."""
    name = organisation.name if partner == "gr" else organisation.latin_name
    draw = random.random()
    if draw < 0.06 and name == organisation.name:
        return without_form(name)
    if draw < 0.10 and "ß" not in name:
        return _without_marks(name).upper() if partner == "gr" else name.upper()
    if draw < 0.13:
        return f"„{name}”" if partner == "pl" else f'"{name}"'
    if draw < 0.16:
        return name.replace(" ", "  ", 1)
    return name


def without_form(name: str) -> str:
    """The name without its legal form."""
    for form in _FORMS:
        name = name.removesuffix(form)
    return name


def organisation_id(organisation: Organisation, partner: str, random: Random) -> str | None:
    """An identifier as `partner` writes it, or None where it writes only the name."""
    home = organisation.key.split("-")[0]
    at_home = home == partner
    # Outside Greece a Greek organisation is written in Latin letters: only its number tells.
    must = organisation.country == "GR" and not at_home
    if not must and home in _WITH_REGISTER and organisation.euid and random.random() < 0.14:
        return organisation.euid
    if at_home and home in ("pl", "de") and organisation.register_number and random.random() < 0.1:
        return f"{organisation.register_scheme} {organisation.register_number}"
    if organisation.vat is None or (not must and at_home and random.random() < 0.16):
        return None
    return vat_as_written(organisation.vat, at_home=at_home, random=random)


def vat_as_written(vat: str, *, at_home: bool, random: Random) -> str:
    """A VAT number with or without its prefix, dots and blanks; only at home without prefix."""
    prefix, digits = vat[:2], vat[2:]
    bare = at_home and random.random() < 0.5
    match prefix:
        case "PL" if random.random() < 0.5:
            digits = f"{digits[:3]}-{digits[3:6]}-{digits[6:8]}-{digits[8:]}"
        case "BE" if random.random() < 0.6:
            digits = f"{digits[:4]}.{digits[4:7]}.{digits[7:]}"
        case "FI" if bare:
            return f"{digits[:7]}-{digits[7]}"
    if bare:
        return digits
    return f"{prefix} {digits}" if random.random() < 0.2 else prefix + digits


def person_cells(
    person: Person, employer: Organisation, partner: str, random: Random
) -> dict[str, Value]:
    """The cells of a person: name in one or two columns, e-mail, telephone."""
    given, family = person.given, person.family
    title = f"{person.title} " if person.title and random.random() < 0.5 else ""
    draw = random.random()
    if draw < 0.08:
        family = _capitals(family)
    elif draw < 0.11:
        given, family = _capitals(given), _capitals(family)
    email = None
    if person.email and random.random() < 0.8:
        email = person.email
        if random.random() < 0.06:
            email = email.title().replace(".Example", ".example")
    elif not person.email and random.random() < 0.12:
        email = f"{_ROLE_MAILBOX[partner]}@{employer.domain}.example"
    whole = f"{family} {given}" if random.random() < 0.15 else f"{given} {family}"
    number = int(person.key.split("/")[1]) + 10 * sum(map(ord, person.employer)) % 900
    # 030 23125 … is kept free for films: nobody can be called there.
    phone = f"030 23125{number:03d}" if random.random() < 0.3 else None
    return {
        "person_name": f"{title}{whole}",
        "first_name": f"{title}{given}",
        "surname": family,
        "email": email,
        "+phone": phone,
    }


def _capitals(text: str) -> str:
    """The text in capitals, as typed: Greek capitals bear no accents; ß has no capital."""
    if "ß" in text:
        return text
    return (_without_marks(text) if "ά" <= max(text) <= "ώ" or _is_greek(text) else text).upper()


def _is_greek(text: str) -> bool:
    return any("Ͱ" <= letter <= "Ͽ" for letter in text)


def _without_marks(text: str) -> str:
    apart = unicodedata.normalize("NFD", text)
    return unicodedata.normalize("NFC", "".join(c for c in apart if not unicodedata.combining(c)))
