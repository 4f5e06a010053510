"""An invented partner's JSON API, with every way of paging and of signing in that we declare.

It serves the lines of ``records.jsonl`` as they stand there. What it checks and how it fails is
said by the query: ``auth=basic``, ``fault=loop``.

Belongs here: protocols of APIs, and the faults that real ones have.
Does not belong here: what the connector makes of them (test_rest.py).
"""

import asyncio
import base64
import gzip
import json
import os
import secrets
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response, StreamingResponse
from starlette.routing import Route

from tests.sources.servers.certificates import certificate
from tests.sources.servers.web_apps import Desk, served

LOGIN = "registers"
PASSWORD = "S3cret pä$$ %41:@/"
SECRETS = (PASSWORD, "sesam-öffne-dich")
"""What signs in as a password, token, key or client secret; the second one in query strings."""

_PIECE = 1 << 18


@dataclass(frozen=True)
class PartnerApi:
    """A running API."""

    port: int
    desk: Desk
    records: Path
    certificate: Path | None

    @property
    def url(self) -> str:
        return f"{'https' if self.certificate else 'http'}://127.0.0.1:{self.port}"


@contextmanager
def partner_api(work: Path, *, tls: bool = False) -> Iterator[PartnerApi]:
    """Run the API on a new folder."""
    desk = work / "partner_api"
    desk.mkdir()
    proof = certificate(desk) if tls else None
    with served("partner_api", desk, certificate=proof) as port:
        yield PartnerApi(port, Desk(desk), desk / "records.jsonl", proof)


def app() -> Starlette:
    """Make the API of the folder in the environment."""
    api = _Api(Desk(Path(os.environ["DESK"])))
    pages = {
        "single": api.single,
        "bare": api.bare,
        "page": api.page,
        "offset": api.offset,
        "cursor": api.cursor,
        "link": api.link,
        "next": api.next_url,
        "odata": api.odata,
        "verbatim": api.verbatim,
        "redirect": api.redirect,
        "web_page": api.web_page,
        "bomb": api.bomb,
        "drip": api.drip,
    }
    routes = [Route(f"/api/{name}/{{list}}", api.checked(page)) for name, page in pages.items()]
    return Starlette(routes=[*routes, Route("/token", api.token, methods=["POST"])])


