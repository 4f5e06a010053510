import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eurocluster.reading.cells import ReadingHints, UnreadableFile, Value, Workbook
from eurocluster.reading.child import WorkbookReader, read_file

Rows = dict[int, tuple[Value, ...]]


def read(tmp_path: Path, content: str | bytes) -> Workbook:
    path = tmp_path / "register.txt"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return read_file(path, ReadingHints())


def rows_of(tmp_path: Path, content: str | bytes) -> Rows:
    (sheet,) = read(tmp_path, content).sheets
    return dict(sheet.rows())


def test_values_keep_their_type(tmp_path: Path) -> None:
    content = (
        '[{"text": "12.345", "number": 12.345, "whole": 123456789012345678901234567890,'
        ' "yes": true, "nothing": null, "empty": "", "day": "2023-04-03", "huge": 1e400}]'
    )
    rows = rows_of(tmp_path, content)
    assert rows[1] == ("text", "number", "whole", "yes", "nothing", "empty", "day", "huge")
    expected = (
        "12.345", 12.345, 123456789012345678901234567890, True, None, None, "2023-04-03", "1e400",
    )  # fmt: skip
    assert [(type(cell), cell) for cell in rows[2]] == [(type(cell), cell) for cell in expected]


@pytest.mark.parametrize(
    "content",
    [
        '[{"a": 1}, {"b": 2}]',
        '{"data": [{"a": 1}, {"b": 2}]}',
        '{"count": 2, "value": [{"a": 1}, {"b": 2}], "next": null}',
        '{"d": {"results": [{"a": 1}, {"b": 2}]}}',
        '{"anything": [{"a": 1}, {"b": 2}]}',
        '\ufeff[{"a": 1}, {"b": 2}]',
    ],
)
def test_the_list_of_records_is_found_wherever_it_lies(tmp_path: Path, content: str) -> None:
    assert rows_of(tmp_path, content) == {1: ("a", "b"), 2: (1,), 3: (None, 2)}


def test_utf_16_is_understood_with_and_without_its_mark(tmp_path: Path) -> None:
    for encoding in ("utf-16", "utf-16-le", "utf-16-be"):
        assert rows_of(tmp_path, '[{"imię": "Żółć"}]'.encode(encoding)) == {
            1: ("imię",),
            2: ("Żółć",),
        }


def test_several_lists_of_records_are_several_sheets(tmp_path: Path) -> None:
    workbook = read(tmp_path, '{"persons": [{"a": 1}], "pacts": [{"b": 2}], "tags": ["x"]}')
    assert [(sheet.name, dict(sheet.rows())) for sheet in workbook.sheets] == [
        ("persons", {1: ("a",), 2: (1,)}),
        ("pacts", {1: ("b",), 2: (2,)}),
    ]


def test_a_list_of_lists_is_rows_as_they_stand(tmp_path: Path) -> None:
    assert rows_of(tmp_path, '[["a", "b"], [1, null], [], [null, 2]]') == {
        1: ("a", "b"),
        2: (1,),
        4: (None, 2),
    }


def test_an_object_without_a_list_of_records_is_one_record(tmp_path: Path) -> None:
    assert rows_of(tmp_path, '{"a": 1, "tags": ["x", "y"]}') == {1: ("a", "tags"), 2: (1, "x; y")}


def test_empty_lists_are_tables_without_rows(tmp_path: Path) -> None:
    assert rows_of(tmp_path, "[]") == {}
    assert rows_of(tmp_path, '{"data": []}') == {}


def test_nested_objects_and_lists_are_flattened_without_loss(tmp_path: Path) -> None:
    content = (
        '[{"org": {"name": "A", "place": {"city": "B"}}, "days": [1, "x", true, null],'
        ' "people": [{"n": "C"}, {"n": "D"}]}, null, "stray"]'
    )
    assert rows_of(tmp_path, content) == {
        1: ("org.name", "org.place.city", "days", "people.1.n", "people.2.n", "value"),
        2: ("A", "B", "1; x; true", "C", "D"),
        4: (None, None, None, None, None, "stray"),
    }


def test_a_name_that_stands_twice_with_two_values_has_two_columns(tmp_path: Path) -> None:
    content = '[{"a": 1, "a": 2, "b": 3, "b": 3}, {"a": 4}]'
    assert rows_of(tmp_path, content) == {1: ("a", "a", "b"), 2: (1, 2, 3), 3: (4,)}


