"""A folder of Google Drive, by a Drive of our own: the real one cannot be had in a test.

Belongs here: the folder as a place of the contract suite.
Does not belong here: what is special to Drive, as sheets and shortcuts (test_google_drive.py).
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from eurocluster.consortium.sources import Files, GoogleDriveSource
from eurocluster.sources.connections import Credentials
from tests.sources.kinds import Address, Case, any_bytes
from tests.sources.servers.drive import ACCOUNT, ROOT, DriveServer, drive


class GoogleDrivePlace:
    """The one folder of our Drive. A name that leads upwards is one name: Drive allows slashes."""

    data_ports: tuple[int, ...] = ()
    folder = None
    cannot: dict[Case, str] = {
        "unicode_password": "a service account has a key, no password",
        "links": "shortcuts lead anywhere and are left out: test_google_drive.py",
    }

    def __init__(self, server: DriveServer, home: Path) -> None:
        self.port = server.port
        self.content_ports = (server.port,)
        self.home = home
        self.password = server.private_key
        self.secrets = tuple(server.private_key.splitlines()[1:-1])
        self._server = server

    def declared(self, address: Address, path: str = "") -> GoogleDriveSource:
        return self._declared(self._server.folder(path) if path else ROOT)

    def missing(self, address: Address) -> GoogleDriveSource:
        return self._declared("1NoSuchFolder")

    def credentials(self, address: Address, password: str | None = None) -> Credentials:
        base = f"http://{address.host}:{address.port}"
        key = self.password if password is None else _another_key()
        return Credentials(
            "partner",
            extra={
                "service_account": {"client_email": ACCOUNT, "private_key": key},
                "endpoint": f"{base}/drive/v3",
                "token_url": f"{base}/token",
            },
        )

    def listed_as(self, name: str) -> str | None:
        return name.replace("/", "_") if ".." in name.split("/") else name

    def content(self, size: int, seed: int) -> bytes:
        return any_bytes(size, seed)

    def put(self, name: str, content: bytes) -> None:
        self._server.put(self._own_name(name), content, self._parent(name))

    def put_large(self, name: str, size: int) -> int:
        id_ = self._server.put(name, b"")
        with self._server.content(id_).open("wb") as file:
            file.truncate(size)
        self._server.describe(id_, name, ROOT, "text/csv")
        return size

    def grow(self, name: str) -> None:
        id_ = self._server.find(self._own_name(name), self._parent(name))
        assert id_ is not None
        with self._server.content(id_).open("ab") as file:
            file.write(os.urandom(1 << 20))
        self._server.describe(id_, self._own_name(name), self._parent(name), "text/csv")

    def remove(self, name: str) -> None:
        id_ = self._server.find(self._own_name(name), self._parent(name))
        assert id_ is not None
        self._server.remove(id_)

    def _own_name(self, name: str) -> str:
        return name if ".." in name.split("/") else name.rpartition("/")[2]

    def _parent(self, name: str) -> str:
        parent = ROOT
        if self._own_name(name) != name:
            for folder in name.split("/")[:-1]:
                parent = self._server.folder(folder, parent)
        return parent

    def _declared(self, folder: str) -> GoogleDriveSource:
        return GoogleDriveSource(
            kind="google_drive", conn_id="partner", folder_id=folder, files=Files(include=("*",))
        )


def _another_key() -> str:
    key = generate_private_key(public_exponent=65537, key_size=2048)
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


@contextmanager
def _google_drive(work: Path) -> Iterator[GoogleDrivePlace]:
    with drive(work) as server:
        yield GoogleDrivePlace(server, work)


PLACES = {"google_drive": _google_drive}
