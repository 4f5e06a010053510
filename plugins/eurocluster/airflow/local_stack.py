"""Airflow with a scheduler and its web page, on this machine, for one person: ``make up``.

Belongs here: starting and stopping the four components on loopback, with SQLite, LocalExecutor
and Airflow's simple log-in; running an ``airflow`` command beside them.
Does not belong here: production (docker-compose.yml).
"""

import argparse
import contextlib
import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import psutil

from eurocluster.airflow.environment import local_environment
from eurocluster.settings import ROOT, Settings, load_settings

# serve-logs would listen on every interface; the web page reads the log files itself.
COMPONENTS = {
    "api-server": ["api-server"],
    "scheduler": ["scheduler", "--skip-serve-logs"],
    "dag-processor": ["dag-processor"],
    "triggerer": ["triggerer", "--skip-serve-logs"],
}
USERS = {"coordinator": "admin", "steward": "user", "viewer": "viewer"}
"""Name → role of Airflow's simple log-in, which knows no rights of single DAGs."""
USER = "coordinator"
FIRST_PORT = 8080
SECONDS_TO_START = 300
SECONDS_TO_STOP = 30


class StackError(RuntimeError):
    """The stack cannot start or stop; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Component:
    """One process of ours: its id, and when it began, so that a reused id is never stopped."""

    name: str
    pid: int
    started: float
    port: int

    def process(self) -> psutil.Process | None:
        """Return the process when it still runs and is the one that was started."""
        with contextlib.suppress(psutil.NoSuchProcess):
            found = psutil.Process(self.pid)
            same = abs(found.create_time() - self.started) < 2  # seconds; the clock may be set
            if same and found.status() != psutil.STATUS_ZOMBIE:
                return found
        return None


def main(arguments: list[str] | None = None) -> int:
    """Start, stop, or run an airflow command; return 0 when it worked, 1 otherwise."""
    parser = argparse.ArgumentParser(description="Airflow on this machine.")
    commands = parser.add_subparsers(dest="command", required=True)
    starting = commands.add_parser("up", help="start it")
    starting.add_argument("--port", type=int, help="default: the first free one from 8080")
    commands.add_parser("down", help="stop what 'up' started")
    running = commands.add_parser("airflow", help="run an airflow command with the same settings")
    running.add_argument("arguments", nargs=argparse.REMAINDER)
    options = parser.parse_args(arguments)
    stack = LocalStack(load_settings())
    try:
        match options.command:
            case "up":
                _say(*stack.up(options.port))
            case "down":
                _say(*stack.down())
            case _:
                return stack.call(options.arguments)
    except StackError as error:
        _say(str(error))
        return 1
    return 0


class LocalStack:
    """The components of one state folder; their state lies in ``airflow/live`` below it."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._home = settings.data / "airflow" / "live"
        self._kept = self._home / "components.json"
        self._passwords = self._home / "passwords.json"

    def up(self, port: int | None) -> list[str]:
        """Start what does not run yet; return what a person needs to know.

        Raises:
            StackError: The port is taken, or a component did not become healthy.
        """
        components = self._components()
        if len(components) == len(COMPONENTS):
            return ["Airflow runs already.", *self._directions(components[0].port)]
        if components:
            self.down()
        chosen = _free_port(port)
        environment = self.environment(chosen)
        self._prepare(environment)
        try:
            self._start_all(environment, chosen)
        except BaseException:
            self.down()
            raise
        return ["Airflow runs.", *self._directions(chosen)]

    def down(self) -> list[str]:
        """Stop the components that ``up`` started, and their children; return what was done."""
        components = self._components()
        processes = [found for component in components if (found := component.process())]
        everything = [*processes, *_children(processes)]
        for process in processes:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.send_signal(signal.SIGTERM)
        _, stubborn = psutil.wait_procs(everything, timeout=SECONDS_TO_STOP)
        for process in stubborn:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.kill()
        self._kept.unlink(missing_ok=True)
        return ["Airflow stopped." if components else "Airflow was not running."]

    def call(self, arguments: list[str]) -> int:
        """Run an airflow command with the settings of the components; return its exit code.

        Raises:
            StackError: Airflow's tables could not be made.
        """
        port = next((component.port for component in self._components()), FIRST_PORT)
        environment = self.environment(port)
        if not (self._home / "airflow.db").exists():
            self._prepare(environment)
        return subprocess.call(_airflow(*arguments), env=environment)

    def environment(self, port: int) -> dict[str, str]:
        """Return the environment of every component and of commands beside them."""
        return {
            **os.environ,
            **local_environment(self._home),
            **self._keys(),
            "EUROCLUSTER_HOME": str(self._settings.home),
            "EUROCLUSTER_DATA": str(self._settings.data),
            "AIRFLOW__API__HOST": "127.0.0.1",
            "AIRFLOW__API__PORT": str(port),
            "AIRFLOW__API__BASE_URL": f"http://127.0.0.1:{port}",
            "AIRFLOW__CORE__EXECUTION_API_SERVER_URL": f"http://127.0.0.1:{port}/execution/",
            "AIRFLOW__CORE__DAGS_ARE_PAUSED_AT_CREATION": "False",
            "AIRFLOW__CORE__PARALLELISM": "8",
            "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_USERS": ",".join(
                f"{name}:{role}" for name, role in USERS.items()
            ),
            "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE": str(self._passwords),
            "AIRFLOW__DAG_PROCESSOR__REFRESH_INTERVAL": "10",
            "AIRFLOW__SCHEDULER__SCHEDULER_IDLE_SLEEP_TIME": "0.1",
        }

    def _prepare(self, environment: dict[str, str]) -> None:
        with self._log("prepare").open("w") as output:
            prepared = subprocess.call(
                [sys.executable, "-m", "eurocluster.airflow.environment"],
                env=environment, stdout=output, stderr=output,
            )  # fmt: skip
        if prepared != 0:
            raise StackError(f"Airflow's tables could not be made: see {self._log('prepare')}")

    def _keys(self) -> dict[str, str]:
        """Return the keys of this stack, made once and kept readable by their owner only."""
        path = self._home / "keys.json"
        if not path.exists():
            from cryptography.fernet import Fernet

            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            path.touch(mode=0o600)
            path.write_text(
                json.dumps(
                    {
                        "AIRFLOW__CORE__FERNET_KEY": Fernet.generate_key().decode(),
                        "AIRFLOW__API__SECRET_KEY": secrets.token_hex(32),
                        "AIRFLOW__API_AUTH__JWT_SECRET": secrets.token_hex(64),
                    }
                )
            )
        keys: dict[str, str] = json.loads(path.read_text())
        return keys

    def _components(self) -> list[Component]:
        """Return the components of the last ``up`` that still run."""
        if not self._kept.exists():
            return []
        kept = [Component(**fields) for fields in json.loads(self._kept.read_text())]
        return [component for component in kept if component.process()]

    def _start_all(self, environment: dict[str, str], port: int) -> None:
        """Start the components; the rest only when the Execution API, built on demand, answers."""
        base = f"http://127.0.0.1:{port}"
        started: list[Component] = []
        for name, command in COMPONENTS.items():
            started.append(self._start(name, command, environment, port))
            self._kept.write_text(json.dumps([asdict(component) for component in started]))
            if name == "api-server":
                self._wait_for(started, lambda: _get(f"{base}/execution/health") is not None)
        self._wait_for(started, lambda: _healthy(_get(f"{base}/api/v2/monitor/health")))
        self._wait_for(started, lambda: self._parsed(base))

    def _start(
        self, name: str, command: list[str], environment: dict[str, str], port: int
    ) -> Component:
        with self._log(name).open("w") as output:
            process = subprocess.Popen(
                _airflow(*command), env=environment, stdin=subprocess.DEVNULL, stdout=output,
                stderr=subprocess.STDOUT, start_new_session=True, umask=0o077,
            )  # fmt: skip
        return Component(name, process.pid, psutil.Process(process.pid).create_time(), port)

    def _wait_for(self, components: list[Component], ready: Callable[[], bool]) -> None:
        end = time.monotonic() + SECONDS_TO_START
        while not ready():
            for component in components:
                if component.process() is None:
                    raise StackError(f"{component.name} ended: see {self._log(component.name)}")
            if time.monotonic() > end:
                raise StackError(f"Not ready after {SECONDS_TO_START} s: see {self._home}")
            time.sleep(0.5)

    def _parsed(self, base: str) -> bool:
        """Return whether the DAG files are read, well or with an error that the page shows."""
        password = json.loads(self._passwords.read_text())[USER]
        answer = _get(f"{base}/auth/token", sent={"username": USER, "password": password}) or {}
        counts = [
            (_get(f"{base}/api/v2/{what}", token=answer.get("access_token")) or {})
            for what in ("dags", "importErrors")
        ]
        files = len(list((ROOT / "dags").glob("*.py")))
        parsed: int = sum(count.get("total_entries", 0) for count in counts)
        return parsed >= files

    def _log(self, name: str) -> Path:
        return self._home / f"{name}.log"

    def _directions(self, port: int) -> list[str]:
        return [
            f"  open      http://127.0.0.1:{port}/plugin/kpis",
            f"  users     {', '.join(USERS)}; passwords in {self._passwords}",
            f"  logs      {self._home}",
            "  stop      make down",
        ]


