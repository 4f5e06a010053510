"""Kill nights and closings: `make crash`, or `python -m crash --help`.

Belongs here: the command line, progress, trials side by side.
Does not belong here: trials (trial.py), tables (report.py).
"""

import argparse
import contextlib
import queue
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from itertools import count
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from crash.points import WINDOWS
from crash.report import line, show
from crash.state import Contradiction
from crash.trial import Outcome, Stage, Step, attempt, prepare

_WIDTH = 118


def main() -> int:
    """Kill nights and closings at random moments; 1 when anything can be told from it."""
    asked = _arguments()
    windows = tuple(asked.at or ())
    if asked.only is None:
        numbers: Iterator[int] = count(asked.first)
    else:
        numbers = iter([asked.only])
    tried: list[Outcome] = []
    with (
        tempfile.TemporaryDirectory(prefix="crash-", ignore_cleanup_errors=True) as folder,
        _progress() as progress,
        contextlib.suppress(KeyboardInterrupt),  # then the tables are of what was tried
    ):
        bar = progress.add_task("Preparing", total=asked.kills, failed=0)
        stages = [Stage(Path(folder) / f"stage-{n}") for n in range(asked.processes)]
        try:
            steps = prepare(stages[0], Path(folder) / "states")
        except Contradiction as contradiction:
            sys.exit(f"Nobody was killed yet, and already: {contradiction}")
        progress.update(bar, description="Killing")
        for outcome in _outcomes(stages, steps, asked.seed, numbers, windows):
            tried.append(outcome)
            killed = sum(len(each.kills) for each in tried)
            failed = sum(bool(each.failures) for each in tried)
            progress.update(bar, completed=killed, failed=failed)
            if outcome.failures or not progress.console.is_terminal:
                progress.console.print(line(outcome), highlight=False, markup=False, soft_wrap=True)
            if killed >= asked.kills:
                break
    show(Console(width=_WIDTH), sorted(tried, key=lambda each: each.number), asked.seed, windows)
    return int(any(outcome.failures for outcome in tried))


def _outcomes(
    stages: list[Stage],
    steps: list[Step],
    seed: int,
    numbers: Iterator[int],
    windows: tuple[str, ...],
) -> Iterator[Outcome]:
    """Yield outcomes as they come, a trial per stage at a time."""
    free: queue.SimpleQueue[Stage] = queue.SimpleQueue()
    for stage in stages:
        free.put(stage)

    def one(number: int) -> Outcome:
        stage = free.get()
        try:
            return attempt(stage, steps, seed, number, windows)
        finally:
            free.put(stage)

    with ThreadPoolExecutor(len(stages)) as pool:
        doing: set[Future[Outcome]] = set()
        try:
            while True:
                while len(doing) < len(stages) and (number := next(numbers, None)) is not None:
                    doing.add(pool.submit(one, number))
                if not doing:
                    return
                done, doing = wait(doing, return_when=FIRST_COMPLETED)
                yield from (future.result() for future in done)
        finally:
            for future in doing:
                future.cancel()


def _progress() -> Progress:
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("failed trials: {task.fields[failed]}"),
        TimeElapsedColumn(),
        console=Console(stderr=True),
    )


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m crash", description=main.__doc__)
    parser.add_argument("--kills", type=int, default=200, help="how many, at least")
    parser.add_argument("--seed", type=int, default=1, help="the same seed kills alike")
    parser.add_argument("--first", type=int, default=0, help="number of the first trial")
    parser.add_argument("--only", type=int, help="one trial again, by its number")
    parser.add_argument("--processes", type=int, default=2, help="trials side by side")
    parser.add_argument(
        "--at", choices=sorted(WINDOWS), action="append", help="only in this window; repeatable"
    )
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
