"""Files are read in a child process that may use so much memory and so much time, and no more.

A workbook of 5 kB can ask for gigabytes. The child pays for it, not the worker that runs the
pipeline; its end is a finding about that file, and the next file gets a new child. The child is
started with `subprocess`, which also works inside the daemonic processes of a scheduler.

Belongs here: the child's life, its limits, the way of a workbook back to the parent.
Does not belong here: formats (gate.py, workbook.py, text_file.py).
"""

import gc
import os
import pickle
import resource
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import IO, Self

import pyarrow
import pyarrow.csv

from eurocluster.limited_process import LENGTH, address_space, limit, limit_cpu, receive, send
from eurocluster.reading.cells import ReadingHints, UnreadableFile, Workbook
from eurocluster.reading.columns import Keep, Spool, in_memory
from eurocluster.reading.gate import sniff
from eurocluster.reading.text_file import read_text_file
from eurocluster.reading.wire import SentWorkbook, loads, pack, unpack
from eurocluster.reading.workbook import read_workbook
from eurocluster.wording import Words, words

_SECONDS_TO_START = 60.0
_LARGE_BYTES = 32 << 20
_MAX_SPOOL_BYTES = 4 << 30
_MAX_SHEETS = 500
"""A sheet per working day of two years is the most that anybody sends."""

# Other allocators take up addresses by the gigabyte, which the limit on memory would count.
_ALLOCATION = {"ARROW_DEFAULT_MEMORY_POOL": "system", "MALLOC_ARENA_MAX": "1"}

_Reply = SentWorkbook | tuple[str, Words] | str
"""What the child sends: a workbook, code and sentence of an UnreadableFile, or the place of a fault
of ours, which is its last word."""


def read_file(path: Path, hints: ReadingHints, keep: Keep = in_memory) -> Workbook:
    """Read a file in this process and without limits: what the child does for each request.

    Raises:
        UnreadableFile: F01, with words for the partner.
    """
    kind = sniff(path)
    if kind.format == "csv":
        workbook = read_text_file(path, hints, keep)
    else:
        workbook = read_workbook(path, kind.format, keep, kind.remarks)
    filled = sum(len(sheet.blocks) > 0 for sheet in workbook.sheets)
    if filled > _MAX_SHEETS:
        raise UnreadableFile(
            "F01",
            "The file has {count} parts inside; a workbook has a few dozen. {advice}",
            count=filled,
            advice=words("Open the file in your spreadsheet program, save it and send it again."),
        )
    return workbook


class WorkbookReader:
    """Reads one file after the other in a child process; not for several threads at a time."""

    def __init__(
        self, memory_mib: int = 1024, seconds: float = 60, folder: Path | None = None
    ) -> None:
        """Set the limits: memory of the child beyond its start, wall-clock time per file.

        ``folder`` is where the cells of read files lie until the reader is closed, in a file
        without a name; None is the system's folder for such files.
        """
        self._memory_mib = memory_mib
        self._seconds = seconds
        self._folder = folder
        self._child: subprocess.Popen[bytes] | None = None
        self._spool: IO[bytes] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def read(self, path: Path, hints: ReadingHints) -> Workbook:
        """Read a file within the limits.

        Raises:
            UnreadableFile: F01, the gate or the reader refused the file, or it asked for more
                memory or time than it may have, or it brought the reader down.
        """
        request = pickle.dumps(
            (str(path.resolve()), hints.encoding, hints.delimiter, hints.code_page)
        )
        reply = self._ask(request)
        if isinstance(reply, SentWorkbook):
            workbook = self._workbook(reply)
            if sum(length for sheet in reply.sheets for _, length in sheet.places) > _LARGE_BYTES:
                self.close()  # what it took for a large file it would hold for the next small one
            return workbook
        if isinstance(reply, tuple):
            code, sentence = reply
            raise UnreadableFile(code, sentence.template, **dict(sentence.values))
        self.close()
        raise UnreadableFile(
            "F01",
            "The file could not be read; the fault is the reader's ({fault}). Please tell the"
            " coordinator.",
            fault=reply,
        )

    def close(self) -> None:
        """End the child. A reader that is used again gets a new one."""
        child, self._child = self._child, None
        if self._spool is not None:
            self._spool.close()
            self._spool = None
        if child is None:
            return
        child.kill()
        child.wait()
        for pipe in (child.stdin, child.stdout):
            if pipe is not None:
                pipe.close()

    def _ask(self, request: bytes) -> _Reply:
        requests, replies = self._pipes()
        try:
            send(requests, request)
            reply = receive(replies, self._seconds)
        except TimeoutError:
            self.close()
            return "F01", words(
                "Reading the file took longer than {seconds} s. Copy the table into a new"
                " workbook, without formats, and send that.",
                seconds=f"{self._seconds:g}",
            )
        except (EOFError, BrokenPipeError):
            self.close()
            return "F01", words(
                "The file brought the reader down. Copy the table into a new workbook and send"
                " that."
            )
        if reply:
            answer: _Reply = loads(reply)
            return answer
        self.close()
        return "F01", words(
            "Reading the file takes more than {mib} MiB of memory. Copy the table into a new"
            " workbook, or send it in several files.",
            mib=self._memory_mib,
        )

    def _workbook(self, sent: SentWorkbook) -> Workbook:
        """Return a workbook whose cells stay in the spool until they are asked for."""
        if self._spool is None:
            raise RuntimeError("The reader was closed while it read.")
        own = os.fdopen(os.dup(self._spool.fileno()), "rb", buffering=0)
        return unpack(sent, own)

    def _pipes(self) -> tuple[IO[bytes], IO[bytes]]:
        if self._child is not None and self._child.poll() is not None:
            self.close()
        if self._child is None:
            self._child = self._start()
        child = self._child
        if child.stdin is None or child.stdout is None:
            raise RuntimeError("The reader was started without pipes.")
        return child.stdin, child.stdout

    def _start(self) -> "subprocess.Popen[bytes]":
        # -P: a file csv.py in the folder where someone works must not become the reader's csv.
        command = [sys.executable, "-P", "-m", "eurocluster.reading.child"]
        self._spool = tempfile.TemporaryFile(dir=self._folder)  # noqa: SIM115  closed by close()
        spool = self._spool.fileno()
        child = subprocess.Popen(
            [*command, str(self._memory_mib), str(self._seconds), str(spool)],
            bufsize=0,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            pass_fds=(spool,),
            env={**os.environ, **_ALLOCATION},
        )
        self._child = child
        try:
            receive(child.stdout, _SECONDS_TO_START)
        except (EOFError, TimeoutError):
            self.close()
            raise RuntimeError(
                "The reader's process does not start: is eurocluster installed for"
                f" {sys.executable}?"
            ) from None
        return child


