"""SQL of other people: read-only, without files or network, with limits of memory, time and rows.

Queries run in processes of their own (sandbox_process), so that a hungry one takes nothing from the
pages: no file can be reached there, no setting changed, no extension loaded; one that takes too
long is ended with its process, and the next one gets a new process.

Belongs here: the processes' lives, turns, words of refusals.
Does not belong here: which statements are allowed (published), the page (routes/explore).
"""

import os
import pickle
import re
import shutil
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass
from queue import Empty, LifoQueue
from threading import Lock
from typing import Final

from eurocluster.limited_process import receive, send
from eurocluster.portal.sandbox_process import Reply
from eurocluster.published import Answer, Published, QueryRefused, one_select, words_of

MEMORY_MIB: Final = 384
SECONDS: Final = 10.0
AT_ONCE: Final = 2
WAITING: Final = 20.0
"""Seconds that a query waits for its turn."""
_SECONDS_TO_START: Final = 60.0

_TELLING: Final = re.compile(
    r"\b(duckdb_(settings|databases|secrets|extensions|temporary_files|memory)|pragma\w*|getenv"
    r"|current_setting)\b",
    re.IGNORECASE,
)
"""Functions that tell of the machine and not of the figures."""


class TooBusy(RuntimeError):
    """Others are asking; the message says to come back."""


@dataclass(frozen=True, slots=True)
class Timed:
    """An answer, and how long it took."""

    answer: Answer
    seconds: float


class Sandbox:
    """Processes that answer queries about the current publication; a few, begun when needed."""

    def __init__(self, seconds: float = SECONDS) -> None:
        self._seconds = seconds
        # The turn used last comes first: as long as one person asks, there is one process.
        self._turns: LifoQueue[_Process] = LifoQueue()
        self._processes = [_Process() for _ in range(AT_ONCE)]
        for process in self._processes:
            self._turns.put(process)

    def query(self, publication: Published, sql: str, rows: int) -> Timed:
        """Return the rows of one SELECT, ``rows`` of them at most.

        Raises:
            QueryRefused: It is not one readable SELECT, took too long or too much, or asks for
                what is not the warehouse.
            TooBusy: No turn came up.
        """
        if _TELLING.search(sql):
            raise QueryRefused("This asks about the machine; only the warehouse can be asked.")
        statement = one_select(sql)
        try:
            process = self._turns.get(timeout=WAITING)
        except Empty:
            raise TooBusy("Others are asking right now. Try again in a moment.") from None
        try:
            began = time.perf_counter()
            kind, said = process.ask(str(publication.database), statement, rows, self._seconds)
            seconds = time.perf_counter() - began
        finally:
            self._turns.put(process)
        if kind == "rows":
            columns, found = said
            return Timed(Answer(columns, found[:rows], len(found) > rows), seconds)
        raise QueryRefused(_refusal(kind, said, self._seconds))

    def close(self) -> None:
        """End every process."""
        for process in self._processes:
            process.close()


class _Process:
    """One process of the sandbox, about one database file at a time."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._child: subprocess.Popen[bytes] | None = None
        self._database = ""
        self._spill: str | None = None

    def ask(self, database: str, sql: str, rows: int, seconds: float) -> Reply:
        """Return what the process says; ``late`` and ``gone`` when it says nothing."""
        with self._lock:
            if self._child is None or self._child.poll() is not None or self._database != database:
                self._end()
                self._start(database, seconds)
            child = self._child
            if child is None or child.stdin is None or child.stdout is None:
                raise RuntimeError("The sandbox was started without pipes.")
            try:
                send(child.stdin, pickle.dumps((sql, rows)))
                reply: Reply = pickle.loads(receive(child.stdout, seconds))  # noqa: S301 - our child
            except TimeoutError:
                self._end()
                return "late", None
            except (EOFError, BrokenPipeError):
                self._end()
                return "gone", None
            return reply

    def close(self) -> None:
        """End the process."""
        with self._lock:
            self._end()

    def _start(self, database: str, seconds: float) -> None:
        command = [sys.executable, "-P", "-m", "eurocluster.portal.sandbox_process"]
        self._spill = tempfile.mkdtemp(prefix="eurocluster-query-")
        self._child = subprocess.Popen(
            [*command, database, str(MEMORY_MIB), str(seconds), self._spill],
            bufsize=0, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            # Nothing of ours is there to be asked for; few arenas, as they count as memory.
            env={"PATH": os.environ.get("PATH", ""), "MALLOC_ARENA_MAX": "2"},
        )  # fmt: skip
        self._database = database
        try:
            receive(self._child.stdout, _SECONDS_TO_START)
        except (EOFError, TimeoutError):
            self._end()
            raise RuntimeError("The sandbox's process does not start.") from None

    def _end(self) -> None:
        child, self._child = self._child, None
        if child is None:
            return
        child.kill()
        child.wait()
        if self._spill is not None:
            shutil.rmtree(self._spill, ignore_errors=True)
            self._spill = None
        for pipe in (child.stdin, child.stdout):
            if pipe is not None:
                with suppress(OSError):
                    pipe.close()


def _refusal(kind: str, said: str | None, seconds: float) -> str:
    if kind == "late":
        return f"It took longer than {seconds:g} seconds and was stopped. Ask for less."
    if kind in ("memory", "gone"):
        return f"It needs more than {MEMORY_MIB} MB of memory. Ask for less, or group earlier."
    return re.sub(r"(?<![\w.])/(?:[\w.@+-]+/)*[\w.@+-]+", "…", words_of(Exception(said)))
