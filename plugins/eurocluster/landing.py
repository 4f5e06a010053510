"""The landing zone: files as they were sent, named by their content, never changed again.

Belongs here: taking a file in completely or not at all.
Does not belong here: where files come from (sources/), which of them are read (fetching.py), what
is in them (reading/), how long they are kept.
"""

import contextlib
import hashlib
import os
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from eurocluster.sources.protocol import RemoteFile, Source, TooBig, Unreachable, Unstable

_AT_ONCE: Final = timedelta(0)
_A_DAY: Final = timedelta(days=1).total_seconds()
_UNFINISHED: Final = ".part-"


@dataclass(frozen=True, slots=True)
class LandedFile:
    """A file in the landing zone. `name` is the partner's name for it: a label, never a path."""

    sha256: str
    path: Path
    name: str
    size: int
    modified: datetime | None


def land(
    source: Source,
    remote: RemoteFile,
    landing_dir: Path,
    *,
    settle: timedelta = _AT_ONCE,
    max_bytes: int = 100 << 20,
    deadline: float = 600.0,
    clock: Callable[[], float] = time.time,
) -> LandedFile:
    """Copy a file to `landing_dir/sha256/ab/cd/<hash>`, read-only.

    Landing the same bytes again changes nothing. The file is there completely or not at all, also
    after a power cut.

    Args:
        source: Where it is.
        remote: The file as it was listed.
        landing_dir: The landing zone.
        settle: How long nobody may have written to it.
        max_bytes: More is refused.
        deadline: Seconds after which a file that still drips is given up.
        clock: Says how old the file is; seconds since 1970.

    Raises:
        Unstable: It was just written, is shorter or longer than announced, or was changed while
            it was read.
        TooBig: It has more bytes than allowed.
        SourceError: Whatever else the source has to say; nothing is landed then.
    """
    _require_settled(remote, settle, clock)
    if remote.size is not None and remote.size > max_bytes:
        raise _too_big(remote, max_bytes)
    # Registers hold names of people: the folder is for the pipeline's account alone.
    landing_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    started = time.monotonic()
    with _temporary_file(landing_dir) as (descriptor, temporary):
        digest = hashlib.sha256()
        size = 0
        for piece in source.open(remote):
            size += len(piece)
            if size > max_bytes:
                raise _too_big(remote, max_bytes)
            if time.monotonic() - started > deadline:
                raise Unreachable(remote.name, f"did not arrive within {deadline:g} s")
            digest.update(piece)
            _write(descriptor, piece)
        if remote.size is not None and size != remote.size:
            raise Unstable(remote.name, f"{size} bytes came, {remote.size} were announced")
        if remote.version is not None and source.stat(remote).version != remote.version:
            raise Unstable(remote.name, "changed while it was read")
        sha256 = digest.hexdigest()
        target = landed_path(landing_dir, sha256)
        if not is_landed(target, size):
            os.fchmod(descriptor, 0o444)
            os.fsync(descriptor)
            target.parent.mkdir(parents=True, exist_ok=True)
            temporary.replace(target)
            for folder in list(target.parents)[:4]:
                _sync_folder(folder)
    return LandedFile(sha256, target, remote.name, size, remote.modified)


def sweep(landing_dir: Path, *, clock: Callable[[], float] = time.time) -> int:
    """Delete what runs that were killed have left half landed; return how many files.

    Half a register holds names of persons, too. What is younger than a day may be landing now.
    """
    swept = 0
    for unfinished in landing_dir.glob(f"{_UNFINISHED}*"):
        with contextlib.suppress(FileNotFoundError):
            if clock() - unfinished.stat().st_mtime > _A_DAY:
                unfinished.unlink()
                swept += 1
    return swept


def landed_path(landing_dir: Path, sha256: str) -> Path:
    """Return where the file of a hash lies, or would lie."""
    return landing_dir / "sha256" / sha256[:2] / sha256[2:4] / sha256


def landed_files(landing_dir: Path) -> list[Path]:
    """Return every landed file, by hash, which is its name."""
    return sorted((landing_dir / "sha256").glob("*/*/*"))


def is_landed(target: Path, size: int) -> bool:
    """Return whether a landed file is there in its whole length."""
    try:
        return target.stat().st_size == size
    except FileNotFoundError:
        return False


def _require_settled(remote: RemoteFile, settle: timedelta, clock: Callable[[], float]) -> None:
    """Refuse a file that was written just now, by whichever of both clocks is ahead."""
    if settle and remote.modified is not None:
        age = abs(clock() - remote.modified.timestamp())
        if age < settle.total_seconds():
            raise Unstable(remote.name, f"was written less than {settle.total_seconds():g} s ago")


def _too_big(remote: RemoteFile, max_bytes: int) -> TooBig:
    return TooBig(remote.name, f"has more than {max_bytes >> 20} MiB (max_mib)")


@contextlib.contextmanager
def _temporary_file(folder: Path) -> Iterator[tuple[int, Path]]:
    descriptor, name = tempfile.mkstemp(prefix=_UNFINISHED, dir=folder)
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


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
