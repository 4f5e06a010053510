"""Columns of the register store, derived from the contracts.

The store keeps every contract column except the personal ones; persons are kept as keys,
organisation names get a normalised key beside them. The same columns stand in the dbt
sources; ``tests/seams`` holds the three equal.

Belongs here: names and Arrow types of the Parquet files.
Does not belong here: writing them (eurocluster.delivery_sets).
"""

from typing import Final

import pandera.pandas as pa
import pyarrow

from schemas._columns import PERSONAL_KINDS, arrow_type

PROVENANCE: Final[dict[str, pyarrow.DataType]] = {
    "reported_by": pyarrow.string(),
    "delivery_set": pyarrow.string(),
    "record_key": pyarrow.string(),
    "content_hash": pyarrow.string(),
    "file_sha256": pyarrow.string(),
    "file_name": pyarrow.string(),
    "sheet": pyarrow.string(),
    "row_number": pyarrow.int64(),
    "cell_columns": pyarrow.string(),
    "errors": pyarrow.list_(pyarrow.string()),
    "warnings": pyarrow.list_(pyarrow.string()),
}
"""Columns of every row: whose, which, from where, judged how (``errors``: ``column:code``)."""

PERSON_KEYS: Final = ("name_key", "email_key")


def derived_columns(contract: pa.DataFrameSchema) -> dict[str, pyarrow.DataType]:
    """Return the columns that conforming adds: person keys, normalised organisation names."""
    added: dict[str, pyarrow.DataType] = {}
    kinds = {name: column.metadata["kind"] for name, column in contract.columns.items()}
    if PERSONAL_KINDS.intersection(kinds.values()):
        added.update(dict.fromkeys(PERSON_KEYS, pyarrow.string()))
    for name, kind in kinds.items():
        if kind in ("organisation", "organisations"):
            added[f"{name}_key"] = arrow_type("list" if kind == "organisations" else "text")
    return added


def store_schema(contract: pa.DataFrameSchema) -> pyarrow.Schema:
    """Return the Arrow schema of one register's Parquet files."""
    kept = {
        name: arrow_type(column.metadata["kind"])
        for name, column in contract.columns.items()
        if not column.metadata["personal"]
    }
    return pyarrow.schema({**PROVENANCE, **kept, **derived_columns(contract)})
