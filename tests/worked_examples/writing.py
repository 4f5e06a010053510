"""Rows → the files of the three partners: Polish xlsx, Belgian csv, Greek ods.

Belongs here: how each office formats its registers, and what makes the bytes the same every time.
Does not belong here: rows (rows_*.py), words (words.py, headers.py), declarations (build.py).
"""

import csv
import io
import re
import unicodedata
import zipfile
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Final

from headers import SHEETS, headers
from odf.number import DateStyle, Day, Month, Text, Year
from odf.opendocument import OpenDocumentSpreadsheet
from odf.style import Style
from odf.table import Table, TableCell, TableRow
from odf.text import P
from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from organisations import PARTNERS, VAT_PREFIX
from tables import OURS, Cell, Country, OrganisationId, OrganisationName, Row
from words import word

_MADE_AT: Final = (2025, 9, 1, 8, 0, 0)
_AS_OF: Final = "31.08.2025"
_HEADING_ROW: Final = 4
# What the office adds up below the table; where it has nothing to add up it counts the rows.
_TOTALLED: Final = {
    "attendance": "hours",
    "trainings": "planned_hours",
    "sme_investments": "amount",
    "training_plans": "staff_covered",
    "exchanges": "visitors",
    "service_deliveries": "hours",
}

Written = str | int | float | date | None


def as_written(register: str, column: str, value: Cell | None, language: str, code: str) -> Written:
    """The cell of one partner, before its file format: words, names, identifiers, lists."""
    if isinstance(value, tuple):
        divider = "; " if language == "fr" or column == "beneficiary_orgs" else ", "
        parts = (as_written(register, column, part, language, code) for part in value)
        return divider.join(str(part) for part in parts)
    if isinstance(value, Country):
        return word(register, "country", value.code, language)
    if isinstance(value, OrganisationId):
        return _identifier(value, language)
    if isinstance(value, OrganisationName):
        return value.text
    if value == OURS:
        return code
    if isinstance(value, str):
        return word(register, column, value, language)
    return value


def _identifier(reference: OrganisationId, language: str) -> str:
    organisation = reference.organisation
    if reference.scheme == "euid":
        return str(organisation.euid)
    prefix, digits = organisation.vat_no[:2], organisation.vat_no[2:]
    if (language, prefix) == ("pl", "PL"):
        return f"{digits[:3]}-{digits[3:6]}-{digits[6:8]}-{digits[8:]}"
    if (language, prefix) == ("fr", "BE"):
        return f"BE {digits[:4]}.{digits[4:7]}.{digits[7:]}"
    if (language, prefix) == ("el", VAT_PREFIX["GR"]):
        return digits
    return organisation.vat_no


def grid(register: str, rows: Sequence[Row], partner: str, code: str) -> list[list[Written]]:
    """Headings and rows of one register as that partner writes them."""
    language = {"p1": "pl", "p2": "fr", "p3": "el"}[partner]
    headings = headers(register, language)
    known = {column for row in rows for column in row}
    if strange := known - headings.keys():
        raise ValueError(f"{partner}/{register} has no column for {sorted(strange)}")
    kept = [column for column in headings if column in known]
    lines: list[list[Written]] = [[headings[column] for column in kept]]
    for row in rows:
        lines.append(
            [as_written(register, column, row.get(column), language, code) for column in kept]
        )
    if partner == "p1":
        lines.append(_total(register, rows, kept))
    return lines


def _total(register: str, rows: Sequence[Row], kept: Sequence[str]) -> list[Written]:
    line: list[Written] = [None] * len(kept)
    line[0] = word(register, "total", "total", "pl")
    totalled = _TOTALLED.get(register)
    if totalled is not None:
        values = (row.get(totalled) for row in rows)
        line[kept.index(totalled)] = sum(v for v in values if isinstance(v, int | float))
    else:
        line[1] = len(rows)
    return line


