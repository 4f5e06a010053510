"""Audit mode: for a limited time a coordinator sees who was counted; each look is written down.

Belongs here: who may look, for how long, the names of a KPI's units.
Does not belong here: keeping names (vault), files with names (audit_files), the screen (terminal/).
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection, text

from eurocluster.consortium.project import Project
from eurocluster.ledgers import Ledger
from eurocluster.person_rows import keyed_files
from eurocluster.settings import Settings
from eurocluster.vault import Person, SealedNames

LONGEST: Final = 480
"""Minutes for which a vault is open at most."""
_SHORTEST_REASON: Final = 10
_OF_PERSONS: Final = ("email:", "name:")
"""How a unit begins that is a person."""


class NotAllowed(ValueError):
    """Whoever asks may not look, or not any more; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Access:
    """Leave to look until a moment."""

    by: str
    why: str
    until: datetime


@dataclass(frozen=True, slots=True)
class LinkedUnit:
    """A counted person with the names under which partners reported them.

    Attributes:
        persons: None are there where the vault has none: it was switched on later, or the person
            was forgotten.
        places: File, sheet and cells of the rows that support the unit.
    """

    unit: str
    persons: tuple[Person, ...] = field(repr=False)
    places: tuple[str, ...]


def grant(
    settings: Settings, project: Project, by: str, why: str | None, minutes: int, now: datetime
) -> Access:
    """Return leave to look: a new one for a reason, else one that is still running.

    Args:
        settings: Of the installation.
        project: Names the coordinators.
        by: Who asks.
        why: The reason; None to go on with a leave that was given.
        minutes: For how long.
        now: The present moment (UTC).

    Raises:
        NotAllowed: Whoever asks is no coordinator, gives no reason, or their time is over.
    """
    if by not in project.coordinators:
        named = ", ".join(project.coordinators) or "nobody yet"
        raise NotAllowed(
            f"Only coordinators that project.yml names may see names: {named}. {by} is none."
        )
    if why is None:
        return _running(settings, by, now)
    if len(why.strip()) < _SHORTEST_REASON:
        raise NotAllowed("Say why in a few words that an auditor will understand, with --why.")
    if not 1 <= minutes <= LONGEST:
        raise NotAllowed(f"--minutes is from 1 to {LONGEST}.")
    return Access(by, why.strip(), now + timedelta(minutes=minutes))


def accesses(settings: Settings) -> list[dict[str, Any]]:
    """Return every look that was taken, oldest first.

    Raises:
        BrokenLedger: The list was changed.
    """
    return _ledger(settings).lines()


def relink(
    settings: Settings,
    code: str,
    published: Connection,
    vault: SealedNames,
    secret: bytes,
    access: Access,
    kpi: str,
    unit: str | None,
    now: datetime,
    way: str = "terminal",
) -> list[LinkedUnit]:
    """Return the counted persons of a KPI with their names; the look is written down before.

    Args:
        settings: Of the installation.
        code: Of the consortium.
        published: The published warehouse.
        vault: The open vault.
        secret: Chain of the store, one secret per line.
        access: Leave to look.
        kpi: Code of the KPI.
        unit: One unit only; None for all.
        now: The present moment (UTC).
        way: How the names are shown.

    Raises:
        NotAllowed: The KPI counts no persons, there is no such unit, or the time is over.
    """
    if access.until <= now:
        raise NotAllowed("The time is over; ask again with a reason (--why).")
    rows = _rows(published, kpi, unit)
    if not rows:
        asked = f"{kpi} counts no person {unit}." if unit else f"{kpi} has counted no person."
        raise NotAllowed(f"{asked} `eurocluster explain {kpi}` shows what it counts.")
    _ledger(settings).add(
        {
            "by": access.by, "why": access.why, "kpi": kpi, "unit": unit, "way": way,
            "until": access.until.isoformat(timespec="seconds"),
            "units": len({row["unit"] for row in rows}),
        },
        now,
    )  # fmt: skip
    keys = _keys_of(settings, code, rows)
    persons = vault.persons({key for found in keys.values() for key in found}, secret)
    return _linked(rows, keys, persons)


def _running(settings: Settings, by: str, now: datetime) -> Access:
    given = [line for line in accesses(settings) if line["by"] == by]
    if given:
        until = datetime.fromisoformat(given[-1]["until"])
        if until > now:
            return Access(by, given[-1]["why"], until)
        raise NotAllowed(
            f"The time of {by} was over at {until:%Y-%m-%d %H:%M} UTC; ask again with a reason"
            " (--why)."
        )
    raise NotAllowed("Say why the names are needed, with --why; it is written down.")


def _rows(published: Connection, kpi: str, unit: str | None) -> list[dict[str, Any]]:
    found = published.execute(
        text(
            "select unit, delivery_id, register, reported_by, file_sha256, file_name, sheet,"
            " row_number, cell_range from evidence.counted_units where kpi = :kpi"
            " and (unit = :unit or :unit is null) order by all"
        ),
        {"kpi": kpi, "unit": unit},
    ).mappings()
    return [dict(row) for row in found if row["unit"].startswith(_OF_PERSONS)]


_Place = tuple[str, str, str, int]


def _place(row: Mapping[str, Any]) -> _Place:
    return row["delivery_id"], row["file_sha256"], row["sheet"], row["row_number"]


def _keys_of(settings: Settings, code: str, rows: list[dict[str, Any]]) -> dict[_Place, set[str]]:
    """Return the keys of each row, its e-mail key where it has one."""
    wanted = {_place(row) for row in rows}
    deliveries = {row["delivery_id"] for row in rows}
    keys: dict[_Place, set[str]] = {}
    for file in keyed_files(settings.store(code)):
        if file.delivery_id not in deliveries:
            continue
        for row in file.read().to_pylist():
            place = _place({**row, "delivery_id": file.delivery_id})
            if place in wanted:
                keys[place] = {row[name] for name in ("name_key", "email_key") if row[name]}
    return keys


def _linked(
    rows: list[dict[str, Any]],
    keys: Mapping[_Place, set[str]],
    persons: Mapping[str, list[Person]],
) -> list[LinkedUnit]:
    """Return each unit with its persons.

    Whoever has both keys of a row is that person; a namesake has the name's key only.
    """
    by_unit: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        by_unit[row["unit"]].append(row)
    linked = []
    for unit, its in by_unit.items():
        sure: set[Person] = set()
        likely: set[Person] = set()
        for row in its:
            of_keys = [set(persons.get(key, ())) for key in keys.get(_place(row), ())]
            sure |= set.intersection(*of_keys) if len(of_keys) > 1 else set()
            likely |= set().union(*of_keys)
        found = sure or likely
        ordered = sorted(found, key=lambda person: (person.name or "", person.email or ""))
        places = {
            " ".join(filter(None, (row["file_name"], row["sheet"], row["cell_range"])))
            for row in its
        }
        linked.append(LinkedUnit(unit, tuple(ordered), tuple(sorted(places))))
    return linked


def _ledger(settings: Settings) -> Ledger:
    return Ledger(settings.logs / "accesses.jsonl")
