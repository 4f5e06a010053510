"""One column of cells into canonical values, each distinct cell once.

Belongs here: which reader a kind of column takes, and which rule a failure breaks.
Does not belong here: the readers themselves (dates, numbers, words …), finding the column.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow.compute

from eurocluster.conforming import countries, dates, identifiers, numbers, persons, words
from eurocluster.conforming.answers import BLANK, Answers, Understood
from eurocluster.conforming.failures import Invalid, Unknown, Unreadable
from eurocluster.conforming.folding import fold
from eurocluster.conforming.labels import code_label, country_labels
from eurocluster.conforming.partner_names import PartnerDirectory
from eurocluster.consortium.partners import Partner
from eurocluster.reading.columns import Column
from eurocluster.reading.display import text_of
from eurocluster.reading.values import ErrorValue, Value
from eurocluster.register_rows import TypedColumn
from eurocluster.wording import NOTHING, Words
from eurocluster.wording import words as sentence
from schemas.reasons import RULES

_ACTION = re.compile(r"(4[ab])\W*a\W*([1-5])", re.IGNORECASE)
_ENTRIES = re.compile(r"[;\n\r]+")
_COMMAS = re.compile(r"[;,\n\r]+")
_FEWEST_DIGITS = 6
_LARGEST = 10**13
_NUMBER_OF_ITS_OWN = re.compile(r"(?<!\w)\d")
_PLACE_IN_LIST = re.compile(r"^\d{1,3}\s*[.)]\s*(?=[^\W\d_])")
_LONE_GROUP = re.compile(r"\s*\d{1,3}[.,]\d{3}\s*$")
_FAILED_FORMULA = re.compile(r"#(?:[A-ZÄÖÜ/]+[!?]?|DIV/0!)$")
_FIGURES = frozenset({"decimal", "hours", "integer"})
_OF_AN_ORGANISATION = frozenset({"identifier", "vat_no", "euid", "reg_no"})
_WORDS = frozenset(
    {"country", "currency", "date", "enum", "nace", "nuts", "pic", "set", "yes_no", *_FIGURES}
)
"""Kinds of which no value is longer than a line: a document in such a cell is not searched."""
_LONGEST_WORD = 1_000
_CUT = " (cut off)"  # no figure, day or word ends so
_REMEMBERED = 200_000
_PLAIN = re.compile(r"[A-Za-z]{1,8}(?:[-_/][A-Za-z0-9]{1,10}){0,3}[-_/][A-Za-z]{0,3}\d{1,10}")
"""Free texts that mean themselves in any language: no empty word, mark or person number."""


_DITTO = sentence("Write the value out instead of a ditto mark.")
_FAILED = sentence("The formula failed.")
_THOUSANDS = sentence("Thousands or decimals?")
_OF_GROUPS = RULES["E11"]
_GROUP = sentence(_OF_GROUPS.mend)
_NO_NAME = sentence("This is not a name.")
_NO_PERSON = sentence("This is not the name of a person.")


@dataclass(frozen=True, slots=True)
class Reader:
    """Readers of one partner's cells.

    ``has_typed_cells`` says that the file tells numbers from texts, so that a figure stored as
    text is worth a word (W15).
    """

    partner: Partner
    directory: PartnerDirectory
    project_code: str
    project_names: tuple[str, ...]
    words: Mapping[str, Mapping[str, str]]
    has_typed_cells: bool = False
    teaching_unit_minutes: int | None = None
    from_1904: bool = False
    _known: dict[str, dict[object, "Understood"]] = field(default_factory=dict, repr=False)

    def column(
        self,
        column: Column,
        name: str,
        metadata: Mapping[str, Any],
        header: str,
        order: dates.InferredOrder | None = None,
        context: Sequence[TypedColumn] = (),
    ) -> Answers:
        """Return what the cells of one column were understood as.

        Args:
            column: Cells of the column; value 0 is the blank one and stays it.
            name: Canonical column.
            metadata: The contract column's metadata.
            header: Header as sent, which may name a scheme ("NIP", "KRS").
            order: Order of day and month in a column of dates (:meth:`date_order`).
            context: For identifiers, the country of the organisation that they belong to and the
                register scheme of a register number, per row.
        """
        kind: str = metadata["kind"]
        read = self._reader(kind, name, metadata, header, order)
        if self.has_typed_cells and kind in _FIGURES:
            read = _doubting_text(read)
        unit = numbers.unit_of_header(header) if kind in _FIGURES else None
        if kind == "hours" and unit == "teaching_unit" and self.teaching_unit_minutes:
            read = _lessons(read, self.teaching_unit_minutes)
        elif unit is not None and (unit == "scale") != (kind == "hours"):
            read = _refusing_unit
        known = self._known.setdefault(name, {})
        if kind in _OF_AN_ORGANISATION:
            return _of_organisations(
                column,
                context,
                known,
                lambda value, *others: self._cell(value, name, kind, read, *others),
            )
        values = column.values
        answers = Answers(column.codes, list(values))
        is_email = kind == "email"
        for code in _not_plain(column) if read == self._free_text else range(1, len(values)):
            value = values[code]
            key = value if type(value) is str else (type(value), value)
            found = known.get(key)
            if found is None:
                is_address = is_email and type(value) is str and persons.is_plain_address(value)
                found = read(value) if is_address else self._cell(value, name, kind, read)
                if len(known) < _REMEMBERED:
                    known[key] = found
            answers.put(code, found)
        return answers

    def date_order(self, values: Iterable[Value]) -> dates.InferredOrder:
        """Return the one order of day and month of a column, from all its values."""
        return dates.infer_order(values, dates.DateOrder(self.partner.date_order))

    def _cell(
        self, cell: Value, name: str, kind: str, read: Callable[..., Understood], *context: Any
    ) -> Understood:
        if isinstance(cell, ErrorValue):
            return Understood(
                None, "E18", sentence("The formula failed: {error}.", error=cell.text)
            )
        if isinstance(cell, str):
            cell = cell.strip()
        if cell is None or cell == "":
            return BLANK
        if isinstance(cell, str) and _FAILED_FORMULA.match(cell):
            return Understood(None, "E18", _FAILED)
        if words.is_empty_word(cell, name):
            return Understood("none") if name == "project_link" else BLANK
        if words.is_ditto(cell, self.partner.language):
            return Understood(None, "E18", _DITTO)
        if isinstance(cell, str) and len(cell) > _LONGEST_WORD and kind in _WORDS:
            cell = cell[:_LONGEST_WORD] + _CUT
        found = read(cell, *context)
        is_refused = found.value is None or kind in ("organisation", "organisations")
        if is_refused and persons.looks_like_person_number(cell, self.partner.country):
            return Understood(None, "E14")
        return found

    def _reader(
        self,
        kind: str,
        name: str,
        metadata: Mapping[str, Any],
        header: str,
        order: dates.InferredOrder | None,
    ) -> Callable[..., Understood]:
        language = self.partner.language
        mark = self.partner.decimal_mark or numbers.decimal_mark_of(language)
        own_words = self.words.get(name, {})
        vocabulary = words.lexicon_name(metadata["vocabulary"])
        if name == "action_code":
            return _action_code

        def called(code: str) -> str:
            return code_label(code, name, vocabulary, language)

        is_money = name == "amount" or name.endswith("_eur")
        if kind == "date":
            return self._date_reader(order or self.date_order(()))
        readers: dict[str, Callable[..., Understood]] = {
            "country": lambda cell: _worded(
                countries.country_code(cell, language),
                "E09",
                lambda code: country_labels(language).get(code, code),
            ),
            "decimal": lambda cell: (
                Understood(None, "E17", _THOUSANDS)
                if is_money and isinstance(cell, str) and numbers.may_be_thousands(cell, mark)
                else _number(
                    numbers.parse_money(cell, mark, language)
                    if name == "amount"
                    else numbers.parse_decimal(cell, mark, language)
                )
            ),
            "hours": lambda cell: (
                Understood(None, "E17", _THOUSANDS)
                if isinstance(cell, str) and _LONE_GROUP.match(cell)
                else _number(numbers.parse_hours(cell, mark, language, self.teaching_unit_minutes))
            ),
            "integer": lambda cell: _number(numbers.parse_integer(cell, mark, language)),
            "yes_no": lambda cell: _worded(words.yes_no(cell, language, own_words), "E05"),
            "enum": lambda cell: _worded(
                words.enum_code(cell, vocabulary, language, own_words), "E05", called
            ),
            "set": lambda cell: _worded(
                words.set_codes(cell, vocabulary, language, own_words), "E05", called
            ),
            "list": lambda cell: Understood(_entries(cell)),
            "organisations": self._organisations,
            "partner": lambda cell: _worded(self.directory.code(text_of(cell)), "E07"),
            "partners": self._partners,
            "partnership": self._partnership,
            "person_name": self._person,
            "first_name": self._person,
            "surname": self._person,
            "email": _email,
            "identifier": lambda cell, country, _: _identifier(
                identifiers.parse_identifier(cell, country, header)
            ),
            "vat_no": lambda cell, country, _: _checked(identifiers.vat_no(cell, country), "W01"),
            "euid": lambda cell, country, _: _checked(identifiers.euid(cell, country), "E18"),
            "reg_no": lambda cell, country, scheme: _checked(
                identifiers.reg_no(cell, scheme or identifiers.scheme_of_header(header), country),
                "E18",
            ),
            "pic": lambda cell: _checked(identifiers.pic(cell), "E18"),
            "eccp_url": lambda cell: _checked(identifiers.eccp_url(cell), "E18"),
            "nuts": lambda cell: _checked(identifiers.nuts(cell), "E18"),
            "nace": lambda cell: _checked(identifiers.nace(cell), "E18"),
            "currency": lambda cell: _checked(numbers.parse_currency(cell, language), "E18"),
        }
        if name == "cluster_org":
            return lambda cell: Understood(_canonical_reference(text_of(cell)))
        if name == "reg_scheme":
            return lambda cell: Understood(identifiers.reg_scheme(cell))
        if name in ("cluster_role", "role_clause"):
            return self._role
        if kind == "organisation":
            return _organisation
        if kind == "text":
            return self._free_text
        return readers.get(kind, lambda cell: Understood(text_of(cell)))

    def _date_reader(self, inferred: dates.InferredOrder) -> Callable[[Value], Understood]:
        """Return a reader with the one order of day and month of this column (W02 if unsure)."""
        declared = dates.DateOrder(self.partner.date_order)

        def read(cell: Value) -> Understood:
            day = dates.parse_date(
                cell, inferred.order, self.partner.language, from_1904=self.from_1904
            )
            if isinstance(day, Unreadable):
                return Understood(None, "E02", _because(day.reason))
            is_sure = inferred.certain and inferred.order == declared
            others = () if is_sure else dates.other_readings(cell, inferred.order)
            if day is not None and others:
                return Understood(
                    day,
                    "W02",
                    sentence(
                        "Read as {day}, not {other}.", day=day.isoformat(), other=str(others[0])
                    ),
                )
            return Understood(day)

        return read

    def _partners(self, cell: Value) -> Understood:
        codes: set[str] = set()
        for entry in _entries(cell):
            whole = self.directory.code(entry)
            parts = [entry] if isinstance(whole, str) else _COMMAS.split(entry)
            for part in filter(None, (part.strip() for part in parts)):
                code = self.directory.code(part)
                if isinstance(code, Unknown):
                    return Understood(
                        None, "E07", sentence("A partner in this list is not declared.")
                    )
                codes.add(code)
        return Understood(tuple(sorted(codes)))

    def _person(self, cell: Value) -> Understood:
        whole = cell if isinstance(cell, str) else text_of(cell)
        if persons.several_persons(whole, self.partner.language):
            return Understood(None, "E16")
        text = _PLACE_IN_LIST.sub("", text_of(cell))
        if _NUMBER_OF_ITS_OWN.search(text):
            is_group = numbers.counts_persons(text)
            return Understood(None, *(("E16", _GROUP) if is_group else ("E18", _NO_PERSON)))
        tokens = persons.person_tokens(text)
        is_name = any(len(token) > 1 and not token.isdecimal() for token in tokens)
        if not is_name or words.is_total(text, self.partner.language):
            return Understood(None, "E18", _NO_PERSON)
        return Understood(text)

    def _free_text(self, cell: Value) -> Understood:
        if persons.looks_like_person_number(cell, self.partner.country):
            return Understood(None, "E14")
        return Understood(text_of(cell))

    def _role(self, cell: Value) -> Understood:
        """Return the words of a role; a no and nothing else is none."""
        is_word = len(fold(text_of(cell)).split()) <= 1
        if is_word and words.yes_no(cell, self.partner.language) is False:
            return BLANK
        return self._free_text(cell)

    def _organisations(self, cell: Value) -> Understood:
        """Return names, record ids or canonical identifiers; partners may stand behind commas."""
        entries = _entries(cell)
        if len(entries) == 1:
            parts = [part.strip() for part in _COMMAS.split(entries[0])]
            if all(isinstance(self.directory.code(part), str) for part in parts):
                entries = tuple(dict.fromkeys(parts))
        if any("@" in entry for entry in entries):
            return Understood(None, "E18", _NO_NAME)
        return Understood(tuple(_canonical_reference(entry) for entry in entries))

    def _partnership(self, cell: Value) -> Understood:
        """Return the project's code for our partnership, else the folded text of another."""
        folded = fold(text_of(cell))
        ours = {fold(self.project_code), *(fold(name) for name in self.project_names)}
        is_ours = folded in ours or isinstance(self.directory.code(text_of(cell)), str)
        return Understood(self.project_code if is_ours else folded)


