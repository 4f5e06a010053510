"""The command line: ``eurocluster run``, ``kpis``, ``explain``, ``query``, ``read``.

Exit codes: 0 good; 1 judged bad (an audit failed, a file is not readable); 2 asked for what
does not exist; 3 could not run (nothing published, a declaration is wrong).

Belongs here: arguments, exit codes, which words go to the screen and which to standard error.
Does not belong here: figures, fates, steps of the night. Whatever is heavy is imported by the
command that needs it, so that help and mistakes are answered at once.
"""

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import fields
from difflib import get_close_matches
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from eurocluster.settings import Settings, load_settings

if TYPE_CHECKING:
    from datetime import date

    from rich.console import Console
    from sqlalchemy import Connection

    from eurocluster.checking import Checked

JUDGED_BAD: Final = 1
USAGE: Final = 2
COULD_NOT_RUN: Final = 3

_LOG_WIDTH: Final = 120
"""Columns where no terminal says how many it has."""

app = typer.Typer(
    name="eurocluster",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="markdown",
    # A traceback would show local variables, and with them the rows of a register.
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="""
    The KPIs of a Eurocluster, computed from its partners' registers.

    `EUROCLUSTER_HOME` names the consortium folder (project.yml, partners/), `EUROCLUSTER_DATA` the
    state folder (default: var/ beside the code). Exit codes: 0 good, 1 judged bad, 2 usage, 3 could
    not run.
    """,
)


