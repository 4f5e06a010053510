"""What a build is a function of, as one hash: the same hash means the same warehouse.

Belongs here: build_id.
Does not belong here: building (warehouse), when it is built (nightly, asides).
"""

import hashlib
import json
from datetime import date, datetime
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
    from eurocluster.warehouse import DBT_PROJECT

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
    for path in sorted(DBT_PROJECT.rglob("*")):
        if path.suffix in (".sql", ".py", ".yml", ".csv"):
            digest.update(path.relative_to(DBT_PROJECT).as_posix().encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()[:24]
