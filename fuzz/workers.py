"""Processes that try files: whatever a file does to its process, the others go on.

Belongs here: handing out numbers, the end of a process as an outcome.
Does not belong here: trials (trial.py), printing.
"""

import contextlib
import multiprocessing
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from queue import SimpleQueue
from threading import Thread

from fuzz.trial import Bench, Limits, Outcome, case

_SECONDS_TO_START = 300


@dataclass(frozen=True, slots=True)
class Task:
    """Which files are tried, and within which limits."""

    master: int
    numbers: Sequence[int]
    limits: Limits
    processes: int


def outcomes(task: Task) -> Iterator[Outcome]:
    """Yield the outcome of every file as it comes."""
    left, done = SimpleQueue[int | None](), SimpleQueue[Outcome]()
    for number in task.numbers:
        left.put(number)
    for _ in range(task.processes):
        left.put(None)
        Thread(target=_supervise, args=(task, left.get, done.put), daemon=True).start()
    for _ in task.numbers:
        yield done.get()


def _supervise(
    task: Task, following: Callable[[], int | None], done: Callable[[Outcome], None]
) -> None:
    """Try file after file in a process; a process that ends is an outcome, and gets a successor."""
    worker: tuple[BaseProcess, Connection] | None = None
    while (number := following()) is not None:
        worker = worker or _started(task)
        process, pipe = worker
        try:
            pipe.send(number)
            if not pipe.poll(task.limits.seconds + 2 * task.limits.grace + _SECONDS_TO_START):
                raise TimeoutError
            done(pipe.recv())
        except (EOFError, OSError) as end:
            process.kill()
            process.join()
            pipe.close()
            worker = None
            reason = "hang" if isinstance(end, TimeoutError) else f"ended ({process.exitcode})"
            done(_lost(task, number, f"the parent of the reader: {reason}"))
    if worker is not None:
        worker[1].send(None)
        worker[0].join()


def _lost(task: Task, number: int, failure: str) -> Outcome:
    lost = case(task.master, number)
    names = lost.mutations
    return Outcome(number, lost.seed.format, lost.seed.name, names, "none", failures=(failure,))


def _started(task: Task) -> tuple[BaseProcess, Connection]:
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_work, args=(theirs, task.master, task.limits), daemon=True)
    process.start()
    theirs.close()
    return process, ours


def _work(pipe: Connection, master: int, limits: Limits) -> None:
    ended = contextlib.suppress(EOFError, BrokenPipeError)  # whoever asks may be gone
    with ended, Bench(limits) as bench:
        while (number := pipe.recv()) is not None:
            pipe.send(bench.tried(case(master, number)))
