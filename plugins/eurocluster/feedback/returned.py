"""The returned workbook: the partner's own file marked, or a twin of it.

Belongs here: which of the two a file gets.
Does not belong here: how either is written (xlsx_marks.py, twin.py), where it is kept (files.py).
"""

from collections.abc import Iterable, Sequence
from pathlib import Path

from eurocluster.feedback.marks import Marked, Summary, in_english
from eurocluster.feedback.twin import SheetCells, write_twin
from eurocluster.feedback.xlsx_marks import mark_workbook
from eurocluster.wording import Say

MARKABLE = frozenset({"xlsx", "xlsm"})


def write_returned(
    source: Path,
    format_: str,
    summary: Summary,
    findings: Sequence[Marked],
    out: Path,
    *,
    say: Say = in_english,
    sheets: Iterable[SheetCells] = (),
) -> None:
    """Write what goes back to the partner.

    An `xlsx` or `xlsm` comes back as it is, with marks and a first sheet with the result; `sheets`
    are not looked at. Any other format comes back as a new workbook with the cells of `sheets`.

    Raises:
        UnreadableFile: F01, the workbook is damaged; a twin without sheets can still tell so.
        ValueError: A twin's sheet has rows beyond the limit and did not say so.
        OSError: `out` cannot be written.
    """
    if format_ in MARKABLE:
        mark_workbook(source, summary, findings, say, out)
    else:
        write_twin(sheets, summary, findings, say, out)
