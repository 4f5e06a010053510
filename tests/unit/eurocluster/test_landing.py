import hashlib
import os
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eurocluster.landing import land, sweep
from eurocluster.sources.folder import Folder
from eurocluster.sources.protocol import RemoteFile, TooBig, Unstable, Vanished


@pytest.fixture
def drive(tmp_path: Path) -> Path:
    drive = tmp_path / "drive"
    drive.mkdir()
    return drive


@pytest.fixture
def landing(tmp_path: Path) -> Path:
    return tmp_path / "var" / "landing"


def folder(drive: Path) -> Folder:
    return Folder(drive, "drive")


def files_below(path: Path) -> list[Path]:
    return sorted(found for found in path.rglob("*") if found.is_file())


def test_a_file_lands_under_the_hash_of_its_content(drive: Path, landing: Path) -> None:
    (drive / "Anwesenheit März.csv").write_bytes(b"a;b\n")
    source = folder(drive)
    (remote,) = source.list()
    landed = land(source, remote, landing)
    digest = hashlib.sha256(b"a;b\n").hexdigest()
    assert landed.sha256 == digest
    assert landed.path == landing / "sha256" / digest[:2] / digest[2:4] / digest
    assert (landed.name, landed.size) == ("Anwesenheit März.csv", 4)
    assert landed.modified == remote.modified
    assert landed.path.read_bytes() == b"a;b\n"
    assert files_below(landing) == [landed.path]


def test_a_landed_file_is_read_only_and_the_zone_is_private(drive: Path, landing: Path) -> None:
    (drive / "a.csv").write_bytes(b"x")
    source = folder(drive)
    landed = land(source, next(source.list()), landing)
    assert landed.path.stat().st_mode & 0o777 == 0o444
    assert landing.stat().st_mode & 0o777 == 0o700


def test_landing_again_changes_nothing(drive: Path, landing: Path) -> None:
    (drive / "a.csv").write_bytes(b"x")
    (drive / "copy of a.csv").write_bytes(b"x")
    source = folder(drive)
    first, second = sorted(source.list(), key=lambda file: file.name)
    landed = land(source, first, landing)
    before = landed.path.stat()
    again, copy = land(source, first, landing), land(source, second, landing)
    assert again == landed
    assert (copy.sha256, copy.path, copy.name) == (landed.sha256, landed.path, "copy of a.csv")
    assert landed.path.stat().st_ino == before.st_ino
    assert files_below(landing) == [landed.path]


def test_a_landed_file_that_was_cut_short_by_a_broken_disk_is_landed_anew(
    drive: Path, landing: Path
) -> None:
    (drive / "a.csv").write_bytes(b"complete")
    source = folder(drive)
    (remote,) = source.list()
    landed = land(source, remote, landing)
    landed.path.chmod(0o644)
    landed.path.write_bytes(b"compl")
    assert land(source, remote, landing).path.read_bytes() == b"complete"


class GrowingDrive(Folder):
    """A folder in which someone is still writing while we read."""

    def __init__(self, drive: Path, change: str) -> None:
        super().__init__(drive, "drive")
        self._path = drive / "a.csv"
        self._change = change

    def open(self, file: RemoteFile) -> Iterator[bytes]:
        pieces = super().open(file)
        first = next(pieces)
        if self._change == "grows":
            with self._path.open("ab") as more:
                more.write(b"more")
        elif self._change == "is replaced":
            status = self._path.stat()
            replacement = self._path.with_name("b.tmp")
            replacement.write_bytes(b"y" * len(first))
            os.utime(replacement, ns=(status.st_atime_ns, status.st_mtime_ns))
            replacement.replace(self._path)
        elif self._change == "shrinks":
            first = first[:-1]
        else:
            self._path.unlink()
        yield first
        yield from pieces


@pytest.mark.parametrize("change", ["grows", "is replaced", "shrinks"])
def test_a_file_that_changes_while_it_is_read_is_not_landed(
    drive: Path, landing: Path, change: str
) -> None:
    (drive / "a.csv").write_bytes(b"x" * 100)
    source = GrowingDrive(drive, change)
    with pytest.raises(Unstable):
        land(source, next(source.list()), landing)
    assert files_below(landing) == []


