"""What is special to files behind links: names, versions, redirects, servers of all manners."""

import unicodedata
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from eurocluster.consortium.sources import HttpSource
from eurocluster.sources.connections import Credentials
from eurocluster.sources.http_links import HttpLinks
from eurocluster.sources.protocol import (
    AuthFailed,
    Limits,
    MissingConnection,
    NotThere,
    NotTrusted,
    RemoteFile,
    UnexpectedAnswer,
    Unstable,
)
from tests.sources.servers.web_files import WebServer, web_files

pytestmark = pytest.mark.slow

LIMITS = Limits(connect=3, read=3, deadline=30)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WebServer]:
    """Plain http on 127.0.0.1, no password."""
    with web_files(tmp_path_factory.mktemp("plain")) as running:
        (running.folder / "register.csv").write_bytes(b"name;hours\nA;1\n")
        (running.folder / "empty.csv").write_bytes(b"")
        yield running


@pytest.fixture(scope="module")
def other(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WebServer]:
    """Another server, https, with a password."""
    with web_files(tmp_path_factory.mktemp("other"), "partner", "geheim", tls=True) as running:
        (running.folder / "register.csv").write_bytes(b"of the other server")
        yield running


def links(*urls: str, credentials: Credentials | None = None) -> HttpLinks:
    return HttpLinks(HttpSource(kind="http", urls=urls), credentials, LIMITS)


def listed(*urls: str, credentials: Credentials | None = None) -> list[RemoteFile]:
    with closing(links(*urls, credentials=credentials)) as source:
        return list(source.list())


def read(url: str, credentials: Credentials | None = None) -> tuple[RemoteFile, bytes]:
    with closing(links(url, credentials=credentials)) as source:
        file = next(iter(source.list()))
        return file, b"".join(source.open(file))


def secret(**fields: Any) -> Credentials:
    return Credentials("partner", login="partner", password="geheim", **fields)


@pytest.mark.parametrize("habit", ["files", "without-head", "empty-head", "weak", "named"])
@pytest.mark.parametrize("name", ["register.csv", "empty.csv"])
def test_size_and_content_agree_however_the_server_answers(
    server: WebServer, habit: str, name: str
) -> None:
    file, content = read(server.link(name, habit=habit))
    assert content == (server.folder / name).read_bytes()
    assert file.size == len(content)
    assert file.version is not None


def test_a_server_that_compresses_unasked_announces_no_size(server: WebServer) -> None:
    file, content = read(server.link("register.csv", habit="gzipped"))
    assert (file.size, content) == (None, b"name;hours\nA;1\n")


def test_a_sign_in_page_is_a_file_like_any_other(server: WebServer) -> None:
    file, content = read(server.link("register.csv", habit="login-page"))
    assert content.startswith(b"<!DOCTYPE html>")
    assert file.name == "register.csv"


def test_the_name_is_the_one_that_the_file_is_to_be_saved_as(server: WebServer) -> None:
    file, _ = read(server.link("register.csv", habit="named"))
    assert file.name == unicodedata.normalize("NFC", "Zażółć register.csv")


def test_two_files_of_one_name_are_told_apart(server: WebServer) -> None:
    (server.folder / "sub").mkdir()
    (server.folder / "sub" / "register.csv").write_bytes(b"another")
    urls = (server.link("register.csv"), server.link("sub/register.csv"))
    with closing(links(*urls)) as source:
        found = {file.name: b"".join(source.open(file)) for file in source.list()}
    assert found == {"register.csv": b"name;hours\nA;1\n", "2/register.csv": b"another"}


def test_a_file_that_was_replaced_since_it_was_listed_is_not_read(server: WebServer) -> None:
    path = server.folder / "replaced.csv"
    path.write_bytes(b"before")
    with closing(links(server.link("replaced.csv"))) as source:
        file = next(iter(source.list()))
        path.write_bytes(b"after it")
        with pytest.raises(Unstable):
            list(source.open(file))


def test_a_weak_mark_is_not_believed_alone(server: WebServer) -> None:
    url = server.link("register.csv", habit="weak")
    strict = listed(server.link("register.csv"))[0]
    weak = listed(url)[0]
    assert strict.etag is not None
    assert weak.etag == f"W/{strict.etag} {weak.size} " + (weak.etag or "").split(" ", 2)[2]
    assert read(url)[1] == b"name;hours\nA;1\n"


def test_one_dead_link_among_others_is_told_by_its_address_without_its_query(
    server: WebServer,
) -> None:
    urls = (server.link("register.csv"), server.link("gone.csv") + "?year=2026")
    with pytest.raises(NotThere) as caught:
        listed(*urls)
    assert caught.value.place == server.link("gone.csv")


def test_a_redirect_to_the_same_server_is_followed(server: WebServer) -> None:
    file, content = read(server.link("register.csv", habit="moved"))
    assert (file.name, content) == ("register.csv", b"name;hours\nA;1\n")
    assert file.ref == server.link("register.csv", habit="moved")


