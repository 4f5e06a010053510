"""The parts of a small workbook, written by hand, and a workbook taken apart."""

import zipfile
from pathlib import Path

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
DOCUMENT = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
SHEET_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"


def sheet_xml(rows: str, below: str = "", above: str = "") -> str:
    """A worksheet part around its rows."""
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><worksheet xmlns="{MAIN}" xmlns:r="{DOCUMENT}">'
        f"{above}<sheetData>{rows}</sheetData>{below}</worksheet>"
    )


def relations_xml(*entries: tuple[str, str, str], strict: bool = False) -> str:
    """A part of relations from (id, kind, target)."""
    base = "http://purl.oclc.org/ooxml/officeDocument/relationships" if strict else DOCUMENT
    listed = "".join(
        f'<Relationship Id="{id_}" Type="{base}/{kind}" Target="{target}"/>'
        for id_, kind, target in entries
    )
    return f'<Relationships xmlns="{PACKAGE}/relationships">{listed}</Relationships>'


def parts_of(path: Path) -> dict[str, bytes]:
    """All parts of a package."""
    with zipfile.ZipFile(path) as package:
        return {name: package.read(name) for name in package.namelist()}


SHORT = {
    "sheet": "xl/worksheets/sheet1.xml",
    "more": "xl/worksheets/sheet2.xml",
    "sheet_relations": "xl/worksheets/_rels/sheet1.xml.rels",
    "styles": "xl/styles.xml",
    "workbook": "xl/workbook.xml",
    "workbook_relations": "xl/_rels/workbook.xml.rels",
    "types": "[Content_Types].xml",
    "relations": "_rels/.rels",
}
PARTS: dict[str, str | bytes] = {
    "[Content_Types].xml": (
        f'<Types xmlns="{PACKAGE}/content-types">'
        '<Default Extension="rels"'
        ' ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{SHEET_TYPE}.sheet.main+xml"/>'
        f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{SHEET_TYPE}.worksheet+xml"/>'
        f'<Override PartName="/xl/worksheets/sheet2.xml" ContentType="{SHEET_TYPE}.worksheet+xml"/>'
        f'<Override PartName="/xl/styles.xml" ContentType="{SHEET_TYPE}.styles+xml"/>'
        "</Types>"
    ),
    "_rels/.rels": relations_xml(("rId1", "officeDocument", "xl/workbook.xml")),
    "xl/workbook.xml": (
        f'<workbook xmlns="{MAIN}" xmlns:r="{DOCUMENT}"><bookViews>'
        '<workbookView activeTab="1" firstSheet="1"/></bookViews><sheets>'
        '<sheet name="Data" sheetId="7" r:id="rId1"/><sheet name="More" sheetId="3" r:id="rId2"/>'
        '</sheets><definedNames><definedName name="_xlnm.Print_Area" localSheetId="1">'
        'More!$A$1:$B$2</definedName><definedName name="limit">Data!$A$1</definedName>'
        "</definedNames></workbook>"
    ),
    "xl/_rels/workbook.xml.rels": relations_xml(
        ("rId1", "worksheet", "worksheets/sheet1.xml"),
        ("rId2", "worksheet", "worksheets/sheet2.xml"),
        ("rId3", "styles", "styles.xml"),
    ),
    "xl/styles.xml": (
        f'<styleSheet xmlns="{MAIN}"><numFmts count="1">'
        '<numFmt numFmtId="164" formatCode="0.000"/></numFmts>'
        '<fonts count="1"><font><sz val="10"/><name val="Arial"/></font></fonts>'
        '<fills count="2"><fill><patternFill patternType="none"/></fill>'
        '<fill><patternFill patternType="gray125"/></fill></fills>'
        '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
        '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/>'
        "</cellStyleXfs>"
        '<cellXfs count="2"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/>'
        '<xf numFmtId="164" fontId="0" fillId="0" borderId="0" applyNumberFormat="1"'
        ' applyProtection="1"><protection locked="0"/></xf></cellXfs>'
        '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles>'
        "</styleSheet>"
    ),
    "xl/worksheets/sheet1.xml": sheet_xml(
        '<row r="1"><c r="A1" t="inlineStr"><is><t>Name</t></is></c>'
        '<c r="B1" t="inlineStr"><is><t>Hours</t></is></c></row>'
        '<row r="2"><c r="A2" t="inlineStr"><is><t>Ada</t></is></c>'
        '<c r="B2" s="1"><v>-3</v></c></row>'
    ),
    "xl/worksheets/sheet2.xml": sheet_xml(
        '<row r="1"><c r="A1"><v>1</v></c></row>',
        above='<sheetViews><sheetView tabSelected="1" workbookViewId="0"/></sheetViews>',
    ),
}
