"""A folder of a WebDAV server.

Belongs here: the folder as a place of the contract suite.
Does not belong here: what is special to WebDAV (test_webdav.py).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from eurocluster.consortium.sources import Files, WebDavSource
from eurocluster.sources.connections import Credentials
from tests.sources.kinds import LOGIN, PASSWORD, Address, Case, ServedFolder
from tests.sources.servers.dav import DavServer, wsgidav


class WebDavPlace(ServedFolder):
    """A folder of WsgiDAV."""

    cannot: dict[Case, str] = {}

    def __init__(self, server: DavServer) -> None:
        super().__init__(server.folder, server.port)
        self.password = server.password
        self.secrets = (server.password,)
        self._server = server

    def declared(self, address: Address, path: str = "") -> WebDavSource:
        return WebDavSource(
            kind="webdav", conn_id="partner", path=path, files=Files(include=("*",))
        )

    def missing(self, address: Address) -> WebDavSource:
        return self.declared(address, "no-such-folder")

    def credentials(self, address: Address, password: str | None = None) -> Credentials:
        proof = self._server.certificate
        return Credentials(
            "partner",
            host=address.host,
            port=address.port,
            login=self._server.login,
            password=self.password if password is None else password,
            schema="https" if proof else "http",
            extra={"path": self._server.path, **({"ca_file": str(proof)} if proof else {})},
        )


@contextmanager
def _webdav(work: Path) -> Iterator[WebDavPlace]:
    with wsgidav(work, LOGIN, PASSWORD) as server:
        yield WebDavPlace(server)


PLACES = {"webdav": _webdav}
