"""Identifiers of organisations: read from any spelling, checked, in one canonical text.

Numbers are validated by python-stdnum for the country that the row states. A bare number never
decides its country: most of them are valid somewhere (rule G4).

Belongs here: VAT number, EUID, national register number, PIC, platform profile, NUTS, NACE.
Does not belong here: which identifiers belong together (dbt identities), person numbers
(persons).
"""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from stdnum.ee import registrikood
from stdnum.eu import nace as nace_codes
from stdnum.exceptions import ValidationError
from stdnum.fr import siren, siret
from stdnum.no import orgnr as norwegian
from stdnum.pl import regon
from stdnum.se import orgnr as swedish
from stdnum.si import maticna
from stdnum.util import get_cc_module

from eurocluster.conforming.countries import nuts_prefix, scheme_prefix
from eurocluster.conforming.failures import Invalid
from eurocluster.conforming.folding import fold
from eurocluster.conforming.lexicon import separated, table
from eurocluster.reading.cells import ErrorValue, Value

Kind = Literal["vat", "euid", "reg", "pic", "eccp"]


@dataclass(frozen=True, slots=True)
class Identifier:
    """One identifier; ``text`` is canonical: ``vat:PL…``, ``reg:PL:KRS:…``, ``pic:…``."""

    kind: Kind
    text: str


_VAT_COUNTRIES = frozenset(
    "AL AT BE BG CH CY CZ DE DK EE EL ES FI FR GB HR HU IE IS IT LT LU LV ME MK MT NL NO PL PT "
    "RO RS SE SI SK TR XI".split()
)
_LOOK_ALIKES = str.maketrans("ΑΒΕΖΗΙΚΛΜΝΟΡΤΥΧАВЕКМНОРСТУХІЅЈБГ", "ABEZHIKLMNOPTYXABEKMHOPCTYXISJBG")
_SEPARATORS = re.compile(r"[\s.,\-–—/_·'’]+")
_ZERO_FRACTION = re.compile(r"^(\d+)[.,]0+$")
_SCIENTIFIC = re.compile(r"^\d+(?:[.,]\d+)?E\+?\d+$", re.IGNORECASE)
_LABEL_END = re.compile(r"[\s:#№°º]+|(?<=[^\W\d_])(?=\d)")
_LABEL_FILLERS = frozenset(
    "no nr n num numer number numero nummer numurs broj cislo ar арр α αρ".split()
)

_EUID = re.compile(r"[A-Z]{2}[A-Z0-9]+\.[^_\s]+(?:_[A-Z0-9])?")
_ADDRESS = re.compile(r"^[^\s/]+\.[a-z]{2,}(?:/|$)")
_NUTS = re.compile(r"(?<![A-Z0-9])[A-Z]{2}(?:[0-9A-Z][0-9A-Z]{0,2})?(?![A-Z0-9])")
_SPLIT_NUTS = re.compile(r"^([A-Z]{2})\s+(\d[0-9A-Z]{0,2})$")
_NUTS_COUNTRIES = frozenset(
    "AL AT BE BG CH CY CZ DE DK EE EL ES FI FR HR HU IE IS IT LI LT LU LV ME MK MT NL NO PL PT "
    "RO RS SE SI SK TR UK XK BA MD UA".split()
)
_NACE = re.compile(
    r"^(?:[A-V]\s*[.\s-]?\s*)?(?:(\d{1,2})[.,](\d{1,2})|(\d{2})(\d{0,2})|(\d))"
    r"(?:(?:[.\s-]?\d{1,2}|\d)?\.?[A-Z]?)(?=\W|$)"
)
_SECTION = re.compile(r"^([A-V])(?:\s*[-–:]\s.*)?$")


def parse_identifier(
    value: Value, country: str | None, label: str = ""
) -> Identifier | Invalid | None:
    """Return the identifier of a cell that may hold any kind of them.

    Args:
        value: The cell, with or without a label ("VAT: …", "KRS …", "PIC …").
        country: ISO code of the organisation's country as the row states it, if it does.
        label: Header of the column, which may name the scheme ("NIP pracodawcy").

    Labels of numbers that are the VAT number of their country by law (NIP, KBO, CVR, SIREN …)
    give a VAT number, so that both spellings are one identifier.
    """
    text = _text_of(value)
    if not text:
        return None
    address = _folded_address(text)
    if "clustercollaboration.eu" in address:
        return _tagged("eccp", eccp_url(text))
    found, number = _label_of(text)
    if found is None and (own := _vat_with_prefix(text, country)) is not None:
        return Identifier("vat", f"vat:{own}")  # it says more than the header does
    found = found or _label_in(label)
    if found is None:
        return _unlabelled(text, country)
    stated = country or found.country
    if found.kind == "reg" and stated:
        return _tagged("reg", reg_no(number, found.scheme, stated), stated, found.scheme)
    if found.kind == "vat":
        vat = vat_no(number, stated)
        return _unlabelled(number, stated) if isinstance(vat, Invalid) else _tagged("vat", vat)
    if found.kind == "pic":
        return _tagged("pic", pic(number))
    return _tagged("euid", euid(number, stated))


