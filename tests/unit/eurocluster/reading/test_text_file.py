import csv
import io
from pathlib import Path
from typing import Literal

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from eurocluster.reading.cells import ReadingHints, Sheet, UnreadableFile, Value, Workbook
from eurocluster.reading.repairs import is_wrapped
from eurocluster.reading.text_file import code_page_of, read_text_file

Rows = tuple[tuple[Value, ...], ...]


def read(tmp_path: Path, content: bytes, **hints: str) -> Workbook:
    path = tmp_path / "register.csv"
    path.write_bytes(content)
    return read_text_file(path, ReadingHints(**hints))


def cells(sheet: Sheet) -> Rows:
    return tuple(row for _, row in sheet.rows())


def rows_of(tmp_path: Path, content: str | bytes, **hints: str) -> Rows:
    """Cells of the first sheet; blank cells at the end of a row are left out."""
    data = content.encode() if isinstance(content, str) else content
    return cells(read(tmp_path, data, **hints).sheets[0])


def trimmed(table: list[list[str]]) -> Rows:
    """What a sheet shows of a table: no blank rows, no blank cells at the end of a row."""
    rows = []
    for row in table:
        kept = list(row)
        while kept and not kept[-1]:
            kept.pop()
        if kept:
            rows.append(tuple(cell or None for cell in kept))
    return tuple(rows)


def test_every_cell_is_text_or_blank(tmp_path: Path) -> None:
    assert rows_of(tmp_path, "id;hours;note\n1;7,5;\n2;;TRUE\n") == (
        ("id", "hours", "note"),
        ("1", "7,5"),
        ("2", None, "TRUE"),
    )


@pytest.mark.parametrize(
    ("encoding", "rule"),
    [
        ("utf-8", "utf-8: the whole file is valid UTF-8"),
        ("utf-8-sig", "utf-8: byte order mark"),
        ("utf-16", "utf-16: byte order mark"),
        ("utf-32", "utf-32: byte order mark"),
        ("cp1250", "cp1250: code page of the partner"),
    ],
)
def test_letters_are_decoded_by_a_rule_that_is_said(
    tmp_path: Path, encoding: str, rule: str
) -> None:
    workbook = read(tmp_path, "imię;miasto\nŻółć;Kraków\n".encode(encoding), code_page="cp1250")
    assert cells(workbook.sheets[0]) == (("imię", "miasto"), ("Żółć", "Kraków"))
    assert [(note.code, str(note.words)) for note in workbook.notes] == [
        ("I02", f"Decoded as {rule}.")
    ]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("pl", "zażółć"),
        ("el", "ονοματεπώνυμο"),
        ("bg", "организация"),
        ("lt", "įmonė"),
        ("fi", "käyttäjä"),
        ("fr", "préséance"),
        ("ro", "întreprindere"),
        ("hu", "résztvevő"),
    ],
)
def test_each_language_has_the_code_page_that_windows_writes_there(
    tmp_path: Path, language: str, text: str
) -> None:
    page = code_page_of(language)
    assert page is not None
    assert rows_of(tmp_path, f"{text};1\n".encode(page), code_page=page) == ((text, "1"),)


def test_a_language_without_a_code_page_of_its_own_has_none() -> None:
    assert code_page_of("xx") is None


def test_a_declared_encoding_stands_before_the_partners_code_page(tmp_path: Path) -> None:
    rows = rows_of(tmp_path, "pöytä;1\n".encode("cp850"), encoding="cp850", code_page="cp1252")
    assert rows == (("pöytä", "1"),)


def test_valid_utf8_stands_before_a_declared_code_page(tmp_path: Path) -> None:
    assert rows_of(tmp_path, "pöytä;1\n".encode(), encoding="cp1252") == (("pöytä", "1"),)


def test_utf16_without_a_mark_is_read_when_it_is_declared(tmp_path: Path) -> None:
    content = "pöytä;1\n".encode("utf-16-le")
    assert rows_of(tmp_path, content, encoding="utf-16-le") == (("pöytä", "1"),)


def test_without_a_rule_there_is_no_guess(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match="which code page"):
        read(tmp_path, "Żółć;1\n".encode("cp1250"))


def test_letters_outside_the_code_page_are_refused_with_their_line(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match=r"Line 3 .*cp1252"):
        read(tmp_path, b"a;b\r\n\xe9;1\r\n1;\x81\r\n", code_page="cp1252")


