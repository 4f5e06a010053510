"""The register store: what is in force, what is gone, and that nothing half-written counts."""

import os
from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pyarrow
import pyarrow.parquet
import pytest

from eurocluster.deliveries import RegisterStore
from eurocluster.delivery_sets import DeliveryRecord, Received, State, UnfinishedDelivery
from eurocluster.findings import Finding
from eurocluster.judging import Calendar, Verdict, judge
from eurocluster.wording import speaker, words
from schemas import REGISTERS
from schemas.store import store_schema
from tests.delivering import RowValues, typed_rows

CALENDAR = Calendar(date(2022, 9, 1), date(2025, 8, 31), date(2025, 9, 15))
TRAINING: RowValues = {
    "training_id": "T1", "title": "Digital skills", "objective": "both",
    "audience": ("trainers", "sme_workers"), "start_date": date(2023, 5, 8),
    "end_date": date(2023, 5, 9), "planned_hours": Decimal("6.5"), "lead_partner": "p1",
    "status": "delivered",
}  # fmt: skip


@pytest.fixture
def store(tmp_path: Path) -> RegisterStore:
    found = RegisterStore(tmp_path / "store")
    found.prepare()
    return found


def trainings(*codes: str, **changes: Any) -> list[Verdict]:
    rows = [{**TRAINING, "training_id": code, **changes} for code in codes]
    return [judge(typed_rows("trainings", rows), REGISTERS["trainings"], CALENDAR)]


def received(content: str = "first") -> Received:
    return Received((("szkolenia.xlsx", "a" * 64),), content)


def begin(
    store: RegisterStore, verdicts: Sequence[Verdict], content: str = "first", partner: str = "p1"
) -> UnfinishedDelivery:
    """Return a delivery with these rows that is not finished."""
    delivery = store.receive(partner, "trainings", received(content), speaker("en"))
    for verdict in verdicts:
        delivery.add(verdict)
    return delivery


def deliver(
    store: RegisterStore,
    verdicts: Sequence[Verdict],
    state: State = "accepted",
    findings: Sequence[Finding] = (),
    content: str = "first",
    partner: str = "p1",
    **more: Any,
) -> DeliveryRecord:
    with begin(store, verdicts, content, partner) as delivery:
        delivery.add_findings(findings)
        return delivery.finish(state, **more)


def withdrawn(
    store: RegisterStore, verdicts: Sequence[Verdict], partner: str = "p1"
) -> tuple[int, int]:
    """Return (rows that would disappear, rows in force) of a delivery that is given up."""
    with begin(store, verdicts, "asked", partner) as delivery:
        return delivery.withdrawn()


def everything_below(root: Path) -> set[Path]:
    return {path for path in root.rglob("*") if path.is_file()}


def rows_of(store: RegisterStore, record: DeliveryRecord) -> list[dict[str, Any]]:
    """Return the stored rows of one delivery, read as the warehouse reads them."""
    files = store.root / "rows" / "trainings" / "**" / "*.parquet"
    relation = duckdb.sql(
        f"select * from read_parquet('{files}', union_by_name=true, hive_partitioning=false)"
        f" where delivery_set = '{record.delivery_id}' order by row_number"
    )
    return [dict(zip(relation.columns, row, strict=True)) for row in relation.fetchall()]


def test_a_new_store_has_every_register_with_its_columns_and_no_row(store: RegisterStore) -> None:
    for register, contract in REGISTERS.items():
        (empty,) = (store.root / "rows" / register).glob("*.parquet")
        table = pyarrow.parquet.read_table(empty)
        assert (table.schema, table.num_rows) == (store_schema(contract), 0)


def test_preparing_again_changes_nothing_unless_a_contract_has_grown(store: RegisterStore) -> None:
    empty = store.root / "rows" / "trainings" / "empty.parquet"
    before = empty.stat().st_mtime_ns
    store.prepare()
    assert empty.stat().st_mtime_ns == before
    pyarrow.parquet.write_table(pyarrow.table({"training_id": ["old"]}).slice(1), empty)
    store.prepare()
    assert pyarrow.parquet.read_schema(empty) == store_schema(REGISTERS["trainings"])


