"""HTTP as every connector on it needs it: one server, bounded, verified, and told in few words.

Written on httpx. What it adds: a server that drips ends at the deadline, also within its headers;
compressed answers are unpacked piece by piece, so that a bomb is noticed; no request leaves the
origin that was declared, so nor do the secrets; every failure is a :class:`SourceError` without
addresses' queries, secrets or content in it.

Belongs here: connection, TLS, redirects, bytes.
Does not belong here: any one protocol on HTTP, who asks (sign_in.py, tokens.py), what errors
mean (web_errors.py).
"""

import json
import logging
import socket
import ssl
import threading
import zlib
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import lru_cache
from pathlib import Path
from typing import Any, Final
from urllib.parse import unquote

import httpx

from eurocluster.sources.protocol import (
    CHUNK_BYTES,
    Limits,
    MissingConnection,
    NotThere,
    NotTrusted,
    SourceError,
    TooBig,
    UnexpectedAnswer,
    Unstable,
)
from eurocluster.sources.sign_in import ANONYMOUS, SignIn, trusted_address
from eurocluster.sources.web_errors import http_date, refuse, told

__all__ = ["ANSWER_BYTES", "Answer", "Site", "http_date"]

for _library in ("httpx", "httpcore"):
    # They log whole addresses, with the secrets in them and the names of files.
    logging.getLogger(_library).setLevel(logging.WARNING)

ANSWER_BYTES: Final = 64 << 20
"""The longest answer that is taken into memory: a page of a listing, never a file."""

_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
_MOST_REDIRECTS: Final = 5
_SHORT_BODY: Final = 1 << 16
_SAFE_METHODS: Final = frozenset({"GET", "HEAD", "PROPFIND"})
_AGENT: Final = "eurocluster-kpi"


class Answer:
    """A server's answer whose body has not been read yet."""

    def __init__(self, response: httpx.Response, what: str, watch: "_Watch") -> None:
        self._response = response
        self._what = what
        self._watch = watch

    @property
    def status(self) -> int:
        """The status code."""
        return self._response.status_code

    @property
    def headers(self) -> Mapping[str, str]:
        """The headers, whatever the case of their names."""
        return self._response.headers

    @property
    def url(self) -> httpx.URL:
        """The address that answered, after redirects; it may hold secrets."""
        return self._response.url

    @property
    def size(self) -> int | None:
        """Bytes of the body, None when the server does not say or compresses it."""
        length = self.headers.get("content-length", "")
        return int(length) if length.isdecimal() and not self._encoding else None

    @property
    def next_link(self) -> str | None:
        """The address that the Link header calls the next one (RFC 8288)."""
        return self._response.links.get("next", {}).get("url")

    def linked(self, reference: str) -> str:
        """Return an address that the answer names, made whole.

        Raises:
            UnexpectedAnswer: It is no address.
        """
        try:
            return str(self.url.join(reference))
        except (httpx.InvalidURL, ValueError):
            raise UnexpectedAnswer(self._what, "names an address that is none") from None

    def pieces(self, *, shows_its_end: bool = False) -> Iterator[bytes]:
        """Yield the body, unpacked, in pieces of at most a MiB, as soon as each has arrived.

        Args:
            shows_its_end: Whether the caller notices by the content that it breaks off.

        Raises:
            Unreachable: It broke off, fell silent, or drips beyond the deadline.
            Unstable: What was compressed ends in the middle.
            UnexpectedAnswer: It is compressed in a way that was not asked for, or a body that
                breaks off would look like a whole one.
        """
        is_packed = self._encoding in ("gzip", "x-gzip")
        if not (shows_its_end or is_packed):
            self._require_an_end()
        with _words(self._what, self._watch):
            pieces = self._response.iter_raw()  # without a size: it would collect before it yields
            if is_packed:
                yield from self._unpacked(pieces)
            elif self._encoding:
                raise UnexpectedAnswer(self._what, "is compressed in a way that was not asked for")
            else:
                yield from pieces

    def stored(self) -> Iterator[bytes]:
        """Yield the body as it came: where Content-Encoding tells how a file is kept, not sent.

        Raises:
            Unreachable: It broke off, fell silent, or drips beyond the deadline.
            UnexpectedAnswer: A body that breaks off would look like a whole one.
        """
        self._require_an_end()
        with _words(self._what, self._watch):
            yield from self._response.iter_raw()

    def content(self, limit: int = ANSWER_BYTES) -> bytes:
        """Return the whole body, which shows by itself that it is whole: JSON, XML.

        Raises:
            TooBig: More bytes than the limit, counted after unpacking.
        """
        collected = bytearray()
        for piece in self.pieces(shows_its_end=True):
            collected += piece
            if len(collected) > limit:
                raise TooBig(self._what, f"answers with more than {limit >> 20} MiB")
        return bytes(collected)

    def json_object(self) -> dict[str, Any]:
        """Return the body, a JSON object.

        Raises:
            UnexpectedAnswer: It is something else.
        """
        try:
            told = json.loads(self.content())
        except (ValueError, RecursionError):
            told = None
        if not isinstance(told, dict):
            raise UnexpectedAnswer(self._what, "is no JSON object where one was expected")
        return told

    def _require_an_end(self) -> None:
        is_told = (
            "content-length" in self.headers
            or "chunked" in self.headers.get("transfer-encoding", "").lower()
            or _has_no_body(self._response)
        )
        if not is_told:
            raise UnexpectedAnswer(
                self._what, "its server does not say how long it is: a torn one would look whole"
            )

    @property
    def _encoding(self) -> str:
        encoding = self.headers.get("content-encoding", "").strip().lower()
        return "" if encoding == "identity" else encoding

    def _unpacked(self, pieces: Iterator[bytes]) -> Iterator[bytes]:
        inflate = zlib.decompressobj(zlib.MAX_WBITS | 16)
        started = False
        for packed in pieces:
            started = True
            while True:
                if inflate.eof:
                    if not packed:
                        break
                    inflate = zlib.decompressobj(zlib.MAX_WBITS | 16)
                unpacked = inflate.decompress(packed, CHUNK_BYTES)
                if unpacked:
                    yield unpacked
                packed = inflate.unused_data if inflate.eof else inflate.unconsumed_tail
                if not packed and len(unpacked) < CHUNK_BYTES:
                    break
        if started and not inflate.eof:
            raise Unstable(self._what, "ends in the middle")


