"""Our own servers of web protocols: starlette under uvicorn, each in a process of its own.

A test and its server share a folder: what the server is to say goes in as files, what it was asked
comes out as a journal.

Belongs here: start, journal, faults that a test orders.
Does not belong here: any one protocol.
"""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from tests.sources.servers.processes import free_port, running

_ROOT = Path(__file__).parents[3]
_JOURNAL = "journal.jsonl"


class Desk:
    """The folder that a test and its server share."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def order(self, fault: str, times: int = 1, **details: Any) -> None:
        """Have the server do something wrong the next times."""
        order = {"times": times, **details}
        (self.folder / f"{fault}.fault").write_text(json.dumps(order), encoding="utf-8")

    def take(self, fault: str) -> dict[str, Any] | None:
        """Return what was ordered, in the server; None when nothing was, or not again."""
        path = self.folder / f"{fault}.fault"
        if not path.exists():
            return None
        order: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        order["times"] -= 1
        if order["times"]:
            path.write_text(json.dumps(order), encoding="utf-8")
        else:
            path.unlink()
        return order

    def clear(self) -> None:
        """Forget all orders and the journal."""
        for left in (*self.folder.glob("*.fault"), self.folder / _JOURNAL):
            left.unlink(missing_ok=True)

    def busy(self) -> Response | None:
        """Return the refusal of a busy server, where a test has ordered one."""
        order = self.take("busy")
        if order is None:
            return None
        headers = {"Retry-After": order["after"]} if "after" in order else {}
        return Response("busy", order.get("status", 429), headers)

    def note(self, request: Request) -> None:
        """Write a request into the journal."""
        entry = {
            "method": request.method,
            "path": request.url.path,
            "query": request.url.query,
            "authorization": request.headers.get("authorization", ""),
        }
        with (self.folder / _JOURNAL).open("a", encoding="utf-8") as journal:
            journal.write(json.dumps(entry) + "\n")

    def journal(self) -> list[dict[str, str]]:
        """Return the requests so far."""
        path = self.folder / _JOURNAL
        lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
        return [json.loads(line) for line in lines]

    def asked(self, path: str) -> int:
        """Count the requests for a path."""
        return sum(entry["path"] == path for entry in self.journal())


@contextmanager
def served(module: str, desk: Path, *, certificate: Path | None = None) -> Iterator[int]:
    """Run the app that a module's `app()` makes; yield its port. `DESK` names the shared folder."""
    port = free_port()
    command: list[str | Path] = [
        *(sys.executable, "-m", "uvicorn", "--factory", f"tests.sources.servers.{module}:app"),
        *("--app-dir", _ROOT, "--port", str(port), "--log-level", "warning"),
    ]
    if certificate is not None:
        command += ["--ssl-certfile", certificate, "--ssl-keyfile", certificate]
    with running(command, port, desk / f"{module}.log", environment={"DESK": str(desk)}):
        yield port
