"""``make up`` and ``make down`` for real: four components, one run under the scheduler, no rest."""

import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psutil
import pytest

from eurocluster.consortium.declarations import load_consortium
from eurocluster.settings import ROOT

pytestmark = pytest.mark.nightly

HOME = ROOT / "examples" / "eurocluster"
SECONDS_FOR_A_RUN = 600  # a night that is due may run before it


class Stack:
    """A stack on a port of its own, spoken to as its page does."""

    def __init__(self, data: Path) -> None:
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

    def log_in(self) -> None:
        password = json.loads((self.live / "passwords.json").read_text())["coordinator"]
        answer = self.call("/auth/token", {"username": "coordinator", "password": password})
        self._token = answer["access_token"]

    def call(self, path: str, sent: dict[str, Any] | None = None) -> dict[str, Any]:
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}{path}",
            data=None if sent is None else json.dumps(sent).encode(),
            headers={"Content-Type": "application/json", "Authorization": f"Bearer {self._token}"},
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


def test_a_run_that_a_coordinator_triggers_succeeds_under_the_scheduler(stack):
    partner = load_consortium(HOME).partners[0].partner
    runs = "/api/v2/dags/refresh_kpis/dagRuns"
    chosen = {"logical_date": None, "conf": {"partners": [partner]}}
    run = quote(stack.call(runs, chosen)["dag_run_id"])
    end = time.monotonic() + SECONDS_FOR_A_RUN
    while (state := stack.call(f"{runs}/{run}")["state"]) in {"queued", "running"}:
        assert time.monotonic() < end, state
        time.sleep(1)
    tasks = stack.call(f"{runs}/{run}/taskInstances")["task_instances"]
    states = {(task["task_id"], task["rendered_map_index"]): task["state"] for task in tasks}
    assert state == "success", states
    assert states["ingest", partner] == "success"


def test_down_leaves_no_process_behind(stack):
    processes = stack.processes()
    stopped = stack.command("down")
    assert stopped.stdout == "Airflow stopped.\n"
    assert [process for process in processes if process.is_running()] == []
