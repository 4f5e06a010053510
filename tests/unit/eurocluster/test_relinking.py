"""A coordinator sees who was counted, for a limited time, and every look is written down."""

import re
import shutil
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow.parquet
import pytest
from cryptography.fernet import Fernet
from typer.testing import CliRunner, Result

from eurocluster import nightly
from eurocluster.cli import app
from eurocluster.consortium.declarations import load_consortium
from eurocluster.deliveries import RegisterStore
from eurocluster.relinking import NotAllowed, grant
from eurocluster.settings import Settings
from eurocluster.sources.connections import Credentials

SECRET = "a secret of the tests"
KEY = Fernet.generate_key().decode()
NAME = "Testa Koordynacja"
BY = ("--by", NAME)
WHY = ("--why", "audit of the first period")
PEOPLE = [
    {
        "record_id": f"r{number}", "training_id": "T1", "session_date": "2023-03-14",
        "person_name": name, "email": email, "employer_name": "Cluster p1",
        "employer_country": "PL", "person_category": "cluster_staff", "attended": "yes",
    }
    for number, (name, email) in enumerate(
        [
            ("Testa Przykładna", "testa@p1.example"),
            ("Przykładna Testa", "other.testa@p1.example"),
            ("Ktoś Inny", ""),
        ]
    )
]  # fmt: skip
Command = Callable[..., Result]


@pytest.fixture(scope="module")
def night(
    make_module_consortium: Callable[..., Path], tmp_path_factory: pytest.TempPathFactory
) -> Settings:
    """A night with three persons."""
    home = make_module_consortium(
        {"p1": {"attendance": PEOPLE}}, coordinators=[NAME, "Druga Koordynacja"], vault=True
    )
    settings = Settings(home, tmp_path_factory.mktemp("night") / "data", SECRET.encode())
    scope = nightly.plan(settings)
    nightly.ingest(settings, scope, "p1", lambda id_: Credentials(id_, password=KEY), "night")
    return settings


@pytest.fixture
def settings(night: Settings, tmp_path: Path, publish_rows: Callable[..., Settings]) -> Settings:
    """The same state, and a published warehouse that counts the persons."""
    publish_rows(counted_units=counted(night))
    shutil.copytree(night.data, tmp_path / "data", dirs_exist_ok=True)
    return Settings(night.home, tmp_path / "data", night.secret)


@pytest.fixture
def call(settings: Settings) -> Command:
    def called(*arguments: str, key: str | None = KEY, stdin: str | None = None) -> Result:
        variables = {
            "EUROCLUSTER_HOME": str(settings.home), "EUROCLUSTER_DATA": str(settings.data),
            "EUROCLUSTER_SECRET": SECRET, "COLUMNS": "200",
            "AIRFLOW_CONN_EUROCLUSTER_VAULT": f"generic://:{key}@" if key else None,
        }  # fmt: skip
        return CliRunner().invoke(app, arguments, env=variables, input=stdin)

    return called


def counted(settings: Settings) -> list[dict[str, Any]]:
    """The rows of the store as counted units: the first two are persons by their addresses."""
    record = RegisterStore(settings.store("test")).in_force("p1", "attendance")
    assert record is not None
    (path,) = (settings.store("test") / "rows" / "attendance" / "partner=p1").glob("*.parquet")
    rows = pyarrow.parquet.read_table(path, partitioning=None).to_pylist()
    units = [*(f"email:{row['email_key']}" for row in rows[:2]), "name:0123456789abcdef"]
    persons = [
        {
            "kpi": "4a.M1", "unit": unit, "register": "attendance", "reported_by": "p1",
            "delivery_id": record.delivery_id, "file_sha256": row["file_sha256"],
            "file_name": row["file_name"], "sheet": row["sheet"],
            "row_number": row["row_number"], "cell_range": f"A{row['row_number']}",
            "fate": "counted",
        }
        for unit, row in zip(units, rows, strict=True)
    ]  # fmt: skip
    return [*persons, persons[0] | {"kpi": "4b.O2", "unit": "organisation"}]


def test_every_counted_person_is_shown_and_a_namesake_is_not_mixed_up(call: Command) -> None:
    answer = call("relink", "4a.m1", *BY, *WHY)
    assert answer.exit_code == 0, answer.output
    shown = {tuple(line.split()[:3]) for line in answer.stdout.splitlines() if "@" in line}
    assert shown == {
        ("Testa", "Przykładna", "testa@p1.example"),
        ("Przykładna", "Testa", "other.testa@p1.example"),
    }
    assert "Ktoś Inny" in answer.stdout
    assert "attendance.csv" in answer.stdout


