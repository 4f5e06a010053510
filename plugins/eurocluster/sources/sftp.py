"""Folders of SSH servers, by SFTP. The server's key must be pinned in the connection.

Belongs here: host keys, signing in with a password or a key, walking folders, reading with many
requests under way.
Does not belong here: which files are registers (picking.py), keeping them (landing.py).
"""

import base64
import errno
import io
import logging
import os
import shlex
import socket
import stat
import threading
import time
import unicodedata
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from functools import lru_cache
from itertools import pairwise
from typing import Any, Final

import paramiko
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
    load_ssh_private_key,
)
from paramiko.sftp import (
    CMD_CLOSE,
    CMD_DATA,
    CMD_OPENDIR,
    CMD_READ,
    CMD_READDIR,
    CMD_STATUS,
    int64,
)

from eurocluster.consortium.sources import SftpSource
from eurocluster.sources.connections import Credentials, add_command
from eurocluster.sources.protocol import (
    CHUNK_BYTES,
    AuthFailed,
    Limits,
    MissingConnection,
    NotThere,
    NotTrusted,
    RemoteFile,
    TooBig,
    UnexpectedAnswer,
    Unreachable,
    Unstable,
    Vanished,
)

# It tells every server that it signs in at, which a night tells in its own words.
logging.getLogger("paramiko").setLevel(logging.WARNING)

_PORT: Final = 22
_WINDOW_BYTES: Final = 2 << 20
_PIECE_BYTES: Final = 32 << 10
"""What every server gives at once; OpenSSH gives more."""
_OPENSSH_PIECE_BYTES: Final = 240 << 10
_LEAST_PIECE_BYTES: Final = 4 << 10
_PACKET_BYTES: Final = 250 << 10
_FAST_CIPHERS: Final = ("aes128-gcm@openssh.com", "aes256-gcm@openssh.com")
_RSA_SIGNATURES: Final = ("rsa-sha2-512", "rsa-sha2-256")
_KEY_CLASSES: Final = (paramiko.Ed25519Key, paramiko.ECDSAKey, paramiko.RSAKey)

HostKeys = frozenset[tuple[str, bytes]]
"""Kinds and bytes of the keys that a server may show."""


