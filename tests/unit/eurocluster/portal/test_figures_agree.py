"""The portal says what the command line says, at rest and while a publication takes over."""

import json
import re
import threading

from typer.testing import CliRunner

from eurocluster.cli import app
from eurocluster.figures import plain

NINE = ("4a.M1", "4a.O1", "4a.O2", "4a.O3", "4a.O4", "4b.M1", "4b.O1", "4b.O2", "4b.O3")
CARD = re.compile(
    r'<h3><a [^>]*>(?P<kpi>4[ab]\.[MO]\d)</a>.*?<p class="value">(?P<value>[^<]*)', re.DOTALL
)


def cards(page: str) -> dict[str, str]:
    return {found["kpi"]: found["value"].strip() for found in CARD.finditer(page)}


def test_the_scoreboard_shows_the_figures_of_the_command_line(
    publish_rows, portal_of, declare
) -> None:
    settings = publish_rows()
    declare(settings.home)
    portal = portal_of(settings)
    for period, policy in (("all", "reported"), ("RP1", "conservative"), ("RP2", "potential")):
        told = CliRunner().invoke(
            app, ["kpis", "--period", period, "--policy", policy, "--format", "json"],
            env={"EUROCLUSTER_HOME": str(settings.home), "EUROCLUSTER_DATA": str(settings.data)},
        )  # fmt: skip
        said = {
            figure["kpi"]: figure
            for figure in json.loads(told.stdout)
            if figure["measure"] == "cumulative" and figure["kpi"] in NINE
        }
        shown = cards(portal.get(f"/?period={period}&policy={policy}").text)
        assert set(shown) == set(NINE)
        for kpi, value in shown.items():
            figure = said[kpi]
            expected = (
                plain(figure["value"])
                if figure["denominator"] is None
                else f"{figure['value']:.1f} %"
            )
            assert value == expected, (kpi, period, policy)


def test_while_publications_take_over_each_page_is_of_one_and_never_goes_back(
    publish_rows, portal_of, grid
) -> None:
    def publish(number: int):
        changed = {"value": float(number)}
        return publish_rows(kpi_values=grid(**{"4a_M1": changed, "4b_O3": changed}))

    settings = publish(1)
    portal = portal_of(settings)
    nights = threading.Thread(target=lambda: [publish(number) for number in range(2, 22)])
    nights.start()
    seen = []
    while nights.is_alive() or not seen or seen[-1] != 21:
        page = portal.get("/")
        assert page.status_code == 200
        shown = cards(page.text)
        assert shown["4a.M1"] == shown["4b.O3"]
        seen.append(int(shown["4a.M1"]))
    nights.join()
    assert seen == sorted(seen)
    assert len(set(seen)) > 3
