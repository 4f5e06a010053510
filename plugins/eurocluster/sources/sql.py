"""A table, or a query, of a partner's database as one file of JSON lines.

Rows are read in a read-only transaction, through a cursor of the server, a few at a time. Their
order is always the same, so that an unchanged table gives the same bytes: the declared columns
first, then the primary key, or all columns where there is none. A query is run as it stands and
orders itself.

A value becomes what JSON has for it: numbers keep all their digits, times are in ISO 8601 and, if
they have a zone, in UTC, NULL is null. What JSON has nothing for, bytes above all, is refused.

Databases are PostgreSQL and SQLite: of these the tests prove that nothing can be written and that
nothing waits without end.

Belongs here: signing in, read-only transactions, order, rows as JSON.
Does not belong here: pages of APIs (rest.py), what columns mean.
"""

import contextlib
import ipaddress
import json
import os
import re
import socket
import threading
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, Final
from urllib.parse import quote
from uuid import UUID

import certifi
import sqlalchemy as sa
from sqlalchemy import exc
from sqlalchemy.pool import NullPool

from eurocluster.consortium.sources import SqlSource
from eurocluster.sources.connections import Credentials, add_command
from eurocluster.sources.protocol import (
    CHUNK_BYTES,
    AuthFailed,
    Limits,
    MissingConnection,
    NotThere,
    NotTrusted,
    RemoteFile,
    SourceError,
    UnexpectedAnswer,
    Unreachable,
    Unstable,
    Vanished,
)

_USUAL_DRIVER: Final = "postgresql+psycopg"
_MOST_ROWS: Final = 5000
_PIECE_BYTES: Final = 1 << 18
_quoted: Final = json.JSONEncoder(ensure_ascii=False).encode
_BY_CODE: Final[Sequence[tuple[str, type[SourceError], str]]] = (
    ("42P01", NotThere, "there is no such table"),
    ("3F000", NotThere, "there is no such schema"),
    ("3D000", NotThere, "there is no such database"),
    ("42501", AuthFailed, "the login may not read it"),
    ("28", AuthFailed, "refuses user or password"),
    ("25006", NotTrusted, "the query wants to write"),
    ("57014", Unreachable, "takes too long to answer"),
    ("40", Unstable, "somebody else is changing it"),
    ("08", Unreachable, "the connection broke"),
    ("53", Unreachable, "the database has no room for us at the moment"),
    ("57", Unreachable, "the database is being stopped or started"),
    ("42703", UnexpectedAnswer, "there is no such column"),
    ("42", UnexpectedAnswer, "the database does not understand the query"),
    ("22", UnexpectedAnswer, "holds a value that cannot be read"),
)
"""SQLSTATE, or its beginning, and what it means; the first that fits."""


