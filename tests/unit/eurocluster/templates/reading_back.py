"""A workbook read back as the pipeline reads it: the one place that knows how that is done."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from eurocluster.conforming.hints import Hints
from eurocluster.conforming.layout import Layout
from eurocluster.consortium.declarations import Consortium
from eurocluster.findings import ToldFinding, table_of, told
from eurocluster.judging import Calendar
from eurocluster.reading.cells import ReadingHints
from eurocluster.reading.child import read_file
from eurocluster.reviewing import Review
from eurocluster.wording import speaker
from schemas import REGISTERS

CALENDAR = Calendar(date(2022, 9, 1), date(2025, 8, 31), date(2025, 1, 1))


@dataclass(frozen=True, slots=True)
class ReadBack:
    """What a file was understood as: its rows; code, cell and message of findings above INFO."""

    rows: list[dict[str, Any]]
    findings: list[tuple[str, str | None, str]]


def read_back(path: Path, register: str, language: str, consortium: Consortium) -> ReadBack:
    """Read a file as the pipeline does, for a partner of that language."""
    partner = consortium.partners[0].model_copy(update={"language": language})
    declared = partner.register(register)
    assert declared is not None
    hints = Hints(
        partner,
        declared,
        consortium.project.code,
        (consortium.project.name,),
        consortium.partners,
        b"s" * 32,
    )
    contract = REGISTERS[register]
    review = Review(contract, hints, CALENDAR)
    review.add(Layout(read_file(path, ReadingHints()), partner), "f" * 64, path.name)
    rows: list[dict[str, Any]] = []
    findings: list[ToldFinding] = []
    for verdict in review.verdicts():
        cells = {name: verdict.rows.columns[name].cells() for name in contract.columns}
        rows += [dict(zip(cells, row, strict=True)) for row in zip(*cells.values(), strict=True)]
        findings += told(verdict.findings(contract, speaker("en")))
    findings += told(table_of(review.findings(), speaker("en")))
    told_above = [found for found in findings if found.severity != "INFO"]
    return ReadBack(rows, [(found.code, found.cell, found.message) for found in told_above])
