"""A store is lifted as if its partners' files had been read with the longer chain of secrets."""

from collections.abc import Callable
from pathlib import Path

import pyarrow
import pyarrow.parquet
import pytest
from hypothesis import given
from hypothesis import strategies as st

from eurocluster import nightly
from eurocluster.conforming.persons import email_key, lift_key
from eurocluster.lifting import exchange, lift_store, lifter
from eurocluster.rotations import followed_decision, lifted_unit
from eurocluster.settings import Settings
from eurocluster.sources.connections import no_connections
from eurocluster.store_keys import settled

FIRST, SECOND, THIRD = (f"secret of the tests, no {n}".encode() for n in (1, 2, 3))
SEAT = {
    "training_id": "T1", "session_date": "2023-03-14", "employer_name": "Alfa Przykład",
    "employer_country": "PL", "person_category": "worker", "attended": "yes", "hours": "1.23456789",
}  # fmt: skip
ROWS = [
    SEAT | {"person_name": "Testa Przykładna", "email": "testa@p1.example"},
    SEAT | {"person_name": "Przykładna Testa", "completed": "yes"},
    SEAT | {"record_id": "r3", "person_name": "Ktoś Inny", "email": "biuro@p1.example"},
    SEAT | {"headcount": "12", "person_name": "", "employer_name": "Beta Przykład"},
]
KEYS = ("name_key", "email_key", "record_key", "content_hash")


@pytest.fixture
def read_with(make_consortium: Callable[..., Path], tmp_path: Path) -> Callable[..., Path]:
    """Reads the same files with a chain of secrets; returns the store."""
    home = make_consortium({"p1": {"attendance": ROWS}})

    def read(*chain: bytes) -> Path:
        settings = Settings(home, tmp_path / f"data-{len(chain)}", b"\n".join(chain))
        nightly.ingest(settings, nightly.plan(settings), "p1", no_connections, "night")
        return settings.store("test")

    return read


def rows_of(store: Path) -> pyarrow.Table:
    (path,) = (store / "rows" / "attendance" / "partner=p1").glob("*.parquet")
    return pyarrow.parquet.read_table(path, partitioning=None)


@pytest.mark.parametrize("chain", [(FIRST, SECOND), (FIRST, SECOND, THIRD)], ids=len)
def test_a_lifted_store_has_the_rows_that_reading_again_gives(
    read_with: Callable[..., Path], tmp_path: Path, chain: tuple[bytes, ...]
) -> None:
    store, again = read_with(FIRST), read_with(*chain)
    done = lift_store(store, tmp_path / "lifted", chain, 1)
    assert rows_of(tmp_path / "lifted").equals(rows_of(again))
    assert (done.rows, done.unlike) == (4, 0)
    assert len(done.record_keys) == 2, "an id of its own and a group without a person stay"
    changed = [name for name in KEYS if rows_of(store)[name].equals(rows_of(again)[name])]
    assert changed == []


def test_everything_else_is_the_same_file_and_the_old_store_is_not_touched(
    read_with: Callable[..., Path], tmp_path: Path
) -> None:
    store = read_with(FIRST)
    before = {path: path.read_bytes() for path in store.rglob("*") if path.is_file()}
    lift_store(store, tmp_path / "lifted", (FIRST, SECOND), 1)
    assert {path: path.read_bytes() for path in before} == before
    kept = {p.relative_to(store) for p in before if "rotated" not in p.parts}
    lifted = tmp_path / "lifted"
    assert {p.relative_to(lifted) for p in lifted.rglob("*") if p.is_file()} == kept
    other = {path for path in kept if not (lifted / path).samefile(store / path)}
    assert {path.parts[:2] for path in other} == {("rows", "attendance"), ("keys.json",)}
    assert settled(lifted, FIRST + b"\n" + SECOND).count(b"\n") == 1


def test_two_folders_take_each_others_place(tmp_path: Path) -> None:
    for name in ("one", "other"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "file").write_text(name)
    exchange(tmp_path / "one", tmp_path / "other")
    assert (tmp_path / "one" / "file").read_text() == "other"
    assert (tmp_path / "other" / "file").read_text() == "one"


def test_a_folder_that_is_not_there_is_not_exchanged(tmp_path: Path) -> None:
    (tmp_path / "one").mkdir()
    with pytest.raises(FileNotFoundError):
        exchange(tmp_path / "one", tmp_path / "other")
    assert (tmp_path / "one").exists()


uuids = st.uuids().map(str)


@given(uuids, st.lists(st.binary(min_size=16, max_size=20), min_size=1, max_size=3))
def test_a_key_is_lifted_by_one_secret_after_the_other(key: str, secrets: list[bytes]) -> None:
    expected = key
    for secret in secrets:
        expected = lift_key(secret, expected)
    assert lifter(secrets)(key) == expected


@given(uuids, uuids)
def test_a_decision_on_two_persons_is_one_on_the_same_two_after_a_rotation(
    one: str, other: str
) -> None:
    lift = lifter([SECOND])
    parts = sorted([f"email:{one}", f"name:{other}@vat:PL1"])
    now = sorted([f"email:{lift(one)}", f"name:{lift(other)}@vat:PL1"])
    assert followed_decision(" | ".join(parts), parts, lift, {}) == (" | ".join(now), tuple(now))


def test_a_decision_on_a_unit_or_a_row_names_it_by_its_present_key() -> None:
    key = email_key(FIRST, "testa@p1.example") or ""
    lift = lifter([SECOND])
    rows = {("attendance", "p1", "natural:abc"): "natural:def"}
    subject, parts = followed_decision(f"4a.M1 email:{key}", ["4a.M1", f"email:{key}"], lift, rows)
    assert (subject, parts) == (f"4a.M1 email:{lift(key)}", ("4a.M1", f"email:{lift(key)}"))
    row = "row p1 attendance natural:abc"
    assert followed_decision(row, [row], lift, rows)[1] == ("row p1 attendance natural:def",)
    plain = ("vat:PL1 | vat:PL2", ["vat:PL1", "vat:PL2"])
    assert followed_decision(*plain, lift, rows) == (plain[0], tuple(plain[1]))


def test_units_that_are_no_persons_by_an_address_are_left_as_they_are() -> None:
    for unit in ("id:X1", "email:office@p1.example", "name:0123456789abcdef"):
        assert lifted_unit(unit, lifter([SECOND])) == unit