class SqlRows:
    """The rows of one table, or of one query."""

    def __init__(self, declared: SqlSource, credentials: Credentials, limits: Limits) -> None:
        """Connect, sign in, and look whether the table is there.

        The connection's schema is the database. Its extra can name `drivername`, `ca_file`, and
        `sslmode`; PostgreSQL's certificate is verified unless it runs on this machine.

        Raises:
            MissingConnection: The connection lacks something, or names a database of another make.
            AuthFailed: The database refuses user or password, or the table may not be read.
            NotThere: There is no such database, table or column.
            NotTrusted: The server has no valid certificate.
            Unreachable: Nobody answers, or not in time.
        """
        self._declared = declared
        self._limits = limits
        self._connection: sa.Connection | None = None
        self._driver: Any = None
        url, arguments = _address(declared.kind, credentials, limits)
        database = credentials.schema.rpartition("/")[2]
        self._place = f"{url.get_backend_name()}://{credentials.host}/{database}"
        self._credentials = credentials
        # Without a look for a rare type: a question less to the server at each night.
        usual = {"use_native_hstore": False} if url.get_backend_name() == "postgresql" else {}
        self._engine = sa.create_engine(
            url, poolclass=NullPool, connect_args=arguments, hide_parameters=True, **usual
        )
        # First of all: what the engine itself asks at first can fall silent, too.
        sa.event.listen(self._engine, "connect", self._notice, insert=True)
        try:
            with self._words(self._place):
                self._connection = self._engine.connect()
                self._statement = self._written(self._connection)
                self._connection.rollback()
        except BaseException:
            self.close()
            raise

    def list(self) -> Iterator[RemoteFile]:
        """Return the one file; no database tells of a version, so that it is always read."""
        name = f"{self._declared.table or 'query'}.jsonl"
        yield RemoteFile(name=name, size=None, modified=None)

    def open(self, file: RemoteFile) -> Iterator[bytes]:
        """Read the rows, one JSON object a line.

        Raises:
            Vanished: The table is gone.
            AuthFailed: It may not be read.
            UnexpectedAnswer: Two columns of one name, or a value that JSON has nothing for.
        """
        with self._words(f"{self._place}/{self._declared.table or 'query'}"):
            rows = self._asked()
        try:
            yield from self._lines(rows, _named(rows.keys(), file.name), file.name)
        finally:
            self._end(rows)

    def stat(self, file: RemoteFile) -> RemoteFile:
        """Look whether the table is still there.

        Raises:
            Vanished: It is gone.
        """
        with self._words(file.name):
            self._written(self._used())
            self._used().rollback()
        return file

    def close(self) -> None:
        """Hang up."""
        connection, self._connection = self._connection, None
        with contextlib.suppress(Exception):
            if connection is not None:
                connection.invalidate()
                connection.close()
        with contextlib.suppress(Exception):
            self._engine.dispose()

    def _written(self, connection: sa.Connection) -> str | sa.Select[Any]:
        """Return the statement: the query as it stands, or one about the table."""
        if self._declared.query is not None:
            return self._declared.query
        schema, _, name = (self._declared.table or "").rpartition(".")
        found = sa.inspect(connection)
        columns = found.get_columns(name, schema or None)
        known = {column["name"]: column["type"] for column in columns}
        for column in self._declared.order_by:
            if column not in known:
                raise NotThere(self._place, f"the table has no column {column!r}")
        key = found.get_pk_constraint(name, schema or None)["constrained_columns"] or [*known]
        table = sa.table(name, *map(sa.column, known), schema=schema or None)
        order = [
            _sortable(table.c[column], known[column])
            for column in dict.fromkeys((*self._declared.order_by, *key))
        ]
        return sa.select(table).order_by(*order)

    def _asked(self) -> sa.CursorResult[Any]:
        # Through a cursor of the server. A query goes as it stands: neither ":" nor "%" in it is
        # the place of a parameter.
        how = {"stream_results": True, "no_parameters": isinstance(self._statement, str)}
        if isinstance(self._statement, str):
            return self._used().exec_driver_sql(self._statement, execution_options=how)
        return self._used().execute(self._statement, execution_options=how)

    def _lines(
        self, rows: sa.CursorResult[Any], names: Sequence[str], what: str
    ) -> Iterator[bytes]:
        heads = [f"{_quoted(name)}: " for name in names]
        count = 100
        waiting = bytearray()
        while True:
            with self._words(what):
                some = rows.fetchmany(count)
            written = 0
            for row in some:
                values = (
                    head + _json(value, name, what)
                    for head, name, value in zip(heads, names, row, strict=True)
                )
                line = f"{{{', '.join(values)}}}\n".encode()
                written += len(line)
                waiting += line
                if len(waiting) >= _PIECE_BYTES:
                    yield from _pieces(waiting)
                    waiting.clear()
            if len(some) < count:
                break
            # Rows can be wide: as many at once as make about one piece.
            fitting = _PIECE_BYTES * len(some) // written
            count = max(min(fitting, count * 2, _MOST_ROWS), 1)
        yield from _pieces(waiting)

    def _used(self) -> sa.Connection:
        if self._connection is None:
            raise Unreachable(self._place, "the connection broke before")
        return self._connection

    def _end(self, rows: sa.CursorResult[Any]) -> None:
        """End the transaction; nothing was written in it."""
        if self._connection is not None:
            with contextlib.suppress(exc.SQLAlchemyError):
                rows.close()
                self._connection.rollback()

    @contextlib.contextmanager
    def _words(self, what: str) -> Iterator[None]:
        # The server itself ends a statement that takes long. A server that is silent does not.
        timer = threading.Timer(self._limits.read + 1, self._cut)
        timer.daemon = True
        timer.start()
        try:
            yield
        except exc.NoSuchTableError:
            missing = NotThere if what == self._place else Vanished
            raise missing(what, "there is no such table") from None
        except exc.DBAPIError as error:
            told = self._told(error, what)
            if error.connection_invalidated or isinstance(told, Unreachable):
                self.close()
            elif self._connection is not None:
                with contextlib.suppress(exc.SQLAlchemyError):
                    self._connection.rollback()
            raise told from None
        except exc.SQLAlchemyError:
            self.close()
            raise UnexpectedAnswer(what, "does not answer as a database does") from None
        except OSError:
            self.close()
            raise Unreachable(what, "the connection broke") from None
        finally:
            timer.cancel()

    def _told(self, error: exc.DBAPIError, what: str) -> SourceError:
        code = getattr(error.orig, "sqlstate", None)
        for beginning, kind, cause in _BY_CODE:
            if code and code.startswith(beginning):
                is_gone = kind is NotThere and what != self._place and self._declared.table
                return (Vanished if is_gone else kind)(what, cause)
        if isinstance(error, exc.DataError):
            return UnexpectedAnswer(what, "holds a value that cannot be read")
        if self._connection is None:
            return _not_let_in(str(error.orig), what, self._credentials)
        if self._engine.dialect.name == "sqlite":
            if "locked" in str(error.orig):
                return Unstable(what, "somebody else is changing it")
            return UnexpectedAnswer(what, "the database does not understand the query")
        return Unreachable(what, "the connection broke, or the server fell silent")

    def _notice(self, driver: object, _: object) -> None:
        self._driver = driver

    def _cut(self) -> None:
        """End a connection on which nothing comes: drivers wait for ever."""
        # A second descriptor of the same connection: the driver keeps and closes its own.
        with (
            contextlib.suppress(Exception),
            socket.socket(fileno=os.dup(self._driver.fileno())) as held,
        ):
            held.shutdown(socket.SHUT_RDWR)


