"""Contract, register store and dbt say the same columns; generated files are fresh."""

import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from eurocluster.reference_data import generated_files
from schemas import REGISTERS
from schemas.store import PROVENANCE, derived_columns, store_schema

DBT = Path(__file__).parents[2] / "dbt_project"
MARTS = sorted((DBT / "models" / "marts").rglob("*.sql"))


@cache
def sources() -> dict[str, dict[str, Any]]:
    declared = yaml.safe_load((DBT / "models" / "staging" / "_sources.yml").read_text())
    register = next(s for s in declared["sources"] if s["name"] == "register")
    return {table["name"]: table for table in register["tables"]}


@cache
def models() -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for path in (DBT / "models").rglob("*.yml"):
        for model in yaml.safe_load(path.read_text()).get("models") or []:
            found[model["name"]] = model
    return found


def test_every_generated_file_is_fresh() -> None:
    for path, content in generated_files().items():
        assert path.read_text(encoding="utf-8") == content, path.name


@pytest.mark.parametrize("register", REGISTERS)
def test_the_store_keeps_every_column_of_the_contract_but_the_personal_ones(register: str) -> None:
    contract = REGISTERS[register]
    personal = {n for n, column in contract.columns.items() if column.metadata["personal"]}
    kept = set(store_schema(contract).names)
    assert kept == (set(contract.columns) - personal) | set(derived_columns(contract)) | set(
        PROVENANCE
    )


@pytest.mark.parametrize("register", REGISTERS)
def test_the_dbt_source_has_the_columns_of_the_store(register: str) -> None:
    declared = [column["name"] for column in sources()[register]["columns"]]
    assert declared == store_schema(REGISTERS[register]).names


@pytest.mark.parametrize("register", REGISTERS)
def test_staging_hands_on_every_column_of_the_register(register: str) -> None:
    text = (DBT / "models" / "staging" / f"stg_{register}.sql").read_text()
    (columns,) = re.findall(rf"current_rows\('{register}', \[(.*?)\]\)", text, re.DOTALL)
    handed_on = [name for name in re.findall(r"'(\w+)'", columns) if name not in PROVENANCE]
    own = [name for name in store_schema(REGISTERS[register]).names if name not in PROVENANCE]
    assert handed_on == own


@pytest.mark.parametrize("path", MARTS, ids=lambda path: path.stem)
def test_a_mart_says_its_grain_and_describes_every_column(path: Path) -> None:
    model = models()[path.stem]
    assert re.search(r"[Oo]ne (row|fate)|[Ee]very |[Cc]umulative figures", model["description"])
    assert model["columns"]
    assert all(column["description"] and column["data_type"] for column in model["columns"])


def test_contracts_of_marts_are_enforced() -> None:
    project = yaml.safe_load((DBT / "dbt_project.yml").read_text())
    assert project["models"]["eurocluster"]["marts"]["+contract"] == {"enforced": True}
