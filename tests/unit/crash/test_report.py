"""What is told at the end of `make crash`."""

from io import StringIO

from rich.console import Console

from crash.report import show
from crash.trial import Outcome


def test_a_trial_that_failed_is_told_with_how_to_see_it_again() -> None:
    told = StringIO()
    outcomes = [
        Outcome(
            7, "closing", [("closing: close", "release 1")], ["a period could be closed twice"]
        ),
        Outcome(8, "closing", [("closing: dbt", "after 3.10 s")]),
    ]
    show(Console(file=told, width=118), outcomes, 5, ["release", "journal"])
    words = told.getvalue()
    assert "2 kills in 2 trials, 1 failed" in words
    assert "trial 7, closing: a period could be closed twice" in words
    assert "again: python -m crash --seed 5 --only 7 --at release --at journal" in words
    assert "trial 8" not in words
