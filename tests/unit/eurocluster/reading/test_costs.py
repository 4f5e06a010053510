"""What odd files cost the reading child, measured against a small sound one.

Peak memory and processor time are the operating system's own account of the child; the bounds are
wide, since what they are to catch costs gigabytes or minutes.
"""

import zipfile
from collections.abc import Callable
from pathlib import Path
from string import ascii_uppercase

import psutil
import pytest

from eurocluster.reading.cells import ReadingHints, Sheet, UnreadableFile
from eurocluster.reading.child import WorkbookReader

MakeXlsx = Callable[..., Path]
ODF = "urn:oasis:names:tc:opendocument:xmlns:"
MAX_SECONDS = 8.0
MAX_MIB = 96


def read_within_bounds(path: Path) -> Sheet:
    """Read a file and hold what the child took beyond its start-up against the bounds."""
    with WorkbookReader(memory_mib=512) as reader:
        warm = path.with_name("warm.csv")
        warm.write_bytes(b"a;b\n1;2\n")
        reader.read(warm, ReadingHints())
        child = psutil.Process(reader._child.pid if reader._child else 0)
        before = cost(child)
        try:
            (sheet,) = reader.read(path, ReadingHints()).sheets
            list(sheet.rows())
        finally:
            seconds, peak = (after - then for after, then in zip(cost(child), before, strict=True))
            assert seconds < MAX_SECONDS
            assert peak < MAX_MIB
        return sheet


def cost(child: psutil.Process) -> tuple[float, float]:
    """Processor seconds and peak memory (MiB) of a process so far."""
    times = child.cpu_times()
    status = Path("/proc", str(child.pid), "status").read_text()
    peak = next(line for line in status.splitlines() if line.startswith("VmHWM"))
    return times.user + times.system, int(peak.split()[1]) / 1024


def test_stray_cells_in_far_corners(make_xlsx: MakeXlsx) -> None:
    rows = "".join(f'<row r="{n}"><c r="A{n}"><v>{n}</v></c></row>' for n in range(1, 7))
    path = make_xlsx(
        f'<sheetData>{rows}<row r="8"><c r="ZZ8"><v>8</v></c></row>'
        '<row r="1048576"><c r="A1048576"><v>9</v></c></row></sheetData>'
    )
    assert [number for number, _ in read_within_bounds(path).rows()] == [*range(1, 7), 8, 1048576]


def test_a_stale_dimension_that_claims_the_whole_sheet(make_xlsx: MakeXlsx) -> None:
    path = make_xlsx(
        '<dimension ref="A1:XFD1048576"/><sheetData><row r="1"><c r="A1"><v>1</v></c></row>'
        "</sheetData>"
    )
    assert len(read_within_bounds(path)) == 1


@pytest.mark.parametrize("letters", [ascii_uppercase, ascii_uppercase[:18]])
def test_formatted_blank_rows(make_xlsx: MakeXlsx, letters: str) -> None:
    blank = "".join(
        f'<row r="{n}" s="1" customFormat="1">'
        + "".join(f'<c r="{letter}{n}" s="1"/>' for letter in letters)
        + "</row>"
        for n in range(2, 70_002)
    )
    path = make_xlsx(f'<sheetData><row r="1"><c r="A1"><v>1</v></c></row>{blank}</sheetData>')
    assert len(read_within_bounds(path)) == 1


def test_one_value_before_sixteen_thousand_blank_cells_in_each_row(make_xlsx: MakeXlsx) -> None:
    cells = [
        f"{first}{second}{third}"
        for first in ("", *ascii_uppercase)
        for second in ascii_uppercase
        for third in ascii_uppercase
    ][:16_000]
    rows = "".join(
        f'<row r="{n}"><c r="A{n}"><v>{n}</v></c>'
        + "".join(f'<c r="{cell}{n}" s="1"/>' for cell in cells)
        + "</row>"
        for n in range(1, 31)
    )
    assert len(read_within_bounds(make_xlsx(f"<sheetData>{rows}</sheetData>"))) == 30


def in_a_cell(markup: str) -> str:
    return f'<sheetData><row r="1"><c r="A1" t="str"><v>{markup}</v></c></row></sheetData>'


@pytest.mark.parametrize(
    "sheet",
    ["<sheetData>" + '<row r="1">' * 300_000, "<x>" * 300_000, in_a_cell("x" * 3_000_000)],
    ids=["open rows", "depth", "a long cell"],
)
def test_markup_that_swells_is_refused_with_words(make_xlsx: MakeXlsx, sheet: str) -> None:
    with pytest.raises(UnreadableFile, match=r"damaged|3000000 characters"):
        read_within_bounds(make_xlsx(sheet))


def test_thousands_of_attributes_and_references(make_xlsx: MakeXlsx) -> None:
    attributes = " ".join(f'a{n}="{n}"' for n in range(150_000))
    assert len(read_within_bounds(make_xlsx(f"<sheetData><row {attributes}/></sheetData>"))) == 0
    (row,) = read_within_bounds(make_xlsx(in_a_cell("&amp;" * 700_000))).rows()
    assert row == (1, ("&" * 700_000,))


def test_blank_cells_repeated_over_a_whole_open_document(tmp_path: Path) -> None:
    path = tmp_path / "wide.ods"
    rows = (
        '<table:table-row table:number-rows-repeated="1048576"><table:table-cell'
        ' table:number-columns-repeated="16384" table:style-name="ce1"/></table:table-row>'
    )
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr(
            "content.xml",
            f'<office:document-content xmlns:office="{ODF}office:1.0" xmlns:table="{ODF}table:1.0">'
            "<office:body>"
            f'<office:spreadsheet><table:table table:name="A">{rows}</table:table>'
            "</office:spreadsheet></office:body></office:document-content>",
        )
    assert len(read_within_bounds(path)) == 0
