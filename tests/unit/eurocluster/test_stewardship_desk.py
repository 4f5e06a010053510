"""The steward's desk as someone types it: who may decide what, and what is refused in words."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from eurocluster.cli import app
from eurocluster.settings import Settings
from eurocluster.stewardship.decisions import Decision, Decisions

GOOD, JUDGED_BAD, USAGE = range(3)
COORDINATOR = "Testa Koordynacja"
STEWARD = "registers@p1.example"
PROJECT = (
    "version: 1\ncode: example\nname: Example\nstart: 2022-09-01\nmonths: 36\n"
    "periods: {RP1: M1-M18, RP2: M19-M36}\nruns_clusterxchange: true\n"
)
SAME_NAME = {
    "question_id": "q1111111111", "kind": "organisations", "decides": "organisations",
    "subject": "name:PL|acme | vat:PL0000001206", "parts": ["name:PL|acme", "vat:PL0000001206"],
    "sentence": "Are they one organisation?", "effect": "same: they count once.",
    "answers": ["same", "different"], "asked_of": "coordinator", "is_open": True,
}  # fmt: skip
DISPUTED = {
    "question_id": "q1222222222", "kind": "conflicts", "decides": "conflict",
    "subject": "exchanges id:X1", "parts": [], "sentence": "Whose row is right?",
    "effect": "Its row states the facts.", "answers": ["p1", "p2"], "asked_of": "coordinator",
    "is_open": True,
}  # fmt: skip
HELD = {
    "question_id": "q3333333333", "kind": "withdrawals", "decides": "withdrawal", "subject": "d3",
    "parts": ["d3"], "sentence": "Was that meant?", "effect": "accept: it is in force.",
    "answers": ["accept", "reject"], "asked_of": "p1", "is_open": True,
}  # fmt: skip


def shown(question_id: str, side: str, partner: str, record_key: str) -> dict[str, Any]:
    return {
        "question_id": question_id, "side": side, "register": "exchanges", "reported_by": partner,
        "record_key": record_key, "delivery_id": "d1", "file_name": "wymiany.xlsx",
        "sheet": "Wymiany", "row_number": 2, "cell_range": "A2:W2",
    }  # fmt: skip


class Desk:
    """Somebody at the command line, and the register behind it."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.register = Decisions(settings.decisions("example"))

    def call(self, *arguments: str, code: int = GOOD) -> str:
        environment = {
            "EUROCLUSTER_DATA": str(self.settings.data),
            "EUROCLUSTER_HOME": str(self.settings.home),
            "COLUMNS": "120",
        }
        done = CliRunner().invoke(app, arguments, env=environment)
        assert done.exit_code == code, done.output
        return " ".join(done.output.split())

    def decide(self, *arguments: str, by: str = COORDINATOR, code: int = GOOD) -> str:
        return self.call(*arguments, "--by", by, "--why", "register entry", code=code)

    def last(self) -> Decision:
        return self.register.all()[-1]


@pytest.fixture
def desk(publish_rows: Callable[..., Settings], small_rows: dict[str, Any]) -> Desk:
    counted = [
        {
            "kpi": row["kpi"], "unit": row["unit"], "register": row["register"],
            "row_id": row["row_id"], "reported_by": row["reported_by"],
            "record_key": row["record_key"], "counting_date": row["counting_date"],
            "fate": row["fate"], "period": "RP1", "delivery_id": "d1", "file_sha256": "a" * 64,
            "row_number": row["row_number"],
        }
        for row in small_rows["row_fates"]
        if row["fate"] == "counted"
    ]  # fmt: skip
    settings = publish_rows(
        questions=[SAME_NAME, DISPUTED, HELD],
        question_rows=[
            shown("q1222222222", "p1", "p1", "id:X1"),
            shown("q1222222222", "p2", "p2", "id:X1 (b)"),
        ],
        counted_units=counted,
    )
    partners = settings.home / "partners"
    partners.mkdir(parents=True)
    (settings.home / "project.yml").write_text(PROJECT + f"coordinators: [{COORDINATOR}]\n")
    for partner, steward in (("p1", STEWARD), ("p2", "registers@p2.example")):
        (partners / f"{partner}.yml").write_text(
            f"version: 1\npartner: {partner}\nname: Cluster {partner}\ncountry: PL\n"
            f"language: pl\nsteward: {steward}\n"
        )
    return Desk(settings)


