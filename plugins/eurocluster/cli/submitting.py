"""``eurocluster submit``: a file by hand, in place of what the partner's source shows.

Belongs here: the command.
Does not belong here: delivering it (submitting), judging without consequences (``check``).
"""

from pathlib import Path
from typing import Annotated

import typer

from eurocluster.cli.answering import (
    JUDGED_BAD,
    USAGE,
    app,
    console,
    known,
    mistakes_told,
    refusal,
    split,
)
from eurocluster.settings import load_settings


@app.command(rich_help_panel="Files of partners")
def submit(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="The file.")],
    partner: Annotated[str, typer.Option(help="Whose registers it holds, as p1.")],
    by: Annotated[str, typer.Option(help="Who submits it; kept with the delivery.")],
    registers: Annotated[
        list[str] | None,
        typer.Option(help="Only these registers of the file, with commas between."),
    ] = None,
    note: Annotated[str | None, typer.Option(help="Why it is submitted by hand.")] = None,
) -> None:
    """Deliver a file by hand: it becomes the whole content of its registers.

    It stands until the partner's own source shows other files than now. `eurocluster check` says
    beforehand what is wrong in it; figures follow with the next run.

    For example:

    * `eurocluster submit obecnosc.xlsx --partner p1 --by "Testa Koordynacja" --note "by mail"`
    """
    with mistakes_told():
        from eurocluster import nightly
        from eurocluster.airflow.connections import connection
        from eurocluster.checking import Checker
        from eurocluster.judging import Calendar
        from eurocluster.ledgers import BrokenLedger
        from eurocluster.reading.child import WorkbookReader
        from eurocluster.settings import with_secret
        from eurocluster.submitting import CannotSubmit, registers_of
        from eurocluster.submitting import submit as deliver

        settings = with_secret(load_settings())
        consortium = nightly.checked_consortium(settings)
        project = consortium.project
        code = known("partner", partner, [p.partner for p in consortium.partners]) or partner
        owner = consortium.partner(code)
        calendar = Calendar(project.start, project.end, nightly.reporting_date(project))
        try:
            with console(to_errors=True).status("Judging the file …"), WorkbookReader() as reader:
                checker = Checker(consortium, calendar, settings.secret or b"", reader)
                checked = checker.check(file, owner, split(registers))
                chosen = registers_of(checked, owner, split(registers))
            with console(to_errors=True).status("Delivering it …"):
                outcomes = deliver(settings, code, chosen, file, file.name, by, connection, note)
        except CannotSubmit as error:
            raise refusal(USAGE, str(error)) from None
        except BrokenLedger as error:
            raise refusal(JUDGED_BAD, str(error)) from None
        for one in outcomes:
            console().print(
                f"{one.register:<20}{one.outcome:<12}{one.rows:>8,} rows{one.refused:>7,} refused"
                f"{one.doubtful:>7,} doubtful",
                highlight=False,
            )
        console().print("The figures follow with the next run: eurocluster run", highlight=False)
