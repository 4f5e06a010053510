"""Judge one file without submitting it: what a partner may ask before a delivery, and after one.

Belongs here: choosing the registers of a file, one answer with tables, findings and counts.
Does not belong here: the returned workbook (returning), the terminal, the store.
"""

import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatch
from pathlib import Path

import numpy as np
from babel.core import get_global
from numpy.typing import NDArray

from eurocluster.conforming.hints import Hints
from eurocluster.conforming.layout import Layout
from eurocluster.conforming.lexicon import LANGUAGES
from eurocluster.conforming.lines import Skipped
from eurocluster.conforming.tables import RegisterTable
from eurocluster.consortium.declarations import Consortium
from eurocluster.consortium.partners import Partner, Register
from eurocluster.consortium.sources import DeclaredSource, FolderSource, patterns
from eurocluster.findings import Finding, ToldFinding, table_of, told
from eurocluster.judging import Calendar, Verdict
from eurocluster.reading.cells import ReadingHints, UnreadableFile, Workbook
from eurocluster.reading.child import WorkbookReader
from eurocluster.reading.text_file import code_page_of
from eurocluster.reviewing import Review
from eurocluster.wording import speaker
from schemas import REGISTERS

_NO_ROWS = np.array([], dtype=np.int64)


@dataclass(frozen=True, slots=True, eq=False)
class CheckedTable:
    """One table of the file and what became of its lines.

    Attributes:
        accepted: Row numbers of rows without an error.
        refused: Row numbers of the others.
        skipped: Lines that are no rows.
    """

    table: RegisterTable
    accepted: NDArray[np.int64]
    refused: NDArray[np.int64]
    skipped: tuple[Skipped, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Checked:
    """What is said of one file.

    Attributes:
        name: What the partner calls it.
        partner: Whose file it was read as; a stand-in when nobody was named.
        workbook: The file as read, None when it could not be.
        tables: Tables of registers, in the order of the registers.
        findings: Every finding, by place, in the partner's language.
    """

    path: Path
    name: str
    sha256: str
    partner: Partner
    workbook: Workbook | None
    tables: tuple[CheckedTable, ...]
    findings: tuple[ToldFinding, ...]

    @property
    def is_good(self) -> bool:
        """Whether nothing in the file is wrong."""
        return not any(finding.severity == "ERROR" for finding in self.findings)

    @property
    def counts(self) -> Counter[tuple[str, str]]:
        """(severity, rule code) → how often it fired."""
        return Counter((finding.severity, finding.code) for finding in self.findings)


class Checker:
    """Checks files of one consortium, with one reader for all of them."""

    def __init__(
        self, consortium: Consortium, calendar: Calendar, secret: bytes, reader: WorkbookReader
    ) -> None:
        self._consortium = consortium
        self._calendar = calendar
        self._secret = secret
        self._reader = reader

    def check(
        self,
        path: Path,
        partner: Partner | None = None,
        registers: Sequence[str] = (),
        *,
        asks_partners: bool = True,
        name: str | None = None,
    ) -> Checked:
        """Return what is said of a file.

        Args:
            path: The file.
            partner: Whose language, habits and declarations it is read with; None takes the
                partner whose declaration names such a file, else somebody who speaks the language
                of its headers.
            registers: What to look for; none is every register that has a table in the file.
            asks_partners: Whether a declared partner may be taken when none is given.
            name: What the partner calls it, where the path has another name.
        """
        named = partner or (self._partner_of(path) if asks_partners else None)
        with path.open("rb") as content:
            sha256 = hashlib.file_digest(content, "sha256").hexdigest()
        hints = _reading_hints(named, path, registers)
        try:
            workbook = self._reader.read(path, hints)
        except UnreadableFile as refusal:
            reader = named or stand_in("en")
            finding = Finding(refusal.code, refusal.words, file=sha256)
            refused = _checked(path, sha256, reader, None, [], [finding])
            return replace(refused, name=name or path.name)
        reader = named or stand_in(_language_of(workbook))
        layout = Layout(workbook, reader)
        found = tuple(registers) or tuple(n for n in REGISTERS if layout.tables_of(n))
        declared = tuple(register.name for register in reader.registers if named)
        wanted = found or declared[:1] or ("attendance",)
        reviewed: list[tuple[Review, list[Verdict]]] = []
        for register in wanted:
            review = Review(REGISTERS[register], self._hints(reader, register), self._calendar)
            review.add(layout, sha256, name or path.name)
            reviewed.append((review, list(review.verdicts())))
        judged = _checked(path, sha256, reader, workbook, reviewed, [])
        return replace(judged, name=name or path.name)

    def _partner_of(self, path: Path) -> Partner | None:
        """Return the one partner whose declared folders and patterns fit the file."""
        fitting = [
            partner
            for partner in self._consortium.partners
            if any(_fits(register, path, self._consortium.home) for register in partner.registers)
        ]
        return fitting[0] if len(fitting) == 1 else None

    def _hints(self, partner: Partner, name: str) -> Hints:
        project = self._consortium.project
        return Hints(
            partner=partner,
            register=partner.register(name) or undeclared(name),
            project_code=project.code,
            project_names=tuple(filter(None, (project.name, project.title))),
            partners=self._consortium.partners,
            secret=self._secret,
        )


def stand_in(language: str) -> Partner:
    """Return somebody who speaks a language, for a file of which nobody is named."""
    region = get_global("likely_subtags").get(language, f"{language}_{language.upper()}")
    return Partner.model_validate(
        {
            "version": 1,
            "partner": "somebody",
            "name": "?",
            "country": region.rsplit("_", 1)[-1],
            "language": language,
        }
    )


def undeclared(name: str) -> Register:
    """Return the declaration of a register of which nothing is declared."""
    source = {"kind": "folder", "path": ".", "files": {"include": ["*"]}}
    return Register.model_validate({"name": name, "source": source})


def _fits(register: Register, path: Path, home: Path) -> bool:
    source = register.source
    return (
        isinstance(source, FolderSource)
        and path.resolve().is_relative_to((home / source.path).resolve())
        and _is_named(path, source)
    )


def _is_named(path: Path, source: DeclaredSource) -> bool:
    name = path.name.casefold()
    return any(fnmatch(name, pattern.casefold()) for pattern in patterns(source))


def _reading_hints(partner: Partner | None, path: Path, registers: Sequence[str]) -> ReadingHints:
    if partner is None:
        return ReadingHints(code_page="cp1252")
    declared = [
        register
        for register in partner.registers
        if (not registers or register.name in registers) and _is_named(path, register.source)
    ]
    return ReadingHints(
        encoding=next((r.encoding for r in declared if r.encoding), None),
        delimiter=next((r.delimiter for r in declared if r.delimiter), None),
        code_page=partner.code_page or code_page_of(partner.language),
    )


def _language_of(workbook: Workbook) -> str:
    """Return the language whose words fit the headers best; English when none does better."""
    best, best_score = "en", 0.0
    for language in ("en", *LANGUAGES):
        layout = Layout(workbook, stand_in(language))
        tables = [found for name in REGISTERS for found in layout.tables_of(name)]
        score = sum(found.table.score * len(found.table.columns) for found in tables)
        if score > best_score:
            best, best_score = language, score
    return best


def _checked(
    path: Path,
    sha256: str,
    partner: Partner,
    workbook: Workbook | None,
    reviewed: Sequence[tuple[Review, list[Verdict]]],
    findings: list[Finding],
) -> Checked:
    say = speaker(partner.language)
    tables: list[CheckedTable] = []
    spoken = list(told(table_of(findings, say)))
    for review, verdicts in reviewed:
        tables += [_table(table, verdicts) for table in review.tables]
        spoken += told(table_of(review.findings(), say))
        for verdict in verdicts:
            spoken += told(verdict.findings(review.contract, say))
    ordered = by_place(spoken, workbook)
    return Checked(path, path.name, sha256, partner, workbook, tuple(tables), ordered)


def by_place(findings: Iterable[ToldFinding], workbook: Workbook | None) -> tuple[ToldFinding, ...]:
    """Return findings each once, in the order of the file's sheets, rows and cells."""
    order = {sheet.name: at for at, sheet in enumerate(workbook.sheets if workbook else ())}
    return tuple(sorted(dict.fromkeys(findings), key=lambda finding: _place(finding, order)))


def _place(finding: ToldFinding, order: dict[str, int]) -> tuple[int, int, int, str, str, str]:
    return (
        order.get(finding.sheet or "", -1),
        finding.row_number or 0,
        len(finding.cell or ""),
        finding.cell or "",
        finding.code,
        finding.message,
    )


def _table(table: RegisterTable, verdicts: Sequence[Verdict]) -> CheckedTable:
    own = [verdict for verdict in verdicts if verdict.rows.sheet == table.sheet_name]
    numbers = np.concatenate([_NO_ROWS, *(verdict.rows.row_numbers for verdict in own)])
    wrong = np.concatenate(
        [np.array([], dtype=np.bool_), *(verdict.has(errors=True) for verdict in own)]
    )
    return CheckedTable(
        table,
        np.unique(np.setdiff1d(numbers[~wrong], numbers[wrong])),
        np.unique(numbers[wrong]),
        tuple(table.skipped),
    )
