from collections.abc import Iterator

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from eurocluster.reading.cells import UnreadableFile
from eurocluster.reading.dialects import Dialect
from eurocluster.reading.records import TextRows, Window

SEMICOLON = Dialect(";")
Read = list[tuple[int, list[str]]]


def pieces_of(text: bytes, size: int) -> Iterator[bytes]:
    """Cut text at line ends, about so many bytes each."""
    piece = b""
    for line in text.splitlines(keepends=True):
        piece += line
        if len(piece) >= size:
            yield piece
            piece = b""
    yield piece


def rows_of(windows: Iterator[Window]) -> Read:
    found: Read = []
    for window in windows:
        arrays = [column.to_pylist() for column in window.columns]
        regular = list(zip(*arrays, strict=True)) or [()] * len(window.lines)
        found += [
            (int(line), [cell or "" for cell in row])
            for line, row in zip(window.lines, regular, strict=True)
        ]
        found += [(record.line, record.cells) for record in window.records]
    found.sort(key=lambda row: row[0])
    return [(line, row) for line, row in found if any(row)]


def read(text: str, *, width: int = 3, window: int = 1 << 20, piece: int = 1 << 20) -> Read:
    data = text.encode()
    rows = TextRows(pieces_of(data, piece), SEMICOLON, width, window_bytes=window)
    return rows_of(rows.windows())


def test_a_row_has_the_line_at_which_it_begins() -> None:
    text = 'a;b;c\r\n1;"two\r\nlines";x\r\n\r\n2;y;z\r\n'
    assert read(text) == [
        (1, ["a", "b", "c"]),
        (2, ["1", "two\r\nlines", "x"]),
        (5, ["2", "y", "z"]),
    ]


@pytest.mark.parametrize("window", [0, 1 << 20])
@pytest.mark.parametrize("end", ["\r", "\x85", "\u2028", "\x0b", "\x0c", "\x1e"])
def test_rows_divided_by_an_unusual_line_break_are_rows(end: str, window: int) -> None:
    rows = read(f"a;b;c\n1;2;3{end}4;5;6\n7;8;9\n", window=window)
    assert rows == [
        (1, ["a", "b", "c"]),
        (2, ["1", "2", "3"]),
        (3, ["4", "5", "6"]),
        (4, ["7", "8", "9"]),
    ]


def test_an_unusual_line_break_within_a_cell_stays_there() -> None:
    assert read("a;b;c\n1;2\u2028x;3\n") == [(1, ["a", "b", "c"]), (2, ["1", "2\u2028x", "3"])]


def test_the_end_mark_of_old_programs_is_no_row() -> None:
    assert read("a;b;c\n1;2;3\n\x1a") == [(1, ["a", "b", "c"]), (2, ["1", "2", "3"])]


def test_a_page_break_is_no_part_of_a_cell() -> None:
    assert read("a;b;c\n\x0c1;2;3\n") == [(1, ["a", "b", "c"]), (2, ["1", "2", "3"])]


def test_a_quote_that_never_closes_holds_no_more_than_its_line() -> None:
    text = 'a;b;c\n1;"x;y\n' + "2;x;y\n" * 500
    rows = read(text)
    assert len(rows) == 502
    assert rows[1] == (2, ["1", '"x', "y"])


def test_a_quoted_cell_may_be_cut_by_a_window() -> None:
    text = "a;b;c\n" + '1;"two\nlines";3\n' * 400
    rows = read(text, window=100, piece=130)
    assert [line for line, _ in rows] == [1, *range(2, 802, 2)]
    assert all(cells == ["1", "two\nlines", "3"] for _, cells in rows[1:])


@pytest.mark.parametrize("window", [0, 1 << 20])
def test_an_endless_cell_is_refused(window: int) -> None:
    with pytest.raises(UnreadableFile, match="more than 131072 characters"):
        read(f"a;b;c\n1;{'x' * 131_073};3\n", window=window)


CELLS = st.sampled_from(
    ["", "", "a", "7,5", "żó", "x y", '"q"', '"q;r"', '"q ""r"""', '"two\nlines"', '""', "'n'"]
)
DIRT = st.sampled_from(
    [
        '"',
        '""',
        ";",
        ";;",
        "\n",
        "\r",
        "\r\n",
        "\0",
        "\x0c",
        "\x1a",
        "\u2028",
        "\x85",
        "'",
        "\\",
        ",",
    ]
)


@st.composite
def texts(draw: st.DrawFn) -> str:
    """A table of three columns, with dirt somewhere."""
    end = draw(st.sampled_from(["\n", "\r\n", "\r"]))
    rows = draw(st.lists(st.lists(CELLS, min_size=3, max_size=3), max_size=12))
    text = end.join(";".join(row) for row in rows) + draw(st.sampled_from(["", end]))
    for at, dirt in draw(st.lists(st.tuples(st.integers(0, 200), DIRT), max_size=3)):
        text = text[:at] + dirt + text[at:]
    return text


@settings(deadline=None, max_examples=300)
@given(text=texts(), window=st.integers(1, 120), piece=st.integers(1, 120))
@example(text='a;"\r\nb";c\r"', window=1, piece=1)
def test_windows_read_what_care_reads(text: str, window: int, piece: int) -> None:
    with_care = read(text, window=0)
    assert read(text) == with_care
    assert read(text, window=window, piece=piece) == with_care


@settings(deadline=None)
@given(text=texts())
def test_every_line_with_text_is_part_of_a_row(text: str) -> None:
    """Line breaks of other kinds may add lines, so it is letters that are counted."""
    rows = read(text)
    kept = "".join(cell for _, row in rows for cell in row)
    for letter in "ażxqrtwolines75":
        assert kept.count(letter) == text.count(letter)
