"""PDF made by Typst: values go in as JSON, so that no text of a partner is ever markup.

Belongs here: the templates (``.typ``), compiling them, pictures for them.
Does not belong here: what a document says (the other modules of exports).
"""

import json
from collections.abc import Mapping, Sequence
from importlib.resources import files
from typing import Any, Final

_STANDARD: Final = "a-2a"
"""PDF/A-2a: for keeping, and readable by a screen reader."""


def as_pdf(template: str, values: Mapping[str, Any], pictures: Mapping[str, bytes]) -> bytes:
    """Return a document; the same values give the same bytes.

    Args:
        template: Name of a template of this package, without ``.typ``.
        values: What the template shows, as JSON has it.
        pictures: File name → SVG.
    """
    import typst

    here = files("eurocluster.exports.documents")
    sources = {
        "main": here.joinpath(f"{template}.typ").read_bytes(),
        "frame.typ": here.joinpath("frame.typ").read_bytes(),
        **pictures,
    }
    compile_: Any = typst.compile  # its types know no sources in memory
    made: bytes = compile_(
        sources,
        format="pdf",
        sys_inputs={"data": json.dumps(values, ensure_ascii=False, sort_keys=True)},
        pdf_standards=[_STANDARD],
        ignore_system_fonts=True,
    )
    return made


def bars_as_svg(values: Sequence[tuple[str, float]], title: str) -> bytes:
    """Return bars, one per label, as SVG with the fonts of the documents."""
    import altair as alt
    import vl_convert

    rows = [{"label": label, "value": value} for label, value in values]
    base = alt.Chart(alt.Data(values=rows)).encode(
        x=alt.X("label:O", title=None, sort=None, axis=alt.Axis(labelAngle=0)),
        y=alt.Y("value:Q", title=title, axis=alt.Axis(tickMinStep=1, format="d")),
    )
    drawn = (
        alt.layer(
            base.mark_bar(color="#0b57a4"), base.mark_text(dy=-6).encode(text="value:Q")
        )
        .properties(width=460, height=150)
        .configure(font="Libertinus Serif")
        .configure_view(stroke=None)
    )  # fmt: skip
    svg: str = vl_convert.vegalite_to_svg(drawn.to_dict())
    return svg.encode()
