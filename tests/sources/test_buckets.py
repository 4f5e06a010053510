"""What only buckets can do: any key, versions of objects, keys and tokens instead of passwords."""

import gzip
import logging
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from xml.sax.saxutils import escape

import pytest
from azure.storage.blob import ContainerSasPermissions, ContentSettings, generate_container_sas

from eurocluster.consortium.sources import AzureBlobSource, Files, S3Source
from eurocluster.sources import buckets
from eurocluster.sources.buckets import AzureContainer, S3Bucket
from eurocluster.sources.connections import Credentials
from eurocluster.sources.protocol import (
    AuthFailed,
    Limits,
    MissingConnection,
    NotThere,
    NotTrusted,
    SourceError,
    TooBig,
    UnexpectedAnswer,
    Unreachable,
    Unstable,
)
from tests.sources.kinds import Address
from tests.sources.kinds.azure_blob import CONTAINER, AzurePlace
from tests.sources.kinds.azure_blob import PLACES as AZURE
from tests.sources.kinds.s3 import BUCKET, S3Place
from tests.sources.kinds.s3 import PLACES as S3
from tests.sources.servers.azure import ACCOUNT, KEY

pytestmark = pytest.mark.slow

LIMITS = Limits(connect=3, read=3, deadline=30)
FILES = Files(include=("*",))
ODD_KEYS = ("a//b.csv", "/leading.csv", "trailing.csv/", "tab\tin.csv", "dot/./dot.csv")
UPWARDS = ("a/../b.csv", "../../b.csv")


@pytest.fixture(scope="module")
def s3(tmp_path_factory: pytest.TempPathFactory) -> Iterator[S3Place]:
    with S3["s3"](tmp_path_factory.mktemp("s3")) as place:
        assert isinstance(place, S3Place)
        yield place


@pytest.fixture(scope="module")
def azure(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AzurePlace]:
    with AZURE["azure_blob"](tmp_path_factory.mktemp("azure")) as place:
        assert isinstance(place, AzurePlace)
        yield place


def s3_key(place: S3Place) -> Credentials:
    return place.credentials(Address("127.0.0.1", place.port))


def azure_key(place: AzurePlace) -> Credentials:
    return place.credentials(Address("127.0.0.1", place.port))


def azure_token(place: AzurePlace, lives: timedelta, *, may: str = "rl") -> Credentials:
    token = generate_container_sas(
        ACCOUNT,
        CONTAINER,
        account_key=KEY,
        permission=ContainerSasPermissions.from_string(may),
        expiry=datetime.now(UTC) + lives,
    )
    key = azure_key(place)
    return replace(key, password="", extra={**key.extra, "sas_token": token})


def bucket(path: str) -> S3Source:
    return S3Source(kind="s3", conn_id="s3", bucket=BUCKET, path=path, files=FILES)


def container(path: str) -> AzureBlobSource:
    return AzureBlobSource(
        kind="azure_blob", conn_id="azure", container=CONTAINER, path=path, files=FILES
    )


def contents(source: S3Bucket | AzureContainer) -> dict[str, bytes]:
    with closing(source):
        return {file.name: b"".join(source.open(file)) for file in source.list()}


def put_s3(place: S3Place, folder: str, keys: tuple[str, ...], **how: Any) -> None:
    for number, key in enumerate(keys):
        place.server.client().put_object(
            Bucket=BUCKET, Key=f"{folder}/{key}", Body=f"{number}".encode(), **how
        )


def test_a_key_is_a_label_whatever_stands_in_it(s3: S3Place) -> None:
    put_s3(s3, "odd", (*ODD_KEYS, *UPWARDS))
    found = contents(S3Bucket(bucket("odd"), s3_key(s3), LIMITS))
    assert found == {key: f"{number}".encode() for number, key in enumerate((*ODD_KEYS, *UPWARDS))}


def test_a_name_of_a_blob_is_a_label_whatever_stands_in_it(azure: AzurePlace) -> None:
    names = [name for name in ODD_KEYS if "/./" not in name]  # Azure resolves dots itself
    for number, name in enumerate(names):
        azure.container.upload_blob(f"odd/{name}", f"{number}".encode())
    found = contents(AzureContainer(container("odd"), azure_key(azure), LIMITS))
    assert found == {name: f"{number}".encode() for number, name in enumerate(names)}


