"""Where returned workbooks are kept: `feedback/<partner>/<name> (result).xlsx`.

Belongs here: names of files, a file that is there completely or not at all.
Does not belong here: what is in it.
"""

import os
import re
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path, PureWindowsPath
from typing import Final

from eurocluster.feedback.marks import Marked, Summary, in_english
from eurocluster.feedback.package import has_macros
from eurocluster.feedback.returned import MARKABLE, write_returned
from eurocluster.feedback.twin import SheetCells
from eurocluster.wording import Say

_FORBIDDEN = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*]')
_LONGEST = 180
UNFINISHED: Final = ".part-"
"""How the name of a workbook begins that is not written to its end."""
_PARTNER = re.compile(r"[a-z0-9][a-z0-9_-]*")


def write_feedback(
    folder: Path,
    partner: str,
    file_name: str,
    source: Path,
    format_: str,
    summary: Summary,
    findings: Sequence[Marked],
    *,
    say: Say = in_english,
    sheets: Iterable[SheetCells] = (),
) -> Path:
    """Write the returned workbook of a delivery and return where it is.

    `file_name` is the partner's name for the file: a label, never a path. The same delivery
    writes the same bytes to the same place. A reader sees the old file or the new one whole.

    Raises:
        UnreadableFile: F01, the workbook is damaged.
        ValueError: The partner's code is no name of a folder, or `write_returned` says so.
        OSError: The folder cannot be written.
    """
    if _PARTNER.fullmatch(partner) is None:
        raise ValueError("a partner's code has small letters, digits, - and _")
    macros = format_ in MARKABLE and has_macros(source)
    target = folder / partner / returned_name(file_name, say, macros=macros)
    # Registers hold names of people: the folder is for the pipeline's account alone.
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(prefix=UNFINISHED, suffix=target.suffix, dir=target.parent)
    os.close(descriptor)
    temporary = Path(name)
    try:
        write_returned(source, format_, summary, findings, temporary, say=say, sheets=sheets)
        _sync(temporary)
        temporary.replace(target)
        _sync(target.parent)
    finally:
        temporary.unlink(missing_ok=True)
    return target


def returned_name(file_name: str, say: Say = in_english, *, macros: bool = False) -> str:
    """Name the returned workbook after the partner's file: `visits (result).xlsx`.

    The twin of another format keeps its ending, since both may lie beside each other:
    `visits.csv (result).xlsx`. A workbook with macros stays an `.xlsm`: Excel opens it under no
    other name.
    """
    label = PureWindowsPath(file_name).name
    stem, _, suffix = label.rpartition(".")
    named = stem if stem and suffix.casefold() in MARKABLE else label
    stem = _FORBIDDEN.sub("_", named).strip(" .") or "file"
    ending = f" ({_FORBIDDEN.sub('_', say('result'))})" + (".xlsm" if macros else ".xlsx")
    room = _LONGEST - len(ending.encode("utf-8"))
    return stem.encode("utf-8")[:room].decode("utf-8", "ignore") + ending


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
