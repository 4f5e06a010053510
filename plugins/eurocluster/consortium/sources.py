"""Where a register lies: the kinds of source that partners/*.yml can declare.

Hosts, logins and secrets are not declared here but in the Airflow connection that ``conn_id``
names; a declaration says only which share, folder, files or table of that host.

Belongs here: shape and checks of each kind.
Does not belong here: fetching (sources/), what the files hold.
"""

import re
import unicodedata
from datetime import timedelta
from pathlib import PurePosixPath
from typing import Annotated, ClassVar, Final, Literal, Self
from urllib.parse import unquote_plus, urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

_AT_ONCE: Final = timedelta(0)
_LOOPBACK = ("127.0.0.1", "localhost", "::1")
_SECRET_IN_QUERY = re.compile(
    r"(?i)(?:^|[&;])(?:[\w.-]*(?:sig|signature|token|api_?key|password|secret|access_?key)"
    r"|key|pwd|passwd)="
)


class Declaration(BaseModel):
    """A part of a declaration: nothing unknown in it, nothing changes after reading."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def _stays_inside(path: str) -> str:
    if any(unicodedata.category(character) == "Cc" for character in path):
        # Between double quotes YAML makes a line feed of \n, as in "Register\neu".
        raise ValueError("a path without control characters: write it with forward slashes")
    if "\\" in path or ".." in PurePosixPath(path).parts:
        raise ValueError("a path with forward slashes and without '..'")
    return path


def _without_secret(url: str) -> str:
    parts = urlsplit(url)
    if not parts.hostname or parts.scheme not in ("https", "http"):
        raise ValueError("a whole address, https://host/path")
    if parts.scheme == "http" and parts.hostname not in _LOOPBACK:
        raise ValueError("https://, so that nobody on the way can read or change the register")
    # Told without the address: pydantic would show what was found, and that is the secret.
    if parts.username or parts.password:
        raise ValueError("an address without user and password; they belong into the connection")
    if _SECRET_IN_QUERY.search(unquote_plus(f"{parts.query}&{parts.fragment}")):
        raise ValueError(
            "an address without a key or token; put it into the connection (extra: query)"
        )
    return url


def _below_a_host(path: str) -> str:
    if path.startswith("//"):
        raise ValueError("a path below the connection's host, which it does not name itself")
    _without_secret(f"https://host{path}")
    _stays_inside(urlsplit(path).path)
    return path


def _without_secret_names(params: dict[str, str | int]) -> dict[str, str | int]:
    _without_secret("https://host/?" + "&".join(f"{key}=" for key in params))
    return params


ConnId = Annotated[
    str,
    Field(
        pattern=r"^[A-Za-z][A-Za-z0-9_.-]{1,199}$",
        description="Airflow connection that holds host, login and secrets",
    ),
]
InsidePath = Annotated[str, AfterValidator(_stays_inside)]
Url = Annotated[str, AfterValidator(_without_secret)]


class Files(Declaration):
    """Which files of a place belong to a register."""

    include: tuple[str, ...] = Field(
        min_length=1, description="patterns; one without '/' is about the file's own name"
    )
    exclude: tuple[str, ...] = ()
    settle: timedelta | None = Field(
        None, description="a file that was written less than this ago waits (ISO 8601, PT5M)"
    )
    max_mib: int = Field(100, ge=1, le=2048, description="a larger file is refused")
    max_files: int = Field(500, ge=1, le=10_000, description="more files are refused")


class _Source(Declaration):
    default_settle: ClassVar[timedelta] = timedelta(minutes=5)

    @property
    def settle(self) -> timedelta:
        """How long a file must have been left alone before it is read."""
        files = getattr(self, "files", None)
        return self.default_settle if files is None or files.settle is None else files.settle


class FolderSource(_Source):
    """A folder that is mounted here; a relative path starts at the consortium folder.

    Files are read at once unless `files.settle` says otherwise: declare it for a network drive.
    """

    default_settle = _AT_ONCE

    kind: Literal["folder"]
    path: InsidePath = Field(min_length=1)
    must_be_mounted: bool = Field(
        default=False,
        description="an empty mount point is a drive that is not there, not an empty folder",
    )
    files: Files


class SmbSource(_Source):
    """A Windows share (SMB 2 and 3)."""

    kind: Literal["smb"]
    conn_id: ConnId
    share: str = Field(min_length=1, pattern=r"^[^\\/]+$")
    path: InsidePath = Field("", description="folder below the share")
    files: Files


class SftpSource(_Source):
    """A folder of an SSH server; the connection pins its host key."""

    kind: Literal["sftp"]
    conn_id: ConnId
    path: InsidePath = Field("", description="folder; a relative one starts at the login's home")
    files: Files


class FtpSource(_Source):
    """A folder of an FTP server: `ftps` with explicit TLS, `ftp` without any protection."""

    kind: Literal["ftps", "ftp"]
    conn_id: ConnId
    path: InsidePath = ""
    files: Files


class WebDavSource(_Source):
    """A folder of a WebDAV server, such as Nextcloud or ownCloud."""

    kind: Literal["webdav"]
    conn_id: ConnId
    path: InsidePath = Field("", description="folder below the path in the connection's extra")
    files: Files


class S3Source(_Source):
    """A bucket of Amazon S3 or anything that speaks its protocol.

    An object is there completely or not at all.
    """

    default_settle = _AT_ONCE

    kind: Literal["s3"]
    conn_id: ConnId
    bucket: str = Field(min_length=1)
    path: InsidePath = Field("", description="prefix of the keys, up to a '/'")
    files: Files


class AzureBlobSource(_Source):
    """A container of Azure Blob Storage, where a blob is there completely or not at all."""

    default_settle = _AT_ONCE

    kind: Literal["azure_blob"]
    conn_id: ConnId
    container: str = Field(min_length=1)
    path: InsidePath = Field("", description="prefix of the names, up to a '/'")
    files: Files


class SharePointSource(_Source):
    """A document library of SharePoint, or a OneDrive, by Microsoft Graph."""

    kind: Literal["sharepoint"]
    conn_id: ConnId
    drive_id: str = Field(min_length=1, description="id of the library (Graph: drive)")
    path: InsidePath = Field("", description="folder of the library")
    files: Files


class GoogleDriveSource(_Source):
    """A folder of Google Drive; Google Sheets in it are fetched as xlsx."""

    kind: Literal["google_drive"]
    conn_id: ConnId
    folder_id: str = Field(min_length=1)
    files: Files


class ImapSource(_Source):
    """Attachments of mails that certain senders sent to a mailbox; nothing is marked as read."""

    default_settle = _AT_ONCE

    kind: Literal["imap"]
    conn_id: ConnId
    mailbox: str = "INBOX"
    senders: tuple[str, ...] = Field(min_length=1, description="addresses; all others are ignored")
    days: int = Field(400, ge=1, le=4000, description="how far back mails are looked at")
    files: Files


class HttpSource(_Source):
    """Files behind fixed links."""

    kind: Literal["http"]
    conn_id: ConnId | None = None
    urls: tuple[Url, ...] = Field(min_length=1)
    files: Files = Files(include=("*",))


class SignIn(Declaration):
    """How an API is told who asks; the secrets are the connection's login and password."""

    type: Literal["none", "basic", "bearer", "api_key"] = "none"
    header: str = Field("X-API-Key", description="api_key: the header that carries it")
    prefix: str = Field("", description="api_key: what stands before it, such as 'Token '")


