"""Airflow's api-server as it is in life, with the portal in it: one per auth manager."""

import json
import os
import secrets
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from cryptography.fernet import Fernet

from eurocluster.airflow.environment import local_environment
from eurocluster.settings import ROOT

ROLES = ("viewer", "steward", "coordinator")
PASSWORD = "a-password-for-tests"
SECONDS_TO_START = 240

PREPARED = {
    "simple": "from eurocluster.airflow.environment import prepare_metadata; prepare_metadata()",
    "fab": f"""
from eurocluster.airflow.environment import prepare_metadata
prepare_metadata()
from eurocluster.airflow.roles import create_roles
create_roles()
assert set(create_roles().values()) == {{0}}  # whoever runs it again changes nothing
from airflow.providers.fab.auth_manager.cli_commands.utils import get_application_builder
with get_application_builder() as builder:
    for name in {ROLES!r}:
        made = builder.sm.add_user(
            username=name, first_name=name, last_name="Testa", email=name + "@example.org",
            role=builder.sm.find_role(name.title()), password={PASSWORD!r})
        assert made, name
""",
}


@dataclass
class Server:
    """An api-server on loopback, and how to sign in there."""

    kind: str
    address: str
    passwords: dict[str, str]
    data: Path
    process: subprocess.Popen[bytes]

    def token(self, name: str) -> str:
        answer = httpx.post(
            f"{self.address}/auth/token",
            json={"username": name, "password": self.passwords[name]},
            timeout=60,
        )
        answer.raise_for_status()
        return str(answer.json()["access_token"])


def start(kind: str, folder: Path, data: Path, home: Path) -> Server:
    """Start an api-server whose auth manager is ``kind``, on the published state in ``data``."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    users = ",".join(
        f"{name}:{role}" for name, role in zip(ROLES, ("viewer", "user", "admin"), strict=True)
    )
    kept = folder / "passwords.json"
    manager = {
        "simple": "airflow.api_fastapi.auth.managers.simple.simple_auth_manager.SimpleAuthManager",
        "fab": "eurocluster.airflow.fab_by_name.FabByName",
    }[kind]
    environment = {
        **{key: value for key, value in os.environ.items() if not key.startswith("AIRFLOW")},
        **local_environment(folder),
        "EUROCLUSTER_HOME": str(home),
        "EUROCLUSTER_DATA": str(data),
        "AIRFLOW__API__HOST": "127.0.0.1",
        "AIRFLOW__API__PORT": str(port),
        "AIRFLOW__API__BASE_URL": f"http://127.0.0.1:{port}",
        "AIRFLOW__API__SECRET_KEY": secrets.token_hex(32),
        "AIRFLOW__API_AUTH__JWT_SECRET": secrets.token_hex(64),
        "AIRFLOW__CORE__FERNET_KEY": Fernet.generate_key().decode(),
        "AIRFLOW__CORE__AUTH_MANAGER": manager,
        "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_USERS": users,
        "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE": str(kept),
        "AIRFLOW__LOGGING__LOGGING_LEVEL": "WARNING",
        "AIRFLOW__FAB__AUTH_RATE_LIMITED": "False",
        "AIRFLOW_API_APPS": "core",
    }
    subprocess.run(
        [sys.executable, "-c", PREPARED[kind]], env=environment, cwd=ROOT, check=True,
        capture_output=True,
    )  # fmt: skip
    log = (folder / "api-server.log").open("wb")
    process = subprocess.Popen(
        [sys.executable, "-m", "airflow", "api-server", "--apps", "core"],
        env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
    )  # fmt: skip
    address = f"http://127.0.0.1:{port}"
    end = time.monotonic() + SECONDS_TO_START
    while not _answers(f"{address}/api/v2/version"):
        said = (folder / "api-server.log").read_text(errors="replace")
        assert process.poll() is None, said
        assert time.monotonic() < end, said
        time.sleep(0.3)
    passwords = json.loads(kept.read_text()) if kind == "simple" else dict.fromkeys(ROLES, PASSWORD)
    return Server(kind, address, passwords, data, process)


def stop(server: Server) -> None:
    """Stop what :func:`start` has started."""
    server.process.terminate()
    try:
        server.process.wait(30)
    except subprocess.TimeoutExpired:
        server.process.kill()
        server.process.wait()


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5):
            return True
    except (OSError, urllib.error.URLError):
        return False


@pytest.fixture(scope="module")
def example_data(tmp_path_factory: pytest.TempPathFactory, example_night: Path) -> Path:
    """A state folder of the example consortium after one night, to do with as one likes."""
    data = tmp_path_factory.mktemp("portal") / "state"
    shutil.copytree(example_night, data, symlinks=True)
    return data


@pytest.fixture(scope="module", params=["simple", "fab"])
def server(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, example_data: Path
) -> Iterator[Server]:
    """An api-server with each of the two auth managers in turn."""
    started = start(
        request.param,
        tmp_path_factory.mktemp(request.param),
        example_data,
        ROOT / "examples" / "eurocluster",
    )
    yield started
    stop(started)
