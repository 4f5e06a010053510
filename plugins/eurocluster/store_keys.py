"""With which secrets a register store has keyed its persons: noted beside its folders.

A night with another secret would make a new person of everybody and count them twice, so it is
refused. The note holds fingerprints, never a secret. A chain of secrets may go further than the
store: the store's part of it is in force until `eurocluster rotate-secret` has lifted the store.

Belongs here: the note ``keys.json``, comparing it with the secrets of a night.
Does not belong here: where secrets come from (settings), lifting a store (key_rotation).
"""

import hashlib
import json
import os
from pathlib import Path
from typing import Final

NOTE: Final = "keys.json"
CONNECTION: Final = "eurocluster_secret"
"""Airflow connection whose password is the chain of secrets."""


class WrongSecret(RuntimeError):
    """The secrets are not those of the store; the message says what to do."""


def settled(store: Path, secret: bytes) -> bytes:
    """Return the part of a chain of secrets with which the store's keys are made.

    A store without a note gets one. If it has deliveries already it is older than the chain can
    be, and the first secret made its keys.

    Args:
        store: Root of the register store.
        secret: The chain, oldest first, one secret per line.

    Raises:
        WrongSecret: The store's keys were made with others.
    """
    chain = secret.split(b"\n")
    noted = fingerprints(store)
    if not noted:
        has_deliveries = any((store / "deliveries").glob("partner=*/*.parquet"))
        noted = _noted(store, chain[:1] if has_deliveries else chain)
    given = [fingerprint(each) for each in chain]
    if given[: len(noted)] != noted:
        raise WrongSecret(
            "The secret is not the one with which this register store has keyed its persons; with"
            " it everybody would count twice. Nothing was read or written. Put back the secret of"
            " before (connection eurocluster_secret, EUROCLUSTER_SECRET or the file `secret` in"
            " the state folder). To change a secret, keep the old one and run"
            " `eurocluster rotate-secret`."
        )
    return b"\n".join(chain[: len(noted)])


def fingerprints(store: Path) -> list[str]:
    """Return the fingerprints of the secrets of a store, oldest first; none when not noted."""
    try:
        noted: list[str] = json.loads((store / NOTE).read_text(encoding="utf-8"))["secrets"]
    except FileNotFoundError:
        return []
    return noted


def fingerprint(secret: bytes) -> str:
    """Return what tells one secret from another and nothing else of it."""
    return hashlib.sha256(b"fingerprint:" + secret).hexdigest()[:16]


def write_note(store: Path, chain: list[bytes]) -> None:
    """Write the note of a store that nobody has one of yet; whoever is first has written it.

    Args:
        store: Root of the register store.
        chain: Its secrets, oldest first.
    """
    store.mkdir(parents=True, exist_ok=True)
    unfinished = store / f".{NOTE}.{os.getpid()}"
    told = {"version": 1, "secrets": [fingerprint(each) for each in chain]}
    with unfinished.open("w", encoding="utf-8") as sink:
        sink.write(json.dumps(told, indent=2) + "\n")
        sink.flush()
        os.fsync(sink.fileno())
    try:
        os.link(unfinished, store / NOTE)
    except FileExistsError:
        pass
    finally:
        unfinished.unlink()


def _noted(store: Path, chain: list[bytes]) -> list[str]:
    write_note(store, chain)
    return fingerprints(store)
