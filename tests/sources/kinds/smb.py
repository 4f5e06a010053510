"""A share of Samba.

Belongs here: the share as a place of the contract suite.
Does not belong here: what only shares can do (tests/sources/test_smb.py).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from eurocluster.consortium.sources import Files, SmbSource
from eurocluster.sources.connections import Credentials
from tests.sources.kinds import LOGIN, PASSWORD, Address, Case, ServedFolder
from tests.sources.servers.samba import SHARE, samba


class SharePlace(ServedFolder):
    """A share that serves a folder of this machine."""

    password = PASSWORD
    secrets = (PASSWORD,)
    cannot: dict[Case, str] = {}

    def declared(self, address: Address, path: str = "") -> SmbSource:
        return self._of_share(SHARE, path)

    def missing(self, address: Address) -> SmbSource:
        return self._of_share("No such share", "")

    def credentials(self, address: Address, password: str | None = None) -> Credentials | None:
        return Credentials(
            conn_id="smb_share",
            host=address.host,
            port=address.port,
            login=LOGIN,
            password=self.password if password is None else password,
        )

    def listed_as(self, name: str) -> str | None:
        # Samba shows names that Windows does not know by other, shorter ones.
        return None if "\\" in name else super().listed_as(name)

    def _of_share(self, share: str, path: str) -> SmbSource:
        return SmbSource(
            kind="smb", conn_id="smb_share", share=share, path=path, files=Files(include=("*",))
        )


@contextmanager
def _share(work: Path) -> Iterator[SharePlace]:
    folder = work / "share"
    folder.mkdir()
    with samba(folder, work / "samba", LOGIN, PASSWORD) as server:
        yield SharePlace(folder, server.port)


PLACES = {"smb": _share}
