"""Where a step can be killed: at any time, before any write, before the writes that matter most.

Belongs here: names of windows, the phase that a write belongs to, drawing a moment.
Does not belong here: killing (trial.py, step.py).
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Final

WINDOWS: Final[Mapping[str, str]] = {
    "lock": r"^open .*\.lock$",
    "landed": r"^rename landing/sha256/",
    "seen": r"^rename landing/seen/",
    "rows": r"^rename store/.*/rows/",
    "findings": r"^rename store/.*/findings/",
    "record": r"^link store/.*/deliveries/",
    "attempt": r"^rename store/.*/attempts/",
    "returned": r"^rename feedback/",
    "emptied": r"^mkdir warehouse/build/declared",
    "dbt": r"^start dbt",
    "built": r"^open warehouse/build/run_results",
    "named": r"^open warehouse/build/build_id",
    "copy": r"^open warehouse/published/\.unfinished-.*/warehouse\.duckdb",
    "copied": r"^rename warehouse/published/(?!current)",
    "linked": r"^symlink warehouse/published/",
    "switched": r"^rename warehouse/published/current",
    "journal": r"^open warehouse/published/journal",
    "release-tables": r"^open releases/.*/manifest\.json",
    "release-sealed": r"^chmod releases/",
    "release": r"^rename releases/[^/]*/\d",
}
"""Name of a window → the write that comes next in it."""

_PHASES: Final = (
    ("fetch", r" landing/"),
    ("ingest", r" store/"),
    ("give back", r" feedback/"),
    ("dbt", r"^start dbt"),
    ("publish", r" warehouse/published"),
    ("build", r" warehouse/"),
    ("close", r" releases/"),
)


def phase_of(operation: str) -> str:
    """Return the phase that a write belongs to."""
    return next((name for name, sign in _PHASES if re.search(sign, operation)), "start")


@dataclass(frozen=True, slots=True)
class Moment:
    """When to kill: after some seconds, or before the ``nth`` write that matches ``before``.

    Attributes:
        spares_children: Only the step's own process is killed, as by a system short of memory;
            what it began runs on.
    """

    told: str
    seconds: float | None = None
    before: str | None = None
    nth: int = 1
    spares_children: bool = False


def draw(
    random: Random, seconds: float, operations: Sequence[str], windows: Sequence[str] = ()
) -> Moment:
    """Draw a moment of a step.

    Args:
        random: Decides.
        seconds: How long the step takes when nobody kills it.
        operations: What it writes then.
        windows: Names of ``WINDOWS``; when there are any, only these.
    """
    kind = random.random()
    if not windows and kind < 0.5:
        after = random.uniform(0.1, 1.0) * seconds
        spares = random.random() < 0.2
        told = f"after {after:.2f} s" + (", without its children" if spares else "")
        return Moment(told, seconds=after, spares_children=spares)
    if not windows and kind < 0.7:
        at = random.randrange(len(operations))
        sign = f"^{re.escape(operations[at].split(' ')[0])} "
        nth = sum(bool(re.search(sign, done)) for done in operations[: at + 1])
        return Moment(f"before `{operations[at]}`", before=sign, nth=nth)
    counts = {
        name: sum(bool(re.search(sign, done)) for done in operations)
        for name, sign in WINDOWS.items()
        if not windows or name in windows
    }
    name = random.choice([name for name, count in counts.items() if count] or ["dbt"])
    nth = random.randint(1, max(1, counts[name]))
    return Moment(f"{name} {nth}", before=WINDOWS[name], nth=nth)
