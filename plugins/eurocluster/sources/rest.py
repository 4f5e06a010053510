"""Records of a JSON API as one file of JSON lines, record by record as the API writes them.

A single line with one record could as well be any JSON text, in which a list within the record
would pass for the table. A lone record is therefore written as a list of one, none as an empty one.

Belongs here: asking for page after page, counting what comes.
Does not belong here: how pages hang together (rest_pages.py), finding records (json_records.py).
"""

import hashlib
import time
import unicodedata
from array import array
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from typing import Any, Final
from urllib.parse import unquote, urlsplit

from eurocluster.consortium.sources import NumberedPages, OAuth2, OnePage, RestSource, SignIn
from eurocluster.sources.connections import Credentials, add_command
from eurocluster.sources.json_records import MISSING, Records, look_up
from eurocluster.sources.patience import ask_patiently
from eurocluster.sources.protocol import (
    CHUNK_BYTES,
    Limits,
    MissingConnection,
    RemoteFile,
    TooBig,
    UnexpectedAnswer,
    Unreachable,
    Unstable,
    Vanished,
)
from eurocluster.sources.rest_pages import Page, Pages, Step, pages_of
from eurocluster.sources.sign_in import (
    ANONYMOUS,
    FixedSignIn,
    base_address,
    basic_sign_in,
    header_sign_in,
)
from eurocluster.sources.tokens import Tokens, client_credentials
from eurocluster.sources.web import Answer, Site

_PIECE_CHARACTERS: Final = 1 << 17


class RestRecords:
    """All records of one list of an API: one file, named after the path."""

    def __init__(
        self, declared: RestSource, credentials: Credentials | None, limits: Limits
    ) -> None:
        """Get ready to ask, with a token where one is declared.

        Raises:
            MissingConnection: The connection lacks the host or the secret.
            AuthFailed: No token is given to this account.
            NotTrusted: The host is declared with plain http.
        """
        if credentials is None:
            raise MissingConnection(declared.path, "needs a connection")
        base = base_address(credentials)
        self._declared = declared
        self._limits = limits
        self._path = urlsplit(base).path + declared.path
        self._name = _name(declared.path)
        self._place = f"{urlsplit(base).scheme}://{urlsplit(base).netloc}{_shown(self._path)}"
        self._sign_in = _sign_in(declared.auth, credentials, limits)
        self._site = Site(base, self._place, limits, sign_in=self._sign_in, extra=credentials.extra)

    def list(self) -> Iterator[RemoteFile]:
        """Ask whether the list is there; it is one file, of unknown size.

        Raises:
            AuthFailed: We are not let in.
            NotThere: There is no such path.
            SourceError: Whatever else the API has to say.
        """
        with self._ask(pages_of(self._declared.paging, self._place).first()) as answer:
            found = self._described(answer.headers.get("etag"))
        yield found

    def open(self, file: RemoteFile) -> Iterator[bytes]:
        """Read all pages as JSON lines; fewer than two records as a JSON list.

        Raises:
            UnexpectedAnswer: No JSON, no list, or pages that go round in a circle.
            Unstable: Fewer records than the API says it has, or it changes its mind meanwhile.
            TooBig: The answers have more than `max_mib`, counted after unpacking.
            NotTrusted: The next page is said to be on another server.
            SourceError: Whatever else the API has to say.
        """
        reading = _Reading(self._declared, file.name, time.monotonic() + self._limits.deadline)
        pages = pages_of(self._declared.paging, file.name)
        step: Step | None = pages.first()
        while step is not None:
            reading.begin(step, self._limits)
            with self._ask(step, what=file.name, missing=Vanished) as answer:
                is_past_the_end = answer.status in step.end
                if not is_past_the_end:
                    yield from reading.lines(answer)
            if is_past_the_end:
                # Only while the first page is still there: else all of it has just gone.
                with self._ask(pages_of(self._declared.paging, file.name).first(), what=file.name):
                    break
            step = reading.next(pages, answer)
        yield from reading.rest()

    def stat(self, file: RemoteFile) -> RemoteFile:
        """Say whether a single page is still the one that was listed; several cannot be told.

        Raises:
            Vanished: The path is gone.
            SourceError: Whatever else the API has to say.
        """
        if file.etag is None:
            return file
        etag = file.etag.partition(" ")[2]
        first = pages_of(self._declared.paging, file.name).first()
        with self._ask(first, what=file.name, missing=Vanished, unless=etag) as answer:
            return file if answer.status == 304 else self._described(answer.headers.get("etag"))

    def close(self) -> None:
        """Let go of the connections."""
        self._site.close()
        if isinstance(self._sign_in, Tokens):
            self._sign_in.close()

    def _described(self, etag: str | None) -> RemoteFile:
        """Describe the records; a version is the API's mark together with how they are asked."""
        if etag is None or not isinstance(self._declared.paging, OnePage):
            return RemoteFile(self._name, None, None, ref=self._path)
        asked = hashlib.sha256(self._declared.model_dump_json().encode()).hexdigest()[:16]
        return RemoteFile(self._name, None, None, etag=f"{asked} {etag}", ref=self._path)

    def _ask(
        self, step: Step, *, unless: str | None = None, **how: Any
    ) -> AbstractContextManager[Answer]:
        headers = {"Accept": "application/json"}
        if unless:
            headers["If-None-Match"] = unless
        return ask_patiently(
            self._site,
            self._limits,
            step.address or self._path,
            params=step.params if step.address else {**self._declared.params, **step.params},
            accept=(200, *step.end, *((304,) if unless else ())),
            headers=headers,
            packed=True,
            **how,
        )


