"""Drop folders: a file that a partner puts there is judged, answered and never submitted.

``drop/<partner>/`` is for the partner's files, ``drop/<partner>/answers/`` holds a returned
workbook for each. A file waits until nobody has written to it for a while; one that was judged is
judged again when its content, the declarations or the software change; the answer of a file that
was taken away goes, too. Nothing of it reaches landing, store or warehouse.

Partners may write to their folder, so nothing in it is trusted: links are never followed, neither
to a file nor to ``answers``, and what is remembered lies outside.

Belongs here: which files are due, what is remembered, one bad file that costs no other.
Does not belong here: judging (checking), the workbook (returning), the registers' own sources.
What is heavy is imported only when a file is due: most looks find nothing new.
"""

import fcntl
import hashlib
import json
import os
import shutil
import tempfile
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import date
from importlib.metadata import version
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any, Final, Literal

from eurocluster.answer_folder import AnswerFolder, Written
from eurocluster.consortium.declarations import Consortium, load_consortium
from eurocluster.consortium.partners import Partner
from eurocluster.landing import LandedFile, land
from eurocluster.settings import Settings
from eurocluster.sources.folder import Folder
from eurocluster.sources.picking import Picker, listing_order
from eurocluster.sources.protocol import AuthFailed, RemoteFile, SourceError
from eurocluster.wording import NOTHING, Words, speaker, words

if TYPE_CHECKING:
    from eurocluster.checking import Checked, Checker

SETTLE: Final = 10.0
"""Seconds for which nobody may have written to a file before it is judged."""
ANSWERS: Final = "answers"

_FILES_PER_READER: Final = 20
"""The cells of all files of one reader lie on the disk until it ends."""
_LONGEST_NAME: Final = 200
_PRIVATE: Final = ".judging-"

State = Literal["judged", "known", "waiting", "failed", "stray"]


@dataclass(frozen=True, slots=True)
class Dropped:
    """What came of one file.

    Attributes:
        partner: Name of the folder below ``drop/``; empty for what lies beside the folders.
        name: What the partner calls the file; a person's name may be in it, so no log has it.
        state: ``judged`` now, ``known`` from before, ``waiting`` until nobody writes to it,
            ``failed``: no answer could be given, it is tried again; ``stray``: of no partner.
        errors: Findings to mend.
        doubts: Doubtful ones.
        answer: The returned workbook, None also when somebody has taken it away.
        cause: Why it waits, failed or is stray; never a name, never a cell's content.
    """

    partner: str
    name: str
    state: State
    errors: int = 0
    doubts: int = 0
    answer: Path | None = None
    cause: str = ""

    @property
    def is_good(self) -> bool:
        """Whether there is nothing to mend in it, as far as is known."""
        return self.state not in ("failed", "stray") and self.errors == 0


@dataclass(frozen=True, slots=True)
class _Remembered:
    """A file as it was when it was judged.

    Attributes:
        version: Changes whenever anybody writes to the file.
        ground: Changes with the declarations and the software.
    """

    version: str
    sha256: str
    ground: str
    errors: int
    doubts: int
    answer: Written


@dataclass(frozen=True, slots=True)
class _Seen:
    """A file as it is now."""

    remote: RemoteFile
    version: str
    name: str
    is_settled: bool


