"""What all commands share: the application, options, words of mistakes, exit codes.

Exit codes: 0 good; 1 judged bad (an audit failed, a file is not readable); 2 asked for what
does not exist; 3 could not run (nothing published, a declaration is wrong).

Belongs here: exit codes, which words go to the screen and which to standard error.
Does not belong here: commands. Whatever is heavy is imported by the command that needs it, so that
help and mistakes are answered at once.
"""

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, time, timedelta
from difflib import get_close_matches
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from eurocluster.settings import Settings, load_settings

if TYPE_CHECKING:
    from rich.console import Console
    from sqlalchemy import Connection

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


AsOfOption = Annotated[
    datetime | None,
    typer.Option(
        formats=["%Y-%m-%d", "%Y-%m-%dT%H:%M"],
        help="What was known at the end of that day (UTC): later deliveries are left out.",
    ),
]


@contextmanager
def published(as_of: datetime | None = None) -> "Iterator[tuple[Settings, Connection]]":
    """Open the published warehouse, or one of what was known earlier, built now if need be."""
    from eurocluster.published import open_published, open_warehouse

    settings = load_settings()
    with mistakes_told():
        if as_of is None:
            with open_published(settings) as connection:
                yield settings, connection
            return
        from eurocluster.asides import Question, build_aside

        until = as_of.replace(tzinfo=UTC)
        if until.time() == time.min:
            until += timedelta(days=1) - timedelta(microseconds=1)
        with console(to_errors=True).status(f"Building what was known until {until:%Y-%m-%d} …"):
            database = build_aside(settings, Question(until))
        with open_warehouse(database) as connection:
            yield settings, connection


@contextmanager
def mistakes_told() -> Iterator[None]:
    """Turn what keeps a command from running into words on standard error and an exit code."""
    from eurocluster.consortium.declarations import DeclarationError

    try:
        yield
    except typer.Exit:  # a RuntimeError, too
        raise
    except (DeclarationError, RuntimeError) as error:
        raise refusal(COULD_NOT_RUN, str(error)) from error
    except OSError as error:
        place = f"{error.filename}: " if error.filename else ""
        raise refusal(COULD_NOT_RUN, f"{place}{error.strerror or error}") from error


def show_scoreboard(
    settings: Settings,
    connection: "Connection",
    period: str,
    policy: str | None,
    *,
    is_published: bool = True,
) -> None:
    """Show the scoreboard of the published warehouse, or of one aside."""
    from eurocluster.published import find_published
    from eurocluster.scoreboard import read_scoreboard
    from eurocluster.terminal.scoreboards import render_scoreboard

    board = read_scoreboard(connection, period=period, policy=policy)
    place = find_published(settings) if is_published else None
    console().print(render_scoreboard(board, place))


def write(format_: Format, names: Sequence[str], values: Sequence[Any]) -> None:
    """Write what the values say under these names."""
    write_rows(format_, names, [[getattr(value, name) for name in names] for value in values])


def write_rows(format_: Format, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Write rows of values under these names, for programs."""
    from eurocluster.terminal.machine_formats import as_csv, as_json

    write = as_json if format_ is Format.JSON else as_csv
    typer.echo(write(columns, rows), nl=False)


def console(*, to_errors: bool = False) -> "Console":
    """Return the screen: a terminal with its colours and columns, or a log with neither."""
    from rich.console import Console

    width = shutil.get_terminal_size((_LOG_WIDTH, 0)).columns
    return Console(width=width, highlight=False, markup=False, emoji=False, stderr=to_errors)


def known(kind: str, asked: str | None, known: Sequence[str]) -> str | None:
    """Return what was asked for as it is written, whatever the case it was typed in."""
    if asked is None:
        return None
    folded = {name.casefold(): name for name in known}
    if asked.casefold() in folded:
        return folded[asked.casefold()]
    near = get_close_matches(asked.casefold(), folded, n=1, cutoff=0.4)
    meant = f" Did you mean {folded[near[0]]}?" if near else ""
    raise refusal(USAGE, f"Unknown {kind} {asked}.{meant} Known: {', '.join(known)}.")


def split(names: list[str] | None) -> tuple[str, ...]:
    """Return names given one by one or as a list with commas."""
    return tuple(name.strip() for given in names or () for name in given.split(",") if name.strip())


def note(words: str) -> None:
    """Say something beside the answer, on standard error."""
    typer.echo(words, err=True)


def refusal(code: int, words: str) -> typer.Exit:
    """Say on standard error why a command ends here; return what ends it."""
    note(words)
    return typer.Exit(code)
