"""Airflow for the DAG tests: what it reads at import must stand before it is imported."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

import pytest

from eurocluster.airflow.environment import local_environment, prepare_metadata

HOME = Path(tempfile.mkdtemp(prefix="airflow-of-the-tests-"))
atexit.register(shutil.rmtree, HOME, ignore_errors=True)

os.environ |= local_environment(HOME) | {
    "AIRFLOW__CORE__UNIT_TEST_MODE": "True",
    "AIRFLOW__LOGGING__LOGGING_LEVEL": "CRITICAL",
}


@pytest.fixture(scope="session")
def metadata() -> None:
    """Tables and pools, made once."""
    prepare_metadata()


@pytest.fixture(scope="session")
def dag_bag(metadata: None):
    from airflow.dag_processing.dagbag import DagBag

    from eurocluster.settings import ROOT

    return DagBag(dag_folder=str(ROOT / "dags"))
