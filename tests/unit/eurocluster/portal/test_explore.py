"""Explore: queries of the address, saved ones, downloads."""

import csv
import io
from urllib.parse import quote

import pytest

from eurocluster.portal.access import Right
from eurocluster.portal.routes.explore import offered_queries


def test_the_answer_stands_as_a_table_and_as_files(publish_rows, portal_of, read_page) -> None:
    portal = portal_of(publish_rows())
    sql = quote("select partner, name from core.dim_partners order by partner")
    page = read_page(portal.get(f"/explore?sql={sql}").text)
    assert page.tables == [
        [["partner", "name"], ["p1", "Klaster Przykładowy"], ["p2", "Grappe Exemple"]]
    ]
    rows = portal.get(f"/explore/answer.csv?sql={sql}").content.decode("utf-8-sig")
    assert [row["partner"] for row in csv.DictReader(io.StringIO(rows))] == ["p1", "p2"]


def test_what_is_refused_says_why_beside_the_query(publish_rows, portal_of, read_page) -> None:
    portal = portal_of(publish_rows())
    answer = portal.get("/explore?sql=drop+table+core.project")
    assert answer.status_code == 422
    assert "can only be read" in read_page(answer.text).text
    assert portal.get("/explore/answer.csv?sql=selec").status_code == 422


@pytest.mark.parametrize("query", offered_queries(), ids=lambda query: query["title"])
def test_every_query_that_comes_with_the_portal_runs(publish_rows, portal_of, query) -> None:
    answer = portal_of(publish_rows()).get("/explore", params={"sql": query["sql"]})
    assert answer.status_code == 200, answer.text[:2000]


def test_queries_are_saved_for_everybody_and_taken_away(publish_rows, portal_of, read_page) -> None:
    settings = publish_rows()
    steward = portal_of(settings, Right.READ, Right.ACT)
    sent = steward.post("/explore/saved", data={"sql": "select 1", "title": "One =1+1"})
    assert sent.status_code == 303
    viewer = portal_of(settings, Right.READ)
    assert "One =1+1" in read_page(viewer.get("/explore").text).text
    assert viewer.post("/explore/saved", data={"sql": "select 1", "title": "x"}).status_code == 403
    assert steward.post("/explore/saved/delete", data={"title": "One =1+1"}).status_code == 303
    assert "One =1+1" not in steward.get("/explore").text
    assert steward.post("/explore/saved/delete", data={"title": "One"}).status_code == 404
    assert steward.post("/explore/saved", data={"sql": " ", "title": "x"}).status_code == 422