class Format(StrEnum):
    """How an answer is written."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"


class Policy(StrEnum):
    """What is believed of an SME (G6)."""

    CONSERVATIVE = "conservative"
    REPORTED = "reported"
    POTENTIAL = "potential"


FormatOption = Annotated[
    Format, typer.Option("--format", "-f", help="For people (table) or for programs (json, csv).")
]
PeriodOption = Annotated[
    str | None, typer.Option(help="One reporting period, as RP1; `all` is the whole project.")
]
PolicyOption = Annotated[
    Policy | None,
    typer.Option(help="Which SMEs count: verified, also declared (reported), also unknown ones."),
]


@app.command()
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
    with _mistakes_told():
        from eurocluster import nightly
        from eurocluster.figures import ALL
        from eurocluster.published import open_published
        from eurocluster.settings import with_secret
        from eurocluster.terminal.nights import show_night

        try:
            settings = with_secret(load_settings())
        except ValueError as error:
            raise _refusal(COULD_NOT_RUN, str(error)) from None
        try:
            failed = show_night(
                _console(),
                settings,
                partners=_split(partners),
                registers=_split(registers),
                force=force,
                note=note,
            )
        except nightly.UnknownChoice as error:
            raise _refusal(USAGE, str(error)) from None
        except nightly.AuditFailed as error:
            raise _refusal(JUDGED_BAD, str(error)) from None
        with open_published(settings) as connection:
            _show_scoreboard(settings, connection, ALL, None)
        if failed:
            raise _refusal(COULD_NOT_RUN, f"Not done: {', '.join(failed)}.")


@app.command()
def kpis(
    period: PeriodOption = None,
    policy: PolicyOption = None,
    format_: FormatOption = Format.TABLE,
) -> None:
    """Show the KPIs of the published warehouse.

    The table is the scoreboard. JSON and CSV list every figure: KPI, period, measure (new,
    cumulative, active), policy, value, numerator, denominator, target, state; figures in which SME
    status plays no part have no policy and belong to each.

    For example:

    * `eurocluster kpis`

    * `eurocluster kpis --period RP1 --policy conservative`

    * `eurocluster kpis --format json | jq '.[] | select(.kpi == "4a.O3")'`
    """
    with _published() as (settings, connection):
        from eurocluster.figures import ALL, Figure, read_figures, read_periods

        chosen = _known("period", period, (*read_periods(connection), ALL))
        if format_ is Format.TABLE:
            _show_scoreboard(settings, connection, chosen or ALL, policy)
            return
        figures = read_figures(connection, period=chosen, policy=policy)
        _write(format_, tuple(f.name for f in fields(Figure)), figures)


@app.command()
def explain(
    kpi: Annotated[str, typer.Argument(metavar="KPI", help="A KPI of the call, as 4a.O3.")],
    period: PeriodOption = None,
    policy: PolicyOption = None,
    partner: Annotated[str | None, typer.Option(help="Rows of one partner, as p1.")] = None,
    unit: Annotated[
        str | None, typer.Option(help="Rows of one unit: its key, or how its key begins.")
    ] = None,
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
    with _published() as (_, connection):
        from eurocluster import explaining

        code = _known_kpi(connection, kpi)
        choice = explaining.Choice(
            period=_known("period", period, explaining.periods_to_choose(connection)) or "all",
            policy=policy,
            partner=_known("partner", partner, explaining.partners_to_choose(connection)),
            unit=unit,
        )
        if policy is not None and code not in explaining.KPIS_WITH_POLICIES:
            _note(f"{code} is the same under every policy: SME status plays no part in it.")
        try:
            rows = explaining.explain(connection, code, choice)
        except explaining.UnknownUnit as error:
            raise _refusal(USAGE, str(error)) from None
        zero = explaining.why_zero(connection, code, choice)
        if format_ is Format.TABLE:
            from eurocluster.figures import read_titles
            from eurocluster.terminal.explanations import render_explanation

            title = read_titles(connection)[code].title
            figure = explaining.read_figure(connection, code, choice)
            _console().print(render_explanation(title, figure, explaining.grouped(rows), zero))
            return
        if zero is not None:
            _note(zero)
        _write(format_, explaining.JSON_FIELDS, rows)


@app.command()
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
    with _published() as (_, connection):
        from eurocluster.published import QueryRefused, ask

        try:
            answer = ask(connection, sql, limit)
        except QueryRefused as error:
            raise _refusal(USAGE, str(error)) from None
        if answer.is_cut:
            _note(f"Only the first {limit:,} rows are shown; --limit shows more.")
        if format_ is Format.TABLE:
            from eurocluster.terminal.answers import render_answer

            _console().print(render_answer(answer))
            return
        if format_ is Format.JSON and len(set(answer.columns)) < len(answer.columns):
            raise _refusal(USAGE, "Two columns have the same name; tell them apart with AS.")
        _write_rows(format_, answer.columns, answer.rows)


@app.command()
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
        raise _refusal(JUDGED_BAD, f"{file.name}: {error.message} ({error.code})") from None
    chosen = _known("sheet", sheet, [s.name for s in workbook.sheets])
    sheets = [s for s in workbook.sheets if chosen in (None, s.name)]
    for shown in sheets:
        if not shown.visible:
            _note(f"Sheet {shown.name} is hidden.")
        if shown.hidden_rows:
            _note(f"Sheet {shown.name}: {len(shown.hidden_rows):,} rows are hidden.")
    for note in workbook.notes:
        where = cell_name(note.row, note.column) if note.row and note.column else note.row or ""
        place = " ".join(str(part) for part in (note.sheet, where) if part)
        _note(f"{note.code} {place + ': ' if place else ''}{note.words}")
    typer.echo(cells_as_csv(sheets), nl=False)


@app.command()
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

    registers = [_known("register", name, REGISTER_NAMES) or name for name in _split(register)]
    if out is not None and out.suffix.casefold() not in (".xlsx", ".xlsm"):
        raise _refusal(USAGE, f"--out {out}: the returned workbook is an .xlsx file.")
    with _checked(file, partner, registers) as (checked, day):
        if out is not None:
            from eurocluster.returning import write_checked

            write_checked(checked, day, out)
            _note(f"Returned workbook: {out}")
        if format_ is Format.TABLE:
            from eurocluster.terminal.checks import render_check

            _console().print(render_check(checked))
        else:
            from eurocluster.terminal.checks import FIELDS, fields_of

            _write_rows(format_, FIELDS, [fields_of(finding) for finding in checked.findings])
        if not checked.is_good:
            raise typer.Exit(JUDGED_BAD)


@app.command()
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

    spoken = _known("language", language, LANGUAGES)
    with _checked(file, None, (), language=spoken, is_known=False) as (checked, _):
        from eurocluster.onboarding import draft

        drafted = draft(checked, file)
        typer.echo(drafted.yaml, nl=False)
        for number, question in enumerate(drafted.questions, start=1):
            _note(f"{number}. {question}")


@app.command()
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

    name = _known("register", register, REGISTER_NAMES) or register
    spoken = _known("language", language, LANGUAGES)
    with _mistakes_told():
        from eurocluster.consortium.declarations import load_consortium
        from eurocluster.templates.writing import write_template

        consortium = load_consortium(load_settings().home)
        codes = [declared.partner for declared in consortium.partners]
        code = _known("partner", partner, codes)
        owner = consortium.partner(code) if code else None
        spoken = spoken or (owner.language if owner else "en")
        target = out or Path(f"{name}-{spoken}.xlsx")
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
    with _mistakes_told():
        from eurocluster import nightly
        from eurocluster.checking import Checker, stand_in
        from eurocluster.judging import Calendar
        from eurocluster.reading.child import WorkbookReader
        from eurocluster.settings import with_secret

        settings = with_secret(load_settings())
        consortium = nightly.checked_consortium(settings)
        project = consortium.project
        code = _known("partner", partner, [p.partner for p in consortium.partners])
        day = nightly.reporting_date(project)
        calendar = Calendar(project.start, project.end, day)
        owner = consortium.partner(code) if code else stand_in(language) if language else None
        with WorkbookReader() as reader:
            checker = Checker(consortium, calendar, settings.secret or b"", reader)
            yield checker.check(file, owner, registers, asks_partners=is_known), day


@contextmanager
def _published() -> "Iterator[tuple[Settings, Connection]]":
    """Open the published warehouse, whichever consortium's it is."""
    from eurocluster.published import open_published

    settings = load_settings()
    with _mistakes_told(), open_published(settings) as connection:
        yield settings, connection


