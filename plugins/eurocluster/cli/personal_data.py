"""``eurocluster`` ``relink``, ``accesses``, ``forget-person``, ``housekeeping``: data of persons.

Belongs here: the commands. A person's name or address is never an argument: it would stay in the
history of the shell.
Does not belong here: what they do (relinking, forgetting, housekeeping), the screen (terminal/).
"""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from eurocluster.cli.answering import (
    COULD_NOT_RUN,
    JUDGED_BAD,
    USAGE,
    Format,
    FormatOption,
    app,
    console,
    known,
    mistakes_told,
    note,
    published,
    refusal,
    write_rows,
)
from eurocluster.settings import Settings, load_settings, with_secret

if TYPE_CHECKING:
    from eurocluster.sources.connections import Lookup

_PANEL = "Personal data"


@app.command(rich_help_panel=_PANEL)
def relink(
    kpi: Annotated[str, typer.Argument(metavar="KPI", help="A KPI that counts persons: 4a.M1.")],
    by: Annotated[str, typer.Option(help="Who looks: a coordinator that project.yml names.")],
    why: Annotated[
        str | None, typer.Option(help="The reason; without it a leave that still runs goes on.")
    ] = None,
    minutes: Annotated[int, typer.Option(help="For how long, 480 at most.")] = 30,
    unit: Annotated[
        str | None, typer.Option(help="One counted unit, as `explain` shows it.")
    ] = None,
    file: Annotated[  # noqa: FBT002 - Typer makes an option of it
        bool, typer.Option("--file", help="Into a file that goes when the time is over.")
    ] = False,
) -> None:
    """Show who was counted, from the vault, for a limited time; every look is written down.

    Only where `project.yml` says `vault: true`, and only names that were delivered since.

    For example:

    * `eurocluster relink 4a.M1 --by "Testa Koordynacja" --why "audit of RP1" --minutes 20`

    * `eurocluster relink 4a.M1 --by "Testa Koordynacja" --unit email:0c5d…`
    """
    from eurocluster.airflow.connections import connection

    with published() as (settings, opened):
        from eurocluster import audit_files, relinking
        from eurocluster.consortium.declarations import load_consortium
        from eurocluster.figures import read_titles
        from eurocluster.store_keys import settled
        from eurocluster.terminal import personal_data
        from eurocluster.vault import open_vault

        project = load_consortium(settings.home).project
        keyed = _with_secret(settings, connection)
        now = datetime.now(UTC)
        named = known("KPI", kpi, list(read_titles(opened))) or kpi
        try:
            access = relinking.grant(settings, project, by, why, minutes, now)
            vault = open_vault(settings, project, connection)
            if vault is None:
                raise refusal(USAGE, "There is no vault: project.yml does not say vault: true.")
            secret = settled(settings.store(project.code), keyed.secret or b"")
            linked = relinking.relink(
                settings, project.code, opened, vault, secret, access, named, unit, now,
                "file" if file else "terminal",
            )  # fmt: skip
        except relinking.NotAllowed as error:
            raise refusal(USAGE, str(error)) from None
        if file:
            rows = [personal_data.LINKED_COLUMNS, *personal_data.linked_rows(linked)]
            path = audit_files.write(settings, named, rows, access.until, now)
            console().print(f"{path}\n  goes after {access.until:%Y-%m-%d %H:%M} UTC")
            return
        console().print(personal_data.render_linked(named, access, linked))


@app.command(rich_help_panel=_PANEL)
def accesses(format_: FormatOption = Format.TABLE) -> None:
    """Show who has looked into the vault, when, why, until when and at how many persons.

    For example:

    * `eurocluster accesses --format csv`
    """
    with mistakes_told():
        from eurocluster import relinking
        from eurocluster.ledgers import BrokenLedger
        from eurocluster.terminal import personal_data

        try:
            lines = relinking.accesses(load_settings())
        except BrokenLedger as error:
            raise refusal(JUDGED_BAD, str(error)) from None
        if format_ is Format.TABLE:
            console().print(personal_data.render_accesses(lines))
            return
        columns = personal_data.ACCESS_COLUMNS
        write_rows(format_, columns, [[line[name] for name in columns] for line in lines])


