"""Workbooks that no library of ours writes, but some program in use does."""

import re
import zipfile
from pathlib import Path

import openpyxl
import pytest
import python_calamine

from eurocluster.feedback.marks import Summary
from eurocluster.feedback.returned import write_returned
from eurocluster.reading.cells import UnreadableFile
from tests.unit.eurocluster.feedback.conftest import MakeFinding, MakePackage
from tests.unit.eurocluster.feedback.handmade import (
    DOCUMENT,
    MAIN,
    PARTS,
    parts_of,
    relations_xml,
    sheet_xml,
)

SHEET = "xl/worksheets/sheet1.xml"
STRICT_MAIN = "http://purl.oclc.org/ooxml/spreadsheetml/main"
STRICT_DOCUMENT = "http://purl.oclc.org/ooxml/officeDocument/relationships"


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "out.xlsx"


def marked_cells(path: Path, sheet: str = "Data") -> dict[str, str]:
    """Cell → colour of each cell with a note."""
    return {
        cell.coordinate: cell.fill.fgColor.rgb
        for row in openpyxl.load_workbook(path)[sheet].iter_rows()
        for cell in row
        if cell.comment
    }


def test_a_format_keeps_its_number_format_and_protection(
    make_package: MakePackage, out: Path, summary: Summary, finding: MakeFinding
) -> None:
    write_returned(make_package(), "xlsx", summary, [finding("B2")], out)
    cell = openpyxl.load_workbook(out)["Data"]["B2"]
    assert (cell.number_format, cell.protection.locked) == ("0.000", False)
    assert cell.fill.fgColor.rgb == "FFFF9C9C"


def test_only_the_style_of_the_bad_cell_changes_in_the_rows(
    make_package: MakePackage, out: Path, summary: Summary, finding: MakeFinding
) -> None:
    source = make_package()
    write_returned(source, "xlsx", summary, [finding("B2")], out)
    before, after = parts_of(source)[SHEET], parts_of(out)[SHEET]
    assert re.sub(rb'<c r="B2" s="\d+">', b'<c r="B2" s="1">', after) == re.sub(
        rb"</sheetData>", rb'</sheetData><legacyDrawing xmlns:r="%s" r:id="rId2"/>', before
    ).replace(b"%s", DOCUMENT.encode())


def test_the_sheet_that_was_selected_is_not_any_more(
    make_package: MakePackage, out: Path, summary: Summary, finding: MakeFinding
) -> None:
    write_returned(make_package(), "xlsx", summary, [finding("B2")], out)
    assert b'tabSelected="0"' in parts_of(out)["xl/worksheets/sheet2.xml"]


def test_every_count_of_sheets_moves_by_one(
    make_package: MakePackage, out: Path, summary: Summary, finding: MakeFinding
) -> None:
    write_returned(make_package(), "xlsx", summary, [finding("B2")], out)
    workbook = parts_of(out)["xl/workbook.xml"].decode()
    assert '<workbookView activeTab="0" firstSheet="0"/>' in workbook
    assert '<definedName name="_xlnm.Print_Area" localSheetId="2">' in workbook
    assert '<definedName name="limit">' in workbook
    assert re.search(r'<sheets><sheet [^>]*name="result" sheetId="8"', workbook)


def test_prefixes_are_understood(
    make_package: MakePackage, out: Path, summary: Summary, finding: MakeFinding
) -> None:
    def prefixed(part: str | bytes) -> str:
        assert isinstance(part, str)
        return re.sub(r"<(/?)(?=[a-zA-Z])", r"<\1x:", part).replace("xmlns=", "xmlns:x=")

    source = make_package(
        sheet=prefixed(PARTS[SHEET]),
        styles=prefixed(PARTS["xl/styles.xml"]),
        workbook=prefixed(PARTS["xl/workbook.xml"]),
        types=prefixed(PARTS["[Content_Types].xml"]).replace("x:xml ", "xml "),
    )
    write_returned(source, "xlsx", summary, [finding("B2"), finding("D9")], out)
    assert marked_cells(out) == {"B2": "FFFF9C9C", "D9": "FFFF9C9C"}


def test_strict_workbooks_stay_strict(
    make_package: MakePackage, out: Path, summary: Summary, finding: MakeFinding
) -> None:
    def strict(part: str | bytes) -> str:
        assert isinstance(part, str)
        return part.replace(MAIN, STRICT_MAIN).replace(DOCUMENT, STRICT_DOCUMENT)

    source = make_package(**{name: strict(part) for name, part in PARTS.items()})
    write_returned(source, "xlsx", summary, [finding("B2")], out)
    for name, part in parts_of(out).items():
        assert MAIN.encode() not in part, name
        assert DOCUMENT.encode() not in part, name
    workbook = python_calamine.CalamineWorkbook.from_path(out)
    assert workbook.sheet_names == ["result", "Data", "More"]
    assert workbook.get_sheet_by_name("Data").to_python()[1] == ["Ada", -3]


