"""What cells were understood as: one cell, and the distinct cells of a column.

Belongs here: the values that the readers of cells hand on.
Does not belong here: reading cells (values), typed rows (register_rows).
"""

from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from eurocluster.wording import NOTHING, Words


class Understood(NamedTuple):
    """What one cell was understood as: a value, or none and the rule that it breaks.

    Attributes:
        code: Rule code, also beside a value that is doubtful (W02).
        detail: More words for the message; never the content of a personal cell.
    """

    value: Any = None
    code: str | None = None
    detail: Words = NOTHING


BLANK = Understood()


@dataclass(frozen=True, slots=True)
class Answers:
    """What the cells of one column were understood as.

    Attributes:
        codes: Per row, which of the answers it has; 0 is the blank one.
        values: The answers' values.
        rules: (rule code, detail) → codes of the answers that break it.
    """

    codes: NDArray[np.int32]
    values: list[Any]
    rules: dict[tuple[str, Words], list[int]] = field(default_factory=dict)

    def put(self, code: int, found: Understood) -> None:
        """Take down one answer."""
        self.values[code] = found.value
        if found.code is not None:
            self.rules.setdefault((found.code, found.detail), []).append(code)
