"""``eurocluster export``: files for the agency, for reports, for programs, for keeping.

Belongs here: the commands.
Does not belong here: what files hold (exports).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from eurocluster.cli.answering import (
    COULD_NOT_RUN,
    JUDGED_BAD,
    USAGE,
    app,
    console,
    known,
    mistakes_told,
    refusal,
)
from eurocluster.settings import load_settings

if TYPE_CHECKING:
    from eurocluster.exports.editions import Edition
    from eurocluster.exports.tables import Export

export = typer.Typer(
    help="Write files: deliverables, the KPI table, the whole warehouse.", no_args_is_help=True
)
app.add_typer(export, name="export", rich_help_panel="Figures and their evidence")

ReleaseOption = Annotated[
    str | None, typer.Option(help="A closed period, as RP1: what was reported, for good.")
]
OutOption = Annotated[Path, typer.Option(help="Folder that the file goes to.")]


@export.command()
def deliverable(
    code: Annotated[str, typer.Argument(metavar="CODE", help="D-4a or D-4b.")],
    release: ReleaseOption = None,
    out: OutOption = Path(),
) -> None:
    """Write a deliverable as the one zip that the agency's portal takes: PDF, CSV, evidence.

    For example:

    * `eurocluster export deliverable D-4a --release RP1 --out reports`
    """
    with _edition(release) as edition:
        from eurocluster.exports.deliverables import CODES, deliverable_zip

        chosen = known("deliverable", code, CODES) or code
        _write(deliverable_zip(edition, chosen), out)


@export.command()
def kpis(
    format_: Annotated[
        str, typer.Option("--format", help="xlsx, docx, pdf or json (for programs).")
    ] = "xlsx",
    period: Annotated[
        str | None, typer.Option(help="A reporting period; the whole project when none is named.")
    ] = None,
    release: ReleaseOption = None,
    out: OutOption = Path(),
) -> None:
    """Write the KPI table in the form that reports use: baseline, target, actual, comment.

    For example:

    * `eurocluster export kpis --format docx --period RP1 --release RP1`
    """
    with _edition(release) as edition:
        from eurocluster.exports.kpi_table import FORMATS
        from eurocluster.figures import ALL, read_periods

        chosen = known("format", format_, tuple(FORMATS)) or format_
        span = known("period", period, (*read_periods(edition.connection), ALL)) or ALL
        _write(FORMATS[chosen](edition, span), out)


@export.command()
def warehouse(release: ReleaseOption = None, out: OutOption = Path()) -> None:
    """Write every published table as Parquet, with a data dictionary and digests.

    For example:

    * `eurocluster export warehouse --out archive`
    """
    with _edition(release) as edition:
        from eurocluster.exports.published_tables import write_warehouse

        try:
            with console(to_errors=True).status("Writing tables …"):
                folder = write_warehouse(edition, out)
        except FileExistsError as error:
            raise refusal(USAGE, str(error)) from None
        console().print(str(folder))


@contextmanager
def _edition(release: str | None) -> "Iterator[Edition]":
    with mistakes_told():
        from eurocluster.exports.editions import UnknownRelease, open_edition
        from eurocluster.releases import BrokenChain

        try:
            with open_edition(load_settings(), release) as edition:
                yield edition
        except UnknownRelease as error:
            raise refusal(USAGE, str(error)) from None
        except BrokenChain as error:
            raise refusal(JUDGED_BAD, str(error)) from None
        except OSError as error:
            raise refusal(COULD_NOT_RUN, f"Nothing was written: {error}") from None


def _write(made: "Export", out: Path) -> None:
    from eurocluster.exports.hand_over import write_whole

    out.mkdir(parents=True, exist_ok=True)
    console().print(str(write_whole(made, out)))
