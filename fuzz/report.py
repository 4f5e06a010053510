"""The tables at the end.

Belongs here: files per format, outcomes, time and memory, failures.
Does not belong here: trying files.
"""

import statistics
from collections import Counter
from collections.abc import Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from fuzz.trial import Limits, Outcome

_WIDTH = 118
_LISTED = 40
_SLOWEST = 5


def show(console: Console, tried: Sequence[Outcome], limits: Limits, master: int) -> None:
    """Print what became of all files, per format and in all."""
    console.print(_table(tried))
    per_mutation = Counter(name for outcome in tried for name in outcome.mutations)
    rare, times = min(per_mutation.items(), key=lambda item: item[1], default=("none", 0))
    console.print(
        f"{len(tried):,} files, {len(per_mutation)} kinds of mutation, each at least {times} times"
        f" ({rare}); {sum(outcome.is_returned for outcome in tried):,} written back. Limits:"
        f" {limits.memory_mib} MiB beyond the start, {limits.seconds:g} s of reading.",
        style="dim",
    )
    for outcome in sorted(tried, key=lambda each: -each.seconds)[:_SLOWEST]:
        console.print(
            f"slow: {outcome.number} {outcome.seed}: {', '.join(outcome.mutations)}:"
            f" {outcome.seconds:.1f} s, CPU {outcome.child_cpu:.1f} + {outcome.cpu:.1f} s,"
            f" {outcome.rows:,} rows",
            style="dim",
        )
    failed = [outcome for outcome in tried if outcome.failures]
    for outcome in failed[:_LISTED]:
        console.print(_failure(outcome, master))
    if len(failed) > _LISTED:
        console.print(f"… and {len(failed) - _LISTED} more", style="red")


def console() -> Console:
    """Return where figures go."""
    return Console(width=_WIDTH)


def _table(tried: Sequence[Outcome]) -> Table:
    results = sorted({outcome.result for outcome in tried}, key=lambda name: (name != "rows", name))
    table = Table(title="Mutated files", title_justify="left", title_style="bold")
    table.add_column("Format", no_wrap=True)
    columns = (
        "Files",
        *results,
        "s median",
        "s most",
        "CPU s",
        "child MiB",
        "parent +MiB",
        "Failed",
    )
    for name in columns:
        table.add_column(name, justify="right")
    formats = sorted({outcome.format for outcome in tried})
    for name in formats:
        table.add_row(name, *_figures([o for o in tried if o.format == name], results))
    table.add_section()
    table.add_row("all", *_figures(tried, results))
    return table


def _figures(tried: Sequence[Outcome], results: Sequence[str]) -> list[str]:
    counted = Counter(outcome.result for outcome in tried)
    seconds = [outcome.seconds for outcome in tried]
    return [
        f"{len(tried):,}",
        *(f"{counted[name]:,}" if counted[name] else "–" for name in results),
        f"{statistics.median(seconds):.2f}",
        f"{max(seconds):.1f}",
        f"{sum(outcome.cpu + outcome.child_cpu for outcome in tried):,.0f}",
        f"{max(outcome.child_mib for outcome in tried):.0f}",
        f"{max(outcome.mib for outcome in tried):.0f}",
        str(sum(bool(outcome.failures) for outcome in tried)),
    ]


def _failure(outcome: Outcome, master: int) -> Text:
    text = Text(f"{outcome.number} {outcome.seed}: {', '.join(outcome.mutations)}\n", style="red")
    text.append("".join(f"  {failure}\n" for failure in outcome.failures))
    text.append(f"  again: python -m fuzz --seed {master} --only {outcome.number}", style="dim")
    return text
