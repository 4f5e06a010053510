"""Submitting a file by hand: judged first without consequences, then delivered like any other.

Belongs here: which registers a file is for, what it would withdraw, delivering it.
Does not belong here: judging (checking), the delivery itself (ingesting), the page (portal).
"""

from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from eurocluster.checking import Checked
from eurocluster.consortium.declarations import Consortium, load_consortium
from eurocluster.consortium.partners import Partner
from eurocluster.deliveries import RegisterStore
from eurocluster.ingesting import PartnerNight, RegisterOutcome
from eurocluster.judging import Calendar
from eurocluster.landing import LandedFile, land
from eurocluster.nightly import only_ingesting, reporting_date
from eurocluster.settings import Settings
from eurocluster.sources.connections import Lookup
from eurocluster.sources.folder import Folder
from eurocluster.stewardship.decisions import Decisions
from eurocluster.uploads import Upload, Uploads

MOST_BYTES = 50 * 2**20


class CannotSubmit(ValueError):
    """The file cannot be submitted; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Replaced:
    """What a file would take the place of.

    Attributes:
        rows_before: Rows of the delivery in force, None when there is none.
        delivered_at: When that came.
    """

    register: str
    rows_before: int | None
    delivered_at: datetime | None


def registers_of(checked: Checked, partner: Partner, asked: Sequence[str] = ()) -> tuple[str, ...]:
    """Return the registers that a checked file would be submitted for.

    Raises:
        CannotSubmit: It was not read, holds no register, or one that the partner does not keep.
    """
    if checked.workbook is None:
        raise CannotSubmit("The file could not be read; there is nothing to submit.")
    found = tuple(dict.fromkeys(str(table.table.contract.name) for table in checked.tables))
    missing = [name for name in asked if name not in found]
    if missing:
        raise CannotSubmit(f"The file has no table of {', '.join(missing)}.")
    chosen = tuple(asked) or found
    if not chosen:
        raise CannotSubmit("No register was recognised in the file.")
    undeclared = [name for name in chosen if partner.register(name) is None]
    if undeclared:
        raise CannotSubmit(
            f"{partner.partner} keeps no register {', '.join(undeclared)}; declare it in"
            f" partners/{partner.partner}.yml first."
        )
    return chosen


def replaced_by(settings: Settings, partner: str, registers: Sequence[str]) -> list[Replaced]:
    """Return what stands in the place of some registers now."""
    code = load_consortium(settings.home).project.code
    decided = Decisions(settings.decisions(code))
    store = RegisterStore(settings.store(code), decided.confirmed_deliveries())
    found = []
    for register in registers:
        record = store.in_force(partner, register)
        found.append(
            Replaced(
                register,
                None if record is None else record.rows_read,
                None if record is None else record.received_at,
            )
        )
    return found


def submit(
    settings: Settings,
    partner: str,
    registers: Sequence[str],
    path: Path,
    name: str,
    by: str,
    lookup: Lookup,
    note: str | None = None,
) -> list[RegisterOutcome]:
    """Deliver a file as the whole content of some registers of a partner.

    It stands until the partner's own source shows other files than now. The same file again
    delivers nothing new.

    Args:
        settings: With the secret.
        partner: Code of the partner.
        registers: For which it stands.
        path: Where it is.
        name: What the partner calls it: a label.
        by: Who submits it.
        lookup: Airflow connections, for the vault.
        note: Why.

    Raises:
        CannotSubmit: It is too large, or nobody is named.
        BrokenLedger: The ledger of uploads was changed.
    """
    if not by.strip():
        raise CannotSubmit("Say who submits the file.")
    consortium = load_consortium(settings.home)
    project = consortium.project
    store = settings.store(project.code)
    with only_ingesting(store, partner, settles=False):
        landed = _landed(settings, path, name)
        uploads = Uploads(settings.uploads(project.code), partner)
        for register in registers:
            standing = uploads.standing(register)
            if standing is not None and standing.sha256 == landed.sha256:
                continue
            files = standing.source_files if standing else _last_files(store, partner, register)
            uploads.add(
                Upload(register, landed.sha256, landed.name, landed.size, by.strip(),
                       (note or "").strip() or None, files)
            )  # fmt: skip
        night = _night(settings, consortium, partner, by, lookup)
        night.take(registers, landed)
        outcomes = night.ingest(registers)
        night.give_back(settings.feedback)
    return outcomes


def _night(
    settings: Settings, consortium: Consortium, partner: str, by: str, lookup: Lookup
) -> PartnerNight:
    project = consortium.project
    calendar = Calendar(project.start, project.end, reporting_date(project))
    moment = datetime.now(UTC).isoformat(timespec="microseconds")
    return PartnerNight(
        settings,
        consortium,
        consortium.partner(partner),
        calendar,
        lookup,
        run_id=f"upload by {by.strip()} {moment}",
    )


def _landed(settings: Settings, path: Path, name: str) -> LandedFile:
    """Take the file into the landing zone, as a source's file is taken."""
    if path.stat().st_size > MOST_BYTES:
        raise CannotSubmit(f"The file has more than {MOST_BYTES >> 20} MB.")
    with closing(Folder(path.parent, "upload")) as source:
        remote = next((file for file in source.list() if file.name == path.name), None)
        if remote is None:
            raise CannotSubmit(f"{path.name} is no regular file.")
        landed = land(source, remote, settings.landing, max_bytes=MOST_BYTES)
    label = " ".join(name.replace("\\", "/").rpartition("/")[2].split())
    shown = "".join(character for character in label if character.isprintable())[:200]
    return LandedFile(landed.sha256, landed.path, shown or "upload", landed.size, None)


def _last_files(store: Path, partner: str, register: str) -> tuple[str, ...]:
    """Return the files that the partner's source has shown last."""
    with_files = [
        record for record in RegisterStore(store).history(partner, register) if record.file_hashes
    ]
    return tuple(sorted(with_files[-1].file_hashes)) if with_files else ()
