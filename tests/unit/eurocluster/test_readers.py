"""Eight readers in a loop while twenty publications follow one another."""

import subprocess
import sys
import time
from pathlib import Path

import duckdb
import pytest

from eurocluster.publishing import DATABASE, publish
from eurocluster.settings import ROOT

pytestmark = pytest.mark.slow

PUBLICATIONS = 20
ROWS = 20_000
READERS = [(way, lives) for way in ("product", "duckdb") for lives in ("short", "long")] * 2


def build(folder: Path, number: int) -> Path:
    """Write a database in which every row of two tables says ``number``."""
    folder.mkdir(exist_ok=True)
    (folder / DATABASE).unlink(missing_ok=True)
    (folder / "run_results.json").write_text("{}")
    with duckdb.connect(str(folder / DATABASE)) as database:
        for table in ("one", "two"):
            database.execute(f"create table {table} as select {number} as n from range({ROWS})")
    return folder


def test_every_reader_sees_one_whole_publication_per_query_and_never_an_older_one(
    tmp_path: Path,
) -> None:
    root = tmp_path / "warehouse" / "published"
    publish(build(tmp_path / "build", 0), root, "p0", {})
    answers = [tmp_path / f"answers-{number}" for number in range(len(READERS))]
    readers = [
        subprocess.Popen(
            [sys.executable, "-m", "tests.unit.eurocluster.reading_on", *kind, tmp_path, told],
            cwd=ROOT,
        )
        for kind, told in zip(READERS, answers, strict=True)
    ]
    try:
        while not all(told.exists() and told.stat().st_size for told in answers):
            assert all(reader.poll() is None for reader in readers)
            time.sleep(0.05)
        for number in range(1, PUBLICATIONS + 1):
            publish(build(tmp_path / "build", number), root, f"p{number}", {})
            time.sleep(0.2)
    finally:
        time.sleep(0.6)  # the last one is seen, too
        (tmp_path / "done").touch()
        for reader in readers:
            assert reader.wait(30) == 0
    for told in answers:
        lines = told.read_text(encoding="utf-8").splitlines()
        assert [line for line in lines if line.startswith("error")] == []
        seen = [tuple(map(int, line.split())) for line in lines]
        assert {(most - least, rows) for least, most, rows in seen} == {(0, 2 * ROWS)}
        numbers = [least for least, _, _ in seen]
        assert numbers == sorted(numbers)
        assert numbers[-1] == PUBLICATIONS
        assert len(set(numbers)) > PUBLICATIONS / 3
