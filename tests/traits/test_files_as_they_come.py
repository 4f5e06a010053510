"""Traits 26, 27 and the files of trait 30: encodings, dialects, wrong names, left-overs.

A silent error here is a letter, a cell or a whole file that is read as another one.
"""

import io
import zipfile
from collections.abc import Sequence
from pathlib import Path

import openpyxl
import pytest
import xlwt  # type: ignore[import-untyped]
from odf.opendocument import OpenDocumentSpreadsheet  # type: ignore[import-untyped]
from odf.table import Table, TableCell, TableRow  # type: ignore[import-untyped]
from odf.text import P  # type: ignore[import-untyped]

from eurocluster.reading.text_file import code_page_of
from eurocluster.sources.picking import Picker
from tests.traits.desk import Desk
from tests.traits.sheets import ENGLISH, HEADERS, Row, row, rows, write, write_text

NAMES = {
    "pl": "Żółta Gęś Sp. z o.o.", "cs": "Příliš Žluťoučký s.r.o.", "hu": "Őzike Tűzhely Kft.",
    "de": "Grüße Maßwerk GmbH", "fr": "Forêt Œuvrée & Cie", "es": "Peñón Añil S.L.",
    "el": "Παράδειγμα Α.Ε.", "bg": "Пример ЕООД", "lt": "Ąžuolų Giraitė UAB",
    "lv": "Ķēniņu Ēka SIA", "et": "Õunapuu Äri OÜ", "ro": "Grădina Înflorită SRL",
    "hr": "Šumska Đačka d.o.o.", "sl": "Čebelja Žlica d.o.o.", "sk": "Ľahký Ťah s.r.o.",
    "sv": "Åkers Väveri AB", "fi": "Äyriäinen Oy", "pt": "Maçã Fictícia Lda",
    "it": "Perché Più S.r.l.", "da": "Rødgrød ApS",
}  # fmt: skip


@pytest.mark.parametrize("language", NAMES)
def test_trait_26_the_code_page_of_the_partners_language(
    desk: Desk, tmp_path: Path, language: str
) -> None:
    line = row(1, employer_name=NAMES[language], person_name="Testa Invented")
    page = code_page_of(language)
    assert page is not None
    answer = desk.check(write_text(tmp_path / "l.csv", ENGLISH, line, encoding=page), language)
    assert answer.column("employer_name") == [NAMES[language]]
    assert len(answer.cells("I02")) == 1


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1250"])
@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
def test_trait_26_any_encoding_with_any_delimiter(
    desk: Desk, tmp_path: Path, encoding: str, delimiter: str
) -> None:
    path = tmp_path / "l.csv"
    write_text(path, HEADERS, *rows(3), encoding=encoding, delimiter=delimiter)
    answer = desk.check(path)
    assert answer.fates()["accepted"] == [2, 3, 4]
    assert answer.column("employer_name") == ["Alfa Przykład Sp. z o.o."] * 3


@pytest.mark.parametrize("start", ["sep=;\r\n", "sep=;\n", '"sep=;"\r\n'])
def test_trait_26_the_line_that_names_the_separator_is_no_row(
    desk: Desk, tmp_path: Path, start: str
) -> None:
    answer = desk.check(write_text(tmp_path / "l.csv", HEADERS, *rows(2), start=start))
    assert answer.fates()["accepted"] == [3, 4]


def test_trait_26_decimal_commas_between_commas(desk: Desk, tmp_path: Path) -> None:
    lines = [",".join(HEADERS), *(",".join([*map(str, row(n)[:-1]), '"6,5"']) for n in range(3))]
    (tmp_path / "l.csv").write_text("\n".join(lines), encoding="utf-8")
    assert desk.check(tmp_path / "l.csv").column("hours") == [6.5] * 3


def test_trait_26_decimal_commas_without_quotes_shift_no_cell_in_silence(
    desk: Desk, tmp_path: Path
) -> None:
    headers: Row = [*HEADERS, "Nr certyfikatu"]
    lines = [",".join(headers)]
    lines += [",".join([*map(str, row(n)[:-1]), "6,5", f"C{n}"]) for n in range(3)]
    (tmp_path / "l.csv").write_text("\n".join(lines), encoding="utf-8")
    answer = desk.check(tmp_path / "l.csv")
    good = [found for found in answer.rows if found["hours"] == 6.5]
    assert len(good) == 3 or {"E19", "W23"} & answer.codes()


@pytest.mark.parametrize(
    ("bad", "what"),
    [
        ("T1;14.03.2023;Testa Przykładna", "too few"),
        (";".join(map(str, row(1))) + ";;x;y", "too many"),
        (";".join(map(str, row(1))).replace("Alfa", '"Alfa'), "a quotation mark too many"),
    ],
)
def test_trait_26_a_line_that_is_not_well_formed_is_told_and_costs_no_other(
    desk: Desk, tmp_path: Path, bad: str, what: str
) -> None:
    good = [";".join(map(str, line)) for line in (HEADERS, *rows(4))]
    text = "\r\n".join([*good[:3], bad, *good[3:]]) + "\r\n"
    (tmp_path / "l.csv").write_text(text, encoding="utf-8")
    answer = desk.check(tmp_path / "l.csv")
    told = {int(line) for code in ("E19", "W23", "W16") for line in answer.cells(code)
            if line.isdecimal()}  # fmt: skip
    assert 4 in told | set(answer.fates()["refused"]), what
    assert {2, 3, 5, 6} <= set(answer.fates()["accepted"]), what


