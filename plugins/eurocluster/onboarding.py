"""A first declaration for a partner, drafted from one of its files.

What was recognised is written down with how sure it is; what has to be told by a person stands
there as a question. Nothing is guessed silently, and no cell of a person is shown.

Belongs here: the draft and its remarks.
Does not belong here: recognising (conforming/), the shape of declarations (consortium/).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import yaml

from eurocluster.checking import Checked, CheckedTable
from eurocluster.conforming.dates import DateOrder, infer_order, other_readings
from eurocluster.conforming.headers import OtherHeader
from eurocluster.conforming.likeness import looks_of
from eurocluster.reading.cells import Value
from schemas import REGISTERS

_SURE: Final = 0.9
_LISTED_WORDS: Final = 20


@dataclass(frozen=True, slots=True)
class Draft:
    """A partner's declaration as YAML text, and the questions that it leaves open."""

    yaml: str
    questions: tuple[str, ...]


def draft(checked: Checked, path: Path) -> Draft:
    """Return the draft of a partner's declaration, from one checked file of it."""
    questions = [*_general_questions(checked)]
    lines = [
        f"# Drafted from {path.name}. Lines with a question mark need an answer.",
        "version: 1",
        "partner: p1                   # ? short code of the partner",
        'name: "?"                     # ? its name',
        f"country: {checked.partner.country}                   # ? guessed from the language",
        f"language: {checked.partner.language}                  # its headers are written in it",
        *_date_order(checked),
        "registers:",
    ]
    for table in checked.tables:
        drafted, asked = _register(checked, table, path)
        lines += drafted
        questions += asked
    if not checked.tables:
        lines[-1] = "registers: []                 # ? no table of a register was recognised"
    return Draft("\n".join(lines) + "\n", tuple(questions))


def _general_questions(checked: Checked) -> Iterator[str]:
    yield "What are the partner's code, its name and its country?"
    if checked.workbook is None:
        yield "The file cannot be read: " + "; ".join(f.message for f in checked.findings)
    elif not checked.tables:
        yield "Which register is this? No header of any register was recognised."
    for finding in checked.findings:
        if finding.code in ("F02", "F04", "W24"):
            yield f"{finding.message}"


def _date_order(checked: Checked) -> Iterator[str]:
    """Yield the order of day and month, when dates of the file leave it open or decide it."""
    days: set[Value] = set()
    for table in checked.tables:
        days |= _texts_of_kind(table, "date")
    ambiguous = [day for day in days if other_readings(day, DateOrder.DMY)]
    if not ambiguous:
        return
    inferred = infer_order(days, DateOrder.DMY)
    if inferred.certain:
        yield f"date_order: {inferred.order.value}               # some dates of it decide that"
    else:
        yield (
            f"date_order: dmy               # ? {len(ambiguous)} dates can be read in two ways,"
            " none decides"
        )


def _texts_of_kind(table: CheckedTable, kind: str) -> set[Value]:
    found: set[Value] = set()
    contract = table.table.contract
    for name, at in table.table.found.table.columns.items():
        if contract.columns[name].metadata["kind"] == kind:
            for block in table.table.found.sheet.blocks:
                if at in block.columns:
                    found.update(block.columns[at].values[1:])
    return found


def _register(checked: Checked, table: CheckedTable, path: Path) -> tuple[list[str], list[str]]:
    found = table.table.found
    headers = found.table.headers
    where = f" on sheet {found.sheet.name}" if found.sheet.name else ""
    questions = []
    lines = [
        f"  - name: {found.table.register}"
        f"          # {found.table.score:.0%} sure{where}, header in row {found.table.header_row}",
        "    source: {kind: folder, path: drives/p1, files: {include: "
        f"[{_quoted(path.name)}]}}}}   # ? where it lies",
        "    expected: {every: month, due_day: 5}   # ? how often is it due",
    ]
    if found.sheet.name and _shares_its_register(checked, table):
        lines.append(f"    # sheet: {_quoted(found.sheet.name)}   # if only this one counts")
        questions.append(f"Several sheets look like {found.table.register}: which one counts?")
    for match in headers.matches.values():
        if match.score < _SURE:
            questions.append(
                f"{found.table.register}: the header of {match.column} was recognised with"
                f" {match.score:.0%} only; is it right?"
            )
    proposals = [_proposal(table, header) for header in headers.unknown]
    if proposals:
        lines.append("    # columns:                # headers that were not understood, kept aside")
        lines += [line for line, _ in proposals]
        questions += [question for _, question in proposals]
    for name in headers.missing:
        if found.table.days and name == "attended":
            continue
        questions.append(f"{found.table.register}: where is the required column {name}?")
        lines.append(f"    # constants: {{{name}: ?}}   # if every row says the same there")
    words = _unknown_words(checked, table)
    if words:
        lines.append("    # words:                  # words that were not understood")
    for column, unknown in words.items():
        listed = ", ".join(f'{_quoted(word)}: "?"' for word in unknown)
        lines.append(f"    #   {column}: {{{listed}}}")
        told = ", ".join(f"“{word}”" for word in unknown)
        questions.append(f"{found.table.register}: what does {told} mean in {column}?")
    return lines, questions


def _shares_its_register(checked: Checked, table: CheckedTable) -> bool:
    register = table.table.found.table.register
    return sum(other.table.found.table.register == register for other in checked.tables) > 1


def _proposal(table: CheckedTable, header: OtherHeader) -> tuple[str, str]:
    """Return a commented line that maps an unknown header, and the question that goes with it."""
    register = table.table.found.table.register
    text = " ".join(header.text.split())[:60]
    proposed = header.column
    reason = "by its name"
    if proposed is None or proposed in table.table.found.table.columns:
        proposed, reason = _by_content(table, header), "by its cells"
    if proposed is None:
        return (
            f"    #   {_quoted(text)}: ?",
            f"{register}: does the column “{text}” say anything that is asked for?",
        )
    return (
        f"    #   {_quoted(text)}: {proposed}      # perhaps, {reason}",
        f"{register}: is the column “{text}” perhaps {proposed} ({reason})?",
    )


def _by_content(table: CheckedTable, header: OtherHeader) -> str | None:
    """Return the free column of the register whose kind the cells below a header look like."""
    found = table.table.found
    cells: set[Value] = set()
    for block in found.sheet.blocks:
        column = block.columns.get(header.position)
        if column is not None:
            below = column.codes[block.row_numbers >= found.table.first_data_row]
            cells.update(column.values[code] for code in np.unique(below).tolist())
    kinds = looks_of(cells, table.table.hints.partner.language)
    contract = REGISTERS[found.table.register]
    fitting = [
        name
        for name, column in contract.columns.items()
        if name not in found.table.columns
        and (column.metadata["kind"], column.metadata["vocabulary"] or "") in kinds
    ]
    return fitting[0] if len(fitting) == 1 else None


def _unknown_words(checked: Checked, table: CheckedTable) -> dict[str, list[str]]:
    """Return column → words that its vocabulary does not know."""
    found: dict[str, list[str]] = {}
    for finding in checked.findings:
        if (
            finding.code == "E05"
            and finding.column_name
            and finding.value
            and finding.sheet == table.table.sheet_name
            and finding.column_name in table.table.contract.columns
        ):
            words = found.setdefault(finding.column_name, [])
            if finding.value not in words and len(words) < _LISTED_WORDS:
                words.append(finding.value)
    return found


def _quoted(text: str) -> str:
    """Return a text as one line of YAML writes it."""
    written: str = yaml.safe_dump(text, allow_unicode=True, width=10_000, default_style='"')
    return written.strip()
