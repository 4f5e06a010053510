"""Files that a person has submitted in place of a partner's own: a ledger per partner.

An upload stands for a register as long as the partner's source shows the files that it showed when
the upload came; as soon as it shows others, those are the register again (decision 17).

Belongs here: which upload stands, who sent it, when it ended.
Does not belong here: judging and delivering it (submitting, ingesting).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from eurocluster.landing import LandedFile, is_landed, landed_path
from eurocluster.ledgers import Ledger

_CAME: Final = "came"
_ENDED: Final = "ended"


@dataclass(frozen=True, slots=True)
class Upload:
    """One submitted file.

    Attributes:
        register: Of which it is the whole content.
        at: When it came, ISO 8601.
        source_files: SHA-256 of the files that the source had shown last, in order.
    """

    register: str
    sha256: str
    name: str
    size: int
    by: str
    note: str | None
    source_files: tuple[str, ...]
    at: str = ""

    def landed(self, landing: Path) -> LandedFile | None:
        """Return the file, None when it is not in the landing zone."""
        path = landed_path(landing, self.sha256)
        if not is_landed(path, self.size):
            return None
        return LandedFile(self.sha256, path, self.name, self.size, None)


class Uploads:
    """The uploads of one partner below ``root`` (``Settings.uploads``)."""

    def __init__(self, root: Path, partner: str) -> None:
        self._ledger = Ledger(root / f"{partner}.jsonl")

    def all(self) -> list[Upload]:
        """Return every upload there was, oldest first.

        Raises:
            BrokenLedger: A line is not what it was when it was written.
        """
        return [_upload(line) for line in self._ledger.lines() if line["what"] == _CAME]

    def standing(self, register: str) -> Upload | None:
        """Return the upload that stands for a register, None when the source does.

        Raises:
            BrokenLedger: A line is not what it was when it was written.
        """
        lines = [line for line in self._ledger.lines() if line["register"] == register]
        return _upload(lines[-1]) if lines and lines[-1]["what"] == _CAME else None

    def add(self, upload: Upload) -> None:
        """Let an upload stand for its register from now on."""
        self._ledger.add(
            {
                "what": _CAME,
                "register": upload.register,
                "sha256": upload.sha256,
                "name": upload.name,
                "size": upload.size,
                "by": upload.by,
                "note": upload.note,
                "source_files": list(upload.source_files),
            }
        )

    def end(self, register: str, files: Sequence[str]) -> None:
        """Let the source stand for a register again, because it shows other files."""
        self._ledger.add({"what": _ENDED, "register": register, "files": list(files)})


def _upload(line: dict[str, object]) -> Upload:
    fields = {name: line[name] for name in ("register", "sha256", "name", "size", "by", "note")}
    files = line["source_files"]
    assert isinstance(files, list)  # noqa: S101 - written by add
    return Upload(**fields, source_files=tuple(files), at=str(line["at"]))  # type: ignore[arg-type]
