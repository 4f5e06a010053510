"""The Airflow connection behind a source: host, login and secrets, and how to add one.

Belongs here: what a connector is told about its host; the command that adds a missing connection.
Does not belong here: asking Airflow (airflow/connections.py), what the partners declare.
"""

import json
import re
import shlex
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Final

from eurocluster.sources.protocol import MissingConnection


@dataclass(frozen=True, slots=True)
class Credentials:
    """The fields of an Airflow connection; secrets never show in a representation."""

    conn_id: str
    host: str = ""
    port: int | None = None
    login: str = ""
    password: str = field(default="", repr=False)
    schema: str = ""
    extra: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}), repr=False)


Lookup = Callable[[str], Credentials | None]
"""Returns the connection of an id, None when there is none."""


def no_connections(conn_id: str) -> None:
    """Know none: for a consortium whose registers all lie in folders."""


# Generic: Airflow knows other types only with provider packages that nothing here needs.
_EXAMPLES: Final[dict[str, dict[str, Any]]] = {
    "smb": {"type": "generic", "host": "HOST", "login": "USER", "password": "PASSWORD"},
    "sftp": {
        "type": "generic",
        "host": "HOST",
        "login": "USER",
        "password": "PASSWORD",
        "extra": {"host_key": "ssh-ed25519 AAAA…"},
    },
    "ftps": {"type": "generic", "host": "HOST", "login": "USER", "password": "PASSWORD"},
    "ftp": {"type": "generic", "host": "HOST", "login": "USER", "password": "PASSWORD"},
    "webdav": {
        "type": "generic",
        "host": "HOST",
        "login": "USER",
        "password": "APP_PASSWORD",
        "extra": {"path": "/remote.php/dav/files/USER"},
    },
    "s3": {
        "type": "generic",
        "login": "ACCESS_KEY_ID",
        "password": "SECRET_ACCESS_KEY",
        "extra": {"region_name": "eu-west-1"},
    },
    "azure_blob": {"type": "generic", "login": "ACCOUNT", "password": "ACCOUNT_KEY"},
    "sharepoint": {
        "type": "generic",
        "login": "CLIENT_ID",
        "password": "CLIENT_SECRET",
        "extra": {"tenant_id": "TENANT_ID"},
    },
    "google_drive": {
        "type": "generic",
        "password": "",
        "extra": {"service_account": {"client_email": "…", "private_key": "…"}},
    },
    "imap": {"type": "generic", "host": "HOST", "login": "ADDRESS", "password": "PASSWORD"},
    "http": {"type": "generic", "login": "USER", "password": "PASSWORD"},
    "rest": {"type": "generic", "host": "HOST", "login": "USER", "password": "PASSWORD_OR_TOKEN"},
    "sql": {
        "type": "generic",
        "host": "HOST",
        "login": "READ_ONLY_USER",
        "password": "PASSWORD",
        "schema": "DATABASE",
        "extra": {"drivername": "postgresql+psycopg"},
    },
}


# A single colon: an address of IPv6 has more. A path is where a database listens on this machine.
_NAMES_ONLY: Final = ("smb", "sftp", "ftps", "ftp", "imap", "sql")
_MORE_THAN_A_NAME: Final = re.compile(r"\\|^[^/]+/|^//|^[^:]+:[^:]*$")


def variable_of(conn_id: str) -> str:
    """Return the name of the environment variable that holds a connection."""
    return f"AIRFLOW_CONN_{conn_id.upper()}"


def add_command(kind: str, conn_id: str) -> str:
    """Return the shell command that adds the connection of a kind, with words to be replaced."""
    example = _EXAMPLES[kind]
    options = [
        f"--conn-{name} {shlex.quote(value if isinstance(value, str) else _json(value))}"
        for name, value in example.items()
        if value != ""
    ]
    return f"airflow connections add {shlex.quote(conn_id)} {' '.join(options)}"


def _json(extra: Mapping[str, Any]) -> str:
    return json.dumps(extra, ensure_ascii=False)


def credentials_for(kind: str, conn_id: str, lookup: Lookup) -> Credentials:
    """Return the connection of a source.

    Raises:
        MissingConnection: There is none; the message holds the command that adds it. Or its host
            is written as an address where the kind wants a name.
    """
    found = lookup(conn_id)
    if found is None:
        raise MissingConnection(
            f"connection {conn_id}",
            f"does not exist; add it with: {add_command(kind, conn_id)} (`eurocluster run` asks"
            f" {variable_of(conn_id)} of the environment instead)",
        )
    if kind in _NAMES_ONLY and _MORE_THAN_A_NAME.search(found.host):
        raise MissingConnection(
            f"connection {conn_id}",
            "its host has to be the server's name or address only: no sftp:// or \\\\ before it, no"
            " folder and no port after it, which has a field of its own",
        )
    return found


def extra_of(credentials: Credentials, name: str, kind: str) -> str:
    """Return a field of the connection's extra.

    Raises:
        MissingConnection: It is not there; the message shows a connection that has it.
    """
    found = credentials.extra.get(name)
    if not found:
        raise MissingConnection(
            f"connection {credentials.conn_id}",
            f"its extra lacks {name!r}, as in: {add_command(kind, credentials.conn_id)}",
        )
    return str(found)
