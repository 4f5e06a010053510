"""``make up`` and ``make down`` for real: four components, documented runs on demand, no rest."""

import json
import os
import re
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psutil
import pypdfium2
import pytest

from eurocluster.consortium.declarations import load_consortium
from eurocluster.settings import ROOT
from tests.nightly.journey import Journey
from tests.nightly.pictures import GUIDE, mark_of_the_pages, marked
from tests.portal.browser import chromium, violations

pytestmark = pytest.mark.nightly

HOME = ROOT / "examples" / "eurocluster"
PAGE = (ROOT / "docs" / "on_demand.md").read_text(encoding="utf-8")
SECONDS_FOR_A_RUN = 600  # a night that is due may run before it
BUILT = ["plan", "ingest pl", "build", "audit", "publish", "notify"]


class Stack:
    """A stack on a port of its own, spoken to as its page does."""

    def __init__(self, data: Path) -> None:
        self.drop = data / "drop"
        self.live = data / "airflow" / "live"
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self._environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(data),
            "EUROCLUSTER_HOME": str(HOME),
            "EUROCLUSTER_DATA": str(data),
        }
        self._token = ""

    def command(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "eurocluster.airflow.local_stack", *arguments],
            env=self._environment, capture_output=True, text=True, check=False,
        )  # fmt: skip

    def type_documented(self, *blocks: str) -> subprocess.CompletedProcess[str]:
        """Type what docs/on_demand.md shows, in one shell, as somebody who follows it would."""
        shown = dict(re.findall(r"^```sh ([a-z-]+)\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL))
        typed = "\n".join(["set -euo pipefail", *(shown[block] for block in blocks)])
        programs = Path(sys.executable).parent
        return subprocess.run(
            ["bash", "-c", typed.replace(".venv/bin/python", str(programs / "python"))],
            env=self._environment | {
                "AIRFLOW": f"http://127.0.0.1:{self.port}",
                "PASSWORDS": str(self.live / "passwords.json"),
                "TMPDIR": str(self.live),
            },
            cwd=ROOT, capture_output=True, text=True, check=False, timeout=SECONDS_FOR_A_RUN,
        )  # fmt: skip

    def wait_for_dags(self, *names: str) -> None:
        """Wait until every DAG file is read: the stack is up as soon as one is."""
        wait_until(lambda: {d["dag_id"] for d in self.call("/api/v2/dags")["dags"]} >= set(names))

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def password(self, name: str) -> str:
        return json.loads((self.live / "passwords.json").read_text())[name]

    def log_in(self) -> None:
        password = self.password("coordinator")
        answer = self.call("/auth/token", {"username": "coordinator", "password": password})
        self._token = answer["access_token"]

    def call(
        self, path: str, sent: dict[str, Any] | None = None, method: str | None = None
    ) -> dict[str, Any]:
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}{path}",
            data=None if sent is None else json.dumps(sent).encode(),
            headers={"Content-Type": "application/json", "Authorization": f"Bearer {self._token}"},
            method=method,
        )
        with urllib.request.urlopen(request, timeout=60) as answer:
            return json.load(answer)

    def parents(self) -> list[psutil.Process]:
        started = json.loads((self.live / "components.json").read_text())
        return [psutil.Process(component["pid"]) for component in started]

    def processes(self) -> list[psutil.Process]:
        parents = self.parents()
        return [*parents, *(child for one in parents for child in one.children(recursive=True))]


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    stack = Stack(tmp_path_factory.mktemp("stack"))
    started = stack.command("up", "--port", str(stack.port))
    try:
        assert started.returncode == 0, started.stdout + started.stderr
        stack.log_in()
        stack.wait_for_dags("refresh_kpis", "judge_dropped_files", "close_period")
        yield stack
    finally:
        stack.command("down")


def test_it_listens_on_loopback_only(stack):
    listening = {
        connection.laddr.ip
        for process in stack.processes()
        for connection in process.net_connections(kind="inet")
        if connection.status == psutil.CONN_LISTEN
    }
    assert listening == {"127.0.0.1"}


def test_its_keys_and_passwords_are_readable_by_their_owner_only(stack):
    modes = {name: (stack.live / name).stat().st_mode & 0o777 for name in ("keys.json",
             "passwords.json")}  # fmt: skip
    assert modes == {"keys.json": 0o600, "passwords.json": 0o600}


def test_a_second_up_starts_nothing_and_says_where_the_first_is(stack):
    components = (stack.live / "components.json").read_text()
    again = stack.command("up")
    assert again.returncode == 0
    assert f"http://127.0.0.1:{stack.port}/" in again.stdout
    assert (stack.live / "components.json").read_text() == components
    assert all(process.is_running() for process in stack.parents())


def test_the_documented_rest_calls_run_the_night_for_the_chosen_partner_only(stack):
    done = stack.type_documented("sign-in", "start", "wait", "tasks")
    assert done.returncode == 0, done.stdout + done.stderr
    state, *tasks = done.stdout.splitlines()
    assert state == "success", tasks
    states = {task.rpartition(" ")[0].strip(): task.rpartition(" ")[2] for task in tasks}
    assert sorted(states) == sorted(BUILT)
    assert states["ingest pl"] == "success"
    (run,) = (r for r in runs(stack) if (r["conf"] or {}).get("registers") == ["exchanges"])
    assert run["conf"]["partners"] == ["pl"]


