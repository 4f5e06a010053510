"""The way of a coordinator through the portal inside Airflow, in Chromium, and its pictures.

Belongs here: the steps that the guide shows, in its order.
Does not belong here: what must hold (test_local_stack), single pages (tests/portal).
"""

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Browser, FrameLocator, Page

from tests.portal.browser import overflow, violations

Snap = Callable[[Page, str], None]
SECONDS_FOR_A_RUN = 300_000  # in milliseconds


class Journey:
    """One person's visit."""

    def __init__(self, browser: Browser, address: str, snap: Snap) -> None:
        self._context = browser.new_context(
            viewport={"width": 1280, "height": 900}, locale="en-GB", timezone_id="UTC",
            color_scheme="light",
        )  # fmt: skip
        self.page = self._context.new_page()
        self._address, self._snap = address, snap
        self.asked: list[str] = []
        self.page.on("request", lambda request: self._note(request.url))

    def _note(self, url: str) -> None:
        if not url.startswith((self._address, "data:", "blob:", "about:")):
            self.asked.append(url)

    @property
    def portal(self) -> FrameLocator:
        """The portal's frame in Airflow's page."""
        return self.page.frame_locator("iframe")

    def sign_in(self, name: str, password: str) -> None:
        self.page.goto(f"{self._address}/plugin/kpis")
        self.page.fill("input[name=username]", name)
        self.page.fill("input[name=password]", password)
        self.page.click("button[type=submit]")
        # Before the first night has ended the page says so, and looks again by itself.
        self.portal.locator(".card").first.wait_for(timeout=SECONDS_FOR_A_RUN)
        self.page.wait_for_timeout(500)
        self._snap(self.page, "scoreboard")

    def look_at(self, title: str, picture: str) -> None:
        self.portal.get_by_role("link", name=title, exact=True).first.click()
        self.portal.locator("nav a[aria-current=page]", has_text=title).wait_for()
        self.page.wait_for_timeout(700)
        self._snap(self.page, picture)

    def open_kpi(self, kpi: str) -> None:
        self.portal.get_by_role("link", name="Scoreboard", exact=True).click()
        self.portal.get_by_role("link", name=kpi, exact=True).click()
        self.portal.locator("figure.chart svg").first.wait_for()
        self._snap(self.page, "kpi")

    def run_for(self, partner: str) -> None:
        self.look_at("Runs", "runs")
        self.portal.locator(f"input[name=partners][value={partner}]").check()
        self.portal.locator("input[name=note]").first.fill("corrected file")
        self.portal.get_by_role("button", name="Start the run").click()
        self.portal.locator("#progress table").wait_for()
        self._snap(self.page, "progress")
        self.portal.get_by_role("link", name="To the scoreboard").wait_for(
            timeout=SECONDS_FOR_A_RUN
        )

    def close_period(self, period: str, note: str) -> None:
        self.look_at("Runs", "close")
        form = self.portal.locator("form[action$='/runs/close']")
        form.locator("select[name=period]").select_option(period)
        form.locator("input[name=note]").fill(note)
        self.portal.get_by_role("button", name="Look at the figures").click()
        approve = self.portal.get_by_role("button", name="Approve")
        approve.wait_for(timeout=SECONDS_FOR_A_RUN)
        self._snap(self.page, "approval")
        approve.click()
        self.portal.get_by_role("link", name="To the scoreboard").wait_for(
            timeout=SECONDS_FOR_A_RUN
        )

    def download(self, code: str) -> dict[str, bytes]:
        """The files of the zip of a deliverable, as reported."""
        self.look_at("Exports", "exports")
        with self.page.expect_download() as waiting:
            self.portal.locator(f"a[href*='deliverables/{code}.zip?release=']").first.click()
        content = Path(waiting.value.path()).read_bytes()
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return {name: archive.read(name) for name in archive.namelist()}

    def faults_of(self, path: str) -> list[str]:
        """What is wrong with a page of its own, wide and narrow, light and dark."""
        found = []
        page = self._context.new_page()
        page.goto(f"{self._address}/eurocluster{path}")
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            for width in (1280, 390):
                page.set_viewport_size({"width": width, "height": 900})
                if overflow(page):
                    found.append(f"{path} is wider than {width} px")
            found += violations(page)
        page.close()
        return found

    def end(self) -> None:
        self._context.close()
