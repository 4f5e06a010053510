"""Another secret for the keys of persons, without reading a partner's file or changing a figure.

Secrets form a chain: a key is the keyed hash of the key that the chain before it makes. So a store
is lifted by hashing what it has. The lifted store is written beside the old one, a warehouse is
built from each, everything they say is compared, and only when all of it is equal the new store
takes the old one's place, in one step. A process that is killed leaves the old store or the new
one, each with the secrets that it needs; the next call goes on, or clears.

Belongs here: the order of a rotation, what has to be equal.
Does not belong here: writing the lifted store (lifting), where secrets are kept (settings).
"""

import hashlib
import os
import secrets
import shutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

import pyarrow.parquet
from sqlalchemy import Connection, text

from eurocluster import nightly
from eurocluster.asides import Question, build_aside
from eurocluster.build_identity import build_id
from eurocluster.consortium.declarations import Consortium, load_consortium
from eurocluster.ledgers import removed_ledger
from eurocluster.lifting import Lifted, exchange, lift_store, lifter
from eurocluster.nightly import no_night, only_builder, reporting_date
from eurocluster.published import find_published, open_warehouse
from eurocluster.publishing import DATABASE
from eurocluster.releases import Releases
from eurocluster.rotations import (
    Rotated,
    RowName,
    followed_decision,
    lifted_unit,
    read_rotated,
    write_rotated,
)
from eurocluster.settings import Settings, keep_secret
from eurocluster.stewardship.decisions import Decisions
from eurocluster.store_keys import fingerprints, settled
from eurocluster.warehouse import build_warehouse

_TRIES: Final = 3
"""Builds after which units of closed periods are followed, or cannot be."""

_FIGURES: Final = {
    "figures": "from kpis.kpi_values",
    "parts": "from kpis.kpi_breakdowns",
    "states": "from kpis.kpi_scoreboard",
    "actions": "from kpis.actions",
    "deliverables": "from kpis.deliverables",
    "restatements": "from releases.restatements",
    "restated units": """
        exclude (unit, record_key) from releases.restated_units
    """,
    "fates": """
        from (select kpi, register, fate, count(*) as rows from evidence.row_fates group by all)
    """,
    "units": """
        exclude (unit) from (
            select kpi, policy, unit, counted_on, list(distinct row_id order by row_id) as rows
            from evidence.counted_units group by all
        )
    """,
}
"""What is compared → what follows ``select *``. Names of persons' units differ, nothing else."""


