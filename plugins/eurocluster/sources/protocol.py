"""What every source of files can do, and the ways in which it can fail.

Belongs here: the protocol, the description of a remote file, limits, errors.
Does not belong here: any one kind of source.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar, Final, Protocol

from eurocluster.wording import Words, later, words

CHUNK_BYTES: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class Limits:
    """What one source may cost.

    Attributes:
        connect: Seconds until a server has answered at all.
        read: Seconds of silence after which a connection counts as broken.
        deadline: Seconds that one file may take, however steadily it drips.
        listed: Files and folders that are looked at; more is a loop or not a register's place.
        depth: Folders below each other; a link that a server resolves looks like a folder.
    """

    connect: float = 10.0
    read: float = 30.0
    deadline: float = 600.0
    listed: int = 100_000
    depth: int = 8


class SourceError(Exception):
    """A source failed. ``str()`` says where, what and what to do; :attr:`words` can be translated.

    Args:
        place: What the partner calls it: a file's name, a share, an address without secrets.
        cause: What happened there, in few words; never a secret, never a cell's content.
    """

    retryable: ClassVar[bool] = False
    advice: ClassVar[str] = later("Look at how the source is declared.")

    def __init__(self, place: str, cause: str) -> None:
        super().__init__(place, cause)
        self.place = place
        self.cause = cause

    @property
    def words(self) -> Words:
        """Place, cause and advice as a sentence."""
        return words(
            "{place}: {cause}. {advice}",
            place=self.place,
            cause=self.cause,
            advice=Words(self.advice),
        )

    def __str__(self) -> str:
        return str(self.words)


class Unreachable(SourceError):
    """Nobody answers, or the connection broke: later it may work."""

    retryable = True
    advice = later("Is the server running, has its address changed? It is tried again by itself.")


class Unstable(SourceError):
    """The file is being written or replaced right now: later it may be complete."""

    retryable = True
    advice = later("It is read when nobody writes to it any more. It is tried again by itself.")


class AuthFailed(SourceError):
    """We are not let in. Never tried again by itself: that can lock the partner's account."""

    advice = later(
        "Has the password changed, is the account locked, may it read this place? It is not tried"
        " again before the next night, so that the account is not locked."
    )


class MissingConnection(SourceError):
    """The connection that a declaration names does not exist, or lacks what its kind needs."""

    advice = later("The coordinator has to add it; nothing is wrong at the partner.")


class NotThere(SourceError):
    """The server answers and has no such share, folder, bucket, table or path."""

    advice = later("Was it moved or renamed? Put it back, or tell the coordinator where it is now.")


class Vanished(SourceError):
    """The file was listed and is gone."""

    advice = later("Was it moved or deleted just now? It is looked for again next time.")
    retryable = True


class TooBig(SourceError):
    """Larger, or more files, than the declaration allows."""

    advice = later("Is this the right place? If so, tell the coordinator to raise the limit.")


class NotTrusted(SourceError):
    """A way out of the place that was declared, a link, another host, a key that is not pinned."""

    advice = later("Nothing is read from there until the coordinator has looked at it.")


class UnexpectedAnswer(SourceError):
    """The server answers something else than its protocol or the declaration says."""

    advice = later("Has the interface changed? Tell the coordinator how it works now.")


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
    """The files of one place at one partner, whichever register they belong to.

    Opening one connects and signs in. All methods, and the iteration over what they return, raise
    :class:`SourceError` and nothing else; no call is silent for longer than ``Limits.read``.
    """

    def list(self) -> Iterator[RemoteFile]:
        """Find every regular file below the place, in any order; links are never followed out."""

    def open(self, file: RemoteFile) -> Iterator[bytes]:
        """Read a listed file piece by piece, never all of it in memory."""

    def stat(self, file: RemoteFile) -> RemoteFile:
        """Describe a listed file as it is now, in one round trip if the protocol can."""

    def close(self) -> None:
        """Let go of connections; never raises."""
