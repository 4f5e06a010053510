"""Names are kept sealed, found by the keys of the store, and forgotten for good."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cryptography.fernet import Fernet

from eurocluster.conforming.persons import email_key, lift_key, name_key
from eurocluster.consortium.declarations import load_consortium
from eurocluster.consortium.project import Project
from eurocluster.settings import Settings
from eurocluster.sources.connections import Credentials, no_connections
from eurocluster.vault import Person, SealedNames, VaultClosed, open_vault

SECRET = b"a secret of the tests"
ROTATED = SECRET + b"\n" + b"another of the tests"
KEY = Fernet.generate_key().decode()
TESTA = ("Testa Przykładna", "testa@p1.example")
MakeVault = Callable[..., SealedNames]


def keyed_by(password: str) -> Callable[[str], Credentials]:
    return lambda conn_id: Credentials(conn_id, password=password)


@pytest.fixture
def project(make_consortium: Callable[..., Path]) -> Project:
    return load_consortium(make_consortium({"p1": {}}, vault=True)).project


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(tmp_path / "home", tmp_path / "data")


@pytest.fixture
def make_vault(settings: Settings, project: Project) -> MakeVault:
    def opened(password: str = KEY) -> SealedNames:
        vault = open_vault(settings, project, keyed_by(password))
        assert vault is not None
        return vault

    return opened


def found(vault: SealedNames, key: str | None, secret: bytes = SECRET) -> list[Person]:
    assert key is not None
    return vault.persons({key}, secret).get(key, [])


def test_a_person_is_found_by_the_key_of_the_name_and_by_that_of_the_address(
    make_vault: MakeVault,
) -> None:
    make_vault().keep("d1", [TESTA, ("Ktoś Inny", None)], SECRET)
    vault = make_vault()
    for key in (name_key(SECRET, "PRZYKŁADNA Testa"), email_key(SECRET, "TESTA@p1.example")):
        assert found(vault, key) == [Person(*TESTA)]


def test_a_person_is_found_by_the_key_of_a_rotated_store(make_vault: MakeVault) -> None:
    vault = make_vault()
    vault.keep("d1", [TESTA], SECRET)
    before = email_key(SECRET, "testa@p1.example")
    assert before is not None
    assert found(vault, lift_key(b"another of the tests", before), ROTATED) == [Person(*TESTA)]


def test_who_is_kept_already_is_kept_once(make_vault: MakeVault, settings: Settings) -> None:
    vault = make_vault()
    assert [vault.keep(label, [TESTA], SECRET) for label in ("d1", "d1", "d2")] == [1, 0, 0]
    assert vault.keep("d1", [("Ktoś Inny", None)], SECRET) == 1
    assert found(vault, name_key(SECRET, TESTA[0])) == [Person(*TESTA)]


def test_nothing_of_it_can_be_read_without_the_key_and_nobody_else_may_try(
    make_vault: MakeVault, settings: Settings
) -> None:
    make_vault().keep("d1", [TESTA], SECRET)
    (file,) = settings.vault("test").glob("[!.]*")
    assert b"Testa" not in file.read_bytes()
    assert file.stat().st_mode & 0o777 == 0o600
    assert settings.vault("test").stat().st_mode & 0o777 == 0o700
    assert "Testa" not in repr(Person(*TESTA))


def test_a_name_with_a_national_number_in_it_is_not_kept(make_vault: MakeVault) -> None:
    assert make_vault().keep("d1", [("Testa 44051401359", None)], SECRET) == 0


def test_a_person_who_is_forgotten_is_not_kept_again_but_a_namesake_is(
    make_vault: MakeVault,
) -> None:
    namesake = (TESTA[0], "other.testa@p2.example")
    vault = make_vault()
    vault.keep("d1", [TESTA, namesake, (TESTA[0], None), ("Ktoś Inny", None)], SECRET)
    assert vault.forget(Person(*TESTA), SECRET) == 2
    assert vault.keep("d2", [TESTA, (TESTA[0], None)], ROTATED) == 0
    assert found(vault, name_key(SECRET, TESTA[0])) == [Person(*namesake)]


def test_the_key_of_the_vault_is_rotated_by_a_new_one_before_the_old(
    make_vault: MakeVault,
) -> None:
    make_vault().keep("d1", [TESTA], SECRET)
    new = Fernet.generate_key().decode()
    both = make_vault(f"{new} {KEY}")
    both.keep("d2", [("Ktoś Inny", None)], SECRET)
    assert found(both, name_key(SECRET, TESTA[0]))
    with pytest.raises(VaultClosed, match="another key"):
        make_vault(new).persons(set(), SECRET)


def test_without_a_key_the_vault_says_how_to_add_one(settings: Settings, project: Project) -> None:
    with pytest.raises(VaultClosed, match="airflow connections add eurocluster_vault"):
        open_vault(settings, project, no_connections)
    with pytest.raises(VaultClosed, match="is no key of a vault"):
        open_vault(settings, project, keyed_by("a password"))


def test_there_is_no_vault_unless_the_project_wants_one(
    settings: Settings, project: Project
) -> None:
    without: Any = project.model_copy(update={"vault": False})
    assert open_vault(settings, without, keyed_by(KEY)) is None
