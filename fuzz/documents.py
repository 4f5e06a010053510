"""Mutations of json: depth, types, keys, numbers, ends.

Belongs here: json documents and lines of json as text and as values.
Does not belong here: other text (lines.py).
"""

import json
import re
from collections.abc import Mapping
from random import Random
from typing import Any

from fuzz.mutation import Mutation, nasty

_SCALAR = re.compile(r"(?<=:)\s*(?:\"[^\"\n]*\"|[\w.+-]+)")
_RAW_VALUES = (
    "NaN", "-Infinity", "1e999", "1" * 5_000, "0123", "'x'", "[]", "{}", "[[[[]]]]", "null",
    "true", "-",
    '"\\ud800"', '"\\u0000"', '"unfinished', '{"a":1,"a":2}', "[1,2", "1e-400", "0.1e+1_0",
)  # fmt: skip


def deep_values(chance: Random, content: bytes) -> bytes:
    """Return the document with something nested thousands of times in the place of a value."""
    depth = chance.choice((50, 990, 5_000, 200_000))
    opened, closed = chance.choice((("[", "]"), ('{"a":', "}")))
    nest = opened * depth + ("1" + closed * depth if chance.random() < 0.6 else "")
    return _with_value(chance, content, nest)


def other_values(chance: Random, content: bytes) -> bytes:
    """Return the document with other values, some of which are no json."""
    for _ in range(chance.randint(1, 5)):
        is_raw = chance.random() < 0.6
        value = chance.choice(_RAW_VALUES) if is_raw else json.dumps(nasty(chance))
        content = _with_value(chance, content, value)
    return content


def other_types(chance: Random, content: bytes) -> bytes:
    """Return the document with rows, keys and values of another kind."""
    try:
        rows = json.loads(content)
    except (ValueError, RecursionError):
        return content
    return json.dumps(_otherwise(chance, rows), ensure_ascii=False).encode("utf-8", "surrogatepass")


def wrapped(chance: Random, content: bytes) -> bytes:
    """Return the document inside another one, or followed by another one."""
    start, end = chance.choice(
        ((b'{"data":', b"}"), (b"[", b"]"), (b"", content), (b"", b",\n"), (b"callback(", b");"),
         (b"\n\n", b"\x00"), (b"// rows\n", b""), (b'{"rows":', b',"next":null}'))
    )  # fmt: skip
    return start + content + end


def torn_marks(chance: Random, content: bytes) -> bytes:
    """Return the document without some of its braces, commas or quotes."""
    text = content.decode("utf-8", "surrogateescape")
    places = [at for at, character in enumerate(text) if character in '{}[],:"']
    gone = set(chance.sample(places, min(len(places), chance.randint(1, 4))))
    kept = "".join(character for at, character in enumerate(text) if at not in gone)
    return kept.encode("utf-8", "surrogateescape")


def _with_value(chance: Random, content: bytes, value: str) -> bytes:
    text = content.decode("utf-8", "surrogateescape")
    found = [match.span() for match in _SCALAR.finditer(text)]
    if found:
        start, end = chance.choice(found)
        text = text[:start] + value + text[end:]
    return text.encode("utf-8", "surrogateescape")


def _otherwise(chance: Random, value: Any) -> Any:
    if isinstance(value, list):
        rows = [_otherwise(chance, row) if chance.random() < 0.3 else row for row in value]
        return chance.choice((rows, rows, rows, dict(enumerate(rows)), [rows], rows * 3))
    if isinstance(value, dict):
        changed = {
            (nasty(chance) if chance.random() < 0.1 else key): (
                _otherwise(chance, cell) if chance.random() < 0.3 else cell
            )
            for key, cell in value.items()
        }
        return chance.choice((changed, changed, list(changed.values()), {"row": changed}, None))
    return chance.choice((value, [value], {"": value}, nasty(chance), 10**30, -0.0, True, None))


DOCUMENTS: Mapping[str, Mutation] = {
    mutation.__name__: mutation
    for mutation in (deep_values, other_values, other_types, wrapped, torn_marks)
}
"""Name → mutation of json."""
