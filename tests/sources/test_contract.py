"""What every source promises, whatever its kind: asked of real servers, through a failing network.

A case that cannot apply to a kind is skipped with the reason that the kind gives.
"""

import socket
import time
import traceback
import unicodedata
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any, get_args

import pytest

from eurocluster.consortium.sources import DeclaredSource
from eurocluster.landing import LandedFile, land
from eurocluster.sources import open_source
from eurocluster.sources.protocol import (
    AuthFailed,
    Limits,
    NotThere,
    RemoteFile,
    Source,
    SourceError,
    Unreachable,
    Unstable,
    Vanished,
)
from tests.sources.faults import Fault, FaultProxy
from tests.sources.kinds import WRONG_PASSWORD, Address, Case, Place, digest, places
from tests.sources.reading_process import read_elsewhere

pytestmark = pytest.mark.slow

LIMITS = Limits(connect=3, read=2, deadline=30)
LARGE_BYTES = 12 << 20
HUGE_BYTES = 200_000_000
MOST_MEMORY = 64 << 20
LONGEST_WAIT = 15.0  # seconds; several time-outs in a row, and a machine that is busy
NO_TIME = timedelta(0)

NAMES = (
    "register 2026.xlsx",
    "Ünï cödé – Schülung.csv",
    unicodedata.normalize("NFD", "Été à Liège.csv"),
    "a#b.csv",
    "a;b,c=d&e+f.csv",
    "percent%20name.csv",
    "percent%zz.csv",
    "100 % sure.csv",
    "[brackets] {and} (these).csv",
    "it's hers.csv",
    "Ελληνικό μητρώο.csv",
    "sub/one.csv",
    "sub/deep er/two.csv",
    "empty.csv",
)
TRAVERSALS = ("..\\..\\evil.csv", "../evil.csv", "in/../../evil.csv", "..evil.csv")

Network = Mapping[int, FaultProxy]


def need(place: Place, case: Case) -> None:
    """Skip the test where its case cannot apply."""
    if case in place.cannot:
        pytest.skip(place.cannot[case])


@contextmanager
def opened(
    place: Place,
    address: Address,
    *,
    password: str | None = None,
    path: str = "",
    declared: DeclaredSource | None = None,
) -> Iterator[Source]:
    """Open the place as the pipeline does."""
    credentials = place.credentials(address, password)
    declared = declared or place.declared(address, path)
    with closing(open_source(declared, place.home, lambda _: credentials, LIMITS)) as source:
        yield source


@contextmanager
def fails(place: Place, error: type[SourceError]) -> Iterator[None]:
    """Expect an error that tells no secret, not even as the cause of another one."""
    started = time.monotonic()
    with pytest.raises(error) as caught:
        yield
    assert time.monotonic() - started < LONGEST_WAIT
    told = "".join(traceback.format_exception(caught.value, chain=True)) + repr(caught.value)
    lines = [line for line in told.splitlines() if not line.lstrip().startswith("File ")]
    assert [secret for secret in place.secrets if secret in "\n".join(lines)] == []


@contextmanager
def held(place: Place, **files: bytes) -> Iterator[None]:
    """Hold files for a while; their names are the labels under which they are put."""
    for name, content in files.items():
        place.put(name, content)
    try:
        yield
    finally:
        for name in files:
            place.remove(name)


def label(place: Place, name: str) -> str:
    listed = place.listed_as(name)
    assert listed is not None
    return listed


def find(source: Source, wanted: str) -> RemoteFile:
    return next(file for file in source.list() if file.name == wanted)


def fetch(
    source: Source, file: RemoteFile, landing: Path, settle: timedelta = NO_TIME
) -> LandedFile:
    return land(source, file, landing, settle=settle, max_bytes=1 << 30, deadline=LIMITS.deadline)


def landed(landing: Path) -> list[Path]:
    return [path for path in landing.rglob("*") if path.is_file()]


class GrowsWhileRead:
    """A source, one file of which is written to while it is read."""

    def __init__(self, source: Source, place: Place, name: str) -> None:
        self._source = source
        self._place = place
        self._name = name

    def __getattr__(self, name: str) -> Any:
        return getattr(self._source, name)

    def open(self, file: RemoteFile) -> Iterator[bytes]:
        pieces = self._source.open(file)
        yield next(pieces)
        self._place.grow(self._name)
        yield from pieces


def test_every_kind_that_can_be_declared_is_asked() -> None:
    union = get_args(get_args(DeclaredSource)[0])
    kinds = {kind for shape in union for kind in get_args(shape.model_fields["kind"].annotation)}
    assert kinds - set(places()) == set()


