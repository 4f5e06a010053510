"""The result sheet as a worksheet part of the partner's workbook.

Belongs here: the page as XML; texts as inline strings, so that none is ever computed.
Does not belong here: what the page says (result_page.py).
"""

from eurocluster.feedback.markup import cell_text, escaped
from eurocluster.feedback.result_page import FROZEN_ROWS, LAST, WIDTHS, Page, PageCell
from eurocluster.feedback.styles import StyleBook
from eurocluster.reading.cells import cell_name, column_letters

LONGEST_TEXT = 32_767
_COMPUTED = ("=", "+", "-", "@", "\t", "\r")


def result_part(page: Page, styles: StyleBook, space: str) -> bytes:
    """Return the part."""
    rows: list[bytes] = []
    merged: list[str] = []
    links: list[bytes] = []
    for number, (cells, height) in enumerate(page.rows, 1):
        column = 1
        written = []
        for cell in cells:
            name = cell_name(number, column)
            written.append(_cell(name, cell, styles))
            for covered in range(column + 1, column + cell.across):
                style = styles.look(cell.look)
                written.append(b'<c r="%s" s="%d"/>' % (cell_name(number, covered).encode(), style))
            if cell.across > 1:
                merged.append(f"{name}:{cell_name(number, column + cell.across - 1)}")
            if cell.link is not None:
                links.append(
                    b'<hyperlink ref="%s" location="%s"/>' % (name.encode(), escaped(cell.link))
                )
            column += cell.across
        rows.append(
            b'<row r="%d" ht="%g" customHeight="1">%s</row>' % (number, height, b"".join(written))
        )
    return b"".join(
        (
            b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n',
            b'<worksheet xmlns="%s">' % space.encode(),
            b'<sheetPr><pageSetUpPr fitToPage="1"/></sheetPr>',
            b'<dimension ref="A1:%s%d"/>' % (column_letters(LAST).encode(), len(page.rows)),
            b'<sheetViews><sheetView showGridLines="0" tabSelected="1" workbookViewId="0">',
            b'<pane ySplit="%d" topLeftCell="A%d" activePane="bottomLeft" state="frozen"/>'
            % (FROZEN_ROWS, FROZEN_ROWS + 1),
            b'<selection pane="bottomLeft" activeCell="A%d" sqref="A%d"/>'
            % (FROZEN_ROWS + 1, FROZEN_ROWS + 1),
            b'</sheetView></sheetViews><sheetFormatPr defaultRowHeight="15"/><cols>',
            *(
                b'<col min="%d" max="%d" width="%d" customWidth="1"/>' % (column, column, width)
                for column, width in enumerate(WIDTHS, 1)
            ),
            b"</cols><sheetData>",
            *rows,
            b"</sheetData>",
            _group("mergeCells", [b'<mergeCell ref="%s"/>' % box.encode() for box in merged]),
            b"<hyperlinks>%s</hyperlinks>" % b"".join(links) if links else b"",
            b'<pageMargins left="0.4" right="0.4" top="0.5" bottom="0.5" header="0.3"'
            b' footer="0.3"/><pageSetup paperSize="9" orientation="landscape" fitToHeight="0"/>',
            b"</worksheet>",
        )
    )


def is_computed(text: str) -> bool:
    """Whether a spreadsheet would compute a text that somebody types or opens as CSV."""
    return text.startswith(_COMPUTED)


def _cell(name: str, cell: PageCell, styles: StyleBook) -> bytes:
    if isinstance(cell.value, int):
        return b'<c r="%s" s="%d"><v>%d</v></c>' % (
            name.encode(), styles.look(cell.look), cell.value,
        )  # fmt: skip
    style = styles.look(cell.look, quoted=is_computed(cell.value))
    if not cell.value:
        return b'<c r="%s" s="%d"/>' % (name.encode(), style)
    text = cell_text(cell.value[:LONGEST_TEXT])
    return b'<c r="%s" s="%d" t="inlineStr"><is>%s</is></c>' % (name.encode(), style, text)


def _group(name: str, entries: list[bytes]) -> bytes:
    if not entries:
        return b""
    tag = name.encode()
    return b'<%s count="%d">%s</%s>' % (tag, len(entries), b"".join(entries), tag)
