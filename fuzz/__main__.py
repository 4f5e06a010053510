"""Mutate and try: `make fuzz`, or `python -m fuzz --help`.

Belongs here: the command line, progress, keeping files that failed.
Does not belong here: trials (trial.py), tables (report.py).
"""

import argparse
import contextlib
import sys
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from eurocluster.settings import ROOT
from fuzz.report import console, show
from fuzz.trial import Case, Limits, Outcome, case
from fuzz.workers import Task, outcomes

_KEPT = ROOT / "var" / "fuzz"


def main() -> int:
    """Try mutated files; 1 when one of them did not end as every file has to."""
    asked = _arguments()
    numbers = (
        [asked.only] if asked.only is not None else range(asked.first, asked.first + asked.files)
    )
    limits = Limits(asked.memory, asked.seconds, returned_every=asked.returned_every)
    tried: list[Outcome] = []
    with _progress() as progress:
        bar = progress.add_task("Trying mutated files", total=len(numbers), failed=0)
        with contextlib.suppress(KeyboardInterrupt):  # then the tables are of what was tried
            for outcome in outcomes(Task(asked.seed, numbers, limits, asked.processes)):
                tried.append(outcome)
                if outcome.failures:
                    _keep(case(asked.seed, outcome.number))
                failed = sum(bool(each.failures) for each in tried)
                progress.update(bar, advance=1, failed=failed)
    show(console(), sorted(tried, key=lambda outcome: outcome.number), limits, asked.seed)
    return int(any(outcome.failures for outcome in tried))


def _progress() -> Progress:
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("failed: {task.fields[failed]}"),
        TimeRemainingColumn(),
        console=Console(stderr=True),
    )


def _keep(failed: Case) -> Path:
    """Keep a file that failed below var/, with what it was called."""
    _KEPT.mkdir(parents=True, exist_ok=True)
    path = _KEPT / f"{failed.number}.{failed.seed.format}"
    path.write_bytes(failed.content)
    return path


def _arguments() -> argparse.Namespace:
    usual = Limits()
    parser = argparse.ArgumentParser(prog="python -m fuzz", description=main.__doc__)
    parser.add_argument("--files", type=int, default=10_000, help="how many")
    parser.add_argument("--seed", type=int, default=1, help="the same seed makes the same files")
    parser.add_argument("--first", type=int, default=0, help="number of the first one")
    parser.add_argument("--only", type=int, help="one file again, by its number")
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--memory", type=int, default=usual.memory_mib, help="MiB of the reader")
    parser.add_argument("--seconds", type=float, default=usual.seconds, help="seconds of reading")
    parser.add_argument(
        "--returned-every", type=int, default=usual.returned_every, metavar="N",
        help="one file of so many is written back",
    )  # fmt: skip
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