class OAuth2(Declaration):
    """OAuth 2 client credentials: the connection's login is the client id, its password the secret.

    See RFC 6749, section 4.4.
    """

    type: Literal["oauth2_client_credentials"]
    token_url: Url
    scope: str | None = None


class NumberedPages(Declaration):
    """Pages by number, or rows by offset, until a page is shorter than asked for."""

    type: Literal["page", "offset"]
    param: str | None = Field(None, description="default: page, or offset")
    size_param: str | None = Field(None, description="default: per_page, or limit")
    size: int = Field(100, ge=1, le=10_000)
    first: int | None = Field(None, ge=0, description="default: page 1, or offset 0")


class CursorPages(Declaration):
    """Each page names the cursor of the next."""

    type: Literal["cursor"]
    param: str
    next_key: str = Field(description="where the answer holds the cursor, such as meta.next")


class LinkedPages(Declaration):
    """Each page names the address of the next: in the answer, as OData, or in a Link header."""

    type: Literal["next_url", "odata", "link_header"]
    next_key: str | None = Field(None, description="next_url: where the answer holds the address")

    @model_validator(mode="after")
    def _says_where(self) -> Self:
        if (self.type == "next_url") != (self.next_key is not None):
            raise ValueError("next_key: with next_url, and only with it")
        return self


class OnePage(Declaration):
    """Everything in one answer."""

    type: Literal["single"]


Paging = Annotated[NumberedPages | CursorPages | LinkedPages | OnePage, Field(discriminator="type")]


class RestSource(_Source):
    """Records of a JSON API, kept as JSON lines in the order in which the API gives them."""

    kind: Literal["rest"]
    conn_id: ConnId
    path: Annotated[str, AfterValidator(_below_a_host)] = Field(
        pattern=r"^/", description="below the connection's host"
    )
    params: Annotated[dict[str, str | int], AfterValidator(_without_secret_names)] = {}
    auth: Annotated[SignIn | OAuth2, Field(discriminator="type")] = SignIn()
    paging: Paging = OnePage(type="single")
    records: str = Field("", description="where the answer holds the list, such as data.items")
    expect_total: str | None = Field(
        None, description="where the answer holds how many there are; fewer is a failure"
    )
    max_mib: int = Field(100, ge=1, le=2048)


class SqlSource(_Source):
    """A table, or a query, of a database, read in a read-only transaction, kept as JSON lines."""

    kind: Literal["sql"]
    conn_id: ConnId
    table: str | None = Field(None, description="table or view, with its schema if it needs one")
    query: str | None = Field(None, description="one SELECT; order it, so that it stays the same")
    order_by: tuple[str, ...] = Field((), description="of a table; default: its primary key")
    max_mib: int = Field(100, ge=1, le=2048)

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if (self.table is None) == (self.query is None):
            raise ValueError("either a table or a query")
        if self.query is not None and not re.match(r"(?is)\s*(?:select|with)\b", self.query):
            raise ValueError("query: a SELECT")
        if self.query is not None and self.order_by:
            raise ValueError("order_by: of a table; a query says ORDER BY itself")
        return self


DeclaredSource = Annotated[
    FolderSource
    | SmbSource
    | SftpSource
    | FtpSource
    | WebDavSource
    | S3Source
    | AzureBlobSource
    | SharePointSource
    | GoogleDriveSource
    | ImapSource
    | HttpSource
    | RestSource
    | SqlSource,
    Field(discriminator="kind"),
]


def patterns(source: DeclaredSource) -> tuple[str, ...]:
    """Return the patterns of the files that a source is asked for; none for records and rows."""
    return () if isinstance(source, RestSource | SqlSource) else source.files.include


def looked_for(source: DeclaredSource) -> str:
    """Return in words what a source is asked for: patterns, addresses, a path, a table."""
    match source:
        case HttpSource():
            return ", ".join(source.urls)
        case RestSource():
            return source.path
        case SqlSource():
            return source.table or "SELECT …"
        case _:
            return ", ".join(source.files.include)
