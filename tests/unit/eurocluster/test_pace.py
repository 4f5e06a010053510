"""How fast figures grow: units by project month, and the pace of late."""

from datetime import date

from eurocluster.pace import read_months, read_paces
from eurocluster.published import open_published


def test_months_of_late_are_the_six_up_to_the_reporting_date(publish_rows) -> None:
    with open_published(publish_rows()) as connection:
        # 2024-04-16, 2024-09-30 and 2024-10-15 lie within; 2024-04-15 before, 2024-10-16 after.
        paces = read_paces(connection, "reported")
    assert (paces["4a.M1"], paces["4b.M1"]) == (0.5, 0.5)
    assert "4b.O1" not in paces


def test_a_young_project_has_a_pace_per_month_since_its_start(publish_rows) -> None:
    young = {"code": "example", "name": "Example", "months": 36, "months_elapsed": 2,
             "sme_policy": "reported", "first_day": date(2024, 9, 1),
             "reporting_date": date(2024, 10, 15)}  # fmt: skip
    with open_published(publish_rows(project=[young])) as connection:
        assert read_paces(connection, "reported")["4a.M1"] == 1.5


def test_every_month_to_date_is_there_and_units_add_up(publish_rows) -> None:
    with open_published(publish_rows()) as connection:
        months = read_months(connection, "reported")
    assert len(months) == 9
    assert [month.month for month in months["4b.O1"]] == list(range(1, 27))
    assert {month.cumulative for month in months["4b.O1"]} == {0}
    trained = months["4a.M1"]
    assert (trained[0].new, trained[19].new, trained[25].new) == (1, 2, 2)
    assert trained[19].first_day == date(2024, 4, 1)
    assert trained[-1].cumulative == 6
    assert sum(month.new for month in trained) == 6
