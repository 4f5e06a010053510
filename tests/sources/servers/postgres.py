"""PostgreSQL: one database, an owner who fills it and a login that may read what it is granted.

Belongs here: its start, its two logins.
Does not belong here: tables and what is in them (kinds/sql.py, test_sql.py).
"""

import os
import shutil
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
from psycopg import sql

from tests.sources.servers.certificates import certificate
from tests.sources.servers.processes import LOOPBACK, START_SECONDS, free_port, running

DATABASE = "partner"
OWNER = "owner"
_NOBODY = 65534  # it refuses to run as root
_SETTINGS = {
    "fsync": "off",
    "full_page_writes": "off",
    "shared_buffers": "32MB",
    "ssl": "on",
    "ssl_cert_file": "tls.crt",
    "ssl_key_file": "tls.key",
    "timezone": "Europe/Athens",
    "unix_socket_directories": "",
}


@dataclass(frozen=True)
class Postgres:
    """A running server."""

    port: int
    ca_file: Path
    login: str
    password: str = field(repr=False)

    @contextmanager
    def owner(self) -> Iterator[psycopg.Connection]:
        """Sign in as the owner of the database; what is done is kept."""
        with psycopg.connect(
            host=LOOPBACK, port=self.port, dbname=DATABASE, user=OWNER, password=self.password
        ) as connection:
            yield connection

    def do(self, *statements: str) -> None:
        """Run statements as the owner."""
        with self.owner() as connection:
            for statement in statements:
                connection.execute(statement.encode())


@contextmanager
def postgres(work: Path, login: str, password: str) -> Iterator[Postgres]:
    """Run the server until the block ends."""
    data = work / "data"
    data.mkdir()
    secret = work / "password"
    secret.write_text(password, encoding="utf-8")
    certificate(work)
    for path in (data, secret):
        _give_away(path)
    subprocess.run(
        [
            *_as_nobody(),
            *_program("initdb", "-D", str(data), "-U", OWNER, "-E", "UTF8", "--no-sync"),
            *("--locale=C.UTF-8", "-A", "scram-sha-256", f"--pwfile={secret}"),
        ],
        check=True,
        capture_output=True,
    )
    for name in ("tls.crt", "tls.key"):
        shutil.copy(work / name, data / name)
        (data / name).chmod(0o600)
        _give_away(data / name)
    port = free_port()
    settings = [f"--{name}={value}" for name, value in _SETTINGS.items()]
    server = _program("postgres", "-D", str(data), "-h", LOOPBACK, "-p", str(port))
    command = [*_as_nobody(), *server, *settings]
    with running(command, port, work / "postgres.log"):
        _wait_until_it_lets_in(port)
        _make_login(port, login, password)
        yield Postgres(port, work / "tls.crt", login, password)


def _wait_until_it_lets_in(port: int) -> None:
    ready = [*_program("pg_isready", "-q", "-h", LOOPBACK, "-p", str(port))]
    end = time.monotonic() + START_SECONDS
    while subprocess.run(ready).returncode != 0:
        if time.monotonic() > end:
            raise TimeoutError("PostgreSQL does not let anybody in")
        time.sleep(0.05)


def _make_login(port: int, login: str, password: str) -> None:
    owner = {"host": LOOPBACK, "port": port, "user": OWNER, "password": password}
    with psycopg.connect(**owner, dbname="postgres", autocommit=True) as connection:  # type: ignore[arg-type]
        role = sql.SQL("CREATE ROLE {} LOGIN PASSWORD {}")
        connection.execute(role.format(sql.Identifier(login), sql.Literal(password)))
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(DATABASE)))


def _program(name: str, *arguments: str) -> Sequence[str]:
    """Find a program where Debian has it: not on the path, in a folder per version."""
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda folder: folder.parent)
    return [str(folders[-1] / name) if folders else name, *arguments]


def _as_nobody() -> Sequence[str]:
    if os.geteuid() != 0:
        return []
    return ["setpriv", f"--reuid={_NOBODY}", f"--regid={_NOBODY}", "--clear-groups"]


def _give_away(path: Path) -> None:
    if os.geteuid() == 0:
        os.chown(path, _NOBODY, _NOBODY)
