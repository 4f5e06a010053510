"""A consortium whose stewards and coordinator can be written to."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml


@pytest.fixture
def declare_consortium() -> Callable[..., None]:
    """Return a function that declares partners p1 (Polish) and p2 (Greek)."""

    def write(home: Path, expected: Any = None, **project: Any) -> None:
        (home / "partners").mkdir(parents=True, exist_ok=True)
        declared = {
            "version": 1, "code": "example", "name": "Example", "start": "2022-09-01",
            "months": 36, "periods": {"RP1": "M1-M18", "RP2": "M19-M36"},
            "runs_clusterxchange": True, "reporting_date": "2024-10-15",
            "notices": {"coordinators": ["coordination@example.org"]}, **project,
        }  # fmt: skip
        (home / "project.yml").write_text(yaml.safe_dump(declared))
        for code, language in (("p1", "pl"), ("p2", "el")):
            register = {
                "name": "exchanges",
                "source": {"kind": "folder", "path": "drive", "files": {"include": ["*.csv"]}},
            } | ({} if expected is None else {"expected": expected})
            partner = {
                "version": 1, "partner": code, "name": f"Cluster {code}", "country": "PL",
                "language": language, "steward": f"{code}@example.org", "registers": [register],
            }  # fmt: skip
            (home / "partners" / f"{code}.yml").write_text(yaml.safe_dump(partner))

    return write
