"""What is special to WebDAV: listings in XML, addresses as names, servers behind proxies."""

import threading
import unicodedata
from collections.abc import Iterator
from contextlib import closing, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eurocluster.consortium.sources import Files, WebDavSource
from eurocluster.sources.connections import Credentials
from eurocluster.sources.protocol import (
    AuthFailed,
    Limits,
    MissingConnection,
    NotThere,
    NotTrusted,
    RemoteFile,
    TooBig,
    UnexpectedAnswer,
)
from eurocluster.sources.webdav import WebDavFolder
from tests.sources.servers.dav import DavServer, wsgidav

pytestmark = pytest.mark.slow

LIMITS = Limits(connect=3, read=3, deadline=30)
ROOT = "/remote.php/dav/files/jane/"
LOGIN = "jane doe@partner.example"
PASSWORD = "app-pass-wört"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DavServer]:
    """WsgiDAV with TLS, for a login that has to be quoted in its own path."""
    with wsgidav(tmp_path_factory.mktemp("dav"), LOGIN, PASSWORD, tls=True) as running:
        yield running


def declared(path: str = "") -> WebDavSource:
    return WebDavSource(kind="webdav", conn_id="partner", path=path, files=Files(include=("*",)))


def connect(
    server: DavServer, path: str = "", limits: Limits = LIMITS, **fields: Any
) -> WebDavFolder:
    known: dict[str, Any] = {
        "host": "127.0.0.1",
        "port": server.port,
        "login": LOGIN,
        "password": PASSWORD,
        "extra": {"path": server.path, "ca_file": str(server.certificate)},
        **fields,
    }
    return WebDavFolder(declared(path), Credentials("partner", **known), limits)


class Told:
    """A server that answers PROPFIND with what it is told to, per path; it notes who asks."""

    def __init__(self) -> None:
        self.listings: dict[str, str] = {ROOT: listing(folder(ROOT))}
        self.status = 207
        self.asked: list[str] = []

    @contextmanager
    def running(self) -> Iterator[int]:
        told = self

        class Handler(BaseHTTPRequestHandler):
            def do_PROPFIND(self) -> None:
                self.rfile.read(int(self.headers["Content-Length"]))
                told.asked.append(f"{self.path} {self.headers['Depth']}")
                found = told.listings.get(self.path)
                content = (found or "").encode()
                self.send_response(404 if found is None else told.status)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, format: str, *args: Any) -> None:
                """Say nothing."""

        with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
            thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
            thread.start()
            try:
                yield server.server_port
            finally:
                server.shutdown()
                thread.join(5)


@pytest.fixture
def told() -> Told:
    return Told()


def names(told: Told, limits: Limits = LIMITS) -> list[str]:
    """List everything at a server that answers as told."""
    with told.running() as port:
        known = Credentials("partner", "127.0.0.1", port, schema="http", extra={"path": ROOT})
        with closing(WebDavFolder(declared(), known, limits)) as source:
            return [file.name for file in source.list()]


def listing(*responses: str) -> str:
    return f'<d:multistatus xmlns:d="DAV:">{"".join(responses)}</d:multistatus>'


def response(href: str, prop: str) -> str:
    status = "<d:status>HTTP/1.1 200 OK</d:status>"
    found = f"<d:propstat><d:prop>{prop}</d:prop>{status}</d:propstat>"
    missing = (
        "<d:propstat><d:prop><d:getcontentlength>999</d:getcontentlength></d:prop>"
        "<d:status>HTTP/1.1 404 Not Found</d:status></d:propstat>"
    )
    return f"<d:response><d:href>{href}</d:href>{found}{missing}</d:response>"


def folder(href: str) -> str:
    return response(href, "<d:resourcetype><d:collection/></d:resourcetype>")


def file(href: str) -> str:
    return response(href, "<d:resourcetype/><d:getetag>&quot;e1&quot;</d:getetag>")


