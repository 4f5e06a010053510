"""Requests to object stores, signed with the connection's key and nothing else of this machine.

Written out here, on the standard library, because what comes with a client did not fit: obstore
lists no bucket that holds one key such as ``a//b`` or ``a/../b``, and the makers' own kits bring 30
packages' worth of code, look for credentials in the environment, in files and at the metadata
service, and wait without end for a server that drips. The tests compare every signature with that
of botocore and have Azurite check the others.

Belongs here: AWS Signature Version 4, Azure Shared Key, Azure's shared access signatures.
Does not belong here: sending (web.py), what is asked for (buckets.py).
"""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import format_datetime
from typing import Final, Protocol
from urllib.parse import quote, urlsplit

_NO_CONTENT: Final = hashlib.sha256(b"").hexdigest()
_AZURE_VERSION: Final = "2021-12-02"


@dataclass(frozen=True, slots=True)
class SignedRequest:
    """An address, quoted, and the headers that go with it. Both can hold secrets."""

    address: str = field(repr=False)
    headers: Mapping[str, str] = field(repr=False)


class Signer(Protocol):
    """Signs requests without a body to one bucket."""

    def sign(
        self,
        method: str,
        key: str | None,
        query: Mapping[str, str],
        now: datetime,
        if_match: str | None = None,
    ) -> SignedRequest:
        """Sign a request.

        Args:
            method: GET or HEAD.
            key: Name of an object as it is, not quoted; None for the bucket itself.
            query: Names and values as they are.
            now: The time, in UTC.
            if_match: The version that the object must have, in the quotes that belong to it.
        """


@dataclass(frozen=True, slots=True)
class S3Signer:
    """AWS Signature Version 4 in headers.

    Attributes:
        bucket_url: ``https://host/bucket``: the path style, which every S3 server understands.
        region: Part of what is signed.
        key_id: Which key.
        secret: The key.
        session_token: Goes with a key that is valid for hours.
    """

    bucket_url: str
    region: str
    key_id: str = field(repr=False)
    secret: str = field(repr=False)
    session_token: str = field(default="", repr=False)

    def sign(
        self,
        method: str,
        key: str | None,
        query: Mapping[str, str],
        now: datetime,
        if_match: str | None = None,
    ) -> SignedRequest:
        """Sign a request; the version that an object must have is not part of the signature."""
        moment = now.strftime("%Y%m%dT%H%M%SZ")
        scope = f"{moment[:8]}/{self.region}/s3/aws4_request"
        asked = "&".join(f"{_quoted(name)}={_quoted(query[name])}" for name in sorted(query))
        signed = {
            "host": urlsplit(self.bucket_url).netloc,
            "x-amz-content-sha256": _NO_CONTENT,
            "x-amz-date": moment,
        }
        if self.session_token:
            signed["x-amz-security-token"] = self.session_token
        names = ";".join(signed)
        path = urlsplit(self.bucket_url).path + ("" if key is None else f"/{_quoted(key, '/')}")
        headers = "".join(f"{name}:{value}\n" for name, value in signed.items())
        canonical = f"{method}\n{path}\n{asked}\n{headers}\n{names}\n{_NO_CONTENT}"
        digest = hashlib.sha256(canonical.encode()).hexdigest()
        secret = f"AWS4{self.secret}".encode()
        for part in scope.split("/"):
            secret = _hmac(secret, part)
        signature = _hmac(secret, f"AWS4-HMAC-SHA256\n{moment}\n{scope}\n{digest}").hex()
        sent = {name: value for name, value in signed.items() if name != "host"}
        sent["authorization"] = (
            f"AWS4-HMAC-SHA256 Credential={self.key_id}/{scope}, SignedHeaders={names}, "
            f"Signature={signature}"
        )
        return SignedRequest(_address(self.bucket_url, key, asked), sent | _condition(if_match))


@dataclass(frozen=True, slots=True)
class AzureKeySigner:
    """Azure Shared Key.

    Attributes:
        container_url: ``https://account.blob.core.windows.net/container``.
        account: Name of the storage account.
        key: Its key, decoded.
    """

    container_url: str
    account: str
    key: bytes = field(repr=False)

    def sign(
        self,
        method: str,
        key: str | None,
        query: Mapping[str, str],
        now: datetime,
        if_match: str | None = None,
    ) -> SignedRequest:
        """Sign a request."""
        named = {
            "x-ms-date": format_datetime(now, usegmt=True),
            "x-ms-version": _AZURE_VERSION,
        }
        asked = "&".join(f"{_quoted(name)}={_quoted(query[name])}" for name in sorted(query))
        address = _address(self.container_url, key, asked)
        resource = f"/{self.account}{urlsplit(address).path}"
        resource += "".join(f"\n{name}:{query[name]}" for name in sorted(query))
        headers = "".join(f"{name}:{value}\n" for name, value in named.items())
        # Lines of headers that we do not send: encoding, language, length and the like.
        before, after = "\n" * 8, "\n" * 4
        text = f"{method}{before}{if_match or ''}{after}{headers}{resource}"
        signature = base64.b64encode(_hmac(self.key, text)).decode()
        named["authorization"] = f"SharedKey {self.account}:{signature}"
        return SignedRequest(address, named | _condition(if_match))


@dataclass(frozen=True, slots=True)
class AzureTokenSigner:
    """A shared access signature: made by the partner, for a container and a time, nothing to do.

    Attributes:
        container_url: ``https://account.blob.core.windows.net/container``.
        token: The signature as Azure gives it out, in the form of a query.
    """

    container_url: str
    token: str = field(repr=False)

    def sign(
        self,
        method: str,
        key: str | None,
        query: Mapping[str, str],
        now: datetime,
        if_match: str | None = None,
    ) -> SignedRequest:
        """Add the signature to a request."""
        pairs = [f"{_quoted(name)}={_quoted(value)}" for name, value in query.items()]
        asked = "&".join([*pairs, self.token.lstrip("?")])
        headers = {"x-ms-version": _AZURE_VERSION}
        return SignedRequest(
            _address(self.container_url, key, asked), headers | _condition(if_match)
        )


def account_key(text: str) -> bytes | None:
    """Decode the key of an Azure account; None when it is none."""
    try:
        return base64.b64decode(text, validate=True) or None
    except (binascii.Error, ValueError):
        return None


def _address(base: str, key: str | None, asked: str) -> str:
    path = "" if key is None else f"/{_quoted(key, '/')}"
    return f"{base}{path}?{asked}" if asked else f"{base}{path}"


def _quoted(text: str, safe: str = "") -> str:
    return quote(text, safe=f"-_.~{safe}")


def _condition(if_match: str | None) -> dict[str, str]:
    return {} if if_match is None else {"if-match": if_match}


def _hmac(key: bytes, text: str) -> bytes:
    return hmac.digest(key, text.encode(), "sha256")
