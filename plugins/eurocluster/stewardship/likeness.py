"""Organisations whose names are the same or nearly so: suggestions for the steward, nothing more.

Names are compared within one country and a shared block (how they begin, word by word or with the
words in order), so that a hundred thousand organisations take seconds and not days. Nothing is
suggested where digits in the names differ ("Workshop 12", "Workshop 13") or where both have a VAT
number of the same country: those are two.

Belongs here: names → pairs that look alike.
Does not belong here: joining anything (dbt_project), asking about it (dbt_project).
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, product
from typing import Final

import numpy as np
import pyarrow
from rapidfuzz import fuzz, process

ALIKE: Final = 92.0
"""Likeness (0 to 100) from which a pair is suggested (G4)."""

_LETTERS: Final = 3
"""Letters with which names of one block begin, at least."""
_BLOCK: Final = 1000
"""Names in a block at most; a larger one is split by one letter more."""
_ALL_WITH_ALL: Final = 4
"""Organisations of one name that are all compared; of more, each is compared with the first."""

PAIR_SCHEMA: Final = pyarrow.schema(
    {
        "one": pyarrow.string(),
        "other": pyarrow.string(),
        "one_name": pyarrow.string(),
        "other_name": pyarrow.string(),
        "likeness": pyarrow.float64(),
    }
)


@dataclass(frozen=True, slots=True)
class Named:
    """An organisation as far as its names tell.

    Attributes:
        org_key: Its key.
        country: ISO code, None when no row states one.
        names: Normalised names (``organisation_key``).
        vat_countries: Countries of its VAT numbers.
    """

    org_key: str
    country: str | None
    names: tuple[str, ...]
    vat_countries: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, order=True)
class Pair:
    """Two organisations that may be one; ``one`` is the smaller key."""

    one: str
    other: str
    one_name: str
    other_name: str
    likeness: float


def alike(organisations: Iterable[Named]) -> list[Pair]:
    """Return the pairs that look alike, each once with its greatest likeness, in their order."""
    known = {organisation.org_key: organisation for organisation in organisations}
    holders: dict[tuple[str | None, str], list[str]] = defaultdict(list)
    for organisation in known.values():
        for name in organisation.names:
            holders[(organisation.country, name)].append(organisation.org_key)
    best: dict[tuple[str, str], Pair] = {}
    for one_key, other_key, one_name, other_name, likeness in (
        *_same_name(holders),
        *_nearly_same_name(holders),
    ):
        one, other = known[one_key], known[other_key]
        if one.org_key == other.org_key or one.vat_countries & other.vat_countries:
            continue
        pair = Pair(one_key, other_key, one_name, other_name, likeness)
        if other_key < one_key:
            pair = Pair(other_key, one_key, other_name, one_name, likeness)
        place = (pair.one, pair.other)
        if place not in best or (-pair.likeness, pair) < (-best[place].likeness, best[place]):
            best[place] = pair
    return sorted(best.values())


def table_of_pairs(organisations: pyarrow.Table) -> pyarrow.Table:
    """Return the pairs as a table of ``PAIR_SCHEMA``.

    Args:
        organisations: With the columns org_key, country, name_keys and identifiers
            (``int_organisations``).
    """
    pairs = alike(
        Named(
            row["org_key"],
            row["country"],
            tuple(row["name_keys"] or ()),
            frozenset(i[4:6] for i in row["identifiers"] or () if i.startswith("vat:")),
        )
        for row in organisations.to_pylist()
    )
    return pyarrow.table(
        {name: [getattr(pair, name) for pair in pairs] for name in PAIR_SCHEMA.names},
        schema=PAIR_SCHEMA,
    )


_Found = tuple[str, str, str, str, float]
_Holders = Mapping[tuple[str | None, str], Sequence[str]]


def _same_name(holders: _Holders) -> Iterator[_Found]:
    """Yield organisations of one name in one country, or of which one states no country."""
    for (country, name), keys in holders.items():
        own = sorted(keys)
        for one, other in _pairs_of(own):
            yield one, other, name, name, 100.0
        if country is not None:
            for other in holders.get((None, name), ()):
                yield own[0], other, name, name, 100.0


def _pairs_of(keys: Sequence[str]) -> Iterator[tuple[str, str]]:
    if len(keys) <= _ALL_WITH_ALL:
        yield from combinations(keys, 2)
    else:
        yield from ((keys[0], other) for other in keys[1:])


def _nearly_same_name(holders: _Holders) -> Iterator[_Found]:
    """Yield organisations of names that are alike as they stand, or with their words in order."""
    blocks: dict[tuple[str, tuple[str, ...], bool], dict[str, list[str]]] = defaultdict(dict)
    for country, name in holders:
        if country is None or not name:
            continue
        digits = tuple(sorted(re.findall(r"\d+", name)))
        in_order = " ".join(sorted(name.split()))
        blocks[(country, digits, False)][name] = [name]
        blocks[(country, digits, True)].setdefault(in_order, []).append(name)
    for (country, _, _), names in blocks.items():
        found = [
            *((text, text, 100.0) for text, spelled in names.items() if len(spelled) > 1),
            *(near for block in _split(sorted(names), _LETTERS) for near in _near(block)),
        ]
        for one_text, other_text, likeness in found:
            for one_name, other_name in product(names[one_text], names[other_text]):
                if one_name == other_name:
                    continue
                for one, other in product(
                    holders[(country, one_name)], holders[(country, other_name)]
                ):
                    yield one, other, one_name, other_name, likeness


def _split(names: Sequence[str], letters: int) -> Iterator[Sequence[str]]:
    """Yield blocks of names that begin with the same letters, as few as keep a block small."""
    blocks: dict[str, list[str]] = defaultdict(list)
    for name in names:
        blocks[name[:letters]].append(name)
    for block in blocks.values():
        if len(block) <= _BLOCK:
            yield block
        else:
            yield from _split(block, letters + 1)


def _near(names: Sequence[str]) -> Iterator[tuple[str, str, float]]:
    if len(names) < 2:
        return
    scores = process.cdist(names, names, scorer=fuzz.ratio, score_cutoff=ALIKE, dtype=np.float32)
    for one, other in np.argwhere(np.triu(scores, k=1) >= ALIKE).tolist():
        yield names[one], names[other], round(float(scores[one, other]), 1)
