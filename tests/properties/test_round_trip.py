"""Any register, written in any language, format and layout, reads back to the same values (I12).

One file at a time and many of them; whole nights are tried in test_files.py. `make fuzz` is for
files that are damaged, this is for files that are in order.

Belongs here: the property, its partner, reading back.
Does not belong here: rows (canonical_rows.py), cells (habits.py), sheets (layouts.py).
"""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from babel.core import get_global
from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st

from eurocluster.conforming.hints import Hints
from eurocluster.conforming.labels import code_labels, sheet_title
from eurocluster.conforming.layout import Layout
from eurocluster.conforming.lexicon import LANGUAGES
from eurocluster.conforming.persons import email_key, name_key
from eurocluster.consortium.partners import Partner
from eurocluster.findings import ToldFinding, table_of, told
from eurocluster.judging import Calendar
from eurocluster.reading.cells import ReadingHints
from eurocluster.reading.child import read_file
from eurocluster.reading.text_file import code_page_of
from eurocluster.reviewing import Review
from eurocluster.wording import speaker
from schemas import REGISTERS
from tests.properties.canonical_rows import (
    FIRST_DAY,
    LAST_DAY,
    PARTNERS,
    PROJECT_CODE,
    Row,
    canonical_rows,
    understood,
)
from tests.properties.chance import Chance
from tests.properties.file_formats import Format, code_page_formats
from tests.properties.habits import Habits
from tests.properties.layouts import Lines, day_header, laid_out, plain

SECRET = b"a secret for tests, not for life"
CALENDAR = Calendar(FIRST_DAY, LAST_DAY, date(2026, 1, 1))
EXAMPLES = int(os.environ.get("ROUND_TRIPS", "100"))
"""Files in the usual run; ROUND_TRIPS=20000 looks longer, at other files each time."""

