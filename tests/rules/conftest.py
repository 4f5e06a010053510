"""The desk on which files are checked, and one warehouse for what shows across registers.

Belongs here: what costs seconds to start.
Does not belong here: rows, expectations.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from eurocluster.reading.child import WorkbookReader
from tests.properties.compiled_models import CompiledProject, Warehouse
from tests.traits.desk import Desk


@pytest.fixture(scope="session")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """A desk of a consortium of two partners."""
    with WorkbookReader() as reader:
        yield Desk(reader, tmp_path_factory.mktemp("consortium"))


@pytest.fixture(scope="session")
def warehouse(session_folder: Path) -> Warehouse:
    """The compiled dbt project."""
    return Warehouse(CompiledProject.compile(session_folder / "compiled"))
