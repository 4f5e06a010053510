"""Samba: one share on a free port of 127.0.0.1, one user who needs no account of this machine.

Belongs here: smbd, its configuration, its user.
Does not belong here: what is asked of a share (test_contract.py).
"""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.sources.servers.processes import free_port, running

SHARE = "Registers 2026"
NAMESPACE = "Namespace"
"""A share that is a DFS namespace."""

_CONFIGURATION = """\
[global]
server role = standalone server
workgroup = CLUSTER
smb ports = {port}
interfaces = 127.0.0.1/8
bind interfaces only = yes
disable netbios = yes
disable spoolss = yes
load printers = no
printcap name = /dev/null
passdb backend = tdbsam:{work}/private/passdb.tdb
private dir = {work}/private
lock directory = {work}/lock
state directory = {work}/state
cache directory = {work}/cache
pid directory = {work}/pid
ncalrpc dir = {work}/ncalrpc
log file = {work}/log.%m
username map = {work}/users
map to guest = never
server min protocol = SMB2_10
unix charset = UTF-8
host msdfs = yes
{settings}
[{share}]
path = {folder}
read only = no
valid users = root
force user = root
follow symlinks = yes
wide links = no

[{namespace}]
path = {folder}
valid users = root
msdfs root = yes
"""


@dataclass(frozen=True)
class Samba:
    """A running smbd that serves a folder as :data:`SHARE`."""

    port: int
    login: str
    password: str = field(repr=False)


@contextmanager
def samba(
    folder: Path, work: Path, login: str, password: str, settings: str = ""
) -> Iterator[Samba]:
    """Run smbd as root; `settings` are lines of its global section."""
    port = free_port()
    for name in ("private", "lock", "state", "cache", "pid", "ncalrpc"):
        (work / name).mkdir(parents=True)
    (work / "users").write_text(f"root = {login}\n", encoding="utf-8")
    configuration = work / "smb.conf"
    configuration.write_text(
        _CONFIGURATION.format(
            port=port, work=work, folder=folder, share=SHARE, namespace=NAMESPACE, settings=settings
        ),
        encoding="utf-8",
    )
    subprocess.run(
        ["smbpasswd", "-c", str(configuration), "-s", "-a", "root"],
        input=f"{password}\n{password}\n".encode(),
        check=True,
        capture_output=True,
    )
    command: list[str | Path] = [
        "smbd",
        "-F",
        "--no-process-group",
        "-s",
        configuration,
        "-p",
        str(port),
    ]
    with running([*command, "--debug-stdout"], port, work / "smbd.log"):
        yield Samba(port, login, password)
