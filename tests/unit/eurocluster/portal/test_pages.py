"""The shelf of made pages: made once however many ask, dropped when there is no room."""

import time
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event

from eurocluster.portal.pages import Shelf


def test_who_asks_while_a_page_is_being_made_gets_the_same_one() -> None:
    shelf, asked, made = Shelf(), Event(), []

    def make() -> bytes:
        made.append(1)
        assert asked.wait(10)
        return b"a page"

    with ThreadPoolExecutor(4) as people:
        answers = [people.submit(shelf.get, ("k",), make) for _ in range(4)]
        asked.set()
        assert {answer.result(10) for answer in answers} == {b"a page"}
    assert shelf.get(("k",), make) == b"a page"
    assert len(made) == 1


def test_a_failure_is_told_to_all_who_wait_and_tried_again_afterwards() -> None:
    shelf, begun, others_ask, tries = Shelf(), Event(), Barrier(20), []

    def fail() -> bytes:
        tries.append(1)
        begun.set()
        time.sleep(0.2)  # so that most of the others ask meanwhile; each has its own answer if not
        raise ValueError("too much")

    def ask_as_well() -> bytes:
        others_ask.wait(10)
        return shelf.get(("k",), fail)

    with ThreadPoolExecutor(21) as people:
        first = people.submit(shelf.get, ("k",), fail)
        assert begun.wait(10)
        for answer in (first, *[people.submit(ask_as_well) for _ in range(20)]):
            assert isinstance(answer.exception(10), ValueError)
    assert len(tries) < 21
    assert shelf.get(("k",), lambda: b"now") == b"now"


def test_pages_used_least_make_room() -> None:
    shelf = Shelf(size=80)
    for key in ("a", "b", "c"):
        shelf.get((key,), lambda: b"12345678")
    shelf.get(("a",), lambda: b"")
    for number in range(8):
        shelf.get((str(number),), lambda: b"12345678")
    assert shelf.get(("a",), lambda: b"again") == b"12345678"
    assert shelf.get(("b",), lambda: b"again") == b"again"


def test_a_page_too_large_for_the_shelf_is_made_each_time() -> None:
    shelf = Shelf(size=80)
    assert shelf.get(("k",), lambda: b"x" * 11) == b"x" * 11
    assert shelf.get(("k",), lambda: b"new") == b"new"
