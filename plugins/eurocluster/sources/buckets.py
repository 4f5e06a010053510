"""Buckets of Amazon S3 and whatever speaks its protocol, containers of Azure Blob Storage.

A key is a label, whatever stands in it: ``a//b`` and ``a/../b`` are listed and read like any other.
A key that ends in "/" and holds nothing is how consoles draw a folder, and no file.

Who asks is the connection and nobody else: no anonymous access, no key from the environment, from
a file or from the machine that this runs on.

Belongs here: listing by prefix, reading one version of an object, what the servers' refusals mean.
Does not belong here: signatures (request_signatures.py), HTTP (web.py).
"""

import re
import unicodedata
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import ClassVar, Final
from urllib.parse import unquote_plus
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

import httpx

from eurocluster.consortium.sources import AzureBlobSource, S3Source
from eurocluster.sources.connections import Credentials, add_command
from eurocluster.sources.protocol import (
    AuthFailed,
    Limits,
    MissingConnection,
    NotThere,
    RemoteFile,
    SourceError,
    TooBig,
    UnexpectedAnswer,
    Unstable,
    Vanished,
)
from eurocluster.sources.request_signatures import (
    AzureKeySigner,
    AzureTokenSigner,
    S3Signer,
    Signer,
    account_key,
)
from eurocluster.sources.sign_in import refuse_plain_http
from eurocluster.sources.web import Answer, Site, http_date

_USUAL_REGION: Final = "us-east-1"
_PAGE: Final = 1000
_EXPLAINED: Final = (200, 301, 400, 403, 404, 409)
"""Status codes whose answer names a code that says more."""
_MEANING: Final[Mapping[str, tuple[type[SourceError], str]]] = {
    "NoSuchBucket": (NotThere, "there is no such bucket"),
    "ContainerNotFound": (NotThere, "there is no such container"),
    "ContainerBeingDeleted": (NotThere, "the container is being deleted"),
    "NoSuchKey": (Vanished, "was listed and is gone"),
    "BlobNotFound": (Vanished, "was listed and is gone"),
    "InvalidObjectState": (UnexpectedAnswer, "lies in an archive and has to be restored first"),
    "BlobArchived": (UnexpectedAnswer, "lies in an archive and has to be restored first"),
    "PermanentRedirect": (UnexpectedAnswer, "is in another region (extra: region_name)"),
    "AuthorizationHeaderMalformed": (UnexpectedAnswer, "is in another region (extra: region_name)"),
    "RequestTimeTooSkewed": (UnexpectedAnswer, "says that the clock here is wrong"),
    "ExpiredToken": (AuthFailed, "says that the key has expired"),
}
"""What an error code means where its status does not say it."""


@dataclass(frozen=True, slots=True)
class _Page:
    files: tuple[RemoteFile, ...]
    entries: int
    next: str | None


