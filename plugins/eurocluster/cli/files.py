"""``eurocluster check``, ``read``, ``onboard`` and ``template``: one file at a time.

Belongs here: the commands.
Does not belong here: judging a file (checking), drafts (onboarding), templates (templates/).
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
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
    note,
    refusal,
    split,
    write_rows,
)
from eurocluster.settings import load_settings

if TYPE_CHECKING:
    from datetime import date

    from eurocluster.checking import Checked


@app.command(rich_help_panel="Files of partners")
def read(
    file: Annotated[
        Path,
        typer.Argument(
            exists=True,
            dir_okay=False,
            readable=True,
            help="A workbook, csv, json or parquet file.",
        ),
    ],
    sheet: Annotated[str | None, typer.Option(help="One sheet only.")] = None,
    encoding: Annotated[str | None, typer.Option(help="Of a text file, as cp1250.")] = None,
    delimiter: Annotated[str | None, typer.Option(help="Of a text file, as ';'.")] = None,
) -> None:
    """Show the cells of a file as they are understood, before anything is judged, as CSV.

    Text stands in quotes, numbers and dates do not. Notes of the reader go to standard error.

    For example:

    * `eurocluster read drives/p1/wymiany.xlsx`

    * `eurocluster read drives/p6/osallistujat.csv --encoding cp1252 > cells.csv`
    """
    from eurocluster.reading.cells import ReadingHints, UnreadableFile, cell_name
    from eurocluster.reading.child import WorkbookReader
    from eurocluster.terminal.machine_formats import cells_as_csv

    try:
        with WorkbookReader() as reader:
            workbook = reader.read(file, ReadingHints(encoding=encoding, delimiter=delimiter))
    except UnreadableFile as error:
        raise refusal(JUDGED_BAD, f"{file.name}: {error.message} ({error.code})") from None
    chosen = known("sheet", sheet, [s.name for s in workbook.sheets])
    sheets = [s for s in workbook.sheets if chosen in (None, s.name)]
    for shown in sheets:
        if not shown.visible:
            note(f"Sheet {shown.name} is hidden.")
        if shown.hidden_rows:
            note(f"Sheet {shown.name}: {len(shown.hidden_rows):,} rows are hidden.")
    for said in workbook.notes:
        where = cell_name(said.row, said.column) if said.row and said.column else said.row or ""
        place = " ".join(str(part) for part in (said.sheet, where) if part)
        note(f"{said.code} {place + ': ' if place else ''}{said.words}")
    typer.echo(cells_as_csv(sheets), nl=False)


@app.command(rich_help_panel="Files of partners")
def check(
    file: Annotated[
        Path, typer.Argument(exists=True, dir_okay=False, readable=True, help="A partner's file.")
    ],
    partner: Annotated[
        str | None,
        typer.Option(help="Whose file it is; without it, whoever declares such a file."),
    ] = None,
    register: Annotated[
        list[str] | None, typer.Option(help="Only this register; repeat it for more.")
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(dir_okay=False, help="Write the file back with its bad cells marked (.xlsx)."),
    ] = None,
    format_: FormatOption = Format.TABLE,
) -> None:
    """Judge one file without submitting it: nothing is stored, nothing is published.

    Exit code 0: nothing is wrong; 1: something is, or the file cannot be read.

    For example:

    * `eurocluster check obecnosc.xlsx --partner pl --out obecnosc-marked.xlsx`

    * `eurocluster check visits.csv --register exchanges --format json`
    """
    from eurocluster.consortium.partners import REGISTER_NAMES

    registers = [known("register", name, REGISTER_NAMES) or name for name in split(register)]
    if out is not None and out.suffix.casefold() not in (".xlsx", ".xlsm"):
        raise refusal(USAGE, f"--out {out}: the returned workbook is an .xlsx file.")
    if out is not None and out.exists() and out.samefile(file):
        raise refusal(USAGE, f"--out {out}: this is the partner's own file; it stays as it is.")
    with _checked(file, partner, registers) as (checked, day):
        if out is not None:
            from eurocluster.returning import write_checked

            write_checked(checked, day, out)
            note(f"Returned workbook: {out}")
        if format_ is Format.TABLE:
            from eurocluster.terminal.checks import render_check

            console().print(render_check(checked))
        else:
            from eurocluster.terminal.checks import FIELDS, fields_of

            write_rows(format_, FIELDS, [fields_of(finding) for finding in checked.findings])
        if not checked.is_good:
            raise typer.Exit(JUDGED_BAD)


@app.command(rich_help_panel="Files of partners")
def onboard(
    file: Annotated[
        Path, typer.Argument(exists=True, dir_okay=False, readable=True, help="A partner's file.")
    ],
    language: Annotated[
        str | None, typer.Option(help="Its language, as pl; without it, that of its headers.")
    ] = None,
) -> None:
    """Draft the declaration of a new partner from one of its files.

    The draft (partners/<code>.yml) goes to standard output; what only a person can tell goes to
    standard error as questions.

    For example: `eurocluster onboard "Lista obecności.xlsx" > my_consortium/partners/p7.yml`
    """
    from eurocluster.conforming.lexicon import LANGUAGES

    spoken = known("language", language, LANGUAGES)
    with _checked(file, None, (), language=spoken, is_known=False) as (checked, _):
        from eurocluster.onboarding import draft

        drafted = draft(checked, file)
        typer.echo(drafted.yaml, nl=False)
        for number, question in enumerate(drafted.questions, start=1):
            note(f"{number}. {question}")


@app.command(rich_help_panel="Files of partners")
def template(
    register: Annotated[str, typer.Argument(metavar="REGISTER", help="As attendance.")],
    language: Annotated[
        str | None, typer.Option(help="As pl; without it, the partner's, else English.")
    ] = None,
    partner: Annotated[
        str | None, typer.Option(help="Whose template it is: its names, its language.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option(dir_okay=False, help="Where to; default REGISTER-LANGUAGE.xlsx.")
    ] = None,
) -> None:
    """Write an empty workbook for a register: headers, drop-downs and advice in one language.

    For example: `eurocluster template attendance --language pl --partner pl --out lista.xlsx`
    """
    from eurocluster.conforming.lexicon import LANGUAGES
    from eurocluster.consortium.partners import REGISTER_NAMES

    name = known("register", register, REGISTER_NAMES) or register
    spoken = known("language", language, LANGUAGES)
    with mistakes_told():
        from eurocluster.consortium.declarations import load_consortium
        from eurocluster.templates.writing import write_template

        consortium = load_consortium(load_settings().home)
        codes = [declared.partner for declared in consortium.partners]
        code = known("partner", partner, codes)
        owner = consortium.partner(code) if code else None
        spoken = spoken or (owner.language if owner else "en")
        target = out or Path(f"{name}-{spoken}.xlsx")
        if target.exists():
            raise refusal(USAGE, f"{target} exists; somebody may have filled it. Name another.")
        write_template(name, spoken, target, partner=owner, consortium=consortium)
        typer.echo(str(target))


@contextmanager
def _checked(
    file: Path,
    partner: str | None,
    registers: Sequence[str],
    *,
    language: str | None = None,
    is_known: bool = True,
) -> "Iterator[tuple[Checked, date]]":
    """Check a file; its cells can be asked for while the context lasts."""
    with mistakes_told():
        from eurocluster import nightly
        from eurocluster.checking import Checker, stand_in
        from eurocluster.judging import Calendar
        from eurocluster.reading.child import WorkbookReader
        from eurocluster.settings import with_secret

        settings = with_secret(load_settings())
        consortium = nightly.checked_consortium(settings)
        project = consortium.project
        code = known("partner", partner, [p.partner for p in consortium.partners])
        day = nightly.reporting_date(project)
        calendar = Calendar(project.start, project.end, day)
        owner = consortium.partner(code) if code else stand_in(language) if language else None
        with WorkbookReader() as reader:
            checker = Checker(consortium, calendar, settings.secret or b"", reader)
            yield checker.check(file, owner, registers, asks_partners=is_known), day