class _Reading:
    """One walk through the pages: what has come so far."""

    def __init__(self, declared: RestSource, what: str, ends: float) -> None:
        self._declared = declared
        self._what = what
        self._ends = ends
        self._is_numbered = isinstance(declared.paging, NumberedPages)
        self._asked: set[str] = set()
        self._bytes = 0
        self._records = 0
        self._total: int | None = None
        self._hashes = array("q")
        self._held: list[str] = []
        self._page = Page(0, {})

    def begin(self, step: Step, limits: Limits) -> None:
        """Refuse to go round in circles, or on for ever."""
        if step.key in self._asked:
            raise UnexpectedAnswer(self._what, "its pages go round in a circle")
        self._asked.add(step.key)
        if len(self._asked) > limits.listed:
            raise TooBig(self._what, f"more than {limits.listed} pages")
        if time.monotonic() > self._ends:
            raise Unreachable(self._what, f"took longer than {limits.deadline:g} seconds")

    def lines(self, answer: Answer) -> Iterator[bytes]:
        """Yield the records of a page; nothing when they are those of the page before."""
        records = Records(self._counted(answer), self._declared.records, self._what)
        before, self._hashes = self._hashes, array("q")
        is_the_one_before = self._is_numbered and bool(before)
        held, self._held = self._held, []
        collected = list(held)
        characters = 0
        count = 0
        for record in records:
            if self._is_numbered:
                is_the_one_before &= before[count : count + 1] == array("q", [hash(record)])
                self._hashes.append(hash(record))
            count += 1
            characters += len(record)
            collected.append(record)
            is_alone = self._records + count < 2
            if characters >= _PIECE_CHARACTERS and not (is_the_one_before or is_alone):
                yield from _in_pieces(collected)
                collected.clear()
                characters = 0
        is_the_one_before &= count == len(before)
        if is_the_one_before:
            self._held = held
        elif self._records + count < 2:
            self._held = collected
            self._records += count
        else:
            self._records += count
            yield from _in_pieces(collected)
        if self._declared.expect_total is not None:
            self._notice_total(look_up(records.beside, self._declared.expect_total))
        self._page = Page(
            count,
            records.beside,
            answer.next_link,
            is_the_one_before,
            is_the_rest=self._records == self._total,
        )

    def next(self, pages: Pages, answer: Answer) -> Step | None:
        """Return what to ask for after the page that was read last."""
        step = pages.after(self._page)
        if step is None or step.address is None:
            return step
        return replace(step, address=answer.linked(step.address))

    def rest(self) -> Iterator[bytes]:
        """Yield what is no line; refuse fewer records than the API says it has."""
        if self._total is not None and self._records < self._total:
            raise Unstable(
                self._what, f"{self._records} records came, the API says it has {self._total}"
            )

        if self._records < 2:
            yield from _in_pieces([f"[{''.join(self._held)}]"])

    def _counted(self, answer: Answer) -> Iterator[bytes]:
        for piece in answer.pieces(shows_its_end=True):
            self._bytes += len(piece)
            if self._bytes > self._declared.max_mib << 20:
                raise TooBig(self._what, f"has more than {self._declared.max_mib} MiB (max_mib)")
            yield piece

    def _notice_total(self, told: Any) -> None:
        where = self._declared.expect_total
        if told is MISSING and self._total is not None:
            return  # some APIs count on their first page only
        if not isinstance(told, str) or not told.isdecimal():
            raise UnexpectedAnswer(self._what, f"says under {where!r} no number of records")
        total = int(told)
        if self._total is not None and total != self._total:
            raise Unstable(self._what, "the number of records changes while they are read")
        self._total = total


def _in_pieces(records: Sequence[str]) -> Iterator[bytes]:
    """Yield records as lines, in pieces of at most a MiB: one record may have more."""
    lines = "".join(f"{record}\n" for record in records).encode()
    for start in range(0, len(lines), CHUNK_BYTES):
        yield lines[start : start + CHUNK_BYTES]


def _sign_in(
    auth: SignIn | OAuth2, credentials: Credentials, limits: Limits
) -> FixedSignIn | Tokens:
    place = f"connection {credentials.conn_id}"
    if auth.type != "none" and not credentials.password:
        raise MissingConnection(
            place,
            f"holds no secret, as in: {add_command('rest', credentials.conn_id)}",
        )
    match auth:
        case OAuth2():
            return client_credentials(
                auth.token_url,
                credentials.login,
                credentials.password,
                limits,
                scope=auth.scope,
                ca_file=credentials.extra.get("ca_file"),
            )
        case SignIn(type="basic"):
            return basic_sign_in(credentials)
        case SignIn(type="bearer"):
            return header_sign_in("Authorization", f"Bearer {credentials.password}", place)
        case SignIn(type="api_key"):
            return header_sign_in(auth.header, f"{auth.prefix}{credentials.password}", place)
        case _:
            return ANONYMOUS


def _name(path: str) -> str:
    """Name the records: the last part of the path, as JSON lines."""
    last = unquote(urlsplit(path).path).rstrip("/").rpartition("/")[2] or "records"
    return unicodedata.normalize("NFC", last.removesuffix(".json")) + ".jsonl"


def _shown(path: str) -> str:
    return unquote(urlsplit(path).path)
