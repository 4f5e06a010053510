"""Looking for personal texts in files, byte by byte and cell by cell.

Belongs here: the search. Does not belong here: what is personal, which files must be clean.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

import duckdb
import numpy as np

ENCODINGS = ("utf-8", "utf-16-le", "utf-16-be", "cp1252", "iso8859-7")
_WIDTH = 8


class PersonalBytes:
    """Texts in every encoding in which they could lie in a file."""

    def __init__(self, texts: Iterable[str]) -> None:
        self._by_start: dict[int, set[bytes]] = defaultdict(set)
        for pattern in _encoded(texts):
            self._by_start[int.from_bytes(pattern[:_WIDTH], "little")].add(pattern)
        self._starts = np.array(sorted(self._by_start), dtype="<u8")

    def found_in(self, content: bytes) -> set[bytes]:
        """The texts that occur in the content at any place."""
        found: set[bytes] = set()
        for offset in range(_WIDTH):
            count = (len(content) - offset) // _WIDTH
            if count <= 0:
                break
            words = np.frombuffer(content, "<u8", count, offset)
            places = np.searchsorted(self._starts, words)
            places[places == len(self._starts)] = 0
            for word in np.flatnonzero(self._starts[places] == words):
                start = offset + int(word) * _WIDTH
                found |= {
                    pattern
                    for pattern in self._by_start[int(words[word])]
                    if content.startswith(pattern, start)
                }
        return found

    def found_below(self, folder: Path) -> dict[str, set[bytes]]:
        """File or table → the texts in it, for every file that is not clean.

        Parquet files and warehouses are also read cell by cell: compression hides texts from a
        search in their bytes.
        """
        found = {}
        for path in sorted(path for path in folder.rglob("*") if path.is_file()):
            for place, content in ((path.name, path.read_bytes()), *_cells(path)):
                if texts := self.found_in(content):
                    found[f"{path.relative_to(folder).parent}/{place}"] = texts
        return found


def _encoded(texts: Iterable[str]) -> Iterator[bytes]:
    for text in texts:
        for encoding in ENCODINGS:
            try:
                pattern = text.encode(encoding)
            except UnicodeEncodeError:
                continue
            if len(pattern) >= _WIDTH:
                yield pattern


def _cells(path: Path) -> Iterator[tuple[str, bytes]]:
    """(table, all its cells as text) of a Parquet file or a DuckDB database."""
    if path.suffix == ".parquet":
        with duckdb.connect() as connection:
            yield path.name, _text(connection.from_parquet(str(path)))
    elif path.suffix == ".duckdb":
        with duckdb.connect(path, read_only=True) as connection:
            tables = connection.execute(
                "select table_schema, table_name from information_schema.tables"
                " where table_type = 'BASE TABLE' order by all"
            ).fetchall()
            for schema, name in tables:
                relation = connection.table(f'"{schema}"."{name}"')
                yield f"{path.name}:{schema}.{name}", _text(relation)


def _text(relation: duckdb.DuckDBPyRelation) -> bytes:
    return "\n".join(str(line) for line in relation.fetchall()).encode()
