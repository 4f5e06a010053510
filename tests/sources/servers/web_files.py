"""A web server for files behind links: exact, polite, and with the habits of less polite ones.

This file is also the program that runs the server, with its configuration as the only argument.
``/files/…`` serves a folder; the other routes each show one habit, on the same folder.

Belongs here: the server, its start.
Does not belong here: what is asked of the connector.
"""

import base64
import gzip
import json
import sys
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from email.utils import formatdate
from pathlib import Path
from typing import Any
from urllib.parse import quote

import anyio
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response, StreamingResponse
from starlette.routing import Route

from tests.sources.servers.certificates import certificate
from tests.sources.servers.processes import LOOPBACK, free_port, running

_PIECE_BYTES = 1 << 18


@dataclass(frozen=True)
class WebServer:
    """A running web server and the folder that it serves."""

    folder: Path
    port: int
    certificate: Path | None
    log: Path

    def link(self, name: str, host: str = LOOPBACK, *, habit: str = "files") -> str:
        """Return the address of a file of the folder, served with a habit."""
        scheme = "https" if self.certificate else "http"
        return f"{scheme}://{host}:{self.port}/{habit}/{quote(name)}"

    def requests(self) -> list[str]:
        """Return what was asked so far: method, address, and whether with a password."""
        lines = self.log.read_text(encoding="utf-8").splitlines()
        return [line.removeprefix("asked ") for line in lines if line.startswith("asked ")]


@contextmanager
def web_files(
    work: Path, login: str = "", password: str = "", *, tls: bool = False
) -> Iterator[WebServer]:
    """Run the server on a new folder; with a login, HTTP Basic in UTF-8 is asked for."""
    folder = work / "served"
    folder.mkdir()
    port = free_port()
    proof = certificate(work) if tls else None
    configuration = {
        "port": port,
        "folder": str(folder),
        "login": login,
        "password": password,
        "certificate": str(proof) if proof else None,
    }
    log = work / "web_files.log"
    command = [sys.executable, "-u", __file__, json.dumps(configuration)]
    with running(command, port, log):
        yield WebServer(folder, port, proof, log)


class _Files:
    """The routes, on one folder."""

    def __init__(self, configuration: Mapping[str, Any]) -> None:
        self._folder = Path(configuration["folder"])
        pair = f"{configuration['login']}:{configuration['password']}".encode()
        self._asks = bool(configuration["login"])
        self._expected = "Basic " + base64.b64encode(pair).decode()

    def routes(self) -> list[Route]:
        habits = {
            "files": ["HEAD", "GET"],
            "without-head": ["GET"],  # HEAD: 405
            "empty-head": ["HEAD", "GET"],
            "named": ["HEAD", "GET"],
            "gzipped": ["HEAD", "GET"],
            "weak": ["HEAD", "GET"],
            "login-page": ["HEAD", "GET"],
            "moved": ["HEAD", "GET"],
            "moved-to": ["HEAD", "GET"],
            "circle": ["HEAD", "GET"],
        }
        return [
            Route(f"/{habit}/{{name:path}}", self._answer(habit), methods=methods)
            for habit, methods in habits.items()
        ]

    def _answer(self, habit: str) -> Any:
        async def answer(request: Request) -> Response:
            given = request.headers.get("authorization")
            told = " with a password" if given else ""
            sys.stdout.write(f"asked {request.method} {request.url}{told}\n")
            if self._asks and given != self._expected:
                return Response(status_code=401, headers={"WWW-Authenticate": "Basic"})
            return self._with_habit(habit, request)

        if habit == "without-head":
            # Starlette would add HEAD to every route for GET.
            async def answer_get_only(request: Request) -> Response:
                if request.method == "HEAD":
                    return Response(status_code=405)
                return await answer(request)

            return answer_get_only
        return answer

    def _with_habit(self, habit: str, request: Request) -> Response:
        name = request.path_params["name"]
        match habit:
            case "moved":
                return RedirectResponse(f"/files/{quote(name)}", status_code=302)
            case "moved-to":  # the name is a whole address
                return RedirectResponse(name, status_code=302)
            case "circle":
                return RedirectResponse(f"/circle/{quote(name)}", status_code=302)
            case "login-page":
                return HTMLResponse("<!DOCTYPE html><title>Sign in</title><form>…</form>")
        path = self._folder / name
        if not path.is_file():
            return Response(status_code=404)
        status = path.stat()
        etag = f'"{status.st_ino:x}-{status.st_size:x}-{status.st_mtime_ns:x}"'
        headers = {
            "ETag": f"W/{etag}" if habit == "weak" else etag,
            "Last-Modified": formatdate(status.st_mtime, usegmt=True),
        }
        if request.headers.get("if-match", etag) != etag:
            return Response(status_code=412)
        if habit == "gzipped":  # whatever was asked for
            packed = gzip.compress(path.read_bytes())
            return Response(packed, headers={**headers, "Content-Encoding": "gzip"})
        if habit == "named":
            headers["Content-Disposition"] = (
                "attachment; filename=\"fallback.xlsx\"; filename*=UTF-8''"
                + quote(f"../Zażółć {name}")
            )
        size = status.st_size
        if habit == "empty-head" and request.method == "HEAD":
            return Response(headers=headers)
        if request.headers.get("range") == "bytes=0-0":
            if not size:
                return Response(status_code=416, headers={"Content-Range": "bytes */0"})
            headers["Content-Range"] = f"bytes 0-0/{size}"
            return Response(path.read_bytes()[:1], status_code=206, headers=headers)
        headers["Content-Length"] = str(size)
        if request.method == "HEAD":
            return Response(headers=headers)
        return StreamingResponse(_exactly(path, size), headers=headers)


async def _exactly(path: Path, size: int) -> AsyncIterator[bytes]:
    """Send as many bytes as were announced, whatever happens to the file, as web servers do."""
    async with await anyio.open_file(path, "rb") as file:
        while size and (piece := await file.read(min(size, _PIECE_BYTES))):
            size -= len(piece)
            yield piece


def _serve(configuration: Mapping[str, Any]) -> None:
    """Run the server until the process is ended."""
    uvicorn.run(
        Starlette(routes=_Files(configuration).routes()),
        host=LOOPBACK,
        port=configuration["port"],
        log_level="warning",
        ssl_certfile=configuration["certificate"],
        ssl_keyfile=configuration["certificate"],
    )


if __name__ == "__main__":
    _serve(json.loads(sys.argv[1]))
