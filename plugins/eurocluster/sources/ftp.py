"""Folders of FTP servers: `ftps` with explicit TLS on both channels, `ftp` without any protection.

Belongs here: listing with and without MLSD, one session per source, passive transfers.
Does not belong here: which files are registers (picking.py), trying again.
"""

import contextlib
import ftplib
import re
import socket
import ssl
import time
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Final

from eurocluster.consortium.sources import FtpSource
from eurocluster.sources.connections import Credentials, add_command
from eurocluster.sources.ftp_listings import Entry, facts_in, long_format, machine_readable, moment
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
    Unreachable,
    Unstable,
    Vanished,
)

_PIECE_BYTES: Final = 1 << 18
_LONGEST_LINE: Final = 1 << 16
_FACTS: Final = ("type", "size", "modify", "unique")
_NOT_KNOWN: Final = ("500", "501", "502", "504")
"""Replies that say that the server does not know a command."""


class FtpFolder:
    """Files below a folder of an FTP server.

    Only passive transfers, and always to the host of the control channel: the address that the
    server announces for the data is not believed. A session that broke stays closed.
    """

    def __init__(self, declared: FtpSource, credentials: Credentials, limits: Limits) -> None:
        """Connect, sign in and go to the folder.

        Raises:
            MissingConnection: The connection names no host, or a `ca_file` that cannot be read.
            NotTrusted: `ftps`, and the server has no valid certificate, or no TLS at all.
            AuthFailed: The server refuses user or password.
            NotThere: There is no such folder.
            Unreachable: Nobody answers, or the connection broke.
        """
        if not credentials.host:
            raise MissingConnection(
                f"connection {credentials.conn_id}",
                f"names no host; as in: {add_command(declared.kind, credentials.conn_id)}",
            )
        if not _can_be_sent(declared.path + credentials.login + credentials.password):
            raise MissingConnection(
                f"connection {credentials.conn_id}",
                "its user, its password or the declared path holds a line break",
            )
        folder = declared.path.strip("/")
        self._place = f"{declared.kind}://{credentials.host}/{folder}"
        self._limits = limits
        self._usable = True
        self._session = _session(declared.kind, credentials)
        try:
            with self._words(self._place):
                self._connect(credentials)
                self._learn_features()
            self._root = self._enter(declared.path)
        except BaseException:
            self.close()
            raise

    def list(self) -> Iterator[RemoteFile]:
        """List the regular files below the folder; what the server shows as a link is left out.

        Raises:
            NotThere: The folder is gone.
            AuthFailed: A folder below it may not be opened.
            TooBig: More files and folders than `limits.listed`.
        """
        looked_at = 0
        todo = [("", True)]
        while todo:
            below, surely = todo.pop()
            entries = self._entries(below, self._limits.listed - looked_at, surely=surely)
            looked_at += len(entries)
            for name, facts in entries:
                described = self._described(below + name, facts)
                match described.get("type"):
                    case "file":
                        yield self._file(below + name, described)
                    case "dir" | "no file" as kind if below.count("/") < self._limits.depth:
                        todo.append((f"{below}{name}/", kind == "dir"))

    def open(self, file: RemoteFile) -> Iterator[bytes]:
        """Read a file piece by piece.

        Raises:
            Vanished: It is gone.
            AuthFailed: It is there and may not be read.
            Unreachable: The connection broke, or less came than the server announced.
        """
        path = self._path_of(file)
        try:
            yield from self._transfer(f"RETR {path}", file.name)
        except Vanished:
            self.stat(file)
            raise AuthFailed(file.name, "the pipeline's account may not open it") from None

    def stat(self, file: RemoteFile) -> RemoteFile:
        """Describe a file as it is now.

        Raises:
            Vanished: It is gone.
        """
        path = self._path_of(file)
        with self._words(file.name):
            facts = self._facts(path) if self._has_mlsd else self._measure(path)
        if facts.get("type") != "file":
            raise Vanished(file.name, "was listed and is no file any more")
        return self._file(file.ref, facts)

    def close(self) -> None:
        """End the session without waiting for an answer."""
        self._usable = False
        with contextlib.suppress(ftplib.Error, OSError, EOFError, AttributeError):
            self._session.putcmd("QUIT")
        with contextlib.suppress(OSError):
            self._session.close()

    def _connect(self, credentials: Credentials) -> None:
        session = self._session
        host, port = credentials.host, credentials.port or 21
        try:
            host.encode("idna")
            if port >= 1 << 16:  # which a socket would take for another one
                raise ValueError
        except ValueError:
            raise MissingConnection(
                f"connection {credentials.conn_id}", "its host, or its port, cannot be one"
            ) from None
        session.connect(host, port, timeout=self._limits.connect)
        if isinstance(session, _EncryptedSession):
            self._insist("AUTH TLS", session.auth)
        login, password = _wire(credentials.login), _wire(credentials.password)
        try:
            session.login(login, password)
        except ftplib.error_perm as error:
            if _code(error) == "530":
                raise AuthFailed(self._place, "refuses user or password") from None
            raise
        if isinstance(session, _EncryptedSession):
            self._insist("PROT P", session.prot_p)
        # Image type from here on, for listings, too: a server that listed in ASCII would go on
        # and rewrite the line ends of files.
        session.voidcmd("TYPE I")
        _socket(session).settimeout(self._limits.read)

    def _insist(self, what: str, command: Callable[[], object]) -> None:
        try:
            command()
        except (ftplib.error_perm, ftplib.error_temp):
            raise NotTrusted(self._place, f"offers no encryption ({what} is refused)") from None

    def _learn_features(self) -> None:
        """Ask what the server can do, and for all facts about files that it knows."""
        try:
            features = self._session.sendcmd("FEAT")
        except ftplib.error_perm:
            features = ""
        offered = re.search(r"(?im)^ *MLST *(.*)$", features)
        self._has_mlsd = offered is not None
        with contextlib.suppress(ftplib.error_perm, ftplib.error_temp):
            if re.search(r"(?im)^ *UTF8\b", features):
                self._session.sendcmd("OPTS UTF8 ON")
        with contextlib.suppress(ftplib.error_perm, ftplib.error_temp):
            if offered is not None:
                known = offered[1].lower().replace("*", "").split(";")
                asked = ";".join(fact for fact in _FACTS if fact in known)
                self._session.sendcmd(f"OPTS MLST {asked};")

    def _enter(self, path: str) -> str:
        """Go to a folder; return where the server says that this is."""
        with self._words(self._place):
            try:
                if path:
                    self._session.voidcmd(f"CWD {_wire(path)}")
                self._here = _text(self._session.pwd()).rstrip("/")
            except ftplib.error_perm:
                raise NotThere(self._place, "there is no such folder, or it is closed") from None
        return self._here

    def _entries(self, below: str, room: int, *, surely: bool) -> Sequence[Entry]:
        """List one folder, `below` the root and with a "/" at its end; `surely` it is one."""
        folder = f"{self._root}/{below}".rstrip("/")
        if folder != self._here:
            with self._words(below or self._place):
                try:
                    self._session.voidcmd(f"CWD {_wire(folder or '/')}")
                    self._here = folder if self._has_mlsd else _text(self._session.pwd())
                except ftplib.error_perm:
                    return self._closed(below, surely=surely)
            self._here = self._here.rstrip("/")
            if below and _folded(self._here) != _folded(folder):
                return []  # A link: the server itself says that this is elsewhere.
        listed = self._lines("LIST", below, room)
        known = long_format(listed)
        if self._has_mlsd:
            # Servers that look through a link tell MLSD's client of a file, or a folder, there.
            return [
                (name, facts)
                for name, facts in machine_readable(self._lines("MLSD", below, room))
                if known.get(name, {}).get("type") != "link"
            ]
        if len(known) == sum(1 for line in listed if not re.fullmatch(r"(?:total \d+)?", line)):
            return [(name, facts) for name, facts in known.items() if name not in (".", "..")]
        names = (line.rpartition("/")[2] for line in self._lines("NLST", below, room))
        return [(name, known.get(name, {})) for name in names if name not in ("", ".", "..")]

    def _closed(self, below: str, *, surely: bool) -> Sequence[Entry]:
        if not below:
            raise NotThere(self._place, "there is no such folder any more")
        path = f"{self._root}/{below[:-1]}"
        if surely and (not self._has_mlsd or self._facts_or_nothing(path)):
            raise AuthFailed(below, "the pipeline's account may not open it")
        return []

    def _described(self, below: str, facts: dict[str, str]) -> dict[str, str]:
        """Complete the facts of an entry, where MLSD has not said all of them."""
        if self._has_mlsd or not _can_be_sent(below):
            return {"type": "file", **facts}
        path = _wire(f"{self._root}/{below}")
        with self._words(below):
            if "type" in facts:
                return facts | (self._time_of(path) if facts["type"] == "file" else {})
            try:
                return self._measure(path)
            except ftplib.error_perm as error:
                if _code(error) in _NOT_KNOWN:
                    raise UnexpectedAnswer(self._place, "knows neither MLSD nor SIZE") from None
                # A folder has no size; neither has what went away just now: CWD will tell.
                return {"type": "no file"}

    def _measure(self, path: str) -> dict[str, str]:
        size = self._session.voidcmd(f"SIZE {path}")[4:].strip()
        return {"type": "file", "size": size, **self._time_of(path)}

    def _time_of(self, path: str) -> dict[str, str]:
        try:
            return {"modify": self._session.voidcmd(f"MDTM {path}")[4:].strip()}
        except ftplib.error_perm:
            return {}

    def _facts(self, path: str) -> dict[str, str]:
        lines = self._session.voidcmd(f"MLST {path}").split("\n")
        if len(lines) < 2:
            raise UnexpectedAnswer(self._place, "answers MLST without facts")
        return facts_in(lines[1].strip().partition(" ")[0])

    def _facts_or_nothing(self, path: str) -> dict[str, str]:
        try:
            return self._facts(_wire(path))
        except ftplib.error_perm:
            return {}

    def _lines(self, command: str, below: str, room: int) -> Sequence[str]:
        """Return what a listing command says, in lines: CRLF ends them, a bare LF is in a name."""
        lines: list[str] = []
        rest = b""
        started = time.monotonic()
        for piece in self._transfer(command, below or self._place):
            *whole, rest = (rest + piece).split(b"\r\n")
            lines += (line.decode("utf-8", "surrogateescape") for line in whole)
            if len(lines) > room:
                raise TooBig(self._place, f"more than {self._limits.listed} files and folders")
            if len(rest) > _LONGEST_LINE:
                raise UnexpectedAnswer(self._place, "lists names without end")
            if time.monotonic() - started > self._limits.deadline:
                raise Unreachable(self._place, "lists too slowly")
        if rest:
            lines.append(rest.decode("utf-8", "surrogateescape"))
        return lines

    def _transfer(self, command: str, what: str) -> Iterator[bytes]:
        received = 0
        with self._words(what):
            try:
                connection, announced = self._session.ntransfercmd(command)
            except (ftplib.error_perm, ftplib.error_temp) as error:
                if command in ("LIST", "NLST") and _code(error) in ("450", "550"):
                    return  # How some servers say that a folder is empty.
                raise
            try:
                with connection:
                    connection.settimeout(self._limits.read)
                    while piece := connection.recv(_PIECE_BYTES):
                        received += len(piece)
                        yield piece
            except GeneratorExit:
                # What the server says about the rest must not answer the next command.
                with contextlib.suppress(ftplib.error_perm, ftplib.error_temp):
                    self._session.voidresp()
                raise
            self._session.voidresp()
            if announced is not None and received < announced:
                raise Unreachable(what, "the connection broke before all of it was here")

    def _path_of(self, file: RemoteFile) -> str:
        below = file.ref or file.name
        if ".." in below.split("/"):
            raise NotTrusted(file.name, "not a file of this folder")
        if not _can_be_sent(below):
            raise UnexpectedAnswer(
                file.name, "has a line break in its name, which FTP cannot ask for; rename it"
            )
        return _wire(f"{self._root}/{below}")

    def _file(self, below: str, facts: dict[str, str]) -> RemoteFile:
        size, modify, unique = facts.get("size", ""), facts.get("modify", ""), facts.get("unique")
        readable = below.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
        return RemoteFile(
            name=unicodedata.normalize("NFC", readable),
            size=int(size) if size.isdecimal() else None,
            modified=moment(modify),
            # A file that is replaced within one second by one of the same size is another file.
            etag=f"{unique}-{size}-{modify}" if unique and size and modify else None,
            ref=below,
        )

    @contextlib.contextmanager
    def _words(self, what: str) -> Iterator[None]:
        if not self._usable:
            raise Unreachable(what, "the connection broke before")
        try:
            yield
        except SourceError:
            raise
        except ssl.SSLCertVerificationError as error:
            self.close()
            raise NotTrusted(
                what, f"its certificate is not valid: {error.verify_message}"
            ) from None
        except ftplib.error_perm as error:
            raise _refusal(error, what) from None
        except ftplib.error_temp as error:
            if _code(error) == "450":
                raise Unstable(what, "somebody else is using it") from None
            self.close()
            raise Unreachable(what, f"the server is busy or broke off ({_code(error)})") from None
        except ftplib.Error:
            self.close()
            raise UnexpectedAnswer(what, "does not answer as an FTP server does") from None
        except (OSError, EOFError) as error:
            self.close()
            raise Unreachable(what, _failure(error)) from None


