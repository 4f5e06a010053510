"""One partner's night: fetch, read, understand, judge and keep each of its registers.

Nothing here raises for bad input: what cannot be fetched or read is a delivery with a finding,
and the next register goes on (one bad file does not cost the partner).

Belongs here: the order of the steps, what makes a delivery new, held or unreadable.
Does not belong here: the steps themselves.
"""

import hashlib
import json
import logging
import time
import traceback
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from eurocluster.attempts import Attempt, AttemptLog
from eurocluster.audit_files import remove_expired
from eurocluster.conforming.hints import Hints
from eurocluster.conforming.layout import Layout
from eurocluster.consortium.declarations import Consortium
from eurocluster.consortium.partners import Partner, Register
from eurocluster.consortium.sources import looked_for
from eurocluster.deliveries import RegisterStore
from eurocluster.delivery_sets import DeliveryRecord, Received, UnfinishedDelivery
from eurocluster.fetching import Fetched, PartnerFetch
from eurocluster.findings import Finding, ToldFinding, told
from eurocluster.judging import Calendar
from eurocluster.landing import LandedFile, sweep
from eurocluster.ledgers import BrokenLedger
from eurocluster.reading.cells import ReadingHints, UnreadableFile
from eurocluster.reading.child import WorkbookReader
from eurocluster.reading.text_file import code_page_of
from eurocluster.reviewing import Review
from eurocluster.settings import Settings
from eurocluster.sources.connections import Lookup
from eurocluster.sources.protocol import SourceError
from eurocluster.stewardship.decisions import Decisions
from eurocluster.store_keys import fingerprint, settled
from eurocluster.uploads import Uploads
from eurocluster.vault import SealedNames, VaultClosed, label_of, open_vault
from eurocluster.wording import Words, speaker, words
from schemas import REGISTERS

if TYPE_CHECKING:
    from eurocluster.checking import Checked

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class RegisterOutcome:
    """What came of one register.

    Attributes:
        outcome: ``delivered``, ``unchanged``, ``held``, ``unreadable``, ``unreachable`` or
            ``missing``.
        failure: Why it could not be fetched, in words; None when it could.
        is_retryable: Whether fetching it again in the same night makes sense.
    """

    register: str
    outcome: str
    files: int
    rows: int
    refused: int
    doubtful: int
    failure: str | None = None
    is_retryable: bool = False


