"""One compiled dbt project and one warehouse in memory for all properties of a session."""

from pathlib import Path

import pytest

from tests.properties.compiled_models import CompiledProject, Warehouse


@pytest.fixture(scope="session")
def warehouse(session_folder: Path) -> Warehouse:
    return Warehouse(CompiledProject.compile(session_folder / "compiled"))
