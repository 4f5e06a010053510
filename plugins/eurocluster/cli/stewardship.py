"""``eurocluster questions``, ``decide``, ``exclude``, ``include``, ``decisions`` and ``undo``.

Belongs here: the commands of the steward's desk.
Does not belong here: who may decide what (stewardship.desk), how it looks (terminal.stewardship).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from eurocluster.cli.answering import (
    JUDGED_BAD,
    USAGE,
    Format,
    FormatOption,
    app,
    console,
    known,
    mistakes_told,
    published,
    refusal,
    write_rows,
)
from eurocluster.settings import load_settings

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from eurocluster.consortium.declarations import Consortium
    from eurocluster.stewardship.decisions import Decision, Decisions

_PANEL = "Questions and decisions"

ByOption = Annotated[
    str,
    typer.Option(
        help="Who decides: a coordinator of project.yml, or a partner's steward for its questions."
    ),
]
WhyOption = Annotated[str, typer.Option(help="The reason, which is kept with the decision.")]
EvidenceOption = Annotated[
    str | None, typer.Option(help="Where the papers are: a file, a page, a register entry.")
]


@app.command(rich_help_panel=_PANEL)
def questions(
    kind: Annotated[
        str | None,
        typer.Option(
            help="organisations, identifiers, persons, homonyms, conflicts or withdrawals."
        ),
    ] = None,
    partner: Annotated[str | None, typer.Option(help="What concerns one partner, as p1.")] = None,
    settled: Annotated[  # noqa: FBT002 - Typer makes an option of it
        bool, typer.Option("--all", help="Also those that a decision has settled.")
    ] = False,
    format_: FormatOption = Format.TABLE,
) -> None:
    """Show what the registers leave open and only a person can tell.

    Possible duplicates, contradicting identifiers, partners that disagree, deliveries that wait for
    confirmation: each with the rows that show it. Questions about persons name no person.

    For example:

    * `eurocluster questions`

    * `eurocluster questions --kind organisations --partner p1`

    * `eurocluster questions --all --format json`
    """
    with published() as (_, connection):
        from eurocluster.explaining import partners_to_choose
        from eurocluster.stewardship.questions import KINDS, read_questions
        from eurocluster.terminal import stewardship as shown

        found = read_questions(
            connection,
            kind=known("kind", kind, KINDS),
            partner=known("partner", partner, partners_to_choose(connection)),
            settled=settled,
        )
        if format_ is Format.TABLE:
            console().print(shown.render_questions(found))
            return
        write_rows(format_, shown.QUESTION_FIELDS, shown.question_rows(found))


@app.command(rich_help_panel=_PANEL)
def decide(
    question: Annotated[
        str, typer.Argument(metavar="QUESTION", help="Its id, or how the id begins.")
    ],
    answer: Annotated[str, typer.Argument(metavar="ANSWER", help="One of its answers.")],
    by: ByOption,
    why: WhyOption,
    evidence: EvidenceOption = None,
) -> None:
    """Answer a question. The answer is kept for ever and holds until it is taken back.

    For example:

    * `eurocluster decide q3f2a same --by "Testa Koordynacja" --why "One entry in the register"`

    * `eurocluster decide q81bc p2 --by "Testa Koordynacja" --why "Signed list" --evidence list.pdf`
    """
    from eurocluster.stewardship import desk
    from eurocluster.stewardship.questions import UnknownQuestion, find_question

    with _deciding() as (connection, consortium, register):
        try:
            asked = find_question(connection, question)
        except UnknownQuestion as error:
            raise refusal(USAGE, str(error)) from None
        signature = desk.Signature(by, why, evidence)
        _tell(desk.answer(consortium, register, asked, answer, signature))


@app.command(rich_help_panel=_PANEL)
def exclude(
    kpi: Annotated[str, typer.Argument(metavar="KPI", help="A KPI of the call, as 4a.O3.")],
    unit: Annotated[
        str, typer.Argument(metavar="UNIT", help="A unit as `explain` shows it, or its beginning.")
    ],
    by: ByOption,
    why: WhyOption,
    evidence: EvidenceOption = None,
) -> None:
    """Leave a unit out of a KPI, with a reason. The scoreboard says so beside the figure.

    For example:

    * `eurocluster exclude 4a.O3 id:X1 --by "Testa Koordynacja" --why "Never took place"`
    """
    from eurocluster.stewardship import desk

    with _deciding() as (connection, consortium, register):
        code, whole = _unit_of(connection, kpi, unit)
        signature = desk.Signature(by, why, evidence)
        _tell(desk.exclude(connection, consortium, register, code, whole, signature))


@app.command(rich_help_panel=_PANEL)
def include(
    kpi: Annotated[str, typer.Argument(metavar="KPI", help="A KPI of the call, as 4a.O3.")],
    unit: Annotated[
        str, typer.Argument(metavar="UNIT", help="A unit as `explain` shows it, or its beginning.")
    ],
    by: ByOption,
    why: WhyOption,
    evidence: EvidenceOption = None,
) -> None:
    """Count a unit that the rules leave out, with a reason. The scoreboard says so.

    For example:

    * `eurocluster include 4a.O3 id:X7 --by "Testa Koordynacja" --why "Waiver of the agency"`
    """
    from eurocluster.stewardship import desk

    with _deciding() as (connection, consortium, register):
        code, whole = _unit_of(connection, kpi, unit)
        signature = desk.Signature(by, why, evidence)
        _tell(desk.include(connection, consortium, register, code, whole, signature))


@app.command(rich_help_panel=_PANEL)
def decisions(format_: FormatOption = Format.TABLE) -> None:
    """Show every decision: who, when, why, and whether it is in force.

    For example:

    * `eurocluster decisions`

    * `eurocluster decisions --format csv`
    """
    with mistakes_told():
        from eurocluster.consortium.declarations import load_consortium
        from eurocluster.stewardship.decisions import BrokenChain, Decisions
        from eurocluster.terminal import stewardship as shown

        settings = load_settings()
        register = Decisions(settings.decisions(load_consortium(settings.home).project.code))
        try:
            made, in_force = register.all(), register.in_force()
        except BrokenChain as error:
            raise refusal(JUDGED_BAD, str(error)) from None
        if format_ is Format.TABLE:
            console().print(shown.render_decisions(made, in_force))
            return
        write_rows(format_, shown.DECISION_FIELDS, shown.decision_rows(made, in_force))


@app.command(rich_help_panel=_PANEL)
def undo(
    decision: Annotated[
        int, typer.Argument(metavar="DECISION", help="Its number in `eurocluster decisions`.")
    ],
    by: ByOption,
    why: WhyOption,
    evidence: EvidenceOption = None,
) -> None:
    """Take a decision back. It stays in the register; what it changed is as if it had not been.

    For example:

    * `eurocluster undo 3 --by "Testa Koordynacja" --why "The other company of that name"`
    """
    from eurocluster.stewardship import desk

    with _deciding() as (_, consortium, register):
        signature = desk.Signature(by, why, evidence)
        _tell(desk.take_back(consortium, register, decision, signature))


@contextmanager
def _deciding() -> "Iterator[tuple[Connection, Consortium, Decisions]]":
    """Open what a decision needs; tell in words why it cannot be made."""
    with published() as (settings, connection):
        from eurocluster.consortium.declarations import load_consortium
        from eurocluster.stewardship.decisions import BrokenChain, Decisions
        from eurocluster.stewardship.desk import CannotDecide

        consortium = load_consortium(settings.home)
        register = Decisions(settings.decisions(consortium.project.code))
        try:
            yield connection, consortium, register
        except CannotDecide as error:
            raise refusal(USAGE, str(error)) from None
        except BrokenChain as error:
            raise refusal(JUDGED_BAD, str(error)) from None


def _unit_of(connection: "Connection", kpi: str, unit: str) -> tuple[str, str]:
    """Return the KPI and the one unit that begins with what was typed."""
    from eurocluster import explaining

    code = known("KPI", kpi, explaining.kpis_to_choose(connection)) or kpi
    try:
        rows = explaining.explain(connection, code, explaining.Choice(unit=unit))
    except explaining.UnknownUnit as error:
        raise refusal(USAGE, str(error)) from None
    return code, rows[0].unit or unit


def _tell(decision: "Decision") -> None:
    console().print(
        f"Decision {decision.decision_id}: {decision.answer}, by {decision.decided_by}."
        f"\n  {decision.question or decision.subject}"
        "\nThe next build shows it: `eurocluster run`, or wait for the night."
    )
