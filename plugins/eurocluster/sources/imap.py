"""Attachments of mails in a mailbox, over IMAP; nothing is changed there, not even "seen".

Of mails with a file of the same name only the newest counts, whoever of the declared senders sent
it: registers are sent whole, and the mail of September says what that of August said. Two files of
one name in the same mail are both listed.

Who sent a mail is what its From header says, and anybody can write anything there. What protects a
mailbox is its own server: let it refuse or put aside mails that fail DMARC, and give registers a
mailbox of their own.

Belongs here: signing in, finding mails of senders, fetching and decoding one part of a mail.
Does not belong here: how servers describe mails (mail_structure.py), sending, OAuth.
"""

import base64
import binascii
import contextlib
import imaplib
import re
import socket
import ssl
import threading
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from eurocluster.consortium.sources import ImapSource
from eurocluster.sources.connections import Credentials, add_command
from eurocluster.sources.mail_structure import NotUnderstood, Value, fetched, files, senders
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
    Vanished,
)

_ASKED_BYTES: Final = 4 << 20
"""Of a part, encoded, at a time: a server looks for the mail anew at each question."""
_MAILS_AT_ONCE: Final = 400
_NO: Final = frozenset({"0", "false", "no", "off"})
_MONTHS: Final = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()
_LATER: Final = frozenset({"UNAVAILABLE", "INUSE", "LIMIT", "SERVERBUG"})
_NOT_BASE64: Final = bytes(
    byte for byte in range(256) if not (chr(byte).isalnum() and byte < 128) and byte not in b"+/="
)
"""Line ends above all; a reader of base64 ignores all of it (RFC 2045, section 6.8)."""
_SECTION: Final = re.compile(r"(?P<uid>\d+)/(?P<section>\d+(?:\.\d+)*)/(?P<encoding>[\w-]+)")


