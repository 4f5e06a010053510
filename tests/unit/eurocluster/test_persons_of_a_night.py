"""What a night does with persons: keys in the store, names in the vault only where it is wanted."""

import logging
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from typing import Any

import pyarrow.parquet
import pytest
from cryptography.fernet import Fernet

from eurocluster import nightly
from eurocluster.conforming.persons import email_key
from eurocluster.consortium.declarations import load_consortium
from eurocluster.deliveries import RegisterStore
from eurocluster.settings import Settings
from eurocluster.sources.connections import Credentials, Lookup, no_connections
from eurocluster.store_keys import WrongSecret
from eurocluster.vault import Person, open_vault

SECRET = b"a secret of the tests"
KEY = Fernet.generate_key().decode()
PERSON = {
    "record_id": "r1", "training_id": "T1", "session_date": "2023-03-14",
    "person_name": "Testa Przykładna", "email": "testa@p1.example", "employer_name": "Cluster p1",
    "employer_country": "PL", "person_category": "cluster_staff", "attended": "yes",
}  # fmt: skip
OFFICE = PERSON | {"record_id": "r2", "person_name": "Ktoś Inny", "email": "office@p1.example"}
NIGHTS = count()


def key_of_the_vault(conn_id: str) -> Credentials:
    return Credentials(conn_id, password=KEY)


def night(settings: Settings, lookup: Lookup = no_connections) -> list[str]:
    done = nightly.ingest(settings, nightly.plan(settings), "p1", lookup, f"n{next(NIGHTS)}")
    return [register["outcome"] for register in done["registers"]]


@pytest.fixture
def settings_with(make_consortium: Callable[..., Path], tmp_path: Path) -> Callable[..., Settings]:
    def made(**project: Any) -> Settings:
        home = make_consortium({"p1": {"attendance": [PERSON, OFFICE]}}, **project)
        return Settings(home, tmp_path / "data", SECRET)

    return made


@pytest.fixture
def warnings() -> Iterator[list[str]]:
    told: list[str] = []

    class Keeper(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            told.append(record.getMessage())

    keeper, logger = Keeper(logging.WARNING), logging.getLogger("eurocluster.ingesting")
    logger.addHandler(keeper)
    yield told
    logger.removeHandler(keeper)


def test_another_secret_is_refused_before_anything_is_written(
    settings_with: Callable[..., Settings],
) -> None:
    settings = settings_with()
    night(settings)
    another = Settings(settings.home, settings.data, b"another secret of the tests")
    before = written(settings.data)
    with pytest.raises(WrongSecret):
        night(another)
    with pytest.raises(WrongSecret):
        list(nightly.ingest_all(another, nightly.plan(another), no_connections, "another"))
    assert written(settings.data) == before


def test_a_secret_that_is_added_to_the_chain_changes_nothing_until_the_store_is_lifted(
    settings_with: Callable[..., Settings],
) -> None:
    settings = settings_with()
    night(settings)
    longer = Settings(settings.home, settings.data, SECRET + b"\nanother secret of the tests")
    assert night(longer) == ["unchanged"]


def test_the_vault_has_names_and_personal_addresses_of_a_delivery_and_the_store_its_keys(
    settings_with: Callable[..., Settings],
) -> None:
    settings = settings_with(vault=True)
    assert night(settings, key_of_the_vault) == ["delivered"]
    vault = open_vault(settings, load_consortium(settings.home).project, key_of_the_vault)
    assert vault is not None
    store = RegisterStore(settings.store("test"))
    (path,) = (store.root / "rows" / "attendance" / "partner=p1").glob("*.parquet")
    rows = pyarrow.parquet.read_table(path, partitioning=None)
    keys = {key for name in ("name_key", "email_key") for key in rows[name].to_pylist() if key}
    persons = {p for found in vault.persons(keys, SECRET).values() for p in found}
    assert persons == {Person("Testa Przykładna", "testa@p1.example"), Person("Ktoś Inny", None)}
    assert email_key(SECRET, "testa@p1.example") in keys


def test_a_vault_without_a_key_costs_no_night_and_is_told(
    settings_with: Callable[..., Settings], warnings: list[str]
) -> None:
    settings = settings_with(vault=True)
    assert night(settings) == ["delivered"]
    (told,) = warnings
    assert "no name is kept" in told
    assert "eurocluster_vault" in told
    assert not settings.vault("test").exists()


def test_a_vault_that_another_key_has_sealed_costs_no_night_and_is_told(
    settings_with: Callable[..., Settings], warnings: list[str]
) -> None:
    settings = settings_with(vault=True)
    settings.vault("test").mkdir(parents=True)
    (settings.vault("test") / "d1").write_bytes(Fernet(Fernet.generate_key()).encrypt(b"[]"))
    assert night(settings, key_of_the_vault) == ["delivered"]
    assert "another key" in warnings[0]


def test_no_vault_is_made_unless_the_project_wants_one(
    settings_with: Callable[..., Settings], warnings: list[str]
) -> None:
    settings = settings_with()
    night(settings, key_of_the_vault)
    assert not settings.vault("test").exists()
    assert warnings == []


def written(folder: Path) -> dict[Path, bytes]:
    """What lies below a folder, but for the lock that a night takes first."""
    return {p: p.read_bytes() for p in folder.rglob("*") if p.is_file() and p.suffix != ".lock"}
