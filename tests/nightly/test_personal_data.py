"""Persons are rotated, forgotten and looked up, and no figure changes."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow.parquet
import pytest
from cryptography.fernet import Fernet
from nightly.personal_bytes import PersonalBytes
from typer.testing import CliRunner, Result

from eurocluster import nightly
from eurocluster.cli import app
from eurocluster.conforming.persons import email_key
from eurocluster.deliveries import RegisterStore
from eurocluster.settings import Settings, with_secret
from eurocluster.sources.connections import Credentials
from eurocluster.stewardship.decisions import Decisions, Ruling
from eurocluster.store_keys import fingerprints

pytestmark = pytest.mark.nightly

COMMAND = Path(sys.executable).with_name("eurocluster")
NAME = "Testa Koordynacja"
TRAINING = {
    "training_id": "T1", "title": "Networks", "objective": "4a", "audience": "cluster_staff",
    "start_date": "2023-03-14", "end_date": "2023-03-14", "lead_partner": "p1",
    "status": "delivered",
}  # fmt: skip
SEAT = {
    "training_id": "T1", "session_date": "2023-03-14", "employer_country": "PL",
    "person_category": "cluster_staff", "attended": "yes", "hours": "6.123456",
}  # fmt: skip


def seat(person: str, email: str = "", employer: str = "p1", **changes: str) -> dict[str, str]:
    """A row without an id of its own: it is known by what it says, also by whom it names."""
    said = {"person_name": person, "email": email, "employer_name": f"Cluster {employer}"}
    return SEAT | said | changes


PERSONS = {
    "p1": [
        seat("Testa Przykładna", "testa@p1.example"),
        seat("Przykładna Testa"),
        seat("Ktoś Inny"),
        seat("Ktoś Inny", employer="p2"),
        seat("Trzecia Osoba", "trzecia@p1.example"),
        seat("Czwarta Osoba", "biuro@p1.example"),
    ],
    "p2": [
        seat("TESTA PRZYKŁADNA", "testa@p1.example"),
        seat("Piąta Osoba", "piata@p2.example", "p2"),
    ],
}
COUNTED = 5  # two of them are one by decision
TWO_WHO_ARE_ONE = ("trzecia@p1.example", "piata@p2.example")
VAULT_KEY = Fernet.generate_key().decode()
PERSONAL = ("Przykładna", "PRZYKŁADNA", "Trzecia Osoba", "testa@p1.example", "piata@p2.example")


def key_of_the_vault(conn_id: str) -> Credentials:
    return Credentials(conn_id, password=VAULT_KEY)


class Coordinator:
    """Somebody at a terminal, and the nights between; the secret lies in the state folder."""

    def __init__(self, home: Path, data: Path) -> None:
        self.home, self.data = home, data

    @property
    def variables(self) -> dict[str, str]:
        return {
            "EUROCLUSTER_HOME": str(self.home), "EUROCLUSTER_DATA": str(self.data),
            "COLUMNS": "200", "AIRFLOW_CONN_EUROCLUSTER_VAULT": f"generic://:{VAULT_KEY}@",
        }  # fmt: skip

    @property
    def settings(self) -> Settings:
        return with_secret(Settings(self.home, self.data))

    @property
    def store(self) -> Path:
        return self.settings.store("test")

    def call(self, *arguments: str) -> Result:
        done = CliRunner().invoke(app, arguments, env=self.variables)
        assert done.exit_code == 0, done.output
        return done

    def forget(self, name: str, email: str) -> str:
        """What is said on both outputs; nothing that is typed is echoed in a pipe."""
        return subprocess.run(
            [str(COMMAND), "forget-person"],
            input=f"{name}\n{email}\n",
            env={**os.environ, **self.variables},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=True,
        ).stdout

    def restated(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = json.loads(self.call("releases", "--format", "json").stdout)
        return found

    def figures(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = json.loads(self.call("kpis", "--format", "json").stdout)
        return found

    def count(self) -> float:
        (found,) = (
            figure["value"]
            for figure in self.figures()
            if (figure["kpi"], figure["period"], figure["measure"])
            == ("4a.M1", "all", "cumulative")
        )
        return float(found)

    def deliver(self) -> set[str]:
        settings, scope = self.settings, nightly.plan(self.settings)
        return {
            register["outcome"]
            for partner in scope.partners
            for register in nightly.ingest(settings, scope, partner, key_of_the_vault, "a night")[
                "registers"
            ]
        }

    def keys(self) -> set[str]:
        """The keys of every row of the store that names a person."""
        return {
            str(key)
            for path in (self.store / "rows" / "attendance").rglob("*.parquet")
            for name in ("name_key", "email_key")
            for key in pyarrow.parquet.read_table(path, partitioning=None)[name].to_pylist()
            if key is not None
        }


@pytest.fixture(scope="module")
def coordinator(
    make_module_consortium: Callable[..., Path], tmp_path_factory: pytest.TempPathFactory
) -> Coordinator:
    """RP1 is closed."""
    home = make_module_consortium(
        {
            "p1": {"trainings": [TRAINING], "attendance": PERSONS["p1"]},
            "p2": {"attendance": PERSONS["p2"]},
        },
        coordinators=[NAME],
        vault=True,
    )
    coordinator = Coordinator(home, tmp_path_factory.mktemp("state") / "data")
    os.environ.pop("EUROCLUSTER_SECRET", None)
    coordinator.deliver()
    secret = coordinator.settings.secret or b""
    two = sorted(f"email:{email_key(secret, email)}" for email in TWO_WHO_ARE_ONE)
    Decisions(coordinator.settings.decisions("test")).add(
        Ruling("persons", " | ".join(two), tuple(two), "same", "She has married.", NAME)
    )
    nightly.refresh(coordinator.settings)
    assert coordinator.count() == COUNTED
    coordinator.call("close", "RP1", "--by", NAME, "--yes")
    assert coordinator.restated() == []
    return coordinator


def test_a_person_is_forgotten_without_an_argument_a_name_on_the_screen_or_another_figure(
    coordinator: Coordinator,
) -> None:
    answer = coordinator.forget("Przykładna Testa", "testa@p1.example")
    assert "3 rows of the register store have a key of this person" in answer
    assert "3 entries were taken out of the vault" in answer
    assert "No figure has changed" in answer
    held = [line.split() for line in answer.splitlines() if "attendance.csv" in line]
    assert [(line[0], line[2]) for line in held] == [("p1", "attendance"), ("p2", "attendance")]
    assert "while in force" in answer
    assert "testa" not in answer.casefold()
    assert "Nobody of this name and address" in coordinator.forget("Nikt Taki", "")


def test_a_rotation_changes_every_key_and_no_figure_and_no_closed_period(
    coordinator: Coordinator,
) -> None:
    before, keys, figures = coordinator.deliver(), coordinator.keys(), coordinator.figures()
    assert before == {"unchanged"}
    answer = coordinator.call("rotate-secret")
    assert "8 rows have keys of the new secret" in answer.stdout
    assert "four decimals" not in answer.stdout
    assert keys.isdisjoint(coordinator.keys())
    assert len(keys) == len(coordinator.keys())
    assert coordinator.figures() == figures
    assert coordinator.restated() == []
    assert len(fingerprints(coordinator.store)) == 2
    assert coordinator.deliver() == {"unchanged"}
    assert [p.name for p in coordinator.store.parent.iterdir()] == ["test"]


def test_a_file_that_is_corrected_afterwards_is_matched_to_its_rows(
    coordinator: Coordinator, write_rows: Any
) -> None:
    """It follows the rotation above: what is new in the file has keys that the rows have."""
    changed = [row | {"evidence_ref": "list.pdf"} for row in PERSONS["p1"]]
    write_rows(coordinator.home / "drives" / "p1" / "attendance.csv", changed[:5])
    assert "delivered" in coordinator.deliver()
    record = RegisterStore(coordinator.store).in_force("p1", "attendance")
    assert record is not None
    assert (record.rows_read, record.rows_withdrawn) == (5, 1)


def test_a_second_rotation_that_is_killed_leaves_the_old_store_and_the_next_call_goes_on(
    coordinator: Coordinator,
) -> None:
    beside = coordinator.store.with_name(".test.rotation")
    keys = coordinator.keys()
    process = subprocess.Popen(
        [str(COMMAND), "rotate-secret"],
        env={**os.environ, **coordinator.variables},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    wait_for(beside / "keys.json", process)
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert coordinator.keys() == keys
    assert len(fingerprints(coordinator.store)) == 2
    assert coordinator.deliver() == {"unchanged"}

    coordinator.call("rotate-secret")
    assert len(fingerprints(coordinator.store)) == 3
    assert len(coordinator.settings.secret.split(b"\n")) == 3  # the one of the killed call
    assert not beside.exists()
    assert coordinator.count() == COUNTED - 1
    (restated,) = [line for line in coordinator.restated() if line["kpi"] == "4a.M1"]
    assert (restated["frozen"], restated["current"]) == (COUNTED, COUNTED - 1)
    (sentence,) = restated["sentences"]
    assert "the row is gone" in sentence
    assert coordinator.deliver() == {"unchanged"}


def test_a_rotation_that_was_killed_after_its_last_step_is_brought_to_its_end(
    coordinator: Coordinator,
) -> None:
    """What it has left is the store of before."""
    beside = coordinator.store.with_name(".test.rotation")
    beside.mkdir()
    note = json.loads((coordinator.store / "keys.json").read_text())
    (beside / "keys.json").write_text(json.dumps(note | {"secrets": note["secrets"][:2]}))
    answer = coordinator.call("rotate-secret")
    assert "A rotation of before was brought to its end" in answer.stdout
    assert len(fingerprints(coordinator.store)) == 3
    assert not beside.exists()


def test_no_personal_text_is_left_anywhere_but_in_landing_and_returned_workbooks(
    coordinator: Coordinator,
) -> None:
    personal = PersonalBytes(PERSONAL)
    found = {
        place.name: personal.found_below(place)
        for place in coordinator.data.iterdir()
        if place.is_dir() and place.name not in ("landing", "feedback")
    }
    assert {"store", "warehouse", "releases", "logs"} <= set(found)
    assert {name: places for name, places in found.items() if places} == {}


def wait_for(path: Path, process: "subprocess.Popen[bytes]") -> None:
    until = time.monotonic() + 120
    while not path.exists():
        assert process.poll() is None, "it ended before it was killed"
        assert time.monotonic() < until
        time.sleep(0.02)
