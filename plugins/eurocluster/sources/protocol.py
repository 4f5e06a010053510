"""What every source of files can do, and the ways in which it can fail.

Belongs here: the protocol, the description of a remote file, errors.
Does not belong here: any one kind of source.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

CHUNK_BYTES = 1 << 20


class SourceError(Exception):
    """A source failed. The message says where and why, in words a partner understands."""

    retryable = False


class Unreachable(SourceError):
    """Nobody answers, or the connection broke: later it may work."""

    retryable = True


class Unstable(SourceError):
    """The file is being written or replaced right now: later it may be complete."""

    retryable = True


class AuthFailed(SourceError):
    """We are not let in. Never tried again by itself: that can lock the partner's account."""


class Vanished(SourceError):
    """The file was listed and is gone."""


class TooBig(SourceError):
    """More bytes, or more files, than the declaration allows."""


class NotTrusted(SourceError):
    """A way out of the place that was declared: a link, another host."""


@dataclass(frozen=True, slots=True)
class RemoteFile:
    """A file as its source describes it.

    `name` is a label with "/" between folders, in NFC, never a path to be used here; `ref` is what
    the source itself needs to find the file again. `etag` is the source's own mark of a version.
    """

    name: str
    size: int | None
    modified: datetime | None
    etag: str | None = None
    ref: str = field(default="", repr=False)

    @property
    def version(self) -> str | None:
        """Equal versions hold equal bytes; None when the source cannot tell."""
        if self.etag is not None:
            return f"etag:{self.etag}"
        if self.size is not None and self.modified is not None:
            return f"stat:{self.size}:{self.modified.isoformat()}"
        return None


class Source(Protocol):
    """Files of one register at one partner. All methods raise `SourceError`."""

    def list(self) -> tuple[RemoteFile, ...]:
        """List the files that the declaration includes, in the order of their names."""

    def open(self, file: RemoteFile) -> Iterator[bytes]:
        """Read a listed file piece by piece."""

    def stat(self, file: RemoteFile) -> RemoteFile:
        """Describe a listed file as it is now."""

    def close(self) -> None:
        """Let go of connections."""
