"""Files behind links of a web server.

Belongs here: the links as a place of the contract suite.
Does not belong here: what is special to links (test_http_links.py).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from eurocluster.consortium.sources import HttpSource
from eurocluster.sources.connections import Credentials
from tests.sources.kinds import LOGIN, PASSWORD, Address, Case, ServedFolder
from tests.sources.servers.web_files import WebServer, web_files


class LinksPlace(ServedFolder):
    """All files that are there, each behind a link."""

    cannot: dict[Case, str] = {
        "links": "a web server resolves its links itself; only declared addresses are asked for",
    }

    def __init__(self, server: WebServer) -> None:
        super().__init__(server.folder, server.port)
        self.password = PASSWORD
        self.secrets = (PASSWORD,)
        self._server = server
        self._put: list[str] = []

    def declared(self, address: Address, path: str = "") -> HttpSource:
        names = [f"{path}/nothing.csv"] if path else self._put
        links = tuple(self._server.link(name, address.host) for name in names)
        return HttpSource(kind="http", conn_id="partner", urls=links)

    def missing(self, address: Address) -> HttpSource:
        return self.declared(address, "no-such-folder")

    def credentials(self, address: Address, password: str | None = None) -> Credentials:
        return Credentials(
            "partner",
            host=address.host,
            port=address.port,
            login=LOGIN,
            password=self.password if password is None else password,
            extra={"ca_file": str(self._server.certificate)},
        )

    def listed_as(self, name: str) -> str | None:
        if ".." in name.split("/"):
            return None
        return name.replace("\\", "/").rpartition("/")[2]

    def put(self, name: str, content: bytes) -> None:
        super().put(name, content)
        self._declare(name)

    def put_large(self, name: str, size: int) -> int:
        self._declare(name)
        return super().put_large(name, size)

    def remove(self, name: str) -> None:
        super().remove(name)
        self._put.remove(name)

    def _declare(self, name: str) -> None:
        if name not in self._put:
            self._put.append(name)


@contextmanager
def _http(work: Path) -> Iterator[LinksPlace]:
    # Plain http is declared for 127.0.0.1 alone, and the network that fails is elsewhere.
    with web_files(work, LOGIN, PASSWORD, tls=True) as server:
        yield LinksPlace(server)


PLACES = {"http": _http}
