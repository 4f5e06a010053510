"""The table of a register in a sheet: where its header row is and what each header means.

Belongs here: the headers of a row together, the choice of the header row.
Does not belong here: which rows may be headers (heads), the meaning of one header (header_words),
cells below the header (tables), the contracts (the caller says which columns are required).
"""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from types import MappingProxyType

from eurocluster.conforming.cross_tables import days_among
from eurocluster.conforming.dates import DateOrder
from eurocluster.conforming.folding import fold
from eurocluster.conforming.header_words import (
    REGISTERS,
    HeaderMatch,
    aside,
    is_bare_name,
    nearest_column,
    recognise,
)
from eurocluster.conforming.heads import Candidate, HeadRow, Texts, head_of
from eurocluster.conforming.identifiers import is_only_in_register, scheme_of_header
from eurocluster.reading.cells import Sheet, Value, column_number

_FEWEST_COLUMNS = 2
_ASKED_ABOUT = 50
"""Unknown headers for which a near column is looked for; a list of thousands is no form."""
_ENOUGH_OF_REQUIRED = 1 / 3
_NO_OVERRIDES: Mapping[str, str] = MappingProxyType({})
_LETTERS = re.compile(r"[A-Z]{1,3}")


@dataclass(frozen=True, slots=True)
class OtherHeader:
    """A header that is not, or not again, a column of the register.

    Attributes:
        position: Where it stands, counted as the caller's cells are.
        text: The header as sent.
        column: Nearest column for an unknown header (:func:`with_suggestions`), the column itself
            for a duplicate, the kind (row_number, remarks …) for one set aside.
    """

    position: int
    text: str
    column: str | None


@dataclass(frozen=True, slots=True)
class MatchedHeaders:
    """What a row of headers means for one register.

    Attributes:
        columns: Canonical column → its position.
        matches: Position → how it was recognised.
        unknown: Headers kept aside (W10).
        duplicates: Further headers of a column that is already taken.
        aside: Headers known to belong to no register (row number, remarks, signature …).
        missing: Required columns without a header.
        score: 0 … 1, comparable between rows, sheets and registers.
    """

    register: str
    columns: Mapping[str, int]
    matches: Mapping[int, HeaderMatch]
    unknown: tuple[OtherHeader, ...]
    duplicates: tuple[OtherHeader, ...]
    aside: tuple[OtherHeader, ...]
    missing: tuple[str, ...]
    score: float


@dataclass(frozen=True, slots=True)
class Table:
    """A register's table in a sheet.

    Attributes:
        header_row: Row number of the first header row; 0 for a table without one.
        first_data_row: Lowest row number below the header rows (and a row of column numbers).
        headers: What the headers mean; positions are 1-based columns of the sheet.
        header_texts: Position → header as sent, levels joined by a line break.
        days: Position → day, for the columns of a cross-table of attendance.
        titles: Texts of the rows above the header.
    """

    register: str
    header_row: int
    first_data_row: int
    headers: MatchedHeaders
    header_texts: Mapping[int, str]
    days: Mapping[int, date]
    titles: tuple[str, ...]

    @property
    def columns(self) -> Mapping[str, int]:
        """Canonical column → 1-based column of the sheet."""
        return self.headers.columns

    @property
    def score(self) -> float:
        """How sure it is that this is a table of the register, 0 … 1."""
        return self.headers.score


def match_headers(
    cells: Sequence[Value],
    register: str | None,
    language: str,
    overrides: Mapping[str, str] = _NO_OVERRIDES,
    required: Collection[str] = (),
) -> MatchedHeaders:
    """Return what a row of headers means for a register, or for the one that it fits best.

    Args:
        cells: The header cells; what is not text is no header.
        register: Register name; None tries all of them.
        language: Partner's language.
        overrides: Partner's header → canonical column, as declared; first of all.
        required: Columns that the register asks for; order of ``missing``.
    """
    if register is None:
        every = [match_headers(cells, name, language, overrides) for name in REGISTERS]
        return max(every, key=lambda matched: (len(matched.columns), matched.score))
    texts = {i: (cell,) for i, cell in enumerate(cells) if isinstance(cell, str) and fold(cell)}
    return _match(texts, texts, register, language, overrides, required)


