"""Every page in Chromium: wide and narrow, light and dark, full and empty, in every alphabet."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from eurocluster.settings import ROOT, Settings
from tests.portal.browser import Watch, chromium, overflow, violations
from tests.portal.routes import ROUTES
from tests.portal.serving import served

pytestmark = pytest.mark.slow

EXAMPLE = ROOT / "examples" / "eurocluster"
# Airflow's own API stands behind the runs (test_local_stack); dbt's page is dbt's, a mail a mail.
ELSEWHERE = ("runs", "run", "run_log", "lineage", "asset", "staged", "release", "notice_body")
PAGES = (
    *(
        route.address
        for route in ROUTES
        if route.method == "GET"
        and route.name not in ELSEWHERE
        and not any(end in route.address for end in (".csv", ".zip", ".xlsx", "returned"))
    ),
    "/explore?sql=select+*+from+kpis.kpi_scoreboard",
    "/kpis/4b.M1?policy=potential&page=1",
    "/findings?partner=gr&severity=ERROR",
    "/nothing-here",
    "/explore?sql=drop+table+x",
)
REFUSED = ("/nothing-here", "/explore?sql=drop+table+x")
"""Pages that answer with a status which Chromium reports as an error."""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


@pytest.fixture(scope="module")
def example(example_night: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    data = tmp_path_factory.mktemp("appearance") / "state"
    shutil.copytree(example_night, data, symlinks=True)
    with served(Settings(home=EXAMPLE, data=data, secret=b"a secret of tests")) as address:
        yield address


@pytest.mark.parametrize("address", PAGES)
def test_a_page_is_clean_wide_and_narrow_light_and_dark(
    browser: Browser, example: str, address: str
) -> None:
    page, watch = browser.new_page(), Watch(example)
    watch.over(page)
    page.goto(example + address)
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        page.set_viewport_size({"width": 1280, "height": 900})
        for number in range(page.locator("figure.chart").count()):
            page.locator("figure.chart svg").nth(number).wait_for(state="attached")
        assert violations(page) == [], scheme
        for width in (1280, 390):
            page.set_viewport_size({"width": width, "height": 900})
            assert overflow(page) == 0, (scheme, width)
    page.close()
    assert watch.asked == []
    if address not in REFUSED:
        assert watch.said == []


def test_charts_are_drawn_and_follow_the_reader_into_the_dark(
    browser: Browser, example: str
) -> None:
    context = browser.new_context(viewport={"width": 1280, "height": 900}, color_scheme="light")
    page = context.new_page()
    page.goto(f"{example}/kpis/4a.O3", wait_until="networkidle")
    page.wait_for_selector("figure.chart svg[role=img]")
    assert page.locator("figure.chart svg").count() == page.locator("figure.chart").count()
    label = page.locator("figure.chart svg").first.get_attribute("aria-label")
    assert label is not None
    assert "27 counted by month 26" in label
    ink = page.evaluate("getComputedStyle(document.querySelector('figure.chart svg text')).fill")
    page.emulate_media(color_scheme="dark")
    page.wait_for_function(
        "before => before !="
        " getComputedStyle(document.querySelector('figure.chart svg text')).fill",
        arg=ink,
    )  # fmt: skip
    context.close()


def test_every_page_is_read_without_javascript(browser: Browser, example: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    for address in PAGES:
        page.goto(example + address)
        assert page.locator("h1").count() == 1, address
    page.goto(example)
    page.select_option("select[name=period]", "RP1")
    page.click("noscript button, button:has-text('Show')")
    assert "period=RP1" in page.url
    context.close()


def test_the_keyboard_reaches_the_content_first_and_every_link(
    browser: Browser, example: str
) -> None:
    page = browser.new_page()
    page.goto(example)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the content"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.name") == "period"
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline == "solid"
    page.close()


def test_a_printed_page_has_no_navigation_and_no_buttons(browser: Browser, example: str) -> None:
    page = browser.new_page()
    page.goto(f"{example}/kpis/4a.O3")
    page.emulate_media(media="print")
    assert not page.locator("nav").first.is_visible()
    assert not page.locator(".actions").first.is_visible()
    page.close()
