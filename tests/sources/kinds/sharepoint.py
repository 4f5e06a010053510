"""A document library, by a Graph of our own: the real one cannot be had in a test.

Belongs here: the library as a place of the contract suite.
Does not belong here: what is special to Graph (test_sharepoint.py).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from eurocluster.consortium.sources import Files, SharePointSource
from eurocluster.sources.connections import Credentials
from tests.sources.kinds import Address, Case, ServedFolder
from tests.sources.servers.graph import CLIENT, DRIVE, PASSWORD, TENANT, GraphServer, graph

_NOT_IN_NAMES = frozenset('"*:<>?\\|\x00')


class SharePointPlace(ServedFolder):
    """The one drive of our Graph."""

    password = PASSWORD
    secrets = (PASSWORD, "tempauth")
    cannot: dict[Case, str] = {"links": "a library holds no links; shortcuts: test_sharepoint.py"}

    def __init__(self, server: GraphServer) -> None:
        super().__init__(server.folder, server.port)

    def declared(self, address: Address, path: str = "") -> SharePointSource:
        return self._declared(DRIVE, path)

    def missing(self, address: Address) -> SharePointSource:
        return self._declared("b!no-such-drive", "")

    def credentials(self, address: Address, password: str | None = None) -> Credentials:
        base = f"http://{address.host}:{address.port}"
        return Credentials(
            "partner",
            login=CLIENT,
            password=self.password if password is None else password,
            extra={
                "tenant_id": TENANT,
                "endpoint": f"{base}/v1.0",
                "token_url": f"{base}/{TENANT}/oauth2/v2.0/token",
            },
        )

    def listed_as(self, name: str) -> str | None:
        return None if _NOT_IN_NAMES & set(name) or ".." in name.split("/") else name

    def _declared(self, drive: str, path: str) -> SharePointSource:
        return SharePointSource(
            kind="sharepoint",
            conn_id="partner",
            drive_id=drive,
            path=path,
            files=Files(include=("*",)),
        )


@contextmanager
def _sharepoint(work: Path) -> Iterator[SharePointPlace]:
    with graph(work) as server:
        yield SharePointPlace(server)


PLACES = {"sharepoint": _sharepoint}