def test_the_documented_rest_call_with_an_unknown_partner_is_refused_with_words(stack):
    before = len(runs(stack))
    done = stack.type_documented("sign-in", "refused")
    assert done.stderr == "400\n"
    assert done.stdout.startswith("Invalid input for param partners: 'poland' is not one of ['be',")
    said = re.search(r"^400\n(Invalid .*)$", PAGE, re.MULTILINE)
    assert said is not None
    assert done.stdout.splitlines()[0] == said[1]
    assert len(runs(stack)) == before


def test_the_documented_command_beside_the_scheduler_starts_such_a_run_too(stack):
    done = stack.type_documented("trigger")
    assert done.returncode == 0, done.stdout + done.stderr
    chosen = {"partners": ["pl"], "note": "corrected file"}
    wait_until(
        lambda: (
            [r["state"] for r in runs(stack) if r["conf"] == chosen] in (["success"], ["failed"])
        )
    )
    (run,) = (r for r in runs(stack) if r["conf"] == chosen)
    assert run["state"] == "success"


def test_a_file_in_a_drop_folder_is_answered_under_the_scheduler(stack):
    (stack.drop / "pl").mkdir(parents=True, exist_ok=True)
    (stack.drop / "pl" / "scan.xlsx").write_bytes(b"%PDF-1.7 no table")
    stack.call("/api/v2/dags/judge_dropped_files/dagRuns", {"logical_date": None})
    wait_until((stack.drop / "pl" / "answers" / "scan (wynik).xlsx").exists)


def test_a_coordinator_runs_closes_and_takes_away_what_the_agency_wants(stack, tmp_path):
    pictures = {}
    with chromium() as browser:
        visit = Journey(browser, stack.address, lambda page, name: pictures.setdefault(
            name, page.screenshot()))  # fmt: skip
        visit.sign_in("coordinator", stack.password("coordinator"))
        before = visit.portal.locator(".card .value").all_inner_texts()
        visit.run_for("pl")
        (run,) = (r for r in runs(stack) if (r["conf"] or {}).get("note") == "corrected file"
                  and r["triggering_user_name"] == "coordinator" and r["conf"]["force"] is False
                  and r["conf"]["registers"] == [])  # fmt: skip
        assert (run["conf"]["partners"], run["state"]) == (["pl"], "success")
        visit.open_kpi("4a.O3")
        visit.close_period("RP1", "Periodic report 1")
        files = visit.download("D-4a")
        for page in ("Deliveries", "Findings", "Desk", "What-if", "Explore", "Notices"):
            visit.look_at(page, page.lower())
        visit.look_at("Releases", "releases")
        assert "Periodic report 1" in visit.portal.locator("main").inner_text()
        visit.look_at("Scoreboard", "again")
        assert visit.portal.locator(".card .value").all_inner_texts() == before
        ran = quote(run["dag_run_id"], safe="")
        one = f"/runs/refresh_kpis/{ran}"
        for path in ("/runs", one, f"{one}/log/plan/-1/1", "/releases/1"):
            assert visit.faults_of(path) == []
        assert visit.asked == []  # nobody but Airflow itself
        visit.end()
    if "GUIDE" in os.environ:  # make guide
        GUIDE.mkdir(exist_ok=True)
        for name, png in pictures.items():
            if name in ("again", "close"):
                continue  # the way back, which the guide does not show
            (GUIDE / f"{name}.png").write_bytes(marked(png, mark_of_the_pages()))
    releases = stack.drop.parent / "releases" / load_consortium(HOME).project.code
    manifest = json.loads((releases / "0001-RP1" / "manifest.json").read_text(encoding="utf-8"))
    assert (manifest["approved_by"], manifest["note"]) == ("coordinator", "Periodic report 1")
    handed = stack.drop.parent / "exports" / "example" / "RP1"
    assert len(list(handed.iterdir())) == 6
    document = pypdfium2.PdfDocument(files["example-D-4a-RP1.pdf"])
    assert "RP1, closed" in document[0].get_textpage().get_text_range()
    assert document[0].render(scale=1).to_numpy().std() > 10
    document.close()


@pytest.mark.parametrize(("name", "may_act"), [("viewer", False), ("steward", True)])
def test_a_viewer_starts_nothing_and_a_steward_does(stack, name, may_act):
    with chromium() as browser:
        visit = Journey(browser, stack.address, lambda page, name: None)
        visit.sign_in(name, stack.password(name))
        visit.look_at("Runs", "")
        assert (visit.portal.get_by_role("button", name="Start the run").count() > 0) is may_act
        assert (visit.portal.get_by_role("link", name="Upload").count() > 0) is may_act
        assert violations(visit.page) == []
        visit.end()


def test_down_leaves_no_process_behind(stack):
    processes = stack.processes()
    stopped = stack.command("down")
    assert stopped.stdout == "Airflow stopped.\n"
    # A zombie has ended: whoever adopted it has not asked how, yet.
    wait_until(lambda: not any(map(is_at_work, processes)))


def is_at_work(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def runs(stack: Stack) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = stack.call("/api/v2/dags/refresh_kpis/dagRuns")["dag_runs"]
    return found


def wait_until(happened: Callable[[], bool]) -> None:
    end = time.monotonic() + SECONDS_FOR_A_RUN
    while not happened():
        assert time.monotonic() < end, "waited too long"
        time.sleep(1)
