"""One build of the warehouse from a store that is there, and what readers ask of it, in a child.

    python -m benchmarks.building WAY HOME DATA

Belongs here: the build and the publication as a night does them, the queries, and the limit.
Does not belong here: filling the store (delivering.py, stored.py).
"""

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks.declared import CONSORTIUM
from benchmarks.delivering import SECRET
from benchmarks.measuring import finish

_BUILT = "built.json"
_TRIES = 5


def ours(home: Path, data: Path) -> None:
    """One ``dbt build``: models with their contracts, and the tests that audit them."""
    from eurocluster import nightly
    from eurocluster.settings import Settings

    settings = Settings(home=home, data=data, secret=SECRET)
    built = nightly.build(settings)
    nightly.audit(settings, built)
    (data / _BUILT).write_text(json.dumps(built))
    finish(models=built["models"], tests=built["tests"])


def publish(home: Path, data: Path) -> None:
    """Publish what was built last; say how long it took and how large it is."""
    from eurocluster import nightly
    from eurocluster.settings import Settings

    built = json.loads((data / _BUILT).read_text())
    started = time.monotonic()
    published = nightly.publish(Settings(home=home, data=data, secret=SECRET), built)
    seconds = time.monotonic() - started
    finish(seconds=seconds, megabytes=Path(published["path"]).stat().st_size / 1e6)


def queries(_home: Path, data: Path) -> None:
    """Ask the published warehouse what a coordinator asks; say the milliseconds of each."""
    import duckdb

    path = (data / "warehouse" / "published" / "current" / "warehouse.duckdb").resolve()
    with duckdb.connect(str(path), read_only=True) as connection:
        (unit,) = connection.execute(
            "select min(unit) from evidence.counted_units where kpi = '4b.O3'"
        ).fetchall()[0]
        asked = {
            "scoreboard": "select * from kpis.kpi_scoreboard",
            "completeness": "select * from quality.completeness",
            "deliveries": "select * from quality.deliveries",
            "evidence of a unit": (
                "select * from evidence.counted_units where kpi = '4b.O3' and unit = $unit"
            ),
            "fates of a unit": (
                "select * from evidence.row_fates where kpi = '4b.O3' and unit = $unit"
            ),
            "fates of a KPI": "select fate, count(*) from evidence.row_fates where kpi = '4b.O3'"
            " group by fate",
        }
        taken = {}
        for name, query in asked.items():
            tries = []
            for _ in range(_TRIES):
                started = time.monotonic()
                connection.execute(query, {"unit": unit} if "$unit" in query else {}).fetchall()
                tries.append(1000 * (time.monotonic() - started))
            taken[name] = min(tries)
    finish(**taken)


def limit(_home: Path, data: Path) -> None:
    """DuckDB loads the store's rows into a table: nothing is joined and nothing is counted."""
    import duckdb

    path = data / "limit.duckdb"
    path.unlink(missing_ok=True)
    stored = data / "store" / CONSORTIUM / "rows" / "attendance" / "*" / "*.parquet"
    with duckdb.connect(str(path)) as connection:
        connection.execute("create table attendance as from read_parquet(?)", [str(stored)])
    finish()


WAYS: dict[str, Callable[[Path, Path], None]] = {
    "ours": ours,
    "publish": publish,
    "queries": queries,
    "limit": limit,
}

if __name__ == "__main__":
    WAYS[sys.argv[1]](Path(sys.argv[2]), Path(sys.argv[3]))
