"""What any server on HTTP can do to us, said byte by byte over a real socket."""

import gzip
import logging
import socket
import ssl
import threading
import time
import zlib
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eurocluster.sources.connections import Credentials
from eurocluster.sources.protocol import (
    CHUNK_BYTES,
    AuthFailed,
    Limits,
    NotThere,
    NotTrusted,
    SourceError,
    TooBig,
    UnexpectedAnswer,
    Unreachable,
    Unstable,
    Vanished,
)
from eurocluster.sources.sign_in import basic_sign_in
from eurocluster.sources.web import Site
from eurocluster.sources.web_errors import Busy
from tests.sources.servers.certificates import certificate

pytestmark = pytest.mark.slow

LIMITS = Limits(connect=2, read=1, deadline=2)
NOTHING = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
PASSWORD = "S3cret pä$$ %41:@/"


@dataclass
class Server:
    """A server that says what a test tells it to; it has no manners of its own."""

    port: int = 0
    connections: int = 0
    heard: list[bytes] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


@contextmanager
def answering(*said: bytes, seconds_per_byte: float = 0.0) -> Iterator[Server]:
    """Answer the requests of a connection one after the other, then end it."""
    server = Server()
    with socket.create_server(("127.0.0.1", 0)) as listening:
        server.port = listening.getsockname()[1]

        def converse(talk: socket.socket) -> None:
            with talk, suppress(OSError):
                for answer in said:
                    request = talk.recv(1 << 16)
                    if not request:
                        return
                    server.heard.append(request)
                    if not seconds_per_byte:
                        talk.sendall(answer)
                        continue
                    for at in range(len(answer)):
                        talk.sendall(answer[at : at + 1])
                        time.sleep(seconds_per_byte)

        def accept() -> None:
            with suppress(OSError):
                while True:
                    talk, _ = listening.accept()
                    server.connections += 1
                    threading.Thread(target=converse, args=(talk,), daemon=True).start()

        threading.Thread(target=accept, daemon=True).start()
        yield server
        # Wakes the thread that waits for a connection; closing alone does not.
        listening.shutdown(socket.SHUT_RDWR)


@contextmanager
def site(server: Server, limits: Limits = LIMITS, **how: Any) -> Iterator[Site]:
    with closing(Site(server.url, "the partner's cloud", limits, **how)) as found:
        yield found


@contextmanager
def asking(*said: bytes, **how: Any) -> Iterator[tuple[Server, Site]]:
    with answering(*said) as server, site(server, **how) as asked:
        yield server, asked


def content(asked: Site, **how: Any) -> bytes:
    with asked.ask("GET", "/files/register.csv?code=sesam", **how) as answer:
        return answer.content()


def fails(said: bytes, error: type[SourceError], **how: float) -> SourceError:
    started = time.monotonic()
    with (
        answering(said, **how) as server,
        site(server) as asked,
        pytest.raises(error) as caught,
    ):
        content(asked, what="register.csv")
    assert time.monotonic() - started < 5.0
    assert caught.value.place == "register.csv"
    assert "sesam" not in f"{caught.value} {caught.value!r}"
    return caught.value


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (401, AuthFailed),
        (403, AuthFailed),
        (404, NotThere),
        (410, NotThere),
        (408, Busy),
        (412, Unstable),
        (423, Unstable),
        (425, Busy),
        (429, Busy),
        (500, Busy),
        (503, Busy),
        (599, Busy),
        (201, UnexpectedAnswer),
        (204, UnexpectedAnswer),
        (206, UnexpectedAnswer),
        (300, UnexpectedAnswer),
        (302, UnexpectedAnswer),
        (400, UnexpectedAnswer),
        (418, UnexpectedAnswer),
    ],
)
def test_every_status_means_one_error(status: int, error: type[SourceError]) -> None:
    said = f"HTTP/1.1 {status} sesam\r\nContent-Length: 0\r\n\r\n".encode()
    failed = fails(said, error)
    assert type(failed) is error
    assert status == 302 or str(status) in failed.cause


def test_a_file_that_was_listed_and_is_not_found_has_vanished() -> None:
    gone = b"HTTP/1.1 404 No\r\nContent-Length: 0\r\n\r\n"
    with asking(gone) as (_, asked), pytest.raises(Vanished):
        content(asked, missing=Vanished)


@pytest.mark.parametrize(
    "said",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nabc",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabc",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nnonsense",
        b"SSH-2.0-OpenSSH_9.2\r\n",
        b"HTTP/1.1 200 OK\r\nContent-",
        b"HTTP/1.1 200 OK\r\n" + b"X-Long: " + b"x" * (1 << 18) + b"\r\n\r\n",
        b"",
    ],
)
def test_what_breaks_off_or_is_no_http_is_unreachable(said: bytes) -> None:
    fails(said, Unreachable)


@pytest.mark.parametrize(
    "said",
    [
        b"HTTP/1.1 200 OK\r\nX-Drips: " + b"x" * 1000,
        b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n" + b"x" * 1000,
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1;" + b"x" * 1000,
    ],
)
def test_what_drips_ends_at_the_deadline_wherever_it_drips(said: bytes) -> None:
    failed = fails(said, Unreachable, seconds_per_byte=0.02)
    assert failed.cause == "took longer than 2 seconds"


