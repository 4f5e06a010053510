"""The vault: names and e-mail addresses of persons, sealed, for an audit that must know who.

Only where ``project.yml`` says ``vault: true``. Layout below its root, for the account of the
pipeline alone::

    <partner>-<register>-<hash>   what one delivery brought that was not there, one sealed text
    forgotten                     keys of persons who are not to be kept again, sealed

A sealed text is a Fernet token: nothing can be read or changed in it without the key, which is the
password of the Airflow connection ``eurocluster_vault``. Keys of persons are not kept but made
again from the names, so the vault has nothing to be rotated when the secret of the store is. The
vault's own key is rotated by writing a new one before the old one: what is written from then on is
sealed with the first, what was is opened with any of them.

Belongs here: keeping, finding and forgetting persons.
Does not belong here: who may look (relinking), the way of a question to be forgotten (forgetting).
"""

import fcntl
import hashlib
import json
import os
from collections.abc import Iterable, Iterator, Set
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from eurocluster.conforming.persons import email_key, name_key
from eurocluster.consortium.project import Project
from eurocluster.settings import Settings
from eurocluster.sources.connections import Lookup, variable_of

CONNECTION: Final = "eurocluster_vault"
_FORGOTTEN: Final = "forgotten"
_A_NUMBER_OF_A_PERSON: Final = 6
"""A name with so many digits holds a number, which is not kept."""

Pair = tuple[str | None, str | None]
"""Name and personal address, as they were sent."""


class VaultClosed(RuntimeError):
    """The vault cannot be opened; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody as a partner wrote them; never shown in a representation."""

    name: str | None = field(repr=False)
    email: str | None = field(repr=False)


