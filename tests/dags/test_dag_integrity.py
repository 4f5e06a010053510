"""Every DAG file parses cheaply, and every DAG keeps the house rules."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from airflow.dag_processing.dagbag import DagBag
from airflow.models.pool import Pool
from airflow.models.serialized_dag import SerializedDagModel
from airflow.sdk import TriggerRule
from airflow.sdk.exceptions import ParamValidationError
from airflow.serialization.serialized_objects import DagSerialization

from eurocluster.airflow.params import UnknownParameter, choices, trigger_form
from eurocluster.airflow.tasks import secret_of_connection
from eurocluster.consortium.declarations import load_consortium
from eurocluster.settings import ROOT, load_settings

DAG_FILES = sorted((ROOT / "dags").glob("*.py"))
HEAVY = {"dbt", "duckdb", "openpyxl", "pandas", "pandera", "pyarrow", "schemas"}


@pytest.fixture(scope="session")
def refresh_kpis(dag_bag):
    return dag_bag.dags["refresh_kpis"]


def test_every_dag_file_imports(dag_bag):
    assert dag_bag.import_errors == {}
    assert set(dag_bag.dags) == {file.stem for file in DAG_FILES}


def test_every_dag_file_only_wires():
    long = {file.name: lines(file) for file in DAG_FILES if not 40 <= lines(file) <= 75}
    assert long == {}


@pytest.mark.parametrize("file", DAG_FILES, ids=lambda file: file.name)
def test_parsing_a_dag_file_imports_nothing_heavy(file):
    """Airflow itself imports some of these in its servers, so its own are counted first."""
    parse = (
        "import json, runpy, sys\n"
        "import airflow.sdk, pendulum\n"
        "before = set(sys.modules)\n"
        f"runpy.run_path({str(file)!r})\n"
        "print(json.dumps(sorted({name.partition('.')[0] for name in set(sys.modules) - before})))"
    )
    done = subprocess.run(
        [sys.executable, "-c", parse], capture_output=True, text=True, check=True, env=os.environ
    )
    added = set(json.loads(done.stdout.splitlines()[-1]))
    assert "eurocluster" in added
    assert added & HEAVY == set()


def test_every_dag_serialises_to_the_same_twice(dag_bag):
    """Anything else would be a new DAG version at each parse."""
    again = DagBag(dag_folder=str(ROOT / "dags"))
    changed = [
        name
        for name, dag in dag_bag.dags.items()
        if fingerprint(dag) != fingerprint(again.dags[name])
    ]
    assert changed == []


def test_every_dag_has_tags_and_says_what_to_do_when_it_fails(dag_bag):
    silent = [
        name
        for name, dag in dag_bag.dags.items()
        if not dag.tags or "**When it fails**" not in (dag.doc_md or "")
    ]
    assert silent == []


def test_every_pool_that_a_task_names_exists(dag_bag):
    named = {task.pool for dag in dag_bag.dags.values() for task in dag.tasks}
    assert named - {pool.pool for pool in Pool.get_pools()} == set()


def test_only_one_task_at_a_time_may_write_duckdb(refresh_kpis):
    assert refresh_kpis.get_task("build").pool == "duckdb_writer"
    assert Pool.get_pool("duckdb_writer").slots == 1


def test_the_night_is_every_two_o_clock_in_brussels_one_at_a_time(refresh_kpis):
    timetable = DagSerialization.to_dict(refresh_kpis)["dag"]["timetable"]["__var"]
    assert timetable["expression"] == "0 2 * * *"
    assert timetable["timezone"] == "Europe/Brussels"
    assert not refresh_kpis.catchup
    assert refresh_kpis.max_active_runs == 1


def test_a_failing_partner_stops_nothing_but_a_failing_plan_stops_all(refresh_kpis):
    build = refresh_kpis.get_task("build")
    assert build.trigger_rule == TriggerRule.ALL_DONE_MIN_ONE_SUCCESS
    # A plan that worked is success enough: also a night without any partner's source is told.
    assert build.upstream_task_ids == {"plan", "ingest"}
    assert refresh_kpis.get_task("ingest").upstream_task_ids == {"plan"}


def test_publishing_tells_airflow_that_the_published_warehouse_changed(refresh_kpis):
    (asset,) = refresh_kpis.get_task("publish").outlets
    assert asset.name == "published_warehouse"


def test_the_form_offers_the_partners_and_registers_that_are_declared(refresh_kpis):
    partners = load_consortium(load_settings().home).partners
    offered = {
        key: refresh_kpis.params.get_param(key).schema["examples"]
        for key in ("partners", "registers")
    }
    assert offered["partners"] == [partner.partner for partner in partners]
    assert set(offered["registers"]) == {
        register.name for partner in partners for register in partner.registers
    }


@pytest.mark.parametrize("key", ["partners", "registers"])
def test_the_form_refuses_a_choice_that_is_not_declared_and_names_those_that_are(key):
    param = trigger_form()[key]
    known = param.schema["examples"][0]
    with pytest.raises(ParamValidationError, match=f"'nobody' is not one of .*{known}"):
        param.resolve(["nobody"])


def test_a_parameter_that_does_not_exist_is_refused_with_words():
    with pytest.raises(UnknownParameter, match=r"Unknown parameter: partner\. A run understands"):
        choices(resolved(), {"partner": ["p1"]})


def test_the_key_of_the_person_hashes_is_the_password_of_an_airflow_connection(
    metadata, monkeypatch
):
    assert secret_of_connection() is None
    monkeypatch.setenv("AIRFLOW_CONN_EUROCLUSTER_SECRET", "generic://:a-key-of-the-tests@")
    assert secret_of_connection() == "a-key-of-the-tests"


def test_no_choice_means_everything():
    empty = {"partners": (), "registers": (), "force": False, "note": None}
    assert choices(resolved(), None) == empty
    assert choices(resolved() | {"partners": None, "registers": None}, {}) == empty


def test_a_run_with_an_unknown_parameter_fails_in_the_first_task_and_touches_nothing(refresh_kpis):
    run = refresh_kpis.test(run_conf={"partner": ["p1"]})
    assert {task.task_id: task.state for task in run.get_task_instances()} == {
        "plan": "failed",
        "ingest": "upstream_failed",
        "build": "upstream_failed",
        "audit": "upstream_failed",
        "publish": "upstream_failed",
        "notify": "upstream_failed",
    }


def test_a_run_with_an_unknown_partner_is_refused_before_it_begins(refresh_kpis):
    with pytest.raises(ParamValidationError, match="'nobody' is not one of"):
        refresh_kpis.test(run_conf={"partners": ["nobody"]})


def fingerprint(dag) -> str:
    return SerializedDagModel.hash(DagSerialization.to_dict(dag))


def lines(file: Path) -> int:
    return len(file.read_text().splitlines())


def resolved() -> dict:
    return {key: param.resolve() for key, param in trigger_form().items()}
