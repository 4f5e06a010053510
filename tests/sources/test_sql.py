"""What only databases can do: types, order, queries, grants, transactions that cannot write."""

import json
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from eurocluster.consortium.sources import SqlSource
from eurocluster.sources.connections import Credentials
from eurocluster.sources.protocol import (
    AuthFailed,
    Limits,
    MissingConnection,
    NotThere,
    NotTrusted,
    SourceError,
    UnexpectedAnswer,
    Unreachable,
    Unstable,
    Vanished,
)
from eurocluster.sources.sql import SqlRows
from tests.sources.faults import PROXY, fault_proxies
from tests.sources.kinds import LOGIN, PASSWORD
from tests.sources.servers.certificates import certificate
from tests.sources.servers.postgres import DATABASE, OWNER, Postgres, postgres

pytestmark = pytest.mark.slow

LIMITS = Limits(connect=3, read=2, deadline=30)


@pytest.fixture(scope="module")
def server(open_folder: Path) -> Iterator[Postgres]:
    with postgres(open_folder, LOGIN, PASSWORD) as running:
        running.do(f"ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO {LOGIN}")
        yield running


def connection(server: Postgres, **changed: Any) -> Credentials:
    known = Credentials(
        "database",
        host="127.0.0.1",
        port=server.port,
        login=LOGIN,
        password=PASSWORD,
        schema=DATABASE,
        extra={"ca_file": str(server.ca_file)},
    )
    return replace(known, **changed)


def declared(**what: Any) -> SqlSource:
    return SqlSource(kind="sql", conn_id="database", **what)


def read(source: SqlRows) -> bytes:
    with closing(source):
        (file,) = source.list()
        return b"".join(source.open(file))


def text(server: Postgres, **what: Any) -> str:
    return read(SqlRows(declared(**what), connection(server), LIMITS)).decode()


def rows(server: Postgres, **what: Any) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text(server, **what).splitlines()]


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("NULL", "null"),
        ("true", "true"),
        ("9007199254740993::bigint", "9007199254740993"),
        ("12345678901234567890.1234567890", "12345678901234567890.1234567890"),
        ("10.50::numeric(6,2)", "10.50"),
        ("0.1::float8", "0.1"),
        ("'NaN'::numeric", '"NaN"'),
        ("'infinity'::float8", '"inf"'),
        ("'a \"quoted\" \\ line' || chr(10) || 'Ελλάδα'", '"a \\"quoted\\" \\\\ line\\nΕλλάδα"'),
        ("date '2026-02-28'", '"2026-02-28"'),
        ("timestamp '2026-02-28 23:59:59.5'", '"2026-02-28T23:59:59.500000"'),
        ("timestamptz '2026-07-01 12:00+03'", '"2026-07-01T09:00:00+00:00"'),
        ("time '08:30'", '"08:30:00"'),
        ("interval '90 minutes'", '"1:30:00"'),
        ("array[1, NULL, 3]", "[1, null, 3]"),
        ("'{\"a\": [true]}'::jsonb", '{"a": [true]}'),
        ("'7c0a4b1e-0000-4000-8000-000000000001'::uuid", '"7c0a4b1e-0000-4000-8000-000000000001"'),
    ],
)
def test_a_value_becomes_what_json_has_for_it(server: Postgres, value: str, written: str) -> None:
    assert text(server, query=f"SELECT {value} AS v") == f'{{"v": {written}}}\n'


@pytest.mark.parametrize("value", ["'\\x00'::bytea", "int4range(1, 2)"])
def test_what_json_has_nothing_for_is_refused_with_the_column(server: Postgres, value: str) -> None:
    with pytest.raises(UnexpectedAnswer, match="column 'photo'"):
        text(server, query=f"SELECT {value} AS photo")


def test_a_date_that_no_calendar_here_knows_is_refused_in_words(server: Postgres) -> None:
    with pytest.raises(UnexpectedAnswer) as caught:
        text(server, query="SELECT 'infinity'::date AS until")
    assert "psycopg" not in str(caught.value)


