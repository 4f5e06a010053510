"""The tables that a person reads, one per subject, and which promises are kept.

Belongs here: columns, ratios, words below a table.
Does not belong here: measuring.
"""

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from benchmarks.measuring import Measurement
from benchmarks.subjects import LIMIT, OURS, Fetching, Subject, Target, Visiting

_NUMBERS = ("CPU s", "from – to", "× limit", "× ours", "µs/row", "MB", "Runs")
_OF_SOURCES = ("MB", "s", "native s", "× native", "polling s", "MiB grown")
_SCORES = ("Cells", "Rows", "Blamed", "Refused")
_WIDTH = 140


def show(subjects: Sequence[Subject | Fetching | Visiting]) -> None:
    """Print one table per subject, how to read them, and one line per promise."""
    console = Console(width=_WIDTH)
    for subject in subjects:
        if isinstance(subject, Fetching):
            table = _of_sources(subject)
        elif isinstance(subject, Visiting):
            table = _of_visits(subject)
        else:
            table = _table(subject)
        console.print(table, Text(f"{subject.note}\n", style="dim"), sep="\n")
    if any(isinstance(subject, Subject) for subject in subjects):
        console.print(
            "CPU s is user and system time of the whole process, median of runs that took turns"
            " (what is slow runs once); MB is the most that a process and its children held at one"
            " time, shared memory once.",
            style="dim",
        )
    console.print("Read the ratios: the seconds are this machine's.\n", style="dim")
    for target in (target for subject in subjects for target in subject.targets):
        console.print(_line(target), style="" if target.is_met else "bold", highlight=False)


def _line(target: Target) -> str:
    bound = "at least" if target.is_least else "at most"
    kept = _kept([target])
    measured, promised = (f"{value:.5g}{target.unit}" for value in (target.measured, target.bound))
    return f"{kept:6}  {target.what}: {measured} ({bound} {promised})"


def _kept(targets: Sequence[Target]) -> str:
    return "met" if all(target.is_met for target in targets) else "missed"


def _of_visits(subject: Visiting) -> Table:
    table = Table(title=subject.title, title_justify="left", title_style="bold")
    table.add_column("Seen")
    table.add_column("ms, MB, number", justify="right")
    for name, value in subject.measured.items():
        table.add_row(name.replace("_", " "), f"{value:,.1f}")
    return table


def _of_sources(subject: Fetching) -> Table:
    table = Table(title=subject.title, title_justify="left", title_style="bold")
    for name in ("Kind", "Native client"):
        table.add_column(name, no_wrap=True)
    for name in _OF_SOURCES:
        table.add_column(name, justify="right", no_wrap=True)
    table.add_column("Promises", no_wrap=True)
    for kind in subject.measured:
        kept = _kept(kind.targets)
        table.add_row(
            kind.kind,
            kind.client,
            f"{kind.megabytes:.0f}",
            f"{kind.own_seconds:.2f}",
            f"{kind.native_seconds:.2f}",
            f"{kind.own_seconds / kind.native_seconds:.2f}",
            f"{kind.polling_seconds:.1f}",
            f"{kind.grown_mib:.1f}",
            kept,
            style="bold" if kept == "missed" else "",
        )
    return table


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
