"""The steward's desk: who may decide what, and what a decision is about.

Everything that is refused is refused in words before anything is written.

Belongs here: answering a question, counting and leaving out units (G14), taking a decision back.
Does not belong here: the register's files (decisions), how it looks (terminal), Typer (cli).
"""

from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, text

from eurocluster.consortium.declarations import Consortium
from eurocluster.stewardship.decisions import UNDO, Decision, Decisions, Ruling
from eurocluster.stewardship.questions import COORDINATOR, Question

KPI: Final = "kpi"
EXCLUDE: Final = "exclude"
INCLUDE: Final = "include"

_OF_ORGANISATIONS: Final = ("4a.O2", "4b.M1", "4b.O2")
_SHARE: Final = "4a.O4"
_OF_PERSONS: Final = ("4a.M1", "4b.O3")
_STEWARD_OF: Final = "steward of "


class CannotDecide(ValueError):
    """A decision that cannot be made; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Signature:
    """Who decides, why, and where the papers are."""

    by: str
    why: str
    evidence: str | None = None


def answer(
    consortium: Consortium,
    decisions: Decisions,
    question: Question,
    given: str,
    signature: Signature,
) -> Decision:
    """Answer a question.

    Args:
        consortium: With the coordinators and stewards that it declares.
        decisions: The register that the decision is appended to.
        question: Of the published warehouse.
        given: One of its answers, in whatever case.
        signature: Who, why, papers.

    Raises:
        CannotDecide: It is settled, the answer is none of its answers, the reason is missing, or
            somebody else is asked.
        BrokenChain: The register was changed.
    """
    for made in decisions.in_force():
        is_about_it = (made.kind, made.subject) == (question.decides, question.subject)
        if is_about_it or made.decision_id == question.decision_id:
            raise CannotDecide(
                f"Question {question.question_id} is settled: {made.decided_by} said"
                f" {made.answer!r} on {made.decided_at.date()} (decision {made.decision_id})."
                f" `eurocluster undo {made.decision_id}` takes that back."
            )
    answers = {known.casefold(): known for known in question.answers}
    if given.casefold() not in answers:
        raise CannotDecide(
            f"{given!r} is no answer to question {question.question_id}. Answers:"
            f" {', '.join(question.answers)}."
        )
    chosen = answers[given.casefold()]
    asked = set() if question.asked_of == COORDINATOR else {question.asked_of}
    return decisions.add(
        Ruling(
            kind=question.decides,
            subject=question.subject,
            parts=_parts(question, chosen),
            answer=chosen,
            reason=_reason(signature),
            decided_by=_decider(consortium, signature.by, asked),
            evidence_ref=signature.evidence,
            question_id=question.question_id,
            question=question.sentence,
        )
    )


def exclude(
    connection: Connection,
    consortium: Consortium,
    decisions: Decisions,
    kpi: str,
    unit: str,
    signature: Signature,
) -> Decision:
    """Leave a unit out of a KPI that counts it (G14).

    Args:
        connection: Of ``published.open_published``.
        consortium: With its coordinators.
        decisions: The register that the decision is appended to.
        kpi: Code of a KPI.
        unit: What the KPI counts, as in ``evidence.counted_units``.
        signature: Who, why, papers.

    Raises:
        CannotDecide: The unit does not count, the reason is missing, or the person may not.
        BrokenChain: The register was changed.
    """
    counted = connection.execute(
        text(
            "select reported_by, register, record_key from evidence.counted_units"
            " where kpi = :kpi and unit = :unit"
            " order by counting_date, reported_by, register, record_key limit 1"
        ),
        {"kpi": kpi, "unit": unit},
    ).first()
    if counted is None:
        raise CannotDecide(
            f"{unit} does not count in {kpi}: there is nothing to leave out."
            f" `eurocluster explain {kpi}` shows what counts."
        )
    row = f"row {counted.reported_by} {counted.register} {counted.record_key}"
    reference = _unit_reference(connection, kpi, unit) or row
    return _of_unit(consortium, decisions, kpi, reference, EXCLUDE, signature)


def include(
    connection: Connection,
    consortium: Consortium,
    decisions: Decisions,
    kpi: str,
    unit: str,
    signature: Signature,
) -> Decision:
    """Count the unit of a row that a KPI's rules leave out (G14), from the row's day on.

    Of several rows of the unit it is the one with the earliest day in the project.

    Raises:
        CannotDecide: It is 4a.O4, the unit counts already or is left out by decision, no row of it
            has a day in the project, the reason is missing, or the person may not.
        BrokenChain: The register was changed.
    """
    if kpi == _SHARE:
        raise CannotDecide(
            f"{kpi} counts exchanges of 4a.O3: include it there. Whether an SME is involved is for"
            " the organisations registers to say."
        )
    rows = connection.execute(
        text(
            """
            select
                fates.fate, fates.reported_by, fates.register, fates.record_key,
                fates.counting_date between project.first_day and project.last_day as has_day
            from evidence.row_fates as fates
            cross join core.project as project
            where fates.kpi = :kpi and fates.unit = :unit
            order by fates.counting_date, fates.reported_by, fates.register, fates.record_key
            """
        ),
        {"kpi": kpi, "unit": unit},
    ).all()
    if not rows:
        raise CannotDecide(
            f"{kpi} has no row of {unit}. `eurocluster explain {kpi}` shows its units."
        )
    fates = {row.fate for row in rows}
    if "counted" in fates:
        raise CannotDecide(f"{unit} counts in {kpi} already.")
    if "excluded:MANUAL" in fates:
        raise CannotDecide(
            f"{unit} is left out of {kpi} by decision; `eurocluster decisions` shows which, and"
            " `eurocluster undo` takes it back."
        )
    able = [row for row in rows if row.has_day and row.fate != "excluded:WITHDRAWN"]
    if not able:
        raise CannotDecide(
            f"No row of {unit} that is still in its register has a day within the project, so there"
            " is no period that it could count for."
        )
    reference = f"row {able[0].reported_by} {able[0].register} {able[0].record_key}"
    return _of_unit(consortium, decisions, kpi, reference, INCLUDE, signature)


def take_back(
    consortium: Consortium, decisions: Decisions, decision_id: int, signature: Signature
) -> Decision:
    """Take a decision back; an earlier one on the same subject is in force again.

    Raises:
        CannotDecide: There is no such decision in force, the reason is missing, or the person may
            not: coordinators may, and the steward who made it.
        BrokenChain: The register was changed.
    """
    in_force = {decision.decision_id: decision for decision in decisions.in_force()}
    if decision_id not in in_force:
        known = decision_id in {decision.decision_id for decision in decisions.all()}
        raise CannotDecide(
            f"Decision {decision_id} is not in force any more: it was taken back or replaced."
            if known
            else f"There is no decision {decision_id}; `eurocluster decisions` lists them."
        )
    made = in_force[decision_id]
    own = {made.decided_by.removeprefix(_STEWARD_OF)}
    return decisions.add(
        Ruling(
            kind=UNDO,
            subject=f"decision {decision_id}",
            parts=(str(decision_id),),
            answer="undone",
            reason=_reason(signature),
            decided_by=_decider(
                consortium,
                signature.by,
                own if made.decided_by.startswith(_STEWARD_OF) else set(),
            ),
            evidence_ref=signature.evidence,
        )
    )


def _of_unit(
    consortium: Consortium,
    decisions: Decisions,
    kpi: str,
    reference: str,
    given: str,
    signature: Signature,
) -> Decision:
    return decisions.add(
        Ruling(
            kind=KPI,
            subject=f"{kpi} {reference}",
            parts=(kpi, reference),
            answer=given,
            reason=_reason(signature),
            decided_by=_decider(consortium, signature.by, set()),
            evidence_ref=signature.evidence,
        )
    )


def _parts(question: Question, chosen: str) -> tuple[str, ...]:
    """Return what the decision holds: the rows of the side that is named, else what is asked of."""
    if question.decides == "conflict":
        return tuple(row.reference for row in question.rows if row.side == chosen)
    if question.decides == "split":
        return tuple(row.reference for row in question.rows if row.side == "2")
    return question.parts


def _reason(signature: Signature) -> str:
    if not signature.why.strip():
        raise CannotDecide("A decision needs a reason: say why, as in --why TEXT.")
    return signature.why.strip()


def _decider(consortium: Consortium, by: str, asked: set[str]) -> str:
    """Return who decides as the register keeps it: a steward by the partner, not by the address."""
    name = by.strip()
    coordinators = consortium.project.coordinators
    if name in coordinators or (name and not coordinators and "@" not in name):
        return name
    stewards = {
        partner.partner: partner.steward for partner in consortium.partners if partner.steward
    }
    for partner in sorted(asked):
        if name and name.casefold() == stewards.get(partner, "").casefold():
            return f"{_STEWARD_OF}{partner}"
    may = [f"the coordinators ({', '.join(coordinators)})" if coordinators else "a coordinator"]
    may += [f"the steward of {partner}" for partner in sorted(asked & stewards.keys())]
    raise CannotDecide(f"{name or 'Nobody'} may not decide this; {' and '.join(may)} may.")


def _unit_reference(connection: Connection, kpi: str, unit: str) -> str | None:
    """Return by what a decision names a unit, None when only a row of it will do."""
    if kpi in _OF_ORGANISATIONS:
        return connection.execute(
            text(
                "select reference from intermediate.int_organisation_references"
                " where org_key = :unit and is_best"
            ),
            {"unit": unit},
        ).scalar()
    if kpi in _OF_PERSONS and unit.startswith("name:"):
        return connection.execute(
            text(
                """
                select min('name:' || persons.name_key || '@' || coalesce(best.reference, ''))
                from intermediate.int_persons as persons
                left join intermediate.int_organisation_references as best
                    on persons.employer_key = best.org_key and best.is_best
                where persons.person = :unit
                """
            ),
            {"unit": unit},
        ).scalar()
    return None if unit.startswith(("trip:", "row:", "title:")) else unit
