"""The tables that a person reads, one per subject, and which promises are kept.

Belongs here: columns, ratios, words below a table.
Does not belong here: measuring.
"""

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from benchmarks.measuring import Measurement
from benchmarks.subjects import LIMIT, OURS, Subject, Target

_NUMBERS = ("CPU s", "from – to", "× limit", "× ours", "µs/row", "MB", "Runs")
_SCORES = ("Cells", "Rows", "Blamed", "Refused")
_WIDTH = 140


def show(subjects: Sequence[Subject]) -> None:
    """Print one table per subject, how to read them, and one line per promise."""
    console = Console(width=_WIDTH)
    for subject in subjects:
        console.print(_table(subject), Text(f"{subject.note}\n", style="dim"), sep="\n")
    console.print(
        "CPU s is user and system time of the whole process, median of runs that took turns (what"
        " is slow runs once); MB is the most that a process and its children held at one time,"
        " shared memory once. Read the ratios: the seconds are this machine's.\n",
        style="dim",
    )
    for target in (target for subject in subjects for target in subject.targets):
        console.print(_line(target), style="" if target.is_met else "bold", highlight=False)


def _line(target: Target) -> str:
    bound = "at least" if target.is_least else "at most"
    kept = "met" if target.is_met else "missed"
    measured, promised = (f"{value:.5g}{target.unit}" for value in (target.measured, target.bound))
    return f"{kept:6}  {target.what}: {measured} ({bound} {promised})"


def _table(subject: Subject) -> Table:
    limit, ours = _named(subject.measured, LIMIT), _named(subject.measured, OURS)
    table = Table(title=subject.title, title_justify="left", title_style="bold")
    table.add_column("Way", no_wrap=True)
    for name in (*_NUMBERS, *(_SCORES if subject.is_scored else ())):
        table.add_column(name, justify="right", no_wrap=True)
    for way in subject.measured:
        table.add_row(
            way.label,
            f"{way.cpu_seconds:.2f}",
            f"{way.fastest:.2f} – {way.slowest:.2f}",
            f"{way.cpu_seconds / limit.cpu_seconds:.1f}",
            f"{way.cpu_seconds / ours.cpu_seconds:.2f}",
            f"{way.cpu_seconds / subject.rows * 1e6:.0f}",
            f"{way.peak_mb:.0f}",
            str(way.runs),
            *(_score(way) if subject.is_scored else ()),
            style="bold" if way is ours else "",
        )
    return table


def _named(measured: Sequence[Measurement], word: str) -> Measurement:
    return next(way for way in measured if way.label.startswith(word))


def _score(way: Measurement) -> tuple[str, ...]:
    found = way.found
    if "found" not in found:
        return ("–",) * len(_SCORES)
    return (
        f"{found['found'] / found['planted']:.1%}",
        f"{found['rows_found'] / found['rows']:.1%}",
        f"{found['blamed']:,}",
        f"{found['refused']:,}",
    )