@app.command(rich_help_panel=_PANEL)
def forget_person() -> None:
    """Forget a person who asks for it: takes them out of the vault, names files that hold them.

    Asks for name and e-mail address, or reads them as two lines from standard input; they are no
    options, because those stay in the shell's history. Says to whom to write, until when files are
    kept, and that no figure has changed.

    For example:

    * `eurocluster forget-person`
    """
    from eurocluster.airflow.connections import connection

    with mistakes_told():
        from eurocluster.forgetting import forget
        from eurocluster.nightly import AuditFailed
        from eurocluster.terminal import personal_data
        from eurocluster.vault import Person

        settings = _with_secret(load_settings(), connection)
        name = typer.prompt("Name", default="", show_default=False, err=True).strip()
        email = typer.prompt("E-mail address", default="", show_default=False, err=True).strip()
        try:
            with console(to_errors=True).status("Comparing figures …"):
                done = forget(settings, Person(name or None, email or None), connection)
        except AuditFailed as error:
            raise refusal(COULD_NOT_RUN, str(error)) from None
        except ValueError as error:
            raise refusal(USAGE, str(error)) from None
        if not done.rows and not done.from_vault:
            note("Nobody of this name and address is in the register store.")
        console().print(personal_data.render_forgotten(done))
        if done.has_changed:
            raise typer.Exit(JUDGED_BAD)


@app.command(rich_help_panel=_PANEL)
def housekeeping(
    dry_run: Annotated[  # noqa: FBT002 - Typer makes an option of it
        bool, typer.Option("--dry-run", help="Say what would go; remove nothing.")
    ] = False,
    format_: FormatOption = Format.TABLE,
) -> None:
    """Remove what is no longer needed: files past their time, leftovers, old publications.

    `retention_days` and `evidence_until` of project.yml say how long partners' files are kept. No
    figure changes, and everything that goes is written down in `logs/removed.jsonl`.

    For example:

    * `eurocluster housekeeping --dry-run`
    """
    with mistakes_told():
        from eurocluster.housekeeping import keep_house
        from eurocluster.ledgers import BrokenLedger
        from eurocluster.terminal import personal_data

        try:
            removals = keep_house(load_settings(), is_dry_run=dry_run)
        except BrokenLedger as error:
            raise refusal(JUDGED_BAD, str(error)) from None
        if format_ is Format.TABLE:
            console().print(personal_data.render_removals(removals, is_dry_run=dry_run))
            return
        write_rows(format_, personal_data.REMOVAL_COLUMNS, personal_data.removal_rows(removals))


@app.command(rich_help_panel=_PANEL)
def rotate_secret() -> None:
    """Take another secret for the keys of persons, without changing a figure.

    Everything that is stored is lifted by the new secret, aside; two warehouses are built and
    compared, and the lifted store takes the old one's place only when all is equal. No partner's
    file is read. Keep all secrets: keys are made with one after the other.

    The secret in the state folder gets its successor by itself. Where a connection or
    `EUROCLUSTER_SECRET` keeps it, put a new one behind the old one first.

    For example:

    * `eurocluster rotate-secret`
    """
    from eurocluster.airflow.connections import connection

    with mistakes_told():
        from eurocluster.key_rotation import NotRotated, rotate
        from eurocluster.nightly import AuditFailed
        from eurocluster.settings import is_secret_kept
        from eurocluster.store_keys import CONNECTION
        from eurocluster.terminal import personal_data

        settings = _with_secret(load_settings(), connection)
        is_kept = connection(CONNECTION) is None and is_secret_kept(settings)
        try:
            with console(to_errors=True).status("Lifting, building and comparing …"):
                done = rotate(settings, is_kept=is_kept)
        except (NotRotated, AuditFailed) as error:
            raise refusal(COULD_NOT_RUN, str(error)) from None
        console().print(personal_data.render_rotation(done))


def _with_secret(settings: Settings, lookup: "Lookup") -> Settings:
    """Return settings with the secret of the connection, the environment or the state folder."""
    from eurocluster.store_keys import CONNECTION

    kept = lookup(CONNECTION)
    try:
        return with_secret(settings, kept.password if kept is not None else None)
    except ValueError as error:
        raise refusal(COULD_NOT_RUN, str(error)) from None