def find_table(
    sheet: Sheet,
    register: str,
    language: str,
    overrides: Mapping[str, str] = _NO_OVERRIDES,
    required: Collection[str] = (),
    usual: DateOrder = DateOrder.DMY,
) -> Table | None:
    """Return the table of a register in a sheet, None when no row looks like its header.

    The row with the best score among the first rows wins; two or three rows are one header where
    merged cells tie them, or where a group stands over several columns of a file that cannot
    merge cells. Of equals, fewer rows win, then the upper one.
    """
    first_rows = head_of(sheet)
    head = first_rows.rows
    best: tuple[tuple[float, int, int], Candidate, MatchedHeaders] | None = None
    for candidate in first_rows.candidates(frozenset(map(fold, overrides))):
        if len(candidate.known) < _FEWEST_COLUMNS:
            continue
        texts = first_rows.texts(candidate.start, candidate.levels)
        matched = _match(texts, candidate.known, register, language, overrides, required)
        rank = (matched.score, -candidate.levels, -candidate.start)
        if _is_header(matched, required) and (best is None or rank > best[0]):
            best = (rank, candidate, matched)
    if best is None:
        return _table_without_header(sheet, register, overrides, required)
    _, chosen, headers = best
    start, end = chosen.start, chosen.start + chosen.levels
    header_texts = first_rows.texts(start, chosen.levels)
    above, header_rows, below = head[:start], head[start:end], head[end:]
    last = header_rows[-1][0]
    first_data_row = below[0][0] + 1 if below and _counts_its_columns(below[0][1]) else last + 1
    titles = tuple(_titles(above))
    return Table(
        register=register,
        header_row=header_rows[0][0],
        first_data_row=first_data_row,
        headers=headers,
        header_texts=MappingProxyType({at: "\n".join(parts) for at, parts in header_texts.items()}),
        days=days_among(header_rows[-1][1], headers.columns, titles, language, usual),
        titles=titles,
    )


def with_suggestions(table: Table, language: str) -> Table:
    """Return a table whose first unknown headers name the column that they are closest to."""
    unknown = tuple(
        replace(other, column=nearest_column(other.text, table.register, language))
        if at < _ASKED_ABOUT
        else other
        for at, other in enumerate(table.headers.unknown)
    )
    return replace(table, headers=replace(table.headers, unknown=unknown))


def _table_without_header(
    sheet: Sheet, register: str, overrides: Mapping[str, str], required: Collection[str]
) -> Table | None:
    """Return the table of a sheet without headers, declared by letters: ``{A: training_id}``."""
    columns = {
        column: column_number(letters)
        for letters, column in overrides.items()
        if _LETTERS.fullmatch(letters)
    }
    if not columns or not len(sheet):
        return None
    matches = {at: HeaderMatch(column, register, "", 1.0) for column, at in columns.items()}
    return Table(
        register=register,
        header_row=0,
        first_data_row=1,
        headers=MatchedHeaders(
            register=register,
            columns=MappingProxyType(columns),
            matches=MappingProxyType(matches),
            unknown=(),
            duplicates=(),
            aside=(),
            missing=tuple(column for column in required if column not in columns),
            score=_score(matches.values(), 0, required),
        ),
        header_texts=MappingProxyType({}),
        days=MappingProxyType({}),
        titles=(),
    )


def _match(
    texts: Texts,
    known: Collection[int],
    register: str,
    language: str,
    overrides: Mapping[str, str],
    required: Collection[str],
) -> MatchedHeaders:
    """Return what the texts of a header mean, of which only the ``known`` can mean anything."""
    candidates = {
        position: match
        for position in known
        if (match := recognise(texts[position], register, language, overrides)) is not None
    }
    may_be_aside = frozenset(known)
    if register == "attendance":
        _settle_person_names(candidates, texts, language)
    elif register == "organisations":
        _settle_company_numbers(candidates, texts, language)
    columns: dict[str, int] = {}
    for position in sorted(candidates, key=lambda at: (-candidates[at].score, at)):
        columns.setdefault(candidates[position].column, position)
    matches = {position: candidates[position] for position in sorted(columns.values())}
    unknown, duplicates, set_aside = [], [], []
    for position in sorted(texts.keys() - matches.keys()):
        text = " ".join(texts[position])
        if position in candidates:
            duplicates.append(OtherHeader(position, text, candidates[position].column))
        elif position in may_be_aside and (kind := aside(texts[position][-1], language)):
            set_aside.append(OtherHeader(position, text, kind))
        else:
            unknown.append(OtherHeader(position, text, None))
    return MatchedHeaders(
        register=register,
        columns=MappingProxyType(dict(sorted(columns.items(), key=lambda item: item[1]))),
        matches=MappingProxyType(matches),
        unknown=tuple(unknown),
        duplicates=tuple(duplicates),
        aside=tuple(set_aside),
        missing=tuple(column for column in required if column not in columns),
        score=_score(matches.values(), len(unknown), required),
    )


