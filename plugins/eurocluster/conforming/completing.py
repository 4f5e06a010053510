"""What is put beside the values of rows: defaults, keys of organisations, keys of persons.

Belongs here: values that follow from others of the same row, and what may not stay beside them.
Does not belong here: understanding cells (values), how a key is made (names, persons).
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Final

import numpy as np
import pandera.pandas as pa

from eurocluster.conforming import dates
from eurocluster.conforming.names import organisation_key
from eurocluster.conforming.numbers import Money, parse_money
from eurocluster.conforming.persons import email_key, name_key
from eurocluster.reading.columns import Column
from eurocluster.reading.values import Value
from eurocluster.register_rows import RegisterRows, TypedColumn
from eurocluster.wording import words
from schemas.reasons import is_error
from schemas.store import PERSON_KEYS, derived_columns

_FILLED: Final = "filled"
_MORE_THAN_DIGITS: Final = re.compile(r"[^\d\s.,'+()-]")
_NO_EURO: Final = words("({reason})", reason=words("an amount in another currency than euro"))
_OTHER_UNIT: Final = words("({reason})", reason=words("an unknown unit"))


def take_currencies_of_amounts(rows: RegisterRows, language: str) -> None:
    """Take the currency that an amount's own cell names ("500 zł") where its column is blank.

    An amount in another currency than its row says is no amount (E17).
    """
    sent = rows.sent.get("amount")
    if sent is None or "currency" not in rows.columns:
        return
    named = [_currency_in(cell, language) for cell in sent.values]
    if not any(named):
        return
    stated = TypedColumn(sent.codes, named)
    beside = rows.columns["currency"]
    both = list(zip(stated.cells(), beside.cells(), strict=True))
    differs = np.array([bool(mine and other and mine != other) for mine, other in both])
    is_euro = np.array([other == "EUR" for _, other in both])
    amounts = rows.columns["amount"]
    rows.columns["currency"] = TypedColumn.of(other or mine for mine, other in both)
    rows.columns["amount"] = TypedColumn(
        np.where(differs, 0, amounts.codes).astype(np.int32), amounts.values
    )
    rows.mark("amount", "E17", (differs & is_euro).nonzero()[0], _NO_EURO)
    rows.mark("amount", "E17", (differs & ~is_euro).nonzero()[0], _OTHER_UNIT)


def _currency_in(cell: Value, language: str) -> str | None:
    """Return the currency that the text of an amount names; where the marks stand is no matter."""
    if not isinstance(cell, str) or not _MORE_THAN_DIGITS.search(cell):
        return None
    money = parse_money(cell, ".", language)
    return money.currency if isinstance(money, Money) else None


def complete(rows: RegisterRows, contract: pa.DataFrameSchema) -> None:
    """Put in defaults for blank cells, and the normalised key beside organisation names."""
    for column, definition in contract.columns.items():
        default = definition.metadata["default"]
        if default is not None:
            rows.columns[column] = _with_default(rows, column, default)
    for derived in derived_columns(contract):
        if derived not in PERSON_KEYS:
            source = rows.columns[derived.removesuffix("_key")]
            rows.columns[derived] = _keyed(source, _organisation_keys)


def _with_default(rows: RegisterRows, column: str, default: str | int) -> TypedColumn:
    typed = rows.columns[column]
    blank = typed.is_blank
    for mark in rows.marks:
        if mark.column == column and is_error(mark.code):
            blank[mark.rows] = False
    codes = typed.codes.copy()
    codes[blank] = len(typed.values)
    return TypedColumn(codes, [*typed.values, default])


def _organisation_keys(value: str | tuple[str, ...]) -> str | tuple[str, ...]:
    if isinstance(value, tuple):
        return tuple(organisation_key(entry) for entry in value)
    return organisation_key(value)


def replace_persons(
    rows: RegisterRows,
    contract: pa.DataFrameSchema,
    secret: bytes,
    keep: Callable[[Iterable[tuple[str | None, str | None]]], None] | None = None,
) -> None:
    """Put keyed hashes beside persons, and a bare mark where their text stood.

    The contract still asks whether a name is there; it is answered by a constant.

    Args:
        rows: They lose every personal text.
        contract: Of their register.
        secret: Chain of secrets, one per line.
        keep: Is told the name and the personal address of everybody in these rows, each pair once;
            a role mailbox is nobody's address.
    """
    if not set(PERSON_KEYS).issubset(derived_columns(contract)):
        return
    names, emails = _names(rows), rows.columns["email"]
    rows.columns["name_key"] = _keyed(names, lambda name: name_key(secret, name))
    rows.columns["email_key"] = _keyed(emails, lambda email: email_key(secret, email))
    if keep is not None:
        keep(_pairs(names, emails, rows.columns["email_key"]))
    for column, definition in contract.columns.items():
        if definition.metadata["personal"]:
            rows.columns[column] = _keyed(rows.columns[column], lambda _: _FILLED)


def _names(rows: RegisterRows) -> TypedColumn:
    """Return the full name of each row, else its first name and surname."""
    parts = [rows.columns[name] for name in ("person_name", "first_name", "surname")]
    if all(len(part.values) == 1 for part in parts[1:]):
        return parts[0]
    return TypedColumn.of(
        full if full is not None else " ".join(filter(None, others)) or None
        for full, *others in zip(*(part.cells() for part in parts), strict=True)
    )


def _pairs(
    names: TypedColumn, emails: TypedColumn, keys: TypedColumn
) -> Iterator[tuple[str | None, str | None]]:
    """Yield each distinct pair of name and personal address."""
    codes = np.unique(np.stack([names.codes, emails.codes]), axis=1)
    for name, email in codes.T.tolist():
        address = emails.values[email] if keys.values[email] is not None else None
        if names.values[name] is not None or address is not None:
            yield names.values[name], address


def _keyed(column: TypedColumn, key: Callable[[Any], Any]) -> TypedColumn:
    """Return the key of each value that is there, having made it once per distinct value."""
    keys = {value: key(value) for value in set(column.values) if value is not None}
    return TypedColumn(
        column.codes, [None if value is None else keys[value] for value in column.values]
    )


def without_persons_and_clocks(
    sent: Mapping[str, Column], contract: pa.DataFrameSchema
) -> dict[str, Column]:
    """Return the cells as sent that may be kept: no persons, no time of day beside a date."""
    kept = {}
    for name, column in sent.items():
        metadata = contract.columns[name].metadata
        if metadata["kind"] == "date":
            column = Column.coded(column.codes, [*map(dates.without_clock, column.values)])
        elif metadata["kind"] in ("organisation", "organisations"):
            column = _without_addresses(column)
        if not metadata["personal"]:
            kept[name] = column
    return kept


def _without_addresses(column: Column) -> Column:
    """Return a column of names without the cells that hold an e-mail address."""
    found = [
        at for at, value in enumerate(column.values) if isinstance(value, str) and "@" in value
    ]
    return column.replaced(np.isin(column.codes, found).nonzero()[0], None) if found else column