class _EncryptedSession(ftplib.FTP_TLS):
    """TLS on both channels, with one TLS session: servers ask the data channel to prove it."""

    def ntransfercmd(
        self, cmd: str, rest: int | str | None = None
    ) -> tuple[socket.socket, int | None]:
        connection, size = ftplib.FTP.ntransfercmd(self, cmd, rest)  # noqa: S321
        control = _socket(self)
        session = control.session if isinstance(control, ssl.SSLSocket) else None
        try:
            return (
                self.context.wrap_socket(connection, server_hostname=self.host, session=session),
                size,
            )
        except BaseException:
            connection.close()
            raise


def _session(kind: str, credentials: Credentials) -> ftplib.FTP:
    # Latin-1 lets all bytes through in both directions: names, and words of old servers.
    if kind == "ftp":
        return ftplib.FTP(encoding="latin-1")  # noqa: S321 # declared so, in so many words
    try:
        context = _trust(str(credentials.extra.get("ca_file") or ""))
    except OSError:
        raise MissingConnection(
            f"connection {credentials.conn_id}",
            "the certificates that its extra names (ca_file) cannot be read here",
        ) from None
    return _EncryptedSession(encoding="latin-1", context=context)


def _trust(ca_file: str) -> ssl.SSLContext:
    return _loaded_trust(ca_file, Path(ca_file).stat().st_mtime_ns if ca_file else 0)


