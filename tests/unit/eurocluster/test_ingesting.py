"""One partner's night: what is delivered, what is kept, what is held back."""

import shutil
import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path

import pyarrow.parquet
import pytest
import yaml

from eurocluster import nightly
from eurocluster.consortium.declarations import DeclarationError
from eurocluster.deliveries import RegisterStore
from eurocluster.settings import Settings
from eurocluster.sources.connections import no_connections

PEOPLE = [
    {
        "record_id": f"r{number}",
        "training_id": "T1",
        "session_date": "2023-03-14",
        "person_name": f"Testa Persona{number}",
        "email": f"testa{number}@p1.example",
        "employer_name": "Cluster p1",
        "employer_country": "PL",
        "person_category": "cluster_staff",
        "attended": "yes",
        "hours": "6.5",
    }
    for number in range(10)
]

NIGHTS = count()
MakeConsortium = Callable[..., Path]
SettingsFor = Callable[[Path], Settings]
WriteRows = Callable[[Path, Sequence[Mapping[str, str]]], None]


def outcome(settings: Settings, *, force: bool = False, run_id: str | None = None) -> str:
    scope = nightly.plan(settings, partners=["p1"], force=force)
    night = run_id or f"night {next(NIGHTS)}"
    (register,) = nightly.ingest(settings, scope, "p1", no_connections, night)["registers"]
    return str(register["outcome"])


@pytest.fixture
def home(make_consortium: MakeConsortium) -> Path:
    return make_consortium({"p1": {"attendance": PEOPLE}})


@pytest.fixture
def register_file(home: Path) -> Path:
    return home / "drives" / "p1" / "attendance.csv"


def test_a_file_is_delivered_once_and_then_unchanged(home: Path, settings_for: SettingsFor) -> None:
    settings = settings_for(home)
    assert [outcome(settings), outcome(settings)] == ["delivered", "unchanged"]
    assert len(RegisterStore(settings.store("test")).history("p1", "attendance")) == 1


def test_a_missing_file_is_not_an_empty_register(
    home: Path, register_file: Path, settings_for: SettingsFor
) -> None:
    settings = settings_for(home)
    outcome(settings)
    register_file.unlink()
    assert outcome(settings) == "missing"
    in_force = RegisterStore(settings.store("test")).in_force("p1", "attendance")
    assert in_force is not None
    assert in_force.rows_read == 10


def test_a_missing_folder_is_a_finding_and_the_night_goes_on(
    home: Path, settings_for: SettingsFor
) -> None:
    settings = settings_for(home)
    shutil.rmtree(home / "drives")
    assert outcome(settings) == "unreachable"
    store = RegisterStore(settings.store("test"))
    (record,) = store.history("p1", "attendance")
    assert [finding["code"] for finding in store.findings(record).to_pylist()] == ["F06"]


def test_a_source_that_answers_again_puts_the_same_rows_in_force_again(
    home: Path, settings_for: SettingsFor
) -> None:
    settings = settings_for(home)
    assert outcome(settings) == "delivered"
    (home / "drives").rename(home / "away")
    assert [outcome(settings), outcome(settings)] == ["unreachable", "unreachable"]
    (home / "away").rename(home / "drives")
    assert [outcome(settings), outcome(settings)] == ["delivered", "unchanged"]
    store = RegisterStore(settings.store("test"))
    states = [record.state for record in store.history("p1", "attendance")]
    assert states == ["accepted", "unreachable", "accepted"]
    attempts = pyarrow.parquet.read_table(store.root / "attempts", partitioning=None)
    assert attempts.column("outcome").to_pylist() == [
        "delivered", "unreachable", "unreachable", "delivered", "unchanged",
    ]  # fmt: skip
    assert attempts.column("cause").to_pylist() == [
        None, "Unreachable", "Unreachable", None, None,
    ]  # fmt: skip