class _Bucket(ABC):
    """Objects below a prefix. A server's kind says how it lists."""

    _listing: ClassVar[str]
    """What the server's listings are called in XML."""

    def __init__(
        self,
        place: str,
        url: str,
        path: str,
        signer: Signer,
        credentials: Credentials,
        limits: Limits,
    ) -> None:
        self._place = place
        self._prefix = f"{path.rstrip('/')}/" if path else ""
        self._signer = signer
        self._limits = limits
        self._site = Site(url, place, limits, extra={"ca_file": credentials.extra.get("ca_file")})
        try:
            self._page(None, 1)
        except BaseException:
            self.close()
            raise

    def list(self) -> Iterator[RemoteFile]:
        """List the objects below the path.

        Raises:
            TooBig: More of them than `limits.listed`.
            NotThere: There is no such bucket any more.
            AuthFailed: The key is refused, or may not list.
        """
        looked_at = 0
        marker: str | None = None
        while True:
            page = self._page(marker, _PAGE)
            # A page without objects counts, too: they could go on for ever.
            looked_at += max(page.entries, 1)
            if looked_at > self._limits.listed:
                raise TooBig(self._place, f"more than {self._limits.listed} objects")
            yield from page.files
            if page.next is None:
                return
            marker = page.next

    def open(self, file: RemoteFile) -> Iterator[bytes]:
        """Read the version of an object that was listed.

        Raises:
            Vanished: It is gone.
            Unstable: It was replaced since.
        """
        quoted = None if file.etag is None else f'"{file.etag}"'
        try:
            with self._ask("GET", file.name, key=file.ref, if_match=quoted) as answer:
                yield from answer.stored()
        except Unstable:
            self.stat(file)  # Azure says the same of one that is gone.
            raise Unstable(file.name, "was replaced after it had been listed") from None

    def stat(self, file: RemoteFile) -> RemoteFile:
        """Describe an object as it is now.

        Raises:
            Vanished: It is gone.
        """
        with self._ask("HEAD", file.name, key=file.ref) as answer:
            length = answer.headers.get("content-length", "")
            return RemoteFile(
                name=file.name,
                size=int(length) if length.isdecimal() else None,
                modified=http_date(answer.headers.get("last-modified")),
                etag=_etag(answer.headers.get("etag")),
                ref=file.ref,
            )

    def close(self) -> None:
        """Let go of the connection."""
        self._site.close()

    def _page(self, marker: str | None, size: int) -> _Page:
        with self._ask("GET", self._place, query=self._listing_query(marker, size)) as answer:
            listing = _xml(answer.content(), self._place)
        if listing.tag.rpartition("}")[2] != self._listing:
            # Such as the page of a proxy that wants somebody to sign in.
            raise UnexpectedAnswer(self._place, "does not answer as an object store does")
        return self._parsed(listing, marker)

    @abstractmethod
    def _listing_query(self, marker: str | None, size: int) -> Mapping[str, str]:
        """Return what asks for a page of the listing."""

    @abstractmethod
    def _parsed(self, listing: Element, marker: str | None) -> _Page:
        """Return a page of the listing, and what asks for the next."""

    def _file(
        self, key: str, size: str | None, modified: datetime | None, etag: str | None
    ) -> RemoteFile | None:
        if not key.startswith(self._prefix):
            raise UnexpectedAnswer(self._place, "lists objects that were not asked for")
        if size is None or not size.isdecimal():
            raise UnexpectedAnswer(self._place, "lists objects without their size")
        name = key.removeprefix(self._prefix)
        if not name or (name.endswith("/") and size == "0"):
            return None
        return RemoteFile(
            name=unicodedata.normalize("NFC", name),
            size=int(size),
            # A listing knows fractions of a second that the object's own headers do not.
            modified=modified and modified.astimezone(UTC).replace(microsecond=0),
            etag=_etag(etag),
            ref=key,
        )

    @contextmanager
    def _ask(
        self,
        method: str,
        what: str,
        *,
        key: str | None = None,
        query: Mapping[str, str] | None = None,
        if_match: str | None = None,
    ) -> Iterator[Answer]:
        signed = self._signer.sign(method, key, query or {}, datetime.now(UTC), if_match)
        missing = NotThere if key is None else Vanished
        accept = _EXPLAINED if method == "GET" else (200,)
        with self._site.ask(
            method,
            signed.address,
            what=what,
            missing=missing,
            accept=accept,
            headers=signed.headers,
            exact=True,
        ) as answer:
            if answer.status != 200:
                raise _refusal(answer, what, missing)
            yield answer


class S3Bucket(_Bucket):
    """A bucket of S3, asked in the path style: https://host/bucket/key."""

    _listing = "ListBucketResult"

    def __init__(self, declared: S3Source, credentials: Credentials, limits: Limits) -> None:
        """Look whether the bucket is there and may be listed.

        The connection's login is the access key's id, its password the secret. Its extra can name
        `endpoint_url` (default: Amazon's), `region_name`, `session_token` and `ca_file`.

        Raises:
            MissingConnection: The connection lacks the key.
            NotTrusted: A plain http endpoint on another machine, a wrong certificate.
            AuthFailed: The key is refused, or may not list the bucket.
            NotThere: There is no such bucket.
            Unreachable: Nobody answers.
        """
        key_id, secret = credentials.login, credentials.password
        if not key_id or not secret:
            raise _lacks(credentials, declared.kind, "an access key (login and password)")
        place = f"s3://{declared.bucket}/{declared.path}"
        if not (key_id.isascii() and key_id.isprintable()) or " " in key_id:
            raise AuthFailed(place, "the id of the access key has characters that none has")
        region = str(credentials.extra.get("region_name") or _USUAL_REGION)
        endpoint = _endpoint(
            credentials, "endpoint_url", f"https://s3.{region}.amazonaws.com", declared.kind
        )
        url = f"{endpoint}/{declared.bucket}"
        token = str(credentials.extra.get("session_token") or "")
        signer = S3Signer(url, region, key_id, secret, token)
        super().__init__(place, url, declared.path, signer, credentials, limits)

    def _listing_query(self, marker: str | None, size: int) -> Mapping[str, str]:
        query = {
            "list-type": "2",
            "encoding-type": "url",
            "max-keys": str(size),
            "prefix": self._prefix,
        }
        return query if marker is None else {**query, "continuation-token": marker}

    def _parsed(self, listing: Element, marker: str | None) -> _Page:
        quoted = listing.findtext("{*}EncodingType") == "url"
        found = listing.findall("{*}Contents")
        files = []
        for entry in found:
            key = entry.findtext("{*}Key") or ""
            files.append(
                self._file(
                    unquote_plus(key) if quoted else key,
                    entry.findtext("{*}Size"),
                    _iso(entry.findtext("{*}LastModified")),
                    entry.findtext("{*}ETag"),
                )
            )
        following = None
        if listing.findtext("{*}IsTruncated") == "true":
            following = listing.findtext("{*}NextContinuationToken")
            if not following or following == marker:
                raise UnexpectedAnswer(self._place, "lists in a circle")
        return _Page(tuple(file for file in files if file is not None), len(found), following)