def test_a_few_lines_in_a_code_page_do_not_spoil_a_utf8_file(tmp_path: Path) -> None:
    content = "Żółć;1\nKraków;2\n".encode() + "Łódź;3\n".encode("cp1250")
    workbook = read(tmp_path, content, code_page="cp1250")
    assert cells(workbook.sheets[0]) == (("Żółć", "1"), ("Kraków", "2"), ("Łódź", "3"))
    assert str(workbook.notes[0].words) == (
        "Decoded as utf-8, but 1 lines as cp1250 (code page of the partner): lines 3."
    )


@pytest.mark.parametrize(
    ("content", "hints", "words"),
    [
        ("żółć".encode("utf-16") + b"\x01", {}, "middle of a letter"),
        (b"a\0b;1\n", {"code_page": "cp1250"}, "neither text"),
        (b"a;1\n", {"encoding": "cp9999"}, "'cp9999' does not exist"),
        (b"a;" + b"x" * 200_000 + b"\n", {}, "more than 131072"),
    ],
)
def test_what_is_no_readable_text_is_refused_in_words(
    tmp_path: Path, content: bytes, hints: dict[str, str], words: str
) -> None:
    with pytest.raises(UnreadableFile, match=words):
        read(tmp_path, content, **hints)


@pytest.mark.parametrize(
    ("content", "width"),
    [
        ("id;name;hours\n1;Kowal, Jan;7,5\n2;Nowak, Anna;3,5\n", 3),
        ("id;hours;share\n1;7,5;0,5\n2;3,5;0,25\n", 3),
        ("id,name,flags\n1,x,a;b\n2,y,a\n", 3),
        ("id\tname\n1\tx, y; z\n", 2),
        ("id|name\n1|x\n", 2),
        ("Klaster, Warszawa\n\nid;name;city\n1;x;y\n2;x;z\n", 3),
        ('id,name,hours\n1,"Kowal, Jan","7,5"\n', 3),
    ],
)
def test_the_delimiter_is_the_one_that_cuts_rows_alike(
    tmp_path: Path, content: str, width: int
) -> None:
    assert len(rows_of(tmp_path, content)[-1]) == width


def test_one_column_needs_no_delimiter(tmp_path: Path) -> None:
    assert rows_of(tmp_path, "city\nKraków\n") == (("city",), ("Kraków",))


def test_a_declared_delimiter_is_used(tmp_path: Path) -> None:
    assert rows_of(tmp_path, "a;b,c\n", delimiter=",") == (("a;b", "c"),)


@pytest.mark.parametrize("first", ["sep=|\r\n", '"sep=|"\n', "SEP=|\n", "\ufeffsep=|\n"])
def test_a_first_line_sep_names_the_delimiter_and_keeps_row_numbers(
    tmp_path: Path, first: str
) -> None:
    (sheet,) = read(tmp_path, f"{first}a;b|c\n1|2\n".encode()).sheets
    assert list(sheet.rows()) == [(2, ("a;b", "c")), (3, ("1", "2"))]


def test_ragged_rows_are_kept_and_blank_rows_left_out(tmp_path: Path) -> None:
    (sheet,) = read(tmp_path, b"a;b;c\n1\n\n1;2;3;4\n;;\n").sheets
    assert list(sheet.rows()) == [(1, ("a", "b", "c")), (2, ("1",)), (4, ("1", "2", "3", "4"))]


def test_a_quote_that_never_closes_swallows_no_line(tmp_path: Path) -> None:
    lines = ["id;note", '1;"lost', *(f'{n};"kept\nwhole"' for n in range(2, 300))]
    workbook = read(tmp_path, "\n".join(lines).encode())
    rows = cells(workbook.sheets[0])
    assert rows[1] == ("1", '"lost')
    assert rows[2:] == tuple((str(n), "kept\nwhole") for n in range(2, 300))
    assert [(note.code, note.row) for note in workbook.notes[1:]] == [("W23", 2)]


def test_a_quote_that_never_closes_near_the_end_swallows_no_line(tmp_path: Path) -> None:
    assert rows_of(tmp_path, 'id;note\n1;"lost\n2;x\n3;y') == (
        ("id", "note"),
        ("1", '"lost'),
        ("2", "x"),
        ("3", "y"),
    )


