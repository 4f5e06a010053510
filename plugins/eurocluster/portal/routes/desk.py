"""The steward's desk: questions answered with a reason, decisions listed and taken back.

Belongs here: forms.
Does not belong here: who may decide what (stewardship.desk), what follows from it (dbt_project).
"""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, HTTPException, Query, Request, Response
from fastapi.responses import RedirectResponse

from eurocluster.consortium.declarations import Consortium, load_consortium
from eurocluster.explaining import kpis_to_choose, partners_to_choose
from eurocluster.portal.access import Right, SignedIn, requires
from eurocluster.portal.pages import link, page
from eurocluster.portal.reading import Read
from eurocluster.settings import Settings
from eurocluster.stewardship import desk
from eurocluster.stewardship.decisions import UNDO, BrokenChain, Decision, Decisions
from eurocluster.stewardship.questions import (
    KIND_TITLES,
    UnknownQuestion,
    find_question,
    read_questions,
)

router = APIRouter(dependencies=[requires(Right.READ)])

QUESTIONS_OF_A_PAGE = 25


class Register:
    """The consortium and its register of decisions, as one request reads them."""

    def __init__(self, request: Request) -> None:
        settings: Settings = request.app.state.settings
        self.consortium: Consortium = load_consortium(settings.home)
        self.decisions = Decisions(settings.decisions(self.consortium.project.code))

    def states(self) -> list[tuple[Decision, str]]:
        """Return every decision with what became of it, newest first."""
        in_force = {decision.decision_id for decision in self.decisions.in_force()}
        return [
            (
                decision,
                "took one back" if decision.kind == UNDO
                else "in force" if decision.decision_id in in_force else "taken back or replaced",
            )
            for decision in reversed(self.decisions.all())
        ]  # fmt: skip


Registered = Annotated[Register, Depends(Register)]
Why = Annotated[str, Form(max_length=2000)]
Evidence = Annotated[str, Form(max_length=500)]


@router.get("/desk", name="desk")
def questions(
    request: Request,
    who: SignedIn,
    read: Read,
    register: Registered,
    kind: str = "",
    partner: str = "",
    page_: Annotated[int, Query(alias="page")] = 1,
    kpi: str = "",
    unit: str = "",
    done: str = "",
) -> Response:
    """Show what is open, and what was decided."""
    if kind and kind not in KIND_TITLES:
        raise HTTPException(404, f"{kind!r} is no kind of question: {', '.join(KIND_TITLES)}.")
    try:
        states = register.states()
    except BrokenChain as error:
        raise HTTPException(409, str(error)) from None
    # What was decided since the publication is settled, though its figures do not know it yet.
    settled = {decision.question_id for decision, state in states if state == "in force"}
    found = read_questions(read.connection, kind=kind or None, partner=partner or None)
    still_open = [question for question in found if question.question_id not in settled]
    known = {
        row[0]
        for row in read.connection.exec_driver_sql(
            "select decision_id from stewardship.decisions"
        )
    }  # fmt: skip
    first = (max(page_, 1) - 1) * QUESTIONS_OF_A_PAGE
    return page(
        request,
        who,
        "desk.html",
        {
            "section": "desk",
            "publication": read.publication,
            "kinds": KIND_TITLES,
            "kind": kind,
            "partner": partner,
            "partners": partners_to_choose(read.connection),
            "questions": still_open[first : first + QUESTIONS_OF_A_PAGE],
            "total": len(still_open),
            "page": max(page_, 1),
            "pages": -(-len(still_open) // QUESTIONS_OF_A_PAGE),
            "decisions": states[:200],
            "known": known,
            "kpis": kpis_to_choose(read.connection),
            "kpi": kpi,
            "unit": unit,
            "done": done,
        },
    )


@router.post("/desk/questions/{question_id}", name="answer", dependencies=[requires(Right.ACT)])
def answer(
    request: Request,
    who: SignedIn,
    read: Read,
    register: Registered,
    question_id: str,
    given: Annotated[str, Form()],
    why: Why,
    evidence: Evidence = "",
) -> Response:
    """Answer a question in the visitor's name."""
    try:
        asked = find_question(read.connection, question_id)
    except UnknownQuestion as error:
        raise HTTPException(404, str(error)) from None
    signature = _signature(who.name, why, evidence)
    return _decided(
        request,
        lambda: desk.answer(register.consortium, register.decisions, asked, given, signature),
    )


@router.post("/desk/units", name="decide_unit", dependencies=[requires(Right.CLOSE)])
def decide_unit(
    request: Request,
    who: SignedIn,
    read: Read,
    register: Registered,
    kpi: Annotated[str, Form()],
    unit: Annotated[str, Form()],
    given: Annotated[str, Form()],
    why: Why,
    evidence: Evidence = "",
) -> Response:
    """Leave a unit out of a figure or count it by hand (G14)."""
    if kpi not in kpis_to_choose(read.connection):
        raise HTTPException(404, f"{kpi!r} is no KPI.")
    act: Any = {desk.EXCLUDE: desk.exclude, desk.INCLUDE: desk.include}.get(given)
    if act is None:
        raise HTTPException(422, f"{given!r}: {desk.EXCLUDE} or {desk.INCLUDE}.")
    signature = _signature(who.name, why, evidence)
    return _decided(
        request,
        lambda: act(
            read.connection, register.consortium, register.decisions, kpi, unit.strip(), signature
        ),
    )


@router.post(
    "/desk/decisions/{decision_id}/undo", name="take_back", dependencies=[requires(Right.ACT)]
)
def take_back(
    request: Request,
    who: SignedIn,
    register: Registered,
    decision_id: int,
    why: Why,
    evidence: Evidence = "",
) -> Response:
    """Take a decision back by a new one."""
    signature = _signature(who.name, why, evidence)
    return _decided(
        request,
        lambda: desk.take_back(
            register.consortium, register.decisions, decision_id, signature
        ),
    )  # fmt: skip


def _signature(name: str, why: str, evidence: str) -> desk.Signature:
    return desk.Signature(name, why.strip(), evidence.strip() or None)


def _decided(request: Request, decide: Any) -> Response:
    """Decide, and go back to the desk; what the desk refuses is told in its words."""
    try:
        decision = decide()
    except (desk.CannotDecide, BrokenChain) as error:
        raise HTTPException(409, str(error)) from None
    return RedirectResponse(link(request, "desk", done=decision.decision_id), 303)
