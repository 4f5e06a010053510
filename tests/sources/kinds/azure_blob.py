"""A container of Azure Blob Storage as a place of the contract suite.

Belongs here: blobs in it, put there by Microsoft's own client.
Does not belong here: the server (servers/azure.py), what only buckets can do (test_buckets.py).
"""

import base64
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from azure.storage.blob import ContainerClient

from eurocluster.consortium.sources import AzureBlobSource, Files
from eurocluster.sources.connections import Credentials
from tests.sources.kinds import Address, Case, any_bytes
from tests.sources.servers.azure import ACCOUNT, KEY, Azurite, azurite

CONTAINER = "registers"
FOLDER = "from partners"
"""Everything is put below it: a container is seldom for us alone."""

_FILES = Files(include=("*",))


class AzurePlace:
    """A container; the password is the account's key."""

    data_ports: tuple[int, ...] = ()
    folder: Path | None = None
    password = KEY
    secrets = (KEY,)
    cannot: dict[Case, str] = {
        "unicode_password": "the server makes the key, in base64",
    }

    def __init__(self, server: Azurite, home: Path) -> None:
        self.home = home
        self.port = server.port
        self.content_ports = (server.port,)
        self.container = ContainerClient(
            server.url, CONTAINER, credential={"account_name": ACCOUNT, "account_key": KEY}
        )
        self.container.create_container()

    def declared(self, address: Address, path: str = "") -> AzureBlobSource:
        below = f"{FOLDER}/{path}" if path else FOLDER
        return _declared(CONTAINER, below)

    def missing(self, address: Address) -> AzureBlobSource:
        return _declared("no-such-container", "")

    def credentials(self, address: Address, password: str | None = None) -> Credentials:
        # A wrong key that has at least the form of one, so that the server is asked.
        key = KEY if password is None else base64.b64encode(password.encode()).decode()
        endpoint = f"http://{address.host}:{address.port}/{ACCOUNT}"
        return Credentials("azure", login=ACCOUNT, password=key, extra={"endpoint": endpoint})

    def listed_as(self, name: str) -> str | None:
        # Azure makes "/" of "\" and refuses "..".
        return None if ".." in name.replace("\\", "/").split("/") else name

    def content(self, size: int, seed: int) -> bytes:
        return any_bytes(size, seed)

    def put(self, name: str, content: bytes) -> None:
        self.container.upload_blob(f"{FOLDER}/{name}", content, overwrite=True)

    def put_large(self, name: str, size: int) -> int:
        self.put(name, bytes(size))
        return size

    def grow(self, name: str) -> None:
        known = self.container.get_blob_client(f"{FOLDER}/{name}").get_blob_properties()
        self.put(name, bytes(known.size + (1 << 20)))

    def remove(self, name: str) -> None:
        self.container.delete_blob(f"{FOLDER}/{name}")


def _declared(container: str, path: str) -> AzureBlobSource:
    return AzureBlobSource(
        kind="azure_blob", conn_id="azure", container=container, path=path, files=_FILES
    )


@contextmanager
def _azure(work: Path) -> Iterator[AzurePlace]:
    with azurite(work) as server:
        yield AzurePlace(server, work)


PLACES = {"azure_blob": _azure}
