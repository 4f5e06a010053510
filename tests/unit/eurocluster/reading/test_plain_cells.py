"""The way without a parser gives what the parser gives: cells, notes, marks and refusals."""

import subprocess
import zipfile
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from shutil import which
from typing import Any
from xml.sax.saxutils import escape

import openpyxl
import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from eurocluster.reading import plain_markup, xlsx
from eurocluster.reading.archive import Archive, words_for_damage
from eurocluster.reading.cells import UnreadableFile
from eurocluster.reading.grid import Budget, Grid
from eurocluster.reading.plain_cells import PlainCells
from eurocluster.reading.xlsx import read_xlsx

MakeXlsx = Callable[..., Path]
STRINGS = ["Jan &amp; Anna", "", "dwa\nwiersze", "x_x000D_y", "Ś&#10;&#x41;&lt;", "  blank "]
STYLES = (
    '<numFmts><numFmt numFmtId="164" formatCode="dd.mm.yyyy"/></numFmts>'
    '<fonts><font/><font><strike/></font><font><color rgb="FFFF0000"/></font></fonts>'
    "<fills><fill/></fills>"
    '<cellXfs><xf numFmtId="0"/><xf numFmtId="164"/><xf numFmtId="0" fontId="1"/>'
    '<xf numFmtId="46" fontId="2"/></cellXfs>'
)


def outcome(path: Path, *, parser_only: bool) -> object:
    """Everything that a workbook says, or the code of its refusal."""
    try:
        with words_for_damage(), Archive(path) as archive:
            sheets, notes = read_xlsx(archive, parser_only=parser_only)
    except UnreadableFile as refusal:
        return refusal.code
    return [
        (
            sheet.name,
            [(row, [(type(cell), cell) for cell in cells]) for row, cells in sheet.rows()],
            sheet.hidden_rows,
            sheet.hidden_columns,
            sheet.merged,
            sheet.marked_rows,
        )
        for sheet in sheets
    ], sorted(map(repr, notes))


def both_ways_agree(path: Path) -> bool:
    return outcome(path, parser_only=False) == outcome(path, parser_only=True)


def takes_the_short_way(path: Path, monkeypatch: pytest.MonkeyPatch) -> bool:
    """Whether no row of the sheets went through the parser."""
    answers = []

    class Watched(PlainCells):
        def take(self, markup: str) -> bool:
            answers.append(super().take(markup))
            return answers[-1]

    monkeypatch.setattr(xlsx, "PlainCells", Watched)
    outcome(path, parser_only=False)
    return bool(answers) and all(answers)


SHARED = st.integers(0, len(STRINGS) - 1).map(str)
NUMBERS = st.sampled_from(["0", "5", "-3", "12.345", "1E-3", "44989", "45019.5", "1.25", "1e400"])
TEXTS = st.text(
    st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff"), max_size=8
).map(lambda text: escape(text, {'"': "&quot;"}))
STYLE = st.sampled_from(["", ' s="0"', ' s="1"', ' s="2"', ' s="3"'])
FORMULA = st.sampled_from(
    ["", "", "", "<f>A1&amp;B2</f>", '<f aca="false">1+1</f>', '<f t="shared" si="0"/>']
)


@st.composite
def cells(draw: st.DrawFn) -> str:
    """The inside of a cell from its attributes on, in the shapes of four programs."""
    style, formula = draw(STYLE), draw(FORMULA)
    kind = draw(st.sampled_from(["n", "", "s", "str", "b", "e", "inlineStr", "blank", "empty"]))
    if kind == "blank":
        return style + draw(st.sampled_from(["/>", " />", "></c>"]))
    if kind == "empty":
        return f'{style} t="str">{formula}<v></v></c>'
    if kind == "inlineStr":
        space = draw(st.sampled_from(["", ' xml:space="preserve"']))
        return f'{style} t="inlineStr"><is><t{space}>{draw(TEXTS)}</t></is></c>'
    raw = draw(
        {
            "s": SHARED, "str": TEXTS, "b": st.sampled_from("01"),
            "e": st.sampled_from(["#N/A", "#REF!"]),
        }.get(kind, NUMBERS)
    )  # fmt: skip
    named = f' t="{kind}"' if kind else ""
    return f"{style}{named}>{'' if kind == 's' else formula}<v>{raw}</v></c>"


ROWS = st.lists(
    st.tuples(
        st.sampled_from(["", "", ' spans="1:4"', ' hidden="1"', ' hidden="false" ht="12.8"']),
        st.lists(st.tuples(st.sampled_from("ABCD"), cells()), max_size=5),
    ),
    max_size=7,
)