def _score(matches: Collection[HeaderMatch], unknown: int, required: Collection[str]) -> float:
    """Return the mean of known headers and found required columns, less for few headers."""
    if not matches:
        return 0.0
    known = sum(match.score for match in matches) / (len(matches) + unknown)
    found = {match.column for match in matches}
    wanted = sum(column in found for column in required) / len(required) if required else 1.0
    breadth = len(matches) / (len(matches) + 1)
    return round((known + wanted) / 2 * breadth, 6)


def _is_header(matched: MatchedHeaders, required: Collection[str]) -> bool:
    present = len(required) - len(matched.missing)
    return len(matched.columns) >= _FEWEST_COLUMNS and present >= _ENOUGH_OF_REQUIRED * len(
        required
    )


def _settle_person_names(candidates: dict[int, HeaderMatch], texts: Texts, language: str) -> None:
    """Decide a bare "Name", "Nom", "Ime" by its neighbours, in place.

    Beside a surname it is the first name, beside a first name the surname, alone the whole name.
    """
    at = {match.column: place for place, match in sorted(candidates.items(), reverse=True)}
    names = [column for column in ("person_name", "first_name", "surname") if column in at]
    bare = [column for column in names if is_bare_name(texts[at[column]][-1], language)]
    if len(bare) != 1:
        return
    meaning = {
        ("person_name", "surname"): "first_name",
        ("person_name", "first_name"): "surname",
        ("first_name",): "person_name",
        ("surname",): "person_name",
    }.get((bare[0], *(column for column in names if column != bare[0])))
    if meaning is not None:
        was = candidates[at[bare[0]]]
        candidates[at[bare[0]]] = HeaderMatch(meaning, was.register, was.language, was.score)


def _settle_company_numbers(
    candidates: dict[int, HeaderMatch], texts: Texts, language: str
) -> None:
    """Decide which of two numbers of a company is the VAT number, in place: DIČ before IČO.

    The other one goes to the register numbers, unless they have a column of their own. Alone, a
    number of a register is one; a Czech IČO makes the VAT number of nearly all companies.
    """
    numbers = [at for at, match in sorted(candidates.items()) if match.column == "vat_no"]
    if not numbers or any(match.column == "reg_no" for match in candidates.values()):
        return
    named = {at: " ".join(texts[at]) for at in numbers}
    numbers.sort(key=lambda at: (is_only_in_register(named[at]), scheme_of_header(named[at]) or ""))
    others = [at for at in numbers[1:] if scheme_of_header(named[at]) and candidates[at].language]
    if len(numbers) == 1 and is_only_in_register(named[numbers[0]]) and language != "cs":
        others = [at for at in numbers if candidates[at].language]  # else it is declared
    for at in others[:1]:
        candidates[at] = replace(candidates[at], column="reg_no")


def _counts_its_columns(cells: Sequence[Value]) -> bool:
    """Return whether a row only numbers the columns: 1, 2, 3 … as printed forms do."""
    texts = [str(cell).strip(" .()").removesuffix(".0") for cell in cells if cell is not None]
    return len(texts) > _FEWEST_COLUMNS and texts == [str(n) for n in range(1, len(texts) + 1)]


def _titles(rows: Sequence[HeadRow]) -> Iterator[str]:
    for _, cells in rows:
        line = " ".join(str(cell).strip() for cell in cells if cell is not None)
        if line.strip():
            yield line.strip()