def test_what_drips_over_tls_ends_at_the_deadline_too(tmp_path: Path) -> None:
    proof = certificate(tmp_path)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(proof)
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def drip() -> None:
            with suppress(OSError), context.wrap_socket(listening.accept()[0], True) as talk:
                talk.recv(1 << 16)
                for byte in b"HTTP/1.1 200 OK\r\nX-Drips: " + b"x" * 1000:
                    talk.sendall(bytes([byte]))
                    time.sleep(0.02)

        threading.Thread(target=drip, daemon=True).start()
        address = f"https://127.0.0.1:{listening.getsockname()[1]}"
        trusted = {"ca_file": str(proof)}
        started = time.monotonic()
        with (
            closing(Site(address, "cloud", LIMITS, extra=trusted)) as asked,
            pytest.raises(Unreachable, match="longer than 2 seconds"),
        ):
            content(asked)
    assert time.monotonic() - started < 5.0


def test_a_certificate_for_another_host_is_told(tmp_path: Path) -> None:
    proof = certificate(tmp_path, "DNS:other.example")
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(proof)
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def greet() -> None:
            with suppress(OSError), context.wrap_socket(listening.accept()[0], True):
                pass

        threading.Thread(target=greet, daemon=True).start()
        address = f"https://127.0.0.1:{listening.getsockname()[1]}"
        with (
            closing(Site(address, "cloud", LIMITS, extra={"ca_file": str(proof)})) as asked,
            pytest.raises(NotTrusted, match="not valid for '127"),
        ):
            content(asked)


def test_a_server_without_tls_is_told() -> None:
    with answering(b"HTTP/1.1 400 Bad Request\r\n\r\n") as server:
        address = server.url.replace("http://", "https://")
        with (
            closing(Site(address, "cloud", LIMITS)) as asked,
            pytest.raises(UnexpectedAnswer, match="does not speak TLS"),
        ):
            content(asked)


def test_a_name_that_nobody_has_is_told() -> None:
    with (
        closing(Site("https://cloud.invalid", "cloud", LIMITS)) as asked,
        pytest.raises(Unreachable, match="name of its host"),
    ):
        content(asked)


def packed_answer(packed: bytes, encoding: str = "gzip") -> bytes:
    head = f"HTTP/1.1 200 OK\r\nContent-Encoding: {encoding}\r\nContent-Length: {len(packed)}"
    return head.encode() + b"\r\n\r\n" + packed


@given(st.binary(max_size=5000), st.integers(1, 4), st.sampled_from(["gzip", "x-gzip", "GZIP"]))
def test_what_is_packed_comes_out_whole(body: bytes, members: int, encoding: str) -> None:
    packed = gzip.compress(body) * members
    with asking(packed_answer(packed, encoding)) as (_, asked):
        assert content(asked, packed=True) == body * members


@given(st.binary(min_size=1, max_size=5000), st.integers(1, 20))
def test_what_is_packed_and_torn_is_never_whole(body: bytes, lost: int) -> None:
    packed = gzip.compress(body)
    torn = packed[: max(1, len(packed) - lost)]
    with (
        asking(packed_answer(torn)) as (_, asked),
        pytest.raises(Unstable, match="ends in the middle"),
    ):
        content(asked)


def test_a_packed_answer_is_unpacked_piece_by_piece() -> None:
    packed = gzip.compress(bytes(50 << 20), 9)
    with asking(packed_answer(packed)) as (_, asked), asked.ask("GET", "/") as answer:
        sizes = [len(piece) for piece in answer.pieces()]
    assert sum(sizes) == 50 << 20
    assert max(sizes) <= CHUNK_BYTES


def test_a_damaged_packing_is_told() -> None:
    damaged = bytearray(gzip.compress(Random(1).randbytes(1000)))
    damaged[-6] ^= 1  # of the checksum
    fails(packed_answer(bytes(damaged)), UnexpectedAnswer)
    fails(packed_answer(b"not packed at all"), UnexpectedAnswer)


@pytest.mark.parametrize("encoding", ["br", "deflate", "gzip, gzip", "sesam"])
def test_a_packing_nobody_asked_for_is_told(encoding: str) -> None:
    fails(packed_answer(zlib.compress(b"x"), encoding), UnexpectedAnswer)


def test_an_answer_that_is_too_long_is_not_taken_into_memory() -> None:
    said = b"HTTP/1.1 200 OK\r\nContent-Length: 3145728\r\n\r\n" + bytes(3 << 20)
    with (
        asking(said) as (_, asked),
        asked.ask("GET", "/") as answer,
        pytest.raises(TooBig, match="1 MiB"),
    ):
        answer.content(1 << 20)


def test_a_file_that_could_be_torn_without_notice_is_not_read() -> None:
    endless = b"HTTP/1.0 200 OK\r\n\r\nname;hours\nx;1\n"
    with asking(endless) as (_, asked), asked.ask("GET", "/") as answer:
        with pytest.raises(UnexpectedAnswer, match="torn"):
            list(answer.pieces())
        with pytest.raises(UnexpectedAnswer, match="torn"):
            list(answer.stored())
        assert answer.content() == b"name;hours\nx;1\n"


