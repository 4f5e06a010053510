"""Files behind fixed links.

Belongs here: what a link says of its file before it is read, its name, where it may lead.
Does not belong here: HTTP itself (web.py), finding links on pages.
"""

import re
import unicodedata
from collections import deque
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from email.message import Message
from typing import Final
from urllib.parse import SplitResult, unquote, urlsplit

from eurocluster.consortium.sources import HttpSource
from eurocluster.sources.connections import Credentials
from eurocluster.sources.protocol import (
    Limits,
    MissingConnection,
    NotThere,
    NotTrusted,
    RemoteFile,
    SourceError,
    UnexpectedAnswer,
    Vanished,
)
from eurocluster.sources.sign_in import ANONYMOUS, base_address, basic_sign_in
from eurocluster.sources.web import Answer, Site, http_date

_OK: Final = 200
_PARTIAL: Final = 206
_NO_SUCH_RANGE: Final = 416
_NOT_BY_HEAD: Final = (405, 501)
_REDIRECTS: Final = (301, 302, 303, 307, 308)
_MOST_REDIRECTS: Final = 5
_DEFAULT_PORTS: Final = {"https": 443, "http": 80}

_Origin = tuple[str, str, int | None]
"""Scheme, host and port."""


class HttpLinks:
    """The declared links, one file each; a file's `ref` is its link.

    A link may redirect to its own server. To another one it may only when we have no secrets that
    could leak, and only by https.
    """

    def __init__(
        self, declared: HttpSource, credentials: Credentials | None, limits: Limits
    ) -> None:
        """Remember the links; HTTP signs in with each request.

        Raises:
            MissingConnection: It is not clear which of several servers may be told the secrets.
            NotTrusted: Plain http to another machine.
        """
        self._links = declared.urls
        self._limits = limits
        self._extra = dict(credentials.extra) if credentials else {}
        self._sign_in = basic_sign_in(credentials)
        self._sites: dict[_Origin, Site] = {}
        self._entitled = self._may_be_told(credentials)
        try:
            for link in self._links:
                self._site(link)
        except BaseException:
            self.close()
            raise

    def list(self) -> Iterator[RemoteFile]:
        """Describe the file behind each link.

        Two files of one name are told apart by the place of their link: the second link's becomes
        ``2/register.xlsx``.

        Raises:
            NotThere: A link is dead.
            AuthFailed: User or password are refused.
            NotTrusted: A link leads to another server.
        """
        seen = set[str]()
        for number, link in enumerate(self._links, start=1):
            found = self._describe(link, _shown(link), NotThere)
            name = found.name if found.name not in seen else f"{number}/{found.name}"
            seen.add(name)
            yield replace(found, name=name)

    def open(self, file: RemoteFile) -> Iterator[bytes]:
        """Read a file piece by piece.

        Raises:
            Vanished: It is gone.
            Unstable: It is another one than was listed.
        """
        # A weak mark says that two files mean the same, not that they are the same bytes.
        exact = file.etag is not None and file.etag.startswith('"')
        only_this = {"If-Match": file.etag} if exact and file.etag else {}
        with self._asking("GET", self._link_of(file), file.name, Vanished, only_this) as answer:
            yield from answer.pieces()

    def stat(self, file: RemoteFile) -> RemoteFile:
        """Describe a file as it is now.

        Raises:
            Vanished: It is gone.
        """
        found = self._describe(self._link_of(file), file.name, Vanished)
        return replace(found, name=file.name, ref=file.ref)

    def close(self) -> None:
        """Let go of the connections."""
        for site in self._sites.values():
            site.close()

    def _may_be_told(self, credentials: Credentials | None) -> Collection[_Origin]:
        """Return the servers that are sent user, password and the connection's query."""
        if credentials is None or (self._sign_in is ANONYMOUS and not self._extra.get("query")):
            return ()
        origins = {_origin(link) for link in self._links}
        place = f"connection {credentials.conn_id}"
        if credentials.host:
            host = urlsplit(base_address(credentials)).hostname
            entitled = {origin for origin in origins if origin[1] == host}
            if not entitled:
                raise MissingConnection(place, "is for another host than the declared addresses")
            return entitled
        if len(origins) > 1:
            raise MissingConnection(
                place, "names no host, and its secrets would go to all of several servers"
            )
        return origins

    def _site(self, link: str) -> Site:
        origin = _origin(link)
        if origin not in self._sites:
            entitled = origin in self._entitled
            parts = urlsplit(link)
            extra = self._extra if entitled else {**self._extra, "query": None}
            self._sites[origin] = Site(
                f"{parts.scheme}://{parts.netloc}",
                _shown(link),
                self._limits,
                sign_in=self._sign_in if entitled else ANONYMOUS,
                extra=extra,
            )
        return self._sites[origin]

    def _describe(self, link: str, what: str, missing: type[SourceError]) -> RemoteFile:
        with self._asking("HEAD", link, what, missing, accept=(_OK, *_NOT_BY_HEAD)) as answer:
            # Programs that do not know HEAD refuse it, or answer it as if there was nothing.
            if answer.status == _OK and answer.size != 0:
                return _described(answer, link, answer.size)
        accept = (_OK, _PARTIAL, _NO_SUCH_RANGE)
        first_byte = {"Range": "bytes=0-0"}
        with self._asking("GET", link, what, missing, first_byte, accept=accept) as answer:
            if answer.status == _OK:
                return _described(answer, link, answer.size)
            if answer.status == _PARTIAL:
                whole = re.fullmatch(r"bytes 0-0/(\d+)", answer.headers.get("content-range", ""))
                return _described(answer, link, int(whole[1]) if whole else None)
        # Of an empty file there is no first byte, and the refusal says nothing else about it.
        with self._asking("GET", link, what, missing) as answer:
            return _described(answer, link, answer.size)

    @contextmanager
    def _asking(
        self,
        method: str,
        link: str,
        what: str,
        missing: type[SourceError],
        headers: Mapping[str, str] | None = None,
        *,
        accept: Collection[int] = (_OK,),
    ) -> Iterator[Answer]:
        """Ask, and follow redirects as far as they are trusted."""
        address = link
        for _ in range(_MOST_REDIRECTS + 1):
            asked = self._site(address).ask(
                method,
                address,
                what=what,
                missing=missing,
                accept=(*accept, *_REDIRECTS),
                headers=headers,
            )
            with asked as answer:
                if method == "HEAD":
                    # Its end is read, though nothing comes: else the connection is not used again.
                    deque(answer.stored(), maxlen=0)
                if answer.status not in _REDIRECTS:
                    yield answer
                    return
                target = answer.linked(answer.headers.get("location", ""))
            self._check(link, target, what)
            address = target
        raise UnexpectedAnswer(what, "is redirected in a circle")

    def _check(self, link: str, target: str, what: str) -> None:
        origin = _origin(target)
        if origin == _origin(link) or (origin[0] == "https" and not self._entitled):
            return
        raise NotTrusted(what, f"leads to another server, {unquote(origin[1]) or 'none'}")

    def _link_of(self, file: RemoteFile) -> str:
        if file.ref not in self._links:
            raise NotTrusted(file.name, "not one of the declared addresses")
        return file.ref


