"""``eurocluster notices``: what would be mailed to whom, without sending anything.

Belongs here: the command.
Does not belong here: what messages say (notices), sending them (the DAG refresh_kpis).
"""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from eurocluster.cli.answering import app, console, known, mistakes_told, published
from eurocluster.settings import load_settings


@app.command(rich_help_panel="Files of partners")
def notices(
    kind: Annotated[
        str | None, typer.Option(help="summary (to coordinators), returned or reminder.")
    ] = None,
    partner: Annotated[str | None, typer.Option(help="Only to the steward of one partner.")] = None,
    out: Annotated[
        Path | None, typer.Option(help="Folder to write them to, as .eml with attachments.")
    ] = None,
) -> None:
    """Show the mails of tonight: who gets what, and whether it was sent already.

    Nothing is sent: the nightly run does that, when project.yml has `notices`.

    For example:

    * `eurocluster notices`

    * `eurocluster notices --kind returned --partner pl --out mails`
    """
    with mistakes_told(), published() as (_, connection):
        from eurocluster.explaining import partners_to_choose
        from eurocluster.notices import outbox

        settings = load_settings()
        found = outbox.messages(
            settings,
            kind=known("kind", kind, outbox.KINDS),
            partner=known("partner", partner, partners_to_choose(connection)),
            even_if_off=True,
        )
        due = outbox.unsent(settings, found)
        if not found:
            console().print("Nothing needs to be said to anybody.")
        for number, message in enumerate(found, start=1):
            state = "to be sent" if message in due else "sent before"
            if out is None:
                console().rule(f"{message.kind} to {message.about}, {state}")
                console().print(f"{message.subject}\n", style="bold", highlight=False)
                console().print(message.text, highlight=False, markup=False)
                for path in message.attachments:
                    console().print(f"  with {path.name}", highlight=False, markup=False)
                continue
            out.mkdir(parents=True, exist_ok=True)
            path = out / f"{number:03}-{message.kind}-{message.about}.eml"
            mail = message.as_mail("preview@localhost", datetime.now(UTC))
            path.write_bytes(mail.as_bytes())
            console().print(f"{path}  {state}", highlight=False)
