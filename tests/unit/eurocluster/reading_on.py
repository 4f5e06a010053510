"""A reader in a process of its own, which asks the published warehouse again and again.

Belongs here: the ways in which readers open it, one line per answer.
Does not belong here: publishing, what the answers have to be (test_readers.py).
"""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import duckdb
from sqlalchemy import text

from eurocluster.published import open_published
from eurocluster.settings import Settings

QUESTION: Final = "select min(n), max(n), count(*) from (from one union all from two)"
_LIVES_FOR: Final = 0.5
"""Seconds for which a connection is kept."""

Ask = Callable[[], tuple[int, int, int]]


@contextmanager
def _through_product(data: Path) -> Iterator[Ask]:
    with open_published(Settings(data, data)) as connection:
        yield lambda: connection.execute(text(QUESTION)).one()._tuple()


@contextmanager
def _through_duckdb(data: Path) -> Iterator[Ask]:
    path = (data / "warehouse" / "published" / "current").resolve() / "warehouse.duckdb"
    with duckdb.connect(str(path), read_only=True) as connection:
        yield lambda: connection.execute(QUESTION).fetchall()[0]


WAYS: Final = {"product": _through_product, "duckdb": _through_duckdb}


def main() -> None:
    """Read until the file ``done`` is there; write an answer or an error per line."""
    way, lives, data, answers = sys.argv[1:]
    with Path(answers).open("w", encoding="utf-8", buffering=1) as told:
        while not (Path(data) / "done").exists():
            try:
                with WAYS[way](Path(data)) as ask:
                    until = time.monotonic() + (_LIVES_FOR if lives == "long" else 0)
                    print(*ask(), file=told)
                    while time.monotonic() < until:
                        print(*ask(), file=told)
                        time.sleep(0.01)
            except Exception as error:  # noqa: BLE001 - whatever a reader meets is told
                print("error", type(error).__name__, error, file=told)


if __name__ == "__main__":
    main()
