"""A partner's file on the desk: checked as the partner's, and what was understood of it.

Belongs here: partners of any country, rows and findings in the shape that tests compare.
Does not belong here: making files (sheets.py), counting lines (accounts.py).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from babel.core import get_global

from eurocluster.checking import Checked, Checker
from eurocluster.consortium.declarations import Consortium
from eurocluster.consortium.partners import Partner
from eurocluster.consortium.project import Project
from eurocluster.findings import ToldFinding
from eurocluster.judging import Calendar
from eurocluster.reading.child import WorkbookReader
from tests.traits.accounts import assert_no_row_lost, fates

_SECRET = b"a secret for tests, not for life"
_OF_PARTNER = frozenset({"code_page", "date_order", "decimal_mark", "teaching_unit_minutes"})


@dataclass(frozen=True)
class Answer:
    """What is said of one file.

    Attributes:
        rows: Column → value of every row, the sheet's row number under ``row``.
    """

    checked: Checked
    rows: tuple[Mapping[str, Any], ...]

    def column(self, name: str) -> list[Any]:
        """Return the values of a column, one per row."""
        return [row[name] for row in self.rows]

    def cells(self, code: str) -> list[str]:
        """Return the cells (else rows, else sheets) at which a rule fired, in order."""
        return [
            str(found.cell or found.row_number or found.sheet or "")
            for found in self.checked.findings
            if found.code == code
        ]

    def codes(self) -> set[str]:
        """Return the codes of all rules that fired, but for what goes without saying."""
        return {found.code for found in self.checked.findings} - {"W11"}

    def finding(self, code: str) -> ToldFinding:
        """Return the only finding of a rule."""
        (found,) = [finding for finding in self.checked.findings if finding.code == code]
        return found

    def fates(self) -> Mapping[str, list[int]]:
        """Return accepted, refused, skipped → row numbers of the only table."""
        (table,) = self.checked.tables
        return {fate: sorted(rows) for fate, rows in fates(table).items()}

    def everything_said(self) -> str:
        """Return all that leaves the reader, as one text: no person may stand in it."""
        sent = [
            {name: column.cells() for name, column in rows.sent.items()}
            for table in self.checked.tables
            for rows in table.table.rows()
        ]
        return repr((self.rows, sent, self.checked.findings))


class Desk:
    """Where files are checked; one reader for all of them."""

    def __init__(self, reader: WorkbookReader, home: Path) -> None:
        self._reader = reader
        self._home = home
        self._project = Project.model_validate(
            {
                "version": 1, "code": "test", "name": "Test Eurocluster", "start": date(2022, 9, 1),
                "months": 36, "periods": {"RP1": "M1-M18", "RP2": "M19-M36"},
                "runs_clusterxchange": True, "reporting_date": date(2025, 9, 15),
            }
        )  # fmt: skip
        self._calendar = Calendar(self._project.start, self._project.end, date(2025, 9, 15))

    def check(
        self, path: Path, language: str = "pl", register: str = "attendance", **declared: Any
    ) -> Answer:
        """Return what is said of a file of a partner, having made sure that no row was lost.

        ``declared`` are settings of the partner or of its register.
        """
        answer = self.ask(path, language, register, **declared)
        assert_no_row_lost(answer.checked)
        return answer

    def ask(
        self, path: Path, language: str = "pl", register: str = "attendance", **declared: Any
    ) -> Answer:
        """Return what is said of a file, also of one that cannot be read."""
        partner = _partner(language, register, declared)
        other = partner.model_copy(update={"partner": "p2", "name": "Other Cluster"})
        consortium = Consortium(self._home, self._project, (partner, other))
        checker = Checker(consortium, self._calendar, _SECRET, self._reader)
        checked = checker.check(path, partner, (register,))
        return Answer(checked, tuple(_rows(checked)))


def _partner(language: str, register: str, declared: Mapping[str, Any]) -> Partner:
    own = {name: value for name, value in declared.items() if name in _OF_PARTNER}
    region = get_global("likely_subtags").get(language, "_")[-2:]
    return Partner.model_validate(
        {
            "version": 1, "partner": "p1", "name": "Example Cluster", "country": region,
            "language": language, **own,
            "registers": [
                {
                    "name": register,
                    "source": {"kind": "folder", "path": "x", "files": {"include": ["*"]}},
                    **{n: value for n, value in declared.items() if n not in _OF_PARTNER},
                }
            ],
        }
    )  # fmt: skip


def _rows(checked: Checked) -> Iterator[Mapping[str, Any]]:
    for table in checked.tables:
        for rows in table.table.rows():
            columns = {name: column.cells() for name, column in rows.columns.items()}
            for at, number in enumerate(rows.row_numbers.tolist()):
                yield {"row": number, **{name: cells[at] for name, cells in columns.items()}}
