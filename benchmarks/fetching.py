"""One kind of source against its native client, and how long the question "anything new?" takes.

Run as ``python -m benchmarks.fetching KIND RUNS``: it starts the server that the contract suite
has for the kind (tests/sources/kinds) and tells what it measured as JSON.

Belongs here: what is read, by whom, how often, and what is asked through a slow network.
Does not belong here: native commands (native.py), servers and faults (tests/sources), promises
(subjects.py).
"""

import multiprocessing
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from multiprocessing.synchronize import Event
from pathlib import Path
from statistics import median
from typing import Final

from benchmarks.measuring import finish
from benchmarks.native import CLIENTS, Command, native_client
from eurocluster.consortium.partners import REGISTER_NAMES, Partner, Register
from eurocluster.consortium.sources import RestSource, SqlSource
from eurocluster.fetching import PartnerFetch
from eurocluster.sources import open_source
from eurocluster.sources.protocol import RemoteFile, Source
from tests.sources.faults import PROXY, fault_proxies
from tests.sources.kinds import Address, Place, places
from tests.sources.reading_process import read_elsewhere

PARTNERS: Final = 50
FILES: Final = 8
ROUND_TRIP: Final = 0.04
"""Seconds."""

_LARGE: Final = "large.bin"
_BYTES: Final = 200_000_000
_RECORD_BYTES: Final = 100_000_000
"""Of the kinds whose native client has to take records apart."""
_AT_ONCE: Final = 8
"""Partners that a night fetches from at the same time."""
_LATER: Final = 3600.0
"""Seconds by which files look older than they are, so that none waits until it is settled."""


def main() -> None:
    """Measure one kind."""
    kind, runs = sys.argv[1], int(sys.argv[2])
    with tempfile.TemporaryDirectory(prefix=f"{kind}-") as name:
        work = Path(name)
        work.chmod(0o755)  # servers run under other accounts
        (work / "server").mkdir()
        (work / "client").mkdir(mode=0o700)
        with places()[kind](work / "server") as place:
            size = _put_large(place, _RECORD_BYTES if kind == "rest" else _BYTES)
            address = Address("127.0.0.1", place.port)
            with _opened(place, address) as source:
                (file,) = source.list()
            grown = _grown_bytes(place, address, file)  # first: then the server knows the file
            own, native = _take_turns(place, address, file, size, work / "client", runs)
            place.remove(_LARGE)
            polling = _polling_seconds(place, work / "client")
    finish(
        client=" | ".join(CLIENTS[kind]),
        megabytes=size / 1e6,
        own_seconds=own,
        native_seconds=native,
        grown_mib=grown / (1 << 20),
        polling_seconds=polling,
    )


def _put_large(place: Place, size: int) -> int:
    """Write a large file and return its size; where it lies in a folder it has no holes."""
    size = place.put_large(_LARGE, size)
    if place.folder is not None:
        block = os.urandom(1 << 20)
        with (place.folder / _LARGE).open("wb") as file:
            for start in range(0, size, len(block)):
                file.write(block[: size - start])
    return size


def _take_turns(
    place: Place, address: Address, file: RemoteFile, size: int, work: Path, runs: int
) -> tuple[float, float]:
    """Return the seconds of ours and of the native client, medians."""
    native = native_client(
        place.declared(address), place.credentials(address), place.home, file, work
    )
    taken: tuple[list[float], list[float]] = ([], [])
    for _ in range(runs):
        taken[0].append(_own_seconds(place, address, file, size))
        taken[1].append(_native_seconds(native))
    return median(taken[0]), median(taken[1])


@contextmanager
def _opened(place: Place, address: Address) -> Iterator[Source]:
    credentials = place.credentials(address)
    with closing(open_source(place.declared(address), place.home, lambda _: credentials)) as source:
        yield source


def _own_seconds(place: Place, address: Address, file: RemoteFile, size: int) -> float:
    """Connect, sign in, read all of a file that is known from a listing, as the client knows it."""
    started = time.perf_counter()
    with _opened(place, address) as source:
        read = sum(len(piece) for piece in source.open(file))
    seconds = time.perf_counter() - started
    if read != size:
        raise RuntimeError(f"{read} bytes of {size} came")
    return seconds


def _native_seconds(native: Command) -> float:
    started = time.perf_counter()
    done = subprocess.run(
        native.arguments,
        input=native.stdin.encode(),
        env={**os.environ, **native.environment},
        capture_output=True,
    )
    seconds = time.perf_counter() - started
    if done.returncode:
        words = (done.stderr + done.stdout).decode(errors="replace")
        raise RuntimeError(f"{native.arguments[0]} ended with {done.returncode}: {words}")
    return seconds


def _grown_bytes(place: Place, address: Address, file: RemoteFile) -> int:
    return read_elsewhere(
        place.declared(address), place.credentials(address), place.home, file.name
    ).grown_bytes


def _polling_seconds(place: Place, work: Path) -> float:
    """Ask for every partner, each with a session of its own, whether one of its files is new."""
    for number in range(FILES):
        place.put(f"register {number}.csv", place.content(2_000, number))
    address = Address(PROXY, place.port)
    credentials = place.credentials(address)
    partners = _partners(place, address)

    def fetch(partner: Partner) -> int:
        with PartnerFetch(
            partner,
            place.home,
            work / "landing",
            work / "memory",
            lambda _: credentials,
            clock=lambda: time.time() + _LATER,
        ) as fetching:
            return sum(fetching.fetch(register).read for register in partner.registers)

    with _slow_network([place.port, *place.data_ports] if place.port else []):
        fetch(partners[0])
        memory = work / "memory" / f"{partners[0].partner}.json"
        has_versions = memory.exists()
        for partner in partners[1:] if has_versions else ():
            shutil.copy(memory, memory.with_name(f"{partner.partner}.json"))
        started = time.perf_counter()
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            read = sum(pool.map(fetch, partners))
        seconds = time.perf_counter() - started
    if read and has_versions:
        raise RuntimeError(f"{read} unchanged files were read again")
    return seconds


def _partners(place: Place, address: Address) -> Sequence[Partner]:
    """Declare one register of eight files, or eight registers where a place holds one list."""
    declared = place.declared(address)
    sources = [declared]
    if isinstance(declared, RestSource | SqlSource):
        # Limits that differ make them lists that have nothing to do with each other.
        sources = [
            declared.model_copy(update={"max_mib": declared.max_mib - n}) for n in range(FILES)
        ]
    registers = tuple(
        Register(name=name, source=source)
        for name, source in zip(REGISTER_NAMES, sources, strict=False)
    )
    return [
        Partner(
            version=1,
            partner=f"partner_{number:02}",
            name=f"Partner {number}",
            country="BE",
            language="fr",
            registers=registers,
        )
        for number in range(PARTNERS)
    ]


@contextmanager
def _slow_network(ports: Sequence[int]) -> Iterator[None]:
    """Lead to the server through a delay, in a process of its own: it costs as much as we do."""
    context = multiprocessing.get_context("spawn")
    started, ended = context.Event(), context.Event()
    network = context.Process(target=_hold_up, args=(ports, started, ended), daemon=True)
    network.start()
    try:
        if not started.wait(30):
            raise RuntimeError("the slow network does not start")
        yield
    finally:
        ended.set()
        network.join(10)


def _hold_up(ports: Sequence[int], started: Event, ended: Event) -> None:
    with fault_proxies(ports) as proxies:
        for proxy in proxies.values():
            proxy.behave(delay=ROUND_TRIP)
        started.set()
        ended.wait()


if __name__ == "__main__":
    main()