def _of_organisations(
    column: Column,
    context: Sequence[TypedColumn],
    known: dict[object, Understood],
    understand: Callable[..., Understood],
) -> Answers:
    """Understand each distinct cell together with what its row says of the organisation."""
    mixed = column.codes.astype(np.int64)
    for beside in context:
        mixed = mixed * len(beside.values) + beside.codes
    mixed[column.codes == 0] = 0
    _, first, codes = np.unique(
        np.concatenate(([0], mixed)), return_index=True, return_inverse=True
    )
    values = column.values
    answers = Answers(codes[1:].astype(np.int32), [None] * len(first))
    for code, row in enumerate((first[1:] - 1).tolist(), start=1):
        value = values[column.codes[row]]
        beside_it = [other.values[other.codes[row]] for other in context]
        key = (type(value), value, *beside_it)
        found = known.get(key)
        if found is None:
            found = understand(value, *beside_it)
            if len(known) < _REMEMBERED:
                known[key] = found
        answers.put(code, found)
    return answers


def _not_plain(column: Column) -> list[int]:
    """Return the codes of a column's values that do not simply mean themselves."""
    if column.texts is None:
        is_plain = [type(v) is str and bool(_PLAIN.fullmatch(v)) for v in column.values]
        return [code for code, plain in enumerate(is_plain) if code and not plain]
    matches = pyarrow.compute.match_substring_regex(column.texts, f"^(?:{_PLAIN.pattern})$")
    found: list[int] = (~matches.to_numpy(zero_copy_only=False)).nonzero()[0].tolist()
    return [code for code in found if code]