def judge_dropped(
    settings: Settings, *, settle: float = SETTLE, clock: Callable[[], float] = time.time
) -> Iterator[Dropped]:
    """Judge what is due in the partners' drop folders; yield what came of every file.

    Folders that do not exist yet are made, for the pipeline's account alone. Another process that
    judges at the same time is waited for.

    Args:
        settings: With the secret.
        settle: Seconds for which nobody may have written to a file.
        clock: Seconds since 1970.

    Raises:
        DeclarationError: project.yml or a partner's YAML is missing or wrong.
        ValueError: The settings have no secret.
        OSError: ``drop/`` itself cannot be made or read.
    """
    if settings.secret is None:
        raise ValueError("Persons cannot be keyed without a secret (settings.with_secret).")
    consortium = load_consortium(settings.home)
    settings.drop.mkdir(mode=0o700, parents=True, exist_ok=True)
    with _only_judge(settings.drop):
        for left in settings.drop.glob(f"{_PRIVATE}*"):
            shutil.rmtree(left)
        strays = list(_strays(settings.drop, {p.partner for p in consortium.partners}))
        yield from strays
        due: list[tuple[int, _Box, _Seen]] = []
        for partner in consortium.partners:
            if partner.partner in {stray.partner for stray in strays}:
                continue
            box = _Box(settings.drop, partner, _ground(consortium, partner))
            try:
                for at, (seen, known) in enumerate(box.look(settle, clock())):
                    if known is None:
                        due.append((at, box, seen))
                    else:
                        yield known
            except SourceError as error:
                yield Dropped(partner.partner, "", "failed", cause=error.cause)
            except OSError as error:
                yield Dropped(partner.partner, "", "failed", cause=_reason(error))
        # The first of each partner, then the second: a heap of files delays its own partner only.
        due.sort(key=lambda one: (one[0], one[1].partner.partner))
        for start in range(0, len(due), _FILES_PER_READER):
            yield from _judged(settings, due[start : start + _FILES_PER_READER])


def judge_patiently(settings: Settings, *, settle: float = SETTLE) -> Iterator[Dropped]:
    """Judge what is due, and a little later what had to wait.

    Raises:
        DeclarationError: project.yml or a partner's YAML is missing or wrong.
    """
    has_to_wait = False
    for dropped in judge_dropped(settings, settle=settle):
        has_to_wait |= dropped.state == "waiting"
        yield dropped
    if has_to_wait:
        time.sleep(settle)
        yield from (d for d in judge_dropped(settings, settle=settle) if d.state == "judged")