def test_records_of_json_lines_stand_in_the_row_of_their_line(tmp_path: Path) -> None:
    assert rows_of(tmp_path, '{"a": 1}\r\n\r\n{"a": 2, "b": "\\u2028"}\n') == {
        0: ("a", "b"),
        1: (1,),
        3: (2, "\u2028"),
    }


def test_a_line_that_is_broken_is_noted_and_the_others_are_read(tmp_path: Path) -> None:
    workbook = read(tmp_path, '{"a": 1}\n{"a": "Jana Nova\n{"a": 3}\n')
    assert dict(workbook.sheets[0].rows()) == {0: ("a",), 1: (1,), 3: (3,)}
    assert [(note.code, note.row, note.column) for note in workbook.notes] == [("E19", 2, None)]
    assert "Nova" not in str(workbook.notes[0].words)


def test_a_line_in_another_encoding_is_noted_and_the_others_are_read(tmp_path: Path) -> None:
    content = b'{"a": "\xc5\xbb"}\n{"a": "\xaf"}\n{"a": 3}\n'
    workbook = read(tmp_path, content)
    assert dict(workbook.sheets[0].rows()) == {0: ("a",), 1: ("Ż",), 3: (3,)}
    assert [(note.code, note.row) for note in workbook.notes] == [("E19", 2)]


def test_json_lines_in_utf_16_are_understood(tmp_path: Path) -> None:
    content = '{"a": "Ż"}\r\n{"a": 2}'.encode("utf-16")
    assert rows_of(tmp_path, content) == {0: ("a",), 1: ("Ż",), 2: (2,)}


def test_broken_json_is_refused_with_its_line(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match="line 3, character 8") as refusal:
        read(tmp_path, '[\n {"a": 1},\n {"a": }\n]')
    assert refusal.value.code == "F01"


def test_json_that_is_not_utf_8_is_refused_with_its_line(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match="Line 2 of the JSON text is not encoded in UTF-8"):
        read(tmp_path, '[{"a": 1},\n{"a": "Żółć"}]'.encode("cp1250"))


@pytest.mark.parametrize("depth", [40, 100_000])
def test_json_that_is_nested_too_deeply_is_refused_with_words(tmp_path: Path, depth: int) -> None:
    for content in (
        '{"a":' * depth + "1" + "}" * depth,
        '[{"a":' + "[" * depth + "]" * depth + "}]",
    ):
        with pytest.raises(UnreadableFile, match="nested"):
            read(tmp_path, content)


def test_a_number_with_more_digits_than_any_number_stays_text(tmp_path: Path) -> None:
    assert rows_of(tmp_path, '[{"a": ' + "7" * 5000 + "}]") == {1: ("a",), 2: ("7" * 5000,)}


def test_a_text_as_long_as_a_book_is_refused_with_words(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match="2000000 characters"):
        read(tmp_path, '[{"a": "' + "x" * 2_000_000 + '"}]')


def test_records_of_a_child_are_those_read_here(tmp_path: Path) -> None:
    content = json.dumps([{"a": n, "b": f"text {n % 7}"} for n in range(1000)])
    rows = rows_of(tmp_path, content)
    with WorkbookReader(seconds=20) as reader:
        (sheet,) = reader.read(tmp_path / "register.txt", ReadingHints()).sheets
        assert dict(sheet.rows()) == rows
    assert len(rows) == 1001


NAMES = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="."), max_size=4)
CELLS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=8),
)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.dictionaries(NAMES, CELLS, min_size=1), min_size=2), st.booleans())
def test_any_flat_records_come_back_in_both_forms(
    tmp_path_factory: pytest.TempPathFactory, records: list[dict[str, Any]], as_lines: bool
) -> None:
    lines = [json.dumps(record) for record in records]
    content = "\n".join(lines) if as_lines else f"[{','.join(lines)}]"
    (sheet,) = read(tmp_path_factory.mktemp("json"), content).sheets
    rows = dict(sheet.rows())
    first, names_row = (1, 0) if as_lines else (2, 1)
    names = rows.pop(names_row)
    for number, record in enumerate(records, start=first):
        cells = rows.pop(number, ())
        filled = {
            name or "": cell for name, cell in zip(names, cells, strict=False) if cell is not None
        }
        expected = {name: cell for name, cell in record.items() if cell is not None}
        assert filled == expected
        assert [type(filled[name]) for name in expected] == [type(v) for v in expected.values()]
    assert rows == {}
