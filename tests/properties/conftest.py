"""One compiled dbt project and one warehouse in memory for all properties of a session."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.properties.compiled_models import CompiledProject, Warehouse
from tests.properties.delivering import Registers, deliver


@pytest.fixture(scope="session")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    return Warehouse(CompiledProject.compile(tmp_path_factory.mktemp("compiled")))
