"""No row lost in the files of the example consortium and of the worked examples.

Belongs here: every committed register, read as its partner's.
Does not belong here: what its cells mean (tests/nightly).
"""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from eurocluster.checking import Checker
from eurocluster.consortium.declarations import load_consortium
from eurocluster.judging import Calendar
from eurocluster.reading.child import WorkbookReader
from eurocluster.settings import ROOT
from tests.traits.accounts import assert_no_row_lost

HOMES = (
    ROOT / "examples" / "eurocluster",
    *sorted(found.parent for found in (ROOT / "tests" / "worked_examples").glob("*/project.yml")),
)
FILES = [path for home in HOMES for path in sorted((home / "drives").rglob("*")) if path.is_file()]


@pytest.fixture(scope="module")
def reader() -> Iterator[WorkbookReader]:
    """One reader for all files."""
    with WorkbookReader() as reading:
        yield reading


def test_there_are_files() -> None:
    assert len(FILES) > 40


@pytest.mark.slow
@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_line_of_a_committed_register_has_one_fate(
    path: Path, reader: WorkbookReader
) -> None:
    home = next(home for home in HOMES if path.is_relative_to(home))
    consortium = load_consortium(home)
    project = consortium.project
    calendar = Calendar(project.start, project.end, date(2025, 9, 15))
    checker = Checker(consortium, calendar, b"a secret for tests, not for life", reader)
    checked = checker.check(path)
    assert_no_row_lost(checked)