class Site:
    """One origin, scheme with host and port, that is asked; nobody else is.

    Not to be shared between threads.
    """

    def __init__(
        self,
        base: str,
        place: str,
        limits: Limits,
        *,
        sign_in: SignIn = ANONYMOUS,
        extra: Mapping[str, Any] | None = None,
    ) -> None:
        """Prepare to ask; nothing is sent yet.

        Args:
            base: Address below which relative ones are looked for.
            place: What messages call the server when they are about no one file.
            limits: Time-outs and the deadline of one answer.
            sign_in: Goes with every request.
            extra: The connection's: `ca_file` is trusted beside the usual authorities, `query` is
                added to every request and never shown.

        Raises:
            NotTrusted: Plain http to another machine.
            UnexpectedAnswer: The base is no address.
            MissingConnection: The `ca_file` cannot be read.
        """
        self.place = place
        self._base = trusted_address(base, place)
        self._limits = limits
        self._sign_in = sign_in
        self._query = {str(k): str(v) for k, v in dict((extra or {}).get("query") or {}).items()}
        self._sockets: list[socket.socket] = []
        self._client = httpx.Client(
            verify=_trust((extra or {}).get("ca_file"), place),
            timeout=httpx.Timeout(limits.read, connect=limits.connect, pool=limits.connect),
            headers={"User-Agent": _AGENT},
            follow_redirects=False,
        )

    def address(self, reference: str) -> httpx.URL:
        """Return an address of this server, made whole.

        Raises:
            NotTrusted: It is another server's.
            UnexpectedAnswer: It is no address.
        """
        return self._own(self._base, reference)

    @contextmanager
    def ask(
        self,
        method: str,
        reference: str,
        *,
        what: str | None = None,
        missing: type[SourceError] = NotThere,
        accept: Collection[int] = (200,),
        headers: Mapping[str, str] | None = None,
        params: Mapping[str, str | int] | None = None,
        content: bytes | None = None,
        packed: bool = False,
        exact: bool = False,
    ) -> Iterator[Answer]:
        """Ask once, and once more when a token has run out; the body is read by the caller.

        Args:
            method: GET, HEAD, PROPFIND or POST.
            reference: Address, relative to the base or whole; its path quoted.
            what: What messages call what is asked for: a file's name.
            missing: Raised for 404 and 410: `Vanished` for a file that was listed.
            accept: Status codes that are an answer to the caller.
            headers: Besides who asks.
            params: Added to the address's query.
            content: Body of the request.
            packed: Ask for a compressed answer; a file is better asked for as it is.
            exact: The reference is whole and signed: no letter of it changes, dots in it neither.

        Raises:
            AuthFailed: 401, 403.
            Busy: 408, 425, 429, 5xx.
            Unstable: 412, 423: changed, or locked by somebody who writes.
            NotTrusted: A certificate, or a redirect to another server.
            Unreachable: No connection, silence, or a broken connection.
            UnexpectedAnswer: Any other status that was not to be accepted.
        """
        what = what or self.place
        address = self.address(reference)
        if params:
            # httpx's own params= would replace the query that is there.
            address = address.copy_merge_params(params)
        watch = _Watch(self._limits.deadline, self._sockets)
        extensions: dict[str, Any] = {"trace": watch.notice}
        if exact:
            extensions["target"] = f"/{reference.split('/', 3)[3]}".encode("ascii")
        with watch:
            response = self._send(
                method, address, what, watch, headers, content, packed, accept, extensions
            )
            try:
                refuse(response, what, missing, accept)
                yield Answer(response, what, watch)
            finally:
                _let_go(response)

    def close(self) -> None:
        """Let go of the connections."""
        with suppress(Exception):
            self._client.close()

    def _send(
        self,
        method: str,
        address: httpx.URL,
        what: str,
        watch: "_Watch",
        headers: Mapping[str, str] | None,
        content: bytes | None,
        packed: bool,  # noqa: FBT001 — private, and handed on as it came
        accept: Collection[int],
        extensions: dict[str, Any],
    ) -> httpx.Response:
        redirects = 0
        renewed = False
        while True:
            sent = {"Accept-Encoding": b"gzip" if packed else b"identity"}
            sent |= {name: value.encode() for name, value in (headers or {}).items()}
            sent |= self._sign_in.headers()
            with _words(what, watch):
                request = self._client.build_request(
                    method,
                    address.copy_merge_params(self._query) if self._query else address,
                    headers=[(name.encode(), value) for name, value in sent.items()],
                    content=content,
                    extensions=extensions,
                )
                response = self._client.send(request, stream=True)
            if response.status_code == 401 and not renewed and self._sign_in.renew():
                renewed = True
            elif response.status_code in accept:
                return response
            elif response.status_code in _REDIRECTS and method in _SAFE_METHODS:
                redirects += 1
                location = response.headers.get("location")
                if not location or redirects > _MOST_REDIRECTS:
                    _let_go(response)
                    raise UnexpectedAnswer(what, "is redirected in a circle, or to nowhere")
                address = self._own(address, location, response)
                extensions.pop("target", None)
            else:
                return response
            _let_go(response)

    def _own(
        self, base: httpx.URL, reference: str, answering: httpx.Response | None = None
    ) -> httpx.URL:
        try:
            address = base.join(reference)
        except (httpx.InvalidURL, ValueError):
            raise UnexpectedAnswer(self.place, "names an address that is none") from None
        if _origin(address) == _origin(self._base):
            return address
        if answering is not None:
            _let_go(answering)
        raise NotTrusted(self.place, f"leads to another server, {unquote(address.host) or 'none'}")