class PartnerNight:
    """The registers of one partner, one after the other, with one reader for all files."""

    def __init__(
        self,
        settings: Settings,
        consortium: Consortium,
        partner: Partner,
        calendar: Calendar,
        lookup: Lookup,
        *,
        run_id: str,
        force: bool = False,
        owes_since: datetime | None = None,
    ) -> None:
        """Open nothing yet.

        Args:
            settings: With the secret.
            consortium: With its declarations.
            partner: Whose registers.
            calendar: The project's days and the one for which figures are stated.
            lookup: Airflow connections.
            run_id: The night, or the run on demand, that attempts belong to.
            force: Read unchanged files again, accept what is held back.
            owes_since: When a night began that did not come to its end: files delivered since have
                to be given back still.

        Raises:
            ValueError: The settings have no secret.
        """
        if settings.secret is None:
            raise ValueError("Persons cannot be keyed without a secret (settings.with_secret).")
        self._settings = settings
        self._secret = settled(settings.store(consortium.project.code), settings.secret)
        self._consortium = consortium
        self._partner = partner
        self._calendar = calendar
        self._force = force
        self._run_id = run_id
        self._owes_since = owes_since
        self._lookup = lookup
        self._log = AttemptLog(settings.store(consortium.project.code))
        self._fetched: dict[str, Fetched | Attempt] = {}
        self._done: set[str] = set()
        self._taken: set[str] = set()
        self._uploads = Uploads(settings.uploads(consortium.project.code), partner.partner)
        self._refused: dict[str, Attempt] = {}
        self._seconds: dict[str, float] = {}
        self._failures: dict[str, Words] = {}
        decided = Decisions(settings.decisions(consortium.project.code))
        self._store = RegisterStore(
            settings.store(consortium.project.code), decided.confirmed_deliveries()
        )
        self._layouts: dict[tuple[str, ReadingHints], Layout | UnreadableFile] = {}
        self._delivered: list[tuple[DeliveryRecord, Review]] = []
        self._landed: dict[str, LandedFile] = {}
        self._vault: SealedNames | None = None
        self._persons: set[tuple[str | None, str | None]] = set()

    def fetch(self, registers: Sequence[str] = ()) -> None:
        """Land the files of the partner's registers (all when none are named).

        What cannot be fetched is remembered for :meth:`ingest`. What failed earlier in the same
        run for a reason that trying again cannot mend is not tried again.
        """
        sweep(self._settings.landing)
        try:
            remove_expired(self._settings, datetime.now(UTC))
        except (BrokenLedger, OSError) as error:
            log.warning("Files of an audit: %s", type(error).__name__)
        self._refused = self._log.refused(self._partner.partner, self._run_id)
        self._done = self._log.delivered(self._partner.partner, self._run_id)
        code = self._consortium.project.code
        with PartnerFetch(
            self._partner,
            self._consortium.home,
            self._settings.landing,
            self._settings.landing / "seen" / code,
            self._lookup,
            reads_again=self._force,
        ) as places:
            for register in self._wanted(registers):
                started = time.monotonic()
                refused = self._refused.get(register.name)
                self._fetched[register.name] = refused or self._fetch(register, places)
                self._seconds[register.name] = time.monotonic() - started

    def take(self, registers: Sequence[str], landed: LandedFile) -> None:
        """Let a landed file be the whole content of some registers, in place of fetching them."""
        for register in self._wanted(registers):
            self._fetched[register.name] = Fetched((landed,), 1, landed.size)
            self._seconds[register.name] = 0.0
            self._taken.add(register.name)

    def ingest(self, registers: Sequence[str] = ()) -> list[RegisterOutcome]:
        """Ingest the partner's registers (all when none are named) and say what came of each."""
        self._store.prepare()
        if not self._fetched:
            self.fetch(registers)
        try:
            self._vault = open_vault(self._settings, self._consortium.project, self._lookup)
        except VaultClosed as closed:
            log.warning("%s: no name is kept. %s", self._partner.partner, closed)
        with WorkbookReader(folder=self._settings.landing) as reader:
            return [self._ingest_safely(r, reader) for r in self._wanted(registers)]

    def give_back(self, folder: Path) -> list[Path]:
        """Write the returned workbook of every file of tonight's new deliveries, below a folder.

        A fault of ours costs the one workbook; the delivery stands.
        """
        from eurocluster.returning import give_back

        written = []
        for sha256, landed in self._landed.items():
            try:
                checked = self._checked(sha256, landed)
                day = self._calendar.reporting_date
                written.append(give_back(checked, day, folder))
            except Exception as error:  # noqa: BLE001 - told; the others are written
                place = traceback.extract_tb(error.__traceback__)[-1]
                fault = f"{type(error).__name__} in {Path(place.filename).name}:{place.lineno}"
                log.error("%s: no returned workbook: %s", self._partner.partner, fault)
        return written

    def _checked(self, sha256: str, landed: LandedFile) -> "Checked":
        """Return what the store says of one file, over all registers that it holds."""
        from eurocluster.checking import Checked, CheckedTable, by_place

        findings: list[ToldFinding] = []
        tables: list[CheckedTable] = []
        for record, review in self._delivered:
            if sha256 not in record.file_hashes:
                continue
            findings += told(self._store.findings(record, sha256))
            for table in review.tables:
                if table.file_sha256 == sha256:
                    good, bad = self._store.row_numbers(record, sha256, table.sheet_name)
                    tables.append(CheckedTable(table, good, bad, tuple(table.skipped)))
        layout = next(found for (key, _), found in self._layouts.items() if key == sha256)
        workbook = None if isinstance(layout, UnreadableFile) else layout.workbook
        ordered = by_place(findings, workbook)
        return Checked(
            landed.path, landed.name, sha256, self._partner, workbook, tuple(tables), ordered
        )

    def _wanted(self, registers: Sequence[str]) -> list[Register]:
        return [r for r in self._partner.registers if not registers or r.name in registers]

    def _fetch(self, register: Register, places: PartnerFetch) -> Fetched | Attempt:
        """Return what was fetched, or the attempt that failed."""
        try:
            return places.fetch(register)
        except SourceError as error:
            self._failures[register.name] = error.words
            failed = self._attempt(register, "unreachable", cause=type(error).__name__)
            return replace(failed, detail=str(error), is_retryable=error.retryable)
        except Exception as error:  # noqa: BLE001 - told as a finding; the others go on
            failed = self._attempt(register, "unreachable", cause="Fault")
            return replace(failed, detail=self._fault(register, error))

    def _attempt(self, register: Register, outcome: str, cause: str | None = None) -> Attempt:
        partner = self._partner.partner
        return Attempt(partner, register.name, self._run_id, datetime.now(UTC), 0.0, outcome, cause)

    def _fault(self, register: Register, error: BaseException) -> str:
        """Log a fault of ours; return its kind and place, which say nothing of the data."""
        place = traceback.extract_tb(error.__traceback__)[-1]
        fault = f"{type(error).__name__} in {Path(place.filename).name}:{place.lineno}"
        log.error("%s %s: %s", self._partner.partner, register.name, fault)
        return fault

    def _ingest_safely(self, register: Register, reader: WorkbookReader) -> RegisterOutcome:
        """Ingest one register; a fault of ours costs this register, not the partner's night."""
        started = time.monotonic()
        fetched = self._fetched[register.name]
        try:
            if isinstance(fetched, Attempt):
                outcome, record = self._not_fetched(register, fetched)
            else:
                outcome, record = self._ingest_register(register, fetched, reader)
        except Exception as error:  # noqa: BLE001 - told as a finding; the others go on
            fault = self._fault(register, error)
            detail = words("The pipeline itself failed on this register ({fault}).", fault=fault)
            outcome, record = self._without_rows(register, (), "unreadable", "F01", detail)
        attempt = fetched if isinstance(fetched, Attempt) else self._attempt(register, outcome)
        if isinstance(fetched, Fetched):
            modified = [file.modified for file in fetched.files if file.modified is not None]
            attempt = replace(
                attempt,
                files=len(fetched.files),
                files_read=fetched.read,
                bytes_read=fetched.bytes_read,
                modified_at=max(modified, default=None),
            )
        if register.name not in self._refused:  # otherwise it was not tried, and is told already
            seconds = self._seconds[register.name] + time.monotonic() - started
            made = replace(attempt, seconds=seconds, delivery_id=record.delivery_id)
            self._log.add(self._partner.partner, [made])
        return replace(
            _outcome(outcome, record), failure=attempt.detail, is_retryable=attempt.is_retryable
        )

    def _not_fetched(self, register: Register, failed: Attempt) -> tuple[str, DeliveryRecord]:
        detail = self._failures.get(register.name) or words("{cause}", cause=failed.detail or "")
        return self._without_rows(register, (), "unreachable", "F06", detail)

    def _ingest_register(
        self, register: Register, fetched: Fetched, reader: WorkbookReader
    ) -> tuple[str, DeliveryRecord]:
        landed = self._with_upload(register, fetched.files)
        if not landed:
            detail = words("Looked for: {patterns}", patterns=looked_for(register.source))
            return self._without_rows(register, (), "missing", "F03", detail)
        received = Received(
            tuple((file.name, file.sha256) for file in landed),
            self._content_hash(register, landed),
        )
        last = self._last(register)
        if last is not None and self._is_known(last, received):
            if self._owes_since is not None and last.received_at >= self._owes_since:
                review = self._review(register, landed, reader)[0]
                for _ in review.verdicts():
                    pass  # they are in the store; the tables are complete when all were taken
                self._to_give_back(last, review, landed)
            return ("unchanged" if last.state == "accepted" else last.state), last
        return self._deliver(register, landed, received, reader)

    def _with_upload(
        self, register: Register, files: tuple[LandedFile, ...]
    ) -> tuple[LandedFile, ...]:
        """Return the upload that stands for a register, else the source's own files.

        It stands while the source shows what it showed when the upload came (decision 17).
        """
        standing = None if register.name in self._taken else self._uploads.standing(register.name)
        if standing is None:
            return files
        shown = sorted(file.sha256 for file in files)
        if shown == list(standing.source_files):
            uploaded = standing.landed(self._settings.landing)
            return files if uploaded is None else (uploaded,)
        if files:
            self._uploads.end(register.name, shown)
        return files

    def _is_known(self, last: DeliveryRecord, received: Received) -> bool:
        # What is forced is taken once, however often the run tries again for another register.
        is_forced = self._force and last.register not in self._done
        if last.content_hash != received.content_hash or is_forced:
            return False
        return last.rejudge_on is None or last.rejudge_on > self._calendar.reporting_date

    def _deliver(
        self,
        register: Register,
        landed: Sequence[LandedFile],
        received: Received,
        reader: WorkbookReader,
    ) -> tuple[str, DeliveryRecord]:
        self._persons = set()
        review, unread = self._review(register, landed, reader)
        with self._receive(register, received) as delivery:
            for verdict in review.verdicts():
                delivery.add(verdict)
            delivery.add_findings(review.findings())
            is_known = self._store.in_force(self._partner.partner, register.name) is not None
            if unread and (is_known or not review.tables):
                reason = f"could not be read: {', '.join(unread)}"
                outcome, record = "unreadable", delivery.finish("unreadable", reason)
            else:
                outcome, record = self._accept_or_hold(register, received, delivery)
        self._to_give_back(record, review, landed)
        return outcome, record

    def _review(
        self, register: Register, landed: Sequence[LandedFile], reader: WorkbookReader
    ) -> tuple[Review, list[str]]:
        """Return the register's files as they are understood, and the names of those unread."""
        review = Review(REGISTERS[register.name], self._hints(register), self._calendar)
        unread: list[str] = []
        for file in landed:
            try:
                review.add(self._read(file, register, reader), file.sha256, file.name)
            except UnreadableFile as refusal:
                review.refuse(refusal, file.sha256)
            if review.unread > len(unread):
                unread.append(file.name)
        return review, unread

    def _to_give_back(
        self, record: DeliveryRecord, review: Review, landed: Sequence[LandedFile]
    ) -> None:
        self._delivered.append((record, review))
        self._landed |= {file.sha256: file for file in landed}

    def _accept_or_hold(
        self, register: Register, received: Received, delivery: UnfinishedDelivery
    ) -> tuple[str, DeliveryRecord]:
        """Hold a delivery back that would empty the register or withdraw too much (G7)."""
        gone, before = delivery.withdrawn()
        rows = delivery.rows_read
        allowed = self._consortium.project.parameters.mass_withdrawal_share
        last = self._store.in_force(self._partner.partner, register.name)
        is_file_gone = last is not None and gone > 0 and len(received.files) < len(last.file_names)
        is_mass = rows == 0 or gone > allowed * before or is_file_gone
        if is_mass and not self._force:
            detail = words(
                "{gone} of {before} rows would disappear, {rows} rows remain.",
                gone=gone,
                before=before,
                rows=rows,
            )
            delivery.add_findings([Finding("W20", detail)])
            return "held", delivery.finish("held", "MASS_WITHDRAWAL", gone)
        self._keep_persons(register, received)
        return "delivered", delivery.finish("accepted", withdrawn=gone)

    def _keep_persons(self, register: Register, received: Received) -> None:
        """Put who was keyed into the vault, before the delivery exists; a fault costs nothing."""
        if self._vault is None or not self._persons:
            return
        label = label_of(self._partner.partner, register.name, received.content_hash)
        try:
            self._vault.keep(label, self._persons, self._secret)
        except (VaultClosed, OSError) as error:
            cause = str(error) if isinstance(error, VaultClosed) else type(error).__name__
            log.warning("%s %s: no name is kept. %s", self._partner.partner, register.name, cause)

    def _receive(self, register: Register, received: Received) -> UnfinishedDelivery:
        say = speaker(self._partner.language)
        return self._store.receive(self._partner.partner, register.name, received, say)

    def _without_rows(
        self,
        register: Register,
        files: tuple[tuple[str, str], ...],
        state: Any,
        code: str,
        detail: Words,
    ) -> tuple[str, DeliveryRecord]:
        """Record an attempt that brought no rows, once per cause."""
        cause = hashlib.sha256(f"{state}|{code}|{detail}".encode()).hexdigest()
        last = self._last(register)
        if last is not None and last.content_hash == cause:
            return state, last
        with self._receive(register, Received(files, cause)) as delivery:
            delivery.add_findings([Finding(code, detail)])
            record = delivery.finish(state, str(detail))
        return state, record

    def _last(self, register: Register) -> DeliveryRecord | None:
        history = self._store.history(self._partner.partner, register.name)
        return history[-1] if history else None

    def _read(self, file: LandedFile, register: Register, reader: WorkbookReader) -> Layout:
        """Read a file once, however many registers it holds."""
        hints = ReadingHints(
            encoding=register.encoding,
            delimiter=register.delimiter,
            code_page=self._partner.code_page or code_page_of(self._partner.language),
        )
        key = (file.sha256, hints)
        if key not in self._layouts:
            try:
                self._layouts[key] = Layout(reader.read(file.path, hints), self._partner)
            except UnreadableFile as error:
                self._layouts[key] = error
        found = self._layouts[key]
        if isinstance(found, UnreadableFile):
            raise found
        return found

    def _hints(self, register: Register) -> Hints:
        return Hints(
            partner=self._partner,
            register=register,
            project_code=self._consortium.project.code,
            project_names=tuple(
                name
                for name in (self._consortium.project.name, self._consortium.project.title)
                if name
            ),
            partners=self._consortium.partners,
            secret=self._secret,
            keep_persons=self._persons.update if self._vault is not None else None,
        )

    def _content_hash(self, register: Register, landed: Sequence[LandedFile]) -> str:
        """Return the hash of everything that decides how these files are understood."""
        ground = {
            "files": sorted(file.sha256 for file in landed),
            "register": register.model_dump(mode="json"),
            "partner": self._partner.model_dump(mode="json", exclude={"registers", "steward"}),
            "partners": [(p.partner, p.name) for p in self._consortium.partners],
            "project": [
                self._consortium.project.code,
                self._calendar.first_day.isoformat(),
                self._calendar.last_day.isoformat(),
            ],
            # The first: a chain that grew gives the same keys, lifted.
            "secret": fingerprint(self._secret.split(b"\n")[0]),
            "software": version("eurocluster-kpi"),
        }
        return hashlib.sha256(json.dumps(ground, sort_keys=True).encode()).hexdigest()


def _outcome(outcome: str, record: DeliveryRecord) -> RegisterOutcome:
    return RegisterOutcome(
        register=record.register,
        outcome=outcome,
        files=len(record.file_names),
        rows=record.rows_read,
        refused=record.rows_refused,
        doubtful=record.rows_doubtful,
    )
