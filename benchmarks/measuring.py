"""CPU seconds and memory of whole child processes, as medians of runs that took turns.

Belongs here: starting, waiting, medians.
Does not belong here: what the children do, how results look.
"""

import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_ROOT = Path(__file__).resolve().parents[1]
_LONG_SECONDS = 20.0
"""What takes longer runs once: a ratio of ten needs no median."""


@dataclass(frozen=True, slots=True)
class Contender:
    """One way of doing the job: a label and the arguments of ``python``."""

    label: str
    arguments: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Measurement:
    """Medians of one contender.

    Attributes:
        cpu_seconds: User and system time of the process and of the children it waited for.
        slowest, fastest: CPU seconds of single runs.
        peak_mib: Resident memory of the process and, added, that of its largest child.
        found: What the process said of its result (:func:`finish`), the same in every run.
    """

    label: str
    cpu_seconds: float
    fastest: float
    slowest: float
    peak_mib: float
    runs: int
    found: dict[str, Any]


@dataclass(frozen=True, slots=True)
class _Run:
    cpu_seconds: float
    peak_mib: float
    found: dict[str, Any]


def measure(contenders: Sequence[Contender], runs: int) -> list[Measurement]:
    """Let the contenders take turns; what is slow has one turn."""
    taken: dict[str, list[_Run]] = {contender.label: [] for contender in contenders}
    for _ in range(runs):
        for contender in contenders:
            done = taken[contender.label]
            if not done or done[0].cpu_seconds < _LONG_SECONDS:
                done.append(_run(contender))
    return [_measurement(label, done) for label, done in taken.items()]


def finish(**found: Any) -> None:
    """Say what was found, as the last words of a child process.

    A new process inherits the peak of the one that started it, so whoever measures stays small
    and loads nothing that draws tables before all is measured.
    """
    own, children = (
        resource.getrusage(who).ru_maxrss
        for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    sys.stdout.write(json.dumps({"peak_mib": (own + children) / 1024, "found": found}))


def run_once(*arguments: str) -> dict[str, Any]:
    """Run ``python`` with these arguments, unmeasured, and return what it said (if anything)."""
    return _run(Contender(arguments[-1], arguments)).found


def _run(contender: Contender) -> _Run:
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as errors:
        child = subprocess.Popen(
            [sys.executable, *contender.arguments], cwd=_ROOT, stdout=out, stderr=errors
        )
        # wait4 is the one call that says what this child, and nothing before it, has used.
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        for stream in (out, errors):
            stream.seek(0)
        if child.returncode:
            words = errors.read().decode(errors="replace")
            raise RuntimeError(f"{contender.label} ended with {child.returncode}:\n{words}")
        said = json.loads(out.read() or '{"peak_mib": 0, "found": {}}')
    return _Run(usage.ru_utime + usage.ru_stime, said["peak_mib"], said["found"])


def _measurement(label: str, done: Sequence[_Run]) -> Measurement:
    seconds = [run.cpu_seconds for run in done]
    return Measurement(
        label=label,
        cpu_seconds=statistics.median(seconds),
        fastest=min(seconds),
        slowest=max(seconds),
        peak_mib=statistics.median(run.peak_mib for run in done),
        runs=len(done),
        found=done[-1].found,
    )
