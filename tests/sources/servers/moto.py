"""moto's server: S3, with users whose keys it checks.

Belongs here: its start and its one user.
Does not belong here: buckets and what is in them (kinds/s3.py).
"""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import boto3

from tests.sources.servers.processes import LOOPBACK, free_port, running

REGION = "eu-west-1"
_EVERYTHING = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}],
}
_UNCHECKED = {"INITIAL_NO_AUTH_ACTION_COUNT": "3"}
"""It checks no keys until a user has been made, which takes so many calls."""


@dataclass(frozen=True)
class Moto:
    """A running server, and the key of a user who may do everything with buckets."""

    port: int
    key_id: str
    secret: str = field(repr=False)

    def client(self, service: str = "s3") -> Any:
        """Return Amazon's own client, signed in."""
        return _client(service, self.port, self.key_id, self.secret)


@contextmanager
def moto(work: Path) -> Iterator[Moto]:
    """Run the server until the block ends; what it holds is in its memory."""
    port = free_port()
    command = [sys.executable, "-m", "moto.server", "-H", LOOPBACK, "-p", str(port)]
    with running(command, port, work / "moto.log", environment=_UNCHECKED):
        iam = _client("iam", port, "nobody", "nothing")
        iam.create_user(UserName="registers")
        key = iam.create_access_key(UserName="registers")["AccessKey"]
        iam.put_user_policy(
            UserName="registers", PolicyName="buckets", PolicyDocument=json.dumps(_EVERYTHING)
        )
        yield Moto(port, key["AccessKeyId"], key["SecretAccessKey"])


def _client(service: str, port: int, key_id: str, secret: str) -> Any:
    return boto3.session.Session().client(
        service,  # type: ignore[call-overload]
        endpoint_url=f"http://{LOOPBACK}:{port}",
        region_name=REGION,
        aws_access_key_id=key_id,
        aws_secret_access_key=secret,
    )
