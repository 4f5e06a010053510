"""What is no longer needed goes, and every piece of it is a line of ``logs/removed.jsonl``.

Nothing that a figure is made of is touched: register store, decisions, closed periods and the
current publication stay whatever their age.

Belongs here: what goes and why.
Does not belong here: how long a partner's file is kept (retention), who looked what up (relinking).
"""

import hashlib
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import chain
from pathlib import Path
from typing import Final

from eurocluster.audit_files import expired
from eurocluster.consortium.declarations import Consortium, load_consortium
from eurocluster.feedback.files import UNFINISHED as UNFINISHED_FILE
from eurocluster.feedback.files import returned_name
from eurocluster.ledgers import Ledger, removed_ledger
from eurocluster.nightly import no_night, only_builder
from eurocluster.publishing import UNFINISHED, read_journal
from eurocluster.releases import Releases
from eurocluster.retention import KeptFile, kept_files
from eurocluster.settings import Settings
from eurocluster.wording import speaker

KEPT_PUBLICATIONS: Final = 10
PUBLICATION_DAYS: Final = 90
ASIDE_DAYS: Final = 30
_A_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Removal:
    """Something that goes.

    Attributes:
        what: Its kind; never a file's name, which may name a person.
        of: Partner, or id of a publication; empty when it is nobody's.
        sha256: Of a file's content; empty for folders.
        why: In words.
    """

    what: str
    of: str
    path: Path
    sha256: str
    size: int
    why: str


def keep_house(
    settings: Settings, *, is_dry_run: bool = False, now: datetime | None = None
) -> list[Removal]:
    """Remove what is no longer needed; return what went, or would go.

    Args:
        settings: Of the installation.
        is_dry_run: Remove nothing.
        now: The moment; the present one when None.

    Raises:
        DeclarationError: A declaration is wrong; nothing is removed.
        BrokenChain: A closed period is not what it was; nothing is removed.
        BrokenLedger: The list of what was removed was changed; nothing is removed.
    """
    moment = now or datetime.now(UTC)
    consortium = load_consortium(settings.home)
    ledger = removed_ledger(settings)
    ledger.lines()
    gone: list[Removal] = []
    with no_night(settings, consortium), only_builder(settings.warehouse / "aside"):
        for removal in chain(
            _of_partners(settings, consortium, moment.date()),
            _leftovers(settings, moment),
            _asides(settings.warehouse / "aside", moment),
            _audit_files(settings, moment),
        ):
            gone.append(removal)
            if not is_dry_run:
                _remove(removal, ledger, moment)
    with only_builder(settings.warehouse):
        for removal in _publications(settings, consortium, moment):
            gone.append(removal)
            if not is_dry_run:
                _remove(removal, ledger, moment)
    return gone


def _of_partners(settings: Settings, consortium: Consortium, day: date) -> Iterator[Removal]:
    """Yield landed files whose time is over, and returned workbooks of files that are not kept."""
    kept = []
    for file in kept_files(settings, consortium):
        if file.until is None or day <= file.until:
            kept.append(file)
            continue
        partners = ", ".join(sorted({partner for partner, _, _ in file.names}))
        why = f"kept until {file.until}; {_rested(file)}"
        yield _file("landed file", partners, file.path, why)
    days = consortium.project.retention_days
    names = _returned_names(kept, consortium)
    for path in sorted(settings.feedback.glob("*/[!.]*")):
        written = datetime.fromtimestamp(path.stat().st_mtime, UTC).date()
        if path.name in names.get(path.parent.name, ()) or day <= written + timedelta(days=days):
            continue
        why = f"older than {days} days, and its file is not in force"
        yield _file("returned workbook", path.parent.name, path, why)


def _rested(file: KeptFile) -> str:
    if file.rests == "nothing":
        return "no delivery in force came from it" if file.names else "no delivery came from it"
    return f"evidence_until is over, though it is of use: {file.rests}"