def write_xlsx(path: Path, register: str, lines: Sequence[Sequence[Written]]) -> None:
    """A Polish workbook: title rows above, total below, dates partly real and partly typed."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = SHEETS[register][0]
    sheet.append([f"{PARTNERS['p1'].name} – {SHEETS[register][0]}"])
    sheet.append([f"Stan na {_AS_OF}"])
    sheet.append([])
    for number, line in enumerate(lines):
        typed_by_hand = number % 2 == 0
        sheet.append(
            [
                f"{value:%d.%m.%Y}" if isinstance(value, date) and typed_by_hand else value
                for value in line
            ]
        )
    for row in sheet.iter_rows(max_row=_HEADING_ROW):
        for cell in row:
            cell.font = Font(bold=True)
    for row in sheet.iter_rows(min_row=_HEADING_ROW + 1):
        for cell in row:
            if isinstance(cell.value, date):
                cell.number_format = "DD.MM.YYYY"
    for column in range(1, len(lines[0]) + 1):
        sheet.column_dimensions[get_column_letter(column)].width = 22
    book.properties.creator = PARTNERS["p1"].name
    held = io.BytesIO()
    book.save(held)
    path.write_bytes(_same_every_time(held.getvalue()))


def write_csv(path: Path, lines: Sequence[Sequence[Written]], encoding: str) -> None:
    """A Belgian csv as a spreadsheet program saves it: `;`, decimal comma, CRLF."""
    held = io.StringIO()
    writer = csv.writer(held, delimiter=";", lineterminator="\r\n")
    for line in lines:
        writer.writerow([_typed(value) for value in line])
    text = held.getvalue()
    path.write_bytes(
        _western_letters(text).encode("cp1252") if encoding == "cp1252" else text.encode(encoding)
    )


def _typed(value: Written) -> str:
    if value is None:
        return ""
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    if isinstance(value, float):
        return f"{value:g}".replace(".", ",")
    return str(value)


def _western_letters(text: str) -> str:
    """The text with letters that cp1252 lacks replaced as a typist would (`ł` → `l`)."""
    letters = []
    for letter in text.replace("ł", "l").replace("Ł", "L"):
        try:
            letter.encode("cp1252")
        except UnicodeEncodeError:
            letters.append(unicodedata.normalize("NFKD", letter)[0])
        else:
            letters.append(letter)
    return "".join(letters)


def write_ods(path: Path, sheets: Sequence[tuple[str, Sequence[Sequence[Written]]]]) -> None:
    """A Greek workbook with one sheet per register, real dates and numbers."""
    book = OpenDocumentSpreadsheet()
    shown = DateStyle(name="day")
    for part in (
        Day(style="long"),
        Text(text="/"),
        Month(style="long"),
        Text(text="/"),
        Year(style="long"),
    ):
        shown.addElement(part)
    book.styles.addElement(shown)
    dated = Style(name="dated", family="table-cell", datastylename="day")
    book.automaticstyles.addElement(dated)
    for name, lines in sheets:
        table = Table(name=name)
        for line in lines:
            row = TableRow()
            for value in line:
                row.addElement(_ods_cell(value))
            table.addElement(row)
        book.spreadsheet.addElement(table)
    held = io.BytesIO()
    book.write(held)
    path.write_bytes(_same_every_time(held.getvalue()))


def _ods_cell(value: Written) -> TableCell:
    if value is None:
        return TableCell()
    if isinstance(value, date):
        cell = TableCell(valuetype="date", datevalue=value.isoformat(), stylename="dated")
        cell.addElement(P(text=f"{value:%d/%m/%Y}"))
    elif isinstance(value, int | float):
        cell = TableCell(valuetype="float", value=f"{value:g}")
        cell.addElement(P(text=f"{value:g}".replace(".", ",")))
    else:
        cell = TableCell(valuetype="string")
        cell.addElement(P(text=value))
    return cell


def _same_every_time(packed: bytes) -> bytes:
    """The same archive with fixed times, stored: compressors differ between machines."""
    repacked = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(packed)) as source,
        zipfile.ZipFile(repacked, "w", zipfile.ZIP_STORED) as target,
    ):
        for member in source.infolist():
            content = source.read(member)
            if member.filename == "docProps/core.xml":
                content = re.sub(
                    rb"(<dcterms:(created|modified)[^>]*>)[^<]*",
                    rb"\g<1>2025-09-01T08:00:00Z",
                    content,
                )
            if member.filename == "meta.xml":
                content = re.sub(
                    rb"<meta:generator>[^<]*", b"<meta:generator>worked examples", content
                )
            fixed = zipfile.ZipInfo(member.filename, _MADE_AT)
            fixed.external_attr = 0o644 << 16
            target.writestr(fixed, content)
    return repacked.getvalue()
