import os
import unicodedata
from datetime import UTC, datetime
from pathlib import Path

import pytest

from eurocluster.consortium.sources import FolderSource
from eurocluster.sources import open_source
from eurocluster.sources.connections import no_connections
from eurocluster.sources.folder import Folder
from eurocluster.sources.protocol import (
    NotTrusted,
    RemoteFile,
    SourceError,
    Unreachable,
    Vanished,
)


@pytest.fixture
def drive(tmp_path: Path) -> Path:
    drive = tmp_path / "drives" / "p1"
    drive.mkdir(parents=True)
    return drive


def folder(drive: Path, *, must_be_mounted: bool = False) -> Folder:
    return Folder(drive, "drives/p1", must_be_mounted=must_be_mounted)


def names(source: Folder) -> list[str]:
    return sorted(file.name for file in source.list())


def content(source: Folder, file: RemoteFile) -> bytes:
    return b"".join(source.open(file))


def test_a_declared_folder_starts_at_the_consortium_folder(tmp_path: Path, drive: Path) -> None:
    (drive / "list.csv").write_bytes(b"a;b\n")
    declaration = FolderSource.model_validate(
        {"kind": "folder", "path": "drives/p1", "files": {"include": ["*.csv"]}}
    )
    source = open_source(declaration, tmp_path, no_connections)
    (file,) = source.list()
    assert b"".join(source.open(file)) == b"a;b\n"
    source.close()


def test_every_regular_file_is_listed(drive: Path) -> None:
    (drive / "2024").mkdir()
    for name in ("b.csv", "2024/c.csv", "~$a.csv"):
        (drive / name).touch()
    assert names(folder(drive)) == ["2024/c.csv", "b.csv", "~$a.csv"]


@pytest.mark.parametrize(
    "name",
    [
        "Ünï cödé – Schülung 100%.csv",
        "a b+c#d&e;f=g.csv",
        "percent%20name.csv",
        "[brackets] {x} (1).csv",
        "it's.csv",
        "ελληνικά.csv",
        "sub/deep/two.csv",
        "new\nline.csv",
    ],
)
def test_any_name_can_be_listed_and_read(drive: Path, name: str) -> None:
    path = drive / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"x")
    source = folder(drive)
    (file,) = source.list()
    assert (file.name, file.size, content(source, file)) == (name, 1, b"x")


def test_names_are_shown_in_one_way_and_opened_as_they_are(drive: Path) -> None:
    decomposed = unicodedata.normalize("NFD", "é.csv")
    (drive / decomposed).write_bytes(b"nfd")
    Path(os.fsdecode(os.fsencode(drive) + b"/latin-\xe9.csv")).write_bytes(b"latin")
    source = folder(drive)
    assert sorted((file.name, content(source, file)) for file in source.list()) == [
        ("latin-\ufffd.csv", b"latin"),
        ("é.csv", b"nfd"),
    ]


def test_a_file_is_described_with_its_time_in_utc(drive: Path) -> None:
    (drive / "a.csv").write_bytes(b"12345")
    os.utime(drive / "a.csv", (0, 1_700_000_000))
    (file,) = folder(drive).list()
    assert (file.size, file.modified) == (5, datetime.fromtimestamp(1_700_000_000, UTC))


def test_a_version_stays_while_a_file_stays_and_changes_with_it(drive: Path) -> None:
    path = drive / "a.csv"
    path.write_bytes(b"one")
    source = folder(drive)
    (file,) = source.list()
    assert source.stat(file).version == file.version
    status = path.stat()
    replacement = drive / "b.tmp"
    replacement.write_bytes(b"two")
    os.utime(replacement, ns=(status.st_atime_ns, status.st_mtime_ns))
    replacement.replace(path)
    assert source.stat(file).version != file.version


def test_a_folder_that_is_not_there_is_said_in_words(tmp_path: Path) -> None:
    with pytest.raises(Unreachable, match="drives/p1: there is no such folder") as failure:
        names(folder(tmp_path / "nowhere"))
    assert failure.value.retryable
    assert str(tmp_path) not in str(failure.value)


def test_a_file_where_the_folder_should_be_is_said_in_words(drive: Path) -> None:
    (drive / "file").touch()
    with pytest.raises(Unreachable, match="not a folder"):
        names(folder(drive / "file"))


def test_an_empty_mount_point_is_no_empty_folder(drive: Path) -> None:
    with pytest.raises(Unreachable, match="not mounted"):
        names(folder(drive, must_be_mounted=True))
    assert names(folder(drive)) == []
    assert any(folder(Path("/proc/sys"), must_be_mounted=True).list())


def test_a_folder_behind_a_link_is_listed(drive: Path, tmp_path: Path) -> None:
    (drive / "a.csv").write_bytes(b"x")
    (tmp_path / "mount").symlink_to(drive)
    source = folder(tmp_path / "mount")
    (file,) = source.list()
    assert content(source, file) == b"x"


def test_links_are_never_followed(drive: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret.csv").write_bytes(b"secret")
    (drive / "link.csv").symlink_to(outside / "secret.csv")
    (drive / "folder").symlink_to(outside)
    (drive / "loop").symlink_to(drive)
    os.mkfifo(drive / "pipe.csv")
    assert names(folder(drive)) == []


@pytest.mark.parametrize("ref", ["link.csv", "folder/secret.csv", "pipe.csv"])
def test_what_became_a_link_after_listing_is_not_opened(
    drive: Path, tmp_path: Path, ref: str
) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret.csv").write_bytes(b"secret")
    (drive / "link.csv").symlink_to(outside / "secret.csv")
    (drive / "folder").symlink_to(outside)
    os.mkfifo(drive / "pipe.csv")
    with pytest.raises(NotTrusted):
        content(folder(drive), RemoteFile(ref, None, None, ref=ref))


@pytest.mark.parametrize("ref", ["../outside.csv", "a/../../outside.csv", "/etc/hostname", ""])
def test_a_name_never_leads_out_of_the_folder(drive: Path, ref: str) -> None:
    (drive.parent / "outside.csv").write_bytes(b"secret")
    with pytest.raises(NotTrusted):
        content(folder(drive), RemoteFile(ref, None, None, ref=ref))


def test_a_file_that_went_after_listing_has_vanished(drive: Path) -> None:
    (drive / "a.csv").write_bytes(b"x")
    source = folder(drive)
    (file,) = source.list()
    (drive / "a.csv").unlink()
    with pytest.raises(Vanished, match=r"a\.csv"):
        content(source, file)
    with pytest.raises(Vanished):
        source.stat(file)


def test_every_failure_is_a_source_error_that_says_whether_to_try_again() -> None:
    assert {kind.__name__: kind.retryable for kind in SourceError.__subclasses__()} == {
        "Unreachable": True,
        "Unstable": True,
        "AuthFailed": False,
        "MissingConnection": False,
        "NotThere": False,
        "Vanished": True,
        "TooBig": False,
        "NotTrusted": False,
        "UnexpectedAnswer": False,
    }
