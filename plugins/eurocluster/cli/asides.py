"""``eurocluster scenario``: what other readings of the call would give; nothing is published.

Belongs here: the command.
Does not belong here: building aside (asides), differences (comparing), how they look (terminal/).
"""

from contextlib import ExitStack
from typing import Annotated

import typer

from eurocluster.cli.answering import (
    COULD_NOT_RUN,
    USAGE,
    Format,
    FormatOption,
    app,
    console,
    mistakes_told,
    refusal,
    write_rows,
)
from eurocluster.settings import load_settings


@app.command(rich_help_panel="Figures and their evidence")
def scenario(
    set_: Annotated[
        list[str] | None,
        typer.Option(
            "--set", metavar="NAME=VALUE", help="Another value of a parameter; repeat it."
        ),
    ] = None,
    all_units: Annotated[  # noqa: FBT002 - Typer makes an option of it
        bool, typer.Option("--all-units", help="Every unit that moves, not the first of each KPI.")
    ] = False,
    format_: FormatOption = Format.TABLE,
) -> None:
    """Show what the figures would be under other readings of the call, and which units move.

    Everything is built aside from what has been delivered; the published warehouse stays as it is.
    Without `--set`: the three SME policies side by side, and the organisations of unknown status
    that would move a figure most.

    For example:

    * `eurocluster scenario --set o4_denominator=50 --set visitor_once=false`

    * `eurocluster scenario --set sme_policy=conservative`

    * `eurocluster scenario`
    """
    with mistakes_told(), ExitStack() as opened:
        from eurocluster.asides import Question, UnknownSetting, build_aside, read_setting
        from eurocluster.comparing import compare, policies_of, unknown_smes
        from eurocluster.nightly import AuditFailed
        from eurocluster.published import open_warehouse
        from eurocluster.terminal import scenarios

        settings = load_settings()
        screen = console()
        try:
            changed = dict(read_setting(text) for text in set_ or ())
            with screen.status("Building the present …"):
                before = opened.enter_context(open_warehouse(build_aside(settings, Question())))
            if not changed:
                policies, unknown = policies_of(before), unknown_smes(before)
                if format_ is Format.TABLE:
                    screen.print(scenarios.render_policies(policies, unknown))
                    return
                write_rows(format_, *scenarios.policy_rows(policies))
                return
            with screen.status("Building the scenario …"):
                aside = build_aside(settings, Question(settings=changed))
            changes = compare(before, opened.enter_context(open_warehouse(aside)))
        except UnknownSetting as error:
            raise refusal(USAGE, str(error)) from None
        except AuditFailed as error:
            raise refusal(COULD_NOT_RUN, str(error)) from None
        if format_ is Format.TABLE:
            screen.print(scenarios.render_changes(changed, changes, every_unit=all_units))
            return
        write_rows(format_, *scenarios.change_rows(changes))