def _described(answer: Answer, link: str, size: int | None) -> RemoteFile:
    modified = answer.headers.get("last-modified")
    etag = answer.headers.get("etag")
    if etag and not etag.startswith('"'):
        etag = f"{etag} {size} {modified}"
    return RemoteFile(
        name=_name(answer, link),
        size=size,
        modified=http_date(modified),
        etag=etag or None,
        ref=link,
    )


def _name(answer: Answer, link: str) -> str:
    """Return the name that the server gives the file to be saved as, or else its address's end."""
    said = answer.headers.get("content-disposition", "")
    for name in (_name_said(said), unquote(urlsplit(link).path)):
        last = re.split(r"[/\\]", name)[-1].strip()
        printable = "".join(letter for letter in last if letter.isprintable())
        if printable.strip("."):
            return unicodedata.normalize("NFC", printable)
    return answer.url.host


def _name_said(disposition: str) -> str:
    """Return the file name of a Content-Disposition; `filename*` goes before `filename`."""
    if found := re.search(r"(?i)filename\*\s*=\s*(utf-8|iso-8859-1)'[^']*'([^;\s]+)", disposition):
        return unquote(found[2], encoding=found[1], errors="replace")
    header = Message()
    header["Content-Disposition"] = disposition
    return header.get_filename() or ""


def _shown(link: str) -> str:
    """Return an address as messages show it: its query can hold what nobody else should know."""
    parts = urlsplit(link)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{unquote(parts.path)}"


def _origin(link: str) -> _Origin:
    try:
        parts = urlsplit(link)
        _host(parts).encode("idna")
        return parts.scheme, _host(parts), parts.port or _DEFAULT_PORTS.get(parts.scheme)
    except ValueError:
        raise UnexpectedAnswer(_shown(link), "is an address of no host") from None


def _host(parts: SplitResult) -> str:
    return parts.hostname or ""
