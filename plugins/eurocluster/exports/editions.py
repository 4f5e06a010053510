"""What an export is about: the current publication, or the one with which a period was closed.

A closed period is exported from the very publication that was frozen, whatever was delivered since;
publications of releases are kept for good (housekeeping).

Belongs here: finding the edition, what every export says about itself.
Does not belong here: files (the other modules of exports).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from sqlalchemy import Connection, text

from eurocluster.consortium.declarations import load_consortium
from eurocluster.figures import Project, read_project
from eurocluster.published import find_published, open_warehouse
from eurocluster.publishing import DATABASE
from eurocluster.releases import Release, Releases
from eurocluster.settings import Settings

_MOMENT: Final = "%Y-%m-%d %H:%M UTC"


class UnknownRelease(ValueError):
    """No closed period goes by what was asked for, or its publication is gone."""


@dataclass(frozen=True, slots=True)
class Edition:
    """One publication, and the release that it is, if it is one.

    Attributes:
        made_at: When readers got it, or when the period was closed (UTC).
    """

    connection: Connection
    project: Project
    publication_id: str
    made_at: datetime
    release: Release | None
    parameters: tuple[tuple[str, str], ...]

    @property
    def name(self) -> str:
        """What file names carry: ``RP1`` of a release, else the day of the publication."""
        return self.release.period if self.release else f"{self.made_at:%Y-%m-%d}"

    @property
    def statement(self) -> tuple[tuple[str, str], ...]:
        """Release, parameters and time, as every export states them."""
        if self.release is None:
            released = "not closed; figures may still change"
        else:
            closed = f"{self.release.released_at.astimezone(UTC):{_MOMENT}}"
            released = (
                f"{self.release.number}: {self.release.period}, closed {closed} by"
                f" {self.release.approved_by}, digest {self.release.digest}"
            )
        return (
            ("Release", released),
            ("Publication", f"{self.publication_id} of {self.made_at.astimezone(UTC):{_MOMENT}}"),
            ("Stated for", f"{self.project.reporting_date}, month {self.project.months_elapsed}"
             f" of {self.project.months}"),
            ("SME policy", self.project.sme_policy),
            ("Parameters", ", ".join(f"{name}={value}" for name, value in self.parameters)),
        )  # fmt: skip


@contextmanager
def open_edition(settings: Settings, release: str | None = None) -> Iterator[Edition]:
    """Open what an export is about.

    Args:
        settings: Of the state folder.
        release: Code of a closed period, None for the current publication.

    Raises:
        NothingPublished: There is no publication yet.
        UnknownRelease: The period is not closed, or its publication is not kept.
        BrokenChain: A release is not what it was.
    """
    found: Release | None = None
    published = find_published(settings)
    database, identity = published.database, published.publication_id
    made_at = published.published_at
    if release is not None:
        code = load_consortium(settings.home).project.code
        closed = {one.period: one for one in Releases(settings.releases(code)).all()}
        if release not in closed:
            there = ", ".join(closed) or "none"
            raise UnknownRelease(f"{release} is not closed. Closed periods: {there}.")
        found = closed[release]
        identity, made_at = found.publication_id, found.released_at
        database = settings.warehouse / "published" / identity / DATABASE
        if not database.is_file():
            raise UnknownRelease(
                f"The publication {identity}, with which {release} was closed, is not in"
                f" {settings.warehouse / 'published'}: bring it back from a copy."
            )
    if made_at is None:
        raise UnknownRelease(f"Publication {identity} stands in no journal of publications.")
    with open_warehouse(database) as connection:
        parameters = connection.execute(
            text("select parameter, value from core.parameters order by parameter")
        )
        yield Edition(
            connection, read_project(connection), identity, made_at, found,
            tuple((row.parameter, row.value) for row in parameters),
        )  # fmt: skip