def test_the_size_is_told_when_it_is_known() -> None:
    said = b"HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\n"
    with asking(said) as (_, asked), asked.ask("HEAD", "/") as answer:
        assert answer.size == 7
    with (
        asking(packed_answer(gzip.compress(b"x"))) as (_, asked),
        asked.ask("GET", "/") as answer,
    ):
        assert answer.size is None


def test_one_connection_serves_short_answers_refusals_and_heads() -> None:
    head = b"HTTP/1.1 200 OK\r\nContent-Length: 7777\r\n\r\n"
    refusal = b"HTTP/1.1 404 Not Found\r\nContent-Length: 3\r\n\r\nno\n"
    with asking(head, refusal, head, NOTHING) as (server, asked):
        for method, expected in (("HEAD", 200), ("GET", 404), ("HEAD", 200), ("GET", 200)):
            with asked.ask(method, "/", accept=(200, 404)) as answer:
                assert answer.status == expected
    assert server.connections == 1


def redirect(to: str, status: int = 302) -> bytes:
    return f"HTTP/1.1 {status} Found\r\nLocation: {to}\r\nContent-Length: 0\r\n\r\n".encode()


@pytest.mark.parametrize(
    "target",
    [
        "https://127.0.0.1/",
        "http://localhost:PORT/",
        "http://127.0.0.1:1/",
        "//evil.example/",
        "ftp://127.0.0.1:PORT/",
        "file:///etc/passwd",
        "http://127.0.0.1:PORT@evil.example/",
    ],
)
@pytest.mark.parametrize("method", ["GET", "HEAD", "PROPFIND"])
def test_redirects_to_anywhere_else_are_not_followed(target: str, method: str) -> None:
    with answering(b"") as elsewhere:
        there = redirect(target.replace("PORT", str(elsewhere.port)))
        with asking(there) as (server, asked), pytest.raises(NotTrusted), asked.ask(method, "/"):
            pass
    assert elsewhere.connections == 0
    assert server.connections == 1


def test_redirects_on_the_server_are_followed_with_the_sign_in() -> None:
    sign_in = basic_sign_in(Credentials("partner", login="registers", password=PASSWORD))
    with asking(redirect("/there"), NOTHING, sign_in=sign_in) as (server, asked):
        content(asked)
    assert [b"Authorization: Basic " in heard for heard in server.heard] == [True, True]
    assert server.heard[1].startswith(b"GET /there HTTP/1.1\r\n")


def test_a_post_is_never_redirected() -> None:
    with (
        asking(redirect("/there", 307), NOTHING) as (server, asked),
        pytest.raises(UnexpectedAnswer),
        asked.ask("POST", "/", content=b"secret"),
    ):
        pass
    assert b"".join(server.heard).count(b"HTTP/1.1") == 1


def test_a_wrong_password_is_sent_once() -> None:
    refused = b"HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n"
    sign_in = basic_sign_in(Credentials("partner", login="registers", password="wrong"))
    with asking(refused, refused, sign_in=sign_in) as (server, asked), pytest.raises(AuthFailed):
        content(asked)
    assert len(server.heard) == 1


def test_the_connections_query_is_added_to_that_of_the_address_and_to_parameters() -> None:
    extra = {"query": {"sig": "a&b"}}
    with (
        asking(NOTHING, extra=extra) as (server, asked),
        asked.ask("GET", "/x?a=1", params={"b": 2}) as answer,
    ):
        assert answer.status == 200
    assert server.heard[0].startswith(b"GET /x?a=1&b=2&sig=a%26b HTTP/1.1\r\n")


@pytest.mark.parametrize(
    "path", ["/a%23b", "/100%25%20sure", "/%5Bx%5D", "/a;b,c=d&e+f'()", "/%41"]
)
def test_a_quoted_path_is_sent_as_it_is(path: str) -> None:
    with asking(NOTHING) as (server, asked), asked.ask("GET", path):
        pass
    assert server.heard[0].split()[1] == path.encode()


def test_nothing_of_an_address_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with asking(NOTHING, extra={"query": {"sig": "secret-key"}}) as (_, asked):
        content(asked)
    assert not [word for word in ("sesam", "secret-key", "register.csv") if word in caplog.text]


def test_cookies_and_the_like_do_not_outlive_a_source() -> None:
    with answering(b"HTTP/1.1 200 OK\r\nSet-Cookie: a=b\r\nContent-Length: 0\r\n\r\n") as server:
        for _ in range(2):
            with site(server) as asked:
                content(asked)
    assert not any(b"cookie" in heard.lower() for heard in server.heard)


def test_a_watch_leaves_no_thread_behind() -> None:
    with asking(*[NOTHING] * 20) as (_, asked):
        for _ in range(20):
            content(asked)
        time.sleep(0.1)
        watching = [
            thread for thread in threading.enumerate() if isinstance(thread, threading.Timer)
        ]
    assert watching == []
