"""A table as a file: csv and xlsx, and the one place where partners' text is made harmless.

Text that a spreadsheet would take for a formula gets an apostrophe in front, in each format alike,
so that the same table says the same whatever it is opened with (OWASP, CSV injection). Numbers and
dates stay what they are.

Belongs here: rows → bytes.
Does not belong here: which rows (portal, deliverables), reports with headings (kpi_table).
"""

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any, Final

import xlsxwriter

_DANGEROUS: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
_CELL_LENGTH: Final = 32_767
"""Most characters of an Excel cell."""


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under a header, all of the same length."""

    name: str
    columns: tuple[str, ...]
    rows: Sequence[Sequence[Any]]


@dataclass(frozen=True, slots=True)
class Export:
    """A file that can be sent, mailed or written."""

    file_name: str
    media_type: str
    content: bytes


def neutral(value: Any) -> Any:
    """Return a value as it may stand in a cell; text is never a formula there."""
    if value is None or isinstance(value, bool | int | float | date | datetime):
        return value
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, timedelta):
        return str(value)
    if isinstance(value, list | tuple):
        value = ", ".join(str(part) for part in value)
    text = str(value)
    return f"'{text}" if text.startswith(_DANGEROUS) else text


def as_csv(table: Table) -> Export:
    """Return a table as csv in UTF-8, with the mark that Excel needs to see that it is."""
    sink = io.StringIO()
    writer = csv.writer(sink, lineterminator="\r\n")
    writer.writerow(table.columns)
    writer.writerows([_said(neutral(value)) for value in row] for row in table.rows)
    return Export(
        f"{table.name}.csv", "text/csv; charset=utf-8", b"\xef\xbb\xbf" + sink.getvalue().encode()
    )


def as_xlsx(tables: Iterable[Table], name: str, made_at: datetime) -> Export:
    """Return tables as one workbook, a sheet each; the same tables give the same bytes.

    Args:
        tables: Their names are those of the sheets.
        name: Of the file, without ``.xlsx``.
        made_at: Stands in the file's properties.
    """
    sink = io.BytesIO()
    with xlsxwriter.Workbook(
        sink, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False,
               "default_date_format": "yyyy-mm-dd"},
    ) as workbook:  # fmt: skip
        workbook.set_properties({"created": _naive(made_at)})
        head = workbook.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
        for table in tables:
            sheet = workbook.add_worksheet(table.name[:31])
            sheet.write_row(0, 0, table.columns, head)
            for number, row in enumerate(table.rows, start=1):
                for column, value in enumerate(row):
                    write_cell(sheet, number, column, value)
            sheet.freeze_panes(1, 0)
            sheet.autofilter(0, 0, max(len(table.rows), 1), max(len(table.columns) - 1, 0))
            sheet.autofit(360)
    return Export(
        f"{name}.xlsx",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        sink.getvalue(),
    )


def write_cell(sheet: Any, row: int, column: int, value: Any, look: Any = None) -> None:
    """Write one value into a sheet of xlsxwriter as what it is."""
    said = neutral(value)
    if said is None:
        sheet.write_blank(row, column, None, look)
    elif isinstance(said, bool):
        sheet.write_boolean(row, column, said, look)
    elif isinstance(said, int | float):
        sheet.write_number(row, column, said, look)
    elif isinstance(said, datetime):
        sheet.write_string(row, column, said.isoformat(timespec="seconds"), look)
    elif isinstance(said, date):
        sheet.write_datetime(row, column, datetime(said.year, said.month, said.day), look)  # noqa: DTZ001
    else:
        sheet.write_string(row, column, said[:_CELL_LENGTH], look)


def _said(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")
    if isinstance(value, bool):
        return "true" if value else "false"
    return value


def _naive(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(tzinfo=None)
