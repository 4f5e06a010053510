"""The night as someone at a terminal sees it: what is being done, then one line per partner.

Where there is no terminal the same lines come one after the other, without a moving part.

Belongs here: calling the steps of nightly in order, telling what each brought.
Does not belong here: the steps (nightly), Airflow (airflow/), the scoreboard.
"""

import logging
import traceback
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from eurocluster import locks, nightly
from eurocluster.settings import ROOT, Settings
from eurocluster.sources.connections import Lookup


def show_night(
    console: Console,
    settings: Settings,
    lookup: Lookup,
    *,
    partners: Sequence[str] = (),
    registers: Sequence[str] = (),
    force: bool = False,
    note: str | None = None,
) -> list[str]:
    """Run the night and tell it; return the partners whose registers could not be worked on.

    A partner that fails does not stop the others, as in the DAG: its last good deliveries stay in
    force.

    Raises:
        DeclarationError: project.yml or a partner's YAML is wrong.
        UnknownChoice: A partner or register is not declared.
        AuditFailed: The build is not fit to be published; nothing was.
    """
    run_id = f"terminal__{datetime.now(UTC).isoformat()}"
    scope = nightly.plan(settings, partners=partners, registers=registers, force=force, note=note)
    with _waits_told(console):
        return _told(console, settings, lookup, run_id, scope)


@contextmanager
def _waits_told(console: Console) -> Iterator[None]:
    """Say on the console for whom a run waits, and what it takes up that another has left."""
    telling = _OnConsole(console)
    locks.log.addHandler(telling)
    propagated, locks.log.propagate = locks.log.propagate, False
    try:
        yield
    finally:
        locks.log.propagate = propagated
        locks.log.removeHandler(telling)


class _OnConsole(logging.Handler):
    def __init__(self, console: Console) -> None:
        super().__init__()
        self._console = console

    def emit(self, record: logging.LogRecord) -> None:
        self._console.print(record.getMessage(), highlight=False, markup=False, soft_wrap=True)


def _told(
    console: Console, settings: Settings, lookup: Lookup, run_id: str, scope: nightly.Scope
) -> list[str]:
    width = max(map(len, scope.partners))
    failed = []
    returned = 0
    with Progress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        TimeElapsedColumn(),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    ) as progress:
        doing = progress.add_task("", total=None)
        progress.update(doing, description="fetching and judging")
        for partner, done in nightly.ingest_all(settings, scope, lookup, run_id):
            if isinstance(done, Exception):
                failed.append(partner)
                console.print(f"{partner:<{width}}  failed: {_blame(done)}", highlight=False)
                continue
            console.print(ingested_line(done, width), highlight=False)
            returned += done["returned"]
            causes = {r["failure"]: None for r in done["registers"] if r["failure"]}
            for cause in causes:
                console.print(f"{'':<{width}}  {cause}", highlight=False, soft_wrap=True)
            if causes:
                failed.append(partner)
        audited, published = nightly.refresh(
            settings, lambda words: progress.update(doing, description=words)
        )
        console.print(f"Built {audited['models']} tables; all {audited['tests']} audits passed.")
    if returned:
        place = settings.feedback
        shown = place.relative_to(ROOT) if place.is_relative_to(ROOT) else place
        workbooks = "1 workbook" if returned == 1 else f"{returned} workbooks"
        console.print(f"{workbooks} with marks to give back: {shown}", highlight=False)
    said = "Published" if published["new"] else "Nothing new to publish; readers have"
    console.print(f"{said} {published['publication_id']}.\n", highlight=False)
    return failed


_TOLD_AS = {"unreachable": "not fetched"}
"""Outcomes by other words: a connection that does not exist, too, makes a register unreachable."""


def ingested_line(done: dict[str, Any], width: int = 0) -> str:
    """Return what came of one partner's registers, with the ones that did not arrive by name."""
    registers = done["registers"]
    files, rows, refused, doubtful = (
        sum(register[name] for register in registers)
        for name in ("files", "rows", "refused", "doubtful")
    )
    counted = Counter(register["outcome"] for register in registers)
    outcomes = []
    for outcome in ("delivered", "unchanged", "held", "unreadable", "unreachable", "missing"):
        if counted[outcome]:
            names = [r["register"] for r in registers if r["outcome"] == outcome]
            is_good = outcome in ("delivered", "unchanged")
            outcomes.append(
                f"{counted[outcome]} {_TOLD_AS.get(outcome, outcome)}"
                + ("" if is_good else f" ({', '.join(names)})")
            )
    return (
        f"{done['partner']:<{width}}  {files:>3} files  {rows:>6,} rows  {refused:>4,} refused"
        f"  {doubtful:>4,} doubtful  {', '.join(outcomes) or 'no such register'}"
    )


def _blame(error: BaseException) -> str:
    """Return the kind of an error and its place in our code; its words could hold a cell."""
    ours = [
        frame
        for frame in traceback.extract_tb(error.__traceback__)
        if Path(frame.filename).is_relative_to(ROOT / "plugins")
    ]
    place = f" in {Path(ours[-1].filename).name}, line {ours[-1].lineno}" if ours else ""
    return f"{type(error).__name__}{place}"
