"""The read side of the published warehouse: what is current, and a locked door to it.

A reader resolves the symlink once and keeps the publication that it opened, so a publication
of the same minute changes nothing under it. The connection reads one file and nothing else:
no other file, no network, no setting can be reached through it.

Belongs here: finding and opening the published warehouse, one SELECT on request.
Does not belong here: writing it (publishing), what figures mean (scoreboard, explaining).
"""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, Final

import duckdb
from sqlalchemy import URL, Connection, create_engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from eurocluster.publishing import DATABASE, read_journal
from eurocluster.settings import Settings

ROW_LIMIT: Final = 10_000
"""Rows that a query on request returns at most, unless told otherwise."""

_LOCKED: Final[dict[str, str | bool | int | float | list[str]]] = {
    "enable_external_access": False,
    "autoload_known_extensions": False,
    "autoinstall_known_extensions": False,
    "lock_configuration": True,
    # Of one reader; the api-server keeps a publication open for everybody who reads the portal.
    "memory_limit": "1GB",
}
_READING: Final = {duckdb.StatementType.SELECT, duckdb.StatementType.EXPLAIN}


class NothingPublished(RuntimeError):
    """No warehouse has been published into this state folder yet."""


class QueryRefused(ValueError):
    """The query is not one readable SELECT statement; the message says why."""


@dataclass(frozen=True, slots=True)
class Published:
    """The current publication.

    Attributes:
        path: Where people find it: the way through the symlink, the same after every night.
        database: The file of this very publication.
        published_at: When readers got it (UTC); None when the journal does not say.
    """

    publication_id: str
    path: Path
    database: Path
    published_at: datetime | None


@dataclass(frozen=True, slots=True)
class Answer:
    """Rows of a query; ``is_cut`` when there are more than were asked for."""

    columns: tuple[str, ...]
    rows: Sequence[tuple[Any, ...]]
    is_cut: bool


def find_published(settings: Settings) -> Published:
    """Return the current publication of a state folder.

    Raises:
        NothingPublished: There is none.
    """
    root = settings.warehouse / "published"
    current = root / "current"
    database = current.resolve() / DATABASE
    if not database.is_file():
        raise NothingPublished(
            f"Nothing is published in {settings.data} yet: run `eurocluster run` first."
        )
    publication_id = database.parent.name
    return Published(
        publication_id, current / DATABASE, database, _published_at(root, publication_id)
    )


@contextmanager
def open_published(settings: Settings) -> Iterator[Connection]:
    """Open the current publication for reading.

    Raises:
        NothingPublished: There is none.
    """
    with open_warehouse(find_published(settings).database) as connection:
        yield connection


@contextmanager
def open_warehouse(database: Path) -> Iterator[Connection]:
    """Open a warehouse that nobody writes to any more, published or aside, for reading."""
    engine = create_engine(
        URL.create("duckdb", database=str(database)),
        connect_args={"read_only": True, "config": _LOCKED},
        poolclass=NullPool,
    )
    with engine.connect() as connection:
        yield connection


def ask(connection: Connection, sql: str, limit: int = ROW_LIMIT) -> Answer:
    """Return the rows of one SELECT statement, ``limit`` of them at most.

    Raises:
        QueryRefused: It is not one SELECT, it cannot be understood, or it wants more than the
            published warehouse.
    """
    try:
        result = connection.exec_driver_sql(one_select(sql))
        rows = [tuple(row) for row in result.fetchmany(limit + 1)]
    except DBAPIError as error:
        connection.rollback()
        raise QueryRefused(words_of(error.orig)) from None
    return Answer(tuple(result.keys()), rows[:limit], len(rows) > limit)


def one_select(sql: str) -> str:
    """Return the one statement of a text that can only read.

    Raises:
        QueryRefused: It is not one SELECT, or it cannot be understood.
    """
    try:
        statements = _parser().cursor().extract_statements(sql)
    except duckdb.Error as error:
        raise QueryRefused(words_of(error)) from None
    if len(statements) != 1:
        raise QueryRefused(f"One SELECT statement is expected, found {len(statements)}.")
    if statements[0].type not in _READING:
        raise QueryRefused(
            f"The published warehouse can only be read: SELECT, not {statements[0].type.name}."
        )
    return str(statements[0].query)


@cache
def _parser() -> duckdb.DuckDBPyConnection:
    """Return what takes texts apart. IMPORT DATABASE opens its files already then: not here."""
    return duckdb.connect(config=_LOCKED)


def _published_at(root: Path, publication_id: str) -> datetime | None:
    times = [e["published_at"] for e in read_journal(root) if e["publication_id"] == publication_id]
    return datetime.fromisoformat(times[-1]) if times else None


def words_of(error: BaseException | None) -> str:
    """Return the database's own words without its class name, which says nothing to people."""
    return re.sub(r"^[A-Z][A-Za-z ]* Error: ", "", str(error)).strip()
