"""The material of the benchmarks: always the same, wrong where it says so and nowhere else."""

from pathlib import Path

from benchmarks.attendance import Planted, attendance, with_mistakes
from benchmarks.declared import CONSORTIUM, HEADERS, PARTNER, drive
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
    assert list(attendance(10)) == list(attendance(ROWS))[:10]


def test_two_in_a_hundred_cells_are_wrong() -> None:
    mistakes: list[Planted] = []
    assert len(list(with_mistakes(attendance(ROWS), mistakes))) == ROWS
    assert 0.018 < len({(m.row, m.column) for m in mistakes}) / (ROWS * len(HEADERS)) < 0.022


def test_every_planted_mistake_is_found_with_its_rule_and_no_good_cell_is_blamed(
    tmp_path: Path,
) -> None:
    mistakes: list[Planted] = []
    drive(tmp_path / "home").mkdir(parents=True)
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
        for finding in store.findings(record)
        if finding["severity"] != "INFO"
    }
    assert set(mistakes) <= found
    assert {(f.row, f.column) for f in found} == {(m.row, m.column) for m in mistakes}
