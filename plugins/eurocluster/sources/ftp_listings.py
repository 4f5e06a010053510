"""What FTP servers say of files: MLSD (RFC 3659), and LIST in the format of `ls -l`.

Belongs here: lines of text to names and facts.
Does not belong here: asking for them (ftp.py).
"""

import re
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Final

_LONG_FORMAT: Final = re.compile(
    r"(?s)(?P<type>[-bcdlps])\S{9,11} +\d+ +\S+ +\S+ +(?P<size>\d+)"
    r" +[A-Z][a-z]{2} +\d{1,2} +(?:\d\d:\d\d|\d{4}) (?P<name>.+)"
)
"""A line of LIST as almost every server without MLSD writes it: that of `ls -l`."""
_TYPES: Final = {"-": "file", "d": "dir", "l": "link"}
_SELVES: Final = ("cdir", "pdir")
Entry = tuple[str, dict[str, str]]
"""A name in a folder, and the facts about it as MLSD calls them."""


def machine_readable(lines: Iterable[str]) -> Sequence[Entry]:
    """Read the lines of MLSD; one without facts goes on with the name before it."""
    entries: list[Entry] = []
    for line in lines:
        facts, space, name = line.partition(" ")
        if space and re.fullmatch(r"(?:[\w.-]+=[^;]*;)+", facts):
            entries.append((name, facts_in(facts)))
        elif line and entries:
            before, known = entries[-1]
            entries[-1] = (f"{before}\r\n{line}", known)
    return [
        (name, facts)
        for name, facts in entries
        if name not in ("", ".", "..") and "/" not in name and facts.get("type") not in _SELVES
    ]


def facts_in(text: str) -> dict[str, str]:
    """Read the facts before a name, such as ``type=file;size=12;``; their names in lower case."""
    pairs = (fact.partition("=") for fact in text.split(";") if fact)
    facts = {name.lower(): value for name, _, value in pairs}
    return {**facts, "type": facts["type"].lower()} if "type" in facts else facts


def long_format(lines: Iterable[str]) -> dict[str, dict[str, str]]:
    """Read what LIST says in the format of `ls -l`; lines in another one are passed over."""
    known: dict[str, dict[str, str]] = {}
    for line in lines:
        if found := _LONG_FORMAT.fullmatch(line):
            kind = _TYPES.get(found["type"], "special")
            name = found["name"].rpartition(" -> ")[0] if kind == "link" else found["name"]
            known[name] = {"type": kind} | ({"size": found["size"]} if kind == "file" else {})
    return known


def moment(text: str) -> datetime | None:
    """Read YYYYMMDDhhmmss, with or without fractions, in UTC."""
    try:
        return datetime.strptime(text.partition(".")[0], "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    except ValueError:
        return None
