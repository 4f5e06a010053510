"""Building blocks of the contracts: one function per kind of column.

A column says its *kind* (how a cell becomes a typed value), whether it is required,
whether it is personal, and the checks that judge one value at a time. Check names are rule
codes of ``schemas.reasons``, so that a failed check is a finding without translation.

Belongs here: column kinds, their pandas and Arrow types.
Does not belong here: columns of one register, reading of cells, words of partners.
"""

from collections.abc import Callable
from typing import Any, Final, Literal

import pandas as pd
import pandera.pandas as pa
import pyarrow

from schemas.vocabulary import VOCABULARIES

Kind = Literal[
    "text", "organisation", "identifier", "country", "date", "decimal", "integer", "yes_no",
    "enum", "set", "list", "organisations", "partner", "partners", "person_name", "first_name",
    "surname", "email", "vat_no", "euid", "reg_no", "pic", "eccp_url", "nuts", "nace", "currency",
    "partnership", "hours", "percentage",
]  # fmt: skip

LIST_KINDS: Final = frozenset({"set", "list", "organisations", "partners"})
PERSONAL_KINDS: Final = frozenset({"person_name", "first_name", "surname", "email"})

JUDGED_ELSEWHERE: Final[dict[str, str]] = {
    "text": "Any text will do; reading refuses national person numbers (E14).",
    "list": "Any entries will do.",
    "date": "Reading refuses what is no date (E02); rules of the row compare dates (E03, E04).",
    "yes_no": "Reading refuses words that say neither yes nor no (E05).",
    "country": "Reading refuses countries that do not exist (E09).",
    "partner": "Reading refuses partners that are not declared (E07).",
    "partners": "Reading refuses partners that are not declared (E07).",
    "partnership": "Every partnership but ours is another one.",
    "organisation": "Any name will do; identities resolve it (G4).",
    "organisations": "Any names will do; identities resolve them (G4).",
    "identifier": "Reading doubts what is no identifier of the country (W01).",
    "vat_no": "Reading doubts what is no VAT number of the country (W01).",
    "reg_no": "Reading refuses numbers without a digit (E18).",
    "eccp_url": "Reading refuses other addresses (E18).",
    "nace": "Reading refuses what is in neither revision (E18).",
    "person_name": "Reading refuses several persons in one cell (E16); only keys are kept.",
    "first_name": "Reading refuses several persons in one cell (E16); only keys are kept.",
    "surname": "Reading refuses several persons in one cell (E16); only keys are kept.",
    "email": "Reading doubts shared mailboxes (W03); only keys are kept.",
}
"""Kind → why a column of it may do without a check of its own."""

_PANDAS: Final[dict[str, Any]] = {
    "date": "datetime64[us]",
    "decimal": float,
    "hours": float,
    "integer": "Int64",
    "yes_no": "boolean",
}
_ARROW: Final[dict[str, pyarrow.DataType]] = {
    "date": pyarrow.date32(),
    "decimal": pyarrow.decimal128(18, 4),
    "hours": pyarrow.decimal128(18, 4),
    "integer": pyarrow.int64(),
    "yes_no": pyarrow.bool_(),
}


def pandas_type(kind: str) -> Any:
    """Return the pandas type in which pandera judges values of this kind."""
    return object if kind in LIST_KINDS else _PANDAS.get(kind, str)


def arrow_type(kind: str) -> pyarrow.DataType:
    """Return the Arrow type in which the register store keeps values of this kind."""
    if kind in LIST_KINDS:
        return pyarrow.list_(pyarrow.string())
    return _ARROW.get(kind, pyarrow.string())


