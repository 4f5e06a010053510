"""One trial: a step is killed once or more often, then runs to its end, and nothing tells.

A trial begins with a copy of the state before its step. After each kill readers must have the
publication from before or the one from after, whole. Then the step is run until it ends, and
everything must be as if nobody had killed it.

Belongs here: the states before and after each step, killing, what is checked when.
Does not belong here: what a state says (state.py), when to kill (points.py), telling (report.py).
"""

import contextlib
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any, Final

from crash import state
from crash.consortium import write_home
from crash.points import WINDOWS, Moment, draw
from crash.state import Contradiction, Tables
from crash.step import REFUSED, SECRET
from eurocluster.published import NothingPublished, find_published
from eurocluster.settings import ROOT, Settings

_MOST_KILLS: Final = 3
"""Kills of one trial: a run that is killed, then the one that should have mended it."""
_LONGEST: Final = 600.0
_SHARED: Final = ("warehouse/dbt/partial_parse.msgpack",)
"""What dbt remembers of a folder and reads again; a trial in another folder would begin anew."""


@dataclass(frozen=True, slots=True)
class Step:
    """A night or a closing that nobody killed.

    Attributes:
        before: The state before it, complete.
        operations: What it wrote, in order.
        expected: The state after it.
    """

    name: str
    call: str
    night: int
    before: Path
    seconds: float
    operations: tuple[str, ...]
    expected: dict[str, Any]
    tables_before: Tables


@dataclass(slots=True)
class Outcome:
    """What came of a trial.

    Attributes:
        kills: (phase, told) of each kill.
        failures: What was not as it has to be, in words.
    """

    number: int
    step: str
    kills: list[tuple[str, str]] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    seconds: float = 0.0


