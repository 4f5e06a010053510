"""A mounted folder: no server, no password, nothing on the way that could break.

Belongs here: the folder as a place of the contract suite.
Does not belong here: what only folders can do (tests/unit/eurocluster/sources).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from eurocluster.consortium.sources import Files, FolderSource
from eurocluster.sources.connections import Credentials
from tests.sources.kinds import Address, Case, ServedFolder


class FolderPlace(ServedFolder):
    """A folder below the consortium folder."""

    password = ""
    secrets: tuple[str, ...] = ()
    cannot: dict[Case, str] = {
        "wrong_password": "a folder has no password",
        "unicode_password": "a folder has no password",
        "host_down": "a folder has no host",
        "silent_server": "a folder has no server",
        "broken": "no connection that could break",
        "missing_place": "a folder that is not there is a drive that is not mounted: Unreachable",
    }

    def declared(self, address: Address, path: str = "") -> FolderSource:
        below = f"{self.folder.name}/{path}" if path else self.folder.name
        return FolderSource(kind="folder", path=below, files=Files(include=("*",)))

    def missing(self, address: Address) -> FolderSource:
        return self.declared(address, "no-such-folder")

    def credentials(self, address: Address, password: str | None = None) -> Credentials | None:
        return None


@contextmanager
def _folder(work: Path) -> Iterator[FolderPlace]:
    folder = work / "drive"
    folder.mkdir()
    yield FolderPlace(folder, 0)


PLACES = {"folder": _folder}
