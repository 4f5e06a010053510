"""The rule that compares a delivery with the one before it (W20).

Belongs here: two deliveries of one register, one after the other.
Does not belong here: what one file says alone (test_rules_of_a_file.py).
"""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pytest

from eurocluster import nightly
from eurocluster.deliveries import RegisterStore
from eurocluster.settings import Settings
from eurocluster.sources.connections import no_connections
from tests.rules.catalogue import GOOD

Rows = Sequence[Mapping[str, object]]
ROWS: Rows = [GOOD["attendance"] | {"record_id": f"A{number}"} for number in range(10)]


@pytest.mark.parametrize(("left", "is_told"), [(8, False), (7, True)])
def test_only_more_than_a_fifth_of_the_rows_gone_is_told(
    make_consortium: Callable[..., Path],
    settings_for: Callable[[Path], Settings],
    write_rows: Callable[[Path, Rows], None],
    left: int,
    is_told: bool,
) -> None:
    home = make_consortium({"p1": {"attendance": ROWS}})
    settings = settings_for(home)
    nightly.ingest(settings, nightly.plan(settings, partners=["p1"]), "p1", no_connections, "night")
    write_rows(home / "drives" / "p1" / "attendance.csv", ROWS[:left])
    nightly.ingest(settings, nightly.plan(settings, partners=["p1"]), "p1", no_connections, "night")
    store = RegisterStore(settings.store("test"))
    record = store.history("p1", "attendance")[-1]
    told = {found["code"] for found in store.findings(record).to_pylist()}
    assert ("W20" in told) == is_told
