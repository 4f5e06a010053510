"""Work that a request does not wait for: one at a time, asked about while it goes on.

Belongs here: starting, states, words of a failure.
Does not belong here: what is done (what-if, upload), work of the night (Airflow).
"""

from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from threading import Lock
from typing import Any, Final

_REMEMBERED: Final = 200


@dataclass(frozen=True, slots=True)
class Job:
    """One piece of work.

    Attributes:
        state: ``waiting``, ``running``, ``done`` or ``failed``.
        words: Why it failed, for the person who asked.
        result: What it returned, None before its end.
    """

    key: str
    state: str
    since: datetime
    words: str = ""
    result: Any = None


class Jobs:
    """Work of this process; gone with it, as nothing here is more than a convenience."""

    def __init__(self, told: tuple[type[Exception], ...]) -> None:
        """Prepare for work whose ``told`` exceptions say what to do in their own words."""
        self._told = told
        self._jobs: OrderedDict[str, Job] = OrderedDict()
        self._lock = Lock()
        self._one = ThreadPoolExecutor(1, thread_name_prefix="portal-job")

    def start(self, key: str, work: Callable[[], Any]) -> Job:
        """Begin a piece of work, or return the one of this key that goes on."""
        with self._lock:
            there = self._jobs.get(key)
            if there is not None and there.state in ("waiting", "running"):
                return there
            job = self._put(Job(key, "waiting", datetime.now(UTC)))
            self._one.submit(self._do, key, work)
            return job

    def get(self, key: str) -> Job | None:
        """Return what is known of a piece of work, None when nobody asked for it here."""
        with self._lock:
            return self._jobs.get(key)

    def close(self) -> None:
        """Begin nothing more; what goes on ends by itself."""
        self._one.shutdown(wait=False, cancel_futures=True)

    def _do(self, key: str, work: Callable[[], Any]) -> None:
        with self._lock:
            self._put(Job(key, "running", datetime.now(UTC)))
        try:
            result = work()
        except self._told as error:
            done = Job(key, "failed", datetime.now(UTC), words=str(error))
        except Exception as error:
            done = Job(key, "failed", datetime.now(UTC), words=f"A fault of ours: {type(error)}.")
            with self._lock:
                self._put(done)
            raise
        else:
            done = Job(key, "done", datetime.now(UTC), result=result)
        with self._lock:
            self._put(done)

    def _put(self, job: Job) -> Job:
        self._jobs[job.key] = job
        self._jobs.move_to_end(job.key)
        while len(self._jobs) > _REMEMBERED:
            self._jobs.popitem(last=False)
        return job
