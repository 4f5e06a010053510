import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from eurocluster.reading.cells import ReadingHints, UnreadableFile
from eurocluster.reading.child import read_file
from eurocluster.reading.gate import sniff

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def written(tmp_path: Path, content: bytes) -> Path:
    path = tmp_path / "register.xlsx"
    path.write_bytes(content)
    return path


def zipped(tmp_path: Path, parts: dict[str, bytes]) -> Path:
    path = tmp_path / "register.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return path


def refusal_of(path: Path) -> str:
    with pytest.raises(UnreadableFile) as refusal:
        sniff(path)
    assert refusal.value.code == "F01"
    return refusal.value.message


def test_formats_are_told_by_content_whatever_the_name(tmp_path: Path) -> None:
    workbook = openpyxl.Workbook()
    workbook.save(tmp_path / "register.csv")
    assert sniff(tmp_path / "register.csv") == "xlsx"
    assert sniff(written(tmp_path, b"a;b\n1;2\n")) == "csv"
    ods = {"mimetype": b"application/vnd.oasis.opendocument.spreadsheet", "content.xml": b"<x/>"}
    assert sniff(zipped(tmp_path, ods)) == "ods"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b"<html><body><table>", "web page"),
        (b"\xef\xbb\xbf \n<!DOCTYPE html>", "web page"),
        (b'<?xml version="1.0"?><html>', "web page"),
        (b'<?xml version="1.0"?><Workbook>', "XML"),
        ("<table>".encode("utf-16"), "web page"),
        (b'{"rows": []}', "JSON"),
        (b'[{"a": 1}]', "JSON"),
        (b"%PDF-1.7", "PDF"),
        (b"\x1f\x8b\x08", "archive"),
        (b"\x89PNG\r\n", "picture"),
        (b"PAR1", "Parquet"),
        (OLE + b"\0" * 500 + "EncryptedPackage".encode("utf-16-le"), "password"),
        (OLE + b"\0" * 500 + "Workbook".encode("utf-16-le"), r"old Excel workbook \(.xls\)"),
        (OLE + b"\0" * 500 + "WordDocument".encode("utf-16-le"), "Word"),
        (b"PK\x03\x04 and nothing more", "damaged"),
        (b"PK\x05\x06" + b"\0" * 18, "empty zip"),
    ],
)
def test_what_is_no_table_is_refused_in_words(tmp_path: Path, content: bytes, words: str) -> None:
    path = written(tmp_path, content)
    with pytest.raises(UnreadableFile, match=words):
        sniff(path)


@pytest.mark.parametrize(
    ("names", "words"),
    [
        (["xl/workbook.bin"], "xlsb"),
        (["[Content_Types].xml", "word/document.xml"], "Word"),
        (["[Content_Types].xml", "ppt/presentation.xml"], "presentation"),
        (["Index/Document.iwa"], "Numbers"),
        (["register.xlsx"], "Unpack it"),
        (["xl/workbook.xml", "../../evil"], "outside itself"),
        (["xl/workbook.xml", "/etc/evil"], "outside itself"),
        (["xl/workbook.xml", "..\\evil"], "outside itself"),
        ([f"xl/media/{number}" for number in range(5_001)], "5001 parts"),
    ],
)
def test_archives_that_are_no_sound_workbook_are_refused(
    tmp_path: Path, names: list[str], words: str
) -> None:
    assert words in refusal_of(zipped(tmp_path, dict.fromkeys(names, b"x")))


def test_an_encrypted_open_document_is_refused_as_protected(tmp_path: Path) -> None:
    parts = {"content.xml": b"\x00", "META-INF/manifest.xml": b"<manifest:encryption-data/>"}
    assert "password" in refusal_of(zipped(tmp_path, parts))


def test_an_open_document_that_is_no_spreadsheet_is_refused(tmp_path: Path) -> None:
    parts = {"mimetype": b"application/vnd.oasis.opendocument.text", "content.xml": b"<x/>"}
    assert "not a spreadsheet" in refusal_of(zipped(tmp_path, parts))


def test_an_encrypted_zip_is_refused_as_protected(tmp_path: Path) -> None:
    path = zipped(tmp_path, {"xl/workbook.xml": b"x"})
    content = bytearray(path.read_bytes())
    content[content.index(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(content)
    assert "password" in refusal_of(path)


def test_a_bomb_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    path = zipped(tmp_path, {"xl/workbook.xml": b" " * (6 << 20)})
    assert "unpack to 6 MiB" in refusal_of(path)


def test_a_bomb_that_lies_about_its_size_is_refused_while_it_is_read(
    make_xlsx: Callable[..., Path],
) -> None:
    path = make_xlsx("<sheetData>" + " " * (6 << 20) + "</sheetData>")
    content = bytearray(path.read_bytes())
    entry = content.rindex(b"xl/worksheets/sheet1.xml") - 46
    assert content[entry : entry + 4] == b"PK\x01\x02"
    struct.pack_into("<I", content, entry + 24, 5_000)
    path.write_bytes(content)
    assert sniff(path) == "xlsx"
    with pytest.raises(UnreadableFile, match="damaged"):
        read_file(path, ReadingHints())


def test_overlapping_parts_are_refused(tmp_path: Path) -> None:
    path = zipped(tmp_path, {"xl/workbook.xml": b"x" * 100})
    content = bytearray(path.read_bytes())
    struct.pack_into("<I", content, content.index(b"PK\x01\x02") + 20, 1 << 20)
    path.write_bytes(content)
    assert "damaged" in refusal_of(path)


def test_a_torn_workbook_is_refused_wherever_it_is_torn(
    make_xlsx: Callable[..., Path], tmp_path: Path
) -> None:
    rows = "".join(f'<row r="{n}"><c r="A{n}"><v>{n}</v></c></row>' for n in range(1, 200))
    content = make_xlsx(f"<sheetData>{rows}</sheetData>").read_bytes()
    for length in range(5, len(content), len(content) // 20):
        with pytest.raises(UnreadableFile, match=r"damaged|not read yet|no table"):
            read_file(written(tmp_path, content[:length]), ReadingHints())
