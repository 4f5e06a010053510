"""What goes wrong on HTTP, in our words: errors of the library, status codes.

Belongs here: which error means what.
Does not belong here: asking (web.py), asking again (patience.py).
"""

import email.utils
import socket
import ssl
import time
import zlib
from collections.abc import Collection, Iterator, Mapping
from datetime import UTC, datetime
from typing import Final

import httpx

from eurocluster.sources.protocol import (
    AuthFailed,
    NotTrusted,
    SourceError,
    UnexpectedAnswer,
    Unreachable,
    Unstable,
)

_TLS_WITH_NO_TLS: Final = frozenset({"WRONG_VERSION_NUMBER", "HTTP_REQUEST", "UNKNOWN_PROTOCOL"})


class Busy(Unreachable):
    """The server asks for patience (408, 425, 429, 5xx), for `after` seconds if it names any."""

    def __init__(self, place: str, cause: str, after: float | None = None) -> None:
        super().__init__(place, cause)
        self.after = after


def told(error: Exception, what: str, cut_after: float | None) -> SourceError:
    """Return an error of the library in our words; its own may hold secrets.

    Args:
        error: What was raised.
        what: What messages call what was asked for.
        cut_after: Seconds after which we broke the connection ourselves, if we did.
    """
    if cut_after is not None:
        return Unreachable(what, f"took longer than {cut_after:g} seconds")
    for cause in _causes(error):
        if isinstance(cause, ssl.SSLCertVerificationError):
            return NotTrusted(what, f"its certificate: {cause.verify_message}")
        if isinstance(cause, ssl.SSLError) and cause.reason in _TLS_WITH_NO_TLS:
            return UnexpectedAnswer(what, "does not speak TLS where https was declared")
        if isinstance(cause, socket.gaierror):
            return Unreachable(what, "the name of its host is not known here")
    match error:
        case httpx.ConnectTimeout() | httpx.ConnectError():
            return Unreachable(what, "no connection to its server")
        case httpx.TimeoutException():
            return Unreachable(what, "its server fell silent")
        case httpx.ProxyError():
            return Unreachable(what, "the proxy between here and its server refuses")
        case zlib.error():
            return UnexpectedAnswer(what, "is compressed and cannot be unpacked")
        case httpx.LocalProtocolError() | httpx.UnsupportedProtocol() | httpx.InvalidURL():
            return UnexpectedAnswer(what, "cannot be asked for by HTTP")
        case _:
            return Unreachable(what, "the connection to its server broke")


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def refuse(
    response: httpx.Response, what: str, missing: type[SourceError], accept: Collection[int]
) -> None:
    """Raise for a status that is no answer to the caller.

    Raises:
        SourceError: `missing` for 404 and 410, the others by their meaning.
    """
    status = response.status_code
    if status in accept:
        return
    said = f"its server answers {status} {httpx.codes.get_reason_phrase(status)}".rstrip()
    if status in (401, 403):
        raise AuthFailed(what, said)
    if status in (404, 410):
        raise missing(what, said)
    if status in (412, 423):
        raise Unstable(what, said)
    if status in (408, 425, 429) or status >= 500:
        raise Busy(what, said, retry_after(response.headers))
    raise UnexpectedAnswer(what, said)


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Return the seconds that a server asks to wait, from its header Retry-After."""
    asked = headers.get("retry-after", "").strip()
    if asked.isdecimal():
        return float(asked)
    until = http_date(asked)
    return None if until is None else max(until.timestamp() - time.time(), 0.0)


def http_date(text: str | None) -> datetime | None:
    """Return a date in a header, in UTC; None when there is none or it makes no sense."""
    try:
        moment = email.utils.parsedate_to_datetime(text or "")
    except ValueError:
        return None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
