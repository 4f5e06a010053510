"""Nights that are killed where it hurts most, or run at once; figures worked out by hand."""

import signal
from concurrent.futures import ThreadPoolExecutor

import duckdb
import pytest

from crash import state
from crash.points import WINDOWS, Moment
from crash.step import REFUSED
from crash.trial import Stage
from eurocluster.published import find_published
from eurocluster.publishing import read_journal

pytestmark = pytest.mark.slow

# Night 0: five of p1's six persons came, and one of p2's; X3 falls on Easter Monday (too short),
# X2 is cancelled. Night 1: A2 was there after all, A6 is new, A7 is a worker; X2 took place, X5 is
# gone, X7 is new.
FIRST = {"4a.M1": 6.0, "4a.O3": 4.0}
SECOND = {"4a.M1": 8.0, "4a.O3": 5.0}
# Night 2: A5 is gone; X5 is back, X8 is new.
THIRD = {"4a.M1": 7.0, "4a.O3": 7.0}


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Stage:
    return Stage(tmp_path_factory.mktemp("crash"))


def figures(stage: Stage) -> dict[str, float]:
    database = find_published(stage.settings(0)).database
    with duckdb.connect(str(database), read_only=True) as connection:
        return dict(
            connection.execute(
                "select kpi, value from kpis.kpi_values where kpi in ('4a.M1', '4a.O3')"
                " and period = 'all' and measure = 'cumulative'"
            ).fetchall()
        )


def kill(stage: Stage, night: int, window: str, nth: int = 1) -> None:
    moment = Moment(window, before=WINDOWS[window], nth=nth)
    assert stage.run("night", night, moment) == -signal.SIGKILL, stage.last_words()


def at_once(stage: Stage, *calls: tuple[str, int]) -> list[int]:
    """Run steps side by side in processes of their own; return their exit codes."""
    beside = [Stage(stage.folder / f"beside-{number}") for number in range(len(calls))]
    for each in beside:
        each.data = stage.data
    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(lambda each, call: each.run(*call), beside, calls))


def finished(stage: Stage, night: int) -> None:
    """Nothing is left over, and nothing contradicts itself."""
    found = state.everything(stage.settings(night))
    assert found["publications"] == night + 1
    assert len(found["returned"]) == 5
    assert [delivery[3] for delivery in found["deliveries"] if delivery[3] == "1"] == ["1"] * 5


def test_nights_that_are_killed_lose_nothing_count_nothing_twice_and_never_harm_readers(
    stage: Stage,
) -> None:
    kill(stage, 0, "record", 2)
    kill(stage, 0, "attempt", 3)
    kill(stage, 0, "returned", 1)
    with pytest.raises(RuntimeError, match="Nothing is published"):
        figures(stage)
    assert stage.run("night", 0) == 0, stage.last_words()
    finished(stage, 0)
    assert figures(stage) == FIRST

    kill(stage, 1, "findings")
    kill(stage, 1, "dbt")
    assert figures(stage) == FIRST
    kill(stage, 1, "journal")
    assert figures(stage) == SECOND
    assert len(read_journal(stage.data / "warehouse" / "published")) == 1
    assert stage.run("night", 1) == 0, stage.last_words()
    finished(stage, 1)
    assert figures(stage) == SECOND
    assert state.failed_audits(find_published(stage.settings(1)).database.parent) == []


def test_a_night_a_closing_and_a_scenario_at_once_wait_for_each_other(stage: Stage) -> None:
    broken_off = stage.data / "warehouse" / "aside" / "0123456789abcdef01234567"
    broken_off.mkdir(parents=True)
    night, closing, scenario = at_once(stage, ("night", 2), ("close", 2), ("scenario", 2))
    assert (night, scenario) == (0, 0)
    assert figures(stage) == THIRD
    # Whichever of both came first: what was delivered meanwhile is looked at before it is closed.
    closed = [release.period for release in state.releases(stage.settings(2))]
    assert closed == ([] if closing == REFUSED else ["RP1"])
    assert state.everything(stage.settings(2))["releases"] == closed
    (aside,) = broken_off.parent.glob("*/warehouse.duckdb")
    assert aside.parent.name != "build"
    assert not broken_off.exists()
