"""Workbooks with bytes changed at random: they end as a workbook or in words, never in a crash."""

import tempfile
import zipfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from eurocluster.feedback.marks import Marked, Summary
from eurocluster.feedback.returned import write_returned
from eurocluster.reading.cells import UnreadableFile
from tests.unit.eurocluster.feedback.handmade import MAIN, PARTS, relations_xml, sheet_xml

SUMMARY = Summary("Result", "torn.xlsx", "today", "All is said below.")
FINDING = Marked("Data", 2, "B2", "c", "E01", "ERROR", "t", "w", "u", "h")
FULL: dict[str, bytes] = {
    name: part.encode() if isinstance(part, str) else part
    for name, part in {
        **PARTS,
        "xl/worksheets/sheet1.xml": sheet_xml(
            '<row r="2" spans="1:2"><c r="A2"><v>1</v></c><c r="B2" s="1"><v>2</v></c></row>',
            above='<dimension ref="A1:B2"/><cols><col min="1" max="2" width="9" style="1"/></cols>',
            below='<mergeCells><mergeCell ref="A4:B5"/></mergeCells><legacyDrawing r:id="rId2"/>',
        ),
        "xl/worksheets/_rels/sheet1.xml.rels": relations_xml(
            ("rId1", "comments", "../comments1.xml"),
            ("rId2", "vmlDrawing", "../vmlDrawing1.vml"),
        ),
        "xl/comments1.xml": f'<comments xmlns="{MAIN}"><authors><author>P</author></authors>'
        '<commentList><comment ref="B2" authorId="0"><text><t>mine</t></text></comment>'
        "</commentList></comments>",
        "xl/vmlDrawing1.vml": '<xml xmlns:v="urn:schemas-microsoft-com:vml"><v:shape '
        'id="_x0000_s1025"><ClientData ObjectType="Note"><Anchor>1, 2, 3, 4, 5, 6, 7, 8</Anchor>'
        "<Row>1</Row><Column>1</Column></ClientData></v:shape></xml>",
    }.items()
}
pieces = st.one_of(
    st.binary(max_size=3),
    st.sampled_from([b"<", b">", b'"', b"<!--", b"<![CDATA[", b"-1", b"x", b"</row>", b"<c/>"]),
)


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(sorted(FULL)), st.data())
def test_a_part_with_changed_bytes_ends_in_a_workbook_or_in_words(
    name: str, data: st.DataObject
) -> None:
    part = FULL[name]
    start = data.draw(st.integers(0, len(part)))
    stop = data.draw(st.integers(start, min(start + 12, len(part))))
    torn = {**FULL, name: part[:start] + data.draw(pieces) + part[stop:]}
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder, "torn.xlsx")
        with zipfile.ZipFile(source, "w") as package:
            for part_name, content in torn.items():
                package.writestr(part_name, content)
        _ends_well(source)


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_a_package_with_changed_bytes_ends_in_a_workbook_or_in_words(data: st.DataObject) -> None:
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder, "torn.xlsx")
        with zipfile.ZipFile(source, "w", zipfile.ZIP_DEFLATED) as package:
            for part_name, content in FULL.items():
                package.writestr(part_name, content)
        whole = source.read_bytes()
        start = data.draw(st.integers(0, len(whole)))
        stop = data.draw(st.integers(start, len(whole)))
        source.write_bytes(whole[:start] + data.draw(st.binary(max_size=4)) + whole[stop:])
        _ends_well(source)


def _ends_well(source: Path) -> None:
    out = source.with_name("out.xlsx")
    try:
        write_returned(source, "xlsx", SUMMARY, [FINDING], out)
    except UnreadableFile:
        return
    with zipfile.ZipFile(out) as package:
        assert package.testzip() is None