def markup_of(rows: list[tuple[str, list[tuple[str, str]]]], step: int) -> str:
    written = []
    for at, (attributes, row) in enumerate(rows):
        number = 1 + at * step
        inside = "".join(f'<c r="{letter}{number}"{cell}' for letter, cell in row)
        written.append(
            f'<row r="{number}"{attributes}>{inside}</row>'
            if inside
            else f'<row r="{number}"{attributes}/>'
        )
    return f"<sheetData>{''.join(written)}</sheetData>"


@settings(max_examples=150, deadline=None)
@given(ROWS, st.sampled_from([1, 3, -1]), st.sampled_from(["", '<cols><col min="2" max="2"'
       ' hidden="1"/></cols>']), st.booleans())  # fmt: skip
def test_sheets_in_the_shapes_that_programs_write_read_the_same_both_ways(
    make_module_xlsx: MakeXlsx, rows: Any, step: int, before: str, is_merged: bool
) -> None:
    after = '<mergeCells><mergeCell ref="A1:B2"/></mergeCells>' if is_merged else ""
    strings = "".join(f"<si><t>{text}</t></si>" for text in STRINGS)
    path = make_module_xlsx(before + markup_of(rows, step) + after, strings=strings, styles=STYLES)
    assert both_ways_agree(path)


MUTATIONS = st.lists(
    st.tuples(
        st.floats(0, 1, exclude_max=True),
        st.integers(0, 3),
        st.sampled_from(
            ["", "<", ">", "&", '"', "]]>", "<!-- -->", "<!--", "-->", "<?x?>", "<![CDATA[x]]>",
             "\x01", "\r", "\r\n", "&#10;", "&#0;", "&bogus;", "</row>", '<row r="9">', "<c/>",
             '<c r="A1">', "</c>", "<v>", "</v>", "<f>", '<f t="x"/>', "<is>", "<rPh>", " ", "1",
             ' s="1"', ' r="B7"', ' t="s"', "/", "٣", "\ufffe", "<x:row/>", "</sheetData>",
             "<sheetData>", '<row r="0"/>', '<row r="1048577"><c r="A1"><v>1</v></c></row>']
        ),
    ),
    min_size=1, max_size=3,
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(ROWS, MUTATIONS)
def test_sheets_with_anything_odd_read_the_same_both_ways(
    make_module_xlsx: MakeXlsx, rows: Any, mutations: list[tuple[float, int, str]]
) -> None:
    markup = markup_of(rows, 1)
    for place, length, new in mutations:
        at = int(place * len(markup))
        markup = markup[:at] + new + markup[at + length :]
    strings = "".join(f"<si><t>{text}</t></si>" for text in STRINGS)
    path = make_module_xlsx(markup, strings=strings, styles=STYLES)
    assert both_ways_agree(path)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from(STRINGS), max_size=4), MUTATIONS)
def test_shared_strings_with_anything_odd_read_the_same_both_ways(
    make_module_xlsx: MakeXlsx, texts: list[str], mutations: list[tuple[float, int, str]]
) -> None:
    strings = "".join(f"<si><t>{text}</t></si>" for text in texts)
    for place, length, new in mutations:
        at = int(place * len(strings))
        strings = (
            strings[:at] + new.replace("row", "si").replace("v>", "t>") + strings[at + length :]
        )
    sheet = "".join(
        f'<row r="{n}"><c r="A{n}" t="s"><v>{n - 1}</v></c></row>' for n in range(1, len(texts) + 1)
    )
    path = make_module_xlsx(f"<sheetData>{sheet}</sheetData>", strings=strings)
    with_parser_only = outcome(path, parser_only=True)
    assert outcome(path, parser_only=False) == with_parser_only


def register(count: int) -> list[list[Any]]:
    return [["osoba", "dzień", "godziny", "uwaga", "tak"]] + [
        [
            f"Osoba {n % 40} & syn",
            date(2023, 1, 1) + timedelta(n % 90),
            n / 4,
            None if n % 3 else f"„{n}”\n<b>",
            n % 2 == 0,
        ]
        for n in range(count)
    ]


def by_openpyxl(path: Path) -> None:
    workbook = openpyxl.Workbook()
    for row in register(300):
        workbook.active.append(row)
    workbook.save(path)


def by_openpyxl_write_only(path: Path) -> None:
    workbook = openpyxl.Workbook(write_only=True)
    sheet = workbook.create_sheet()
    for row in register(300):
        sheet.append(row)
    workbook.save(path)


def by_xlsxwriter(path: Path, **options: Any) -> None:
    workbook = xlsxwriter.Workbook(path, {"default_date_format": "dd.mm.yyyy", **options})
    sheet = workbook.add_worksheet()
    bold = workbook.add_format({"bold": True})
    for number, row in enumerate(register(300)):
        for column, value in enumerate(row):
            if value is None:
                sheet.write_blank(number, column, None, bold)
            else:
                sheet.write(number, column, value)
    workbook.close()


def by_xlsxwriter_in_constant_memory(path: Path) -> None:
    by_xlsxwriter(path, constant_memory=True)


