"""A consortium through the years: registers come in any order, are mended, lose rows, regain them.

At every step the warehouse that the product builds, on top of the one before it, has the same rows
as one that is built from nothing; what was closed stays; what was known stays answerable.

Where each invariant of kpis.md §2.7 is tested:

=====  ==================================================  =============================
I1     new units add up to the cumulative figure           test_one_night, here
I2     parts cover the total                               test_one_night, here
I3     order of rows, files, partners, sheets              test_rearranging, here
I4     the same rows twice                                 test_rearranging, here
I5     stricter policies count less                        test_one_night, here
I6     exchanges with SMEs are exchanges                   test_one_night, here
I7     a frozen value never changes, and is restated       here, nightly/test_closing
I8     no attendance counts for both KPIs                  test_one_night, here
I9     every unit has a place, every row one fate          test_one_night, here
I10    one organisation's SME status                       test_changing
I11    dropping the events of one partner                  test_changing
I12    another language                                    test_files, test_round_trip
I13    a row that comes back restores every value          test_changing, here
I14    no personal text anywhere                           test_files, here
=====  ==================================================  =============================

Belongs here: I7, I13 and what else needs several deliveries and a closed period.
Does not belong here: what one night shows (test_one_night.py).
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Final, NamedTuple

import pyarrow.parquet
import pytest
from hypothesis import given
from hypothesis import strategies as st

from eurocluster.deliveries import RegisterStore
from eurocluster.published import open_warehouse
from eurocluster.publishing import DATABASE
from eurocluster.releases import CannotClose, Releases
from eurocluster.warehouse import build_warehouse, declaration_tables
from tests.delivering import REPORTING_DATE, Registers, RowValues, deliver_register
from tests.properties.compiled_models import Row, Warehouse
from tests.properties.consortia import registers
from tests.properties.nights import NINE, a_night, everything_shown, tried
from tests.properties.pool import NAMES
from tests.properties.test_one_night import (
    every_audit_of_the_build_passes,
    every_counted_unit_has_a_place_and_every_row_one_fate,
    exchanges_with_smes_are_exchanges,
    new_units_of_all_periods_are_the_cumulative_figure,
    no_attendance_counts_for_cluster_staff_and_for_workers,
    parts_cover_the_total_and_exceed_it_only_by_shared_units,
    stricter_policies_never_count_more,
)

pytestmark = pytest.mark.slow

STEPS: Final = 4
COMPARED: Final = ("core", "kpis", "evidence", "quality", "releases")

Place = tuple[str, str]
Change = tuple[Place, tuple[RowValues, ...]]


class Moment(NamedTuple):
    """What was shown, and until when that was all that was known."""

    at: datetime
    shown: dict[str, list[Row]]


@tried(1)
@given(registers(), st.randoms(use_true_random=True))
def test_a_history_shows_at_every_step_what_a_build_from_nothing_shows(
    warehouse: Warehouse, drawn: Registers, random: Random
) -> None:
    closing = random.randrange(STEPS - 1)
    moments: list[Moment] = []
    with TemporaryDirectory() as folder:
        history = History(Path(folder), drawn, warehouse)
        for step, changes in enumerate(steps_of(drawn, random)):
            history.deliver(changes)
            history.build()
            for invariant in (
                every_audit_of_the_build_passes,
                new_units_of_all_periods_are_the_cumulative_figure,
                parts_cover_the_total_and_exceed_it_only_by_shared_units,
                stricter_policies_never_count_more,
                exchanges_with_smes_are_exchanges,
                no_attendance_counts_for_cluster_staff_and_for_workers,
                every_counted_unit_has_a_place_and_every_row_one_fate,
            ):
                invariant(warehouse)
            moments.append(Moment(datetime.now(UTC), everything_shown(warehouse)))
            history.what_was_closed_is_as_it_was_and_differs_by_its_restatement()
            if step == closing:
                history.close("RP1")
        assert not any(name.encode() in warehouse.text() for name in NAMES)
        for moment in moments[:-1]:
            assert history.known_at(moment.at) == moment.shown
    with a_night(warehouse, drawn):
        assert everything_shown(warehouse) == moments[-1].shown


def steps_of(drawn: Registers, random: Random) -> Iterator[Sequence[Change]]:
    """Yield what is delivered in each step; after the last one every register is as it was drawn.

    Until then registers come in any order, and those that have come are corrected, lose a row, get
    it back, or are sent again as they are.
    """
    late = list(drawn.sheets)
    random.shuffle(late)
    come: list[Place] = []
    for left in reversed(range(1, STEPS)):
        changes: list[Change] = []
        for _ in range(-(-len(late) // left)):
            place = late.pop()
            changes.append((place, changed(drawn.sheets[place][0], random)))
            come.append(place)
        again = random.sample(come, len(come) // 3)
        changes += [(place, changed(drawn.sheets[place][0], random)) for place in again]
        yield changes
    random.shuffle(come)
    yield [(place, drawn.sheets[place][0]) for place in come]


def changed(rows: tuple[RowValues, ...], random: Random) -> tuple[RowValues, ...]:
    """Return the rows as they are, without one, with one twice, or with a cell of another row."""
    if len(rows) < 2:
        return rows
    at, other = random.sample(range(len(rows)), 2)
    column = random.choice(sorted(set(rows[at]) & set(rows[other]) - {"marks"}))
    mended = {**rows[at], column: rows[other][column]}
    return random.choice(
        [
            rows,
            rows[:at] + rows[at + 1 :],
            (*rows, rows[at]),
            (*rows[:at], mended, *rows[at + 1 :]),
        ]
    )


class History:
    """A state folder with its store, its build and its closed periods."""

    def __init__(self, folder: Path, drawn: Registers, warehouse: Warehouse) -> None:
        (folder / "partners").mkdir()
        (folder / "project.yml").touch()
        self._consortium = replace(drawn.consortium, home=folder)
        self._warehouse = warehouse
        self._built = folder / "warehouse" / "build"
        self._beside = folder / "beside"
        self._releases = folder / "releases"
        self._store = RegisterStore(folder / "store")
        self._store.prepare()
        self._frozen: list[Row] = []
        declared = self._beside / "declared"
        declared.mkdir(parents=True)
        for name, table in declaration_tables(self._consortium, REPORTING_DATE).items():
            pyarrow.parquet.write_table(table, declared / f"{name}.parquet")

    def deliver(self, changes: Sequence[Change]) -> None:
        for (partner, register), rows in changes:
            deliver_register(self._consortium, self._store, partner, register, [rows])

    def build(self) -> None:
        """Build on top of the last build, and from nothing; both have the same rows."""
        built = build_warehouse(
            self._consortium, self._store.root, self._built, REPORTING_DATE, releases=self._releases
        )
        assert (built.broken_models, built.failed_tests) == ((), ())
        self._warehouse.build(self._store.root, self._beside, self._releases)
        assert self._warehouse.differences(self._built / DATABASE, COMPARED) == []

    def close(self, period: str) -> None:
        """Close a period, once, with the figures of the last build."""
        releases = Releases(self._releases)
        with open_warehouse(self._built / DATABASE) as connection:
            asked = (self._consortium, connection, "a publication", period, "Testa", REPORTING_DATE)
            releases.close(*asked)
            with pytest.raises(CannotClose, match="was closed on"):
                releases.close(*asked)
        self._frozen = self._warehouse.rows(
            "select kpi, period, measure, policy, value, numerator, denominator, target, state"
            " from kpis.kpi_values"
        )

    def what_was_closed_is_as_it_was_and_differs_by_its_restatement(self) -> None:
        """I7, in what the warehouse says of releases and in the releases themselves."""
        assert len(Releases(self._releases).all()) == bool(self._frozen)
        assert self._frozen == self._warehouse.rows(
            "select * exclude (release) from releases.frozen_values"
        )
        wrong = self._warehouse.rows(
            "select restated.kpi, restated.policy from releases.restatements as restated"
            " inner join kpis.kpi_values as today"
            " on restated.kpi = today.kpi and restated.closed_period = today.period"
            " and restated.policy is not distinct from today.policy"
            " and today.measure = 'cumulative'"
            " where frozen_value + restatement is distinct from today.value"
            # Shares and stocks are no sums of units.
            f" or (restated.{NINE} and restated.kpi <> '4a.O4'"
            " and frozen_value + units_gained - units_lost <> today.value)"
        )
        assert wrong == []

    def known_at(self, moment: datetime) -> dict[str, list[Row]]:
        """Return what is shown of what was known at a moment."""
        self._warehouse.build(self._store.root, self._beside, known_until=moment)
        return everything_shown(self._warehouse)
