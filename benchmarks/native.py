"""The native client of each kind of source: the command that reads one file and drops it.

Belongs here: commands, what is missing on this machine.
Does not belong here: measuring (fetching.py), servers (tests/sources).
"""

import shlex
import shutil
import sys
from collections.abc import Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx

from eurocluster.consortium.sources import (
    AzureBlobSource,
    DeclaredSource,
    FolderSource,
    FtpSource,
    GoogleDriveSource,
    HttpSource,
    ImapSource,
    RestSource,
    S3Source,
    SftpSource,
    SharePointSource,
    SmbSource,
    SqlSource,
    WebDavSource,
)
from eurocluster.sources import LIMITS
from eurocluster.sources.connections import Credentials
from eurocluster.sources.protocol import RemoteFile
from eurocluster.sources.tokens import service_account

CLIENTS: Mapping[str, tuple[str, ...]] = {
    "folder": ("cp",),
    "smb": ("smbclient",),
    "sftp": ("sftp",),
    "sftp_key": ("sftp",),
    "ftp": ("curl",),
    "ftps": ("curl",),
    "ftps-vsftpd": ("curl",),
    "webdav": ("curl",),
    "http": ("curl",),
    "s3": ("curl",),
    "azure_blob": ("curl",),
    "sharepoint": ("curl",),
    "google_drive": ("curl",),
    "imap": ("curl", "base64"),
    "rest": ("curl", "jq"),
    "sql": ("psql",),
}
"""Kind of the contract suite → the programs that make its native client."""

_SERVERS: Mapping[str, tuple[str, ...]] = {
    "smb": ("smbd", "smbpasswd"),
    "sftp": ("sshd", "ssh-keygen", "useradd"),
    "sftp_key": ("sshd", "ssh-keygen"),
    "ftps": ("openssl",),
    "ftps-vsftpd": ("vsftpd", "openssl"),
    "http": ("openssl",),
    "azure_blob": ("node", "azurite-blob"),
    "imap": ("dovecot", "openssl"),
    "sql": ("initdb", "postgres", "pg_isready", "openssl"),
}
_PROGRAM_FOLDERS = ("/usr/sbin", "/usr/lib/postgresql/*/bin", f"{sys.prefix}/azurite/*/.bin")
_NOWHERE = "/dev/null"
_Told = Mapping[str, tuple[str, ...]]
"""Option of curl → its values, empty for one that takes none."""


@dataclass(frozen=True, slots=True)
class Command:
    """What is run; secrets go by the standard input or the environment, never by arguments."""

    arguments: tuple[str, ...]
    stdin: str = field(default="", repr=False)
    environment: Mapping[str, str] = field(default_factory=dict, repr=False)


def missing_programs(kinds: Iterable[str]) -> list[str]:
    """Return the programs that these kinds need, client and server, and that are not there."""
    needed = {name for kind in kinds for name in (*CLIENTS[kind], *_SERVERS.get(kind, ()))}
    return sorted(name for name in needed if not _is_there(name))


def native_client(
    declared: DeclaredSource,
    credentials: Credentials | None,
    home: Path,
    file: RemoteFile,
    work: Path,
) -> Command:
    """Return the command that reads a listed file as its kind's own client does.

    Args:
        declared: The place.
        credentials: Its connection, None for a folder.
        home: Consortium folder, at which a relative folder starts.
        file: The one file of the place.
        work: A folder for keys that the client takes from files.
    """
    if isinstance(declared, FolderSource):
        return Command(("cp", str(home / declared.path / file.name), _NOWHERE))
    if credentials is None:
        raise ValueError(f"{declared.kind} needs a connection")
    match declared:
        case SmbSource():
            return _smbclient(declared, credentials, file.name, work)
        case SftpSource():
            return _sftp(credentials, file.name, work)
        case RestSource():
            return _rest(declared, credentials)
        case ImapSource():
            return _imap(declared, credentials)
        case SqlSource():
            return _psql(declared, credentials)
        case _:
            return _curl(*_address(declared, credentials, file), credentials.extra)


def _smbclient(declared: SmbSource, credentials: Credentials, name: str, work: Path) -> Command:
    secret = work / "smb-login"
    secret.touch(mode=0o600)
    secret.write_text(
        f"username={credentials.login}\npassword={credentials.password}\n", encoding="utf-8"
    )
    share = f"//{credentials.host}/{declared.share}"
    signed_in = ("--port", str(credentials.port), "--authentication-file", str(secret))
    return Command(("smbclient", share, *signed_in, "--command", f'get "{name}" {_NOWHERE}'))