def ods(path: Path, lines: Sequence[Row]) -> Path:
    """Write a spreadsheet of LibreOffice."""
    document = OpenDocumentSpreadsheet()
    table = Table(name="Lista")
    for line in lines:
        made = TableRow()
        for cell in line:
            is_number = isinstance(cell, (int, float))
            value = {"value": cell} if is_number else {}
            written = TableCell(valuetype="float" if is_number else "string", **value)
            written.addElement(P(text=str(cell)))
            made.addElement(written)
        table.addElement(made)
    document.spreadsheet.addElement(table)
    document.save(str(path))
    return path


def xls(path: Path, lines: Sequence[Row]) -> Path:
    """Write a workbook of before 2007."""
    book = xlwt.Workbook()
    sheet = book.add_sheet("Lista")
    for number, line in enumerate(lines):
        for at, cell in enumerate(line):
            sheet.write(number, at, cell)
    book.save(str(path))
    return path


@pytest.mark.parametrize(("name", "make"), [("l.ods", ods), ("l.xls", xls), ("ods.xlsx", ods),
                                            ("xls.xlsx", xls)])  # fmt: skip
def test_trait_27_other_formats_read_as_workbooks_do_whatever_their_name(
    desk: Desk, tmp_path: Path, name: str, make: object
) -> None:
    assert callable(make)
    answer = desk.check(make(tmp_path / name, [HEADERS, *rows(3)]))
    twin = desk.check(write(tmp_path / "twin.xlsx", HEADERS, *rows(3)))
    assert answer.rows == twin.rows
    assert answer.column("hours") == [6.5] * 3


def test_trait_27_a_text_file_called_a_workbook_is_read_as_text(desk: Desk, tmp_path: Path) -> None:
    answer = desk.check(write_text(tmp_path / "l.xlsx.csv", HEADERS, *rows(2)))
    path = (tmp_path / "l.xlsx.csv").rename(tmp_path / "l.xlsx")
    assert desk.ask(path).rows == answer.rows


def test_trait_27_what_cannot_be_read_is_said_in_words(desk: Desk, tmp_path: Path) -> None:
    whole = write(tmp_path / "whole.xlsx", HEADERS, *rows(2)).read_bytes()
    odd = {
        "page.xls": b"<html><body><table><tr><td>Kod szkolenia</td></tr></table></body></html>",
        "torn.xlsx": whole[: len(whole) // 2],
        "locked.xlsx": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 4096,
        "empty.xlsx": b"",
        "noise.xlsx": bytes(range(256)) * 16,
        "letter.docx": _document(),
    }
    for name, content in odd.items():
        (tmp_path / name).write_bytes(content)
        answer = desk.ask(tmp_path / name)
        assert not answer.rows, name
        assert {"F01", "F02"} & answer.codes(), name
        assert len(answer.checked.findings[0].message) > 30, name


def _document() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("word/document.xml", "<w:document/>")
        archive.writestr("[Content_Types].xml", "<Types/>")
    return packed.getvalue()


def test_trait_28_a_stale_dimension_hides_no_row(desk: Desk, tmp_path: Path) -> None:
    path = write(tmp_path / "whole.xlsx", HEADERS, *rows(4))
    stale = tmp_path / "stale.xlsx"
    with zipfile.ZipFile(path) as read, zipfile.ZipFile(stale, "w") as written:
        for name in read.namelist():
            part = read.read(name)
            if name == "xl/worksheets/sheet1.xml":
                assert b'ref="A1:J5"' in part
                part = part.replace(b'ref="A1:J5"', b'ref="A1:B2"')
            written.writestr(name, part)
    assert desk.check(stale).fates()["accepted"] == [2, 3, 4, 5]


@pytest.mark.parametrize(
    "name",
    [
        "~$lista.xlsx", ".~lock.lista.ods#", "lista.xlsx.part", "._lista.xlsx",
        "lista.xlsx.crdownload", "lista.xlsx~", "Thumbs.db",
    ],
)  # fmt: skip
def test_trait_30_what_programs_leave_behind_is_no_register(name: str) -> None:
    assert not Picker(["*"], []).wants(name)


@pytest.mark.parametrize(
    "name",
    ["lista (1).xlsx", "Kopia lista.xlsx", "lista - Copy.xlsx", "Kopie von lista.xlsx",
     "lista_v3_FINAL.xlsx", "lista (Konfliktkopie).xlsx"],
)  # fmt: skip
def test_trait_30_copies_are_registers_until_their_content_says_otherwise(name: str) -> None:
    assert Picker(["*lista*.xlsx"], []).wants(name)


def test_trait_30_macros_are_told_and_not_run(desk: Desk, tmp_path: Path) -> None:
    plain = write(tmp_path / "l.xlsx", HEADERS, *rows(2))
    path = tmp_path / "l.xlsm"
    with zipfile.ZipFile(plain) as read, zipfile.ZipFile(path, "w") as written:
        for name in read.namelist():
            written.writestr(name, read.read(name))
        written.writestr("xl/vbaProject.bin", b"\0" * 64)
    answer = desk.ask(path)
    assert len(answer.rows) == 2
    assert "I05" in answer.codes()


def test_a_workbook_without_any_cell_says_so(desk: Desk, tmp_path: Path) -> None:
    openpyxl.Workbook().save(tmp_path / "l.xlsx")
    assert {"F01", "F02"} & desk.ask(tmp_path / "l.xlsx").codes()
