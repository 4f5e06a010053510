"""A portal without Airflow: whoever the test says is at the door, and pages as people read them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path

import pytest
import yaml
from fastapi.testclient import TestClient

from eurocluster.portal.access import Right, Visitor, visitor
from eurocluster.portal.app import build_portal
from eurocluster.settings import Settings

Door = Callable[..., TestClient]


@dataclass
class Page(HTMLParser):
    """The text, the links and the tables of a page."""

    html: str
    links: list[str] = field(default_factory=list)
    tables: list[list[list[str]]] = field(default_factory=list)
    headings: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()
        self._words: list[str] = []
        self._open: list[str] = []
        self.feed(self.html)

    @property
    def text(self) -> str:
        """What stands on the page, blanks collapsed."""
        return " ".join(" ".join(self._words).split())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("meta", "link", "input", "br", "option"):
            return
        self._open.append(tag)
        if tag == "a":
            self.links.append(dict(attrs).get("href") or "")
        elif tag == "table":
            self.tables.append([])
        elif tag == "tr":
            self.tables[-1].append([])
        elif tag in ("td", "th"):
            self.tables[-1][-1].append("")
        elif tag in ("h1", "h2", "h3"):
            self.headings.append("")

    def handle_endtag(self, tag: str) -> None:
        if tag in self._open:
            while self._open.pop() != tag:
                pass

    def handle_data(self, data: str) -> None:
        if "script" in self._open or "style" in self._open:
            return
        self._words.append(data)
        said = " ".join(data.split())
        if said and {"td", "th"} & set(self._open) and self.tables:
            row = self.tables[-1][-1]
            row[-1] = f"{row[-1]} {said}".strip()
        if said and {"h1", "h2", "h3"} & set(self._open):
            self.headings[-1] = f"{self.headings[-1]} {said}".strip()


@pytest.fixture
def portal_of() -> Iterator[Door]:
    """Return a function that opens the portal of a state folder to a visitor with some rights."""
    opened: list[TestClient] = []

    def door(settings: Settings, *rights: Right, name: str = "Testa Koordynacja") -> TestClient:
        portal = build_portal(settings)
        who = Visitor(name, frozenset(rights or Right))
        portal.dependency_overrides[visitor] = lambda: who
        client = TestClient(
            portal,
            headers={"Accept": "text/html", "Sec-Fetch-Site": "same-origin"},
            follow_redirects=False,
        )
        client.__enter__()
        opened.append(client)
        return client

    yield door
    for client in opened:
        client.__exit__(None, None, None)


@pytest.fixture
def read_page() -> Callable[[str], Page]:
    """Return a function that reads a page."""
    return Page


@pytest.fixture
def declare() -> Callable[..., None]:
    """Return a function that declares partners p1 and p2 in a consortium folder."""

    def write(home: Path, **project: object) -> None:
        (home / "partners").mkdir(parents=True, exist_ok=True)
        declared = {
            "version": 1, "code": "example", "name": "Example", "start": "2022-09-01",
            "months": 36, "periods": {"RP1": "M1-M18", "RP2": "M19-M36"},
            "runs_clusterxchange": True, **project,
        }  # fmt: skip
        (home / "project.yml").write_text(yaml.safe_dump(declared))
        for code in ("p1", "p2"):
            source = {"kind": "folder", "path": "drive", "files": {"include": ["*.csv"]}}
            partner = {
                "version": 1, "partner": code, "name": f"Cluster {code}", "country": "PL",
                "language": "en", "registers": [{"name": "exchanges", "source": source}],
            }  # fmt: skip
            (home / "partners" / f"{code}.yml").write_text(yaml.safe_dump(partner))

    return write


@pytest.fixture
def declare_partners() -> Callable[..., None]:
    """Return a function that declares partners p1, p2, … by their names."""

    def write(home: Path, *names: str) -> None:
        (home / "partners").mkdir(parents=True, exist_ok=True)
        project = {
            "version": 1, "code": "example", "name": names[0], "start": "2022-09-01",
            "months": 36, "periods": {"RP1": "M1-M18", "RP2": "M19-M36"},
            "runs_clusterxchange": True, "reporting_date": "2024-10-15",
        }  # fmt: skip
        (home / "project.yml").write_text(yaml.safe_dump(project))
        for number, name in enumerate(names, start=1):
            source = {"kind": "folder", "path": "drive", "files": {"include": ["*.csv"]}}
            partner = {
                "version": 1, "partner": f"p{number}", "name": name, "country": "BG",
                "language": "bg", "registers": [{"name": "exchanges", "source": source}],
            }  # fmt: skip
            (home / "partners" / f"p{number}.yml").write_text(yaml.safe_dump(partner))

    return write