def test_questions_show_what_is_asked_where_it_shows_and_what_can_be_answered(desk: Desk) -> None:
    screen = desk.call("questions")
    assert "q1111111111 · asked of coordinator Are they one organisation?" in screen
    assert "p2 p2: wymiany.xlsx Wymiany A2:W2" in screen
    assert "Answers: accept, reject" in screen


def test_questions_are_narrowed_by_kind_and_partner(desk: Desk) -> None:
    told = json.loads(desk.call("questions", "--kind", "Withdrawals", "--format", "json"))
    assert [one["question_id"] for one in told] == ["q3333333333"]
    told = json.loads(desk.call("questions", "--partner", "p2", "--format", "json"))
    assert [one["question_id"] for one in told] == ["q1222222222"]
    assert "Unknown kind people" in desk.call("questions", "--kind", "people", code=USAGE)


def test_an_answer_is_a_decision_and_says_what_to_run(desk: Desk) -> None:
    assert "`eurocluster run`" in desk.decide("decide", "q11", "SAME")
    made = desk.last()
    assert (made.kind, made.answer, made.decided_by) == ("organisations", "same", COORDINATOR)
    assert (made.subject, made.parts) == (SAME_NAME["subject"], tuple(SAME_NAME["parts"]))
    assert (made.question_id, made.question) == ("q1111111111", SAME_NAME["sentence"])


def test_whose_row_is_right_is_kept_as_the_rows_of_that_partner(desk: Desk) -> None:
    desk.decide("decide", "q1222222222", "p2")
    assert desk.last().parts == ("row p2 exchanges id:X1 (b)",)


def test_a_steward_answers_for_the_own_partner_and_is_kept_without_an_address(desk: Desk) -> None:
    words = desk.decide("decide", "q33", "accept", by=STEWARD.upper())
    assert "steward of p1" in words
    assert desk.last().decided_by == "steward of p1"
    assert desk.register.confirmed_deliveries() == {"d3"}


@pytest.mark.parametrize(
    ("arguments", "by", "words"),
    [
        (("decide", "q9", "same"), COORDINATOR, "There is no question 'q9'"),
        (("decide", "q1", "same"), COORDINATOR, "2 questions begin with 'q1'"),
        (("decide", "q11", "perhaps"), COORDINATOR, "Answers: same, different."),
        (("decide", "q11", "same"), "Somebody Else", "may not decide this; the coordinators"),
        (("decide", "q11", "same"), STEWARD, "may not decide this"),
        (("decide", "q33", "accept"), "registers@p2.example", "and the steward of p1 may"),
        (("decide", "q33", "accept"), " ", "Nobody may not decide this"),
        (("exclude", "4a.O3", "id:X3"), COORDINATOR, "there is nothing to leave out"),
        (("exclude", "4a.O3", "id:X"), COORDINATOR, "units of 4a.O3 begin with 'id:X'"),
        (("exclude", "4a.O9", "id:X1"), COORDINATOR, "Unknown KPI 4a.O9"),
        (("exclude", "4a.O3", "id:X1"), STEWARD, "may not decide this"),
        (("include", "4a.O3", "id:X1"), COORDINATOR, "counts in 4a.O3 already"),
        (("include", "4a.O3", "id:X4"), COORDINATOR, "has a day within the project"),
        (("include", "4a.O4", "id:X1"), COORDINATOR, "include it there"),
        (("undo", "1"), COORDINATOR, "There is no decision 1"),
    ],
)
def test_what_cannot_be_decided_is_told_and_nothing_is_kept(
    desk: Desk, arguments: tuple[str, ...], by: str, words: str
) -> None:
    told = desk.decide(*arguments, by=by, code=USAGE)
    assert words in told
    assert desk.register.all() == []


