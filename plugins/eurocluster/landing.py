"""The landing zone: files as they were sent, named by their content, never changed again.

Belongs here: taking a file in completely or not at all.
Does not belong here: where files come from (sources/), what is in them (reading/), how long they
are kept.
"""

import contextlib
import hashlib
import os
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from eurocluster.sources.protocol import RemoteFile, Source, Unstable


@dataclass(frozen=True, slots=True)
class LandedFile:
    """A file in the landing zone. `name` is the partner's name for it: a label, never a path."""

    sha256: str
    path: Path
    name: str
    size: int
    modified: datetime | None


def land(source: Source, remote: RemoteFile, landing_dir: Path) -> LandedFile:
    """Copy a file to `landing_dir/sha256/ab/cd/<hash>`, read-only.

    Landing the same bytes again changes nothing. The file is there completely or not at all, also
    after a power cut.

    Raises:
        Unstable: It is shorter or longer than announced, or was changed while it was read.
        SourceError: Whatever else the source has to say; nothing is landed then.
    """
    # Registers hold names of people: the folder is for the pipeline's account alone.
    landing_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    with _temporary_file(landing_dir) as (descriptor, temporary):
        digest = hashlib.sha256()
        size = 0
        for piece in source.open(remote):
            digest.update(piece)
            size += len(piece)
            _write(descriptor, piece)
        if remote.size is not None and size != remote.size:
            raise Unstable(f"{remote.name}: {size} bytes came, {remote.size} were announced")
        if remote.version is not None and source.stat(remote).version != remote.version:
            raise Unstable(f"{remote.name}: changed while it was read")
        sha256 = digest.hexdigest()
        target = landing_dir / "sha256" / sha256[:2] / sha256[2:4] / sha256
        if not _is_landed(target, size):
            os.fchmod(descriptor, 0o444)
            os.fsync(descriptor)
            target.parent.mkdir(parents=True, exist_ok=True)
            temporary.replace(target)
            for folder in list(target.parents)[:4]:
                _sync_folder(folder)
    return LandedFile(sha256, target, remote.name, size, remote.modified)


@contextlib.contextmanager
def _temporary_file(folder: Path) -> Iterator[tuple[int, Path]]:
    descriptor, name = tempfile.mkstemp(prefix=".part-", dir=folder)
    temporary = Path(name)
    try:
        yield descriptor, temporary
    finally:
        os.close(descriptor)
        temporary.unlink(missing_ok=True)


def _write(descriptor: int, piece: bytes) -> None:
    rest = memoryview(piece)
    while rest:
        rest = rest[os.write(descriptor, rest) :]


def _is_landed(target: Path, size: int) -> bool:
    try:
        return target.stat().st_size == size
    except FileNotFoundError:
        return False


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
