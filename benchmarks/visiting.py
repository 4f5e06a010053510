"""Fifty people at once in the portal, inside Airflow's own api-server, in a child.

    python -m benchmarks.visiting HOME DATA SECONDS

Each asks for a page, reads it, and asks for the next one a second later on average: faster than
anybody clicks. The server is a process of its own. Seeds are fixed; what a page is asked for
varies as people vary it.

Belongs here: the server, the visitors, milliseconds and memory.
Does not belong here: making the warehouse (stored, building), targets (subjects).
"""

import asyncio
import json
import os
import random
import secrets
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import urlencode

import httpx
import psutil

from benchmarks.delivering import SECRET
from benchmarks.measuring import finish

PEOPLE: Final = 50
PAUSE: Final = 1.0
_SECONDS_TO_START: Final = 240
_USER: Final = "coordinator"

SCOREBOARDS: Final = tuple(
    f"/?period={period}&policy={policy}"
    for period in ("all", "RP1", "RP2")
    for policy in ("reported", "potential", "conservative")
)
KPIS: Final = tuple(
    f"/kpis/{kpi}{asked}"
    for kpi in ("4a.M1", "4a.O3", "4b.M1", "4b.O2", "4b.O3")
    for asked in ("", "?period=RP1", "?partner=p007", "?page=2")
)
QUERIES: Final = (
    "select * from kpis.kpi_scoreboard",
    "select kpi, period, value from kpis.kpi_values where measure = 'new' order by all",
    "select * from quality.completeness order by partner, register limit 200",
    "select code, count(*) from quality.findings group by code order by 2 desc",
    "select org_type, country, count(*) from core.dim_organisations group by all order by 3 desc",
    "select fate, count(*) from evidence.row_fates where kpi = '4b.O2' group by fate",
    "select reported_by, count(*) from evidence.row_fates where kpi = '4b.O3' and fate = 'counted'"
    " group by 1 order by 2 desc",
    "select reported_by, count(distinct unit) from evidence.counted_units where kpi = '4a.M1'"
    " group by 1 order by 2 desc",
    *(
        f"select * from quality.deliveries where partner = 'p{number:03}' order by received_at"  # noqa: S608
        for number in range(12)
    ),
)
ADDRESSES: Final = {
    "scoreboard": SCOREBOARDS,
    "KPI page": KPIS,
    "Explore": tuple(f"/explore?{urlencode({'sql': query})}" for query in QUERIES),
}
_FIRST: Final = {
    "scoreboard": "/",
    "KPI page": "/kpis/4b.O2?period=RP2",
    "Explore": f"/explore?{urlencode({'sql': 'table core.dim_partners'})}",
}
_HURRIED_SECONDS: Final = 10.0
_FINE: Final = 200


@dataclass(frozen=True, slots=True)
class Visit:
    """One answer: when it was asked for (seconds of the run), how long it took, what it was."""

    page: str
    address: str
    began: float
    milliseconds: float
    status: int


def main(home: Path, data: Path, seconds: float) -> None:
    """Serve, visit, and say what was seen."""
    with _served(home, data) as (address, token, server):
        headers = {"Authorization": f"Bearer {token}"}
        began = _memory(server)
        first = asyncio.run(_first(address, headers))
        visits, peak = asyncio.run(_visit(address, headers, seconds, PAUSE, server))
        hurried, later = asyncio.run(_visit(address, headers, _HURRIED_SECONDS, 0.0, server))
        ended = _memory(server)
    finish(
        **_times("p95", visits, 95),
        **_times("median", visits, 50),
        **_times("longest", visits, 100),
        **_times("hurried p95", hurried, 95),
        **_times("first, alone:", first, 100),
        errors=float(sum(visit.status != _FINE for visit in visits + hurried)),
        per_second=len(visits) / seconds,
        hurried_per_second=len(hurried) / _HURRIED_SECONDS,
        memory_began=began,
        memory_peak=max(peak, later),
        memory_ended=ended,
    )


async def _first(address: str, headers: dict[str, str]) -> list[Visit]:
    """Wake Airflow up, then ask for one page of each kind that nobody has asked for before."""
    visits = []
    async with httpx.AsyncClient(timeout=120, headers=headers) as client:
        (await client.get(f"{address}/api/v2/version")).raise_for_status()
        for page, path in _FIRST.items():
            visits.append(await _ask(client, f"{address}/eurocluster", page, path, 0.0))
    return visits


