"""Read a consortium folder: every mistake becomes one line with file, line and expectation.

Belongs here: strict YAML, positions of keys, putting project and partners together.
Does not belong here: what the values mean.
"""

import re
from collections.abc import Hashable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from eurocluster.consortium.partners import Partner
from eurocluster.consortium.project import Project

Declared = TypeVar("Declared", bound=BaseModel)


class DeclarationError(ValueError):
    """A declaration is wrong; the message has one line per mistake: file, line, expectation."""


@dataclass(frozen=True, slots=True)
class Consortium:
    """The project and its enabled partners, in code order."""

    home: Path
    project: Project
    partners: tuple[Partner, ...]

    def partner(self, code: str) -> Partner:
        """Return a partner by code; KeyError when there is none."""
        for partner in self.partners:
            if partner.partner == code:
                return partner
        raise KeyError(code)


def load_consortium(home: Path) -> Consortium:
    """Return the consortium declared in ``home``.

    Raises:
        DeclarationError: project.yml or a partner's YAML is missing or wrong.
    """
    mistakes: list[str] = []
    project_file = home / "project.yml"
    if not project_file.is_file():
        raise DeclarationError(
            f"{project_file}: no such file. EUROCLUSTER_HOME must name a folder with project.yml "
            "and partners/*.yml."
        )
    project = _load(project_file, Project, mistakes)
    partners = [
        _load(path, Partner, mistakes) for path in sorted((home / "partners").glob("*.y*ml"))
    ]
    declared = [partner for partner in partners if partner is not None]
    if not partners:
        mistakes.append(f"{home / 'partners'}: expected one .yml file per partner, found none")
    codes = [partner.partner for partner in declared]
    mistakes.extend(
        f"{home / 'partners'}: partner {code!r} is declared twice"
        for code in sorted({code for code in codes if codes.count(code) > 1})
    )
    if mistakes or project is None:
        raise DeclarationError("\n".join(mistakes))
    enabled = sorted((p for p in declared if p.enabled), key=lambda p: p.partner)
    return Consortium(home, project, tuple(enabled))


_SECRET_KEY = re.compile(r"(?i)pass|secret|token|api_?key|access_?key|private_?key|credential|sas")
_MOVE_IT = (
    "put it into the Airflow connection that conn_id names, and change it, for it was written down"
)
_SECRET_INSIDE = re.compile(r"(?i)//[^/\s]*@|[?#&]|(?:sig|signature|token|key|password|secret)=")

_IN_WORDS = {
    "tuple_type": "a list in square brackets, as in [one, another]",
    "time_delta_parsing": "a time such as PT5M for five minutes, P1D for a day",
}
_WRITTEN_AS = {
    "conn_id": "the name of a connection: a letter, then letters, digits and '_'",
    "country": "two capital letters, as in PL",
    "language": "two small letters, as in pl",
    "share": "the share's name alone; the connection names its server, 'path' the folder in it",
}
"""What is expected of a key, in the place of the pattern that it has to match."""


class _StrictLoader(yaml.SafeLoader):
    """YAML that refuses a key written twice, and leaves words such as NO and dates as texts.

    Dates are read by the shapes, so that a wrong one is told with its line; only true and false
    are yes and no (a partner of Norway has the country NO).
    """

    yaml_implicit_resolvers = {
        first: [
            (tag, pattern)
            for tag, pattern in resolvers
            if tag not in ("tag:yaml.org,2002:timestamp", "tag:yaml.org,2002:bool")
        ]
        for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }


def _mapping_without_twins(
    loader: _StrictLoader,
    node: yaml.MappingNode,
    deep: bool = False,  # noqa: FBT001, FBT002
) -> dict[Hashable, Any]:
    seen: set[str] = set()
    for key, _ in node.value:
        if not isinstance(key, yaml.ScalarNode):
            raise yaml.constructor.ConstructorError(
                None, None, "expected a word as key", key.start_mark
            )
        if key.value in seen:
            raise yaml.constructor.ConstructorError(
                None, None, f"the key {key.value!r} stands twice", key.start_mark
            )
        seen.add(key.value)
    return yaml.SafeLoader.construct_mapping(loader, node, deep)


