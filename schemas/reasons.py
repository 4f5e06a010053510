"""The rule catalogue: every code that can stand beside a cell, its severity and its sentence.

Codes E01–E16, W01–W22 and I01–I04 are the specification's (registers.md §2.3). E17–E19, F01–F05,
W23, W24, I05 and I06 are ours, for what the specification leaves without a code: a number that
cannot be read, a value outside what its register allows, lines, sheets and files rather than
cells.

Belongs here: codes, severities, sentences.
Does not belong here: deciding when a rule fires.
"""

from dataclasses import dataclass
from typing import Final, Literal

Severity = Literal["ERROR", "WARN", "INFO"]


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: ``sentence`` says what is wrong and how to mend it, in the reader's words."""

    code: str
    severity: Severity
    title: str
    sentence: str


_CATALOGUE: Final = (
    ("E01", "required cell empty", "This cell must be filled in."),
    ("E02", "unparsable date", "This is not a date that exists; write it as 2024-03-31."),
    ("E03", "end before start", "This date lies before the date it should follow."),
    ("E04", "date outside project", "This date lies outside the project, so it is not counted."),
    ("E05", "unknown word", "This word is not in the list that the column allows."),
    ("E06", "negative number", "This number must not be below zero."),
    ("E07", "unknown reference", "No register has a row with this code."),
    ("E08", "duplicate id, other content",
     "This id stands on several rows that say different things; give each row its own."),
    ("E09", "country unknown", "This is not a country that is known; write its name or code."),
    ("E10", "attended, but no hours",
     "Marked as attended, yet every session has 0 hours and the course is not completed."),
    ("E11", "group with a name",
     "A row for more than one person must not name one; split it or leave the name empty."),
    ("E12", "exchange within one country", "Visitor and host are in the same country."),
    ("E13", "visitor is host", "Visitor and host are the same organisation."),
    ("E14", "national person number",
     "This looks like a national person number; it was not kept. Remove it from the file."),
    ("E15", "completed in the future", "Completed, but the last day has not come yet."),
    ("E16", "several persons in one cell", "Write one person per row."),
    ("E17", "unreadable number", "This is not a number that can be read with certainty."),
    ("E18", "value not allowed", "This value is outside what the column allows."),
    ("E19", "line cannot be read", "This line cannot be read as a row of the table."),
    ("F01", "file cannot be read", "The file could not be opened."),
    ("F02", "no table of this register", "The file has no table with this register's headers."),
    ("F03", "nothing delivered", "No file was found where the register should lie."),
    ("F04", "same rows twice", "The same rows stand in two places; only one of them was read."),
    ("F05", "correction out of date", "A declared correction does not fit the file any more."),
    ("W01", "VAT number invalid",
     "This is not a valid number for the country; the name is used instead."),
    ("W02", "ambiguous date", "Day and month could be exchanged; read in the partner's order."),
    ("W03", "probable role mailbox", "A shared mailbox does not identify a person."),
    ("W04", "more hours than planned", "More hours than the training planned."),
    ("W05", "working days differ", "The calendar gives another number of working days."),
    ("W06", "contradicts the SME declaration",
     "The figures say otherwise than the declaration; the figures are used."),
    ("W07", "thousands or millions?", "This looks like thousands or millions of euro."),
    ("W08", "possible duplicate organisation", "Another organisation looks like this one."),
    ("W09", "earlier label known", "The label level held before is not below this one."),
    ("W10", "unknown column", "This column is not part of the register; it was kept aside."),
    ("W11", "column missing", "The register has no such column; it is treated as empty."),
    ("W12", "hidden row", "This row is hidden in the workbook; it was read all the same."),
    ("W13", "struck out or red", "This row is marked by its format; what it means is not known."),
    ("W14", "formula without value",
     "This formula has no stored value; open the file, save it and send it again."),
    ("W15", "figure stored as text", "This figure is stored as text."),
    ("W16", "total or footnote skipped", "This line is not a row of the register; it was skipped."),
    ("W17", "SME status unknown", "Nothing says whether this organisation is an SME."),
    ("W18", "no evidence", "A counted row should say where its papers are."),
    ("W19", "visit already used", "This visitor has already used its visit."),
    ("W20", "many rows disappeared",
     "More than a fifth of the register's rows are gone; held back until confirmed."),
    ("W21", "partners disagree", "Two partners report this unit with different facts."),
    ("W22", "one identifier, two names", "One identifier stands beside clearly different names."),
    ("W23", "line repaired", "This line was not well-formed and was repaired; look at it."),
    ("W24", "hidden sheet", "This sheet is hidden; it was not read."),
    ("I01", "header recognised", "The header was recognised."),
    ("I02", "encoding decided", "The way the file is encoded was decided by a rule."),
    ("I03", "ditto mark expanded", "The ditto mark was replaced by the value above."),
    ("I04", "merged cell spread", "The value of the merged cell was used in all its rows."),
    ("I05", "macros ignored", "The file contains macros; they were not run."),
    ("I06", "links ignored", "The file has links to other files; stored values were read."),
)  # fmt: skip

_SEVERITY: Final[dict[str, Severity]] = {"E": "ERROR", "F": "ERROR", "W": "WARN", "I": "INFO"}

RULES: Final[dict[str, Rule]] = {
    code: Rule(code, _SEVERITY[code[0]], title, sentence) for code, title, sentence in _CATALOGUE
}
"""Code → rule, the whole catalogue."""


def is_error(code: str) -> bool:
    """Return whether a finding of this code makes its row refused."""
    return RULES[code].severity == "ERROR"
