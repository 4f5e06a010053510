"""Workbooks as typed cells: one entry for all formats but text.

Belongs here: choosing the reader of a format.
Does not belong here: telling formats apart (gate.py), text files (text_file.py).
"""

from collections.abc import Callable
from pathlib import Path

from eurocluster.reading.archive import Archive, words_for_damage
from eurocluster.reading.cells import ReadingNote, Sheet, UnreadableFile, Workbook
from eurocluster.reading.columns import Keep, in_memory
from eurocluster.reading.json_file import read_json, read_json_lines
from eurocluster.reading.ods import read_ods
from eurocluster.reading.parquet_file import read_parquet
from eurocluster.reading.xls import read_xls
from eurocluster.reading.xlsb import read_xlsb
from eurocluster.reading.xlsx import read_xlsx
from eurocluster.wording import Words

_Found = tuple[tuple[Sheet, ...], tuple[ReadingNote, ...]]

_ZIPPED: dict[str, Callable[[Archive], _Found]] = {
    "xlsx": read_xlsx,
    "xlsb": read_xlsb,
    "ods": read_ods,
}
_WHOLE: dict[str, Callable[[Path, Keep], _Found]] = {
    "xls": lambda path, _keep: read_xls(path),
    "json": read_json,
    "jsonl": read_json_lines,
    "parquet": read_parquet,
}


def read_workbook(
    path: Path,
    format_: str,
    keep: Keep = in_memory,
    remarks: tuple[tuple[str, Words], ...] = (),
) -> Workbook:
    """Read all sheets of a workbook.

    Args:
        path: The file.
        format_: What the gate found: "xlsx", "xlsb", "xls", "ods", "json", "jsonl", "parquet".
        keep: Takes finished blocks out of our hands, where a format is read in blocks.
        remarks: What the gate remarked about the file, as code and sentence.

    Raises:
        UnreadableFile: F01, the file is damaged or holds no sheet.
    """
    with words_for_damage():
        if format_ in _ZIPPED:
            with Archive(path) as archive:
                sheets, notes = _ZIPPED[format_](archive)
        else:
            sheets, notes = _WHOLE[format_](path, keep)
    if not sheets:
        raise UnreadableFile("F01", "The workbook has no sheet with cells.")
    about_file = tuple(ReadingNote(code, "", None, None, words) for code, words in remarks)
    return Workbook(format_, sheets, about_file + notes)
