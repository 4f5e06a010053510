"""A person asks to be forgotten: the vault forgets, partners' files are named, no figure changes.

The keys in the register store stay. Without vault and landed file a key names nobody, and figures
that were reported rest on it.

Belongs here: what is done for such a question, and where the person still stands.
Does not belong here: asking for name and address (cli), until when files are kept (retention).
"""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import text

from eurocluster.asides import Question, build_aside
from eurocluster.conforming.persons import email_key, name_key
from eurocluster.consortium.declarations import Consortium, load_consortium
from eurocluster.landing import landed_path
from eurocluster.ledgers import removed_ledger
from eurocluster.person_rows import keyed_files
from eurocluster.published import open_warehouse
from eurocluster.retention import kept_files
from eurocluster.settings import Settings
from eurocluster.sources.connections import Lookup
from eurocluster.store_keys import settled
from eurocluster.vault import Person, open_vault


@dataclass(frozen=True, slots=True)
class HeldFile:
    """A landed file in which the person stands.

    Attributes:
        steward: Who answers for the partner's registers; None when nobody is declared.
        rests: What rests on the file.
        until: Last day on which it is kept; None as long as that rests on it.
    """

    partner: str
    steward: str | None
    register: str
    name: str
    sha256: str
    rests: str
    until: date | None


@dataclass(frozen=True, slots=True)
class Forgotten:
    """What was done and what is left.

    Attributes:
        rows: Rows of the store with a key of the person, over all deliveries.
        from_vault: Entries taken out of the vault; None where there is no vault.
        files: Landed files that still hold the person.
        figures: How many figures were compared.
        has_changed: Whether one of them is another than before.
    """

    rows: int
    from_vault: int | None
    files: tuple[HeldFile, ...]
    figures: int
    has_changed: bool


def forget(settings: Settings, person: Person, lookup: Lookup) -> Forgotten:
    """Take a person out of the vault; return where they still stand and whether figures hold.

    Args:
        settings: With the secret.
        person: Name and address as they are known; either may be missing.
        lookup: Airflow connections.

    Raises:
        ValueError: Neither a name nor a personal address was given, or there is no secret.
        VaultClosed: There is a vault and its key is missing: nothing was done.
        WrongSecret: The store was keyed with another secret: nothing was done.
        AuditFailed: Figures cannot be built to be compared: nothing was done.
    """
    if settings.secret is None:
        raise ValueError("Persons cannot be keyed without a secret (settings.with_secret).")
    consortium = load_consortium(settings.home)
    code = consortium.project.code
    secret = settled(settings.store(code), settings.secret)
    keys = (
        name_key(secret, person.name) if person.name else None,
        email_key(secret, person.email) if person.email else None,
    )
    if keys == (None, None):
        raise ValueError("A name or a personal e-mail address is needed.")
    vault = open_vault(settings, consortium.project, lookup)
    before = _figures(settings)
    removed = None
    if vault is not None:
        removed = vault.forget(person, secret)
        told = {"what": "person in the vault", "of": "", "sha256": "", "why": "asked for it"}
        removed_ledger(settings).add(told)
    rows = _rows_of(settings.store(code), *keys)
    after = _figures(settings)
    files = tuple(_held(settings, consortium, rows))
    return Forgotten(len(rows), removed, files, len(before), before != after)


def _rows_of(store: Path, name: str | None, email: str | None) -> list[tuple[str, str, str, str]]:
    """Return (partner, register, file, hash) of each row of the person.

    A row with another address is somebody else's of the same name.
    """
    found = []
    for file in keyed_files(store):
        for row in file.read().to_pylist():
            has_other = email is not None and row["email_key"] not in (None, email)
            is_named = name is not None and row["name_key"] == name and not has_other
            if is_named or (email is not None and row["email_key"] == email):
                found.append((file.partner, file.register, row["file_name"], row["file_sha256"]))
    return found


def _held(
    settings: Settings, consortium: Consortium, rows: list[tuple[str, str, str, str]]
) -> list[HeldFile]:
    stewards = {partner.partner: partner.steward for partner in consortium.partners}
    kept = {file.sha256: file for file in kept_files(settings, consortium)}
    return [
        HeldFile(
            partner=partner,
            steward=stewards.get(partner),
            register=register,
            name=name,
            sha256=sha256,
            rests=kept[sha256].rests,
            until=kept[sha256].until,
        )
        for partner, register, name, sha256 in sorted(set(rows))
        if landed_path(settings.landing, sha256).exists()
    ]


def _figures(settings: Settings) -> list[tuple[Any, ...]]:
    with open_warehouse(build_aside(settings, Question())) as connection:
        found = connection.execute(text("select * from kpis.kpi_values order by all"))
        return [tuple(row) for row in found]
