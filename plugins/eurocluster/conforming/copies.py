"""The same data on two sheets or in two files: asked about, never added up (trait 6).

Belongs here: telling that two tables hold the same rows, choosing the one that is read.
Does not belong here: rows of one id within a delivery (judging).
"""

from collections.abc import Sequence
from typing import Final

import numpy as np
import pyarrow
import pyarrow.compute

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
    kept: dict[int, tuple[pyarrow.Array, ...]] = {}
    findings = []
    for at in ranked:
        prints = every[at]
        original = next((other for other in kept if _are_copies(prints, kept[other])), None)
        if original is None:
            kept[at] = prints
        else:
            findings.append(_finding(tables[at], tables[original], len(prints[0])))
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


def _are_copies(one: Sequence[pyarrow.Array], other: Sequence[pyarrow.Array]) -> bool:
    for mine, theirs in zip(one, other, strict=True):
        fewest = min(len(mine), len(theirs))
        if fewest < _FEWEST_ROWS:
            continue
        small, large = (mine, theirs) if len(mine) <= len(theirs) else (theirs, mine)
        shared = np.asarray(pyarrow.compute.is_in(small, value_set=large)).sum()
        if shared >= _SAME_FROM * fewest:
            return True
    return False


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
