"""The desk on which the files of these tests are checked.

Belongs here: one reader for all tests.
Does not belong here: files, expectations.
"""

from collections.abc import Iterator

import pytest

from eurocluster.reading.child import WorkbookReader
from tests.traits.desk import Desk


@pytest.fixture(scope="session")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """A desk of a consortium of two partners."""
    with WorkbookReader() as reader:
        yield Desk(reader, tmp_path_factory.mktemp("consortium"))