def _address(
    kind: str, credentials: Credentials, limits: Limits
) -> tuple[sa.URL, Mapping[str, Any]]:
    place = f"connection {credentials.conn_id}"
    driver = str(credentials.extra.get("drivername") or _USUAL_DRIVER)
    if driver == "sqlite" and credentials.schema:
        database = f"file:{quote(credentials.schema)}"
        url = sa.URL.create(driver, database=database, query={"mode": "ro", "uri": "true"})
        return url, {"timeout": limits.connect}
    if driver not in (_USUAL_DRIVER, "sqlite"):
        raise MissingConnection(
            place, f"its drivername is neither {_USUAL_DRIVER} nor sqlite: no other is known"
        )
    lacking = [
        name for name in ("host", "login", "password", "schema") if not getattr(credentials, name)
    ]
    if lacking:
        raise MissingConnection(
            place,
            f"lacks {', '.join(lacking)}, as in: {add_command(kind, credentials.conn_id)}",
        )
    url = sa.URL.create(
        driver,
        credentials.login,
        credentials.password,
        credentials.host,
        credentials.port,
        credentials.schema,
    )
    settings = {
        "default_transaction_read_only": "on",
        "statement_timeout": round(limits.read * 1000),
        "idle_in_transaction_session_timeout": round(limits.deadline * 1000),
        "TimeZone": "UTC",
    }
    return url, {
        "connect_timeout": max(round(limits.connect), 2),
        "application_name": "eurocluster-kpi",
        "options": " ".join(f"-c {name}={value}" for name, value in settings.items()),
        # Nothing of this machine: neither its passwords nor its tickets.
        "passfile": os.devnull,
        "gssencmode": "disable",
        **_encryption(credentials),
    }


def _encryption(credentials: Credentials) -> Mapping[str, str]:
    usual = "prefer" if _is_here(credentials.host) else "verify-full"
    mode = str(credentials.extra.get("sslmode") or usual)
    if not mode.startswith("verify-") and not credentials.extra.get("ca_file"):
        return {"sslmode": mode}
    authorities = str(credentials.extra.get("ca_file") or certifi.where())
    mode = mode if credentials.extra.get("sslmode") else "verify-full"
    return {"sslmode": mode, "sslrootcert": authorities}


def _is_here(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.startswith("/")


def _not_let_in(said: str, place: str, credentials: Credentials) -> SourceError:
    """Tell why a connection was not made: without a code, in words of any language.

    What the server says about who wants in holds the name of the user, or of the database.
    """
    if "certificate" in said or ("SSL" in said and "support" in said):
        return NotTrusted(place, "shows no certificate that is valid for it")
    told = said.rpartition("failed: ")[2]
    login, database = re.escape(credentials.login), re.escape(credentials.schema)
    if "unable to open database file" in said:
        return NotThere(place, "there is no such database")
    if re.search(rf"(?<!\w){login}(?!\w)", told):
        return AuthFailed(place, "refuses user or password")
    if re.search(rf"(?<!\w){database}(?!\w)", told):
        return NotThere(place, "there is no such database")
    return Unreachable(place, "nobody answers, or not in time")


def _sortable(column: sa.ColumnClause[Any], kind: object) -> sa.ColumnElement[Any]:
    """Return what a column is ordered by: its text where its type has no order, as JSON and XML."""
    unordered = isinstance(kind, sa.types.NullType) or type(kind).__name__ == "JSON"
    return sa.cast(column, sa.Text) if unordered else column


def _pieces(text: bytearray) -> Iterator[bytes]:
    for start in range(0, len(text), CHUNK_BYTES):
        yield bytes(text[start : start + CHUNK_BYTES])


def _named(keys: Sequence[str] | Any, what: str) -> Sequence[str]:
    names = list(keys)
    double = next((name for name in names if names.count(name) > 1), None)
    if double is not None:
        raise UnexpectedAnswer(what, f"has two columns named {double!r}")
    return names


def _json(value: Any, column: str, what: str) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case int():
            return str(value)
        case Decimal() if value.is_finite():
            return f"{value:f}"
        case float() if value == value and abs(value) != float("inf"):
            return repr(value)
        case str():
            return _quoted(value)
        case datetime() | date() | time():
            return f'"{value.isoformat()}"'
        case Decimal() | float() | UUID() | timedelta():
            return f'"{value}"'
        case list() | tuple():
            return f"[{', '.join(_json(entry, column, what) for entry in value)}]"
        case dict():
            pairs = (
                f"{_quoted(str(key))}: {_json(entry, column, what)}" for key, entry in value.items()
            )
            return f"{{{', '.join(pairs)}}}"
        case _:
            raise UnexpectedAnswer(
                what,
                f"column {column!r} holds {type(value).__name__}, which is neither text nor"
                " number nor time; leave it out by a view or a query",
            )
