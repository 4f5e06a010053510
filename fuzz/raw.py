"""Mutations of bytes, whatever they mean.

Belongs here: flips, cuts, copies and moves of bytes.
Does not belong here: what knows a format (archives.py, lines.py, documents.py).
"""

from collections.abc import Mapping
from random import Random

from fuzz.mutation import Mutation

_LONGEST_RUN = 4_096


def flipped_bits(chance: Random, content: bytes) -> bytes:
    """Return the content with up to 16 bits turned."""
    changed = bytearray(content)
    for _ in range(chance.randint(1, 16)):
        if changed:
            changed[chance.randrange(len(changed))] ^= 1 << chance.randrange(8)
    return bytes(changed)


def other_bytes(chance: Random, content: bytes) -> bytes:
    """Return the content with a run of bytes replaced by chance, zeros or ones."""
    at, length = _run(chance, content)
    kind = chance.randrange(3)
    new = chance.randbytes(length) if kind == 0 else bytes([0 if kind == 1 else 255]) * length
    return content[:at] + new + content[at + length :]


def inserted_bytes(chance: Random, content: bytes) -> bytes:
    """Return the content with bytes put between."""
    at = chance.randint(0, len(content))
    return content[:at] + chance.randbytes(chance.randint(1, 64)) + content[at:]


def deleted_bytes(chance: Random, content: bytes) -> bytes:
    """Return the content without a run of bytes."""
    at, length = _run(chance, content)
    return content[:at] + content[at + length :]


def doubled_bytes(chance: Random, content: bytes) -> bytes:
    """Return the content with a run of bytes up to ten times."""
    at, length = _run(chance, content)
    return content[: at + length] + content[at : at + length] * chance.randint(1, 9) + content[at:]


def swapped_parts(chance: Random, content: bytes) -> bytes:
    """Return the content with two neighbouring stretches exchanged."""
    first, second, third = sorted(chance.randint(0, len(content)) for _ in range(3))
    return content[:first] + content[second:third] + content[first:second] + content[third:]


def cut_end(chance: Random, content: bytes) -> bytes:
    """Return the beginning, as a torn transfer leaves it."""
    return content[: chance.randrange(len(content) + 1)]


def cut_start(chance: Random, content: bytes) -> bytes:
    """Return the content without its first bytes."""
    return content[chance.randint(1, 64) :]


def numbers_at_the_edge(chance: Random, content: bytes) -> bytes:
    """Return the content with a number of two, four or eight bytes at the edge of its range."""
    width = chance.choice((2, 4, 8))
    at = chance.randrange(max(1, len(content) - width))
    edges = (0, 1, (1 << (8 * width - 1)) - 1, 1 << (8 * width - 1), (1 << (8 * width)) - 1)
    number = chance.choice(edges)
    order = "little" if chance.random() < 0.8 else "big"
    return content[:at] + number.to_bytes(width, order) + content[at + width :]  # type: ignore[arg-type]


def _run(chance: Random, content: bytes) -> tuple[int, int]:
    """Return place and length of a run of bytes, short ones more often."""
    at = chance.randrange(len(content)) if content else 0
    length = min(chance.choice((1, 2, 4, 16, 64, 512, _LONGEST_RUN)), len(content) - at)
    return at, length


RAW: Mapping[str, Mutation] = {
    mutation.__name__: mutation
    for mutation in (
        flipped_bits,
        other_bytes,
        inserted_bytes,
        deleted_bytes,
        doubled_bytes,
        swapped_parts,
        cut_end,
        cut_start,
        numbers_at_the_edge,
    )
}
"""Name → mutation of any bytes."""
