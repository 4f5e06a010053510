import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
import xlwt

from eurocluster.reading.cells import ReadingHints, UnreadableFile
from eurocluster.reading.child import read_file
from eurocluster.reading.gate import sniff

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
DIRECTORY_ENTRY = 128


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


def in_container(tmp_path: Path, stream: str) -> Path:
    """An Office container of old whose main stream has another name than a workbook's."""
    workbook = xlwt.Workbook()
    workbook.add_sheet("Liste").write(0, 0, "WordDocument EncryptedPackage")
    path = tmp_path / "register.xls"
    workbook.save(str(path))
    content = bytearray(path.read_bytes())
    entry = content.index("Workbook".encode("utf-16-le") + b"\0\0")
    content[entry : entry + DIRECTORY_ENTRY // 2] = stream.encode("utf-16-le").ljust(64, b"\0")
    struct.pack_into("<H", content, entry + 64, 2 * len(stream) + 2)
    path.write_bytes(content)
    return path


def refusal_of(path: Path) -> str:
    with pytest.raises(UnreadableFile) as refusal:
        sniff(path)
    assert refusal.value.code == "F01"
    return refusal.value.message


def test_formats_are_told_by_content_whatever_the_name(tmp_path: Path) -> None:
    workbook = openpyxl.Workbook()
    workbook.save(tmp_path / "register.csv")
    assert sniff(tmp_path / "register.csv").format == "xlsx"
    assert sniff(written(tmp_path, b"a;b\n1;2\n")).format == "csv"
    ods = {"mimetype": b"application/vnd.oasis.opendocument.spreadsheet", "content.xml": b"<x/>"}
    assert sniff(zipped(tmp_path, ods)).format == "ods"
    assert sniff(zipped(tmp_path, {"xl/workbook.bin": b"x"})).format == "xlsb"
    assert sniff(in_container(tmp_path, "Workbook")).format == "xls"
    assert sniff(written(tmp_path, b"PAR1")).format == "parquet"


@pytest.mark.parametrize(
    ("content", "format_"),
    [
        (b'{"rows": []}', "json"),
        (b'[{"a": 1},\n {"a": 2}]', "json"),
        (b'[\n{"a":1},\n{"a":2},\n{"a":3}\n]', "json"),
        (b'{\n  "a": [1, 2]\n}', "json"),
        ('{"a": 1}'.encode("utf-16"), "json"),
        ('{"a": 1}'.encode("utf-16-le"), "json"),
        (b'{"a": 1}\n{"a": 2}\n', "jsonl"),
        (b'{"a": \n{"a": 2}\n{"a": 3}', "jsonl"),
        (b'["a", "b"]\n[1, 2]\n', "jsonl"),
        ('\ufeff{"a": "ż"}\r\n{"a": 2}'.encode(), "jsonl"),
        ('{"a": "Każdą"}\n{"a": "Ędą"}'.encode(), "jsonl"),
        (b"[1] osoba;godziny\n", "csv"),
        (b"{osoba};godziny\n", "csv"),
    ],
)
def test_json_is_told_from_json_lines_and_from_text(
    tmp_path: Path, content: bytes, format_: str
) -> None:
    assert sniff(written(tmp_path, content)).format == format_


@pytest.mark.parametrize(
    ("part", "code"),
    [("xl/vbaProject.bin", "I05"), ("xl/externalLinks/externalLink1.xml", "I06")],
)
def test_macros_and_links_to_other_workbooks_are_noted(
    make_xlsx: Callable[..., Path], part: str, code: str
) -> None:
    path = make_xlsx(
        '<sheetData><row r="1"><c r="A1"><v>1</v></c></row></sheetData>', parts={part: "x"}
    )
    workbook = read_file(path, ReadingHints())
    assert [(note.code, note.row, note.column) for note in workbook.notes] == [(code, None, None)]
    assert list(workbook.sheets[0].rows()) == [(1, (1,))]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b"<html><body><table>", "web page"),
        (b"\xef\xbb\xbf \n<!DOCTYPE html>", "web page"),
        (b'<?xml version="1.0"?><html>', "web page"),
        (b'<?xml version="1.0"?><rows/>', "XML"),
        (b'<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><Workbook/>', "Excel 2003"),
        (
            b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet">',
            "Excel 2003",
        ),
        (
            b'<?xml version="1.0"?><office:document xmlns:office="urn:oasis:tc:opendocument">',
            "flat OpenDocument",
        ),
        (b"MIME-Version: 1.0\r\nContent-Type: multipart/related", "saved as one file"),
        (b'<div><table border="1"><tr><td>1</td></tr></table></div>', "web page"),
        ("<table>".encode("utf-16"), "web page"),
        (b'{"url": "https://docs.example/d/1", "doc_id": "1"}', "only a link"),
        (b"[InternetShortcut]\r\nURL=https://docs.example", "only a link"),
        (b"%PDF-1.7", "PDF"),
        (b"\x1f\x8b\x08", "archive"),
        (b"\x89PNG\r\n", "picture"),
        (b"PARE", "password"),
        (OLE + b"\0" * 500 + "Workbook".encode("utf-16-le"), "damaged"),
        (OLE, "damaged"),
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


