"""CPU seconds and memory of whole child processes, as medians of runs that took turns.

Belongs here: starting, waiting, medians.
Does not belong here: what the children do, how results look.
"""

import contextlib
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

_ROOT = Path(__file__).resolve().parents[1]
_LONG_SECONDS = 20.0
"""What takes longer runs once: a ratio of ten needs no median."""
_LOOK_SECONDS = 0.05


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
        peak_mb: Most memory that the process and its children held at one time, looked at twenty
            times a second; what processes share counts once (PSS).
        found: What the process said of its result (:func:`finish`), the same in every run.
    """

    label: str
    cpu_seconds: float
    fastest: float
    slowest: float
    peak_mb: float
    runs: int
    found: dict[str, Any]


@dataclass(frozen=True, slots=True)
class _Run:
    cpu_seconds: float
    peak_mb: float
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
    """Say what was found, as the last words of a child process."""
    sys.stdout.write(json.dumps(found))


def run_once(*arguments: str) -> dict[str, Any]:
    """Run ``python`` with these arguments, unmeasured, and return what it said (if anything)."""
    return _run(Contender(" ".join(arguments), arguments), is_watched=False).found


def _run(contender: Contender, *, is_watched: bool = True) -> _Run:
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as errors:
        child = subprocess.Popen(
            [sys.executable, *contender.arguments], cwd=_ROOT, stdout=out, stderr=errors
        )
        process = psutil.Process(child.pid)
        peak = 0
        ended = 0
        while not ended:
            # wait4 is the one call that says what this child, and nothing before it, has used.
            ended, status, usage = os.wait4(child.pid, os.WNOHANG)
            if not ended:
                peak = max(peak, _held_by(process)) if is_watched else 0
                time.sleep(_LOOK_SECONDS)
        child.returncode = os.waitstatus_to_exitcode(status)
        for stream in (out, errors):
            stream.seek(0)
        if child.returncode:
            words = errors.read().decode(errors="replace")
            raise RuntimeError(f"{contender.label} ended with {child.returncode}:\n{words}")
        said = out.read().rpartition(b"\n")[2]
    found = json.loads(said) if said.startswith(b"{") else {}
    return _Run(usage.ru_utime + usage.ru_stime, peak / 1e6, found)


def _held_by(process: psutil.Process) -> int:
    """Return the bytes that a process and its children hold now, shared ones once."""
    held = 0
    with contextlib.suppress(psutil.Error):
        for one in (process, *process.children(recursive=True)):
            with contextlib.suppress(psutil.Error):
                held += one.memory_full_info().pss
    return held


def _measurement(label: str, done: Sequence[_Run]) -> Measurement:
    seconds = [run.cpu_seconds for run in done]
    return Measurement(
        label=label,
        cpu_seconds=statistics.median(seconds),
        fastest=min(seconds),
        slowest=max(seconds),
        peak_mb=max(run.peak_mb for run in done),
        runs=len(done),
        found=done[-1].found,
    )
