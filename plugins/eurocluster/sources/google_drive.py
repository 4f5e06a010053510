"""A folder of Google Drive, also of a shared drive; Google Sheets come as workbooks.

A service account signs in with its key; the folder has to be shared with its e-mail address. The
connection's extra holds `service_account`, the JSON that Google gave out for it, and may name
`endpoint` and `token_url`.

Belongs here: folders and files below one folder.
Does not belong here: shortcuts, which lead anywhere; Docs, Slides and Forms, which are no tables.
"""

import json
import unicodedata
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import datetime
from typing import Any, Final
from urllib.parse import quote

from eurocluster.consortium.sources import GoogleDriveSource
from eurocluster.sources.connections import Credentials, add_command
from eurocluster.sources.patience import ask_patiently
from eurocluster.sources.protocol import (
    AuthFailed,
    Limits,
    MissingConnection,
    NotThere,
    NotTrusted,
    RemoteFile,
    SourceError,
    TooBig,
    UnexpectedAnswer,
    Unstable,
    Vanished,
)
from eurocluster.sources.sign_in import trusted_address
from eurocluster.sources.tokens import service_account
from eurocluster.sources.web import Answer, Site
from eurocluster.sources.web_errors import Busy, retry_after

_DRIVE: Final = "https://www.googleapis.com/drive/v3"
_TOKENS: Final = "https://oauth2.googleapis.com/token"
_READ_ONLY: Final = "https://www.googleapis.com/auth/drive.readonly"
_FOLDER: Final = "application/vnd.google-apps.folder"
_SHEETS: Final = "application/vnd.google-apps.spreadsheet"
_OF_GOOGLE: Final = "application/vnd.google-apps."
_XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_PAGE: Final = 1000
_FIELDS: Final = "id,name,mimeType,size,modifiedTime,md5Checksum,version,trashed"
_ALL_DRIVES: Final = {"supportsAllDrives": "true"}
_BUSY: Final = frozenset(
    {"rateLimitExceeded", "userRateLimitExceeded", "dailyLimitExceeded", "quotaExceeded"}
)


