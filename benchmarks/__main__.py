"""Measure and print: `make bench`, or `python -m benchmarks --help`.

Belongs here: the command line and the tables.
Does not belong here: what is compared (subjects.py), how it is measured (measuring.py).
"""

import argparse
import tempfile
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from benchmarks.measuring import Measurement, run_once
from benchmarks.subjects import LIMIT, OURS, SUBJECTS, Subject


def main() -> None:
    """Make the material, measure the subjects, print a table of each."""
    asked = _arguments()
    console = Console(width=110)
    with tempfile.TemporaryDirectory(prefix="eurocluster-bench-") as folder:
        material = Path(folder)
        with console.status(f"Writing files of {asked.rows:,} rows"):
            run_once("-m", "benchmarks.material", str(material), str(asked.rows))
        for name in asked.subjects or SUBJECTS:
            with console.status(f"Measuring: {name}"):
                measured = SUBJECTS[name](material, asked.rows, asked.runs)
            for subject in measured:
                console.print(_table(subject))
                console.print(Text(f"{subject.note}\n", style="dim"))
    console.print(
        "CPU s: user and system time of the whole process, median of the runs, which took turns;"
        " what is slow ran once. Ratios are what to read: the seconds are this machine's.",
        style="dim",
    )


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=main.__doc__)
    parser.add_argument(
        "subjects", nargs="*", metavar="SUBJECT", help=f"all, or some of: {', '.join(SUBJECTS)}"
    )
    parser.add_argument("--rows", type=int, default=100_000, help="rows of the large register")
    parser.add_argument("--runs", type=int, default=3, help="runs of each way")
    asked = parser.parse_args()
    if unknown := sorted(set(asked.subjects) - set(SUBJECTS)):
        parser.error(f"unknown: {', '.join(unknown)}; there are: {', '.join(SUBJECTS)}")
    return asked


def _table(subject: Subject) -> Table:
    limit, ours = _named(subject.measured, LIMIT), _named(subject.measured, OURS)
    is_scored = "found" in ours.found
    table = Table(title=subject.title, title_justify="left", title_style="bold")
    table.add_column("Way")
    numbers = ["CPU s", "from – to", "× limit", "× ours", "µs/row", "MiB", "Runs"]
    for name in [*numbers, *(["Found", "Blamed"] if is_scored else [])]:
        table.add_column(name, justify="right", no_wrap=True)
    for way in subject.measured:
        table.add_row(
            way.label,
            f"{way.cpu_seconds:.2f}",
            f"{way.fastest:.2f} – {way.slowest:.2f}",
            f"{way.cpu_seconds / limit.cpu_seconds:.1f}",
            f"{way.cpu_seconds / ours.cpu_seconds:.2f}",
            f"{way.cpu_seconds / subject.rows * 1e6:.0f}",
            f"{way.peak_mib:.0f}",
            str(way.runs),
            *(_score(way) if is_scored else []),
            style="bold" if way is ours else "",
        )
    return table


def _named(measured: Sequence[Measurement], word: str) -> Measurement:
    return next(way for way in measured if way.label.startswith(word))


def _score(way: Measurement) -> tuple[str, str]:
    if "found" not in way.found:
        return "–", "–"
    share = way.found["found"] / way.found["planted"]
    return f"{way.found['found']:,} = {100 * share:.1f} %", f"{way.found['without_reason']:,}"


if __name__ == "__main__":
    main()
