"""A list of a JSON API: everything in one answer, with an ETag.

Belongs here: the list as a place of the contract suite.
Does not belong here: pages, sign-ins, what APIs do wrong (test_rest.py).
"""

import json
import os
import random
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from eurocluster.consortium.sources import RestSource, SignIn
from eurocluster.sources.connections import Credentials
from tests.sources.kinds import Address, Case
from tests.sources.servers.partner_api import LOGIN, PASSWORD, PartnerApi, partner_api

_LABEL = "attendance.jsonl"


class RestPlace:
    """The one list of the partner's API; every file that is put becomes its records."""

    data_ports: tuple[int, ...] = ()
    password = PASSWORD
    secrets = (PASSWORD,)
    folder = None
    cannot: dict[Case, str] = {
        "names": "records have no file names; the declared path gives the one name",
        "settle": "an API does not say when its records were written",
        "links": "records hold no links",
        "traversal": "records have no file names",
    }

    def __init__(self, server: PartnerApi, home: Path) -> None:
        self.port = server.port
        self.content_ports = (server.port,)
        self.home = home
        self._records = server.records

    def declared(self, address: Address, path: str = "") -> RestSource:
        return self._declared("/api/single/attendance")

    def missing(self, address: Address) -> RestSource:
        return self._declared("/api/no-such-list")

    def credentials(self, address: Address, password: str | None = None) -> Credentials:
        return Credentials(
            "partner",
            host=address.host,
            port=address.port,
            login=LOGIN,
            password=self.password if password is None else password,
            schema="http",
        )

    def listed_as(self, name: str) -> str | None:
        return _LABEL

    def content(self, size: int, seed: int) -> bytes:
        dice = random.Random(seed)
        lines = bytearray()
        while len(lines) < size or lines.count(b"\n") < 2:  # one would come as a list
            hours = f"{dice.randrange(1, 80)}.{dice.randrange(10)}0"
            topic = "Ψηφιακές δεξιότητες – Schülung" * dice.randrange(1, 8)
            lines += f'{{"id": {dice.getrandbits(80)}, "hours": {hours}, "topic": '.encode()
            lines += json.dumps(topic, ensure_ascii=False).encode() + b"}\n"
        return bytes(lines)

    def put(self, name: str, content: bytes) -> None:
        written = self._records.with_suffix(".new")
        written.write_bytes(content)
        written.replace(self._records)

    def put_large(self, name: str, size: int) -> int:
        block = self.content(1 << 20, 9)
        with self._records.open("wb") as file:
            while file.tell() < size:
                file.write(block)
            return file.tell()

    def grow(self, name: str) -> None:
        with self._records.open("ab") as file:
            file.write(self.content(1 << 20, int.from_bytes(os.urandom(4))))

    def remove(self, name: str) -> None:
        self._records.unlink()

    def _declared(self, path: str) -> RestSource:
        return RestSource(
            kind="rest",
            conn_id="partner",
            path=path,
            params={"auth": "basic"},
            auth=SignIn(type="basic"),
            records="data",
            max_mib=2048,
        )


@contextmanager
def _rest(work: Path) -> Iterator[RestPlace]:
    with partner_api(work) as server:
        yield RestPlace(server, work)


PLACES = {"rest": _rest}