@contextmanager
def _mistakes_told() -> Iterator[None]:
    """Turn what keeps a command from running into words on standard error and an exit code."""
    from eurocluster.consortium.declarations import DeclarationError

    try:
        yield
    except typer.Exit:  # a RuntimeError, too
        raise
    except (DeclarationError, RuntimeError) as error:
        raise _refusal(COULD_NOT_RUN, str(error)) from error
    except OSError as error:
        place = f"{error.filename}: " if error.filename else ""
        raise _refusal(COULD_NOT_RUN, f"{place}{error.strerror or error}") from error


def _show_scoreboard(
    settings: Settings, connection: "Connection", period: str, policy: str | None
) -> None:
    from eurocluster.published import find_published
    from eurocluster.scoreboard import read_scoreboard
    from eurocluster.terminal.scoreboards import render_scoreboard

    board = read_scoreboard(connection, period=period, policy=policy)
    _console().print(render_scoreboard(board, find_published(settings)))


def _write(format_: Format, names: Sequence[str], values: Sequence[Any]) -> None:
    """Write what the values say under these names."""
    _write_rows(format_, names, [[getattr(value, name) for name in names] for value in values])


def _write_rows(format_: Format, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    from eurocluster.terminal.machine_formats import as_csv, as_json

    write = as_json if format_ is Format.JSON else as_csv
    typer.echo(write(columns, rows), nl=False)


def _console() -> "Console":
    """Return the screen: a terminal with its colours and columns, or a log with neither."""
    from rich.console import Console

    width = shutil.get_terminal_size((_LOG_WIDTH, 0)).columns
    return Console(width=width, highlight=False, markup=False, emoji=False)


def _known_kpi(connection: "Connection", asked: str) -> str:
    from eurocluster.explaining import kpis_to_choose
    from eurocluster.figures import read_titles

    beside = read_titles(connection).get(asked)
    headlines = kpis_to_choose(connection)
    if beside is not None and beside.parent in headlines:
        raise _refusal(
            USAGE, f"{asked} is measured beside {beside.parent}: explain {beside.parent}."
        )
    return _known("KPI", asked, headlines) or asked


def _known(kind: str, asked: str | None, known: Sequence[str]) -> str | None:
    """Return what was asked for as it is written, whatever the case it was typed in."""
    if asked is None:
        return None
    folded = {name.casefold(): name for name in known}
    if asked.casefold() in folded:
        return folded[asked.casefold()]
    near = get_close_matches(asked.casefold(), folded, n=1, cutoff=0.4)
    meant = f" Did you mean {folded[near[0]]}?" if near else ""
    raise _refusal(USAGE, f"Unknown {kind} {asked}.{meant} Known: {', '.join(known)}.")


def _split(names: list[str] | None) -> tuple[str, ...]:
    """Return names given one by one or as a list with commas."""
    return tuple(name.strip() for given in names or () for name in given.split(",") if name.strip())


def _note(words: str) -> None:
    typer.echo(words, err=True)


def _refusal(code: int, words: str) -> typer.Exit:
    """Say on standard error why a command ends here; return what ends it."""
    _note(words)
    return typer.Exit(code)