def column(
    kind: Kind,
    description: str,
    *checks: pa.Check,
    required: bool = False,
    vocabulary: str | None = None,
    default: str | int | None = None,
    reference: str | None = None,
) -> pa.Column:
    """Return one contract column.

    Args:
        kind: How a cell of this column is read and stored.
        description: What the column says, for the data dictionary.
        checks: Checks of one value; their names are rule codes.
        required: A blank cell is E01.
        vocabulary: Name of the closed word list of an ``enum`` or ``set``.
        default: Value of a blank cell, where the specification names one.
        reference: Register whose key this column names (E07, judged in the warehouse).
    """
    every = list(checks)
    if vocabulary and kind == "enum":
        every.insert(0, pa.Check.isin(VOCABULARIES[vocabulary], name="E05"))
    if vocabulary and kind == "set":
        allowed = frozenset(VOCABULARIES[vocabulary])
        every.insert(0, value_check("E05", lambda items: allowed.issuperset(items)))
    return pa.Column(
        pandas_type(kind),
        every,
        nullable=not required,
        required=True,
        description=description,
        metadata={
            "kind": kind,
            "required": required,
            "personal": kind in PERSONAL_KINDS,
            "vocabulary": vocabulary,
            "default": default,
            "reference": reference,
        },
    )


def value_check(code: str, holds: Callable[[Any], bool]) -> pa.Check:
    """Return a check of one value at a time; ``holds`` is false for a bad value."""
    return pa.Check(holds, element_wise=True, name=code, ignore_na=True)


def at_least(minimum: float, code: str = "E06") -> pa.Check:
    """Return a check that refuses values below ``minimum``."""
    return pa.Check.ge(minimum, name=code)


def at_most(maximum: float) -> pa.Check:
    """Return a check that refuses values above ``maximum`` (E18)."""
    return pa.Check.le(maximum, name="E18")


def between(minimum: float, maximum: float) -> pa.Check:
    """Return a check that refuses values outside the closed interval (E18)."""
    return pa.Check.in_range(minimum, maximum, name="E18")


def at_most_characters(length: int) -> pa.Check:
    """Return a check that refuses longer texts (E18)."""
    return pa.Check.str_length(max_value=length, name="E18")


def matches(pattern: str) -> pa.Check:
    """Return a check that refuses texts that do not match from start to end (E18)."""
    return pa.Check.str_matches(f"^(?:{pattern})$", name="E18")


def row_rule(code: str, blamed: str, holds: Callable[[pd.DataFrame], pd.Series]) -> pa.Check:
    """Return a check across columns of one row.

    ``holds`` takes the typed frame and returns a boolean series, false where the rule is
    broken. Nulls must not decide: write ``~(condition that is bad)``; unknown counts as kept.
    """
    return pa.Check(
        lambda rows: holds(rows).fillna(value=True).astype(bool),
        name=f"{code}:{blamed}",
        ignore_na=False,
    )


def comes_after(late: str, early: str) -> pa.Check:
    """Return the rule that ``late`` is not before ``early`` (E03, blamed on ``late``)."""
    return row_rule("E03", late, lambda rows: ~(rows[late] < rows[early]))


def required_when(name: str, condition: Callable[[pd.DataFrame], pd.Series]) -> pa.Check:
    """Return the rule that ``name`` is filled where ``condition`` holds (E01)."""
    return row_rule("E01", name, lambda rows: ~(condition(rows) & rows[name].isna()))


def register(
    name: str,
    description: str,
    columns: dict[str, pa.Column],
    *,
    key: str,
    natural_key: tuple[str, ...] = (),
    counting_date: str | None = None,
    rules: tuple[pa.Check, ...] = (),
) -> pa.DataFrameSchema:
    """Return the contract of one register.

    Args:
        name: Register name as in the specification.
        description: One sentence that starts with the grain.
        columns: Columns in the order of the specification.
        key: Column with the partner's own record id.
        natural_key: Columns that identify a row when the record id is blank (G7).
        counting_date: Column asked by E04, when the register itself carries it.
        rules: Rules across columns of one row.
    """
    return pa.DataFrameSchema(
        columns,
        checks=list(rules),
        name=name,
        description=description,
        strict=False,
        coerce=False,
        metadata={
            "key": key,
            "natural_key": natural_key or (key,),
            "counting_date": counting_date,
        },
    )
