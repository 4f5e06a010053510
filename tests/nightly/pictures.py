"""The pictures of the guide, each with the mark of the pages that it was taken of.

Belongs here: marking a PNG, reading the mark, what the mark is now.
Does not belong here: taking pictures (journey).
"""

import hashlib
import struct
import zlib
from pathlib import Path

from eurocluster.settings import ROOT

GUIDE = ROOT / "docs" / "guide"
_PORTAL = ROOT / "plugins" / "eurocluster" / "portal"
_HEADER = 8 + 25  # signature and IHDR
_WORD = b"portal\0"


def mark_of_the_pages() -> str:
    """What changes when a page of the portal may look different."""
    digest = hashlib.sha256()
    for path in sorted([*(_PORTAL / "templates").glob("*"), *(_PORTAL / "static").glob("*")]):
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:32]


def marked(png: bytes, mark: str) -> bytes:
    """A PNG with a mark (a tEXt chunk, which viewers pass over)."""
    body = b"tEXt" + _WORD + mark.encode()
    chunk = struct.pack(">I", len(body) - 4) + body + struct.pack(">I", zlib.crc32(body))
    return png[:_HEADER] + chunk + png[_HEADER:]


def mark_of(picture: Path) -> str:
    """The mark of a picture, empty when it has none."""
    content = picture.read_bytes()
    at = content.find(b"tEXt" + _WORD)
    return "" if at < 0 else content[at + 4 + len(_WORD) : at + 4 + len(_WORD) + 32].decode()
