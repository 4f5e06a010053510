"""The rule vectors of the specification, as dbt unit tests beside the models."""

import os
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from eurocluster.consortium.declarations import load_consortium
from eurocluster.deliveries import RegisterStore
from eurocluster.warehouse import DBT_PROJECT, build_warehouse, dbt_environment


@pytest.mark.slow
def test_every_dbt_unit_test_passes(make_consortium: Callable[..., Path], tmp_path: Path) -> None:
    store = RegisterStore(tmp_path / "store")
    store.prepare()
    build = tmp_path / "warehouse" / "build"
    consortium = load_consortium(make_consortium({"p1": {}}))
    build_warehouse(consortium, store.root, build, date(2025, 9, 15))
    run = subprocess.run(
        [
            sys.executable, "-c", "from dbt.cli.main import cli; cli()", "--no-use-colors", "test",
            "--select", "test_type:unit",
            "--project-dir", str(DBT_PROJECT),
            "--target-path", str(build.with_name("dbt")),  # parsed there for the build already
            "--log-path", str(tmp_path / "logs"),
        ],
        # Fourteen hours from UTC, so that a day that is the machine's own shows.
        env={**os.environ, **dbt_environment(store.root, build), "TZ": "Pacific/Kiritimati"},
        capture_output=True,
        text=True,
        check=False,
    )  # fmt: skip
    assert run.returncode == 0, run.stdout[-6000:]
    assert "ERROR=0" in run.stdout
