"""One mutated file on its whole way, and whether it ended as every file has to.

Belongs here: the way of a file, what is measured, what is demanded.
Does not belong here: mutations, processes (workers.py).
"""

import contextlib
import resource
import signal
import tempfile
import time
import traceback
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from random import Random
from types import FrameType
from typing import Self

import psutil

from eurocluster.checking import Checked, Checker
from eurocluster.judging import Calendar
from eurocluster.reading.cells import ReadingHints, UnreadableFile
from eurocluster.reading.child import WorkbookReader
from eurocluster.returning import write_checked
from fuzz.mutating import mutated
from fuzz.seeds import Seed, example, personal_texts, seeds

_SECRET = b"a secret for mutated files"
_NOBODY_NAMED_EVERY = 25
_RESET_PEAK = "5"  # of /proc/self/clear_refs
_MIB = 1 << 20
_DAY = date(2024, 12, 31)


@dataclass(frozen=True, slots=True)
class Limits:
    """What a file may cost.

    Attributes:
        memory_mib: Memory of the child, and of the parent, beyond what they start with.
        seconds: Wall-clock time of reading.
        grace: Seconds for understanding, judging and giving back.
        returned_every: One file of so many is written back.
    """

    memory_mib: int = 512
    seconds: float = 20
    grace: float = 40
    returned_every: int = 10


@dataclass(frozen=True, slots=True)
class Case:
    """One mutated file."""

    number: int
    seed: Seed
    mutations: tuple[str, ...]
    content: bytes


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one file.

    Attributes:
        format: Format of the seed.
        result: "rows", else the code of the finding that says why there are none, "empty" for a
            table without any, "none" where nothing is said.
        rows: How many rows were judged.
        child_cpu: CPU seconds of reading.
        cpu: CPU seconds of everything else.
        child_mib: Most memory that the child held; 0 when it ended and cannot be asked.
        mib: Most memory that the parent held beyond what it started with.
        failures: What must not be, in words.
    """

    number: int
    format: str
    seed: str
    mutations: tuple[str, ...]
    result: str
    rows: int = 0
    seconds: float = 0.0
    child_cpu: float = 0.0
    cpu: float = 0.0
    child_mib: float = 0.0
    mib: float = 0.0
    is_returned: bool = False
    failures: tuple[str, ...] = ()


def case(master: int, number: int) -> Case:
    """Return the mutated file of a number; the same every time."""
    chance = Random(f"{master}:{number}")  # noqa: S311 (mutations, no secrets)
    every = seeds()
    seed = chance.choice(every[sorted(every)[number % len(every)]])
    content, names = mutated(chance, seed.content, seed.format)
    return Case(number, seed, names, content)


class Bench:
    """Tries files, one after the other, with one reader."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._folder = tempfile.TemporaryDirectory(prefix="eurocluster-fuzz-")
        self._reader = WorkbookReader(limits.memory_mib, limits.seconds)
        project = example().project
        calendar = Calendar(project.start, project.end, _DAY)
        self._checker = Checker(example(), calendar, _SECRET, self._reader)
        self._child_base = self._warm_up()
        self._base = _peak_mib(psutil.Process().pid)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._reader.close()
        self._folder.cleanup()

    def tried(self, tested: Case) -> Outcome:
        """Return what became of a file."""
        path = Path(self._folder.name, f"{tested.number}.{tested.seed.format}")
        path.write_bytes(tested.content)
        named = tested.number % _NOBODY_NAMED_EVERY != 0
        partner = example().partner(tested.seed.partner) if named else None
        is_returned = tested.number % self._limits.returned_every == 0
        started, usage = time.monotonic(), _Usage.now()
        failures: list[str] = []
        checked: Checked | None = None
        try:
            with _alarm(self._limits.seconds + self._limits.grace):
                checked = self._checker.check(path, partner, asks_partners=False)
                if is_returned:
                    write_checked(checked, _DAY, Path(self._folder.name, "returned.xlsx"))
        except _TooLongError as late:
            failures.append(f"hang {late}")
        except Exception as error:  # noqa: BLE001  whatever it is, it is what is looked for
            place = _place(traceback.extract_tb(error.__traceback__))
            failures.append(f"{type(error).__name__} {place}")
        spent = _Usage.now().since(usage)
        path.unlink()
        if checked is not None:
            failures += _demanded(checked, tested.seed)
        failures += self._beyond_limits(spent)
        return Outcome(
            tested.number, tested.seed.format, tested.seed.name, tested.mutations,
            result=_result(checked),
            rows=_rows(checked),
            seconds=time.monotonic() - started,
            child_cpu=spent.child_cpu,
            cpu=spent.cpu,
            child_mib=spent.child_mib,
            mib=max(0.0, spent.mib - self._base),
            is_returned=is_returned,
            failures=tuple(failures),
        )  # fmt: skip

    def _beyond_limits(self, spent: "_Usage") -> Iterator[str]:
        allowed = self._limits.memory_mib
        if spent.child_mib > self._child_base + allowed:
            yield f"memory: the child held {spent.child_mib:.0f} MiB"
        if spent.mib > self._base + allowed:
            yield f"memory: the parent held {spent.mib - self._base:.0f} MiB more than at its start"

    def _warm_up(self) -> float:
        """Read something small; return the MiB that a child holds before it reads."""
        path = Path(self._folder.name, "first.csv")
        path.write_text("a;b\n1;2\n", encoding="utf-8")
        with contextlib.suppress(UnreadableFile):
            self._reader.read(path, ReadingHints())
        return _Usage.now().child_mib