def test_the_path_of_a_login_with_spaces_works_as_written_and_as_quoted(server: DavServer) -> None:
    (server.folder / "register.csv").write_bytes(b"1")
    for path in (server.path, quote(server.path), server.path.strip("/") + "/"):
        extra = {"path": path, "ca_file": str(server.certificate)}
        with closing(connect(server, extra=extra)) as source:
            assert "register.csv" in {file.name for file in source.list()}


def test_the_host_may_be_the_address_that_the_cloud_shows(server: DavServer) -> None:
    (server.folder / "register.csv").write_bytes(b"1")
    address = f"https://127.0.0.1:{server.port}{quote(server.path)}"
    extra = {"ca_file": str(server.certificate)}
    with closing(connect(server, host=address, port=None, extra=extra)) as source:
        assert "register.csv" in {file.name for file in source.list()}


def test_a_certificate_of_an_unknown_authority_is_not_trusted(server: DavServer) -> None:
    with pytest.raises(NotTrusted, match="certificate"):
        connect(server, extra={"path": server.path})


def test_plain_http_to_another_machine_is_not_trusted() -> None:
    known = Credentials("partner", "cloud.example", schema="http", extra={"path": ROOT})
    with pytest.raises(NotTrusted, match="https"):
        WebDavFolder(declared(), known, LIMITS)


@pytest.mark.parametrize("host", ["", "cloud..example", f"{'x' * 64}.example"])
def test_a_connection_without_host_is_told_as_such(host: str) -> None:
    with pytest.raises(MissingConnection, match="host"):
        WebDavFolder(declared(), Credentials("partner", host), LIMITS)


def test_a_file_where_a_folder_was_declared_is_told_as_such(server: DavServer) -> None:
    (server.folder / "register.csv").write_bytes(b"1")
    with pytest.raises(NotThere, match="not a folder"):
        connect(server, "register.csv")


def test_a_listing_stops_at_its_limits(server: DavServer) -> None:
    deep = server.folder / "1" / "2" / "3"
    deep.mkdir(parents=True)
    for place in (deep, *deep.parents[:2]):
        (place / "file.csv").write_bytes(b"")
    limits = Limits(connect=3, read=3, depth=2)
    with closing(connect(server, "1", limits)) as source:
        assert {file.name for file in source.list()} == {"file.csv", "2/file.csv", "2/3/file.csv"}
    limits = Limits(connect=3, read=3, listed=3)
    with closing(connect(server, "1", limits)) as source, pytest.raises(TooBig):
        list(source.list())


def test_a_file_is_asked_for_by_the_address_that_the_server_gave_it(server: DavServer) -> None:
    (server.folder / "a+b%20c [1]~.csv").write_bytes(b"content")
    with closing(connect(server)) as source:
        found = next(file for file in source.list() if file.name.startswith("a+b"))
        assert found.ref.startswith("/remote.php/dav/files/")
        assert b"".join(source.open(found)) == b"content"


def test_only_what_the_server_knows_is_believed(told: Told) -> None:
    told.listings[ROOT] = listing(folder(ROOT), file(f"{ROOT}a.csv"))
    with told.running() as port:
        known = Credentials("partner", "127.0.0.1", port, schema="http", extra={"path": ROOT})
        with closing(WebDavFolder(declared(), known, LIMITS)) as source:
            (found,) = source.list()
    assert (found.size, found.modified, found.version) == (None, None, 'etag:"e1"')


@pytest.mark.parametrize(
    "href",
    [
        "http://inside.example:8080{root}a%20b.csv",  # behind a proxy it has another host
        "//inside.example{root}a%20b.csv",
        "{root}a b.csv",  # not quoted
        "/remote.php/dav/files/Jane/a%20b.csv",  # Windows and some clouds change the case
    ],
)
def test_addresses_are_understood_however_they_are_written(told: Told, href: str) -> None:
    told.listings[ROOT] = listing(folder(ROOT), file(href.format(root=ROOT)))
    assert names(told) == ["a b.csv"]


@pytest.mark.parametrize(("written", "name"), [("a#b.csv", "a#b.csv"), ("a?b.csv", "a?b.csv")])
def test_names_that_the_server_forgot_to_quote_are_kept_whole(
    told: Told, written: str, name: str
) -> None:
    told.listings[ROOT] = listing(folder(ROOT), file(ROOT + written))
    assert names(told) == [name]


