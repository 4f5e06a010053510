"""What the properties share: how often they are tried, one night of a consortium, its figures.

Belongs here: settings of hypothesis, building a generated consortium, reading what it shows.
Does not belong here: the properties (test_*.py).
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final, NamedTuple

from hypothesis import HealthCheck, Phase, settings

from eurocluster.deliveries import RegisterStore
from tests.delivering import Registers, deliver
from tests.properties.compiled_models import Row, Warehouse

TIMES = int(os.environ.get("NIGHTS", "1"))
"""Times the usual number of consortia; NIGHTS=10 looks longer, at other ones each time."""


def tried(examples: int) -> settings:
    """Return how a property is tried: the same consortia in every usual run.

    One example costs a second or two, so there are few of them and none is shrunk.
    """
    return settings(
        derandomize="NIGHTS" not in os.environ,
        database=None,
        deadline=None,
        max_examples=examples * TIMES,
        phases=[Phase.generate],
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )


NINE: Final = "kpi in (select kpis.kpi from reference.kpis as kpis where kpis.parent is null)"


class Place(NamedTuple):
    """Which figure: policy is None where SME status plays no part."""

    kpi: str
    period: str
    measure: str
    policy: str | None


@contextmanager
def a_night(warehouse: Warehouse, registers: Registers) -> Iterator[tuple[RegisterStore, Path]]:
    """Deliver every register and build; the store stays until the block ends."""
    with TemporaryDirectory() as folder:
        store = deliver(registers, Path(folder))
        warehouse.build(store.root, Path(folder) / "build")
        yield store, Path(folder) / "build"


def run(warehouse: Warehouse, registers: Registers) -> None:
    """Build the warehouse of one consortium and forget its store."""
    with a_night(warehouse, registers):
        pass


def counts(warehouse: Warehouse, condition: str = "true") -> dict[Place, Decimal]:
    """Return the count of every figure: the numerator of a share, 0 where there is none.

    Counts of hours and of euros have parts; what stands in a double is read as it is written.
    """
    found = warehouse.rows(
        "select kpi, period, measure, policy, coalesce(numerator, value, 0)"
        f" from kpis.kpi_values where {condition}"
    )
    return {Place(*row[:4]): Decimal(str(row[4])) for row in found}


def everything_shown(warehouse: Warehouse) -> dict[str, list[Row]]:
    """Return all that readers see and that must not depend on how the rows came."""
    return {
        "figures": warehouse.rows(
            "select kpi, period, measure, policy, value, numerator, denominator, target, state"
            " from kpis.kpi_values"
        ),
        "units": warehouse.rows(
            "select distinct kpi, policy, unit, counted_on, period from evidence.counted_units"
        ),
        "actions": warehouse.rows(
            "select code, state, unit_count, first_date, last_date, partners from kpis.actions"
        ),
        "deliverables": warehouse.rows("select code, is_evidence_ready from kpis.deliverables"),
        "breakdowns": warehouse.rows(
            "select kpi, policy, breakdown, part, units, shown, total, overlap"
            " from kpis.kpi_breakdowns"
        ),
        "organisations": warehouse.rows(
            "select org_key, name, country, org_type, partner from core.dim_organisations"
        ),
    }