class SealedNames:
    """An open vault below ``root``."""

    def __init__(self, root: Path, keys: MultiFernet) -> None:
        self._root = root
        self._keys = keys

    def keep(self, label: str, persons: Iterable[Pair], secret: bytes) -> int:
        """Keep whoever is not there yet; return how many.

        Somebody who was forgotten is not kept again. A name with a number in it is not kept, since
        the number may be a national one.

        Args:
            label: Of the delivery; the same one again changes nothing.
            persons: Names and addresses.
            secret: Chain of the store, one secret per line.

        Raises:
            VaultClosed: What is there was sealed with another key.
        """
        with self._only_one():
            kept = self._all()
            known = {pair for pairs in kept.values() for pair in pairs}
            forgotten = self._forgotten()
            fresh = [
                pair
                for pair in set(persons) - known
                if not _has_number(pair[0])
                and not any(_is_person(_first_keys(pair, secret), other) for other in forgotten)
            ]
            if fresh:
                self._seal(label, sorted([*kept.get(label, []), *fresh], key=repr))
        return len(fresh)

    def persons(self, keys: Set[str], secret: bytes) -> dict[str, list[Person]]:
        """Return key → the persons of that name key or e-mail key, each spelling once.

        Args:
            keys: As the store has them.
            secret: Chain of the store, one secret per line.

        Raises:
            VaultClosed: What is there was sealed with another key.
        """
        found: dict[str, list[Person]] = {}
        for pair in sorted({p for pairs in self._all().values() for p in pairs}, key=repr):
            for key in keys & set(_keys(pair, secret)):
                found.setdefault(key, []).append(Person(*pair))
        return found

    def forget(self, person: Person, secret: bytes) -> int:
        """Take somebody out for good; return in how many spellings they were there.

        Whoever has the address is taken out, and whoever has the name without another address:
        nobody can tell such a one from a namesake.

        Args:
            person: Name and address as they are known.
            secret: Chain of the store, one secret per line.

        Raises:
            VaultClosed: What is there was sealed with another key.
        """
        keys = _first_keys((person.name, person.email), secret)
        removed = 0
        with self._only_one():
            self._seal(_FORGOTTEN, sorted({*self._forgotten(), keys}, key=repr))
            for label, pairs in self._all().items():
                kept = [pair for pair in pairs if not _is_person(_first_keys(pair, secret), keys)]
                if len(kept) < len(pairs):
                    removed += len(pairs) - len(kept)
                    self._seal(label, kept)
        return removed

    def _all(self) -> dict[str, list[Pair]]:
        if not self._root.exists():
            return {}
        labels = [p.name for p in sorted(self._root.iterdir()) if not p.name.startswith(".")]
        return {label: self._opened(label) for label in labels if label != _FORGOTTEN}

    def _forgotten(self) -> list[Pair]:
        return self._opened(_FORGOTTEN) if (self._root / _FORGOTTEN).exists() else []

    def _opened(self, label: str) -> list[Pair]:
        try:
            content = self._keys.decrypt((self._root / label).read_bytes())
        except InvalidToken:
            raise VaultClosed(
                "The vault was sealed with another key, or was changed. Put the key that it was"
                f" sealed with into the connection {CONNECTION}, behind the new one with a blank"
                " between them."
            ) from None
        return [(name, email) for name, email in json.loads(content)]

    def _seal(self, label: str, pairs: list[Pair]) -> None:
        unfinished = self._root / f".{label}.{os.getpid()}"
        descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as sink:
            sink.write(self._keys.encrypt(json.dumps(pairs, ensure_ascii=False).encode()))
            sink.flush()
            os.fsync(sink.fileno())
        unfinished.replace(self._root / label)

    @contextmanager
    def _only_one(self) -> Iterator[None]:
        """Let one process at a time write."""
        self._root.mkdir(mode=0o700, parents=True, exist_ok=True)
        with (self._root / ".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


def open_vault(settings: Settings, project: Project, lookup: Lookup) -> SealedNames | None:
    """Return the consortium's vault; None when ``project.yml`` wants none.

    Args:
        settings: Where it lies.
        project: Says whether there is one.
        lookup: Airflow connections.

    Raises:
        VaultClosed: There is no key, or what is there is none.
    """
    if not project.vault:
        return None
    found = lookup(CONNECTION)
    if found is None or not found.password:
        raise VaultClosed(
            'project.yml wants a vault and its key is missing. Make one with `python -c "from'
            ' cryptography.fernet import Fernet; print(Fernet.generate_key().decode())"` and add'
            f" it: airflow connections add {CONNECTION} --conn-type generic --conn-password KEY"
            f" (`eurocluster run` asks {variable_of(CONNECTION)} of the environment instead)."
        )
    try:
        keys = MultiFernet([Fernet(key) for key in found.password.split()])
    except ValueError:
        raise VaultClosed(
            f"The password of the connection {CONNECTION} is no key of a vault: 32 bytes in"
            " URL-safe Base64, as Fernet.generate_key() makes them."
        ) from None
    return SealedNames(settings.vault(project.code), keys)


def label_of(partner: str, register: str, content_hash: str) -> str:
    """Return the label under which a delivery's persons are kept."""
    return f"{partner}-{register}-{hashlib.sha256(content_hash.encode()).hexdigest()[:32]}"


def _keys(pair: Pair, secret: bytes) -> Pair:
    """Return the name key and the e-mail key of a name and an address."""
    name, email = pair
    return (
        name_key(secret, name) if name else None,
        email_key(secret, email) if email else None,
    )


def _first_keys(pair: Pair, secret: bytes) -> Pair:
    return _keys(pair, secret.split(b"\n")[0])


def _is_person(keys: Pair, asked: Pair) -> bool:
    """Return whether keys are those of somebody who is asked for by name and address."""
    name, email = keys
    if email is not None and asked[1] is not None:
        return email == asked[1]
    return name is not None and name == asked[0]


def _has_number(name: str | None) -> bool:
    return sum(map(str.isdigit, name or "")) >= _A_NUMBER_OF_A_PERSON