class Stage:
    """A folder with room for one trial at a time; paths in it are the same for every trial."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.data = folder / "data"
        self._phase = folder / "phase"
        self._audited: set[str] = set()
        self._running: int | None = None
        folder.mkdir(parents=True, exist_ok=True)

    def settings(self, night: int) -> Settings:
        """Return where the consortium of a night and its state lie."""
        home = self.folder / f"home-{night}"
        if not home.exists():
            write_home(home, night)
        return Settings(home, self.data, SECRET)

    def put(self, before: Path) -> None:
        """Begin with a copy of a state."""
        kept = {name: self.data / name for name in _SHARED}
        remembered = {name: path.read_bytes() for name, path in kept.items() if path.exists()}
        if self._running is not None:  # a child of it may have been spared
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._running, signal.SIGKILL)
        if self.data.exists():
            for path in self.data.rglob("*"):
                if path.is_dir() and not path.is_symlink():
                    path.chmod(0o700)
            shutil.rmtree(self.data)
        shutil.copytree(before, self.data, symlinks=True)
        for name, content in remembered.items():
            kept[name].write_bytes(content)

    def run(
        self, call: str, night: int, moment: Moment | None = None, log: Path | None = None
    ) -> int:
        """Run a step and kill it at a moment; return its exit code, below 0 when it was killed.

        Raises:
            Contradiction: It failed, or hung.
        """
        settings = self.settings(night)
        command = [
            sys.executable, "-m", "crash.step", call, "--home", str(settings.home),
            "--data", str(self.data), "--phase", str(self._phase),
        ]  # fmt: skip
        if log is not None:
            command += ["--log", str(log)]
        if moment is not None and moment.before is not None:
            command += ["--before", moment.before, "--nth", str(moment.nth)]
        seconds = moment.seconds if moment is not None else None
        with (self.folder / "step.txt").open("wb") as told:
            running = subprocess.Popen(
                command, cwd=ROOT, stdout=told, stderr=told, start_new_session=True
            )
            self._running = running.pid
            try:
                code = running.wait(_LONGEST if seconds is None else seconds)
            except subprocess.TimeoutExpired:
                if moment is not None and moment.spares_children:
                    running.kill()
                else:
                    os.killpg(running.pid, signal.SIGKILL)
                code = running.wait()
                if seconds is None:
                    raise Contradiction(f"did not end within {_LONGEST:g} s") from None
        if code not in (0, REFUSED, -signal.SIGKILL):
            raise Contradiction(f"ended with {code}: {self.last_words()}")
        return code

    def phase(self) -> str:
        """Return where the last step was."""
        return self._phase.read_text().strip() or "start"

    def last_words(self) -> str:
        """Return the last line that a step has said."""
        return (self.folder / "step.txt").read_text(errors="replace").strip().rpartition("\n")[2]

    def check_readers(self, step: Step) -> bool:
        """Check what readers have; return whether it is the state after the step.

        Raises:
            Contradiction: It is none of both, fails an audit, or the chain of releases is broken.
        """
        settings = self.settings(step.night)
        try:
            published = find_published(settings)
        except NothingPublished:
            raise Contradiction("readers have nothing") from None
        found = state.tables(published.database)
        is_after: bool = found == step.expected["tables"]
        if not is_after and found != step.tables_before:
            differing = state.differences({"tables": found}, {"tables": step.tables_before})
            raise Contradiction(f"readers have a state of its own: {', '.join(differing)}")
        if published.publication_id not in self._audited:
            failed = state.failed_audits(published.database.parent)
            if failed:
                raise Contradiction(f"audits fail: {', '.join(failed)}")
            self._audited.add(published.publication_id)
        closed = [release.period for release in state.releases(settings)]
        if closed not in ([], step.expected["releases"]):
            raise Contradiction(f"releases: {closed}")
        return is_after


def prepare(stage: Stage, folder: Path) -> list[Step]:
    """Run nights and a closing that nobody kills; return the steps that trials can kill.

    Raises:
        Contradiction: One of them failed.
    """
    folder.mkdir(parents=True, exist_ok=True)
    stage.run("night", 0)
    steps = []
    for name, call, night in (
        ("second night", "night", 1),
        ("closing", "close", 1),
        ("night after closing", "night", 2),
    ):
        before = folder / name.replace(" ", "-")
        shutil.copytree(stage.data, before, symlinks=True)
        known = state.everything(stage.settings(night))
        log = folder / f"{before.name}.txt"
        started = time.monotonic()
        stage.run(call, night, log=log)
        seconds = time.monotonic() - started
        expected = state.everything(stage.settings(night))
        operations = tuple(log.read_text(encoding="utf-8").splitlines())
        steps.append(
            Step(name, call, night, before, seconds, operations, expected, known["tables"])
        )
    return steps


def attempt(
    stage: Stage, steps: Sequence[Step], seed: int, number: int, windows: Sequence[str] = ()
) -> Outcome:
    """Run the trial of a number: the same number of the same seed is killed at the same moments."""
    random = Random(f"{seed}/{number}")  # noqa: S311 - repeatable, not secret
    possible = [step for step in steps if _has_any(step, windows)] or list(steps)
    step = random.choice(possible)
    outcome = Outcome(number, step.name)
    started = time.monotonic()
    stage.put(step.before)
    try:
        for _ in range(random.randint(1, _MOST_KILLS)):
            moment = draw(random, step.seconds, step.operations, windows)
            if stage.run(step.call, step.night, moment) != -signal.SIGKILL:
                break
            outcome.kills.append((f"{step.name}: {stage.phase()}", moment.told))
            stage.check_readers(step)
        _finish(stage, step)
    except Contradiction as contradiction:
        outcome.failures.append(str(contradiction))
    outcome.seconds = time.monotonic() - started
    return outcome


def _has_any(step: Step, windows: Sequence[str]) -> bool:
    return not windows or any(
        re.search(WINDOWS[name], operation) for name in windows for operation in step.operations
    )


def _finish(stage: Stage, step: Step) -> None:
    """Let the step come to its end and compare; a closing that exists is not closed again.

    Raises:
        Contradiction: Something is not as if nobody had killed it.
    """
    if stage.run(step.call, step.night) == REFUSED:
        stage.run("night", step.night)
    if not stage.check_readers(step):
        raise Contradiction("readers do not have the state after the step")
    differing = state.differences(state.everything(stage.settings(step.night)), step.expected)
    if differing:
        raise Contradiction(f"not as without a kill: {', '.join(differing)}")
    if step.call == "close" and stage.run("close", step.night) != REFUSED:
        raise Contradiction("a period could be closed twice")
