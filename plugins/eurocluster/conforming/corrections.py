"""Corrections of single cells that a partner's declaration names, until the file is mended.

Belongs here: putting a declared value in the place of the wrong one, telling what is out of date.
Does not belong here: shape of the declaration (consortium/partners).
"""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from eurocluster.conforming.folding import fold
from eurocluster.consortium.partners import Correction
from eurocluster.findings import Finding
from eurocluster.reading.columns import Column
from eurocluster.reading.display import text_of
from eurocluster.wording import words

_MENDED = words("The cell no longer says what was expected")
_NO_ROW = words("No row has this id")


class Corrections:
    """The corrections of one register while its tables are read."""

    def __init__(self, declared: Sequence[Correction], key: str) -> None:
        """Take the declared corrections and the column that identifies a row."""
        self._key = key
        self._declared = declared
        self._done: set[Correction] = set()
        self._mended: set[Correction] = set()

    def apply(self, columns: Mapping[str, Column]) -> dict[str, Column]:
        """Return the columns with those cells corrected that say what the declaration expects."""
        corrected = dict(columns)
        keys = columns.get(self._key)
        if not self._declared or keys is None:
            return corrected
        texts = {fold(text_of(value)): code for code, value in enumerate(keys.values) if code}
        for correction in self._declared:
            column = corrected.get(correction.column)
            code = texts.get(fold(correction.row))
            if code is None or column is None:
                continue
            for row in (keys.codes == code).nonzero()[0].tolist():
                if text_of(column[row]) == correction.expected:
                    column = column.replaced(np.array([row]), correction.value)
                    self._done.add(correction)
                else:
                    self._mended.add(correction)
            corrected[correction.column] = column
        return corrected

    def out_of_date(self) -> Iterator[Finding]:
        """Yield a finding for each correction that found nothing to correct (F05)."""
        for correction in self._declared:
            if correction in self._done:
                continue
            why = _MENDED if correction in self._mended else _NO_ROW
            detail = words(
                "{why}: row {row}, column {column}. Take the correction out of the declaration.",
                why=why,
                row=correction.row,
                column=correction.column,
            )
            yield Finding("F05", detail, column=correction.column)