@dataclass(frozen=True, slots=True)
class _Usage:
    """CPU seconds up to now, and peaks of memory since the last question."""

    cpu: float
    child_cpu: float
    mib: float
    child_mib: float
    ended_mib: float

    @classmethod
    def now(cls) -> "_Usage":
        own = psutil.Process()
        ended = resource.getrusage(resource.RUSAGE_CHILDREN)
        child_cpu, child_mib = ended.ru_utime + ended.ru_stime, 0.0
        for child in own.children():
            with contextlib.suppress(psutil.NoSuchProcess, OSError):
                times = child.cpu_times()
                child_cpu += times.user + times.system
                child_mib = _peak_mib(child.pid)
        times = own.cpu_times()
        cpu = times.user + times.system
        return cls(cpu, child_cpu, _peak_mib(own.pid), child_mib, ended.ru_maxrss / 1024)

    def since(self, before: "_Usage") -> "_Usage":
        """Return what was spent between two moments; of a child that ended its new record only."""
        record = self.ended_mib if self.ended_mib > before.ended_mib else 0.0
        return _Usage(
            self.cpu - before.cpu,
            self.child_cpu - before.child_cpu,
            self.mib,
            max(self.child_mib, record),
            self.ended_mib,
        )


def _peak_mib(pid: int) -> float:
    """Return the most memory that a process held since the last question, and begin anew."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    peak = next(line for line in status.splitlines() if line.startswith("VmHWM:"))
    Path(f"/proc/{pid}/clear_refs").write_text(_RESET_PEAK, encoding="ascii")
    return int(peak.split()[1]) / 1024


class _TooLongError(BaseException):
    """Passes whatever catches exceptions."""


@contextlib.contextmanager
def _alarm(seconds: float) -> Iterator[None]:
    def ring(_signal: int, frame: FrameType | None) -> None:
        raise _TooLongError(_place(traceback.extract_stack(frame)))

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def _place(stack: traceback.StackSummary) -> str:
    """Return where it happened, in our own modules last."""
    own = [frame for frame in stack if "eurocluster" in Path(frame.filename).parts] or list(stack)
    last = stack[-1] if stack else None
    places = [f"{Path(frame.filename).name}:{frame.lineno}" for frame in own[-3:]]
    if last is not None and last not in own:
        places.append(f"{Path(last.filename).name}:{last.lineno}")
    return "in " + " > ".join(places)


def _demanded(checked: Checked, seed: Seed) -> Iterator[str]:
    """Yield what a finding lacks or holds against the rules."""
    if _result(checked) == "none":
        yield "neither rows nor a word why there are none"
    personal = personal_texts(seed)
    for found in checked.findings:
        if not found.message.strip():
            yield f"{found.code}: no words"
        said = f"{found.message}\n{found.value}\n{found.understood}"
        if any(text in said for text in personal):
            yield f"{found.code}: a person stands in it ({found.column_name})"
            break


def _rows(checked: Checked | None) -> int:
    tables = checked.tables if checked is not None else ()
    return sum(len(table.accepted) + len(table.refused) for table in tables)


def _result(checked: Checked | None) -> str:
    if checked is None:
        return "none"
    if _rows(checked):
        return "rows"
    errors = [found.code for found in checked.findings if found.severity == "ERROR"]
    without_any = "empty" if checked.tables else "none"
    return min(errors, key=lambda code: (code[0] != "F", code), default=without_any)
