"""Processes of servers: a free port, a start that waits for an answer, an end that leaves nothing.

Belongs here: starting and ending any program that listens on a port of 127.0.0.1.
Does not belong here: any one program.
"""

import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

LOOPBACK = "127.0.0.1"
START_SECONDS = 30.0
END_SECONDS = 5.0


class ServerDied(Exception):
    """A server ended before it answered; the message is the end of its log."""


def free_port() -> int:
    """Return a port that nobody listens on, on any address: the fault proxy takes the same one."""
    with socket.socket() as probe:
        probe.bind(("0.0.0.0", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running(
    command: Sequence[str | Path],
    port: int,
    log: Path,
    *,
    greeting: bytes = b"",
    environment: Mapping[str, str] | None = None,
) -> Iterator[int]:
    """Run a program until the block ends; yield its process id once its port answers.

    `greeting` is what a server that speaks first begins with. `environment` adds to this process's
    own. The program leads a process group, which is ended with everything that it started.

    Raises:
        ServerDied: It ended by itself, or did not answer in `START_SECONDS`.
    """
    with log.open("wb") as output:
        process = subprocess.Popen(
            [str(word) for word in command],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            env={**os.environ, **(environment or {})},
        )
    try:
        _wait_for_answer(process, port, greeting, log)
        yield process.pid
    finally:
        _end(process)


def _wait_for_answer(
    process: subprocess.Popen[bytes], port: int, greeting: bytes, log: Path
) -> None:
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end and process.poll() is None:
        with suppress(OSError), socket.create_connection((LOOPBACK, port), timeout=1.0) as answer:
            if answer.recv(len(greeting)) == greeting:
                return
        time.sleep(0.02)
    told = log.read_text(encoding="utf-8", errors="replace")[-2000:]
    raise ServerDied(f"{process.args!r} does not answer on port {port}: {told}")


def _end(process: subprocess.Popen[bytes]) -> None:
    for sign in (signal.SIGTERM, signal.SIGKILL):
        with suppress(ProcessLookupError):
            os.killpg(process.pid, sign)
        with suppress(subprocess.TimeoutExpired):
            process.wait(END_SECONDS)
    # Children that outlived their leader.
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
