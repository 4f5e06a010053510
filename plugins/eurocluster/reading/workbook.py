"""Workbooks as typed cells: one entry for all formats that are zipped XML.

Belongs here: choosing the reader of a format.
Does not belong here: telling formats apart (gate.py), text files (text_file.py).
"""

from pathlib import Path

from eurocluster.reading.archive import Archive, words_for_damage
from eurocluster.reading.cells import UnreadableFile, Workbook
from eurocluster.reading.ods import read_ods
from eurocluster.reading.xlsx import read_xlsx

_READERS = {"xlsx": read_xlsx, "ods": read_ods}


def read_workbook(path: Path, format_: str) -> Workbook:
    """Read all sheets of a workbook; `format_` is what the gate found, "xlsx" or "ods".

    Raises:
        UnreadableFile: F01, the file is damaged or holds no sheet.
    """
    with words_for_damage(), Archive(path) as archive:
        sheets, notes = _READERS[format_](archive)
    if not sheets:
        raise UnreadableFile("F01", "The workbook has no sheet with cells.")
    return Workbook(format_, sheets, notes)
