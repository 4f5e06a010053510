"""``eurocluster kpis``, ``explain`` and ``query``: what the published warehouse answers.

Belongs here: the commands.
Does not belong here: figures, fates, SQL (figures, explaining, published).
"""

from dataclasses import fields
from typing import TYPE_CHECKING, Annotated

import typer

from eurocluster.cli.answering import (
    USAGE,
    AsOfOption,
    Format,
    FormatOption,
    PeriodOption,
    PolicyOption,
    app,
    console,
    known,
    note,
    published,
    refusal,
    show_scoreboard,
    write,
    write_rows,
)

if TYPE_CHECKING:
    from sqlalchemy import Connection


@app.command(rich_help_panel="Figures and their evidence")
def kpis(
    period: PeriodOption = None,
    policy: PolicyOption = None,
    as_of: AsOfOption = None,
    format_: FormatOption = Format.TABLE,
) -> None:
    """Show the KPIs of the published warehouse.

    The table is the scoreboard. JSON and CSV list every figure: KPI, period, measure (new,
    cumulative, active), policy, value, numerator, denominator, target, state; figures in which SME
    status plays no part have no policy and belong to each.

    For example:

    * `eurocluster kpis`

    * `eurocluster kpis --period RP1 --policy conservative`

    * `eurocluster kpis --as-of 2024-03-31`

    * `eurocluster kpis --format json | jq '.[] | select(.kpi == "4a.O3")'`
    """
    with published(as_of) as (settings, connection):
        from eurocluster.figures import ALL, Figure, read_figures, read_periods

        chosen = known("period", period, (*read_periods(connection), ALL))
        if format_ is Format.TABLE:
            show_scoreboard(settings, connection, chosen or ALL, policy, is_published=as_of is None)
            return
        figures = read_figures(connection, period=chosen, policy=policy)
        write(format_, tuple(f.name for f in fields(Figure)), figures)


@app.command(rich_help_panel="Figures and their evidence")
def explain(
    kpi: Annotated[str, typer.Argument(metavar="KPI", help="A KPI of the call, as 4a.O3.")],
    period: PeriodOption = None,
    policy: PolicyOption = None,
    partner: Annotated[str | None, typer.Option(help="Rows of one partner, as p1.")] = None,
    unit: Annotated[
        str | None, typer.Option(help="Rows of one unit: its key, or how its key begins.")
    ] = None,
    as_of: AsOfOption = None,
    format_: FormatOption = Format.TABLE,
) -> None:
    """Explain a figure: every row of its registers, whether it counts and why, and where it stands.

    The counted rows of a period are its new units. A row that does not count says the first
    condition that it fails, a duplicate where its unit is counted.

    For example:

    * `eurocluster explain 4a.O3`

    * `eurocluster explain 4b.M1 --policy conservative --partner p1`

    * `eurocluster explain 4a.O3 --unit id:X1 --format json`
    """
    with published(as_of) as (_, connection):
        from eurocluster import explaining

        code = _known_kpi(connection, kpi)
        choice = explaining.Choice(
            period=known("period", period, explaining.periods_to_choose(connection)) or "all",
            policy=policy,
            partner=known("partner", partner, explaining.partners_to_choose(connection)),
            unit=unit,
        )
        if policy is not None and code not in explaining.KPIS_WITH_POLICIES:
            note(f"{code} is the same under every policy: SME status plays no part in it.")
        try:
            rows = explaining.explain(connection, code, choice)
        except explaining.UnknownUnit as error:
            raise refusal(USAGE, str(error)) from None
        zero = explaining.why_zero(connection, code, choice)
        if format_ is Format.TABLE:
            from eurocluster.figures import read_titles
            from eurocluster.terminal.explanations import render_explanation

            title = read_titles(connection)[code].title
            figure = explaining.read_figure(connection, code, choice)
            console().print(render_explanation(title, figure, explaining.grouped(rows), zero))
            return
        if zero is not None:
            note(zero)
        write(format_, explaining.JSON_FIELDS, rows)


@app.command(rich_help_panel="Figures and their evidence")
def query(
    sql: Annotated[str, typer.Argument(metavar="SQL", help="One SELECT statement.")],
    limit: Annotated[int, typer.Option(min=1, help="Rows to show at most.")] = 10_000,
    format_: FormatOption = Format.TABLE,
) -> None:
    """Ask the published warehouse in SQL (DuckDB's dialect). It can only be read.

    Schemas: core, kpis, evidence, quality. `DESCRIBE kpis.kpi_values` tells a table's columns,
    `SHOW ALL TABLES` the tables.

    For example:

    * `eurocluster query "select kpi, value, state from kpis.kpi_scoreboard"`

    * `eurocluster query "select code, count(*) from quality.findings group by code" --format csv`
    """
    with published() as (_, connection):
        from eurocluster.published import QueryRefused, ask

        try:
            answer = ask(connection, sql, limit)
        except QueryRefused as error:
            raise refusal(USAGE, str(error)) from None
        if answer.is_cut:
            note(f"Only the first {limit:,} rows are shown; --limit shows more.")
        if format_ is Format.TABLE:
            from eurocluster.terminal.answers import render_answer

            console().print(render_answer(answer))
            return
        if format_ is Format.JSON and len(set(answer.columns)) < len(answer.columns):
            raise refusal(USAGE, "Two columns have the same name; tell them apart with AS.")
        write_rows(format_, answer.columns, answer.rows)


def _known_kpi(connection: "Connection", asked: str) -> str:
    from eurocluster.explaining import kpis_to_choose
    from eurocluster.figures import read_titles

    beside = read_titles(connection).get(asked)
    headlines = kpis_to_choose(connection)
    if beside is not None and beside.parent in headlines:
        raise refusal(
            USAGE, f"{asked} is measured beside {beside.parent}: explain {beside.parent}."
        )
    return known("KPI", asked, headlines) or asked
