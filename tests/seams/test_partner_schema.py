"""The schemas that editors read, the worked examples and their page say what the product does.

Belongs here: docs/*.schema.json, examples/sources/*.yml and docs/sources.md against the code.
Does not belong here: what is refused beyond a schema (tests/unit/eurocluster/consortium).
"""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any, get_args

import pytest
import yaml
from jsonschema import Draft202012Validator

from eurocluster.consortium.schema import schema_files
from eurocluster.consortium.sources import DeclaredSource
from eurocluster.settings import ROOT
from eurocluster.sources.connections import add_command
from eurocluster.sources.protocol import SourceError

SCHEMA = ROOT / "docs" / "partner.schema.json"
PROJECT_SCHEMA = ROOT / "docs" / "project.schema.json"
PAGE = (ROOT / "docs" / "sources.md").read_text(encoding="utf-8")
EXAMPLES = sorted((ROOT / "examples" / "sources").glob("*.yml"))
PARTNERS = sorted((ROOT / "examples" / "eurocluster" / "partners").glob("*.yml"))
PROJECT = ROOT / "examples" / "eurocluster" / "project.yml"
POINTER = re.compile(r"# yaml-language-server: \$schema=(\S+)\n")
SHAPES = {
    kind: shape
    for shape in get_args(get_args(DeclaredSource)[0])
    for kind in get_args(shape.model_fields["kind"].annotation)
}


def check(schema: Path, *files: Path) -> subprocess.CompletedProcess[str]:
    """Validate as a person would at the command line."""
    program = Path(sys.executable).with_name("check-jsonschema")
    return subprocess.run(
        [program, "--schemafile", schema, *files], capture_output=True, text=True, check=False
    )


def sources(path: Path) -> list[dict[str, Any]]:
    return [found["source"] for found in yaml.safe_load(path.read_text("utf-8"))["registers"]]


def without_pointer(path: Path) -> str:
    return POINTER.sub("", path.read_text(encoding="utf-8"), count=1)


@pytest.mark.parametrize(("path", "text"), schema_files().items(), ids=lambda at: Path(at).name)
def test_a_committed_schema_is_that_of_the_shapes_of_today(path: Path, text: str) -> None:
    assert path.read_text(encoding="utf-8") == text, "run: python -m eurocluster.consortium.schema"


@pytest.mark.parametrize("path", schema_files(), ids=lambda path: path.name)
def test_a_schema_keeps_the_rules_of_schemas_and_explains_itself(path: Path) -> None:
    schema = json.loads(path.read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(schema)
    assert schema["title"]
    for name, shape in schema["$defs"].items():
        assert shape["description"], name
        assert shape["additionalProperties"] is False, name


def test_every_partner_declared_in_the_examples_keeps_the_schema() -> None:
    checked = check(SCHEMA, *PARTNERS, *EXAMPLES)
    assert checked.returncode == 0, checked.stdout


def test_the_project_of_the_example_keeps_the_schema() -> None:
    checked = check(PROJECT_SCHEMA, PROJECT)
    assert checked.returncode == 0, checked.stdout


def test_a_wrong_declaration_is_told_once_and_by_its_kind(tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.yml"
    text = without_pointer(ROOT / "examples" / "sources" / "smb.yml")
    wrong.write_text(text.replace("      share: Projecten\n", ""), encoding="utf-8")
    checked = check(SCHEMA, wrong)
    assert checked.returncode == 1
    (told,) = re.findall(r"wrong\.yml::(.*)", checked.stdout)
    assert told == "$.registers[0].source: 'share' is a required property"


@pytest.mark.parametrize(
    ("written", "instead"),
    [
        ("kind: smb", "kind: nfs"),
        ("kind: smb", "path: a"),
        ("kind: smb", "kind: smb\n      password: secret"),
        ("conn_id: staaldonk_share", "conn_id: //user@host"),
        ("include:", "inlcude:"),
        ("name: attendance", "name: attendances"),
        ("due_day: 5", "due_day: 31"),
        ("partner: staaldonk", "partner: Staal Donk"),
        ("version: 1", "version: 2"),
        ("language: nl\n", "language: nl\nextra: 1\n"),
        ("share: Projecten\n", "share: Projecten/2024\n"),
    ],
)
def test_mistakes_that_an_editor_should_mark_are_marked(written: str, instead: str) -> None:
    validator = Draft202012Validator(json.loads(SCHEMA.read_text(encoding="utf-8")))
    text = without_pointer(ROOT / "examples" / "sources" / "smb.yml")
    assert written in text
    assert validator.is_valid(yaml.safe_load(text))
    assert not validator.is_valid(yaml.safe_load(text.replace(written, instead)))


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.stem)
def test_an_example_names_its_schema_in_the_first_line(example: Path) -> None:
    pointer = POINTER.match(example.read_text(encoding="utf-8"))
    assert pointer is not None
    assert (example.parent / pointer[1]).resolve() == SCHEMA


def test_the_page_shows_the_examples_as_they_are() -> None:
    shown = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
    assert sorted(shown) == sorted(without_pointer(example) for example in EXAMPLES)
    for example in EXAMPLES:
        assert f"](../examples/sources/{example.name})" in PAGE


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.stem)
def test_the_page_shows_the_command_for_every_examples_connection(example: Path) -> None:
    shown = PAGE.splitlines()
    for source in sources(example):
        if "conn_id" in source:
            assert add_command(source["kind"], source["conn_id"]) in shown


def test_the_page_has_a_section_for_every_kind() -> None:
    headings = re.findall(r"^## .*$", PAGE, re.MULTILINE)
    for kind in SHAPES:
        assert [heading for heading in headings if f"`{kind}`" in heading], kind


def test_every_link_within_the_page_leads_to_a_heading() -> None:
    headings = re.findall(r"^## (.*)$", PAGE, re.MULTILINE)
    anchors = {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}
    linked = re.findall(r"\]\(#([^)]+)\)", PAGE)
    assert len(linked) >= len(SHAPES) - 1  # ftps and ftp share one
    assert set(linked) <= anchors


def test_the_page_names_the_kinds_that_are_read_at_once() -> None:
    said = re.search(r"At once, unless declared: (.*?)\.", PAGE, re.DOTALL)
    assert said is not None
    at_once = {kind for kind, shape in SHAPES.items() if not shape.default_settle}
    assert set(re.findall(r"`(\w+)`", said[1])) == at_once


def test_the_page_tells_every_failure_and_whether_it_is_tried_again() -> None:
    told = dict(re.findall(r"^\| `(\w+)` \|.*\| (yes|no) \|", PAGE, re.MULTILINE))
    failures = {
        failure.__name__: failure
        for failure in SourceError.__subclasses__()
        if failure.__module__ == SourceError.__module__
    }
    assert told == {
        name: "yes" if failure.retryable else "no" for name, failure in failures.items()
    }


def test_the_connections_shown_for_the_environment_are_understood() -> None:
    shown = re.findall(r"AIRFLOW_CONN_([A-Z0-9_]+)='(\{.*?\})'", PAGE)
    declared = {s["conn_id"].upper() for path in EXAMPLES for s in sources(path) if "conn_id" in s}
    assert shown
    for name, text in shown:
        assert name in declared
        assert set(json.loads(text)) <= {
            "conn_type", "host", "port", "login", "password", "schema", "extra",
        }  # fmt: skip