def test_one_unit_is_shown_alone(call: Command, settings: Settings) -> None:
    unit = counted(settings)[0]["unit"]
    answer = call("relink", "4a.M1", *BY, *WHY, "--unit", unit)
    assert "testa@p1.example" in answer.stdout
    assert "Inny" not in answer.stdout


def test_every_look_is_a_line_with_who_why_when_until_and_how_many(call: Command) -> None:
    assert "Nobody has looked" in call("accesses").stdout
    call("relink", "4a.M1", *BY, *WHY, "--minutes", "20")
    call("relink", "4a.M1", *BY)
    answer = call("accesses", "--format", "csv")
    header, first, second = answer.stdout.splitlines()
    assert header == "at,by,why,kpi,unit,units,way,until"
    pattern = rf"[^,]+,{NAME},{WHY[1]},4a\.M1,,3,terminal,[^,]+"
    assert re.fullmatch(pattern, first)
    assert second.split(",")[-1] == first.split(",")[-1], "a leave that runs is not prolonged"
    assert "Inny" not in answer.output


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("4a.M1", "--by", "Somebody Else", *WHY), "Only coordinators that project.yml names"),
        (("4a.M1", *BY), "Say why the names are needed, with --why"),
        (("4a.M1", *BY, "--why", "audit"), "Say why in a few words"),
        (("4a.M1", *BY, *WHY, "--minutes", "481"), "--minutes is from 1 to 480"),
        (("4b.O2", *BY, *WHY), "4b.O2 has counted no person"),
        (("4a.M1", *BY, *WHY, "--unit", "organisation"), "counts no person organisation"),
        (("4c.X1", *BY, *WHY), "Unknown KPI 4c.X1"),
    ],
)
def test_what_is_refused_is_refused_with_words_and_shows_nobody(
    call: Command, arguments: Sequence[str], words: str
) -> None:
    answer = call("relink", *arguments)
    assert answer.exit_code == 2
    assert words in answer.output
    assert "Inny" not in answer.output
    assert "Nobody has looked" in call("accesses").stdout


def test_without_the_key_of_the_vault_nothing_is_shown(call: Command) -> None:
    answer = call("relink", "4a.M1", *BY, *WHY, key=None)
    assert answer.exit_code == 3
    assert "eurocluster_vault" in answer.output


def test_a_file_is_for_its_owner_alone_and_goes_with_the_first_night_after_its_time(
    call: Command, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = call("relink", "4a.M1", *BY, *WHY, "--file")
    (path,) = settings.audits.iterdir()
    assert path.stat().st_mode & 0o777 == 0o600
    assert "Ktoś Inny" in path.read_text(encoding="utf-8-sig")
    assert "Inny" not in answer.output
    nightly.ingest(settings, nightly.plan(settings), "p1", lambda _: None, "next night")
    assert path.exists()
    path.rename(path.with_name(f"20230101T000000Z-{path.name.partition('-')[2]}"))
    nightly.ingest(settings, nightly.plan(settings), "p1", lambda _: None, "another night")
    assert list(settings.audits.iterdir()) == []


def test_a_list_of_looks_that_was_changed_is_told(call: Command, settings: Settings) -> None:
    call("relink", "4a.M1", *BY, *WHY)
    call("relink", "4a.M1", *BY)
    ledger = settings.logs / "accesses.jsonl"
    ledger.write_text(ledger.read_text().replace("first period", "other period", 1))
    answer = call("accesses")
    assert answer.exit_code == 1
    assert "is not what it was" in answer.output
    assert call("relink", "4a.M1", *BY, *WHY).exit_code == 3


def test_after_its_time_a_leave_is_refused_until_there_is_a_reason_again(
    call: Command, settings: Settings
) -> None:
    project = load_consortium(settings.home).project
    call("relink", "4a.M1", *BY, *WHY, "--minutes", "20")
    now = datetime.now(UTC)
    running = grant(settings, project, NAME, None, 20, now + timedelta(minutes=19))
    assert running.why == WHY[1]
    later = now + timedelta(minutes=21)
    with pytest.raises(NotAllowed, match="was over at"):
        grant(settings, project, NAME, None, 20, later)
    with pytest.raises(NotAllowed, match="Say why"):
        grant(settings, project, "Druga Koordynacja", None, 20, now)
    assert grant(settings, project, NAME, WHY[1], 20, later).until == later + timedelta(minutes=20)
