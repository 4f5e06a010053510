"""Windows shares, by SMB 2 and 3.

Every source has a connection of its own, never one of smbclient's pool: that hands one user's
session to the next user of the same host. And a client GUID of its own: Samba passes connections
with the same one on to one process, and sessions die. Neither Kerberos nor DFS namespaces.

Belongs here: signing in, walking folders, reading with several requests under way, and what the
server's status codes mean to a partner.
Does not belong here: which files are registers (picking.py), keeping them (landing.py).
"""

import logging
import struct
import unicodedata
import uuid
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from smbprotocol.connection import Connection
from smbprotocol.exceptions import SMBAuthenticationError, SMBException, SMBResponseException
from smbprotocol.file_info import FileAttributes, FileInformationClass
from smbprotocol.open import (
    CreateDisposition,
    CreateOptions,
    DirectoryAccessMask,
    FilePipePrinterAccessMask,
    ImpersonationLevel,
    Open,
    ShareAccess,
)
from smbprotocol.session import Session
from smbprotocol.tree import TreeConnect

from eurocluster.consortium.sources import SmbSource
from eurocluster.sources.connections import Credentials, add_command
from eurocluster.sources.protocol import (
    CHUNK_BYTES,
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

# It tells users and files at every request.
logging.getLogger("smbprotocol").setLevel(logging.WARNING)

_PORT: Final = 445
_READS_UNDER_WAY: Final = 8
_CREDIT_BYTES: Final = 1 << 16
# Deduplicated and archived files are reparse points, too; a link stands for another name.
_STANDS_FOR_ANOTHER_NAME: Final = 0x20000000
_NOTHING_MORE: Final = (0x80000006, 0xC000000F)
_OTHERS_MAY_DO_ALL: Final = (
    ShareAccess.FILE_SHARE_READ | ShareAccess.FILE_SHARE_WRITE | ShareAccess.FILE_SHARE_DELETE
)
_NOT_LET_IN: Final = "the server does not let this user in: {}"
_DFS: Final = (
    "a DFS namespace, which is not supported: declare the server and the share that are behind it"
)
_CAUSES: Final[dict[int, tuple[type[SourceError], str]]] = {
    0xC000006D: (AuthFailed, _NOT_LET_IN.format("user or password is wrong")),
    0xC000006A: (AuthFailed, _NOT_LET_IN.format("the password is wrong")),
    0xC0000064: (AuthFailed, _NOT_LET_IN.format("it does not know the user")),
    0xC000006E: (AuthFailed, _NOT_LET_IN.format("the account is restricted")),
    0xC000006F: (AuthFailed, _NOT_LET_IN.format("not at this hour")),
    0xC0000070: (AuthFailed, _NOT_LET_IN.format("not from this machine")),
    0xC0000071: (AuthFailed, _NOT_LET_IN.format("the password has expired")),
    0xC0000224: (AuthFailed, _NOT_LET_IN.format("the password must be changed first")),
    0xC0000072: (AuthFailed, _NOT_LET_IN.format("the account is disabled")),
    0xC0000193: (AuthFailed, _NOT_LET_IN.format("the account has expired")),
    0xC0000234: (AuthFailed, _NOT_LET_IN.format("the account is locked")),
    0xC000015B: (AuthFailed, _NOT_LET_IN.format("the account may not sign in over the network")),
    0xC0000022: (AuthFailed, "the pipeline's account may not open it"),
    0xC00000CC: (NotThere, "the server has no such share"),
    0xC0000034: (Vanished, "was listed and is gone"),
    0xC000003A: (Vanished, "was listed and is gone"),
    0xC000000F: (Vanished, "was listed and is gone"),
    0xC0000033: (Vanished, "the server does not accept the name"),
    0xC0000056: (Vanished, "is being deleted"),
    0xC0000103: (Vanished, "is a file, not a folder"),
    0xC00000BA: (NotTrusted, "is a folder where a file was"),
    0x8000002D: (NotTrusted, "is a link; links are not followed"),
    0xC0000043: (Unstable, "is open in another program"),
    0xC0000054: (Unstable, "is locked by another program"),
    0xC0000011: (Unstable, "became shorter while it was read"),
    0xC0000257: (UnexpectedAnswer, _DFS),
}
"""Status of the server → what it means; all others may pass by themselves."""


_Answers = list[Any]
_Step = tuple[Any, Callable[[Any], Any]]
"""A message, and what takes its answer apart."""


class SmbShare:
    """Regular files below a folder of a share. Links and junctions are never followed."""

    def __init__(
        self, declared: SmbSource, credentials: Credentials | None, limits: Limits
    ) -> None:
        """Connect, sign in and enter the share.

        Raises:
            MissingConnection: The connection lacks host or user.
            Unreachable: Nobody answers.
            AuthFailed: The server does not let the user in.
            NotThere: It has no such share.
            UnexpectedAnswer: The share is a DFS namespace.
        """
        if credentials is None or not credentials.host or not credentials.login:
            raise MissingConnection(
                f"connection {declared.conn_id}",
                f"lacks host or login, as in: {add_command('smb', declared.conn_id)}",
            )
        self._limits = limits
        self._root = declared.path.strip("/").replace("/", "\\")
        share = f"//{credentials.host}/{declared.share}"
        self._place = f"{share}/{declared.path.strip('/')}".rstrip("/")
        self._connection = _Connection(credentials.host, credentials.port or _PORT, limits)
        try:
            with _words(share):
                self._session = self._connection.sign_in(credentials)
                self._tree = TreeConnect(self._session, rf"\\{credentials.host}\{declared.share}")
                self._tree.connect()
            if self._tree.is_dfs_share:
                raise UnexpectedAnswer(share, _DFS)
        except BaseException:
            self.close()
            raise

    def list(self) -> Iterator[RemoteFile]:
        """List the regular files below the folder, in one round trip per folder of some 500 files.

        Raises:
            NotThere: There is no such folder.
            AuthFailed: It, or a folder below it, may not be opened.
            TooBig: More files and folders than `limits.listed`.
        """
        folders: list[tuple[str, tuple[int, ...]]] = [(self._root, ())]
        listed = 0
        while folders:
            folder, above = folders.pop()
            entries = self._entries(folder)
            # Samba shows links to folders as folders: the way round ends where it began.
            itself = next((entry.identity for entry in entries if entry.name == "."), 0)
            on_the_way = (*above, itself)
            for entry in entries:
                if entry.name in (".", "..") or entry.is_link:
                    continue
                listed += 1
                if listed > self._limits.listed:
                    raise TooBig(self._place, f"more than {self._limits.listed} files and folders")
                ref = f"{folder}\\{entry.name}" if folder else entry.name
                if not entry.is_folder:
                    yield self._described(ref, entry.size, entry.modified, entry.changed)
                elif len(above) < self._limits.depth and (
                    entry.identity == 0 or entry.identity not in on_the_way
                ):
                    folders.append((ref, on_the_way))

    def open(self, file: RemoteFile) -> Iterator[bytes]:
        """Read a file piece by piece, with some pieces always under way.

        Raises:
            Vanished: It is gone.
            Unstable: Another program has it open for itself, or it became shorter.
            NotTrusted: It has become a link or a folder.
        """
        with _words(file.name):
            opened = Open(self._tree, file.ref)
            self._answers(_create(opened, FilePipePrinterAccessMask.FILE_READ_DATA))
            with self._closing(opened):
                yield from self._pieces(opened, file)

    def stat(self, file: RemoteFile) -> RemoteFile:
        """Describe a file as it is now, in one round trip.

        Raises:
            Vanished: It is gone.
            NotTrusted: It has become a link or a folder.
        """
        with _words(file.name):
            now = Open(self._tree, file.ref)
            self._answers(
                _create(now, FilePipePrinterAccessMask.FILE_READ_ATTRIBUTES),
                now.close(send=False),
            )
            return self._described(file.ref, now.end_of_file, now.last_write_time, now.change_time)

    def close(self) -> None:
        """Sign off, unless the connection is broken, and close it."""
        self._connection.leave()

    def _entries(self, folder: str) -> "_Entries":
        """Return what a folder holds, itself as "."; nothing when it has just gone."""
        opened = Open(self._tree, folder)
        entries: _Entries = []
        try:
            with _words("/".join(filter(None, (self._place, self._label(folder))))):
                _, *answers = self._answers(
                    _create(opened, DirectoryAccessMask.FILE_LIST_DIRECTORY, of_folder=True),
                    _query(opened),
                    _query(opened),
                )
                with self._closing(opened):
                    while True:
                        entries += [_entry(raw) for answer in answers for raw in answer or ()]
                        if None in answers or len(entries) > self._limits.listed:
                            return entries
                        answers = self._answers(_query(opened))
        except Vanished as gone:
            if folder == self._root:
                raise NotThere(self._place, "the share has no such folder") from gone
            return []

    def _pieces(self, opened: Open, file: RemoteFile) -> Iterator[bytes]:
        under_way: deque[tuple[Callable[[Any], bytes], Any, int]] = deque()
        asked = 0
        try:
            while asked < opened.end_of_file or under_way:
                while asked < opened.end_of_file and len(under_way) < _READS_UNDER_WAY:
                    size = min(opened.end_of_file - asked, self._connection.readable_now())
                    if size == 0:
                        break
                    message, unpack = opened.read(asked, size, send=False)
                    under_way.append((unpack, self._send(message, size), size))
                    asked += size
                if not under_way:
                    raise UnexpectedAnswer(self._place, "the server allows no further request")
                unpack, request, size = under_way.popleft()
                piece = unpack(request)
                if len(piece) != size:
                    raise Unstable(file.name, "became shorter while it was read")
                yield piece
        finally:
            # An answer that nobody takes stays in memory for as long as the connection.
            for _, request, _ in under_way:
                if not self._connection.is_broken:
                    with suppress(SMBResponseException):
                        self._connection.receive(request)

    @contextmanager
    def _closing(self, opened: Open) -> Iterator[None]:
        try:
            yield
        finally:
            if not self._connection.is_broken:
                opened.close()

    def _send(self, message: Any, answer_bytes: int) -> Any:
        return self._connection.send(
            message,
            sid=self._session.session_id,
            tid=self._tree.tree_connect_id,
            # Twice what it costs, so that there will be enough to send the next ones beforehand.
            credit_request=2 * -(-answer_bytes // _CREDIT_BYTES),
        )

    def _answers(self, *steps: _Step) -> _Answers:
        """Send messages about one open file together; return their answers, None: nothing more."""
        requests = self._connection.send_compound(
            [message for message, _ in steps],
            sid=self._session.session_id,
            tid=self._tree.tree_connect_id,
            related=len(steps) > 1,
        )
        answers: _Answers = []
        failure: SMBResponseException | None = None
        for request, (_, unpack) in zip(requests, steps, strict=True):
            try:
                answers.append(unpack(request))
            except SMBResponseException as error:
                if error.status not in _NOTHING_MORE:
                    failure = failure or error
                answers.append(None)
        if failure is not None:
            raise failure
        return answers

    def _label(self, ref: str) -> str:
        below = ref.removeprefix(self._root).replace("\\", "/").removeprefix("/")
        return unicodedata.normalize("NFC", below)

    def _described(self, ref: str, size: int, modified: datetime, changed: datetime) -> RemoteFile:
        return RemoteFile(
            name=self._label(ref),
            size=size,
            modified=modified,
            etag=f"{size:x}-{modified.timestamp():.6f}-{changed.timestamp():.6f}",
            ref=ref,
        )


class _Connection(Connection):  # type: ignore[misc]
    """A connection that waits for no answer longer than it may, and follows no link."""

    def __init__(self, host: str, port: int, limits: Limits) -> None:
        super().__init__(uuid.uuid4(), host, port)
        self._limits = limits
        self._signed_in: Session | None = None
        self.is_broken = False

    def sign_in(self, credentials: Credentials) -> Session:
        """Connect and sign in; everything is encrypted if the server can."""
        try:
            self.connect(timeout=self._limits.connect)
        except ValueError as error:
            raise ConnectionError from error
        session = Session(
            self,
            credentials.login,
            credentials.password,
            require_encryption=bool(self.supports_encryption),
            auth_protocol="ntlm",
        )
        try:
            session.connect()
        except SMBResponseException:
            raise
        except SMBException as error:
            # Such as a server that lets strangers in as guests, whom nothing protects on the way.
            if self.is_broken:
                raise
            raise SMBAuthenticationError from error
        self._signed_in = session
        return session

    def leave(self) -> None:
        """Sign off, unless it is broken, and close it; never raises."""
        with suppress(Exception):
            if self._signed_in is not None and not self.is_broken:
                self._signed_in.disconnect(close=False)
        with suppress(Exception):
            self.disconnect(close=False)

    def readable_now(self) -> int:
        """Return how many bytes may be asked for at once, with what the server allows now."""
        allowed: int = self.sequence_window["high"] - self.sequence_window["low"]
        if not self.supports_multi_credit:
            allowed = min(allowed, 1)
        most: int = self.max_read_size
        return min(CHUNK_BYTES, most, allowed * _CREDIT_BYTES)

    def receive(
        self,
        request: Any,
        wait: bool = True,  # noqa: FBT001, FBT002
        timeout: float | None = None,
        resolve_symlinks: bool = False,  # noqa: FBT001, FBT002
    ) -> Any:
        """Wait for an answer, `limits.read` seconds at most."""
        try:
            return super().receive(
                request,
                wait,
                timeout=timeout or self._limits.read,
                resolve_symlinks=resolve_symlinks,
            )
        except SMBResponseException:
            raise
        except Exception:
            self.is_broken = True
            raise


@dataclass(frozen=True, slots=True)
class _Entry:
    name: str
    size: int
    modified: datetime
    changed: datetime
    identity: int
    is_folder: bool
    is_link: bool


_Entries = list[_Entry]


def _create(opened: Open, access: int, *, of_folder: bool = False) -> _Step:
    options = (
        CreateOptions.FILE_DIRECTORY_FILE if of_folder else CreateOptions.FILE_NON_DIRECTORY_FILE
    )
    step: _Step = opened.create(
        ImpersonationLevel.Impersonation,
        access | FilePipePrinterAccessMask.FILE_READ_ATTRIBUTES,
        FileAttributes.FILE_ATTRIBUTE_NORMAL,
        _OTHERS_MAY_DO_ALL,
        CreateDisposition.FILE_OPEN,
        options,
        send=False,
    )
    return step


def _query(opened: Open) -> _Step:
    step: _Step = opened.query_directory(
        "*", FileInformationClass.FILE_ID_FULL_DIRECTORY_INFORMATION, send=False
    )
    return step


def _entry(raw: Any) -> _Entry:
    attributes = raw["file_attributes"]
    # The field of the size of extended attributes holds the kind of reparse point, if it is one.
    is_link = attributes.has_flag(FileAttributes.FILE_ATTRIBUTE_REPARSE_POINT) and bool(
        raw["ea_size"].get_value() & _STANDS_FOR_ANOTHER_NAME
    )
    return _Entry(
        name=raw["file_name"].get_value().decode("utf-16-le", "surrogatepass"),
        size=raw["end_of_file"].get_value(),
        modified=raw["last_write_time"].get_value(),
        changed=raw["change_time"].get_value(),
        identity=raw["file_id"].get_value(),
        is_folder=attributes.has_flag(FileAttributes.FILE_ATTRIBUTE_DIRECTORY),
        is_link=is_link,
    )


@contextmanager
def _words(place: str) -> Iterator[None]:
    """Say in a partner's words what the library and the server say in theirs."""
    try:
        yield
    except SMBResponseException as error:
        unknown = (Unreachable, f"the server answers with status {error.status:#010x}")
        kind, cause = _CAUSES.get(error.status, unknown)
        raise kind(place, cause) from None
    except SMBAuthenticationError:
        raise AuthFailed(place, "the server lets this user in as a guest at most") from None
    except (SMBException, OSError):
        raise Unreachable(place, "nobody answers, or the connection broke") from None
    except (ValueError, LookupError, struct.error):
        raise UnexpectedAnswer(place, "the server does not speak SMB 2 or 3") from None
