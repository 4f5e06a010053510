"""The tables that a person reads, one per subject.

Belongs here: columns, ratios, words below a table.
Does not belong here: measuring.
"""

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from benchmarks.measuring import Measurement
from benchmarks.subjects import LIMIT, OURS, Subject

_NUMBERS = ("CPU s", "from – to", "× limit", "× ours", "µs/row", "MiB", "Runs")
_SCORES = ("Found", "Blamed")
_WIDTH = 110


def show(subjects: Sequence[Subject]) -> None:
    """Print one table per subject, and how to read them."""
    console = Console(width=_WIDTH)
    for subject in subjects:
        console.print(_table(subject), Text(f"{subject.note}\n", style="dim"), sep="\n")
    console.print(
        "CPU s is user and system time of the whole process, median of runs that took turns (what"
        " is slow runs once); MiB adds the peaks of a process and of its largest child. Read the"
        " ratios: the seconds are this machine's.",
        style="dim",
    )


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
            f"{way.peak_mib:.0f}",
            str(way.runs),
            *(_score(way) if subject.is_scored else ()),
            style="bold" if way is ours else "",
        )
    return table


def _named(measured: Sequence[Measurement], word: str) -> Measurement:
    return next(way for way in measured if way.label.startswith(word))


def _score(way: Measurement) -> tuple[str, str]:
    if "found" not in way.found:
        return "–", "–"
    return f"{way.found['found'] / way.found['planted']:.1%}", f"{way.found['without_reason']:,}"
