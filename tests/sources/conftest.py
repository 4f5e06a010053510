"""A place of each kind, and the network to it that can be made to fail."""

import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from tests.sources.faults import PROXY, FaultProxy, fault_proxies
from tests.sources.kinds import Address, Place, places


@pytest.fixture(scope="module")
def open_folder() -> Iterator[Path]:
    """An empty folder for a server that runs under another account.

    Not below pytest's own folder, which no other account may enter.
    """
    with tempfile.TemporaryDirectory(prefix="sources-") as name:
        work = Path(name)
        work.chmod(0o755)
        yield work


@pytest.fixture(
    scope="module",
    params=[pytest.param(kind, marks=pytest.mark.xdist_group(kind)) for kind in places()],
)
def place(request: pytest.FixtureRequest) -> Iterator[Place]:
    """A running server of each kind in turn."""
    # Not below pytest's own folder, which no other account may enter, such as the servers'.
    with tempfile.TemporaryDirectory(prefix=f"{request.param}-") as name:
        work = Path(name)
        work.chmod(0o755)
        with places()[request.param](work) as running:
            yield running


@pytest.fixture
def network(place: Place) -> Iterator[Mapping[int, FaultProxy]]:
    """A proxy per port of the server; it lets everything pass at first."""
    ports = [place.port, *place.data_ports] if place.port else []
    with fault_proxies(ports) as proxies:
        yield proxies


@pytest.fixture
def through(place: Place, network: Mapping[int, FaultProxy]) -> Address:
    """The server as it is reached through the network that can fail."""
    return Address(PROXY, place.port)
