"""One process at a time; whoever waits, or comes after one that died, is told of it."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from eurocluster import locks
from eurocluster.locks import hold

HOLDS = """
import sys, time
from pathlib import Path
from eurocluster.locks import descriptors, hold
import subprocess
sys.argv[0:1] = ["/somewhere/eurocluster", "run"]
with hold(Path(sys.argv[2])):
    if "child" in sys.argv:
        subprocess.Popen(["sleep", "1"], pass_fds=descriptors())
    print("held", flush=True)
    time.sleep(float(sys.argv[3]))
"""
COUNTS = """
import sys
from pathlib import Path
from eurocluster.locks import hold
count = Path(sys.argv[1])
for _ in range(25):
    with hold(count.with_name("count.lock")):
        now = int(count.read_text())
        count.write_text("")
        count.write_text(str(now + 1))
"""

Holding = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture
def lock(tmp_path: Path) -> Path:
    return tmp_path / "locks" / "p1.lock"


@pytest.fixture
def holding(lock: Path) -> Iterator[Holding]:
    """Return a function that starts a process that holds the lock for some seconds."""
    started: list[subprocess.Popen[str]] = []

    def start(seconds: float, *more: str) -> "subprocess.Popen[str]":
        command = [sys.executable, "-c", HOLDS, str(lock), str(seconds), *more]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        started.append(process)
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        return process

    yield start
    for process in started:
        process.kill()
        process.wait()
        assert process.stdout is not None
        process.stdout.close()


def test_processes_never_work_at_once(tmp_path: Path) -> None:
    count = tmp_path / "count"
    count.write_text("0")
    command = [sys.executable, "-c", COUNTS, str(count)]
    for process in [subprocess.Popen(command) for _ in range(4)]:
        assert process.wait() == 0
    assert count.read_text() == "100"


def test_threads_never_work_at_once(lock: Path) -> None:
    inside: list[int] = []
    most = 0

    def work(number: int) -> None:
        nonlocal most
        with hold(lock):
            inside.append(number)
            most = max(most, len(inside))
            time.sleep(0.01)
            inside.remove(number)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == 1


def test_whoever_waits_says_for_whom_and_since_when(
    lock: Path,
    holding: Holding,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(locks, "_SILENT_FOR", 0.1)
    process = holding(1)
    with hold(lock) as left:
        assert left is None
    (told,) = caplog.messages
    assert told.startswith(f"p1: waits for eurocluster run (pid {process.pid} on ")
    assert told.endswith(", less than a minute)")


def test_a_lock_that_is_free_is_had_without_a_word(
    lock: Path, caplog: pytest.LogCaptureFixture
) -> None:
    for _ in range(2):
        with hold(lock) as left:
            assert left is None
    assert caplog.messages == []


def test_whoever_was_killed_is_told_of_until_the_work_comes_to_its_end(
    lock: Path, holding: Holding, caplog: pytest.LogCaptureFixture
) -> None:
    process = holding(60)
    process.send_signal(signal.SIGKILL)
    process.wait()
    with pytest.raises(KeyboardInterrupt), hold(lock) as left:
        raise KeyboardInterrupt
    assert left is not None
    assert (left.pid, left.command) == (process.pid, "eurocluster run")
    with pytest.raises(OSError, match="full"), hold(lock) as again:
        raise OSError("disk full")
    assert again is not None
    assert again.pid == os.getpid()
    assert again.undone_since == left.undone_since < again.since
    with hold(lock) as still:
        assert still is not None
        assert still.undone_since == left.undone_since
    with hold(lock) as nobody:
        assert nobody is None
    assert "eurocluster run" in caplog.messages[0]
    assert "did not come to an end" in caplog.messages[0]
    assert len(caplog.messages) == 3


@pytest.mark.parametrize("owes", [False, True])
def test_an_error_leaves_something_undone_where_that_is_said(lock: Path, owes: bool) -> None:
    with pytest.raises(OSError, match="full"), hold(lock, owes_after_errors=owes):
        raise OSError("disk full")
    with hold(lock) as left:
        assert (left is not None) == owes


def test_whoever_does_a_part_only_leaves_the_rest_to_the_next(lock: Path, holding: Holding) -> None:
    process = holding(60)
    process.kill()
    process.wait()
    with hold(lock, settles=False) as left:
        pass
    with hold(lock) as again:
        assert again == left
        assert again is not None
    with hold(lock, settles=False) as nobody:
        assert nobody is None
    with hold(lock) as still_nobody:
        assert still_nobody is None


def test_nobody_works_beside_the_child_of_one_that_was_killed(
    lock: Path,
    holding: Holding,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(locks, "_SILENT_FOR", 0.1)
    process = holding(60, "child")
    process.kill()
    process.wait()
    killed_at = time.monotonic()
    with hold(lock):
        assert time.monotonic() - killed_at > 0.4
    assert "which has ended" in caplog.messages[0]


def test_what_the_file_says_decides_nothing(lock: Path) -> None:
    lock.parent.mkdir()
    lock.write_text('{"half of a li')
    with hold(lock) as left:
        assert left is None


@pytest.mark.parametrize(
    ("minutes", "words"), [(0, "less than a minute"), (1, "1 minute"), (183, "183 minutes")]
)
def test_how_long_it_has_lasted_is_said_in_words(minutes: int, words: str) -> None:
    begun = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
    holder = locks.Holder("eurocluster run", 4711, "host", begun, begun)
    local = f"{begun.astimezone():%H:%M}"
    told = holder.told(begun + timedelta(minutes=minutes))
    assert told == f"eurocluster run (pid 4711 on host, since {local}, {words})"
