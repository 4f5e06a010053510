"""One process at a time: who works here, since when, and what one that died has left undone.

The kernel's lock on the file (``flock``) alone decides; it is gone with the last process that has
the file open, however that process ended. What the file says is for people: who holds it, and, when
nobody does, who had it last without coming to an end.

What is promised: processes of one machine never work side by side, containers that share the file
among them. Machines that share it promise no more than their file system does: NFS from version 4
on keeps such locks between machines, many FUSE and SMB mounts do not.

Belongs here: waiting, words about whoever is waited for, what was left undone.
Does not belong here: which work excludes which (nightly, asides, releases), clearing what was left
(leftovers).
"""

import fcntl
import json
import logging
import os
import platform
import re
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, Self

import psutil

log = logging.getLogger(__name__)

_LOOKS_EVERY: Final = 0.1
_SILENT_FOR: Final = 3.0
"""Seconds after which whoever waits says so."""
_SAYS_EVERY: Final = 60.0

_held: set[int] = set()


@dataclass(frozen=True, slots=True)
class Holder:
    """Whoever holds a lock, or held it last and did not come to an end.

    Attributes:
        command: What was called, without its arguments: they may name files and people.
        undone_since: When the first run began of those that did not come to an end here.
    """

    command: str
    pid: int
    host: str
    since: datetime
    undone_since: datetime

    @classmethod
    def this_process(cls, left: Self | None) -> Self:
        """Return this process, in debt to the one that left something undone."""
        now = datetime.now(UTC)
        undone_since = now if left is None else left.undone_since
        return cls(_command(), os.getpid(), platform.node(), now, undone_since)

    def told(self, now: datetime) -> str:
        """Return it in words: ``eurocluster run (pid 4711 on host, since 02:00, 3 minutes)``."""
        minutes = int((now - self.since).total_seconds() // 60)
        lasted = {0: "less than a minute", 1: "1 minute"}.get(minutes, f"{minutes} minutes")
        begun = self.since.astimezone()
        day = "" if begun.date() == now.astimezone().date() else f"{begun:%Y-%m-%d} "
        return f"{self.command} (pid {self.pid} on {self.host}, since {day}{begun:%H:%M}, {lasted})"

    def has_ended(self) -> bool:
        """Return whether it is known to run no more: then something that it began still does."""
        return self.host == platform.node() and not psutil.pid_exists(self.pid)


@contextmanager
def hold(
    path: Path, *, owes_after_errors: bool = False, settles: bool = True
) -> Iterator[Holder | None]:
    """Hold the lock of a file, which is made; yield who left it undone, None when nobody did.

    Another process or thread that holds it is waited for, and told of in the log after some
    seconds. What somebody who was killed or interrupted has left is owed until a block comes to
    its end; until then every holder is told of it.

    Args:
        path: The file; its name says what is locked.
        owes_after_errors: Whether a block that raises has left something undone, too.
        settles: Whether the block does all that somebody before it may have left.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        _wait(descriptor, path.stem)
        left = _read(descriptor)
        if left is not None:
            told = left.told(datetime.now(UTC))
            log.warning("%s: goes on where %s did not come to an end", path.stem, told)
        _held.add(descriptor)
        _write(descriptor, Holder.this_process(left))
        try:
            yield left
        except Exception:
            if not owes_after_errors and left is None:
                os.ftruncate(descriptor, 0)
            raise
        if settles or left is None:
            os.ftruncate(descriptor, 0)
        else:
            _write(descriptor, left)
    finally:
        _held.discard(descriptor)
        os.close(descriptor)


@contextmanager
def keep_out(path: Path) -> Iterator[None]:
    """Keep everybody from the work that a lock is for, without doing it.

    What somebody has left undone there stays told, for whoever holds the lock next.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        _wait(descriptor, path.stem)
        yield
    finally:
        os.close(descriptor)


def descriptors() -> tuple[int, ...]:
    """Return the locks of this process, for a child that must not be outlived by them.

    A child that inherits them (``pass_fds``) keeps them locked when this process is killed, so that
    nobody begins to write beside it.
    """
    return tuple(_held)


def _wait(descriptor: int, what: str) -> None:
    begun = time.monotonic()
    says_at = begun + _SILENT_FOR
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= says_at:
                log.warning("%s: waits for %s", what, _whoever_holds(descriptor))
                says_at += _SAYS_EVERY
            time.sleep(_LOOKS_EVERY)
        else:
            return


def _whoever_holds(descriptor: int) -> str:
    holder = _read(descriptor)
    if holder is None:
        return "another process"
    told = holder.told(datetime.now(UTC))
    return f"what is still running of {told}, which has ended" if holder.has_ended() else told


def _read(descriptor: int) -> Holder | None:
    """Return what a lock file says; None when it says nothing that can be understood."""
    try:
        said, _ = json.JSONDecoder().raw_decode(os.pread(descriptor, 4096, 0).decode())
        moments = {name: datetime.fromisoformat(said[name]) for name in ("since", "undone_since")}
        return Holder(**{**said, **moments})
    except (ValueError, TypeError, KeyError):
        return None


def _write(descriptor: int, holder: Holder) -> None:
    """Write over what the file said, which is not emptied first: a debt is never forgotten."""
    said = json.dumps(asdict(holder), default=datetime.isoformat).encode()
    os.pwrite(descriptor, said, 0)
    os.ftruncate(descriptor, len(said))


def _command() -> str:
    """Return the name of the program and of its command: ``eurocluster run``."""
    first = sys.argv[1] if len(sys.argv) > 1 else ""
    program = Path(sys.argv[0]).name
    return f"{program} {first}" if re.fullmatch(r"[a-z][a-z-]*", first) else program