def _entries(cell: Value) -> tuple[str, ...]:
    text = cell if isinstance(cell, str) else text_of(cell)
    return tuple(dict.fromkeys(" ".join(e.split()) for e in _ENTRIES.split(text) if e.strip()))


def _canonical_reference(entry: str) -> str:
    """Return the canonical identifier that an entry is, else the entry itself."""
    if sum(character.isdigit() for character in entry) < _FEWEST_DIGITS:
        return entry
    found = identifiers.parse_identifier(entry, None)
    return found.text if isinstance(found, identifiers.Identifier) else entry


def is_context(column: str) -> bool:
    """Return whether other columns of the row are understood with the help of this one."""
    return column.endswith("country") or column == "reg_scheme"


def country_of(column: str) -> str:
    """Return the column with the country of the organisation that a column identifies."""
    return f"{column[:-3]}_country" if column.endswith("_id") else "country"


def schemes_of(numbers: TypedColumn, header: str) -> TypedColumn:
    """Return the register of each register number that a header names one for."""
    scheme = identifiers.scheme_of_header(header)
    return TypedColumn((~numbers.is_blank).astype(np.int32), (None, scheme))


def _because(reason: str) -> Words:
    return sentence("({reason})", reason=sentence(reason))


def _worded(found: Any, code: str, called: Callable[[str], str] = str) -> Understood:
    """Return a word's code, or the rule that it breaks and what the nearest code is called."""
    if isinstance(found, Unknown):
        detail = NOTHING
        if found.nearest:
            detail = sentence("Did you mean {word}?", word=called(found.nearest))
        return Understood(None, code, detail)
    return Understood(found)


