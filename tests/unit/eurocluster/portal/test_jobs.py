"""Work that a request does not wait for."""

import threading
import time

from eurocluster.portal.jobs import Jobs


def wait_for(jobs: Jobs, key: str, *states: str):
    for _ in range(500):
        job = jobs.get(key)
        if job and job.state in states:
            return job
        time.sleep(0.01)
    raise AssertionError(jobs.get(key))


def test_work_of_one_key_is_done_once_while_it_goes_on() -> None:
    jobs, go, done = Jobs(told=(ValueError,)), threading.Event(), []
    for _ in range(3):
        jobs.start("a", lambda: (go.wait(10), done.append(1)))
    assert wait_for(jobs, "a", "running")
    go.set()
    wait_for(jobs, "a", "done")
    assert done == [1]
    jobs.close()


def test_a_refusal_keeps_its_words_and_a_fault_tells_no_content() -> None:
    jobs = Jobs(told=(ValueError,))

    def refuse() -> None:
        raise ValueError("choose another")

    def break_down() -> None:
        raise RuntimeError("Testa Osoba, cell F7")

    jobs.start("a", refuse)
    assert wait_for(jobs, "a", "failed").words == "choose another"
    jobs.start("b", break_down)
    assert "Osoba" not in wait_for(jobs, "b", "failed").words
    jobs.close()