def test_letters_after_a_closing_quote_stay_in_the_cell(tmp_path: Path) -> None:
    workbook = read(tmp_path, b'id;note;x\n1;"a;b" c;x\n2;5" screen;y\n')
    assert cells(workbook.sheets[0])[1:] == (("1", "a;b c", "x"), ("2", '5" screen', "y"))
    assert [(note.code, note.row) for note in workbook.notes[1:]] == [("W23", 2)]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_all_line_ends_are_understood(tmp_path: Path, end: str) -> None:
    assert rows_of(tmp_path, f"a;b{end}1;2{end}") == (("a", "b"), ("1", "2"))


def test_an_empty_sheet_has_no_rows(tmp_path: Path) -> None:
    assert rows_of(tmp_path, "\ufeff") == ()


LETTERS = {
    "utf-8": "ąłżαβ漢😀",
    "utf-8-sig": "ąłżαβ漢😀",
    "utf-16": "ąłżαβ漢😀",
    "cp1250": "óęć",
    "cp1251": "абв",
    "cp1252": "éäø",
    "cp1253": "αβγ",
    "cp1257": "ąčė",
}
"""Of the code pages only letters that are never valid UTF-8, whatever stands around them."""


@settings(deadline=None)
@given(
    data=st.data(),
    encoding=st.sampled_from(sorted(LETTERS)),
    delimiter=st.sampled_from(";,\t|"),
    quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    end=st.sampled_from(["\n", "\r\n", "\r"]),
)
def test_any_table_comes_back_cell_for_cell(
    tmp_path_factory: pytest.TempPathFactory,
    data: st.DataObject,
    encoding: str,
    delimiter: str,
    quoting: Literal[0, 1],
    end: str,
) -> None:
    alphabet = LETTERS[encoding] + "ab1 ;,\t|\"'=" + ("\r\n" if quoting == csv.QUOTE_ALL else "")
    width = data.draw(st.integers(1, 5))
    row = st.lists(st.text(alphabet, max_size=8), min_size=width, max_size=width)
    table = data.draw(st.lists(row, max_size=8))
    assume(not any(is_wrapped(row, '"') for row in table))
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter, quoting=quoting, lineterminator=end).writerows(table)
    content = text.getvalue().encode(encoding)
    page = encoding if encoding.startswith("cp") else "cp1252"
    path = tmp_path_factory.mktemp("csv") / "register.csv"
    path.write_bytes(content)
    (sheet,) = read_text_file(path, ReadingHints(code_page=page, delimiter=delimiter)).sheets
    assert cells(sheet) == trimmed(table)


@settings(deadline=None)
@given(
    width=st.integers(2, 6),
    delimiter=st.sampled_from(";,\t|"),
    table=st.lists(st.lists(st.text("ab1 ;,|", max_size=8), min_size=6, max_size=6), min_size=1),
)
def test_the_delimiter_of_any_quoted_table_with_a_header_is_found(
    tmp_path_factory: pytest.TempPathFactory, width: int, delimiter: str, table: list[list[str]]
) -> None:
    rows = [[f"column {number}" for number in range(width)], *(row[:width] for row in table)]
    assume(all(any(row) for row in rows))
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter, quoting=csv.QUOTE_ALL).writerows(rows)
    path = tmp_path_factory.mktemp("csv") / "register.csv"
    path.write_text(text.getvalue(), newline="")
    (sheet,) = read_text_file(path, ReadingHints()).sheets
    assert cells(sheet) == trimmed(rows)


def test_lines_wider_than_any_sheet_are_told_and_the_others_read(tmp_path: Path) -> None:
    path = tmp_path / "register.csv"
    wide = ";".join(map(str, range(17_000)))
    path.write_text(f"id;name;hours\nA1;Lis;7\n{wide}\nA2;Zych;3\n")
    workbook = read_text_file(path, ReadingHints())
    assert [line for line, _ in workbook.sheets[0].rows()] == [1, 2, 4]
    assert [(note.code, note.row) for note in workbook.notes[1:]] == [("E19", 3)]


def test_lines_of_very_different_widths_keep_their_cells(tmp_path: Path) -> None:
    path = tmp_path / "register.csv"
    rows = [["a"], ["b", "c"], ["d", "", "e", *map(str, range(900))], ["", "f"], ["g", "h", "i"]]
    path.write_text("\n".join(map(";".join, rows)))
    (sheet,) = read_text_file(path, ReadingHints(delimiter=";")).sheets
    assert [[cell or "" for cell in cells] for _, cells in sheet.rows()] == rows
