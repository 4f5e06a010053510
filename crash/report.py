"""The tables at the end: kills per phase, what failed and how to see it again.

Belongs here: telling.
Does not belong here: trials.
"""

import statistics
from collections import Counter
from collections.abc import Sequence

from rich.console import Console
from rich.table import Table

from crash.trial import Outcome


def line(outcome: Outcome) -> str:
    """Return one trial in a line."""
    kills = "; ".join(f"{phase}, {told}" for phase, told in outcome.kills) or "nobody was killed"
    failed = f": {'; '.join(outcome.failures)}" if outcome.failures else ""
    return f"{outcome.number} ({outcome.seconds:.0f} s): {kills}{failed}"


def show(
    console: Console, outcomes: Sequence[Outcome], seed: int, windows: Sequence[str] = ()
) -> None:
    """Print what became of all trials; ``windows`` are those that were asked for."""
    chosen = "".join(f" --at {name}" for name in windows)
    kills = Counter(phase for outcome in outcomes for phase, _ in outcome.kills)
    table = Table(title="Kills", title_justify="left", title_style="bold")
    table.add_column("Step and phase", no_wrap=True)
    table.add_column("Kills", justify="right")
    for phase, count in sorted(kills.items()):
        table.add_row(phase, str(count))
    console.print(table)
    failed = [outcome for outcome in outcomes if outcome.failures]
    took = statistics.median([outcome.seconds for outcome in outcomes] or [0.0])
    console.print(
        f"{kills.total()} kills in {len(outcomes)} trials, {len(failed)} failed;"
        f" {took:.0f} s per trial (median)",
        highlight=False,
    )
    for outcome in failed:
        console.print(
            f"trial {outcome.number}, {outcome.step}: {'; '.join(outcome.failures)}",
            *(f"  killed in {phase}, {told}" for phase, told in outcome.kills),
            f"  again: python -m crash --seed {seed} --only {outcome.number}{chosen}",
            sep="\n",
            style="red",
            highlight=False,
            markup=False,
        )
