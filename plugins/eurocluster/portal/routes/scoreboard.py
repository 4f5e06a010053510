"""The page of the morning: where the project stands, who has not delivered, what has changed.

Belongs here: choosing period and policy.
Does not belong here: figures and sentences (scoreboard, pace).
"""

from typing import Any

from fastapi import APIRouter, HTTPException, Request, Response

from eurocluster.changes import changes_since_last_publication, changes_since_last_release
from eurocluster.figures import ALL, POLICIES
from eurocluster.portal.access import Right, SignedIn, requires
from eurocluster.portal.pages import kept_page
from eurocluster.portal.reading import Read, Reading
from eurocluster.scoreboard import read_scoreboard

router = APIRouter(dependencies=[requires(Right.READ)])


@router.get("/", name="scoreboard")
def scoreboard(
    request: Request, who: SignedIn, read: Read, period: str = ALL, policy: str | None = None
) -> Response:
    """Show the nine KPIs, deliverables and actions."""

    def values() -> dict[str, Any]:
        board = read_scoreboard(read.connection, period=period, policy=policy)
        if period not in (*board.periods, ALL):
            raise HTTPException(404, f"{period!r} is no period: {', '.join(board.periods)}, all.")
        if board.policy not in POLICIES:
            raise HTTPException(404, f"{policy!r} is no policy: {', '.join(POLICIES)}.")
        return {
            "section": "scoreboard",
            "publication": read.publication,
            "board": board,
            "policies": POLICIES,
            "objectives": _objectives(board.headlines),
            **_changes(read),
        }

    return kept_page(request, who, read.publication.publication_id, "scoreboard.html", values)


def _objectives(headlines: Any) -> dict[str, list[Any]]:
    """Return the KPIs by objective, mandatory ones first."""
    found: dict[str, list[Any]] = {}
    for headline in sorted(headlines, key=lambda title: not title.is_mandatory):
        found.setdefault(headline.code.partition(".")[0], []).append(headline)
    return dict(sorted(found.items()))


def _changes(read: Reading) -> dict[str, Any]:
    return {
        "since_release": changes_since_last_release(read.connection),
        "since_publication": changes_since_last_publication(
            read.settings, read.publication, read.connection
        ),
    }