def test_cells_without_references_are_counted(
    make_package: MakePackage, out: Path, summary: Summary, finding: MakeFinding
) -> None:
    rows = "<row><c><v>1</v></c><c><v>2</v></c></row><row><c><v>3</v></c><c><v>4</v></c></row>"
    source = make_package(sheet=sheet_xml(rows))
    write_returned(source, "xlsx", summary, [finding("B2")], out)
    assert b'<c><v>3</v></c><c s="' in parts_of(out)[SHEET]
    assert marked_cells(out) == {"B2": "FFFF9C9C"}


def test_a_row_is_numbered_by_its_cells_when_it_has_no_number(
    make_package: MakePackage, out: Path, summary: Summary, finding: MakeFinding
) -> None:
    source = make_package(sheet=sheet_xml('<row><c r="A5"><v>1</v></c></row>'))
    write_returned(source, "xlsx", summary, [finding("A5")], out)
    assert re.search(rb'<row><c r="A5" s="\d+"><v>1</v></c></row>', parts_of(out)[SHEET])


def test_comments_and_literal_sections_are_not_taken_for_cells(
    make_package: MakePackage, out: Path, summary: Summary, finding: MakeFinding
) -> None:
    row = (
        '<!--<row r="2"><c r="B2"/></row>--><row r="2"><c r="A2" t="inlineStr"><is><t>'
        '<![CDATA[</row><c r="B2"/>]]></t></is></c><c r="B2"><v>1</v></c></row>'
    )
    source = make_package(sheet=sheet_xml(row))
    write_returned(source, "xlsx", summary, [finding("B2")], out)
    sheet = openpyxl.load_workbook(out)["Data"]
    assert sheet["A2"].value == '</row><c r="B2"/>'
    assert marked_cells(out) == {"B2": "FFFF9C9C"}


@pytest.mark.parametrize("data", ["<sheetData/>", "<sheetData></sheetData>"])
def test_a_sheet_without_rows_can_be_marked(
    make_package: MakePackage, out: Path, summary: Summary, finding: MakeFinding, data: str
) -> None:
    source = make_package(sheet=sheet_xml("").replace("<sheetData></sheetData>", data))
    write_returned(source, "xlsx", summary, [finding("B2"), finding("A1")], out)
    assert marked_cells(out) == {"A1": "FFFF9C9C", "B2": "FFFF9C9C"}


def test_an_empty_row_takes_a_cell(
    make_package: MakePackage, out: Path, summary: Summary, finding: MakeFinding
) -> None:
    source = make_package(sheet=sheet_xml('<row r="2" s="1" customFormat="1"/>'))
    write_returned(source, "xlsx", summary, [finding("B2")], out)
    assert openpyxl.load_workbook(out)["Data"]["B2"].number_format == "0.000"


def test_an_absent_cell_takes_the_format_of_its_column(
    make_package: MakePackage, out: Path, summary: Summary, finding: MakeFinding
) -> None:
    columns = '<cols><col min="3" max="5" width="9" style="1"/></cols>'
    rows = '<row r="2" spans="1:2"><c r="A2"><v>1</v></c></row>'
    above = '<dimension ref="A2:A2"/>' + columns
    source = make_package(sheet=sheet_xml(rows, above=above))
    write_returned(source, "xlsx", summary, [finding("D2")], out)
    assert openpyxl.load_workbook(out)["Data"]["D2"].number_format == "0.000"
    sheet = parts_of(out)[SHEET]
    assert b'<dimension ref="A2:D2"/>' in sheet
    assert b'spans="1:4"' in sheet


@pytest.mark.filterwarnings("ignore:Workbook contains no default style")
def test_a_workbook_without_styles_gets_some(
    make_package: MakePackage, out: Path, summary: Summary, finding: MakeFinding
) -> None:
    types = str(PARTS["[Content_Types].xml"])
    source = make_package(
        styles=None,
        types=re.sub(r'<Override PartName="/xl/styles.xml"[^>]*/>', "", types),
        workbook_relations=relations_xml(
            ("rId1", "worksheet", "/xl/worksheets/sheet1.xml"),
            ("rId2", "worksheet", "/xl/worksheets/sheet2.xml"),
        ),
        sheet=sheet_xml('<row r="2"><c r="B2"><v>-3</v></c></row>'),
    )
    write_returned(source, "xlsx", summary, [finding("B2")], out)
    assert marked_cells(out) == {"B2": "FFFF9C9C"}