def vat_no(value: Value, country: str | None) -> str | None | Invalid:
    """Return a VAT number with its prefix (EL for Greece, XI for Northern Ireland).

    Look-alike letters, labels, marks and a lost leading zero are repaired; a number of another
    country than the stated one is invalid, and so is a bare number without a country.
    """
    text = _text_of(value)
    if not text:
        return None
    found, number = _label_of(text)
    compact = _compact(number)
    stated = country or (found.country if found else None)
    prefix, body = "EL" if compact[:2] == "GR" else compact[:2], compact[2:]
    own = _valid_vat(prefix, body) if prefix in _VAT_COUNTRIES else None
    if own and stated and prefix not in _vat_prefixes(stated):
        return Invalid(text, "a VAT number of another country")
    if own:
        return own
    if stated is None:
        return Invalid(text, "no country to check it for")
    if scheme_prefix(stated) not in _VAT_COUNTRIES:
        return Invalid(text, "not a valid VAT number")
    return _valid_vat(scheme_prefix(stated), compact) or Invalid(text, "not a valid VAT number")


def euid(value: Value, country: str | None) -> str | None | Invalid:
    """Return a European Unique Identifier in capitals, its country part as stated."""
    text = _text_of(value)
    if not text:
        return None
    found, number = _label_of(text)
    whole = re.sub(r"\s+", "", number if found else text).upper()
    whole = whole[:2].translate(_LOOK_ALIKES) + whole[2:]
    whole = "EL" + whole[2:] if whole.startswith("GR") else whole
    known = whole[:2] in _VAT_COUNTRIES and any(map(str.isdecimal, whole.partition(".")[2]))
    if not (known and _EUID.fullmatch(whole)):
        return Invalid(text, "not an EUID")
    if country and not whole.startswith(scheme_prefix(country)):
        return Invalid(text, "an EUID of another country")
    return whole


def reg_no(value: Value, scheme: str | None, country: str | None) -> str | None | Invalid:
    """Return a national register number without marks, filled up with the scheme's zeros."""
    text = _text_of(value)
    if not text:
        return None
    _, number = _label_of(text)
    compact = _compact(number)
    if not any(character.isdigit() for character in compact):
        return Invalid(text, "no digit in it")
    width = _REGISTER_WIDTHS.get(f"{country}:{reg_scheme(scheme)}", 0)
    if reg_scheme(scheme) == "REGON" and len(compact) == 14:
        return compact[:9]  # the longer number names a branch of the same company
    return compact.zfill(width) if compact.isdecimal() else compact


def reg_scheme(value: Value) -> str | None:
    """Return the code of a national register: KRS, KBO, GEMI, HRB …; any other one in capitals."""
    text = _text_of(value)
    known = _label_in(text) if text else None
    if known is not None and known.scheme:
        return known.scheme
    return fold(text).replace(" ", "").upper() or None


def scheme_of_header(header: str) -> str | None:
    """Return the register that a header names ("nr KRS" → KRS), None when it names none."""
    found = _label_in(header)
    if found is None or (found.kind != "reg" and found.scheme not in _COMPANY_NUMBERS):
        return None
    return found.scheme


def is_only_in_register(header: str) -> bool:
    """Return whether a header names a number that is not the VAT number too (REGON, IČO)."""
    found = _label_in(header)
    return found is not None and found.kind == "reg"


def pic(value: Value) -> str | None | Invalid:
    """Return a participant identification code: nine digits."""
    text = _text_of(value)
    if not text:
        return None
    _, number = _label_of(text)
    compact = _compact(number)
    if len(compact) == 9 and compact.isdecimal():
        return compact
    return Invalid(text, "not nine digits")


def eccp_url(value: Value) -> str | None | Invalid:
    """Return the address of a profile on the cluster collaboration platform, folded.

    Without scheme, "www." and query. A home page is nobody's profile.
    """
    text = _text_of(value)
    if not text:
        return None
    address = _folded_address(text)
    if not _ADDRESS.match(address):
        return Invalid(text, "not an address on the web")
    if "/" not in address:
        return Invalid(text, "a home page, not a profile")
    return address