@pytest.mark.parametrize(
    "href",
    [
        "/remote.php/dav/files/other/a.csv",
        "/remote.php/dav/files/jane/../other/a.csv",
        "/remote.php/dav/files/jane/%2e%2e/other/a.csv",
        "/remote.php/dav/files/jane/..%2Fother.csv",
        "a.csv",
    ],
)
def test_what_lies_outside_of_the_folder_is_not_trusted(told: Told, href: str) -> None:
    told.listings[ROOT] = listing(folder(ROOT), file(href))
    with pytest.raises(NotTrusted, match="outside"):
        names(told)


def test_a_folder_that_goes_while_its_neighbours_are_listed_is_passed_over(told: Told) -> None:
    told.listings[ROOT] = listing(folder(ROOT), folder(f"{ROOT}gone/"), file(f"{ROOT}a.csv"))
    assert names(told) == ["a.csv"]


def test_folders_within_each_other_end(told: Told) -> None:
    told.listings[ROOT] = listing(folder(ROOT), folder(f"{ROOT}in/"))
    told.listings[f"{ROOT}in/"] = listing(folder(f"{ROOT}in/"), folder(ROOT), file(f"{ROOT}in/a"))
    assert names(told) == ["in/a"]
    assert len(told.asked) == 3


def test_a_server_that_lists_all_levels_at_once_is_understood(told: Told) -> None:
    everything = (folder(ROOT), folder(f"{ROOT}in/"), file(f"{ROOT}in/a.csv"), file(f"{ROOT}b.csv"))
    told.listings[ROOT] = listing(*everything)
    told.listings[f"{ROOT}in/"] = listing(folder(f"{ROOT}in/"), file(f"{ROOT}in/a.csv"))
    assert sorted(names(told)) == ["b.csv", "in/a.csv"]


def test_more_entries_than_allowed_are_not_read_to_their_end(told: Told) -> None:
    told.listings[ROOT] = listing(folder(ROOT), *(file(f"{ROOT}{n}.csv") for n in range(50)))
    assert len(names(told, Limits(listed=50))) == 50
    with pytest.raises(TooBig):
        names(told, Limits(listed=49))


@pytest.mark.parametrize(
    "answer",
    [
        "",
        "<html><body>Sign in</body></html",
        "<html><body>Sign in</body></html>",
        '<?xml version="1.0" encoding="klingon"?><d:multistatus xmlns:d="DAV:"/>',
        '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>' + listing(folder(ROOT)),
        '<!DOCTYPE x SYSTEM "file:///etc/passwd">' + listing(folder(ROOT)),
    ],
)
def test_what_is_no_listing_is_told_as_such(told: Told, answer: str) -> None:
    told.listings[ROOT] = answer
    with pytest.raises(UnexpectedAnswer, match="WebDAV"):
        names(told)


def test_a_server_without_webdav_is_told_as_such(told: Told) -> None:
    told.status = 405
    with pytest.raises(UnexpectedAnswer, match="405"):
        names(told)


def test_a_refused_password_is_tried_once(told: Told) -> None:
    told.status = 401
    with pytest.raises(AuthFailed):
        names(told)
    assert len(told.asked) == 1


def test_a_path_out_of_the_folder_is_not_opened(server: DavServer) -> None:
    stranger = RemoteFile("x", 1, None, ref=f"{server.path}/../x")
    with closing(connect(server)) as source, pytest.raises(NotTrusted):
        next(source.open(stranger))


@given(
    st.sets(
        st.text(st.characters(codec="utf-8", exclude_characters="/"), min_size=1),
        max_size=5,
    )
)
def test_any_names_are_listed_once_each(wanted: set[str]) -> None:
    wanted -= {".", ".."}
    told = Told()
    told.listings[ROOT] = listing(folder(ROOT), *(file(ROOT + quote(name)) for name in wanted))
    expected = sorted(unicodedata.normalize("NFC", name) for name in wanted)
    assert sorted(names(told)) == expected
