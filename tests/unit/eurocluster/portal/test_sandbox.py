"""SQL of other people reaches the warehouse and nothing else."""

import psutil
import pytest

from eurocluster.portal.sandbox import Sandbox
from eurocluster.published import QueryRefused, find_published


@pytest.fixture
def ask(publish_rows):
    sandbox, publication = Sandbox(seconds=2), find_published(publish_rows())
    yield lambda sql, rows=100: sandbox.query(publication, sql, rows).answer
    sandbox.close()


def test_the_warehouse_answers_with_its_rows_and_says_when_there_are_more(ask) -> None:
    answer = ask("select partner from core.dim_partners order by partner", 1)
    assert (answer.columns, answer.rows, answer.is_cut) == (("partner",), [("p1",)], True)


ATTACKS = (
    "select * from read_csv('/etc/passwd')",
    "select * from read_text('/etc/hostname')",
    "select * from read_blob('/proc/self/environ')",
    "select * from glob('/**')",
    "select * from '/etc/passwd'",
    "select * from read_parquet('https://elsewhere.example/x.parquet')",
    "select * from sniff_csv('/etc/passwd')",
    "attach '/tmp/other.duckdb'",
    "copy (select 1) to '/tmp/stolen.csv'",
    "export database '/tmp/stolen'",
    "install httpfs",
    "load httpfs",
    "set memory_limit = '8GB'",
    "pragma memory_limit = '8GB'",
    "reset enable_external_access",
    "create table core.mine (a integer)",
    "create temp table mine as select 1",
    "insert into core.dim_partners select * from core.dim_partners",
    "delete from core.dim_partners",
    "drop table core.dim_partners",
    "update core.project set code = 'x'",
    "call pragma_version()",
    "pragma database_list",
    "select * from duckdb_settings()",
    "select * from duckdb_databases()",
    "select * from duckdb_secrets()",
    "select getenv('HOME')",
    "select current_setting('allowed_paths')",
    "select 1; select 2",
    "select 1; drop table core.dim_partners",
    "checkpoint",
    "use memory",
    "detach warehouse",
    "prepare q as select 1",
    "",
    "selec 1",
)


def test_everything_else_is_refused_and_no_path_is_told(ask) -> None:
    for sql in ATTACKS:
        with pytest.raises(QueryRefused) as refused:
            ask(sql)
        assert "published/" not in str(refused.value), sql
    assert ask("select count(*) from core.dim_partners").rows == [(2,)]


HUNGRY = (
    "select list(i) from range(1000000000) t(i)",
    "select * from range(100000000000) t(i) order by i desc",
    "select repeat('x', 2000000000)",
)


def test_a_hungry_query_is_told_that_it_needs_too_much(ask) -> None:
    for sql in HUNGRY:
        with pytest.raises(QueryRefused):
            ask(sql)
    assert ask("select 1").rows == [(1,)]


ENDLESS = (
    "select count(*) from range(100000000000) t(i) where i % 257 = 3",
    "with recursive r(n) as (select 1 union all select n + 1 from r) select count(*) from r",
)


def test_an_endless_query_is_stopped(ask) -> None:
    for sql in ENDLESS:
        with pytest.raises(QueryRefused):
            ask(sql)
    assert ask("select 1").rows == [(1,)]


def test_the_processes_have_no_variable_of_ours(ask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EUROCLUSTER_SECRET", "not to be told")
    ask("select 1")
    told = [
        process.environ()
        for process in psutil.Process().children(recursive=True)
        if "eurocluster.portal.sandbox_process" in process.cmdline()
    ]
    assert told
    assert all("EUROCLUSTER_SECRET" not in environment for environment in told)
