"""The published warehouse is found, opened, and cannot be used for anything but reading it."""

import json
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from eurocluster.published import (
    NothingPublished,
    QueryRefused,
    ask,
    find_published,
    open_published,
)
from eurocluster.settings import Settings

FILES_AND_NETWORK = [
    "select * from read_text('/etc/hostname')",
    "select * from read_csv('/etc/hostname')",
    "select * from '/etc/hostname.csv'",
    "select * from glob('/*')",
    "select * from read_parquet('https://warehouse.example/rows.parquet')",
]
NOT_A_SELECT = [
    "insert into core.project by name select 'x' as code",
    "create table taken as select 1",
    "drop table core.project",
    "update core.project set code = 'x'",
    "attach '/tmp/elsewhere.duckdb'",
    "copy core.project to '/tmp/project.csv'",
    "set enable_external_access = true",
    "install httpfs",
    "load httpfs",
]


def test_before_the_first_night_the_message_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(NothingPublished, match="run `eurocluster run` first"):
        find_published(Settings(home=tmp_path, data=tmp_path / "data"))


def test_the_current_publication_is_found_with_its_time_from_the_journal(
    published: Settings,
) -> None:
    found = find_published(published)
    assert found.publication_id == "build-0"
    assert found.path == published.warehouse / "published" / "current" / "warehouse.duckdb"
    assert found.database.parent.name == "build-0"
    journal = (published.warehouse / "published" / "journal.jsonl").read_text().splitlines()
    assert found.published_at == datetime.fromisoformat(json.loads(journal[-1])["published_at"])


def test_without_a_journal_the_time_is_left_open(publish_rows) -> None:
    settings = publish_rows()
    (settings.warehouse / "published" / "journal.jsonl").unlink()
    assert find_published(settings).published_at is None


def test_an_open_reader_keeps_its_publication_and_the_next_one_gets_the_new(publish_rows) -> None:
    settings = publish_rows()
    count = text("select count(*) from core.dim_partners")
    with open_published(settings) as reader:
        assert reader.execute(count).scalar() == 2
        publish_rows(dim_partners=[])
        assert reader.execute(count).scalar() == 2
    with open_published(settings) as reader:
        assert reader.execute(count).scalar() == 0


@pytest.mark.parametrize("sql", FILES_AND_NETWORK)
def test_a_query_reaches_no_file_and_no_network(sql: str, published: Settings) -> None:
    with open_published(published) as connection, pytest.raises(QueryRefused):
        ask(connection, sql)


def test_taking_a_text_apart_opens_no_file_either(published: Settings, tmp_path: Path) -> None:
    (tmp_path / "schema.sql").write_text("select 1;")
    (tmp_path / "load.sql").write_text("")
    for folder in (tmp_path, tmp_path / "absent"):
        with open_published(published) as connection, pytest.raises(QueryRefused) as refused:
            ask(connection, f"import database '{folder}'")
        assert "file system operations are disabled" in str(refused.value)


@pytest.mark.parametrize("sql", NOT_A_SELECT)
def test_a_query_is_a_select(sql: str, published: Settings) -> None:
    with open_published(published) as connection:
        with pytest.raises(QueryRefused, match="can only be read: SELECT, not"):
            ask(connection, sql)
        assert ask(connection, "select count(*) from core.project").rows == [(1,)]


@pytest.mark.parametrize(("sql", "found"), [("", 0), ("select 1; select 2", 2), ("-- only", 0)])
def test_a_query_is_one_statement(sql: str, found: int, published: Settings) -> None:
    with (
        open_published(published) as connection,
        pytest.raises(QueryRefused, match=f"One SELECT statement is expected, found {found}"),
    ):
        ask(connection, sql)


def test_even_a_statement_past_the_guard_could_not_write_nor_change_a_setting(
    published: Settings,
) -> None:
    for sql in ("create table taken as select 1", "set enable_external_access = true"):
        with open_published(published) as connection, pytest.raises(DBAPIError) as refused:
            connection.exec_driver_sql(sql)
        assert "read-only mode" in str(refused.value) or "locked" in str(refused.value)


def test_a_mistake_is_told_in_the_database_s_words_without_its_class_names(
    published: Settings,
) -> None:
    with open_published(published) as connection:
        with pytest.raises(QueryRefused) as misspelt:
            ask(connection, "selec 1")
        with pytest.raises(QueryRefused) as unknown:
            ask(connection, "select * from kpis.kpi_value")
    assert str(misspelt.value).startswith('syntax error at or near "selec"')
    assert str(unknown.value).startswith("Table with name kpi_value does not exist!")
    assert "sqlalche.me" not in str(unknown.value)


def test_colons_and_percent_signs_are_sql_not_parameters(published: Settings) -> None:
    with open_published(published) as connection:
        answer = ask(connection, "select ':name' as colon, '%s' as percent, 7 % 4 as rest")
    assert (answer.columns, answer.rows) == (("colon", "percent", "rest"), [(":name", "%s", 3)])


def test_more_rows_than_asked_for_are_cut_and_it_is_said(published: Settings) -> None:
    with open_published(published) as connection:
        assert ask(connection, "select * from range(10)", limit=10).is_cut is False
        cut = ask(connection, "select * from range(1000000000000)", limit=10)
    assert cut.is_cut
    assert len(cut.rows) == 10
