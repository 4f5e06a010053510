"""What the figures mean and where they come from: data dictionary, lineage, how to ask by program.

Belongs here: the page that leads there, sending both documents.
Does not belong here: their content (exports/dictionary, lineage).
"""

from typing import Final

from fastapi import APIRouter, HTTPException, Request, Response
from fastapi.responses import FileResponse, HTMLResponse

from eurocluster.exports.dictionary import as_page, as_table
from eurocluster.exports.tables import as_csv
from eurocluster.lineage import NoDocumentation, dbt_documentation
from eurocluster.portal.access import Right, SignedIn, requires
from eurocluster.portal.downloads import download
from eurocluster.portal.pages import page

router = APIRouter(dependencies=[requires(Right.READ)])

_OF_DBT: Final = (
    # dbt's page has its scripts and its data inside.
    "default-src 'self' data:; script-src 'unsafe-inline' 'unsafe-eval'; style-src 'unsafe-inline';"
    " font-src data:; img-src data:; connect-src 'none'; frame-ancestors 'self'"
)


@router.get("/documentation", name="documentation")
def documentation(request: Request, who: SignedIn) -> Response:
    """Show what there is to read."""
    address = request.app.state.airflow_address
    return page(
        request, who, "documentation.html", {"section": "documentation", "airflow": address}
    )


@router.get("/documentation/dictionary", name="dictionary")
def dictionary() -> Response:
    """Send the data dictionary as a page."""
    return HTMLResponse(as_page(), headers={"Cache-Control": "private, no-cache"})


@router.get("/documentation/dictionary.csv", name="dictionary_csv")
def dictionary_csv() -> Response:
    """Send the data dictionary as a table."""
    return download(as_csv(as_table()))


@router.get("/documentation/lineage", name="lineage")
def lineage(request: Request) -> Response:
    """Send dbt's documentation: every model, its columns, its tests and what it is built from."""
    try:
        found = dbt_documentation(request.app.state.settings)
    except NoDocumentation as error:
        raise HTTPException(500, f"dbt could not write its documentation: {error}") from None
    return FileResponse(
        found,
        media_type="text/html",
        headers={"Content-Security-Policy": _OF_DBT, "Cache-Control": "private, no-cache"},
    )