class ImapMailbox:
    """Files in the mails of a mailbox."""

    def __init__(self, declared: ImapSource, credentials: Credentials, limits: Limits) -> None:
        """Connect with TLS, sign in and look at the mailbox, read-only.

        The connection's extra can say `use_ssl` false, which sends the password readable to all on
        the way, `use_starttls` true, and name a `ca_file`.

        Raises:
            MissingConnection: The connection lacks host, login or password.
            NotTrusted: The server has no valid certificate.
            AuthFailed: The server refuses login or password.
            NotThere: There is no such mailbox.
            Unreachable: Nobody answers, or the connection broke.
        """
        if not (credentials.host and credentials.login and credentials.password):
            raise MissingConnection(
                f"connection {credentials.conn_id}",
                "lacks host, login or password, as in:"
                f" {add_command(declared.kind, credentials.conn_id)}",
            )
        self._place = f"imap://{credentials.host}/{declared.mailbox}"
        self._limits = limits
        self._senders = frozenset(address.casefold() for address in declared.senders)
        self._days = declared.days
        self._session: imaplib.IMAP4 | None = None
        mailbox = _mailbox_name(declared.mailbox)
        if mailbox is None:
            raise NotThere(self._place, "no mailbox has such a name")
        with self._words(self._place):
            self._session = self._connect(credentials)
            self._sign_in(credentials)
            self._version = self._examine(mailbox)

    def list(self) -> Iterator[RemoteFile]:
        """List the newest file of each name; no mail's content is fetched for it.

        Raises:
            TooBig: More mails and files than `limits.listed`.
        """
        with self._words(self._place):
            arrived = self._mails_of_senders()
            found: dict[str, list[tuple[datetime, int, RemoteFile]]] = defaultdict(list)
            looked_at = len(arrived)
            for uids in _batches(arrived):
                for mail in self._fetch(",".join(map(str, uids)), "(UID BODYSTRUCTURE)"):
                    uid = _number(mail.get("UID"))
                    for part in files(mail.get("BODYSTRUCTURE")):
                        looked_at += 1
                        name = unicodedata.normalize("NFC", part.name)
                        file = RemoteFile(
                            name=name,
                            size=None,  # servers know it only as it is encoded, some not even that
                            modified=arrived[uid],
                            etag=f"{self._version}.{uid}.{part.section}",
                            ref=f"{uid}/{part.section}/{part.encoding}",
                        )
                        found[name.casefold()].append((arrived[uid], uid, file))
                    self._refuse_too_many(looked_at)
        for same_name in found.values():
            *_, (_, newest, _) = sorted(same_name, key=lambda entry: entry[:2])
            yield from (file for _, uid, file in same_name if uid == newest)

    def open(self, file: RemoteFile) -> Iterator[bytes]:
        """Read a file piece by piece, decoded.

        Raises:
            Vanished: Its mail is gone.
            UnexpectedAnswer: It is damaged, or encoded in a way that mails do not use any more.
        """
        uid, section, encoding = _reference(file)
        decode = _Decoder(encoding, file.name)
        offset = 0
        while True:
            with self._words(file.name):
                piece = self._part(uid, section, offset, file.name)
            offset += len(piece)
            decoded = decode(piece)
            for start in range(0, len(decoded), CHUNK_BYTES):
                yield decoded[start : start + CHUNK_BYTES]
            if len(piece) < _ASKED_BYTES:
                break
        if rest := decode.end():
            yield rest

    def stat(self, file: RemoteFile) -> RemoteFile:
        """Look whether the mail is still there; its parts never change.

        Raises:
            Vanished: It is gone.
        """
        uid, _, _ = _reference(file)
        with self._words(file.name):
            if not self._fetch(uid, "(UID)"):
                raise Vanished(file.name, "its mail was deleted or moved")
        return file

    def close(self) -> None:
        """Leave, without waiting for a goodbye."""
        session, self._session = self._session, None
        if session is not None:
            with contextlib.suppress(OSError, imaplib.IMAP4.error):
                session.shutdown()

    def _connect(self, credentials: Credentials) -> imaplib.IMAP4:
        host, extra = credentials.host, credentials.extra
        context = _trust(credentials)
        session: imaplib.IMAP4
        if str(extra.get("use_ssl", True)).lower() not in _NO and not extra.get("use_starttls"):
            session = imaplib.IMAP4_SSL(
                host, credentials.port or 993, ssl_context=context, timeout=self._limits.connect
            )
        else:
            session = imaplib.IMAP4(host, credentials.port or 143, timeout=self._limits.connect)
        self._session = session
        session.sock.settimeout(self._limits.read)
        if extra.get("use_starttls"):
            if "STARTTLS" not in session.capabilities:
                raise NotTrusted(self._place, "offers no encryption (STARTTLS)")
            session.starttls(context)
        return session

    def _sign_in(self, credentials: Credentials) -> None:
        session = self._used()
        offered = set(session.capabilities)
        login, password = credentials.login, credentials.password
        try:
            if "AUTH=PLAIN" in offered:
                # The one way that carries letters beyond ASCII.
                secret = f"\0{login}\0{password}".encode()
                session.authenticate("PLAIN", lambda _: secret)
            elif "LOGINDISABLED" in offered or not re.fullmatch(r"[\x20-\x7e]+", login + password):
                raise UnexpectedAnswer(self._place, "offers no way to sign in with this password")
            else:
                session.login(_quoted(login), password)
        except imaplib.IMAP4.abort:
            raise
        except imaplib.IMAP4.error as error:
            code = _code(error)
            if code in _LATER:
                raise Unreachable(self._place, f"lets nobody in at the moment ({code})") from None
            raise AuthFailed(self._place, "refuses login or password") from None

    def _examine(self, mailbox: str) -> int:
        session = self._used()
        answer, said = session.select(mailbox, readonly=True)
        if answer != "OK":
            code = _code(*said)
            if code in ("NOPERM", "AUTHORIZATIONFAILED"):
                raise AuthFailed(self._place, "the login may not read this mailbox")
            if code in _LATER:
                raise Unreachable(self._place, f"cannot be opened at the moment ({code})")
            raise NotThere(self._place, "there is no such mailbox")
        _, version = session.response("UIDVALIDITY")
        return _number(version[0] if version else None)

    def _mails_of_senders(self) -> dict[int, datetime]:
        """Return UIDs and arrivals of the mails that are looked at."""
        since = datetime.now(UTC) - timedelta(days=self._days)
        day = f"{since.day}-{_MONTHS[since.month - 1]}-{since.year}"
        session = self._used()
        answer, said = session.uid("SEARCH", "UNDELETED", "SINCE", day)
        if answer != "OK":
            raise UnexpectedAnswer(self._place, "does not search its mails")
        uids = [int(uid) for line in said if line for uid in line.split()]
        self._refuse_too_many(len(uids))
        arrived = {}
        for some in _batches(uids):
            for mail in self._fetch(",".join(map(str, some)), "(UID INTERNALDATE ENVELOPE)"):
                who = senders(mail.get("ENVELOPE"))
                if who and set(who) <= self._senders:
                    arrived[_number(mail.get("UID"))] = _moment(mail.get("INTERNALDATE"))
        return arrived

    def _part(self, uid: str, section: str, offset: int, name: str) -> bytes:
        asked = f"BODY.PEEK[{section}]<{offset}.{_ASKED_BYTES}>"
        for mail in self._fetch(uid, f"(UID {asked})"):
            for item, value in mail.items():
                if item.startswith(f"BODY[{section}]"):
                    # NIL: some servers say so beyond the end.
                    return value if isinstance(value, bytes) else b""
        raise Vanished(name, "its mail was deleted or moved")

    def _fetch(self, uids: str, items: str) -> Sequence[Mapping[str, Value]]:
        answer, said = self._used().uid("FETCH", uids, items)
        if answer != "OK":
            # What Dovecot says when another session has removed the mail.
            raise Vanished(self._place, "a mail was deleted or moved")
        wanted = {int(uid) for uid in uids.split(",")}
        return [mail for mail in fetched(said) if _number(mail.get("UID"), 0) in wanted]

    def _used(self) -> imaplib.IMAP4:
        if self._session is None:
            raise Unreachable(self._place, "the connection broke before")
        return self._session

    def _refuse_too_many(self, looked_at: int) -> None:
        if looked_at > self._limits.listed:
            raise TooBig(self._place, f"more than {self._limits.listed} mails and files")

    @contextlib.contextmanager
    def _words(self, what: str) -> Iterator[None]:
        timer = threading.Timer(self._limits.deadline, self._cut)
        timer.daemon = True
        timer.start()
        try:
            yield
        except Vanished as error:
            raise Vanished(what, error.cause) from None
        except SourceError:
            if self._session is None or what == self._place:
                self.close()
            raise
        except ssl.SSLCertVerificationError as error:
            self.close()
            raise NotTrusted(what, f"its certificate: {error.verify_message}") from None
        except (OSError, EOFError, imaplib.IMAP4.abort) as error:
            self.close()
            raise Unreachable(what, _failure(error)) from None
        except (imaplib.IMAP4.error, NotUnderstood):
            self.close()
            raise UnexpectedAnswer(what, "does not answer as a mail server does") from None
        finally:
            timer.cancel()

    def _cut(self) -> None:
        """End a connection that drips: no time-out of a single read notices that."""
        session = self._session
        if session is not None:
            with contextlib.suppress(OSError, AttributeError):
                # Not ssl's own shutdown, which is not for use from another thread.
                socket.socket.shutdown(session.sock, socket.SHUT_RDWR)