def nuts(value: Value) -> str | None | Invalid:
    """Return a NUTS code (prefix EL and UK), cut out of a label if it is glued to one.

    "PT11A Área Metropolitana do Porto" and "Śląskie (PL22)" are understood.
    """
    text = _SPLIT_NUTS.sub(r"\1\2", _text_of(value))
    if not text:
        return None
    codes = {code for found in _NUTS.findall(text) if (code := _as_nuts(found, text)) is not None}
    if len(codes) == 1:
        return codes.pop()
    whole = _as_nuts(text.upper(), text.upper()) if len(text) <= 5 else None
    if whole is None and codes:
        return Invalid(text, "more than one NUTS code")
    return whole or Invalid(text, "not a NUTS code")


def nace(value: Value) -> str | None | Invalid:
    """Return a NACE code of Rev. 2 or 2.1 with its dot ("62.01"), without section letter.

    National digits behind it ("62.01.Z", "62.01-1") are cut; a section alone stays a letter.
    """
    text = " ".join(value.split()) if isinstance(value, str) else _text_of(value)
    if not text:
        return None
    if section := _SECTION.match(text.upper()):
        return section[1]
    parts = _NACE.match(text.upper())
    if parts is None:
        return Invalid(text, "not a NACE code")
    code = (parts[1] or parts[3] or parts[5]).zfill(2) + (parts[2] or parts[4] or "")
    if any(nace_codes.is_valid(code, revision=revision) for revision in ("2.0", "2.1")):
        return f"{code[:2]}.{code[2:]}".rstrip(".")
    return Invalid(text, "not in NACE Rev. 2 or 2.1")


def _tagged(
    kind: Kind, value: str | Invalid | None, country: str = "", scheme: str = ""
) -> Identifier | Invalid | None:
    if not isinstance(value, str):
        return value
    if kind == "reg":
        return Identifier(kind, f"reg:{country}:{scheme}:{value}")
    return Identifier(kind, f"{kind}:{value}")


def _vat_with_prefix(text: str, country: str | None) -> str | None:
    """Return the valid VAT number that a text with a prefix of that, or any, country is."""
    compact = _compact(text)
    prefix = "EL" if compact[:2] == "GR" else compact[:2]
    is_of_country = country is None or prefix in _vat_prefixes(country)
    return _valid_vat(prefix, compact[2:]) if prefix in _VAT_COUNTRIES and is_of_country else None


def _unlabelled(text: str, country: str | None) -> Identifier | Invalid:
    """Return what a number without a label can only be."""
    compact = _compact(text)
    if country == "PL" and compact.isdecimal() and len(compact) == 10 and compact[:3] == "000":
        return Identifier("reg", f"reg:PL:KRS:{compact}")  # no NIP starts so
    vat = vat_no(text, country)
    if isinstance(vat, str):
        return Identifier("vat", f"vat:{vat}")
    unique = euid(text, country)
    if isinstance(unique, str):
        return Identifier("euid", f"euid:{unique}")
    for scheme, valid in _CHECKED_REGISTERS.get(country or "", ()):
        if valid(compact):
            number = reg_no(compact, scheme, country)
            return Identifier("reg", f"reg:{country}:{scheme}:{number}")
    reason = vat.reason if isinstance(vat, Invalid) else "not an identifier"
    return Invalid(text, reason)


_CHECKED_REGISTERS: dict[str, tuple[tuple[str, Callable[[str], bool]], ...]] = {
    "EE": (("REGISTRIKOOD", registrikood.is_valid),),
    "PL": (("REGON", regon.is_valid),),
    "SI": (("MATICNA", maticna.is_valid),),
}
"""Registers whose numbers have a check digit, so that a bare number can be trusted."""

_COMPANY_NUMBERS = frozenset({"CVR", "EIK", "KBO", "ORGNR", "SIREN", "SIRET", "YTUNNUS"})
"""Numbers of national registers that the VAT number is made of."""

_REGISTER_WIDTHS = {
    "PL:KRS": 10, "PL:REGON": 9, "NL:KVK": 8, "NL:RSIN": 9, "BE:KBO": 10, "DK:CVR": 8, "CZ:ICO": 8,
    "SK:ICO": 8, "FR:SIREN": 9, "GR:GEMI": 12, "EE:REGISTRIKOOD": 8, "LV:UR": 11,
    "GB:COMPANIESHOUSE": 8,
}  # fmt: skip


def _vat_prefixes(country: str) -> tuple[str, ...]:
    return ("GB", "XI") if country == "GB" else (scheme_prefix(country),)


