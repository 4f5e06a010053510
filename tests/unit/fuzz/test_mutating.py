"""Mutations: the same chance gives the same file, and every one of them does something."""

import io
import zipfile
from collections.abc import Iterator
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fuzz.archives import ARCHIVES, parts_of, written
from fuzz.mutating import FAMILIES, mutated
from fuzz.mutation import Mutation
from fuzz.raw import RAW

_SHEET = (
    b'<?xml version="1.0"?><worksheet><sheetData><row r="1"><c r="A1" t="s"><v>0</v></c></row>'
    b'<row r="2"><c r="A2"><v>7.5</v></c></row></sheetData></worksheet>'
)
_TABLE = (
    b'<?xml version="1.0"?><table:table table:name="a"><table:table-row><table:table-cell '
    b'office:value="1"><text:p>one</text:p></table:table-cell></table:table-row></table:table>'
)
SAMPLES = {
    "xlsx": written([("xl/workbook.xml", b"<workbook/>"), ("xl/worksheets/sheet1.xml", _SHEET)]),
    "ods": written([("mimetype", b"x"), ("content.xml", _TABLE)]),
    "xlsb": written([("xl/workbook.bin", bytes(range(256))), ("a.xml", b'<a b="c">d</a>')]),
    "csv": "kod;imię\r\n1;Zmyślona\r\n2;Przykładna\r\n".encode(),
    "json": b'[{"a": 1, "b": "x"}, {"a": 2.5, "b": null}]',
    "jsonl": b'{"a": 1, "b": "x"}\n{"a": 2.5, "b": null}\n',
    "xls": Random(1).randbytes(900),
    "parquet": Random(2).randbytes(900),
}
_ATTEMPTS = 60


def every_mutation() -> Iterator[tuple[str, Mutation]]:
    yield from RAW.items()
    for family in {id(family): family for family in FAMILIES.values()}.values():
        yield from family.items()


@given(st.sampled_from(sorted(FAMILIES)), st.integers())
def test_the_same_chance_gives_the_same_other_file(file_format: str, seed: int) -> None:
    content = SAMPLES[file_format]
    first, second = (mutated(Random(seed), content, file_format) for _ in range(2))
    assert first == second
    assert first[0] != content
    assert first[1]


@pytest.mark.parametrize(("name", "mutation"), list(every_mutation()))
def test_every_mutation_changes_a_file_of_its_format(name: str, mutation: Mutation) -> None:
    formats = [key for key, family in FAMILIES.items() if mutation is family.get(name)]
    assert any(
        mutation(Random(seed), SAMPLES[file_format]) != SAMPLES[file_format]
        for file_format in formats or FAMILIES
        for seed in range(_ATTEMPTS)
    )


@settings(max_examples=50)
@given(st.binary(max_size=60), st.integers(), st.sampled_from(sorted(FAMILIES)))
def test_any_content_may_be_mutated(content: bytes, seed: int, file_format: str) -> None:
    assert mutated(Random(seed), content, file_format)[0] != content


def test_tampered_archives_that_keep_their_container_can_be_opened() -> None:
    for name in ("replaced_cells", "tampered_tags", "far_cells", "entity_bomb", "spoiled_bytes"):
        content = ARCHIVES[name](Random(3), SAMPLES["xlsx"])
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            assert archive.testzip() is None
        assert parts_of(content) != parts_of(SAMPLES["xlsx"])