def _let_go(response: httpx.Response) -> None:
    """Close; what is short is read to its end first: the connection can then be used again."""
    length = response.headers.get("content-length", "")
    if _has_no_body(response) or (length.isdecimal() and int(length) <= _SHORT_BODY):
        with suppress(httpx.HTTPError, httpx.StreamError):
            for _ in response.iter_raw():
                pass
    response.close()


def _has_no_body(response: httpx.Response) -> bool:
    return response.request.method == "HEAD" or response.status_code in (204, 304)


def _origin(address: httpx.URL) -> tuple[str, str, int | None]:
    default = {"https": 443, "http": 80}.get(address.scheme)
    return address.scheme, address.host, default if address.port is None else address.port


class _Watch:
    """Cuts a site's connections when an answer takes too long, however steadily it drips.

    A time-out per read does not notice a server that sends one byte of a header now and then.
    """

    def __init__(self, seconds: float, sockets: list[socket.socket]) -> None:
        self.seconds = seconds
        self.has_cut = False
        self._sockets = sockets
        self._timer = threading.Timer(seconds, self._cut)
        self._timer.daemon = True

    def __enter__(self) -> "_Watch":
        self._timer.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._timer.cancel()

    def notice(self, _event: str, info: Mapping[str, Any]) -> None:
        """Remember the socket of each connection that is made (httpx's `trace` extension)."""
        if hasattr(info.get("return_value"), "get_extra_info"):
            made = info["return_value"].get_extra_info("socket")
            self._sockets[:] = [held for held in (*self._sockets, made) if held.fileno() >= 0]

    def _cut(self) -> None:
        self.has_cut = True
        for held in list(self._sockets):
            with suppress(OSError):
                # Not ssl's own shutdown, which is not for use from another thread.
                socket.socket.shutdown(held, socket.SHUT_RDWR)


def _trust(ca_file: object, place: str) -> ssl.SSLContext:
    path = str(ca_file or "")
    try:
        return _loaded_trust(path, Path(path).stat().st_mtime_ns if path else 0)
    except (OSError, ssl.SSLError):
        raise MissingConnection(place, "the ca_file in its connection cannot be read") from None


@lru_cache(maxsize=32)
def _loaded_trust(ca_file: str, _changed: int) -> ssl.SSLContext:
    """Load the usual authorities, and those of a file: once, it takes longer than a round trip."""
    context = httpx.create_ssl_context()
    if ca_file:
        context.load_verify_locations(cafile=ca_file)
    return context


@contextmanager
def _words(what: str, watch: _Watch) -> Iterator[None]:
    try:
        yield
    except (httpx.HTTPError, httpx.StreamError, httpx.InvalidURL, OSError, zlib.error) as error:
        raise told(error, what, watch.seconds if watch.has_cut else None) from None