def test_rows_come_back_typed_with_their_place(store: RegisterStore) -> None:
    record = deliver(store, trainings("T1", status="invented"))
    (row,) = rows_of(store, record)
    assert row["audience"] == ["trainers", "sme_workers"]
    assert row["co_partners"] == []
    assert row["planned_hours"] == Decimal("6.5")
    assert row["end_date"] == date(2023, 5, 9)
    assert row["errors"] == ["status:E05"]
    assert (row["reported_by"], row["record_key"]) == ("p1", "id:T1")
    assert (row["file_name"], row["sheet"], row["row_number"]) == ("rows.csv", "", 2)
    assert row["cell_columns"] == "A:R"
    assert len(row["file_sha256"]) == 64


def test_the_record_counts_what_was_read_refused_and_doubted(store: RegisterStore) -> None:
    before = datetime.now(UTC)
    doubtful = typed_rows("trainings", [{**TRAINING, "marks": [("end_date", "W02")]}])
    verdicts = [
        *trainings("T2", "T3", status="invented"),
        judge(doubtful, REGISTERS["trainings"], CALENDAR),
    ]
    record = deliver(store, verdicts)
    assert (record.rows_read, record.rows_refused, record.rows_doubtful) == (3, 2, 1)
    assert (record.file_names, record.file_hashes) == (("szkolenia.xlsx",), ("a" * 64,))
    assert before <= record.received_at <= datetime.now(UTC)
    assert store.history("p1", "trainings") == [record]


def test_a_newer_delivery_supersedes_and_the_older_stays_on_record(store: RegisterStore) -> None:
    first = deliver(store, trainings("T1", "T2"))
    second = deliver(store, trainings("T1"), content="second", withdrawn=1)
    assert store.in_force("p1", "trainings") == second
    assert store.history("p1", "trainings") == [first, second]
    assert (first.sequence, second.sequence) == (1, 2)
    assert len(rows_of(store, first)) == 2


def test_what_would_disappear_is_counted_against_what_is_in_force(store: RegisterStore) -> None:
    assert withdrawn(store, trainings("T1")) == (0, 0)
    deliver(store, trainings("T1", "T2", "T3"))
    assert withdrawn(store, trainings("T2", "T4")) == (2, 3)
    assert withdrawn(store, []) == (3, 3)
    assert withdrawn(store, trainings("T9"), "p2") == (0, 0)


def test_what_was_held_back_does_not_supersede(store: RegisterStore) -> None:
    accepted = deliver(store, trainings("T1", "T2"))
    held = deliver(store, [], state="held", reason="MASS_WITHDRAWAL", content="second")
    assert store.in_force("p1", "trainings") == accepted
    assert store.history("p1", "trainings")[-1] == held
    assert withdrawn(store, trainings("T1")) == (1, 2)


def test_an_unreadable_delivery_keeps_its_finding_and_the_last_good_rows(
    store: RegisterStore,
) -> None:
    accepted = deliver(store, trainings("T1"))
    finding = Finding("F01", words("It is torn."), file="b" * 64)
    unreadable = deliver(store, [], state="unreadable", content="second", findings=[finding])
    assert store.in_force("p1", "trainings") == accepted
    (kept,) = store.findings(unreadable).to_pylist()
    assert (kept["code"], kept["severity"], kept["file_sha256"]) == ("F01", "ERROR", "b" * 64)
    assert rows_of(store, unreadable) == []


def test_sending_the_same_rows_again_is_a_delivery_of_its_own_with_the_same_keys(
    store: RegisterStore,
) -> None:
    first, second = deliver(store, trainings("T1")), deliver(store, trainings("T1"))
    assert first.delivery_id != second.delivery_id
    assert store.record_keys(first).to_pylist() == ["id:T1"]
    assert store.record_keys(second).to_pylist() == ["id:T1"]
    assert rows_of(store, first)[0]["content_hash"] == rows_of(store, second)[0]["content_hash"]


