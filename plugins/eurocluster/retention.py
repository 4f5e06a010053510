"""How long a partner's file is kept as it was sent, and what rests on it.

An auditor has to see the file behind a figure; nobody needs the one before last. So a file stays

- as long as it is in force, waits to be decided on, or is named by a closed period, and then until
  ``evidence_until`` of ``project.yml`` (for good without one);
- else ``retention_days`` from the day on which the last delivery of it was superseded.

Belongs here: files of the landing zone, until when each stays.
Does not belong here: removing them (housekeeping), who asks (forgetting).
"""

import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Final, Literal

from eurocluster.consortium.declarations import Consortium
from eurocluster.deliveries import RegisterStore
from eurocluster.delivery_sets import DeliveryRecord
from eurocluster.landing import landed_files
from eurocluster.releases import MANIFEST, Releases
from eurocluster.settings import Settings

Rests = Literal["in force", "waiting", "closed period", "other consortium", "nothing"]

_GOES_FIRST: Final[tuple[Rests, ...]] = ("other consortium", "in force", "waiting", "closed period")
"""What is told of a file on which several things rest."""


@dataclass(frozen=True, slots=True)
class KeptFile:
    """A file of the landing zone and until when it stays.

    Attributes:
        names: (partner, register, the partner's name for it) of every delivery of it.
        rests: What rests on it.
        until: Last day on which it stays; None as long as that rests on it.
    """

    sha256: str
    path: Path
    names: tuple[tuple[str, str, str], ...]
    rests: Rests
    until: date | None


def kept_files(settings: Settings, consortium: Consortium) -> list[KeptFile]:
    """Return every landed file, by hash."""
    code = consortium.project.code
    names: dict[str, set[tuple[str, str, str]]] = defaultdict(set)
    rests: dict[str, set[Rests]] = defaultdict(set)
    since: dict[str, datetime] = {}
    for past in _histories(settings.store(code)):
        for record, superseded_at, kind in _told(past):
            for name, sha256 in zip(record.file_names, record.file_hashes, strict=True):
                names[sha256].add((record.reported_by, record.register, name))
                rests[sha256].add(kind)
                since[sha256] = max(superseded_at, since.get(sha256, superseded_at))
    for sha256 in _of_closed_periods(settings.releases(code)):
        rests[sha256].add("closed period")
    for store in settings.store(code).parent.glob("[!.]*"):
        if store.name != code:
            for past in _histories(store):
                for record in past:
                    for sha256 in record.file_hashes:
                        rests[sha256].add("other consortium")
    kept = []
    for path in landed_files(settings.landing):
        sha256 = path.name
        kind = next((each for each in _GOES_FIRST if each in rests[sha256]), "nothing")
        landed_at = datetime.fromtimestamp(path.stat().st_mtime, UTC)
        last = max(landed_at, since.get(sha256, landed_at)).date()
        until = _until(kind, last, consortium)
        kept.append(KeptFile(sha256, path, tuple(sorted(names[sha256])), kind, until))
    return kept


def _until(kind: Rests, last: date, consortium: Consortium) -> date | None:
    project = consortium.project
    ends = last + timedelta(days=project.retention_days)
    if kind == "nothing":
        return ends
    if kind == "other consortium" or project.evidence_until is None:
        return None
    return max(ends, project.evidence_until)


def _histories(store: Path) -> Iterator[list[DeliveryRecord]]:
    """Yield the deliveries of each register of each partner, also of those that have left."""
    found = {
        (path.parent.name.removeprefix("partner="), path.stem.rpartition("-")[0])
        for path in (store / "deliveries").glob("partner=*/*-*.parquet")
    }
    for partner, register in sorted(found):
        yield RegisterStore(store).history(partner, register)


def _told(past: list[DeliveryRecord]) -> Iterator[tuple[DeliveryRecord, datetime, Rests]]:
    """Yield each delivery, when it was last of use, and whether it still is."""
    accepted = [record for record in past if record.state == "accepted"]
    for record in past:
        later = [other for other in accepted if other.sequence > record.sequence]
        if later:
            yield record, later[0].received_at, "nothing"
        elif record.state == "accepted":
            yield record, record.received_at, "in force"
        else:
            is_newest = record.sequence == past[-1].sequence or record.state == "held"
            yield record, record.received_at, "waiting" if is_newest else "nothing"


def _of_closed_periods(releases: Path) -> Iterator[str]:
    for release in Releases(releases).all():
        told = json.loads((release.folder / MANIFEST).read_text(encoding="utf-8"))
        for delivery in told["deliveries"]:
            yield from delivery["file_hashes"]
