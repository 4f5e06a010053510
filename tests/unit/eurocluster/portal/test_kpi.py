"""The page of one KPI."""

import csv
import io

import openpyxl


def test_the_rows_stand_by_fate_with_file_and_cells(publish_rows, portal_of, read_page) -> None:
    page = read_page(portal_of(publish_rows()).get("/kpis/4a.O3").text)
    fates = next(table for table in page.tables if table[0][0] == "Fate")
    assert [(row[0], row[1]) for row in fates[1:]] == [
        ("counted", "2"), ("duplicate_of", "1"), ("pending:CLOSING_REPORT", "1"),
        ("excluded:INVALID:E02", "2"), ("excluded:TOO_SHORT", "1"),
    ]  # fmt: skip
    rows = next(table for table in page.tables if table[0][0] == "Record")
    assert [row[0] for row in rows[1:]] == ["id:X1", "id:X2"]
    assert "A2:W2" in rows[1][4]


def test_one_fate_or_one_unit_is_shown_when_it_is_asked_for(
    publish_rows, portal_of, read_page
) -> None:
    portal = portal_of(publish_rows())
    page = read_page(portal.get("/kpis/4a.O3?fate=excluded:TOO_SHORT").text)
    assert [row[0] for row in page.tables[-1][1:]] == ["id:X3"]
    page = read_page(portal.get("/kpis/4a.O3?unit=id:X1").text)
    assert "Rows of the unit id:X1 only" in page.text


def test_a_policy_shows_its_own_rows(publish_rows, portal_of, read_page) -> None:
    page = read_page(portal_of(publish_rows()).get("/kpis/4a.O4?policy=conservative").text)
    fates = next(table for table in page.tables if table[0][0] == "Fate")
    assert [row[0] for row in fates[1:]] == ["counted", "excluded:SME_STATUS_DECLARED"]


def test_the_download_is_what_the_page_shows(publish_rows, portal_of) -> None:
    portal = portal_of(publish_rows())
    answer = portal.get("/kpis/4a.O3/rows.csv?fate=excluded:INVALID:E02")
    assert answer.headers["content-disposition"].startswith("attachment; filename*=UTF-8''4a.O3")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert [row["record_key"] for row in rows] == ["id:X4", "id:X5"]
    book = openpyxl.load_workbook(
        io.BytesIO(portal.get("/kpis/4a.O3/rows.xlsx?fate=counted").content)
    )
    assert [row[7] for row in book.active.iter_rows(min_row=2, values_only=True)] == [
        "id:X1", "id:X2",
    ]  # fmt: skip


def test_what_is_not_there_is_told_with_what_is(publish_rows, portal_of, read_page) -> None:
    portal = portal_of(publish_rows())
    for address, told in (
        ("/kpis/9z", "4a.M1, 4a.O1"),
        ("/kpis/4a.O3?period=RP7", "RP1, RP2, all"),
        ("/kpis/4a.O3?partner=p9", "p1, p2"),
        ("/kpis/4b.M1?policy=mine", "conservative, reported, potential"),
        ("/kpis/4a.O3?unit=id:Y", "begins with"),
    ):
        answer = portal.get(address)
        assert answer.status_code == 404, address
        assert told in read_page(answer.text).text


def test_a_kpi_without_rows_says_so(publish_rows, portal_of, read_page) -> None:
    page = read_page(portal_of(publish_rows()).get("/kpis/4b.O1").text)
    assert "No row of the registers that this KPI reads has been delivered" in page.text
