"""The files of one register, understood and judged: for the store, and for whoever only asks.

Belongs here: the order of conforming and judging over all files of a delivery.
Does not belong here: opening files (reading/), keeping what was judged (deliveries), deciding
whether a delivery is accepted (ingesting).
"""

from collections.abc import Iterator

import numpy as np
import pandera.pandas as pa

from eurocluster.conforming.copies import without_copies
from eurocluster.conforming.corrections import Corrections
from eurocluster.conforming.hints import Hints
from eurocluster.conforming.layout import Layout
from eurocluster.conforming.tables import RegisterTable, conform, own_ids_on_several_rows
from eurocluster.findings import Finding
from eurocluster.judging import Calendar, Verdict, judge, judge_together
from eurocluster.reading.cells import UnreadableFile
from eurocluster.register_rows import RegisterRows


class Review:
    """One register's files while they are understood and judged.

    Attributes:
        contract: Contract of the register.
        tables: Tables found so far, in the order of the files.
        unread: Files without a table, of this register or of another one of the partner.
    """

    def __init__(self, contract: pa.DataFrameSchema, hints: Hints, calendar: Calendar) -> None:
        self.tables: list[RegisterTable] = []
        self.unread = 0
        self.contract = contract
        self._hints = hints
        self._calendar = calendar
        self._findings: list[Finding] = []
        self._corrections = Corrections(hints.register.corrections, contract.metadata["key"])

    def add(self, layout: Layout, sha256: str, name: str) -> None:
        """Add a file that was read."""
        found, findings = conform(
            layout, sha256, name, self.contract, self._hints, self._corrections
        )
        self.tables += found
        self._findings += findings
        self.unread += not found and not layout.holds_another_register(str(self.contract.name))

    def refuse(self, refusal: UnreadableFile, sha256: str) -> None:
        """Add a file that could not be read."""
        self.unread += 1
        self._findings.append(Finding(refusal.code, refusal.words, file=sha256))

    def verdicts(self) -> Iterator[Verdict]:
        """Yield the verdicts on all rows, block after block.

        Rows whose own id stands on several rows come last: they are judged together (E08).
        """
        self.tables, copies = without_copies(self.tables)
        self._findings += copies
        repeated = own_ids_on_several_rows(self.tables)
        late: list[RegisterRows] = []
        for table in self.tables:
            for rows in table.rows():
                own = rows.columns[self.contract.metadata["key"]]
                is_late = own.where(value in repeated for value in own.values)
                if not len(is_late):
                    yield judge(rows, self.contract, self._calendar)
                    continue
                late.append(rows.take(is_late))
                others = np.setdiff1d(np.arange(len(rows)), is_late)
                if len(others):
                    yield judge(rows.take(others), self.contract, self._calendar)
        verdicts = [judge(rows, self.contract, self._calendar) for rows in late]
        judge_together(verdicts, self.contract)
        yield from verdicts

    def findings(self) -> list[Finding]:
        """Return the findings that belong to no row; complete when all verdicts were taken."""
        found = list(self._findings)
        for table in self.tables:
            found += table.findings()
        if self.tables:
            found += self._corrections.out_of_date()
        return found
