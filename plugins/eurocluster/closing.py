"""What a coordinator has in front of them before a period is closed: figures and open questions.

Belongs here: the page as Markdown, for Airflow's approval and for the command line.
Does not belong here: closing (releases), whether it may be closed.
"""

from collections.abc import Iterator, Sequence

from sqlalchemy import Connection, text

from eurocluster.figures import plain, read_figures, read_titles
from eurocluster.scoreboard import late_lines, partner_lines
from eurocluster.stewardship.questions import open_lines


def closing_page(connection: Connection, period: str) -> str:
    """Return the figures of a period, what is not settled, and what earlier releases lack."""
    return "\n".join(
        [
            f"**{period}** is closed with these figures, for good. Later corrections show as"
            " restatements; they never change it.",
            "",
            *_figures(connection, period),
            *_listed("Not up to date", late_lines(connection)),
            *_listed("Rows refused", [line for line in partner_lines(connection) if line]),
            *_listed("Questions that are open", open_lines(connection)),
            *_listed("Different from what was reported before", _restated(connection)),
        ]
    )


def _figures(connection: Connection, period: str) -> Iterator[str]:
    titles = read_titles(connection)
    found = read_figures(connection, period=period)
    new = {(figure.kpi, figure.policy): figure for figure in found if figure.measure == "new"}
    yield f"| KPI | | Policy | New in {period} | Cumulative | Target | State |"
    yield "|---|---|---|---:|---:|---:|---|"
    for figure in found:
        if figure.measure != "cumulative" or titles[figure.kpi].parent is not None:
            continue
        beside = new.get((figure.kpi, figure.policy))
        yield (
            f"| {figure.kpi} | {titles[figure.kpi].title} | {figure.policy or ''}"
            f" | {beside.shown if beside else ''} | {figure.shown} | {figure.target_shown}"
            f" | {figure.state.replace('_', ' ')} |"
        )
    yield ""


def _restated(connection: Connection) -> list[str]:
    rows = connection.execute(
        text(
            """
            select closed_period, kpi, policy, frozen_value, current_value
            from releases.restatements
            where restatement <> 0
            order by release, kpi, policy
            """
        )
    )
    return [
        f"{row.closed_period} {row.kpi} {row.policy or ''}".rstrip()
        + f": reported {plain(row.frozen_value)}, today {plain(row.current_value)}"
        for row in rows
    ]


def _listed(title: str, lines: Sequence[str]) -> list[str]:
    return [f"**{title}**", "", *(f"- {line}" for line in lines), ""] if lines else []
