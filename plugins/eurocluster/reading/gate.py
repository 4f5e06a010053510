"""The gate before every reader: what a file is, by its bytes, and whether it may be opened.

Names and extensions decide nothing: partners rename files. Nothing is ever unpacked to disk.

Belongs here: magic bytes, what lies inside containers, words for files that are no tables.
Does not belong here: limits on archives (zip_limits.py), reading cells, memory and time (child.py).
"""

import json
import mmap
import os
import re
import zipfile
from pathlib import Path
from typing import Any, NamedTuple

from xlrd.compdoc import CompDoc

from eurocluster.reading.archive import DAMAGED, PROTECTED, words_for_damage
from eurocluster.reading.cells import UnreadableFile
from eurocluster.reading.zip_limits import bound
from eurocluster.wording import NOTHING, Words, later, words

_HEAD_BYTES = 1 << 16

_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PARQUET = b"PAR1"
_BARE_XLS = (
    b"\x09\x08\x10\x00\x00\x06", b"\x09\x08\x08\x00\x00\x05", b"\x09\x04\x06\x00",
    b"\x09\x02\x06\x00", b"\x09\x00\x04\x00",
)  # fmt: skip
_ODS_TYPE = "application/vnd.oasis.opendocument.spreadsheet"
_SAVE_AS_XLSX = words(
    "Open it in your spreadsheet program and save it as an Excel workbook (.xlsx)."
)
_WEB_PAGE = later("This is a web page (HTML), not a spreadsheet, whatever its name says.")
_COMPRESSED = later("This is a compressed archive. Unpack it and send the file inside.")
_PICTURE = later("This is a picture, not a table. Send the spreadsheet itself.")
_LINK = later(
    "This is only a link to a spreadsheet on the internet. Open it there, download it as an Excel"
    " workbook (.xlsx), and send that."
)

_OTHER_FORMATS: tuple[tuple[bytes, str], ...] = (
    (b"PK\x05\x06", later("This is an empty zip archive, not a table.")),
    (b"%PDF", later("This is a PDF document, not a table. Send the spreadsheet it was made from.")),
    (b"{\\rtf", later("This is a text document, not a table. Copy the table into a spreadsheet.")),
    (b"\x1f\x8b", _COMPRESSED),
    (b"7z\xbc\xaf\x27\x1c", _COMPRESSED),
    (b"Rar!", _COMPRESSED),
    (b"BZh", _COMPRESSED),
    (b"\x28\xb5\x2f\xfd", _COMPRESSED),
    (b"PARE", PROTECTED),
    (b"ARROW1", later("This is an Arrow file, which is not read. Send it as Parquet or .csv.")),
    (b"SQLite format 3\x00", later("This is a database. Export the table as .xlsx or .csv.")),
    (b"\x00\x01\x00\x00Standard", later("This is a database. Export the table as .xlsx or .csv.")),
    (b"\x89PNG", _PICTURE),
    (b"\xff\xd8\xff", _PICTURE),
    (b"[InternetShortcut]", _LINK),
)
_HTML = re.compile(r"<!doctype html|<html|<table|<head|<body|<meta|<script", re.IGNORECASE)
_MHT = re.compile(r"mime-version:|from: <saved by|content-type: multipart/related", re.IGNORECASE)
_XML_SPREADSHEET = re.compile(
    r'progid="Excel\.Sheet"|<(?:\w+:)?Workbook[^>]*urn:schemas-microsoft-com:office:spreadsheet'
)
_JSON = re.compile(r'\{\s*["}]|\[\s*[\[{"\]]')
_MARKS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
_MACROS = "I05", NOTHING
_LINKS = "I06", NOTHING


class Kind(NamedTuple):
    """What a file is: "xlsx", "xlsb", "xls", "ods", "json", "jsonl", "parquet" or "csv".

    "xlsx" includes workbooks with macros, "csv" is any text that no other format claims. Remarks
    are (code, sentence) about the file as a whole.
    """

    format: str
    remarks: tuple[tuple[str, Words], ...] = ()