@pytest.mark.parametrize("target", ["https://a..example/x", "https://127.0.0.1:70000/x"])
def test_an_address_that_is_none_is_told_as_such(server: WebServer, target: str) -> None:
    for url in (target, server.link("", habit="moved-to") + target):
        with pytest.raises(UnexpectedAnswer):
            listed(url)


def test_a_redirect_in_a_circle_ends(server: WebServer) -> None:
    with pytest.raises(UnexpectedAnswer, match="circle"):
        listed(server.link("register.csv", habit="circle"))


def test_a_redirect_to_another_server_is_followed_when_there_are_no_secrets(
    server: WebServer, tmp_path: Path
) -> None:
    with web_files(tmp_path, tls=True) as elsewhere:
        (elsewhere.folder / "there.csv").write_bytes(b"elsewhere")
        moved = server.link("", habit="moved-to") + elsewhere.link("there.csv")
        known = Credentials("partner", extra={"ca_file": str(elsewhere.certificate)})
        file, content = read(moved, known)
    assert (file.name, content) == ("there.csv", b"elsewhere")


def test_a_redirect_from_https_to_plain_http_is_not_trusted(
    server: WebServer, tmp_path: Path
) -> None:
    with web_files(tmp_path, tls=True) as safe:
        known = Credentials("partner", extra={"ca_file": str(safe.certificate)})
        moved = safe.link("", habit="moved-to") + server.link("register.csv")
        before = server.requests()
        with pytest.raises(NotTrusted, match="another server"):
            listed(moved, credentials=known)
    assert server.requests() == before


@pytest.mark.parametrize("secrets", [{}, {"login": "", "extra": {"query": {"key": "k3y"}}}])
def test_a_redirect_to_another_server_is_not_followed_with_secrets(
    server: WebServer, other: WebServer, secrets: dict[str, Any]
) -> None:
    ca_file = {"ca_file": str(other.certificate)}
    fields: dict[str, Any] = {"login": "partner", "password": "geheim", **secrets}
    fields["extra"] = {**fields.get("extra", {}), **ca_file}
    if not fields["login"]:
        fields["password"] = ""
    before = other.requests()
    with pytest.raises(NotTrusted, match="another server"):
        listed(
            server.link("", habit="moved-to") + other.link("register.csv"),
            credentials=Credentials("partner", **fields),
        )
    assert other.requests() == before


def test_secrets_go_to_the_host_of_their_connection_alone(
    server: WebServer, other: WebServer
) -> None:
    (server.folder / "open.csv").write_bytes(b"open")
    urls = (server.link("open.csv"), other.link("register.csv", "localhost"))
    known = secret(host="localhost", extra={"ca_file": str(other.certificate)})
    found = listed(*urls, credentials=known)
    assert [file.name for file in found] == ["open.csv", "register.csv"]
    asked = [line for line in server.requests() if "open.csv" in line]
    assert asked == [f"HEAD {urls[0]}"]
    assert other.requests()[-1] == f"HEAD {urls[1]} with a password"


def test_secrets_for_nobody_in_particular_are_sent_to_none_of_several_hosts(
    server: WebServer, other: WebServer
) -> None:
    with pytest.raises(MissingConnection, match="names no host"):
        links(server.link("a.csv"), other.link("b.csv"), credentials=secret())


def test_secrets_for_another_host_are_sent_nowhere(server: WebServer) -> None:
    with pytest.raises(MissingConnection, match="another host"):
        links(server.link("a.csv"), credentials=secret(host="elsewhere.example"))


def test_a_refused_password_is_tried_once(other: WebServer) -> None:
    known = Credentials(
        "partner", login="partner", password="wrong", extra={"ca_file": str(other.certificate)}
    )
    before = len(other.requests())
    with pytest.raises(AuthFailed):
        listed(other.link("register.csv"), credentials=known)
    assert len(other.requests()) == before + 1


def test_a_certificate_of_an_unknown_authority_is_not_trusted(other: WebServer) -> None:
    with pytest.raises(NotTrusted, match="certificate"):
        listed(other.link("register.csv"))


def test_a_key_in_the_query_of_a_connection_is_sent_and_never_shown(server: WebServer) -> None:
    known = Credentials("partner", extra={"query": {"key": "k3y"}})
    url = server.link("never.csv")
    with pytest.raises(NotThere) as caught:
        listed(url, credentials=known)
    assert f"HEAD {url}?key=k3y" in server.requests()
    assert "k3y" not in str(caught.value) + repr(caught.value)


def test_only_declared_links_are_opened(server: WebServer) -> None:
    stranger = RemoteFile("x", 1, None, ref=server.link("register.csv"))
    with closing(links(server.link("empty.csv"))) as source, pytest.raises(NotTrusted):
        next(source.open(stranger))
