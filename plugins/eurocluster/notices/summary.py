"""The coordinator's mail after a night: at most ten lines, only what needs a person.

Belongs here: which lines, their order.
Does not belong here: figures and sentences that others have (scoreboard, changes, restatements).
"""

from collections.abc import Iterator
from typing import Final

from sqlalchemy import Connection, text

from eurocluster.changes import changes_since_last_publication
from eurocluster.consortium.declarations import Consortium
from eurocluster.consortium.project import Notices
from eurocluster.figures import ALL
from eurocluster.notices.messages import Message, identity
from eurocluster.published import Published
from eurocluster.restatements import read_restatements
from eurocluster.scoreboard import read_scoreboard
from eurocluster.settings import Settings
from eurocluster.stewardship.questions import open_lines

_LINES: Final = 10


def summary(
    settings: Settings, consortium: Consortium, published: Published, connection: Connection
) -> Message | None:
    """Return the mail of a night, None when nothing needs a person."""
    lines = list(_needs(connection))
    if not lines:
        return None
    project = consortium.project
    notices = project.notices or Notices()
    shown = lines if len(lines) <= _LINES else lines[: _LINES - 1]
    moved = changes_since_last_publication(settings, published, connection)
    said = [
        f"{project.title or project.name}: what needs somebody.",
        *(f"- {line}" for line in shown),
        *([f"- … and {len(lines) - len(shown)} more"] if len(shown) < len(lines) else []),
        *([f"Figures that moved since then: {'; '.join(moved.lines)}."]
          if moved is not None and moved.lines else []),
        *([f"All of it: {notices.portal_url}"] if notices.portal_url else []),
    ]  # fmt: skip
    return Message(
        kind="summary",
        key=identity(*lines),
        about="consortium",
        to=notices.coordinators,
        subject=f"{project.name}: {_counted(len(lines))} somebody",
        language="en",
        lines=tuple(said),
    )


def _counted(number: int) -> str:
    return "1 thing needs" if number == 1 else f"{number} things need"


def _needs(connection: Connection) -> Iterator[str]:
    """Yield what only a person can mend, the urgent first."""
    board = read_scoreboard(connection, period=ALL)
    owed = [action.code for action in board.actions if action.is_owed]
    if owed:
        yield f"Mandatory actions not implemented: {', '.join(owed)}"
    for item in board.deliverables:
        if item.is_overdue:
            yield f"Deliverable {item.code} was due on {item.due_day} and is {item.state}"
    for row in connection.execute(
        text(
            "select partner, register from quality.deliveries"
            " where is_newest and state = 'held' order by partner, register"
        )
    ):
        yield f"{row.partner}: {row.register} is held back until somebody confirms it"
    yield from (f"Not up to date — {line}" for line in board.late)
    restated = read_restatements(connection)
    if restated:
        kpis = ", ".join(dict.fromkeys(one.kpi for one in restated))
        yield f"Reported figures that would be others today: {kpis}"
    yield from (f"Questions open — {line}" for line in open_lines(connection))
    yield from board.ways_to_go()
