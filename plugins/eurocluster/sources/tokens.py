"""Tokens that have to be fetched before a server is asked, and again when they run out.

Belongs here: OAuth 2 client credentials (RFC 6749, 4.4) and signed service accounts (RFC 7523).
Does not belong here: what is asked with them; secrets that go along as they are (sign_in.py).
"""

import base64
import json
import time
from collections.abc import Callable, Mapping
from typing import Any, Final
from urllib.parse import urlencode, urlsplit

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from eurocluster.sources.protocol import (
    AuthFailed,
    Limits,
    MissingConnection,
    UnexpectedAnswer,
)
from eurocluster.sources.web import Site

_USUAL_LIFETIME: Final = 300.0
_SIGNED_LIFETIME: Final = 3600
_TOKEN_BYTES: Final = 1 << 20
_KNOWN_ERRORS: Final = frozenset(
    {
        "invalid_request",
        "invalid_client",
        "invalid_grant",
        "unauthorized_client",
        "unsupported_grant_type",
        "invalid_scope",
    }
)


class Tokens:
    """Sign-in by a token, fetched at once and again shortly before it ends."""

    def __init__(self, site: Site, form: Callable[[], Mapping[str, str]]) -> None:
        """Fetch the first token.

        Args:
            site: The token's address is its base; it knows nobody yet.
            form: Returns the fields to be posted.

        Raises:
            AuthFailed: The secret is refused.
            UnexpectedAnswer: No token in the answer.
            SourceError: Whatever else the site raises.
        """
        self._site = site
        self._form = form
        self._fetch()

    def headers(self) -> Mapping[str, bytes]:
        """Return the header with a token that still lasts."""
        if time.monotonic() >= self._ends:
            self._fetch()
        return {"Authorization": b"Bearer " + self._token}

    def renew(self) -> bool:
        """Fetch another token before the next request: the server may have withdrawn this one."""
        self._ends = 0.0
        return True

    def close(self) -> None:
        """Let go of the connection."""
        self._site.close()

    def _fetch(self) -> None:
        with self._site.ask(
            "POST",
            "",
            accept=(200, 400, 401),
            headers={
                "Content-Type": "application/x-www-form-urlencoded",
                "Accept": "application/json",
            },
            content=urlencode(self._form()).encode(),
        ) as answer:
            told = _object(answer.content(_TOKEN_BYTES))
            if answer.status != 200:
                error = told.get("error")
                said = f" ({error})" if error in _KNOWN_ERRORS else ""
                raise AuthFailed(self._site.place, f"gives no token to this account{said}")
        token = told.get("access_token")
        if not isinstance(token, str) or not token.isascii() or not token.isprintable():
            raise UnexpectedAnswer(self._site.place, "answers without a token")
        lifetime = _seconds(told.get("expires_in"))
        self._token = token.encode()
        self._ends = time.monotonic() + lifetime - min(30.0, lifetime / 2)


def client_credentials(
    token_url: str,
    client_id: str,
    secret: str,
    limits: Limits,
    *,
    scope: str | None = None,
    ca_file: object = None,
) -> Tokens:
    """Sign in as a program that has an id and a secret.

    Raises:
        AuthFailed: They are refused.
        SourceError: The address gives no token for another reason.
    """
    form = {
        "grant_type": "client_credentials",
        "client_id": client_id,
        "client_secret": secret,
        **({"scope": scope} if scope else {}),
    }
    return Tokens(_token_site(token_url, limits, ca_file), lambda: form)


def service_account(
    token_url: str,
    email: str,
    private_key: str,
    limits: Limits,
    *,
    scope: str,
    audience: str,
    place: str,
    ca_file: object = None,
) -> Tokens:
    """Sign in as an account that signs its own requests with a private key (PEM, RSA).

    Args:
        token_url: Where the token is asked for.
        email: The account.
        private_key: Its key.
        limits: Time-outs.
        scope: What the token is for.
        audience: Whom the request is meant for: usually the token's address.
        place: What messages call the connection.
        ca_file: Trusted beside the usual authorities.

    Raises:
        MissingConnection: The key is none.
        AuthFailed: The account or its key is refused.
        SourceError: The address gives no token for another reason.
    """
    try:
        key = load_pem_private_key(private_key.encode(), password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise MissingConnection(place, "its private_key is no key in PEM") from None
    if not isinstance(key, RSAPrivateKey):
        raise MissingConnection(place, "its private_key is no RSA key")

    def form() -> dict[str, str]:
        now = int(time.time())
        claims = {
            "iss": email,
            "scope": scope,
            "aud": audience,
            "iat": now,
            "exp": now + _SIGNED_LIFETIME,
        }
        head = {"alg": "RS256", "typ": "JWT"}
        signed = ".".join(_base64url(json.dumps(part).encode()) for part in (head, claims))
        signature = key.sign(signed.encode(), PKCS1v15(), SHA256())
        return {
            "grant_type": "urn:ietf:params:oauth:grant-type:jwt-bearer",
            "assertion": f"{signed}.{_base64url(signature)}",
        }

    return Tokens(_token_site(token_url, limits, ca_file), form)


def _token_site(token_url: str, limits: Limits, ca_file: object) -> Site:
    place = urlsplit(token_url).hostname or "the server of tokens"
    return Site(token_url, place, limits, extra={"ca_file": ca_file})


def _base64url(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def _object(content: bytes) -> dict[str, Any]:
    try:
        told = json.loads(content)
    except (ValueError, RecursionError):
        return {}
    return told if isinstance(told, dict) else {}


def _seconds(told: object) -> float:
    try:
        return max(float(str(told)), 1.0)
    except ValueError:
        return _USUAL_LIFETIME
