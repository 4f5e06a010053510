"""OpenSSH: sftp on a free port of 127.0.0.1, with its own host keys, for one user.

Belongs here: sshd, its configuration, keys, the account that signs in with a password.
Does not belong here: what is asked of a folder (test_contract.py).
"""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.sources.servers.processes import free_port, running

_CONFIGURATION = """\
{settings}
Port {port}
ListenAddress 127.0.0.1
{host_keys}
PidFile {work}/pid
AuthorizedKeysFile {work}/authorized_keys
PasswordAuthentication yes
KbdInteractiveAuthentication no
PubkeyAuthentication yes
PermitRootLogin yes
UsePAM no
StrictModes no
LogLevel ERROR
Subsystem sftp internal-sftp
ForceCommand internal-sftp -d {folder}
MaxStartups 100
MaxSessions 100
"""


@dataclass(frozen=True)
class Sshd:
    """A running sshd, at which a login begins in the served folder.

    `host_keys` are its public keys, a line each; `private_key` is one that lets root in.
    """

    port: int
    host_keys: tuple[str, ...]
    private_key: str = field(repr=False)


@contextmanager
def sshd(
    folder: Path,
    work: Path,
    *,
    host_key_types: tuple[str, ...] = ("ed25519", "ecdsa", "rsa"),
    settings: str = "",
) -> Iterator[Sshd]:
    """Run sshd as root; `settings` are lines of its configuration that win over ours."""
    port = free_port()
    work.mkdir(parents=True, exist_ok=True)
    Path("/run/sshd").mkdir(parents=True, exist_ok=True)
    keys = [work / f"host_{kind}" for kind in host_key_types]
    for kind, path in zip(host_key_types, keys, strict=True):
        make_key(path, kind)
    private_key = make_key(work / "client", "ed25519")
    allow_key(work, work / "client.pub")
    configuration = work / "sshd_config"
    configuration.write_text(
        _CONFIGURATION.format(
            port=port,
            work=work,
            folder=folder,
            host_keys="\n".join(f"HostKey {path}" for path in keys),
            settings=settings,
        ),
        encoding="utf-8",
    )
    public = tuple(path.with_name(f"{path.name}.pub").read_text(encoding="ascii") for path in keys)
    command: list[str | Path] = ["/usr/sbin/sshd", "-D", "-e", "-f", configuration]
    with running(command, port, work / "sshd.log", greeting=b"SSH-"):
        yield Sshd(port, public, private_key)


def make_key(path: Path, kind: str, passphrase: str = "") -> str:
    """Make a pair of keys, `path` and `path`.pub; return the private one."""
    subprocess.run(
        ["ssh-keygen", "-q", "-t", kind, "-N", passphrase, "-C", "", "-f", str(path)], check=True
    )
    return path.read_text(encoding="ascii")


def allow_key(work: Path, public_key: Path) -> None:
    """Let the owner of a key in, as root, at the server with that work folder."""
    with (work / "authorized_keys").open("a", encoding="ascii") as allowed:
        allowed.write(public_key.read_text(encoding="ascii"))


@contextmanager
def account(name: str, password: str, home: Path) -> Iterator[None]:
    """Add an account of this machine until the block ends: sshd knows no other passwords."""
    subprocess.run(
        ["useradd", "--no-create-home", "--home-dir", str(home), "--shell", "/bin/sh", name],
        check=True,
        capture_output=True,
    )
    try:
        subprocess.run(["chpasswd"], input=f"{name}:{password}\n".encode(), check=True)
        yield
    finally:
        subprocess.run(["userdel", name], check=False, capture_output=True)
