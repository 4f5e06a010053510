"""What is special to Microsoft Graph, asked of a Graph of our own: the real one cannot be had here.

Shown is that the connector keeps to the documented protocol, not that Microsoft does.
"""

import shutil
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from typing import Any

import pytest

from eurocluster.consortium.sources import Files, SharePointSource
from eurocluster.sources.connections import Credentials
from eurocluster.sources.protocol import (
    AuthFailed,
    Limits,
    MissingConnection,
    NotThere,
    NotTrusted,
    SourceError,
    TooBig,
    Unstable,
)
from eurocluster.sources.sharepoint import SharePointLibrary
from tests.sources.servers.graph import CLIENT, DRIVE, PASSWORD, TENANT, GraphServer, graph

pytestmark = pytest.mark.slow

LIMITS = Limits(connect=3, read=3, deadline=20)


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GraphServer]:
    with graph(tmp_path_factory.mktemp("graph")) as server:
        yield server


@pytest.fixture
def server(running: GraphServer) -> GraphServer:
    """Graph with an empty library, an empty journal and no fault."""
    running.desk.clear()
    for left in running.folder.iterdir():
        shutil.rmtree(left) if left.is_dir() else left.unlink()
    return running


def credentials(server: GraphServer, **more: Any) -> Credentials:
    base = f"http://127.0.0.1:{server.port}"
    extra = {
        "tenant_id": TENANT,
        "endpoint": f"{base}/v1.0",
        "token_url": f"{base}/{TENANT}/oauth2/v2.0/token",
    }
    return Credentials("partner", login=CLIENT, password=PASSWORD, extra={**extra, **more})


def library(server: GraphServer, path: str = "", limits: Limits = LIMITS) -> SharePointLibrary:
    declared = SharePointSource(
        kind="sharepoint",
        conn_id="partner",
        drive_id=DRIVE,
        path=path,
        files=Files(include=("*",)),
    )
    return SharePointLibrary(declared, credentials(server), limits)


def test_a_library_of_several_pages_is_listed_whole_with_one_token(server: GraphServer) -> None:
    for number in range(130):
        (server.folder / f"register {number}.csv").write_bytes(b"x")
    with closing(library(server)) as source:
        assert len({file.name for file in source.list()}) == 130
    assert server.desk.asked(f"/{TENANT}/oauth2/v2.0/token") == 1


def test_the_token_does_not_go_where_the_content_lies(server: GraphServer) -> None:
    (server.folder / "register.csv").write_bytes(b"content")
    with closing(library(server)) as source:
        [file] = source.list()
        assert b"".join(source.open(file)) == b"content"
    downloads = [entry for entry in server.desk.journal() if "/download/" in entry["path"]]
    assert [entry["authorization"] for entry in downloads] == [""]


def test_a_next_page_on_another_host_gets_no_request(server: GraphServer) -> None:
    for number in range(60):
        (server.folder / f"{number}.csv").write_bytes(b"x")
    server.desk.order("next_page_elsewhere")
    with closing(library(server)) as source, pytest.raises(NotTrusted, match="localhost"):
        list(source.list())
    assert not any("skiptoken" in entry["query"] for entry in server.desk.journal())


def test_a_shortcut_into_another_library_is_not_followed(server: GraphServer) -> None:
    (server.folder / "register.csv").write_bytes(b"x")
    server.desk.order("shortcut")
    with closing(library(server)) as source:
        assert [file.name for file in source.list()] == ["register.csv"]


def test_a_busy_graph_is_asked_again_when_it_says_so(server: GraphServer) -> None:
    (server.folder / "register.csv").write_bytes(b"x")
    with closing(library(server)) as source:
        server.desk.order("busy", times=2, after="1")
        assert [file.name for file in source.list()] == ["register.csv"]


def test_a_token_that_is_withdrawn_is_fetched_again(server: GraphServer) -> None:
    (server.folder / "register.csv").write_bytes(b"x")
    with closing(library(server)) as source:
        server.desk.order("withdraw_tokens")
        assert [file.name for file in source.list()] == ["register.csv"]
    assert server.desk.asked(f"/{TENANT}/oauth2/v2.0/token") == 2


def test_another_tenant_gets_no_token_and_nothing_of_the_answer_is_told(
    server: GraphServer,
) -> None:
    known = credentials(
        server, token_url=f"http://127.0.0.1:{server.port}/other.example/oauth2/v2.0/token"
    )
    declared = SharePointSource(
        kind="sharepoint", conn_id="partner", drive_id=DRIVE, files=Files(include=("*",))
    )
    with pytest.raises(AuthFailed, match="invalid_request"):
        SharePointLibrary(declared, known, LIMITS)
    with pytest.raises(AuthFailed, match="invalid_client") as refused:
        SharePointLibrary(declared, replace(credentials(server), password="wrong"), LIMITS)
    assert "AADSTS" not in repr(refused.value)


def test_a_connection_without_a_tenant_is_told_with_the_command(server: GraphServer) -> None:
    declared = SharePointSource(
        kind="sharepoint", conn_id="partner", drive_id=DRIVE, files=Files(include=("*",))
    )
    with pytest.raises(MissingConnection, match="airflow connections add partner"):
        SharePointLibrary(declared, credentials(server, tenant_id=""), LIMITS)


@pytest.mark.parametrize("field", ["endpoint", "token_url"])
def test_another_cloud_is_spoken_to_by_https_only(server: GraphServer, field: str) -> None:
    declared = SharePointSource(
        kind="sharepoint", conn_id="partner", drive_id=DRIVE, files=Files(include=("*",))
    )
    known = credentials(server, **{field: "http://graph.example/v1.0"})
    with pytest.raises(NotTrusted, match="https"):
        SharePointLibrary(declared, known, LIMITS)
    assert server.desk.journal() == []


def test_a_file_where_a_folder_was_declared_is_told(server: GraphServer) -> None:
    (server.folder / "register.csv").write_bytes(b"x")
    with closing(library(server, "register.csv")) as source, pytest.raises(NotThere):
        list(source.list())


def test_a_file_that_was_replaced_since_it_was_listed_is_not_read(server: GraphServer) -> None:
    register = server.folder / "register.csv"
    register.write_bytes(b"x")
    with closing(library(server)) as source:
        [file] = source.list()
        register.write_bytes(b"another")
        with pytest.raises(Unstable):
            b"".join(source.open(file))


def test_a_library_of_too_many_files_or_folders_is_told(server: GraphServer) -> None:
    for number in range(8):
        (server.folder / f"{number}").mkdir()
    limits = replace(LIMITS, listed=7)
    with closing(library(server, limits=limits)) as source, pytest.raises(TooBig):
        list(source.list())


def test_folders_below_the_deepest_are_not_looked_into(server: GraphServer) -> None:
    deep = server.folder / "1" / "2" / "3"
    deep.mkdir(parents=True)
    for folder in (deep, deep.parent):
        (folder / "register.csv").write_bytes(b"x")
    with closing(library(server, limits=replace(LIMITS, depth=2))) as source:
        assert [file.name for file in source.list()] == ["1/2/register.csv"]


def test_what_is_no_error_of_ours_never_leaves(server: GraphServer) -> None:
    (server.folder / "register.csv").write_bytes(b"x")
    with closing(library(server)) as source:
        [file] = source.list()
        with pytest.raises(SourceError):
            source.stat(replace(file, ref="../../../other"))
