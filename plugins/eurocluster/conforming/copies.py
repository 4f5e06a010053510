"""The same data on two sheets or in two files: asked about, never added up (trait 6).

Belongs here: telling that two tables hold the same rows, choosing the one that is read.
Does not belong here: rows of one id within a delivery (judging).
"""

from collections.abc import Sequence
from typing import Final

import numpy as np
import pyarrow
from numpy.typing import NDArray

from eurocluster.conforming.tables import RegisterTable
from eurocluster.findings import Finding
from eurocluster.identities import hashes_over
from eurocluster.wording import words

_FEWEST_ROWS: Final = 3
_SAME_FROM: Final = 0.5
"""Share of the smaller table's rows that are also in the other."""


def without_copies(
    tables: Sequence[RegisterTable],
) -> tuple[list[RegisterTable], list[Finding]]:
    """Return the tables that are no copies of another, and a finding per copy (F04).

    Of two tables with the same rows the one with own ids is read, then the one whose headers are
    understood better, then the one with more rows (a list that goes on), then the first.
    """
    if len(tables) < 2:
        return list(tables), []
    every = [_fingerprints(table) for table in tables]
    ranked = sorted(
        range(len(tables)),
        key=lambda at: (
            not _has_ids(tables[at]),
            -tables[at].found.table.score,
            -len(every[at][0]),
            at,
        ),
    )
    found = _originals([every[at] for at in ranked])
    kept = [at for at, original in zip(ranked, found, strict=True) if original is None]
    findings = [
        _finding(tables[at], tables[ranked[original]], len(every[at][0]))
        for at, original in zip(ranked, found, strict=True)
        if original is not None
    ]
    return [tables[at] for at in sorted(kept)], findings


def _has_ids(table: RegisterTable) -> bool:
    return table.contract.metadata["key"] in table.found.table.columns


def _fingerprints(table: RegisterTable) -> tuple[pyarrow.Array, ...]:
    """Return per row the hash of all it says but its id, and of its natural key if that is more."""
    contract = table.contract
    key: str = contract.metadata["key"]
    natural = tuple(name for name in contract.metadata["natural_key"] if name != key)
    content, by_nature = [], []
    for rows in table.rows():
        personal = {n for n, c in contract.columns.items() if c.metadata["personal"]}
        said = [name for name in sorted(rows.columns) if name != key and name not in personal]
        content.append(hashes_over(rows, said))
        if len(natural) > 1:
            by_nature.append(hashes_over(rows, natural))
    return tuple(
        pyarrow.concat_arrays([pyarrow.array([], pyarrow.string()), *parts])
        for parts in (content, by_nature)
    )


def _originals(every: Sequence[Sequence[pyarrow.Array]]) -> list[int | None]:
    """Return per table the place of the first one before it that it is a copy of."""
    prints = [_Prints([lanes[lane] for lanes in every]) for lane in range(len(every[0]))]
    is_kept = np.zeros(len(every), dtype=np.bool_)
    found: list[int | None] = []
    for at in range(len(every)):
        alike = is_kept[:at] & np.any([lane.are_copied_by(at) for lane in prints], axis=0)
        original = int(alike.argmax()) if alike.any() else None
        is_kept[at] = original is None
        found.append(original)
    return found


class _Prints:
    """Hashes of the rows of tables as numbers, so that one is held against all others at once."""

    def __init__(self, tables: Sequence[pyarrow.Array]) -> None:
        codes = pyarrow.concat_arrays(tables).dictionary_encode()
        self._lengths = np.array([len(table) for table in tables])
        self._ends = np.cumsum(self._lengths)
        self._codes: NDArray[np.int64] = codes.indices.to_numpy().astype(np.int64)
        self._tables = np.repeat(np.arange(len(tables)), self._lengths)
        pairs = np.unique(self._tables * len(codes.dictionary) + self._codes)
        self._distinct_tables, self._distinct = np.divmod(pairs, max(1, len(codes.dictionary)))
        self._times = np.zeros(len(codes.dictionary), dtype=np.int64)

    def are_copied_by(self, at: int) -> NDArray[np.bool_]:
        """Return which tables before one hold so many of its rows that they are the same."""
        own = self._codes[self._ends[at] - self._lengths[at] : self._ends[at]]
        before = slice(0, self._ends[at] - self._lengths[at])
        distinct = slice(0, np.searchsorted(self._distinct_tables, at))
        np.add.at(self._times, own, 1)
        mine_there = np.bincount(
            self._distinct_tables[distinct], self._times[self._distinct[distinct]], at
        )
        theirs_here = np.bincount(self._tables[before], self._times[self._codes[before]] > 0, at)
        self._times[own] = 0
        lengths = self._lengths[:at]
        shared = np.where(len(own) <= lengths, mine_there, theirs_here)
        fewest = np.minimum(len(own), lengths)
        same: NDArray[np.bool_] = (fewest >= _FEWEST_ROWS) & (shared >= _SAME_FROM * fewest)
        return same


def _finding(copy: RegisterTable, original: RegisterTable, rows: int) -> Finding:
    detail = words(
        "{rows} rows of “{copy}” were left out; “{original}” was read. Delete one of them, or name"
        " the sheet that counts in the declaration.",
        rows=rows,
        copy=_named(copy),
        original=_named(original),
    )
    return Finding("F04", detail, file=copy.file_sha256, sheet=copy.sheet_name)


def _named(table: RegisterTable) -> str:
    return f"{table.file_name}: {table.sheet_name}" if table.sheet_name else table.file_name
