"""Rows of every register as values of its contract, in order with the contract's rules.

Belongs here: which values a row may have.
Does not belong here: how they are written (habits.py), where they stand (layouts.py).
"""

from collections.abc import Callable, Mapping, Set
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from random import Random
from typing import Any, Final

from stdnum.util import get_cc_module

from schemas import REGISTERS
from schemas.vocabulary import VOCABULARIES
from tests.properties.chance import Chance

Row = dict[str, Any]

PROJECT_CODE: Final = "test"
PARTNERS: Final = {
    "p1": "Klaster Przykładowy", "p2": "Cluster Exemple, Médical", "p3": "Παράδειγμα Συστάδα",
}  # fmt: skip
FIRST_DAY: Final = date(2022, 9, 1)
LAST_DAY: Final = date(2025, 8, 31)

_DIGITS: Final = {"AT": 8, "BE": 10, "CZ": 8, "DE": 9, "DK": 8, "EE": 9, "FI": 8, "GR": 9,
                  "HU": 8, "IT": 11, "LU": 8, "MT": 8, "PL": 10, "PT": 9, "SI": 8,
                  "SK": 10}  # fmt: skip
"""Countries whose VAT numbers are so many digits."""
_COUNTRIES: Final = (*_DIGITS, "BG", "CY", "ES", "FR", "GB", "HR", "IE", "LT", "LV", "NL", "NO",
                     "RO", "RS", "SE", "UA", "XK")  # fmt: skip
_ALPHABETS: Final = {
    "bg": "абвгдежзийклмнопрстуфхцчшщъьюя",
    "el": "αβγδεζηθικλμνξοπρστυφχψωάέήίόύώ",
}
_LATIN: Final = "abcdefghijklmnopqrstuvwxyzàáâãäåæçèéêëíîïñòóôõöøúûüýąćčďđęěğģħķłńňőœřśšťůűųźżžșțß"
_LEGAL_FORMS: Final = ("", "GmbH", "Sp. z o.o.", "S.A.", "Α.Ε.", "ООД", "AB", "Oy", "d.o.o.")
_TEXTS: Final = (
    "007", "2.1", "=Data, e dati", "1e5", "a;b|c,d", 'said "so"', "12.10", "+48", "p. 4", "3/2024",
    "Q&A <1>", "00", "100 %", "C++", "1.0", "ISO 9001:2015", "tab\u00e9 — 5", "O'Neill", "#4",
)  # fmt: skip
"""Texts that look like something else."""
_NUTS: Final = {
    "DE": "DE212",
    "PL": "PL213",
    "GR": "EL30",
    "FR": "FR101",
    "IT": "ITC4C",
    "GB": "UKC11",
}
_NACE: Final = ("62.01", "62.10", "25.11", "01.11", "85.59")
_EUIDS: Final = {"DE": "DEB8536.HRB123456", "PL": "PLKRS.0000123456"}
_REGISTERED: Final = {
    "PL": ("KRS", "0000123456"),
    "DE": ("HRB", "123456"),
    "BE": ("KBO", "0403170701"),
}


def canonical_rows(chance: Chance, register: str, language: str, count: int) -> list[Row]:
    """Return rows with a value or None for every column; columns stay blank in all rows together.

    Every other row repeats some values of the row above, as lists do.
    """
    contract = REGISTERS[register]
    kept = {
        name
        for name, definition in contract.columns.items()
        if definition.metadata["required"] or chance.maybe(60)
    }
    _keep_what_belongs_together(chance, register, kept)
    rows: list[Row] = []
    for number in range(count):
        row = {name: _value(chance, register, name, language, number) for name in contract.columns}
        if rows and chance.maybe(40):
            row |= {
                name: rows[-1][name]
                for name in chance.some([*contract.columns])
                if name != contract.metadata["key"]
            }
        for name, definition in contract.columns.items():
            if name not in kept or (not definition.metadata["required"] and chance.maybe(15)):
                row[name] = None
        _RULES.get(register, _no_rule)(row)
        _match_countries(row, kept)
        row = {name: value if name in kept else None for name, value in row.items()}
        rows.append(row)
    return rows


def understood(register: str, row: Mapping[str, Any]) -> Row:
    """Return a row with the defaults of blank cells."""
    columns = REGISTERS[register].columns
    return {
        name: columns[name].metadata["default"] if value is None else value
        for name, value in row.items()
    }


def letters_of(language: str) -> str:
    """Return letters of the language's alphabet."""
    return _ALPHABETS.get(language, _LATIN)


