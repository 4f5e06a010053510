"""WsgiDAV, a WebDAV server, at a path like Nextcloud's.

Belongs here: its configuration, its start.
Does not belong here: what is asked of the connector.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import yaml

from tests.sources.servers.certificates import certificate
from tests.sources.servers.processes import LOOPBACK, free_port, running


@dataclass(frozen=True)
class DavServer:
    """A running WebDAV server, the folder that it serves, and the path at which it does."""

    folder: Path
    path: str
    port: int
    login: str
    password: str
    certificate: Path | None
    log: Path


@contextmanager
def wsgidav(work: Path, login: str, password: str, *, tls: bool = False) -> Iterator[DavServer]:
    """Run WsgiDAV on a new folder."""
    folder = work / "served"
    folder.mkdir()
    port = free_port()
    path = f"/remote.php/dav/files/{login}"
    proof = certificate(work) if tls else None
    configuration = {
        "host": LOOPBACK,
        "port": port,
        "server": "cheroot",
        "server_args": {"numthreads": 8},
        "provider_mapping": {path: str(folder)},
        "simple_dc": {"user_mapping": {"*": {login: {"password": password}}}},
        "http_authenticator": {
            "accept_basic": True,
            "accept_digest": False,
            "default_to_digest": False,
        },
        "dir_browser": {"enable": False},
        "verbose": 1,
        **({"ssl_certificate": str(proof), "ssl_private_key": str(proof)} if proof else {}),
    }
    written = work / "wsgidav.yaml"
    written.write_text(yaml.safe_dump(configuration), encoding="utf-8")
    log = work / "wsgidav.log"
    with running([Path(sys.executable).with_name("wsgidav"), "-c", written], port, log):
        yield DavServer(folder, path, port, login, password, proof, log)