class _Decoder:
    """Decodes what comes in pieces; holds back what the next piece completes."""

    def __init__(self, encoding: str, name: str) -> None:
        if encoding not in ("base64", "quoted-printable", "7bit", "8bit", "binary"):
            raise UnexpectedAnswer(name, "is encoded in a way that mails do not use any more")
        self._encoding = encoding
        self._name = name
        self._rest = b""
        self._has_ended = False

    def __call__(self, piece: bytes) -> bytes:
        match self._encoding:
            case "base64":
                text = self._rest + piece.translate(None, _NOT_BASE64)
                whole = len(text) - len(text) % 4
                self._rest = text[whole:]
                return self._from_base64(text[:whole])
            case "quoted-printable":
                text = self._rest + piece
                whole = text.rfind(b"\n") + 1
                if not whole:
                    # A line without end: all of it but what may be half of an "=" with two digits.
                    half = text.rfind(b"=", max(len(text) - 2, 0))
                    whole = len(text) if half < 0 else half
                self._rest = text[whole:]
                return binascii.a2b_qp(text[:whole])
            case _:
                return piece

    def end(self) -> bytes:
        """Return what was held back.

        Raises:
            UnexpectedAnswer: Something is missing.
        """
        if self._encoding == "base64" and self._rest:
            raise self._damaged()
        return binascii.a2b_qp(self._rest)

    def _from_base64(self, text: bytes) -> bytes:
        # The library would leave out, without a word, what stands after the end.
        if (self._has_ended and text) or b"=" in text[:-2]:
            raise self._damaged()
        self._has_ended = self._has_ended or text.endswith(b"=")
        try:
            return base64.b64decode(text, validate=True)
        except binascii.Error:
            raise self._damaged() from None

    def _damaged(self) -> UnexpectedAnswer:
        return UnexpectedAnswer(self._name, "was damaged on its way by mail; let it be sent again")


