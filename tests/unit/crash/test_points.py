"""Moments of a step at which it is killed."""

import re
from random import Random

from crash.points import WINDOWS, draw, phase_of

OPERATIONS = (
    "open store/crash/locks/p1.lock",
    "rename landing/seen/crash/p1.json",
    "link store/crash/deliveries/partner=p1/attendance-000001.parquet",
    "rename feedback/p1/attendance.csv (result).xlsx",
    "shutil.rmtree warehouse/build",
    "start dbt",
    "rename warehouse/published/current",
    "open warehouse/published/journal.jsonl",
    "rename releases/crash/0001-RP1",
)


def test_the_same_seed_kills_at_the_same_moments() -> None:
    first, second = ([draw(Random(n), 12, OPERATIONS) for n in range(50)] for _ in range(2))
    assert first == second
    assert len(set(first)) > 30


def test_a_moment_before_a_write_is_one_that_the_step_comes_to() -> None:
    for number in range(200):
        moment = draw(Random(number), 12, OPERATIONS)
        if moment.before is None:
            assert moment.seconds is not None
            assert 0 < moment.seconds <= 12
        else:
            assert sum(bool(re.search(moment.before, each)) for each in OPERATIONS) >= moment.nth


def test_only_windows_that_were_asked_for_are_drawn() -> None:
    drawn = {draw(Random(n), 12, OPERATIONS, ("journal", "record")).before for n in range(30)}
    assert drawn == {WINDOWS["journal"], WINDOWS["record"]}


def test_every_write_belongs_to_a_phase() -> None:
    assert [phase_of(operation) for operation in OPERATIONS] == [
        "ingest", "fetch", "ingest", "give back", "build", "dbt", "publish", "publish", "close",
    ]  # fmt: skip
