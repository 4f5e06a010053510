"""What a zipped workbook may hold, checked before any part of it is unpacked.

The directory of an archive can lie. Parts that overlap, or that say otherwise in their own place
than in the directory, are damage; and no reader takes more bytes from a part than the directory
says (archive.py), so that the limits here hold while parts are read.

Belongs here: number, sizes, places and names of parts.
Does not belong here: what the parts say.
"""

import struct
import zipfile
from pathlib import Path

from eurocluster.reading.archive import DAMAGED, PROTECTED
from eurocluster.reading.cells import UnreadableFile
from eurocluster.wording import words

MAX_ENTRIES = 5_000
MAX_PART_BYTES = 512 << 20
MAX_TOTAL_BYTES = 1 << 30
MAX_RATIO = 200
_RATIO_COUNTS_FROM = 4 << 20

_LOCAL = struct.Struct("<4s5H3I2H")
_LOCAL_MAGIC = b"PK\x03\x04"
_ENCRYPTED, _SIZES_FOLLOW = 1, 8
_IN_EXTRA_FIELD = 0xFFFFFFFF
_SAVE_AS_XLSX = words(
    "Open it in your spreadsheet program and save it as an Excel workbook (.xlsx)."
)


def bound(archive: zipfile.ZipFile, path: Path) -> None:
    """Refuse an archive that unpacks to more than any register needs, or lies about its parts.

    Raises:
        UnreadableFile: F01.
    """
    entries = archive.infolist()
    if len(entries) > MAX_ENTRIES:
        raise UnreadableFile(
            "F01",
            "The file has {count} parts inside; a workbook has a few dozen. {advice}",
            count=len(entries),
            advice=_SAVE_AS_XLSX,
        )
    if len({entry.filename.casefold() for entry in entries}) != len(entries):
        raise UnreadableFile("F01", DAMAGED)
    total = 0
    for entry in entries:
        _check_name(entry)
        if entry.flag_bits & _ENCRYPTED:
            raise UnreadableFile("F01", PROTECTED)
        total += entry.file_size
        inflated = entry.file_size > _RATIO_COUNTS_FROM and entry.file_size > MAX_RATIO * max(
            entry.compress_size, 1
        )
        if inflated or entry.file_size > MAX_PART_BYTES or total > MAX_TOTAL_BYTES:
            raise UnreadableFile(
                "F01",
                "The file would unpack to {mib} MiB, far more than its table needs. Copy the table"
                " into a new workbook and send that.",
                mib=max(total, entry.file_size) >> 20,
            )
    _check_places(entries, path)


def _check_name(entry: zipfile.ZipInfo) -> None:
    name = entry.filename.replace("\\", "/")
    if name.startswith("/") or ".." in name.split("/"):
        raise UnreadableFile(
            "F01",
            "The file names parts outside itself, which no spreadsheet program does. {advice}",
            advice=_SAVE_AS_XLSX,
        )


def _check_places(entries: list[zipfile.ZipInfo], path: Path) -> None:
    """Hold what stands before each part against the directory, and each part against the next."""
    end = path.stat().st_size
    with path.open("rb") as file:
        for entry in sorted(entries, key=lambda entry: entry.header_offset, reverse=True):
            file.seek(entry.header_offset)
            header = file.read(_LOCAL.size)
            if len(header) < _LOCAL.size:
                raise UnreadableFile("F01", DAMAGED)
            magic, _, flags, method, _, _, _, packed, size, name, extra = _LOCAL.unpack(header)
            begin = entry.header_offset + _LOCAL.size + name + extra
            agrees = flags & _SIZES_FOLLOW or all(
                said in (known, _IN_EXTRA_FIELD)
                for said, known in ((packed, entry.compress_size), (size, entry.file_size))
            )
            if (
                magic != _LOCAL_MAGIC
                or method != entry.compress_type
                or not agrees
                or begin + entry.compress_size > end
            ):
                raise UnreadableFile("F01", DAMAGED)
            end = entry.header_offset
