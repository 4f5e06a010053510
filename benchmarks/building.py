"""One build of the warehouse from a store that is there: what a child process does.

    python -m benchmarks.building WAY HOME DATA

Belongs here: the build as a night does it, and the limit.
Does not belong here: filling the store (delivering.py).
"""

import sys
from collections.abc import Callable
from pathlib import Path

from benchmarks.declared import CONSORTIUM
from benchmarks.delivering import SECRET
from benchmarks.measuring import finish


def ours(home: Path, data: Path) -> None:
    """One ``dbt build``: models with their contracts, and the tests that audit them."""
    from eurocluster import nightly
    from eurocluster.settings import Settings

    settings = Settings(home=home, data=data, secret=SECRET)
    built = nightly.build(settings)
    if built["broken_models"]:
        raise RuntimeError(f"Not built: {', '.join(built['broken_models'])}")
    finish(models=built["models"], tests=built["tests"])


def limit(_home: Path, data: Path) -> None:
    """DuckDB loads the store's rows into a table: nothing is joined and nothing is counted."""
    import duckdb

    path = data / "limit.duckdb"
    path.unlink(missing_ok=True)
    stored = data / "store" / CONSORTIUM / "rows" / "attendance" / "*" / "*.parquet"
    with duckdb.connect(str(path)) as connection:
        connection.execute("create table attendance as from read_parquet(?)", [str(stored)])
    finish()


WAYS: dict[str, Callable[[Path, Path], None]] = {"ours": ours, "limit": limit}

if __name__ == "__main__":
    WAYS[sys.argv[1]](Path(sys.argv[2]), Path(sys.argv[3]))
