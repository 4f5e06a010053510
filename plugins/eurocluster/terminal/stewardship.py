"""How questions and decisions look: a question with its rows and answers, decisions as a table.

Belongs here: tables and sentences of the steward's desk.
Does not belong here: reading them (stewardship), the commands (cli).
"""

from collections.abc import Iterator, Sequence
from typing import Any, Final

from rich.console import Group, RenderableType
from rich.text import Text

from eurocluster.stewardship.decisions import UNDO, Decision
from eurocluster.stewardship.questions import KIND_TITLES, Question
from eurocluster.terminal.tables import new_table, titled, titled_lines

QUESTION_FIELDS: Final = (
    "question_id", "kind", "asked_of", "sentence", "effect", "answers", "is_open", "answer",
    "decision_id", "rows",
)  # fmt: skip
DECISION_FIELDS: Final = (
    "decision_id", "state", "kind", "subject", "answer", "reason", "evidence_ref", "decided_by",
    "decided_at", "question_id", "question", "digest",
)  # fmt: skip


def render_questions(questions: Sequence[Question]) -> RenderableType:
    """Return the questions by kind, each with its id, its rows and what can be answered."""
    if not questions:
        return Text("No question is open.")
    parts: list[RenderableType] = []
    for kind, title in KIND_TITLES.items():
        asked = [question for question in questions if question.kind == kind]
        if asked:
            parts += titled_lines(title, [line for one in asked for line in _lines(one)])
    parts.append(Text("\nAnswer with `eurocluster decide QUESTION ANSWER --by NAME --why TEXT`."))
    return Group(*parts)


def _lines(question: Question) -> Iterator[str]:
    yield f"{question.question_id} · asked of {question.asked_of}"
    yield f"  {question.sentence}"
    for row in question.rows:
        yield f"    {row.side}  {row.place}"
    if question.is_open:
        yield f"  {question.effect}"
        yield f"  Answers: {', '.join(question.answers)}"
    else:
        yield f"  Settled: {question.answer} (decision {question.decision_id})"


def question_rows(questions: Sequence[Question]) -> list[list[Any]]:
    """Return the questions for programs, in the order of ``QUESTION_FIELDS``."""
    return [
        [
            *(getattr(question, name) for name in QUESTION_FIELDS[:5]),
            list(question.answers),
            question.is_open,
            question.answer,
            question.decision_id,
            [f"{row.side} {row.place}" for row in question.rows],
        ]
        for question in questions
    ]


def render_decisions(decisions: Sequence[Decision], in_force: Sequence[Decision]) -> RenderableType:
    """Return every decision, the newest last, with whether it is in force."""
    if not decisions:
        return Text("Nothing has been decided yet: `eurocluster questions` lists what is asked.")
    table = new_table(
        *("No", "State", "Decided", "By", "Answer", "About", "Why"), wrap=("About", "Why")
    )
    for decision in decisions:
        table.add_row(
            str(decision.decision_id),
            _state(decision, in_force),
            f"{decision.decided_at:%Y-%m-%d %H:%M}",
            decision.decided_by,
            decision.answer,
            decision.question or decision.subject,
            decision.reason + (f" [{decision.evidence_ref}]" if decision.evidence_ref else ""),
        )
    return titled("Decisions", table)


def decision_rows(decisions: Sequence[Decision], in_force: Sequence[Decision]) -> list[list[Any]]:
    """Return decisions for programs, in the order of ``DECISION_FIELDS``."""
    return [
        [
            decision.decision_id,
            _state(decision, in_force),
            *(getattr(decision, name) for name in DECISION_FIELDS[2:]),
        ]
        for decision in decisions
    ]


def _state(decision: Decision, in_force: Sequence[Decision]) -> str:
    if decision.kind == UNDO:
        return "undo"
    return "in force" if decision in in_force else "not in force"
