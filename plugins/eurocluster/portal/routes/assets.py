"""Style, script and the drawing library: the same for every page, cached by browsers.

The drawing library is vl-convert's own bundle of Vega, Vega-Lite and Vega-Embed; nothing is copied
into this repository and no page asks another host.

Belongs here: files that pages refer to.
Does not belong here: charts (charts).
"""

from typing import Final

from fastapi import APIRouter, HTTPException, Request, Response

from eurocluster.portal.access import Right, requires
from eurocluster.portal.static_files import content, digest

router = APIRouter()

_TYPES: Final = {
    "portal.css": "text/css",
    "portal.js": "text/javascript",
    "charts.js": "text/javascript",
    "vega.js": "text/javascript",
}


@router.get("/assets/{name}", name="asset", dependencies=[requires(Right.READ)])
def asset(request: Request, name: str) -> Response:
    """Return one file; the address carries its digest, so that a new one is fetched at once."""
    if name not in _TYPES:
        raise HTTPException(404, "There is no such file.")
    tag = f'"{digest(name)}"'
    headers = {"ETag": tag, "Cache-Control": "private, max-age=31536000, immutable"}
    if request.headers.get("if-none-match") == tag:
        return Response(status_code=304, headers=headers)
    return Response(content(name), headers=headers, media_type=_TYPES[name])
