"""The files of the example consortium: that they are what the generator writes, and lifelike.

Belongs here: examples/eurocluster against examples/generator. Does not belong here: figures.
"""

import importlib
import io
import sys
import zipfile
from collections import Counter, defaultdict
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[3]
HOME = ROOT / "examples" / "eurocluster"


def generator(module: str) -> ModuleType:
    """A module of the generator, which is no part of the installed distribution."""
    if "examples" not in sys.modules:
        package = ModuleType("examples")
        package.__path__ = [str(ROOT / "examples")]
        sys.modules["examples"] = package
    return importlib.import_module(f"examples.generator.{module}")


def unpacked(content: bytes) -> object:
    """What a zip archive holds; the deflated bytes depend on the machine's zlib."""
    if not content.startswith(b"PK"):
        return content
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return [(each.filename, each.date_time, archive.read(each)) for each in archive.infolist()]


@pytest.fixture(scope="module")
def rows():
    return generator("consortium").records().rows


@pytest.mark.slow
def test_the_committed_files_are_what_the_generator_writes():
    written = {file.path: file.content for file in generator("build").consortium_files()}
    lying = {
        path.relative_to(HOME).as_posix(): path.read_bytes()
        for path in HOME.rglob("*")
        if path.is_file()
    }
    assert sorted(lying) == sorted(written)
    assert [path for path in written if unpacked(lying[path]) != unpacked(written[path])] == []


def test_every_register_of_a_partner_has_a_file_and_words():
    assert generator("build").registers_without_a_language() == set()


def test_two_to_five_rows_in_a_hundred_have_a_mistake(rows):
    refused = [row for row in rows if any(mistake.refused for mistake in row.mistakes)]
    wrong = [row for row in rows if row.mistakes]
    assert 0.02 < len(refused) / len(rows) < 0.04
    assert len(wrong) / len(rows) < 0.05


def test_the_registers_are_as_long_as_a_real_consortium_s(rows):
    lengths = Counter(row.register for row in rows)
    assert 1500 < lengths["attendance"] < 2500
    assert 250 < lengths["organisations"] < 350
    assert 240 < lengths["service_deliveries"] < 350
    assert 200 < lengths["sme_investments"] < 300
    assert len(lengths) == 12


def test_partners_share_enterprises_trainees_and_exchanges(rows):
    servers, schools, reporters = defaultdict(set), defaultdict(set), defaultdict(set)
    for row in rows:
        if row.register == "service_deliveries":
            servers[row.links["recipient"]].add(row.partner)
        if row.register == "attendance" and "person" in row.links:
            schools[row.links["person"]].add(row.partner)
        if row.register == "exchanges":
            reporters[row.links["vo"], row.links["ho"], row.values["start_date"]].add(row.partner)
    assert max(map(len, servers.values())) >= 3
    assert sum(len(partners) > 1 for partners in schools.values()) > 50
    assert sum(len(partners) > 1 for partners in reporters.values()) >= 8


def test_no_surname_stands_in_a_name_or_a_title(rows):
    personal = generator("privacy").personal_texts()
    aside = {"person_name", "first_name", "surname", "email", "+phone"}
    texts = " ".join(
        str(value)
        for row in rows
        for column, value in {**row.values, **row.typed}.items()
        if column not in aside
    )
    assert [text for text in sorted(personal) if text in texts] == []
