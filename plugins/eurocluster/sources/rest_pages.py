"""How the pages of an API hang together: what is asked for after each, and when it is enough.

An end is only believed when the API says it or when nothing more comes. A page with fewer records
than were asked for is no end: some APIs never give more, some hide records after counting them.

Belongs here: the ways in which a declaration says that pages follow each other.
Does not belong here: asking (rest.py), what a page holds (json_records.py).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

from eurocluster.consortium.sources import CursorPages, LinkedPages, NumberedPages, OnePage
from eurocluster.sources.json_records import MISSING, look_up
from eurocluster.sources.protocol import UnexpectedAnswer

_NEXT_LINK_OF_ODATA: Final = "@odata.nextLink"
_NAMES_WITH_DOTS: Final = ("@", "odata.")
_NOT_FOUND: Final = (404, 410)
_REFUSED: Final = (400, 416, 422)


@dataclass(frozen=True, slots=True)
class Step:
    """What to ask for.

    Attributes:
        address: None for the declared path with its parameters.
        params: Added to the address.
        end: Status codes that can mean that there are no more pages.
        key: What tells a page from all others; asked for twice, it is a circle.
    """

    address: str | None = None
    params: Mapping[str, str | int] = field(default_factory=dict)
    end: tuple[int, ...] = ()
    key: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """What came.

    Attributes:
        records: How many.
        beside: What stands in the answer beside the records.
        next_link: From the Link header.
        is_the_one_before: Its records are those of the page before, all of them.
        is_the_rest: All records have come that the API says it has.
    """

    records: int
    beside: Mapping[str, Any]
    next_link: str | None = None
    is_the_one_before: bool = False
    is_the_rest: bool = False


class Pages(Protocol):
    """One way in which pages follow each other; one object per walk through them."""

    def first(self) -> Step:
        """Return what to ask for first."""

    def after(self, page: Page) -> Step | None:
        """Return what to ask for after a page, None after the last.

        Raises:
            UnexpectedAnswer: The page does not say what it is declared to say.
        """


def pages_of(paging: NumberedPages | CursorPages | LinkedPages | OnePage, what: str) -> Pages:
    """Return the walk that a declaration describes; `what` is what messages call the records."""
    match paging:
        case NumberedPages():
            return _Numbered(paging, what)
        case CursorPages():
            return _Cursors(paging, what)
        case LinkedPages(type="link_header"):
            return _LinkHeaders()
        case LinkedPages():
            return _Links(paging.next_key or _NEXT_LINK_OF_ODATA, what)
        case OnePage():
            return _One()


class _One:
    def first(self) -> Step:
        return Step()

    def after(self, page: Page) -> Step | None:
        return None


class _Numbered:
    """Pages by number or offset, until an empty one, one that is not there, or the same again."""

    def __init__(self, paging: NumberedPages, what: str) -> None:
        self._what = what
        by_page = paging.type == "page"
        self._param = paging.param or ("page" if by_page else "offset")
        self._size_param = paging.size_param or ("per_page" if by_page else "limit")
        self._size = paging.size
        self._by_page = by_page
        self._number = paging.first if paging.first is not None else int(by_page)

    def first(self) -> Step:
        return self._step(())

    def after(self, page: Page) -> Step | None:
        is_short = page.records < self._size
        if not page.records or (is_short and (page.is_the_rest or page.is_the_one_before)):
            return None
        if page.is_the_one_before and not page.is_the_rest:
            raise UnexpectedAnswer(
                self._what, f"the API answers the same whatever {self._param!r} is"
            )
        self._number += 1 if self._by_page else page.records
        # After a full page such a refusal may as well be a limit that hides the rest.
        return self._step(_NOT_FOUND + _REFUSED if is_short else _NOT_FOUND)

    def _step(self, end: tuple[int, ...]) -> Step:
        return Step(
            None,
            {self._size_param: self._size, self._param: self._number},
            end,
            key=f"number {self._number}",
        )


class _Cursors:
    def __init__(self, paging: CursorPages, what: str) -> None:
        self._paging = paging
        self._what = what

    def first(self) -> Step:
        return Step()

    def after(self, page: Page) -> Step | None:
        cursor = _next(page, self._paging.next_key, self._what)
        return (
            None
            if cursor is None
            else Step(None, {self._paging.param: cursor}, key=f"cursor {cursor}")
        )


class _Links:
    def __init__(self, next_key: str, what: str) -> None:
        self._next_key = next_key
        self._what = what

    def first(self) -> Step:
        return Step()

    def after(self, page: Page) -> Step | None:
        address = _next(page, self._next_key, self._what)
        return None if address is None else Step(address, key=f"address {address}")


class _LinkHeaders:
    def first(self) -> Step:
        return Step()

    def after(self, page: Page) -> Step | None:
        address = page.next_link
        return None if address is None else Step(address, key=f"address {address}")


def _next(page: Page, key: str, what: str) -> str | None:
    """Return what a page says comes next.

    An API that leaves the name out at the end is believed, but not one that has no place for it.
    """
    found = look_up(page.beside, key)
    parent = "" if key.startswith(_NAMES_WITH_DOTS) else key.rpartition(".")[0]
    if found is MISSING and parent and look_up(page.beside, parent) is MISSING:
        raise UnexpectedAnswer(what, f"has no {parent!r}, where the next page is to stand")
    if found is MISSING or found in (None, "", False):
        return None
    if not isinstance(found, str):
        raise UnexpectedAnswer(what, f"{key!r} is neither a text nor a number")
    return found