def test_a_decision_needs_a_reason(desk: Desk) -> None:
    told = desk.call("decide", "q11", "same", "--by", COORDINATOR, "--why", " ", code=USAGE)
    assert "A decision needs a reason" in told
    assert desk.register.all() == []


def test_a_settled_question_is_asked_once_and_taken_back_first(desk: Desk) -> None:
    desk.decide("decide", "q11", "same")
    told = desk.decide("decide", "q11", "different", code=USAGE)
    assert f"{COORDINATOR} said 'same'" in told
    assert "`eurocluster undo 1`" in told
    desk.decide("undo", "1")
    assert desk.register.in_force() == []
    assert "not in force any more" in desk.decide("undo", "1", code=USAGE)
    desk.decide("decide", "q11", "different")
    assert [one.answer for one in desk.register.in_force()] == ["different"]


def test_a_steward_takes_back_only_what_the_steward_has_decided(desk: Desk) -> None:
    desk.decide("decide", "q11", "same")
    desk.decide("decide", "q33", "reject", by=STEWARD)
    desk.decide("undo", "1", by=STEWARD, code=USAGE)
    desk.decide("undo", "2", by=STEWARD)
    assert [one.decision_id for one in desk.register.in_force()] == [1]


def test_units_are_left_out_and_counted_by_what_outlives_a_rebuild(desk: Desk) -> None:
    desk.decide("exclude", "4a.o3", "id:X1")
    assert desk.last().parts == ("4a.O3", "id:X1")
    desk.decide("include", "4a.O3", "id:X3")
    assert desk.last().parts == ("4a.O3", "row p1 exchanges id:X3")


def test_without_declared_coordinators_whoever_gives_a_name_is_one(desk: Desk) -> None:
    (desk.settings.home / "project.yml").write_text(PROJECT)
    desk.decide("decide", "q11", "same", by="anybody@p1.example", code=USAGE)
    desk.decide("decide", "q11", "same", by="Anybody Else")
    assert desk.last().decided_by == "Anybody Else"


def test_decisions_are_listed_with_their_state(desk: Desk) -> None:
    assert "Nothing has been decided yet" in desk.call("decisions")
    desk.decide("decide", "q11", "same")
    desk.decide("undo", "1")
    desk.decide("decide", "q11", "different")
    states = [
        (one["decision_id"], one["state"])
        for one in json.loads(desk.call("decisions", "--format", "json"))
    ]
    assert states == [(1, "not in force"), (2, "undo"), (3, "in force")]
    assert "register entry" in desk.call("decisions")


def test_a_register_that_was_changed_is_told_and_judged_bad(desk: Desk) -> None:
    desk.decide("decide", "q11", "same")
    desk.decide("decide", "q33", "reject")
    path = Path(desk.register.root) / "000001.parquet"
    path.write_bytes((desk.register.root / "000002.parquet").read_bytes())
    for arguments in (("decisions",), ("undo", "2", "--by", COORDINATOR, "--why", "typo")):
        assert "000001.parquet does not follow" in desk.call(*arguments, code=JUDGED_BAD)


def test_the_scoreboard_says_what_is_in_the_figures_by_decision(
    publish_rows: Callable[..., Settings],
) -> None:
    settings = publish_rows(
        manual_decisions=[
            {"kpi": "4a.O3", "policy": None, "included": 1, "excluded": 2},
            {"kpi": "4b.M1", "policy": "conservative", "included": 1, "excluded": 0},
        ]
    )
    screen = Desk(settings).call("kpis")
    assert "4a.O3 manual decisions: +1 / −2" in screen
    assert "4b.M1 manual" not in screen