@pytest.mark.parametrize(
    ("stream", "words"),
    [
        ("EncryptedPackage", "password"),
        ("WordDocument", "old Word document"),
        ("PowerPoint Document", "old presentation"),
        ("__substg1.0_0037001F", "e-mail"),
        ("Contents", "not a spreadsheet"),
    ],
)
def test_containers_of_old_are_told_apart_by_their_main_stream(
    tmp_path: Path, stream: str, words: str
) -> None:
    assert words in refusal_of(in_container(tmp_path, stream))


def test_a_container_whose_short_stream_runs_in_a_circle_is_refused(tmp_path: Path) -> None:
    path = in_container(tmp_path, "Workbook")
    content = bytearray(path.read_bytes())
    entry = content.index("Workbook".encode("utf-16-le") + b"\0\0")
    struct.pack_into("<I", content, entry + 120, 100)
    root = content.index("Root Entry".encode("utf-16-le"))
    struct.pack_into("<II", content, root + 116, 0, 512)
    short_table = (len(content) - 512) // 512
    struct.pack_into("<II", content, 60, short_table, 1)
    (table,) = struct.unpack_from("<I", content, 76)
    struct.pack_into("<i", content, 512 + 512 * table + 4 * short_table, -2)
    content += bytes(512)
    path.write_bytes(content)
    assert "damaged" in refusal_of(path)


def test_a_workbook_inside_a_workbook_is_never_opened(make_xlsx: Callable[..., Path]) -> None:
    inner = b"PK\x03\x04" + b"\0" * 100
    path = make_xlsx(
        '<sheetData><row r="1"><c r="A1"><v>1</v></c></row></sheetData>',
        parts={"xl/embeddings/inner.xlsx": inner.decode("latin-1")},
    )
    assert list(read_file(path, ReadingHints()).sheets[0].rows()) == [(1, (1,))]


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
    with pytest.raises(UnreadableFile, match="damaged"):
        read_file(path, ReadingHints())


def test_a_bomb_that_lies_about_its_size_in_both_places_is_refused_while_it_is_read(
    make_xlsx: Callable[..., Path],
) -> None:
    path = make_xlsx("<sheetData>" + " " * (6 << 20) + "</sheetData>")
    content = bytearray(path.read_bytes())
    name = b"xl/worksheets/sheet1.xml"
    struct.pack_into("<I", content, content.rindex(name) - 46 + 24, 5_000)
    struct.pack_into("<I", content, content.index(name) - 30 + 22, 5_000)
    path.write_bytes(content)
    assert sniff(path).format == "xlsx"
    with pytest.raises(UnreadableFile, match="damaged"):
        read_file(path, ReadingHints())


def test_two_parts_in_one_place_are_refused(tmp_path: Path) -> None:
    path = zipped(tmp_path, {"xl/workbook.xml": b"x" * 100, "xl/workbooK.bin": b"x" * 100})
    content = bytearray(path.read_bytes())
    second = content.rindex(b"PK\x01\x02")
    struct.pack_into("<I", content, second + 42, 0)
    path.write_bytes(content)
    assert "damaged" in refusal_of(path)


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
        with pytest.raises(UnreadableFile, match=r"damaged|no table"):
            read_file(written(tmp_path, content[:length]), ReadingHints())
