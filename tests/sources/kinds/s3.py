"""A bucket of S3 as a place of the contract suite.

Belongs here: objects in it, put there by Amazon's own client.
Does not belong here: the server (servers/moto.py), what only buckets can do (test_buckets.py).
"""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from eurocluster.consortium.sources import Files, S3Source
from eurocluster.sources.connections import Credentials
from tests.sources.kinds import Address, Case, any_bytes
from tests.sources.servers.moto import REGION, Moto, moto

BUCKET = "registers"
FOLDER = "from partners"
"""Everything is put below it: a bucket is seldom for us alone."""


class S3Place:
    """A bucket; the password is the secret of an access key."""

    data_ports: tuple[int, ...] = ()
    folder: Path | None = None
    cannot: dict[Case, str] = {
        "unicode_password": "the server makes the key, in ASCII",
    }

    def __init__(self, server: Moto, home: Path) -> None:
        self.home = home
        self.port = server.port
        self.content_ports = (server.port,)
        self.password = server.secret
        self.secrets = (server.secret, server.key_id)
        self.server = server
        self._key_id = server.key_id
        self._client = server.client()
        self._client.create_bucket(
            Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": REGION}
        )

    def declared(self, address: Address, path: str = "") -> S3Source:
        below = f"{FOLDER}/{path}" if path else FOLDER
        return S3Source(kind="s3", conn_id="s3", bucket=BUCKET, path=below, files=_FILES)

    def missing(self, address: Address) -> S3Source:
        return S3Source(kind="s3", conn_id="s3", bucket="no-such-bucket", files=_FILES)

    def credentials(self, address: Address, password: str | None = None) -> Credentials:
        return Credentials(
            "s3",
            login=self._key_id,
            password=self.password if password is None else password,
            extra={
                "endpoint_url": f"http://{address.host}:{address.port}",
                "region_name": REGION,
            },
        )

    def listed_as(self, name: str) -> str | None:
        return name

    def content(self, size: int, seed: int) -> bytes:
        return any_bytes(size, seed)

    def put(self, name: str, content: bytes) -> None:
        self._client.put_object(Bucket=BUCKET, Key=f"{FOLDER}/{name}", Body=content)

    def put_large(self, name: str, size: int) -> int:
        with tempfile.TemporaryFile() as sparse:
            sparse.truncate(size)
            self._client.put_object(Bucket=BUCKET, Key=f"{FOLDER}/{name}", Body=sparse)
        return size

    def grow(self, name: str) -> None:
        known = self._client.head_object(Bucket=BUCKET, Key=f"{FOLDER}/{name}")
        self.put(name, bytes(known["ContentLength"] + (1 << 20)))

    def remove(self, name: str) -> None:
        self._client.delete_object(Bucket=BUCKET, Key=f"{FOLDER}/{name}")


_FILES = Files(include=("*",))


@contextmanager
def _s3(work: Path) -> Iterator[S3Place]:
    with moto(work) as server:
        yield S3Place(server, work)


PLACES = {"s3": _s3}