def _sftp(credentials: Credentials, name: str, work: Path) -> Command:
    port = str(credentials.port)
    key, pinned, ask = (work / file for file in ("sftp-key", "known-hosts", "ask"))
    secret = str(credentials.extra.get("private_key_passphrase") or credentials.password)
    pinned.write_text(
        "".join(
            f"[{credentials.host}]:{port} {line}\n"
            for line in str(credentials.extra["host_key"]).splitlines()
        ),
        encoding="ascii",
    )
    ask.write_text("#!/bin/sh\nprintf '%s\\n' \"$SSH_SECRET\"\n", encoding="ascii")
    ask.chmod(0o700)
    how = [f"UserKnownHostsFile={pinned}", "StrictHostKeyChecking=yes", "BatchMode=no"]
    if private_key := credentials.extra.get("private_key"):
        key.touch(mode=0o600)
        key.write_text(str(private_key), encoding="ascii")
        how += ["IdentitiesOnly=yes", "PreferredAuthentications=publickey", f"IdentityFile={key}"]
    else:
        how += ["PubkeyAuthentication=no", "PreferredAuthentications=password"]
    options = tuple(word for setting in how for word in ("-o", setting))
    return Command(
        ("sftp", "-q", "-P", port, *options, "-b", "-", f"{credentials.login}@{credentials.host}"),
        f'get "{name}" {_NOWHERE}\n',
        {"SSH_ASKPASS": str(ask), "SSH_ASKPASS_REQUIRE": "force", "SSH_SECRET": secret},
    )


def _rest(declared: RestSource, credentials: Credentials) -> Command:
    """Take the records apart, as ours does: curl alone only moves bytes."""
    address = httpx.URL(
        f"{credentials.schema}://{credentials.host}:{credentials.port}{declared.path}",
        params=declared.params,
    )
    asked = _curl(str(address), _login(credentials), credentials.extra, output="-")
    return _piped(asked, "jq", "--compact-output", f".{declared.records}[]")


def _imap(declared: ImapSource, credentials: Credentials) -> Command:
    """Unpack the second part of the first mail, as ours does."""
    address = (
        f"imaps://{credentials.host}:{credentials.port}/{quote(declared.mailbox)}"
        ";MAILINDEX=1;SECTION=2"
    )
    asked = _curl(address, _login(credentials), credentials.extra, output="-")
    return _piped(asked, "base64", "--decode", "--ignore-garbage")


def _piped(first: Command, *then: str) -> Command:
    pipeline = f"{shlex.join(first.arguments)} | {shlex.join(then)} > {_NOWHERE}"
    return Command(("bash", "-o", "pipefail", "-c", pipeline), first.stdin)


def _psql(declared: SqlSource, credentials: Credentials) -> Command:
    """Have the server write each row as JSON, in the order in which ours asks for them."""
    rows = f"SELECT row_to_json(found) FROM {declared.table} AS found ORDER BY id"  # noqa: S608
    return Command(
        ("psql", "--no-psqlrc", "--quiet", "--command", rf"\copy ({rows}) TO '{_NOWHERE}'"),
        environment={
            "PGHOST": credentials.host,
            "PGPORT": str(credentials.port),
            "PGDATABASE": credentials.schema,
            "PGUSER": credentials.login,
            "PGPASSWORD": credentials.password,
            "PGSSLMODE": "verify-full",
            "PGSSLROOTCERT": str(credentials.extra["ca_file"]),
        },
    )


def _address(
    declared: DeclaredSource, credentials: Credentials, file: RemoteFile
) -> tuple[str, _Told]:
    """Return the address of a file's content, and what else curl has to be told."""
    extra = credentials.extra
    server = f"{credentials.host}:{credentials.port}"
    name = quote(file.name)
    match declared:
        case FtpSource():
            tls = {"ssl-reqd": ("",)} if declared.kind == "ftps" else {}
            path = f"{quote(declared.path)}/{name}" if declared.path else name
            return f"ftp://{server}/{path}", {**_login(credentials), **tls}
        case WebDavSource():
            address = f"{credentials.schema}://{server}{quote(str(extra['path']))}/{name}"
            return address, _login(credentials)
        case HttpSource():
            return declared.urls[0], _login(credentials)
        case S3Source():
            return _signed_by_amazon(declared, credentials, name)
        case AzureBlobSource():
            return _signed_by_microsoft(declared, credentials, file), {}
        case SharePointSource():
            return _of_graph(declared, credentials, name), {}
        case GoogleDriveSource():
            return _of_drive(credentials, file)
        case _:
            raise ValueError(f"curl does not read {declared.kind}")


