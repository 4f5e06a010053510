"""The published warehouse as one request reads it: one publication from its first to its last row.

An open file of the current publication is kept between requests, because opening it anew costs a
page's time; a new publication is found at the next request.

Belongs here: the connection of a request, the publication it reads.
Does not belong here: finding and locking the file (published), what is read.
"""

from collections.abc import AsyncIterator
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cached_property
from threading import Lock
from typing import Annotated

from fastapi import Depends, Request
from sqlalchemy import Connection

from eurocluster.published import Published, find_published, open_warehouse
from eurocluster.settings import Settings


@dataclass(frozen=True)
class Reading:
    """What one request reads; a page that was made before opens no connection."""

    settings: Settings
    publication: Published
    opened: ExitStack

    @cached_property
    def connection(self) -> Connection:
        """The publication, open for reading until the request ends."""
        return self.opened.enter_context(open_warehouse(self.publication.database))


class OpenWarehouse:
    """The current publication, kept open."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._lock = Lock()
        self._kept: tuple[str, ExitStack] | None = None

    def current(self) -> Published:
        """Return the current publication.

        Raises:
            NothingPublished: There is none.
        """
        publication = find_published(self.settings)
        with self._lock:
            if self._kept is None or self._kept[0] != publication.publication_id:
                opened = ExitStack()
                opened.enter_context(open_warehouse(publication.database))
                if self._kept is not None:
                    self._kept[1].close()
                self._kept = (publication.publication_id, opened)
        return publication

    def close(self) -> None:
        """Let go of the file."""
        with self._lock:
            if self._kept is not None:
                self._kept[1].close()
                self._kept = None


async def reading(request: Request) -> AsyncIterator[Reading]:
    """Settle which publication one request reads."""
    warehouse: OpenWarehouse = request.app.state.warehouse
    publication = warehouse.current()
    with ExitStack() as opened:
        yield Reading(warehouse.settings, publication, opened)


Read = Annotated[Reading, Depends(reading)]
