"""The material of the benchmarks: always the same, wrong where it says so and nowhere else."""

from collections.abc import Iterable
from pathlib import Path

from benchmarks.attendance import BLOCK_ROWS, Block, Planted, attendance, with_mistakes
from benchmarks.declared import CONSORTIUM, FILE_HEADERS, PARTNER, drive
from benchmarks.delivering import ours
from benchmarks.material import write_consortium, write_csv
from eurocluster.deliveries import RegisterStore

ROWS = 1_500


def test_the_rows_and_their_mistakes_are_the_same_every_time() -> None:
    first: list[Planted] = []
    second: list[Planted] = []
    assert list(with_mistakes(attendance(ROWS), first)) == list(
        with_mistakes(attendance(ROWS), second)
    )
    assert first == second


def test_fewer_rows_are_the_first_ones_of_many() -> None:
    (few,) = attendance(10)
    assert few == {column: cells[:10] for column, cells in next(attendance(ROWS)).items()}


def test_large_registers_come_in_blocks_without_a_row_twice() -> None:
    assert len(set(_column("record_id", attendance(BLOCK_ROWS + 5)))) == BLOCK_ROWS + 5


def test_persons_come_back_more_often_in_larger_registers() -> None:
    few = set(_column("person_name", attendance(500)))
    many = set(_column("person_name", attendance(5_000)))
    assert len(few) < len(many) < 10 * len(few)


def test_two_in_a_hundred_cells_are_wrong() -> None:
    mistakes: list[Planted] = []
    assert len(_column("record_id", with_mistakes(attendance(ROWS), mistakes))) == ROWS
    assert 0.018 < len({(m.row, m.column) for m in mistakes}) / (ROWS * len(FILE_HEADERS)) < 0.023


def test_every_planted_mistake_is_found_with_its_rule_and_no_good_cell_is_blamed(
    tmp_path: Path,
) -> None:
    mistakes: list[Planted] = []
    write_consortium(tmp_path / "home", ("attendance",))
    spoiled = with_mistakes(attendance(ROWS), mistakes)
    write_csv(drive(tmp_path / "home") / "attendance.csv", spoiled, "utf-8")
    ours(tmp_path / "home", tmp_path / "data")
    store = RegisterStore(tmp_path / "data" / "store" / CONSORTIUM)
    record = store.in_force(PARTNER, "attendance")
    assert record is not None
    assert record.rows_read == ROWS
    found = {
        Planted(finding["row_number"], finding["column_name"], finding["code"])
        for finding in store.findings(record).to_pylist()
        if finding["severity"] != "INFO" and finding["column_name"]
    }
    assert set(mistakes) <= found
    assert {(f.row, f.column) for f in found} == {(m.row, m.column) for m in mistakes}


def _column(name: str, blocks: Iterable[Block]) -> list[object]:
    return [cell for block in blocks for cell in block[name]]
