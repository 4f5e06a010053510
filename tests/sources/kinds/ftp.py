"""FTP without protection, FTPS with MLSD, and FTPS of a server that has none.

Belongs here: the three as places of the contract suite.
Does not belong here: what is special to FTP (test_ftp.py).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

from eurocluster.consortium.sources import Files, FtpSource
from eurocluster.sources.connections import Credentials
from tests.sources.kinds import LOGIN, PASSWORD, Address, Case, ServedFolder
from tests.sources.servers.ftpd import FtpServer, pyftpd, vsftpd


class FtpPlace(ServedFolder):
    """A folder of an FTP server."""

    cannot: dict[Case, str] = {}

    def __init__(self, kind: Literal["ftp", "ftps"], server: FtpServer) -> None:
        super().__init__(server.folder, server.port)
        self.data_ports = server.passive_ports
        self.content_ports = server.passive_ports
        self.password = server.password
        self.secrets = (server.password,)
        self._kind = kind
        self._server = server

    def declared(self, address: Address, path: str = "") -> FtpSource:
        below = "/".join(part for part in (self._server.path, path) if part)
        return FtpSource(
            kind=self._kind, conn_id="partner", path=below, files=Files(include=("*",))
        )

    def missing(self, address: Address) -> FtpSource:
        return self.declared(address, "no-such-folder")

    def credentials(self, address: Address, password: str | None = None) -> Credentials:
        proof = self._server.certificate
        return Credentials(
            "partner",
            host=address.host,
            port=address.port,
            login=self._server.login,
            password=self.password if password is None else password,
            extra={"ca_file": str(proof)} if proof else {},
        )


@contextmanager
def _ftp(work: Path) -> Iterator[FtpPlace]:
    with pyftpd(work, LOGIN, PASSWORD, tls=False) as server:
        yield FtpPlace("ftp", server)


@contextmanager
def _ftps(work: Path) -> Iterator[FtpPlace]:
    with pyftpd(work, LOGIN, PASSWORD, tls=True) as server:
        yield FtpPlace("ftps", server)


@contextmanager
def _vsftpd(work: Path) -> Iterator[FtpPlace]:
    with vsftpd(work, PASSWORD) as server:
        yield FtpPlace("ftps", server)


PLACES = {"ftp": _ftp, "ftps": _ftps, "ftps-vsftpd": _vsftpd}
