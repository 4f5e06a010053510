"""Warehouses beside the published one: what was known on another day, other parameters.

A warehouse aside is built from the same store by the same code, audited like the published one,
kept for the next who asks the same, and never shown as the present.

Belongs here: what is asked, building it, keeping a few.
Does not belong here: comparing (scenarios), publishing, the command line.
"""

import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, NamedTuple

import yaml
from pydantic import ValidationError

from eurocluster.build_identity import build_id
from eurocluster.consortium.declarations import Consortium, load_consortium
from eurocluster.consortium.parameters import Parameters
from eurocluster.deliveries import RegisterStore
from eurocluster.nightly import audit, only_builder, reporting_date
from eurocluster.publishing import DATABASE
from eurocluster.settings import Settings
from eurocluster.warehouse import build_warehouse, close_off

_KEPT: Final = 8
"""Warehouses aside that are kept; the oldest go."""
_BUILDING: Final = ("build", "dbt")
"""Folders of the build itself."""
_OF_PROJECT: Final = ("sme_policy", "joint_min_partners")
"""Readings of the call that project.yml has outside of ``parameters``."""

_PARAMETERS: Final = tuple(Parameters.model_fields)
SETTABLE: Final = (*_PARAMETERS, *_OF_PROJECT)


class UnknownSetting(ValueError):
    """A parameter that does not exist, or a value that it cannot have."""


@dataclass(frozen=True, slots=True)
class Question:
    """What a warehouse aside is about.

    Attributes:
        known_until: Only what had been received by then; None for everything.
        settings: Parameter → value, where it differs from the declared one.
    """

    known_until: datetime | None = None
    settings: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))


def build_aside(settings: Settings, question: Question) -> Path:
    """Return the database that answers a question, built now unless it is there or published.

    Figures known on an earlier day are stated for that day: states compare them with what was due
    then.

    Raises:
        DeclarationError: A declaration is wrong.
        UnknownSetting: A parameter does not exist or cannot have the value.
        AuditFailed: The build contradicts itself; it is not kept.
    """
    inputs = _inputs(settings, question)
    consortium, store, day, releases, decisions = inputs
    identity = _identity(inputs, question)
    published = settings.warehouse / "published" / identity / DATABASE
    if published.exists():
        return published
    asides = settings.warehouse / "aside"
    kept = asides / identity / DATABASE
    with only_builder(asides):
        if kept.exists():
            kept.parent.touch()
            return kept
        built = build_warehouse(
            consortium, store, asides / "build", day, question.known_until, releases, decisions
        )
        audit(
            settings,
            {
                "build_id": identity,
                "path": str(built.folder),
                "models": built.models,
                "tests": built.tests,
                "broken_models": built.broken_models,
                "failed_tests": built.failed_tests,
            },
        )
        if _identity(inputs, question) == identity:
            close_off(built.folder / DATABASE)
            kept.parent.mkdir(exist_ok=True)
            (built.folder / DATABASE).replace(kept)
            _forget_the_oldest(asides)
            return kept
    return build_aside(settings, question)  # something was delivered meanwhile


def find_aside(settings: Settings, question: Question) -> Path | None:
    """Return the database that answers a question, None when it would have to be built.

    Raises:
        DeclarationError: A declaration is wrong.
        UnknownSetting: A parameter does not exist or cannot have the value.
    """
    identity = _identity(_inputs(settings, question), question)
    for folder in ("published", "aside"):
        found = settings.warehouse / folder / identity / DATABASE
        if found.exists():
            return found
    return None


class _Inputs(NamedTuple):
    """What a warehouse aside is built from."""

    consortium: Consortium
    store: Path
    day: date
    releases: Path | None
    decisions: Path


def _inputs(settings: Settings, question: Question) -> _Inputs:
    consortium = with_settings(load_consortium(settings.home), question.settings)
    code = consortium.project.code
    store = RegisterStore(settings.store(code))
    store.prepare()
    day = reporting_date(consortium.project)
    if question.known_until is not None:
        day = min(day, question.known_until.date())
    # What was known earlier has nothing to be compared with.
    releases = settings.releases(code) if question.known_until is None else None
    return _Inputs(consortium, store.root, day, releases, settings.decisions(code))


def _identity(inputs: _Inputs, question: Question) -> str:
    consortium, store, day, releases, decisions = inputs
    return build_id(consortium, store, day, question.known_until, releases, decisions)


def with_settings(consortium: Consortium, changed: Mapping[str, Any]) -> Consortium:
    """Return the consortium with other readings of the call.

    Raises:
        UnknownSetting: A parameter does not exist or cannot have the value.
    """
    unknown = sorted(set(changed) - set(SETTABLE))
    if unknown:
        raise UnknownSetting(f"Unknown parameter {unknown[0]}. Known: {', '.join(SETTABLE)}.")
    project = consortium.project.model_dump(mode="json", exclude_unset=True)
    parameters = project.get("parameters", {})
    for name, value in changed.items():
        (project if name in _OF_PROJECT else parameters)[name] = value
    project["parameters"] = parameters
    try:
        declared = type(consortium.project).model_validate(project)
    except ValidationError as error:
        problems = error.errors(include_url=False)
        place = problems[0]["loc"]
        name = str(place[1] if place[0] == "parameters" else place[0])
        words = " or ".join(str(problem["msg"]) for problem in problems)
        meaning = Parameters.model_fields[name].description if name in _PARAMETERS else None
        told = f"{name}: {words}, found {changed.get(name)!r}."
        raise UnknownSetting(f"{told} ({meaning})" if meaning else told) from None
    return Consortium(consortium.home, declared, consortium.partners)


def read_setting(text: str) -> tuple[str, Any]:
    """Return the parameter and the value of ``name=value``, the value read as YAML.

    Raises:
        UnknownSetting: There is no ``=``.
    """
    name, equals, value = text.partition("=")
    if not equals:
        raise UnknownSetting(f"{text!r}: write name=value, as visitor_once=false.")
    try:
        return name.strip(), yaml.safe_load(value)
    except yaml.YAMLError:
        raise UnknownSetting(f"{text!r}: this value cannot be read.") from None


def _forget_the_oldest(asides: Path) -> None:
    """Keep a few, and nothing of those whose making or removal was broken off."""
    found = [path for path in asides.iterdir() if path.is_dir() and path.name not in _BUILDING]
    kept = [path for path in found if (path / DATABASE).exists()]
    gone = [path for path in found if path not in kept]
    for path in gone + sorted(kept, key=lambda path: path.stat().st_mtime)[:-_KEPT]:
        shutil.rmtree(path)
