"""A child process that may take so much memory and time: its messages and its limits.

Messages go over pipes, each with its length in front, and are waited for until a deadline.

Belongs here: framing, deadlines, resource limits of the process itself.
Does not belong here: what children do (reading/child, portal/sandbox_process).
"""

import math
import os
import resource
import select
import struct
import time
from pathlib import Path
from typing import IO, Final

LENGTH: Final = struct.Struct("<Q")
_MAX_MESSAGE_BYTES: Final = 512 << 20
_CPU_SECONDS_BEYOND_WALL: Final = 10


def send(pipe: IO[bytes], message: bytes) -> None:
    """Send a message, waiting as long as the pipe is full."""
    view = memoryview(LENGTH.pack(len(message)) + message)
    while view:
        view = view[os.write(pipe.fileno(), view) :]


def receive(pipe: IO[bytes] | None, seconds: float) -> bytearray:
    """Receive a message.

    Raises:
        TimeoutError: It is not complete in time.
        EOFError: The other side is gone, or what it sends is longer than any message may be.
    """
    if pipe is None:
        raise EOFError
    deadline = time.monotonic() + seconds
    (length,) = LENGTH.unpack(_receive_exactly(pipe.fileno(), LENGTH.size, deadline))
    if length > _MAX_MESSAGE_BYTES:
        raise EOFError
    return _receive_exactly(pipe.fileno(), length, deadline)


def _receive_exactly(pipe: int, length: int, deadline: float) -> bytearray:
    message = bytearray(length)
    missing = memoryview(message)
    poll = select.poll()
    poll.register(pipe, select.POLLIN)
    while missing:
        left = deadline - time.monotonic()
        if left <= 0 or not poll.poll(math.ceil(left * 1000)):
            raise TimeoutError
        count = os.readv(pipe, [missing])
        if count == 0:
            raise EOFError
        missing = missing[count:]
    return message


def address_space() -> int:
    """Return the bytes of address space that this process takes up."""
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    return pages * resource.getpagesize()


def limit(what: int, value: int) -> None:
    """Limit this process (``resource.RLIMIT_…``), never beyond what it may have."""
    _, hard = resource.getrlimit(what)
    if hard != resource.RLIM_INFINITY:
        value = min(value, hard)
    resource.setrlimit(what, (value, hard))


def limit_cpu(seconds: float) -> None:
    """Should the parent be gone, a child that computes for ever ends all the same."""
    used = time.process_time()
    limit(resource.RLIMIT_CPU, math.ceil(used + seconds) + _CPU_SECONDS_BEYOND_WALL)
