"""What the contract suite needs to know of a kind of source: a running server and how to reach it.

A module of this package holds one kind, or a few that are alike, and a mapping ``PLACES``: a kind's
name → a context manager that starts its server in an empty work folder and yields a
:class:`Place`. test_contract.py finds them by it; nothing needs to be registered. The server
listens on 127.0.0.1; the suite puts the fault proxy on 127.0.0.2, on the same ports, so that a
certificate must be about both addresses.

Belongs here: putting files where a partner puts them, the connection that leads there.
Does not belong here: starting programs (servers/), what is asked of a source (test_contract.py).
"""

import hashlib
import importlib
import os
import pkgutil
import random
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal, Protocol

from eurocluster.consortium.sources import DeclaredSource
from eurocluster.sources.connections import Credentials

LOGIN = "registers"
PASSWORD = "S3cret pä$$ %41:@/"
WRONG_PASSWORD = "wr0ng-S3cret"

Case = Literal[
    "names",  # awkward names; those that `listed_as` returns None for are left out
    "versions",  # a file's version changes with its content
    "wrong_password",
    "unicode_password",
    "host_down",
    "silent_server",
    "broken",  # drop, reset, hang in mid-file
    "vanishes",
    "grows",
    "settle",
    "links",  # symbolic links: only where `folder` is not None
    "traversal",  # names with .. and backslashes
    "missing_place",  # a share, folder, bucket that is not there
    "memory",  # 200 MB
]


@dataclass(frozen=True)
class Address:
    """Where a server is reached: itself, or through the fault proxy."""

    host: str
    port: int


class Place(Protocol):
    """One place, empty at first, at a running server.

    Attributes:
        port: What the server listens on (127.0.0.1); 0 when there is no server (a folder).
        data_ports: Further ports that connections go to, such as FTP's passive ones.
        content_ports: Of all these ports those that a file's content comes from.
        password: The right one, in the characters in which the partner wrote it; other secrets,
            such as a key, where there is no password.
        secrets: Texts that no error may show: password, key, token.
        folder: The folder of this machine that the server serves; None when it serves none.
        home: The consortium folder, at which a relative path of kind folder starts.
        cannot: Case → why it cannot apply to this kind; such a case is skipped with the reason.
    """

    port: int
    data_ports: tuple[int, ...]
    content_ports: tuple[int, ...]
    password: str
    secrets: tuple[str, ...]
    folder: Path | None
    home: Path
    cannot: Mapping[Case, str]

    def declared(self, address: Address, path: str = "") -> DeclaredSource:
        """Declare the place, or a folder below it; a kind without folders ignores `path`.

        A kind that declares each file (links) declares all that were put so far.
        """

    def missing(self, address: Address) -> DeclaredSource:
        """Declare a place of the same server that does not exist."""

    def credentials(self, address: Address, password: str | None = None) -> Credentials | None:
        """Return the connection, with another password when one is given.

        A kind that signs in with a key has another key made for it, whatever the password.
        """

    def listed_as(self, name: str) -> str | None:
        """Return the label under which a file of this name is listed; None: it cannot be held.

        A kind that always holds one file (records) returns its label for every name.
        """

    def content(self, size: int, seed: int) -> bytes:
        """Make content that this kind can hold, of about `size` bytes, another per `seed`.

        The bytes that come out are to be these. :func:`any_bytes` for every kind of files.
        """

    def put(self, name: str, content: bytes) -> None:
        """Write, or replace, a file; folders above it are made."""

    def put_large(self, name: str, size: int) -> int:
        """Write a large file quickly (sparse, repeated content); return its exact size."""

    def grow(self, name: str) -> None:
        """Write about 1 MiB more to a file; a bucket replaces it by a longer one."""

    def remove(self, name: str) -> None:
        """Delete a file."""


StartPlace = Callable[[Path], AbstractContextManager[Place]]


def any_bytes(size: int, seed: int) -> bytes:
    """Return bytes of no meaning, always the same for a seed."""
    return random.Random(seed).randbytes(size)


@cache
def places() -> Mapping[str, StartPlace]:
    """Return every kind that has a module in this package."""
    found: dict[str, StartPlace] = {}
    for module in pkgutil.iter_modules(__path__):
        found |= importlib.import_module(f"{__name__}.{module.name}").PLACES
    return dict(sorted(found.items()))


class ServedFolder:
    """What is alike where a server serves a folder of this machine: files are written into it."""

    data_ports: tuple[int, ...] = ()

    def __init__(self, folder: Path, port: int) -> None:
        self.folder = folder
        self.home = folder.parent
        self.port = port
        self.content_ports: tuple[int, ...] = (port,) if port else ()

    def listed_as(self, name: str) -> str | None:
        return None if "\x00" in name or ".." in name.split("/") else name

    def content(self, size: int, seed: int) -> bytes:
        return any_bytes(size, seed)

    def put(self, name: str, content: bytes) -> None:
        path = self._path(name)
        path.write_bytes(content)

    def put_large(self, name: str, size: int) -> int:
        path = self._path(name)
        with path.open("wb") as file:
            file.truncate(size)
        return size

    def grow(self, name: str) -> None:
        with self._path(name).open("ab") as file:
            file.write(os.urandom(1 << 20))

    def remove(self, name: str) -> None:
        self._path(name).unlink()

    def _path(self, name: str) -> Path:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        # Servers that run under another account read and list it, too.
        for folder in (path.parent, *path.parent.parents):
            if folder.is_relative_to(self.folder):
                folder.chmod(0o777)
        return path


def digest(content: bytes) -> str:
    """Name content as the landing does."""
    return hashlib.sha256(content).hexdigest()
