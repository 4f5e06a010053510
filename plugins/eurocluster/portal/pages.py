"""From values to a page: templates, links, and pages that are made once per publication.

What a publication says never changes, so a page of it is made once and sent again, until another
publication is current. Pages that show anything else (decisions of today, running nights) are made
anew each time.

Belongs here: rendering, links that work below any prefix, the shelf of made pages.
Does not belong here: what a page shows (routes), how it looks (templates, static).
"""

import hashlib
import pickle
from collections import OrderedDict
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from datetime import date, datetime
from threading import Lock
from typing import Any, Final, TypeVar
from urllib.parse import urlencode

from fastapi import Request, Response
from fastapi.responses import HTMLResponse
from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from markupsafe import Markup

from eurocluster.figures import plain
from eurocluster.portal.access import Visitor
from eurocluster.portal.static_files import digest

SHELF_BYTES: Final = 64 * 2**20
"""Most that made pages may hold in memory."""

Value = TypeVar("Value")


class Shelf:
    """Pages that were made before, and what they share; the least used ones make room."""

    def __init__(self, size: int = SHELF_BYTES) -> None:
        self._size = size
        self._held = 0
        self._pages: OrderedDict[tuple[str, ...], bytes] = OrderedDict()
        self._lock = Lock()
        self._being_made: dict[tuple[str, ...], Future[bytes]] = {}

    def get(self, key: tuple[str, ...], make: Callable[[], bytes]) -> bytes:
        """Return the page of ``key``, made now unless it is there.

        Those who ask for it while it is being made wait for it, and for the error if it fails.
        """
        with self._lock:
            if key in self._pages:
                self._pages.move_to_end(key)
                return self._pages[key]
            turn = self._being_made.get(key)
            if turn is None:
                mine = self._being_made[key] = Future()
        if turn is not None:
            return turn.result()
        try:
            made = make()
        except BaseException as error:
            with self._lock:
                del self._being_made[key]
            mine.set_exception(error)
            raise
        with self._lock:
            self._put(key, made)
            del self._being_made[key]
        mine.set_result(made)
        return made

    def get_value(self, key: tuple[str, ...], make: Callable[[], Value]) -> Value:
        """Return the value of ``key``, worked out now unless it is there."""
        kept = self.get(key, lambda: pickle.dumps(make()))
        value: Value = pickle.loads(kept)  # noqa: S301 - pickled by this process
        return value

    def _put(self, key: tuple[str, ...], made: bytes) -> None:
        if key in self._pages or len(made) > self._size // 8:
            return
        self._pages[key] = made
        self._held += len(made)
        while self._held > self._size:
            _, dropped = self._pages.popitem(last=False)
            self._held -= len(dropped)


def environment() -> Environment:
    """Return the templates, with what every page needs to show values."""
    found = Environment(
        loader=PackageLoader("eurocluster.portal"),
        autoescape=select_autoescape(default=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    found.globals["digest"] = digest
    found.filters |= {
        "plain": plain,
        "number": _number,
        "state": lambda state: (state or "").replace("_", " "),
        "day": _day,
        "moment": _moment,
        "thousands": lambda number: "" if number is None else f"{number:,}",
    }
    return found


def page(
    request: Request, who: Visitor, template: str, values: Mapping[str, Any], status: int = 200
) -> Response:
    """Return a page that is made for this request alone."""
    return HTMLResponse(
        _rendered(request, who, template, values), status, {"Cache-Control": "no-store"}
    )


def kept_page(
    request: Request,
    who: Visitor,
    state: str,
    template: str,
    values: Callable[[], Mapping[str, Any]],
) -> Response:
    """Return a page that only a state, the address and the visitor's rights decide.

    The state is the id of a publication mostly. ``values`` is called when the page was not made
    before.
    """
    address = f"{request.scope['root_path']}{request.url.path}?{request.url.query}"
    rights = ",".join(sorted(who.rights))
    body = request.app.state.shelf.get(
        (state, template, address, rights),
        lambda: _rendered(request, who, template, values()).encode(),
    )
    tag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    headers = {"ETag": tag, "Cache-Control": "private, no-cache"}
    if tag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    return HTMLResponse(body, headers=headers)


def link(request: Request, name: str, /, **parts: Any) -> str:
    """Return the address of a route, below whatever prefix the portal is served.

    Parts that are no part of the path become the query; None is left out.
    """
    application = request.app
    route = next(route for route in application.routes if getattr(route, "name", None) == name)
    in_path = {key: str(parts[key]) for key in route.param_convertors}
    query = {key: value for key, value in parts.items() if key not in in_path}
    path = str(application.url_path_for(name, **in_path))
    asked = urlencode({key: value for key, value in query.items() if value is not None}, doseq=True)
    return f"{request.scope['root_path']}{path}" + (f"?{asked}" if asked else "")


def _rendered(request: Request, who: Visitor, template: str, values: Mapping[str, Any]) -> str:
    templates: Environment = request.app.state.templates
    return templates.get_template(template).render(
        who=who,
        here=request.url.path.removeprefix(request.scope["root_path"]),
        link=lambda name, /, **parts: link(request, name, **parts),
        **values,
    )


def _number(value: float | None) -> str:
    """Return a number of the warehouse, whose whole numbers are floats as well."""
    return plain(int(value) if value is not None and value == int(value) else value)


def _day(day: date | None) -> str:
    return "" if day is None else f"{day:%Y-%m-%d}"


def _moment(moment: datetime | None) -> Markup | str:
    """Return a moment in UTC; the page's script shows it in the reader's own time."""
    if moment is None:
        return ""
    return Markup('<time datetime="{}">{}</time>').format(
        moment.isoformat(), f"{moment:%Y-%m-%d %H:%M} UTC"
    )