class _Box:
    """The drop folder of one partner, what is remembered of it, its answers."""

    def __init__(self, drop: Path, partner: Partner, ground: str) -> None:
        self.partner = partner
        self._drop = drop
        self._folder = drop / partner.partner
        self._ground = ground
        self._memory = drop / ".judged" / f"{partner.partner}.json"
        self._kept = _read_memory(self._memory)
        self._answers = AnswerFolder(self._folder, ANSWERS)
        self._source = Folder(self._folder, f"drop/{partner.partner}")

    def look(self, settle: float, now: float) -> Iterator[tuple[_Seen, Dropped | None]]:
        """Yield every file with what is known of it, None when it is due; forget what is gone.

        Raises:
            SourceError: A folder cannot be listed; what could be was yielded.
            OSError: The folder or its answers cannot be made or opened.
        """
        self._folder.mkdir(mode=0o700, exist_ok=True)
        self._answers.prepare()
        listed, failure = self._listed()
        for remote in listed:
            seen = self._seen(remote, settle, now)
            if seen is not None:
                yield seen, self._known(seen)
        if failure is not None:
            raise failure
        gone = self._kept.keys() - {remote.ref for remote in listed}
        for ref in gone:
            self._answers.remove(self._kept.pop(ref).answer)
        if gone:
            self._write_memory()

    def judge(self, seen: _Seen, checker: "Checker", day: date) -> Dropped:
        """Judge a file that is due and write the answer.

        Raises:
            OSError: There is no room, or the answers' folder cannot be written.
        """
        with tempfile.TemporaryDirectory(prefix=_PRIVATE, dir=self._drop) as name:
            private = Path(name)
            try:
                landed = land(self._source, seen.remote, private / "landed")
            except SourceError as error:
                return self._not_read(seen, error, private, day)
            known = self._kept.get(seen.remote.ref)
            if (
                known is not None
                and (known.sha256, known.ground) == (landed.sha256, self._ground)
                and self._answers.has(known.answer)
            ):
                same = replace(known, version=seen.version)
                self._remember(seen, same)
                return self._told(seen, same, "known")
            checked = self._checked(seen, landed, private, checker)
            return self._answer(seen, checked, private, day)

    def _listed(self) -> tuple[list[RemoteFile], SourceError | None]:
        """Return the files in the order of their names, and what kept others from being listed."""
        picker = Picker(["*"], [])
        listed: list[RemoteFile] = []
        failure = None
        try:
            for remote in self._source.list():
                if not remote.ref.startswith(f"{ANSWERS}/") and picker.wants(remote.name):
                    listed.append(remote)
        except SourceError as error:
            failure = error
        return sorted(listed, key=lambda remote: listing_order(remote.ref)), failure

    def _seen(self, remote: RemoteFile, settle: float, now: float) -> _Seen | None:
        """Return a file as it is now; None when it has just gone.

        Writing changes the time of the inode too, which nobody can set: so a copy that keeps the
        old time of its file is seen as the new one that it is.
        """
        try:
            status = (self._folder / remote.ref).lstat()
        except OSError:
            return None
        written = (status.st_mtime, status.st_ctime)
        return _Seen(
            remote,
            f"{remote.etag}-{status.st_mtime_ns:x}-{status.st_ctime_ns:x}",
            _shown(remote.name),
            all(abs(now - moment) >= settle for moment in written),
        )

    def _known(self, seen: _Seen) -> Dropped | None:
        known = self._kept.get(seen.remote.ref)
        if known is not None and (known.version, known.ground) == (seen.version, self._ground):
            return self._told(seen, known, "known")
        if not seen.is_settled:
            return self._without_answer(seen, "waiting", "was written just now")
        return None

    def _not_read(self, seen: _Seen, error: SourceError, private: Path, day: date) -> Dropped:
        if error.retryable:
            return self._without_answer(seen, "waiting", error.cause)
        if isinstance(error, AuthFailed):
            # What it advises is about passwords. No version is remembered: who may read a file
            # can change without any change of the file.
            unread = replace(seen, version="")
            answered = self._answer(unread, self._refused(seen, NOTHING), private, day)
            return replace(answered, state="failed", cause=error.cause)
        return self._answer(seen, self._refused(seen, error.words), private, day)

    def _checked(
        self, seen: _Seen, landed: LandedFile, private: Path, checker: "Checker"
    ) -> "Checked":
        """Return what is said of a landed file; a fault of ours in judging it is said, too."""
        named = private / "named" / _short(seen.remote.name)
        named.parent.mkdir()
        landed.path.rename(named)
        try:
            return replace(checker.check(named, self.partner), name=seen.name)
        except (OSError, MemoryError):
            raise  # it may work the next time
        except Exception as error:  # noqa: BLE001 - told; the next file goes on
            cause = words(
                "The file could not be read; the fault is the reader's ({fault}). Please tell the"
                " coordinator.",
                fault=_fault(error),
            )
            return self._refused(seen, cause, landed.sha256)

    def _refused(self, seen: _Seen, cause: Words, sha256: str = "") -> "Checked":
        """Return what is said of a file that cannot be judged."""
        from eurocluster.checking import Checked
        from eurocluster.findings import Finding, table_of, told

        finding = Finding("F01", cause, file=sha256)
        findings = tuple(told(table_of([finding], speaker(self.partner.language))))
        return Checked(self._folder, seen.name, sha256, self.partner, None, (), findings)

    def _answer(self, seen: _Seen, checked: "Checked", private: Path, day: date) -> Dropped:
        from eurocluster.reading.cells import UnreadableFile
        from eurocluster.returning import give_back

        try:
            made = give_back(checked, day, private / "made")
        except UnreadableFile:
            if checked.workbook is None:
                raise
            # Its cells could be read; what cannot be marked comes back as a workbook of its cells.
            cells = replace(checked, workbook=replace(checked.workbook, format=""))
            made = give_back(cells, day, private / "made")
        others = {ref: kept for ref, kept in self._kept.items() if ref != seen.remote.ref}
        earlier = self._kept.get(seen.remote.ref)
        counts = checked.counts
        now = _Remembered(
            seen.version,
            checked.sha256,
            self._ground,
            sum(fired for (severity, _), fired in counts.items() if severity == "ERROR"),
            sum(fired for (severity, _), fired in counts.items() if severity == "WARN"),
            self._answers.write(
                made,
                earlier.answer if earlier else None,
                {kept.answer.name.casefold() for kept in others.values()},
            ),
        )
        self._remember(seen, now)
        return self._told(seen, now, "judged")

    def _told(self, seen: _Seen, known: _Remembered, state: State) -> Dropped:
        lies_at = self._answers.path(known.answer)
        return Dropped(
            self.partner.partner,
            seen.name,
            state,
            known.errors,
            known.doubts,
            lies_at if lies_at.exists() else None,
        )

    def _without_answer(self, seen: _Seen, state: State, cause: str) -> Dropped:
        return Dropped(self.partner.partner, seen.name, state, cause=cause)

    def _remember(self, seen: _Seen, now: _Remembered) -> None:
        self._kept[seen.remote.ref] = now
        self._write_memory()

    def _write_memory(self) -> None:
        self._memory.parent.mkdir(mode=0o700, exist_ok=True)
        unfinished = self._memory.with_name(f".{self._memory.name}")
        kept = {ref: asdict(one) for ref, one in self._kept.items()}
        unfinished.write_text(json.dumps(kept), encoding="utf-8")
        unfinished.replace(self._memory)


