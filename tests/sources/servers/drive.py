"""Google Drive v3 over a folder of this machine, and the sign-in of service accounts.

The real service cannot be had in a test. This one replays its protocol as documented, strictly:
the signature and the claims of the assertion, a token on every request, partial answers by
`fields`, the one query that we ask, pages by token, shared drives, errors as Drive words them, and
a version that changes when a sheet is only exported. Whether Drive keeps to its documents is not
shown by it.

Belongs here: what the connector needs of Drive.
Does not belong here: what it makes of it (test_google_drive.py).
"""

import base64
import hashlib
import json
import os
import re
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_public_key,
)
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import Route

from tests.sources.servers.web_apps import Desk, served

ACCOUNT = "registers@consortium.iam.gserviceaccount.example"
ROOT = "1RegistersFolder-Id"
FOLDER = "application/vnd.google-apps.folder"
SHEET = "application/vnd.google-apps.spreadsheet"
SHORTCUT = "application/vnd.google-apps.shortcut"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

_SCOPE = "https://www.googleapis.com/auth/drive.readonly"
_AUDIENCE = "https://oauth2.googleapis.com/token"
_GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
_QUERY = re.compile(r"'((?:[^'\\]|\\.)+)' in parents and trashed = false")
_MOST_PER_PAGE = 50


@dataclass(frozen=True)
class DriveServer:
    """A running Drive; entries are put into its folder as a person would in a browser."""

    port: int
    desk: Desk
    private_key: str

    def put(self, name: str, content: bytes, parent: str = ROOT, kind: str = "text/csv") -> str:
        """Write, or replace, an entry of a folder; return its id."""
        id_ = self.find(name, parent) or f"1{secrets.token_urlsafe(24)}"
        self.content(id_).write_bytes(content)
        self.describe(id_, name, parent, kind)
        return id_

    def describe(self, id_: str, name: str, parent: str, kind: str) -> None:
        """Write down what an entry is, as it is now."""
        entry = {"name": name, "mimeType": kind, "parents": [parent], "trashed": False}
        if not kind.startswith("application/vnd.google-apps."):
            content = self.content(id_)
            with content.open("rb") as file:
                entry["md5Checksum"] = hashlib.file_digest(file, "md5").hexdigest()
            entry["size"] = str(content.stat().st_size)
        stamp = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        _write(self.desk.folder, id_, {**entry, "modifiedTime": stamp, "version": "1"})

    def folder(self, name: str, parent: str = ROOT) -> str:
        """Make a folder, or find it; return its id."""
        return self.find(name, parent) or self.put(name, b"", parent, FOLDER)

    def trash(self, id_: str) -> None:
        """Put an entry into the bin."""
        _write(self.desk.folder, id_, {**_read(self.desk.folder, id_), "trashed": True})

    def remove(self, id_: str) -> None:
        """Delete an entry for good."""
        (self.desk.folder / f"{id_}.json").unlink()
        self.content(id_).unlink()

    def empty(self) -> None:
        """Leave nothing but the one folder."""
        for path in (*self.desk.folder.glob("1*.json"), *self.desk.folder.glob("1*.content")):
            path.unlink()
        root = {"name": "Registers", "mimeType": FOLDER, "parents": [], "trashed": False}
        _write(self.desk.folder, ROOT, root)

    def find(self, name: str, parent: str) -> str | None:
        """Return the id of an entry of a folder."""
        for id_, entry in _entries(self.desk.folder):
            if entry["name"] == name and parent in entry["parents"] and not entry["trashed"]:
                return id_
        return None

    def content(self, id_: str) -> Path:
        """Return where the content of an entry lies."""
        return self.desk.folder / f"{id_}.content"


@contextmanager
def drive(work: Path) -> Iterator[DriveServer]:
    """Run Drive with one empty folder, shared with one account."""
    desk = work / "drive"
    desk.mkdir()
    key = generate_private_key(public_exponent=65537, key_size=2048)
    public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    (desk / "account.pem").write_bytes(public)
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    with served("drive", desk) as port:
        server = DriveServer(port, Desk(desk), private.decode())
        server.empty()
        yield server


def app() -> Starlette:
    """Make the Drive of the folder in the environment."""
    server = _Drive(Desk(Path(os.environ["DESK"])))
    return Starlette(
        routes=[
            Route("/token", server.token, methods=["POST"]),
            Route("/drive/v3/files", server.list),
            Route("/drive/v3/files/{id}", server.get),
            Route("/drive/v3/files/{id}/export", server.export),
        ]
    )


