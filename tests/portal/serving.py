"""The portal without Airflow, on loopback, for a visitor with some rights."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn

from eurocluster.portal.access import Right, Visitor, visitor
from eurocluster.portal.app import build_portal
from eurocluster.settings import Settings


@contextmanager
def served(settings: Settings, *rights: Right) -> Iterator[str]:
    """A portal without Airflow, on loopback."""
    portal = build_portal(settings)
    who = Visitor("Testa Koordynacja", frozenset(rights or Right))
    portal.dependency_overrides[visitor] = lambda: who
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = uvicorn.Server(
        uvicorn.Config(portal, host="127.0.0.1", port=port, log_level="error", lifespan="on")
    )
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.05)
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join()