_StrictLoader.add_implicit_resolver(
    "tag:yaml.org,2002:bool", re.compile("^(?:true|false)$", re.IGNORECASE), list("tTfF")
)
_StrictLoader.add_constructor(
    yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _mapping_without_twins
)


def _load(path: Path, shape: type[Declared], mistakes: list[str]) -> Declared | None:
    try:
        text = path.read_text(encoding="utf-8")
        tree = yaml.compose(text, _StrictLoader)
        values = yaml.load(text, _StrictLoader)  # noqa: S506 - a SafeLoader
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        mistakes.append(f"{path}, line {line}: expected UTF-8 text")
        return None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        told = error.problem or "not readable as YAML"
        if "escape character" in told:
            told += "; write paths with forward slashes, or without double quotes"
        mistakes.append(f"{path}, line {line}: {told}")
        return None
    except yaml.YAMLError:
        mistakes.append(f"{path}, line 1: not readable as YAML")
        return None
    written = [at for at, line in enumerate(text.splitlines(), 1) if "PRIVATE KEY-----" in line]
    if written:
        mistakes.append(f"{path}, line {written[0]}: a private key must not stand here; {_MOVE_IT}")
        return None
    if not isinstance(values, dict):
        mistakes.append(f"{path}, line 1: expected keys with values, like 'version: 1'")
        return None
    try:
        return shape.model_validate(values)
    except ValidationError as error:
        problems = error.errors(include_url=False)
        for problem in problems:
            if problem["type"] == "too_short" and any(
                other["loc"][: len(problem["loc"])] == problem["loc"]
                for other in problems
                if other is not problem
            ):
                continue  # it is too short only because what stands in it is wrong
            keys = _written(tree, problem["loc"], is_missing=problem["type"] == "missing")
            place = ".".join(str(part) for part in keys)
            line = _line(tree, keys)
            mistakes.append(f"{path}, line {line}: {place or 'file'}: {_expectation(problem)}")
        return None


def _expectation(problem: Any) -> str:
    if problem["type"] == "extra_forbidden" and _SECRET_KEY.search(str(problem["loc"][-1])):
        return f"a secret must not stand here; {_MOVE_IT}"
    if problem["type"] == "extra_forbidden":
        return "unknown key; is it misspelt, or does it belong elsewhere?"
    if problem["type"] == "missing":
        return "this key is required"
    if problem["type"] == "too_short":
        return "at least one"
    if problem["type"] in ("union_tag_invalid", "union_tag_not_found"):
        key = problem["ctx"]["discriminator"].strip("'")
        known = problem["ctx"].get("expected_tags")
        return f"{key}: one of {known}" if known else f"{key}: this key is required"
    message = _IN_WORDS.get(problem["type"]) or str(problem["msg"]).removeprefix("Value error, ")
    if problem["type"] == "string_pattern_mismatch":
        message = _WRITTEN_AS.get(str(problem["loc"][-1]), message)
    found = problem.get("input")
    if isinstance(found, str) and _SECRET_INSIDE.search(found):
        found = None
    shown = f", found {found!r}" if isinstance(found, str | int | float | bool) else ""
    return f"{message}{shown}"


def _written(
    node: yaml.Node | None, location: tuple[int | str, ...], *, is_missing: bool
) -> tuple[int | str, ...]:
    """Return a place without the kinds by which pydantic tells one shape from another."""
    keys: list[int | str] = []
    for at, part in enumerate(location):
        if isinstance(node, yaml.MappingNode):
            found = next((v for k, v in node.value if k.value == str(part)), None)
            if found is None and not (is_missing and at + 1 == len(location)):
                continue
            node = found
        elif isinstance(node, yaml.SequenceNode) and isinstance(part, int):
            node = node.value[part] if part < len(node.value) else None
        keys.append(part)
    return tuple(keys)


def _line(node: yaml.Node | None, location: tuple[int | str, ...]) -> int:
    """Return the 1-based line of the innermost key of ``location`` that exists."""
    line = 1
    for part in location:
        if isinstance(node, yaml.MappingNode):
            found = next(((k, v) for k, v in node.value if k.value == str(part)), None)
            if found is None:
                continue
            line, node = found[0].start_mark.line + 1, found[1]
        elif isinstance(node, yaml.SequenceNode) and isinstance(part, int):
            if part >= len(node.value):
                break
            node = node.value[part]
            line = node.start_mark.line + 1
    return line
