"""The files that pages refer to: style, scripts, and the drawing library of vl-convert.

Belongs here: their content and what tells one version from another.
Does not belong here: sending them (routes/assets).
"""

import hashlib
from functools import cache
from importlib.resources import files


@cache
def digest(name: str) -> str:
    """Return what distinguishes this version of a file from every other."""
    return hashlib.sha256(content(name)).hexdigest()[:16]


@cache
def content(name: str) -> bytes:
    """Return a file; ``vega.js`` comes out of the installed vl-convert."""
    if name == "vega.js":
        import vl_convert

        return vl_convert.javascript_bundle("window.vegaEmbed = vegaEmbed;").encode()
    return files("eurocluster.portal").joinpath("static", name).read_bytes()
