"""A folder in which answers lie among files of other people: nothing of theirs is written over.

The folder above is a partner's, who may put anything there. So the way down is taken by
descriptors that never follow a link, and a file counts as an answer of ours only as long as it is
what was written: one that somebody mended and saved in its place is theirs.

Who may open the folder above may read the answers: its group and the group's rights are theirs,
without the right to write. The world gets none.

Belongs here: names that are free, whole files, rights.
Does not belong here: what an answer says, what it answers.
"""

import contextlib
import hashlib
import os
import secrets
import shutil
import stat
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import IO, Final

_FOLDER_FLAGS: Final = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW
# O_NONBLOCK: opening a named pipe must not wait for someone to write into it.
_FILE_FLAGS: Final = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK
_NEW_FLAGS: Final = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW
_UNFINISHED: Final = ".part-"
_OF_FOLDER: Final = stat.S_ISGID | stat.S_IRGRP | stat.S_IXGRP
_OF_FILE: Final = stat.S_IRGRP


@dataclass(frozen=True, slots=True)
class Written:
    """An answer as it was written; ``mark`` changes when anybody writes to it."""

    name: str
    mark: str


class AnswerFolder:
    """The folder ``name`` in the folder ``above``."""

    def __init__(self, above: Path, name: str) -> None:
        self._above = above
        self._name = name

    def prepare(self) -> None:
        """Make the folder, let in who may open the one above, remove what was left unfinished.

        Raises:
            OSError: It cannot be made or opened, or something else has its name.
        """
        with self._opened() as answers:
            with os.scandir(answers) as entries:
                unfinished = [e.name for e in entries if e.name.startswith(_UNFINISHED)]
            for name in unfinished:
                os.unlink(name, dir_fd=answers)

    def path(self, written: Written) -> Path:
        """Return where an answer lies."""
        return self._above / self._name / written.name

    def has(self, written: Written) -> bool:
        """Return whether an answer is still there as it was written."""
        with self._opened() as answers:
            return _mark(answers, written.name) == written.mark

    def write(self, made: Path, earlier: Written | None, taken: Collection[str]) -> Written:
        """Copy a finished answer into the folder, whole or not at all, in place of the earlier one.

        Args:
            made: The answer; it gets this name, or one with a number when that is somebody's.
            earlier: The answer that it replaces.
            taken: Folded names of other answers.

        Raises:
            OSError: The folder cannot be written.
        """
        with self._opened() as answers:
            for number in count(1):
                name = made.name if number == 1 else f"{made.stem} {number}{made.suffix}"
                if name.casefold() in taken:
                    continue
                found = _mark(answers, name)
                if found is not None and _is_same(answers, name, made):
                    break
                if found is None or (earlier is not None and (name, found) == _both(earlier)):
                    _copy(made, answers, name)
                    break
            written = Written(name, _mark(answers, name) or "")
            if earlier is not None and earlier.name != name:
                _remove(answers, earlier)
        return written

    def remove(self, written: Written) -> None:
        """Remove an answer unless somebody has written to it."""
        with self._opened() as answers:
            _remove(answers, written)

    @contextlib.contextmanager
    def _opened(self) -> Iterator[int]:
        """Open the folder, made where it is missing, with the rights of the one above."""
        above = os.open(self._above, _FOLDER_FLAGS)
        try:
            with contextlib.suppress(FileExistsError):
                os.mkdir(self._name, mode=0o700, dir_fd=above)
            answers = os.open(self._name, _FOLDER_FLAGS, dir_fd=above)
            try:
                _let_in(answers, os.fstat(above), 0o700, _OF_FOLDER)
                yield answers
            finally:
                os.close(answers)
        finally:
            os.close(above)


def _let_in(descriptor: int, above: os.stat_result, own: int, shared: int) -> None:
    """Give the group of the folder above what it may do there, of the ``shared`` rights.

    What belongs to another account, or a group that this account is not in, stays closed.
    """
    now = os.fstat(descriptor)
    wanted = own | (stat.S_IMODE(above.st_mode) & shared)
    with contextlib.suppress(PermissionError):
        if now.st_gid != above.st_gid:
            os.fchown(descriptor, -1, above.st_gid)
        if stat.S_IMODE(now.st_mode) != wanted:
            os.fchmod(descriptor, wanted)


def _both(written: Written) -> tuple[str, str]:
    return written.name, written.mark


def _mark(folder: int, name: str) -> str | None:
    """Return what changes when a file is written to or replaced; None where there is nothing."""
    try:
        status = os.stat(name, dir_fd=folder, follow_symlinks=False)
    except FileNotFoundError:
        return None
    return f"{status.st_ino:x}-{status.st_size:x}-{status.st_mtime_ns:x}"


def _is_same(folder: int, name: str, made: Path) -> bool:
    """Return whether a regular file holds the bytes of ``made``."""
    try:
        descriptor = os.open(name, _FILE_FLAGS, dir_fd=folder)
    except OSError:
        return False
    with os.fdopen(descriptor, "rb") as found, made.open("rb") as wanted:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            return False
        return _hash(found) == _hash(wanted)


def _hash(content: IO[bytes]) -> bytes:
    return hashlib.file_digest(content, "sha256").digest()  # type: ignore[arg-type]


def _copy(made: Path, folder: int, name: str) -> None:
    unfinished = f"{_UNFINISHED}{secrets.token_hex(8)}"
    descriptor = os.open(unfinished, _NEW_FLAGS, mode=0o600, dir_fd=folder)
    try:
        with os.fdopen(descriptor, "wb") as sink, made.open("rb") as source:
            shutil.copyfileobj(source, sink)
            sink.flush()
            _let_in(sink.fileno(), os.fstat(folder), 0o600, _OF_FILE)
            os.fsync(sink.fileno())
        os.replace(unfinished, name, src_dir_fd=folder, dst_dir_fd=folder)
        os.fsync(folder)
    except BaseException:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(unfinished, dir_fd=folder)
        raise


def _remove(folder: int, written: Written) -> None:
    if _mark(folder, written.name) == written.mark:
        os.unlink(written.name, dir_fd=folder)
