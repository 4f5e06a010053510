"""The desk: one click with a reason, and the way back."""

import re

import pytest

from eurocluster.portal.access import Right
from eurocluster.stewardship.decisions import Decisions

QUESTION = {
    "question_id": "q1", "kind": "conflicts", "decides": "conflict", "subject": "exchanges X1",
    "parts": ["exchanges", "X1"], "sentence": "p1 and p2 say different things: whose row is right?",
    "effect": "Its row states the facts.", "answers": ["p1", "p2"], "asked_of": "coordinator",
    "is_open": True,
}  # fmt: skip
ROW = {
    "question_id": "q1", "side": "p1", "register": "exchanges", "row_id": "p1-X1",
    "reported_by": "p1", "record_key": "id:X1", "file_name": "exchanges.xlsx", "sheet": "Sheet1",
    "row_number": 2, "cell_range": "A2:W2",
}  # fmt: skip


@pytest.fixture
def settings(publish_rows, declare):
    made = publish_rows(questions=[QUESTION], question_rows=[ROW])
    declare(made.home, coordinators=["Testa Koordynacja"])
    return made


def decisions(settings):
    return Decisions(settings.decisions("example")).all()


def test_a_question_shows_its_rows_and_is_answered_with_a_reason(
    settings, portal_of, read_page
) -> None:
    portal = portal_of(settings)
    page = read_page(portal.get("/desk").text)
    assert "p1: exchanges.xlsx Sheet1 A2:W2" in page.text
    sent = portal.post("/desk/questions/q1", data={"given": "p2", "why": "Signed list"})
    assert sent.status_code == 303
    (made,) = decisions(settings)
    assert (made.answer, made.reason, made.decided_by) == ("p2", "Signed list", "Testa Koordynacja")
    after = read_page(portal.get(sent.headers["location"]).text)
    assert "0 open" in after.text
    assert "waits for the next build" in after.text


@pytest.mark.parametrize(
    ("sent", "status", "told"),
    [
        ({"given": "p9", "why": "x"}, 409, "is no answer"),
        ({"given": "p1", "why": "  "}, 409, "reason"),
        ({"given": "p1"}, 422, "why"),
    ],
)
def test_what_the_desk_refuses_is_told_and_nothing_is_kept(
    settings, portal_of, read_page, sent, status, told
) -> None:
    answer = portal_of(settings).post("/desk/questions/q1", data=sent)
    assert answer.status_code == status
    assert told in read_page(answer.text).text
    assert decisions(settings) == []


def test_somebody_who_is_not_named_decides_nothing(settings, portal_of, read_page) -> None:
    portal = portal_of(settings, name="Niemand")
    answer = portal.post("/desk/questions/q1", data={"given": "p1", "why": "x"})
    assert answer.status_code == 409
    assert "Testa Koordynacja" in read_page(answer.text).text
    assert decisions(settings) == []


def test_viewers_see_questions_and_no_button(settings, portal_of) -> None:
    viewer = portal_of(settings, Right.READ)
    assert '<form class="row" method="post"' not in viewer.get("/desk").text
    assert viewer.post("/desk/questions/q1", data={}).status_code == 403
    assert viewer.post("/desk/units", data={}).status_code == 403
    assert portal_of(settings, Right.READ, Right.ACT).post("/desk/units").status_code == 403


def test_a_unit_is_left_out_by_hand_and_the_decision_is_taken_back(
    settings, portal_of, read_page, publish_rows
) -> None:
    portal = portal_of(settings)
    missing = portal.post(
        "/desk/units", data={"kpi": "4a.O3", "unit": "id:X9", "given": "exclude", "why": "x"}
    )
    assert missing.status_code == 409
    assert "does not count" in read_page(missing.text).text
    portal.post("/desk/questions/q1", data={"given": "p1", "why": "first"})
    undone = portal.post("/desk/decisions/1/undo", data={"why": "wrong list"})
    assert undone.status_code == 303
    assert [made.kind for made in decisions(settings)] == ["conflict", "undo"]
    page = read_page(portal.get("/desk").text)
    assert re.search(r"\b1 open", page.text)