async def _visit(
    address: str, headers: dict[str, str], seconds: float, pause: float, server: psutil.Process
) -> tuple[list[Visit], float]:
    """Return what fifty people saw, and the most memory that the server held."""
    visits: list[Visit] = []
    peak = 0.0
    start = time.perf_counter()
    end = start + seconds

    async def person(number: int, client: httpx.AsyncClient) -> None:
        chance = random.Random(number)  # noqa: S311 - the same visits every time
        await asyncio.sleep(chance.random() * pause)
        while time.perf_counter() < end:
            page = chance.choice(list(ADDRESSES))
            path = chance.choice(ADDRESSES[page])
            visits.append(await _ask(client, f"{address}/eurocluster", page, path, start))
            await asyncio.sleep(chance.uniform(0.5, 1.5) * pause)

    async with httpx.AsyncClient(
        timeout=60, headers=headers, limits=httpx.Limits(max_connections=PEOPLE)
    ) as client:
        people = [asyncio.create_task(person(number, client)) for number in range(PEOPLE)]
        while time.perf_counter() < end:
            peak = max(peak, await asyncio.to_thread(_memory, server))
            await asyncio.sleep(1)
        await asyncio.gather(*people)
    return visits, peak


async def _ask(client: httpx.AsyncClient, portal: str, page: str, path: str, start: float) -> Visit:
    began = time.perf_counter()
    try:
        status = (await client.get(portal + path)).status_code
    except httpx.HTTPError:
        status = 0
    return Visit(page, path, began - start, 1000 * (time.perf_counter() - began), status)


def _times(name: str, visits: list[Visit], share: int) -> dict[str, float]:
    """Return what so many of a hundred answers took at most, page by page."""
    return {
        f"{name} {page}": _percentile([v.milliseconds for v in visits if v.page == page], share)
        for page in ADDRESSES
    }


def _percentile(times: list[float], share: int) -> float:
    in_order = sorted(times)
    return in_order[min(len(in_order) - 1, len(in_order) * share // 100)]


def _memory(server: psutil.Process) -> float:
    """Return megabytes of the server and its children, shared pages once each."""
    held = 0
    for process in (server, *server.children(recursive=True)):
        try:
            held += process.memory_full_info().pss
        except psutil.NoSuchProcess:
            continue
    return held / 1e6


@contextmanager
def _served(home: Path, data: Path) -> Iterator[tuple[str, str, psutil.Process]]:
    """Start Airflow's api-server with the portal in it, sign in, and stop it at the end."""
    from cryptography.fernet import Fernet

    from eurocluster.airflow.environment import local_environment

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    address, live = f"http://127.0.0.1:{port}", data / "airflow"
    live.mkdir(exist_ok=True)
    passwords = live / "passwords.json"
    environment = {
        **os.environ,
        **local_environment(live),
        "EUROCLUSTER_HOME": str(home),
        "EUROCLUSTER_DATA": str(data),
        "EUROCLUSTER_SECRET": SECRET.decode(),
        "AIRFLOW__API__HOST": "127.0.0.1",
        "AIRFLOW__API__PORT": str(port),
        "AIRFLOW__API__BASE_URL": address,
        "AIRFLOW__API__SECRET_KEY": secrets.token_hex(32),
        "AIRFLOW__API_AUTH__JWT_SECRET": secrets.token_hex(64),
        "AIRFLOW__CORE__FERNET_KEY": Fernet.generate_key().decode(),
        "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_USERS": f"{_USER}:admin",
        "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE": str(passwords),
        "AIRFLOW__LOGGING__LOGGING_LEVEL": "WARNING",
    }
    with (live / "api-server.log").open("wb") as log:
        prepare = [sys.executable, "-m", "eurocluster.airflow.environment"]
        subprocess.run(prepare, env=environment, check=True, stdout=log, stderr=log)
        server = subprocess.Popen(
            [sys.executable, "-m", "airflow", "api-server", "--apps", "core"],
            env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
            start_new_session=True,
        )  # fmt: skip
    try:
        _wait(f"{address}/api/v2/version", server)
        sent = {"username": _USER, "password": json.loads(passwords.read_text())[_USER]}
        answer = httpx.post(f"{address}/auth/token", json=sent, timeout=60)
        yield address, answer.json()["access_token"], psutil.Process(server.pid)
    finally:
        server.terminate()
        try:
            server.wait(60)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def _wait(url: str, server: "subprocess.Popen[bytes]") -> None:
    end = time.monotonic() + _SECONDS_TO_START
    while time.monotonic() < end and server.poll() is None:
        try:
            httpx.get(url, timeout=5).raise_for_status()
        except httpx.HTTPError:
            time.sleep(0.3)
        else:
            return
    raise RuntimeError("Airflow's api-server did not start.")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), float(sys.argv[3]))
