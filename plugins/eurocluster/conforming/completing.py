"""What is put beside the values of rows: defaults, keys of organisations, keys of persons.

Belongs here: values that follow from others of the same row.
Does not belong here: understanding cells (values), how a key is made (names, persons).
"""

from collections.abc import Callable
from typing import Any, Final

import pandera.pandas as pa

from eurocluster.conforming.names import organisation_key
from eurocluster.conforming.persons import email_key, name_key
from eurocluster.register_rows import RegisterRows, TypedColumn
from schemas.reasons import is_error
from schemas.store import PERSON_KEYS, derived_columns

_FILLED: Final = "filled"


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


def replace_persons(rows: RegisterRows, contract: pa.DataFrameSchema, secret: bytes) -> None:
    """Put keyed hashes beside persons, and a bare mark where their text stood.

    The contract still asks whether a name is there; it is answered by a constant.
    """
    if not set(PERSON_KEYS).issubset(derived_columns(contract)):
        return
    rows.columns["name_key"] = _keyed(_names(rows), lambda name: name_key(secret, name))
    rows.columns["email_key"] = _keyed(
        rows.columns["email"], lambda email: email_key(secret, email)
    )
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


def _keyed(column: TypedColumn, key: Callable[[Any], Any]) -> TypedColumn:
    """Return the key of each value that is there, having made it once per distinct value."""
    keys = {value: key(value) for value in set(column.values) if value is not None}
    return TypedColumn(
        column.codes, [None if value is None else keys[value] for value in column.values]
    )
