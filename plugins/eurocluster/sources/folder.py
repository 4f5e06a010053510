"""A folder that is mounted here: the consortium's own drive, or a share of a partner.

Belongs here: listing, opening and watching files of a folder without ever leaving it.
Does not belong here: mounting, other protocols, which files are registers (picking.py).
"""

import errno
import os
import stat
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath

from eurocluster.sources.protocol import (
    CHUNK_BYTES,
    AuthFailed,
    NotTrusted,
    RemoteFile,
    Unreachable,
    Vanished,
)

_FOLDER_FLAGS = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW
# O_NONBLOCK: opening a named pipe must not wait for someone to write into it.
_FILE_FLAGS = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK


class Folder:
    """Regular files below a folder. Links are never followed, not even to places inside."""

    def __init__(self, root: Path, label: str, *, must_be_mounted: bool = False) -> None:
        """Remember the folder.

        `label` is what messages call it: the path as declared, the same on every machine.
        """
        self._root = root
        self._label = label
        self._must_be_mounted = must_be_mounted

    def list(self) -> Iterator[RemoteFile]:
        """List the regular files below the folder.

        Raises:
            Unreachable: The folder does not exist: moved, renamed, or its drive is not mounted.
            AuthFailed: The folder, or one below it, may not be opened.
        """
        with self._words(self._label):
            # Resolved first: fwalk would find nothing, without a word, where the root is a link.
            root = self._root.resolve(strict=True)
            if not root.is_dir():
                raise NotADirectoryError
            if self._must_be_mounted and not _is_on_a_mount(root):
                raise Unreachable(self._label, "its drive is not mounted")
            for folder, _, names, descriptor in os.fwalk(root, onerror=_fail_unless_gone):
                below = PurePosixPath(os.path.relpath(folder, root))
                for name in names:
                    described = _describe_entry((below / name).as_posix(), name, descriptor)
                    if described is not None:
                        yield described

    def open(self, file: RemoteFile) -> Iterator[bytes]:
        """Read a file piece by piece.

        Raises:
            Vanished: It is gone.
            NotTrusted: It, or a folder on the way to it, has become a link or no regular file.
        """
        with self._words(file.name), self._descriptor(file) as descriptor:
            while piece := os.read(descriptor, CHUNK_BYTES):
                yield piece

    def stat(self, file: RemoteFile) -> RemoteFile:
        """Describe a file as it is now.

        Raises:
            Vanished: It is gone.
            NotTrusted: It, or a folder on the way to it, has become a link or no regular file.
        """
        with self._words(file.name), self._descriptor(file) as descriptor:
            return _describe(file.ref, os.fstat(descriptor))

    def close(self) -> None:
        """Nothing is kept open between calls."""

    @contextmanager
    def _descriptor(self, file: RemoteFile) -> Iterator[int]:
        """Open a file by walking down from the root, so that no link is ever on the way."""
        parts = PurePosixPath(file.ref or file.name).parts
        if not parts or os.pardir in parts or parts[0] == "/":
            raise NotTrusted(file.name, "not a file of this folder")
        *folders, name = parts
        descriptor = os.open(self._root, os.O_RDONLY | os.O_DIRECTORY)
        try:
            for folder in folders:
                below = os.open(folder, _FOLDER_FLAGS, dir_fd=descriptor)
                os.close(descriptor)
                descriptor = below
            opened = os.open(name, _FILE_FLAGS, dir_fd=descriptor)
        finally:
            os.close(descriptor)
        try:
            if not stat.S_ISREG(os.fstat(opened).st_mode):
                raise NotTrusted(file.name, "not a regular file")
            yield opened
        finally:
            os.close(opened)

    @contextmanager
    def _words(self, what: str) -> Iterator[None]:
        try:
            yield
        except FileNotFoundError:
            if not self._root.is_dir():
                raise Unreachable(
                    self._label,
                    "there is no such folder, or its drive is not mounted",
                ) from None
            raise Vanished(what, "was listed and is gone") from None
        except NotADirectoryError:
            if not self._root.is_dir():
                raise Unreachable(self._label, "is a file, not a folder") from None
            raise NotTrusted(what, "a link or a file where a folder was") from None
        except PermissionError:
            raise AuthFailed(what, "the pipeline's account may not open it") from None
        except OSError as error:
            if error.errno == errno.ELOOP:
                raise NotTrusted(what, "is a link; links are not followed") from None
            raise Unreachable(what, os.strerror(error.errno or 0)) from None


def _describe_entry(ref: str, name: str, folder: int) -> RemoteFile | None:
    """Describe a regular file of an open folder; None for links and files that just went."""
    try:
        status = os.stat(name, dir_fd=folder, follow_symlinks=False)
    except FileNotFoundError:
        return None
    return _describe(ref, status) if stat.S_ISREG(status.st_mode) else None


def _describe(ref: str, status: os.stat_result) -> RemoteFile:
    return RemoteFile(
        name=_label(ref),
        size=status.st_size,
        modified=datetime.fromtimestamp(status.st_mtime, UTC),
        # A file that is replaced within one tick of the clock has another inode.
        etag=f"{status.st_ino:x}-{status.st_size:x}-{status.st_mtime_ns:x}",
        ref=ref,
    )


def _is_on_a_mount(root: Path) -> bool:
    """Say whether a folder, or one above it, is a mount point other than the root's."""
    return any(os.path.ismount(folder) for folder in (root, *root.parents[:-1]))


def _label(ref: str) -> str:
    """Name for people: one way of writing accents, and letters even where the drive has none."""
    readable = os.fsencode(ref).decode("utf-8", "replace")
    return unicodedata.normalize("NFC", readable)


def _fail_unless_gone(error: OSError) -> None:
    if not isinstance(error, FileNotFoundError):
        raise error