def test_what_is_not_tried_again_in_a_night_is_one_attempt_however_often_the_others_are(
    make_consortium: MakeConsortium, settings_for: SettingsFor
) -> None:
    home = make_consortium({"p1": {"attendance": PEOPLE, "trainings": []}})
    declared = home / "partners" / "p1.yml"
    partner = yaml.safe_load(declared.read_text(encoding="utf-8"))
    files = {"include": ["*"]}
    for register in partner["registers"]:
        register["source"] = (
            {"kind": "sftp", "conn_id": "not_there", "files": files}
            if register["name"] == "attendance"
            else {"kind": "folder", "path": "not there", "files": files}
        )
    declared.write_text(yaml.safe_dump(partner), encoding="utf-8")
    settings = settings_for(home)
    scope = nightly.plan(settings, partners=["p1"])
    for _ in range(3):
        nightly.ingest(settings, scope, "p1", no_connections, "night")
    store = RegisterStore(settings.store("test"))
    attempts = pyarrow.parquet.read_table(store.root / "attempts", partitioning=None)
    assert sorted(attempts.column("register").to_pylist()) == ["attendance", *3 * ["trainings"]]
    assert len(set(attempts.column("attempt_id").to_pylist())) == 4


def test_nights_at_the_same_time_never_write_one_delivery_twice(
    home: Path, register_file: Path, settings_for: SettingsFor
) -> None:
    settings = settings_for(home)
    header, *rows = register_file.read_text().splitlines()

    def night(number: int) -> None:
        changed = [f"{row.rpartition(',')[0]},{number}" for row in rows]
        register_file.write_text("\n".join([header, *changed]) + "\n")
        outcome(settings)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(night, range(4)))
    history = RegisterStore(settings.store("test")).history("p1", "attendance")
    assert [record.sequence for record in history] == list(range(1, len(history) + 1))
    ids = {record.delivery_id for record in history}
    rows_folder = settings.store("test") / "rows" / "attendance" / "partner=p1"
    assert {path.stem for path in rows_folder.glob("*.parquet")} == ids


def test_a_damaged_log_of_attempts_costs_no_night(home: Path, settings_for: SettingsFor) -> None:
    settings = settings_for(home)
    outcome(settings)
    (log,) = (settings.store("test") / "attempts" / "partner=p1").glob("*.parquet")
    log.write_bytes(b"PAR1 and then nothing")
    assert outcome(settings) == "unchanged"
    assert pyarrow.parquet.read_table(log, partitioning=None).column("outcome").to_pylist() == [
        "unchanged"
    ]


def test_what_is_forced_is_delivered_once_however_often_a_run_tries_again(
    home: Path, settings_for: SettingsFor
) -> None:
    settings = settings_for(home)
    assert [outcome(settings, force=True, run_id="tonight") for _ in range(3)] == [
        "delivered", "unchanged", "unchanged",
    ]  # fmt: skip


def test_a_file_that_cannot_be_read_keeps_the_last_good_one_in_force(
    home: Path, register_file: Path, settings_for: SettingsFor
) -> None:
    settings = settings_for(home)
    outcome(settings)
    register_file.write_bytes(b"<html><body>Please log in</body></html>")
    assert outcome(settings) == "unreadable"
    store = RegisterStore(settings.store("test"))
    in_force = store.in_force("p1", "attendance")
    assert in_force is not None
    assert in_force.sequence == 1
    assert (
        store.history("p1", "attendance")[-1].reason == f"could not be read: {register_file.name}"
    )


def test_an_empty_register_waits_for_confirmation(
    home: Path, register_file: Path, settings_for: SettingsFor
) -> None:
    settings = settings_for(home)
    outcome(settings)
    header, *_ = register_file.read_text().splitlines()
    register_file.write_text(header + "\n")
    assert outcome(settings) == "held"
    assert outcome(settings) == "held"
    assert outcome(settings, force=True) == "delivered"