class NotRotated(RuntimeError):
    """Nothing was changed; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Rotation:
    """What was done.

    Attributes:
        secrets: How many secrets the store's keys are made with now.
        rows: Rows whose keys were lifted; None when a rotation of before was brought to its end.
        compared: How many lines of figures and evidence were compared.
        unlike: Rows whose content hash could not be made again from what the store keeps.
        publication_id: Of the publication that readers have now.
    """

    secrets: int
    rows: int | None
    compared: int
    unlike: int
    publication_id: str


def rotate(settings: Settings, *, is_kept: bool) -> Rotation:
    """Lift a consortium's store by the secrets that its chain has beyond it.

    Args:
        settings: With the secret: the whole chain.
        is_kept: Whether the secret is the state folder's file: then a new one is added to it
            where there is none to be lifted by.

    Raises:
        NotRotated: There is no new secret, or something would not be equal.
        WrongSecret: The chain is not that of the store.
        AuditFailed: A warehouse cannot be built.
    """
    consortium = load_consortium(settings.home)
    store = settings.store(consortium.project.code)
    beside = store.with_name(f".{store.name}.rotation")
    folder = settings.warehouse / "rotation"
    done: Lifted | None = None
    compared = 0
    built: dict[str, Any] | None = None
    try:
        with no_night(settings, consortium), only_builder(settings.warehouse):
            is_done = _clear(store, beside)
            chain = _chain(settings, store, is_kept=is_kept and not is_done)
            if not is_done and len(chain) == len(fingerprints(store)):
                raise NotRotated(_what_to_add())
            if not is_done:
                aside = _Aside(settings, consortium, store, beside, folder / "build")
                done, compared, built = _lifted(aside, chain)
        publication_id = _published(settings, consortium, built)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    told = {"what": "keys of persons", "of": consortium.project.code, "sha256": ""}
    removed_ledger(settings).add(told | {"why": "lifted by a new secret"})
    return Rotation(
        secrets=len(fingerprints(store)),
        rows=done.rows if done else None,
        compared=compared,
        unlike=done.unlike if done else 0,
        publication_id=publication_id,
    )


def _published(settings: Settings, consortium: Consortium, built: dict[str, Any] | None) -> str:
    """Publish the warehouse of the lifted store, built now unless it is; return its id."""
    if built is not None:
        return str(nightly.publish(settings, built)["publication_id"])
    code = consortium.project.code
    identity = build_id(
        consortium, settings.store(code), reporting_date(consortium.project), None,
        settings.releases(code), settings.decisions(code),
    )  # fmt: skip
    if find_published(settings).publication_id == identity:
        return identity
    return str(nightly.refresh(settings)[1]["publication_id"])


@dataclass(frozen=True, slots=True)
class _Aside:
    """Where a rotation takes place: the store, the lifted one beside it, its warehouse."""

    settings: Settings
    consortium: Consortium
    store: Path
    beside: Path
    build: Path

    @property
    def releases(self) -> Path:
        return self.settings.releases(self.consortium.project.code)

    @property
    def decisions(self) -> Path:
        return self.settings.decisions(self.consortium.project.code)

    @property
    def day(self) -> date:
        return reporting_date(self.consortium.project)

    def build_lifted(self) -> dict[str, Any]:
        """Build a warehouse from the lifted store; return its counts."""
        built = build_warehouse(
            self.consortium, self.beside, self.build, self.day,
            releases=self.releases, decisions=self.decisions,
        )  # fmt: skip
        if built.broken_models or built.failed_tests:
            failed = ", ".join((*built.broken_models, *built.failed_tests))
            raise NotRotated(
                f"Nothing was rotated: the warehouse of the lifted store fails ({failed})."
            )
        return {"path": str(built.folder), "models": built.models, "tests": built.tests}

    def identified(self, built: dict[str, Any]) -> dict[str, Any]:
        """Return the build with the identity that it has once its store is in place."""
        identity = build_id(
            self.consortium, self.store, self.day, None, self.releases, self.decisions
        )
        (self.build / "build_id").write_text(identity)
        return {**built, "build_id": identity}


def _clear(store: Path, beside: Path) -> bool:
    """Clear what a rotation that was killed has left; return whether it had done its work."""
    if not beside.exists():
        return False
    is_done = len(fingerprints(beside)) < len(fingerprints(store)) and bool(fingerprints(beside))
    shutil.rmtree(beside)
    return is_done


def _chain(settings: Settings, store: Path, *, is_kept: bool) -> list[bytes]:
    """Return the chain, a new secret added to the kept one where it is needed."""
    if settings.secret is None:
        raise ValueError("Persons cannot be keyed without a secret (settings.with_secret).")
    settled(store, settings.secret)
    chain = settings.secret.split(b"\n")
    if is_kept and len(chain) == len(fingerprints(store)):
        chain.append(secrets.token_hex(32).encode())
        keep_secret(settings.data, b"\n".join(chain))
    return chain


def _what_to_add() -> str:
    return (
        "There is no new secret. Put one behind the old one, with a blank between them, where the"
        " secret is kept (connection eurocluster_secret or EUROCLUSTER_SECRET; one per line in a"
        " file), and call this again. This makes one: python -c 'import secrets;"
        " print(secrets.token_hex(32))'. Nights go on with the old one until then."
    )


def _lifted(aside: _Aside, chain: list[bytes]) -> tuple[Lifted, int, dict[str, Any]]:
    """Put a lifted store in the place of the present one.

    Returns:
        What became of its rows, how many lines were compared, the warehouse of the lifted store.
    """
    known = len(fingerprints(aside.store))
    before = build_aside(aside.settings, Question())
    try:
        done = lift_store(aside.store, aside.beside, chain, known)
        compared, built = _compared_builds(aside, before, done, lifter(chain[known:]))
    except Exception:
        shutil.rmtree(aside.beside, ignore_errors=True)
        raise
    for path in (aside.beside, aside.beside.parent):
        _sync(path)
    exchange(aside.beside, aside.store)
    shutil.rmtree(aside.beside)
    return done, compared, aside.identified(built)


def _compared_builds(
    aside: _Aside, before: Path, done: Lifted, lift: Callable[[str], str]
) -> tuple[int, dict[str, Any]]:
    """Build from the lifted store until older names are followed; return how much is equal."""
    with open_warehouse(before) as old:
        rotated = _first_guess(aside, done, lift, _named(old, lift))
        for _ in range(_TRIES):
            write_rotated(aside.beside, rotated)
            built = aside.build_lifted()
            with open_warehouse(aside.build / DATABASE) as new:
                followed = _followed(aside, rotated, old, new, lift)
                if followed == rotated:
                    return _compared(old, new), built
            rotated = followed
    raise NotRotated(
        "Nothing was rotated: persons of closed periods could not be followed to their new keys."
        " The old store stays."
    )


def _first_guess(
    aside: _Aside, done: Lifted, lift: Callable[[str], str], named: Mapping[str, str]
) -> Rotated:
    """Return what is known without a build; whether it is right shows when there is one."""
    earlier = read_rotated(aside.store)
    rows: dict[RowName, str] = {}
    units: dict[str, str] = {}
    for row in _closed(aside.releases):
        name = (row["register"], row["reported_by"], row["record_key"])
        present = earlier.rows.get(name, name[2])
        rows[name] = done.record_keys.get((name[0], name[1], present), present)
        unit = earlier.units.get(row["unit"], row["unit"])
        units[row["unit"]] = named.get(unit) or lifted_unit(unit, lift)
    decisions = {
        decision.decision_id: followed_decision(
            *earlier.decisions.get(decision.decision_id, (decision.subject, decision.parts)),
            lift,
            done.record_keys,
        )
        for decision in Decisions(aside.decisions).all()
    }
    return Rotated(_moved(units), {n: now for n, now in rows.items() if n[2] != now}, decisions)


def _named(old: Connection, lift: Callable[[str], str]) -> dict[str, str]:
    """Return persons known by a name, a hash of employer and name key, and who they will be."""
    found = old.execute(
        text(
            "select distinct person, employer_key, name_key from intermediate.int_persons"
            " where person like 'name:%' and name_key is not null"
        )
    )
    return {row.person: _by_name(row.employer_key, lift(row.name_key)) for row in found}


def _by_name(employer: str | None, name: str) -> str:
    ground = "|".join(filter(None, (employer, name)))
    return f"name:{hashlib.md5(ground.encode(), usedforsecurity=False).hexdigest()}"


def _followed(
    aside: _Aside,
    rotated: Rotated,
    old: Connection,
    new: Connection,
    lift: Callable[[str], str],
) -> Rotated:
    """Return the same with the units of closed periods as the new warehouse names their rows."""
    question = text("select distinct kpi, register, row_id, unit from evidence.row_fates")
    of_rows = {tuple(row[:3]): row[3] for row in new.execute(question)}
    now = {row[3]: of_rows.get(tuple(row[:3])) for row in old.execute(question)}
    earlier = read_rotated(aside.store)
    units = {}
    for row in _closed(aside.releases):
        present = earlier.units.get(row["unit"], row["unit"])
        units[row["unit"]] = now.get(present) or lifted_unit(present, lift)
    return Rotated(_moved(units), rotated.rows, rotated.decisions)


def _moved(names: dict[str, str]) -> dict[str, str]:
    return {name: now for name, now in names.items() if name != now}


def _closed(releases: Path) -> Iterator[dict[str, Any]]:
    """Yield the rows for which units of closed periods counted."""
    columns = ["unit", "register", "reported_by", "record_key"]
    for release in Releases(releases).all():
        yield from pyarrow.parquet.read_table(
            release.folder / "units.parquet", columns=columns, partitioning=None
        ).to_pylist()


def _compared(old: Connection, new: Connection) -> int:
    """Return how many lines are equal.

    Raises:
        NotRotated: Two lines are not.
    """
    compared = 0
    for what, question in _FIGURES.items():
        answers = []
        for connection in (old, new):
            found = connection.execute(text(f"select * {question}"))
            answers.append(sorted(repr(tuple(row)) for row in found))
        if answers[0] != answers[1]:
            raise NotRotated(
                f"Nothing was rotated: {what} would change. The old store stays; its figures are"
                " what they were."
            )
        compared += len(answers[0])
    return compared


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