def _serve(memory_mib: int, seconds: float, spool_fd: int) -> None:
    """Answer requests until the parent closes the pipe; an empty answer means: not enough memory.

    What a library prints goes nowhere: it could hold cell contents. An error that is ours is sent
    as its type and place only, for the same reason, and ends the child.
    """
    requests, replies = os.fdopen(0, "rb"), os.fdopen(os.dup(1), "wb", buffering=0)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    sys.excepthook = _report_to(replies)
    spool = Spool(os.fdopen(spool_fd, "r+b"))
    # Each thread takes up addresses of its own: let there be few, and all of them from the start.
    pyarrow.set_cpu_count(1)
    pyarrow.set_io_thread_count(1)
    pyarrow.csv.read_csv(pyarrow.BufferReader(b"a\n1\n"))
    # The libraries take up addresses by the gigabyte before anything is read; a file may add to
    # them so much and no more.
    limit(resource.RLIMIT_AS, address_space() + (memory_mib << 20))
    limit(resource.RLIMIT_FSIZE, _MAX_SPOOL_BYTES)
    limit(resource.RLIMIT_CORE, 0)
    gc.disable()  # millions of cells and no cycles among them; collected once per file
    send(replies, b"")
    while length := requests.read(LENGTH.size):
        path, *hints = pickle.loads(requests.read(*LENGTH.unpack(length)))  # noqa: S301  our parent
        limit_cpu(seconds)
        try:
            message = pickle.dumps(_answer(Path(path), ReadingHints(*hints), spool), protocol=5)
        except (MemoryError, pyarrow.ArrowMemoryError):
            message = b""
        send(replies, message)
        del message
        gc.collect()


def _answer(path: Path, hints: ReadingHints, spool: Spool) -> _Reply:
    try:
        workbook = read_file(path, hints, spool.keep)
    except UnreadableFile as refusal:
        return refusal.code, refusal.words
    return pack(workbook, spool)


def _report_to(
    replies: IO[bytes],
) -> Callable[[type[BaseException], BaseException, TracebackType | None], None]:
    def report(
        kind: type[BaseException], _error: BaseException, traceback: TracebackType | None
    ) -> None:
        while traceback is not None and traceback.tb_next is not None:
            traceback = traceback.tb_next
        place = ""
        if traceback is not None:
            name = Path(traceback.tb_frame.f_code.co_filename).name
            place = f" in {name}, line {traceback.tb_lineno}"
        send(replies, pickle.dumps(f"{kind.__name__}{place}"))

    return report


if __name__ == "__main__":
    _serve(int(sys.argv[1]), float(sys.argv[2]), int(sys.argv[3]))
