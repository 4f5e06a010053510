"""Measure and print: `make bench`, or `python -m benchmarks --help`.

Belongs here: the command line and its progress.
Does not belong here: what is compared (subjects.py), how it is measured (measuring.py), tables
(report.py).
"""

import argparse
import sys
import tempfile
from pathlib import Path

from benchmarks.measuring import run_once
from benchmarks.subjects import SUBJECTS, Subject, sizes


def main() -> None:
    """Make the material, measure the subjects, print a table of each."""
    asked = _arguments()
    measured: list[Subject] = []
    with tempfile.TemporaryDirectory(prefix="eurocluster-bench-") as folder:
        material = Path(folder)
        _say(f"Writing files of {asked.rows:,} rows")
        run_once("-m", "benchmarks.material", str(material), *map(str, sizes(asked.rows)))
        for name in asked.subjects or SUBJECTS:
            _say(f"Measuring: {name}")
            measured += SUBJECTS[name](material, asked.rows, asked.runs)
    from benchmarks.report import show

    show(measured)


def _say(what: str) -> None:
    sys.stderr.write(f"{what} …\n")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=main.__doc__)
    parser.add_argument(
        "subjects", nargs="*", metavar="SUBJECT", help=f"all, or some of: {', '.join(SUBJECTS)}"
    )
    parser.add_argument("--rows", type=int, default=100_000, help="rows of the large register")
    parser.add_argument("--runs", type=int, default=3, help="runs of each way")
    asked = parser.parse_args()
    if unknown := sorted(set(asked.subjects) - set(SUBJECTS)):
        parser.error(f"unknown: {', '.join(unknown)}; there are: {', '.join(SUBJECTS)}")
    return asked


if __name__ == "__main__":
    main()