def test_awkward_names_are_listed_and_read_byte_for_byte(
    place: Place, through: Address, tmp_path: Path
) -> None:
    need(place, "names")
    names = [name for name in NAMES if place.listed_as(name) is not None]
    contents = {
        name: b"" if name == "empty.csv" else place.content(1000, seed)
        for seed, name in enumerate(names)
    }
    expected = {
        unicodedata.normalize("NFC", label(place, name)): digest(content)
        for name, content in contents.items()
    }
    with held(place, **contents), opened(place, through) as source:
        found = {file.name: fetch(source, file, tmp_path).sha256 for file in source.list()}
    assert found == expected


def test_a_listed_file_has_the_size_and_time_that_it_has(place: Place, through: Address) -> None:
    need(place, "names")
    with held(place, **{"sized.csv": place.content(1234, 1)}), opened(place, through) as source:
        file = find(source, label(place, "sized.csv"))
        now = source.stat(file)
    assert now == file
    assert file.size in (None, len(place.content(1234, 1)))
    assert file.modified is None or file.modified.tzinfo is not None


def test_a_folder_below_is_a_place_of_its_own(place: Place, through: Address) -> None:
    need(place, "names")
    if place.listed_as("below/it/file.csv") != "below/it/file.csv":
        pytest.skip("no folders in this kind")
    files = {"above.csv": b"a", "below/it/file.csv": b"b", "below it.csv": b"c"}
    with held(place, **files), opened(place, through, path="below") as source:
        assert [file.name for file in source.list()] == ["it/file.csv"]


def test_an_unchanged_file_keeps_its_version_and_a_changed_one_gets_another(
    place: Place, through: Address
) -> None:
    need(place, "versions")
    name = label(place, "changes.csv")
    with held(place, **{"changes.csv": place.content(500, 1)}):
        with opened(place, through) as source:
            first = find(source, name).version
        with opened(place, through) as source:
            again = find(source, name).version
        time.sleep(1.1)  # the finest clock that some protocols have
        place.put("changes.csv", place.content(500, 2))
        with opened(place, through) as source:
            changed = find(source, name).version
    assert first is not None
    assert again == first
    assert changed != first


def test_a_wrong_password_is_told_as_such(place: Place, through: Address) -> None:
    need(place, "wrong_password")
    with (
        held(place, **{"secret.csv": place.content(100, 1)}),
        fails(place, AuthFailed),
        opened(place, through, password=WRONG_PASSWORD) as source,
    ):
        list(source.list())


def test_a_password_with_letters_beyond_ascii_works(
    place: Place, through: Address, tmp_path: Path
) -> None:
    need(place, "unicode_password")
    assert not place.password.isascii()
    content = place.content(100, 1)
    with held(place, **{"secret.csv": content}), opened(place, through) as source:
        file = find(source, label(place, "secret.csv"))
        assert fetch(source, file, tmp_path).sha256 == digest(content)


def test_a_host_that_is_down_is_unreachable(place: Place) -> None:
    need(place, "host_down")
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.2", 0))  # taken, and nobody listens
        address = Address("127.0.0.2", nobody.getsockname()[1])
        with (
            held(place, **{"there.csv": place.content(100, 1)}),
            fails(place, Unreachable),
            opened(place, address) as source,
        ):
            list(source.list())


def test_a_server_that_says_nothing_is_unreachable_in_time(
    place: Place, through: Address, network: Network
) -> None:
    need(place, "silent_server")
    for proxy in network.values():
        proxy.behave("hang")
    with (
        held(place, **{"there.csv": place.content(100, 1)}),
        fails(place, Unreachable),
        opened(place, through) as source,
    ):
        list(source.list())


