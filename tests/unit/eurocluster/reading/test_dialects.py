import pytest

from eurocluster.reading.dialects import Dialect, choose_dialect, declared_delimiter, kind_of


def lines_of(text: str) -> list[str]:
    return text.splitlines(keepends=True)


@pytest.mark.parametrize(
    ("text", "delimiter"),
    [
        ("id;name;hours\n1;Kowal, Jan;7,5\n2;Nowak, Anna;3,5\n", ";"),
        ("id,name,flags\n1,x,a;b\n2,y,a;c\n3,z,d;e\n", ","),
        ("id\tname\tday\n1\tx, y; z\t1/2/24, 9:58\n2\tv, w; z\t1/2/24, 9:58\n", "\t"),
        ("x;y\n" + "1,5;2,5\n" * 150, ";"),
        ("Klaster, Warszawa, Polska\nOkres: 2024\n\nid;name\n1;x\n2;y\n3;z\n", ";"),
        ("id^name^hours\n1^x^7\n2^y^8\n", "^"),
        ("id~name~hours\n1~x~7\n2~y~8\n", "~"),
        ('id;note\n1;"a, b, c"\n2;"d, e, f"\n', ";"),
        ('id;note;x\n1;"lost, a;b\n2;"lost, c;d\n3;"lost, e;f\n', ";"),
    ],
)
def test_the_delimiter_is_the_one_that_cuts_rows_alike_into_sensible_cells(
    text: str, delimiter: str
) -> None:
    assert choose_dialect(lines_of(text)).delimiter == delimiter


@pytest.mark.parametrize("text", ["hours\n7,5\n3,25\n", "start\n10:30\n11:45\n", "city\nKraków\n"])
def test_one_column_is_not_cut_at_its_decimal_marks(text: str) -> None:
    delimiter = choose_dialect(lines_of(text)).delimiter
    assert all(delimiter not in line for line in lines_of(text))


def test_a_rare_delimiter_needs_every_row() -> None:
    assert choose_dialect(lines_of("id~name~x\n1~x~1\n2;3\n")).delimiter == ";"


def test_a_given_delimiter_is_not_questioned() -> None:
    assert choose_dialect(lines_of("a;b,c\n1;2,3\n"), ",").delimiter == ","


@pytest.mark.parametrize(
    ("text", "quote"),
    [
        ("id;name\n1;'Kowal; Jan'\n2;'Nowak; Anna'\n", "'"),
        ("'id';'name'\n'1';'x'\n'2';'y'\n", "'"),
        ("id;name\n1;\"Kowal\"\n2;'Nowak'\n3;'Lis'\n", '"'),
        ("id;name\n1;d'Arc\n2;O'Neil\n3;'s-Gravenhage\n", '"'),
        ("id;name\n1;x\n2;y\n", '"'),
    ],
)
def test_the_quote_is_the_apostrophe_only_where_it_wraps_cells(text: str, quote: str) -> None:
    assert choose_dialect(lines_of(text)).quote == quote


@pytest.mark.parametrize(
    ("cell", "escape"), [('"a \\"b\\"; c"', "\\"), ('"a ""b""; c"', ""), ('"C:\\temp\\"', "")]
)
def test_the_escape_is_the_backslash_where_doubling_makes_no_sense(cell: str, escape: str) -> None:
    lines = ["id;note;x\n", *(f"{number};{cell};y\n" for number in range(5))]
    assert choose_dialect(lines) == Dialect(";", '"', escape)


@pytest.mark.parametrize(
    ("line", "delimiter"),
    [("sep=;\r\n", ";"), ('"sep=,"\n', ","), ("SEP=\t\n", "\t"), ("sep=\n", None), ("a;b\n", None)],
)
def test_only_a_line_sep_declares_a_delimiter(line: str, delimiter: str | None) -> None:
    assert declared_delimiter(line) == delimiter


@pytest.mark.parametrize(
    ("cell", "kind"),
    [
        ("", "blank"),
        ("  ", "blank"),
        ("7,5", "number"),
        ("1 234,50", "number"),
        ("−3", "number"),
        ("12 %", "number"),
        ("2024-03-31", "date"),
        ("31.3.2024", "date"),
        ("01/12/2024 09:58:23 AM", "date"),
        ("9:58:23 AM", "time"),
        ("7h30", "time"),
        ("someone@p.example", "address"),
        ("Żółć, Anna", "text"),
        ("A-17", "key"),
        ("Hall 3", "code"),
        ("a;b", "mess"),
    ],
)
def test_cells_look_like_what_they_are(cell: str, kind: str) -> None:
    assert kind_of(cell) == kind