@pytest.mark.filterwarnings("ignore:Workbook contains no default style")
def test_styles_that_lack_sections_get_them_in_order(
    make_package: MakePackage, out: Path, summary: Summary, finding: MakeFinding
) -> None:
    styles = f'<styleSheet xmlns="{MAIN}"><cellStyles count="0"/><dxfs count="0"/></styleSheet>'
    sheet = sheet_xml('<row r="2"><c r="B2"><v>-3</v></c></row>')
    write_returned(make_package(styles=styles, sheet=sheet), "xlsx", summary, [finding("B2")], out)
    found = re.findall(
        rb"<(fonts|fills|borders|cellXfs|cellStyles|dxfs)\b", parts_of(out)["xl/styles.xml"]
    )
    assert found == [b"fonts", b"fills", b"borders", b"cellXfs", b"cellStyles", b"dxfs"]
    assert marked_cells(out) == {"B2": "FFFF9C9C"}


def test_parts_in_utf_16_are_understood(
    make_package: MakePackage, out: Path, summary: Summary, finding: MakeFinding
) -> None:
    text = str(PARTS[SHEET]).replace("Ada", "Łódź").replace("UTF-8", "UTF-16")
    write_returned(make_package(sheet=text.encode("utf-16")), "xlsx", summary, [finding("B2")], out)
    assert openpyxl.load_workbook(out)["Data"]["A2"].value == "Łódź"
    assert marked_cells(out) == {"B2": "FFFF9C9C"}


def test_a_signature_is_dropped_and_the_result_says_so(
    make_package: MakePackage, out: Path, summary: Summary, finding: MakeFinding
) -> None:
    source = make_package(
        relations=relations_xml(
            ("rId1", "officeDocument", "xl/workbook.xml"),
            ("rId2", "origin", "_xmlsignatures/origin.sigs"),
        ),
        **{"_xmlsignatures/origin.sigs": "", "_xmlsignatures/sig1.xml": "<Signature/>"},
    )
    write_returned(source, "xlsx", summary, [finding("B2")], out)
    parts = parts_of(out)
    assert not any(name.startswith("_xmlsignatures") for name in parts)
    assert b"_xmlsignatures" not in parts["_rels/.rels"]
    texts = [str(cell.value) for row in openpyxl.load_workbook(out)["result"] for cell in row]
    assert any(text.startswith("Your workbook carried a digital signature.") for text in texts)


def test_a_conversation_on_a_cell_is_left_alone(
    make_package: MakePackage, out: Path, summary: Summary, finding: MakeFinding
) -> None:
    thread = '<ThreadedComments><threadedComment ref="B2" id="{1}"><text>?</text></threadedComment>'
    notes = (
        f'<comments xmlns="{MAIN}"><authors><author>tc={{1}}</author></authors><commentList>'
        '<comment ref="B2" authorId="0"><text><t>[Threaded comment] ?</t></text></comment>'
        "</commentList></comments>"
    )
    source = make_package(
        sheet_relations=relations_xml(
            ("rId1", "comments", "../comments1.xml"),
            ("rId2", "threadedComment", "../threadedComments/threadedComment1.xml"),
        ),
        **{
            "xl/comments1.xml": notes,
            "xl/threadedComments/threadedComment1.xml": thread + "</ThreadedComments>",
        },
    )
    write_returned(source, "xlsx", summary, [finding("B2"), finding("A2")], out)
    sheet = openpyxl.load_workbook(out)["Data"]
    assert sheet["B2"].comment.text == "[Threaded comment] ?"
    assert sheet["B2"].fill.fgColor.rgb == "FFFF9C9C"
    assert sheet["A2"].comment.text.startswith("E06")
    before, after = parts_of(source), parts_of(out)
    name = "xl/threadedComments/threadedComment1.xml"
    assert after[name] == before[name]


