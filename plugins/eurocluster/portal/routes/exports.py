"""Files to take away: deliverables, the KPI table, the warehouse; of today or of a closed period.

Belongs here: which files are offered, sending them.
Does not belong here: what they hold (exports).
"""

import shutil
import tempfile
from pathlib import Path
from typing import Any, Literal

from fastapi import APIRouter, HTTPException, Request, Response
from fastapi.responses import FileResponse
from starlette.background import BackgroundTask

from eurocluster.consortium.declarations import load_consortium
from eurocluster.exports.deliverables import CODES, deliverable_zip
from eurocluster.exports.editions import UnknownRelease, open_edition
from eurocluster.exports.kpi_table import FORMATS
from eurocluster.exports.published_tables import write_warehouse
from eurocluster.figures import ALL, read_periods
from eurocluster.portal.access import Right, SignedIn, requires
from eurocluster.portal.downloads import download
from eurocluster.portal.pages import page
from eurocluster.portal.reading import Read
from eurocluster.releases import BrokenChain, Releases
from eurocluster.settings import Settings

router = APIRouter(dependencies=[requires(Right.READ)])


@router.get("/exports", name="exports")
def exports(request: Request, who: SignedIn, read: Read) -> Response:
    """Show what can be taken away."""
    code = load_consortium(read.settings.home).project.code
    try:
        closed = [release.period for release in Releases(read.settings.releases(code)).all()]
    except BrokenChain as error:
        raise HTTPException(409, str(error)) from None
    values: dict[str, Any] = {
        "section": "exports",
        "publication": read.publication,
        "closed": closed,
        "deliverables": CODES,
        "formats": tuple(FORMATS),
        "periods": (*read_periods(read.connection), ALL),
    }
    return page(request, who, "exports.html", values)


@router.get("/exports/deliverables/{code}.zip", name="export_deliverable")
def export_deliverable(request: Request, code: str, release: str | None = None) -> Response:
    """Send a deliverable as the one file that the agency's portal takes."""
    if code not in CODES:
        raise HTTPException(404, f"{code!r} is no deliverable: {', '.join(CODES)}.")
    try:
        with open_edition(request.app.state.settings, release or None) as edition:
            return download(deliverable_zip(edition, code))
    except UnknownRelease as error:
        raise HTTPException(404, str(error)) from None


@router.get("/exports/kpis.{format_}", name="export_kpis")
def export_kpis(
    request: Request,
    format_: Literal["xlsx", "docx", "pdf", "json"],
    period: str = ALL,
    release: str | None = None,
) -> Response:
    """Send the KPI table."""
    try:
        with open_edition(request.app.state.settings, release or None) as edition:
            periods = (*read_periods(edition.connection), ALL)
            if period not in periods:
                raise HTTPException(404, f"{period!r} is no period: {', '.join(periods)}.")
            return download(FORMATS[format_](edition, period))
    except UnknownRelease as error:
        raise HTTPException(404, str(error)) from None


@router.get("/exports/warehouse.zip", name="export_warehouse")
def export_warehouse(request: Request, release: str | None = None) -> Response:
    """Send every published table as Parquet with the data dictionary, in one zip."""
    settings: Settings = request.app.state.settings
    folder = Path(tempfile.mkdtemp(prefix="eurocluster-export-"))
    try:
        with open_edition(settings, release or None) as edition:
            written = write_warehouse(edition, folder)
        packed = shutil.make_archive(str(folder / written.name), "zip", folder, written.name)
    except UnknownRelease as error:
        shutil.rmtree(folder)
        raise HTTPException(404, str(error)) from None
    except BaseException:
        shutil.rmtree(folder)
        raise
    return FileResponse(
        packed,
        filename=Path(packed).name,
        headers={"Cache-Control": "private, no-store"},
        background=BackgroundTask(shutil.rmtree, folder),
    )