pytestmark = pytest.mark.slow
tried = settings(
    max_examples=EXAMPLES,
    derandomize="ROUND_TRIPS" not in os.environ,
    database=None,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


@dataclass(frozen=True)
class Written:
    """A file of one or more registers, and what it says.

    Attributes:
        expected: Register → the rows of its sheet.
    """

    format: Format
    partner: Partner
    sheets: tuple[Lines, ...]
    expected: Mapping[str, Sequence[Row]]


@st.composite
def written_registers(draw: st.DrawFn) -> Written:
    """Draw a file of one register, now and then of two."""
    chance = Chance(draw)
    language, order = chance.pick(LANGUAGES), chance.pick(("dmy", "dmy", "dmy", "mdy"))
    format_ = chance.pick(code_page_formats(code_page_of(language) or "cp1252"))
    registers = [chance.pick([*REGISTERS])]
    if format_.can_merge and chance.maybe(15):
        registers.append(chance.pick([name for name in REGISTERS if name != registers[0]]))
    habits = Habits(chance, language, format_.typed, format_.has_times, order)
    sheets, expected = [], {}
    for register in registers:
        rows = canonical_rows(chance, register, language, chance.whole(1, 5))
        name = sheet_title(register, language)
        if len(registers) == 1 and chance.maybe(40):
            name = "Sheet1"
        lines = (
            laid_out(habits, register, rows, name, can_merge=format_.can_merge)
            if format_.has_lines
            else plain(habits, register, rows, name)
        )
        sheets.append(lines)
        expected[register] = [understood(register, row) for row in rows]
    if format_.can_merge and chance.maybe(15):
        stale = canonical_rows(chance, registers[0], language, 2)
        hidden = plain(habits, registers[0], stale, "old")
        hidden.is_hidden = True
        sheets.insert(0, hidden)
    return Written(format_, _partner(language, order), tuple(sheets), expected)


@st.composite
def cross_tables(draw: st.DrawFn) -> Written:
    """Draw an attendance list with a column per day."""
    chance = Chance(draw)
    language = chance.pick(LANGUAGES)
    format_ = chance.pick(
        [each for each in code_page_formats(code_page_of(language) or "cp1252") if each.has_lines]
    )
    habits = Habits(chance, language, format_.typed, has_times=False, order="dmy")
    persons = canonical_rows(chance, "attendance", language, chance.whole(1, 4))
    first = FIRST_DAY + timedelta(days=chance.whole(0, 900))
    days = [
        first + timedelta(days=chance.whole(1, 20) + 21 * at) for at in range(chance.whole(2, 5))
    ]
    answers = code_labels("attended", "attended", ("yes", "no", "partial"), language)
    marks: list[list[Any]] = []
    expected: list[Row] = []
    for person in persons:
        person |= dict.fromkeys(("record_id", "session_date", "attended", "hours"))
        line: list[Any] = []
        for day in days:
            mark = chance.pick(("x", None, "no", "partial", 6, 2))
            line.append(answers.get(mark, mark) if isinstance(mark, str) else mark)
            if mark is not None:
                said: Row = {
                    "session_date": day,
                    "attended": "yes" if mark in ("x", 6, 2) else mark,
                }
                hours = Decimal(mark) if isinstance(mark, int) else None
                expected.append(understood("attendance", {**person, **said, "hours": hours}))
        if all(mark is None for mark in line):
            line[0] = "x"
            said = {"session_date": days[0], "attended": "yes", "hours": None}
            expected.append(understood("attendance", {**person, **said}))
        marks.append(line)
    lines = plain(habits, "attendance", persons, "Sheet1")
    answered = [at for at, cells in enumerate(zip(*lines.cells, strict=True)) if not any(cells[1:])]
    for at, cells in enumerate(lines.cells):
        kept = [cell for column, cell in enumerate(cells) if column not in answered]
        above = [day_header(habits, day) for day in days]
        lines.cells[at] = [*kept, *(marks[at - 1] if at else above)]
    if not format_.typed:
        lines.cells = [[cell if cell is None else str(cell) for cell in row] for row in lines.cells]
    return Written(format_, _partner(language, "dmy"), (lines,), {"attendance": expected})


@tried
@given(written_registers())
def test_what_was_written_is_read(drawn: Written) -> None:
    _assert_reads_back(drawn)


@settings(tried, max_examples=max(30, EXAMPLES // 5))
@given(cross_tables())
def test_a_cross_table_is_a_row_for_each_mark(drawn: Written) -> None:
    _assert_reads_back(drawn)


def _assert_reads_back(drawn: Written) -> None:
    note(f"{drawn.format.name}, {drawn.partner.language}, {drawn.partner.date_order}")
    for lines in drawn.sheets:
        note(f"{lines.name} {lines.merged}\n" + "\n".join(map(str, lines.cells)))
    with TemporaryDirectory() as folder:
        path = Path(folder, f"register{drawn.format.suffix}")
        drawn.format.write(path, drawn.sheets)
        code_page = code_page_of(drawn.partner.language)
        workbook = read_file(path, ReadingHints(code_page=code_page))
        layout = Layout(workbook, drawn.partner)
        for register, expected in drawn.expected.items():
            _assert_register(drawn, layout, register, expected)


def _assert_register(
    drawn: Written, layout: Layout, register: str, expected: Sequence[Row]
) -> None:
    contract = REGISTERS[register]
    declared = drawn.partner.register(register)
    assert declared is not None
    partners = tuple(_named(code) for code in PARTNERS)
    hints = Hints(drawn.partner, declared, PROJECT_CODE, ("Test",), partners, SECRET)
    review = Review(contract, hints, CALENDAR)
    review.add(layout, "f" * 64, "register")
    found: list[tuple[int, Row]] = []
    findings: list[ToldFinding] = []
    for verdict in review.verdicts():
        names = [*contract.columns, *({"name_key", "email_key"} & verdict.rows.columns.keys())]
        cells = [verdict.rows.columns[name].cells() for name in names]
        rows = (dict(zip(names, row, strict=True)) for row in zip(*cells, strict=True))
        found += zip(verdict.rows.row_numbers.tolist(), rows, strict=True)
        findings += told(verdict.findings(contract, speaker("en")))
    findings += told(table_of(review.findings(), speaker("en")))
    errors = [(each.code, each.cell, each.column_name, each.message)
              for each in findings if each.severity == "ERROR"]  # fmt: skip
    found.sort(key=lambda numbered: numbered[0])
    assert errors == []
    assert [_without_persons(register, row) for _, row in found] == [
        _keyed(register, row) for row in expected
    ]
    numbers = [number for number, _ in found]
    aside = _lines_aside(layout, review, findings)
    _assert_lines_accounted_for(drawn, register, numbers, review, aside)


def _assert_lines_accounted_for(
    drawn: Written,
    register: str,
    numbers: Sequence[int],
    review: Review,
    aside: Sequence[int],
) -> None:
    """Every line below the header is a row, or listed; text files may list it as a section."""
    shown = [each for each in drawn.sheets if not each.is_hidden]
    lines = shown[[*drawn.expected].index(register)]
    skipped = {line.row for table in review.tables for line in table.skipped}
    if drawn.format.can_merge:
        assert sorted({*numbers}) == lines.rows
        assert skipped == lines.told
    elif drawn.format.has_lines:
        assert len(skipped) + len(aside) == len(lines.told)


def _lines_aside(layout: Layout, review: Review, findings: Sequence[ToldFinding]) -> Sequence[int]:
    """Return the lines of sections that are no table, and of which something is said."""
    told_of = {each.sheet for each in findings if each.code in ("W16", "F02")}
    told_of -= {table.sheet_name for table in review.tables}
    return [
        number
        for sheet in layout.workbook.sheets
        if sheet.name in told_of
        for block in sheet.blocks
        for number in block.row_numbers.tolist()
    ]


def _without_persons(register: str, row: Row) -> Row:
    columns = REGISTERS[register].columns
    return {
        name: value
        for name, value in row.items()
        if name not in columns or not columns[name].metadata["personal"]
    }


def _keyed(register: str, row: Row) -> Row:
    """Return a row with the keys of its person instead of the person."""
    found = _without_persons(register, row)
    if register == "attendance":
        name = row["person_name"] or " ".join(filter(None, (row["first_name"], row["surname"])))
        found["name_key"] = name_key(SECRET, name) if name else None
        found["email_key"] = email_key(SECRET, row["email"]) if row["email"] else None
    return found


def _partner(language: str, order: str) -> Partner:
    region = get_global("likely_subtags").get(language, "_")[-2:]
    return _named("p1").model_copy(
        update={"language": language, "country": region, "date_order": order}
    )


def _named(code: str) -> Partner:
    return Partner.model_validate(
        {
            "version": 1,
            "partner": code,
            "name": PARTNERS[code],
            "country": "PL",
            "language": "pl",
            "registers": [
                {
                    "name": register,
                    "source": {"kind": "folder", "path": "x", "files": {"include": ["*"]}},
                }
                for register in REGISTERS
            ],
        }
    )  # fmt: skip