def test_more_than_a_fifth_of_the_rows_gone_waits_for_confirmation(
    home: Path, register_file: Path, settings_for: SettingsFor, write_rows: WriteRows
) -> None:
    settings = settings_for(home)
    outcome(settings)
    write_rows(register_file, PEOPLE[:8])
    assert outcome(settings) == "delivered"
    write_rows(register_file, PEOPLE[:6])
    assert outcome(settings) == "held"
    store = RegisterStore(settings.store("test"))
    record = store.history("p1", "attendance")[-1]
    assert record.reason == "MASS_WITHDRAWAL"
    assert "W20" in {finding["code"] for finding in store.findings(record).to_pylist()}


def test_one_bad_row_does_not_cost_the_file(
    home: Path, register_file: Path, settings_for: SettingsFor, write_rows: WriteRows
) -> None:
    settings = settings_for(home)
    write_rows(register_file, [*PEOPLE[:9], PEOPLE[9] | {"session_date": "2023-02-31"}])
    outcome(settings)
    store = RegisterStore(settings.store("test"))
    record = store.in_force("p1", "attendance")
    assert record is not None
    assert (record.rows_read, record.rows_refused) == (10, 1)
    refused = [f for f in store.findings(record).to_pylist() if f["severity"] == "ERROR"]
    assert [(f["code"], f["cell"], f["value"]) for f in refused] == [("E02", "C11", "2023-02-31")]


def test_one_bad_file_does_not_cost_the_other_files_of_a_first_delivery(
    home: Path, register_file: Path, settings_for: SettingsFor
) -> None:
    settings = settings_for(home)
    register_file.with_name("attendance_2.csv").write_bytes(b"")
    assert outcome(settings) == "delivered"


def test_the_same_file_under_two_names_is_one_file(
    home: Path, register_file: Path, settings_for: SettingsFor
) -> None:
    settings = settings_for(home)
    shutil.copy(register_file, register_file.with_name("attendance (1).csv"))
    outcome(settings)
    record = RegisterStore(settings.store("test")).in_force("p1", "attendance")
    assert record is not None
    assert record.rows_read == 10


def test_no_personal_text_is_in_any_byte_of_the_store(
    home: Path, settings_for: SettingsFor
) -> None:
    settings = settings_for(home)
    outcome(settings)
    stored = b"".join(
        path.read_bytes() for path in (settings.data / "store").rglob("*") if path.is_file()
    )
    assert b"Cluster p1" in stored
    assert not any(
        text.encode() in stored for row in PEOPLE for text in (row["person_name"], row["email"])
    )


def test_an_unknown_partner_is_refused_with_the_known_ones(
    home: Path, settings_for: SettingsFor
) -> None:
    with pytest.raises(nightly.UnknownChoice, match=r"Unknown partner p9\. Known: p1"):
        nightly.plan(settings_for(home), partners=["p9"])


def test_an_exchange_completed_in_the_future_is_judged_again_when_its_day_has_come(
    make_consortium: MakeConsortium, settings_for: SettingsFor
) -> None:
    exchange = {
        "exchange_id": "X1", "vo_name": "Alfa", "vo_country": "PL", "vo_type": "sme",
        "ho_name": "Beta", "ho_country": "BE", "ho_type": "cluster", "vo_partnership": "test",
        "mode": "physical", "start_date": "2025-05-05", "end_date": "2025-05-08",
        "status": "completed",
    }  # fmt: skip
    home = make_consortium({"p1": {"exchanges": [exchange]}}, reporting_date="2025-05-01")
    settings = settings_for(home)
    outcome(settings)
    store = RegisterStore(settings.store("test"))
    before = store.in_force("p1", "exchanges")
    make_consortium({"p1": {"exchanges": [exchange]}}, reporting_date="2025-05-09")
    assert outcome(settings) == "delivered"
    after = store.in_force("p1", "exchanges")
    assert before is not None
    assert after is not None
    assert (before.rows_refused, after.rows_refused) == (1, 0)