def _judged(settings: Settings, due: Sequence[tuple[int, _Box, _Seen]]) -> Iterator[Dropped]:
    """Judge files with one reader; whatever happens to one of them costs that one."""
    from eurocluster import nightly
    from eurocluster.checking import Checker
    from eurocluster.judging import Calendar
    from eurocluster.reading.child import WorkbookReader

    consortium = nightly.checked_consortium(settings)
    project = consortium.project
    day = nightly.reporting_date(project)
    calendar = Calendar(project.start, project.end, day)
    with WorkbookReader(folder=settings.drop) as reader:
        checker = Checker(consortium, calendar, settings.secret or b"", reader)
        for _, box, seen in due:
            try:
                yield box.judge(seen, checker, day)
            except OSError as error:
                cause = _reason(error)
            except Exception as error:  # noqa: BLE001 - told; the next file goes on
                cause = _fault(error)
            else:
                continue
            yield Dropped(box.partner.partner, seen.name, "failed", cause=cause)


def _strays(drop: Path, codes: set[str]) -> Iterator[Dropped]:
    """Yield what lies in ``drop/`` and is no folder of a declared partner."""
    for path in sorted(drop.iterdir()):
        if path.name.startswith("."):
            continue
        if path.is_symlink():
            cause = "is a link; links are not followed"
        elif not path.is_dir():
            cause = "lies in no partner's folder"
        elif path.name not in codes:
            cause = f"no such partner is declared; declared are {', '.join(sorted(codes))}"
        else:
            continue
        is_folder = path.name in codes or path.is_dir()
        shown = _shown(path.name)
        yield Dropped(shown if is_folder else "", "" if is_folder else shown, "stray", cause=cause)


@contextmanager
def _only_judge(drop: Path) -> Iterator[None]:
    """Let one process at a time judge; the others wait."""
    with (drop / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _ground(consortium: Consortium, partner: Partner) -> str:
    """Return the hash of what decides, beside its content, what is said of a file."""
    ground = {
        "partner": partner.model_dump(mode="json", exclude={"steward"}),
        "partners": [(one.partner, one.name) for one in consortium.partners],
        "project": consortium.project.model_dump(mode="json"),
        "software": version("eurocluster-kpi"),
    }
    return hashlib.sha256(json.dumps(ground, sort_keys=True).encode()).hexdigest()


def _read_memory(memory: Path) -> dict[str, _Remembered]:
    """Return what was judged before; nothing when that is not there or not readable."""
    try:
        kept: dict[str, Any] = json.loads(memory.read_text(encoding="utf-8"))
        return {
            ref: _Remembered(**one | {"answer": Written(**one["answer"])})
            for ref, one in kept.items()
        }
    except (OSError, ValueError, TypeError, AttributeError, KeyError):
        return {}


def _shown(name: str) -> str:
    """Return a name for a screen and a list of answers: one line, no folders, no commands."""
    flat = name.replace("/", " - ")
    return "".join(
        letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in flat
    )


def _short(name: str) -> str:
    """Return the end of a file's own name, which every disk can hold."""
    return PurePosixPath(name).name.encode()[-_LONGEST_NAME:].decode("utf-8", "ignore")


def _reason(error: OSError) -> str:
    return os.strerror(error.errno) if error.errno else type(error).__name__


def _fault(error: BaseException) -> str:
    """Return the kind of a fault of ours and its place, which say nothing of the data."""
    place = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__} in {Path(place.filename).name}:{place.lineno}"