def sniff(path: Path) -> Kind:
    """Tell the format by content.

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
        return _sniff_ole(path)
    if head.startswith(_BARE_XLS):
        return Kind("xls")
    if head.startswith(_PARQUET):
        return Kind("parquet")
    for magic, sentence in _OTHER_FORMATS:
        if head.startswith(magic):
            raise _refusal(sentence)
    text = _text_of(head)
    _refuse_markup(text)
    if _JSON.match(text):
        if '"doc_id"' in text and '"url"' in text and len(head) < _HEAD_BYTES:
            raise _refusal(_LINK)
        return Kind(_json_format(text, is_whole=len(head) < _HEAD_BYTES))
    return Kind("csv")


def _sniff_zip(path: Path) -> Kind:
    with words_for_damage(), zipfile.ZipFile(path) as archive:
        bound(archive, path)
        names = {name.replace("\\", "/").casefold() for name in archive.namelist()}
        if any(name.startswith("xl/") for name in names):
            return Kind("xlsb" if "xl/workbook.bin" in names else "xlsx", _remarks(names))
        if "content.xml" in names:
            return _sniff_open_document(archive, names)
    if any(name.startswith("word/") for name in names):
        raise _refusal("This is a Word document, not a spreadsheet. Copy the table into one.")
    if any(name.startswith("ppt/") for name in names):
        raise _refusal("This is a presentation, not a spreadsheet.")
    if any(name.endswith(".iwa") for name in names):
        raise _refusal("This is a Numbers document. Export it as an Excel workbook (.xlsx).")
    raise _refusal("This is a zip archive, not a spreadsheet. Unpack it and send the file inside.")


def _remarks(names: set[str]) -> tuple[tuple[str, Words], ...]:
    remarks = []
    if any(
        name.endswith("vbaproject.bin")
        or name.startswith(("xl/macrosheets/", "basic/", "scripts/"))
        for name in names
    ):
        remarks.append(_MACROS)
    if any(name.startswith("xl/externallinks/") for name in names):
        remarks.append(_LINKS)
    return tuple(remarks)


def _sniff_open_document(archive: zipfile.ZipFile, names: set[str]) -> Kind:
    if "meta-inf/manifest.xml" in names:
        manifest = archive.read(
            next(n for n in archive.namelist() if n.casefold() == "meta-inf/manifest.xml")
        )
        if b"encryption-data" in manifest:
            raise _refusal(PROTECTED)
    if "mimetype" in names:
        kind = archive.read("mimetype").decode("ascii", "replace")
        if not kind.startswith(_ODS_TYPE):
            raise _refusal("This is an OpenDocument file, but not a spreadsheet (.ods).")
    return Kind("ods", _remarks(names))


def _sniff_ole(path: Path) -> Kind:
    """Look at the streams that lie directly in the container, not at what is embedded in them."""
    with (
        path.open("rb") as file,
        mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content,
        Path(os.devnull).open("w") as nowhere,
    ):
        try:
            container = CompDoc(content, logfile=nowhere)
            nodes = [node for node in container.dirlist if node.parent == 0]
            names = {node.name for node in nodes}
            is_endless = any(_is_endless(container, node) for node in nodes)
            del container
        except MemoryError:
            raise
        except Exception:  # noqa: BLE001  xlrd meets damage with errors of every kind
            raise _refusal(DAMAGED) from None
    if is_endless:
        raise _refusal(DAMAGED)
    if "EncryptedPackage" in names:
        raise _refusal(PROTECTED)
    if "WordDocument" in names:
        raise _refusal("This is an old Word document, not a spreadsheet. Copy the table into one.")
    if "PowerPoint Document" in names:
        raise _refusal("This is an old presentation, not a spreadsheet.")
    if names & {"Workbook", "Book"}:
        return Kind("xls", (_MACROS,) if "_VBA_PROJECT_CUR" in names else ())
    if any(name.startswith("__substg1.0") for name in names):
        raise _refusal("This is an e-mail, not a spreadsheet. Send the file attached to it.")
    raise _to_be_saved("This is an Office file, but not a spreadsheet.")


def _is_endless(container: Any, node: Any) -> bool:
    """Say whether the sectors of a short stream run in a circle, which xlrd would follow."""
    if node.tot_size >= container.min_size_std_stream:
        return False
    sector, steps = node.first_SID, 0
    while 0 <= sector < len(container.SSAT) and steps <= len(container.SSAT):
        sector, steps = container.SSAT[sector], steps + 1
    return steps > len(container.SSAT)


def _json_format(text: str, *, is_whole: bool) -> str:
    """Tell one JSON text from one per line: most lines of the latter are sound by themselves."""
    # Not splitlines: among bytes taken as Latin-1, it ends a line inside of "ą".
    lines = [line for line in text.split("\n") if line.strip()]
    if not is_whole:
        lines = lines[:-1]
    sound = sum(map(_is_record, lines[:20]))
    return "jsonl" if len(lines) > 1 and 2 * sound >= len(lines[:20]) else "json"


def _is_record(line: str) -> bool:
    try:
        return isinstance(json.loads(line), dict | list)
    except (ValueError, RecursionError):
        return False


def _text_of(head: bytes) -> str:
    for mark, encoding in _MARKS:
        if head.startswith(mark):
            return head[len(mark) :].decode(encoding, "replace").lstrip()
    if head[:2] in {b"{\0", b"[\0", b"\0{", b"\0["}:
        return head.decode("utf-16-be" if head[0] == 0 else "utf-16-le", "replace")
    return head.decode("latin-1").lstrip()


def _refuse_markup(head: str) -> None:
    if _MHT.match(head):
        raise _to_be_saved("This is a web page saved as one file (.mht), not a spreadsheet.")
    if _HTML.match(head):
        raise _to_be_saved(_WEB_PAGE)
    if not head.startswith(("<?xml", "<!--", "<")):
        return
    if _XML_SPREADSHEET.search(head):
        raise _to_be_saved(
            "This is a spreadsheet in the XML form of Excel 2003, which is not read."
        )
    if "office:document" in head and "opendocument" in head:
        raise _to_be_saved("This is a flat OpenDocument file (.fods), which is not read.")
    if _HTML.search(head):
        raise _to_be_saved(_WEB_PAGE)
    if head.startswith("<?xml"):
        raise _to_be_saved("This is an XML file, which is not read.")


def _to_be_saved(sentence: str) -> UnreadableFile:
    """Refuse what a spreadsheet program can open and save as a workbook."""
    return UnreadableFile("F01", "{what} {mend}", what=words(sentence), mend=_SAVE_AS_XLSX)


def _refusal(sentence: str) -> UnreadableFile:
    return UnreadableFile("F01", sentence)
