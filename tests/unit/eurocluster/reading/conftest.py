"""Workbooks written part by part, for what no library writes."""

import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"

XlsxMaker = Callable[..., Path]


@pytest.fixture
def make_xlsx(tmp_path: Path) -> XlsxMaker:
    """Write a workbook with one sheet from the XML inside its `worksheet` element."""
    return maker(tmp_path)


@pytest.fixture(scope="module")
def make_module_xlsx(tmp_path_factory: pytest.TempPathFactory) -> XlsxMaker:
    """The same for tests that draw many workbooks, one after the other in the same place."""
    return maker(tmp_path_factory.mktemp("made"))


def maker(folder: Path) -> XlsxMaker:
    """Return what writes workbooks into a folder."""

    def make(
        sheet: str,
        *,
        strings: str = "",
        styles: str = "",
        workbook_properties: str = "",
        prefix: str = "",
        parts: dict[str, str] | None = None,
    ) -> Path:
        namespace = f'xmlns{":" if prefix else ""}{prefix}="{MAIN}"'
        tag = f"{prefix}:" if prefix else ""
        written = {
            "[Content_Types].xml": "<Types/>",
            "_rels/.rels": f'<Relationships xmlns="{RELATIONS}"><Relationship Id="r1"'
            f' Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
            "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}">'
            f'{workbook_properties}<sheets><sheet name="List" sheetId="1" r:id="s1"/></sheets>'
            "</workbook>",
            "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{RELATIONS}">'
            f'<Relationship Id="s1" Type="{OFFICE}/worksheet" Target="/xl/worksheets/sheet1.xml"/>'
            f'<Relationship Id="s2" Type="{OFFICE}/sharedStrings" Target="sharedStrings.xml"/>'
            f'<Relationship Id="s3" Type="{OFFICE}/styles" Target="styles.xml"/>'
            "</Relationships>",
            "xl/sharedStrings.xml": f"<{tag}sst {namespace}>{strings}</{tag}sst>",
            "xl/styles.xml": f'<styleSheet xmlns="{MAIN}">{styles}</styleSheet>',
            "xl/worksheets/sheet1.xml": f"<{tag}worksheet {namespace}>{sheet}</{tag}worksheet>",
            **(parts or {}),
        }
        path = folder / "made.xlsx"
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in written.items():
                archive.writestr(name, content)
        return path

    return make