class SftpFolder:
    """Regular files below a folder of an SSH server. Links are never followed."""

    def __init__(
        self, declared: SftpSource, credentials: Credentials | None, limits: Limits
    ) -> None:
        """Connect, check the server's key, and sign in: once, with a key if there is one.

        Raises:
            MissingConnection: The connection lacks host, user or the server's key, or its private
                key cannot be read.
            Unreachable: Nobody answers.
            NotTrusted: The server shows another key than the pinned ones.
            AuthFailed: It does not let the user in.
        """
        if credentials is None or not credentials.host or not credentials.login:
            raise MissingConnection(
                f"connection {declared.conn_id}",
                f"lacks host or login, as in: {add_command('sftp', declared.conn_id)}",
            )
        host_keys = pinned_host_keys(credentials)
        private_key = _private_key(credentials)
        self._limits = limits
        self._root = declared.path.rstrip("/") or ("/" if declared.path else ".")
        server = f"sftp://{credentials.host}"
        self._place = f"{server}/{declared.path.strip('/')}".rstrip("/")
        with _words(server):
            connection = socket.create_connection(
                (credentials.host, credentials.port or _PORT), timeout=limits.connect
            )
            # The library closes what it was given, and waits for no answer without a limit of ours.
            self._transport = paramiko.Transport(connection)
        try:
            with _words(server), self._closed_after(limits.connect + limits.read):
                self._shake_hands(server, host_keys)
                self._sign_in(server, credentials, private_key)
                channel = self._transport.open_session(
                    _WINDOW_BYTES, _PACKET_BYTES, timeout=limits.read
                )
                channel.settimeout(limits.read)
                channel.invoke_subsystem("sftp")
                self._client = _Client(channel)
        except BaseException:
            self.close()
            raise

    def list(self) -> Iterator[RemoteFile]:
        """List the regular files below the folder.

        Raises:
            NotThere: There is no such folder.
            AuthFailed: It, or a folder below it, may not be opened.
            TooBig: More files and folders than `limits.listed`.
        """
        folders = [(self._root, 0)]
        listed = 0
        while folders:
            folder, depth = folders.pop()
            for name, attributes in self._entries(folder):
                listed += 1
                if listed > self._limits.listed:
                    raise TooBig(self._place, f"more than {self._limits.listed} files and folders")
                ref = f"{folder.rstrip('/')}/{name}"
                mode = attributes.st_mode or 0
                if stat.S_ISREG(mode):
                    yield self._described(ref, attributes)
                elif stat.S_ISDIR(mode) and depth < self._limits.depth:
                    folders.append((ref, depth + 1))

    def open(self, file: RemoteFile) -> Iterator[bytes]:
        """Read a file piece by piece, with some 2 MiB of it always under way.

        Raises:
            Vanished: It is gone.
            NotTrusted: It has become a link, or no regular file.
            Unstable: It became shorter.
        """
        with _words(file.name):
            size = self._status(file).st_size or 0
            with self._client.open(os.fsencode(file.ref), "rb") as opened:
                handle: Any = opened.handle
                read = 0
                for piece in _gathered(self._client.pieces(handle, size, self._piece_bytes())):
                    read += len(piece)
                    yield piece
                if read < size:
                    raise Unstable(file.name, "became shorter while it was read")

    def stat(self, file: RemoteFile) -> RemoteFile:
        """Describe a file as it is now, in one round trip.

        Raises:
            Vanished: It is gone.
            NotTrusted: It has become a link, or no regular file.
        """
        with _words(file.name):
            return self._described(file.ref, self._status(file))

    def close(self) -> None:
        """Close the connection."""
        with suppress(Exception):
            self._transport.close()

    def _shake_hands(self, server: str, host_keys: HostKeys) -> None:
        transport = self._transport
        transport.banner_timeout = self._limits.connect
        transport.auth_timeout = self._limits.connect + self._limits.read
        transport.channel_timeout = self._limits.read
        options = transport.get_security_options()
        options.ciphers = (*_FAST_CIPHERS, *(c for c in options.ciphers if c not in _FAST_CIPHERS))
        # The server is asked for a key of a kind that is pinned: it may have others, too.
        pinned = {kind for kind, _ in host_keys}
        signatures = {*pinned, *(_RSA_SIGNATURES if "ssh-rsa" in pinned else ())}
        options.key_types = tuple(kind for kind in options.key_types if kind in signatures)
        try:
            transport.start_client(timeout=self._limits.connect)
        except paramiko.SSHException as error:
            if isinstance(error, paramiko.ssh_exception.IncompatiblePeer):
                raise NotTrusted(
                    server, "the server has no key of the kind that is pinned in the connection"
                ) from None
            raise
        shown = transport.get_remote_server_key()
        if (shown.get_name(), shown.asbytes()) not in host_keys:
            raise NotTrusted(
                server, "the server shows another key than the one pinned in the connection"
            )

    def _sign_in(
        self, server: str, credentials: Credentials, private_key: paramiko.PKey | None
    ) -> None:
        started = time.monotonic()
        try:
            if private_key is not None:
                still_wanted = self._transport.auth_publickey(credentials.login, private_key)
                if "password" not in still_wanted:
                    return
            self._transport.auth_password(credentials.login, credentials.password)
        except paramiko.BadAuthenticationType as error:
            ways = ", ".join(sorted(error.allowed_types))
            raise AuthFailed(server, f"the server wants another way to sign in: {ways}") from None
        except paramiko.AuthenticationException:
            limit = self._transport.auth_timeout
            if time.monotonic() - started >= limit:
                raise Unreachable(server, "the server said nothing when we signed in") from None
            # A server that hangs up now may do so because of a wrong password.
            raise AuthFailed(server, "the server does not let this user in") from None

    @contextmanager
    def _closed_after(self, seconds: float) -> Iterator[None]:
        """Close the connection if the block takes longer: the library would wait for ever."""
        alarm = threading.Timer(seconds, self._transport.close)
        alarm.daemon = True
        alarm.start()
        try:
            yield
        finally:
            alarm.cancel()

    def _piece_bytes(self) -> int:
        large = "OpenSSH" in self._transport.remote_version
        return _OPENSSH_PIECE_BYTES if large else _PIECE_BYTES

    def _entries(self, folder: str) -> "_Entries":
        """Return what a folder holds; nothing when it has just gone."""
        try:
            with _words("/".join(filter(None, (self._place, self._label(folder))))):
                return self._client.entries(folder, self._limits.listed)
        except (Vanished, Unreachable) as error:
            # Servers do not agree on what they say of a file where a folder was asked for.
            if folder == self._root and self._is_no_folder():
                raise NotThere(self._place, "is a file, not a folder") from None
            if folder == self._root and isinstance(error, Vanished):
                raise NotThere(self._place, "the server has no such folder") from None
            if isinstance(error, Unreachable):
                raise
            return []

    def _is_no_folder(self) -> bool:
        with suppress(OSError, EOFError, paramiko.SSHException):
            return stat.S_ISREG(self._client.stat(os.fsencode(self._root)).st_mode or 0)
        return False

    def _status(self, file: RemoteFile) -> paramiko.SFTPAttributes:
        attributes = self._client.lstat(os.fsencode(file.ref))
        if not stat.S_ISREG(attributes.st_mode or 0):
            raise NotTrusted(file.name, "is a link or no regular file; links are not followed")
        return attributes

    def _described(self, ref: str, attributes: paramiko.SFTPAttributes) -> RemoteFile:
        modified = attributes.st_mtime
        return RemoteFile(
            name=self._label(ref),
            size=attributes.st_size,
            modified=None if modified is None else datetime.fromtimestamp(modified, UTC),
            ref=ref,
        )

    def _label(self, ref: str) -> str:
        below = os.fsencode(ref.removeprefix(self._root)).decode("utf-8", "replace")
        return unicodedata.normalize("NFC", below.removeprefix("/"))


