"""Files with names in them that an audit has asked for; each is there for a limited time.

``audits/<until>-<kpi>-<random>.csv`` of the state folder, for its owner alone. A file goes with the
first night, look-up or housekeeping after its time.

Belongs here: writing such a file, which are over, removing them.
Does not belong here: who may have one (relinking).
"""

import csv
import hashlib
import os
import secrets
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from eurocluster.ledgers import removed_ledger
from eurocluster.settings import Settings

_UNTIL: Final = "%Y%m%dT%H%M%SZ"


def write(
    settings: Settings, kpi: str, rows: Iterable[Sequence[str]], until: datetime, now: datetime
) -> Path:
    """Write rows as CSV, readable by their owner alone; return where.

    Args:
        settings: Of the installation.
        kpi: Code of the KPI that is audited.
        rows: The first are the headers.
        until: When its time is over (UTC).
        now: The present moment.
    """
    remove_expired(settings, now)
    settings.audits.mkdir(mode=0o700, parents=True, exist_ok=True)
    name = f"{until.astimezone(UTC):{_UNTIL}}-{kpi}-{secrets.token_hex(4)}.csv"
    path = settings.audits / name
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8-sig", newline="") as sink:
        csv.writer(sink).writerows(rows)
    return path


def expired(settings: Settings, now: datetime) -> list[Path]:
    """Return the files whose time is over; what is not named by us has no time."""
    found = []
    for path in sorted(settings.audits.glob("*.csv")):
        try:
            until = datetime.strptime(path.name.partition("-")[0], _UNTIL).replace(tzinfo=UTC)
        except ValueError:
            continue
        if until <= now:
            found.append(path)
    return found


def remove_expired(settings: Settings, now: datetime) -> None:
    """Remove the files whose time is over, and write it down."""
    for path in expired(settings, now):
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        told = {"what": "file of an audit", "of": "", "sha256": digest, "why": "its time is over"}
        removed_ledger(settings).add(told, now)
        path.unlink(missing_ok=True)
