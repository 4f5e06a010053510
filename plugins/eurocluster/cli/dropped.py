"""``eurocluster drop``: the partners' drop folders, now or for as long as one waits.

Belongs here: the command.
Does not belong here: what is due, judging, answers (dropped).
"""

import contextlib
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import typer

from eurocluster.cli.answering import (
    COULD_NOT_RUN,
    JUDGED_BAD,
    app,
    console,
    mistakes_told,
    note,
    refusal,
)
from eurocluster.settings import Settings, load_settings

if TYPE_CHECKING:
    from eurocluster.dropped import Dropped

_SECONDS_BETWEEN_LOOKS = 3.0


@app.command(rich_help_panel="Files of partners")
def drop(
    watch: Annotated[  # noqa: FBT002 - Typer makes an option of it
        bool, typer.Option("--watch", help="Go on until Ctrl-C; tell only what is new.")
    ] = False,
    settle: Annotated[
        float,
        typer.Option(min=0, help="Seconds for which nobody may have written to a file."),
    ] = 10.0,
) -> None:
    """Judge what lies in the partners' drop folders, without submitting it, and answer there.

    A file in `EUROCLUSTER_DATA/drop/PARTNER/` gets a returned workbook in `answers/` beside it.
    Nothing is stored, nothing is published; a file that was judged is not judged again until it
    changes. Under Airflow the DAG `judge_dropped_files` does the same every five minutes.

    Exit code 0: nothing is wrong; 1: something is in a file, or a file is not looked at.

    For example:

    * `eurocluster drop`

    * `eurocluster drop --watch`
    """
    with mistakes_told():
        from eurocluster.settings import with_secret

        try:
            settings = with_secret(load_settings())
        except ValueError as error:
            raise refusal(COULD_NOT_RUN, str(error)) from None
        if watch:
            with contextlib.suppress(KeyboardInterrupt):
                _watch(settings, settle)
            return
        from eurocluster.dropped import judge_patiently

        goods = []
        for dropped in judge_patiently(settings, settle=settle):
            _tell(dropped)
            goods.append(dropped.is_good)
        if not goods:
            note(f"Nothing was dropped. Folders: {settings.drop}/PARTNER/")
        if not all(goods):
            raise typer.Exit(JUDGED_BAD)


def _watch(settings: Settings, settle: float) -> None:
    """Judge again and again; tell each thing once for as long as it stays so."""
    from eurocluster.consortium.declarations import DeclarationError
    from eurocluster.dropped import judge_dropped

    note(f"Watching {settings.drop}/PARTNER/ until Ctrl-C.")
    told: set[Dropped | str] = set()
    while True:
        now: set[Dropped | str] = set()
        try:
            for dropped in judge_dropped(settings, settle=settle):
                # What is judged now is known at the next look, and that is no news.
                news = replace(dropped, state="known") if dropped.state == "judged" else dropped
                now.add(news)
                if dropped.state == "judged" or news not in told:
                    _tell(dropped)
        except DeclarationError as error:  # somebody is writing it; what was told stays told
            now |= told | {str(error)}
            if str(error) not in told:
                note(str(error))
        told = now
        time.sleep(_SECONDS_BETWEEN_LOOKS)


def _tell(dropped: "Dropped") -> None:
    place = "/".join(part for part in ("drop", dropped.partner, dropped.name) if part)
    console().print(f"{place}: {_said(dropped)}", soft_wrap=True)
    if dropped.answer is not None and dropped.state != "known":
        console().print(f"  answer: {dropped.answer}", soft_wrap=True)


def _said(dropped: "Dropped") -> str:
    """Return what came of a file in the words of ``eurocluster check``."""
    if dropped.state == "waiting":
        return f"waits: {dropped.cause}."
    if dropped.state == "failed":
        return f"not judged: {dropped.cause}. It is tried again."
    if dropped.state == "stray":
        return f"not looked at: {dropped.cause}."
    earlier = " (as before)" if dropped.state == "known" else ""
    if dropped.errors:
        return f"{dropped.errors:,} to mend, {dropped.doubts:,} doubtful{earlier}."
    if dropped.doubts:
        return f"Nothing is wrong; {dropped.doubts:,} doubtful{earlier}."
    return f"Nothing is wrong{earlier}."
