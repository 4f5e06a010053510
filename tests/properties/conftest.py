"""One compiled dbt project and one warehouse in memory for all properties of a session."""

import pytest

from tests.properties.compiled_models import CompiledProject, Warehouse


@pytest.fixture(scope="session")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    return Warehouse(CompiledProject.compile(tmp_path_factory.mktemp("compiled")))