def test_a_file_that_vanishes_while_it_is_read_is_not_landed(drive: Path, landing: Path) -> None:
    (drive / "a.csv").write_bytes(b"x")
    source = GrowingDrive(drive, "vanishes")
    with pytest.raises(Vanished):
        land(source, next(source.list()), landing)
    assert files_below(landing) == []


def test_a_file_that_is_too_big_leaves_nothing_behind(drive: Path, landing: Path) -> None:
    (drive / "a.csv").write_bytes(b"x" * ((1 << 20) + 1))
    source = folder(drive)
    with pytest.raises(TooBig, match="1 MiB"):
        land(source, next(source.list()), landing, max_bytes=1 << 20)
    assert files_below(landing) == []


class OneFile:
    """A server that names its file as it likes and knows neither size nor time."""

    def __init__(self, name: str, content: bytes) -> None:
        self._file = RemoteFile(name, None, None)
        self._content = content

    def list(self) -> Iterator[RemoteFile]:
        yield self._file

    def open(self, file: RemoteFile) -> Iterator[bytes]:
        for start in range(0, len(self._content), 7):
            yield self._content[start : start + 7]

    def stat(self, file: RemoteFile) -> RemoteFile:
        return file

    def close(self) -> None:
        """Nothing to close."""


@pytest.mark.parametrize("name", ["../../evil.csv", "/etc/evil.csv", "..\\evil.csv", "a\x00b", ""])
def test_a_servers_name_is_a_label_and_never_a_path(
    tmp_path: Path, landing: Path, name: str
) -> None:
    source = OneFile(name, b"x")
    landed = land(source, next(source.list()), landing)
    assert landed.name == name
    assert files_below(tmp_path) == [landed.path]


@settings(max_examples=30, deadline=None)
@given(st.binary(max_size=300))
def test_any_content_is_kept_as_it_is(
    tmp_path_factory: pytest.TempPathFactory, content: bytes
) -> None:
    source = OneFile("a", content)
    landed = land(source, next(source.list()), tmp_path_factory.mktemp("landing"))
    assert landed.path.read_bytes() == content
    assert landed.sha256 == hashlib.sha256(content).hexdigest()


def test_many_at_a_time_land_the_same_file_once(drive: Path, landing: Path) -> None:
    (drive / "a.csv").write_bytes(b"x" * 100_000)
    source = folder(drive)
    (remote,) = source.list()
    paths = []
    threads = [
        threading.Thread(target=lambda: paths.append(land(source, remote, landing).path))
        for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(paths) == 8
    assert files_below(landing) == [paths[0]]


@pytest.mark.parametrize(("age", "settled"), [(10, False), (-10, False), (61, True), (-3600, True)])
def test_a_file_that_was_just_written_waits_until_it_has_settled(
    drive: Path, landing: Path, age: float, settled: bool
) -> None:
    path = drive / "a.csv"
    path.write_bytes(b"x")
    os.utime(path, (0, 1_700_000_000))
    source = folder(drive)
    (file,) = source.list()
    a_minute = timedelta(minutes=1)
    if settled:
        landed = land(source, file, landing, settle=a_minute, clock=lambda: 1_700_000_000 + age)
        assert landed.path.read_bytes() == b"x"
    else:
        with pytest.raises(Unstable, match="less than 60 s ago"):
            land(source, file, landing, settle=a_minute, clock=lambda: 1_700_000_000 + age)
        assert files_below(landing) == []


def test_a_file_that_says_how_big_it_is_is_refused_before_it_is_read(
    drive: Path, landing: Path
) -> None:
    with (drive / "big.csv").open("wb") as file:
        file.truncate((1 << 20) + 1)
    source = folder(drive)
    (listed,) = source.list()
    (drive / "big.csv").unlink()
    with pytest.raises(TooBig, match="more than 1 MiB"):
        land(source, listed, landing, max_bytes=1 << 20)


def test_half_a_file_of_a_run_that_was_killed_is_swept_after_a_day(landing: Path) -> None:
    landing.mkdir(parents=True)
    for name, age in ((".part-old", 90_000), (".part-now", 60), ("seen", 90_000)):
        (landing / name).write_bytes(b"Testa;Przykladna")
        os.utime(landing / name, (0, 1_700_000_000 - age))
    assert sweep(landing, clock=lambda: 1_700_000_000) == 1
    assert sorted(path.name for path in landing.iterdir()) == [".part-now", "seen"]
    assert sweep(landing / "not there") == 0
