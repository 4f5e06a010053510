"""A folder of OpenSSH: once with a password, once with a key that has a passphrase.

Belongs here: both ways of signing in as places of the contract suite.
Does not belong here: host keys and other keys (tests/sources/test_sftp.py).
"""

import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from eurocluster.consortium.sources import Files, SftpSource
from eurocluster.sources.connections import Credentials
from tests.sources.kinds import PASSWORD, Address, Case, ServedFolder
from tests.sources.servers.ssh import Sshd, account, allow_key, make_key, sshd

CONN_ID = "sftp_folder"


class PasswordPlace(ServedFolder):
    """A folder of a server that one signs in to with a password."""

    password = PASSWORD
    secrets: tuple[str, ...] = (PASSWORD,)
    cannot: dict[Case, str] = {}

    def __init__(self, folder: Path, server: Sshd, login: str) -> None:
        super().__init__(folder, server.port)
        self._login = login
        self._host_keys = "".join(server.host_keys)

    def declared(self, address: Address, path: str = "") -> SftpSource:
        return SftpSource(kind="sftp", conn_id=CONN_ID, path=path, files=Files(include=("*",)))

    def missing(self, address: Address) -> SftpSource:
        return self.declared(address, "no such folder")

    def credentials(self, address: Address, password: str | None = None) -> Credentials | None:
        return self._signing_in(address, self.password if password is None else password, {})

    def _signing_in(self, address: Address, password: str, extra: Mapping[str, Any]) -> Credentials:
        return Credentials(
            conn_id=CONN_ID,
            host=address.host,
            port=address.port,
            login=self._login,
            password=password,
            extra={"host_key": self._host_keys, **extra},
        )


class KeyPlace(PasswordPlace):
    """A folder of a server that one signs in to with a key; its passphrase is not ASCII."""

    def __init__(self, folder: Path, server: Sshd, right: str, wrong: str) -> None:
        super().__init__(folder, server, "root")
        self._right = right
        self._wrong = wrong
        self.secrets = (PASSWORD, *(key.splitlines()[3] for key in (right, wrong)))

    def credentials(self, address: Address, password: str | None = None) -> Credentials | None:
        key = self._right if password is None else self._wrong
        return self._signing_in(
            address, "", {"private_key": key, "private_key_passphrase": PASSWORD}
        )


@contextmanager
def _with_password(work: Path) -> Iterator[PasswordPlace]:
    folder = work / "files"
    folder.mkdir()
    login = f"registers-{secrets.token_hex(4)}"
    with account(login, PASSWORD, folder), sshd(folder, work / "sshd") as server:
        yield PasswordPlace(folder, server, login)


@contextmanager
def _with_key(work: Path) -> Iterator[KeyPlace]:
    folder = work / "files"
    folder.mkdir()
    with sshd(folder, work / "sshd") as server:
        right, wrong = (
            make_key(work / name, "ed25519", passphrase=PASSWORD) for name in ("right", "wrong")
        )
        allow_key(work / "sshd", work / "right.pub")
        yield KeyPlace(folder, server, right, wrong)


PLACES = {"sftp": _with_password, "sftp_key": _with_key}