@pytest.mark.parametrize("fault", ["drop", "reset", "hang"])
def test_a_connection_that_breaks_in_mid_file_lands_nothing(
    place: Place, through: Address, network: Network, fault: Fault, tmp_path: Path
) -> None:
    need(place, "broken")
    content = place.content(LARGE_BYTES, 3)
    with held(place, **{"large.bin": content}), opened(place, through) as source:
        file = find(source, label(place, "large.bin"))
        for port in place.content_ports:
            network[port].behave(fault, after_bytes=len(content) * 2 // 5)
        with fails(place, Unreachable):
            fetch(source, file, tmp_path)
    assert landed(tmp_path) == []


def test_a_file_that_goes_between_listing_and_reading_has_vanished(
    place: Place, through: Address, tmp_path: Path
) -> None:
    need(place, "vanishes")
    place.put("gone.csv", place.content(100, 1))
    with opened(place, through) as source:
        file = find(source, label(place, "gone.csv"))
        place.remove("gone.csv")
        with fails(place, Vanished):
            fetch(source, file, tmp_path)
        with fails(place, Vanished):
            source.stat(file)
    assert landed(tmp_path) == []


def test_a_file_that_grows_while_it_is_read_lands_nothing(
    place: Place, through: Address, tmp_path: Path
) -> None:
    need(place, "grows")
    content = place.content(LARGE_BYTES, 4)
    with held(place, **{"grows.bin": content}), opened(place, through) as source:
        file = find(source, label(place, "grows.bin"))
        with fails(place, Unstable):
            fetch(GrowsWhileRead(source, place, "grows.bin"), file, tmp_path)
    assert landed(tmp_path) == []


def test_a_file_that_was_just_written_waits(place: Place, through: Address, tmp_path: Path) -> None:
    need(place, "settle")
    with held(place, **{"fresh.csv": place.content(100, 1)}), opened(place, through) as source:
        file = find(source, label(place, "fresh.csv"))
        with fails(place, Unstable):
            fetch(source, file, tmp_path, settle=timedelta(minutes=5))
    assert landed(tmp_path) == []


def test_links_lead_nowhere(place: Place, through: Address, tmp_path: Path) -> None:
    need(place, "links")
    if place.folder is None:
        pytest.skip("no links in this kind")
    outside = place.home / "outside"
    outside.mkdir(exist_ok=True)
    (outside / "private.csv").write_bytes(b"private")
    links = {"loop": ".", "out": str(outside), "out.csv": str(outside / "private.csv")}
    with held(place, **{"inside/real.csv": b"real"}):
        for name, target in links.items():
            (place.folder / "inside" / name).symlink_to(target)
        try:
            with opened(place, through) as source:
                listed = list(source.list())
                assert "inside/real.csv" in {file.name for file in listed}
                assert len(listed) < 20
                for file in listed:
                    assert b"private" not in b"".join(source.open(file))
        finally:
            for name in links:
                (place.folder / "inside" / name).unlink()


def test_a_file_that_becomes_a_link_lands_nothing(
    place: Place, through: Address, tmp_path: Path
) -> None:
    need(place, "links")
    if place.folder is None:
        pytest.skip("no links in this kind")
    outside = place.home / "private.csv"
    outside.write_bytes(b"private")
    with held(place, **{"turns.csv": b"regular"}), opened(place, through) as source:
        file = find(source, "turns.csv")
        place.remove("turns.csv")
        (place.folder / "turns.csv").symlink_to(outside)
        with fails(place, SourceError):
            fetch(source, file, tmp_path)
    assert landed(tmp_path) == []


def test_names_that_lead_upwards_are_labels_only(
    place: Place, through: Address, tmp_path: Path
) -> None:
    need(place, "traversal")
    labels = {name: place.listed_as(name) for name in TRAVERSALS}
    contents = {name: place.content(100, 7) for name, known in labels.items() if known is not None}
    if not contents:
        pytest.skip("the server cannot hold such a name")
    landing = tmp_path / "some" / "folder" / "landing"
    with held(place, **contents), opened(place, through) as source:
        found = {file.name: fetch(source, file, landing) for file in source.list()}
    assert set(found) == {known for known in labels.values() if known is not None}
    assert landed(tmp_path) == [landing / path for path in landed(landing / "sha256")]


def test_a_place_that_is_not_there_is_told_as_such(place: Place, through: Address) -> None:
    need(place, "missing_place")
    with (
        fails(place, NotThere),
        opened(place, through, declared=place.missing(through)) as source,
    ):
        list(source.list())


def test_a_folder_that_is_not_there_is_told_as_such(place: Place, through: Address) -> None:
    need(place, "missing_place")
    if place.folder is None:
        pytest.skip("no folders in this kind")
    with fails(place, NotThere), opened(place, through, path="no such/folder") as source:
        list(source.list())


def test_200_mb_are_read_in_little_memory(place: Place, through: Address) -> None:
    need(place, "memory")
    size = place.put_large("huge.bin", HUGE_BYTES)
    address = Address("127.0.0.1", place.port)
    try:
        reading = read_elsewhere(
            place.declared(address),
            place.credentials(address),
            place.home,
            label(place, "huge.bin"),
        )
    finally:
        place.remove("huge.bin")
    assert reading.read_bytes == size
    assert reading.grown_bytes <= MOST_MEMORY
