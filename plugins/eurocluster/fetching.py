"""Fetching one partner's registers: each place is opened once, unchanged files are not read again.

Belongs here: which places to open, what was seen there before, when to read a file again.
Does not belong here: how a place is read (sources/), keeping the bytes (landing.py), what a failure
means for the register (ingesting.py).
"""

import hashlib
import json
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final, Self

from pydantic import AwareDatetime, BaseModel, TypeAdapter

from eurocluster.consortium.partners import Partner, Register
from eurocluster.consortium.sources import DeclaredSource, FolderSource, RestSource, SqlSource
from eurocluster.landing import LandedFile, is_landed, land, landed_path
from eurocluster.sources import LIMITS, open_source
from eurocluster.sources.connections import Lookup
from eurocluster.sources.picking import listing_order, pick
from eurocluster.sources.protocol import (
    AuthFailed,
    Limits,
    RemoteFile,
    Source,
    SourceError,
    Unreachable,
)

_FULL_READ: Final = timedelta(days=7)
"""A file is read again after this time even if its source says that it has not changed."""
_COARSEST_CLOCK: Final = 2.0
"""Seconds between two times that a source can tell apart."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """The files of one register, those with the same content once, in the order of their names.

    Attributes:
        read: How many of them were read now; the others are known from before.
        bytes_read: Their sizes together.
    """

    files: tuple[LandedFile, ...]
    read: int
    bytes_read: int


@dataclass(frozen=True, slots=True)
class _Seen:
    """A file as it was when it was last read."""

    version: str
    sha256: str
    size: int
    read_at: AwareDatetime


_MEMORY: Final = TypeAdapter(dict[str, dict[str, _Seen]])
"""Place → the source's own name of a file → how it was when it was last read."""


class PartnerFetch:
    """Everything of one partner that is fetched in one night; close it afterwards.

    A place (a share, a bucket, a mailbox) is connected to once, however many registers lie there,
    and one that fails is not tried again for the next register. A connection that is not let in is
    not tried again at any place: a second wrong password can lock the partner's account.
    """

    def __init__(
        self,
        partner: Partner,
        home: Path,
        landing_dir: Path,
        memory: Path,
        lookup: Lookup,
        *,
        reads_again: bool = False,
        limits: Limits = LIMITS,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """Open nothing yet.

        Args:
            partner: Whose registers.
            home: Consortium folder, where relative folders start.
            landing_dir: Landing zone.
            memory: Folder that remembers what was read; losing it costs time only.
            lookup: Airflow connections.
            reads_again: Read unchanged files again.
            limits: What a source may cost.
            clock: Seconds since 1970.
        """
        self._partner = partner
        self._home = home
        self._landing_dir = landing_dir
        self._lookup = lookup
        self._reads_again = reads_again
        self._limits = limits
        self._clock = clock
        self._memory = memory / f"{partner.partner}.json"
        self._seen = _remembered(self._memory)
        self._sources: dict[str, Source | SourceError] = {}
        self._listings: dict[str, tuple[RemoteFile, ...]] = {}
        self._refused: dict[str, AuthFailed] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        for source in self._sources.values():
            if not isinstance(source, SourceError):
                source.close()

    def fetch(self, register: Register) -> Fetched:
        """Land the files of a register.

        Raises:
            SourceError: The place, or one of the files, could not be read.
        """
        declared = register.source
        place = _place(declared)
        with self._remembering_failure(place):
            source = self._open(place, declared)
            if place not in self._listings:
                self._listings[place] = tuple(source.list())
        listed = self._listings[place]
        if not isinstance(declared, RestSource | SqlSource):
            listed = pick(listed, declared.files, self._partner.partner)
        landed: dict[str, LandedFile] = {}
        read = bytes_read = 0
        for remote in listed:
            known = self._known(place, remote)
            if known is None:
                # A server that hangs in the middle of a file would hang in the next one, too.
                with self._remembering_failure(place, Unreachable):
                    known = self._land(place, source, remote, declared)
                read += 1
                bytes_read += known.size
            landed.setdefault(known.sha256, known)
        in_order = sorted(landed.values(), key=lambda file: listing_order(file.name))
        return Fetched(tuple(in_order), read, bytes_read)

    def _open(self, place: str, declared: DeclaredSource) -> Source:
        found = self._sources.get(place)
        conn_id = None if isinstance(declared, FolderSource) else declared.conn_id
        if found is None and conn_id in self._refused:
            raise self._refused[conn_id]
        if found is None:
            try:
                found = open_source(declared, self._home, self._lookup, self._limits)
            except AuthFailed as error:
                if conn_id is not None:
                    self._refused[conn_id] = error
                raise
            self._sources[place] = found
        if isinstance(found, SourceError):
            raise found
        return found

    @contextmanager
    def _remembering_failure(
        self, place: str, kind: type[SourceError] = SourceError
    ) -> Iterator[None]:
        """Let a place that fails do so once for all its registers."""
        try:
            yield
        except kind as error:
            failed = self._sources.get(place)
            if failed is not None and not isinstance(failed, SourceError):
                failed.close()
            self._sources[place] = error
            raise

    def _known(self, place: str, remote: RemoteFile) -> LandedFile | None:
        """Return the landed file if the source's version is the one that was read last."""
        seen = self._seen.get(place, {}).get(remote.ref or remote.name)
        if self._reads_again or seen is None or remote.version != seen.version:
            return None
        age = self._clock() - seen.read_at.timestamp()
        path = landed_path(self._landing_dir, seen.sha256)
        if not 0 <= age < _FULL_READ.total_seconds() or not is_landed(path, seen.size):
            return None
        return LandedFile(seen.sha256, path, remote.name, seen.size, remote.modified)

    def _land(
        self, place: str, source: Source, remote: RemoteFile, declared: DeclaredSource
    ) -> LandedFile:
        of_files = declared if isinstance(declared, RestSource | SqlSource) else declared.files
        landed = land(
            source,
            remote,
            self._landing_dir,
            settle=declared.settle,
            max_bytes=of_files.max_mib << 20,
            deadline=self._limits.deadline,
            clock=self._clock,
        )
        if remote.version is not None and self._is_older_than_its_clock(remote):
            now = datetime.fromtimestamp(self._clock(), UTC)
            self._seen.setdefault(place, {})[remote.ref or remote.name] = _Seen(
                remote.version, landed.sha256, landed.size, now
            )
            self._remember()
        return landed

    def _is_older_than_its_clock(self, remote: RemoteFile) -> bool:
        """Say whether a file that is written again from now on would have another time."""
        if remote.modified is None:
            return True
        return abs(self._clock() - remote.modified.timestamp()) > _COARSEST_CLOCK

    def _remember(self) -> None:
        self._memory.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        unfinished = self._memory.with_name(f".{self._memory.name}.{os.getpid()}")
        unfinished.write_bytes(_MEMORY.dump_json(self._seen))
        unfinished.replace(self._memory)


def _remembered(memory: Path) -> dict[str, dict[str, _Seen]]:
    """Return what was read before; nothing when the file is not there or not readable."""
    try:
        return _MEMORY.validate_json(memory.read_bytes())
    except (OSError, ValueError):
        return {}


def _place(declared: BaseModel) -> str:
    """Return what is the same for all registers of one place."""
    where = declared.model_dump(mode="json", exclude={"files"})
    return hashlib.sha256(json.dumps(where, sort_keys=True).encode()).hexdigest()[:24]
