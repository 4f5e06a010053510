"""A table of a page as a download: exactly the rows and columns that the page is about.

Belongs here: from a table to an answer with the right headers.
Does not belong here: how csv and xlsx are written (exports/tables).
"""

from typing import Final, Literal
from urllib.parse import quote

from fastapi import Response

from eurocluster.exports.tables import Export, Table, as_csv, as_xlsx
from eurocluster.published import Published

Format = Literal["csv", "xlsx"]
ROWS_AT_MOST: Final = 200_000
"""Rows of a download; what is larger is asked for in parts, or as the whole warehouse."""


def table_as(table: Table, format_: Format, publication: Published) -> Response:
    """Return a table as a file; its name says which publication it is of."""
    named = Table(f"{table.name}-{publication.publication_id[:8]}", table.columns, table.rows)
    if format_ == "csv":
        return download(as_csv(named))
    moment = publication.published_at
    if moment is None:
        raise ValueError(f"publication {publication.publication_id} stands in no journal")
    return download(as_xlsx([Table(table.name, table.columns, table.rows)], named.name, moment))


def download(export: Export) -> Response:
    """Return a file that browsers save."""
    return Response(
        export.content,
        media_type=export.media_type,
        headers={
            "Content-Disposition": f"attachment; filename*=UTF-8''{quote(export.file_name)}",
            "Cache-Control": "private, no-store",
        },
    )
