"""The questions of the published warehouse, with the rows that show what each is about.

Belongs here: reading them, finding one by what somebody typed.
Does not belong here: what raises a question (dbt_project), answering it (desk).
"""

from collections import defaultdict
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, text

KINDS: Final = (
    "organisations", "identifiers", "persons", "homonyms", "conflicts", "withdrawals",
)  # fmt: skip
KIND_TITLES: Final = {
    "organisations": "Organisations that may be one",
    "identifiers": "Identifiers that contradict each other",
    "persons": "Persons that may be one (no name is shown: look at the rows)",
    "homonyms": "Persons that may be two (no name is shown: look at the rows)",
    "conflicts": "Partners that disagree",
    "withdrawals": "Deliveries that wait for confirmation",
}
"""Kind → what its questions are about."""
COORDINATOR: Final = "coordinator"


class UnknownQuestion(ValueError):
    """No question, or more than one, goes by what was given; the message says what to do."""


@dataclass(frozen=True, slots=True)
class QuestionRow:
    """A row that shows what a question is about.

    Attributes:
        side: ``1`` or ``2``, or the partner whose row it is.
    """

    side: str
    register: str
    reported_by: str
    record_key: str
    file_name: str
    sheet: str
    row_number: int
    cell_range: str

    @property
    def place(self) -> str:
        """Partner, file, sheet and cells."""
        parts = (f"{self.reported_by}:", self.file_name, self.sheet, self.cell_range)
        return " ".join(part for part in parts if part)

    @property
    def reference(self) -> str:
        """How a decision names the row: it outlives rebuilds and re-deliveries."""
        return f"row {self.reported_by} {self.register} {self.record_key}"


@dataclass(frozen=True, slots=True)
class Question:
    """A question that the registers leave open, or that a decision has settled.

    Attributes:
        decides: Kind of the decision that settles it.
        subject: What it is about, as a decision names it; ``parts`` are its parts.
        effect: What an answer would change.
        asked_of: Code of the partner whose steward is asked, or ``coordinator``.
        decision_id: What has settled it, None while it is open.
    """

    question_id: str
    kind: str
    decides: str
    subject: str
    parts: tuple[str, ...]
    sentence: str
    effect: str
    answers: tuple[str, ...]
    asked_of: str
    is_open: bool
    decision_id: int | None
    answer: str | None
    rows: tuple[QuestionRow, ...] = ()


def read_questions(
    connection: Connection,
    *,
    kind: str | None = None,
    partner: str | None = None,
    settled: bool = False,
) -> list[Question]:
    """Return the open questions by kind, settled ones as well when they are wanted.

    Args:
        connection: Of ``published.open_published``.
        kind: One of :data:`KINDS`, None for every kind.
        partner: Only what its steward is asked or what its rows are about.
        settled: Also what a decision has settled.
    """
    rows = _rows(connection)
    found = [
        Question(
            **{
                **question,
                "parts": tuple(question["parts"] or ()),
                "answers": tuple(question["answers"] or ()),
                "rows": tuple(rows[question["question_id"]]),
            }
        )
        for question in connection.execute(
            text(
                "select question_id, kind, decides, subject, parts, sentence, effect, answers,"
                " asked_of, is_open, decision_id, answer from stewardship.questions"
            )
        ).mappings()
    ]
    wanted = [
        question
        for question in found
        if (settled or question.is_open)
        and kind in (None, question.kind)
        and (partner is None or partner in _partners_of(question))
    ]
    return sorted(wanted, key=lambda one: (KINDS.index(one.kind), one.sentence, one.question_id))


def find_question(connection: Connection, asked: str) -> Question:
    """Return the question with an id, or with the one id that begins with what was given.

    Raises:
        UnknownQuestion: There is none, or more than one.
    """
    everything = read_questions(connection, settled=True)
    found = [question for question in everything if question.question_id == asked]
    found = found or [one for one in everything if asked and one.question_id.startswith(asked)]
    if len(found) == 1:
        return found[0]
    if not found:
        raise UnknownQuestion(
            f"There is no question {asked!r}; `eurocluster questions` lists those that are open."
        )
    ids = ", ".join(question.question_id for question in found[:5])
    raise UnknownQuestion(f"{len(found)} questions begin with {asked!r}: {ids}.")


def open_lines(connection: Connection) -> list[str]:
    """Return one line per kind with how many questions are open and whom they are asked of."""
    rows = connection.execute(
        text(
            "select kind, asked_of, count(*) as number from stewardship.questions"
            " where is_open group by kind, asked_of order by kind, asked_of"
        )
    )
    told: dict[str, list[str]] = defaultdict(list)
    for row in rows:
        told[row.kind].append(f"{row.number} for {row.asked_of}")
    return [f"{kind}: {', '.join(told[kind])}" for kind in KINDS if kind in told]


def _partners_of(question: Question) -> set[str]:
    return {question.asked_of, *(row.reported_by for row in question.rows)}


def _rows(connection: Connection) -> dict[str, list[QuestionRow]]:
    found: dict[str, list[QuestionRow]] = defaultdict(list)
    rows = connection.execute(
        text(
            "select question_id, side, register, reported_by, record_key, file_name, sheet,"
            " row_number, cell_range from stewardship.question_rows"
            " order by question_id, side, reported_by, register, file_name, sheet, row_number"
        )
    )
    for row in rows.mappings():
        told = dict(row)
        found[told.pop("question_id")].append(QuestionRow(**told))
    return found
