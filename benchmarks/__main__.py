"""Measure and print: `make bench`, or `python -m benchmarks --help`.

Belongs here: the command line and its progress.
Does not belong here: what is compared (subjects.py), how it is measured (measuring.py), tables
(report.py).
"""

import argparse
import sys
import tempfile
from pathlib import Path

from benchmarks.native import CLIENTS, missing_programs
from benchmarks.subjects import SUBJECTS, USUAL, Fetching, Subject, Visiting


def main() -> None:
    """Make the material, measure the subjects, print a table of each."""
    asked = _arguments()
    measured: list[Subject | Fetching | Visiting] = []
    with tempfile.TemporaryDirectory(prefix="eurocluster-bench-") as folder:
        for name in asked.subjects or USUAL:
            _say(f"Measuring: {name}")
            measured += SUBJECTS[name](Path(folder), asked.rows, asked.runs)
    from benchmarks.report import show

    show(measured)


def _say(what: str) -> None:
    sys.stderr.write(f"{what} …\n")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=main.__doc__)
    parser.add_argument(
        "subjects",
        nargs="*",
        metavar="SUBJECT",
        help=f"some of: {', '.join(SUBJECTS)}; without: {', '.join(USUAL)}, the others take long",
    )
    parser.add_argument("--rows", type=int, default=1_000_000, help="rows of the largest register")
    parser.add_argument("--runs", type=int, default=2, help="runs of each way")
    asked = parser.parse_args()
    if unknown := sorted(set(asked.subjects) - set(SUBJECTS)):
        parser.error(f"unknown: {', '.join(unknown)}; there are: {', '.join(SUBJECTS)}")
    if "sources" in asked.subjects and (missing := missing_programs(CLIENTS)):
        parser.error(f"sources needs programs that are missing: {', '.join(missing)}")
    return asked


if __name__ == "__main__":
    main()