def _doubting_text(read: Callable[..., Understood]) -> Callable[..., Understood]:
    """Return a reader of figures that doubts those stored as text (W15)."""

    def doubting(cell: Value) -> Understood:
        found = read(cell)
        is_doubtful = isinstance(cell, str) and found.code is None and found.value is not None
        return Understood(found.value, "W15") if is_doubtful else found

    return doubting


def _refusing_unit(cell: Value) -> Understood:
    """Refuse figures below a header that names thousands or minutes: they are not converted."""
    return Understood(None, "E17", sentence("The header names a unit; write euro and hours."))


def _lessons(read: Callable[..., Understood], minutes: int) -> Callable[..., Understood]:
    """Return a reader of hours for a column whose header says that its numbers are lessons."""

    def converting(cell: Value) -> Understood:
        if isinstance(cell, (int, float)) or (
            isinstance(cell, str) and not any(c.isalpha() or c == ":" for c in cell)
        ):
            found = read(cell)
            if found.value is None:
                return found
            return found._replace(value=numbers.hours_of_lessons(found.value, minutes))
        return read(cell) if isinstance(cell, str) else _refusing_unit(cell)

    return converting


def _number(found: Any) -> Understood:
    if isinstance(found, Unreadable):
        return Understood(None, "E17", _because(found.reason))
    value = found.amount if isinstance(found, numbers.Money) else found
    if value is not None and abs(value) >= _LARGEST:
        return Understood(None, "E18", sentence("This number is too large to be meant."))
    return Understood(value)


def _organisation(cell: Value) -> Understood:
    text = text_of(cell)
    if "@" in text or not any(character.isalnum() for character in text):
        return Understood(None, "E18", _NO_NAME)
    return Understood(text)


def _checked(found: Any, code: str) -> Understood:
    if isinstance(found, Invalid | Unreadable):
        return Understood(None, code, _because(found.reason))
    return Understood(found)


def _identifier(found: Any) -> Understood:
    if isinstance(found, Invalid):
        return Understood(None, "W01", _because(found.reason))
    return Understood(found.text if found is not None else None)


def _action_code(cell: Value) -> Understood:
    match = _ACTION.search(text_of(cell))
    if match is None:
        return Understood(None, "E05", sentence("Write it like {code}.", code="4a.A1"))
    return Understood(f"{match.group(1).lower()}.A{match.group(2)}")


def _email(cell: Value) -> Understood:
    address = persons.clean_email(cell)
    if isinstance(address, Unreadable):
        return Understood(None, "W03", _because(address.reason))
    is_shared = address is not None and persons.is_role_mailbox(address)
    return Understood(address, "W03" if is_shared else None)
