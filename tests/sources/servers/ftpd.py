"""FTP servers: pyftpdlib, which has MLSD, and vsftpd, which has none and asks for one TLS session.

This file is also the program that runs pyftpdlib, with its configuration as the only argument.

Belongs here: their configuration, their start.
Does not belong here: what is asked of the connector.
"""

import json
import socket
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.sources.servers.certificates import NAMES, certificate
from tests.sources.servers.processes import LOOPBACK, free_port, running

_PASSIVE_PORTS = 16


@dataclass(frozen=True)
class FtpServer:
    """A running FTP server, the folder that it serves, and what the server calls this folder."""

    folder: Path
    path: str
    port: int
    passive_ports: tuple[int, ...]
    login: str
    password: str
    certificate: Path | None
    log: Path


@contextmanager
def pyftpd(
    work: Path,
    login: str,
    password: str,
    *,
    tls: bool,
    names: str = NAMES,
    closed: str = "",
    without: Sequence[str] = (),
    announced_host: str | None = None,
    lists_like_dos: bool = False,
) -> Iterator[FtpServer]:
    """Run pyftpdlib on a new folder.

    `closed` is a folder that the account may see and not enter, `without` are commands that the
    server does not know, `announced_host` is where it says that its data come from, and one that
    `lists_like_dos` writes its listings as Windows servers do.
    """
    folder = work / "served"
    folder.mkdir()
    port, *passive = (free_port() for _ in range(1 + _PASSIVE_PORTS))
    proof = certificate(work, names) if tls else None
    configuration = {
        "port": port,
        "folder": str(folder),
        "login": login,
        "password": password,
        "certificate": str(proof) if proof else None,
        "passive_ports": passive,
        "closed": closed,
        "without": list(without),
        "announced_host": announced_host,
        "lists_like_dos": lists_like_dos,
    }
    log = work / "ftpd.log"
    command = [sys.executable, __file__, json.dumps(configuration)]
    with running(command, port, log, greeting=b"220"):
        yield FtpServer(folder, "", port, tuple(passive), login, password, proof, log)


@contextmanager
def vsftpd(work: Path, password: str, **settings: str) -> Iterator[FtpServer]:
    """Run vsftpd with TLS on a new folder, for the login ``anonymous`` and one password.

    An account of the machine is not needed: its list of "e-mail addresses" that anonymous users
    sign in with is a list of passwords. `settings` replace lines of its configuration.
    """
    proof = certificate(work)
    (work / "empty").mkdir()
    (work / "passwords").write_text(f"{password}\n", encoding="utf-8")
    first = _ports_in_a_row(1 + _PASSIVE_PORTS)
    passive = tuple(range(first + 1, first + 1 + _PASSIVE_PORTS))
    # It serves as the user `ftp`, who may not enter the work folder of the tests.
    with tempfile.TemporaryDirectory(prefix="served-", dir="/var/tmp") as served:
        folder = Path(served) / "registers"
        folder.mkdir()
        folder.parent.chmod(0o755)
        configuration = {
            "listen": "YES",
            "listen_address": LOOPBACK,
            "listen_port": str(first),
            "background": "NO",
            "seccomp_sandbox": "NO",
            "isolate": "NO",
            "isolate_network": "NO",
            "secure_chroot_dir": str(work / "empty"),
            "anonymous_enable": "YES",
            "local_enable": "NO",
            "anon_root": served,  # must not be one that everybody can write to, as `folder` is
            "secure_email_list_enable": "YES",
            "email_password_file": str(work / "passwords"),
            "ssl_enable": "YES",
            "allow_anon_ssl": "YES",
            "force_anon_logins_ssl": "YES",
            "force_anon_data_ssl": "YES",
            "require_ssl_reuse": "YES",
            "ssl_ciphers": "HIGH",
            "rsa_cert_file": str(proof),
            "pasv_min_port": str(passive[0]),
            "pasv_max_port": str(passive[-1]),
            "force_dot_files": "YES",
            "utf8_filesystem": "YES",
            **settings,
        }
        written = work / "vsftpd.conf"
        lines = (f"{name}={value}\n" for name, value in configuration.items())
        written.write_text("".join(lines), encoding="utf-8")
        log = work / "vsftpd.log"
        with running(["/usr/sbin/vsftpd", written], first, log, greeting=b"220"):
            yield FtpServer(folder, folder.name, first, passive, "anonymous", password, proof, log)


def _ports_in_a_row(count: int) -> int:
    """Return the first of some neighbours that are free: vsftpd takes its ports from a range."""
    while True:
        first = free_port()
        try:
            with ExitStack() as stack:
                for port in range(first, first + count):
                    probe = stack.enter_context(socket.socket())
                    probe.bind(("0.0.0.0", port))
        except (OSError, OverflowError):
            continue
        return first


def _serve(configuration: Mapping[str, Any]) -> None:
    """Run pyftpdlib until the process is ended."""
    from pyftpdlib.authorizers import DummyAuthorizer  # type: ignore[import-untyped]
    from pyftpdlib.filesystems import AbstractedFS  # type: ignore[import-untyped]
    from pyftpdlib.handlers import FTPHandler, TLS_FTPHandler  # type: ignore[import-untyped]
    from pyftpdlib.servers import ThreadedFTPServer  # type: ignore[import-untyped]

    authorizer = DummyAuthorizer()
    authorizer.add_user(
        configuration["login"], configuration["password"], configuration["folder"], perm="elr"
    )
    if configuration["closed"]:
        below = str(Path(configuration["folder"]) / configuration["closed"])
        Path(below).mkdir()
        authorizer.override_perm(configuration["login"], below, perm="l", recursive=True)
        Path(below).rmdir()

    tls = {
        "certfile": configuration["certificate"],
        "tls_control_required": True,
        "tls_data_required": True,
    }

    class DosFolder(AbstractedFS):  # type: ignore[misc]
        """A folder whose listings look like those of Windows servers."""

        def format_list(self, basedir: str, listing: Sequence[str]) -> Iterator[bytes]:
            for name in listing:
                path = Path(basedir) / name
                size = "<DIR>         " if path.is_dir() else f"{path.stat().st_size:>14}"
                yield f"11-26-26  02:05AM {size} {name}\r\n".encode()

    base = TLS_FTPHandler if configuration["certificate"] else FTPHandler
    handler = type(
        "Handler",
        (base,),
        {
            "proto_cmds": {
                command: described
                for command, described in base.proto_cmds.items()
                if command not in configuration["without"]
            },
            "abstracted_fs": DosFolder if configuration["lists_like_dos"] else AbstractedFS,
            "masquerade_address": configuration["announced_host"],
            "authorizer": authorizer,
            "auth_failed_timeout": 0,  # it makes everybody wait, to slow down guessing
            "passive_ports": configuration["passive_ports"],
            **(tls if configuration["certificate"] else {}),
        },
    )
    ThreadedFTPServer((LOOPBACK, configuration["port"]), handler).serve_forever()


if __name__ == "__main__":
    _serve(json.loads(sys.argv[1]))