def test_two_columns_of_one_name_are_refused(server: Postgres) -> None:
    with pytest.raises(UnexpectedAnswer, match="two columns named 'id'"):
        text(server, query="SELECT 1 AS id, 2 AS id")


def test_rows_come_in_the_order_of_the_primary_key(server: Postgres) -> None:
    server.do(
        "CREATE TABLE keyed (name text, b int, a int, PRIMARY KEY (a, b))",
        "INSERT INTO keyed SELECT 'x', n % 7, n / 7 FROM generate_series(0, 48) AS n"
        " ORDER BY random()",
    )
    found = [(row["a"], row["b"]) for row in rows(server, table="keyed")]
    assert found == sorted(found)


def test_declared_columns_come_first_and_the_key_decides_between_equals(server: Postgres) -> None:
    server.do(
        "CREATE TABLE ranked (id int PRIMARY KEY, rank int)",
        "INSERT INTO ranked SELECT n, n % 3 FROM generate_series(0, 30) AS n ORDER BY random()",
    )
    found = [(row["rank"], row["id"]) for row in rows(server, table="ranked", order_by=("rank",))]
    assert found == sorted(found)


def test_a_table_without_a_key_is_in_one_order_whatever_its_types(server: Postgres) -> None:
    server.do(
        "CREATE TABLE keyless (j json, x xml, p point, n int)",
        "INSERT INTO keyless SELECT '{\"a\": 1}', '<a/>', NULL, n % 5"
        " FROM generate_series(0, 30) AS n ORDER BY random()",
    )
    found = [row["n"] for row in rows(server, table="keyless")]
    assert found == sorted(found)


def test_a_view_and_a_table_of_another_schema_are_read(server: Postgres) -> None:
    server.do(
        "CREATE SCHEMA hr",
        'CREATE TABLE hr."Registered Persons" (id int PRIMARY KEY, "100 % of: name" text)',
        """INSERT INTO hr."Registered Persons" VALUES (1, 'x')""",
        'CREATE VIEW seen AS SELECT id FROM hr."Registered Persons"',
        f"GRANT USAGE ON SCHEMA hr TO {LOGIN}",
        f"GRANT SELECT ON ALL TABLES IN SCHEMA hr TO {LOGIN}",
    )
    assert rows(server, table="hr.Registered Persons") == [{"id": 1, "100 % of: name": "x"}]
    assert rows(server, table="seen") == [{"id": 1}]


def test_a_query_is_run_as_it_stands(server: Postgres) -> None:
    query = "SELECT '100 % :name %s %(x)s' AS t, '1'::int AS n WHERE 'abc' LIKE 'a%' -- end"
    assert rows(server, query=query) == [{"t": "100 % :name %s %(x)s", "n": 1}]


@pytest.mark.parametrize(
    "query",
    [
        "SELECT 1; DELETE FROM kept",
        "SELECT 1; COMMIT; SET default_transaction_read_only = off; DELETE FROM kept",
        "WITH gone AS (DELETE FROM kept RETURNING *) SELECT * FROM gone",
        "SELECT nextval('counter')",
        "SELECT delete_all()",
    ],
)
def test_no_query_writes_even_if_the_login_may(server: Postgres, query: str) -> None:
    server.do(
        "DROP TABLE IF EXISTS kept",
        "CREATE TABLE kept AS SELECT 1 AS id",
        "CREATE SEQUENCE IF NOT EXISTS counter",
        "CREATE OR REPLACE FUNCTION delete_all() RETURNS int LANGUAGE sql"
        " AS 'DELETE FROM kept; SELECT 1'",
    )
    with pytest.raises(SourceError):
        read(SqlRows(declared(query=query), connection(server, login=OWNER), LIMITS))
    assert rows(server, table="kept") == [{"id": 1}]


def test_a_table_that_may_not_be_read_is_told_as_such(server: Postgres) -> None:
    server.do("CREATE TABLE closed (id int)", f"REVOKE ALL ON closed FROM {LOGIN}")
    with pytest.raises(AuthFailed):
        text(server, table="closed")


