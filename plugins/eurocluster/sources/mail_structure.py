"""What a mail server says about mails: lists in brackets, parts with their numbers, file names.

Belongs here: reading FETCH answers (RFC 3501, section 7.4.2), numbering parts, decoding names.
Does not belong here: asking (imap.py), the content of parts.
"""

import mimetypes
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from email.errors import HeaderParseError
from email.header import decode_header, make_header
from email.utils import collapse_rfc2231_value, decode_params, unquote
from itertools import takewhile
from typing import Final, TypeAlias

Value: TypeAlias = "bytes | None | list[Value]"
"""A string or number as it came, NIL, or a list of values."""

_DEEPEST: Final = 40
"""Parts within parts; no mail program that people use makes as many."""
_TOKEN: Final = re.compile(
    rb'\s*(?:(?P<open>\()|(?P<close>\))|"(?P<quoted>(?:[^"\\]|\\.)*)"'
    rb'|(?P<atom>(?:[^()\[\s"]|\[[^\]]*\])+))',
    re.DOTALL,
)
_LITERAL: Final = re.compile(rb"\{\d+\}$")
_MAIL_TEXT: Final = frozenset({"plain", "html", "enriched", "richtext", "calendar"})


class NotUnderstood(Exception):
    """An answer that is none by the rules of IMAP."""


@dataclass(frozen=True, slots=True)
class Part:
    """A file in a mail. `section` is its number, `encoding` how it is sent, in lower case."""

    name: str
    section: str
    encoding: str


def fetched(data: Iterable[object]) -> Iterator[Mapping[str, Value]]:
    """Read what imaplib returns for FETCH: per mail its items by name, in upper case.

    Raises:
        NotUnderstood: Brackets that do not close, items without a value.
    """
    for answer in _values(data):
        if not isinstance(answer, list):
            continue  # the mail's number, which its UID makes needless
        if len(answer) % 2:
            raise NotUnderstood
        names = [_text(name).upper() for name in answer[::2]]
        yield dict(zip(names, answer[1::2], strict=True))


def senders(envelope: Value) -> tuple[str, ...]:
    """Return the addresses of an envelope's From, folded; a group of addresses is left out."""
    if not isinstance(envelope, list) or len(envelope) < 3 or not isinstance(envelope[2], list):
        return ()
    addresses = [address for address in envelope[2] if isinstance(address, list)]
    return tuple(
        f"{_text(address[2])}@{_text(address[3])}".casefold()
        for address in addresses
        if len(address) == 4 and address[2] is not None and address[3] is not None
    )


def files(structure: Value, section: str = "") -> Iterator[Part]:
    """Find the files in a mail, also in mails that are attached to it.

    A part is a file when it has a name, is declared an attachment, or is nothing that a mail
    program would show as the mail's text.
    """
    if not isinstance(structure, list) or not structure or section.count(".") > _DEEPEST:
        return
    if isinstance(structure[0], list):
        # After the parts comes a text, the kind of the multipart.
        parts = takewhile(lambda value: isinstance(value, list), structure)
        for number, part in enumerate(parts, 1):
            yield from files(part, f"{section}.{number}" if section else str(number))
        return
    if len(structure) < 7:
        return
    section = section or "1"
    main, sub = _text(structure[0]).lower(), _text(structure[1]).lower()
    if (main, sub) == ("message", "rfc822") and len(structure) > 8:
        inner = structure[8]
        is_many = isinstance(inner, list) and bool(inner) and isinstance(inner[0], list)
        yield from files(inner, section if is_many else f"{section}.1")
        return
    disposition, parameters = _disposition(structure, main)
    name = file_name(parameters, "filename") or file_name(structure[2], "name")
    if not name and disposition != "attachment" and main == "text" and sub in _MAIL_TEXT:
        return
    if not name:
        name = f"unnamed {section}{mimetypes.guess_extension(f'{main}/{sub}') or ''}"
    yield Part(name, section, _text(structure[5]).lower() or "7bit")


def file_name(parameters: Value, wanted: str) -> str:
    """Return a file's name from parameters, without the folders that some programs leave in it.

    Names in several pieces and in percent signs (RFC 2231), in encoded words (RFC 2047, which
    many programs use here), or in bare UTF-8.
    """
    if not isinstance(parameters, list):
        return ""
    pairs = [
        (_text(key).lower(), _text(value))
        for key, value in zip(parameters[::2], parameters[1::2], strict=False)
    ]
    known = [(key, value) for key, value in pairs if key.partition("*")[0] == wanted]
    try:
        decoded = dict(decode_params([("", ""), *known])[1:])
        found = decoded.get(wanted, "")
        if isinstance(found, tuple):
            found = (*found[:2], unquote(found[2]))
        name = collapse_rfc2231_value(found)
        if "=?" in name:
            name = str(make_header(decode_header(name)))
    except (HeaderParseError, LookupError, ValueError):
        name = known[0][1] if known else ""
    return re.split(r"[/\\]", " ".join(name.split()))[-1]


def _values(data: Iterable[object]) -> list[Value]:
    top: list[Value] = []
    open_lists = [top]
    for piece in data:
        text, literal = piece if isinstance(piece, tuple) else (piece, None)
        if not isinstance(text, bytes):
            continue
        if literal is not None:
            text = _LITERAL.sub(b"", text)
        for token in _tokens(text):
            match token.lastgroup:
                case "open":
                    inner: list[Value] = []
                    open_lists[-1].append(inner)
                    open_lists.append(inner)
                case "close" if len(open_lists) > 1:
                    open_lists.pop()
                case "quoted":
                    open_lists[-1].append(re.sub(rb"\\(.)", rb"\1", token["quoted"]))
                case "atom":
                    atom = token["atom"]
                    open_lists[-1].append(None if atom.upper() == b"NIL" else atom)
                case _:
                    raise NotUnderstood
        if literal is not None:
            open_lists[-1].append(bytes(literal))
    if len(open_lists) != 1:
        raise NotUnderstood
    return top


def _tokens(text: bytes) -> Iterator[re.Match[bytes]]:
    position, end = 0, len(text.rstrip())
    while position < end:
        token = _TOKEN.match(text, position)
        if token is None:
            raise NotUnderstood
        yield token
        position = token.end()


def _disposition(structure: Sequence[Value], main: str) -> tuple[str, Value]:
    # Text has the number of its lines before the extensions.
    place = 9 if main == "text" else 8
    found = structure[place] if len(structure) > place else None
    if isinstance(found, list) and found:
        return _text(found[0]).lower(), found[1] if len(found) > 1 else None
    return "", None


def _text(value: Value) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else ""
