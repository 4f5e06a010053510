"""Findings, summaries and hand-made workbooks for the tests of feedback."""

import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from eurocluster.feedback.marks import Marked, RuleCount, SkippedLine, Summary, TableRead
from tests.unit.eurocluster.feedback.handmade import PARTS, SHORT

MakePackage = Callable[..., Path]
MakeFinding = Callable[..., Marked]


@pytest.fixture(name="finding")
def finding_maker() -> MakeFinding:
    """Makes a finding at a cell of a sheet called `Data`."""

    def make(cell: str | None = "B2", **changes: Any) -> Marked:
        values: dict[str, Any] = {
            "sheet": "Data",
            "row": None,
            "cell": cell,
            "column_label": "Hours",
            "code": "E06",
            "severity": "ERROR",
            "title": "Negative number",
            "what": "Hours cannot be below zero.",
            "understood": "-3",
            "how": "Write the hours that were attended.",
        }
        return Marked(**(values | changes))

    return make


@pytest.fixture
def summary() -> Summary:
    """A summary with every section filled."""
    return Summary(
        heading="Result of the check",
        file_name="attendance.xlsx",
        date="25 November 2026",
        headline="2 of 3 rows count.",
        tables=(
            TableRead(
                sheet="Data",
                register="Attendance",
                header_row=1,
                first_row=2,
                last_row=4,
                read=3,
                accepted=2,
                refused=1,
                skipped=1,
                columns=(("Hours", "hours"), ("Colour", "")),
                accepted_rows=(3, 4),
                refused_rows=(2,),
            ),
        ),
        rules=(RuleCount("E06", "ERROR", "Negative number", 1),),
        skipped=(SkippedLine("Data", 5, "It looks like a total."),),
    )


@pytest.fixture
def make_package(tmp_path: Path) -> MakePackage:
    """Writes a workbook with the sheets `Data` and `More` by hand; parts can be changed.

    A part that is None is left out.
    """

    def make(name: str = "hand-made.xlsx", **parts: str | bytes | None) -> Path:
        path = tmp_path / name
        content = {**PARTS, **{SHORT.get(key, key): part for key, part in parts.items()}}
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
            for part_name, part in content.items():
                if part is not None:
                    package.writestr(part_name, part)
        return path

    return make