@lru_cache(maxsize=8)
def _loaded_trust(ca_file: str, _changed: int) -> ssl.SSLContext:
    """Load the usual authorities, and those of a file: once, it takes longer than a round trip."""
    context = ssl.create_default_context()
    if ca_file:
        context.load_verify_locations(ca_file)
    return context


def _socket(session: ftplib.FTP) -> socket.socket:
    if session.sock is None:
        raise EOFError
    return session.sock


def _wire(text: str) -> str:
    """Write text as the session needs it: its UTF-8 bytes, one letter each."""
    return text.encode("utf-8", "surrogateescape").decode("latin-1")


def _text(wire: str) -> str:
    return wire.encode("latin-1").decode("utf-8", "surrogateescape")


def _can_be_sent(text: str) -> bool:
    # A line break would end the command, and what follows would be another one.
    return not set(text) & set("\r\n\0")


def _folded(path: str) -> str:
    return unicodedata.normalize("NFC", path).casefold()


def _code(error: Exception) -> str:
    return str(error)[:3]


def _refusal(error: ftplib.error_perm, what: str) -> SourceError:
    match _code(error):
        case "530" | "532":
            return AuthFailed(what, "the account is not let in")
        case "550":
            return Vanished(what, "was listed and is gone")
        case code:
            return UnexpectedAnswer(what, f"refuses what every FTP server can do ({code})")


def _failure(error: OSError | EOFError) -> str:
    match error:
        case TimeoutError():
            return "does not answer in time"
        case ConnectionRefusedError():
            return "nobody listens there"
        case socket.gaierror():
            return "there is no host of this name"
        case ssl.SSLError():
            return "the encrypted connection failed"
        case _:
            return "the connection broke"
