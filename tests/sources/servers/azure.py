"""Azurite: Azure Blob Storage as its makers imitate it, with the account that it always has.

It is a Node program: ``npm ci`` of what lies in servers/azurite/ installs it into .venv/azurite.

Belongs here: its start and its account.
Does not belong here: containers and what is in them (kinds/azure_blob.py).
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.sources.servers.processes import LOOPBACK, free_port, running

ACCOUNT = "devstoreaccount1"
KEY = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=="
"""Public: it stands in Microsoft's documentation of every emulator."""

_PROGRAM = Path(sys.prefix) / "azurite" / "node_modules" / ".bin" / "azurite-blob"


@dataclass(frozen=True)
class Azurite:
    """A running server."""

    port: int

    @property
    def url(self) -> str:
        """The account's address."""
        return f"http://{LOOPBACK}:{self.port}/{ACCOUNT}"


@contextmanager
def azurite(work: Path) -> Iterator[Azurite]:
    """Run the server until the block ends; what it holds is in its memory."""
    if not _PROGRAM.exists():
        raise FileNotFoundError(f"{_PROGRAM}: `make test` installs it")
    port = free_port()
    command = ["node", str(_PROGRAM), "--blobHost", LOOPBACK, "--blobPort", str(port)]
    options = ["--inMemoryPersistence", "--silent", "--disableTelemetry", "--skipApiVersionCheck"]
    with running([*command, *options], port, work / "azurite.log"):
        yield Azurite(port)
