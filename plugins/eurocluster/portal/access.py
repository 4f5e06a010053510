"""Who stands at the door of a route, and what they may do.

Rights follow Airflow's DAGs, so that every auth manager answers alike: who may read the DAG
``refresh_kpis`` may read the pages, who may start it may act on partners' data, who may start
``close_period`` decides for the consortium. Whoever serves the portal says who the visitor is, by
overriding :func:`visitor`; until then everybody is turned away.

Belongs here: rights, the check of a right, the refusal of posts from other sites.
Does not belong here: tokens, users, roles (airflow/portal_doors, airflow/roles).
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from fastapi import Depends, HTTPException, Request


class Right(StrEnum):
    """What a visitor may do; each DAG stands for one of them."""

    READ = "read"
    ACT = "act"
    CLOSE = "close"


DAG_OF: dict[Right, tuple[Literal["GET", "POST"], str]] = {
    Right.READ: ("GET", "refresh_kpis"),
    Right.ACT: ("POST", "refresh_kpis"),
    Right.CLOSE: ("POST", "close_period"),
}
"""Right → what one must be allowed in Airflow: ``GET`` reads the DAG, ``POST`` starts a run."""

_WORDS = {
    Right.READ: "You may not read the DAG refresh_kpis, so these pages are closed to you.",
    Right.ACT: "This needs the right to run the DAG refresh_kpis: a steward or a coordinator has"
    " it.",
    Right.CLOSE: "This needs the right to run the DAG close_period: a coordinator has it.",
}


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody who is signed in.

    Attributes:
        name: What they sign decisions with.
        token: Their own token for Airflow's API; it is never shown.
    """

    name: str
    rights: frozenset[Right]
    token: str = ""

    def may(self, right: Right | str) -> bool:
        """Return whether the visitor has a right."""
        return Right(right) in self.rights


def visitor() -> Visitor:
    """Stand for whoever is at the door; nobody, until the server of the portal says who it is."""
    raise HTTPException(401, "Sign in first.")


SignedIn = Annotated[Visitor, Depends(visitor)]


class RightCheck:
    """The dependency of a route that only visitors with one right may use."""

    def __init__(self, right: Right) -> None:
        self.right = right

    async def __call__(self, request: Request, who: SignedIn) -> None:
        """Turn away who has not the right, and writes that another site's page has sent."""
        if not who.may(self.right):
            raise HTTPException(403, _WORDS[self.right])
        refuse_other_sites(request)


def requires(right: Right) -> Any:
    """Return what a router or route takes into its ``dependencies``."""
    return Depends(RightCheck(right))


def refuse_other_sites(request: Request) -> None:
    """Refuse a write that another site's page has sent with the visitor's cookie.

    A request that carries its token in a header was made on purpose: a browser sends no such
    header by itself.
    """
    if request.method in ("GET", "HEAD") or "authorization" in request.headers:
        return
    site = request.headers.get("sec-fetch-site")
    if site in ("same-origin", "none"):
        return
    origin = request.headers.get("origin")
    if site is None and origin and urlsplit(origin).netloc == request.headers.get("host"):
        return
    raise HTTPException(403, "This form was sent from another site.")
