"""The application: its routes, its headers, and what somebody sees when something goes wrong.

Belongs here: putting routers together, headers of every answer, error pages.
Does not belong here: a page (routes), rights (access), Airflow (airflow/portal_doors).
"""

from collections.abc import Awaitable, Callable, MutableMapping
from contextlib import asynccontextmanager
from typing import Any, Final, cast
from urllib.parse import quote

import httpx
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, RedirectResponse
from starlette.exceptions import HTTPException as AnyHttpException

from eurocluster.asides import UnknownSetting
from eurocluster.consortium.declarations import DeclarationError
from eurocluster.nightly import AuditFailed
from eurocluster.portal import routes
from eurocluster.portal.airflow_api import AirflowRefused
from eurocluster.portal.jobs import Jobs
from eurocluster.portal.pages import Shelf, environment, link
from eurocluster.portal.reading import OpenWarehouse
from eurocluster.portal.sandbox import Sandbox
from eurocluster.published import NothingPublished
from eurocluster.settings import Settings
from eurocluster.sources.connections import Lookup
from eurocluster.submitting import CannotSubmit

HEADERS: Final = {
    # Vega compiles the expressions of a chart, hence unsafe-eval; nothing comes from elsewhere.
    "Content-Security-Policy": "default-src 'self'; script-src 'self' 'unsafe-eval';"
    " style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; object-src 'none';"
    " base-uri 'none'; form-action 'self'; frame-ancestors 'self'",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]


def build_portal(
    settings: Settings,
    airflow: Callable[[], httpx.AsyncClient] = httpx.AsyncClient,
    airflow_address: str = "/",
    lookup: Lookup = lambda _: None,
) -> FastAPI:
    """Return the portal of one consortium.

    Everybody is turned away until ``access.visitor`` is overridden.

    Args:
        settings: Of the consortium and its state folder.
        airflow: Makes a client of Airflow's REST API.
        airflow_address: Where people find Airflow's own pages.
        lookup: Finds Airflow connections, for the vault.
    """
    warehouse = OpenWarehouse(settings)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> Any:
        yield
        portal.state.jobs.close()
        portal.state.sandbox.close()
        warehouse.close()

    # Routes of FastAPI's own would be open to everybody.
    portal = FastAPI(
        title="Eurocluster", docs_url=None, redoc_url=None, openapi_url=None, lifespan=lifespan
    )
    portal.state.settings = settings
    portal.state.airflow = airflow
    portal.state.lookup = lookup
    portal.state.airflow_address = airflow_address.rstrip("/")
    portal.state.warehouse = warehouse
    portal.state.shelf = Shelf()
    portal.state.sandbox = Sandbox()
    portal.state.jobs = Jobs(told=(AuditFailed, CannotSubmit, DeclarationError, UnknownSetting))
    portal.state.templates = environment()
    portal.add_middleware(_Headers)
    for router in routes.ROUTERS:
        portal.include_router(router)
    portal.add_exception_handler(AnyHttpException, _refused)
    portal.add_exception_handler(RequestValidationError, _misunderstood)
    portal.add_exception_handler(NothingPublished, _empty)
    portal.add_exception_handler(DeclarationError, _wrongly_declared)
    portal.add_exception_handler(AirflowRefused, _refused_by_airflow)
    return portal


class _Headers:
    """Put the headers on every answer, errors included."""

    def __init__(self, app: Any) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def with_headers(message: MutableMapping[str, Any]) -> None:
            if message["type"] == "http.response.start":
                there = {name.lower() for name, _ in message["headers"]}
                message["headers"] += [
                    (name.lower().encode(), value.encode())
                    for name, value in HEADERS.items()
                    if name.lower().encode() not in there
                ]
            await send(message)

        await self._app(scope, receive, with_headers if scope["type"] == "http" else send)


async def _refused(request: Request, error: Exception) -> Response:
    refusal = cast(AnyHttpException, error)
    if refusal.status_code == 401 and request.method == "GET" and _wants_page(request):
        below = request.scope.get("app_root_path", "")
        target = quote(request.url.path + (f"?{request.url.query}" if request.url.query else ""))
        return RedirectResponse(f"{below}/auth/login?next={target}", 302)
    return _told(request, refusal.status_code, str(refusal.detail), refusal.headers)


async def _misunderstood(request: Request, error: Exception) -> Response:
    told = "; ".join(
        f"{'.'.join(str(part) for part in fault['loc'][1:])}: {fault['msg']}"
        for fault in cast(RequestValidationError, error).errors()
    )
    return _told(request, 422, f"This is not understood. {told}.")


async def _empty(request: Request, error: Exception) -> Response:
    del error
    return _told(
        request,
        404,
        "Nothing is published yet: the first night has not come to its end. The page Runs shows how"
        " far it is, and starts one.",
        is_early=True,
    )


async def _wrongly_declared(request: Request, error: Exception) -> Response:
    return _told(request, 409, str(error))


async def _refused_by_airflow(request: Request, error: Exception) -> Response:
    return _told(request, cast(AirflowRefused, error).status, str(error))


def _told(
    request: Request, status: int, words: str, headers: Any = None, *, is_early: bool = False
) -> Response:
    """Return an error as a page to a person, as JSON to a program."""
    if not _wants_page(request):
        return JSONResponse({"detail": words}, status, headers)
    templates = request.app.state.templates
    body = templates.get_template("error.html").render(
        words=words,
        status=status,
        is_early=is_early,
        link=lambda name, /, **parts: link(request, name, **parts),
    )
    return Response(body, status, headers, "text/html; charset=utf-8")


def _wants_page(request: Request) -> bool:
    return "text/html" in request.headers.get("accept", "")