@pytest.mark.parametrize(
    "what",
    [
        {"table": "no_such"},
        {"table": "no_such.persons"},
        {"table": 'persons"; DROP TABLE x; --'},
        {"query": "SELECT * FROM no_such"},
    ],
)
def test_a_table_that_is_not_there_is_told_as_such(server: Postgres, what: dict[str, Any]) -> None:
    with pytest.raises(NotThere):
        text(server, **what)


def test_a_column_that_is_not_there_is_told_by_name(server: Postgres) -> None:
    server.do("CREATE TABLE few (id int)")
    with pytest.raises(NotThere, match="'rank'"):
        text(server, table="few", order_by=("rank",))


def test_a_database_that_is_not_there_is_told_as_such(server: Postgres) -> None:
    with pytest.raises(NotThere):
        SqlRows(declared(table="x"), connection(server, schema="elsewhere"), LIMITS)


@pytest.mark.parametrize("changed", [{"login": "nobody"}, {"password": "wrong"}])
def test_a_login_that_is_refused_is_told_as_such(server: Postgres, changed: dict[str, str]) -> None:
    with pytest.raises(AuthFailed):
        SqlRows(declared(table="x"), connection(server, **changed), LIMITS)


def test_the_password_of_this_machine_is_never_used(
    server: Postgres, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    passwords = tmp_path / "pgpass"
    passwords.write_text(f"*:*:*:{LOGIN}:{PASSWORD.replace(':', chr(92) + ':')}\n")
    passwords.chmod(0o600)
    monkeypatch.setenv("PGPASSFILE", str(passwords))
    monkeypatch.setenv("PGPASSWORD", PASSWORD)
    with pytest.raises(MissingConnection, match="password"):
        SqlRows(declared(table="x"), connection(server, password=""), LIMITS)
    with pytest.raises(AuthFailed):
        SqlRows(declared(table="x"), connection(server, password="wrong"), LIMITS)


def test_a_certificate_that_nobody_vouches_for_is_not_trusted(
    server: Postgres, tmp_path: Path
) -> None:
    other = {"ca_file": str(certificate(tmp_path))}
    with pytest.raises(NotTrusted):
        SqlRows(declared(table="x"), connection(server, extra=other), LIMITS)
    strict = {"sslmode": "verify-full"}
    with pytest.raises(NotTrusted):
        SqlRows(declared(table="x"), connection(server, extra=strict), LIMITS)


def test_a_query_that_takes_long_ends_in_time(server: Postgres) -> None:
    started = time.monotonic()
    with pytest.raises(Unreachable, match="too long"):
        text(server, query="SELECT pg_sleep(60)::text")
    assert time.monotonic() - started < 10


def test_a_connection_that_falls_silent_while_the_table_is_looked_up_ends_in_time(
    server: Postgres,
) -> None:
    server.do("CREATE TABLE silent AS SELECT 1 AS id")
    with fault_proxies([server.port]) as proxies:
        known = connection(server, host=PROXY)
        with closing(SqlRows(declared(table="silent"), known, LIMITS)) as source:
            (file,) = source.list()
            proxies[server.port].behave("hang")
            started = time.monotonic()
            with pytest.raises(Unreachable):
                source.stat(file)
            with pytest.raises(Unreachable):
                list(source.open(file))
            assert time.monotonic() - started < 10


@pytest.mark.parametrize("after", [0, 500, 2000])
def test_a_server_that_falls_silent_while_we_sign_in_ends_in_time(
    server: Postgres, after: int
) -> None:
    with fault_proxies([server.port]) as proxies:
        proxies[server.port].behave("hang", after_bytes=after)
        started = time.monotonic()
        with pytest.raises(Unreachable):
            SqlRows(declared(query="SELECT 1"), connection(server, host=PROXY), LIMITS)
        assert time.monotonic() - started < 10


def test_wide_rows_come_in_pieces_of_bounded_size(server: Postgres) -> None:
    server.do(
        "CREATE TABLE wide (id int PRIMARY KEY, content text)",
        "INSERT INTO wide SELECT n, repeat('x', 3000000) FROM generate_series(1, 5) AS n",
    )
    with closing(SqlRows(declared(table="wide"), connection(server), LIMITS)) as source:
        (file,) = source.list()
        pieces = list(source.open(file))
    assert max(map(len, pieces)) <= 1 << 20
    assert [row["id"] for row in map(json.loads, b"".join(pieces).splitlines())] == [1, 2, 3, 4, 5]


def test_reading_can_be_given_up_and_begun_again(server: Postgres) -> None:
    server.do(
        "CREATE TABLE long AS SELECT n AS id, repeat('x', 900) AS t"
        " FROM generate_series(1, 5000) AS n"
    )
    with closing(SqlRows(declared(table="long"), connection(server), LIMITS)) as source:
        (file,) = source.list()
        with closing(source.open(file)) as begun:  # type: ignore[type-var]
            next(begun)
        assert b"".join(source.open(file)).count(b"\n") == 5000


def test_a_table_that_goes_before_it_is_read_has_vanished(server: Postgres) -> None:
    server.do("CREATE TABLE going AS SELECT 1 AS id")
    with closing(SqlRows(declared(table="going"), connection(server), LIMITS)) as source:
        (file,) = source.list()
        server.do("DROP TABLE going")
        with pytest.raises(Vanished):
            list(source.open(file))


def test_an_empty_table_gives_no_bytes(server: Postgres) -> None:
    server.do("CREATE TABLE nothing (id int)")
    assert text(server, table="nothing") == ""


@pytest.mark.parametrize("lacking", ["host", "login", "password", "schema"])
def test_a_connection_that_lacks_something_is_told_with_the_command(
    server: Postgres, lacking: str
) -> None:
    with pytest.raises(MissingConnection, match=rf"lacks {lacking}, as in: airflow connections"):
        SqlRows(declared(table="x"), connection(server, **{lacking: ""}), LIMITS)


@pytest.mark.parametrize(
    "driver", ["mssql+pyodbc", "postgresql+pg8000", "sqlite+other", "nonsense"]
)
def test_a_database_of_a_make_that_was_not_tried_is_refused(server: Postgres, driver: str) -> None:
    known = connection(server, extra={"drivername": driver})
    with pytest.raises(MissingConnection, match="drivername"):
        SqlRows(declared(table="x"), known, LIMITS)


def test_an_sqlite_file_is_read_and_never_made_or_written(tmp_path: Path) -> None:
    path = tmp_path / "register #1?.db"
    known = Credentials("file", schema=str(path), extra={"drivername": "sqlite"})
    with pytest.raises(NotThere):
        SqlRows(declared(table="persons"), known, LIMITS)
    assert not path.exists()
    with closing(sqlite3.connect(path)) as written:
        written.execute("CREATE TABLE persons (id INTEGER PRIMARY KEY, hours REAL)")
        written.execute("INSERT INTO persons VALUES (2, 1.5), (1, NULL)")
        written.commit()
    found = read(SqlRows(declared(table="persons"), known, LIMITS))
    assert found == b'{"id": 1, "hours": null}\n{"id": 2, "hours": 1.5}\n'
    with pytest.raises(SourceError):
        read(SqlRows(declared(query="WITH a AS (SELECT 1) DELETE FROM persons"), known, LIMITS))
    assert found == read(SqlRows(declared(table="persons"), known, LIMITS))


def test_an_sqlite_file_that_is_being_written_is_read_later(tmp_path: Path) -> None:
    path = tmp_path / "register.db"
    known = Credentials("file", schema=str(path), extra={"drivername": "sqlite"})
    with closing(sqlite3.connect(path)) as written:
        written.execute("CREATE TABLE persons (id INTEGER PRIMARY KEY)")
        written.commit()
        written.execute("BEGIN EXCLUSIVE")
        with pytest.raises(Unstable):
            SqlRows(declared(table="persons"), known, replace(LIMITS, connect=0.1))
