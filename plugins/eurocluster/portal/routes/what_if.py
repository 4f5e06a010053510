"""What-if: other readings of the call, built aside, with the units that move.

Belongs here: the form made from the parameters, progress, the comparison as a page.
Does not belong here: building aside (asides), differences (comparing).
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, get_args, get_origin

from fastapi import APIRouter, HTTPException, Request, Response
from fastapi.responses import RedirectResponse

from eurocluster.asides import SETTABLE, Question, UnknownSetting, build_aside, find_aside
from eurocluster.comparing import compare, policies_of, unknown_smes
from eurocluster.consortium.declarations import load_consortium
from eurocluster.consortium.parameters import Parameters
from eurocluster.figures import POLICIES, read_titles
from eurocluster.portal.access import Right, SignedIn, requires
from eurocluster.portal.jobs import Jobs
from eurocluster.portal.pages import kept_page, link, page
from eurocluster.portal.reading import Read
from eurocluster.published import open_warehouse
from eurocluster.settings import Settings

router = APIRouter(dependencies=[requires(Right.READ)])

UNITS_SHOWN = 100


@dataclass(frozen=True, slots=True)
class Field:
    """One parameter as a field of the form.

    Attributes:
        kind: ``switch``, ``choice``, ``slider`` or ``text``.
        value: What is in force, as the form writes it.
    """

    name: str
    meaning: str
    kind: str
    value: str
    choices: tuple[str, ...] = ()
    least: float = 0
    most: float = 0
    step: float = 1


_SLIDERS = {
    "k_4a_m1_min_hours": (0, 40, 0.5),
    "mass_withdrawal_share": (0, 1, 0.05),
    "joint_min_partners": (1, 10, 1),
}
"""Parameter → least, most and step of its slider."""


@router.get("/what-if", name="what_if")
def what_if(request: Request, who: SignedIn, read: Read) -> Response:
    """Show the three policies side by side, who would move them, and the parameters to try."""
    settings: Settings = request.app.state.settings
    asked = dict(request.query_params)
    if asked:
        return _result(request, who, settings, asked)

    def values() -> dict[str, Any]:
        return {
            "section": "what_if",
            "publication": read.publication,
            "fields": _fields(settings),
            "titles": read_titles(read.connection),
            "policies": POLICIES,
            "figures": policies_of(read.connection),
            "unknown": unknown_smes(read.connection)[:50],
        }

    return kept_page(request, who, read.publication.publication_id, "what_if.html", values)


@router.post("/what-if", name="build_what_if", dependencies=[requires(Right.ACT)])
async def build_what_if(request: Request) -> Response:
    """Build the warehouse with the parameters of the form aside, unless it is there."""
    settings: Settings = request.app.state.settings
    in_force = {field.name: field.value for field in _fields(settings)}
    form = {name: str(value) for name, value in (await request.form()).items()}
    unknown = sorted(set(form) - set(SETTABLE))
    if unknown:
        raise HTTPException(422, f"{unknown[0]!r} is no parameter: {', '.join(SETTABLE)}.")
    changed = {name: value for name, value in form.items() if value != in_force[name]}
    if not changed:
        return RedirectResponse(link(request, "what_if"), 303)
    question = _question(changed)
    try:
        built = find_aside(settings, question)
    except UnknownSetting as error:
        raise HTTPException(422, str(error)) from None
    if built is None or find_aside(settings, Question()) is None:
        jobs: Jobs = request.app.state.jobs

        def build() -> None:
            build_aside(settings, Question())
            build_aside(settings, question)

        jobs.start(_key(changed), build)
    return RedirectResponse(link(request, "what_if", **changed), 303)


def _result(request: Request, who: Any, settings: Settings, asked: Mapping[str, str]) -> Response:
    """Show what the parameters of the address change, or how far the build is."""
    question = _question(asked)
    try:
        after, before = find_aside(settings, question), find_aside(settings, Question())
    except UnknownSetting as error:
        raise HTTPException(422, str(error)) from None
    shared = {"section": "what_if", "asked": asked}
    if after is None or before is None:
        jobs: Jobs = request.app.state.jobs
        job = jobs.get(_key(asked))
        return page(request, who, "what_if_progress.html", {**shared, "job": job})

    def values() -> dict[str, Any]:
        with open_warehouse(before) as present, open_warehouse(after) as scenario:
            changes = compare(present, scenario)
        return {**shared, "changes": changes, "units_shown": UNITS_SHOWN}

    identity = f"{before.parent.name} {after.parent.name}"
    return kept_page(request, who, identity, "what_if_result.html", values)


def _question(asked: Mapping[str, str]) -> Question:
    return Question(settings={name: _read(name, value) for name, value in asked.items()})


def _read(name: str, value: str) -> Any:
    """Return what a field of the form says, in the parameter's own type."""
    if name == "visitor_once_waivers":
        return [part.strip() for part in value.split(",") if part.strip()]
    try:
        return json.loads(value)
    except ValueError:
        return value


def _key(changed: Mapping[str, str]) -> str:
    return "what-if " + json.dumps(dict(sorted(changed.items())))


def _fields(settings: Settings) -> list[Field]:
    project = load_consortium(settings.home).project
    fields = [
        Field("sme_policy", "who counts as an SME in the headline", "choice", project.sme_policy,
              POLICIES),
        Field("joint_min_partners", "partners that make a service or training joint", "slider",
              str(project.joint_min_partners), (), *_SLIDERS["joint_min_partners"]),
    ]  # fmt: skip
    for name, declared in Parameters.model_fields.items():
        value = getattr(project.parameters, name)
        meaning = declared.description or ""
        if declared.annotation is bool:
            fields.append(Field(name, meaning, "switch", str(value).lower(), ("true", "false")))
        elif get_origin(declared.annotation) is Literal:
            fields.append(Field(name, meaning, "choice", value, get_args(declared.annotation)))
        elif name in _SLIDERS:
            shown = f"{value:g}"
            fields.append(Field(name, meaning, "slider", shown, (), *_SLIDERS[name]))
        else:
            shown = ", ".join(value) if isinstance(value, tuple) else str(value)
            fields.append(Field(name, meaning, "text", shown))
    return fields