def _returned_names(kept: list[KeptFile], consortium: Consortium) -> dict[str, set[str]]:
    """Return partner → names of the returned workbooks of files that are of use."""
    languages = {partner.partner: partner.language for partner in consortium.partners}
    names: dict[str, set[str]] = {}
    for file in kept:
        if file.rests == "nothing":
            continue
        for partner, _, name in file.names:
            say = speaker(languages.get(partner, "en"))
            both = {returned_name(name, say, macros=macros) for macros in (False, True)}
            names.setdefault(partner, set()).update(both)
    return names


def _leftovers(settings: Settings, moment: datetime) -> Iterator[Removal]:
    """Yield what processes that were killed have left; what is younger than a day may be in use."""
    for what, place in (
        ("half a landed file", settings.landing.glob(f"{UNFINISHED_FILE}*")),
        ("half a returned workbook", settings.feedback.glob(f"*/{UNFINISHED_FILE}*")),
        ("half a publication", (settings.warehouse / "published").glob(f"{UNFINISHED}*")),
        ("store of a rotation", (settings.data / "store").glob(".*.rotation")),
        ("file that nobody has submitted", settings.staged.glob("*/*")),
        ("half a sealed text", (settings.data / "vault").glob("*/.*.[0-9]*")),
    ):
        for path in sorted(place):
            if moment - _changed(path) > _A_DAY:
                yield _file(what, "", path, "a run that was killed has left it")


def _asides(asides: Path, moment: datetime) -> Iterator[Removal]:
    for path in sorted(asides.glob("[!.]*")):
        if path.is_dir() and moment - _changed(path) > timedelta(days=ASIDE_DAYS):
            why = f"nobody asked for it for {ASIDE_DAYS} days; it is built again on demand"
            yield _file("warehouse aside", path.name, path, why)


def _audit_files(settings: Settings, moment: datetime) -> Iterator[Removal]:
    for path in expired(settings, moment):
        yield _file("file of an audit", "", path, "its time is over")


def _publications(
    settings: Settings, consortium: Consortium, moment: datetime
) -> Iterator[Removal]:
    root = settings.warehouse / "published"
    current = root / "current"
    in_order = [entry["publication_id"] for entry in read_journal(root)]
    newest = list(dict.fromkeys(reversed(in_order)))[:KEPT_PUBLICATIONS]
    closed = {release.publication_id for release in Releases(_releases(settings, consortium)).all()}
    kept = {*newest, *closed, *([current.readlink().name] if current.is_symlink() else [])}
    for path in sorted(root.glob("[!.]*")):
        is_publication = path.is_dir() and not path.is_symlink()
        if not is_publication or path.name in kept:
            continue
        if moment - _changed(path) > timedelta(days=PUBLICATION_DAYS):
            why = (
                f"older than {PUBLICATION_DAYS} days, none of the last {KEPT_PUBLICATIONS}, and"
                " no period was closed with it"
            )
            yield _file("publication", path.name, path, why)


def _releases(settings: Settings, consortium: Consortium) -> Path:
    return settings.releases(consortium.project.code)


def _file(what: str, of: str, path: Path, why: str) -> Removal:
    if path.is_symlink() or not path.is_file():
        return Removal(what, of, path, "", 0, why)
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return Removal(what, of, path, digest, path.stat().st_size, why)


def _remove(removal: Removal, ledger: Ledger, moment: datetime) -> None:
    """Remove something, having written it down: what is written down twice was removed once."""
    told = {"what": removal.what, "of": removal.of, "sha256": removal.sha256, "why": removal.why}
    ledger.add(told, moment)
    path = removal.path
    if path.is_symlink() or path.is_file():
        path.unlink(missing_ok=True)
        return
    for folder in (path, *path.rglob("*")):
        if folder.is_dir():
            folder.chmod(0o700)
    shutil.rmtree(path)


def _changed(path: Path) -> datetime:
    return datetime.fromtimestamp(path.lstat().st_mtime, UTC)
