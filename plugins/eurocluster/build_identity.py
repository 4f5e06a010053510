"""What a build is a function of, as one hash: the same hash means the same warehouse.

Belongs here: build_id.
Does not belong here: building (warehouse), when it is built (nightly, asides).
"""

import hashlib
import json
from datetime import date, datetime
from importlib.metadata import version
from pathlib import Path

from eurocluster.consortium.declarations import Consortium


def build_id(
    consortium: Consortium,
    store: Path,
    day: date,
    known_until: datetime | None = None,
    releases: Path | None = None,
    decisions: Path | None = None,
) -> str:
    """Return the hash of all that a build is a function of: deliveries, declarations, code.

    Args:
        consortium: With its declarations.
        store: Root of the register store.
        day: The day for which figures are stated.
        known_until: Only what had been received by then, None for everything.
        releases: Root of the closed periods; None when there are none.
        decisions: Root of the register of decisions; None when there are none.

    Raises:
        BrokenChain: A release or a decision is not what it was.
    """
    from eurocluster.deliveries import RegisterStore
    from eurocluster.releases import Releases
    from eurocluster.stewardship.decisions import Decisions
    from eurocluster.store_keys import fingerprints

    digest = hashlib.sha256()
    for delivery_id in RegisterStore(store).delivery_ids(known_until):
        digest.update(delivery_id.encode())
    # Rotated keys name persons otherwise: what is published says the present names.
    digest.update("".join(fingerprints(store)[1:]).encode())
    if releases is not None:
        digest.update(Releases(releases).head().encode())
    if decisions is not None:
        digest.update(Decisions(decisions).head(known_until).encode())
    declared = [
        consortium.project.model_dump(mode="json"),
        [p.model_dump(mode="json", exclude={"steward"}) for p in consortium.partners],
        day.isoformat(),
    ]
    digest.update(json.dumps(declared, sort_keys=True).encode())
    digest.update(_code_hash().encode())
    return digest.hexdigest()[:24]


def ground(
    consortium: Consortium,
    store: Path,
    releases: Path | None = None,
    decisions: Path | None = None,
) -> str:
    """Return the hash of all that a build is made from but for deliveries, releases and the day.

    Two builds on one ground say the same of the same deliveries, so the later one may begin with
    the rows of the earlier.
    """
    from eurocluster.stewardship.decisions import Decisions
    from eurocluster.store_keys import fingerprints

    made_from = [
        consortium.project.model_dump(mode="json", exclude={"reporting_date"}),
        [p.model_dump(mode="json", exclude={"steward"}) for p in consortium.partners],
        str(store),
        str(releases),
        Decisions(decisions).head() if decisions is not None else "",
        fingerprints(store),
        version("duckdb"),
        _code_hash(),
    ]
    return hashlib.sha256(json.dumps(made_from, sort_keys=True).encode()).hexdigest()


def _code_hash() -> str:
    """Return the hash of the dbt project: models, macros, seeds, tests."""
    from eurocluster.warehouse import DBT_PROJECT

    digest = hashlib.sha256()
    for path in sorted(DBT_PROJECT.rglob("*")):
        if path.suffix in (".sql", ".py", ".yml", ".csv"):
            digest.update(path.relative_to(DBT_PROJECT).as_posix().encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()
