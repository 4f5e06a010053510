"""``eurocluster run``: the whole night in this process.

Belongs here: the command.
Does not belong here: steps of the night (nightly), how it is told (terminal/nights).
"""

from typing import Annotated

import typer

from eurocluster.cli.answering import (
    COULD_NOT_RUN,
    JUDGED_BAD,
    USAGE,
    app,
    console,
    mistakes_told,
    refusal,
    show_scoreboard,
    split,
)
from eurocluster.settings import load_settings


@app.command(rich_help_panel="Nights")
def run(
    partners: Annotated[
        list[str] | None,
        typer.Option(help="Only these partners: `--partners p1,p2`, or the option repeated."),
    ] = None,
    registers: Annotated[
        list[str] | None, typer.Option(help="Only these registers, written like partners.")
    ] = None,
    force: Annotated[  # noqa: FBT002 - Typer makes an option of it
        bool,
        typer.Option("--force", help="Read unchanged files again, accept what is held back."),
    ] = False,
    note: Annotated[str | None, typer.Option(help="Why this run was started.")] = None,
) -> None:
    """Run the whole night in this process, without a scheduler, and show the scoreboard.

    Fetch, judge and keep each partner's registers, build the warehouse, audit it, publish it. Rows
    that are refused are counted and told; they never stop a night.

    For example:

    * `eurocluster run`

    * `eurocluster run --partners p1,p2 --registers exchanges`

    * `EUROCLUSTER_HOME=my_consortium EUROCLUSTER_DATA=my_state eurocluster run`
    """
    with mistakes_told():
        from eurocluster import nightly
        from eurocluster.airflow.connections import connection
        from eurocluster.figures import ALL
        from eurocluster.published import open_published
        from eurocluster.settings import with_secret
        from eurocluster.terminal.nights import show_night

        try:
            settings = with_secret(load_settings())
        except ValueError as error:
            raise refusal(COULD_NOT_RUN, str(error)) from None
        try:
            failed = show_night(
                console(),
                settings,
                connection,
                partners=split(partners),
                registers=split(registers),
                force=force,
                note=note,
            )
        except nightly.UnknownChoice as error:
            raise refusal(USAGE, str(error)) from None
        except nightly.AuditFailed as error:
            raise refusal(JUDGED_BAD, str(error)) from None
        with open_published(settings) as published:
            show_scoreboard(settings, published, ALL, None)
        if failed:
            raise refusal(COULD_NOT_RUN, f"Not done: {', '.join(failed)}.")
