"""How closed periods look: the chain of releases, then what has changed since, unit by unit.

Belongs here: tables of them.
Does not belong here: closing (releases), reading restatements (restatements).
"""

from collections.abc import Sequence
from typing import Any, Final

from rich.console import Group, RenderableType
from rich.text import Text

from eurocluster.figures import plain
from eurocluster.releases import Release
from eurocluster.restatements import Restatement
from eurocluster.terminal.tables import new_table, titled, titled_lines

_DIGITS: Final = 12


def render(releases: Sequence[Release], restated: Sequence[Restatement]) -> RenderableType:
    """Return the chain of releases and what has changed since."""
    if not releases:
        return Text("No reporting period is closed yet: `eurocluster close RP1 --by NAME`.")
    chain = new_table("Release", "Period", "Closed", "By", "Digest", "Note", wrap=("Note",))
    for release in releases:
        chain.add_row(
            str(release.number),
            release.period,
            f"{release.released_at:%Y-%m-%d %H:%M}",
            release.approved_by,
            release.digest[:_DIGITS],
            release.note or "",
        )
    parts: list[RenderableType] = [titled("Closed periods, every file as it was", chain)]
    if not restated:
        return Group(*parts, Text("\nNothing in them would be another figure today."))
    figures = new_table("Period", "KPI", "Policy", "Reported", "Today", right=("Reported", "Today"))
    for one in restated:
        figures.add_row(
            one.closed_period, one.kpi, one.policy or "", plain(one.frozen), plain(one.current)
        )
    parts.append(titled("Restatements", figures))
    for one in restated:
        title = " ".join(filter(None, (one.closed_period, one.kpi, one.policy)))
        parts += titled_lines(title, one.sentences)
    return Group(*parts)


def rows(restated: Sequence[Restatement]) -> tuple[tuple[str, ...], list[tuple[Any, ...]]]:
    """Return columns and rows for programs: one row per figure that is another today."""
    columns = ("release", "closed_period", "kpi", "policy", "frozen", "current", "sentences")
    return columns, [
        (
            one.release, one.closed_period, one.kpi, one.policy, one.frozen, one.current,
            list(one.sentences),
        )
        for one in restated
    ]  # fmt: skip
