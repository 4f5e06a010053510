"""Signatures of requests are those that Amazon's own library makes.

Azure's are checked by Azurite (tests/sources): what it gets wrongly signed it refuses.
"""

import base64
from datetime import UTC, datetime

import pytest
from botocore.auth import S3SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from hypothesis import given
from hypothesis import strategies as st

from eurocluster.sources.request_signatures import (
    AzureKeySigner,
    AzureTokenSigner,
    S3Signer,
    account_key,
)

NOW = datetime(2026, 2, 28, 23, 59, 59, tzinfo=UTC)
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
SIGNER = S3Signer("https://s3.example:9000/partner", "eu-west-1", "AKIAEXAMPLE", "s3cret/+ä")


def as_botocore_signs(method: str, address: str, signer: S3Signer) -> str:
    request = AWSRequest(method=method, url=address)
    request.context["timestamp"] = NOW.strftime("%Y%m%dT%H%M%SZ")
    known = Credentials(signer.key_id, signer.secret, signer.session_token or None)
    auth = S3SigV4Auth(known, "s3", signer.region)
    if signer.session_token:
        request.headers["X-Amz-Security-Token"] = signer.session_token
    request.headers["X-Amz-Date"] = request.context["timestamp"]
    request.headers["X-Amz-Content-SHA256"] = auth.payload(request)
    canonical = auth.canonical_request(request)
    signature = auth.signature(auth.string_to_sign(request, canonical), request)
    return str(signature)


@given(
    method=st.sampled_from(["GET", "HEAD"]),
    key=st.none() | TEXT.filter(bool),
    query=st.dictionaries(st.sampled_from(["prefix", "marker", "list-type"]), TEXT),
    token=st.sampled_from(["", "FwoGZXIvYXdzE="]),
)
def test_a_request_to_s3_is_signed_as_amazon_signs_it(
    method: str, key: str | None, query: dict[str, str], token: str
) -> None:
    signer = S3Signer(SIGNER.bucket_url, SIGNER.region, SIGNER.key_id, SIGNER.secret, token)
    signed = signer.sign(method, key, query, NOW)
    expected = as_botocore_signs(method, signed.address, signer)
    assert signed.headers["authorization"].endswith(f"Signature={expected}")


@given(key=TEXT)
def test_no_letter_of_a_key_is_more_than_a_letter(key: str) -> None:
    address = SIGNER.sign("GET", key, {}, NOW).address
    assert address.startswith("https://s3.example:9000/partner/")
    assert not set(address.removeprefix("https://")) & set("?#& \\\n")


def test_a_version_is_asked_for_in_a_header() -> None:
    for signer in (
        SIGNER,
        AzureKeySigner("https://account.example/box", "account", b"key"),
        AzureTokenSigner("https://account.example/box", "?sv=1&sig=x%2By"),
    ):
        assert signer.sign("GET", "a", {}, NOW, '"tag"').headers["if-match"] == '"tag"'


def test_a_token_follows_the_query_unchanged() -> None:
    signer = AzureTokenSigner("https://account.example/box", "?sv=1&sig=x%2By%3D")
    assert signer.sign("GET", None, {"comp": "list"}, NOW).address == (
        "https://account.example/box?comp=list&sv=1&sig=x%2By%3D"
    )


@pytest.mark.parametrize("text", ["", "no key", "abc", "ä==="])
def test_what_is_no_account_key_is_none(text: str) -> None:
    assert account_key(text) is None


def test_an_account_key_is_decoded() -> None:
    assert account_key(base64.b64encode(b"sixteen letters.").decode()) == b"sixteen letters."


@pytest.mark.parametrize(
    "holder",
    [
        SIGNER,
        SIGNER.sign("GET", "a", {}, NOW),
        AzureKeySigner("https://account.example/box", "account", b"s3cret"),
        AzureTokenSigner("https://account.example/box", "sig=s3cret"),
        AzureTokenSigner("https://account.example/box", "sig=s3cret").sign("GET", "a", {}, NOW),
    ],
)
def test_no_representation_shows_a_secret(holder: object) -> None:
    assert "s3cret" not in repr(holder)
    assert "AKIA" not in repr(holder)