def _keep_what_belongs_together(chance: Chance, register: str, kept: set[str]) -> None:
    if register == "attendance":
        whole = chance.maybe(60)
        kept -= {"person_name", "first_name", "surname"}
        kept |= {"person_name"} if whole else {"first_name", "surname"}
        kept.add("session_date")
    if register == "label_applications":
        kept.add("application_date")
    if register == "training_plans":
        kept.add("adoption_date")
    if register == "organisations" and not {"reg_no", "reg_scheme"} <= kept:
        kept -= {"reg_no", "reg_scheme"}


def _value(chance: Chance, register: str, name: str, language: str, number: int) -> Any:
    metadata = REGISTERS[register].columns[name].metadata
    kind, vocabulary = metadata["kind"], metadata["vocabulary"]
    if name == REGISTERS[register].metadata["key"]:
        return f"{chance.pick(('T-', '', 'A/'))}{number + 1:03}"
    if kind == "enum":
        return chance.pick(VOCABULARIES[vocabulary])
    if kind == "set":
        return tuple(sorted(chance.some(VOCABULARIES[vocabulary])))
    if metadata["reference"]:
        return f"C-{chance.whole(1, 9)}"
    return _BY_KIND[kind](chance, name, language)


def _text(chance: Chance, name: str, language: str) -> str:
    if name == "reg_scheme":
        return "HRB"
    if chance.maybe(25):
        return chance.pick(_TEXTS)
    return " ".join(chance.word(letters_of(language)) for _ in range(chance.whole(1, 3)))


def _organisation(chance: Chance, _name: str, language: str) -> str:
    name = chance.word(letters_of(language), 6).capitalize()
    return f"{name} {chance.pick(_LEGAL_FORMS)}".strip()


def _organisations(chance: Chance, name: str, language: str) -> tuple[str, ...]:
    entries = (_organisation(chance, name, language) for _ in range(chance.whole(1, 3)))
    return tuple(dict.fromkeys(entries))


def _day(chance: Chance, _name: str, _language: str) -> date:
    return FIRST_DAY + timedelta(days=chance.whole(0, (LAST_DAY - FIRST_DAY).days))


def _decimal(chance: Chance, _name: str, _language: str) -> Decimal:
    most = chance.pick((100, 100_000, 90_000_000))
    return Decimal(chance.whole(0, most)) / chance.pick((1, 10, 100))


def _hours(chance: Chance, _name: str, _language: str) -> Decimal:
    return Decimal(chance.whole(1, 96)) / 4


def _integer(chance: Chance, name: str, _language: str) -> int:
    if name == "headcount":
        return chance.pick((1, 1, 12))
    return chance.whole(2015, 2030) if name == "fiscal_year" else chance.whole(1, 3_000)


def _identifier(chance: Chance, _name: str, _language: str) -> str:
    country = chance.pick((*_DIGITS,))
    ways = [f"vat:{vat_of(country)}", f"pic:{chance.whole(1, 999_999_999):09}"]
    return chance.pick([*ways, *map("euid:{}".format, _EUIDS.values())])


def _given_name(chance: Chance, _name: str, language: str) -> str:
    return chance.word(letters_of(language).replace("ß", "")).capitalize()


def _full_name(chance: Chance, name: str, language: str) -> str:
    return " ".join(_given_name(chance, name, language) for _ in range(chance.whole(2, 3)))


def _address(chance: Chance, _name: str, _language: str) -> str:
    return f"{chance.word('abcdefgh')}.{chance.word('klmnopq')}@alfa.example"


_BY_KIND: Final[Mapping[str, Callable[[Chance, str, str], Any]]] = {
    "text": _text,
    "organisation": _organisation,
    "organisations": _organisations,
    "list": _organisations,
    "identifier": _identifier,
    "country": lambda chance, _n, _l: chance.pick(_COUNTRIES),
    "date": _day,
    "decimal": _decimal,
    "hours": _hours,
    "integer": _integer,
    "yes_no": lambda chance, _n, _l: chance.maybe(),
    "partner": lambda chance, _n, _l: chance.pick((*PARTNERS,)),
    "partners": lambda chance, _n, _l: chance.some((*PARTNERS,)),
    "person_name": _full_name,
    "first_name": _given_name,
    "surname": _given_name,
    "email": _address,
    "vat_no": lambda chance, _n, _l: None,
    "euid": lambda chance, _n, _l: None,
    "reg_no": lambda chance, _n, _l: None,
    "pic": lambda chance, _n, _l: f"{chance.whole(1, 999_999_999):09}",
    "eccp_url": lambda chance, _n, _l: (
        f"clustercollaboration.eu/cluster/{chance.word('abcdefgh-klm')}"
    ),
    "nuts": lambda chance, _n, _l: chance.pick((*_NUTS.values(),)),
    "nace": lambda chance, _n, _l: chance.pick(_NACE),
    "currency": lambda chance, _n, _l: chance.pick(("EUR", "PLN", "SEK", "CZK")),
    "partnership": lambda chance, _n, _l: chance.pick((PROJECT_CODE, "another one")),
}


