"""The rule catalogue: every code that can stand beside a cell, its severity and its sentences.

Codes E01–E16, W01–W22 and I01–I04 are the specification's (registers.md §2.3). E17–E19, F01–F05,
W23–W25, I05 and I06 are ours, for what the specification leaves without a code: a number that
cannot be read, a value outside what its register allows, lines, sheets and files rather than
cells. Sentences are English; other languages translate them whole (eurocluster.wording).

Belongs here: codes, severities, sentences.
Does not belong here: deciding when a rule fires.
"""

from dataclasses import dataclass
from typing import Final, Literal

Severity = Literal["ERROR", "WARN", "INFO"]


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule.

    Attributes:
        title: What the rule is about, in a few words.
        sentence: What is wrong, or what was done.
        mend: What the partner can do about it; "" where nothing needs to be done.
    """

    code: str
    severity: Severity
    title: str
    sentence: str
    mend: str


_CATALOGUE: Final = (
    ("E01", "required cell empty",
     "This cell must be filled in.",
     "Fill it in. If the answer is not known yet, ask the person who keeps the papers."),
    ("E02", "unparsable date",
     "This is not a date that exists.",
     "Write it as 2024-03-31."),
    ("E03", "end before start",
     "This date lies before the date it should follow.",
     "Check both dates; one of them is wrong."),
    ("E04", "date outside project",
     "This date lies outside the project, so it is not counted.",
     "If the year is mistyped, correct it. If not, leave the row as it is."),
    ("E05", "unknown word",
     "This word is not in the list that the column allows.",
     "Use one of the words of the template, or tell the coordinator what yours means."),
    ("E06", "negative number",
     "This number must not be below zero.",
     "Correct the number."),
    ("E07", "unknown reference",
     "No register has a row with this code.",
     "Correct the code, or add the row that it names to its own register."),
    ("E08", "duplicate id, other content",
     "This id stands on several rows that say different things.",
     "Give each row an id of its own, or delete the row that is out of date."),
    ("E09", "country unknown",
     "This is not a country that is known.",
     "Write its name, or its code of two letters."),
    ("E10", "attended, but no hours",
     "Marked as attended, yet every session has 0 hours and the course is not completed.",
     "Correct the hours, or mark the person as absent."),
    ("E11", "group with a name",
     "A row for more than one person must not name one.",
     "Write one row per person, or leave the name empty."),
    ("E12", "exchange within one country",
     "Visitor and host are in the same country.",
     "Correct the country if it is wrong. If it is right, the exchange does not count."),
    ("E13", "visitor is host",
     "Visitor and host are the same organisation.",
     "Correct the organisation that is wrong."),
    ("E14", "national person number",
     "This looks like a national person number; it was not kept.",
     "Remove the number from the file. Nobody needs it here."),
    ("E15", "completed in the future",
     "Completed, but the last day has not come yet.",
     "Correct the date or the state."),
    ("E16", "several persons in one cell",
     "There is more than one person in this cell.",
     "Write one row per person."),
    ("E17", "unreadable number",
     "This is not a number that can be read with certainty.",
     "Write digits only, with one decimal mark and without words."),
    ("E18", "value not allowed",
     "This value is outside what the column allows.",
     "Correct the value; the template says what is allowed."),
    ("E19", "line cannot be read",
     "This line cannot be read as a row of the table.",
     "Compare it with the lines around it: a separator or a quotation mark is missing or too"
     " many."),
    ("F01", "file cannot be read",
     "The file could not be read.",
     ""),
    ("F02", "no table of this register",
     "Here is no table with this register's headers.",
     "Keep the headers of the template, or tell the coordinator what yours mean."),
    ("F03", "nothing delivered",
     "No file was found where the register should lie.",
     "Put the file there, or tell the coordinator where it is."),
    ("F04", "same rows twice",
     "The same rows stand in two places; only one of them was read.",
     "Delete the copy, or tell the coordinator which one counts."),
    ("F05", "correction out of date",
     "A declared correction does not fit the file any more.",
     "The coordinator takes it out of the declaration."),
    ("F06", "register not fetched",
     "The register could not be fetched; what was delivered last stays in force.",
     ""),
    ("W01", "VAT number invalid",
     "This is not a valid number for the country; the name is used instead.",
     "Compare it with an invoice, digit by digit."),
    ("W02", "ambiguous date",
     "Day and month could be exchanged; the date was read in your usual order.",
     "If that is wrong, write the date as 2024-03-31."),
    ("W03", "probable role mailbox",
     "A shared mailbox does not identify a person.",
     "Write the person's own address, if there is one."),
    ("W04", "more hours than planned",
     "These are more hours than the training planned.",
     "Check the hours here and the planned hours in the register of trainings."),
    ("W05", "days differ",
     "This does not agree with the calendar.",
     "Check the dates and the number of days."),
    ("W06", "contradicts the SME declaration",
     "The figures say otherwise than the declaration; the figures are used.",
     "Check the figures: are they for the whole group, for one year, and in euro?"),
    ("W07", "thousands or millions?",
     "This looks like thousands or millions of euro.",
     "Write the whole amount in euro."),
    ("W08", "possible duplicate organisation",
     "Another organisation looks like this one.",
     "Add the VAT number to both, then nobody has to guess."),
    ("W09", "earlier label known",
     "The label level held before is not below this one.",
     "Check both levels."),
    ("W10", "unknown column",
     "This column is not part of the register; it was kept aside.",
     "Nothing, if it is for your own use. If it matters, use the header of the template."),
    ("W11", "column missing",
     "The table has no such column; it is treated as empty.",
     "Nothing, if you do not collect it."),
    ("W12", "hidden",
     "This is hidden or filtered in the workbook; it was read all the same.",
     "If it should not count, delete it."),
    ("W13", "struck out, red or commented",
     "The row is marked by hand; what that means is not known, so it was read as it is.",
     "If it should not count, delete it or use the state column."),
    ("W14", "formula without value",
     "This formula has no stored value.",
     "Open the file in your spreadsheet program, save it and send it again."),
    ("W15", "figure stored as text",
     "This figure is stored as text; it was read as a number.",
     "Format the cell as a number and type it again."),
    ("W16", "line skipped",
     "This line is not a row of the register; it was skipped.",
     "Nothing, if it is a total, a note or a signature."),
    ("W17", "SME status unknown",
     "Nothing says whether this organisation is an SME.",
     "Ask for a declaration, or fill in headcount and turnover."),
    ("W18", "no evidence",
     "A counted row should say where its papers are.",
     "Write the name or the place of the document."),
    ("W19", "visit already used",
     "This visitor has already used its visit.",
     "Check whether both visits took place; only the first one counts."),
    ("W20", "many rows disappeared",
     "More than a fifth of the register's rows are gone; the delivery waits until it is confirmed.",
     "If that is right, tell the coordinator. If not, send the whole register."),
    ("W21", "partners disagree",
     "Two partners report this unit with different facts.",
     "Agree with the other partner which facts are right, and correct the other register."),
    ("W22", "one identifier, two names",
     "One identifier stands beside clearly different names.",
     "Check the identifier; it belongs to one organisation only."),
    ("W23", "line repaired",
     "This line was not well-formed and was repaired.",
     "Look at the row as it was read, and correct the line if it is wrong."),
    ("W24", "hidden sheet",
     "This sheet is hidden; it was not read.",
     "If it should count, show it. If not, delete it."),
    ("W25", "no rows",
     "The table has headers, but no rows below them.",
     "Nothing, if there is nothing to report yet. If there is, look whether the lines were lost."),
    ("I01", "header recognised", "The header was recognised in another language.", ""),
    ("I02", "encoding decided", "The letters of the file were decided by a rule.", ""),
    ("I03", "ditto mark expanded", "The ditto mark was replaced by the value above.", ""),
    ("I04", "merged cell spread", "The value of the merged cell was used in all its rows.", ""),
    ("I05", "macros ignored", "The file contains macros; they were not run.", ""),
    ("I06", "links ignored",
     "The file has links to other files; their stored values were read.", ""),
)  # fmt: skip

_SEVERITY: Final[dict[str, Severity]] = {"E": "ERROR", "F": "ERROR", "W": "WARN", "I": "INFO"}

RULES: Final[dict[str, Rule]] = {
    code: Rule(code, _SEVERITY[code[0]], title, sentence, mend)
    for code, title, sentence, mend in _CATALOGUE
}
"""Code → rule, the whole catalogue."""


def is_error(code: str) -> bool:
    """Return whether a finding of this code makes its row refused."""
    return RULES[code].severity == "ERROR"
