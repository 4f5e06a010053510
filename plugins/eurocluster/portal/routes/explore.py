"""Explore: read-only SQL on the published warehouse, with its tables beside it.

Belongs here: the query of the address, saved queries, the table of the answer, downloads.
Does not belong here: limits and locks (sandbox).
"""

import hashlib
from functools import cache
from importlib.resources import files
from typing import Annotated, Any, Final

import yaml
from fastapi import APIRouter, Form, HTTPException, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy import text

from eurocluster.exports.tables import Table
from eurocluster.ledgers import BrokenLedger
from eurocluster.portal.access import Right, SignedIn, requires
from eurocluster.portal.downloads import Format, table_as
from eurocluster.portal.pages import Shelf, kept_page, link, page
from eurocluster.portal.query_shelf import LONGEST_QUERY, QueryShelf
from eurocluster.portal.reading import Read, Reading
from eurocluster.portal.sandbox import Sandbox, Timed, TooBusy
from eurocluster.published import QueryRefused

router = APIRouter(dependencies=[requires(Right.READ)])

ROWS_SHOWN: Final = 500
ROWS_AT_MOST: Final = 100_000
"""Rows of a download."""
SCHEMAS: Final = ("kpis", "evidence", "quality", "core", "stewardship", "releases", "reference")


@router.get("/explore", name="explore")
def explore(request: Request, who: SignedIn, read: Read, sql: str = "") -> Response:
    """Show the tables, and the answer to the query of the address."""
    try:
        saved = QueryShelf(read.settings).all()
    except BrokenLedger as error:
        raise HTTPException(409, str(error)) from None

    def values(timed: Timed | None, refusal: str = "") -> dict[str, Any]:
        return {
            "section": "explore",
            "publication": read.publication,
            "sql": sql,
            "timed": timed,
            "refusal": refusal,
            "rows_shown": ROWS_SHOWN,
            "rows_at_most": ROWS_AT_MOST,
            "offered": offered_queries(),
            "saved": saved,
            "schemas": _schemas(request, read),
        }

    def answered() -> dict[str, Any]:
        return values(_answer(request, read, sql, ROWS_SHOWN) if sql.strip() else None)

    state = hashlib.sha256(repr(saved).encode()).hexdigest()[:16]
    try:
        return kept_page(
            request, who, f"{read.publication.publication_id} {state}", "explore.html", answered
        )
    except QueryRefused as error:
        return page(request, who, "explore.html", values(None, str(error)), status=422)
    except TooBusy as error:
        return page(request, who, "explore.html", values(None, str(error)), status=503)


@router.get("/explore/answer.{format_}", name="explore_rows")
def explore_rows(request: Request, read: Read, format_: Format, sql: str) -> Response:
    """Return the answer to a query as a file."""
    try:
        answer = _answer(request, read, sql, ROWS_AT_MOST).answer
    except QueryRefused as error:
        raise HTTPException(422, str(error)) from None
    except TooBusy as error:
        raise HTTPException(503, str(error)) from None
    return table_as(Table("answer", answer.columns, answer.rows), format_, read.publication)


@router.post("/explore/saved", name="save_query", dependencies=[requires(Right.ACT)])
def save_query(
    request: Request, who: SignedIn, sql: Annotated[str, Form()], title: Annotated[str, Form()]
) -> Response:
    """Save a query for everybody."""
    try:
        QueryShelf(request.app.state.settings).save(title, sql, who.name)
    except ValueError as error:
        raise HTTPException(422, str(error)) from None
    return RedirectResponse(link(request, "explore", sql=sql), 303)


@router.post("/explore/saved/delete", name="delete_query", dependencies=[requires(Right.ACT)])
def delete_query(request: Request, who: SignedIn, title: Annotated[str, Form()]) -> Response:
    """Take a saved query away."""
    try:
        QueryShelf(request.app.state.settings).delete(title, who.name)
    except ValueError as error:
        raise HTTPException(404, str(error)) from None
    return RedirectResponse(link(request, "explore"), 303)


@cache
def offered_queries() -> list[dict[str, str]]:
    """Return the queries that come with the portal: title and sql."""
    text_ = files("eurocluster.portal").joinpath("saved_queries.yml").read_text(encoding="utf-8")
    found: list[dict[str, str]] = yaml.safe_load(text_)
    return found


def _answer(request: Request, read: Reading, sql: str, rows: int) -> Timed:
    """Return the answer to a query, the one that somebody got of this publication if there is."""
    if len(sql) > LONGEST_QUERY:
        raise QueryRefused(f"A query has at most {LONGEST_QUERY:,} characters.")
    sandbox: Sandbox = request.app.state.sandbox
    key = ("query", read.publication.publication_id, str(rows),
           hashlib.sha256(sql.encode()).hexdigest())  # fmt: skip
    shelf: Shelf = request.app.state.shelf
    return shelf.get_value(key, lambda: sandbox.query(read.publication, sql, rows))


def _schemas(request: Request, read: Reading) -> Any:
    """Return schema → tables → columns with their types, what people ask for first."""

    def found() -> dict[str, dict[str, list[tuple[str, str]]]]:
        rows = read.connection.execute(
            text(
                """
                select table_schema, table_name, column_name, lower(data_type) as data_type
                from information_schema.columns
                where table_schema not in ('failures', 'staging')
                order by table_schema, table_name, ordinal_position
                """
            )
        )
        by_schema: dict[str, dict[str, list[tuple[str, str]]]] = {name: {} for name in SCHEMAS}
        for row in rows:
            tables = by_schema.setdefault(row.table_schema, {})
            tables.setdefault(row.table_name, []).append((row.column_name, row.data_type))
        return by_schema

    shelf: Shelf = request.app.state.shelf
    return shelf.get_value(("schemas", read.publication.publication_id), found)
