"""Every route of the portal: an address to try it with, and the right that opens it."""

from dataclasses import dataclass

from eurocluster.portal.access import Right

READ, ACT, CLOSE = Right.READ, Right.ACT, Right.CLOSE


@dataclass(frozen=True)
class Route:
    """One line of the table of who may do what.

    ``address`` is below the portal; a POST is tried with an empty form, which changes nothing:
    whoever may send it is told what is missing.
    """

    name: str
    method: str
    address: str
    right: Right


ROUTES = (
    Route("scoreboard", "GET", "/", READ),
    Route("kpi", "GET", "/kpis/4a.O3", READ),
    Route("runs", "GET", "/runs", READ),
    Route("start_refresh", "POST", "/runs/refresh?partners=", ACT),
    Route("start_close", "POST", "/runs/close", CLOSE),
    Route("run", "GET", "/runs/refresh_kpis/none", READ),
    Route("run_log", "GET", "/runs/refresh_kpis/none/log/plan/-1/1", READ),
    Route("answer_run", "POST", "/runs/close_period/none/answer", CLOSE),
    Route("asset", "GET", "/assets/portal.css", READ),
)
