"""Records come out of JSON in the characters in which they stand there, however it arrives."""

import json
import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eurocluster.sources.json_records import MISSING, Records, look_up
from eurocluster.sources.protocol import TooBig, UnexpectedAnswer

TEXTS = st.text(st.characters(codec="utf-8"))
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | TEXTS
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=12,
)


def pieces(text: str, cuts: Sequence[int]) -> Iterator[bytes]:
    """Yield a text in pieces that end anywhere, also within a character."""
    content = text.encode()
    places = sorted({0, len(content), *(cut % (len(content) + 1) for cut in cuts)})
    return iter([content[start:end] for start, end in pairwise(places)])


@given(
    st.lists(VALUES, max_size=6),
    st.dictionaries(TEXTS, SCALARS, max_size=3),
    st.lists(st.integers(0, 1 << 20), max_size=30),
    st.sampled_from([None, 1, "\t"]),
    st.booleans(),
)
def test_every_record_and_all_beside_them_survive_every_way_of_arriving(
    records: list[Any],
    beside: dict[str, Any],
    cuts: list[int],
    indent: int | str | None,
    is_ascii: bool,
) -> None:
    around = {name: value for name, value in beside.items() if name != "rows"}
    whole = {**around, "rows": records, "end": None}
    text = json.dumps(whole, indent=indent, ensure_ascii=is_ascii)
    reader = Records(pieces(text, cuts), "rows", "list")
    lines = list(reader)
    assert [json.loads(line) for line in lines] == records
    assert not any("\n" in line or "\r" in line for line in lines)
    assert reader.beside.keys() == {*around, "end"}


@pytest.mark.parametrize(
    "record",
    [
        '{"id": 123456789012345678901234567890, "hours": 7.50}',
        "[1e5, 1E+05, -0.0, 0.10000000000000000000001]",
        '{"a": 1, "a": 2}',
        '{"text": "\\u00fc\\/\\ud83d"}',
        '{"b": NaN, "a": []}',
        "7",
        "true",
    ],
)
def test_a_record_keeps_its_digits_its_doubles_and_its_escapes(record: str) -> None:
    for step in range(1, len(record) + 4):
        text = f"[{record},{record}]"
        arriving = iter([text[at : at + step].encode() for at in range(0, len(text), step)])
        assert list(Records(arriving, "", "list")) == [record, record]


def test_line_breaks_between_the_parts_of_a_record_become_spaces() -> None:
    text = b'{"data": [\r\n  {\n    "a": "x  y",\n    "b": 1\n  }\n]}'
    assert list(Records(iter([text]), "data", "list")) == ['{ "a": "x  y", "b": 1 }']


def test_a_byte_order_mark_is_no_record() -> None:
    assert list(Records(iter([b"\xef\xbb", b"\xbf[1]"]), "", "list")) == ["1"]


def test_a_list_is_found_below_names_with_and_without_dots() -> None:
    text = b'{"a": {"x": 1, "b.c": [1, 2], "y": "z"}, "n": 5}'
    reader = Records(iter([text]), "a.b.c", "list")
    assert list(reader) == ["1", "2"]
    assert reader.beside == {"a": {"x": "1", "y": "z"}, "n": "5"}


def test_a_list_that_is_null_is_empty() -> None:
    assert list(Records(iter([b'{"data": null}']), "data", "list")) == []


def test_white_space_without_an_end_takes_no_memory() -> None:
    spaces = (b" " * (1 << 20) for _ in range(64))
    reader = Records(iter([b"[", *spaces, b"]"]), "", "list")
    assert list(reader) == []


def test_a_record_without_an_end_is_refused() -> None:
    endless = (b'["' if at == 0 else b"x" * (1 << 20) for at in range(64))
    with pytest.raises(TooBig, match="16 MiB"):
        list(Records(endless, "", "list"))


@pytest.mark.parametrize("opening", ["[", '{"a":'])
def test_nesting_without_an_end_is_refused(opening: str) -> None:
    text = opening * 100_000
    with pytest.raises(UnexpectedAnswer):
        list(Records(iter([b"[", text.encode()]), "", "list"))


def test_names_along_a_path_are_found_the_whole_name_first() -> None:
    told = {"@odata.nextLink": "next", "meta": {"next": "7", "a.b": {"c": None}}, "n": []}
    assert look_up(told, "@odata.nextLink") == "next"
    assert look_up(told, "meta.next") == "7"
    assert look_up(told, "meta.a.b.c") is None
    for path in ("", "next", "meta.nothing", "n.next", "meta.next.more"):
        assert look_up(told, path) is MISSING


def test_errors_hold_nothing_of_the_answer() -> None:
    with pytest.raises(UnexpectedAnswer) as failed:
        list(Records(iter([b'[{"name": "Invented Person"} x]']), "", "list"))
    assert not re.search("Invented|Person", f"{failed.value!r}")
