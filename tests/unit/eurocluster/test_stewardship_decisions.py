"""The register of decisions: append-only, chained, one newest decision per subject in force."""

import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyarrow.parquet
import pytest
from hypothesis import given
from hypothesis import strategies as st

from eurocluster.stewardship.decisions import (
    DECISION_SCHEMA,
    BrokenChain,
    Decision,
    Decisions,
    Ruling,
)

SUBJECTS = ("vat:PL1 | vat:PL2", "name:PL|acme | vat:PL1", "d1")


def ruling(subject: str = SUBJECTS[0], answer: str = "same", kind: str = "organisations") -> Ruling:
    return Ruling(kind, subject, tuple(subject.split(" | ")), answer, "register entry", "Testa")


def undo(decision_id: int) -> Ruling:
    return Ruling("undo", f"decision {decision_id}", (str(decision_id),), "undone", "typo", "Testa")


def test_a_decision_is_read_as_it_was_made(tmp_path: Path) -> None:
    decisions = Decisions(tmp_path)
    made = decisions.add(ruling())
    assert made.decision_id == 1
    assert made.previous is None
    assert decisions.all() == [made]
    assert decisions.add(ruling(answer="different")).previous == made.digest


def test_the_register_has_its_columns_before_the_first_decision(tmp_path: Path) -> None:
    Decisions(tmp_path / "new").prepare()
    assert pyarrow.parquet.read_schema(tmp_path / "new" / "empty.parquet") == DECISION_SCHEMA
    assert Decisions(tmp_path / "new").all() == []
    assert Decisions(tmp_path / "new").head() == ""


def test_a_later_decision_replaces_the_earlier_one_and_undo_brings_it_back(tmp_path: Path) -> None:
    decisions = Decisions(tmp_path)
    first, other, second = (
        decisions.add(ruling()),
        decisions.add(ruling(SUBJECTS[1])),
        decisions.add(ruling(answer="different")),
    )
    assert decisions.in_force() == [other, second]
    decisions.add(undo(second.decision_id))
    assert decisions.in_force() == [first, other]
    decisions.add(undo(first.decision_id))
    assert decisions.in_force() == [other]


def test_what_was_decided_later_was_not_known_then(tmp_path: Path) -> None:
    decisions = Decisions(tmp_path)
    first = decisions.add(ruling())
    before = datetime.now(UTC)
    second = decisions.add(ruling(answer="different"))
    assert decisions.in_force(before) == [first]
    assert decisions.head(before) == first.digest
    assert decisions.head() == second.digest
    assert decisions.head(before - timedelta(days=1)) == ""


def test_only_accepted_deliveries_are_confirmed(tmp_path: Path) -> None:
    decisions = Decisions(tmp_path)
    decisions.add(ruling("d1", "accept", "withdrawal"))
    decisions.add(ruling("d2", "reject", "withdrawal"))
    assert decisions.confirmed_deliveries() == {"d1"}
    decisions.add(ruling("d1", "reject", "withdrawal"))
    assert decisions.confirmed_deliveries() == frozenset()


def changed(path: Path) -> None:
    row = pyarrow.parquet.read_table(path).to_pylist()[0]
    row["answer"] = "different"
    pyarrow.parquet.write_table(pyarrow.Table.from_pylist([row], schema=DECISION_SCHEMA), path)


def cut_short(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-20])


def taken_away(path: Path) -> None:
    path.unlink()


@pytest.mark.parametrize("harm", [changed, cut_short, taken_away])
def test_a_register_that_was_changed_says_which_file_and_takes_nothing_more(
    tmp_path: Path, harm
) -> None:
    decisions = Decisions(tmp_path)
    for _ in range(3):
        decisions.add(ruling())
    harm(tmp_path / "000002.parquet")
    with pytest.raises(BrokenChain, match=r"00000[23]\.parquet"):
        decisions.all()
    before = sorted(tmp_path.iterdir())
    with pytest.raises(BrokenChain):
        decisions.add(ruling())
    assert sorted(tmp_path.iterdir()) == before


def test_what_is_added_at_the_same_moment_is_all_there_in_one_chain(tmp_path: Path) -> None:
    made: list[Decision] = []
    threads = [
        threading.Thread(target=lambda: made.append(Decisions(tmp_path).add(ruling())))
        for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(one.decision_id for one in made) == list(range(1, 9))
    assert len(Decisions(tmp_path).all()) == 8
    assert list(tmp_path.glob(".*")) == []


@given(st.lists(st.tuples(st.sampled_from(SUBJECTS), st.sampled_from(["same", "different"]))))
def test_one_decision_per_subject_is_in_force_and_it_is_the_newest(
    tmp_path_factory: pytest.TempPathFactory, told: list[tuple[str, str]]
) -> None:
    decisions = Decisions(tmp_path_factory.mktemp("decisions"))
    for subject, answer in told:
        decisions.add(ruling(subject, answer))
    assert {one.subject: one.answer for one in decisions.in_force()} == dict(told)
