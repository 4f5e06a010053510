"""States that are rare, in Chromium: nothing yet, no target, all late, names without an end."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from eurocluster.settings import ROOT, Settings
from tests.portal.browser import chromium, overflow, violations
from tests.portal.serving import served

pytestmark = pytest.mark.slow

EXAMPLE = ROOT / "examples" / "eurocluster"
LONG = "Сдружение на металообработващите предприятия и работилници от Медовец и околността " * 3
GREEK = "Σύνδεσμος Μεταλλουργικών Επιχειρήσεων και Εργαστηρίων Βορείου Χαλκοτόπου"


@pytest.mark.parametrize("what", ["nothing published", "long names", "no target", "all stale"])
def test_states_that_are_rare_look_like_the_others(
    what: str, publish_rows: Callable, small_rows: dict, grid: Callable,
    tmp_path: Path, declare_partners: Callable,
) -> None:  # fmt: skip
    if what == "nothing published":
        settings = Settings(home=EXAMPLE, data=tmp_path / "none", secret=b"-")
    else:
        settings = publish_rows(**rare(what, small_rows, grid))
        declare_partners(settings.home, LONG, GREEK)
    pages = ("/", "/kpis/4a.O3", "/deliveries", "/findings", "/desk", "/releases",
             "/exports", "/notices", "/upload")  # fmt: skip
    with served(settings) as address, chromium() as browser:
        page = browser.new_page()
        for path in pages:
            page.set_viewport_size({"width": 1280, "height": 900})
            page.goto(address + path)
            assert page.locator("h1").count() == 1, path
            assert "Internal Server Error" not in page.content(), path
            assert violations(page) == [], path
            page.set_viewport_size({"width": 390, "height": 800})
            assert overflow(page) == 0, path
        page.close()


def rare(what: str, rows: dict, grid: Callable) -> dict:
    """The rows of a small warehouse in a rare state."""
    if what == "no target":
        return {"kpi_values": [row | {"target": None, "state": "no_target"} for row in grid()]}
    if what == "all stale":
        return {
            "completeness": [
                {"partner": code, "register": register, "status": "stale", "newest_state": "held",
                 "timeliness": "overdue", "last_due_on": date(2024, 10, 5)}
                for code in ("p1", "p2")
                for register in ("exchanges", "pacts", "trainings")
            ]
        }  # fmt: skip
    project = rows["project"][0] | {"name": LONG}
    partners = [
        row | {"name": name} for row, name in zip(rows["dim_partners"], (LONG, GREEK), strict=True)
    ]
    question = {
        "question_id": "q1", "kind": "organisations", "decides": "organisations", "subject": "x",
        "parts": ["a", "b"], "sentence": f"Are “{LONG}” and “{GREEK}” one organisation?",
        "effect": "same: counted once", "answers": ["same", "different"],
        "asked_of": "coordinator", "is_open": True,
    }  # fmt: skip
    row = {
        "question_id": "q1", "side": "1", "register": "exchanges", "row_id": "r",
        "reported_by": "p1", "record_key": "id:X1", "row_number": 2, "cell_range": "A2:W2",
        "file_name": f"{GREEK.replace(' ', '_')}.xlsx", "sheet": "Ανταλλαγές",
    }  # fmt: skip
    return {
        "project": [project], "dim_partners": partners, "questions": [question],
        "question_rows": [row],
    }  # fmt: skip