def _no_rule(_row: Row) -> None:
    """A register without rules across columns."""


def _match_countries(row: Row, kept: Set[str]) -> None:
    """Put identifiers of the country that stands beside them."""
    for name in [name for name, value in row.items() if name.endswith("_id") and value]:
        country = row.get(f"{name[:-3]}_country") if f"{name[:-3]}_country" in kept else None
        if country is None or not isinstance(row[name], str):
            continue
        if row[name].startswith("vat:"):
            row[name] = f"vat:{vat_of(country)}" if country in _DIGITS else None
        if row[name] and row[name].startswith("euid:"):
            row[name] = f"euid:{_EUIDS[country]}" if country in _EUIDS else None


def _in_order(row: Row, early: str, late: str) -> None:
    if row[early] is not None and row[late] is not None and row[late] < row[early]:
        row[early], row[late] = row[late], row[early]


def _organisation_rules(row: Row) -> None:
    row["vat_no"] = vat_of(row["country"]) if row["country"] in _DIGITS else None
    scheme, number = _REGISTERED.get(row["country"], (None, None))
    row["reg_scheme"], row["reg_no"] = scheme, number
    if row["country"] == "DE":
        row["euid"] = _EUIDS["DE"]
    row["nuts"] = _NUTS.get(row["country"])
    if row["self_employed"] and row["org_type"] != "business":
        row["self_employed"] = False
    if row["org_type"] != "cluster_organisation":
        row["eccp_url"] = None
    _in_order(row, "sme_valid_from", "sme_valid_to")


def _training_rules(row: Row) -> None:
    _in_order(row, "start_date", "end_date")
    row["end_date"] = min(row["end_date"], row["start_date"] + timedelta(days=366))


def _attendance_rules(row: Row) -> None:
    if (row["headcount"] or 1) > 1:
        row |= dict.fromkeys(("person_name", "first_name", "surname", "email"))
    elif row["person_name"] is None and (row["first_name"] is None or row["surname"] is None):
        row |= {"person_name": "Testa Zmyslona", "first_name": "Testa", "surname": "Zmyslona"}
    if row["person_name"] is not None and row["first_name"] is not None:
        row["headcount"] = None


def _label_rules(row: Row) -> None:
    row["application_date"] = row["application_date"] or FIRST_DAY
    _in_order(row, "application_date", "decision_date")
    _in_order(row, "valid_from", "valid_until")


def _exchange_rules(row: Row) -> None:
    _in_order(row, "start_date", "end_date")
    if row["ho_country"] == row["vo_country"]:
        row["ho_country"] = "IE" if row["vo_country"] != "IE" else "MT"
    if row["ho_id"] == row["vo_id"]:
        row["ho_id"] = None


def _plan_rules(row: Row) -> None:
    row["adoption_date"] = row["adoption_date"] or FIRST_DAY


_RULES: Final[Mapping[str, Callable[[Row], None]]] = {
    "organisations": _organisation_rules,
    "trainings": _training_rules,
    "attendance": _attendance_rules,
    "label_applications": _label_rules,
    "exchanges": _exchange_rules,
    "training_plans": _plan_rules,
    "services": lambda row: _in_order(row, "first_offered_date", "retired_date"),
    "activities": lambda row: _in_order(row, "start_date", "end_date"),
}


@cache
def vat_of(country: str) -> str:
    """Return a valid VAT number of a country, with its prefix."""
    chance = Random(country)
    module = get_cc_module(country.lower(), "vat")
    while True:
        digits = f"{chance.randrange(10 ** _DIGITS[country]):0{_DIGITS[country]}}"
        digits = f"U{digits}" if country == "AT" else digits
        if module is not None and module.is_valid(digits):
            return f"{country.replace('GR', 'EL')}{module.compact(digits)}"
