from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyarrow import parquet

from eurocluster.reading import parquet_file
from eurocluster.reading.cells import ReadingHints, Sheet, UnreadableFile
from eurocluster.reading.child import WorkbookReader, read_file


def written(tmp_path: Path, columns: dict[str, Any], **options: Any) -> Path:
    path = tmp_path / "register.xlsx"
    parquet.write_table(pyarrow.table(columns), path, **options)
    return path


def sheet_of(path: Path) -> Sheet:
    (sheet,) = read_file(path, ReadingHints()).sheets
    return sheet


def test_cells_keep_their_type(tmp_path: Path) -> None:
    moment = datetime.fromisoformat("2023-04-03 08:30")
    columns: dict[str, Any] = {
        "text": ["12.345"],
        "number": [12.345],
        "whole": pyarrow.array([5], pyarrow.int16()),
        "yes": [True],
        "day": [date(2023, 4, 3)],
        "moment": pyarrow.array([moment], pyarrow.timestamp("ns")),
        "clock": pyarrow.array([time(7, 30)], pyarrow.time64("ns")),
        "span": pyarrow.array([timedelta(hours=30)], pyarrow.duration("ms")),
        "coded": pyarrow.array(["x"]).dictionary_encode(),
        "bytes": [b"tekst"],
    }
    rows = dict(sheet_of(written(tmp_path, columns)).rows())
    assert rows[1] == tuple(columns)
    expected = (
        "12.345", 12.345, 5, True, date(2023, 4, 3), moment, time(7, 30), timedelta(hours=30),
        "x", "tekst",
    )  # fmt: skip
    assert [(type(cell), cell) for cell in rows[2]] == [(type(cell), cell) for cell in expected]


def test_a_moment_with_a_zone_is_what_a_clock_there_shows(tmp_path: Path) -> None:
    moments = pyarrow.array([datetime(2023, 4, 3, 8, 30)], pyarrow.timestamp("us", "Europe/Warsaw"))
    rows = dict(sheet_of(written(tmp_path, {"m": moments})).rows())
    assert rows[2] == (datetime(2023, 4, 3, 10, 30),)


@pytest.mark.parametrize(
    ("stored", "cell"),
    [("12.50", 12.5), ("5.00", 5), ("0.1", 0.1), ("12345678901234567.89", "12345678901234567.89")],
)
def test_a_decimal_is_a_number_if_that_says_the_same_and_text_otherwise(
    tmp_path: Path, stored: str, cell: object
) -> None:
    kind = pyarrow.decimal128(20, 2)
    path = written(tmp_path, {"d": pyarrow.array([Decimal(stored)], kind)})
    ((found,),) = [cells for number, cells in sheet_of(path).rows() if number == 2]
    assert (type(found), found) == (type(cell), cell)


def test_blanks_missing_numbers_and_blank_rows_are_left_out(tmp_path: Path) -> None:
    path = written(tmp_path, {"a": ["", None, "x"], "b": [float("nan"), None, None]})
    assert list(sheet_of(path).rows()) == [(1, ("a", "b")), (4, ("x",))]


def test_nested_columns_are_flattened_and_lists_joined(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        {"org": [{"name": "A", "at": {"city": "B"}}, None], "tags": [["x", None, "y"], []]},
    )
    assert list(sheet_of(path).rows()) == [
        (1, ("org.name", "org.at.city", "tags")),
        (2, ("A", "B", "x; y")),
    ]


@pytest.mark.parametrize(
    ("column", "words"),
    [
        ([[{"a": 1}]], "tables inside"),
        (
            pyarrow.array([[("k", 1)]], pyarrow.map_(pyarrow.string(), pyarrow.int64())),
            "tables inside",
        ),
        ([b"\xff\xd8\xff"], "binary"),
    ],
)
def test_what_no_cell_can_hold_is_refused_with_words(
    tmp_path: Path, column: Any, words: str
) -> None:
    with pytest.raises(UnreadableFile, match=words) as refusal:
        sheet_of(written(tmp_path, {"a": column}))
    assert refusal.value.code == "F01"


def test_row_groups_are_read_in_blocks_and_no_row_is_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parquet_file, "BLOCK_ROWS", 100)
    path = written(tmp_path, {"n": list(range(1, 1001))}, row_group_size=70)
    sheet = sheet_of(path)
    assert len(sheet.blocks) > 10
    assert list(sheet.rows()) == [(1, ("n",)), *((n + 1, (n,)) for n in range(1, 1001))]


def test_blocks_go_through_the_spool_of_a_child(tmp_path: Path) -> None:
    path = written(tmp_path, {"n": list(range(1000)), "t": [f"t{n % 5}" for n in range(1000)]})
    with WorkbookReader(seconds=20) as reader:
        (sheet,) = reader.read(path, ReadingHints()).sheets
        assert list(sheet.rows()) == list(sheet_of(path).rows())


def test_a_torn_file_is_refused_wherever_it_is_torn(tmp_path: Path) -> None:
    path = written(tmp_path, {"n": list(range(1000))})
    content = path.read_bytes()
    for length in range(4, len(content), len(content) // 15):
        path.write_bytes(content[:length])
        with pytest.raises(UnreadableFile, match="damaged"):
            sheet_of(path)


CELLS = {
    pyarrow.string(): st.text(st.characters(exclude_categories=["Cs"]), min_size=1),
    pyarrow.int64(): st.integers(-(2**63), 2**63 - 1),
    pyarrow.float64(): st.floats(allow_nan=False, allow_infinity=False),
    pyarrow.bool_(): st.booleans(),
    pyarrow.date32(): st.dates(),
    pyarrow.timestamp("us"): st.datetimes(),
}


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.sampled_from(list(CELLS)).flatmap(
            lambda kind: st.tuples(
                st.just(kind), st.lists(st.none() | CELLS[kind], min_size=4, max_size=4)
            )
        ),
        min_size=1,
        max_size=4,
    )
)
def test_any_table_comes_back_typed(
    tmp_path_factory: pytest.TempPathFactory, columns: list[tuple[Any, list[Any]]]
) -> None:
    table = {f"c{at}": pyarrow.array(cells, kind) for at, (kind, cells) in enumerate(columns)}
    path = written(tmp_path_factory.mktemp("parquet"), table)
    rows = dict(sheet_of(path).rows())
    assert rows.pop(1) == tuple(table)
    for at in range(4):
        wanted = [cells[at] for _, cells in columns]
        while wanted and wanted[-1] is None:
            wanted.pop()
        found = list(rows.pop(at + 2, ()))
        assert [(type(cell), cell) for cell in found] == [(type(cell), cell) for cell in wanted]
    assert rows == {}
