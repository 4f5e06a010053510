"""Two nights, killed six times where it hurts most; figures worked out by hand."""

import signal

import duckdb
import pytest

from crash import state
from crash.points import WINDOWS, Moment
from crash.trial import Stage
from eurocluster.published import find_published
from eurocluster.publishing import read_journal

pytestmark = pytest.mark.slow

# Night 0: five of p1's six persons came, and one of p2's; X3 falls on Easter Monday (too short),
# X2 is cancelled. Night 1: A2 was there after all, A6 is new, A7 is a worker; X2 took place, X5 is
# gone, X7 is new.
FIRST = {"4a.M1": 6.0, "4a.O3": 4.0}
SECOND = {"4a.M1": 8.0, "4a.O3": 5.0}


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


def finish(stage: Stage, night: int) -> None:
    """Run a night to its end; nothing may be left over or contradict itself."""
    assert stage.run("night", night) == 0, stage.last_words()
    found = state.everything(stage.settings(night))
    assert found["publications"] == night + 1
    assert len(found["returned"]) == 5


def test_nights_that_are_killed_lose_nothing_count_nothing_twice_and_never_harm_readers(
    stage: Stage,
) -> None:
    kill(stage, 0, "record", 2)
    kill(stage, 0, "attempt", 3)
    kill(stage, 0, "returned", 1)
    with pytest.raises(RuntimeError, match="Nothing is published"):
        figures(stage)
    finish(stage, 0)
    assert figures(stage) == FIRST

    kill(stage, 1, "findings")
    kill(stage, 1, "dbt")
    assert figures(stage) == FIRST
    kill(stage, 1, "journal")
    assert figures(stage) == SECOND
    assert len(read_journal(stage.data / "warehouse" / "published")) == 1
    finish(stage, 1)
    assert figures(stage) == SECOND
    assert state.failed_audits(find_published(stage.settings(1)).database.parent) == []
