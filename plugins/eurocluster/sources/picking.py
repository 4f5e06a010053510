"""Which of the listed files belong to a register.

Belongs here: include and exclude patterns, files that no person means.
Does not belong here: any one kind of source.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from functools import cache

from eurocluster.consortium.sources import Files
from eurocluster.sources.protocol import RemoteFile, TooBig

HOUSEKEEPING = (
    "~$*",  # Office: a document that is open
    ".~lock.*#",  # LibreOffice: the same
    ".*",
    "*~",
    "*.tmp",
    "*.part",
    "*.partial",
    "*.filepart",
    "*.crdownload",
    "thumbs.db",
    "desktop.ini",
    "**/.*/**",
    "**/$RECYCLE.BIN/**",
    "**/System Volume Information/**",
    "**/lost+found/**",
    "**/__MACOSX/**",
    "**/@eaDir/**",
)
"""What programs leave beside registers."""


class Picker:
    """Include and exclude patterns over names with "/" between folders.

    A pattern without "/" is about the file's own name, in every folder; one with "/" starts at the
    top, and `**` in it stands for any number of folders. Case and the way accents are encoded make
    no difference: the drives of most partners do not know one.
    """

    def __init__(self, include: Sequence[str], exclude: Sequence[str]) -> None:
        self._include = [_expression(pattern) for pattern in include]
        self._exclude = [_expression(pattern) for pattern in (*HOUSEKEEPING, *exclude)]

    def wants(self, name: str) -> bool:
        """Say whether a file belongs to the register."""
        folded = _fold(name)
        return any(wanted.fullmatch(folded) for wanted in self._include) and not any(
            unwanted.fullmatch(folded) for unwanted in self._exclude
        )


def pick(listed: Iterable[RemoteFile], files: Files, place: str) -> tuple[RemoteFile, ...]:
    """Return the files that a declaration includes, in the order of their names.

    Raises:
        TooBig: More of them than declared.
    """
    picker = Picker(files.include, files.exclude)
    picked = sorted(
        (file for file in listed if picker.wants(file.name)),
        key=lambda file: listing_order(file.ref or file.name),
    )
    if len(picked) > files.max_files:
        raise TooBig(
            place, f"{len(picked)} files match, {files.max_files} are allowed (files.max_files)"
        )
    return tuple(picked)


def listing_order(name: str) -> tuple[str, str]:
    """Sort names the same on every file system."""
    return unicodedata.normalize("NFC", name), name


def _fold(name: str) -> str:
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())


@cache
def _expression(pattern: str) -> re.Pattern[str]:
    folded = _fold(pattern)
    expression = "" if "/" in folded else "(?:.*/)?"
    position = 0
    folded = folded.removeprefix("/")
    while position < len(folded):
        rest = folded[position:]
        if rest.startswith("**/"):
            expression += "(?:.*/)?"
            position += 3
        elif rest.startswith("**"):
            expression += ".*"
            position += 2
        elif rest[0] == "*":
            expression += "[^/]*"
            position += 1
        elif rest[0] == "?":
            expression += "[^/]"
            position += 1
        elif found := re.match(r"\[(!?)([^\]/]+)\]", rest):
            negated, members = found.groups()
            escaped = re.sub(r"([\\\[\]^&~|])", r"\\\1", members)
            expression += f"[^/{escaped}]" if negated else f"[{escaped}]"
            position += found.end()
        else:
            expression += re.escape(rest[0])
            position += 1
    return re.compile(expression, re.DOTALL)