class _Drive:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        key = load_pem_public_key((desk.folder / "account.pem").read_bytes())
        assert isinstance(key, RSAPublicKey)
        self._key = key
        self._tokens: set[str] = set()

    async def token(self, request: Request) -> Response:
        self._desk.note(request)
        async with request.form() as form:
            asked = dict(form)
        if asked.get("grant_type") != _GRANT or len(asked) != 2:
            return JSONResponse({"error": "unsupported_grant_type"}, 400)
        if not self._signed(str(asked.get("assertion"))):
            told = {"error": "invalid_grant", "error_description": "Invalid JWT Signature."}
            return JSONResponse(told, 400)
        token = f"ya29.{secrets.token_urlsafe(24)}"
        self._tokens.add(token)
        return JSONResponse({"access_token": token, "expires_in": 3599, "token_type": "Bearer"})

    def _signed(self, assertion: str) -> bool:
        head, claims, signature = assertion.split(".")
        try:
            signed = f"{head}.{claims}".encode()
            self._key.verify(_decoded(signature), signed, PKCS1v15(), SHA256())
        except InvalidSignature:
            return False
        told = json.loads(_decoded(claims))
        now = time.time()
        return (
            json.loads(_decoded(head)) == {"alg": "RS256", "typ": "JWT"}
            and (told["iss"], told["aud"], told["scope"]) == (ACCOUNT, _AUDIENCE, _SCOPE)
            and now - 60 < told["iat"] <= now + 1
            and told["iat"] < told["exp"] <= told["iat"] + 3600
        )

    def _refused(self, request: Request) -> Response | None:
        self._desk.note(request)
        said = request.headers.get("authorization", "").removeprefix("Bearer ")
        if said not in self._tokens:
            return _error(401, "authError")
        if order := self._desk.take("forbidden"):
            return _error(403, order["reason"])
        return self._desk.busy()

    async def list(self, request: Request) -> Response:
        if refused := self._refused(request):
            return refused
        query = request.query_params
        asked = _QUERY.fullmatch(query.get("q", ""))
        if asked is None:
            return _error(400, "invalid")
        parent = re.sub(r"\\(.)", r"\1", asked[1])
        if not (self._desk.folder / f"{parent}.json").exists():
            return _error(404, "notFound")
        shared = query.get("supportsAllDrives") == query.get("includeItemsFromAllDrives") == "true"
        everything = [
            {"kind": "drive#file", "id": id_, **entry}
            for id_, entry in _entries(self._desk.folder)
            if shared and parent in entry["parents"] and not entry["trashed"]
        ]
        start = int(query.get("pageToken", "~0").removeprefix("~"))
        size = min(int(query.get("pageSize", "100")), _MOST_PER_PAGE)
        page: dict[str, Any] = {"kind": "drive#fileList", "incompleteSearch": False}
        if self._desk.take("incomplete"):
            page["incompleteSearch"] = True
        page["files"] = everything[start : start + size]
        if start + size < len(everything):
            circles = self._desk.take("circle") is not None
            page["nextPageToken"] = f"~{start if circles and start else start + size}"
            if circles:
                self._desk.order("circle")
        return JSONResponse(_chosen(page, query.get("fields", "kind,files(id,name)")))

    async def get(self, request: Request) -> Response:
        if refused := self._refused(request):
            return refused
        id_, query = request.path_params["id"], request.query_params
        if query.get("supportsAllDrives") != "true" or not self._has(id_):
            return _error(404, "notFound")
        entry = {"kind": "drive#file", "id": id_, **_read(self._desk.folder, id_)}
        if query.get("alt") != "media":
            return JSONResponse(_chosen(entry, query.get("fields", "kind,id,name,mimeType")))
        if "md5Checksum" not in entry:
            return _error(403, "fileNotDownloadable")
        return FileResponse(self._desk.folder / f"{id_}.content")

    async def export(self, request: Request) -> Response:
        if refused := self._refused(request):
            return refused
        id_ = request.path_params["id"]
        if not self._has(id_):
            return _error(404, "notFound")
        entry = _read(self._desk.folder, id_)
        if entry["mimeType"] != SHEET or request.query_params.get("mimeType") != XLSX:
            return _error(403, "fileNotExportable")
        _write(self._desk.folder, id_, {**entry, "version": str(int(entry["version"]) + 1)})
        return FileResponse(self._desk.folder / f"{id_}.content", media_type=XLSX)

    def _has(self, id_: str) -> bool:
        return (self._desk.folder / f"{id_}.json").exists()


def _entries(folder: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    for path in sorted(folder.glob("1*.json")):
        yield path.stem, json.loads(path.read_text(encoding="utf-8"))


def _read(folder: Path, id_: str) -> dict[str, Any]:
    entry: dict[str, Any] = json.loads((folder / f"{id_}.json").read_text(encoding="utf-8"))
    return entry


def _write(folder: Path, id_: str, entry: dict[str, Any]) -> None:
    written = folder / f"{id_}.new"
    written.write_text(json.dumps(entry), encoding="utf-8")
    written.replace(folder / f"{id_}.json")


def _chosen(told: dict[str, Any], fields: str) -> dict[str, Any]:
    """Leave what `fields` names, such as ``nextPageToken,files(id,name)``."""
    chosen = {}
    for name, inner in re.findall(r"(\w+)(?:\(([^)]*)\))?", fields):
        if name in told:
            chosen[name] = [_chosen(each, inner) for each in told[name]] if inner else told[name]
    return chosen


def _decoded(part: str) -> bytes:
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))


def _error(status: int, reason: str) -> Response:
    detail = {"domain": "global", "reason": reason, "message": "…"}
    told = {"error": {"code": status, "message": "…", "errors": [detail]}}
    return JSONResponse(told, status)
