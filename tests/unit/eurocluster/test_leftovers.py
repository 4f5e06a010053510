"""What a night that was killed has left is cleared, and nothing else."""

from pathlib import Path

import pytest

from eurocluster.deliveries import RegisterStore
from eurocluster.delivery_sets import DeliveryRecord
from eurocluster.leftovers import clear_partner
from eurocluster.settings import Settings
from tests.delivering import deliver_register
from tests.properties.pool import consortium

TRAINING = {"training_id": "T1", "title": "Training", "objective": "4a", "status": "delivered"}
LEFT = (
    "store/invented/rows/trainings/partner=p1/0123456789abcdef0123456789abcdef.parquet",
    "store/invented/findings/partner=p1/trainings-0123456789abcdef0123456789abcdef.parquet",
    "store/invented/rows/attendance/partner=p1/.0123.parquet.4711",
    "store/invented/findings/partner=p1/.attendance-0123.parquet.4711",
    "store/invented/deliveries/partner=p1/.attendance-000001.parquet.4711",
    "landing/seen/invented/.p1.json.4711",
    "feedback/p1/.part-abc.xlsx",
)
OTHERS = (
    "store/invented/rows/trainings/partner=p2/.0123.parquet.4711",
    "landing/seen/invented/.p2.json.4711",
    "landing/.part-abc",
    "feedback/p2/.part-abc.xlsx",
    "feedback/p1/trainings.csv (result).xlsx",
)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(tmp_path, tmp_path / "data")


def delivered(settings: Settings) -> tuple[RegisterStore, list[DeliveryRecord]]:
    store = RegisterStore(settings.store("invented"))
    store.prepare()
    records = [
        deliver_register(consortium(), store, partner, "trainings", [[TRAINING]])
        for partner in ("p1", "p1", "p2")
    ]
    return store, records


def put(data: Path, *names: str) -> None:
    for name in names:
        (data / name).parent.mkdir(parents=True, exist_ok=True)
        (data / name).write_bytes(b"half")


def files(data: Path) -> set[str]:
    return {path.relative_to(data).as_posix() for path in data.rglob("*") if path.is_file()}


def test_what_nobody_knows_of_is_cleared_and_every_delivery_stays(settings: Settings) -> None:
    store, records = delivered(settings)
    before = files(settings.data)
    put(settings.data, *LEFT, *OTHERS)
    clear_partner(settings, "invented", "p1")
    assert files(settings.data) == before | set(OTHERS)
    assert [store.in_force(code, "trainings") for code in ("p1", "p2")] == records[1:]


def test_where_there_is_nothing_nothing_is_cleared(settings: Settings) -> None:
    clear_partner(settings, "invented", "p1")
    assert not settings.data.exists()
