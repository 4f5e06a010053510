"""Countries as partners write them → ISO 3166-1 alpha-2.

Names come from Babel (CLDR) in 24 languages; ``lexicon/countries.csv`` adds the short, old and
official names that people use besides. Rule G13 of the specification.

Belongs here: any spelling of a country → its code, and the codes of VAT, EUID and NUTS.
Does not belong here: which country is eligible for what (dated reference table).
"""

import re
from collections.abc import Iterator
from functools import cache

from babel import Locale
from babel.core import get_global

from eurocluster.conforming.failures import Unknown
from eurocluster.conforming.folding import fold
from eurocluster.conforming.lexicon import LANGUAGES, separated, table
from eurocluster.conforming.nearness import nearest
from eurocluster.reading.cells import ErrorValue, Value

_SPECIAL_CODES = {"EL": "GR", "UK": "GB", "XI": "GB", "XK": "XK", "XKX": "XK", "KOS": "XK"}
_PARTS = re.compile(r"\s*[-–—:;/|,()\[\]]+\s*|(?<=^[A-Z]{2})\s+")
_NOT_COUNTRIES = frozenset("AC CP CQ DG EA EU EZ IC QO TA UN XA XB ZZ".split())
_NEAR_ENOUGH = 86.0
_FOOTNOTE = re.compile(r"[*†‡¹²³]+$")


def country_code(value: Value, language: str) -> str | None | Unknown:
    """Return the ISO 3166-1 alpha-2 code of a country cell; ``None`` for a blank one.

    Greece is GR, the United Kingdom with Northern Ireland GB, Kosovo XK, whatever the scheme
    that the cell's code is from. The partner's language is tried first, then English, then the
    other languages where they agree.
    """
    if value is None:
        return None
    if not isinstance(value, str):
        return Unknown(value.text if isinstance(value, ErrorValue) else str(value))
    text = _FOOTNOTE.sub("", " ".join(value.split()))
    if not text:
        return None
    return (
        _by_code(text)
        or _by_name(text, language)
        or _by_agreeing_parts(text, language)
        or Unknown(value, nearest(fold(text), _names(language) | _names("en"), _NEAR_ENOUGH))
    )


def scheme_prefix(country: str) -> str:
    """Return the prefix of a country in VAT numbers and EUIDs: EL for GR, else the code."""
    return "EL" if country == "GR" else country


def nuts_prefix(country: str) -> str:
    """Return the prefix of a country in NUTS codes: EL for GR, UK for GB, else the code."""
    return {"GR": "EL", "GB": "UK"}.get(country, country)


def _by_code(text: str) -> str | None:
    code = text.replace(".", "").replace(" ", "").upper()
    if code in _SPECIAL_CODES:
        return _SPECIAL_CODES[code]
    if len(code) == 2 and code in _alpha2():
        return code
    if len(code) == 3 and code in _alpha3():
        return _alpha3()[code]
    return None


def _by_name(text: str, language: str) -> str | None:
    name = fold(text)
    for own in (language, "en", "*"):
        if name in _names(own):
            return _names(own)[name]
    found = {names[name] for other in LANGUAGES if name in (names := _names(other))}
    return found.pop() if len(found) == 1 else None


def _by_agreeing_parts(text: str, language: str) -> str | None:
    """Return the country of cells such as "PL – Polska", if all parts name the same one."""
    parts = [part for part in _PARTS.split(text) if part]
    found = {_by_code(part) or _by_name(part, language) for part in parts}
    return found.pop() if len(parts) > 1 and len(found) == 1 else None


@cache
def _alpha2() -> frozenset[str]:
    codes = {str(code) for code in Locale("en").territories}
    return frozenset(code for code in codes if len(code) == 2) - _NOT_COUNTRIES


@cache
def _alpha3() -> dict[str, str]:
    aliases = get_global("territory_aliases")
    return {
        code: targets[0]
        for code, targets in aliases.items()
        if len(code) == 3 and code.isalpha() and len(targets) == 1 and targets[0] in _alpha2()
    }


@cache
def _names(language: str) -> dict[str, str]:
    """Return folded name → code in one language; "*" holds names that are no language's own."""
    names = dict(_written_names(language))
    if language in LANGUAGES:
        territories = Locale.parse(language).territories
        for code, name in territories.items():
            if code in _alpha2():
                names.setdefault(fold(name), code)
    return names


def _written_names(language: str) -> Iterator[tuple[str, str]]:
    for row in table("countries"):
        if row["language"] == language:
            for name in separated(row["words"]):
                yield fold(name), row["code"]
