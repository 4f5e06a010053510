"""Valid-looking identifiers in ranges that no authority has given out.

Belongs here: VAT, register numbers and EUIDs whose check digits hold. Does not belong here:
which organisation carries which of them.
"""

from __future__ import annotations

from importlib import import_module
from random import Random

# Leading digits that are not in use, so that no number can be that of a company which exists.
_VAT_SHAPES = {
    "PL": ("stdnum.pl.nip", "999{6}{c}"),
    "DE": ("stdnum.de.vat", "999{5}{c}"),
    "BE": ("stdnum.be.vat", "0999{4}{c}{c}"),
    "EL": ("stdnum.gr.vat", "000{5}{c}"),
    "ES": ("stdnum.es.cif", "B00{5}{c}"),
    "FI": ("stdnum.fi.alv", "99{5}{c}"),
    "IT": ("stdnum.it.iva", "9999{3}999{c}"),
    "FR": ("stdnum.fr.tva", "{c}{c}999{5}{c}"),
    "CZ": ("stdnum.cz.dic", "0099{3}{c}"),
    "PT": ("stdnum.pt.nif", "5999{4}{c}"),
    "SE": ("stdnum.se.vat", "5599{5}{c}01"),
    "AT": ("stdnum.at.uid", "U99{5}{c}"),
}
_VAT_PREFIX = {"GR": "EL"}


def vat_number(country: str, random: Random) -> str:
    """A VAT number of `country` (ISO code), with its prefix, that passes the national check."""
    prefix = _VAT_PREFIX.get(country, country)
    module, shape = _VAT_SHAPES[prefix]
    is_valid = import_module(module).is_valid
    while True:
        candidate = _filled(shape, random)
        if is_valid(candidate):
            return prefix + candidate


def register_entry(country: str, vat: str, random: Random) -> tuple[str, str, str]:
    """(register scheme, number, EUID) of an organisation, as its country writes them."""
    serial = f"{random.randrange(10**5):05d}"
    match country:
        case "PL":
            return "KRS", f"00099{serial}", f"PLKRS.00099{serial}"
        case "DE":
            return "HRB", f"9{serial}", f"DEX9999.HRB9{serial}"
        case "BE":
            number = vat.removeprefix("BE")
            return "KBO", number, f"BEKBOBCE.{number}"
        case "GR":
            return "GEMI", f"9999{serial}000", f"ELGEMI.9999{serial}000"
        case "ES":
            return "RM", f"M-99{serial}", f"ES28065.M-99{serial}"
        case "FI":
            number = f"{vat[2:9]}-{vat[9]}"
            return "YTJ", number, f"FIFPRO.{number}"
    raise ValueError(f"no register is known for {country}")


def participant_code(random: Random) -> str:
    """A nine-digit participant code of the funding portal."""
    return f"999{random.randrange(10**6):06d}"


def _filled(shape: str, random: Random) -> str:
    """The shape with each {n} replaced by n random digits and each {c} by one."""
    text = shape.replace("{c}", "{1}")
    for count in range(1, 8):
        while f"{{{count}}}" in text:
            digits = "".join(random.choice("0123456789") for _ in range(count))
            text = text.replace(f"{{{count}}}", digits, 1)
    return text
