"""One file read once, in one of several ways: what a child process does, then ends.

    python -m benchmarks.reading WAY FILE

Belongs here: ours, the limit and the peers that read files. Imports stand in the functions, so
that a process pays for what it uses.
Does not belong here: measuring (measuring.py), files (material.py).
"""

import csv
import sys
from collections.abc import Callable
from pathlib import Path

from benchmarks.measuring import finish

ENCODING, DELIMITER = "cp1250", ";"


def ours(path: Path) -> int:
    """Gate, child process with limits, typed cells, notes: what a night does."""
    from eurocluster.reading.cells import ReadingHints
    from eurocluster.reading.child import WorkbookReader

    with WorkbookReader() as reader:
        workbook = reader.read(path, ReadingHints(code_page=ENCODING))
    return len(workbook.sheets[0])


def calamine(path: Path) -> int:
    """The fastest reader of workbooks that Python has, bare: no gate, no limits."""
    import python_calamine

    with python_calamine.CalamineWorkbook.from_path(path) as workbook:
        return len(workbook.get_sheet_by_index(0).to_python())


def openpyxl_full(path: Path) -> int:
    """Each cell an object, with its format."""
    import openpyxl

    workbook = openpyxl.load_workbook(path, data_only=True)
    return len(list(workbook.worksheets[0].iter_rows(values_only=True)))


def openpyxl_read_only(path: Path) -> int:
    """Each row a tuple of values, streamed."""
    import openpyxl

    workbook = openpyxl.load_workbook(path, data_only=True, read_only=True)
    return len(list(workbook.worksheets[0].iter_rows(values_only=True)))


def pandas_excel(path: Path) -> int:
    """What most scripts do."""
    import pandas as pd

    return len(pd.read_excel(path, engine="openpyxl")) + 1


def csv_module(path: Path) -> int:
    """Rows of text and nothing else; the encoding and the delimiter are known before."""
    with path.open(encoding=ENCODING, newline="") as source:
        return len(list(csv.reader(source, delimiter=DELIMITER)))


def pandas_csv(path: Path) -> int:
    """What most scripts do; the encoding and the delimiter are known before."""
    import pandas as pd

    return len(pd.read_csv(path, sep=DELIMITER, encoding=ENCODING, dtype=str)) + 1


WAYS: dict[str, Callable[[Path], int]] = {
    way.__name__: way
    for way in (
        ours, calamine, openpyxl_full, openpyxl_read_only, pandas_excel, csv_module, pandas_csv,
    )
}  # fmt: skip

if __name__ == "__main__":
    finish(rows=WAYS[sys.argv[1]](Path(sys.argv[2])) - 1)
