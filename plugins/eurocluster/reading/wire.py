"""The form in which a workbook goes from the reading child to its parent.

Cells lie in a spool file that both have open; what else there is to a workbook is pickled, and
only what a workbook is made of is ever unpickled.

Belongs here: the parts of a message, packing and unpacking.
Does not belong here: pipes, limits and the child's life (child.py).
"""

import io
import pickle
from dataclasses import dataclass, fields
from typing import IO, Any

from eurocluster.reading.cells import ReadingNote, Sheet, Workbook
from eurocluster.reading.columns import Blocks, Spool


@dataclass(frozen=True, slots=True)
class SentSheet:
    """A sheet whose cells lie in the spool: where its blocks are, and the rest of it."""

    places: tuple[tuple[int, int], ...]
    attributes: dict[str, Any]


@dataclass(frozen=True, slots=True)
class SentWorkbook:
    """A workbook without its cells."""

    format: str
    sheets: tuple[SentSheet, ...]
    notes: tuple[ReadingNote, ...]
    has_typed_cells: bool


_SENT_CLASSES = {
    (found.__module__, found.__name__) for found in (SentSheet, SentWorkbook, ReadingNote)
} | {("eurocluster.wording", "Words")}


def pack(workbook: Workbook, spool: Spool) -> SentWorkbook:
    """Return a workbook without its cells, having put into the spool those that were not there."""
    sheets = tuple(_packed(sheet, spool) for sheet in workbook.sheets)
    return SentWorkbook(workbook.format, sheets, workbook.notes, workbook.has_typed_cells)


def unpack(sent: SentWorkbook, cells: IO[bytes]) -> Workbook:
    """Return a workbook whose cells stay in the spool until they are asked for."""
    sheets = (
        Sheet(blocks=Blocks(cells, sheet.places), **sheet.attributes) for sheet in sent.sheets
    )
    return Workbook(sent.format, tuple(sheets), sent.notes, sent.has_typed_cells)


def loads(message: bytes | bytearray) -> Any:
    """Rebuild a message of the child, and nothing else, should a file ever take over the child.

    Raises:
        UnpicklingError: The message holds what no workbook is made of.
    """
    return _PartsOnly(io.BytesIO(message)).load()


class _PartsOnly(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> Any:
        if (module, name) not in _SENT_CLASSES:
            raise pickle.UnpicklingError(f"{module}.{name} is no part of a workbook")
        return super().find_class(module, name)


def _packed(sheet: Sheet, spool: Spool) -> SentSheet:
    attributes = {
        field.name: getattr(sheet, field.name) for field in fields(sheet) if field.name != "blocks"
    }
    attributes |= {name: dict(attributes[name]) for name in ("marked_rows", "comments")}
    places = tuple(place for block in sheet.blocks if (place := spool.keep(block).place))
    return SentSheet(places, attributes)
