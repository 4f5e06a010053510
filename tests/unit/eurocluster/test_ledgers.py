"""A ledger only grows, and says so when somebody has changed it."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from eurocluster.ledgers import BrokenLedger, Ledger

NOW = datetime(2025, 9, 15, 12, tzinfo=UTC)


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    ledger = Ledger(tmp_path / "logs" / "accesses.jsonl")
    for number in range(3):
        ledger.add({"number": number}, NOW)
    return ledger


def test_lines_come_back_in_their_order_with_their_time(ledger: Ledger) -> None:
    at = "2025-09-15T12:00:00+00:00"
    assert ledger.lines() == [{"at": at, "number": number} for number in range(3)]


def test_nobody_else_may_read_it(ledger: Ledger) -> None:
    assert ledger.path.stat().st_mode & 0o777 == 0o600


def test_a_ledger_that_was_never_written_has_no_line(tmp_path: Path) -> None:
    assert Ledger(tmp_path / "none.jsonl").lines() == []


@pytest.mark.parametrize("line", [0, 1])
def test_a_line_that_was_changed_is_told_and_nothing_is_added(ledger: Ledger, line: int) -> None:
    lines = ledger.path.read_text().splitlines()
    lines[line] = json.dumps(json.loads(lines[line]) | {"number": 7})
    ledger.path.write_text("\n".join(lines) + "\n")
    with pytest.raises(BrokenLedger, match=rf"accesses\.jsonl, line {line + 2}"):
        ledger.lines()
    with pytest.raises(BrokenLedger):
        ledger.add({"number": 4})


@pytest.mark.parametrize("taken", [0, 1])
def test_a_line_that_was_taken_out_is_told(ledger: Ledger, taken: int) -> None:
    lines = ledger.path.read_text().splitlines()
    del lines[taken]
    ledger.path.write_text("\n".join(lines) + "\n")
    with pytest.raises(BrokenLedger):
        ledger.lines()


def test_what_was_not_written_to_its_end_is_no_line_and_the_next_one_follows(
    ledger: Ledger,
) -> None:
    with ledger.path.open("a") as file:
        file.write('{"at": "2025-09-15", "num')
    assert len(ledger.lines()) == 3
    ledger.add({"number": 3}, NOW)
    assert [line["number"] for line in ledger.lines()] == [0, 1, 2, 3]
