"""What Airflow tries again and what it does not, with its own retries."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from airflow.sdk import DAG

from eurocluster.airflow.tasks import ingest
from eurocluster.settings import ROOT
from tests.sources.servers.closed_door import Door, closed_door

pytestmark = pytest.mark.slow


def declare(home: Path, partner: str, **sources: dict[str, Any]) -> None:
    declared = {
        "version": 1,
        "partner": partner,
        "name": f"Cluster {partner}",
        "country": "PL",
        "language": "pl",
        "registers": [
            {"name": register, "source": {"files": {"include": ["*"]}, **source}}
            for register, source in sources.items()
        ],
    }
    (home / "partners").mkdir(parents=True, exist_ok=True)
    (home / "partners" / f"{partner}.yml").write_text(yaml.safe_dump(declared))


@pytest.fixture
def door():
    with closed_door() as door:
        yield door


@pytest.fixture
def home(tmp_path: Path, metadata: None, monkeypatch: pytest.MonkeyPatch, door: Door) -> Path:
    """One partner per way of failing, and one that fails in no way."""
    home = tmp_path / "home"
    mails = {"kind": "imap", "conn_id": "mails", "senders": ["office@partner.example"]}
    nowhere = {"kind": "folder", "path": "drives/not there"}
    declare(home, "good", attendance={"kind": "folder", "path": "drives/good"})
    declare(home, "refused", attendance=mails, trainings=mails)
    declare(home, "silent", attendance=nowhere)
    declare(home, "both", attendance=mails, trainings=nowhere)
    declare(home, "unknown", attendance={"kind": "smb", "conn_id": "nobody", "share": "s"})
    example = (ROOT / "examples" / "eurocluster" / "project.yml").read_text(encoding="utf-8")
    (home / "project.yml").write_text(example, encoding="utf-8")
    (home / "drives" / "good").mkdir(parents=True)
    (home / "drives" / "good" / "attendance.csv").write_text(
        "training_id,person_name,employer_name,employer_country,person_category,attended\n"
        "T1,Testa Przykładna,Alfa Przykład,PL,worker,yes\n",
        encoding="utf-8",
    )
    monkeypatch.setenv("EUROCLUSTER_HOME", str(home))
    monkeypatch.setenv("EUROCLUSTER_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("EUROCLUSTER_SECRET", "a secret of the tests")
    connection = f'{{"conn_type": "imap", "host": "127.0.0.1", "port": {door.port}, "login": "x",'
    connection += ' "password": "wrong", "extra": {"use_ssl": false}}'
    monkeypatch.setenv("AIRFLOW_CONN_MAILS", connection)
    return home


def know(dag: DAG) -> None:
    """Let Airflow know a DAG that lies in no file."""
    from airflow.dag_processing.bundles.manager import DagBundlesManager
    from airflow.dag_processing.dagbag import DagBag, sync_bag_to_db

    DagBundlesManager().sync_bundles_to_db()
    bag = DagBag(dag_folder="/dev/null")
    bag.bag_dag(dag)
    sync_bag_to_db(bag, "dags-folder", None)


def test_what_may_work_later_is_tried_again_and_what_can_do_harm_is_not(home, door):
    partners = ("good", "refused", "silent", "both", "unknown")
    scopes = [
        {"partners": (partner,), "registers": (), "force": False, "note": None}
        for partner in partners
    ]
    with DAG("tries_again", schedule=None) as dag:
        ingest.override(retries=1, retry_delay=timedelta(0)).expand(scope=scopes)
    know(dag)
    run = dag.test()
    ended = {
        partners[task.map_index]: (task.state, task.try_number) for task in run.get_task_instances()
    }
    assert ended == {
        "good": ("success", 1),
        "refused": ("failed", 1),
        "silent": ("failed", 2),
        "both": ("failed", 2),
        "unknown": ("failed", 1),
    }
    # One each for two partners, whatever they tried again.
    assert door.asked == 2
