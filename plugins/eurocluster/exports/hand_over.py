"""What a coordinator hands to the agency when a period is closed: every file of it, in one folder.

Belongs here: which files, writing them once.
Does not belong here: what they hold (deliverables, kpi_table).
"""

import os
from pathlib import Path

from eurocluster.exports.deliverables import CODES, deliverable_zip
from eurocluster.exports.editions import Edition, open_edition
from eurocluster.exports.kpi_table import FORMATS
from eurocluster.exports.tables import Export
from eurocluster.settings import Settings


def files_of(edition: Edition, period: str) -> list[Export]:
    """Return the deliverables and the KPI table of a period in every format."""
    return [
        *(deliverable_zip(edition, code) for code in CODES),
        *(make(edition, period) for make in FORMATS.values()),
    ]


def hand_over(settings: Settings, period: str) -> Path:
    """Write the files of a closed period to ``exports/<consortium>/<period>`` and return it.

    Called again it writes the same bytes again: a release does not change.

    Raises:
        UnknownRelease: The period is not closed.
        OSError: The folder cannot be written.
    """
    with open_edition(settings, period) as edition:
        folder = settings.exports / edition.project.code / period
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        for export in files_of(edition, period):
            write_whole(export, folder)
    return folder


def write_whole(export: Export, folder: Path) -> Path:
    """Write a file so that it is there completely or not at all; return where it is."""
    target = folder / export.file_name
    unfinished = folder / f".{export.file_name}.{os.getpid()}"
    unfinished.write_bytes(export.content)
    unfinished.replace(target)
    return target
