"""One step of a trial in a process of its own, which can end itself before any of its own writes.

The interpreter tells an audit hook of everything that it is about to write, link, rename or delete.
So the step can be killed between any two of them, where a clock would have to be very lucky.

Belongs here: the night, the closing and the scenario as one call each, the hook.
Does not belong here: when to kill (points.py), what is checked then (trial.py).
"""

import argparse
import os
import re
import signal
import sys
from pathlib import Path
from typing import Any, Final

from crash.consortium import CLOSED
from crash.points import phase_of

SECRET: Final = b"an invented secret for crashing nights"
REFUSED: Final = 4
"""Exit code: the period is closed already."""

_WRITING: Final = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC
_TARGET_AT: Final = {
    "os.rename": 1, "os.link": 1, "os.symlink": 1, "os.mkdir": 0, "os.remove": 0, "os.chmod": 0,
    "shutil.rmtree": 0,
}  # fmt: skip
"""Event → which of its arguments is what will be there, or gone."""


def main() -> int:
    """Run a night, close the period, or ask what another reading of the call would give."""
    asked = _arguments()
    data = asked.data.resolve()
    watch = _Watch(data, asked.phase, asked.log, asked.before, asked.nth)
    sys.addaudithook(watch)
    from eurocluster import nightly
    from eurocluster.releases import CannotClose
    from eurocluster.settings import Settings
    from eurocluster.sources.connections import no_connections

    settings = Settings(asked.home.resolve(), data, SECRET)
    if asked.step == "close":
        try:
            nightly.close(settings, CLOSED, "Testa Koordynacja")
        except CannotClose:
            return REFUSED
    elif asked.step == "scenario":
        from eurocluster.asides import Question, build_aside

        build_aside(settings, Question(settings={"visitor_once": False}))
    else:
        scope = nightly.plan(settings)
        for _, done in nightly.ingest_all(settings, scope, no_connections, "night"):
            if isinstance(done, Exception):
                raise done
        nightly.refresh(settings)
    return 0


class _Watch:
    """An audit hook: writes down where the step is, and ends it where it is told to.

    It counts what matches ``before`` and kills the process group before the ``nth`` of them.
    """

    def __init__(
        self, data: Path, phase: Path, log: Path | None, before: str | None, nth: int
    ) -> None:
        self._data = f"{data}/"
        self._phase = os.open(phase, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        self._log = log.open("w", encoding="utf-8", buffering=1) if log else None
        self._before = re.compile(before) if before else None
        self._left = nth

    def __call__(self, event: str, arguments: tuple[Any, ...]) -> None:
        operation = self._operation(event, arguments)
        if operation is None:
            return
        os.pwrite(self._phase, phase_of(operation).ljust(16).encode(), 0)
        if self._log:
            self._log.write(f"{operation}\n")
        if self._before and self._before.search(operation):
            self._left -= 1
            if self._left <= 0:
                os.killpg(0, signal.SIGKILL)

    def _operation(self, event: str, arguments: tuple[Any, ...]) -> str | None:
        """Return what is about to happen below the state folder, in words; None for the rest."""
        if event == "subprocess.Popen":
            return "start dbt" if "dbt_process" in str(arguments[1]) else None
        if event == "open":
            path, _, flags = arguments
            if not isinstance(flags, int) or not flags & _WRITING:
                return None
        elif event in _TARGET_AT:
            path = arguments[_TARGET_AT[event]]
        else:
            return None
        if not isinstance(path, str | os.PathLike) or not str(path).startswith(self._data):
            return None
        return f"{event.removeprefix('os.')} {str(path).removeprefix(self._data)}"


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m crash.step")
    parser.add_argument("step", choices=["night", "close", "scenario"])
    parser.add_argument("--home", type=Path, required=True)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--phase", type=Path, required=True, help="file that says where it is")
    parser.add_argument("--log", type=Path, help="file for all that is written")
    parser.add_argument("--before", help="pattern of what is not done any more")
    parser.add_argument("--nth", type=int, default=1, help="the how many-th of them")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
