"""A document library of SharePoint, or a OneDrive, by Microsoft Graph.

An application signs in with its own id and secret; it needs Files.Read.All, or Sites.Selected for
the one site. The connection's extra names the tenant, and in national clouds also `endpoint` (such
as ``https://graph.microsoft.us/v1.0``) and `token_url`.

Belongs here: folders and files of one library.
Does not belong here: sites, lists, versions, sharing links.
"""

import unicodedata
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any, Final
from urllib.parse import quote

from eurocluster.consortium.sources import SharePointSource
from eurocluster.sources.connections import Credentials, extra_of
from eurocluster.sources.patience import ask_patiently
from eurocluster.sources.protocol import (
    Limits,
    MissingConnection,
    NotThere,
    RemoteFile,
    SourceError,
    TooBig,
    UnexpectedAnswer,
    Unstable,
    Vanished,
)
from eurocluster.sources.sign_in import trusted_address
from eurocluster.sources.tokens import client_credentials
from eurocluster.sources.web import Site

_GRAPH: Final = "https://graph.microsoft.com/v1.0"
_LOGIN: Final = "https://login.microsoftonline.com"
_PAGE: Final = 200
_FIELDS: Final = "id,name,size,cTag,eTag,lastModifiedDateTime,file,folder,remoteItem"
_DOWNLOAD: Final = "@microsoft.graph.downloadUrl"


class SharePointLibrary:
    """Files below a folder of a library; shortcuts into other libraries are not followed."""

    def __init__(
        self, declared: SharePointSource, credentials: Credentials | None, limits: Limits
    ) -> None:
        """Sign in.

        Raises:
            MissingConnection: The connection names no tenant.
            AuthFailed: The application gets no token.
            SourceError: Whatever else the sign-in has to say.
        """
        if credentials is None:
            raise MissingConnection(declared.drive_id, "needs a connection")
        tenant = extra_of(credentials, "tenant_id", "sharepoint")
        endpoint = str(credentials.extra.get("endpoint") or _GRAPH).rstrip("/")
        # Before anything is sent: the secret goes to another address, which may well be trusted.
        graph = trusted_address(endpoint, f"connection {credentials.conn_id}")
        self._ca_file = {"ca_file": credentials.extra.get("ca_file")}
        self._limits = limits
        self._path = declared.path.strip("/")
        self._place = f"library {declared.drive_id}/{self._path}".rstrip("/")
        self._drive = f"{graph.path}/drives/{quote(declared.drive_id, safe='!')}"
        self._tokens = client_credentials(
            str(
                credentials.extra.get("token_url")
                or f"{_LOGIN}/{quote(tenant, safe='')}/oauth2/v2.0/token"
            ),
            credentials.login,
            credentials.password,
            limits,
            scope=f"{graph.scheme}://{graph.netloc.decode()}/.default",
            ca_file=credentials.extra.get("ca_file"),
        )
        self._graph = Site(endpoint, self._place, limits, sign_in=self._tokens, extra=self._ca_file)

    def list(self) -> Iterator[RemoteFile]:
        """List the files below the folder.

        Raises:
            NotThere: No such library or folder.
            TooBig: More files and folders than are looked at.
            SourceError: Whatever else Graph has to say.
        """
        below = f"/root:/{quote(self._path)}" if self._path else "/root"
        root = self._ask(f"{self._drive}{below}", {"$select": _FIELDS}, self._place, NotThere)
        if "folder" not in root:
            raise NotThere(self._place, "is no folder")
        looked_at = 0
        folders = [(_text(root, "id", self._place), "", 0)]
        while folders:
            folder, prefix, depth = folders.pop()
            for item in self._children(folder):
                looked_at += 1
                if looked_at > self._limits.listed:
                    raise TooBig(self._place, f"more than {self._limits.listed} files and folders")
                if "remoteItem" in item:
                    continue
                if "folder" in item and depth < self._limits.depth:
                    name = _text(item, "name", self._place)
                    folders.append((_text(item, "id", self._place), f"{prefix}{name}/", depth + 1))
                elif "file" in item:
                    yield self._described(item, prefix)

    def open(self, file: RemoteFile) -> Iterator[bytes]:
        """Read a file from the address that Graph hands out for it; the token does not go there.

        Raises:
            Vanished: It is gone.
            Unstable: It has changed since it was listed.
            SourceError: Whatever else Graph has to say.
        """
        item = self._ask(self._item(file), None, file.name, Vanished)
        if self._described(item, "").etag != file.etag:
            raise Unstable(file.name, "has changed since it was listed")
        address = item.get(_DOWNLOAD)
        if not isinstance(address, str):
            raise UnexpectedAnswer(file.name, "Graph names no address for its content")
        store = Site(address, file.name, self._limits, extra=self._ca_file)
        try:
            with store.ask("GET", address, what=file.name, missing=Vanished) as answer:
                yield from answer.pieces()
        finally:
            store.close()

    def stat(self, file: RemoteFile) -> RemoteFile:
        """Describe a file as it is now.

        Raises:
            Vanished: It is gone.
            SourceError: Whatever else Graph has to say.
        """
        item = self._ask(self._item(file), {"$select": _FIELDS}, file.name, Vanished)
        return replace(self._described(item, ""), name=file.name)

    def close(self) -> None:
        """Let go of the connections."""
        self._graph.close()
        self._tokens.close()

    def _children(self, folder: str) -> Iterator[dict[str, Any]]:
        address: str | None = f"{self._drive}/items/{quote(folder, safe='!')}/children"
        params: dict[str, str | int] | None = {"$top": _PAGE, "$select": _FIELDS}
        asked = set()
        while address:
            if address in asked:
                raise UnexpectedAnswer(self._place, "its listing goes round in a circle")
            asked.add(address)
            page = self._ask(address, params, self._place, Unstable)
            items = page.get("value")
            if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
                raise UnexpectedAnswer(self._place, "lists something else than files and folders")
            yield from items
            # The address of the next page has the parameters in it.
            address, params = page.get("@odata.nextLink"), None

    def _item(self, file: RemoteFile) -> str:
        return f"{self._drive}/items/{quote(file.ref, safe='!')}"

    def _ask(
        self,
        address: str,
        params: dict[str, str | int] | dict[str, str] | None,
        what: str,
        missing: type[SourceError],
    ) -> dict[str, Any]:
        with ask_patiently(
            self._graph,
            self._limits,
            address,
            what=what,
            missing=missing,
            params=params,
            headers={"Accept": "application/json"},
            packed=True,
        ) as answer:
            return answer.json_object()

    def _described(self, item: dict[str, Any], prefix: str) -> RemoteFile:
        try:
            return RemoteFile(
                name=unicodedata.normalize("NFC", prefix + item["name"]),
                size=int(item["size"]),
                modified=datetime.fromisoformat(item["lastModifiedDateTime"]),
                # The cTag changes with the content only, the eTag with anything about the file.
                etag=item.get("cTag") or item["eTag"],
                ref=item["id"],
            )
        except (KeyError, TypeError, ValueError):
            raise UnexpectedAnswer(self._place, "describes a file in a way that is new") from None


def _text(item: dict[str, Any], name: str, place: str) -> str:
    found = item.get(name)
    if not isinstance(found, str):
        raise UnexpectedAnswer(place, f"lists something without {name}")
    return found
