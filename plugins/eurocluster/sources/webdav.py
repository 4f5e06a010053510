"""Folders of WebDAV servers, such as Nextcloud and ownCloud.

Belongs here: PROPFIND and what its answers mean, addresses of files.
Does not belong here: HTTP itself (web.py), which files are registers (picking.py).
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Final
from urllib.parse import quote, unquote, urlsplit
from xml.etree.ElementTree import Element, ParseError  # types; parsing is defusedxml's

from defusedxml.ElementTree import iterparse

from eurocluster.consortium.sources import WebDavSource
from eurocluster.sources.connections import Credentials
from eurocluster.sources.protocol import (
    Limits,
    MissingConnection,
    NotThere,
    NotTrusted,
    RemoteFile,
    TooBig,
    UnexpectedAnswer,
    Vanished,
)
from eurocluster.sources.sign_in import base_address, basic_sign_in
from eurocluster.sources.web import Site, http_date

_ASKED: Final = (
    b'<?xml version="1.0" encoding="utf-8"?><propfind xmlns="DAV:"><prop><resourcetype/>'
    b"<getcontentlength/><getlastmodified/><getetag/></prop></propfind>"
)
_ANSWER_BYTES: Final = 256 << 20
"""What a listing may take on the line; in memory there is one entry at a time."""
_NO_WEBDAV: Final = "does not answer as a WebDAV server does"
_MULTI_STATUS: Final = 207
_IN_A_PATH: Final = "/%:@!$&'()*+,;=~"
"""What stays as it is where a server, or the coordinator, wrote part of an address."""


@dataclass(frozen=True, slots=True)
class _Entry:
    file: RemoteFile
    is_folder: bool


class WebDavFolder:
    """Files below a folder of a WebDAV server.

    A file's `ref` is the path that the server itself gave it, as quoted as the server wrote it.
    """

    def __init__(self, declared: WebDavSource, credentials: Credentials, limits: Limits) -> None:
        """Sign in and look whether the folder is there.

        The connection's host, port and schema make the server's address, its extra's `path` what
        stands before the folder, such as ``/remote.php/dav/files/USER``.

        Raises:
            MissingConnection: The connection has no host, or one that cannot be.
            NotTrusted: Plain http to another machine, or a certificate that is not valid.
            AuthFailed: User or password are refused.
            NotThere: There is no such folder.
            UnexpectedAnswer: The server does not speak WebDAV.
        """
        base = base_address(credentials)
        host = urlsplit(base).hostname or ""
        try:
            host.encode("idna")
        except UnicodeError:
            raise MissingConnection(
                f"connection {credentials.conn_id}", "its host cannot be one"
            ) from None
        before = quote(str(credentials.extra.get("path") or ""), safe=_IN_A_PATH)
        folder = quote(declared.path, safe="/")
        parts = (*urlsplit(base).path.split("/"), *before.split("/"), *folder.split("/"))
        self._root = "/".join(("", *(part for part in parts if part), ""))
        self._root_names = _names_in(self._root)
        self._place = f"webdav://{host}/{declared.path.strip('/')}"
        self._limits = limits
        self._site = Site(
            base,
            self._place,
            limits,
            sign_in=basic_sign_in(credentials),
            extra=credentials.extra,
        )
        try:
            found = self._find(self._root, self._place, depth=0)
            if not any(entry.is_folder for entry in found):
                raise NotThere(self._place, "is a file, not a folder")
        except BaseException:
            self.close()
            raise

    def list(self) -> Iterator[RemoteFile]:
        """List the files below the folder.

        Raises:
            NotThere: The folder is gone.
            AuthFailed: It, or a folder below it, may not be opened.
            NotTrusted: The server lists what lies outside of it.
            TooBig: More files and folders than `limits.listed`.
        """
        todo = [self._root]
        seen = set[str]()
        while todo:
            path = todo.pop()
            for entry in self._members(path):
                address = entry.file.ref.rstrip("/")
                if address in seen or not entry.file.name:
                    continue
                seen.add(address)
                if len(seen) > self._limits.listed:
                    raise TooBig(self._place, f"more than {self._limits.listed} files and folders")
                if not entry.is_folder:
                    yield entry.file
                elif entry.file.name.count("/") < self._limits.depth:
                    todo.append(f"{address}/")

    def open(self, file: RemoteFile) -> Iterator[bytes]:
        """Read a file piece by piece.

        Raises:
            Vanished: It is gone.
            AuthFailed: It may not be read.
        """
        path = self._path_of(file)
        with self._site.ask("GET", path, what=file.name, missing=Vanished) as answer:
            yield from answer.pieces()

    def stat(self, file: RemoteFile) -> RemoteFile:
        """Describe a file as it is now.

        Raises:
            Vanished: It is gone.
        """
        for entry in self._find(self._path_of(file), file.name, depth=0, missing=Vanished):
            if not entry.is_folder:
                return replace(entry.file, name=file.name, ref=file.ref)
        raise Vanished(file.name, "was listed and is no file any more")

    def close(self) -> None:
        """Let go of the connection."""
        self._site.close()

    def _members(self, path: str) -> Sequence[_Entry]:
        try:
            return self._find(path, self._place, depth=1)
        except NotThere:
            if path == self._root:
                raise
            return ()  # It went while its neighbours were listed.

    def _find(
        self,
        path: str,
        what: str,
        *,
        depth: int,
        missing: type[NotThere | Vanished] = NotThere,
    ) -> Sequence[_Entry]:
        """Ask for what is known of a path, and of what is in it when `depth` is 1."""
        asked = self._site.ask(
            "PROPFIND",
            path,
            what=what,
            missing=missing,
            accept=(_MULTI_STATUS,),
            headers={"Depth": str(depth), "Content-Type": "application/xml; charset=utf-8"},
            content=_ASKED,
            packed=True,
        )
        entries: list[_Entry] = []
        with asked as answer, _xml_words(what):
            for element in _responses(_Readable(answer.pieces(), what)):
                entries.append(self._entry(element))
                if len(entries) > self._limits.listed + 1:  # the folder is one of them
                    raise TooBig(self._place, f"more than {self._limits.listed} files and folders")
        if depth == 0 and not entries:
            raise UnexpectedAnswer(what, _NO_WEBDAV)
        return entries

    def _entry(self, response: Element) -> _Entry:
        """Read one element `response` (RFC 4918, section 14.24)."""
        path = _path_in(response.findtext("{DAV:}href", "").strip())
        names = _names_in(path)
        depth = len(self._root_names)
        if [*map(_folded, names[:depth])] != [*map(_folded, self._root_names)] or ".." in names:
            raise NotTrusted(self._place, "lists what lies outside of it")
        known = _properties(response)
        size = known["getcontentlength"]
        return _Entry(
            RemoteFile(
                name=unicodedata.normalize("NFC", "/".join(names[depth:])),
                size=int(size) if size.isdecimal() else None,
                modified=http_date(known["getlastmodified"]),
                etag=known["getetag"] or None,
                ref=path,
            ),
            is_folder=bool(known["collection"]),
        )

    def _path_of(self, file: RemoteFile) -> str:
        path = file.ref or self._root + quote(file.name, safe="/")
        if ".." in _names_in(path):
            raise NotTrusted(file.name, "not a file of this folder")
        return path


class _Readable:
    """Pieces of an answer as a file, for a parser that reads; bounded."""

    def __init__(self, pieces: Iterator[bytes], what: str) -> None:
        self._pieces = pieces
        self._what = what
        self._left = _ANSWER_BYTES

    def read(self, _size: int = -1) -> bytes:
        piece = next(self._pieces, b"")
        self._left -= len(piece)
        if self._left < 0:
            raise TooBig(self._what, f"its listing takes more than {_ANSWER_BYTES >> 20} MiB")
        return piece


def _responses(source: _Readable) -> Iterator[Element]:
    depth = 0
    root: Element | None = None
    for event, element in iterparse(source, events=("start", "end"), forbid_dtd=True):
        root = element if root is None else root
        depth += 1 if event == "start" else -1
        if event == "end" and element.tag == "{DAV:}response" and depth == 1:
            yield element
            root.clear()


def _properties(response: Element) -> dict[str, str]:
    """Return what the server knows, as text; what it does not know is empty."""
    known = dict.fromkeys(("getcontentlength", "getlastmodified", "getetag", "collection"), "")
    for found in response.iterfind("{DAV:}propstat"):
        status = found.findtext("{DAV:}status", "").split()
        if status[1:2] not in ([], ["200"]):
            continue
        for name in known:
            known[name] = found.findtext(f"{{DAV:}}prop/{{DAV:}}{name}", known[name]).strip()
        if found.find("{DAV:}prop/{DAV:}resourcetype/{DAV:}collection") is not None:
            known["collection"] = "yes"
    return known


@contextmanager
def _xml_words(what: str) -> Iterator[None]:
    try:
        yield
    except (
        ParseError,
        LookupError,
        ValueError,
    ):  # the second: of an encoding; forbidden: the third
        raise UnexpectedAnswer(what, _NO_WEBDAV) from None


def _path_in(href: str) -> str:
    """Return the path of an address, quoted; its host may be what a proxy calls the server.

    Servers that forget to quote write `#` and `?` as they are: a listing has no other use of them.
    """
    path = re.sub(r"^(?:[a-z][a-z0-9+.-]*:)?//[^/]*", "", href, flags=re.IGNORECASE)
    return quote(path, safe=_IN_A_PATH)


def _names_in(path: str) -> list[str]:
    return [name for name in unquote(path).split("/") if name]


def _folded(name: str) -> str:
    return unicodedata.normalize("NFC", name).casefold()
