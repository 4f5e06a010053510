"""Where partners keep their registers: one module per way of getting at files, one protocol.

Belongs here: listing and opening files, errors that say whether trying again makes sense.
Does not belong here: keeping the bytes (landing.py), reading them (reading/), secrets.
"""

from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any, Final

from eurocluster.consortium.sources import DeclaredSource, FolderSource
from eurocluster.sources.connections import Credentials, Lookup, credentials_for
from eurocluster.sources.folder import Folder
from eurocluster.sources.protocol import Limits, Source

_CONNECTORS: Final = {
    "smb": "smb.SmbShare",
    "sftp": "sftp.SftpFolder",
    "ftps": "ftp.FtpFolder",
    "ftp": "ftp.FtpFolder",
    "webdav": "webdav.WebDavFolder",
    "s3": "buckets.S3Bucket",
    "azure_blob": "buckets.AzureContainer",
    "sharepoint": "sharepoint.SharePointLibrary",
    "google_drive": "google_drive.GoogleDriveFolder",
    "imap": "imap.ImapMailbox",
    "http": "http_links.HttpLinks",
    "rest": "rest.RestRecords",
    "sql": "sql.SqlRows",
}
"""Kind → its module and class, imported when needed: each brings a library of its own."""

LIMITS: Final = Limits()


def open_source(
    declared: DeclaredSource, home: Path, lookup: Lookup, limits: Limits = LIMITS
) -> Source:
    """Connect to what a register's declaration names; close it after use (`contextlib.closing`).

    A relative path of a folder starts at `home`, the consortium folder.

    Raises:
        SourceError: It cannot be connected to, or its connection does not exist.
    """
    if isinstance(declared, FolderSource):
        return Folder(home / declared.path, declared.path, must_be_mounted=declared.must_be_mounted)
    credentials = (
        credentials_for(declared.kind, declared.conn_id, lookup) if declared.conn_id else None
    )
    module, _, name = _CONNECTORS[declared.kind].partition(".")
    connect: Callable[[Any, Credentials | None, Limits], Source] = getattr(
        import_module(f"eurocluster.sources.{module}"), name
    )
    return connect(declared, credentials, limits)