class _Api:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._records = desk.folder / "records.jsonl"
        self._tokens: dict[str, float] = {}

    def checked(self, page: Any) -> Any:
        async def answer(request: Request) -> Response:
            self._desk.note(request)
            if not self._knows(request):
                return Response("who are you?", 401, {"WWW-Authenticate": "Basic"})
            busy = self._desk.busy()
            if busy is not None:
                return busy
            if not self._file(request).exists():
                return Response("no such list", 404)
            found: Response = await page(request)
            return found

        return answer

    def _knows(self, request: Request) -> bool:
        said = request.headers.get("authorization", "").encode("latin-1")
        password = PASSWORD.encode()
        match request.query_params.get("auth"):
            case "basic":
                pair = f"{LOGIN}:".encode() + password
                return said == b"Basic " + base64.b64encode(pair)
            case "bearer":
                return said == b"Bearer " + password
            case "api_key":
                return said == b"Token " + password
            case "query":
                return request.query_params.get("code") == SECRETS[1]
            case "oauth2":
                return self._tokens.get(said.decode().removeprefix("Bearer "), 0) > time.time()
        return True

    async def token(self, request: Request) -> Response:
        self._desk.note(request)
        async with request.form() as form:
            asked = dict(form)
        scope = asked.pop("scope", None)
        known = {
            "grant_type": "client_credentials",
            "client_id": LOGIN,
            "client_secret": PASSWORD,
        }
        if asked != known or scope not in (None, "registers.read"):
            return JSONResponse({"error": "invalid_client"}, 401)
        lasting = self._desk.take("short_tokens")
        seconds = 2 if lasting else 3600
        token = secrets.token_urlsafe(24)
        if self._desk.take("withdrawn_token") is None:
            self._tokens[token] = time.time() + seconds
        return JSONResponse({"access_token": token, "token_type": "bearer", "expires_in": seconds})

    def _lines(self) -> list[str]:
        return self._records.read_text(encoding="utf-8").splitlines()

    async def single(self, request: Request) -> Response:
        """Answer with everything, in pieces; the ETag changes with the file."""
        state = self._records.stat()
        etag = f'"{state.st_ino:x}-{state.st_size:x}-{state.st_mtime_ns:x}"'
        if request.headers.get("if-none-match") == etag:
            return Response(status_code=304, headers={"ETag": etag})
        head, tail = b'{"meta": {"source": "caf\xc3\xa9"}, "data": [', b"]}"
        length = len(head) + max(state.st_size - 1, 0) + len(tail)

        async def pieces() -> AsyncIterator[bytes]:
            yield head
            left = state.st_size - 1
            with self._records.open("rb") as records:
                while left > 0:
                    piece = records.read(min(left, _PIECE))
                    left -= len(piece)
                    yield piece.replace(b"\n", b",")
            yield tail

        headers = {"ETag": etag, "Content-Length": str(length)}
        return StreamingResponse(pieces(), media_type="application/json", headers=headers)

    async def bare(self, _: Request) -> Response:
        return _json(f"[{', '.join(self._lines())}]")

    async def verbatim(self, _: Request) -> Response:
        """Answer with the file itself, whatever it holds."""
        return Response(self._records.read_bytes(), media_type="application/json")

    def _file(self, request: Request) -> Path:
        """Return what a list is made of: ``attendance`` of the records, others of their own."""
        name = request.path_params["list"]
        return self._records if name == "attendance" else self._desk.folder / f"{name}.jsonl"

    async def page(self, request: Request) -> Response:
        """Answer with a numbered page; never more than `most`, 404 or 422 or the same beyond."""
        query = request.query_params
        number, size = int(query["page"]), int(query["per_page"])
        size = min(size, int(query.get("most", "10000")))
        lines = self._file(request).read_text(encoding="utf-8").splitlines()
        total = len(lines)
        match query.get("fault"):
            case "ignores_page":
                number = 1
            case "clamps":
                number = min(number, -(-total // size))
            case "hides_every_second_page" if number % 2 == 0:
                lines = lines[:-1]
            case "limit":
                if number > 3:
                    return Response("only the first pages can be asked for", 422)
            case "shrinks":
                total -= number
        found = lines[(number - 1) * size : number * size]
        if not found and number > 1 and query.get("beyond"):
            return Response("no such page", int(query["beyond"]))
        return _json(f'{{"total": {total}, "data": [{", ".join(found)}]}}')

    async def offset(self, request: Request) -> Response:
        query = request.query_params
        start, size = int(query["offset"]), int(query["limit"])
        lines = self._lines()
        told = len(lines) + (7 if query.get("fault") == "promises_more" else 0)
        found = ", ".join(lines[start : start + size])
        return _json(f'{{"items": [{found}], "meta": {{"total": "{told}"}}}}')

    async def cursor(self, request: Request) -> Response:
        query = request.query_params
        start = int(query.get("after", "0"))
        lines = self._lines()
        following: int | None = start + 100
        if query.get("fault") == "loop":
            following = start
        elif start + 100 >= len(lines):
            following = None
        found = ", ".join(lines[start : start + 100])
        return _json(f'{{"meta": {{"next": {json.dumps(following)}}}, "results": [{found}]}}')

    async def link(self, request: Request) -> Response:
        number = int(request.query_params.get("page", "1"))
        lines = self._lines()
        headers = {}
        if number * 100 < len(lines):
            address = request.url.include_query_params(page=number + 1)
            headers["Link"] = f'<{request.url}>; rel="self", <{address}>; rel="next"'
        found = ", ".join(lines[(number - 1) * 100 : number * 100])
        return _json(f"[{found}]", headers)

    async def next_url(self, request: Request) -> Response:
        """Answer as KoboToolbox does: count, next, previous, results."""
        start = int(request.query_params.get("start", "0"))
        lines = self._lines()
        address: str | None = f"?{request.url.include_query_params(start=start + 100).query}"
        match request.query_params.get("fault"):
            case "other_host":
                address = f"http://localhost:{request.url.port}{request.url.path}?start=100"
            case "loop":
                address = f"?{request.url.query}"
            case "no_address":
                address = f"http://{request.url.hostname}:none/"
            case _ if start + 100 >= len(lines):
                address = None
        found = ", ".join(lines[start : start + 100])
        told = f'"count": {len(lines)}, "next": {json.dumps(address)}, "previous": null'
        return _json(f'{{{told}, "results": [{found}]}}')

    async def odata(self, request: Request) -> Response:
        start = int(request.query_params.get("$skiptoken", "0"))
        lines = self._lines()
        following = ""
        if start + 100 < len(lines):
            address = str(request.url.include_query_params(**{"$skiptoken": start + 100}))
            following = f', "@odata.nextLink": {json.dumps(address)}'
        found = ", ".join(lines[start : start + 100])
        return _json(f'{{"@odata.context": "x", "value": [{found}]{following}}}')

    async def redirect(self, request: Request) -> Response:
        targets = {
            "here": "/api/bare/attendance",
            "circle": f"{request.url.path}?to=circle",
            "elsewhere": f"http://localhost:{request.url.port}/api/bare/attendance",
        }
        return RedirectResponse(targets[request.query_params["to"]])

    async def web_page(self, _: Request) -> Response:
        return Response("<!doctype html><title>Please sign in</title>", media_type="text/html")

    async def bomb(self, _: Request) -> Response:
        """Answer with 40 MiB of white space in 40 KB."""
        packed = gzip.compress(b"[" + b" " * (40 << 20) + b"]", 9)
        headers = {"Content-Encoding": "gzip"}
        return Response(packed, media_type="application/json", headers=headers)

    async def drip(self, _: Request) -> Response:
        async def spaces() -> AsyncIterator[bytes]:
            yield b"["
            for _ in range(600):
                await asyncio.sleep(0.1)
                yield b" "

        return StreamingResponse(spaces(), media_type="application/json")


def _json(text: str, headers: dict[str, str] | None = None) -> Response:
    """Answer as most servers do: packed. The text is written as it is, not by a library."""
    packed = gzip.compress(text.encode(), 1)
    return Response(
        packed,
        media_type="application/json",
        headers={"Content-Encoding": "gzip", **(headers or {})},
    )