def test_a_drawing_that_is_not_well_formed_keeps_its_buttons(
    make_package: MakePackage, out: Path, summary: Summary, finding: MakeFinding
) -> None:
    drawing = (
        '<xml xmlns:v="urn:schemas-microsoft-com:vml"'
        ' xmlns:o="urn:schemas-microsoft-com:office:office"'
        ' xmlns:x="urn:schemas-microsoft-com:office:excel"><v:shape id="_x0000_s5121"><v:textbox>'
        'Press<br>here</v:textbox><x:ClientData ObjectType="Button"/></v:shape></xml>'
    )
    source = make_package(
        sheet=sheet_xml('<row r="2"/>', below='<legacyDrawing r:id="rId9"/><extLst/>'),
        sheet_relations=relations_xml(("rId9", "vmlDrawing", "../drawings/vmlDrawing1.vml")),
        **{"xl/drawings/vmlDrawing1.vml": drawing},
    )
    write_returned(source, "xlsx", summary, [finding("B2")], out)
    parts = parts_of(out)
    after = parts["xl/drawings/vmlDrawing1.vml"].decode()
    assert after.startswith(drawing.removesuffix("</xml>"))
    assert re.findall(r'<v:shape id="_x0000_s(\d+)"', after) == ["5121", "6145"]
    assert parts[SHEET].count(b"<legacyDrawing") == 1


def test_the_notes_stand_in_front_of_what_must_follow_them(
    make_package: MakePackage, out: Path, summary: Summary, finding: MakeFinding
) -> None:
    below = '<pageMargins left="1"/><drawing r:id="rId8"/><tableParts count="0"/><extLst/>'
    source = make_package(sheet=sheet_xml('<row r="2"/>', below=below))
    write_returned(source, "xlsx", summary, [finding("B2")], out)
    tags = re.findall(rb"<([a-zA-Z]+)", parts_of(out)[SHEET].partition(b"</sheetData>")[2])
    assert tags == [b"pageMargins", b"drawing", b"legacyDrawing", b"tableParts", b"extLst"]


def test_a_macro_project_and_unknown_parts_stay_byte_for_byte(
    make_package: MakePackage, out: Path, summary: Summary, finding: MakeFinding
) -> None:
    strange = {"xl/vbaProject.bin": bytes(range(256)), "xl/media/image1.png": b"\x89PNG\r\n\x1a\n"}
    write_returned(make_package(**strange), "xlsm", summary, [finding("B2")], out)
    parts = parts_of(out)
    assert {name: parts[name] for name in strange} == strange


def test_titles_of_sheets_are_listed_anew(
    make_package: MakePackage, out: Path, summary: Summary, finding: MakeFinding
) -> None:
    base = "http://schemas.openxmlformats.org/officeDocument/2006"
    properties = (
        f'<Properties xmlns="{base}/extended-properties" xmlns:vt="{base}/docPropsVTypes">'
        '<HeadingPairs><vt:vector size="2" baseType="variant"><vt:variant><vt:lpstr>Worksheets'
        "</vt:lpstr></vt:variant><vt:variant><vt:i4>2</vt:i4></vt:variant></vt:vector>"
        '</HeadingPairs><TitlesOfParts><vt:vector size="2" baseType="lpstr"><vt:lpstr>Data'
        "</vt:lpstr><vt:lpstr>More</vt:lpstr></vt:vector></TitlesOfParts></Properties>"
    )
    source = make_package(
        relations=relations_xml(
            ("rId1", "officeDocument", "xl/workbook.xml"),
            ("rId2", "extended-properties", "docProps/app.xml"),
        ),
        **{"docProps/app.xml": properties},
    )
    write_returned(source, "xlsx", summary, [finding("B2")], out)
    after = parts_of(out)["docProps/app.xml"].decode()
    assert "<vt:i4>3</vt:i4>" in after
    assert '<vt:vector size="3" baseType="lpstr"><vt:lpstr>result</vt:lpstr><vt:lpstr>Data' in after


@pytest.mark.parametrize(
    "changes",
    [
        {"workbook": "<workbook"},
        {"sheet": "<worksheet><sheetData><row>"},
        {"sheet": None},
        {"styles": "<!DOCTYPE x [<!ENTITY a 'b'>]><styleSheet/>"},
        {"types": None},
    ],
)
def test_a_damaged_workbook_is_named_as_such(
    make_package: MakePackage,
    out: Path,
    summary: Summary,
    finding: MakeFinding,
    changes: dict[str, str | None],
) -> None:
    with pytest.raises(UnreadableFile) as caught:
        write_returned(make_package(**changes), "xlsx", summary, [finding("B2")], out)
    assert caught.value.code == "F01"


def test_the_content_types_come_first(
    make_package: MakePackage, out: Path, summary: Summary, finding: MakeFinding
) -> None:
    write_returned(make_package(), "xlsx", summary, [finding("B2")], out)
    with zipfile.ZipFile(out) as package:
        assert package.namelist()[0] == "[Content_Types].xml"
