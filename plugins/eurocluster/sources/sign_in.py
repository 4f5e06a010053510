"""Who asks a server over HTTP, and at which address: what a connection says about both.

Belongs here: base addresses, what goes into headers, the refusal of plain http.
Does not belong here: asking (web.py), tokens that have to be fetched first (tokens.py).
"""

import base64
import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Protocol

import httpx

from eurocluster.sources.connections import Credentials
from eurocluster.sources.protocol import (
    AuthFailed,
    MissingConnection,
    NotTrusted,
    UnexpectedAnswer,
)


class SignIn(Protocol):
    """How a server is told who asks."""

    def headers(self) -> Mapping[str, bytes]:
        """Return what goes with every request to the server, and to no other."""

    def renew(self) -> bool:
        """Forget what a server has just refused; say whether asking once more makes sense."""


@dataclass(frozen=True, slots=True)
class FixedSignIn:
    """The same headers with every request; a refusal is final."""

    fixed: Mapping[str, bytes] = field(default_factory=dict, repr=False)

    def headers(self) -> Mapping[str, bytes]:
        """Return the headers."""
        return self.fixed

    def renew(self) -> bool:
        """Say no: a wrong password that is tried again locks accounts."""
        return False


ANONYMOUS: Final = FixedSignIn()


def header_sign_in(name: str, value: str, place: str) -> FixedSignIn:
    """Return a sign-in by one header, in UTF-8.

    Raises:
        AuthFailed: The value cannot stand in a header, as when a line break was copied with it.
    """
    if not value.isprintable() or value != value.strip():
        raise AuthFailed(place, "the secret in its connection has line breaks or spaces around it")
    return FixedSignIn({name: value.encode()})


def basic_sign_in(credentials: Credentials | None) -> FixedSignIn:
    """Return HTTP Basic in UTF-8 (RFC 7617); nothing when the connection has no login."""
    if credentials is None or not (credentials.login or credentials.password):
        return ANONYMOUS
    pair = f"{credentials.login}:{credentials.password}".encode()
    return FixedSignIn({"Authorization": b"Basic " + base64.b64encode(pair)})


def base_address(credentials: Credentials) -> str:
    """Return scheme, host and port of a connection, such as ``https://cloud.example:8443``.

    The host may also be a whole address; https unless the connection's schema is http.

    Raises:
        MissingConnection: The connection has no host, or one with user and password in it.
        UnexpectedAnswer: The host is no address.
        NotTrusted: Plain http, and not to this machine.
    """
    place = f"connection {credentials.conn_id}"
    host = credentials.host.strip()
    if not host:
        raise MissingConnection(place, "has no host")
    if "://" not in host:
        if ":" in host and not host.startswith("["):
            host = f"[{host}]" if host.count(":") > 1 else host
        host = f"{credentials.schema.strip() or 'https'}://{host}"
    address = trusted_address(host, place)
    if not address.host or address.userinfo:
        raise MissingConnection(
            place, "its host is a host's name, or an https:// address without user and password"
        )
    if credentials.port is not None:
        address = address.copy_with(port=credentials.port)
    return str(address.copy_with(query=None, fragment=None)).rstrip("/")


def trusted_address(text: str, place: str) -> httpx.URL:
    """Return the address that a text is, unless it is plain http.

    Raises:
        NotTrusted: Plain http to another machine, or neither http nor https.
        UnexpectedAnswer: It is no address.
    """
    try:
        address = httpx.URL(text)
    except (httpx.InvalidURL, ValueError):
        raise UnexpectedAnswer(place, "its address is none") from None
    refuse_plain_http(address, place)
    return address


def refuse_plain_http(address: httpx.URL, place: str) -> None:
    """Refuse http, which everybody on the way can read and change, except on this machine.

    Raises:
        NotTrusted: Plain http to another machine, or neither http nor https.
    """
    if address.scheme == "https" or (address.scheme == "http" and _is_loopback(address.host)):
        return
    raise NotTrusted(place, "its address does not start with https://")


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