_Entries = list[tuple[str, paramiko.SFTPAttributes]]


class _Client(paramiko.SFTPClient):
    """The library's client, with a listing and a reading of our own.

    Its listing fails for a whole folder if one name is not UTF-8; its reading ahead keeps as much
    in memory as there is, and leaves a thread behind when it is given up.
    """

    _request: Any
    _async_request: Any
    _read_response: Any
    _convert_status: Any

    def pieces(self, handle: bytes, size: int, piece_bytes: int) -> Iterator[bytes]:
        """Read an open file up to `size` or its end, with `_WINDOW_BYTES` always under way."""
        answers = _Answers()
        under_way: deque[tuple[int, int, int]] = deque()
        asked = 0

        def ask(offset: int, length: int) -> tuple[int, int, int]:
            number = self._async_request(answers, CMD_READ, handle, int64(offset), length)
            return number, offset, length

        while asked < size or under_way:
            while asked < size and len(under_way) * piece_bytes < _WINDOW_BYTES:
                length = min(piece_bytes, size - asked)
                under_way.append(ask(asked, length))
                asked += length
            number, offset, length = under_way.popleft()
            while number not in answers.by_number:
                self._read_response()
            kind, answer = answers.by_number.pop(number)
            if kind == CMD_STATUS:
                try:
                    self._convert_status(answer)
                except EOFError:
                    return
            if kind != CMD_DATA:
                raise paramiko.SFTPError
            piece = answer.get_binary()
            if not 0 < len(piece) <= length:
                raise paramiko.SFTPError
            if len(piece) < length:
                # A server may give less at once than it is asked for.
                under_way.appendleft(ask(offset + len(piece), length - len(piece)))
                piece_bytes = max(len(piece), _LEAST_PIECE_BYTES)
            yield piece

    def entries(self, folder: str, limit: int) -> _Entries:
        """Return names, as `os.fsdecode` gives them, and attributes; not many more than `limit`."""
        _, answer = self._request(CMD_OPENDIR, os.fsencode(folder))
        handle = answer.get_binary()
        found: _Entries = []
        while len(found) <= limit:
            try:
                _, answer = self._request(CMD_READDIR, handle)
            except EOFError:
                break
            for _ in range(answer.get_int()):
                name, long_name = os.fsdecode(answer.get_binary()), answer.get_binary()
                attributes = _attributes(answer, long_name)
                if name not in (".", ".."):
                    found.append((name, attributes))
        # Also tells the end of the listing from the end of the connection.
        self._request(CMD_CLOSE, handle)
        return found


