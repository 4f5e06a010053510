"""Microsoft Graph's drives over a folder of this machine, and the sign-in in front of them.

The real service cannot be had in a test. This one replays its protocol as documented, strictly:
the token's form and scope, a token on every request and none on the address of a download, paths
and ids, fields by $select, pages by @odata.nextLink, errors as Graph words them. Whether Graph
keeps to its documents is not shown by it.

Belongs here: what the connector needs of Graph.
Does not belong here: what it makes of it (test_sharepoint.py).
"""

import base64
import os
import secrets
import time
import urllib.parse
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import Route

from tests.sources.servers.web_apps import Desk, served

TENANT = "partner.example"
CLIENT = "0f0e0d0c-registers"
PASSWORD = "S3cret pä$$ %41:@/"
DRIVE = "b!registers-Ab_-1"

_PAGE = 50


@dataclass(frozen=True)
class GraphServer:
    """A running Graph, and the folder that is its one drive."""

    port: int
    desk: Desk
    folder: Path


@contextmanager
def graph(work: Path) -> Iterator[GraphServer]:
    """Run Graph on a new folder."""
    desk = work / "graph"
    folder = work / "library"
    desk.mkdir()
    folder.mkdir()
    (desk / "drive").symlink_to(folder)
    with served("graph", desk) as port:
        yield GraphServer(port, Desk(desk), folder)


def app() -> Starlette:
    """Make the Graph of the folder in the environment."""
    server = _Graph(Desk(Path(os.environ["DESK"])))
    return Starlette(
        routes=[
            Route("/{tenant}/oauth2/v2.0/token", server.token, methods=["POST"]),
            Route("/v1.0/drives/{drive}/{rest:path}", server.drives),
            Route("/download/{item}", server.download),
        ]
    )


class _Graph:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._root = (desk.folder / "drive").resolve()
        self._tokens: dict[str, float] = {}

    async def token(self, request: Request) -> Response:
        self._desk.note(request)
        async with request.form() as form:
            asked = dict(form)
        if request.path_params["tenant"] != TENANT:
            return JSONResponse({"error": "invalid_request"}, 400)
        known = {
            "grant_type": "client_credentials",
            "client_id": CLIENT,
            "client_secret": PASSWORD,
            "scope": f"http://{request.headers['host']}/.default",
        }
        if asked != known:
            told = {"error": "invalid_client", "error_description": f"AADSTS7000215: {asked}"}
            return JSONResponse(told, 401)
        token = secrets.token_urlsafe(24)
        self._tokens[token] = time.time() + 3599
        return JSONResponse({"token_type": "Bearer", "expires_in": 3599, "access_token": token})

    async def drives(self, request: Request) -> Response:
        self._desk.note(request)
        if self._desk.take("withdraw_tokens"):
            self._tokens.clear()
        said = request.headers.get("authorization", "").removeprefix("Bearer ")
        if self._tokens.get(said, 0) < time.time():
            return _error(401, "InvalidAuthenticationToken")
        busy = self._desk.busy()
        if busy is not None:
            return busy
        if request.path_params["drive"] != DRIVE:
            return _error(404, "itemNotFound")
        # Starlette has unquoted the path; Graph's colon stands between unquoted names.
        rest = request.path_params["rest"]
        wants_children = rest.endswith(("/children", ":/children"))
        rest = rest.removesuffix("/children").removesuffix(":")
        if rest == "root":
            found: Path | None = self._root
        elif rest.startswith("root:/"):
            found = self._root / rest.removeprefix("root:/")
        else:
            found = self._by_id(rest.removeprefix("items/"))
        if found is None or not found.exists() or found.is_symlink():
            return _error(404, "itemNotFound")
        if not wants_children:
            return JSONResponse(self._item(request, found))
        return self._children(request, found)

    def _children(self, request: Request, folder: Path) -> Response:
        start = int(request.query_params.get("$skiptoken", "0"))
        size = min(int(request.query_params.get("$top", "200")), _PAGE)
        everything = sorted(path for path in folder.iterdir() if not path.is_symlink())
        page: dict[str, Any] = {
            "value": [self._item(request, path) for path in everything[start : start + size]]
        }
        if self._desk.take("shortcut"):
            shared = {"id": "elsewhere", "folder": {"childCount": 1}}
            page["value"].append({"id": "01SHORT", "name": "shared", "remoteItem": shared})
        if start + size < len(everything):
            address = request.url.include_query_params(**{"$skiptoken": start + size})
            if self._desk.take("next_page_elsewhere"):
                address = address.replace(hostname="localhost")
            page["@odata.nextLink"] = str(address)
        return JSONResponse(page)

    def _item(self, request: Request, path: Path) -> dict[str, Any]:
        state = path.stat()
        key = _id(path.relative_to(self._root).as_posix())
        mark = f"{state.st_ino:x}.{state.st_size:x}.{state.st_mtime_ns:x}"
        item: dict[str, Any] = {
            "id": key,
            "name": "root" if path == self._root else path.name,
            "size": state.st_size,
            "eTag": f'"{{{key}}},{time.time_ns()}"',  # changes with anything; not to be relied on
            "cTag": f'"c:{{{key}}},{mark}"',
            "lastModifiedDateTime": datetime.fromtimestamp(state.st_mtime, UTC).strftime(
                "%Y-%m-%dT%H:%M:%SZ"
            ),
            "parentReference": {"driveId": DRIVE},
        }
        if path.is_dir():
            item["folder"] = {"childCount": len(list(path.iterdir()))}
        else:
            item["file"] = {"mimeType": "application/octet-stream"}
            item["@microsoft.graph.downloadUrl"] = (
                f"http://{request.headers['host']}/download/{key}?tempauth={_tempauth(key)}"
            )
        if "$select" in request.query_params:
            chosen = request.query_params["$select"].split(",")
            return {name: item[name] for name in chosen if name in item}
        return item

    async def download(self, request: Request) -> Response:
        self._desk.note(request)
        key = request.path_params["item"]
        if "authorization" in request.headers or request.query_params["tempauth"] != _tempauth(key):
            return Response("a token has no business here", 401)
        path = self._by_id(key)
        if path is None or not path.is_file():
            return _error(404, "itemNotFound")
        return FileResponse(path)

    def _by_id(self, key: str) -> Path | None:
        try:
            padded = key.removeprefix("01").replace("1", "=")
            return self._root / base64.b32decode(padded).decode()
        except ValueError:
            return None


def _id(name: str) -> str:
    """Return an id like Graph's: letters and digits that hold no name for people."""
    return "01" + base64.b32encode(name.encode()).decode().replace("=", "1")


def _tempauth(key: str) -> str:
    return urllib.parse.quote(f"v1.{key[-8:]}", safe="")


def _error(status: int, code: str) -> Response:
    told = {"error": {"code": code, "message": "…", "innerError": {"request-id": "1"}}}
    return JSONResponse(told, status)
