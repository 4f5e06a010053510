"""A table of PostgreSQL as a place of the contract suite.

Belongs here: the table, filled and dropped by its owner.
Does not belong here: the server (servers/postgres.py), types, queries, order (test_sql.py).
"""

import json
import random
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from psycopg import Connection

from eurocluster.consortium.sources import SqlSource
from eurocluster.sources.connections import Credentials
from tests.sources.kinds import LOGIN, PASSWORD, Address, Case
from tests.sources.servers.postgres import DATABASE, Postgres, postgres

_TABLE = "attendance"
_COLUMNS = "id numeric(30) PRIMARY KEY, hours numeric(6, 2), topic text"


class SqlPlace:
    """One table; every file that is put becomes its rows."""

    data_ports: tuple[int, ...] = ()
    folder: Path | None = None
    password = PASSWORD
    secrets = (PASSWORD,)
    cannot: dict[Case, str] = {
        "names": "rows have no file names; the table gives the one name",
        "versions": "a table has no version: it is read each time, the landing compares its bytes",
        "grows": "a statement reads what the table held when it began",
        "settle": "a table does not say when it was written to",
        "links": "rows hold no links",
        "traversal": "rows have no file names",
    }

    def __init__(self, server: Postgres, home: Path) -> None:
        self.port = server.port
        self.content_ports = (server.port,)
        self.home = home
        self.server = server

    def declared(self, address: Address, path: str = "") -> SqlSource:
        return SqlSource(kind="sql", conn_id="database", table=_TABLE, max_mib=2048)

    def missing(self, address: Address) -> SqlSource:
        return SqlSource(kind="sql", conn_id="database", table="no_such_table")

    def credentials(self, address: Address, password: str | None = None) -> Credentials:
        return Credentials(
            "database",
            host=address.host,
            port=address.port,
            login=self.server.login,
            password=PASSWORD if password is None else password,
            schema=DATABASE,
            extra={"ca_file": str(self.server.ca_file)},
        )

    def listed_as(self, name: str) -> str | None:
        return f"{_TABLE}.jsonl"

    def content(self, size: int, seed: int) -> bytes:
        dice = random.Random(seed)
        lines = bytearray()
        number = 0
        while len(lines) < size:
            number += dice.randrange(1, 1 << 60)
            topic = "Ψηφιακές δεξιότητες – Schülung" * dice.randrange(1, 8)
            hours = f"{dice.randrange(1, 80)}.{dice.randrange(10)}0"
            lines += f'{{"id": {number}, "hours": {hours}, "topic": "{topic}"}}\n'.encode()
        return bytes(lines)

    def put(self, name: str, content: bytes) -> None:
        with self.server.owner() as connection:
            _make_table(connection)
            copy = f"COPY {_TABLE} FROM STDIN".encode()
            with connection.cursor() as cursor, cursor.copy(copy) as rows:
                for line in reversed(content.splitlines()):
                    row = json.loads(line, parse_float=str)
                    rows.write_row([row["id"], row["hours"], row["topic"]])

    def put_large(self, name: str, size: int) -> int:
        line = len('{"id": 1000000, "hours": 1.50, "topic": ""}\n') + 1000
        rows = size // line
        with self.server.owner() as connection:
            _make_table(connection)
            connection.execute(
                f"INSERT INTO {_TABLE} SELECT n, 1.5, repeat('x', 1000)"
                f" FROM generate_series(1000000, {1_000_000 + rows - 1}) AS n".encode()
            )
        return rows * line

    def grow(self, name: str) -> None:
        raise AssertionError(self.cannot["grows"])

    def remove(self, name: str) -> None:
        self.server.do(f"DROP TABLE {_TABLE}")


def _make_table(connection: Connection) -> None:
    for statement in (
        f"DROP TABLE IF EXISTS {_TABLE}",
        f"CREATE TABLE {_TABLE} ({_COLUMNS})",
        f"GRANT SELECT ON {_TABLE} TO {LOGIN}",
    ):
        connection.execute(statement.encode())


@contextmanager
def _sql(work: Path) -> Iterator[SqlPlace]:
    with postgres(work, LOGIN, PASSWORD) as server:
        yield SqlPlace(server, work)


PLACES = {"sql": _sql}
