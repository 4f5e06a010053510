"""The gate before every reader: what a file is, by its bytes, and whether it may be opened.

Names and extensions decide nothing: partners rename files. Nothing is ever unpacked to disk.

Belongs here: magic bytes, limits on what an archive may unpack to, words for files that are no
tables.
Does not belong here: reading cells, memory and time limits (child.py).
"""

import mmap
import re
import zipfile
from pathlib import Path

from eurocluster.reading.archive import DAMAGED, words_for_damage
from eurocluster.reading.cells import UnreadableFile

MAX_ENTRIES = 5_000
MAX_PART_BYTES = 512 << 20
MAX_TOTAL_BYTES = 1 << 30
MAX_RATIO = 200
_RATIO_COUNTS_FROM = 4 << 20
_HEAD_BYTES = 4096

_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ODS_TYPE = "application/vnd.oasis.opendocument.spreadsheet"
_SAVE_AS_XLSX = "Open it in your spreadsheet program and save it as an Excel workbook (.xlsx)."
_PROTECTED = (
    "The file is protected with a password. Remove the password (save without one) and send it"
    " again."
)

_OTHER_FORMATS: tuple[tuple[bytes, str], ...] = (
    (b"PK\x05\x06", "This is an empty zip archive, not a table."),
    (b"%PDF", "This is a PDF document, not a table. Send the spreadsheet it was made from."),
    (b"{\\rtf", f"This is a text document, not a table. {_SAVE_AS_XLSX}"),
    (b"\x1f\x8b", "This is a compressed archive. Unpack it and send the file inside."),
    (b"7z\xbc\xaf\x27\x1c", "This is a compressed archive. Unpack it and send the file inside."),
    (b"Rar!", "This is a compressed archive. Unpack it and send the file inside."),
    (b"PAR1", "This is a Parquet file, which is not read yet. Send it as .xlsx or .csv."),
    (b"SQLite format 3\x00", "This is a database. Export the table as .xlsx or .csv."),
    (b"\x89PNG", "This is a picture, not a table. Send the spreadsheet itself."),
    (b"\xff\xd8\xff", "This is a picture, not a table. Send the spreadsheet itself."),
)
_HTML = re.compile(r"<!doctype html|<html|<table|<head|<body|<meta|<script", re.IGNORECASE)
_JSON = re.compile(r'\{\s*["}]|\[\s*[\[{]')
_MARKS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))


def sniff(path: Path) -> str:
    """Tell the format by content: "xlsx", "ods" or "csv" (any text that no other format claims).

    Raises:
        UnreadableFile: F01, with what the file is and what to do.
    """
    with path.open("rb") as file:
        head = file.read(_HEAD_BYTES)
    if not head:
        raise _refusal("The file is empty (0 bytes). Copy it again.")
    if head.startswith(_ZIP):
        return _sniff_zip(path)
    if head.startswith(_OLE):
        raise _refusal(_words_for_ole(path))
    for magic, words in _OTHER_FORMATS:
        if head.startswith(magic):
            raise _refusal(words)
    _refuse_markup(_text_of(head))
    return "csv"


def _sniff_zip(path: Path) -> str:
    with words_for_damage(), zipfile.ZipFile(path) as archive:
        entries = archive.infolist()
        names = {entry.filename.replace("\\", "/").casefold() for entry in entries}
        _bound(entries, path.stat().st_size)
        if "xl/workbook.bin" in names:
            raise _refusal(
                "This is a binary Excel workbook (.xlsb), which is not read yet. " + _SAVE_AS_XLSX
            )
        if any(name.startswith("xl/") for name in names):
            return "xlsx"
        if "content.xml" in names:
            return _sniff_open_document(archive, names)
    if any(name.startswith("word/") for name in names):
        raise _refusal("This is a Word document, not a spreadsheet. Copy the table into one.")
    if any(name.startswith("ppt/") for name in names):
        raise _refusal("This is a presentation, not a spreadsheet.")
    if any(name.endswith(".iwa") for name in names):
        raise _refusal("This is a Numbers document. Export it as an Excel workbook (.xlsx).")
    raise _refusal("This is a zip archive, not a spreadsheet. Unpack it and send the file inside.")


def _sniff_open_document(archive: zipfile.ZipFile, names: set[str]) -> str:
    if "meta-inf/manifest.xml" in names:
        manifest = archive.read(
            next(n for n in archive.namelist() if n.casefold() == "meta-inf/manifest.xml")
        )
        if b"encryption-data" in manifest:
            raise _refusal(_PROTECTED)
    if "mimetype" in names:
        kind = archive.read("mimetype").decode("ascii", "replace")
        if not kind.startswith(_ODS_TYPE):
            raise _refusal("This is an OpenDocument file, but not a spreadsheet (.ods).")
    return "ods"


def _bound(entries: list[zipfile.ZipInfo], file_size: int) -> None:
    """Refuse archives that unpack to more than any register needs, before unpacking anything."""
    if len(entries) > MAX_ENTRIES:
        raise _refusal(
            f"The file has {len(entries)} parts inside; a workbook has a few dozen. {_SAVE_AS_XLSX}"
        )
    if len({entry.filename for entry in entries}) != len(entries):
        raise _refusal(DAMAGED)
    if sum(entry.compress_size for entry in entries) > file_size:
        raise _refusal(DAMAGED)
    total = 0
    for entry in entries:
        name = entry.filename.replace("\\", "/")
        if name.startswith("/") or ".." in name.split("/"):
            raise _refusal(
                "The file names parts outside itself, which no spreadsheet program does. "
                + _SAVE_AS_XLSX
            )
        if entry.flag_bits & 1:
            raise _refusal(_PROTECTED)
        total += entry.file_size
        inflated = entry.file_size > _RATIO_COUNTS_FROM and entry.file_size > MAX_RATIO * max(
            entry.compress_size, 1
        )
        if inflated or entry.file_size > MAX_PART_BYTES or total > MAX_TOTAL_BYTES:
            raise _refusal(
                f"The file would unpack to {max(total, entry.file_size) >> 20} MiB, far more than"
                " its table needs. Copy the table into a new workbook and send that."
            )


def _words_for_ole(path: Path) -> str:
    with (
        path.open("rb") as file,
        mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content,
    ):
        if content.find("EncryptedPackage".encode("utf-16-le")) >= 0:
            return _PROTECTED
        if content.find("WordDocument".encode("utf-16-le")) >= 0:
            return "This is an old Word document, not a spreadsheet. Copy the table into one."
    return "This is an old Excel workbook (.xls), which is not read yet. " + _SAVE_AS_XLSX


def _text_of(head: bytes) -> str:
    for mark, encoding in _MARKS:
        if head.startswith(mark):
            return head[len(mark) :].decode(encoding, "replace").lstrip()
    return head.decode("latin-1").lstrip()


def _refuse_markup(head: str) -> None:
    if _HTML.match(head):
        raise _refusal(f"This is a web page (HTML), not a spreadsheet. {_SAVE_AS_XLSX}")
    if head.startswith("<?xml"):
        if _HTML.search(head):
            raise _refusal(f"This is a web page (HTML), not a spreadsheet. {_SAVE_AS_XLSX}")
        raise _refusal(f"This is an XML file, which is not read. {_SAVE_AS_XLSX}")
    if _JSON.match(head):
        raise _refusal("This is a JSON file, which is not read yet. Send it as .xlsx or .csv.")


def _refusal(words: str) -> UnreadableFile:
    return UnreadableFile("F01", words)