def test_a_number_too_large_to_be_meant_costs_one_cell_and_no_register(
    make_consortium: MakeConsortium, settings_for: SettingsFor
) -> None:
    investment = {
        "investment_id": "I1", "sme": "Alfa", "sme_country": "PL",
        "investment_date": "2023-04-01", "kind": "in_kind", "project_link": "T1",
    }  # fmt: skip
    home = make_consortium(
        {"p1": {"sme_investments": [investment | {"amount": "1" + "0" * 40}, investment]}}
    )
    settings = settings_for(home)
    assert outcome(settings) == "delivered"
    record = RegisterStore(settings.store("test")).in_force("p1", "sme_investments")
    assert record is not None
    assert (record.rows_read, record.rows_refused) == (2, 1)


def test_a_file_that_is_gone_from_a_register_of_several_is_held_back(
    home: Path, register_file: Path, settings_for: SettingsFor, write_rows: WriteRows
) -> None:
    settings = settings_for(home)
    second = register_file.with_name("attendance_2.csv")
    write_rows(second, [PEOPLE[0] | {"record_id": "r99", "person_name": "Testa Druga"}])
    outcome(settings)
    second.unlink()
    assert outcome(settings) == "held"


def test_registers_that_share_a_pattern_are_read_night_after_night(
    make_consortium: MakeConsortium, settings_for: SettingsFor, write_rows: WriteRows
) -> None:
    training = {
        "training_id": "T1", "title": "Network analysis", "objective": "4a",
        "audience": "cluster_staff", "start_date": "2023-03-14", "end_date": "2023-03-14",
        "lead_partner": "p1", "status": "delivered",
    }  # fmt: skip
    home = make_consortium({"p1": {"attendance": PEOPLE, "trainings": [training]}})
    declared = home / "partners" / "p1.yml"
    text = declared.read_text()
    declared.write_text(
        text.replace("attendance*.csv", "'*.csv'").replace("trainings*.csv", "'*.csv'")
    )
    settings = settings_for(home)
    for rows in (PEOPLE, [*PEOPLE, PEOPLE[0] | {"record_id": "r77"}]):
        write_rows(home / "drives" / "p1" / "attendance.csv", rows)
        night = nightly.ingest(settings, nightly.plan(settings), "p1", no_connections, "night")[
            "registers"
        ]
        assert [register["outcome"] for register in night] == ["delivered", "delivered"]


def test_a_run_that_is_stopped_asks_no_partner_that_it_has_not_begun_with(
    make_consortium: MakeConsortium, settings_for: SettingsFor
) -> None:
    slow = [f"p{number}" for number in range(2, 32)]
    home = make_consortium({"p1": {"attendance": PEOPLE}} | {code: {} for code in slow})
    for code in slow:
        declared = home / "partners" / f"{code}.yml"
        partner = yaml.safe_load(declared.read_text(encoding="utf-8"))
        source = {"kind": "sftp", "conn_id": code, "files": {"include": ["*"]}}
        partner["registers"] = [{"name": "attendance", "source": source}]
        declared.write_text(yaml.safe_dump(partner), encoding="utf-8")
    settings = settings_for(home)
    asked: list[str] = []
    is_stopped = threading.Event()

    def lookup(conn_id: str) -> None:
        asked.append(conn_id)
        is_stopped.wait(20)

    run = nightly.ingest_all(settings, nightly.plan(settings), lookup, "night")
    partner, _ = next(run)
    assert partner == "p1"
    run.close()
    is_stopped.set()
    assert len(asked) <= 8


@pytest.mark.parametrize(
    ("hint", "words"),
    [
        ("columns: {Nazwisko: persn_name}", "'persn_name' is no column of this register"),
        ("words: {atended: {tak: 'yes'}}", "'atended' is no column of this register"),
        ("words: {attended: {tak: yess}}", "'yess' is none of yes, no, partial"),
    ],
)
def test_a_hint_that_names_nothing_is_refused_before_anything_runs(
    home: Path, settings_for: SettingsFor, hint: str, words: str
) -> None:
    declared = home / "partners" / "p1.yml"
    text = declared.read_text()
    declared.write_text(text.replace("- name: attendance", f"- {hint}\n  name: attendance"))
    with pytest.raises(DeclarationError, match=words):
        nightly.plan(settings_for(home))