def test_what_consoles_draw_as_a_folder_is_no_file(s3: S3Place, azure: AzurePlace) -> None:
    for key in ("drawn/", "drawn/below/"):
        s3.server.client().put_object(Bucket=BUCKET, Key=key, Body=b"")
        azure.container.upload_blob(key, b"")
    put_s3(s3, "drawn", ("below/file.csv",))
    azure.container.upload_blob("drawn/below/file.csv", b"0")
    assert contents(S3Bucket(bucket("drawn"), s3_key(s3), LIMITS)) == {"below/file.csv": b"0"}
    assert contents(AzureContainer(container("drawn"), azure_key(azure), LIMITS)) == {
        "below/file.csv": b"0"
    }


def test_a_listing_goes_on_over_pages(
    s3: S3Place, azure: AzurePlace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(buckets, "_PAGE", 2)
    names = tuple(f"ä {number} + &.csv" for number in range(5))
    put_s3(s3, "pages", names)
    for name in names:
        azure.container.upload_blob(f"pages/{name}", b"")
    assert set(contents(S3Bucket(bucket("pages"), s3_key(s3), LIMITS))) == set(names)
    assert set(contents(AzureContainer(container("pages"), azure_key(azure), LIMITS))) == set(names)


def test_more_objects_than_are_looked_at_are_too_many(s3: S3Place) -> None:
    put_s3(s3, "many", ("a", "b", "c"))
    source = S3Bucket(bucket("many"), s3_key(s3), replace(LIMITS, listed=2))
    with closing(source), pytest.raises(TooBig):
        list(source.list())


def test_an_object_that_was_replaced_after_the_listing_is_not_read(
    s3: S3Place, azure: AzurePlace
) -> None:
    put_s3(s3, "replaced", ("file.csv",))
    azure.container.upload_blob("replaced/file.csv", b"old")
    for source in (
        S3Bucket(bucket("replaced"), s3_key(s3), LIMITS),
        AzureContainer(container("replaced"), azure_key(azure), LIMITS),
    ):
        with closing(source):
            (file,) = source.list()
            put_s3(s3, "replaced", ("file.csv",), ContentType="text/csv")
            s3.server.client().put_object(Bucket=BUCKET, Key="replaced/file.csv", Body=b"new")
            azure.container.upload_blob("replaced/file.csv", b"new", overwrite=True)
            with pytest.raises(Unstable):
                list(source.open(file))


def test_an_object_that_is_kept_compressed_comes_as_it_is_kept(
    s3: S3Place, azure: AzurePlace
) -> None:
    packed = gzip.compress(b"name;hours\n")
    s3.server.client().put_object(
        Bucket=BUCKET, Key="packed/a.csv.gz", Body=packed, ContentEncoding="gzip"
    )
    azure.container.upload_blob(
        "packed/a.csv.gz", packed, content_settings=ContentSettings(content_encoding="gzip")
    )
    for source in (
        S3Bucket(bucket("packed"), s3_key(s3), LIMITS),
        AzureContainer(container("packed"), azure_key(azure), LIMITS),
    ):
        (file,) = source.list()
        assert source.stat(file) == file
        assert contents(source) == {"a.csv.gz": packed}


def test_the_key_of_this_machine_is_never_used(
    s3: S3Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = s3_key(s3)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", known.login)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", known.password)
    for lacking in (replace(known, password=""), replace(known, login="")):
        with pytest.raises(MissingConnection, match="airflow connections add s3"):
            S3Bucket(bucket("key"), lacking, LIMITS)
    with pytest.raises(AuthFailed):
        S3Bucket(bucket("key"), replace(known, login="AKIAUNKNOWN000000000"), LIMITS)


def test_the_environment_leads_nowhere_else(s3: S3Place, monkeypatch: pytest.MonkeyPatch) -> None:
    put_s3(s3, "environment", ("file.csv",))
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", "http://127.0.0.1:9")
    monkeypatch.setenv("AWS_REGION", "us-west-1")
    monkeypatch.setenv("AWS_SESSION_TOKEN", "of somebody else")
    found = contents(S3Bucket(bucket("environment"), s3_key(s3), LIMITS))
    assert found == {"file.csv": b"0"}


@pytest.mark.parametrize(
    "endpoint", ["http://storage.example", "ftp://storage.example", "http://10.0.0.1:9000"]
)
def test_a_key_is_not_sent_in_the_clear_to_another_machine(endpoint: str) -> None:
    key = Credentials("s3", login="AKIA", password="key", extra={"endpoint_url": endpoint})
    with pytest.raises(NotTrusted):
        S3Bucket(bucket(""), key, LIMITS)
    key = Credentials("azure", login="account", password=KEY, extra={"endpoint": endpoint})
    with pytest.raises(NotTrusted):
        AzureContainer(container(""), key, LIMITS)


def test_a_shared_access_signature_is_enough(azure: AzurePlace) -> None:
    azure.container.upload_blob("token/Μητρώο #1.csv", b"0")
    token = azure_token(azure, timedelta(hours=1))
    assert contents(AzureContainer(container("token"), token, LIMITS)) == {"Μητρώο #1.csv": b"0"}


@pytest.mark.parametrize(("lives", "may"), [(timedelta(hours=-1), "rl"), (timedelta(hours=1), "r")])
def test_a_signature_that_has_run_out_or_allows_too_little_is_told_as_such(
    azure: AzurePlace, lives: timedelta, may: str
) -> None:
    token = azure_token(azure, lives, may=may)
    with pytest.raises(AuthFailed) as caught:
        AzureContainer(container("token"), token, LIMITS)
    assert "sig=" not in str(caught.value)


def test_an_account_key_that_is_none_is_refused_before_anything_is_sent() -> None:
    key = Credentials("azure", login="account", password="not base64 ä")
    with pytest.raises(AuthFailed):
        AzureContainer(container(""), key, LIMITS)


def test_a_container_without_key_and_token_is_not_asked_for_anonymously(azure: AzurePlace) -> None:
    with pytest.raises(MissingConnection, match="sas_token"):
        AzureContainer(container(""), replace(azure_key(azure), password=""), LIMITS)


def test_no_log_holds_a_key_or_a_token(
    s3: S3Place, azure: AzurePlace, caplog: pytest.LogCaptureFixture
) -> None:
    put_s3(s3, "logged", ("file.csv",))
    azure.container.upload_blob("logged/file.csv", b"0")
    token = azure_token(azure, timedelta(hours=1))
    caplog.set_level(logging.INFO)
    contents(S3Bucket(bucket("logged"), s3_key(s3), LIMITS))
    contents(AzureContainer(container("logged"), token, LIMITS))
    contents(AzureContainer(container("logged"), azure_key(azure), LIMITS))
    assert [
        record
        for record in caplog.records
        if "sig=" in record.getMessage() or s3.password in record.getMessage()
    ] == []


@contextmanager
def answering(status: int, body: bytes) -> Iterator[Credentials]:
    """Run a server that has one answer to everything, as the stores have to what they refuse."""

    class Refusing(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Refusing) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        endpoint = f"http://127.0.0.1:{server.server_port}"
        yield Credentials("s3", login="AKIA", password="key", extra={"endpoint_url": endpoint})
        server.shutdown()


@pytest.mark.parametrize(
    ("status", "code", "error", "words"),
    [
        (301, "PermanentRedirect", UnexpectedAnswer, "region_name"),
        (400, "AuthorizationHeaderMalformed", UnexpectedAnswer, "region_name"),
        (400, "ExpiredToken", AuthFailed, "expired"),
        (403, "RequestTimeTooSkewed", UnexpectedAnswer, "clock"),
        (403, "InvalidObjectState", UnexpectedAnswer, "archive"),
        (403, "AccountProblem", AuthFailed, "403 AccountProblem"),
        (404, "NoSuchBucket", NotThere, "no such bucket"),
        (404, "<script>", NotThere, "answers 404."),
        (409, "OperationAborted", UnexpectedAnswer, "409 OperationAborted"),
        (503, "SlowDown", Unreachable, "503"),
    ],
)
def test_a_refusal_is_told_by_what_it_means(
    status: int, code: str, error: type[SourceError], words: str
) -> None:
    body = f"<Error><Code>{escape(code)}</Code><Message>AKIA and more</Message></Error>"
    with answering(status, body.encode()) as key, pytest.raises(error) as caught:
        S3Bucket(bucket(""), key, LIMITS)
    assert words in str(caught.value)
    assert "AKIA" not in str(caught.value)


@pytest.mark.parametrize(
    "body",
    [
        b"<html>Please sign in</html>",
        b"no xml",
        b'<!DOCTYPE a [<!ENTITY b "c">]><ListBucketResult>&b;</ListBucketResult>',
        '<!DOCTYPE a [<!ENTITY b "c">]><ListBucketResult/>'.encode("utf-16"),
        b"<ListBucketResult><Contents><Key>other/a.csv</Key><Size>1</Size></Contents>"
        b"</ListBucketResult>",
        b"<ListBucketResult><Contents><Key>in/a.csv</Key></Contents></ListBucketResult>",
        b"<ListBucketResult><IsTruncated>true</IsTruncated></ListBucketResult>",
    ],
)
def test_an_answer_that_is_no_listing_is_refused(body: bytes) -> None:
    with answering(200, body) as key, pytest.raises(UnexpectedAnswer):
        S3Bucket(bucket("in"), key, LIMITS)
