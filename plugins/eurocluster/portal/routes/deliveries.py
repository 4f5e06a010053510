"""Who has delivered what, the history of one register, and returned workbooks.

Belongs here: choosing a register, sending a returned workbook to whoever may have it.
Does not belong here: states and dates (completeness), findings (finding_lists).
"""

from pathlib import Path
from typing import Any

from fastapi import APIRouter, HTTPException, Request, Response
from fastapi.responses import FileResponse

from eurocluster.completeness import read_delivery, read_history, read_matrix, read_rates
from eurocluster.consortium.declarations import load_consortium
from eurocluster.feedback.files import returned_name
from eurocluster.finding_lists import Filter, count_by_rule
from eurocluster.portal.access import Right, SignedIn, requires
from eurocluster.portal.charts import punctuality
from eurocluster.portal.pages import kept_page, page
from eurocluster.portal.reading import Read
from eurocluster.settings import Settings
from eurocluster.uploads import Uploads
from eurocluster.wording import speaker

router = APIRouter(dependencies=[requires(Right.READ)])


@router.get("/deliveries", name="deliveries")
def deliveries(request: Request, who: SignedIn, read: Read) -> Response:
    """Show partner × register."""

    def values() -> dict[str, Any]:
        rates = read_rates(read.connection)
        return {
            "section": "deliveries",
            "publication": read.publication,
            "matrix": read_matrix(read.connection),
            "rates": rates,
            "chart": punctuality(rates) if rates else None,
        }

    return kept_page(request, who, read.publication.publication_id, "deliveries.html", values)


@router.get("/deliveries/{partner}/{register}", name="delivery_history")
def delivery_history(
    request: Request, who: SignedIn, read: Read, partner: str, register: str
) -> Response:
    """Show every delivery of one register and what was found in it."""
    code = load_consortium(read.settings.home).project.code
    senders = {
        (upload.register, upload.sha256): upload
        for upload in Uploads(read.settings.uploads(code), partner).all()
    }
    kept, found = read_history(read.connection, partner, register)
    if kept is None:
        raise HTTPException(404, f"{partner} keeps no register {register!r}.")
    return page(
        request,
        who,
        "delivery_history.html",
        {
            "section": "deliveries",
            "publication": read.publication,
            "kept": kept,
            "senders": senders,
            "deliveries": [
                {
                    **row,
                    "files": [
                        (name, digest, _returned(read.settings, partner, name) is not None)
                        for name, digest in zip(row["file_names"], row["file_hashes"], strict=True)
                    ],
                    "rules": count_by_rule(
                        read.connection, Filter(delivery=row["delivery_id"], in_force=False)
                    ),
                }
                for row in found[:50]
            ],
        },
    )


@router.get(
    "/deliveries/{delivery_id}/files/{number}/returned",
    name="returned_workbook",
    dependencies=[requires(Right.ACT)],
)
def returned_workbook(read: Read, delivery_id: str, number: int) -> Response:
    """Send the returned workbook of one file: the partner's own cells, names of people included."""
    delivery = read_delivery(read.connection, delivery_id)
    names = [] if delivery is None else delivery["file_names"]
    if delivery is None or not 0 <= number < len(names):
        raise HTTPException(404, "There is no such file in this delivery.")
    path = _returned(read.settings, delivery["partner"], names[number])
    if path is None:
        raise HTTPException(
            404, "Its returned workbook is no longer kept, or a later delivery has taken its place."
        )
    return FileResponse(path, filename=path.name, headers={"Cache-Control": "no-store"})


def _returned(settings: Settings, partner: str, file_name: str) -> Path | None:
    """Return where the returned workbook of a file lies, None when it is not kept."""
    declared = {one.partner: one for one in load_consortium(settings.home).partners}
    if partner not in declared:
        return None
    say = speaker(declared[partner].language)
    for macros in (False, True):
        path = settings.feedback / partner / returned_name(file_name, say, macros=macros)
        if path.is_file() and not path.is_symlink():
            return path
    return None
