"""How the scoreboard looks.

Belongs here: tables and their order on the screen.
Does not belong here: figures and sentences (figures, scoreboard), other formats (cli).
"""

from collections.abc import Callable

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from eurocluster.figures import ALL, POLICIES, Figure
from eurocluster.published import Published
from eurocluster.scoreboard import Action, Deliverable, Scoreboard
from eurocluster.terminal.tables import new_table, state_text, titled, titled_lines


def render_scoreboard(board: Scoreboard, published: Published | None) -> RenderableType:
    """Return everything that a coordinator sees after a night."""
    policies = _policies(board)
    owed = [action.code for action in board.actions if action.is_owed]
    parts = [
        _heading(board),
        titled("KPIs", _headlines(board)),
        *([] if policies is None else [titled("SME policies, where they differ", policies)]),
        *titled_lines("In the figures by decision", board.manual_lines),
        *titled_lines("Targets to catch up", board.ways_to_go()),
        titled("Beside the KPIs", _beside(board)),
        titled("Deliverables", _deliverables(board)),
        titled("Actions", _actions(board)),
        *titled_lines("Mandatory actions not implemented", [", ".join(owed)] if owed else []),
        *titled_lines("Partners not up to date", board.late),
        *titled_lines("Rows refused, by partner", board.partner_lines),
        *(titled_lines("Published warehouse", _place(published)) if published else []),
    ]
    return Group(*parts)


def _heading(board: Scoreboard) -> Text:
    project = board.project
    span = "" if board.period == ALL else f" · {board.period} only"
    return Text.assemble(
        (f"{project.name}{span}", "bold"),
        f"\n{project.reporting_date.isoformat()} · month {project.months_elapsed} of"
        f" {project.months} · SME policy {board.policy}",
    )


def _headlines(board: Scoreboard) -> Table:
    spans = _spans(board)
    numbers = [*spans, _total(board), "Target"]
    table = new_table("KPI", "Title", "", *numbers, "State", right=numbers)
    for headline in board.headlines:
        total = board.figure(headline.code, "cumulative")
        if total is None:
            continue
        table.add_row(
            headline.code,
            headline.title,
            _duty(is_mandatory=headline.is_mandatory),
            *(_short(figure(board, headline.code)) for figure in spans.values()),
            Text(total.shown, style="bold"),
            total.target_shown,
            state_text(total.state),
        )
    return table


def _policies(board: Scoreboard) -> Table | None:
    """Return the figures that depend on what is believed of an SME, None when none does."""
    table = new_table("KPI", *POLICIES, right=POLICIES)
    for headline in board.headlines:
        figures = board.policies_of(headline.code)
        if figures:
            table.add_row(
                headline.code,
                *(
                    Text(figure.shown, style="bold" if figure.policy == board.policy else "")
                    for figure in figures
                ),
            )
    return table if table.row_count else None


def _beside(board: Scoreboard) -> Table:
    spans = _spans(board)
    numbers = [*spans, _total(board)]
    table = new_table("KPI", "Title", *numbers, right=numbers)
    for headline in board.headlines:
        for measure in board.beside(headline.code):
            table.add_row(
                headline.code,
                measure.title,
                *(_shown(figure(board, measure.code)) for figure in spans.values()),
                _shown(board.figure(measure.code, "cumulative")),
            )
    return table


def _deliverables(board: Scoreboard) -> Table:
    table = new_table("Code", "Title", "Due", "Papers", "State")
    for item in board.deliverables:
        state = "overdue" if item.is_overdue else item.state or ""
        table.add_row(
            item.code,
            _measured(board, item.title, item.code),
            "" if item.due_day is None else f"M{item.due_month} {item.due_day.isoformat()}",
            _papers(item),
            state_text(state),
        )
    return table


def _actions(board: Scoreboard) -> Table:
    table = new_table(
        *("Code", "Title", "", "Count", "Dates", "Partners", "State"),
        right=("Count",),
        wrap=("Title", "Partners"),
    )
    for action in board.actions:
        table.add_row(
            action.code,
            _measured(board, action.title, action.code),
            _duty(is_mandatory=action.is_mandatory),
            f"{action.unit_count:,}",
            _dates(action),
            ", ".join(action.partners),
            state_text(action.state),
        )
    return table


def _dates(action: Action) -> str:
    """Return the months of the first and the last row, as ``2023-01 … 2024-09``."""
    days = [day for day in (action.first_date, action.last_date) if day is not None]
    return " … ".join(dict.fromkeys(f"{day:%Y-%m}" for day in days))


def _papers(item: Deliverable) -> str:
    return {True: "ready", False: "none yet", None: ""}[item.is_evidence_ready]


def _measured(board: Scoreboard, title: str, code: str) -> Text:
    """Return a title with what is measured beside it, as ``Of these joint ones: 2``."""
    measures = [
        f"{measure.title}: {_shown(board.figure(measure.code, 'cumulative'))}"
        for measure in board.beside(code)
    ]
    return Text.assemble(title, (f"\n{' · '.join(measures)}" if measures else "", "dim"))


def _spans(board: Scoreboard) -> dict[str, Callable[[Scoreboard, str], Figure | None]]:
    """Return header → figure of the columns before the total."""
    if board.period != ALL:
        return {
            f"New in {board.period}": lambda board, kpi: board.figure(kpi, "new"),
            "Active": lambda board, kpi: board.figure(kpi, "active"),
        }
    return {f"New {period}": _new_in(period) for period in board.periods}


def _new_in(period: str) -> Callable[[Scoreboard, str], Figure | None]:
    return lambda board, kpi: board.figure(kpi, "new", period)


def _total(board: Scoreboard) -> str:
    return "Total" if board.period == ALL else f"To end of {board.period}"


def _shown(figure: Figure | None) -> str:
    return "" if figure is None else figure.shown


def _short(figure: Figure | None) -> str:
    """Return a figure without the counts behind a share."""
    return _shown(figure).partition(" (")[0]


def _duty(*, is_mandatory: bool) -> Text:
    return Text("mandatory", style="bold") if is_mandatory else Text("optional", style="dim")


def _place(published: Published) -> list[str]:
    day = published.published_at
    since = "" if day is None else f" of {day:%Y-%m-%d %H:%M} UTC"
    return [
        str(published.path),
        f"publication {published.publication_id}{since}; open it read-only",
    ]