def _signed_by_amazon(declared: S3Source, credentials: Credentials, name: str) -> tuple[str, _Told]:
    from botocore.auth import S3SigV4Auth
    from botocore.awsrequest import AWSRequest
    from botocore.credentials import Credentials as Key

    extra = credentials.extra
    address = f"{extra['endpoint_url']}/{declared.bucket}/{quote(declared.path)}/{name}"
    # Signed by headers: the server of the tests does not know signed addresses.
    request = AWSRequest("GET", address)
    key = Key(credentials.login, credentials.password)
    S3SigV4Auth(key, "s3", extra["region_name"]).add_auth(request)
    headers = tuple(f"{name}: {value}" for name, value in request.headers.items())
    return address, {"header": headers}


def _signed_by_microsoft(
    declared: AzureBlobSource, credentials: Credentials, file: RemoteFile
) -> str:
    from azure.storage.blob import BlobSasPermissions, generate_blob_sas

    blob = f"{declared.path}/{file.name}"
    signature = generate_blob_sas(
        credentials.login,
        declared.container,
        blob,
        account_key=credentials.password,
        permission=BlobSasPermissions(read=True),
        expiry=datetime.now(UTC) + timedelta(hours=1),
    )
    return f"{credentials.extra['endpoint']}/{declared.container}/{quote(blob)}?{signature}"


def _of_graph(declared: SharePointSource, credentials: Credentials, name: str) -> str:
    endpoint = str(credentials.extra["endpoint"])
    form = {
        "grant_type": "client_credentials",
        "client_id": credentials.login,
        "client_secret": credentials.password,
        "scope": f"{endpoint.removesuffix('/v1.0')}/.default",
    }
    token = httpx.post(str(credentials.extra["token_url"]), data=form).raise_for_status().json()
    item = httpx.get(
        f"{endpoint}/drives/{declared.drive_id}/root:/{name}",
        headers={"Authorization": f"Bearer {token['access_token']}"},
    )
    return str(item.raise_for_status().json()["@microsoft.graph.downloadUrl"])


def _of_drive(credentials: Credentials, file: RemoteFile) -> tuple[str, _Told]:
    account = credentials.extra["service_account"]
    tokens = service_account(
        str(credentials.extra["token_url"]),
        account["client_email"],
        account["private_key"],
        LIMITS,
        scope="https://www.googleapis.com/auth/drive.readonly",
        audience="https://oauth2.googleapis.com/token",
        place="Google Drive",
    )
    with closing(tokens):
        signed_in = tokens.headers()["Authorization"].decode("ascii")
    content = f"{credentials.extra['endpoint']}/files/{file.ref.split()[-1]}"
    address = f"{content}?alt=media&supportsAllDrives=true"
    return address, {"header": (f"Authorization: {signed_in}",)}


def _login(credentials: Credentials) -> _Told:
    return {"user": (f"{credentials.login}:{credentials.password}",)}


def _curl(
    address: str, told: _Told, extra: Mapping[str, Any], *, output: str = _NOWHERE
) -> Command:
    """Return a curl that reads address and secrets from its standard input."""
    settings: _Told = {"url": (address,), **told}
    if extra.get("ca_file"):
        settings = {**settings, "cacert": (str(extra["ca_file"]),)}
    written = "".join(
        f"{name} = {_quoted(value)}\n" if value else f"{name}\n"
        for name, values in settings.items()
        for value in values
    )
    how = ("--silent", "--show-error", "--fail", "--globoff", "--path-as-is")
    return Command(("curl", *how, "--output", output, "--config", "-"), written)


def _quoted(value: str) -> str:
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _is_there(name: str) -> bool:
    # Debian has servers where only root's path leads, and PostgreSQL's in a folder per version.
    return shutil.which(name) is not None or any(
        found.exists()
        for folder in _PROGRAM_FOLDERS
        for found in Path("/").glob(f"{folder.lstrip('/')}/{name}")
    )
