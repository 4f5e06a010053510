"""Files that somebody has sent and not submitted yet: private, theirs alone, gone after a day.

Belongs here: taking a file in, finding it again for whoever sent it, forgetting it.
Does not belong here: judging (checking), delivering (submitting).
"""

import json
import secrets
import shutil
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Final

from eurocluster.settings import Settings

_A_DAY: Final = 24 * 3600
_PIECE: Final = 1 << 20


class NotStaged(ValueError):
    """No file goes by this token for this person; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Staged:
    """One file that waits.

    Attributes:
        name: What the sender calls it: a label, never a path.
        registers: Those asked for; none means all that are found.
    """

    token: str
    by: str
    partner: str
    registers: tuple[str, ...]
    note: str
    name: str


class Staging:
    """The files that wait below a state folder."""

    def __init__(self, settings: Settings) -> None:
        self._root = settings.staged

    def put(
        self, content: IO[bytes], by: str, partner: str, registers: tuple[str, ...], note: str,
        name: str,
    ) -> Staged:  # fmt: skip
        """Take a file in, and forget those of yesterday."""
        self._forget_old()
        staged = Staged(secrets.token_urlsafe(24), by, partner, registers, note, name)
        folder = self._root / staged.token
        folder.mkdir(mode=0o700, parents=True)
        with (folder / "content").open("xb") as sink:
            shutil.copyfileobj(content, sink, _PIECE)
        (folder / "staged.json").write_text(json.dumps(asdict(staged)), encoding="utf-8")
        return staged

    def get(self, token: str, by: str) -> Staged:
        """Return a file that waits.

        Raises:
            NotStaged: It is not there, or somebody else has sent it.
        """
        told = self._root / token / "staged.json"
        if not token.replace("-", "").replace("_", "").isalnum() or not told.is_file():
            raise NotStaged(
                "This file is no longer here: it was submitted, discarded, or a day old."
            )
        fields = json.loads(told.read_text(encoding="utf-8"))
        staged = Staged(**fields | {"registers": tuple(fields["registers"])})
        if staged.by != by:
            raise NotStaged("Somebody else has sent this file.")
        return staged

    def content(self, staged: Staged) -> Path:
        """Return where the file lies."""
        return self._root / staged.token / "content"

    def returned(self, staged: Staged) -> Path:
        """Return where its returned workbook lies, or will lie."""
        return self._root / staged.token / "returned.xlsx"

    def forget(self, staged: Staged) -> None:
        """Remove a file and all that was made of it."""
        shutil.rmtree(self._root / staged.token, ignore_errors=True)

    def _forget_old(self) -> None:
        if not self._root.exists():
            return
        for folder in self._root.iterdir():
            if time.time() - folder.stat().st_mtime > _A_DAY:
                shutil.rmtree(folder, ignore_errors=True)