def _airflow(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "airflow", *arguments]


def _children(processes: list[psutil.Process]) -> list[psutil.Process]:
    children = []
    for process in processes:
        with contextlib.suppress(psutil.NoSuchProcess):
            children.extend(process.children(recursive=True))
    return children


def _free_port(wanted: int | None) -> int:
    for port in [wanted] if wanted else range(FIRST_PORT, FIRST_PORT + 50):
        with contextlib.suppress(OSError), socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(("127.0.0.1", port))
            return port
    raise StackError(f"Port {wanted or FIRST_PORT} is taken: make up PORT=<another>")


def _get(
    url: str, *, sent: dict[str, str] | None = None, token: str | None = None
) -> dict[str, Any] | None:
    """Return the JSON that ``url`` answers with, None as long as it does not answer well."""
    headers = {"Content-Type": "application/json"}
    if token:
        headers["Authorization"] = f"Bearer {token}"
    body = None if sent is None else json.dumps(sent).encode()
    request = urllib.request.Request(url, body, headers)  # noqa: S310 - loopback
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310
            found: dict[str, Any] = json.load(answer)
            return found
    except (OSError, ValueError):
        return None


def _healthy(health: dict[str, Any] | None) -> bool:
    return health is not None and all(part["status"] == "healthy" for part in health.values())


def _say(*lines: str) -> None:
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    sys.exit(main())