def _valid_vat(prefix: str, body: str) -> str | None:
    """Return prefix and national number if it is valid, after the repairs that are certain."""
    candidates = [body]
    if body.startswith(prefix):
        candidates.append(body[2:])
    if prefix == "FR" and siret.is_valid(body):
        candidates.append(siret.to_tva(body))
    elif prefix == "FR" and siren.is_valid(body):
        candidates.append(siren.to_tva(body))
    elif prefix == "SE" and swedish.is_valid(body):
        candidates.append(f"{swedish.compact(body)}01")
    elif prefix == "HU" and re.fullmatch(r"\d{11}", body):
        candidates.append(body[:8])
    elif prefix == "NO":
        candidates = [body.removesuffix("MVA")]
    if body.isdecimal() and len(body) < (width := _VAT_DIGITS.get(prefix, 0)):
        candidates.append(body.zfill(width))
    for candidate in candidates:
        try:
            number = _compact(_vat_module(prefix).validate(_compact(candidate)))
        except (ValidationError, ValueError):  # stdnum counts with what int() does not take: "²"
            continue
        return number if prefix != "CH" and number.startswith(prefix) else _prefixed(prefix, number)
    return None


_VAT_DIGITS = {
    "BE": 10, "BG": 9, "CZ": 8, "DE": 9, "DK": 8, "EL": 9, "FI": 8, "FR": 11, "HR": 11, "IT": 11,
    "LU": 8, "MT": 8, "PT": 9, "SI": 8,
}  # fmt: skip
"""Digits of all-numeric VAT numbers that may start with a zero which a number cell drops."""


def _prefixed(prefix: str, number: str) -> str:
    if prefix == "CH":
        return re.sub(r"(?:MWST|TVA|IVA|TPV)$", "", number)
    return prefix + number


@cache
def _vat_module(prefix: str) -> Any:
    if prefix == "NO":
        return norwegian
    country = {"EL": "gr", "XI": "gb"}.get(prefix, prefix.lower())
    module = get_cc_module(country, "vat")
    if module is None:
        raise LookupError(f"python-stdnum has no VAT numbers of {country}")
    return module


@dataclass(frozen=True, slots=True)
class _Label:
    kind: str
    scheme: str
    country: str | None


@cache
def _labels() -> dict[str, _Label]:
    return {
        _without_fillers(fold(word)): _Label(row["kind"], row["scheme"], row["country"] or None)
        for row in table("identifier_labels")
        for word in separated(row["words"])
    }


def _without_fillers(folded: str) -> str:
    return " ".join(word for word in folded.split() if word not in _LABEL_FILLERS)


def _label_of(text: str) -> tuple[_Label | None, str]:
    """Return the label at the start of a cell and the rest; the longest label wins."""
    ends = [match.start() for match in _LABEL_END.finditer(text)][:6]
    for end in reversed(ends):
        label = _labels().get(_without_fillers(fold(text[:end])))
        if label is not None:
            return label, _LABEL_END.sub(" ", text[end:], count=1).strip(" :#№°º.=-")
    return None, text


def _label_in(header: str) -> _Label | None:
    """Return the label that stands anywhere in a header, the longest one."""
    words = fold(header).split()
    for length in range(min(4, len(words)), 0, -1):
        for start in range(len(words) - length + 1):
            label = _labels().get(_without_fillers(" ".join(words[start : start + length])))
            if label is not None:
                return label
    return None


def _text_of(value: Value) -> str:
    """Return the cell as text, as it would look had it been typed as text."""
    if value is None or isinstance(value, (bool, ErrorValue)):
        return ""
    if isinstance(value, float):
        return f"{value:.0f}" if value.is_integer() else repr(value)
    text = unicodedata.normalize("NFKC", str(value))
    text = " ".join("".join(c for c in text if unicodedata.category(c) != "Cf").split())
    return _ZERO_FRACTION.sub(r"\1", text)


def _compact(text: str) -> str:
    """Return letters and digits only, in capitals, look-alike letters made Latin."""
    if _SCIENTIFIC.match(text):
        return ""
    return _SEPARATORS.sub("", text.upper()).translate(_LOOK_ALIKES)


def _folded_address(text: str) -> str:
    address = re.sub(r"^[a-z]+://", "", text.lower().strip())
    return re.split(r"[?#\s]", address.removeprefix("www."))[0].rstrip("/")


def _as_nuts(code: str, text: str) -> str | None:
    """Return the code with the prefix that NUTS uses, None for what is only a word."""
    code = nuts_prefix(code[:2]) + code[2:]
    if code[:2] not in _NUTS_COUNTRIES:
        return None
    is_word = code.isalpha() and len(code) > 3 and not code.endswith("ZZ")
    is_part_of_text = len(code) <= 3 and code.isalpha() and not text.startswith(code[:2])
    return None if is_word or (is_part_of_text and len(text) > len(code) + 2) else code
