"""Which mutations a file gets.

Belongs here: the choice by format, the same for the same chance.
Does not belong here: mutations (raw.py, archives.py, lines.py, documents.py).
"""

from collections.abc import Mapping
from random import Random

from fuzz.archives import ARCHIVES
from fuzz.documents import DOCUMENTS
from fuzz.lines import LINES
from fuzz.mutation import Mutation
from fuzz.raw import RAW

FAMILIES: Mapping[str, Mapping[str, Mutation]] = {
    "xlsx": ARCHIVES,
    "ods": ARCHIVES,
    "xlsb": ARCHIVES,
    "csv": LINES,
    "json": DOCUMENTS,
    "jsonl": DOCUMENTS,
    "xls": RAW,
    "parquet": RAW,
}
"""Format → mutations that know it; those of bytes fit all."""

_MOST = 3
_SHARE_OF_BYTES = 0.3
_ATTEMPTS = 20


def mutated(chance: Random, content: bytes, file_format: str) -> tuple[bytes, tuple[str, ...]]:
    """Return a content that differs from the given one, and the names of what was done to it.

    Args:
        chance: Decides everything.
        content: A file as a partner may send it.
        file_format: A key of ``FAMILIES``.
    """
    for _ in range(_ATTEMPTS):
        changed = content
        names: list[str] = []
        for _ in range(chance.choice((1, 1, 1, 2, _MOST))):
            family = RAW if chance.random() < _SHARE_OF_BYTES else FAMILIES[file_format]
            name = chance.choice(sorted(family))
            changed, names = family[name](chance, changed), [*names, name]
        if changed != content:
            return changed, tuple(names)
    return content + b"\x00", ("appended_byte",)
