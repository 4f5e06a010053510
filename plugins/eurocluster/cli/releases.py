"""``eurocluster close`` and ``eurocluster releases``: periods that were reported, for good.

Belongs here: the commands.
Does not belong here: closing (nightly, releases), what has changed since (the warehouse).
"""

from typing import Annotated

import typer

from eurocluster.cli.answering import (
    COULD_NOT_RUN,
    JUDGED_BAD,
    USAGE,
    Format,
    FormatOption,
    app,
    console,
    mistakes_told,
    published,
    refusal,
    write_rows,
)
from eurocluster.settings import load_settings


@app.command(rich_help_panel="Closed periods")
def close(
    period: Annotated[str, typer.Argument(metavar="PERIOD", help="A reporting period, as RP1.")],
    by: Annotated[str, typer.Option(help="Who approves it; project.yml can name who may.")],
    note: Annotated[str | None, typer.Option(help="What the agency was told.")] = None,
    yes: Annotated[  # noqa: FBT002 - Typer makes an option of it
        bool, typer.Option("--yes", help="Do not ask: it cannot be taken back.")
    ] = False,
) -> None:
    """Close a reporting period: its figures, units and reasons are kept for ever as they are now.

    Later corrections never alter it; they show as restatements, unit by unit.

    For example:

    * `eurocluster close RP1 --by coordinator --note "Periodic report 1"`
    """
    with mistakes_told():
        from eurocluster import nightly
        from eurocluster.releases import BrokenChain, CannotClose

        try:
            if not yes:
                from rich.markdown import Markdown

                console().print(Markdown(nightly.before_closing(load_settings(), period)))
                typer.confirm(f"Close {period} for good?", abort=True)
            with console(to_errors=True).status(f"Closing {period} …"):
                done = nightly.close(load_settings(), period, by, note)
        except CannotClose as error:
            raise refusal(USAGE, str(error)) from None
        except BrokenChain as error:
            raise refusal(JUDGED_BAD, str(error)) from None
        except nightly.AuditFailed as error:
            raise refusal(COULD_NOT_RUN, str(error)) from None
        console().print(
            f"Release {done['release']}: {done['period']} is closed.\n"
            f"  {done['path']}\n  digest {done['digest']}\n"
            f"Files for the agency: eurocluster export deliverable D-4a --release {done['period']}"
        )


@app.command(rich_help_panel="Closed periods")
def releases(format_: FormatOption = Format.TABLE) -> None:
    """Show closed periods, whether they are what they were, and what has changed since.

    Restatements are cumulative figures at the end of a closed period: as it was reported, as it
    would be today, and the units that make the difference.

    For example:

    * `eurocluster releases`

    * `eurocluster releases --format json`
    """
    with published() as (settings, connection):
        from eurocluster.consortium.declarations import load_consortium
        from eurocluster.releases import BrokenChain, Releases
        from eurocluster.restatements import read_restatements
        from eurocluster.terminal import restatements

        code = load_consortium(settings.home).project.code
        try:
            found = Releases(settings.releases(code)).all()
        except BrokenChain as error:
            raise refusal(JUDGED_BAD, str(error)) from None
        restated = read_restatements(connection)
        if format_ is Format.TABLE:
            console().print(restatements.render(found, restated))
            return
        write_rows(format_, *restatements.rows(restated))