def test_rows_without_a_record_do_not_exist(
    store: RegisterStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    accepted = deliver(store, trainings("T1"))
    written: list[Path] = []
    replace = Path.replace

    def note(unfinished: Path, target: Path) -> Path:
        written.append(target)
        return replace(unfinished, target)

    def die(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Path, "replace", note)
    monkeypatch.setattr(os, "link", die)  # which makes the record, and nothing else
    with pytest.raises(KeyboardInterrupt):
        deliver(store, trainings("T2"), content="second")
    monkeypatch.undo()
    assert {path.relative_to(store.root).parts[0] for path in written} == {"rows", "findings"}
    assert store.history("p1", "trainings") == [accepted]
    again = deliver(store, trainings("T2"), content="second")
    assert again.sequence == 2
    assert store.in_force("p1", "trainings") == again


def test_a_record_that_somebody_else_has_written_is_never_overwritten(
    store: RegisterStore,
) -> None:
    say = speaker("en")
    slow = store.receive("p1", "trainings", Received((("a.csv", "0" * 64),), "slow"), say)
    fast = deliver(store, trainings("T1"))
    with slow, pytest.raises(FileExistsError):
        slow.finish("accepted")
    assert store.history("p1", "trainings") == [fast]


def test_a_write_that_dies_leaves_no_file_that_the_warehouse_would_read(
    store: RegisterStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(source: Path, target: Path) -> Path:
        raise KeyboardInterrupt

    before = everything_below(store.root)
    monkeypatch.setattr(Path, "replace", die)
    with pytest.raises(KeyboardInterrupt):
        deliver(store, trainings("T1"))
    assert everything_below(store.root) == before


def test_partners_and_registers_have_histories_of_their_own(store: RegisterStore) -> None:
    deliver(store, trainings("T1"))
    other = deliver(store, trainings("T1"), partner="p2")
    assert other.sequence == 1
    assert store.history("p1", "training_plans") == []
    assert [record.reported_by for record in store.history("p2", "trainings")] == ["p2"]


def test_the_first_day_on_which_a_verdict_may_change_is_kept(store: RegisterStore) -> None:
    verdicts = [*trainings("T1"), *trainings("T2")]
    verdicts[0].rejudge_on, verdicts[1].rejudge_on = date(2025, 10, 2), date(2025, 10, 1)
    assert deliver(store, verdicts).rejudge_on == date(2025, 10, 1)


def test_nothing_of_a_delivery_exists_before_it_is_finished(store: RegisterStore) -> None:
    before = set(store.root.rglob("*.parquet"))
    with begin(store, trainings("T1", "T2")) as delivery:
        delivery.add_findings([Finding("W20")])
        assert set(store.root.rglob("*.parquet")) == before
        assert store.history("p1", "trainings") == []
        assert store.delivery_ids() == []
        assert delivery.rows_read == 2
        record = delivery.finish("accepted")
    assert store.history("p1", "trainings") == [record]
    assert len(set(store.root.rglob("*.parquet")) - before) == 3


def test_a_delivery_that_is_given_up_leaves_nothing(store: RegisterStore) -> None:
    before = everything_below(store.root)
    with pytest.raises(KeyboardInterrupt), begin(store, trainings("T1")):
        raise KeyboardInterrupt
    assert everything_below(store.root) == before
    assert deliver(store, trainings("T1")).sequence == 1


def test_rows_added_in_blocks_are_one_delivery(store: RegisterStore) -> None:
    blocks = [*trainings("T1"), *trainings(), *trainings("T2", "T3", status="invented")]
    record = deliver(store, blocks)
    assert (record.rows_read, record.rows_refused) == (3, 2)
    assert store.record_keys(record).to_pylist() == ["id:T1", "id:T2", "id:T3"]
    assert [(f["code"], f["row_number"]) for f in store.findings(record).to_pylist()] == [
        ("E05", 2), ("E05", 3),
    ]  # fmt: skip


def test_a_row_that_stands_twice_disappears_once(store: RegisterStore) -> None:
    deliver(store, trainings("T1", "T1", "T2"))
    assert withdrawn(store, [*trainings("T2"), *trainings("T2")]) == (1, 2)


def test_findings_are_told_in_the_language_of_whoever_began(store: RegisterStore) -> None:
    def shouted(template: str, **values: object) -> str:
        return template.format(**values).upper()

    with store.receive("p1", "trainings", received(), shouted) as delivery:
        for verdict in trainings("T1", status="invented"):
            delivery.add(verdict)
        delivery.add_findings([Finding("F02", words("Sheet: {sheet}.", sheet="Lista"))])
        record = delivery.finish("accepted")
    messages = store.findings(record).column("message").to_pylist()
    assert len(messages) == 2
    assert [message.isupper() for message in messages] == [True, True]
    assert "SHEET: LISTA." in messages[1]


def test_the_cells_of_a_row_reach_from_its_first_to_its_last(store: RegisterStore) -> None:
    rows = typed_rows("trainings", [TRAINING, {**TRAINING, "training_id": "T2"}])
    rows.cell_columns = {"training_id": 3, "title": np.array([5, 28])}
    record = deliver(store, [judge(rows, REGISTERS["trainings"], CALENDAR)])
    assert [row["cell_columns"] for row in rows_of(store, record)] == ["C:E", "C:AB"]
