"""Queries that people have saved: lines of a ledger, of which the newest of each title counts.

Belongs here: saving, deleting, listing.
Does not belong here: queries that come with the portal (saved_queries.yml), running them (sandbox).
"""

from dataclasses import dataclass
from typing import Final

from eurocluster.ledgers import Ledger
from eurocluster.settings import Settings

LONGEST_TITLE: Final = 120
LONGEST_QUERY: Final = 20_000


@dataclass(frozen=True, slots=True)
class SavedQuery:
    """A query that somebody has saved under a title."""

    title: str
    sql: str
    saved_by: str
    at: str


class QueryShelf:
    """The saved queries of one state folder; a line without SQL takes a title away."""

    def __init__(self, settings: Settings) -> None:
        self._ledger = Ledger(settings.data / "queries" / "saved.jsonl")

    def all(self) -> list[SavedQuery]:
        """Return what is saved, by title.

        Raises:
            BrokenLedger: A line is not what it was when it was written.
        """
        found = {}
        for line in self._ledger.lines():
            found[line["title"].casefold()] = SavedQuery(**line)
        return sorted((s for s in found.values() if s.sql), key=lambda s: s.title.casefold())

    def save(self, title: str, sql: str, by: str) -> None:
        """Save a query under a title; one of that title is replaced.

        Raises:
            ValueError: The title or the query is missing or too long.
        """
        title = " ".join(title.split())
        if not title or len(title) > LONGEST_TITLE:
            raise ValueError(f"A title has between 1 and {LONGEST_TITLE} characters.")
        if not sql.strip() or len(sql) > LONGEST_QUERY:
            raise ValueError(f"A query has between 1 and {LONGEST_QUERY:,} characters.")
        self._ledger.add({"title": title, "sql": sql.strip(), "saved_by": by})

    def delete(self, title: str, by: str) -> None:
        """Take a saved query away.

        Raises:
            ValueError: There is none of that title.
        """
        if title not in {saved.title for saved in self.all()}:
            raise ValueError(f"There is no saved query {title!r}.")
        self._ledger.add({"title": title, "sql": "", "saved_by": by})
