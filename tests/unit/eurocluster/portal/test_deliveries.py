"""Who has delivered what, and what is wrong in it."""

import csv
import io

from eurocluster.portal.access import Right


def test_the_matrix_shows_each_register_of_each_partner_and_how_it_stands(
    publish_rows, portal_of, read_page
) -> None:
    page = read_page(portal_of(publish_rows()).get("/deliveries").text)
    (matrix,) = page.tables
    assert [row[0] for row in matrix[1:]] == ["exchanges", "pacts"]
    assert "stale" in matrix[1][2]
    assert "missing" in matrix[2][2]
    assert "not expected" in matrix[2][1]


def test_the_history_of_a_register_names_files_rows_and_rules(
    publish_rows, portal_of, read_page, declare
) -> None:
    settings = publish_rows()
    declare(settings.home)
    page = read_page(portal_of(settings).get("/deliveries/p1/exchanges").text)
    assert "812 read, 3 refused, 40 doubtful" in page.text
    (rules,) = page.tables
    assert [row[0] for row in rows_of(rules)] == ["E02", "E05", "W18"]


def test_a_returned_workbook_is_for_those_who_act(publish_rows, portal_of, declare) -> None:
    settings = publish_rows()
    declare(settings.home)
    folder = settings.feedback / "p1"
    folder.mkdir(parents=True)
    (folder / "exchanges (result).xlsx").write_bytes(b"the workbook")
    address = "/deliveries/d1/files/0/returned"
    assert portal_of(settings, Right.READ).get(address).status_code == 403
    answer = portal_of(settings, Right.READ, Right.ACT).get(address)
    assert (answer.status_code, answer.content) == (200, b"the workbook")
    for elsewhere in ("/deliveries/d1/files/7/returned", "/deliveries/none/files/0/returned"):
        assert portal_of(settings).get(elsewhere).status_code == 404


def test_findings_are_filtered_counted_and_downloaded(publish_rows, portal_of, read_page) -> None:
    portal = portal_of(publish_rows())
    page = read_page(portal.get("/findings?severity=ERROR").text)
    rules = page.tables[0]
    assert [(row[0], row[2]) for row in rows_of(rules)] == [("E02", "2"), ("E05", "1")]
    every = read_page(portal.get("/findings?severity=ERROR&every=true").text)
    assert [row[0] for row in rows_of(every.tables[0])] == ["E02", "E01", "E05"]
    rows = list(
        csv.DictReader(
            io.StringIO(portal.get("/findings/rows.csv?code=E02").content.decode("utf-8-sig"))
        )
    )
    assert [row["row_number"] for row in rows] == ["7", "8"]


def test_no_page_of_findings_shows_what_stands_in_a_cell(publish_rows, portal_of, finding) -> None:
    portal = portal_of(publish_rows(findings=[finding("d1", "p1", "E02", value="Testa Osoba")]))
    for address in ("/findings", "/findings/rows.csv", "/deliveries"):
        assert "Testa Osoba" not in portal.get(address).text


def test_nothing_wrong_is_told_as_such(publish_rows, portal_of, read_page) -> None:
    page = read_page(portal_of(publish_rows(findings=[])).get("/findings").text)
    assert "Nothing is wrong here" in page.text


def rows_of(table: list[list[str]]) -> list[list[str]]:
    return table[1:]