def by_libreoffice(path: Path) -> None:
    source = path.with_name("source") / path.name
    source.parent.mkdir()
    by_openpyxl(source)
    subprocess.run(
        ["soffice", f"-env:UserInstallation=file://{path.parent}/profile", "--headless",
         "--convert-to", "xlsx", "--outdir", str(path.parent), str(source)],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip


@pytest.mark.parametrize(
    "write",
    [
        by_openpyxl,
        by_openpyxl_write_only,
        by_xlsxwriter,
        by_xlsxwriter_in_constant_memory,
        pytest.param(
            by_libreoffice,
            marks=pytest.mark.skipif(which("soffice") is None, reason="no LibreOffice here"),
        ),
    ],
)
def test_what_programs_write_takes_the_short_way_and_reads_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, write: Callable[[Path], None]
) -> None:
    path = tmp_path / "register.xlsx"
    write(path)
    assert both_ways_agree(path)
    assert takes_the_short_way(path, monkeypatch)
    ((_, rows, *_),), _ = outcome(path, parser_only=False)  # type: ignore[misc]
    assert [[cell for _, cell in cells] for _, cells in rows] == register(300)


def test_markup_as_excel_writes_it_takes_the_short_way(
    make_xlsx: MakeXlsx, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = "".join(
        f'<row r="{n}" spans="1:4" ht="15.75" customHeight="1" x14ac:dyDescent="0.25">'
        f'<c r="A{n}" s="1" t="s"><v>{n % 3}</v></c><c r="B{n}" s="1"/>'
        f'<c r="C{n}"><f t="shared" ref="C2:C9" si="0">A{n}&amp;"x"</f><v>{n}</v></c>'
        f'<c r="D{n}" t="str"><f t="shared" si="0"/><v></v></c></row>'
        f'<row r="{n + 1}" spans="1:4" hidden="1" x14ac:dyDescent="0.25"/>'
        for n in range(1, 400, 2)
    )
    path = make_xlsx(
        '<sheetPr filterMode="1"/><dimension ref="A1:B2"/><sheetViews><sheetView'
        ' workbookViewId="0"/></sheetViews><sheetFormatPr defaultRowHeight="15"/>'
        f'<cols><col min="2" max="2" hidden="1"/></cols><sheetData>{rows}</sheetData>'
        '<autoFilter ref="A1:D9"/><mergeCells count="1"><mergeCell ref="F1:G1"/></mergeCells>'
        '<tableParts count="1"><tablePart r:id="rId1"/></tableParts>',
        strings="<si><t>a</t></si><si><t>b</t></si><si><r><t>c</t></r></si>",
        styles=STYLES,
    )
    assert both_ways_agree(path)
    assert takes_the_short_way(path, monkeypatch)


def test_rows_cut_anywhere_by_the_pieces_that_are_read_are_whole_again(
    make_xlsx: MakeXlsx, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = "".join(
        f'<row r="{n}"><c r="A{n}"><v>{n}</v></c><c r="B{n}" t="str"><v>słowo</v></c></row>'
        for n in range(1, 200)
    )
    path = make_xlsx(f"<sheetData>{rows}</sheetData>")
    for size in (1, 7, 100, 1000):
        monkeypatch.setattr(xlsx, "PIECE", size)
        monkeypatch.setattr(plain_markup, "PIECE", size)
        assert both_ways_agree(path)


def test_a_refused_piece_leaves_nothing_in_the_grid() -> None:
    grid = Grid("List", Budget())
    cells = PlainCells(grid, lambda raws, _kind, _style: list(raws), None)
    assert cells.take('<row r="1"><c r="A1"><v>1</v></c></row>')
    assert not cells.take('<row r="2"><c r="A2"><v>2</v></c><c r="B2"><rPh/></c></row>')
    sheet, _ = grid.finish()
    assert list(sheet.rows()) == [(1, ("1",))]


def test_utf_16_and_other_encodings_are_left_to_the_parser(
    make_xlsx: MakeXlsx, tmp_path: Path
) -> None:
    path = make_xlsx('<sheetData><row r="1"><c r="A1" t="str"><v>zażółć</v></c></row></sheetData>')
    recoded = tmp_path / "recoded.xlsx"
    for encoding in ("utf-16", "iso-8859-2"):
        with zipfile.ZipFile(path) as source, zipfile.ZipFile(recoded, "w") as target:
            for name in source.namelist():
                content = source.read(name)
                if name.endswith("sheet1.xml"):
                    text = f'<?xml version="1.0" encoding="{encoding}"?>' + content.decode()
                    content = text.encode(encoding)
                target.writestr(name, content)
        ((_, rows, *_),), _ = outcome(recoded, parser_only=False)  # type: ignore[misc]
        assert rows == [(1, [(str, "zażółć")])] or encoding == "iso-8859-2"
        assert both_ways_agree(recoded)
