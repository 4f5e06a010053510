"""Fixtures for every test: a small consortium on disk, settings that point to it."""

import csv
import logging
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import settings as hypothesis_settings

from eurocluster.locks import hold
from eurocluster.settings import Settings

# The committed examples are what openpyxl writes without lxml; it is asked when it is imported.
os.environ["OPENPYXL_LXML"] = "False"

hypothesis_settings.register_profile("same-every-time", derandomize=True, deadline=None)
hypothesis_settings.load_profile("same-every-time")

# The tests of DAGs tell Airflow to say nothing, and Airflow tells the root of all loggers.
logging.getLogger("eurocluster").setLevel(logging.WARNING)

SECRET = b"a secret for tests, not for life"

Rows = Sequence[Mapping[str, Any]]
MakeConsortium = Callable[..., Path]


@pytest.fixture(scope="session")
def session_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that all processes of a session share."""
    own = tmp_path_factory.getbasetemp()
    return own.parent if "PYTEST_XDIST_WORKER" in os.environ else own


@pytest.fixture(scope="session")
def example_night(session_folder: Path) -> Path:
    """The state folder of the example consortium after one night; copy it before you change it."""
    data = session_folder / "example-night"
    with hold(session_folder / "example-night.lock"):
        if not (data / "done").exists():
            shutil.rmtree(data, ignore_errors=True)
            subprocess.run(
                [str(Path(sys.executable).with_name("eurocluster")), "run"],
                env=os.environ | {"EUROCLUSTER_DATA": str(data)}, check=True, capture_output=True,
            )  # fmt: skip
            (data / "done").touch()
    return data


@pytest.fixture
def make_consortium(tmp_path: Path) -> MakeConsortium:
    """Return a function that writes a consortium folder with English csv registers.

    ``registers`` is partner → register → rows; a row is header → cell.
    """
    return _consortium_maker(tmp_path)


@pytest.fixture(scope="module")
def make_module_consortium(tmp_path_factory: pytest.TempPathFactory) -> MakeConsortium:
    """The same for a consortium that all tests of a module look at."""
    return _consortium_maker(tmp_path_factory.mktemp("consortium"))


@pytest.fixture
def settings_for(tmp_path: Path) -> Callable[[Path], Settings]:
    """Return a function that gives settings for a consortium folder, with state beside it."""
    return lambda home: Settings(home=home, data=tmp_path / "data", secret=SECRET)


@pytest.fixture
def write_rows() -> Callable[[Path, Rows], None]:
    """Return a function that writes a csv register."""
    return _write_rows


def _consortium_maker(folder: Path) -> MakeConsortium:
    def make(registers: Mapping[str, Mapping[str, Rows]], **project: Any) -> Path:
        home = folder / "home"
        (home / "partners").mkdir(parents=True, exist_ok=True)
        declared = {
            "version": 1,
            "code": "test",
            "name": "Test Eurocluster",
            "start": "2022-09-01",
            "months": 36,
            "periods": {"RP1": "M1-M18", "RP2": "M19-M36"},
            "runs_clusterxchange": True,
            "reporting_date": "2025-09-15",
            **project,
        }
        (home / "project.yml").write_text(yaml.safe_dump(declared), encoding="utf-8")
        for partner, kept in registers.items():
            for register, rows in kept.items():
                _write_rows(home / "drives" / partner / f"{register}.csv", rows)
            partner_yaml = {
                "version": 1,
                "partner": partner,
                "name": f"Cluster {partner}",
                "country": "PL",
                "language": "en",
                "registers": [
                    {
                        "name": register,
                        "source": {
                            "kind": "folder",
                            "path": f"drives/{partner}",
                            "files": {"include": [f"{register}*.csv"]},
                        },
                    }
                    for register in kept
                ],
            }
            path = home / "partners" / f"{partner}.yml"
            path.write_text(yaml.safe_dump(partner_yaml), encoding="utf-8")
        return home

    return make


def _write_rows(path: Path, rows: Rows) -> None:
    """Write rows with the headers of all of them, in the order in which they first stand."""
    path.parent.mkdir(parents=True, exist_ok=True)
    headers = list(dict.fromkeys(header for row in rows for header in row))
    with path.open("w", encoding="utf-8", newline="") as sink:
        writer = csv.DictWriter(sink, headers, restval="")
        writer.writeheader()
        writer.writerows(rows)