class GoogleDriveFolder:
    """Files below a folder of Google Drive."""

    def __init__(
        self, declared: GoogleDriveSource, credentials: Credentials | None, limits: Limits
    ) -> None:
        """Sign in.

        Raises:
            MissingConnection: The connection holds no service account.
            AuthFailed: The account, or its key, is refused.
            SourceError: Whatever else the sign-in has to say.
        """
        if credentials is None:
            raise MissingConnection(declared.folder_id, "needs a connection")
        email, key = _account(credentials)
        endpoint = str(credentials.extra.get("endpoint") or _DRIVE).rstrip("/")
        ca_file = credentials.extra.get("ca_file")
        self._limits = limits
        self._folder = declared.folder_id
        self._place = f"Google Drive folder {declared.folder_id}"
        drive = trusted_address(endpoint, f"connection {credentials.conn_id}")
        self._files = f"{drive.path}/files"
        self._tokens = service_account(
            str(credentials.extra.get("token_url") or _TOKENS),
            email,
            key,
            limits,
            scope=_READ_ONLY,
            audience=_TOKENS,
            place=f"connection {credentials.conn_id}",
            ca_file=ca_file,
        )
        self._site = Site(
            endpoint, self._place, limits, sign_in=self._tokens, extra={"ca_file": ca_file}
        )

    def list(self) -> Iterator[RemoteFile]:
        """List the files below the folder.

        Raises:
            NotThere: No such folder, or not shared with the account.
            TooBig: More files and folders than are looked at.
            SourceError: Whatever else Google has to say.
        """
        root = self._told(self._folder, self._place, NotThere)
        if root.get("mimeType") != _FOLDER or root.get("trashed"):
            raise NotThere(self._place, "is no folder, or is in the bin")
        looked_at = 0
        known = {self._folder}
        folders = [(self._folder, "", 0)]
        while folders:
            folder, prefix, depth = folders.pop()
            for item in self._children(folder):
                looked_at += 1
                if looked_at > self._limits.listed:
                    raise TooBig(self._place, f"more than {self._limits.listed} files and folders")
                below = item.get("id")
                if item.get("mimeType") == _FOLDER:
                    if isinstance(below, str) and below not in known and depth < self._limits.depth:
                        known.add(below)
                        folders.append((below, f"{prefix}{_name(item)}/", depth + 1))
                elif _is_file(item):
                    yield self._described(item, prefix)

    def open(self, file: RemoteFile) -> Iterator[bytes]:
        """Read a file as it is, or a Google Sheet as a workbook.

        Raises:
            Vanished: It is gone.
            TooBig: A Google Sheet that is larger than Google exports.
            NotTrusted: Google takes it for malware.
            SourceError: Whatever else Google has to say.
        """
        way, _, id_ = file.ref.partition(" ")
        below = f"{self._files}/{quote(id_, safe='')}"
        with self._ask(
            f"{below}/export" if way == "export" else below,
            {"mimeType": _XLSX} if way == "export" else {"alt": "media", **_ALL_DRIVES},
            file.name,
            Vanished,
        ) as answer:
            yield from answer.pieces()

    def stat(self, file: RemoteFile) -> RemoteFile:
        """Describe a file as it is now.

        Raises:
            Vanished: It is gone, or in the bin.
            SourceError: Whatever else Google has to say.
        """
        item = self._told(file.ref.partition(" ")[2], file.name, Vanished)
        if item.get("trashed"):
            raise Vanished(file.name, "is in the bin")
        return replace(self._described(item, ""), name=file.name)

    def close(self) -> None:
        """Let go of the connections."""
        self._site.close()
        self._tokens.close()

    def _children(self, folder: str) -> Iterator[dict[str, Any]]:
        quoted = folder.replace("\\", "\\\\").replace("'", "\\'")
        token = None
        seen = set()
        while True:
            params: dict[str, str | int] = {
                "q": f"'{quoted}' in parents and trashed = false",
                "fields": f"nextPageToken,incompleteSearch,files({_FIELDS})",
                "pageSize": _PAGE,
                "includeItemsFromAllDrives": "true",
                **_ALL_DRIVES,
                **({"pageToken": token} if token else {}),
            }
            with self._ask(self._files, params, self._place, Unstable) as answer:
                page = answer.json_object()
            items = page.get("files")
            if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
                raise UnexpectedAnswer(self._place, "lists something else than files and folders")
            if page.get("incompleteSearch"):
                raise Unstable(self._place, "Google could list a part of it only")
            yield from items
            token = page.get("nextPageToken")
            if not token:
                return
            if token in seen or not isinstance(token, str):
                raise UnexpectedAnswer(self._place, "its listing goes round in a circle")
            seen.add(token)

    def _told(self, id_: str, what: str, missing: type[SourceError]) -> dict[str, Any]:
        with self._ask(
            f"{self._files}/{quote(id_, safe='')}",
            {"fields": _FIELDS, **_ALL_DRIVES},
            what,
            missing,
        ) as answer:
            return answer.json_object()

    def _ask(
        self,
        address: str,
        params: dict[str, str | int] | dict[str, str],
        what: str,
        missing: type[SourceError],
    ) -> AbstractContextManager[Answer]:
        def check(answer: Answer) -> None:
            if answer.status == 403:
                raise _refusal(answer, what)

        return ask_patiently(
            self._site,
            self._limits,
            address,
            check=check,
            what=what,
            missing=missing,
            params=params,
            accept=(200, 403),
        )

    def _described(self, item: dict[str, Any], prefix: str) -> RemoteFile:
        try:
            is_sheet = item["mimeType"] == _SHEETS
            ending = ".xlsx" if is_sheet and not item["name"].endswith(".xlsx") else ""
            return RemoteFile(
                name=unicodedata.normalize("NFC", prefix + _name(item) + ending),
                size=int(item["size"]) if "size" in item and not is_sheet else None,
                modified=datetime.fromisoformat(item["modifiedTime"]),
                # The version of a sheet also changes when it is looked at, and so by reading it.
                etag=item["modifiedTime"] if is_sheet else item.get("md5Checksum", item["version"]),
                ref=f"{'export' if is_sheet else 'media'} {item['id']}",
            )
        except (KeyError, TypeError, ValueError):
            raise UnexpectedAnswer(self._place, "describes a file in a way that is new") from None


def _account(credentials: Credentials) -> tuple[str, str]:
    """Return e-mail address and private key of the service account."""
    told = credentials.extra.get("service_account")
    if isinstance(told, str):
        try:
            told = json.loads(told)
        except ValueError:
            told = None
    email, key = (
        (told.get("client_email"), told.get("private_key"))
        if isinstance(told, dict)
        else (None, None)
    )
    if not isinstance(email, str) or not isinstance(key, str):
        raise MissingConnection(
            f"connection {credentials.conn_id}",
            "its extra lacks a service_account with client_email and private_key, as in: "
            + add_command("google_drive", credentials.conn_id),
        )
    return email, key


def _is_file(item: dict[str, Any]) -> bool:
    kind = str(item.get("mimeType"))
    return kind == _SHEETS or not kind.startswith(_OF_GOOGLE)


def _name(item: dict[str, Any]) -> str:
    """Return a file's own name: Drive allows slashes in it, which here stand between folders."""
    return str(item.get("name", "")).replace("/", "_")


def _refusal(answer: Answer, what: str) -> SourceError:
    """Return what Google means by 403: four things, three of which are no lack of permission."""
    try:
        reasons = {error["reason"] for error in answer.json_object()["error"]["errors"]}
    except (UnexpectedAnswer, KeyError, TypeError):
        reasons = set()
    if reasons & _BUSY:
        return Busy(what, "Google asks to be left alone for a while", retry_after(answer.headers))
    if "exportSizeLimitExceeded" in reasons:
        return TooBig(what, "is a Google Sheet that is larger than Google exports")
    if "cannotDownloadAbusiveFile" in reasons:
        return NotTrusted(what, "Google takes it for malware or spam")
    return AuthFailed(what, "its server answers 403 Forbidden")