def _gathered(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Join pieces to larger ones: whoever writes each to a disk waits for the other thread once."""
    gathered = bytearray()
    for piece in pieces:
        gathered += piece
        if len(gathered) + _OPENSSH_PIECE_BYTES > CHUNK_BYTES:
            yield bytes(gathered)
            gathered.clear()
    if gathered:
        yield bytes(gathered)


class _Answers:
    """What answers to requests are given to, by the library."""

    def __init__(self) -> None:
        self.by_number: dict[int, tuple[int, paramiko.Message]] = {}

    def _async_response(self, kind: int, answer: paramiko.Message, number: int) -> None:
        self.by_number[number] = (kind, answer)


def _attributes(answer: paramiko.Message, long_name: bytes) -> paramiko.SFTPAttributes:
    read: Any = getattr(paramiko.SFTPAttributes, "_from_msg")  # noqa: B009
    attributes: paramiko.SFTPAttributes = read(answer)
    if attributes.st_mode is None:
        kinds = {b"-": stat.S_IFREG, b"d": stat.S_IFDIR}
        attributes.st_mode = kinds.get(long_name[:1], 0)
    return attributes


def pinned_host_keys(credentials: Credentials) -> HostKeys:
    """Return the keys that the connection pins: in its extra `host_key`, one or several lines.

    A line is as ssh-keyscan, known_hosts or the server's own .pub file have it.

    Raises:
        MissingConnection: There is none; the message says how to get it.
    """
    lines = str(credentials.extra.get("host_key") or "").splitlines()
    keys = frozenset(filter(None, map(_host_key, lines)))
    if not keys:
        port = f"-p {credentials.port} " if credentials.port not in (None, _PORT) else ""
        lack = "holds no key in" if lines else "lacks"
        raise MissingConnection(
            f"connection {credentials.conn_id}",
            f"its extra {lack} 'host_key', the server's public key, without which nobody knows who"
            f" answers: run ssh-keyscan {port}{shlex.quote(credentials.host)}, compare its lines"
            " with what the partner says, and put them there",
        )
    return keys


def _host_key(line: str) -> tuple[str, bytes] | None:
    words = line.split()
    for kind, encoded in pairwise(words):
        if kind.startswith(("ssh-", "ecdsa-")):
            # Not binascii.Error alone: a letter outside ASCII, such as "…", is a plain ValueError.
            with suppress(ValueError):
                return kind, base64.b64decode(encoded, validate=True)
    return None


def _private_key(credentials: Credentials) -> paramiko.PKey | None:
    """Return the key of the connection's extra: Ed25519, ECDSA or RSA, PEM or OpenSSH's format."""
    text = str(credentials.extra.get("private_key") or "")
    if not text:
        return None
    key = _loaded(text, str(credentials.extra.get("private_key_passphrase") or ""))
    if key is not None:
        return key
    raise MissingConnection(
        f"connection {credentials.conn_id}",
        "its extra's 'private_key' cannot be read: is 'private_key_passphrase' right, is it a"
        " whole Ed25519, ECDSA or RSA key",
    )


@lru_cache(maxsize=64)
def _loaded(text: str, passphrase: str) -> paramiko.PKey | None:
    """Return a key, None when it cannot be read; a passphrase is made to take long."""
    for load in (load_ssh_private_key, load_pem_private_key):
        with suppress(Exception):
            plain = load(text.encode(), passphrase.encode() or None).private_bytes(
                Encoding.PEM, PrivateFormat.OpenSSH, NoEncryption()
            )
            for key_class in _KEY_CLASSES:
                with suppress(Exception):
                    return key_class.from_private_key(io.StringIO(plain.decode()))
    return None


@contextmanager
def _words(place: str) -> Iterator[None]:
    """Say in a partner's words what the library says in its own."""
    try:
        yield
    except PermissionError:
        raise AuthFailed(place, "the pipeline's account may not open it") from None
    except FileNotFoundError:
        raise Vanished(place, "was listed and is gone") from None
    except (paramiko.SFTPError, ValueError, LookupError):
        raise UnexpectedAnswer(place, "the server does not speak SFTP") from None
    except OSError as error:
        told = os.strerror(error.errno) if error.errno else "nobody answers in time"
        if error.errno == errno.ENOTDIR:
            raise Vanished(place, "is no folder any more") from None
        raise Unreachable(place, told) from None
    except (paramiko.SSHException, EOFError):
        raise Unreachable(place, "nobody answers, or the connection broke") from None
