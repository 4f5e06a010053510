from base64 import b64decode
from contextlib import suppress

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from eurocluster.sources.connections import Credentials
from eurocluster.sources.protocol import (
    AuthFailed,
    MissingConnection,
    NotTrusted,
    SourceError,
    UnexpectedAnswer,
)
from eurocluster.sources.sign_in import (
    ANONYMOUS,
    base_address,
    basic_sign_in,
    header_sign_in,
    refuse_plain_http,
)

TEXTS = st.text(st.characters(codec="utf-8"))


@pytest.mark.parametrize(
    ("connection", "address"),
    [
        (Credentials("c", host="cloud.example"), "https://cloud.example"),
        (Credentials("c", host=" cloud.example ", port=8443), "https://cloud.example:8443"),
        (Credentials("c", host="https://cloud.example/api/"), "https://cloud.example/api"),
        (Credentials("c", host="https://cloud.example?x=1#y"), "https://cloud.example"),
        (Credentials("c", host="localhost", schema="http", port=80), "http://localhost"),
        (Credentials("c", host="127.0.0.2", schema="http", port=8000), "http://127.0.0.2:8000"),
        (Credentials("c", host="::1", schema="http", port=8000), "http://[::1]:8000"),
        (Credentials("c", host="[2001:db8::7]"), "https://[2001:db8::7]"),
        (Credentials("c", host="cloud.example:8443"), "https://cloud.example:8443"),
        (Credentials("c", host="wolke.münchen.example"), "https://wolke.xn--mnchen-3ya.example"),
    ],
)
def test_a_connection_names_an_address(connection: Credentials, address: str) -> None:
    assert base_address(connection) == address


@pytest.mark.parametrize(
    ("host", "error"),
    [
        ("", MissingConnection),
        ("https://", MissingConnection),
        ("https://user:sesam@cloud.example", MissingConnection),
        ("http://cloud.example", NotTrusted),
        ("http://127.0.0.1.cloud.example", NotTrusted),
        ("http://localhost.cloud.example", NotTrusted),
        ("http://0.0.0.0", NotTrusted),
        ("ftp://cloud.example", NotTrusted),
        ("https://cloud.example:port", UnexpectedAnswer),
    ],
)
def test_a_connection_that_names_none_is_told(host: str, error: type[SourceError]) -> None:
    with pytest.raises(error) as failed:
        base_address(Credentials("partner", host=host))
    assert failed.value.place == "connection partner"
    assert "sesam" not in repr(failed.value)


@given(st.text())
def test_no_text_is_taken_for_a_trusted_address_by_accident(host: str) -> None:
    with suppress(SourceError):
        address = httpx.URL(base_address(Credentials("partner", host=host)))
        refuse_plain_http(address, "partner")
        assert address.host


@given(TEXTS, TEXTS)
def test_every_login_and_password_can_be_sent_and_is_never_shown(login: str, password: str) -> None:
    sign_in = basic_sign_in(Credentials("partner", login=f"a{login}", password=password))
    [(name, value)] = sign_in.headers().items()
    assert b64decode(value.removeprefix(b"Basic ")).decode() == f"a{login}:{password}"
    assert httpx.Headers([(name.encode(), value)])["authorization"].isascii()
    assert repr(sign_in) == repr(ANONYMOUS)


def test_no_login_is_no_sign_in() -> None:
    assert basic_sign_in(None) is ANONYMOUS
    assert basic_sign_in(Credentials("partner")) is ANONYMOUS


@pytest.mark.parametrize("secret", ["sesam\n", " sesam", "ses\x00am", "sesam\u2028"])
def test_a_secret_that_no_header_can_hold_is_told_without_it(secret: str) -> None:
    with pytest.raises(AuthFailed, match="line breaks") as failed:
        header_sign_in("X-API-Key", secret, "connection partner")
    assert secret.strip() not in repr(failed.value)
    assert "sesam" not in repr(failed.value)
