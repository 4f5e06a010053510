"""Where the register store has keys of persons: which files, which rows.

Belongs here: reading the keyed rows of the store.
Does not belong here: making keys (conforming/persons), whose keys they are (vault).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

import pyarrow
import pyarrow.parquet

from schemas import REGISTERS
from schemas.store import PERSON_KEYS, derived_columns

_PLACE: Final = ("file_sha256", "file_name", "sheet", "row_number", *PERSON_KEYS)


@dataclass(frozen=True, slots=True)
class KeyedFile:
    """One delivery's rows in the store."""

    register: str
    partner: str
    delivery_id: str
    path: Path

    def read(self, columns: Sequence[str] = _PLACE) -> pyarrow.Table:
        """Return the rows: where each stands, and its keys."""
        return pyarrow.parquet.read_table(self.path, columns=list(columns), partitioning=None)


@cache
def person_registers() -> tuple[str, ...]:
    """Return the registers whose rows have keys of persons."""
    return tuple(
        name
        for name, contract in REGISTERS.items()
        if set(PERSON_KEYS).issubset(derived_columns(contract))
    )


def keyed_files(store: Path) -> Iterator[KeyedFile]:
    """Yield every file of a store that has keys of persons, also of superseded deliveries."""
    for register in person_registers():
        for path in sorted((store / "rows" / register).glob("partner=*/[!.]*.parquet")):
            partner = path.parent.name.removeprefix("partner=")
            yield KeyedFile(register, partner, path.stem, path)
