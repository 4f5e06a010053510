"""Ledgers: what was done, by whom and why, line after line, each chained to the one before.

A line that was changed or taken out breaks the chain and is told; lines are only ever added. What
was not written to its end, because the process was killed, is no line.

Belongs here: adding a line, reading the lines, checking the chain.
Does not belong here: what is worth a line (relinking, forgetting, housekeeping).
"""

import fcntl
import hashlib
import json
import os
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO, Final

from eurocluster.settings import Settings

_PREVIOUS: Final = "previous"


class BrokenLedger(RuntimeError):
    """A line is not what it was when it was written; the message names file and line."""


class Ledger:
    """One file of lines, for the account of the pipeline alone."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def add(self, line: Mapping[str, Any], now: datetime | None = None) -> None:
        """Add a line; it is on the disk when this returns.

        Args:
            line: What was done; values as JSON has them. ``at`` is added.
            now: The moment; the present one when None.

        Raises:
            BrokenLedger: A line before it was changed.
        """
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600)
        with os.fdopen(descriptor, "r+b") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            whole = _whole_lines(file)
            lines = _checked(whole, self.path)
            file.truncate(len(whole))
            file.seek(0, os.SEEK_END)
            moment = (now or datetime.now(UTC)).isoformat(timespec="seconds")
            previous = _digest(whole.splitlines()[-1]) if lines else None
            told = {"at": moment, **line, _PREVIOUS: previous}
            file.write(json.dumps(told, ensure_ascii=False).encode() + b"\n")
            file.flush()
            os.fsync(file.fileno())

    def lines(self) -> list[dict[str, Any]]:
        """Return the lines, oldest first, without what chains them.

        Raises:
            BrokenLedger: One of them was changed or taken out.
        """
        try:
            with self.path.open("rb") as file:
                return _checked(_whole_lines(file), self.path)
        except FileNotFoundError:
            return []


def removed_ledger(settings: Settings) -> Ledger:
    """Return the ledger of all that was removed, and why."""
    return Ledger(settings.logs / "removed.jsonl")


def _whole_lines(file: BinaryIO) -> bytes:
    content = file.read()
    return content[: content.rfind(b"\n") + 1]


def _checked(content: bytes, path: Path) -> list[dict[str, Any]]:
    lines: list[dict[str, Any]] = []
    previous: str | None = None
    for number, written in enumerate(content.splitlines(), start=1):
        try:
            line = json.loads(written)
            follows = line.pop(_PREVIOUS) == previous
        except (ValueError, KeyError, AttributeError, TypeError):
            follows = False
        if not follows:
            raise BrokenLedger(
                f"{path.name}, line {number}: this line or the one before it is not what it was"
                " when it was written."
            )
        lines.append(line)
        previous = _digest(written)
    return lines


def _digest(line: bytes) -> str:
    return hashlib.sha256(line).hexdigest()