def _trust(credentials: Credentials) -> ssl.SSLContext:
    context = ssl.create_default_context()
    if own_authority := credentials.extra.get("ca_file"):
        try:
            context.load_verify_locations(str(own_authority))
        except OSError:
            raise MissingConnection(
                f"connection {credentials.conn_id}",
                "the certificates that its extra names (ca_file) cannot be read here",
            ) from None
    return context


def _mailbox_name(name: str) -> str | None:
    """Quote a mailbox's name, in IMAP's own UTF-7 (RFC 3501, section 5.1.3)."""
    if not name or not name.isprintable():
        return None

    def shifted(found: re.Match[str]) -> str:
        if found[0] == "&":
            return "&-"
        coded = base64.b64encode(found[0].encode("utf-16-be")).decode().rstrip("=")
        return f"&{coded.replace('/', ',')}-"

    coded = re.sub(r"&|[^\x20-\x7e]+", shifted, unicodedata.normalize("NFC", name))
    return _quoted(coded)


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _reference(file: RemoteFile) -> tuple[str, str, str]:
    found = _SECTION.fullmatch(file.ref)
    if found is None:
        raise NotTrusted(file.name, "not a file of this mailbox")
    return found["uid"], found["section"], found["encoding"]


def _batches(uids: Iterable[int]) -> Iterator[Sequence[int]]:
    ordered = sorted(uids)
    for start in range(0, len(ordered), _MAILS_AT_ONCE):
        yield ordered[start : start + _MAILS_AT_ONCE]


def _number(value: Any, otherwise: int | None = None) -> int:
    if isinstance(value, bytes) and value.isdigit():
        return int(value)
    if otherwise is None:
        raise NotUnderstood
    return otherwise


def _moment(value: Value) -> datetime:
    """Read an INTERNALDATE, such as ``17-Jul-1996 02:44:25 -0700``; months are English anywhere."""
    text = value.decode("ascii", "replace").strip() if isinstance(value, bytes) else ""
    day, _, rest = text.partition("-")
    month, _, rest = rest.partition("-")
    try:
        number = _MONTHS.index(month.title()) + 1
        moment = datetime.strptime(f"{day} {number} {rest}", "%d %m %Y %H:%M:%S %z")
    except ValueError:
        raise NotUnderstood from None
    return moment.astimezone(UTC)


def _code(*said: object) -> str:
    """Return the response code in what a server says, such as NONEXISTENT; "" without one."""
    text = " ".join(
        word.decode("ascii", "replace") if isinstance(word, bytes) else str(word) for word in said
    )
    found = re.search(r"\[([A-Z]+)\b", text)
    return found[1] if found else ""


def _failure(error: Exception) -> str:
    match error:
        case TimeoutError():
            return "the server fell silent"
        case socket.gaierror():
            return "the name of the host is not known here"
        case ConnectionRefusedError():
            return "nobody answers"
        case _:
            return "the connection broke"
