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
    Route("kpi_rows", "GET", "/kpis/4a.O3/rows.csv", READ),
    Route("deliveries", "GET", "/deliveries", READ),
    Route("delivery_history", "GET", "/deliveries/pl/attendance", READ),
    Route("returned_workbook", "GET", "/deliveries/none/files/0/returned", ACT),
    Route("findings", "GET", "/findings", READ),
    Route("finding_rows", "GET", "/findings/rows.csv", READ),
    Route("desk", "GET", "/desk", READ),
    Route("answer", "POST", "/desk/questions/none", ACT),
    Route("decide_unit", "POST", "/desk/units", CLOSE),
    Route("take_back", "POST", "/desk/decisions/1/undo", ACT),
    Route("releases", "GET", "/releases", READ),
    Route("release", "GET", "/releases/1", READ),
    Route("what_if", "GET", "/what-if", READ),
    Route("build_what_if", "POST", "/what-if", ACT),
    Route("explore", "GET", "/explore", READ),
    Route("explore_rows", "GET", "/explore/answer.csv?sql=select+1", READ),
    Route("save_query", "POST", "/explore/saved", ACT),
    Route("delete_query", "POST", "/explore/saved/delete", ACT),
    Route("upload", "GET", "/upload", ACT),
    Route("stage", "POST", "/upload", ACT),
    Route("staged", "GET", "/upload/none", ACT),
    Route("staged_returned", "GET", "/upload/none/returned", ACT),
    Route("submit_staged", "POST", "/upload/none/submit", ACT),
    Route("discard_staged", "POST", "/upload/none/discard", ACT),
    Route("runs", "GET", "/runs", READ),
    Route("start_refresh", "POST", "/runs/refresh?partners=", ACT),
    Route("start_close", "POST", "/runs/close", CLOSE),
    Route("run", "GET", "/runs/refresh_kpis/none", READ),
    Route("run_log", "GET", "/runs/refresh_kpis/none/log/plan/-1/1", READ),
    Route("answer_run", "POST", "/runs/close_period/none/answer", CLOSE),
    Route("exports", "GET", "/exports", READ),
    Route("export_deliverable", "GET", "/exports/deliverables/D-4a.zip", READ),
    Route("export_kpis", "GET", "/exports/kpis.xlsx", READ),
    Route("export_warehouse", "GET", "/exports/warehouse.zip?release=RP9", READ),
    Route("notices", "GET", "/notices", READ),
    Route("notice", "GET", "/notices/summary/consortium", READ),
    Route("notice_body", "GET", "/notices/summary/consortium/body", READ),
    Route("documentation", "GET", "/documentation", READ),
    Route("dictionary", "GET", "/documentation/dictionary", READ),
    Route("dictionary_csv", "GET", "/documentation/dictionary.csv", READ),
    Route("lineage", "GET", "/documentation/lineage", READ),
    Route("asset", "GET", "/assets/portal.css", READ),
)