class AzureContainer(_Bucket):
    """A container of Azure Blob Storage."""

    _listing = "EnumerationResults"

    def __init__(self, declared: AzureBlobSource, credentials: Credentials, limits: Limits) -> None:
        """Look whether the container is there and may be listed.

        The connection's login is the storage account, its password the account's key; or its extra
        holds a `sas_token` instead. The extra can also name `endpoint` (default: the account's at
        Azure) and `ca_file`.

        Raises:
            MissingConnection: The connection lacks the account, or both key and token.
            NotTrusted: A plain http endpoint on another machine, a wrong certificate.
            AuthFailed: The key or token is refused, or may not list the container.
            NotThere: There is no such container.
            Unreachable: Nobody answers.
        """
        account = credentials.login
        token = str(credentials.extra.get("sas_token") or "").strip()
        if not account or not (token or credentials.password):
            raise _lacks(
                credentials,
                declared.kind,
                "the account (login) and its key (password) or a sas_token (extra)",
            )
        if not re.fullmatch("[a-z0-9]{3,24}", account):
            raise MissingConnection(
                f"connection {credentials.conn_id}", "its login is no name of a storage account"
            )
        endpoint = _endpoint(
            credentials, "endpoint", f"https://{account}.blob.core.windows.net", declared.kind
        )
        url = f"{endpoint}/{declared.container}"
        place = f"{account}/{declared.container}/{declared.path}"
        signer: Signer
        if token:
            signer = AzureTokenSigner(url, token)
        else:
            key = account_key(credentials.password)
            if key is None:
                raise AuthFailed(place, "the account's key in its connection is no such key")
            signer = AzureKeySigner(url, account, key)
        super().__init__(place, url, declared.path, signer, credentials, limits)

    def _listing_query(self, marker: str | None, size: int) -> Mapping[str, str]:
        query = {
            "comp": "list",
            "maxresults": str(size),
            "prefix": self._prefix,
            "restype": "container",
        }
        return query if marker is None else {**query, "marker": marker}

    def _parsed(self, listing: Element, marker: str | None) -> _Page:
        found = listing.findall("Blobs/Blob")
        files = []
        for blob in found:
            if blob.findtext("Properties/ResourceType") == "directory":
                continue
            name = blob.find("Name")
            key = "" if name is None else name.text or ""
            # A name with characters that XML cannot hold.
            encoded = name is not None and name.get("Encoded") == "true"
            files.append(
                self._file(
                    unquote_plus(key) if encoded else key,
                    blob.findtext("Properties/Content-Length"),
                    http_date(blob.findtext("Properties/Last-Modified")),
                    blob.findtext("Properties/Etag"),
                )
            )
        following = listing.findtext("NextMarker") or None
        if following is not None and following == marker:
            raise UnexpectedAnswer(self._place, "lists in a circle")
        return _Page(tuple(file for file in files if file is not None), len(found), following)


def _endpoint(credentials: Credentials, name: str, usual: str, kind: str) -> str:
    """Return the address of the server, without a "/" at its end."""
    address = str(credentials.extra.get(name) or usual).strip().rstrip("/")
    place = f"connection {credentials.conn_id}"
    try:
        url = httpx.URL(address)
    except httpx.InvalidURL:
        raise MissingConnection(place, f"its {name} is no address") from None
    if not url.host or url.userinfo or url.query:
        raise _lacks(credentials, kind, f"an address, https://host, as its {name}")
    refuse_plain_http(url, place)
    return str(url).rstrip("/")


def _lacks(credentials: Credentials, kind: str, what: str) -> MissingConnection:
    return MissingConnection(
        f"connection {credentials.conn_id}",
        f"lacks {what}, as in: {add_command(kind, credentials.conn_id)}",
    )


def _refusal(answer: Answer, what: str, missing: type[SourceError]) -> SourceError:
    """Say what a refusal means by the code in it; of its other words none is repeated."""
    try:
        found = _xml(answer.content(1 << 20), what).findtext("{*}Code") or ""
    except (UnexpectedAnswer, TooBig):
        found = ""
    code = found if re.fullmatch("[A-Za-z]{1,60}", found) else ""
    if code in _MEANING:
        error, cause = _MEANING[code]
        return error(what, cause)
    said = f"the server answers {answer.status} {code}".rstrip()
    match answer.status:
        case 403:
            return AuthFailed(what, said)
        case 404:
            return missing(what, said)
        case _:
            return UnexpectedAnswer(what, said)


class _NoDocumentType(ElementTree.TreeBuilder):
    """Builds trees of answers; none that is honest has a document type: bombs live there."""

    def doctype(self, *_: object) -> None:
        raise ElementTree.ParseError


def _xml(content: bytes, what: str) -> Element:
    parser = ElementTree.XMLParser(target=_NoDocumentType())  # noqa: S314 — see there
    try:
        parser.feed(content)
        root: Element = parser.close()
    except ElementTree.ParseError:
        raise UnexpectedAnswer(what, "does not answer as an object store does") from None
    return root


def _etag(text: str | None) -> str | None:
    return (text or "").strip('"') or None


def _iso(text: str | None) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text or "")
    except ValueError:
        return None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment
