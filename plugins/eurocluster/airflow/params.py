"""What a coordinator may choose when triggering a run, and the refusal of everything else.

Belongs here: the trigger form, built from the declarations; reading the choices back.
Does not belong here: what a choice does (nightly.py). Read whenever Airflow parses the DAG, so
nothing heavy is imported.
"""

from collections.abc import Mapping
from typing import Any

from airflow.sdk import Param

from eurocluster.consortium.declarations import load_consortium
from eurocluster.consortium.partners import REGISTER_NAMES
from eurocluster.settings import load_settings


class UnknownParameter(ValueError):
    """The run was given a parameter that does not exist; the message names those that do."""


def trigger_form() -> dict[str, Param]:
    """Return the parameters of a run, with this consortium's partners and registers to choose.

    Raises:
        DeclarationError: project.yml or a partner's YAML is missing or wrong.
    """
    partners = load_consortium(load_settings().home).partners
    kept = {register.name for partner in partners for register in partner.registers}
    return {
        "partners": _choice(
            {partner.partner: f"{partner.name} ({partner.country})" for partner in partners},
            title="Partners",
            description="Whose registers to fetch; none chosen means every partner.",
        ),
        "registers": _choice(
            {name: name.replace("_", " ") for name in REGISTER_NAMES if name in kept},
            title="Registers",
            description="Which registers to fetch; none chosen means every register.",
        ),
        "force": Param(
            default=False,
            type="boolean",
            title="Read again",
            description="Also read files that have not changed since they were last read.",
        ),
        "note": Param(
            default=None,
            type=["null", "string"],
            format="multiline",
            maxLength=2000,
            title="Note",
            description="Why this run was started; kept with the run. No names of persons.",
        ),
    }


def choices(params: Mapping[str, Any], conf: Mapping[str, Any] | None) -> dict[str, Any]:
    """Return the choices of a run as the arguments of ``nightly.plan``.

    Args:
        params: The parameters as Airflow resolved them (defaults and choices).
        conf: What the run was triggered with; Airflow lets keys it does not know pass.

    Raises:
        UnknownParameter: ``conf`` holds a key that is no parameter of this run.
    """
    known = ("partners", "registers", "force", "note")
    unknown = sorted(set(conf or {}) - set(known))
    if unknown:
        raise UnknownParameter(
            f"Unknown parameter: {', '.join(unknown)}. A run understands {', '.join(known)}."
        )
    return {
        "partners": tuple(params["partners"] or ()),
        "registers": tuple(params["registers"] or ()),
        "force": bool(params["force"]),
        "note": params["note"],
    }


def _choice(labels: dict[str, str], *, title: str, description: str) -> Param:
    """Return a multi-select of the labelled codes that may stay empty."""
    codes = list(labels)
    return Param(
        default=[],
        type=["null", "array"],
        items={"type": "string", "enum": codes},
        uniqueItems=True,
        examples=codes,
        values_display=labels,
        title=title,
        description=description,
    )
